"""Arguments that are not data: a random generator, or a function chosen by name from a public list.

A question holds them as `Rng(seed)`, `Named(name)` and `Made(name)`, which are data; `live` turns them into the
real thing in whichever process the answer runs.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Rng:
    """An argument that becomes np.random.default_rng(seed)."""

    seed: int


@dataclass(frozen=True)
class Named:
    """An argument that becomes CALLABLES[name]."""

    name: str


@dataclass(frozen=True)
class Made(Named):
    """An argument that becomes CALLABLES[name](), made again for each call: one that counts must start from 0."""


CALLABLES = {}  # by name


def public(function):
    """Enter a function into CALLABLES."""
    CALLABLES[function.__name__] = function
    return function


@public
def sum_of_cubes(x):
    """Σ x³: a scalar function whose third derivative does not vanish, so that one-sided differences show."""
    return float(np.sum(np.asarray(x, dtype=float) ** 3))


@public
def log_sum_exp(x):
    """log Σ exp(x): a scalar function that mixes all entries."""
    return float(np.logaddexp.reduce(np.ravel(x)))


@public
def sum_of_row_products(x):
    """Σ_i Π_j x_ij: a scalar function that knows rows from columns."""
    return float(np.sum(np.prod(x, axis=-1)))


@public
def fit_nearest_mean(x, y):
    """The classes of y (N,), and the mean of the rows of x (N, m) in each."""
    classes = np.unique(y)
    return classes, np.stack([np.asarray(x)[np.asarray(y) == c].mean(axis=0) for c in classes])


@public
def predict_nearest_mean(model, x):
    """The class whose mean is nearest, for each row of x (N, m); the first of equally near ones."""
    classes, means = model
    return classes[_nearest(means, x)]


@public
def predict_largest_product(model, x):
    """The class whose mean has the largest inner product with the row, for each row of x (N, m).

    Unlike a nearest mean it depends on where the origin is: shifting all rows changes the guesses.
    """
    classes, means = model
    return classes[np.argmax(np.asarray(x) @ means.T, axis=1)]


@public
def fit_nearest_neighbor(x, y):
    """A model that remembers every row of x (N, m) and its label."""
    return np.array(x, dtype=float), np.array(y)


@public
def predict_nearest_neighbor(model, x):
    """The label of the nearest row remembered, for each row of x (N, m); the first of equally near ones."""
    rows, labels = model
    return labels[_nearest(rows, x)]


@public
def fit_neighbors(x, y, k):
    """A model that remembers every row of x (N, m) and its label, and asks the k nearest."""
    return *fit_nearest_neighbor(x, y), int(k)


@public
def predict_neighbors(model, x):
    """The commonest label among the k nearest rows remembered, for each row of x (N, m); the smallest of equals."""
    rows, labels, k = model
    near = np.argsort(((np.asarray(x)[:, np.newaxis] - rows) ** 2).sum(axis=-1), axis=1, kind="stable")[:, :k]
    classes = np.unique(labels)
    votes = (labels[near][..., np.newaxis] == classes).sum(axis=1)
    return classes[votes.argmax(axis=1)]


def _nearest(rows, x):
    """For each row of x (N, m) the index of the nearest of `rows` (M, m)."""
    return np.argmin(((np.asarray(x)[:, np.newaxis] - rows) ** 2).sum(axis=-1), axis=1)


@public
def gradient_of_bowl(x):
    """Gradient of f(x) = ½ Σ i·x_i², i = 1, …, d, steeper in each direction than in the one before."""
    return np.arange(1, len(x) + 1) * np.asarray(x)


@public
def gradient_of_chain(x):
    """Gradient of f(x) = ½ Σ x_i² + ½ Σ (x_i+1 − x_i)²: every entry pulls at its neighbors."""
    x = np.asarray(x)
    steps = np.diff(x, prepend=x[:1], append=x[-1:])
    return x - np.diff(steps)


@public
def gradient_of_double_well(x):
    """x³ − x, the gradient of f(x) = Σ ¼(x_i² − 1)²: valleys at ±1, and a hill between them."""
    x = np.asarray(x)
    return x**3 - x


@public
def learning_curve(config, budget):
    """Validation loss of a training: floor + drop / budget, and nan from the epoch `diverges` on, if there is one."""
    if budget >= config.get("diverges", np.inf):
        return float("nan")
    return config["floor"] + config["drop"] / budget


@public
def loss_at_rate(rate, budget):
    """Validation loss of a training at a learning rate: a small one is slow, a large one stays noisy, > 1 is nan."""
    return float("nan") if rate > 1 else 1 / (1 + rate * budget) + rate**2


def _waves(W):
    """Weights of this shape, all different, that retraining moves toward."""
    return 2 * np.cos(1.7 * np.arange(np.size(W)) + 0.3).reshape(np.shape(W))


@public
def halfway_to_waves(W):
    """Retrained weights (n, m): each has moved half of the way to a fixed target."""
    return (np.asarray(W, dtype=float) + _waves(W)) / 2


@public
def distance_from_waves(W):
    """The error of weights (n, m): their mean absolute distance from the target of `halfway_to_waves`."""
    return float(np.abs(np.asarray(W, dtype=float) - _waves(W)).mean())


@public
def metered_backend():
    """The NumPy backend with a budget for training (capstone.Metered)."""
    from coursekit import numpy_backend
    from coursekit.capstone.budget import Metered

    return Metered(numpy_backend)


def live(argument):
    """The argument as the answer receives it; data is passed through."""
    if isinstance(argument, Rng):
        return np.random.default_rng(argument.seed)
    if isinstance(argument, Made):
        return CALLABLES[argument.name]()
    if isinstance(argument, Named):
        return CALLABLES[argument.name]
    return argument
