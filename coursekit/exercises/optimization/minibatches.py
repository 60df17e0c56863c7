"""Exercise 06.3: mini-batches."""

import numpy as np

from coursekit.exercises.engine.callables import Rng
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property
from coursekit.exercises.engine.wording import kind_of


def _seed(rng):
    return Rng(int(rng.integers(10_000)))


def _full(rng):
    """batch_size divides n."""
    size = int(rng.integers(2, 6))
    return [(6, 2, _seed(rng)), (size * int(rng.integers(4, 8)), size, _seed(rng)), (12, 12, _seed(rng))]


def _short(rng):
    """Rows are left over; fewer rows than a batch holds."""
    size = int(rng.integers(5, 9))
    return [
        (10, 4, _seed(rng)),
        (3 * size + int(rng.integers(1, size - 1)), size, _seed(rng)),
        (5, 8, _seed(rng)),
        (100, 32, _seed(rng)),
    ]


def _shuffled(rng):
    """Large enough for the order to be no accident; once more with an equal and with another generator."""
    first, other = rng.permutation(10_000)[:2].tolist()
    return [(24, 4, Rng(first)), (24, 4, Rng(first)), (24, 4, Rng(other)), (31, 8, _seed(rng))]


def minibatches(n, batch_size, rng):
    """One epoch of mini-batches.

    n: number of samples; batch_size: samples in a batch; rng: a NumPy Generator
    Returns a list of index arrays: each of 0, ..., n - 1 is in exactly one of them, in random
    order; all hold batch_size indices, only the last one may hold fewer.
    """
    order = rng.permutation(n)
    return [order[i : i + batch_size] for i in range(0, n, batch_size)]


def _reference(n, batch_size, rng):
    order = rng.permutation(n)
    return np.split(order, np.arange(batch_size, n, batch_size))


def _sizes(output):
    return [np.size(batch) for batch in output]


def _wanted(n, batch_size):
    return [min(batch_size, n - start) for start in range(0, n, batch_size)]


def _not_each_once(args, output):
    n, _, _ = args
    if not isinstance(output, list | tuple):
        return f"it returns {kind_of(output)} instead of a list of index arrays"
    for i, batch in enumerate(output):
        a = np.asarray(batch)
        if a.ndim != 1 or (a.size and a.dtype.kind not in "iu"):
            return f"batch {i} is {kind_of(batch)}, no array of indices (whole numbers)"
    rows = np.concatenate([np.zeros(0, dtype=int), *(np.asarray(batch, dtype=int) for batch in output)])
    strange = rows[(rows < 0) | (rows >= n)]
    if strange.size:
        return f"the index {strange[0]} is not among 0, …, {n - 1}"
    count = np.bincount(rows, minlength=n)
    if (count != 1).any():
        row = int(np.argmax(count != 1))
        return f"index {row} is in {'no batch' if not count[row] else f'the batches {count[row]} times'}"
    return None


def _law(shuffled=False):
    def complaint(args, output):
        n, batch_size, _ = args
        if broken := _not_each_once(args, output):
            return broken
        if _sizes(output) != _wanted(n, batch_size):
            sizes, wanted = (", ".join(map(str, s)) for s in (_sizes(output), _wanted(n, batch_size)))
            return f"the batches hold {sizes} indices instead of {wanted}"
        if shuffled and _in_file_order(args, output):
            return "the batches follow the order of the rows"
        return None

    return complaint


def _in_file_order(args, output):
    """Whether each batch is a block of neighboring rows, or takes rows at equal distances."""
    if _not_each_once(args, output):
        return False
    steps = [np.unique(np.diff(np.sort(batch))) for batch in output if len(batch) > 1]
    return bool(steps) and all(len(s) == 1 for s in steps)


def _blocks(n, batch_size):
    return [np.arange(n)[i : i + batch_size] for i in range(0, n, batch_size)]


def _filled_up(n, batch_size, rng):
    order = rng.permutation(n)
    order = np.append(order, np.resize(order, -n % batch_size))
    return list(order.reshape(-1, batch_size))


def _is_dropped(args, output):
    n, size, _ = args
    rows = np.concatenate([np.zeros(0, dtype=int), *output])
    return n % size > 0 and len(np.unique(rows)) == len(rows) == n // size * size


def _is_even(args, output):
    sizes = _sizes(output)
    return _not_each_once(args, output) is None and max(sizes) - min(sizes) <= 1 and len(sizes) != args[1]


def _is_filled_up(args, output):
    n, size, _ = args
    rows = np.concatenate(output)
    return n % size > 0 and set(_sizes(output)) == {size} and len(np.unique(rows)) == n


def _repeats(args, output):
    rows = np.concatenate(output)
    return rows.dtype.kind in "iu" and len(np.unique(rows)) < len(rows)


def _overlapping(n, batch_size, rng):
    order = rng.permutation(n)
    return [order[i : i + batch_size + 1] for i in range(0, n, batch_size)]


def _misses(args, output):
    return len(np.unique(np.concatenate(output))) < args[0]


def _has_empty_batch(args, output):
    return _not_each_once(args, output) is None and 0 in _sizes(output)


def _short_first(args, output):
    n, size, _ = args
    return n % size > 0 and n > size and _sizes(output) == _wanted(n, size)[::-1]


