// The playground on the page: controls, the network, curves, signals, and the loop that trains.

import { CHOICES } from "./choices.js";
import { curve, heatmap, lattice, lossCurves, paletteFor, points, rgb, sharp, signalBars } from "./drawing.js";
import { GUIDES } from "./guides.js";
import { lookAt } from "./lens.js";
import { control, h, lensTables, number } from "./parts.js";
import { fromAddress, toAddress, toPython, valid } from "./state.js";
import { Trainer } from "./trainer.js";

const SPEEDS = { "1 step per picture": 1, "10 steps per picture": 10, "as fast as possible": Infinity };
const TIME = 12; // milliseconds of training between two pictures, at most
const SPEAK = 4000; // milliseconds between two spoken summaries
const [UNIT, PLANE, WIDE, TALL] = [44, 280, 360, 150]; // sizes in CSS pixels

export class Playground {
  // changed(state): called when the visitor changes the situation.
  constructor(root, state, changed = () => {}) {
    Object.assign(this, { root, changed, running: false, speed: 10, looked: -1, seen: null, ways: new Set() });
    this.state = withGuide(valid(state));
    this.build();
    this.restart();
  }

  close() {
    this.running = false;
    this.resized.disconnect();
    this.root.removeEventListener("keydown", quiet);
    this.root.replaceChildren();
  }

  // ------------------------------------------------------------------------------------------------------ the page
  build() {
    const button = (name, action) => h("button", { type: "button", onclick: action }, name);
    this.runButton = button("Run", () => (this.running ? this.pause() : this.run()));
    this.buttons = h("div", { class: "pg-row" },
      this.runButton,
      button("One step", () => this.oneStep()),
      button("Start again", () => this.restart()),
      h("label", {}, "speed ", h("select", { onchange: (e) => (this.speed = SPEEDS[e.target.value]) },
        ...Object.entries(SPEEDS).map(([name, steps]) => h("option", { selected: steps === this.speed }, name)))),
      button("Copy a link to this situation", () => this.copy()));
    this.copied = h("output", {});
    this.guide = h("div", { class: "pg-guide" });
    this.settings = h("div", { class: "pg-settings" });
    this.network = h("div", { class: "pg-network" });
    this.wires = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    this.wires.setAttribute("aria-hidden", "true");
    this.plane = h("canvas", { role: "img" });
    this.losses = h("canvas", { role: "img" });
    this.signals = h("canvas", { role: "img" });
    this.summary = h("p", { role: "status", "aria-live": "polite", class: "pg-summary" });
    this.unitText = h("p", { class: "pg-summary" }, "Point at a unit to see its function in the large picture.");
    this.lens = h("div", { class: "pg-lens" });
    this.sample = h("input", { type: "number", min: 1, value: 1, onchange: () => this.look() });
    const figure = (canvas, caption) => h("figure", {}, canvas, h("figcaption", {}, caption));
    this.root.classList.add("coursekit-playground");
    this.root.addEventListener("keydown", quiet);
    this.root.replaceChildren(
      this.guide, this.settings, this.buttons, this.copied,
      h("div", { class: "pg-main" },
        h("div", { class: "pg-scroll" }, this.network),
        figure(this.plane, this.planeCaption = h("span", {})),
        h("div", {},
          figure(this.losses, "Loss of the training points (solid) and of the validation points (dashed)."),
          figure(this.signals, "Size of the activations (plain bars) and of the error signals δ (hatched bars) in the latest batch."))),
      this.unitText, this.summary,
      h("details", { ontoggle: (e) => this.openLens(e.target.open) },
        h("summary", {}, "One step under the lens"),
        h("p", {}, "Training pauses. Choose a training point to see every number of its forward pass, its backward pass and the update it alone would cause."),
        h("label", {}, "training point ", this.sample), this.lens));
    this.resized = new ResizeObserver(() => this.draw()); // also when the element comes onto the page: then it has colors
    this.resized.observe(this.network);
  }

