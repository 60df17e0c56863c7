"""Cross-validation: every example is held out once; the networks of the folds are trained as one ensemble."""

import dataclasses
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.data.splits import Folds, kfold, stratified_kfold
from coursekit.training.history import History


def cross_validate(
    ck: ModuleType,
    build: Callable,
    X: ArrayLike,
    y: ArrayLike,
    k: int = 5,
    *,
    rng: np.random.Generator,
    folds: Folds | None = None,
    labels: ArrayLike | None = None,
    prepare: Callable | None = None,
    ensemble: tuple[int, ...] = (),
    **fit_arguments: Any,
) -> History:
    """Train one network per fold, all at once: history.val[-1, i] is the loss of network i on its held-out part.

    ck             the backend: numpy_backend or torch_backend
    build          function of the shape (k, *ensemble) of the ensemble that returns (net, optimizer)
    X, y           (N, m) inputs and (N, n) targets
    rng            draws the folds. Each fold has a random stream of its own (rng.spawn) for its batches, so that it
                   is trained exactly as it would be alone
    labels         (N,) class labels, to spread each class over the folds (stratified_kfold)
    folds          pairs (train, val) of row numbers, in place of k
    prepare        prepare(X_train, y_train) returns a function X -> X (scaling, choice of inputs, …). It is called
                   for each fold with the training rows only, because a function fitted to all rows has seen the
                   held-out ones, which makes the estimate too good
    ensemble       further axes after the folds: strengths, seeds, … in the same run
    fit_arguments  loss, epochs, batch_size, penalty, lam, metrics, early_stopping, … of `ck.fit`

    history.val is (epochs, k, *ensemble), in the order of the folds. The mean over folds estimates the error of the
    procedure on N (k − 1) / k examples; it improves no network. Hastie, Tibshirani & Friedman (2009),
    sec. 7.10.
    """
    where = "cross_validate"
    split = hold_out(where, ck, X, y, k=k, folds=folds, labels=labels, prepare=prepare, rng=rng)
    net, optimizer = built(where, build, (*split.axes, *ensemble))
    return ck.fit(net, split.X, split.y, optimizer=optimizer, **split.arguments, **fit_arguments)


@dataclasses.dataclass(frozen=True)
class HeldOut:
    """Arguments of `fit`: the prepared data, with folds or a validation pair, and random streams.

    axes      the ensemble axes that they need: (k,), or () with a validation pair
    weights   (k,) or (1,): each fold's share of the held-out examples
    """

    X: Any
    y: Any
    arguments: dict
    axes: tuple[int, ...]
    weights: np.ndarray


def hold_out(
    where: str,
    ck: ModuleType,
    X: ArrayLike,
    y: ArrayLike,
    *,
    rng: np.random.Generator,
    k: int = 5,
    folds: Folds | None = None,
    labels: ArrayLike | None = None,
    prepare: Callable | None = None,
    validation: tuple[ArrayLike, ArrayLike] | None = None,
) -> HeldOut:
    """Hold out folds (drawn or given) or one validation pair, with `prepare` fitted to training rows only."""
    checks.generator(where, rng)
    inputs, targets = _matrix(where, "X", X), _matrix(where, "y", y)
    if len(inputs) != len(targets):
        raise ValueError(
            f"{where}: X and y must have one row per example, but X has {len(inputs)} rows and y has {len(targets)}."
        )
    if validation is not None:
        if folds is not None or labels is not None:
            raise ValueError(f"{where}: pass validation=(Xv, yv), or folds or labels, but not both.")
        return _one_split(where, ck, inputs, targets, validation, prepare, rng)
    folds = _folds(where, len(inputs), k, folds, labels, rng)
    sizes = np.array([len(val) for _, val in folds])
    if prepare is not None:
        inputs, targets, folds = _prepared(where, ck, inputs, targets, folds, prepare)
    arguments = {"folds": folds, "rng": rng.spawn(len(folds))}
    return HeldOut(inputs, targets, arguments, (len(folds),), sizes / sizes.sum())


def built(where: str, build: Callable, *arguments: Any) -> tuple[Any, Any]:
    """Return the pair (net, optimizer) that `build` makes; raise TypeError if it returns anything else."""
    made = build(*arguments)
    if not isinstance(made, tuple) or len(made) != 2 or not hasattr(made[0], "parameters"):
        raise TypeError(
            f"{where}: build{arguments} must return the pair (net, optimizer), for example "
            f"(net, ck.SGD(net.parameters(), lr=0.1)), but it returned {type(made).__name__}."
        )
    return made


def _matrix(where: str, name: str, x: Any) -> Any:
    """Return x unchanged (`fit` moves it to the network's precision and device), after checking that it is a matrix."""
    x = x if hasattr(x, "shape") else checks.numeric(where, name, x)
    if len(x.shape) != 2:
        raise ValueError(
            f"{where}: {name} must be a matrix with one row per sample, but has shape {tuple(x.shape)}. A vector becomes "
            f"a column with {name}[:, None]; class labels become targets with one_hot(labels, n)."
        )
    return x


def _one_split(where, ck, X, y, validation, prepare, rng):
    if len(validation) != 2:
        raise ValueError(
            f"{where}: validation must be the pair (Xv, yv), but it has {len(validation)} parts."
        )
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
            raise ValueError(
                f"{where}: labels must have one entry per row of X, but there are {len(labels)} labels for {n} rows."
            )
        return stratified_kfold(labels, k, rng)
    if labels is not None:
        raise ValueError(
            f"{where}: pass folds or labels, but not both: labels spread the classes only over folds that are drawn here."
        )
    folds = [(np.asarray(train), np.asarray(val)) for train, val in folds]
    for i, (train, val) in enumerate(folds):
        both = np.intersect1d(train, val)
        if both.size:
            raise ValueError(
                f"{where}: the two parts of a fold must be disjoint, but row {both[0]} is in both parts of fold {i} "
                f"({both.size} rows are). kfold(n, k, rng) makes disjoint parts."
            )
    return folds


def _prepared(where, ck, X, y, folds, prepare):
    """All rows once per fold, as the `prepare` of that fold changes them, and the new row numbers of the folds."""
    X, y, n = ck.to_numpy(X), ck.to_numpy(y), len(X)
    changed = [np.asarray(_transform(where, prepare, X[train], y[train])(X)) for train, _ in folds]
    shapes = {part.shape for part in changed}
    if len(shapes) > 1 or len(changed[0]) != n:
        raise ValueError(
            f"{where}: the function that prepare returns must keep all {n} rows and give the same number of columns in "
            f"each fold, but the prepared inputs of the {len(folds)} folds have shapes {sorted(shapes)}."
        )
    moved = [(train + i * n, val + i * n) for i, (train, val) in enumerate(folds)]
    return np.concatenate(changed), np.tile(y, (len(folds), 1)), moved


def _transform(where, prepare, X, y):
    transform = prepare(X, y)
    if not callable(transform):
        raise TypeError(
            f"{where}: prepare must return a function of X, for example lambda X, y: lambda Z: Z - X.mean(axis=0), but "
            f"it returned {type(transform).__name__}."
        )
    return transform
