"""What makes a list of (train, val) a set of shuffled folds, worded as complaints."""

import numpy as np

from coursekit.exercises.engine.wording import kind_of, plural


def law(*, sizes=False, shuffled=False):
    """The law of a Property: args (n, k, rng), output -> complaint or None; always a partition."""

    def complaint(args, output):
        return (
            _wrong_form(args, output)
            or _not_a_partition(args, output)
            or (sizes and _unequal(output))
            or (shuffled and in_file_order(args, output) and "the folds follow the order of the rows")
            or None
        )

    return complaint


def is_partition(args, output):
    """Whether each index is in one val, and in train of all other folds."""
    return law()(args, output) is None


def in_file_order(args, output):
    """Whether a partition has blocks of neighboring rows, or every k-th row, as its val parts."""
    if not is_partition(args, output):
        return False
    vals = [np.sort(val) for _, val in output]
    return any(all((np.diff(val) == step).all() for val in vals) for step in (1, len(output)))


def sizes_of(output):
    return [len(val) for _, val in output]


def val_rows(output):
    """All rows that are validated, fold after fold."""
    return np.concatenate([np.asarray(val) for _, val in output])


def _wrong_form(args, output):
    _, k, _ = args
    if not isinstance(output, list | tuple):
        return f"it returns {kind_of(output)} instead of a list of {k} pairs"
    if len(output) != k:
        return f"it returns {plural(len(output), 'fold')} instead of {k}"
    for i, fold in enumerate(output):
        if isinstance(fold, int | float) or len(fold) != 2:
            return f"fold {i} is {kind_of(fold)} instead of a pair (train, val)"
        for part, name in zip(fold, ("train", "val"), strict=True):
            a = np.asarray(part)
            if a.ndim != 1 or (a.size and a.dtype.kind not in "iu"):
                return f"{name} of fold {i} is no array of indices (whole numbers), but {_entries(a)}"
    return None


def _entries(a):
    return f"{kind_of(a)} of {'True and False' if a.dtype.kind == 'b' else a.dtype}"


def _not_a_partition(args, output):
    n, _, _ = args
    for i, fold in enumerate(output):
        rows = np.concatenate([np.asarray(part, dtype=int) for part in fold])
        strange = rows[(rows < 0) | (rows >= n)]
        if strange.size:
            return f"fold {i} holds the index {strange[0]}, which is not among 0, …, {n - 1}"
    validated = np.bincount(np.asarray(val_rows(output), dtype=int), minlength=n)
    if (validated != 1).any():
        row = int(np.argmax(validated != 1))
        return f"index {row} is in {validated[row] or 'no'} val part{'s' if validated[row] > 1 else ''}"
    for i, (train, val) in enumerate(output):
        trained = np.bincount(np.asarray(train, dtype=int), minlength=n)
        wanted = 1 - np.bincount(np.asarray(val, dtype=int), minlength=n)
        if (trained != wanted).any():
            row = int(np.argmax(trained != wanted))
            where = "both parts" if trained[row] > wanted[row] == 0 else "neither part"
            twice = f"index {row} is {trained[row]} times in train of fold {i}"
            return twice if trained[row] > 1 else f"index {row} is in {where} of fold {i}"
    return None


def _unequal(output):
    sizes = sizes_of(output)
    if max(sizes) - min(sizes) > 1:
        return f"the val parts have the sizes {', '.join(map(str, sizes))}, which differ by more than one"
    return None
