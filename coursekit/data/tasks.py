"""Tasks whose distribution is known, so that true errors are exact and no test set is needed."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.data.labels import class_labels, label_vector


@dataclass(frozen=True, eq=False)
class DiscreteTask:
    """A distribution D over K points: point i is drawn with probability[i] and has label[i].

    The inputs are the rows of x (K, n), by default the number of the point. Points may share an input and differ
    in their label. That is label noise, and then no hypothesis reaches true error 0.
    """

    probability: np.ndarray
    label: np.ndarray
    x: np.ndarray | None = None

    def __post_init__(self):
        probability = checks.numeric("DiscreteTask", "probability", self.probability)
        label = label_vector("DiscreteTask", "label", self.label)
        x = np.arange(len(label))[:, None] if self.x is None else checks.numeric("DiscreteTask", "x", self.x)
        if probability.shape != label.shape or x.ndim != 2 or len(x) != len(label):
            raise ValueError(
                "DiscreteTask: probability, label and x must have shapes (K,), (K,) and (K, n), with one entry or row "
                f"per point, but their shapes are {probability.shape}, {label.shape} and {x.shape}."
            )
        if not (probability >= 0).all() or abs(probability.sum() - 1) > 1e-6:
            raise ValueError(
                "DiscreteTask: probabilities must be at least 0 and sum to 1, but the smallest is "
                f"{probability.min():g} and they sum to {probability.sum():g}. Divide counts by their sum."
            )
        for name, value in (("probability", probability), ("label", label), ("x", x)):
            object.__setattr__(self, name, value)

    def true_error(self, guess: ArrayLike | Callable[[np.ndarray], ArrayLike]) -> np.ndarray | float:
        """L_D(h) = Σ probability · [h(x) ≠ y]; guess: (..., K), one guess per point, or a function of x (K, n)."""
        guess = guess(self.inputs.copy()) if callable(guess) else guess
        guess = class_labels("DiscreteTask.true_error", "guess", guess)
        if guess.shape[-1:] != self.label.shape:
            raise ValueError(
                f"DiscreteTask.true_error: guess must have shape (..., {len(self.label)}), one guess per point, but it "
                f"has shape {guess.shape}."
            )
        return float_or_array((guess != self.label) @ self.probability)

    @property
    def inputs(self) -> np.ndarray:
        """The inputs x (K, n) of the points."""
        return np.asarray(self.x)

    @property
    def bayes_error(self) -> float:
        """The smallest true error of any hypothesis, reached by guessing the likeliest label of each input."""
        _, inputs = np.unique(self.inputs, axis=0, return_inverse=True)
        classes, label = np.unique(self.label, return_inverse=True)
        joint = np.zeros((inputs.max() + 1, len(classes)))
        np.add.at(joint, (inputs.ravel(), label), self.probability)
        return float((joint.sum(1) - joint.max(1)).sum())

    def sample(self, m: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Draw m i.i.d. examples: the numbers (m,) of their points, with inputs x[point], and the labels (m,)."""
        m = checks.positive_integer("DiscreteTask.sample", "m", m)
        rng = checks.generator("DiscreteTask.sample", rng)
        point = rng.choice(len(self.label), size=m, p=self.probability / self.probability.sum())
        return point, self.label[point]