  // Everything that depends on the layers and settings.
  rebuild() {
    const fixed = GUIDES[this.state.guide]?.fixed ?? [];
    const keys = Object.keys(CHOICES).filter((key) => key !== "layers" && key !== "guide");
    const shown = keys.filter((key) => key !== "lam" || this.state.penalty !== "none");
    this.settings.replaceChildren(...shown.map((key) => control(key, this.state, (k, v) => this.set(k, v), fixed.includes(key))));
    const layersFixed = fixed.includes("layers");
    const { layers } = this.state;
    const small = (name, label, action, off) => h("button", { type: "button", "aria-label": label, disabled: off, onclick: action }, name);
    const column = (title, buttons, units) => h("div", { class: "pg-column" }, h("div", { class: "pg-title" }, title), h("div", { class: "pg-row" }, ...buttons), ...units);
    this.units = [this.inputNames().map((name) => h("span", { class: "pg-input" }, name))];
    layers.forEach((count, l) => this.units.push(Array.from({ length: count }, (_, i) => this.unit(l, i))));
    const columns = this.units.map((units, l) => l === 0
      ? column("inputs", [], units)
      : column(`layer ${l}`, [
        small("−", `one unit less in layer ${l}`, () => this.resize(l - 1, -1), layersFixed || layers[l - 1] === 1),
        small("+", `one unit more in layer ${l}`, () => this.resize(l - 1, 1), layersFixed || layers[l - 1] === CHOICES.layers.most_units),
      ], units));
    const ends = h("div", { class: "pg-column" }, h("div", { class: "pg-title" }, "layers"),
      h("div", { class: "pg-row" },
        small("−", "one layer less", () => this.set("layers", layers.slice(0, -1)), layersFixed || layers.length === 0),
        small("+", "one layer more", () => this.set("layers", [...layers, layers.at(-1) ?? 4]), layersFixed || layers.length === CHOICES.layers.most_layers)));
    this.output = h("span", { class: "pg-input" }, "output");
    ends.append(this.output);
    this.units.push([this.output]);
    this.network.replaceChildren(this.wires, ...columns, ends);
    const says = this.trainer.isCurve
      ? "The line is the network's output for each x."
      : "What the network says: orange and circles for class 1, blue and squares for class 0.";
    this.planeCaption.textContent = `${says} Filled points are trained on, hollow ones are for validation.`;
    this.showGuide();
  }

  inputNames() {
    return this.trainer.inputs === 1 ? ["x"] : ["x₁", "x₂"];
  }

  unit(l, i) {
    const canvas = h("canvas", { "aria-hidden": "true" });
    const look = () => this.point([l, i]);
    const away = () => this.point(null);
    const element = h("button", { type: "button", class: "pg-unit", onmouseenter: look, onfocus: look, onmouseleave: away, onblur: away }, canvas);
    element.setAttribute("aria-label", `unit ${i + 1} of layer ${l + 1}`);
    return element;
  }

  // ------------------------------------------------------------------------------------------------ what one can do
  set(key, value) {
    this.state = valid({ ...this.state, [key]: value });
    this.changed(this.state);
    if (key === "rate") {
      this.trainer.state = this.state; // the only setting that one can change under way
      this.trainer.optimizer.lr = value;
      return;
    }
    this.restart();
  }

  resize(l, by) {
    this.set("layers", this.state.layers.map((count, k) => (k === l ? count + by : count)));
  }

  restart() {
    this.pause();
    this.trainer = new Trainer(this.state);
    this.points = lattice(this.trainer.inputs);
    this.sample.max = this.trainer.train.y.length;
    this.hovered = null;
    this.rebuild();
    this.draw();
    this.speak();
    if (this.seen) this.look();
  }

