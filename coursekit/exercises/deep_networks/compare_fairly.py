"""Exercise 07.6: the comparison that settles whether a method helps."""

from typing import Any

import numpy as np

from coursekit.exercises.engine.exercise import Exercise, Misconception, Property


def compare_fairly(validation_a, test_a, validation_b, test_b):
    """By how much method b changes the test error of method a, each at its best.

    validation_a, test_a: errors in percent of method a, (rates, epochs, seeds)
    validation_b, test_b: those of method b, possibly at a different number of rates
    Each network is stopped at the first epoch with its lowest validation error. The rate of a
    method is the one with the lowest validation error at these epochs, averaged over the seeds.
    Returns (difference, se): the mean over the seeds of test error b − test error a, and the
    standard error of this mean, from the differences seed by seed.
    """
    kept = []
    for validation, test in ((validation_a, test_a), (validation_b, test_b)):
        stop = np.argmin(validation, axis=1)[:, None]  # (rates, 1, seeds)
        stopped = np.take_along_axis(validation, stop, axis=1)[:, 0]  # (rates, seeds)
        rate = np.argmin(stopped.mean(axis=1))
        kept.append(np.take_along_axis(test, stop, axis=1)[rate, 0])  # (seeds,)
    difference = kept[1] - kept[0]
    return difference.mean(), difference.std(ddof=1) / np.sqrt(len(difference))


def _last(errors):
    return np.full((errors.shape[0], errors.shape[2]), errors.shape[1] - 1)


def _own(errors):
    return errors.argmin(axis=1)


def _common(errors):
    """One epoch for all seeds of a rate: the lowest point of the mean curve."""
    return np.repeat(errors.mean(axis=2).argmin(axis=1)[:, None], errors.shape[2], axis=1)


def _at(errors, stop):
    """errors (rates, epochs, seeds) at the epochs stop (rates, seeds)."""
    rates, seeds = np.indices(stop.shape)
    return errors[rates, stop, seeds]


def _paired(a, b):
    d = np.asarray(b) - np.asarray(a)
    return float(d.mean()), float(d.std(ddof=1) / len(d) ** 0.5)


def _but(
    stop=_own, judge=lambda validation, test: validation, stop_by=lambda validation, test: validation,
    choose_at=None, report=lambda validation, test: test, same_rate=False, end=_paired,
):  # fmt: skip
    """The comparison with one part exchanged: when to stop, what chooses the rate, what is reported, the summary."""

    def wrong(validation_a, test_a, validation_b, test_b):
        kept, rate = [], None
        for validation, test in ((validation_a, test_a), (validation_b, test_b)):
            validation, test = np.asarray(validation, float), np.asarray(test, float)
            at = stop(stop_by(validation, test))
            scores = _at(judge(validation, test), (choose_at or stop)(stop_by(validation, test))).mean(axis=1)
            rate = rate if same_rate and rate is not None else int(scores.argmin())
            kept.append(_at(report(validation, test), at)[rate])
        return end(*kept)

    return wrong


_reference = _but()


def _after_the_last_epoch(validation_a, test_a, validation_b, test_b):
    kept = []
    for validation, test in ((validation_a, test_a), (validation_b, test_b)):
        rate = np.argmin(validation[:, -1].mean(axis=1))
        kept.append(test[rate, -1])
    difference = kept[1] - kept[0]
    return difference.mean(), difference.std(ddof=1) / np.sqrt(len(difference))


def _best_rate_per_seed(validation_a, test_a, validation_b, test_b):
    kept = []
    for validation, test in ((validation_a, test_a), (validation_b, test_b)):
        stop = _own(np.asarray(validation))
        rate = _at(np.asarray(validation), stop).argmin(axis=0)
        kept.append(_at(np.asarray(test), stop)[rate, np.arange(len(rate))])
    return _paired(*kept)


def _all_rates(validation_a, test_a, validation_b, test_b):
    pairs = ((validation_a, test_a), (validation_b, test_b))
    return _paired(*(_at(np.asarray(t), _own(np.asarray(v))).mean(axis=0) for v, t in pairs))


def _summary(change):
    return _but(end=lambda a, b: change(a, b, *_paired(a, b)))


def _unpaired(a, b, difference, se):
    return difference, float(np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b)))


_by_test: dict[str, Any] = {"judge": lambda validation, test: test}
_stop_by_test: dict[str, Any] = {"stop_by": lambda validation, test: test}


def _errors(rng, rates, epochs, seeds):
    """Different errors in tenths, (rates, epochs, seeds): a training falls, and then rises or not."""
    values = rng.permutation(np.arange(30, 30 + 2 * rates * epochs * seeds))[: rates * epochs * seeds] / 10
    return values.reshape(rates, epochs, seeds)


def _clear(validation):
    """Whether the best rate is clear: by means at each network's epoch, at the last epoch, and along the mean curve."""
    for stop in (_own, _last, _common):
        first, second = np.sort(_at(validation, stop(validation)).mean(axis=1))[:2]
        if second - first < 0.02:
            return False
    return True


def _case(rng, rates=(3, 3), epochs=5, seeds=4):
    """Two methods whose best rates differ, from validation and from test errors."""
    while True:
        args = [_errors(rng, n, epochs, seeds) for n in rates for _ in range(2)]
        best = [int(_at(v, _own(v)).mean(axis=1).argmin()) for v in args[::2]]
        by_test = [
            int(_at(t, _own(v)).mean(axis=1).argmin()) for v, t in zip(args[::2], args[1::2], strict=True)
        ]
        at_the_end = [int(v[:, -1].mean(axis=1).argmin()) for v in args[::2]]
        if all(map(_clear, args)) and best[0] != best[1] and best != by_test and best != at_the_end:
            return tuple(args)


