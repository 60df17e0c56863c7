"""Exercise 07.3: batch normalization in training mode."""

import numpy as np

from coursekit.exercises.engine.draws import sizes, strided, tenths, transposed
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property

TINY = 1e-9  # an eps too small to show, so that what is done with it costs the points of one property only


def _inputs(rng, shape):
    """Columns with means and spreads of their own; no two entries of a column are close."""
    steps = rng.permuted(np.tile(np.arange(shape[0]), (shape[1], 1)), axis=1).T  # (B, n)
    off = rng.integers(-3, 4, shape[1]) * 0.7
    return np.round(steps * rng.choice([0.6, 1.0, 1.5], shape[1]) + off + tenths(rng, shape, -0.2, 0.2), 1)


def _scale_and_shift(rng, n):
    """gamma, beta (n,); no gamma is 0 or 1, no beta is 0."""
    gamma = rng.choice([-1.5, -0.5, 0.5, 1.5, 2.0, 3.0], n)
    return gamma, rng.choice([-2.0, -0.7, 0.3, 1.2, 4.0], n)


def _case(rng, shape, eps):
    return (_inputs(rng, shape), *_scale_and_shift(rng, shape[1]), eps)


def _plain(rng):
    """γ = 1 and β = 0."""
    shapes = [(3, 2), sizes(rng), sizes(rng, low=3)]
    return [(_inputs(rng, (b, n)), np.ones(n), np.zeros(n), TINY) for b, n in shapes]


def _scaled(rng):
    return [_case(rng, (2, 3), TINY), _case(rng, sizes(rng), TINY), _case(rng, sizes(rng, low=4), TINY)]


def _large_eps(rng):
    return [_case(rng, (3, 2), 0.5), _case(rng, sizes(rng, low=3), 2.0), _case(rng, (4, 3), 0.1)]


def _awkward(rng):
    """One sample, a constant feature, whole numbers, views."""
    shape = sizes(rng, low=3)
    whole = rng.permutation(20).reshape(5, 4) - 9, *_scale_and_shift(rng, 4), 0.1
    x, gamma, beta, eps = _case(rng, shape, 0.5)
    constant = _inputs(rng, (5, 3))
    constant[:, 1] = constant[0, 1]
    return [
        _case(rng, (1, 4), 0.1),
        (constant, *_scale_and_shift(rng, 3), 0.5),
        whole,
        (transposed(x), strided(gamma), beta, eps),
        (strided(x), gamma, beta, eps),
    ]


def batch_norm(x, gamma, beta, eps):
    """Batch normalization in training mode: each feature by the mean and variance of this batch.

    x: inputs (B, n); gamma, beta: scale and shift (n,); eps: added to the biased variance
    Returns an array (B, n).
    """
    mean = x.mean(axis=0)
    variance = x.var(axis=0)
    return gamma * (x - mean) / np.sqrt(variance + eps) + beta


def _in_one_line(x, gamma, beta, eps):
    """The formula without names for its parts."""
    return gamma * (x - np.mean(x, axis=0)) / (np.std(x, axis=0) ** 2 + eps) ** 0.5 + beta


def _reference(x, gamma, beta, eps):
    out = np.empty(np.shape(x))
    for j, column in enumerate(np.asarray(x, dtype=float).T):
        mean = np.sum(column) / len(column)
        second = np.sum(column * column) / len(column) - mean * mean
        out[:, j] = beta[j] + gamma[j] / (second + eps) ** 0.5 * (column - mean)
    return out


def _by(statistics=None, divide=None, affine=None):
    """The right formula with other statistics, another divisor, or another scale and shift."""

    def wrong(x, gamma, beta, eps):
        mean, variance = statistics(x) if statistics else (x.mean(axis=0), x.var(axis=0))
        below = divide(variance, eps) if divide else np.sqrt(variance + eps)
        normalized = (x - mean) / below
        return affine(normalized, gamma, beta) if affine else gamma * normalized + beta

    return wrong


