"""Empirical error, true error, and bounds on how far apart the two can be.

In the notation of Shalev-Shwartz & Ben-David (2014), L_S(h) is the empirical error (training error, empirical
risk), which is measured on a sample, and L_D(h) the true error (generalization error, risk) on the distribution. The
tasks and the unions of intervals have exact true errors.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.polynomial import legendre
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.data.interval_tasks import IntervalDistribution, Intervals, interval_erm, interval_erm_path
from coursekit.data.labels import class_labels, label_vector
from coursekit.data.tasks import CurveTask, DiscreteTask, GaussianTask, float_or_array

__all__ = [
    "CurveTask",
    "DiscreteTask",
    "GaussianTask",
    "IntervalDistribution",
    "Intervals",
    "empirical_error",
    "hoeffding_deviation",
    "hoeffding_sample_size",
    "interval_erm",
    "interval_erm_path",
    "memorizer",
    "polynomial_erm",
]


def empirical_error(guess: ArrayLike, label: ArrayLike) -> np.ndarray | float:
    """L_S(h) = |{i: h(x_i) ≠ y_i}| / m: the fraction misclassified, in [0, 1].

    guess (m,), or (..., m) for an ensemble of hypotheses, and label (m,) are class labels.
    """
    label = label_vector("empirical_error", "label", label)
    guess = class_labels("empirical_error", "guess", guess)
    if guess.shape[-1:] != label.shape:
        raise ValueError(
            f"empirical_error: guess must have shape (..., {len(label)}), because label has shape {label.shape}, but it "
            f"has shape {guess.shape}. A column becomes a vector with [:, 0], scores become labels with argmax(-1)."
        )
    return float_or_array((guess != label).mean(-1))


def memorizer(x: ArrayLike, label: ArrayLike, otherwise: int = 0) -> Callable[[ArrayLike], np.ndarray]:
    """Return the hypothesis with h(x) = y_i if x equals a training example x_i, and `otherwise` if not.

    x (m, n) or (m,), label (m,). It minimizes the empirical risk over all functions, so L_S = 0 unless equal inputs
    have different labels (then the commonest is kept), and yet it learns nothing about any other input. Shalev-Shwartz & Ben-David
    (2014), 2.2.1.
    """
    label = label_vector("memorizer", "label", label)
    otherwise = int(class_labels("memorizer", "otherwise", otherwise))
    keys = _row_keys(x)
    if len(keys) != len(label):
        raise ValueError(
            f"memorizer: x and label must have one row and one label per example, but x has {len(keys)} rows and label "
            f"has {len(label)} entries."
        )
    votes: dict[bytes, list[int]] = {}
    for key, vote in zip(keys, label.tolist(), strict=True):
        votes.setdefault(key, []).append(vote)
    known = {key: max(sorted(set(seen)), key=seen.count) for key, seen in votes.items()}

    def hypothesis(x: ArrayLike) -> np.ndarray:
        asked = _row_keys(x)
        if len(asked[0]) != len(keys[0]):
            raise ValueError(
                f"memorizer: x must have rows of {len(keys[0]) // 8} numbers, like the training examples, but it has "
                f"shape {np.shape(x)}."
            )
        return np.array([known.get(key, otherwise) for key in asked])

    return hypothesis


def hoeffding_deviation(m: ArrayLike, delta: float, hypotheses: float = 1) -> np.ndarray | float:
    """ε = √(ln(2|H|/δ)/(2m)): P(|L_S(h) − L_D(h)| > ε for some h in H) ≤ δ over m i.i.d. examples.

    m may be an array of sample sizes. `hypotheses` is the size |H| of the class, which must be fixed before the sample
    is seen. For one h this is Hoeffding's inequality for a loss in [0, 1], for more h the union bound is added. Shalev-Shwartz &
    Ben-David (2014), ch. 4.
    """
    log_term = _log_term("hoeffding_deviation", delta, hypotheses)
    m = checks.numeric("hoeffding_deviation", "m", m)
    if not (m >= 1).all():
        raise ValueError(f"hoeffding_deviation: m must be at least 1, but it is {m.min():g}.")
    return float_or_array(np.sqrt(log_term / (2 * m)))


def hoeffding_sample_size(epsilon: float, delta: float, hypotheses: float = 1) -> int:
    """Return the smallest integer m with hoeffding_deviation(m, delta, hypotheses) ≤ epsilon: ⌈ln(2|H|/δ)/(2ε²)⌉.

    It is found by bisection on that condition, because rounding makes the ⌈…⌉ wrong by one where the quotient is
    nearly an integer.
    """
    epsilon = checks.number("hoeffding_sample_size", "epsilon", epsilon, 1e-100, math.inf, open_high=True)
    log_term = _log_term("hoeffding_sample_size", delta, hypotheses)
    too_small, enough = 0, 1
    while math.sqrt(log_term / (2 * enough)) > epsilon:
        too_small, enough = enough, 2 * enough
    while enough - too_small > 1:
        middle = (too_small + enough) // 2
        if math.sqrt(log_term / (2 * middle)) > epsilon:
            too_small = middle
        else:
            enough = middle
    return enough


def _log_term(where: str, delta: float, hypotheses: float) -> float:
    """Return ln(2|H|/δ), also for a class as large as 2**5000."""
    delta = checks.number(where, "delta", delta, 0, 1, open_low=True, open_high=True)
    if isinstance(hypotheses, float) and hypotheses.is_integer():
        hypotheses = int(hypotheses)
    hypotheses = checks.positive_integer(where, "hypotheses", hypotheses)
    return math.log(2 * hypotheses) - math.log(delta)


def _row_keys(x: ArrayLike) -> list[bytes]:
    """Return each row of x as bytes, so that equal rows have equal keys."""
    x = np.atleast_1d(checks.numeric("memorizer", "x", x)).astype(np.float64)
    checks.no_nan("memorizer", "x", x)
    return [row.tobytes() for row in x.reshape(len(x), -1) + 0.0]  # + 0.0: −0 equals 0


def polynomial_erm(x: ArrayLike, y: ArrayLike, degree: int) -> Callable[[ArrayLike], np.ndarray]:
    """Return the polynomial h of at most this degree that minimizes (1/m) Σ (h(x_i) − y_i)².

    x and y (m,) or (m, 1), with x in [−1, 1]; h is a function of x in any shape. Legendre polynomials are the basis,
    so that high degrees stay well conditioned. Where degree ≥ m, many polynomials reach the minimum; the one whose
    coefficients have the smallest norm is returned.
    """
    where = "polynomial_erm"
    x, y = (checks.numeric(where, name, values) for name, values in (("x", x), ("y", y)))
    degree = checks.positive_integer(where, "degree", degree, least=0)
    for name, values in (("x", x), ("y", y)):
        checks.finite(where, name, values)
    if x.shape != y.shape or x.size != len(x):
        raise ValueError(
            f"{where}: x and y must both have shape (m,) or (m, 1), one number y per x, but x has shape {x.shape} and y "
            f"{y.shape}."
        )
    if np.abs(x).max() > 1:
        raise ValueError(
            f"{where}: x must lie in [−1, 1], but its largest absolute value is {np.abs(x).max():g}. Rescale it."
        )
    coefficients = np.linalg.lstsq(legendre.legvander(x.ravel(), degree), y.ravel(), rcond=None)[0]
    return lambda x: legendre.legval(np.asarray(x, dtype=float), coefficients)
