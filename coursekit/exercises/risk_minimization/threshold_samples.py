"""Inputs for exercise 01.3: samples (x, label) on the line, and how well a threshold does on them."""

import numpy as np

from coursekit.exercises.engine.draws import tenths


def error_at(x, label, t):
    """L_S(h_t) for h_t(x) = 1[x > t]; a t computed in float32 is compared in float32."""
    x = np.asarray(x, float)
    low = x.astype(np.float32) > np.float32(t)
    return min(np.mean((x > t) != label), np.mean(low != label))


def least_errors(x, label):
    """The least error of a threshold below all x, between two of them, above all."""
    values = np.unique(x)
    errors = [error_at(x, label, t) for t in (values[0] - 1, *values)]
    return errors[0], min(errors[1:-1], default=1.0), errors[-1]


def _labels_by(x, cut, flipped):
    label = (x > cut).astype(int)
    label[flipped] = 1 - label[flipped]
    return label


def _inside(rng, m, cut, high=5.0):
    """Different x around the cut, unsorted; one label on each side is wrong, and the best t lies inside."""
    while True:
        x = rng.permutation(np.unique(tenths(rng, 3 * m, -high, high)))[:m]
        order = np.argsort(x)
        above = int(np.sum(x > cut))
        if not 3 <= above <= m - 3:
            continue
        flipped = order[[rng.integers(0, m - above - 1), m - above + rng.integers(1, above)]]
        label = _labels_by(x, cut, flipped)
        below, inside, beyond = least_errors(x, label)
        if inside < min(below, beyond) - 1e-9 and inside < min(error_at(x, label, t) for t in (0, 1)) - 1e-9:
            return x, label


def _against(rng, pattern):
    """A sample that 1[x < t] fits better than any 1[x > t]; pattern: the labels in the order of x."""
    x = rng.permutation(np.unique(tenths(rng, 4 * len(pattern))))[: len(pattern)]
    return x, np.array(pattern)[np.argsort(np.argsort(x))]


def ordinary(rng):
    return [
        _inside(rng, 7, 2.0),
        _inside(rng, 9, -2.0),
        _inside(rng, int(rng.integers(10, 14)), 1.5),
        _against(rng, [0, 1, 1, 1, 1, 1, 0, 0, 0]),
    ]


def beyond(rng):
    """Samples that are labeled best by 1 everywhere, or by 0 everywhere."""
    cases = []
    for m, share in ((4, 0.8), (6, 0.7), (8, 0.8), (9, 0.7)):
        for label_of_most in (0, 1):
            while True:
                x = rng.permutation(np.unique(tenths(rng, 4 * m)))[:m]
                label = (rng.random(m) < share).astype(int)
                label = label if label_of_most else 1 - label
                below, inside, beyond = least_errors(x, label)
                end, other = (below, beyond) if label_of_most else (beyond, below)
                if end < min(inside, other) - 1e-9 and end > 0:
                    break
            cases.append((x, label))
    one = np.array([0.7])
    return [*cases, _against(rng, [1, 1, 1, 1, 1, 0, 0, 0]), (one, np.array([1])), (-one, np.array([0]))]


def split_ties(x, label):
    """Cuts between sorted examples, also between equal ones."""
    order = np.argsort(x, kind="stable")
    x, label = x[order], label[order]
    mistakes = [int(np.sum(label[:i] == 1) + np.sum(label[i:] == 0)) for i in range(len(x) + 1)]
    best = int(np.argmin(mistakes))
    return float(x[0] - 1 if best == 0 else x[best - 1]), mistakes[best] / len(x)


def _tied(rng):
    """Equal x with different labels: no threshold comes between them."""
    while True:
        x = rng.permutation(np.repeat(np.unique(tenths(rng, 9))[:5], [3, 2, 4, 2, 3]))
        label = _labels_by(x, np.median(x), rng.permutation(len(x))[:3])
        values = np.unique(x)
        mixed = [0 < label[x == v].mean() < 1 for v in values]
        below, inside, beyond = least_errors(x, label)
        if sum(mixed) >= 2 and inside < min(below, beyond) - 1e-9 and split_ties(x, label)[1] < inside - 1e-9:
            return x, label


def awkward(rng):
    x, label = _inside(rng, 8, -1.5)
    whole, kinds = _inside(rng, 8, -20.0, 50.0)
    wide = np.zeros(2 * len(x))
    wide[::2] = x
    return [
        _tied(rng),
        _tied(rng),
        _against(rng, [0, 1, 1, 1, 1, 0, 0, 0]),
        (np.round(10 * whole).astype(int) + 700, kinds),  # beyond any fixed grid of thresholds
        (wide[::2], np.repeat(label, 2)[::2]),
    ]