  run() {
    this.running = true;
    this.runButton.textContent = "Pause";
    this.spoken = performance.now();
    const frame = () => {
      if (!this.running || !this.root.isConnected) return;
      const begun = performance.now();
      for (let i = 0; i < this.speed && performance.now() - begun < TIME; i++) this.trainer.step();
      this.draw();
      if (this.solved()) this.pause();
      if (begun - this.spoken > SPEAK) {
        this.spoken = begun;
        this.speak();
      }
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  pause() {
    const was = this.running;
    this.running = false;
    this.runButton.textContent = "Run";
    if (was) this.speak();
  }

  oneStep() {
    this.pause();
    this.trainer.step();
    this.trainer.record();
    this.draw();
    this.solved();
    this.speak();
    if (this.seen) this.look();
  }

  point(unit) {
    this.hovered = unit;
    if (unit) {
      const [l, i] = unit;
      const { W, b, m } = this.trainer.net.layers[l];
      const weights = Array.from(W.value.slice(i * m, (i + 1) * m), number).join(", ");
      this.unitText.textContent = `Unit ${i + 1} of layer ${l + 1}: weights ${weights}; bias ${number(b.value[i])}.`;
    }
    this.draw();
  }

  openLens(open) {
    this.seen = open ? {} : null;
    if (open) this.look();
  }

  look() {
    this.pause();
    const count = this.trainer.train.y.length;
    const index = Math.max(0, Math.min(count - 1, Math.round(Number(this.sample.value) || 1) - 1));
    this.sample.value = index + 1;
    this.seen = { index };
    this.lens.replaceChildren(...lensTables(lookAt(this.trainer, index), this.state));
    this.draw();
  }

  async copy() {
    const address = toAddress(this.state);
    const { protocol, href } = globalThis.location;
    const onSite = protocol.startsWith("http") && this.root.dataset.address !== undefined;
    const text = onSite ? `${href.split("#")[0]}#${address}` : toPython(this.state);
    try {
      await navigator.clipboard.writeText(text);
      this.copied.textContent = `Copied: ${text}`;
    } catch {
      this.copied.textContent = text; // no right to write to the clipboard: the visitor can
    }
  }

  // --------------------------------------------------------------------------------------------------- guided tasks
  showGuide() {
    const guide = GUIDES[this.state.guide];
    this.guide.hidden = !guide;
    if (!guide) return;
    this.verdict = h("p", { role: "status" });
    const leave = h("button", { type: "button", onclick: () => this.set("guide", "none") }, "Leave the task");
    this.guide.replaceChildren(h("h3", {}, guide.title), h("p", {}, guide.text), this.verdict, leave);
    this.showVerdict();
  }

  showVerdict() {
    const { ways } = GUIDES[this.state.guide];
    const found = [...this.ways];
    const more = ways - found.length;
    this.verdict.textContent = found.length === 0 ? "" : `✓ Solved by ${found.join("; and by ")}. ${more > 0 ? "Find another way." : "Well done."}`;
  }

  // Whether the situation is solved in a way that was not known before.
  solved() {
    const guide = GUIDES[this.state.guide];
    const way = guide?.solved(this.state, this.trainer);
    if (!way || this.ways.has(way)) return false;
    this.ways.add(way);
    this.showVerdict();
    return true;
  }

  // ------------------------------------------------------------------------------------------------------- pictures
  draw() {
    const palette = paletteFor(this.root);
    const { trainer } = this;
    const steps = trainer.net.forward(this.points, this.points.length / trainer.inputs);
    steps.slice(0, -1).forEach((step, l) => {
      const { n } = trainer.net.layers[l];
      this.units[l + 1].forEach((element, i) => {
        const context = sharp(element.firstChild, UNIT, UNIT);
        this.picture(context, scaled(step.a.filter((_, k) => k % n === i)), UNIT, palette);
      });
    });
    this.drawPlane(steps, palette);
    this.drawCurves(palette);
    const silent = trainer.net.layers.map(() => ({ activation: 0, error: 0 }));
    signalBars(sharp(this.signals, WIDE, TALL), trainer.signals ?? silent, WIDE, TALL, palette);
    this.signals.setAttribute("aria-label", `Error signals by layer: ${(trainer.signals ?? silent).map(({ error }) => number(error)).join(", ")}.`);
    this.connect();
  }

  drawPlane(steps, palette) {
    const { trainer } = this;
    const context = sharp(this.plane, PLANE, PLANE);
    let values = steps.at(-1).a;
    if (this.hovered) {
      const [l, i] = this.hovered;
      const { n } = trainer.net.layers[l];
      values = scaled(steps[l].a.filter((_, k) => k % n === i));
    } else if (trainer.isProbability) values = values.map((p) => 2 * p - 1);
    else if (!trainer.isCurve) values = values.map((z) => Math.tanh(z / 2)); // 2 σ(z) − 1
    this.picture(context, values, PLANE, palette, 3);
    const chosen = this.seen?.index ?? -1;
    points(context, trainer.validation, trainer.inputs, PLANE, palette, true);
    points(context, trainer.train, trainer.inputs, PLANE, palette, false, chosen);
    this.plane.setAttribute("aria-label", `${CHOICES.task.options[this.state.task]}: ${this.words()}`);
  }

  picture(context, values, size, palette, width = 1.5) {
    if (this.trainer.inputs === 1) {
      context.fillStyle = rgb(palette.paper);
      context.fillRect(0, 0, size, size);
      curve(context, values, size, palette, width);
    } else heatmap(context, values, size, palette);
  }

  drawCurves(palette) {
    const { records } = this.trainer;
    const line = (part) => records.map((record) => [record.step, record[part].loss]);
    const lines = [
      { values: line("train"), dashed: false, color: palette.ink },
      { values: line("validation"), dashed: true, color: rgb(palette.orange) },
    ];
    lossCurves(sharp(this.losses, WIDE, TALL), lines, WIDE, TALL, palette);
    this.losses.setAttribute("aria-label", this.words());
  }

  // Lines between the units: as thick as the weight is large, dashed where it is negative.
  connect() {
    const box = this.network.getBoundingClientRect();
    if (box.width === 0) return;
    const palette = paletteFor(this.root);
    const ends = this.units.map((units) => units.map((unit) => {
      const r = unit.getBoundingClientRect();
      return [r.left - box.left + this.network.scrollLeft, r.right - box.left + this.network.scrollLeft, (r.top + r.bottom) / 2 - box.top];
    }));
    const lines = [];
    this.trainer.net.layers.forEach(({ W, m, n }, l) => {
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < m; j++) {
          const w = W.value[i * m + j];
          const width = Math.min(6, 0.4 + 1.6 * Math.abs(w));
          const color = rgb(w > 0 ? palette.orange : palette.blue);
          const dash = w < 0 ? ' stroke-dasharray="5 4"' : "";
          if (Number.isFinite(w)) lines.push(`<line x1="${ends[l][j][1]}" y1="${ends[l][j][2]}" x2="${ends[l + 1][i][0]}" y2="${ends[l + 1][i][2]}" stroke="${color}" stroke-width="${width.toFixed(2)}"${dash}/>`);
        }
      }
    });
    this.wires.innerHTML = lines.join("");
  }

