// One sample through the network: every number of its forward pass, its backward pass and the update.

import { ACTIVATIONS, lossOf } from "./network.js";

// { x, y, output, loss, layers: [{ W, b, input, z, a, delta, dW, db, newW, newb }, …] } for a batch of this sample alone.
// The network does not change: the update is taken and undone. Dropout is off; batch norm uses its running statistics.
export function lookAt(trainer, index) {
  const { net, optimizer, state } = trainer;
  const x = trainer.train.x.slice(index * trainer.inputs, (index + 1) * trainer.inputs);
  const y = trainer.train.y.slice(index, index + 1);
  const steps = net.forward(x, 1);
  const loss = lossOf(state.loss, steps.at(-1).a, y);
  net.backward(steps, 1, loss.slope);
  const undo = remember(net, optimizer);
  const before = net.layers.map(({ W, b }) => [W.value.slice(), b.value.slice()]);
  optimizer.step(net.parameters());
  const layers = net.layers.map(({ W, b, m, n, activation }, l) => ({
    m, n, activation,
    W: before[l][0], b: before[l][1],
    input: steps[l].input, z: steps[l].z, a: steps[l].a,
    slope: steps[l].z.map(ACTIVATIONS[activation].slope),
    delta: steps[l].delta, dW: W.gradient.slice(), db: b.gradient.slice(),
    newW: W.value.slice(), newb: b.value.slice(),
  }));
  undo();
  return { x, y: y[0], output: steps.at(-1).a[0], loss: loss.mean, slope: loss.slope[0], layers };
}

function remember(net, optimizer) {
  const parameters = net.parameters();
  const values = parameters.map((p) => p.value.slice());
  const states = new Map([...optimizer.states].map(([p, state]) => [p, structuredClone(state)]));
  const { t } = optimizer;
  return () => {
    parameters.forEach((p, i) => p.value.set(values[i]));
    Object.assign(optimizer, { states, t });
  };
}
