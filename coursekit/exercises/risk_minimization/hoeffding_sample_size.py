"""Exercise 01.4: how large a sample makes the empirical error trustworthy."""

import math

import numpy as np

from coursekit.exercises.engine.exercise import Exercise, Misconception, Property


def _clear(rng, low, high, epsilons, deltas, classes):
    """(epsilon, delta, hypotheses) whose m has a fractional part between low and high before rounding up."""
    while True:
        epsilon, delta, hypotheses = (rng.choice(values).item() for values in (epsilons, deltas, classes))
        if low < math.modf(math.log(2 * hypotheses / delta) / (2 * epsilon**2))[0] < high:
            return epsilon, delta, hypotheses


EPSILONS, DELTAS = np.arange(3, 21) / 100, np.array([0.01, 0.02, 0.05, 0.1, 0.2])
HALVES = ((0.15, 0.45), (0.55, 0.85), (0.15, 0.45))  # rounding down, up and to the nearest differ


def _one_hypothesis(rng):
    return [_clear(rng, *half, EPSILONS, DELTAS, [1])[:2] for half in HALVES]


def _finite_class(rng):
    return [_clear(rng, *half, EPSILONS, DELTAS, [2, 3, 10, 50, 100, 1000]) for half in HALVES]


def _demanding(rng):
    """Small ε and δ, huge classes; and so little demanded that one or two examples are enough."""
    small, tiny, huge = np.array([0.01, 0.02]), np.array([1e-6, 1e-4]), [10**6, 2**32, 10**12]
    return [
        *(_clear(rng, *half, small, tiny, huge) for half in HALVES),
        _clear(rng, 0.15, 0.85, small, DELTAS, [1]),
        (0.9, 0.3, 1),
    ]


def hoeffding_sample_size(epsilon, delta, hypotheses=1):
    """The smallest m with 2 · hypotheses · exp(-2 m epsilon²) ≤ delta.

    Then, by Hoeffding's inequality and the union bound, with probability at least 1 - delta
    every hypothesis of a class of this size has |L_S - L_D| ≤ epsilon on m i.i.d. examples.

    epsilon, delta: numbers between 0 and 1; hypotheses: the size of the class
    Returns an int.
    """
    return int(np.ceil(np.log(2 * hypotheses / delta) / (2 * epsilon**2)))


def _reference(epsilon, delta, hypotheses=1):
    """Bisection on the bound itself."""

    def holds(m):
        return math.log(2) + math.log(hypotheses) - 2 * m * epsilon**2 <= math.log(delta)

    enough = 1
    while not holds(enough):
        enough *= 2
    too_few = 0
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        too_few, enough = (too_few, middle) if holds(middle) else (middle, enough)
    return enough


def _by(
    term=lambda delta, hypotheses: math.log(2 * hypotheses / delta), over=lambda e: 2 * e**2, up=math.ceil
):
    """⌈term / over⌉, any of the three changed."""
    return lambda epsilon, delta, hypotheses=1: up(term(delta, hypotheses) / over(epsilon))


