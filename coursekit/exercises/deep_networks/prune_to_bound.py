"""Exercise 07.7: prune and retrain, as long as the error stays within a bound."""

import numpy as np

from coursekit.exercises.engine.callables import Named, distance_from_waves, halfway_to_waves, live
from coursekit.exercises.engine.draws import transposed
from coursekit.exercises.engine.exercise import Case, Exercise, Misconception, Property


def prune_to_bound(W, counts, bound, retrain, error):
    """The weights with the most zeros that pruning reaches before the error exceeds the bound.

    W: a weight matrix, (n, m); counts: how many weights are 0 after each step, increasing
    bound: the largest error that is allowed; error(W) returns the error of weights W
    retrain(W) returns trained weights (n, m); it changes all of them, also those that are 0
    A step sets the smallest weights to 0, by absolute value, so that `count` are 0. It retrains,
    and sets the pruned weights to 0 again. The next step starts from these weights. The first
    step whose error is above the bound is undone, and ends the pruning.
    Returns the weights after the last step that is kept, (n, m); W itself does not change.
    """
    kept = np.array(W, dtype=float)
    for count in counts:
        smallest = np.argsort(np.abs(kept), axis=None)[:count]
        left = np.ones(kept.shape)
        left.flat[smallest] = 0
        pruned = retrain(kept * left) * left
        if error(pruned) > bound:
            break
        kept = pruned
    return kept


def _but(
    rank=np.abs, from_start=False, more=False, training=True, before=False, too_far=False,
    strict=False, whole=lambda count, size: count,
):  # fmt: skip
    """Pruning to a bound with one part exchanged."""

    def wrong(W, counts, bound, retrain, error):
        start = kept = np.array(W, dtype=float)
        done = 0
        for count in counts:
            done = done + count if more else whole(count, kept.size)
            source = start if from_start else kept
            mask = np.ones(source.size, dtype=bool)
            mask[np.argsort(rank(source).ravel(), kind="stable")[:done]] = False
            mask = mask.reshape(source.shape)
            pruned = np.where(mask, source, 0.0)
            judged = pruned
            if training:
                pruned = np.where(mask, retrain(pruned), 0.0)
            judged = judged if before else pruned
            is_above = error(judged) >= bound if strict else error(judged) > bound
            if is_above and too_far:
                return pruned
            if is_above:
                break
            kept = pruned
        return kept

    return wrong


def _revives(W, counts, bound, retrain, error):
    kept = np.array(W, dtype=float)
    for count in counts:
        pruned = kept.copy()
        pruned.flat[np.argsort(np.abs(pruned), axis=None)[:count]] = 0
        pruned = retrain(pruned)
        if error(pruned) > bound:
            break
        kept = pruned
    return kept


_reference = _but()
_SIGNED, _FIRST = _but(rank=np.asarray), _but(from_start=True)
_UNTRAINED, _BEFORE, _BEYOND = _but(training=False), _but(before=True), _but(too_far=True)
_LARGEST, _MORE = _but(rank=lambda W: -np.abs(W)), _but(more=True)
RETRAIN, ERROR = Named("halfway_to_waves"), Named("distance_from_waves")


def _weights(rng, shape):
    """Weights with two decimals, around the target of `halfway_to_waves`; no two absolute values are equal, none is 0."""
    target = halfway_to_waves(np.zeros(shape)) * 2
    while True:
        W = np.round(target + 0.7 * rng.normal(size=shape), 2)
        if np.unique(np.abs(W)).size == W.size and (W != 0).all():
            return W


def _errors(W, counts):
    """The error after each step of pruning without a bound."""
    errors = []

    def record(V):
        errors.append(distance_from_waves(V))
        return errors[-1]

    _reference(W, counts, np.inf, halfway_to_waves, record)
    return errors


WRONG = (_revives, _SIGNED, _FIRST, _UNTRAINED, _BEFORE, _BEYOND, _LARGEST, _MORE)


def _outputs(case):
    """The right result of a case, then those of WRONG, then W as it was."""
    args = tuple(map(live, case))
    return [_reference(*args), *(wrong(*args) for wrong in WRONG), args[0]]


def _case(rng, shape):
    """Weights, counts and a bound such that pruning ends in the middle; each of the mistakes leads elsewhere."""
    for _ in range(500):
        W = _weights(rng, shape)
        counts = np.sort(rng.choice(np.arange(2, W.size), 5, replace=False)).tolist()
        errors = _errors(W, counts)
        bound = round(float(np.mean(errors[2:4])), 3)
        case = W, counts, bound, RETRAIN, ERROR
        if max(errors[:3]) < bound < errors[3]:
            right, *wrong = _outputs(case)
            if not any(np.array_equal(right, output) for output in wrong):
                break
    return case