def _is_flat(args, output):
    return np.array_equal(np.sort(output), np.arange(args[0]))


EXERCISE = Exercise(
    id="06.3",
    points=3,
    returns="list of batches",
    solution=minibatches,
    reference=_reference,
    properties=(
        Property("each index once, in full batches", 1, _full, law=_law()),
        Property("the last batch holds what is left", 1, _short, law=_law()),
        Property("shuffled by `rng`", 1, _shuffled, law=_law(shuffled=True)),
    ),
    misconceptions=(
        Misconception(
            "drops the last batch",
            lambda n, batch_size, rng: list(
                rng.permutation(n)[: n // batch_size * batch_size].reshape(-1, batch_size)
            ),
            "The n % batch_size indices left over are in no batch, so an epoch skips them (and if there are fewer "
            "samples than a batch holds, nothing is left). Let the last batch be short.",
            symptom=_is_dropped,
        ),
        Misconception(
            "evens the batches out",
            (
                lambda n, batch_size, rng: np.array_split(rng.permutation(n), -(-n // batch_size)),
                lambda n, batch_size, rng: np.array_split(rng.permutation(n), max(n // batch_size, 1)),
            ),
            "`np.array_split` makes parts of nearly equal size. Batches hold exactly batch_size indices; only the last "
            "may hold fewer.",
            symptom=_is_even,
        ),
        Misconception(
            "fills the last batch up",
            _filled_up,
            "You fill the last batch with indices that have had their turn, so these count twice in the epoch. Let it "
            "be short.",
            symptom=_is_filled_up,
        ),
        Misconception(
            "batch_size batches",
            lambda n, batch_size, rng: np.array_split(rng.permutation(n), batch_size),
            "You make batch_size batches. It is the number of indices in one batch.",
            symptom=lambda args, output: _not_each_once(args, output) is None and len(output) == args[1],
        ),
        Misconception(
            "not shuffled",
            (
                lambda n, batch_size, rng: _blocks(n, batch_size),
                lambda n, batch_size, rng: [rng.permutation(block) for block in _blocks(n, batch_size)],
            ),
            "The same samples meet in a batch every time, in the order of the file. If that is sorted, each batch has "
            "one kind of sample. Cut `rng.permutation(n)`, so that every epoch mixes the samples again.",
            symptom=_in_file_order,
        ),
        Misconception(
            "draws with replacement",
            (
                lambda n, batch_size, rng: [rng.integers(n, size=len(b)) for b in _blocks(n, batch_size)],
                lambda n, batch_size, rng: [rng.permutation(n)[: len(b)] for b in _blocks(n, batch_size)],
            ),
            "Some indices come twice in your epoch and others never: `rng.integers`, `rng.choice`, or a new shuffle "
            "for each batch. Shuffle once, then cut.",
            symptom=lambda args, output: _repeats(args, output) and _misses(args, output),
        ),
        Misconception(
            "does not draw from `rng`",
            (
                lambda n, batch_size, rng: minibatches(n, batch_size, np.random.default_rng()),
                lambda n, batch_size, rng: minibatches(n, batch_size, np.random.default_rng(0)),
            ),
            "The batches do not follow the generator that was handed in. With a generator of your own a run cannot be "
            "repeated, or every epoch has the same order: use `rng` and nothing else.",
            symptom=lambda args, output: _law(shuffled=True)(args, output) is None,
        ),
        Misconception(
            "an empty batch at the end",
            lambda n, batch_size, rng: [
                *minibatches(n, batch_size, rng),
                *([] if n % batch_size else [np.zeros(0, dtype=int)]),
            ],
            "Where batch_size divides n, an empty batch follows; the mean of its losses would be nan. Stop when no "
            "index is left.",
            symptom=_has_empty_batch,
        ),
        Misconception(
            "the short batch comes first",
            lambda n, batch_size, rng: minibatches(n, batch_size, rng)[::-1],
            "Your short batch comes first. All batches hold batch_size indices, only the last one may hold fewer.",
            symptom=_short_first,
        ),
        Misconception(
            "shuffles, but does not cut",
            lambda n, batch_size, rng: rng.permutation(n),
            "You return one array of all indices. Cut it into batches of batch_size.",
            symptom=_is_flat,
        ),
        Misconception(
            "batches overlap",
            _overlapping,
            "Every index is in a batch, but some are in two neighboring ones. The next batch starts where the last one ended: `order[i : i + batch_size]`.",
            symptom=lambda args, output: (
                _repeats(args, output) and not _misses(args, output) and not _is_filled_up(args, output)
            ),
        ),
    ),
    hints=(
        "Is every index in exactly one batch of the epoch? And what happens to the indices that are left over at the end?",
        "Shuffle 0, …, n − 1, then take positions 0 to B − 1, B to 2B − 1, …; the last slice may be short.",
        "`order = rng.permutation(n)`, then `[order[i : i + batch_size] for i in range(0, n, ___)]`.",
    ),
    explanation=(
        "An epoch shows every sample once, whatever the batch size. What changes is how often the weights move. "
        "Because of the new order in each epoch, the same samples do not always share a batch. The short last batch counts: 1000 rows in "
        "batches of 32 make 32 updates, and dropping it would mean 8 samples unused in each epoch."
    ),
)