EXERCISE = Exercise(
    id="01.4",
    points=3,
    returns="m",
    solution=hoeffding_sample_size,
    reference=_reference,
    properties=(
        Property("one hypothesis", 1, _one_hypothesis),
        Property("a finite class, by the union bound", 1, _finite_class),
        Property("small ε and δ, huge classes", 1, _demanding),
    ),
    misconceptions=(
        Misconception(
            "ignores the size of the class",
            lambda epsilon, delta, hypotheses=1: int(np.ceil(np.log(2 / delta) / (2 * epsilon**2))),
            "Your m is right for a single hypothesis fixed in advance. ERM looks at all of them and picks "
            "one after the sample is seen, so the bound has to hold for all at once: the probabilities of failure "
            "add up to 2·|H|·exp(−2mε²).",
        ),
        Misconception(
            "multiplies the sample by the size of the class",
            (
                _by(lambda delta, hypotheses: hypotheses * math.log(2 / delta)),
                lambda epsilon, delta, hypotheses=1: hypotheses * _reference(epsilon, delta),
            ),
            "You use a sample of its own for each hypothesis. The union bound multiplies the probability of "
            "failure, which is inside the logarithm: a class twice as large adds only ln 2 to it.",
        ),
        Misconception(
            "class size outside the logarithm",
            (
                _by(lambda delta, hypotheses: math.log(2 / delta) + hypotheses),
                _by(lambda delta, hypotheses: math.log(2 / delta) + hypotheses - 1),
                _by(lambda delta, hypotheses: math.log(2 * hypotheses) / delta),
                _by(lambda delta, hypotheses: math.log(2 * hypotheses**2 / delta)),
            ),
            "Solve 2·|H|·exp(−2mε²) ≤ δ for m step by step: divide by 2·|H| first, then take the logarithm "
            "of both sides.",
        ),
        Misconception(
            "the factor 2 lost",
            _by(lambda delta, hypotheses: math.log(hypotheses / delta)),
            "Your logarithm lacks the 2 in front of the bound. It is there because L_S may be too low or too "
            "high.",
        ),
        Misconception(
            "ε not squared",
            (_by(over=lambda e: 2 * e), _by(over=lambda e: e)),
            "You divide by ε instead of ε². Deviations shrink like 1/√m: half the ε costs four times the "
            "examples.",
        ),
        Misconception(
            "the 2 of the exponent misplaced",
            (
                _by(over=lambda e: e**2),
                _by(over=lambda e: (2 * e) ** 2),
            ),
            "The exponent is −2mε², so you divide by 2ε²: the 2 once, the ε squared.",
        ),
        Misconception(
            "another logarithm",
            (
                _by(lambda delta, hypotheses: math.log10(2 * hypotheses / delta)),
                _by(lambda delta, hypotheses: math.log2(2 * hypotheses / delta)),
            ),
            "exp is undone by the natural logarithm, `np.log`, not by log10 or log2.",
        ),
        Misconception(
            "rounds down",
            _by(up=math.floor),
            "You round down. One example fewer than needed breaks the bound, if only just: round up.",
        ),
        Misconception(
            "rounds to the nearest",
            _by(up=round),
            "You round to the nearest whole number, which is below the bound half of the time. Round up.",
        ),
        Misconception(
            "does not round",
            _by(up=float),
            "A sample has a whole number of examples. The smallest one that is large enough: round up.",
        ),
        Misconception(
            "one more than needed",
            (_by(up=lambda m: math.ceil(m) + 1), _by(up=lambda m: math.floor(m) + 2)),
            "Your m satisfies the bound, but so does m − 1. The exercise asks for the smallest one.",
        ),
        Misconception(
            "confidence for δ",
            (
                _by(lambda delta, hypotheses: math.log(2 * hypotheses / (1 - delta))),
                _by(lambda delta, hypotheses: -math.log(delta) / (2 * hypotheses)),
            ),
            "δ is the allowed probability of failure, such as 0.05, and 1 − δ the confidence. A smaller δ must make "
            "m larger.",
        ),
        Misconception(
            "a sign lost on the way",
            (
                _by(lambda delta, hypotheses: math.log(delta / (2 * hypotheses))),
                _by(lambda delta, hypotheses: math.log(2 * hypotheses * delta)),
            ),
            "Your logarithm has δ in the numerator. From −2mε² ≤ ln(δ/(2|H|)) the signs turn round on "
            "division: m ≥ ln(2|H|/δ)/(2ε²).",
        ),
        Misconception(
            "the bound for realizable classes",
            _by(lambda delta, hypotheses: math.log(hypotheses / delta), lambda e: e),
            "ln(|H|/δ)/ε holds if some hypothesis of the class makes no mistake at all. Nothing of the kind "
            "is known here, and the price is ε².",
        ),
        Misconception(
            "the bound for the minimizer",
            _by(over=lambda e: e**2 / 2, term=lambda delta, hypotheses: math.log(2 * hypotheses / delta)),
            "You ask that the minimizer be within ε of the best of the class, which takes deviations of at "
            "most ε/2. Here the deviations themselves are to be at most ε.",
        ),
        Misconception(
            "the deviation instead of the sample size",
            (
                lambda epsilon, delta, hypotheses=1: math.sqrt(
                    math.log(2 * hypotheses / delta) / (2 * epsilon)
                ),
                lambda epsilon, delta, hypotheses=1: math.ceil(
                    math.sqrt(math.log(2 * hypotheses / delta) / (2 * epsilon**2))
                ),
            ),
            "There is a square root in your formula. It belongs to the question how large ε is for a given "
            "m; solved for m, none is left.",
        ),
    ),
    hints=(
        "How probable is it that one hypothesis is measured badly, by more than ε? And at least one of |H|?",
        "Solve 2·|H|·exp(−2mε²) ≤ δ for m: m ≥ ln(2|H|/δ)/(2ε²), rounded up to a whole number.",
        "`int(np.ceil(np.log(___ / delta) / (2 * epsilon**2)))`",
    ),
    explanation=(
        "The sample grows like 1/ε², but only like the logarithm of 1/δ and of the size of the class: a million hypotheses "
        "need about seven times the sample of one at δ = 0.2, not a million times. That holds for every distribution. "
        "Such a general statement has a price: it covers the worst case, and is usually far too careful."
    ),
)