def _ordinary(rng):
    return [_case(rng), _case(rng, (4, 4), 6, 5), _case(rng, (3, 3), 7, 3)]


def _edges(rng):
    """Different numbers of rates, whole numbers, one epoch, ties between epochs."""
    one_epoch = tuple(_errors(rng, 3, 1, 4) for _ in range(4))
    tied = list(_case(rng))
    tied[0][:, 3] = tied[0][:, 1] = tied[0].min(axis=1) - 0.5
    whole = tuple((10 * a).astype(int) for a in _case(rng))
    return [_case(rng, (2, 4)), whole, one_epoch, tuple(tied)]


EXERCISE = Exercise(
    id="07.6",
    points=5,
    returns=("difference", "se"),
    solution=compare_fairly,
    reference=_reference,
    properties=(
        Property("the difference of the methods, each at its best", 3, _ordinary, "difference"),
        Property("its standard error", 1, _ordinary, "se"),
        Property("different numbers of rates, whole numbers, one epoch, ties", 1, _edges, robust=True),
    ),
    misconceptions=(
        Misconception(
            "no early stopping",
            (_after_the_last_epoch, _but(stop=_last, choose_at=_own)),
            "You compare the networks after their last epoch. A method that only delays overfitting then looks like an "
            "improvement. Stop each network at its lowest validation error first.",
        ),
        Misconception(
            "chooses the rate by the test error",
            _but(**_by_test),
            "Your learning rate is the one with the lowest test error. Once the test set has influenced a choice, it no "
            "longer measures unseen error. Choose by the validation error.",
        ),
        Misconception(
            "stops by the test error",
            (_but(**_stop_by_test), _but(**_stop_by_test, **_by_test)),
            "You stop where the test error is lowest. In practice nobody can do that: the test set must not choose "
            "anything, not even the epoch.",
        ),
        Misconception(
            "reports the validation error",
            _but(report=lambda validation, test: validation),
            "Your errors are those on the validation set. They have chosen the epoch and the rate, so they are too low. "
            "Report the test errors of the networks that were chosen.",
        ),
        Misconception(
            "one rate for both methods",
            _but(same_rate=True),
            "You train b at the best rate of a. A comparison at one rate compares rates: give b its own best rate.",
        ),
        Misconception(
            "one epoch for all seeds",
            (_but(stop=_common), _but(stop=_common, choose_at=_own)),
            "You stop all seeds of a rate at the same epoch, the lowest point of their mean curve. Each network is "
            "stopped at its own lowest validation error.",
        ),
        Misconception(
            "the rate of the last epoch",
            _but(choose_at=_last),
            "You stop early, but choose the rate by the validation error of the last epoch. Judge a rate by the errors at "
            "the epochs that are kept.",
        ),
        Misconception(
            "a rate for each seed",
            _best_rate_per_seed,
            "You choose a different rate for each seed. One rate per method is asked for: average over the seeds first.",
        ),
        Misconception(
            "averages over the rates",
            _all_rates,
            "You average over all learning rates, so a method with one very bad rate looks bad. Take the best rate only.",
        ),
        Misconception(
            "a minus b",
            _summary(lambda a, b, difference, se: (-difference, se)),
            "Your difference is a − b. The exercise asks for b − a, which is negative where b makes fewer errors.",
        ),
        Misconception(
            "the standard deviation",
            _summary(lambda a, b, difference, se: (difference, se * len(a) ** 0.5)),
            "You return the standard deviation of the differences. The standard error of their mean is smaller by √seeds.",
        ),
        Misconception(
            "divides by n in the variance",
            _summary(lambda a, b, difference, se: (difference, se * ((len(a) - 1) / len(a)) ** 0.5)),
            "Your variance divides by the number of seeds. The mean was estimated from the same numbers: divide by one "
            "less, `ddof=1`.",
        ),
        Misconception(
            "divides by the number of seeds, not by its root",
            _summary(lambda a, b, difference, se: (difference, se / len(a) ** 0.5)),
            "You divide the standard deviation by the number of seeds. The standard error divides by its square root.",
        ),
        Misconception(
            "treats the methods as independent",
            _summary(_unpaired),
            "You add the variances of a and b. Both use the same seeds, so what a seed makes harder for both cancels: "
            "take the standard deviation of the differences, seed by seed.",
        ),
    ),
    hints=(
        "Which decisions does a method need before it can be tested, and which data may make them?",
        "For each method: the epoch of each network (argmin over the epochs of its validation errors), then the rate (mean "
        "over the seeds at these epochs), then the test errors (seeds,) of that rate. Then the differences.",
        "`stop = np.argmin(validation, axis=1)[:, None]` and `np.take_along_axis(test, stop, axis=1)` give the test "
        "errors (rates, 1, seeds) at those epochs. The standard error is `d.std(ddof=1) / ___`.",
    ),
    explanation=(
        "Three choices could favor one method: the epoch, the rate, and the seeds. Stopping early takes away the advantage "
        "of a method that only learns more slowly; a rate of its own takes away that of the method for which the rate was "
        "chosen; the same seeds for both make the difference more precise than either error. The budget of epochs must be "
        "large enough for both: if the lowest validation error lies at the last epoch, train longer."
    ),
)
