"""Exercise 05.8: cross-validation of a procedure that chooses one of its settings by cross-validation."""

import numpy as np

from coursekit.data.splits import kfold
from coursekit.exercises.engine.callables import Named
from coursekit.exercises.engine.callables import fit_neighbors as live_fit
from coursekit.exercises.engine.callables import predict_neighbors as live_predict
from coursekit.exercises.engine.draws import strided, tenths
from coursekit.exercises.engine.exercise import Case, Exercise, Misconception, Property

NEIGHBORS = Named("fit_neighbors"), Named("predict_neighbors")


def _folds(rng, n, k, inner_k):
    """Outer folds of n rows, and for each of them the inner folds of its training rows, as row numbers."""
    outer = kfold(n, k, rng)
    inner = [[(train[a], train[b]) for a, b in kfold(len(train), inner_k, rng)] for train, _ in outer]
    return outer, inner


def _case(rng, n, k, inner_k, m=3):
    """A case in which the folds choose different settings, no inner choice is a tie, and the usual slips show."""
    while True:
        y = rng.permutation(np.arange(n) % 2)
        x = np.round(tenths(rng, (n, m)) + 1.5 * y[:, np.newaxis], 1)
        outer, inner = _folds(rng, n, k, inner_k)
        args = [1, 3, 5], x, y, outer, inner
        counts = [_inner_counts(live_fit, live_predict, args[0], x, y, folds) for folds in inner]
        if any(sorted(c)[0] == sorted(c)[1] for c in counts):
            continue
        right = _reference(live_fit, live_predict, *args)
        slips = (
            _chosen_once,
            _chosen_by_outer_fold,
            _inner_error,
            _worst,
            _common_setting,
            _not_refitted,
            _index_as_setting,
        )
        if 0 < right < 1 and all(abs(f(live_fit, live_predict, *args) - right) > 0.01 for f in slips):
            return (*NEIGHBORS, *args)


def _even(rng):
    return [_case(rng, 12, 3, 2), _case(rng, 15, 3, 3, 2)]


def _uneven(rng):
    return [_case(rng, 13, 3, 2), _case(rng, 14, 4, 3, 2)]


def _special(rng) -> list[tuple]:
    """Settings between which the inner folds cannot decide; one setting; other labels; whole numbers; a view."""
    _, _, settings, x, y, outer, inner = _case(rng, 13, 3, 2)
    n = 11
    same = rng.permutation(np.arange(n) % 2)
    tied = np.round(tenths(rng, (n, 2)) + same[:, np.newaxis], 1)
    return [
        Case(
            "settings with equally many inner mistakes",
            (*NEIGHBORS, [3, 1, 2, 5], tied, same, *_folds(rng, n, 3, 2)),
        ),
        Case(
            "settings with equally many inner mistakes",
            (*NEIGHBORS, [1, 2, 3, 4], tied, same, *_folds(rng, n, 4, 2)),
        ),
        Case("a single setting", (*NEIGHBORS, [3], x, y, outer, inner)),
        Case("other labels", (*NEIGHBORS, settings, x, 5 * y - 2, outer, inner)),
        Case("whole numbers", (*NEIGHBORS, settings, np.rint(10 * x).astype(int), y, outer, inner)),
        Case("a view", (*NEIGHBORS, settings, strided(x), y, outer, inner)),
    ]


def nested_cross_validate(fit, predict, settings, x, y, outer, inner):
    """The error of a procedure that chooses a setting by cross-validation and then fits with it.

    fit: a function, model = fit(x_train, y_train, setting); predict: a function, guesses (V,) =
    predict(model, x_val); settings: a list of candidates
    x: inputs (N, m); y: labels (N,); outer: [(train, val), ...], index arrays into x; inner: for
    each outer fold a list of such pairs, which divide its training rows
    Returns a number: the outer validation rows guessed wrong, divided by N. In each outer fold the
    setting with the fewest inner mistakes (the first of equals) is fitted to all its training rows.
    """
    errors = 0
    for (train, val), folds in zip(outer, inner, strict=True):
        counts = []
        for setting in settings:
            wrong = 0
            for a, b in folds:
                wrong += np.sum(predict(fit(x[a], y[a], setting), x[b]) != y[b])
            counts.append(wrong)
        best = settings[np.argmin(counts)]
        errors += np.sum(predict(fit(x[train], y[train], best), x[val]) != y[val])
    return errors / len(y)


