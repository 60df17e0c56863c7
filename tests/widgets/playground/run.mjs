// Train as the playground does, and print what it did: node run.mjs SCRIPT < situations.json
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { Trainer } = await import(pathToFileURL(process.argv[2]).href);
const { states, steps } = JSON.parse(readFileSync(0, "utf8"));

function run(state) {
  const trainer = new Trainer(state);
  const weights = trainer.net.layers.map(({ W, m, n }) => ({ W: [...W.value], m, n }));
  const batches = [];
  const { update } = trainer;
  trainer.update = (batch, random) => {
    const drawn = [];
    const loss = update.call(trainer, batch, () => {
      drawn.push(random());
      return drawn.at(-1);
    });
    batches.push({ x: [...batch.x], y: [...batch.y], drawn, loss });
    return loss;
  };
  for (let i = 0; i < steps; i++) trainer.step();
  const { x, y } = trainer.validation;
  const trained = trainer.train.y.length;
  return { inputs: trainer.inputs, weights, batches, x: [...x], y: [...y], end: trainer.evaluate(trainer.validation).loss, trained };
}

console.log(JSON.stringify(states.map(run)));
