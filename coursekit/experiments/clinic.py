"""Eight networks, seven of them sick: their training logs, and what each treatment does to them.

    from coursekit import clinic
    log = clinic.training_log(ck, clinic.PATIENTS["A"])     # the dict that exercise 07.6 diagnoses
    gain = clinic.gain(ck, "A", "batch norm", seeds=20)     # validation error, untreated − treated, (seeds,)

A patient is a `Recipe`; a treatment changes it. All train on handwritten digits.
"""

import dataclasses
import itertools
import warnings

import numpy as np

from coursekit import checks, data, initializers
from coursekit.training.members import named_parameters

VALIDATION = 400  # images

VANISHING, EXPLODING = "vanishing gradients", "exploding gradients"
OVERFITTING, SYMMETRY, SLOW = "overfitting", "weight symmetry", "slow progress"
OSCILLATION, DEAD, HEALTHY = "oscillation", "dead relu", "healthy"
DIAGNOSES = (VANISHING, EXPLODING, OVERFITTING, SYMMETRY, SLOW, OSCILLATION, DEAD, HEALTHY)


def heuristic(rng, shape):
    """W_ij ~ U(−1/√m, 1/√m) for W (..., n, m): the usual choice before 2010, variance 1/(3m).

    Glorot & Bengio (2010), eq. 1, call it the commonly used heuristic.
    """
    limit = 1 / np.sqrt(shape[-1])
    return rng.uniform(-limit, limit, shape)


@dataclasses.dataclass(frozen=True)
class Recipe:
    """How a network is made and trained.

    hidden: the layers' widths; activation: a name in the backend; examples, noise: training images, and the share
    of them whose label is replaced by a random one; clip: largest norm of the gradient.
    """

    hidden: tuple[int, ...] = (32,)
    activation: str = "relu"
    init: object = initializers.he
    rate: float = 0.1
    momentum: float = 0.0
    batch_size: int | None = 25
    batch_norm: bool = False
    dropout: float = 0.0
    lam: float = 0.0
    clip: float | None = None
    examples: int = 200
    noise: float = 0.0
    epochs: int = 20


# The diagnoses stand in the tests: look at the logs first.
PATIENTS = {
    "A": Recipe(rate=0.002),
    "B": Recipe((32, 32, 32, 32), "sigmoid", heuristic, rate=0.5),
    "C": Recipe(rate=0.3, examples=400),
    "D": Recipe((32,) * 8, init=initializers.normal(0.7), rate=0.05),
    "E": Recipe((64,), rate=0.05, momentum=0.9, batch_size=30, examples=120, noise=0.4, epochs=40),
    "F": Recipe((32, 32), rate=6.0),
    "G": Recipe((32,), "tanh", initializers.constant(0.0), rate=0.3),
    "H": Recipe((32,), "tanh", initializers.glorot, rate=3.0, batch_size=None, epochs=40),
}

TREATMENTS = {
    "none": {},
    "He initialization": {"init": initializers.he},
    "Glorot initialization": {"init": initializers.glorot},
    "batch norm": {"batch_norm": True},
    "leaky ReLU": {"activation": "leaky_relu"},
    "rate ÷ 10": {"rate": 0.1},
    "rate × 30": {"rate": 30.0},
    "momentum 0.9": {"momentum": 0.9},
    "dropout 0.5": {"dropout": 0.5},
    "L2 penalty": {"lam": 2.0},
    "clipped gradient": {"clip": 1.0},
}


def treated(recipe: Recipe, treatment: str) -> Recipe:
    """The recipe after one of TREATMENTS; those of the rate multiply it."""
    checks.one_of("treated", "treatment", treatment, list(TREATMENTS))
    changes = dict(TREATMENTS[treatment])
    if "rate" in changes:
        changes["rate"] *= recipe.rate
    return dataclasses.replace(recipe, **changes)


