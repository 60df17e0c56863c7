"""Exercise 07.9: how much the next trial of a Bayesian search can be expected to gain."""

import math

import numpy as np

from coursekit import model_selection
from coursekit.exercises.engine.draws import tenths
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property


def expected_improvement(mean, sd, best):
    """The expected amount by which each candidate improves on the lowest loss so far.

    mean, sd: what a model predicts of the losses of the candidates, (candidates,); sd >= 0
    best: the lowest loss so far, a number
    A loss is normally distributed, with density φ((x − mean) / sd) / sd, and a loss above `best`
    improves by 0. Where sd is 0 the loss is known: it is the mean.
    Returns an array (candidates,).
    """
    from math import erf

    mean, sd = np.asarray(mean, dtype=float), np.asarray(sd, dtype=float)
    gain = best - mean
    u = gain / np.where(sd > 0, sd, 1)
    below = 0.5 * (1 + np.vectorize(erf)(u / np.sqrt(2)))  # Φ(u)
    density = np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi)  # φ(u)
    return np.where(sd > 0, gain * below + sd * density, np.maximum(gain, 0))


def _reference(mean, sd, best):
    return model_selection.expected_improvement(mean, sd, best)


def _Phi(u, root=2**0.5):
    return 0.5 * (1 + np.vectorize(math.erf, otypes=[float])(np.asarray(u) / root))


def _phi(u):
    return np.exp(-(np.asarray(u) ** 2) / 2) / math.sqrt(2 * math.pi)


def _but(formula):
    """A wrong formula of (gain, sd, u, Φ, φ) where sd > 0; the limit where it is 0."""

    def wrong(mean, sd, best):
        mean, sd = np.asarray(mean, float), np.asarray(sd, float)
        gain = best - mean
        u = gain / np.where(sd > 0, sd, 1)
        return np.where(sd > 0, formula(gain, sd, u), np.maximum(gain, 0))

    return wrong


def _candidates(rng, n):
    """Predictions on both sides of the best, never certain: u is between about −2 and 2."""
    best = float(tenths(rng, (), 1, 3))
    return best + tenths(rng, n, -1.5, 1.5), tenths(rng, n, 0.7, 2.0), best


def _ordinary(rng):
    return [_candidates(rng, int(n)) for n in rng.permutation(np.arange(3, 8))[:3]]


def _certain(rng):
    """Some losses are known, below and above the best."""
    mean, sd, best = _candidates(rng, 6)
    mean[:3] = best + np.array([-0.4, 0.0, 0.5])
    sd[:3] = 0.0
    return [(mean, sd, best), (mean[:3], sd[:3], best)]


def _edges(rng):
    """One candidate, whole numbers, very small and very large deviations."""
    mean, sd, best = _candidates(rng, 4)
    return [
        (mean[:1], sd[:1], best),
        (np.array([3, 1, 4]), np.array([1, 2, 3]), 2),
        (mean, sd / 10, best),
        (mean, 10 * sd, best),
    ]


