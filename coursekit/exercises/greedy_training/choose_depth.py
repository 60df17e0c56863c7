"""Exercise 08.5: the least depth that is not clearly worse than the best."""

import numpy as np

from coursekit.exercises.engine.exercise import Case, Exercise, Misconception, Property

LIMIT = "a mean exactly at the limit"


def _curve(rng, depths, best):
    """Validation errors (in %) with their least at depth `best`, and standard errors of 0.3 to 0.5."""
    far = np.abs(np.arange(depths) - best) * rng.integers(15, 25, depths) / 10 + 2.0
    far[best] = 1.0
    return np.round(far + rng.integers(0, 5) / 10, 1), rng.integers(3, 6, depths) / 10


def _clear(rng):
    """One depth is better than all others by more than a standard error."""
    bumpy = np.array([6.0, 5.0, 5.5, 3.0, 4.0]), np.array([0.5, 0.25, 0.5, 0.75, 0.25])
    return [
        bumpy,
        _curve(rng, 4, 2),
        _curve(rng, 5, 1),
        _curve(rng, 6, 0),
        _curve(rng, 7, 5),
        _curve(rng, 3, 2),
    ]


def _within(rng):
    """A shallower depth within one standard error of the best; others just outside."""
    return [
        (np.array([5.0, 3.25, 3.0, 4.0]), np.array([0.1, 0.1, 0.5, 0.9])),
        (np.array([6.0, 4.5, 4.0, 3.75, 3.5, 3.25]), np.array([0.2, 0.9, 0.1, 0.2, 0.2, 0.6])),
        (np.array([5.0, 3.25, 3.0, 6.0]), np.array([0.5, 0.9, 0.5, 0.4])),
        (np.array([3.9, 2.4, 2.2, 2.0, 2.6]), np.array([2.5, 0.3, 0.2, 0.3, 0.1])),
        (np.array([9.0, 8.0, 5.5, 5.2, 5.0, 5.1]), np.array([0.3, 0.3, 0.1, 0.9, 0.4, 0.9])),
        (rng.permutation([4.0, 4.2, 4.4])[[0, 1, 2, 2]], np.full(4, 2.5)),
    ]


def _awkward(rng):
    """Ties for the best with different standard errors, no spread at all, one depth, whole numbers, views."""
    mean, se = _curve(rng, 6, 3)
    return [
        Case(LIMIT, (np.array([5.0, 3.5, 3.0, 4.0]), np.full(4, 0.5))),
        Case(LIMIT, (np.array([2.25, 2.5, 2.0, 1.75, 3.0]), np.array([0.25, 1.0, 0.25, 0.5, 0.25]))),
        (np.array([5.0, 4.5, 3.0, 3.0, 6.0]), np.array([0.5, 0.5, 0.25, 2.0, 0.5])),
        (np.array([5.0, 3.5, 3.0, 3.0]), np.array([0.5, 0.5, 0.75, 0.25])),
        (np.array([4.0, 2.0, 2.0, 3.0]), np.zeros(4)),
        (np.array([7.5]), np.array([0.5])),
        (np.array([9, 7, 4, 5, 8]), np.array([1, 1, 2, 1, 1])),
        (np.repeat(mean, 2)[::2], np.repeat(se, 2)[::2]),
    ]


def choose_depth(val_mean, val_se):
    """The depth that the one-standard-error rule chooses.

    val_mean, val_se: mean validation error and its standard error for depth 1, 2, … (D,)
    If several depths share the smallest mean, the first of them counts as the best.
    Returns an integer, 1 for the first depth.
    """
    best = np.argmin(val_mean)
    good_enough = val_mean <= val_mean[best] + val_se[best]
    return int(np.argmax(good_enough)) + 1


def _reference(val_mean, val_se):
    best = min(range(len(val_mean)), key=lambda i: val_mean[i])
    return next(d for d, mean in enumerate(val_mean, start=1) if mean <= val_mean[best] + val_se[best])


def _one_se(val_mean, val_se, best):
    return int(np.argmax(val_mean <= val_mean[best] + val_se[best])) + 1


def _first_below(limit):
    """The first depth whose mean is at most limit(mean, se, place of the best)."""

    def wrong(val_mean, val_se):
        good = val_mean <= limit(val_mean, val_se, int(np.argmin(val_mean)))
        return int(np.argmax(good)) + 1 if good.any() else 0

    return wrong