def prepare(ck, recipe: Recipe, seeds: int):
    """(net, X, y, arguments of `ck.fit`) for as many networks as seeds, each with a split of its own."""
    digits = data.digits()
    draws = [np.random.default_rng([7, seed]) for seed in range(seeds)]
    order = np.stack([rng.permutation(1797) for rng in draws])
    train, val = order[:, : recipe.examples], order[:, -VALIDATION:]
    y = digits.y[train]
    for target, rng in zip(y, draws, strict=True):
        wrong = rng.permutation(recipe.examples)[: round(recipe.noise * recipe.examples)]
        target[wrong] = np.eye(10)[rng.integers(0, 10, wrong.size)]
    rng = np.random.default_rng(7)
    net = ck.mlp(
        [64, *recipe.hidden, 10], getattr(ck, recipe.activation), rng=rng, ensemble=(seeds,), init=recipe.init,
        dropout=recipe.dropout, batch_norm=recipe.batch_norm,
    )  # fmt: skip
    penalty = {"penalty": ck.l2, "lam": recipe.lam} if recipe.lam else {}
    arguments = {
        "loss": ck.softmax_cross_entropy,
        "optimizer": ck.SGD(net.parameters(), lr=recipe.rate, momentum=recipe.momentum),
        "batch_size": recipe.batch_size,
        "rng": rng,
        "clip_norm": recipe.clip,
        "validation": (digits.x[val], digits.y[val]),
        "metrics": {"accuracy": ck.accuracy},
    }
    return net, digits.x[train], y, arguments | penalty


def training_log(ck, recipe: Recipe, seed: int = 0) -> dict:
    """The log of one network, as exercise 07.6 reads it.

    delta_norms are taken before training; unit_spread (smallest of the hidden layers) and active_fraction (the
    smallest share of unit outputs with a slope, over the hidden layers) after it.
    """
    net, X, y, arguments = prepare(ck, recipe, seed + 1)
    norms = ck.delta_norms(net, X, y, loss=ck.softmax_cross_entropy)[:, seed]
    history = _fitted(ck, net, X, y, recipe, arguments)
    layers = _layers(ck, net, seed)
    return {
        "train_loss": history.train[:, seed].tolist(),
        "val_loss": history.val[:, seed].tolist(),
        "delta_norms": norms.tolist(),
        "unit_spread": min(_spread(*pair) for pair in itertools.pairwise(layers)),
        "active_fraction": _active(recipe.activation, layers, X[seed]),
        "rate": recipe.rate,
    }


def errors(history):
    """Validation error in percent, (epochs, seeds); a network that diverged guesses."""
    return np.nan_to_num(100 * (1 - history.metrics["accuracy"]), nan=90.0)


def gain(ck, patient: str, treatment: str, seeds: int = 20) -> np.ndarray:
    """By how many points a treatment lowers the validation error, for each seed (seeds,): above 0 is better."""
    checks.one_of("gain", "patient", patient, list(PATIENTS))
    last = []
    for recipe in (PATIENTS[patient], treated(PATIENTS[patient], treatment)):
        net, X, y, arguments = prepare(ck, recipe, seeds)
        last.append(errors(_fitted(ck, net, X, y, recipe, arguments))[-1])
    return last[0] - last[1]


def _fitted(ck, net, X, y, recipe, arguments):
    with warnings.catch_warnings():  # some are meant to diverge
        warnings.filterwarnings("ignore", "fit: .* no longer finite", RuntimeWarning)
        return ck.fit(net, X, y, epochs=recipe.epochs, **arguments)


def _layers(ck, net, seed):
    """[(W (n, m), b (n,)), …] of one network without batch norm."""
    live = {key: ck.to_numpy(value)[seed] for key, value in named_parameters(net).items()}
    places = sorted({int(key.split(".")[0]) for key in live})
    return [(live[f"{i}.W"], live[f"{i}.b"][0]) for i in places]


def _spread(layer, beyond):
    """Exercise 07.4's number for the units of a layer."""
    (W, b), (W_out, _) = layer, beyond
    return float(max(np.ptp(W, axis=0).max(), np.ptp(b), np.ptp(W_out, axis=1).max()))


def _active(activation, layers, x):
    """Only a ReLU has outputs without any slope: those at 0."""
    if activation != "relu":
        return 1.0
    shares = []
    for W, b in layers[:-1]:
        with np.errstate(over="ignore", invalid="ignore"):
            x = np.maximum(x @ W.T + b, 0)
        shares.append(float(np.mean(x > 0)))
    return min(shares)
