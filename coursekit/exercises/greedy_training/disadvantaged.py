"""Exercise 08.6: which contenders of a comparison did not get a fair chance."""

import numpy as np

from coursekit.exercises.engine.exercise import Case, Exercise, Misconception, Property

RATES = np.array([0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0])
ONE_RATE = "a single rate"
TIE = "two rates with the lowest error"


def _contender(rng, epochs, place, count=4, shuffled=True):
    """(epochs, rates, errors): the lowest error at the lowest rate (place 0), at the highest (-1), or inside."""
    rates = RATES[np.sort(rng.choice(len(RATES), count, replace=False))]
    errors = rng.permutation(np.arange(10, 10 + 7 * count, 7)) / 2 + rng.integers(0, 3) / 2
    place = int(rng.integers(1, count - 1)) if place == "inside" else place
    low = int(errors.argmin())
    errors[[place, low]] = errors[[low, place]]
    order = rng.permutation(count) if shuffled else np.arange(count)
    return epochs, rates[order], errors[order]


def _together(contenders):
    epochs, rates, errors = zip(*contenders, strict=True)
    return list(epochs), list(rates), list(errors)


def _sorted(rng):
    """Rates in increasing order; each reason alone, both, and none."""
    kinds = [(50, "inside"), (50, 0), (50, -1), (20, "inside"), (20, -1), (50, "inside")]
    drawn = [[kinds[i] for i in rng.permutation(len(kinds))] for _ in range(3)]
    return [
        _together([_contender(rng, spent, place, 5, shuffled=False) for spent, place in contenders])
        for contenders in drawn
    ]


def _epochs(rng):
    """Best rates inside; epochs differ."""
    return [
        _together([_contender(rng, int(e), "inside", 5) for e in rng.permutation([10, 25, 25, 40])]),
        _together([_contender(rng, e, "inside") for e in (30, 30, 30)]),
        _together([_contender(rng, int(e), "inside") for e in rng.permutation([100, 125, 50])]),
    ]


def _any_order(rng):
    """Rates in any order: the edge of a grid is not the end of a list."""
    return [
        _together([_contender(rng, 50, place, 5) for place in rng.permutation([0, -1, -1, 0])])
        for _ in range(2)
    ] + [
        _together([_contender(rng, 50, place, 6) for place in ("inside", 0, "inside", -1)]),
        _together([_contender(rng, e, p, 5) for e, p in ((50, "inside"), (20, 0), (20, "inside"), (50, -1))]),
    ]


def _special(rng) -> list[tuple]:
    one = (50, np.array([0.5]), np.array([4.0]))
    two = (50, np.array([0.5, 0.1]), np.array([4.0, 6.0]))
    tie = (50, np.array([0.1, 0.2, 0.5, 1.0]), np.array([4.0, 7.0, 4.0, 9.0]))
    tied_edges = (50, np.array([1.0, 0.2, 0.5, 0.1]), np.array([3.0, 7.0, 4.0, 3.0]))
    good = _contender(rng, 50, "inside")
    return [
        Case(ONE_RATE, _together([one, good])),
        Case(ONE_RATE, _together([good, two, one])),
        Case(TIE, _together([tie, good])),
        Case(TIE, _together([good, tied_edges, tie])),
    ]


def disadvantaged(epochs, rates, errors):
    """For each contender of a comparison whether its error may be worse than it had to be.

    epochs: list of numbers, how long each contender was trained
    rates: list of arrays (R,), the learning rates that were tried for each, in any order
    errors: list of arrays (R,), the validation error of each contender at each of its rates
    Returns a list of bools, one per contender: True if it was trained for fewer epochs than another
    one, or if no rate with its lowest error lies strictly between two rates that were tried for it.
    """
    found = []
    for spent, tried, error in zip(epochs, rates, errors, strict=True):
        best = tried[error == error.min()]
        inside = (best > tried.min()) & (best < tried.max())
        found.append(bool(spent < max(epochs) or not inside.any()))
    return found


def _inside(tried, error):
    lowest = min(error)
    return any(min(tried) < rate < max(tried) for rate, e in zip(tried, error, strict=True) if e == lowest)


def _reference(epochs, rates, errors):
    return [
        any(other > spent for other in epochs) or not _inside(tried, error)
        for spent, tried, error in zip(epochs, rates, errors, strict=True)
    ]


def _judged(short, edge, join=lambda a, b: a or b):
    """A wrong function from its two reasons: short(spent, epochs) and edge(tried, error)."""

    def wrong(epochs, rates, errors):
        return [
            bool(join(short(spent, epochs), edge(np.asarray(tried), np.asarray(error))))
            for spent, tried, error in zip(epochs, rates, errors, strict=True)
        ]

    return wrong


def _short(spent, epochs):
    return spent < max(epochs)


def _edge(tried, error):
    return not _inside(tried, error)


