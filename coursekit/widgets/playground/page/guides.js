// Guided tasks: a situation to begin with, what may not be changed, and how a solution is recognized.
//
// solved(state, trainer): a word for the way it was solved, or null. Tasks that ask for several ways need as many words.

const ended = (trainer, steps) => trainer.steps >= steps;
const error = (trainer, part) => trainer.latest[part].wrong;

export const GUIDES = {
  bend: {
    title: "What bending buys",
    text: "Four linear units cannot separate the two circles, however long they train. Change one setting so that fewer than 5 % of the validation points are wrong.",
    state: { task: "circles", layers: [4], activation: "linear", rate: 0.3 },
    fixed: ["task", "layers", "noise", "train"],
    ways: 1,
    solved: (state, trainer) => (error(trainer, "validation") < 0.05 ? `the activation ${state.activation}` : null),
  },
  equal: {
    title: "Units that stay equal",
    text: "All weights start at 0.5, and the units of the hidden layer never become different: look at their pictures. Change one setting so that XOR is learned: fewer than 3 % of the training points wrong.",
    state: { task: "xor", layers: [4], init: "equal", rate: 0.3 },
    fixed: ["task", "layers", "activation", "noise"],
    ways: 1,
    solved: (state, trainer) => (error(trainer, "train") < 0.03 && state.init !== "equal" ? "different initial weights" : null),
  },
  memorize: {
    title: "Thirty points, three of ten labels wrong",
    text: "The network memorizes wrong labels: training error falls, validation error rises. Without changing the data or the layers, keep fewer than 15 % of the validation points wrong after 3,000 steps. Find two ways.",
    state: { task: "moons", layers: [8, 8], noise: 0.3, train: 0.1, optimizer: "adam", rate: 0.03, batch: 32 },
    fixed: ["task", "layers", "noise", "train"],
    ways: 2,
    solved(state, trainer) {
      if (!ended(trainer, 3000) || error(trainer, "validation") >= 0.15) return null;
      if (state.penalty !== "none") return `an ${state.penalty.toUpperCase()} penalty`;
      if (state.dropout > 0) return "dropout";
      return state.norm ? "batch norm" : "a different optimizer or rate";
    },
  },
  rate: {
    title: "A rate that is too large",
    text: "The training loss jumps up and down and does not fall. Keep plain SGD and change the learning rate until the training loss stays below 0.1 within 2,000 steps.",
    state: { task: "moons", layers: [6], activation: "relu", init: "he", rate: 10, train: 0.5 },
    fixed: ["task", "layers", "activation", "optimizer", "batch"],
    ways: 1,
    solved: (state, trainer) => (trainer.steps <= 2000 && trainer.latest.train.loss < 0.1 ? `rate ${state.rate}` : null),
  },
  vanishing: {
    title: "The signal that does not arrive",
    text: "Four layers of sigmoid units learn nothing: look at the error signals by layer. Without changing the layers or the data, get fewer than 5 % of the training points wrong within 5,000 steps. Find two cures.",
    state: { task: "circles", layers: [6, 6, 6, 6], activation: "sigmoid", init: "small", rate: 0.1 },
    fixed: ["task", "layers", "noise", "train"],
    ways: 2,
    solved(state, trainer) {
      if (trainer.steps > 5000 || error(trainer, "train") >= 0.05) return null;
      const cures = [];
      if (state.norm) cures.push("batch norm");
      if (state.activation !== "sigmoid") cures.push(`the activation ${state.activation}`);
      if (state.init !== "small") cures.push("larger initial weights");
      if (state.optimizer !== "sgd") cures.push(`the optimizer ${state.optimizer}`);
      return cures.join(" and ") || "a larger rate";
    },
  },
};