def _inner_counts(fit, predict, settings, x, y, folds):
    """Mistakes of each setting over some folds."""
    return [sum(int(np.sum(predict(fit(x[a], y[a], s), x[b]) != y[b])) for a, b in folds) for s in settings]


def _judged(choose):
    """Nested cross-validation in which `choose(i, counts)` gives the setting of outer fold i from all inner counts."""

    def procedure(fit, predict, settings, x, y, outer, inner):
        counts = [_inner_counts(fit, predict, settings, x, y, folds) for folds in inner]
        guess = np.empty(len(y), dtype=np.asarray(y).dtype)
        for i, (train, val) in enumerate(outer):
            guess[val] = predict(fit(x[train], y[train], settings[choose(i, counts)]), x[val])
        return float(np.mean(guess != y))

    return procedure


_reference = _judged(lambda i, counts: counts[i].index(min(counts[i])))
_worst = _judged(lambda i, counts: counts[i].index(max(counts[i])))
_common_setting = _judged(lambda i, counts: int(np.argmin(np.sum(counts, axis=0))))
_last_of_equal = _judged(lambda i, counts: len(counts[i]) - 1 - counts[i][::-1].index(min(counts[i])))


def _chosen_once(fit, predict, settings, x, y, outer, inner):
    """The lowest cross-validation error over the outer folds."""
    errors = []
    for setting in settings:
        wrong = 0
        for train, val in outer:
            wrong += np.sum(predict(fit(x[train], y[train], setting), x[val]) != y[val])
        errors.append(wrong / len(y))
    return min(errors)


def _chosen_by_outer_fold(fit, predict, settings, x, y, outer, inner):
    """In each outer fold the setting that does best on this very fold."""
    return sum(min(_inner_counts(fit, predict, settings, x, y, [fold])) for fold in outer) / len(y)


def _inner_error(fit, predict, settings, x, y, outer, inner):
    """The lowest inner error, averaged over the outer folds."""
    lowest = [min(_inner_counts(fit, predict, settings, x, y, folds)) for folds in inner]
    return float(np.mean([count / len(train) for count, (train, _) in zip(lowest, outer, strict=True)]))


def _not_refitted(fit, predict, settings, x, y, outer, inner):
    """The model of the last inner fold judges the outer fold."""
    wrong = 0
    for (_, val), folds in zip(outer, inner, strict=True):
        counts = _inner_counts(fit, predict, settings, x, y, folds)
        rows = folds[-1][0]
        wrong += np.sum(predict(fit(x[rows], y[rows], settings[int(np.argmin(counts))]), x[val]) != y[val])
    return wrong / len(y)


def _fitted_to_everything(fit, predict, settings, x, y, outer, inner):
    wrong = 0
    for (_, val), folds in zip(outer, inner, strict=True):
        best = settings[int(np.argmin(_inner_counts(fit, predict, settings, x, y, folds)))]
        wrong += np.sum(predict(fit(x, y, best), x[val]) != y[val])
    return wrong / len(y)


def _index_as_setting(fit, predict, settings, x, y, outer, inner):
    """The place of the chosen setting in the list is passed to `fit`, in place of the setting."""
    wrong = 0
    for (train, val), folds in zip(outer, inner, strict=True):
        place = int(np.argmin(_inner_counts(fit, predict, settings, x, y, folds)))
        wrong += np.sum(predict(fit(x[train], y[train], place), x[val]) != y[val])
    return wrong / len(y)


def _mean_of_rates(fit, predict, settings, x, y, outer, inner):
    rates = []
    for (train, val), folds in zip(outer, inner, strict=True):
        best = settings[int(np.argmin(_inner_counts(fit, predict, settings, x, y, folds)))]
        rates.append(np.mean(predict(fit(x[train], y[train], best), x[val]) != y[val]))
    return np.mean(rates)


