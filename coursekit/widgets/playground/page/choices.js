// What can be chosen, and what a new playground begins with. Python reads this file too: after the sign it is JSON.
export const CHOICES = {
  "task": {"default": "moons", "options": {"xor": "XOR", "circles": "circles", "moons": "two moons", "spirals": "spirals", "curve": "a noisy curve", "digits": "digits 3 and 8"}},
  "layers": {"default": [4, 4], "most_layers": 4, "most_units": 8},
  "activation": {"default": "tanh", "options": {"linear": "linear", "sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU", "leaky_relu": "leaky ReLU"}},
  "init": {"default": "glorot", "options": {"glorot": "Glorot", "he": "He", "heuristic": "uniform, ±1/√m", "small": "uniform, ±0.05", "large": "normal, σ = 2", "equal": "all 0.5"}},
  "loss": {"default": "cross_entropy", "options": {"cross_entropy": "cross-entropy", "squared": "squared error", "absolute": "absolute error"}},
  "optimizer": {"default": "sgd", "options": {"sgd": "SGD", "momentum": "momentum 0.9", "nesterov": "Nesterov 0.9", "rmsprop": "RMSprop", "adam": "Adam"}},
  "rate": {"default": 0.1, "values": [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10]},
  "batch": {"default": 16, "values": [1, 2, 4, 8, 16, 32, 64, 128]},
  "penalty": {"default": "none", "options": {"none": "none", "l1": "L1", "l2": "L2"}},
  "lam": {"default": 0.1, "values": [0.01, 0.03, 0.1, 0.3, 1, 3, 10]},
  "dropout": {"default": 0, "values": [0, 0.1, 0.2, 0.3, 0.4, 0.5]},
  "norm": {"default": false},
  "noise": {"default": 0, "values": [0, 0.05, 0.1, 0.2, 0.3, 0.4]},
  "train": {"default": 0.5, "values": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]},
  "seed": {"default": 1, "least": 0, "most": 999},
  "guide": {"default": "none", "options": {"none": "no task", "bend": "what bending buys", "equal": "units that stay equal", "memorize": "wrong labels", "rate": "a rate that is too large", "vanishing": "the signal that does not arrive"}}
};
