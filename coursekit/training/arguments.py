"""Check the arguments of `fit` and `epochs` for both backends, and prepare folds and the order of the examples."""

import warnings
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from coursekit import checks

_CHUNK = 8_000_000  # numbers computed at once by `predict`
_ON_LOGITS = {"softmax_cross_entropy": "softmax", "sigmoid_cross_entropy": "sigmoid"}


class FitArguments:
    """The arguments of `fit`, checked; X and y stay arrays of their backend.

    ensemble       shape of the ensemble, () for a single network
    n, examples    number of examples; the same for each fold, (k, 1, …), or without folds an array ()
    longest        number of examples of the largest fold: steps are counted along it
    watched        (X, y) on which validation loss and metrics are computed, or None
    watched_parts  pairs (folds, rows): the folds whose validation sets have that many rows; rows is None without folds
    """

    def __init__(
        self, *, ensemble: tuple[int, ...], X: Any, y: Any, loss: Any, batch_size: Any, rng: Any, penalty: Any,
        lam: Any, validation: Any, metrics: Any, early_stopping: Any, clip_norm: Any, folds: Any,
    ):  # fmt: skip
        self.ensemble, self.X, self.y = ensemble, X, y
        _check_pair("X", X, "y", y, ensemble)
        if not callable(loss):
            raise TypeError(f"fit: loss must be a function such as ck.mse, but is {loss!r}.")
        if penalty is not None and not callable(penalty):
            raise TypeError(f"fit: penalty must be a function such as ck.l2, but is {penalty!r}.")
        self.loss = checks.without_checks(loss)
        self.penalty = None if penalty is None else checks.without_checks(penalty)
        self.lam = _strengths(lam, ensemble, penalty)
        self.folds, self.examples, held_out = _folds(folds, X, y, ensemble)
        self.n, self.longest = int(X.shape[-2]), int(self.examples.max())
        self.batch_size = self.longest
        if batch_size is not None:
            self.batch_size = min(checks.positive_integer("fit", "batch_size", batch_size), self.longest)
        self.shuffled = self.batch_size < self.longest
        self.rng: Any = _generators(rng, self.folds, self.shuffled)
        self.metrics = _metrics(metrics)
        self.validation, self.watched_parts = self._watched(validation, held_out)
        self.watched: Any = self.validation or ((X, y) if self.metrics else None)
        self.early_stopping = early_stopping
        if early_stopping is not None:
            if self.validation is None:
                raise ValueError(
                    "fit: early_stopping needs a validation loss to watch; pass validation=(Xv, yv)."
                )
            self.early_stopping = checks.positive_integer("fit", "early_stopping", early_stopping)
        self.clip_norm = clip_norm
        if clip_norm is not None:
            self.clip_norm = checks.number("fit", "clip_norm", clip_norm, low=0, open_low=True)

    def _watched(self, validation, held_out):
        """((Xv, yv) or None, parts) as the class describes them; of folds, the shorter validation sets are padded."""
        if held_out is None:
            return validation and self._validation(*validation), [(..., None)]
        if validation is not None:
            raise ValueError(
                "fit: with folds each network is validated on its own held-out part; leave validation out."
            )
        lengths = np.array([len(part) for part in held_out])
        rows = np.stack([np.resize(part, lengths.max()) for part in held_out])
        rows = rows.reshape(len(rows), *(1,) * (len(self.ensemble) - 1), -1)
        parts = [(np.flatnonzero(lengths == length), int(length)) for length in np.unique(lengths)]
        return (self.X[rows], self.y[rows]), parts

    def _validation(self, Xv, yv):
        _check_pair("validation[0]", Xv, "validation[1]", yv, self.ensemble)
        for i, (train, val) in enumerate(((self.X, Xv), (self.y, yv))):
            if train.shape[-1] != val.shape[-1]:
                raise ValueError(
                    f"fit: validation[{i}] must have {train.shape[-1]} columns, like {'Xy'[i]} {tuple(train.shape)}, but has "
                    f"shape {tuple(val.shape)}."
                )
        return Xv, yv

    def batches(self) -> list[slice]:
        """The rows of each batch, counted along the order of an epoch."""
        starts = range(0, self.longest, self.batch_size)
        return [slice(start, min(start + self.batch_size, self.longest)) for start in starts]

    def epoch_order(self) -> tuple[np.ndarray | None, np.ndarray | None]:
        """(order, counts): row numbers of X for one epoch and the number of examples of each fold; None where trivial.

        order is (n,) shared by all, or (k, 1, …, n) with a row for each fold, padded at its end.
        """
        if self.folds is None:
            return (self.rng.permutation(self.n) if self.shuffled else None), None
        lengths = self.examples.reshape(-1)
        order = np.empty((len(self.folds), self.longest), dtype=int)
        streams = self.rng if isinstance(self.rng, list) else [self.rng] * len(self.folds)
        for row, fold, length, rng in zip(order, self.folds, lengths, streams, strict=True):
            fold = fold[:length]
            row[:length] = fold[rng.permutation(length)] if self.shuffled else fold
            row[length:] = row[0]
        counts = None if lengths.min() == self.longest else self.examples
        return order.reshape(len(self.folds), *(1,) * (len(self.ensemble) - 1), self.longest), counts

    def real_rows(self, counts: np.ndarray | None, rows: slice) -> np.ndarray | None:
        """(..., B, 1) of 1 and 0: real rows and padding of a batch, or None where all are real."""
        if counts is None or rows.stop <= counts.min():
            return None
        return (np.arange(rows.start, rows.stop)[:, None] < counts[..., None, None]).astype(np.float64)


