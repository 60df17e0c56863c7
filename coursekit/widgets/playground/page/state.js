// The whole situation as one object, and as the part of an address after "#", so that a link leads to a situation.

import { CHOICES } from "./choices.js";

export function defaults() {
  return Object.fromEntries(Object.entries(CHOICES).map(([key, { default: value }]) => [key, structuredClone(value)]));
}

// The state with every unknown key left out and every impossible value replaced by the default.
export function valid(state) {
  const result = defaults();
  for (const [key, value] of Object.entries(state)) {
    if (key in CHOICES && isPossible(key, value)) result[key] = value;
  }
  if (result.task === "curve" && result.loss === "cross_entropy") result.loss = "squared"; // its targets are no classes
  return result;
}

function isPossible(key, value) {
  const { options, values, least, most, most_layers, most_units } = CHOICES[key];
  if (options) return Object.hasOwn(options, value);
  if (values) return values.includes(value);
  if (key === "layers") {
    const good = (units) => Number.isInteger(units) && 1 <= units && units <= most_units;
    return Array.isArray(value) && value.length <= most_layers && value.every(good);
  }
  if (key === "seed") return Number.isInteger(value) && least <= value && value <= most;
  return typeof value === typeof CHOICES[key].default;
}

// "task=xor&layers=4,2": only what differs from the defaults.
export function toAddress(state) {
  const parts = [];
  for (const [key, value] of Object.entries(defaults())) {
    const now = String(state[key]);
    if (now !== String(value)) parts.push(`${key}=${encodeURIComponent(now)}`);
  }
  return parts.join("&").replaceAll("%2C", ",");
}

export function fromAddress(address) {
  const state = {};
  for (const [key, text] of new URLSearchParams(address.replace(/^#/, ""))) {
    if (!(key in CHOICES)) continue;
    const value = CHOICES[key].default;
    if (Array.isArray(value)) state[key] = text ? text.split(",").map(Number) : [];
    else if (typeof value === "number") state[key] = Number(text);
    else state[key] = typeof value === "boolean" ? text === "true" : text;
  }
  return valid(state);
}

// The same in Python: widgets.playground(task="xor", layers=[4, 2]).
export function toPython(state) {
  const parts = [];
  for (const [key, value] of Object.entries(defaults())) {
    if (String(state[key]) === String(value)) continue;
    const word = typeof value === "boolean" ? (state[key] ? "True" : "False") : JSON.stringify(state[key]);
    parts.push(`${key}=${word.replaceAll(",", ", ")}`);
  }
  return `widgets.playground(${parts.join(", ")})`;
}