def _ordinary(rng):
    """Three cases that end in the middle, and one that takes every step: what a step starts from shows in its result.

    No two mistakes have the same results in all of the first three.
    """
    for _ in range(50):
        cases = [_case(rng, shape) for shape in ((4, 7), (4, 6), (6, 5))]
        results = zip(*map(_outputs, cases), strict=True)
        if len({tuple(output.tobytes() for output in outputs) for outputs in results}) == len(WRONG) + 2:
            break
    W, counts, _, retrain, error = _case(rng, (5, 4))
    return [*cases, (W, counts, 10.0, retrain, error)]


def _edges(rng):
    """A bound that no step meets, one that all meet, one that is met exactly, views, whole numbers."""
    W, counts, bound, retrain, error = _case(rng, (4, 5))
    exact = _errors(W, counts)[1]
    whole = np.round(100 * W).astype(int)
    return [
        Case("a bound that the first step exceeds", (W, counts, 0.0, retrain, error)),
        Case("a bound that every step meets", (W, counts, 1e9, retrain, error)),
        Case("an error equal to the bound", (W, counts, exact, retrain, error)),
        (transposed(W), counts, bound, retrain, error),
        (whole, counts, round(max(_errors(whole, counts)) + 0.5, 1), retrain, error),
    ]


EXERCISE = Exercise(
    id="07.7",
    points=5,
    returns="weights",
    solution=prune_to_bound,
    reference=_reference,
    properties=(
        Property("prunes, retrains, and ends in time", 4, _ordinary),
        Property(
            "bounds that are never, always and exactly met; views; whole numbers", 1, _edges, robust=True
        ),
    ),
    misconceptions=(
        Misconception(
            "retraining revives pruned weights",
            _revives,
            "Weights that you had set to 0 are not 0 in your result: retraining changes all of them. Set the pruned ones "
            "to 0 again before you measure the error.",
        ),
        Misconception(
            "ranks by value",
            _SIGNED,
            "You remove the lowest values, which are large negative weights. A weight of −3 matters as much as one of 3: "
            "rank by absolute value.",
        ),
        Misconception(
            "starts from the first weights in each step",
            _FIRST,
            "Each of your steps prunes the original W. Continue with the weights of the step before, which have been "
            "retrained.",
        ),
        Misconception(
            "never retrains",
            _UNTRAINED,
            "You prune without retraining. The remaining weights were trained together with those that are gone: call "
            "`retrain` after each step.",
        ),
        Misconception(
            "measures before retraining",
            _BEFORE,
            "You measure the error before the weights have been retrained, so that you give up too early. What counts is "
            "the error after retraining.",
        ),
        Misconception(
            "keeps the step that exceeds the bound",
            _BEYOND,
            "You return the weights of the first step whose error is above the bound. Return those of the step before.",
        ),
        Misconception(
            "removes the largest",
            _LARGEST,
            "You set the largest weights to 0. The smallest matter least, as a rule.",
        ),
        Misconception(
            "adds up the counts",
            _MORE,
            "You remove `count` further weights in each step. A count says how many are 0 in all after the step.",
        ),
        Misconception(
            "one weight too many",
            _but(whole=lambda count, size: count + 1),
            "After your steps one weight more than asked is 0. `order[:count]` are the first `count`.",
        ),
        Misconception(
            "one weight too few",
            _but(whole=lambda count, size: count - 1),
            "After your steps one weight fewer than asked is 0. `order[:count]` are the first `count`.",
        ),
        Misconception(
            "an error equal to the bound is too large",
            _but(strict=True),
            "You undo a step whose error equals the bound. Only an error above it is too large.",
        ),
        Misconception(
            "returns which weights are left",
            lambda *args: (_reference(*args) != 0).astype(float),
            "You return a mask of zeros and ones. Return the weights.",
        ),
        Misconception(
            "returns the number of zeros",
            lambda *args: int((_reference(*args) == 0).sum()),
            "You return a number. Return the weights themselves.",
        ),
        Misconception(
            "returns W as it was",
            lambda W, *rest: np.array(W, dtype=float),
            "You return the weights that you were given. Keep the result of each step that is within the bound.",
        ),
    ),
    hints=(
        "After a step you know its error. Which weights do you need to have kept in case it is too large?",
        "For each count: a mask with 0 at the `count` smallest |W|; `pruned = retrain(kept * mask) * mask`; if the error is "
        "above the bound, stop; otherwise `kept = pruned`.",
        "`smallest = np.argsort(np.abs(kept), axis=None)[:count]` are places in the flattened matrix. Begin with `left = "
        "np.ones(kept.shape)`, set `left.flat[___] = 0`, and multiply by `left` twice.",
    ),
    explanation=(
        "Weights that are 0 are the smallest of all, so each step keeps the zeros of the step before. Small steps with "
        "retraining in between reach more zeros than one large step, because after each step training adjusts the "
        "remaining weights to make up for the lost ones. Check the bound on validation images, because it decides how "
        "much is pruned."
    ),
    seconds=10.0,
)
