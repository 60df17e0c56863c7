"""Exercise 01.5: which class of hypotheses to trust, by its error and its size."""

import numpy as np

from coursekit.exercises.engine.exercise import Exercise, Misconception, Property
from coursekit.exercises.risk_minimization.deviation_slips import (
    CONFIDENCE,
    HALF_ROOT,
    HALVED,
    NO_2_BELOW,
    NO_2_IN_THE_LOG,
    NO_DELTA,
    NO_K,
    NO_LOG,
    NO_ROOT,
    OTHER_LOG,
    SLIPS,
    TIMES_K,
    TWICE,
    choice,
    deviation,
    margin,
    minus,
)


def choose_class(empirical_errors, class_sizes, m, delta):
    """The class with the smallest upper bound on the true error: structural risk minimization.

    empirical_errors: the smallest empirical error in each class, (K,)
    class_sizes: how many hypotheses each class holds, (K,)
    m: the size of the sample; delta: a probability between 0 and 1
    The bound of a class is empirical error + epsilon. All K bounds together may fail with
    probability delta, so each of them with probability delta / K.
    Returns the index (an int) of the class with the smallest bound.
    """
    K = len(class_sizes)
    epsilon = np.sqrt(np.log(2 * class_sizes / (delta / K)) / (2 * m))
    return int(np.argmin(empirical_errors + epsilon))


def _by_loop(empirical_errors, class_sizes, m, delta):
    """Class by class."""
    best = 0
    bounds = []
    share = delta / len(class_sizes)
    for k in range(len(class_sizes)):
        bounds.append(empirical_errors[k] + np.sqrt(np.log(2 * class_sizes[k] / share) / (2 * m)))
        if bounds[k] < bounds[best]:
            best = k
    return best


def _table(rng, samples, place, spread=0.6):
    """Errors that fall as classes grow, all but once, shuffled so that the right answer has the index `place`."""
    while True:
        sizes = 2 ** np.sort(rng.permutation(np.arange(0, 45))[:5])
        fall = np.sort(rng.random(5))[::-1]
        fall[[3, 4]] = fall[rng.permutation([3, 4])]
        errors = np.round(0.02 + spread * fall, 3)
        m, delta = int(rng.choice(samples)), float(rng.choice([0.01, 0.05, 0.1]))
        best = int(np.argmin(errors + deviation(sizes, m, delta)))
        if margin(errors, sizes, m, delta) < 0.003 or len(set(errors)) < 5:
            continue
        order = rng.permutation(np.delete(np.arange(5), best))
        order = np.insert(order, place, best)
        return errors[order], sizes[order], m, delta


def _errors(table):
    return int(np.argmin(table[0]))


def _smallest(table):
    return int(np.argmin(table[1]))


def _drawn(rng, samples, fits, count=8, spread=0.6):
    """Tables that fit; fits(table, place, i) for the i-th one; the answers 0 to 4 all occur."""
    tables = []
    while len(tables) < count:
        place = len(tables) % 5
        table = _table(rng, samples, place, spread)
        undivided = choice(NO_K[0])(
            *table
        )  # it shows in the close calls only, so that its points do not depend on luck
        if _smallest(table) != place == undivided and fits(table, place, len(tables)):
            tables.append(table)
    return [tables[i] for i in rng.permutation(count)]


def _small_samples(rng):
    """The least empirical error is the wrong choice, and other wrong rules choose differently."""
    others = [choice(slip) for slip in (minus, *HALF_ROOT, *NO_ROOT)]

    def fits(table, place, i):
        return place != _errors(table) and _errors(table) != others[i % len(others)](*table)

    return _drawn(rng, [30, 60, 100], fits)


def _large_samples(rng):
    """The sample is large enough for the empirical errors to decide; some are near enough for other rules to choose wrongly."""
    others = [choice(minus), _product]

    def fits(table, place, i):
        return place == _errors(table) and place != others[i % 2](*table)

    far = _drawn(rng, [20000, 50000, 100000], lambda table, place, i: place == _errors(table), count=5)
    return [*far, *_drawn(rng, [20000], fits, count=5, spread=0.2), _small_classes(rng)]


def _small_classes(rng):
    """Classes so small that even their sizes without a logarithm leave the decision to the errors."""
    order = rng.permutation(3)
    errors = np.array([0.4, 0.15, 0.35]) + rng.integers(0, 50, 3) / 1000
    return errors[order], np.array([1, 2, 4])[order], int(rng.integers(5, 9)) * 1000, 0.1