EXERCISE = Exercise(
    id="07.3",
    points=4,
    returns="normalized batch",
    solution=batch_norm,
    forms=(_in_one_line,),
    reference=_reference,
    properties=(
        Property("each feature gets mean 0 and variance 1 over the batch", 1, _plain),
        Property("gamma scales and beta shifts each feature", 1, _scaled),
        Property("eps is added to the biased variance, inside the root", 1, _large_eps),
        Property("one sample, a constant feature, whole numbers and views", 1, _awkward),
    ),
    misconceptions=(
        Misconception(
            "the unbiased variance",
            lambda x, gamma, beta, eps: (
                gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0, ddof=1) + eps) + beta
            ),
            "You divide the squares by B − 1. In training mode batch norm takes the biased variance, divided "
            "by B: the batch is all there is. (And a batch of one would give 0/0.)",
        ),
        Misconception(
            "normalizes each sample",
            _by(lambda x: (x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True))),
            "You took mean and variance along each row: that is layer normalization. Batch norm compares the "
            "samples of a batch, feature by feature: axis=0.",
        ),
        Misconception(
            "one mean and variance for the whole batch",
            (
                _by(lambda x: (x.mean(), x.var())),
                _by(lambda x: (x.mean(axis=0), x.var())),
                _by(lambda x: (x.mean(), x.var(axis=0))),
            ),
            "Every feature has its own mean and its own variance: n of each, taken along axis=0.",
        ),
        Misconception(
            "eps outside the root",
            _by(divide=lambda variance, eps: np.sqrt(variance) + eps),
            "You add eps to the standard deviation. It belongs to the variance, inside the root.",
        ),
        Misconception(
            "eps squared inside the root",
            _by(divide=lambda variance, eps: np.sqrt(variance + eps**2)),
            "You add eps² to the variance. The exercise adds eps itself.",
        ),
        Misconception(
            "no eps",
            _by(divide=lambda variance, eps: np.sqrt(variance)),
            "Without eps a feature that is constant over the batch gives 0/0. Add it to the variance.",
        ),
        Misconception(
            "divides by the variance",
            (
                _by(divide=lambda variance, eps: variance + eps),
                _by(divide=lambda variance, eps: variance),
            ),
            "You divide by the variance. Its root, the standard deviation, has the units of x.",
        ),
        Misconception(
            "does not divide",
            _by(divide=lambda variance, eps: 1.0),
            "You subtract the mean, but the spread of each feature stays. Divide by √(variance + eps).",
        ),
        Misconception(
            "does not subtract the mean",
            _by(lambda x: (0.0, x.var(axis=0))),
            "You divide by the spread, but the mean stays in: subtract it first.",
        ),
        Misconception(
            "the mean square in place of the variance",
            _by(lambda x: (x.mean(axis=0), np.mean(x**2, axis=0))),
            "The variance is the mean square of x − mean. You squared x itself.",
        ),
        Misconception(
            "forgets gamma",
            _by(affine=lambda v, gamma, beta: v + beta),
            "gamma is missing: after normalizing, each feature is scaled by its own gamma.",
        ),
        Misconception(
            "forgets beta",
            _by(affine=lambda v, gamma, beta: gamma * v),
            "beta is missing: after scaling, each feature is shifted by its own beta.",
        ),
        Misconception(
            "forgets gamma and beta",
            _by(affine=lambda v, gamma, beta: v),
            "You stop after normalizing. Then comes gamma · (normalized) + beta.",
        ),
        Misconception(
            "gamma and beta swapped",
            _by(affine=lambda v, gamma, beta: beta * v + gamma),
            "It is the other way round: gamma scales, beta shifts.",
        ),
        Misconception(
            "shifts before it scales",
            _by(affine=lambda v, gamma, beta: gamma * (v + beta)),
            "You multiply beta by gamma too. First scale, then shift: gamma · (normalized) + beta.",
        ),
        Misconception(
            "running statistics",
            (
                _by(lambda x: (0.1 * x.mean(axis=0), 0.9 + 0.1 * x.var(axis=0))),
                _by(lambda x: (0.9 * x.mean(axis=0), 0.1 + 0.9 * x.var(axis=0))),
                _by(lambda x: (0.0, 1.0)),
            ),
            "Running averages are for evaluation. In training mode the statistics are those of this batch "
            "alone.",
        ),
        Misconception(
            "another measure of spread",
            (
                _by(divide=None, statistics=lambda x: (x.mean(axis=0), np.ptp(x, axis=0) ** 2)),
                _by(lambda x: (x.mean(axis=0), np.mean(np.abs(x - x.mean(axis=0)), axis=0) ** 2)),
                _by(lambda x: (x.min(axis=0), np.ptp(x, axis=0) ** 2)),
            ),
            "You measure the spread by a range or by absolute deviations. Batch norm divides by the standard "
            "deviation.",
        ),
    ),
    hints=(
        "Over what do you average: over the features of one sample, or over the samples for one feature?",
        "Per feature: μ = mean over B, σ² = mean over B of (x − μ)²; out = γ (x − μ)/√(σ² + ε) + β, "
        "with μ, σ², γ, β all (n,).",
        "`(x - x.mean(axis=0)) / np.sqrt(___)`, then times gamma, plus beta.",
    ),
    explanation=(
        "Each batch norm removes the scale and the offset that the layers below have produced. Therefore the "
        "units of a deep sigmoid network start where their slope is large. The price is that a sample's output "
        "depends on the others in its batch. For a batch of one sample the output would always be beta, so "
        "evaluation uses running averages instead."
    ),
    same_as=("forward",),
)
