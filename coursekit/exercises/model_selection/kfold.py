"""Exercise 05.5: k shuffled folds."""

import numpy as np

from coursekit.exercises.engine.callables import Rng
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property
from coursekit.exercises.model_selection.fold_laws import (
    in_file_order,
    is_partition,
    law,
    sizes_of,
    val_rows,
)


def _seed(rng):
    return Rng(int(rng.integers(10_000)))


def _even(rng):
    """k divides n."""
    k = int(rng.integers(2, 6))
    return [(6, 3, _seed(rng)), (k * int(rng.integers(3, 6)), k, _seed(rng)), (30, 5, _seed(rng))]


def _uneven(rng):
    """Two and more samples are left over, so that one fold cannot take them all."""
    k = int(rng.integers(4, 8))
    return [
        (8, 3, _seed(rng)),
        (23, 5, _seed(rng)),
        (3 * k + int(rng.integers(2, k - 1)), k, _seed(rng)),
        (103, 5, _seed(rng)),
    ]


def _shuffled(rng):
    """Large enough for the order to be no accident; once more with an equal and with another generator."""
    first, other = rng.permutation(10_000)[:2].tolist()
    return [(24, 4, Rng(first)), (24, 4, Rng(first)), (24, 4, Rng(other)), (40, 2, _seed(rng))]


def _edges(rng):
    """As many folds as samples; more than samples; fewer than two."""
    n = int(rng.integers(4, 8))
    return [
        (n, n, _seed(rng)),
        (7, 2, _seed(rng)),
        (n, n + 1, _seed(rng)),
        (n, 1, _seed(rng)),
        (5, 8, _seed(rng)),
    ]


def kfold(n, k, rng):
    """k pairs of index arrays for cross-validation.

    n: number of samples; k: number of folds; rng: a NumPy Generator
    Returns [(train, val), ...]: shuffled; each of 0, ..., n - 1 is in exactly one val, and in the
    train of every other fold; the sizes of the val parts differ by at most one. ValueError if k > n
    or k < 2.
    """
    if k > n or k < 2:
        raise ValueError(f"kfold: k must be from 2 to n = {n}, but is {k}")
    parts = np.array_split(rng.permutation(n), k)
    return [(np.concatenate(parts[:i] + parts[i + 1 :]), parts[i]) for i in range(k)]


def _reference(n, k, rng):
    if not 2 <= k <= n:
        raise ValueError("2 to n folds")
    order, fold = rng.permutation(n), np.arange(n) % k
    return [(order[fold != i], order[fold == i]) for i in range(k)]


def _folds(order, vals):
    """Folds with these val parts, each trained on the rest of `order`."""
    return [(np.setdiff1d(order, val), val) for val in vals]


def _drops_the_remainder(n, k, rng):
    if not 2 <= k <= n:
        raise ValueError("2 to n folds")
    order, size = rng.permutation(n), n // k
    vals = [order[i * size : (i + 1) * size] for i in range(k)]
    return [(np.setdiff1d(order, val), val) for val in vals]


