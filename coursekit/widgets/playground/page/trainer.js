// A training run: the data of a state, its network and optimizer, and what they did so far.

import { Network, lossOf } from "./network.js";
import { Optimizer, addPenalty } from "./optimizers.js";
import { Random } from "./random.js";
import { drawTask } from "./tasks.js";

const MOST_RECORDS = 400; // of the curves; then every second one goes

export class Trainer {
  constructor(state) {
    this.state = state;
    const task = drawTask(state.task, new Random(state.seed));
    Object.assign(this, { inputs: task.inputs, isCurve: task.isCurve });
    const count = task.y.length;
    const order = new Random(state.seed + 1000).order(count);
    const first = Math.round(state.train * count);
    this.train = rows(task, order.slice(0, first));
    this.validation = rows(task, order.slice(first));
    disturb(this.train, state.noise, task.isCurve, new Random(state.seed + 2000));
    this.isProbability = !task.isCurve && state.loss !== "cross_entropy"; // the output is one; else a logit, or a number
    this.net = new Network([task.inputs, ...state.layers, 1], {
      activation: state.activation,
      output: this.isProbability ? "sigmoid" : "linear",
      batchNorm: state.norm,
      dropout: state.dropout,
    });
    this.net.initialize(state.init, new Random(state.seed + 3000));
    this.optimizer = new Optimizer(state.optimizer, state.rate);
    this.random = new Random(state.seed + 4000); // the order of the batches, and dropout
    this.steps = 0;
    this.order = [];
    this.every = 1; // steps between two records
    this.records = [];
    this.signals = null;
    this.record();
  }

  // How many samples a batch has: all of them at most; at least two where batch norm needs a variance.
  get batchSize() {
    return Math.min(this.train.y.length, this.state.norm ? Math.max(2, this.state.batch) : this.state.batch);
  }

  get epochs() {
    return (this.steps * this.batchSize) / this.train.y.length;
  }

  // One batch: forward, backward, penalty, update.
  step() {
    if (this.order.length === 0 || (this.state.norm && this.order.length < 2)) {
      this.order = this.random.order(this.train.y.length);
    }
    const batch = rows(this.train, this.order.splice(0, this.batchSize));
    this.update(batch, () => this.random.uniform());
    this.steps += 1;
    if (this.steps % this.every === 0) this.record();
  }

  update({ x, y }, random) {
    const B = y.length;
    const steps = this.net.forward(x, B, true, random);
    const loss = lossOf(this.state.loss, steps.at(-1).a, y);
    this.net.backward(steps, B, loss.slope);
    const parameters = this.net.parameters();
    addPenalty(parameters, this.state.penalty, this.state.lam, this.train.y.length);
    this.optimizer.step(parameters);
    this.signals = steps.map(({ a, delta }) => ({ activation: size(a), error: size(delta) * B }));
    return loss.mean;
  }

  // The outputs for points (N * inputs), in evaluation mode.
  predict(x) {
    return this.net.forward(x, x.length / this.inputs).at(-1).a;
  }

  // { loss, wrong }: the mean loss, and the share of the points on the wrong side (null for a curve).
  evaluate({ x, y }) {
    const outputs = this.predict(x);
    const middle = this.isProbability ? 0.5 : 0;
    let wrong = 0;
    outputs.forEach((out, i) => (wrong += (out > middle) !== (y[i] > 0.5)));
    return { loss: lossOf(this.state.loss, outputs, y).mean, wrong: this.isCurve ? null : wrong / y.length };
  }

  record() {
    const train = this.evaluate(this.train);
    const validation = this.evaluate(this.validation);
    this.records.push({ step: this.steps, train, validation });
    if (this.records.length > MOST_RECORDS) {
      this.records = this.records.filter((_, i) => i % 2 === 0);
      this.every *= 2;
    }
  }

  get latest() {
    return this.records.at(-1);
  }
}

function rows({ x, y }, order) {
  const inputs = x.length / y.length;
  const picked = new Float64Array(order.length * inputs);
  order.forEach((from, to) => picked.set(x.subarray(from * inputs, (from + 1) * inputs), to * inputs));
  return { x: picked, y: Float64Array.from(order, (i) => y[i]) };
}

// Turn the labels of a share of the points around; on a curve, add that much noise to the targets.
function disturb({ y }, noise, isCurve, random) {
  if (isCurve) y.forEach((value, i) => (y[i] = value + noise * random.normal()));
  else for (const i of random.order(y.length).slice(0, Math.round(noise * y.length))) y[i] = 1 - y[i];
}

// Root of the mean square.
function size(values) {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum / values.length);
}
