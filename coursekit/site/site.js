// The search of a book, and scrolling by keyboard.

// Parts of all pages (PARTS, in search.js) that hold every word; those with words in their heading first.
const [box, count, found] = ["words", "count", "found"].map((id) => document.getElementById(id));
const plain = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
const parts = PARTS.map(([file, lesson, title, anchor, text]) => ({
  file, lesson, title, anchor, text, head: plain(title), all: plain(`${lesson} ${title} ${text}`),
}));
const MOST = 20;

function search() {
  const words = plain(box.value).split(/\s+/).filter(Boolean);
  const rank = (part) => words.filter((word) => part.head.includes(word)).length;
  const hits = words.length ? parts.filter((part) => words.every((word) => part.all.includes(word))) : [];
  hits.sort((a, b) => rank(b) - rank(a));
  found.replaceChildren(...hits.slice(0, MOST).map((part) => {
    const item = document.createElement("li"), link = document.createElement("a"), about = document.createElement("p");
    link.href = `${part.file}#${part.anchor}`;
    link.textContent = part.title === part.lesson ? part.title : `${part.lesson}: ${part.title}`;
    const at = Math.max(0, plain(part.text).indexOf(words[0]) - 60);
    about.textContent = (at ? "… " : "") + part.text.slice(at, at + 160) + " …";
    item.append(link, about);
    return item;
  }));
  found.hidden = !hits.length;
  const many = hits.length > MOST ? `, the first ${MOST} are shown` : "";
  count.textContent = words.length ? `${hits.length} ${hits.length === 1 ? "place" : "places"} found${many}` : "";
}

box.addEventListener("input", search);
found.addEventListener("click", () => { box.value = ""; search(); });

// What scrolls sideways can be reached, and so scrolled, by keyboard.
function reach() {
  for (const element of document.querySelectorAll("pre, table, math, .output_subarea, .coursekit-flipbook")) {
    if (element.scrollWidth > element.clientWidth) element.setAttribute("tabindex", "0");
    else element.removeAttribute("tabindex");
  }
}

addEventListener("resize", reach);
reach();
