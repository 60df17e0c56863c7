"""Unions of intervals on the line: a class whose empirical risk minimizer and true error are both exact.

x is uniform on [0, 1] and h(x) = 1 on the intervals, so L_D(h) is a sum of lengths. The best union of at most
k intervals for m examples is found by dynamic programming in O(m log m + m k), so no optimizer has to be trusted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.data.labels import label_vector


@dataclass(frozen=True)
class Intervals:
    """The hypothesis h(x) = 1 if a ≤ x ≤ b for one of the intervals (a, b), else 0.

    `intervals` holds them sorted and disjoint, because overlapping ones are merged. Ends may be infinite; [] is
    h = 0.
    """

    intervals: Sequence[tuple[float, float]]

    def __post_init__(self):
        pairs = self.intervals.tolist() if isinstance(self.intervals, np.ndarray) else self.intervals
        if isinstance(pairs, list | tuple) and not pairs:
            pairs = np.empty((0, 2))
        else:
            pairs = checks.numeric("Intervals", "intervals", pairs)
            checks.no_nan("Intervals", "intervals", pairs)
        if pairs.ndim != 2 or pairs.shape[1] != 2 or (pairs[:, 0] > pairs[:, 1]).any():
            raise ValueError(
                "Intervals: intervals must be a list of pairs (a, b) with a ≤ b, for example [(0.1, 0.3), (0.5, 0.6)], "
                f"but it is {self.intervals!r}."
            )
        merged: list[tuple[float, float]] = []
        for a, b in sorted(pairs.tolist()):
            if merged and a <= merged[-1][1]:
                a, b = merged[-1][0], max(b, merged.pop()[1])
            merged.append((a, b))
        object.__setattr__(self, "intervals", tuple(merged))

    def __len__(self) -> int:
        return len(self.intervals)

    def __call__(self, x: ArrayLike) -> np.ndarray:
        """h(x) as integers 0 and 1, in the shape of x."""
        x = checks.numeric("Intervals", "x", x)
        checks.no_nan("Intervals", "x", x)
        ends = np.array(self.intervals).reshape(-1, 2)
        return ((x[..., None] >= ends[:, 0]) & (x[..., None] <= ends[:, 1])).any(-1).astype(int)

    def true_error(self, distribution: "IntervalDistribution") -> float:
        """L_D(h) = P[h(x) ≠ y], exactly: noise + (1 − 2 noise) · length of {x in [0, 1]: h(x) ≠ f(x)}."""
        if not isinstance(distribution, IntervalDistribution):
            raise TypeError(
                "Intervals.true_error: distribution must be an IntervalDistribution, for example "
                f"IntervalDistribution([(0.1, 0.3)], noise=0.1), but it is {distribution!r}."
            )
        f, noise = distribution.f, distribution.noise
        cuts = np.unique(np.clip(np.ravel((*self.intervals, *f.intervals, (0.0, 1.0))), 0, 1))
        middle = (cuts[1:] + cuts[:-1]) / 2  # both hypotheses are constant between neighboring cuts
        return float(noise + (1 - 2 * noise) * np.diff(cuts)[self(middle) != f(middle)].sum())


@dataclass(frozen=True)
class IntervalDistribution:
    """x uniform on [0, 1]; y = 1 on `intervals` and 0 elsewhere, flipped with probability `noise`."""

    intervals: Intervals | Sequence[tuple[float, float]]
    noise: float = 0.0

    def __post_init__(self):
        if not isinstance(self.intervals, Intervals):
            object.__setattr__(self, "intervals", Intervals(self.intervals))
        object.__setattr__(self, "noise", checks.number("IntervalDistribution", "noise", self.noise, 0, 1))

    @property
    def f(self) -> Intervals:
        """The hypothesis that is 1 on `intervals`: the labels without noise."""
        return self.intervals if isinstance(self.intervals, Intervals) else Intervals(self.intervals)

    @property
    def bayes_error(self) -> float:
        """The smallest true error of any hypothesis: min(noise, 1 − noise)."""
        return min(self.noise, 1 - self.noise)

    def sample(self, m: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Draw m i.i.d. examples: x (m,) and their labels (m,)."""
        m = checks.positive_integer("IntervalDistribution.sample", "m", m)
        rng = checks.generator("IntervalDistribution.sample", rng)
        x = rng.random(m)
        return x, self.f(x) ^ (rng.random(m) < self.noise)


