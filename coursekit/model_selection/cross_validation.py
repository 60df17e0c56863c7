"""Cross-validation: every example is held out once; the networks of the folds are trained as one ensemble."""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from coursekit import checks
from coursekit.data.splits import Folds, kfold, stratified_kfold
from coursekit.training.history import History


def cross_validate(
    ck,
    build: Callable,
    X,
    y,
    k: int = 5,
    *,
    rng: np.random.Generator,
    folds: Folds | None = None,
    labels=None,
    prepare: Callable | None = None,
    ensemble: tuple[int, ...] = (),
    **fit_arguments,
) -> History:
    """`fit` on k folds at once: history.val[-1, i] is the loss of fold i's network on the part it never saw.

    ck             the backend: numpy_backend or torch_backend
    build          function of the ensemble's shape, (k, *ensemble), that returns (net, optimizer)
    X, y           (N, m) inputs and (N, n) targets
    rng            draws the folds; each fold then has its own stream (rng.spawn) for its batches, so that it
                   is trained exactly as it would be alone
    labels         (N,) class labels: spread each class over the folds (stratified_kfold)
    folds          pairs (train, val) of row numbers, in place of k
    prepare        prepare(X_train, y_train) returns a function X -> X (scaling, choice of features, …). It is
                   called for each fold with the training rows alone: what is fitted to all rows has seen the
                   held-out ones, and the estimate is too good
    ensemble       further axes behind the folds: strengths, seeds, … in the same run
    fit_arguments  loss, epochs, batch_size, penalty, lam, metrics, early_stopping, … of `ck.fit`

    history.val is (epochs, k, *ensemble), in fold order. The mean over folds estimates the error of the
    procedure with N (k − 1) / k examples; it makes no network better. Hastie, Tibshirani & Friedman (2009),
    sec. 7.10.
    """
    where = "cross_validate"
    data = hold_out(where, ck, X, y, k=k, folds=folds, labels=labels, prepare=prepare, rng=rng)
    net, optimizer = built(where, build, (*data.axes, *ensemble))
    return ck.fit(net, data.X, data.y, optimizer=optimizer, **data.arguments, **fit_arguments)


@dataclasses.dataclass(frozen=True)
class HeldOut:
    """What `fit` is given: the prepared data, folds or a validation pair, and random streams.

    axes      the ensemble axes it asks for: (k,), or () with a validation pair
    weights   (k,) or (1,): the share of the held-out examples that each fold has
    """

    X: Any
    y: Any
    arguments: dict
    axes: tuple[int, ...]
    weights: np.ndarray


def hold_out(where, ck, X, y, *, rng, k=5, folds=None, labels=None, prepare=None, validation=None) -> HeldOut:
    """Folds (drawn or given), or one validation pair, with `prepare` fitted to training rows only."""
    checks.generator(where, rng)
    X, y = _matrix(where, "X", X), _matrix(where, "y", y)
    if len(X) != len(y):
        raise ValueError(f"{where}: X has {len(X)} rows and y has {len(y)}; they want one for each example.")
    if validation is not None:
        if folds is not None or labels is not None:
            raise ValueError(f"{where}: give validation=(Xv, yv), or folds or labels, but not both.")
        return _one_split(where, ck, X, y, validation, prepare, rng)
    folds = _folds(where, len(X), k, folds, labels, rng)
    sizes = np.array([len(val) for _, val in folds])
    if prepare is not None:
        X, y, folds = _prepared(where, ck, X, y, folds, prepare)
    arguments = {"folds": folds, "rng": rng.spawn(len(folds))}
    return HeldOut(X, y, arguments, (len(folds),), sizes / sizes.sum())


def built(where, build, *arguments):
    """The pair (net, optimizer) that the learner's `build` wants to return."""
    made = build(*arguments)
    if not isinstance(made, tuple) or len(made) != 2 or not hasattr(made[0], "parameters"):
        raise TypeError(
            f"{where}: build{arguments} returned {type(made).__name__}; it wants the pair (net, optimizer), "
            "for example (net, ck.SGD(net.parameters(), lr=0.1))."
        )
    return made


def _matrix(where, name, x):
    """x as it is (`fit` moves it to the network's precision and device), if it is a matrix."""
    x = x if hasattr(x, "shape") else checks.numeric(where, name, x)
    if len(x.shape) != 2:
        raise ValueError(
            f"{where}: {name} has shape {tuple(x.shape)}; it wants a matrix, one row a sample. A column is "
            f"{name}[:, None]; class labels become targets with one_hot(labels, n)."
        )
    return x


def _one_split(where, ck, X, y, validation, prepare, rng):
    if len(validation) != 2:
        raise ValueError(f"{where}: validation has {len(validation)} parts; it wants the pair (Xv, yv).")
    Xv, yv = validation
    if prepare is not None:
        transform = _transform(where, prepare, ck.to_numpy(X), ck.to_numpy(y))
        X, Xv = transform(ck.to_numpy(X)), transform(np.asarray(Xv))
    return HeldOut(X, y, {"validation": (Xv, yv), "rng": rng.spawn(1)[0]}, (), np.ones(1))


def _folds(where, n, k, folds, labels, rng):
    if folds is None:
        if labels is None:
            return kfold(n, k, rng)
        if len(labels) != n:
            raise ValueError(f"{where}: {len(labels)} labels for {n} rows of X; it wants one for each.")
        return stratified_kfold(labels, k, rng)
    if labels is not None:
        raise ValueError(f"{where}: folds are given, so labels cannot shape them; leave one out.")
    folds = [(np.asarray(train), np.asarray(val)) for train, val in folds]
    for i, (train, val) in enumerate(folds):
        both = np.intersect1d(train, val)
        if both.size:
            raise ValueError(
                f"{where}: row {both[0]} is in both parts of fold {i} ({both.size} rows are). A network "
                "cannot be judged on what it was trained on; kfold(n, k, rng) makes disjoint parts."
            )
    return folds


def _prepared(where, ck, X, y, folds, prepare):
    """All rows once for each fold, as its own `prepare` changes them, and where the folds' rows are now."""
    X, y, n = ck.to_numpy(X), ck.to_numpy(y), len(X)
    changed = [np.asarray(_transform(where, prepare, X[train], y[train])(X)) for train, _ in folds]
    shapes = {part.shape for part in changed}
    if len(shapes) > 1 or len(changed[0]) != n:
        raise ValueError(
            f"{where}: the prepared inputs of the {len(folds)} folds have shapes {sorted(shapes)}; they want "
            f"all {n} rows, and the same columns in each fold."
        )
    moved = [(train + i * n, val + i * n) for i, (train, val) in enumerate(folds)]
    return np.concatenate(changed), np.tile(y, (len(folds), 1)), moved


def _transform(where, prepare, X, y):
    transform = prepare(X, y)
    if not callable(transform):
        raise TypeError(
            f"{where}: prepare returned {type(transform).__name__}; it wants a function of X, for example "
            "lambda X, y: lambda Z: Z - X.mean(axis=0)."
        )
    return transform