def _epochs_only(epochs, rates, errors):
    return [spent < max(epochs) for spent in epochs]


def _compared_with_neighbor(epochs, rates, errors):
    following = [*epochs[1:], epochs[-1]]
    return [
        spent < after or _edge(np.asarray(tried), np.asarray(error))
        for spent, after, tried, error in zip(epochs, following, rates, errors, strict=True)
    ]


EXERCISE = Exercise(
    id="08.6",
    points=4,
    returns="list of bools",
    solution=disadvantaged,
    reference=_reference,
    properties=(
        Property("rates in increasing order", 1, _sorted),
        Property("different numbers of epochs", 1, _epochs),
        Property("rates in any order", 1, _any_order),
        Property("a single rate, and ties", 1, _special),
    ),
    misconceptions=(
        Misconception(
            "looks at the epochs only",
            _epochs_only,
            "You compare the epochs only. A contender whose best rate is the lowest or the highest one that was "
            "tried may have a better rate outside the grid.",
        ),
        Misconception(
            "looks at the rates only",
            _judged(lambda spent, epochs: False, _edge),
            "You look at the rates only. A contender with fewer epochs than another may just not be ready.",
        ),
        Misconception(
            "asks for both reasons at once",
            _judged(_short, _edge, lambda a, b: a and b),
            "You ask for too few epochs *and* a best rate at the edge. One of the two is enough.",
        ),
        Misconception(
            "takes the rates to be in order",
            _judged(_short, lambda tried, error: error.argmin() in (0, len(error) - 1)),
            "You look whether the lowest error is first or last in the list. The rates come in any order: compare the "
            "best rate with the smallest and the largest rate.",
        ),
        Misconception(
            "the highest rate only",
            _judged(_short, lambda tried, error: tried[error.argmin()] == tried.max()),
            "You test one edge of the grid, the highest rate. The best rate may also be the lowest one that was "
            "tried.",
        ),
        Misconception(
            "the lowest rate only",
            _judged(_short, lambda tried, error: tried[error.argmin()] == tried.min()),
            "You test one edge of the grid, the lowest rate. The best rate may also be the highest one that was "
            "tried.",
        ),
        Misconception(
            "the answers turned around",
            lambda epochs, rates, errors: [not a for a in _reference(epochs, rates, errors)],
            "True and False are exchanged: True means that the contender may have been treated unfairly.",
        ),
        Misconception(
            "the one with the most epochs",
            _judged(lambda spent, epochs: spent > min(epochs), _edge),
            "You mark those with *more* epochs than another. They had an advantage; the others are disadvantaged.",
        ),
        Misconception(
            "the fewest epochs, even if all have as many",
            (
                _judged(lambda spent, epochs: spent <= min(epochs), _edge),
                _judged(lambda spent, epochs: spent == min(epochs) < max(epochs), _edge),
            ),
            "You mark the contenders with the fewest epochs. Compare with the most instead: if all have equally many, none is "
            "disadvantaged by it, and of three different numbers the middle one is too few as well.",
        ),
        Misconception(
            "compares neighbors only",
            _compared_with_neighbor,
            "You compare each contender with the next one only. It is disadvantaged if *any* other one had more epochs.",
        ),
        Misconception(
            "the highest error taken for the best",
            _judged(_short, lambda tried, error: tried[error.argmax()] in (tried.min(), tried.max())),
            "You look for the rate with the highest value. These are errors, so the best is the lowest.",
        ),
        Misconception(
            "the first of several best rates only",
            _judged(_short, lambda tried, error: tried[error.argmin()] in (tried.min(), tried.max())),
            "Two rates share the lowest error, and you look at the first only. It is enough if one of them lies "
            "inside.",
        ),
        Misconception(
            "a single rate counts as inside",
            _judged(_short, lambda tried, error: len(tried) > 1 and _edge(tried, error)),
            "A contender that was tried at a single rate has no rate inside its grid: nobody knows whether a "
            "different one would be better.",
        ),
        Misconception(
            "indices in place of bools",
            lambda epochs, rates, errors: np.flatnonzero(_reference(epochs, rates, errors)).tolist(),
            "You list which contenders are disadvantaged. The exercise asks for one bool per contender.",
        ),
    ),
    hints=(
        "For which two reasons may a number in a comparison be worse than it had to be?",
        "The lowest error is at an edge if its rate is the smallest or the largest of the rates of this contender. "
        "With ties, one rate inside is enough.",
        "`best = tried[error == error.min()]`, then `inside = (best > ___) & (best < ___)`; "
        "True if `spent < max(epochs)` or not `inside.any()`.",
    ),
    explanation=(
        "These two reasons decide most comparisons that later turn out to be wrong. They are necessary conditions, not "
        "sufficient ones: seeds, data and the number of settings that were tried matter as well."
    ),
)
