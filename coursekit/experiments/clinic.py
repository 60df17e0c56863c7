"""Eight "patients", networks seven of which have one known difficulty each, and treatments for them.

    from coursekit.experiments import clinic
    log = clinic.training_log(ck, clinic.PATIENTS["A"])     # the dict that `diagnose` reads
    gain = clinic.gain(ck, "A", "batch norm", seeds=20)     # validation error, untreated − treated, (seeds,)

A patient is a `TrainingPlan`; a treatment changes it. All networks train on handwritten digits.
"""

import dataclasses
import itertools
import warnings
from types import ModuleType
from typing import Any

import numpy as np

from coursekit import checks, data, initializers
from coursekit.training.history import History
from coursekit.training.members import named_parameters

VALIDATION = 400  # images

VANISHING, EXPLODING = "vanishing gradients", "exploding gradients"
OVERFITTING, SYMMETRY, SLOW = "overfitting", "weight symmetry", "slow progress"
OSCILLATION, DEAD, HEALTHY = "oscillation", "dead relu", "healthy"
DIAGNOSES = (VANISHING, EXPLODING, OVERFITTING, SYMMETRY, SLOW, OSCILLATION, DEAD, HEALTHY)


def heuristic(rng: np.random.Generator, shape: initializers.Shape) -> np.ndarray:
    """W_ij ~ U(−1/√m, 1/√m) for W (..., n, m), with variance 1/(3m): the usual initialization before 2010.

    Glorot & Bengio (2010), eq. 1, call it the commonly used heuristic.
    """
    shape = (shape,) if isinstance(shape, int) else shape
    limit = 1 / np.sqrt(shape[-1])
    return rng.uniform(-limit, limit, shape)


@dataclasses.dataclass(frozen=True)
class TrainingPlan:
    """The architecture of a network and the settings of its training.

    hidden: widths of the hidden layers; activation: a name in the backend; examples: number of training images; noise:
    the share of them whose label is replaced by a random one (a tenth of these is right by chance); clip: largest norm of the gradient.
    """

    hidden: tuple[int, ...] = (32,)
    activation: str = "relu"
    init: initializers.Initializer = initializers.he
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


# The diagnoses are not listed here, so that a reader looks at the logs first.
PATIENTS = {
    "A": TrainingPlan(rate=0.002),
    "B": TrainingPlan((32, 32, 32, 32), "sigmoid", heuristic, rate=0.5),
    "C": TrainingPlan(rate=0.3, examples=400),
    "D": TrainingPlan((32,) * 8, init=initializers.normal(0.7), rate=0.05),
    "E": TrainingPlan((64,), rate=0.05, momentum=0.9, batch_size=30, examples=120, noise=0.4, epochs=40),
    "F": TrainingPlan((32, 32), rate=6.0),
    "G": TrainingPlan((32,), "tanh", initializers.constant(0.0), rate=0.3),
    "H": TrainingPlan((32,), "tanh", initializers.glorot, rate=3.0, batch_size=None, epochs=40),
}

