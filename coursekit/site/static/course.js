// Questions of the lessons: a guess can be locked and is kept in this browser; then the answer below unfolds.

const key = (id) => `coursekit-guess-${id}`;

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function stored(id) {
  try {
    return localStorage.getItem(key(id));
  } catch {
    return null; // a page opened from a folder may have no storage
  }
}

function store(id, guess) {
  try {
    localStorage.setItem(key(id), guess);
  } catch {
    // the guess then lasts as long as the page
  }
}

function ask(question) {
  const id = question.dataset.question;
  const options = [...question.querySelectorAll("li")].map((item) => item.textContent);
  const name = `guess-${id}`;
  const note = element("p", { role: "status" });
  const lock = element("button", { type: "button", textContent: "Lock my guess" });
  const inputs = options.length
    ? options.map((value) => element("input", { type: "radio", name, value }))
    : [element("input", { type: "text", inputMode: "decimal", size: 10, ariaLabel: "your guess" })];
  const labels = inputs.map((input, i) => element("label", {}, input, options.length ? ` ${options[i]}` : ""));
  question.querySelector("ul")?.remove();
  question.append(element("fieldset", {}, element("legend", { textContent: "Your guess" }), ...labels), lock, note);

  const show = (guess) => {
    note.textContent = `You guessed: ${guess}`;
    lock.textContent = "Guess again";
    for (const answer of document.querySelectorAll(`.coursekit-answer[data-question="${CSS.escape(id)}"] details`)) answer.open = true;
  };
  lock.addEventListener("click", () => {
    const guess = options.length ? inputs.find((input) => input.checked)?.value : inputs[0].value.trim();
    if (!guess) note.textContent = options.length ? "Choose an answer first." : "Write a number first.";
    else {
      store(id, guess);
      show(guess);
    }
  });
  const known = stored(id);
  if (known !== null) {
    if (options.length) inputs.filter((input) => input.value === known).forEach((input) => (input.checked = true));
    else inputs[0].value = known;
    show(known);
  }
}

// What scrolls sideways can be reached, and so scrolled, by keyboard.
function reach() {
  for (const wide of document.querySelectorAll("pre, table, .output, .coursekit-flipbook")) {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
    else wide.removeAttribute("tabindex");
  }
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".coursekit-question[data-question]").forEach(ask);
  reach();
});
addEventListener("resize", reach);