def _product(errors, sizes, m, delta):
    return int(np.argmin(errors * deviation(sizes, m, delta)))


def _close_call(rng, slip, deviation=deviation, deltas=(0.02, 0.05, 0.1, 0.2)):
    """Three classes, two of them close: the slip takes another one than `deviation`, the right formula unless given."""
    while True:
        m, delta = int(rng.integers(20, 200)), float(rng.choice(deltas))
        sizes = rng.permutation(2 ** np.arange(1, 30))[:3]
        small, large, other = rng.permutation(3)
        right, wrong = deviation(sizes, m, delta), slip(sizes, m, delta)
        middle = ((right[large] - right[small]) + (wrong[large] - wrong[small])) / 2
        errors = np.empty(3)
        errors[small] = rng.integers(300, 450) / 1000
        errors[large] = np.round(errors[small] - middle, 3)
        errors[other] = errors[[small, large]].max() + 0.05
        table = errors, sizes, m, delta
        if not (errors > 0).all() or not (errors < 0.6).all() or len(set(errors)) < 3:
            continue
        picked = choice(deviation)(*table)
        if picked != choice(slip)(*table) and margin(*table) > 0.002:
            return table


def _close_calls(rng):
    """Each slip takes the wrong class in one of them, and slips that are much alike differ in one more."""
    large = (0.5, 0.6, 0.7)
    apart = [
        _close_call(rng, CONFIDENCE[0], NO_DELTA[0], deltas=large),
        _close_call(rng, NO_K[0], NO_2_IN_THE_LOG[0], deltas=large),
    ]
    return [*(_close_call(rng, slip) for slip in SLIPS), *apart]


def _sloppy(name, slips, says):
    return Misconception(name, tuple(map(choice, slips)), says)


