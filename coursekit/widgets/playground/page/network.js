// A network, its losses and its gradients, with the formulas of coursekit.numpy_backend. The tests compare the two.
//
// A batch of B samples with n numbers each is a Float64Array of length B * n, sample after sample.

const sigmoid = (z) => (z > 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));

// f and its derivative, element by element.
export const ACTIVATIONS = {
  linear: { f: (z) => z, slope: () => 1 },
  sigmoid: {
    f: sigmoid,
    slope: (z) => {
      const e = Math.exp(-Math.abs(z));
      return e / (1 + e) ** 2;
    },
  },
  tanh: { f: Math.tanh, slope: (z) => 1 - Math.tanh(z) ** 2 },
  relu: { f: (z) => Math.max(0, z), slope: (z) => (z > 0 ? 1 : 0) },
  leaky_relu: { f: (z) => (z > 0 ? z : 0.01 * z), slope: (z) => (z > 0 ? 1 : 0.01) },
};

// Of one output and its target, and the derivative with respect to the output. A loss is the mean over the batch.
export const LOSSES = {
  cross_entropy: {
    value: (z, y) => Math.max(z, 0) - z * y + Math.log1p(Math.exp(-Math.abs(z))), // of the logit z
    slope: (z, y) => sigmoid(z) - y,
  },
  squared: { value: (p, y) => (p - y) ** 2, slope: (p, y) => 2 * (p - y) },
  absolute: { value: (p, y) => Math.abs(p - y), slope: (p, y) => Math.sign(p - y) },
};

// Weights of a layer of n units with m inputs each.
export const INITIALIZERS = {
  he: (random, n, m) => random.normal() * Math.sqrt(2 / m),
  glorot: (random, n, m) => random.normal() * Math.sqrt(2 / (n + m)),
  heuristic: (random, n, m) => random.between(-1, 1) / Math.sqrt(m),
  small: (random) => random.between(-0.05, 0.05),
  large: (random) => 2 * random.normal(),
  equal: () => 0.5,
};

const EPS = 1e-5; // of batch norm
const MOMENTUM = 0.1; // of its running statistics

// One layer: z = W x + b, normalized over the batch if asked for, then a = f(z).
class Layer {
  constructor(m, n, activation, batchNorm) {
    Object.assign(this, { m, n, activation });
    this.W = parameter(n * m, true);
    this.b = parameter(n);
    if (batchNorm) {
      this.gamma = parameter(n);
      this.gamma.value.fill(1);
      this.beta = parameter(n);
      this.mean = new Float64Array(n);
      this.variance = new Float64Array(n).fill(1);
    }
  }

  parameters() {
    return this.gamma ? [this.W, this.b, this.gamma, this.beta] : [this.W, this.b];
  }
}

function parameter(size, isWeight = false) {
  return { value: new Float64Array(size), gradient: new Float64Array(size), isWeight };
}

export class Network {
  // sizes: [inputs, hidden layers …, outputs]; output: the activation of the last layer.
  constructor(sizes, { activation, output = "linear", batchNorm = false, dropout = 0 }) {
    this.dropout = dropout;
    this.layers = sizes.slice(1).map((n, l) => {
      const last = l === sizes.length - 2;
      return new Layer(sizes[l], n, last ? output : activation, batchNorm && !last);
    });
  }

  initialize(name, random) {
    for (const { W, n, m } of this.layers) {
      for (let i = 0; i < W.value.length; i++) W.value[i] = INITIALIZERS[name](random, n, m);
    }
  }

  parameters() {
    return this.layers.flatMap((layer) => layer.parameters());
  }

  // What each layer computes for a batch: [{ input, sums, z, a, … }, …]; the output is the `a` of the last.
  // training: batch norm uses the batch, and dropout drops units; random: a function that returns numbers in [0, 1).
  forward(x, B, training = false, random = null) {
    const steps = [];
    let input = x;
    this.layers.forEach((layer, l) => {
      const step = { input, sums: affine(layer, input, B) };
      step.z = layer.gamma ? normalize(layer, step, B, training) : step.sums;
      step.a = step.z.map(ACTIVATIONS[layer.activation].f);
      if (training && this.dropout > 0 && l < this.layers.length - 1) {
        step.mask = step.a.map(() => (random() >= this.dropout ? 1 / (1 - this.dropout) : 0));
        step.a = step.a.map((a, i) => a * step.mask[i]);
      }
      steps.push(step);
      input = step.a;
    });
    return steps;
  }