EXERCISE = Exercise(
    id="08.5",
    points=3,
    returns="depth",
    solution=choose_depth,
    reference=_reference,
    properties=(
        Property("a best depth that is clearly better", 1, _clear),
        Property("a shallower one within one standard error of it", 1, _within),
        Property("ties, no spread, one depth, whole numbers, views", 1, _awkward),
    ),
    misconceptions=(
        Misconception(
            "the depth with the least mean",
            lambda val_mean, val_se: int(np.argmin(val_mean)) + 1,
            "You take the smallest mean. A shallower network within one standard error of it is not clearly "
            "worse, and simpler.",
        ),
        Misconception(
            "depths counted from 0",
            lambda val_mean, val_se: _reference(val_mean, val_se) - 1,
            "That is an index. Depths start at 1: index 0 is depth 1.",
        ),
        Misconception(
            "each depth by its own standard error",
            (
                _first_below(lambda mean, se, best: mean[best] + se),
                lambda val_mean, val_se: (
                    int(np.argmax(val_mean - val_se <= val_mean[np.argmin(val_mean)])) + 1
                ),
            ),
            "You give each depth its own standard error. The limit is one number: the best mean plus the "
            "standard error of the best.",
        ),
        Misconception(
            "bars that overlap",
            _first_below(lambda mean, se, best: mean[best] + se[best] + se),
            "You ask whether the bars of two depths overlap, so the standard error of the shallower depth counts as well. "
            "The rule adds one standard error, that of the best depth.",
        ),
        Misconception(
            "the standard error of another depth",
            (
                _first_below(lambda mean, se, best: mean[best] + se.min()),
                _first_below(lambda mean, se, best: mean[best] + se.max()),
                _first_below(lambda mean, se, best: mean[best] + se.mean()),
                _first_below(lambda mean, se, best: mean[best] + se[-1]),
            ),
            "The standard error to add is that of the best depth, not the smallest, the largest or the "
            "average of all.",
        ),
        Misconception(
            "two standard errors",
            _first_below(lambda mean, se, best: mean[best] + 2 * se[best]),
            "You allow two standard errors. The rule allows one.",
        ),
        Misconception(
            "subtracts the standard error",
            _first_below(lambda mean, se, best: mean[best] - se[best]),
            "Nothing lies below the best mean minus something. The limit is the best mean plus its standard "
            "error.",
        ),
        Misconception(
            "the deepest within one standard error",
            lambda val_mean, val_se: (
                int(np.flatnonzero(val_mean <= val_mean.min() + val_se[np.argmin(val_mean)])[-1]) + 1
            ),
            "You take the deepest of those that are good enough. The rule prefers the simplest: the first.",
        ),
        Misconception(
            "the worst depth",
            lambda val_mean, val_se: int(np.argmax(val_mean)) + 1,
            "You look for the largest mean. These are errors: small is good.",
        ),
        Misconception(
            "the last of several best",
            lambda val_mean, val_se: _one_se(
                val_mean, val_se, len(val_mean) - 1 - int(np.argmin(val_mean[::-1]))
            ),
            "Two depths tie for the smallest mean, and you take the standard error of the later one. The "
            "first counts.",
        ),
        Misconception(
            "the best upper end",
            (
                lambda val_mean, val_se: int(np.argmin(val_mean + val_se)) + 1,
                lambda val_mean, val_se: _one_se(val_mean, val_se, int(np.argmin(val_mean + val_se))),
            ),
            "You look for the smallest mean + se. The best depth is the one with the smallest mean; its "
            "standard error then sets the limit.",
        ),
        Misconception(
            "strictly below the limit",
            lambda val_mean, val_se: (
                int(np.argmax(val_mean < val_mean.min() + val_se[np.argmin(val_mean)])) + 1
            ),
            "You ask for less than the limit. Where the standard error is 0, not even the best is below it: "
            "use ≤.",
        ),
        Misconception(
            "the mean in place of the depth",
            lambda val_mean, val_se: float(val_mean[_reference(val_mean, val_se) - 1]),
            "You return an error. The exercise asks for the depth that has it.",
        ),
        Misconception(
            "the largest depth",
            lambda val_mean, val_se: len(val_mean),
            "You return the number of depths. Deeper is not better by itself: compare the means.",
        ),
        Misconception(
            "stops at the first rise",
            lambda val_mean, val_se: int(np.argmax(np.append(np.diff(val_mean) >= 0, True))) + 1,
            "You stop where the mean first does not fall. Look at all depths: find the best, then the first "
            "one near enough to it.",
        ),
        Misconception(
            "below the limit instead of at most",
            lambda val_mean, val_se: (
                int(
                    np.argmax(
                        (val_mean < val_mean.min() + val_se[np.argmin(val_mean)])
                        | (val_mean == val_mean.min())
                    )
                )
                + 1
            ),
            "A mean that is exactly the best mean plus its standard error is within it: at most (≤), not below (<).",
        ),
    ),
    hints=(
        "Is the best mean better than the others by more than chance would make it?",
        "best = argmin of the means; limit = mean[best] + se[best]; the first depth with mean ≤ limit, "
        "counted from 1.",
        "`best = np.argmin(val_mean)`, then `int(np.argmax(val_mean <= ___)) + 1`: argmax of bools is the "
        "first True.",
    ),
    explanation=(
        "A validation mean is an estimate; differences smaller than its standard error say little. The rule "
        "takes the simplest model among those that the data cannot tell from the best. It is a convention for "
        "breaking near-ties, not a test: with a large standard error it always says depth 1."
    ),
    same_as=("one_standard_error_rule",),
)
