"""Exercise 05.6: cross-validation of a whole procedure."""

import numpy as np

from coursekit.data.splits import kfold
from coursekit.exercises.engine.callables import Named, live
from coursekit.exercises.engine.draws import strided, tenths
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property

MEAN = Named("fit_nearest_mean"), Named("predict_nearest_mean")
PRODUCT = Named("fit_nearest_mean"), Named("predict_largest_product")
NEIGHBOR = Named("fit_nearest_neighbor"), Named("predict_nearest_neighbor")


def _data(rng, n, m, classes):
    """Overlapping classes, the first half of the columns a hundred times as wide as the others."""
    x, y = tenths(rng, (n, m)), rng.permutation(np.arange(n) % classes)
    x[:, -1] += y
    x[:, : m // 2] *= 100
    return np.round(x, 1), y


def _case(rng, method, n, k, m=4, classes=2):
    """A case on which the subtle mistakes show: drawn again until each of them gives another error."""
    while True:
        args = (*method, *_data(rng, n, m, classes), kfold(n, k, rng))
        functions = [live(f) for f in method]
        right = _reference(*functions, *args[2:])
        subtle = [_scaled_first, _file_order]
        subtle += [_mean_of_rates] if n % k else []
        subtle += [_centered_first] if method == PRODUCT else []
        if 0 < right < 1 and all(abs(f(*functions, *args[2:]) - right) > 0.01 for f in subtle):
            return args


def _even(rng):
    return [_case(rng, MEAN, 8, 2), _case(rng, PRODUCT, 12, 3), _case(rng, PRODUCT, 20, 5, 5, 3)]


def _uneven(rng):
    return [_case(rng, MEAN, 7, 2), _case(rng, MEAN, 11, 3, 5), _case(rng, NEIGHBOR, 14, 4)]


def _remembering(rng):
    return [_case(rng, NEIGHBOR, 9, 3), _case(rng, NEIGHBOR, 16, 4, 5), _case(rng, NEIGHBOR, 21, 3, 5, 3)]


def _awkward(rng):
    """Leave one out; other labels; whole numbers; a view."""
    fit, predict, x, y, folds = _case(rng, NEIGHBOR, 11, 4)
    left_out = _case(rng, MEAN, 9, 9)
    other, whole = _case(rng, NEIGHBOR, 10, 3, 3, 3), _case(rng, NEIGHBOR, 13, 3)
    return [
        left_out,
        (*other[:3], 5 * other[3] - 2, other[4]),
        (*whole[:2], np.rint(10 * whole[2]).astype(int), *whole[3:]),
        (fit, predict, strided(x), y, folds),
    ]


def cross_validate(fit, predict, x, y, folds):
    """The fraction of samples misclassified by models that never saw them.

    fit: a function, model = fit(x_train, y_train), that does everything that learns from data
    predict: a function, guesses (V,) = predict(model, x_val)
    x: inputs (N, m); y: labels (N,); folds: [(train, val), ...], index arrays as kfold returns
    Returns a number: the number of mistakes in all folds, divided by N.
    """
    errors = 0
    for train, val in folds:
        model = fit(x[train], y[train])  # a new model, from the training rows of this fold alone
        errors += np.sum(predict(model, x[val]) != y[val])
    return errors / len(y)


def _reference(fit, predict, x, y, folds):
    guesses = [predict(fit(x[train], y[train]), x[val]) for train, val in folds]
    rows = np.concatenate([val for _, val in folds])
    return float(np.mean(np.concatenate(guesses) != y[rows]))


def _fits_on_all(fit, predict, x, y, folds):
    errors = 0
    for _, val in folds:
        errors += np.sum(predict(fit(x, y), x[val]) != y[val])
    return errors / len(y)


def _rates(fit, predict, x, y, folds):
    """The error of each fold."""
    return [float(np.mean(predict(fit(x[train], y[train]), x[val]) != y[val])) for train, val in folds]


def _mean_of_rates(*args):
    return np.mean(_rates(*args))


def _scaled(x, rows):
    return (x - rows.mean(axis=0)) / np.where(rows.std(axis=0) > 0, rows.std(axis=0), 1)


def _scaled_first(fit, predict, x, y, folds):
    return _reference(fit, predict, _scaled(x, x), y, folds)


def _centered_first(fit, predict, x, y, folds):
    return _reference(fit, predict, x - x.mean(axis=0), y, folds)


def _to_unit_range_first(fit, predict, x, y, folds):
    low, high = x.min(axis=0), x.max(axis=0)
    return _reference(fit, predict, (x - low) / np.where(high > low, high - low, 1), y, folds)


def _scaled_inside(fit, predict, x, y, folds):
    errors = 0
    for train, val in folds:
        model = fit(_scaled(x[train], x[train]), y[train])
        errors += np.sum(predict(model, _scaled(x[val], x[train])) != y[val])
    return errors / len(y)


def _file_order(fit, predict, x, y, folds):
    guesses = [predict(fit(x[train], y[train]), x[val]) for train, val in folds]
    return np.mean(np.concatenate(guesses) != y)


def _first_model(fit, predict, x, y, folds):
    model = fit(x[folds[0][0]], y[folds[0][0]])
    return sum(np.sum(predict(model, x[val]) != y[val]) for _, val in folds) / len(y)


def _error_by(distance):
    """Another measure of how far off the guesses are."""

    def wrong(fit, predict, x, y, folds):
        off = [distance(predict(fit(x[train], y[train]), x[val]), y[val]) for train, val in folds]
        return sum(off) / len(y)

    return wrong


EXERCISE = Exercise(
    id="05.6",
    points=4,
    returns="error",
    solution=cross_validate,
    reference=_reference,
    properties=(
        Property("the error over folds of equal size", 1, _even),
        Property("the errors pooled over folds of unequal size", 1, _uneven),
        Property("the error of a model that remembers its training rows", 1, _remembering),
        Property(
            "the error when one row is left out, for other labels, whole numbers and views", 1, _awkward
        ),
    ),
    misconceptions=(
        Misconception(
            "fits on all rows",
            _fits_on_all,
            "`fit` has seen the validation rows. A model that only stores its rows makes no mistakes on "
            "them, although it has learned nothing about new ones. Fit inside the loop, on x[train] and "
            "y[train].",
        ),
        Misconception(
            "judges on the training rows",
            (
                lambda fit, predict, x, y, folds: (
                    sum(np.sum(predict(fit(x[t], y[t]), x[t]) != y[t]) for t, _ in folds)
                    / sum(len(t) for t, _ in folds)
                ),
                lambda fit, predict, x, y, folds: np.mean(
                    [np.mean(predict(fit(x[t], y[t]), x[t]) != y[t]) for t, _ in folds]
                ),
                lambda fit, predict, x, y, folds: (
                    sum(np.sum(predict(fit(x[t], y[t]), x[t]) != y[t]) for t, _ in folds) / len(y)
                ),
            ),
            "You test each model on the rows to which it was fitted. Predict x[val], the rows that it has "
            "not seen.",
        ),
        Misconception(
            "train and val swapped",
            (
                lambda fit, predict, x, y, folds: (
                    sum(np.sum(predict(fit(x[v], y[v]), x[t]) != y[t]) for t, v in folds)
                    / sum(len(t) for t, _ in folds)
                ),
                lambda fit, predict, x, y, folds: (
                    sum(np.sum(predict(fit(x[v], y[v]), x[t]) != y[t]) for t, v in folds) / len(y)
                ),
                lambda fit, predict, x, y, folds: np.mean(
                    _rates(fit, predict, x, y, [f[::-1] for f in folds])
                ),
            ),
            "You fit on the small part and test on the large one. Each pair is (train, val).",
        ),
        Misconception(
            "averages the folds' rates",
            _mean_of_rates,
            "The mean of the folds' rates gives a row of a small fold more weight than one of a large fold. "
            "Count the errors of all folds, then divide by N once.",
        ),
        Misconception(
            "sums the folds' rates",
            lambda *args: sum(_rates(*args)),
            "A sum of k rates can be as large as k. Count the errors of all folds, then divide by N.",
        ),
        Misconception(
            "accuracy instead of error",
            (lambda *args: 1 - _reference(*args), lambda *args: 1 - _mean_of_rates(*args)),
            "You return the fraction guessed right. The exercise asks for the errors: `!=`.",
        ),
        Misconception(
            "counts without dividing",
            lambda fit, predict, x, y, folds: round(_reference(fit, predict, x, y, folds) * len(y)),
            "You return the number of errors. Divide by the number of rows, N.",
        ),
        Misconception(
            "divides once more by the number of folds",
            lambda fit, predict, x, y, folds: _reference(fit, predict, x, y, folds) / len(folds),
            "Every row is validated once, so the errors of all folds are divided by N alone.",
        ),
        Misconception(
            "stops after one fold",
            (
                lambda *args: _rates(*args)[0],
                lambda *args: _rates(*args)[-1],
                lambda fit, predict, x, y, folds: (
                    _rates(fit, predict, x, y, folds)[0] * len(folds[0][1]) / len(y)
                ),
                lambda fit, predict, x, y, folds: (
                    _rates(fit, predict, x, y, folds)[-1] * len(folds[-1][1]) / len(y)
                ),
            ),
            "Only one fold counts in your result. Add up the errors of all of them: is the `return` inside the "
            "loop, or `=` where `+=` belongs?",
        ),
        Misconception(
            "the best fold",
            lambda *args: min(_rates(*args)),
            "The smallest of k measured errors is usually too low by chance. Cross-validation counts the "
            "mistakes of all folds.",
        ),
        Misconception(
            "fits once",
            _first_model,
            "You keep the first fold's model. It has seen the rows of all the other folds: fit a new one in each "
            "round of the loop.",
        ),
        Misconception(
            "scales all rows before the folds",
            (_scaled_first, _to_unit_range_first, _centered_first),
            "The mean, spread or range of all rows has an influence on every model, so each model has "
            "information about its validation rows. Everything that learns from data belongs in `fit`; pass "
            "the rows of x to it unchanged.",
        ),
        Misconception(
            "scales inside the loop",
            _scaled_inside,
            "Scaling with the training rows alone is not a leak, but it is not part of the exercise: `fit` "
            "is the whole procedure, and scaling first turns it into a different one.",
        ),
        Misconception(
            "compares with the labels in file order",
            _file_order,
            "Your guesses are in the order of the folds, y in the order of the file. Compare each fold's "
            "guesses with y[val].",
        ),
        Misconception(
            "one error per fold",
            lambda *args: _rates(*args),
            "You return a list, one error for each fold. The exercise asks for one number: errors of all folds "
            "divided by N.",
        ),
        Misconception(
            "squared distance of labels",
            (
                _error_by(lambda guess, y: np.sum((guess - y) ** 2)),
                _error_by(lambda guess, y: np.sum(np.abs(guess - y))),
            ),
            "Labels are names, not amounts. If class 3 is guessed as 1, that is one mistake, not 2 or 4: "
            "compare with `!=`.",
        ),
    ),
    hints=(
        "Has any validation row influenced any number that `fit` computed? And how much should one row of a "
        "small fold count?",
        "For each (train, val): model = fit(x[train], y[train]); errors += number of guesses ≠ y[val]. "
        "Result: errors of all folds / N.",
        "`errors = 0`, a loop over `folds` with `model = fit(___, ___)` and "
        "`errors += np.sum(predict(model, x[val]) != y[val])`, then a division.",
    ),
    explanation=(
        "The number estimates the error of the procedure `fit` when it is given about N(k − 1)/k rows. It "
        "does not belong to one model: there were k models, and none of them is kept. It can be trusted only "
        "if everything that learns from data (scaling, choosing inputs, choosing λ) happens inside `fit`. "
        "Cross-validation does not improve a model; it estimates the error to expect."
    ),
)