  // ---------------------------------------------------------------------------------------------------------- words
  words() {
    const { steps, epochs, latest, isCurve } = this.trainer;
    if (!Number.isFinite(latest.train.loss)) return `Step ${steps}: the loss is no longer finite, so training has diverged.`;
    const wrong = isCurve ? "" : ` ${Math.round(100 * latest.train.wrong)} % of the training points and ${Math.round(100 * latest.validation.wrong)} % of the validation points are wrong.`;
    return `Step ${steps.toLocaleString("en")} (epoch ${epochs.toFixed(1)}): training loss ${number(latest.train.loss)}, validation loss ${number(latest.validation.loss)}.${wrong}`;
  }

  speak() {
    this.summary.textContent = this.words();
  }
}

// A key for a control is not a shortcut of the notebook around it. Tab, Escape and combinations stay the notebook's.
function quiet(event) {
  const combination = event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && event.key === "Enter");
  if (!combination && event.key !== "Tab" && event.key !== "Escape") event.stopPropagation();
}

// The values of a unit between −1 and 1, for its picture.
function scaled(values) {
  const most = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return values.map((value) => value / most);
}

// A situation that names a task begins as the task says, with what the address changes.
function withGuide(state) {
  const guide = GUIDES[state.guide];
  if (!guide) return { ...state, guide: "none" };
  const usual = valid({});
  const changed = Object.entries(state).filter(([key, value]) => String(value) !== String(usual[key]));
  return valid({ ...guide.state, ...Object.fromEntries(changed) });
}

// On a page of the site: the state is in the address.
export function start(root) {
  root.dataset.address = "";
  const open = () => new Playground(root, fromAddress(location.hash), (state) => history.replaceState(null, "", `#${toAddress(state)}`));
  let page = open();
  globalThis.addEventListener("hashchange", () => {
    page.close();
    page = open();
  });
}

// In a notebook, as an anywidget.
export default {
  render({ model, el }) {
    const page = new Playground(el, model.get("state"), (state) => {
      model.set("state", state);
      model.save_changes();
    });
    return () => page.close();
  },
};
