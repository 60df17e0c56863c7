"""Exercise 04.3: early stopping with patience."""

import numpy as np

from coursekit.exercises.engine.draws import tenths
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property


def _falls_and_rises(rng, falls, rises):
    """A curve that falls to its best, with a bump on the way, and then wanders above it, in tenths."""
    down = 9 - np.sort(rng.choice(np.arange(1, 60), falls, replace=False)) / 10
    up = down[-1] + rng.permutation(np.arange(1, 40))[:rises] / 10
    up[:2] = down[-1] + 1.5, down[-1] + 0.7  # it wanders, below its neighbor and above the best
    if falls > 2:
        down[falls // 2] = down[falls // 2 - 1] + 0.1  # a bump of one epoch
    return np.concatenate([down, up]).round(1)


def _stops(rng):
    """Stops in the middle; after the stop the loss falls again, lower than before."""
    curves = []
    for falls, rises, patience in [(3, 4, 2), (5, 6, 3), (int(rng.integers(4, 8)), 7, 4)]:
        curve = _falls_and_rises(rng, falls, rises)
        later = np.array([curve.min() - 0.5, curve.min() - 0.2, 9.0])
        curves.append((np.concatenate([curve, later]).round(1), patience))
    return curves


def _edges(rng):
    """Ties, patience 1, never stopping, one epoch, a rise from the start, exactly enough epochs, whole numbers."""
    monotone = np.sort(tenths(rng, 6, 1, 9))[::-1].copy()
    return [
        (np.array([3.0, 2.0, 2.5, 2.0, 2.4, 2.3, 1.0]), 3),
        (np.array([5.0, 4.0, 4.5, 3.0, 2.0]), 1),
        (monotone + np.arange(6)[::-1] / 10, 2),
        (np.array([1.5]), 2),
        (np.array([2.0, 2.5, 3.0, 3.5, 1.0]), 3),
        (np.array([4.0, 3.0, 3.5, 3.6]), 2),
        (np.array([4.0, 3.0, 3.5, 3.6]), 5),
        (np.array([9, 7, 8, 6, 7, 7, 8, 2]), 3),
        (np.array([2.0, 2.0, 2.0, 2.0, 2.0]), 3),
        (np.array([0.9, 0.5, 0.49998, 0.6, 0.49996, 0.7]), 2),  # any improvement counts
    ]


def early_stopping(validation, patience):
    """Where training stops, and which epoch's weights are kept.

    validation: the validation loss after each epoch, (epochs,), epochs from 0
    patience: a number of epochs, at least 1
    Returns (best, stop): stop is the first epoch that lies `patience` epochs past the best so
    far, or the last epoch if there is none; best is the first epoch with the lowest loss up to
    stop.
    """
    best = 0
    for epoch in range(len(validation)):
        if validation[epoch] < validation[best]:
            best = epoch
        if epoch - best == patience:
            return best, epoch
    return best, len(validation) - 1


def _reference(validation, patience):
    for stop in range(len(validation)):
        best = int(np.argmin(validation[: stop + 1]))
        if stop >= best + patience:
            break
    return best, stop


def _loop(better=lambda now, best: now < best, patient=lambda wait, patience: wait == patience, last=-1):
    """Early stopping with another comparison, another limit, or another end: last from the length."""

    def wrong(validation, patience):
        best = 0
        for epoch in range(len(validation)):
            if better(validation[epoch], validation[best]):
                best = epoch
            if patient(epoch - best, patience):
                return best, epoch
        return best, len(validation) + last

    return wrong


def _changed(change):
    return lambda validation, patience: change(*early_stopping(validation, patience), validation, patience)


def _compares_with_the_epoch_before(validation, patience):
    best, wait = 0, 0
    for epoch in range(1, len(validation)):
        wait = wait + 1 if validation[epoch] >= validation[epoch - 1] else 0
        if validation[epoch] < validation[best]:
            best = epoch
        if wait == patience:
            return best, epoch
    return best, len(validation) - 1


def _best_is_the_last_fall(validation, patience):
    best, wait = 0, 0
    for epoch in range(1, len(validation)):
        wait = wait + 1 if validation[epoch] >= validation[epoch - 1] else 0
        best = best if wait else epoch
        if wait == patience:
            return best, epoch
    return best, len(validation) - 1


def _never_resets(validation, patience):
    best, wait = 0, 0
    for epoch in range(1, len(validation)):
        if validation[epoch] < validation[best]:
            best = epoch
        else:
            wait += 1
        if wait == patience:
            return best, epoch
    return best, len(validation) - 1


EXERCISE = Exercise(
    id="04.3",
    points=3,
    returns=("best", "stop"),
    solution=early_stopping,
    reference=_reference,
    properties=(
        Property("the best epoch", 1, _stops, "best"),
        Property("the epoch at which training stops", 1, _stops, "stop"),
        Property("ties, patience 1, curves that never stop, one epoch, a rise from the start", 1, _edges),
    ),
    misconceptions=(
        Misconception(
            "looks past the stop",
            lambda validation, patience: (
                int(np.argmin(validation)),
                min(int(np.argmin(validation)) + patience, len(validation) - 1),
            ),
            "You take the lowest loss of the whole curve. Training that has stopped never sees the later epochs, "
            "so go through the epochs one by one.",
        ),
        Misconception(
            "best of the whole curve",
            _changed(lambda best, stop, validation, patience: (int(np.argmin(validation)), stop)),
            "Your best epoch may lie after stop. Training sees only the epochs up to stop, so take the lowest "
            "loss among those.",
        ),
        Misconception(
            "one epoch too patient",
            (
                _loop(patient=lambda wait, patience: wait > patience),
                _loop(patient=lambda wait, patience: wait == patience + 1),
            ),
            "You stop one epoch too late. Stop when the best epoch lies exactly `patience` epochs back.",
        ),
        Misconception(
            "one epoch too impatient",
            _loop(patient=lambda wait, patience: (wait == patience - 1 and wait > 0) or wait >= patience),
            "You stop one epoch too early. Stop when the best epoch lies exactly `patience` epochs back.",
        ),
        Misconception(
            "stops at the first rise",
            _loop(patient=lambda wait, patience: wait > 0),
            "You stop as soon as the loss rises, whatever the patience is. Patience lets training continue past a "
            "short rise.",
        ),
        Misconception(
            "never stops",
            lambda validation, patience: (int(np.argmin(validation)), len(validation) - 1),
            "You always train to the last epoch. Stop as soon as the best epoch lies `patience` epochs back.",
        ),
        Misconception(
            "compares with the epoch before",
            (_compares_with_the_epoch_before, _best_is_the_last_fall),
            "You compare each loss with the one before. Compare it with the lowest loss so far, because a loss "
            "can be lower than the one before without being a new best.",
        ),
        Misconception(
            "counts all bad epochs",
            _never_resets,
            "You never reset your count of epochs without improvement. Set it back to 0 at each new best epoch.",
        ),
        Misconception(
            "a tie counts as better",
            _loop(lambda now, best: now <= best),
            "You count a loss that only equals the best so far as a new best. The first of equal losses stays the "
            "best, so compare with < and not with <=.",
        ),
        Misconception(
            "keeps the last weights",
            _changed(lambda best, stop, validation, patience: (stop, stop)),
            "You return stop as best. The weights that are kept are those of the epoch with the lowest loss up to "
            "stop.",
        ),
        Misconception(
            "best counted back from the stop",
            _changed(lambda best, stop, validation, patience: (max(stop - patience, 0), stop)),
            "You compute best as stop − patience. This is right only if the patience ran out, but the curve may "
            "end earlier. Remember the best epoch instead.",
        ),
        Misconception(
            "epochs from 1",
            (
                _changed(lambda best, stop, validation, patience: (best + 1, stop + 1)),
                _changed(lambda best, stop, validation, patience: (best + 1, stop)),
                _changed(lambda best, stop, validation, patience: (best, stop + 1)),
            ),
            "You count epochs from 1. They are counted from 0, so validation[0] belongs to epoch 0.",
        ),
        Misconception(
            "one past the end",
            _loop(last=0),
            "If training does not stop early, stop is the last epoch. Because epochs are counted from 0, this is "
            "len(validation) − 1.",
        ),
        Misconception(
            "the loss instead of its epoch",
            _changed(lambda best, stop, validation, patience: (validation[best], stop)),
            "You return the lowest loss as best. Return the epoch at which it occurs.",
        ),
        Misconception(
            "looks for the highest",
            (
                _loop(lambda now, best: now > best),
                _loop(lambda now, best: now >= best),
            ),
            "You look for the largest value. A validation loss is better when it is lower.",
        ),
        Misconception(
            "stop first",
            _changed(lambda best, stop, validation, patience: (stop, best)),
            "You return stop first. The order is `return best, stop`.",
        ),
        Misconception(
            "the number of epochs waited",
            _changed(lambda best, stop, validation, patience: (best, stop - best)),
            "You count stop from the best epoch. Count it from the start of training.",
        ),
        Misconception(
            "small improvements do not count",
            tuple(_loop(lambda now, best, d=d: now < best - d) for d in (1e-4, 1e-3, 1e-2)),
            "You ask for a minimal improvement. Here any lower loss is a new best, however small the difference is.",
        ),
    ),
    hints=(
        "After some epoch you know only the losses so far. What do you need to remember to decide whether to "
        "continue?",
        "After each epoch: if its loss is below the lowest so far, best = epoch. Then, if epoch − best = patience, "
        "stop here. If that never happens, stop = the last epoch.",
        "`best = 0`, then a loop over epochs with `if validation[epoch] < validation[best]: best = epoch` and "
        "`if ___: return best, epoch`; after the loop `return best, len(validation) - 1`.",
    ),
    explanation=(
        "The weights of `best` are kept. The epochs after it only serve to find out whether the loss falls further. With "
        "too little patience training stops at a short rise and misses a lower loss; more patience takes more time. Stopping "
        "early keeps the weights near where they began, which for a linear model is similar to a ridge penalty."
    ),
)