EXERCISE = Exercise(
    id="07.9",
    points=4,
    returns="expected improvement",
    solution=expected_improvement,
    reference=_reference,
    properties=(
        Property("uncertain losses", 2, _ordinary),
        Property("losses that are known: sd = 0", 1, _certain, special="losses with sd = 0"),
        Property("one candidate, whole numbers, small and large sd", 1, _edges, robust=True),
    ),
    misconceptions=(
        Misconception(
            "ignores the uncertainty",
            lambda mean, sd, best: np.maximum(best - np.asarray(mean, float), 0),
            "You use the mean alone, so a candidate with a mean above the best is worth nothing to you. Its loss may turn "
            "out lower than its mean: that chance is what sd describes.",
        ),
        Misconception(
            "improves upward",
            _but(lambda gain, sd, u: -gain * _Phi(-u) + sd * _phi(u)),
            "Your improvement is mean − best: it is large where the loss is high. A lower loss is better, so a trial gains "
            "best − loss.",
        ),
        Misconception(
            "the probability of an improvement",
            _but(lambda gain, sd, u: _Phi(u)),
            "You return the probability Φ(u) that a trial improves. How much it improves then counts as well.",
            hint=2,
        ),
        Misconception(
            "the first term only",
            _but(lambda gain, sd, u: gain * _Phi(u)),
            "You multiply best − mean by the probability of an improvement. But given that a trial improves, it improves "
            "by more than best − mean on average: a term with the density φ(u) is missing.",
            hint=3,
        ),
        Misconception(
            "the second term only",
            _but(lambda gain, sd, u: sd * _phi(u)),
            "The term sd φ(u) alone is largest where the mean equals the best. The term (best − mean) Φ(u) is missing.",
            hint=3,
        ),
        Misconception(
            "the density is not multiplied by sd",
            _but(lambda gain, sd, u: gain * _Phi(u) + _phi(u)),
            "Your second term has no factor sd. Substitute loss = mean + sd · t in the integral: each t brings an sd.",
            hint=2,
        ),
        Misconception(
            "divides the density by sd",
            _but(lambda gain, sd, u: gain * _Phi(u) + _phi(u) / sd),
            "You divide φ(u) by sd. The integral of sd · t φ(t) brings a factor sd, not 1/sd.",
            hint=2,
        ),
        Misconception(
            "u is not divided by sd",
            _but(lambda gain, sd, u: gain * _Phi(gain) + sd * _phi(gain)),
            "Φ and φ are those of the standard normal distribution: measure best − mean in units of sd first.",
            hint=2,
        ),
        Misconception(
            "sd is a variance",
            _but(lambda gain, sd, u: gain * _Phi(gain / sd**2) + sd**2 * _phi(gain / sd**2)),
            "You square sd. It already is a standard deviation, in the units of the loss.",
        ),
        Misconception(
            "erf in place of Φ",
            (
                _but(lambda gain, sd, u: gain * _Phi(u, root=1.0) + sd * _phi(u)),
                _but(lambda gain, sd, u: gain * (2 * _Phi(u) - 1) + sd * _phi(u)),
            ),
            "Your Φ is not the distribution function of N(0, 1). It is ½ (1 + erf(u / √2)), with the ½ and the √2.",
        ),
        Misconception(
            "the density without its constant",
            _but(lambda gain, sd, u: gain * _Phi(u) + sd * np.exp(-(u**2) / 2)),
            "Your φ has no factor 1/√(2π). A density has the integral 1.",
        ),
        Misconception(
            "a lower bound in place of an expectation",
            (
                lambda mean, sd, best: np.maximum(
                    best - (np.asarray(mean, float) - np.asarray(sd, float)), 0
                ),
                lambda mean, sd, best: best - (np.asarray(mean, float) - np.asarray(sd, float)),
            ),
            "You compare best with mean − sd. That is another rule, the lower confidence bound. Here the improvement is "
            "averaged over all losses that the model holds possible.",
        ),
        Misconception(
            "Φ(u) with the wrong sign",
            _but(lambda gain, sd, u: gain * _Phi(-u) + sd * _phi(u)),
            "You multiply by the probability that the loss is above best. An improvement needs a loss below it: Φ(u) with "
            "u = (best − mean) / sd.",
        ),
        Misconception(
            "subtracts the density",
            _but(lambda gain, sd, u: gain * _Phi(u) - sd * _phi(u)),
            "Your second term has the wrong sign, so that you expect negative improvements. An improvement is never "
            "below 0.",
        ),
    ),
    hints=(
        "A candidate's predicted mean is above the best. Why can it still be worth a trial?",
        "Write loss = mean + sd · t with t ~ N(0, 1). The improvement is best − mean − sd · t for t < u = (best − mean) / "
        "sd, and 0 otherwise. Average over t: you need ∫ φ(t) dt = Φ(u) and ∫ t φ(t) dt = −φ(u), both from −∞ to u.",
        "The average has two terms: (best − mean) · ___ + sd · ___. Where sd = 0 divide by 1 instead, and replace the "
        "result by max(best − mean, 0) with `np.where`.",
    ),
    explanation=(
        "The first term rewards a low mean, the second a large uncertainty. A search that follows the mean alone tries the "
        "same place again and again; one that follows sd alone never uses what it has found. At a point that has been "
        "tried, sd is 0, and so is the expected improvement."
    ),
    same_as=("expected_improvement",),
)