def chunks(n: int, per_sample: int) -> list[slice]:
    """Slices that cover n samples, each small enough for memory."""
    step = max(1, min(n, _CHUNK // max(per_sample, 1)))
    return [slice(start, min(start + step, n)) for start in range(0, n, step)]


def small_products(parameters: Iterable[Any], arguments: FitArguments) -> bool:
    """Whether each matrix product of a step is so small that several threads cost more than they gain.

    They cost much on a busy machine, where threads wait for each other. Members that share their inputs count as one
    wide product.
    """
    separate = 1 if arguments.folds is None else len(arguments.folds)
    separate = max(separate, int(np.prod(tuple(arguments.X.shape[:-2]))))
    sizes = [int(np.prod(tuple(p.shape))) for p in parameters]
    return 2 * arguments.batch_size * max(sizes, default=0) / separate < 2e7


def divergence_message(lost: np.ndarray, epoch: int) -> str:
    """The warning of `fit` when a loss stopped being finite."""
    which = "the loss is" if lost.ndim == 0 else f"the loss of {int(lost.sum())} of {lost.size} networks is"
    return (
        f"fit: {which} no longer finite in epoch {epoch} (counted from 0). The steps were too large: try a smaller "
        "learning rate, clip_norm=1.0, or a loss on logits, and check the scale of the inputs."
    )


def check_matrix(where: str, name: str, x: Any) -> None:
    """Raise unless x has at least two axes."""
    if len(x.shape) < 2:
        raise ValueError(
            f"{where}: {name} must be a matrix with one row per sample, but has shape {tuple(x.shape)}. A single feature or "
            f"target becomes a column with {name}[:, None], class labels become targets with one_hot(labels, n)."
        )


def check_targets(loss: Callable, z: Any, y: Any) -> None:
    """Raise unless the targets y (..., N, n), and the network's outputs z for some samples, are valid for the loss."""
    domains = checks.domains_of(loss)
    if z.shape[-1] != y.shape[-1]:
        raise ValueError(
            f"fit: y (..., N, n) must have as many columns as the network has outputs, {z.shape[-1]}, but has shape "
            f"{tuple(y.shape)}. Class labels become targets with one_hot(labels, n)."
        )
    if domains.get("y") == "probability":
        checks.in_unit_interval("fit", "y", y)
    elif domains.get("y") == "distribution":
        checks.rows_sum_to_one("fit", "y", y)
    if domains.get("p") in ("probability", "distribution"):
        low, high = checks.value_range(z)
        if low < 0 or high > 1:
            raise ValueError(
                f"fit: {loss.__name__} needs probabilities, but the network's outputs range from {low:.4g} to {high:.4g}. "
                "Give the network an output= such as ck.sigmoid, or take a loss on logits such as ck.softmax_cross_entropy."
            )


def warn_of_two_outputs(loss: Callable, output: str | None) -> None:
    """Warn where the loss applies the same function to the outputs as the network's last layer does already."""
    name = getattr(loss, "__name__", "")
    if output is not None and _ON_LOGITS.get(name) == output:
        probabilities = {"softmax": "categorical_cross_entropy", "sigmoid": "binary_cross_entropy"}[output]
        warnings.warn(
            f"fit: {name} applies {output} itself, but the network's output is {output} already. Applied twice it trains "
            f"badly: leave output= out, or take loss=ck.{probabilities}.",
            UserWarning,
            stacklevel=4,
        )


def check_proximal(arguments: FitArguments, l1: Callable, plain_sgd: bool) -> None:
    """Raise unless the penalty is l1 and the optimizer plain SGD, as proximal=True needs them."""
    if arguments.penalty is not l1:
        raise ValueError("fit: proximal=True takes the proximal step of penalty=l1; pass that penalty.")
    if not plain_sgd:
        raise ValueError(
            "fit: proximal=True is a step of plain SGD; take ck.SGD without momentum or weight_decay."
        )


def pair_of(validation: Any) -> Any:
    """validation itself if it is a pair."""
    if not isinstance(validation, tuple | list):
        raise TypeError(f"fit: validation must be the pair (Xv, yv), but is {type(validation).__name__}.")
    if len(validation) != 2:
        raise ValueError(f"fit: validation must be the pair (Xv, yv), but has {len(validation)} parts.")
    return validation


def _check_pair(x_name, X, y_name, y, ensemble):
    x_shape, y_shape = tuple(X.shape), tuple(y.shape)
    for name, shape, other in ((x_name, x_shape, y_shape), (y_name, y_shape, x_shape)):
        if len(shape) > 2 and not _broadcasts(shape[:-2], ensemble):
            if len(other) == 2 and shape[0] == other[0]:
                raise ValueError(
                    f"fit: {name} must be a matrix with one row per sample, but has shape {shape}. Flatten each image "
                    f"first: {name}.reshape(len({name}), -1)."
                )
            raise ValueError(
                f"fit: {name} has shape {shape}: its leading axes {shape[:-2]} must be absent or match the ensemble "
                f"{ensemble} of the network."
            )
    if x_shape[-2] != y_shape[-2]:
        raise ValueError(
            f"fit: {x_name} (..., N, m) and {y_name} (..., N, n) must have the same number N of samples, but have shapes "
            f"{x_shape} and {y_shape}: {x_shape[-2]} samples against {y_shape[-2]}."
        )
    checks.finite("fit", x_name, X)
    checks.finite("fit", y_name, y)


def _broadcasts(shape, ensemble):
    try:
        return np.broadcast_shapes(shape, ensemble) == ensemble
    except ValueError:
        return False


def _generators(rng, folds, shuffled):
    """None, the generator, or a list with one for each fold."""
    if rng is None:
        if shuffled:
            raise TypeError(
                "fit: mini-batches are drawn at random; pass rng=np.random.default_rng(0), or batch_size=None."
            )
        return None
    if isinstance(rng, np.random.Generator):
        return rng
    if folds is None or not isinstance(rng, list | tuple):
        lists = "" if folds is None else ", or a list with one generator per fold"
        raise TypeError(
            f"fit: rng must be a NumPy generator, for example np.random.default_rng(0){lists}, but is {rng!r}."
        )
    rng = [checks.generator("fit", each) for each in rng]
    if len(rng) != len(folds):
        raise ValueError(
            f"fit: rng must be one generator, or one for each of the {len(folds)} folds, but has {len(rng)}."
        )
    return rng


def _folds(folds, X, y, ensemble):
    """(rows, examples, held_out): training rows (k, n) padded with -1, how many each fold has, and the validation rows.

    Without folds: (None, N, None).
    """
    if folds is None:
        return None, np.asarray(int(X.shape[-2])), None
    if not isinstance(folds, list | tuple) or not all(isinstance(pair, list | tuple) for pair in folds):
        raise TypeError(
            "fit: folds must be a list of pairs (train, val) of index arrays, as kfold(n, k, rng) returns it, but is "
            f"{folds!r}."
        )
    if not folds or any(len(pair) != 2 for pair in folds):
        raise ValueError(
            "fit: folds must be pairs (train, val) of index arrays, as kfold(n, k, rng) returns them."
        )
    if not ensemble or len(folds) != ensemble[0]:
        raise ValueError(
            f"fit: the first axis of the ensemble must be the {len(folds)} folds, but the ensemble is {ensemble}."
        )
    if X.ndim != 2 or y.ndim != 2:
        raise ValueError(
            f"fit: with folds X and y must be matrices, but have shapes {tuple(X.shape)} and {tuple(y.shape)}."
        )
    train, held_out = ([_indices(rows, X.shape[-2]) for rows in side] for side in zip(*folds, strict=True))
    lengths = np.array([len(rows) for rows in train])
    padded = np.full((len(train), lengths.max()), -1)
    for row, rows in zip(padded, train, strict=True):
        row[: len(rows)] = rows
    return padded, lengths.reshape(-1, *(1,) * (len(ensemble) - 1)), held_out


def _indices(rows, n):
    rows = np.asarray(rows)
    if rows.ndim != 1 or rows.size == 0 or rows.dtype.kind not in "iu" or rows.min() < 0 or rows.max() >= n:
        raise ValueError(
            f"fit: each part of a fold must be a non-empty array of row numbers from 0 to {n - 1}, but one is {rows!r}."
        )
    return rows


def _strengths(lam, ensemble, penalty):
    """lam as an array: (), or the ensemble's shape or one that broadcasts to it."""
    lam = np.asarray(checks.numeric("fit", "lam", lam), dtype=np.float64)
    checks.finite("fit", "lam", lam)
    if lam.min() < 0:
        raise ValueError(f"fit: lam must not be negative, but is {lam.min():g}.")
    if not _broadcasts(lam.shape, ensemble):
        raise ValueError(
            f"fit: lam must be a number, or one for each network, {ensemble}, but has shape {lam.shape}."
        )
    if penalty is None and np.any(lam):
        raise ValueError(
            "fit: lam is given without a penalty, so that it has no effect; pass penalty=ck.l2 or ck.l1."
        )
    return lam


def _metrics(metrics):
    """name -> function, without input checks."""
    if metrics is None:
        return {}
    if not isinstance(metrics, dict) or not all(callable(f) for f in metrics.values()):
        raise TypeError(
            f'fit: metrics must be names and functions, for example {{"accuracy": ck.accuracy}}, but is {metrics!r}.'
        )
    return {name: checks.without_checks(f) for name, f in metrics.items()}