@dataclass(frozen=True, eq=False)
class GaussianTask:
    """Two classes, equally likely: x ~ N(mean, I) has label 1, x ~ N(−mean, I) label 0; mean (n,)."""

    mean: np.ndarray

    def __post_init__(self):
        mean = checks.numeric("GaussianTask", "mean", self.mean)
        checks.finite("GaussianTask", "mean", mean)
        if mean.ndim != 1:
            raise ValueError(
                f"GaussianTask: mean must have shape (n,), one number per input, but it has shape {mean.shape}."
            )
        object.__setattr__(self, "mean", mean)

    @property
    def bayes_error(self) -> float:
        """Φ(−‖mean‖), reached by w = mean, b = 0."""
        return float(_normal_cdf(-np.linalg.norm(self.mean)))

    def true_error(self, w: ArrayLike, b: ArrayLike = 0.0) -> np.ndarray | float:
        """P[1[w·x + b > 0] ≠ y] for w (..., n) and b (...): ½Φ(−(w·mean + b)/‖w‖) + ½Φ((b − w·mean)/‖w‖).

        The constant hypothesis w = 0 is wrong on one of the two classes, so its error is ½.
        """
        where = "GaussianTask.true_error"
        w, b = checks.numeric(where, "w", w), checks.numeric(where, "b", b)
        checks.finite(where, "w", w)
        checks.finite(where, "b", b)
        if w.shape[-1:] != self.mean.shape:
            raise ValueError(
                f"{where}: w must have shape (..., {len(self.mean)}), like the mean, but it has shape {w.shape}."
            )
        length = np.linalg.norm(w, axis=-1)
        length = np.where(length > 0, length, 1)  # w = 0: Φ(−b) + Φ(b) = 1
        margin = w @ self.mean
        return float_or_array((_normal_cdf(-(margin + b) / length) + _normal_cdf((b - margin) / length)) / 2)

    def sample(self, m: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Draw m i.i.d. examples: x (m, n) and their labels (m,)."""
        m = checks.positive_integer("GaussianTask.sample", "m", m)
        label = checks.generator("GaussianTask.sample", rng).integers(0, 2, m)
        return (2 * label - 1)[:, None] * self.mean + rng.standard_normal((m, len(self.mean))), label


@dataclass(frozen=True)
class CurveTask:
    """Regression: x uniform on [−1, 1], y = f(x) + N(0, noise²) with f(x) = sin(πx)."""

    noise: float = 0.3

    def __post_init__(self):
        object.__setattr__(
            self, "noise", checks.number("CurveTask", "noise", self.noise, 0, math.inf, open_high=True)
        )

    def f(self, x: ArrayLike) -> np.ndarray:
        """The curve without noise."""
        return np.sin(np.pi * checks.numeric("CurveTask.f", "x", x))

    @property
    def bayes_error(self) -> float:
        """The smallest true error of any hypothesis: noise², the error of f itself."""
        return self.noise**2

    def true_error(self, hypothesis: Callable[[np.ndarray], ArrayLike]) -> np.ndarray | float:
        """L_D(h) = E(h(x) − y)² = noise² + ½∫(h − f)² dx for a function h from x (N, 1) to (..., N, 1).

        By Gauss–Legendre quadrature with 200 nodes: exact to round-off for polynomials up to degree 150,
        approximate for functions with kinks, such as ReLU networks.
        """
        x, weight = _quadrature()
        guess = checks.numeric("CurveTask.true_error", "hypothesis(x)", hypothesis(x.copy()))
        if guess.shape[-2:] != x.shape:
            raise ValueError(
                f"CurveTask.true_error: hypothesis(x) must have shape (..., {len(x)}, 1), one guess per row of x, but it "
                f"has shape {guess.shape} for x of shape {x.shape}."
            )
        return float_or_array(self.noise**2 + ((guess - self.f(x)) ** 2 * weight).sum((-2, -1)) / 2)

    def sample(self, m: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Draw m i.i.d. examples: x (m, 1) and y (m, 1)."""
        m = checks.positive_integer("CurveTask.sample", "m", m)
        x = checks.generator("CurveTask.sample", rng).uniform(-1, 1, (m, 1))
        return x, self.f(x) + self.noise * rng.standard_normal((m, 1))


@cache
def _quadrature() -> tuple[np.ndarray, np.ndarray]:
    x, weight = np.polynomial.legendre.leggauss(200)
    return x[:, None], weight[:, None]


def _normal_cdf(z: ArrayLike) -> np.ndarray:
    return np.vectorize(lambda z: math.erfc(-z / math.sqrt(2)) / 2, otypes=[float])(z)


def float_or_array(error: np.ndarray) -> np.ndarray | float:
    """Return a float for one hypothesis, an array for an ensemble."""
    return float(error) if np.ndim(error) == 0 else error
