// Accessible names, exact value texts, quiet keys and pointer positions for one panel; see access.py.

const KEEP = new Set(["Tab", "Escape", "Shift", "Control", "Alt", "Meta"]);

function name(control, text) {
  const say = (element, label) => element.getAttribute("aria-label") === label || element.setAttribute("aria-label", label);
  for (const handle of control.querySelectorAll(".noUi-handle")) {
    say(handle, text);
    const exact = control.querySelector(".widget-readout")?.textContent.trim();
    if (exact && handle.getAttribute("aria-valuetext") !== exact) handle.setAttribute("aria-valuetext", exact);
  }
  for (const box of control.querySelectorAll(".widget-readout[contenteditable=true]")) {
    box.setAttribute("role", "textbox");
    say(box, `${text}: type a value`);
  }
  for (const box of control.querySelectorAll("select, input:not([type=radio])")) say(box, text);
  const radios = control.matches(".widget-radio") ? control : control.querySelector(".widget-radio");
  if (radios) {
    radios.setAttribute("role", "radiogroup");
    say(radios, text);
  }
  for (const button of control.querySelectorAll(".jupyter-widgets button.jupyter-button, .widget-play button")) {
    const icon = button.querySelector("i")?.className.match(/fa-(play|pause|stop|repeat|retweet)/)?.[1];
    if (icon) say(button, `${icon} ${text}`);
  }
}

// A key for a control is not a shortcut for the notebook. Tab, Escape and combinations (save, run) stay Lab's.
function quiet(event) {
  const combination = event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && event.key === "Enter");
  if (!combination && !KEEP.has(event.key)) event.stopPropagation();
}

function follow(panel, model, signal) {
  const picture = panel.querySelector(".coursekit-picture");
  const drags = model.get("follows") === "drag";
  let presses = model.get("pointer")[2] ?? 0;
  picture.style.touchAction = drags ? "pan-y" : "manipulation";
  picture.style.cursor = drags ? "crosshair" : "pointer";
  const send = (event) => {
    const r = picture.querySelector("img").getBoundingClientRect();
    model.set("pointer", [(event.clientX - r.left) / r.width, (event.clientY - r.top) / r.height, presses]);
    model.save_changes();
  };
  const down = (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    presses += 1;
    if (drags) picture.setPointerCapture(event.pointerId);
    send(event);
  };
  const move = (event) => picture.hasPointerCapture(event.pointerId) && send(event);
  picture.addEventListener("pointerdown", down, { signal });
  picture.addEventListener("pointermove", move, { signal });
}

// The screen's resolution, now and whenever it changes: a zoom, or a window moved to another screen.
function report(model, signal) {
  if (signal.aborted) return;
  if (model.get("ratio") !== devicePixelRatio) {
    model.set("ratio", devicePixelRatio);
    model.save_changes();
  }
  const again = () => report(model, signal);
  matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", again, { once: true, signal });
}

function render({ model, el }) {
  const stop = new AbortController();
  const start = () => {
    if (stop.signal.aborted) return;
    const panel = el.closest(".coursekit-panel");
    if (!panel) return requestAnimationFrame(start); // not yet on the page
    const label = () => {
      const names = model.get("names");
      panel.querySelectorAll(".coursekit-control").forEach((control, i) => name(control, names[i] ?? ""));
    };
    const watch = new MutationObserver(label);
    watch.observe(panel, { subtree: true, childList: true, characterData: true, attributeFilter: ["aria-valuetext", "class"] });
    stop.signal.addEventListener("abort", () => watch.disconnect());
    model.on("change:names", label);
    const busy = () => panel.setAttribute("aria-busy", model.get("partial"));
    model.on("change:partial", busy);
    busy();
    if (panel.querySelector(".coursekit-picture")) report(model, stop.signal);
    panel.addEventListener("keydown", quiet, { signal: stop.signal });
    if (model.get("follows")) follow(panel, model, stop.signal);
    label();
  };
  start();
  return () => stop.abort();
}

export default { render };
