// The update of each optimizer, with the conventions of coursekit.numpy_backend.optimizers (and torch).

const fresh = (p) => new Float64Array(p.value.length);

// Each keeps its own arrays for a parameter in `state` and changes `p.value` by the gradient g.
export const OPTIMIZERS = {
  sgd: (p, g, lr) => p.value.forEach((x, i) => (p.value[i] = x - lr * g[i])),
  momentum: (p, g, lr, state) => velocity(p, g, lr, state, false),
  nesterov: (p, g, lr, state) => velocity(p, g, lr, state, true),
  rmsprop(p, g, lr, state) {
    state.s ??= fresh(p);
    p.value.forEach((x, i) => {
      state.s[i] = 0.99 * state.s[i] + (1 - 0.99) * g[i] ** 2;
      p.value[i] = x - (lr * g[i]) / (Math.sqrt(state.s[i]) + 1e-8);
    });
  },
  adam(p, g, lr, state, t) {
    state.m ??= fresh(p);
    state.v ??= fresh(p);
    p.value.forEach((x, i) => {
      state.m[i] = 0.9 * state.m[i] + (1 - 0.9) * g[i];
      state.v[i] = 0.999 * state.v[i] + (1 - 0.999) * g[i] ** 2;
      const m = state.m[i] / (1 - 0.9 ** t);
      const v = state.v[i] / (1 - 0.999 ** t);
      p.value[i] = x - (lr * m) / (Math.sqrt(v) + 1e-8);
    });
  },
};

// v ← 0.9 v + g, θ ← θ − η v; with Nesterov θ ← θ − η (g + 0.9 v).
function velocity(p, g, lr, state, nesterov) {
  state.v ??= fresh(p);
  p.value.forEach((x, i) => {
    state.v[i] = 0.9 * state.v[i] + g[i];
    p.value[i] = x - lr * (nesterov ? g[i] + 0.9 * state.v[i] : state.v[i]);
  });
}

export class Optimizer {
  constructor(name, lr) {
    Object.assign(this, { name, lr, t: 0, states: new Map() });
  }

  step(parameters) {
    this.t += 1;
    for (const p of parameters) {
      if (!this.states.has(p)) this.states.set(p, {});
      OPTIMIZERS[this.name](p, p.gradient, this.lr, this.states.get(p), this.t);
    }
  }
}

// The gradient of λ/(2m) Σ w² or λ/(2m) Σ |w|, added to that of each weight; m: how many training examples there are.
export function addPenalty(parameters, name, lam, m) {
  if (name === "none" || lam === 0) return;
  for (const { value, gradient, isWeight } of parameters) {
    if (!isWeight) continue;
    value.forEach((w, i) => (gradient[i] += name === "l2" ? (lam * w) / m : (lam * Math.sign(w)) / (2 * m)));
  }
}
