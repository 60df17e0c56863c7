// Questions of the lessons: a guess can be locked and is kept in this browser; then the answer below unfolds.
// Panels: a slider flips through pictures. The playground inside a lesson is loaded when it comes near.

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

// ------------------------------------------------------------------------------------------------------------- panels
function flipbook(book) {
  const slider = book.querySelector("input");
  const frames = JSON.parse(book.querySelector("[type='application/json']").textContent);
  const flip = () => {
    const { value, alt, src } = frames[slider.value];
    for (const [i, picture] of book.querySelectorAll("img").entries()) {
      picture.src = src;
      picture.alt = i ? "" : alt; // the second is the other half of the same picture
    }
    slider.setAttribute("aria-valuetext", value);
    book.querySelector("output").textContent = value;
  };
  slider.addEventListener("input", flip);
  const ahead = () => frames.forEach(({ src }) => (new Image().src = src)); // so that the next picture is there at once
  for (const event of ["pointerenter", "focusin"]) book.addEventListener(event, ahead, { once: true });
  flip();
}

// A picture of two parts side by side: on a narrow screen the parts are shown one below the other.
function split(picture) {
  const cut = Number(picture.dataset.cut);
  const ratio = picture.width ? Number(picture.getAttribute("width")) / Number(picture.getAttribute("height")) : 2;
  const other = Object.assign(picture.cloneNode(), { alt: "" });
  const half = (image, share, before) => {
    image.style.cssText = `width: ${100 / share}%; max-width: none; min-width: 0; margin-left: ${(-100 * before) / share}%;`;
    const frame = element("span", { className: "coursekit-half" });
    frame.style.aspectRatio = ratio * share;
    frame.style.width = `${(100 * share) / Math.max(cut, 1 - cut)}%`; // both parts on one scale
    image.replaceWith(frame);
    frame.append(image);
    return frame;
  };
  picture.after(other);
  half(picture, cut, 0);
  half(other, 1 - cut, cut);
}

// --------------------------------------------------------------------------------------------------------- playground
const base = document.currentScript.src;
let playground;

function loadPlayground() {
  playground ??= new Promise((resolve, reject) => {
    const script = element("script", { src: new URL("playground.js", base).href, onerror: reject });
    script.onload = () => resolve(globalThis.coursekitPlayground);
    document.head.append(script);
  });
  return playground;
}

function whenNear(place, margin, act) {
  const watch = new IntersectionObserver(([entry]) => {
    if (!entry.isIntersecting) return;
    watch.disconnect();
    act();
  }, { rootMargin: margin });
  watch.observe(place);
}

function live(place) {
  whenNear(place, "600px", async () => {
    const { Playground } = await loadPlayground();
    place.replaceChildren();
    new Playground(place, JSON.parse(place.dataset.state), () => {});
  });
}

// On the first page it trains as soon as it is seen, unless the reader prefers that nothing moves.
function autorun(place) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  whenNear(place, "-120px", () => [...place.querySelectorAll("button")].find((button) => button.textContent === "Run")?.click());
}

// What a cell shows beside the answer, such as a figure, gives it away: it waits until the answer is unfolded.
function wait(answer) {
  const cell = answer.closest(".cell_output"), details = answer.querySelector("details");
  if (!cell || !details || details.open) return;
  const others = [...cell.children].filter((output) => !output.contains(answer));
  for (const output of others) {
    output.hidden = true;
    output.classList.add("coursekit-waits");
  }
  if (others.length) details.querySelector("summary").append(" with its figure or results");
  const show = () => {
    for (const output of others) output.hidden = false;
    reach();
  };
  details.addEventListener("toggle", () => details.open && show(), { once: true });
}

// What scrolls sideways can be reached, and so scrolled, by keyboard.
function reach() {
  for (const wide of document.querySelectorAll("pre, table, .output, .coursekit-flipbook, div.math")) {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
    else wide.removeAttribute("tabindex");
  }
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".coursekit-question[data-question]").forEach(ask);
  document.querySelectorAll(".coursekit-answer[data-question]").forEach(wait);
  if (matchMedia("(max-width: 40rem)").matches) document.querySelectorAll("img[data-cut]").forEach(split);
  document.querySelectorAll(".coursekit-flipbook").forEach(flipbook);
  document.querySelectorAll(".coursekit-live").forEach(live);
  document.querySelectorAll(".coursekit-autorun").forEach(autorun);
  reach();
});
addEventListener("resize", reach);