  // Back-propagation: fill the `gradient` of each parameter, and put delta = ∂C/∂z into each step.
  // slope: ∂C/∂(output), as the losses give it.
  backward(steps, B, slope) {
    let dA = slope;
    for (let l = this.layers.length - 1; l >= 0; l--) {
      const layer = this.layers[l];
      const step = steps[l];
      const f = ACTIVATIONS[layer.activation];
      const masked = step.mask ? dA.map((d, i) => d * step.mask[i]) : dA;
      step.delta = masked.map((d, i) => f.slope(step.z[i]) * d);
      const dSums = layer.gamma ? normalizeBackward(layer, step, B) : step.delta;
      dA = affineBackward(layer, step.input, dSums, B);
    }
  }
}

function affine({ W, b, m, n }, x, B) {
  const z = new Float64Array(B * n);
  for (let s = 0; s < B; s++) {
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < m; j++) sum += x[s * m + j] * W.value[i * m + j];
      z[s * n + i] = sum + b.value[i];
    }
  }
  return z;
}

// Gradients of W and b, and ∂C/∂x = Wᵀ ∂C/∂z.
function affineBackward({ W, b, m, n }, x, dz, B) {
  const dx = new Float64Array(B * m);
  W.gradient.fill(0);
  b.gradient.fill(0);
  for (let s = 0; s < B; s++) {
    for (let i = 0; i < n; i++) {
      const d = dz[s * n + i];
      b.gradient[i] += d;
      for (let j = 0; j < m; j++) {
        W.gradient[i * m + j] += d * x[s * m + j];
        dx[s * m + j] += d * W.value[i * m + j];
      }
    }
  }
  return dx;
}

// Batch norm: y = γ (x − μ) / √(σ² + ε) + β for each unit. Ioffe & Szegedy (2015).
function normalize(layer, step, B, training) {
  const { n } = layer;
  step.normalized = new Float64Array(B * n);
  step.scale = new Float64Array(n);
  step.fromBatch = training;
  for (let i = 0; i < n; i++) {
    let mean = layer.mean[i];
    let variance = layer.variance[i];
    if (training) {
      mean = variance = 0;
      for (let s = 0; s < B; s++) mean += step.sums[s * n + i] / B;
      for (let s = 0; s < B; s++) variance += (step.sums[s * n + i] - mean) ** 2 / B;
      layer.mean[i] += MOMENTUM * (mean - layer.mean[i]);
      layer.variance[i] += MOMENTUM * ((variance * B) / (B - 1) - layer.variance[i]);
    }
    step.scale[i] = 1 / Math.sqrt(variance + EPS);
    for (let s = 0; s < B; s++) step.normalized[s * n + i] = (step.sums[s * n + i] - mean) * step.scale[i];
  }
  return step.normalized.map((x, k) => layer.gamma.value[k % n] * x + layer.beta.value[k % n]);
}

function normalizeBackward({ gamma, beta, n }, { delta, normalized, scale, fromBatch }, B) {
  gamma.gradient.fill(0);
  beta.gradient.fill(0);
  delta.forEach((d, k) => {
    gamma.gradient[k % n] += d * normalized[k];
    beta.gradient[k % n] += d;
  });
  return delta.map((d, k) => {
    const i = k % n;
    const shared = fromBatch ? (beta.gradient[i] + normalized[k] * gamma.gradient[i]) / B : 0;
    return gamma.value[i] * scale[i] * (d - shared);
  });
}

// The mean loss of a batch, and its derivative with respect to each output.
export function lossOf(name, outputs, targets) {
  const { value, slope } = LOSSES[name];
  let sum = 0;
  outputs.forEach((out, i) => (sum += value(out, targets[i])));
  return { mean: sum / outputs.length, slope: outputs.map((out, i) => slope(out, targets[i]) / outputs.length) };
}