def interval_erm(x: ArrayLike, label: ArrayLike, k: int) -> tuple[Intervals, int]:
    """Find a union h of at most k intervals with the fewest errors on the sample; return (h, errors).

    x (m,) or (m, 1) in any order, ties allowed; label (m,) of 0 and 1; k ≥ 0. Of several minimizers, one with
    the fewest intervals is returned. Ends lie half way between neighboring x; an interval that holds the outermost
    x extends to infinity.
    """
    return _minimizers(x, label, k)[-1]


def interval_erm_path(x: ArrayLike, label: ArrayLike, k: int) -> list[tuple[Intervals, int]]:
    """Return interval_erm for at most 0, 1, …, k intervals, in about the time of one call."""
    path = _minimizers(x, label, k)
    return path + path[-1:] * (k + 1 - len(path))


def _minimizers(x: ArrayLike, label: ArrayLike, k: int) -> list[tuple[Intervals, int]]:
    """The minimizers for at most 0, 1, … intervals, up to k or to the number of different x."""
    x, label = _sample(x, label)
    values, group = np.unique(x, return_inverse=True)  # equal x get the same guess from any h
    k = min(checks.positive_integer("interval_erm", "k", k, least=0), len(values))
    ones = np.bincount(group, weights=label, minlength=len(values)).astype(int)
    zeros = np.bincount(group, minlength=len(values)) - ones

    # outside[j], inside[j]: fewest errors so far with j intervals begun, the last point out of or in the j-th
    impossible = len(x) + 1
    outside, inside = np.full(k + 1, impossible), np.full(k + 1, impossible)
    outside[0] = 0
    left, began = [], []  # to trace the best labeling back: was the previous point inside, was it outside
    for one, zero in zip(ones, zeros, strict=True):
        before = np.concatenate(([impossible], outside[:-1]))
        left.append(inside < outside)
        began.append(before < inside)
        outside, inside = np.minimum(outside, inside) + one, np.minimum(inside, before) + zero

    left, began = np.array(left).tolist(), np.array(began).tolist()
    path = []
    for j, errors in enumerate(np.minimum(outside, inside)):
        if path and path[-1][1] <= errors:
            path.append(path[-1])
        else:
            chosen = _traced_back(left, began, j, bool(inside[j] < outside[j]))
            path.append((Intervals(_runs(values.tolist(), chosen)), int(errors)))
    return path


def _sample(x: ArrayLike, label: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    where = "interval_erm"
    x = checks.numeric(where, "x", x)
    checks.finite(where, "x", x)
    label = label_vector(where, "label", label, classes=2)
    if x.ndim == 2 and x.shape[1] == 1:
        x = x[:, 0]
    if x.shape != label.shape:
        raise ValueError(
            f"{where}: x and label must have the same length, one number and one label per example, but x has shape "
            f"{x.shape} and label {label.shape}."
        )
    return x, label


def _traced_back(left: list, began: list, j: int, is_inside: bool) -> list[bool]:
    """Which of the sorted points lie inside the intervals of the best labeling with j intervals."""
    chosen = []
    for left_here, began_here in zip(reversed(left), reversed(began), strict=True):
        chosen.append(is_inside)
        if is_inside and began_here[j]:
            j, is_inside = j - 1, False
        elif not is_inside:
            is_inside = left_here[j]
    return chosen[::-1]


def _runs(values: list[float], chosen: list[bool]) -> list[tuple[float, float]]:
    """Consecutive chosen values as closed intervals that hold no other value."""
    intervals, last = [], len(values) - 1
    for i, inside in enumerate(chosen):
        if inside and (i == 0 or not chosen[i - 1]):
            start = -np.inf if i == 0 else _between(values[i - 1], values[i], values[i])
        if inside and (i == last or not chosen[i + 1]):
            intervals.append((start, np.inf if i == last else _between(values[i], values[i + 1], values[i])))
    return intervals


def _between(low: float, high: float, otherwise: float) -> float:
    """A number strictly between low and high, or `otherwise` where floats have none."""
    middle = low / 2 + high / 2
    return middle if low < middle < high else otherwise