def _rounds_up(n, k, rng):
    order, size = _checked(n, k, rng), -(-n // k)
    return _folds(order, [order[i * size : (i + 1) * size] for i in range(k)])


def _checked(n, k, rng):
    if not 2 <= k <= n:
        raise ValueError("2 to n folds")
    return rng.permutation(n)


def _last_takes_the_rest(n, k, rng):
    order, s = _checked(n, k, rng), n // k
    return _folds(order, [order[i * s : (i + 1) * s if i < k - 1 else n] for i in range(k)])


def _dice(n, k, rng):
    _checked(n, k, rng)
    fold = rng.integers(k, size=n)
    return [(np.flatnonzero(fold != i), np.flatnonzero(fold == i)) for i in range(k)]


def _drawn_again(n, k, rng):
    _checked(n, k, rng)
    orders = [rng.permutation(n) for _ in range(k)]
    return [(order[n // k :], order[: n // k]) for order in orders]


def _with_replacement(n, k, rng):
    order = _checked(n, k, rng)
    return _folds(order, [rng.choice(n, len(part)) for part in np.array_split(order, k)])


def _trained_elsewhere(n, k, rng):
    parts = np.array_split(_checked(n, k, rng), k)
    return [(rng.permutation(n)[: n - len(part)], part) for part in parts]


def _no_check(n, k, rng):
    parts = np.array_split(rng.permutation(n), k)
    return _folds(np.arange(n), parts)


def _checks(too_many, too_few):
    """Only one of the two is refused."""
    return lambda n, k, rng: (
        _no_check(n, k, rng) if not (too_many(n, k) or too_few(n, k)) else _checked(0, 1, rng)
    )


def _drops(args, output):
    n, k, _ = args
    rows = val_rows(output)
    return len(rows) == len(np.unique(rows)) == n // k * k < n and set(sizes_of(output)) == {n // k}


def _sizes(expected):
    return lambda args, output: is_partition(args, output) and sizes_of(output) == expected(*args[:2])


def _rest_last(n, k):
    return [n // k] * (k - 1) + [n - (k - 1) * (n // k)]


def _rounded_up(n, k):
    s = -(-n // k)
    return [max(min(s, n - i * s), 0) for i in range(k)]


def _any_size(args, output):
    return is_partition(args, output) and sizes_of(output) not in (
        _rest_last(*args[:2]),
        _rounded_up(*args[:2]),
    )


def _swapped(args, output):
    return is_partition(args, [(val, train) for train, val in output])


def _train_has_all(args, output):
    n, _, _ = args
    rows = np.sort(val_rows(output))
    return np.array_equal(rows, np.arange(n)) and all(len(np.unique(train)) == n for train, _ in output)


def _repeats(args, output):
    rows, different = val_rows(output), len(np.unique(val_rows(output)))
    return rows.dtype != bool and different < len(rows) and different < args[0] and not _swapped(args, output)


def _train_meets_val(args, output):
    n, _, _ = args
    rows = np.sort(val_rows(output))
    meet = any(np.intersect1d(train, val).size for train, val in output)
    return np.array_equal(rows, np.arange(n)) and meet and not _train_has_all(args, output)


def _vals_alone(args, output):
    n, k, _ = args
    rows = np.concatenate([np.atleast_1d(part) for part in output])
    return len(output) == k and np.array_equal(np.sort(rows), np.arange(n))


def _from_1(args, output):
    return np.array_equal(np.sort(val_rows(output)), np.arange(1, args[0] + 1))


def _masks(args, output):
    return {np.asarray(part).dtype.kind for fold in output for part in fold} == {"b"}


EXERCISE = Exercise(
    id="05.5",
    points=4,
    returns="list of folds",
    solution=kfold,
    reference=_reference,
    properties=(
        Property("each index is in one val, and in train of all other folds", 1, _even, law=law()),
        Property("the sizes differ by at most one if k does not divide n", 1, _uneven, law=law(sizes=True)),
        Property("shuffled by `rng`", 1, _shuffled, law=law(shuffled=True)),
        Property("k = n folds are allowed; k > n and k < 2 raise ValueError", 1, _edges, law=law(sizes=True)),
    ),
    misconceptions=(
        Misconception(
            "drops the remainder",
            _drops_the_remainder,
            "n // k rows per fold leave n % k rows that are never validated. Let the first n % k folds take one "
            "row more; `np.array_split` does so.",
            symptom=_drops,
        ),
        Misconception(
            "the last fold takes the whole remainder",
            _last_takes_the_rest,
            "Your last fold holds its own rows and all n % k left over, up to k − 1 of them. Spread them: one "
            "more for each of the first n % k folds.",
            symptom=_sizes(_rest_last),
        ),
        Misconception(
            "rounds the fold size up",
            _rounds_up,
            "With ⌈n/k⌉ rows in each of the first folds, too few rows are left for the last one. The sizes "
            "may differ by at most one: n % k folds have one row more than the others.",
            symptom=_sizes(_rounded_up),
        ),
        Misconception(
            "a die for each row",
            _dice,
            "If each row draws its fold independently, the sizes differ by chance. Shuffle the rows, then cut "
            "them into k nearly equal parts.",
            symptom=_any_size,
        ),
        Misconception(
            "not shuffled",
            (
                lambda n, k, rng: _folds(
                    np.arange(n), np.array_split(np.arange(_checked(n, k, rng).size), k)
                ),
                lambda n, k, rng: _folds(
                    np.arange(n), [np.arange(_checked(n, k, rng).size)[i::k] for i in range(k)]
                ),
            ),
            "Your folds follow the order of the rows. Files are often sorted, by class or by writer, and "
            "then each fold contains a different kind of example. Cut `rng.permutation(n)` instead of the "
            "unshuffled rows.",
            symptom=in_file_order,
        ),
        Misconception(
            "does not draw from `rng`",
            (
                lambda n, k, rng: _reference(n, k, np.random.default_rng()),
                lambda n, k, rng: _reference(n, k, np.random.default_rng(0)),
            ),
            "The folds do not depend on the generator `rng`. The caller can neither repeat nor vary random "
            "numbers that come from `np.random` or from a generator of your own, so draw everything from "
            "`rng`.",
            symptom=lambda args, output: law(sizes=True, shuffled=True)(args, output) is None,
        ),
        Misconception(
            "train and val swapped",
            lambda n, k, rng: [(val, train) for train, val in _reference(n, k, rng)],
            "Each pair is (train, val): the large part first. You train on one fold and validate on the others.",
            symptom=_swapped,
        ),
        Misconception(
            "trains on all rows",
            lambda n, k, rng: [(np.arange(n), val) for _, val in _reference(n, k, rng)],
            "Your training part contains the validation rows too, so the error would be measured on rows "
            "that the model has seen. Leave the fold out of its own training part.",
            symptom=_train_has_all,
        ),
        Misconception(
            "trains on some of the validation rows",
            _trained_elsewhere,
            "Train and val come from two shuffles, so they overlap. Shuffle once; train is what is left when val "
            "is taken out.",
            symptom=_train_meets_val,
        ),
        Misconception(
            "validates rows twice",
            (_drawn_again, _with_replacement),
            "Some rows are in two validation parts, or twice in one, and others in none. Shuffle once, before the "
            "loop, and cut; a new shuffle for each fold, `rng.choice` or `rng.integers` repeat rows.",
            symptom=_repeats,
        ),
        Misconception(
            "no ValueError for an impossible k",
            (
                _no_check,
                _checks(lambda n, k: k > n, lambda n, k: False),
                _checks(lambda n, k: False, lambda n, k: k < 2),
            ),
            "With more folds than rows some folds are empty, and with one fold there is nothing to train on. "
            "Raise a ValueError for k > n and for k < 2.",
            symptom=lambda args, output: not 2 <= args[1] <= args[0],
        ),
        Misconception(
            "only the val parts",
            lambda n, k, rng: [val for _, val in _reference(n, k, rng)],
            "You return only the validation parts. Each entry must be a pair: (train, val).",
            symptom=_vals_alone,
        ),
        Misconception(
            "counts rows from 1",
            lambda n, k, rng: [(train + 1, val + 1) for train, val in _reference(n, k, rng)],
            "Your indices run from 1 to n. Rows are counted from 0, so n is not an index.",
            symptom=_from_1,
        ),
        Misconception(
            "masks instead of indices",
            lambda n, k, rng: [
                (~np.isin(np.arange(n), val), np.isin(np.arange(n), val)) for _, val in _reference(n, k, rng)
            ],
            "Your arrays hold True and False for each row. The exercise asks for the row numbers: "
            "`np.flatnonzero(mask)`.",
            symptom=_masks,
        ),
    ),
    hints=(
        "If k does not divide n, where do the n mod k rows left over go? And what if the file is sorted by class?",
        "Shuffle 0, …, n − 1 once and cut into k parts, the first n mod k of them with ⌊n/k⌋ + 1 rows, the others "
        "with ⌊n/k⌋. Pair i is (all parts but i, part i).",
        "`parts = np.array_split(rng.permutation(n), ___)`, then for each i the pair of "
        "`np.concatenate(parts[:i] + parts[i + 1 :])` and `parts[i]`; a ValueError before.",
    ),
    explanation=(
        "Each row is held out once and used for training k − 1 times, so all data serve both purposes, but "
        "never for the same model. Shuffling matters because the rows of a file are often in a meaningful "
        "order. The generator is an argument so that two models can be compared on the same folds, and so "
        "that the experiment can be repeated."
    ),
)