TREATMENTS: dict[str, dict[str, Any]] = {
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


def treated(plan: TrainingPlan, treatment: str) -> TrainingPlan:
    """Return the plan changed by one of TREATMENTS; a changed rate is a factor of the old one."""
    checks.one_of("treated", "treatment", treatment, list(TREATMENTS))
    changes = dict(TREATMENTS[treatment])
    if "rate" in changes:
        changes["rate"] *= plan.rate
    return dataclasses.replace(plan, **changes)


def prepare(
    ck: ModuleType, plan: TrainingPlan, seeds: int
) -> tuple[Any, np.ndarray, np.ndarray, dict[str, Any]]:
    """Return (net, X, y, arguments of `ck.fit`) for an ensemble with one network per seed, each with its own split."""
    digits = data.digits()
    draws = [np.random.default_rng([7, seed]) for seed in range(seeds)]
    order = np.stack([rng.permutation(1797) for rng in draws])
    train, val = order[:, : plan.examples], order[:, -VALIDATION:]
    y = digits.y[train]
    for target, rng in zip(y, draws, strict=True):
        wrong = rng.permutation(plan.examples)[: round(plan.noise * plan.examples)]
        target[wrong] = np.eye(10)[rng.integers(0, 10, wrong.size)]
    rng = np.random.default_rng(7)
    net = ck.mlp(
        [64, *plan.hidden, 10], getattr(ck, plan.activation), rng=rng, ensemble=(seeds,), init=plan.init,
        dropout=plan.dropout, batch_norm=plan.batch_norm,
    )  # fmt: skip
    penalty = {"penalty": ck.l2, "lam": plan.lam} if plan.lam else {}
    arguments = {
        "loss": ck.softmax_cross_entropy,
        "optimizer": ck.SGD(net.parameters(), lr=plan.rate, momentum=plan.momentum),
        "batch_size": plan.batch_size,
        "rng": rng,
        "clip_norm": plan.clip,
        "validation": (digits.x[val], digits.y[val]),
        "metrics": {"accuracy": ck.accuracy},
    }
    return net, digits.x[train], y, arguments | penalty


def loss_log(ck: ModuleType, plan: TrainingPlan, seed: int = 0) -> dict[str, Any]:
    """Train one network and return its losses: "train_loss" and "val_loss" by epoch, and "start_loss" before training.

    start_loss holds the training and the validation loss, in evaluation mode.
    """
    return _logged(ck, plan, seed)[0]


def training_log(ck: ModuleType, plan: TrainingPlan, seed: int = 0) -> dict[str, Any]:
    """Train one network without batch norm and return its log, which `diagnose` reads: its losses, and its vital signs.

    delta_norms are measured before training. unit_spread, the smallest spread between units over the hidden layers, and
    active_fraction, the smallest share of outputs that have a slope, are measured after it.
    """
    log, norms, net, x = _logged(ck, plan, seed)
    layers = _layers(ck, net, seed)
    return log | {
        "delta_norms": norms.tolist(),
        "unit_spread": min(_spread(*pair) for pair in itertools.pairwise(layers)),
        "active_fraction": _active(plan.activation, layers, x),
        "rate": plan.rate,
    }


def errors(history: History) -> np.ndarray:
    """Return the validation error in percent, (epochs, seeds); a network that diverged has the 90 % of guessing."""
    return np.nan_to_num(100 * (1 - history.metrics["accuracy"]), nan=90.0)


def gain(ck: ModuleType, patient: str, treatment: str, seeds: int = 20) -> np.ndarray:
    """Return the points (seeds,) by which a treatment lowers the validation error of each seed; above 0 is better."""
    checks.one_of("gain", "patient", patient, list(PATIENTS))
    last = []
    for plan in (PATIENTS[patient], treated(PATIENTS[patient], treatment)):
        net, X, y, arguments = prepare(ck, plan, seeds)
        last.append(errors(_fitted(ck, net, X, y, plan, arguments))[-1])
    return last[0] - last[1]


def _logged(ck, plan, seed):
    """(losses, ‖∂C/∂z‖ by layer before training, the networks after it, the inputs of this seed)."""
    net, X, y, arguments = prepare(ck, plan, seed + 1)
    norms = ck.delta_norms(net, X, y, loss=ck.softmax_cross_entropy)[:, seed]
    start = []
    for x, targets in ((X, y), arguments["validation"]):
        loss = ck.softmax_cross_entropy(ck.predict(net, x), ck.asarray(targets))
        start.append(float(ck.to_numpy(loss)[seed]))
    history = _fitted(ck, net, X, y, plan, arguments)
    log = {
        "start_loss": start,
        "train_loss": history.train[:, seed].tolist(),
        "val_loss": history.val[:, seed].tolist(),
    }
    return log, norms, net, X[seed]


def _fitted(ck, net, X, y, plan, arguments):
    with warnings.catch_warnings():  # some are meant to diverge
        warnings.filterwarnings("ignore", "fit: .* no longer finite", RuntimeWarning)
        return ck.fit(net, X, y, epochs=plan.epochs, **arguments)


def _layers(ck, net, seed):
    """[(W (n, m), b (n,)), …] of one network without batch norm."""
    live = {key: ck.to_numpy(value)[seed] for key, value in named_parameters(net).items()}
    places = sorted({int(key.split(".")[0]) for key in live})
    return [(live[f"{i}.W"], live[f"{i}.b"][0]) for i in places]


def _spread(layer, beyond):
    """The largest difference between two units of a layer, as `symmetry_spread` of lesson 07a computes it."""
    (W, b), (W_out, _) = layer, beyond
    return float(max(np.ptp(W, axis=0).max(), np.ptp(b), np.ptp(W_out, axis=1).max()))


def _active(activation, layers, x):
    """The smallest share of outputs with a slope over the hidden layers; only a ReLU has outputs without one."""
    if activation != "relu":
        return 1.0
    shares = []
    for W, b in layers[:-1]:
        with np.errstate(over="ignore", invalid="ignore"):
            x = np.maximum(x @ W.T + b, 0)
        shares.append(float(np.mean(x > 0)))
    return min(shares)
