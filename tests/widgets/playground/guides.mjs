// Train each situation, and print in which way its guided task is solved: node guides.mjs SCRIPT < situations.json
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { GUIDES, Trainer, valid } = await import(pathToFileURL(process.argv[2]).href);
const situations = JSON.parse(readFileSync(0, "utf8"));

function solved({ guide, changes, steps }) {
  const state = valid({ ...GUIDES[guide].state, ...changes, guide });
  const trainer = new Trainer(state);
  for (let i = 0; i < steps; i++) {
    trainer.step();
    const way = i % 10 === 9 && (trainer.record(), GUIDES[guide].solved(state, trainer));
    if (way) return way;
  }
  return null;
}

console.log(JSON.stringify(situations.map(solved)));
