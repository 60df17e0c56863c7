"""Index arrays of the samples for training, for validation, or in a batch. All are shuffled.

Files are often sorted (by class, by hospital, by writer), so a split in file order trains on one population and
tests on another.
"""

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.data.labels import label_vector

Folds = list[tuple[np.ndarray, np.ndarray]]


def train_val_test(
    n: int, fractions: tuple[float, float, float] = (0.6, 0.2, 0.2), rng: np.random.Generator | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return three disjoint, shuffled index arrays that cover 0, …, n − 1 in about these fractions, which sum to 1.

    Train on the first, choose with the second, and use the third once. rng is required. A fraction of 0 gives an
    empty part. Raises ValueError if a positive fraction would give an empty part, because an error measured on no
    samples is nan.
    """
    where = "train_val_test"
    n = checks.positive_integer(where, "n", n)
    rng = checks.generator(where, rng)
    share = checks.numeric(where, "fractions", fractions)
    if share.shape != (3,) or not (share >= 0).all() or abs(share.sum() - 1) > 1e-9:
        raise ValueError(
            f"{where}: fractions must be three numbers, none negative, that sum to 1: the parts for training, validation "
            f"and test, for example (0.6, 0.2, 0.2). They are {fractions}."
        )
    cuts = np.round(np.cumsum(share)[:2] * n).astype(int)
    parts = np.split(rng.permutation(n), cuts)
    sizes = [len(part) for part in parts]
    if any(size == 0 < fraction for size, fraction in zip(sizes, share, strict=True)):
        raise ValueError(
            f"{where}: a part with a positive fraction must have at least one sample, but {n} samples in fractions "
            f"{fractions} make parts of {sizes}. Use more samples or larger fractions."
        )
    return parts[0], parts[1], parts[2]


def kfold(n: int, k: int, rng: np.random.Generator) -> Folds:
    """Return k pairs (train, val) of shuffled index arrays: each of the n samples is in exactly one val.

    Fold sizes differ by at most one, the larger folds first. Raises ValueError if k < 2 or k > n.
    """
    n = checks.positive_integer("kfold", "n", n)
    k = _fold_count("kfold", k, n)
    order = checks.generator("kfold", rng).permutation(n)
    sizes = [len(part) for part in np.array_split(order, k)]
    return _folds(order, np.repeat(np.arange(k), sizes), k)


def stratified_kfold(labels: ArrayLike, k: int, rng: np.random.Generator) -> Folds:
    """Return the folds of `kfold`, with each class spread over them: its counts in two val folds differ by at most one.

    labels (N,) are integers. A class with fewer than k samples is missing from some val folds.
    """
    label = label_vector("stratified_kfold", "labels", labels)
    k = _fold_count("stratified_kfold", k, len(label))
    order = checks.generator("stratified_kfold", rng).permutation(len(label))
    fold = np.empty(len(label), dtype=int)
    # like cards, class after class, so that neighbors in this order go to different folds
    fold[np.argsort(label[order], kind="stable")] = np.arange(len(label)) % k
    return _folds(order, fold, k)


def minibatches(n: int, batch_size: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Return the indices 0, …, n − 1 in a new random order, cut into batches; the last one may be short."""
    n = checks.positive_integer("minibatches", "n", n)
    batch_size = checks.positive_integer("minibatches", "batch_size", batch_size)
    order = checks.generator("minibatches", rng).permutation(n)
    return [order[start : start + batch_size] for start in range(0, n, batch_size)]


def _fold_count(where: str, k: int, n: int) -> int:
    k = checks.positive_integer(where, "k", k, least=2)
    if k > n:
        raise ValueError(
            f"{where}: k must be one of 2, …, n = {n}, because more folds than samples leave some folds empty, but k is "
            f"{k}. The largest, k = n, leaves one sample out in each fold."
        )
    return k


def _folds(order: np.ndarray, fold: np.ndarray, k: int) -> Folds:
    """The pairs (train, val) where fold[i] is the fold of sample order[i]."""
    return [(order[fold != i], order[fold == i]) for i in range(k)]