EXERCISE = Exercise(
    id="01.5",
    points=3,
    returns="index",
    solution=choose_class,
    forms=(_by_loop,),
    reference=lambda empirical_errors, class_sizes, m, delta: min(
        range(len(empirical_errors)),
        key=lambda k: empirical_errors[k] + deviation(class_sizes, m, delta)[k],
    ),
    properties=(
        Property("small samples, where the best fit is not the best choice", 1, _small_samples),
        Property("large samples, where the errors decide", 1, _large_samples),
        Property("close calls", 1, _close_calls),
    ),
    misconceptions=(
        Misconception(
            "the least empirical error",
            lambda empirical_errors, class_sizes, m, delta: np.argmin(empirical_errors),
            "You take the class that fits the sample best. Its error is the smallest of very many, so it is the most "
            "optimistic one: add ε, which grows with the size of the class.",
        ),
        Misconception(
            "the smallest class",
            lambda empirical_errors, class_sizes, m, delta: np.argmin(class_sizes),
            "The smallest class has the smallest ε, but it may fit worst. What counts is the sum of error and ε.",
        ),
        Misconception(
            "the largest class",
            lambda empirical_errors, class_sizes, m, delta: np.argmax(class_sizes),
            "The largest class can fit best, but it has the largest ε. What counts is the sum of error and ε.",
        ),
        Misconception(
            "subtracts the deviation",
            choice(minus),
            "Your bound is the optimistic one, L_S − ε. The true error may be as high as L_S + ε: take the "
            "class where this sum is smallest.",
        ),
        Misconception(
            "the worst class",
            lambda empirical_errors, class_sizes, m, delta: np.argmax(
                empirical_errors + deviation(class_sizes, m, delta)
            ),
            "You take the largest bound. The best guarantee is the smallest one: argmin.",
        ),
        Misconception(
            "the largest empirical error",
            lambda empirical_errors, class_sizes, m, delta: np.argmax(empirical_errors),
            "You take the class with the most mistakes. The bound must be as small as possible.",
        ),
        Misconception(
            "the class in the middle",
            (
                lambda empirical_errors, class_sizes, m, delta: np.argsort(class_sizes)[
                    len(class_sizes) // 2
                ],
                lambda empirical_errors, class_sizes, m, delta: len(class_sizes) // 2,
            ),
            "You take the class in the middle without looking at its error. Compute the bound of each class, and "
            "compare.",
        ),
        Misconception(
            "error times deviation",
            lambda empirical_errors, class_sizes, m, delta: np.argmin(
                empirical_errors * deviation(class_sizes, m, delta)
            ),
            "You multiply the two. The true error is at most L_S plus ε: a sum.",
        ),
        Misconception(
            "the bound instead of the index",
            lambda empirical_errors, class_sizes, m, delta: np.min(
                empirical_errors + deviation(class_sizes, m, delta)
            ),
            "You return how good the best bound is. The exercise asks which class has it: np.argmin.",
        ),
        Misconception(
            "all bounds instead of an index",
            lambda empirical_errors, class_sizes, m, delta: (
                empirical_errors + deviation(class_sizes, m, delta)
            ),
            "You return the bound of each class. Which one is smallest? np.argmin gives its index.",
        ),
        Misconception(
            "counts from 1",
            lambda empirical_errors, class_sizes, m, delta: (
                1 + np.argmin(empirical_errors + deviation(class_sizes, m, delta))
            ),
            "Your index is one too high: the first class has the index 0.",
        ),
        Misconception(
            "index after sorting",
            lambda empirical_errors, class_sizes, m, delta: np.argmin(
                empirical_errors[np.argsort(class_sizes)] + deviation(np.sort(class_sizes), m, delta)
            ),
            "You sort the classes by size and return a place in the sorted list. The index refers to the "
            "order in which the classes are given.",
        ),
        _sloppy(
            "δ not divided among the classes",
            NO_K,
            "You give each class the whole δ. Then one of the K bounds fails with a probability of up to K·δ, and you "
            "take the smallest of them: give each class δ/K.",
        ),
        _sloppy(
            "δ multiplied by the number of classes",
            TIMES_K,
            "You use K·δ for each class. All K bounds together may fail with probability δ, so each of them only with "
            "probability δ/K.",
        ),
        _sloppy(
            "the 2 in the logarithm lost",
            NO_2_IN_THE_LOG,
            "A 2 is missing in your logarithm. It comes from the 2 in 2·size·exp(−2mε²): L_S may be too low or too "
            "high.",
        ),
        _sloppy(
            "m instead of 2m",
            NO_2_BELOW,
            "The logarithm is divided by 2m: solve 2·size·exp(−2mε²) = δ/K for ε.",
        ),
        _sloppy(
            "no square root",
            NO_ROOT,
            "Your deviation is ε². Solving 2·size·exp(−2mε²) = δ/K for ε ends with a square root: deviations "
            "shrink like 1/√m.",
        ),
        _sloppy(
            "square root of the logarithm only",
            HALF_ROOT,
            "The root covers the whole quotient, and with it the 2m.",
        ),
        _sloppy("another logarithm", OTHER_LOG, "ln is the natural logarithm, `np.log`, not log10 or log2."),
        _sloppy(
            "δ forgotten",
            NO_DELTA,
            "Your deviation does not depend on δ. The smaller the probability of failure, the larger ε must be.",
        ),
        _sloppy(
            "confidence for δ",
            CONFIDENCE,
            "δ is the allowed probability of failure, such as 0.05, not the confidence 1 − δ.",
        ),
        _sloppy(
            "no logarithm",
            NO_LOG,
            "Your penalty grows like the size of the class or its root. By the union bound only the "
            "logarithm of the size counts.",
        ),
        _sloppy(
            "half the deviation",
            HALVED,
            "Your deviation is half the right one. Does your square root also cover the 2 of the 2m?",
        ),
        _sloppy(
            "twice the deviation",
            TWICE,
            "You add the deviation twice. That bounds the distance to the best of the class; here "
            "each class is judged by L_S + ε.",
        ),
    ),
    hints=(
        "Which error will the user of the model see: L_S, which was measured, or L_D? How high may L_D be?",
        "Solve 2·size·exp(−2mε²) = δ/K for ε: ε = √(ln(2·K·size/δ)/(2m)). Make a table with three columns: "
        "L_S, ε, their sum.",
        "`np.argmin(empirical_errors + np.sqrt(np.log(___) / (2 * m)))`",
    ),
    explanation=(
        "A larger class fits better, but its empirical error is more optimistic. The bound adds both effects up, so "
        "that classes can be compared. With few examples ε decides, and a poor fit that can be trusted is "
        "preferred to a good one that cannot; with many examples the errors decide. Dividing δ by K makes the "
        "smallest of the K bounds valid. In practice the bound is far too careful, so one measures the true error on held-out "
        "examples instead: validation, lesson 05."
    ),
)
