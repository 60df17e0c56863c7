// The pieces of the page: controls, the table of one step, numbers as text.

import { CHOICES } from "./choices.js";

const LABELS = {
  task: "task", activation: "activation", init: "initial weights", loss: "loss", optimizer: "optimizer",
  rate: "learning rate η", batch: "batch size", penalty: "penalty", lam: "strength λ", dropout: "dropout",
  norm: "batch norm", noise: "label noise", train: "share for training", seed: "seed",
};

// An element with attributes ("onclick" and the like are listeners) and children.
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

// A labeled control for one setting; `change(key, value)` is called with a new value.
export function control(key, state, change, fixed) {
  const { options, values, least, most, default: usual } = CHOICES[key];
  const id = `playground-${key}-${Math.random().toString(36).slice(2)}`;
  let input;
  if (typeof usual === "boolean") {
    input = h("input", { type: "checkbox", id, onchange: () => change(key, input.checked) });
    input.checked = state[key];
  } else if (options || values) {
    const named = options ? Object.entries(options) : values.map((value) => [value, text(key, value)]);
    input = h("select", { id, onchange: () => change(key, options ? input.value : Number(input.value)) },
      ...named.map(([value, name]) => h("option", { value, selected: value === state[key] }, name)));
  } else {
    input = h("input", { type: "number", id, min: least, max: most, step: 1, onchange: () => change(key, Math.round(Number(input.value))) });
    input.value = state[key];
  }
  input.disabled = fixed;
  return h("div", { class: "pg-control" }, h("label", { for: id }, LABELS[key]), input);
}

function text(key, value) {
  if (key === "dropout" || key === "noise" || key === "train") return `${Math.round(100 * value)} %`;
  return String(value);
}

// A number to three significant digits, with a real minus sign.
export function number(value) {
  if (!Number.isFinite(value)) return "not finite";
  const size = Math.abs(value);
  const short = size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(2) : String(Number(value.toPrecision(3)));
  return short.replaceAll("-", "−");
}

const cell = (values) => h("td", {}, Array.from(values, number).join(", "));

// One step under the lens, as a table for each layer: formula, numbers, for the forward pass, the backward pass, the update.
export function lensTables(seen, state) {
  const last = seen.layers.length;
  const upper = (l) => `⁽${String(l).replace(/\d/g, (d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d])}⁾`;
  const row = (formula, values) => h("tr", {}, h("th", { scope: "row" }, formula), cell(values));
  const matrix = (formula, values, m) => {
    const lines = Array.from({ length: values.length / m }, (_, i) => Array.from(values.slice(i * m, (i + 1) * m), number).join(", "));
    return h("tr", {}, h("th", { scope: "row" }, formula), h("td", {}, ...lines.flatMap((line) => [line, h("br")])));
  };
  const forward = seen.layers.flatMap((layer, l) => [
    matrix(`W${upper(l + 1)}`, layer.W, layer.m),
    row(`b${upper(l + 1)}`, layer.b),
    row(state.norm && l < last - 1 ? `z${upper(l + 1)} = batch norm of W${upper(l + 1)} a${upper(l)} + b${upper(l + 1)}` : `z${upper(l + 1)} = W${upper(l + 1)} a${upper(l)} + b${upper(l + 1)}`, layer.z),
    row(`a${upper(l + 1)} = f(z${upper(l + 1)}), f: ${layer.activation}`, layer.a),
  ]);
  const backward = seen.layers.flatMap((layer, l) => [
    row(`f′(z${upper(l + 1)})`, layer.slope),
    row(l === last - 1 ? `δ${upper(l + 1)} = ∂C/∂a${upper(l + 1)} · f′(z${upper(l + 1)})` : `δ${upper(l + 1)} = (W${upper(l + 2)})ᵀ δ${upper(l + 2)} ⊙ f′(z${upper(l + 1)})`, layer.delta),
    matrix(`∂C/∂W${upper(l + 1)} = δ${upper(l + 1)} (a${upper(l)})ᵀ`, layer.dW, layer.m),
    row(`∂C/∂b${upper(l + 1)}`, layer.db),
  ]).map((element, i, all) => all[4 * (last - 1 - Math.floor(i / 4)) + (i % 4)]); // from the last layer to the first
  const update = seen.layers.flatMap((layer, l) => [
    matrix(`new W${upper(l + 1)}`, layer.newW, layer.m),
    row(`new b${upper(l + 1)}`, layer.newb),
  ]);
  const table = (caption, ...rows) => h("table", {}, h("caption", {}, caption), ...rows);
  return [
    table("Forward", row("a⁽⁰⁾ = x", seen.x), ...forward, row("target y", [seen.y]), row("loss C", [seen.loss])),
    table("Backward", row(`∂C/∂a${upper(last)}`, [seen.slope]), ...backward),
    table(`Update by ${CHOICES.optimizer.options[state.optimizer]}, rate ${number(state.rate)}`, ...update),
  ];
}