EXERCISE = Exercise(
    id="05.8",
    points=5,
    returns="error",
    solution=nested_cross_validate,
    reference=_reference,
    properties=(
        Property("the error over outer folds of equal size", 2, _even),
        Property("the error over outer folds of unequal size", 2, _uneven),
        Property("the error in special cases", 1, _special),
    ),
    misconceptions=(
        Misconception(
            "the lowest error of plain cross-validation",
            _chosen_once,
            "You cross-validate each setting over the outer folds and return the lowest error. That is the number "
            "that is too low: the rows that chose the setting also judge it. Choose by the inner folds.",
        ),
        Misconception(
            "chooses on the outer validation rows",
            _chosen_by_outer_fold,
            "In each outer fold you take the setting that does best on its validation rows. They must not take "
            "part in the choice: choose by the inner folds, then judge once.",
        ),
        Misconception(
            "returns the inner error",
            _inner_error,
            "You return the lowest inner error. It was used to choose, so it is too low. Fit the chosen setting to "
            "the training rows of the outer fold, and count its mistakes on the outer validation rows.",
        ),
        Misconception(
            "one setting for all outer folds",
            _common_setting,
            "You add the inner mistakes of all outer folds and choose one setting for all. The inner rows of one "
            "outer fold are validation rows of another. Each outer fold makes its own choice.",
        ),
        Misconception(
            "not fitted again after the choice",
            _not_refitted,
            "You judge a model from an inner fold, which was fitted to only some of the training rows. After the "
            "choice, fit the chosen setting to all training rows of the outer fold.",
        ),
        Misconception(
            "fits on all rows",
            _fitted_to_everything,
            "After the choice you fit to all rows, including the outer validation rows. Fit to x[train], "
            "y[train] of the outer fold.",
        ),
        Misconception(
            "passes the index of the setting",
            _index_as_setting,
            "`argmin` gives the place of the best setting in the list. `fit` needs the setting itself: "
            "`settings[place]`.",
        ),
        Misconception(
            "chooses the worst setting",
            _worst,
            "You take the setting with the most inner mistakes. `argmin` finds the fewest.",
        ),
        Misconception(
            "averages the folds' rates",
            _mean_of_rates,
            "The mean of the outer folds' rates gives a row of a small fold more weight than one of a large fold. "
            "Count the mistakes of all outer folds, then divide by N once.",
        ),
        Misconception(
            "accuracy instead of error",
            lambda *args: 1 - _reference(*args),
            "You return the fraction guessed right. The exercise asks for the errors: `!=`.",
        ),
        Misconception(
            "counts without dividing",
            lambda fit, predict, settings, x, y, outer, inner: round(
                _reference(fit, predict, settings, x, y, outer, inner) * len(y)
            ),
            "You return the number of mistakes. Divide it by the number of rows, N.",
        ),
        Misconception(
            "the last of equal settings",
            _last_of_equal,
            "If several settings make equally many inner mistakes, the first of them is asked for: `<`, not `<=`, "
            "in a loop that keeps the best so far.",
        ),
    ),
    hints=(
        "Imagine that you are given only the training rows of one outer fold and have to produce a finished "
        "model. How would you choose the setting? Which rows may you use for that?",
        "For each outer fold: count each setting's mistakes over the inner folds; take the setting with the fewest; "
        "fit it to x[train], y[train]; count its mistakes on x[val]. At the end divide by N.",
        "Three loops: over zip(outer, inner), over settings, over the pairs (a, b) of the inner folds with "
        "`wrong += np.sum(predict(fit(x[a], y[a], ___), x[b]) != y[b])`; then `best = settings[np.argmin(___)]`.",
    ),
    explanation=(
        "The choice is part of the procedure that is tested: each outer fold repeats it without its own "
        "validation rows. Different outer folds may choose different settings, so the number does not belong "
        "to one setting. It estimates the error of the procedure that chooses and then fits, on about N(k − "
        "1)/k rows. The model that you use afterwards comes from running this procedure once more, on all "
        "rows."
    ),
)
