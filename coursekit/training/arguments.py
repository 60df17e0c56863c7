"""What both `fit`s check and decide before they compute: shapes, folds, the order of the examples, messages."""

import numpy as np

from coursekit import checks
from coursekit.data.splits import minibatches

_CHUNK = 8_000_000  # numbers computed at once by `predict`


class FitArguments:
    """The arguments of `fit`, checked; X and y stay arrays of their backend."""

    def __init__(
        self,
        parameters,
        X,
        y,
        loss,
        epochs,
        batch_size,
        rng,
        lam,
        validation,
        metrics,
        early_stopping,
        clip_norm,
        folds,
    ):
        shapes = [tuple(p.shape) for p in parameters.values()]
        self.ensemble = shapes[0][:-2] if shapes else ()
        self.X, self.y = X, y
        _pair("fit", "X", X, "y", y, self.ensemble)
        if not callable(loss):
            raise TypeError(f"fit: loss is {loss!r}; it wants a function such as ck.mse.")
        self.epochs = checks.positive_integer("fit", "epochs", epochs)
        self.folds, self.examples, held_out = _folds(folds, X, y, self.ensemble)
        self.n = int(X.shape[-2])
        self.longest = int(self.examples.max())  # steps are counted along the longest fold
        self.batch_size = self._batch_size(batch_size)
        self.shuffled = batch_size is not None and self.batch_size < self.longest
        self.rng = self._rng(rng)
        self.lam = np.asarray(checks.numeric("fit", "lam", lam), dtype=np.float64)
        _strengths(self.lam, self.ensemble)
        self.metrics = _metrics(metrics)
        self.validation, self.parts = self._watched(validation, held_out)
        self.watched = self.validation or ((X, y) if self.metrics else None)
        self.early_stopping = self._patience(early_stopping)
        self.clip_norm = (
            None if clip_norm is None else checks.number("fit", "clip_norm", clip_norm, low=0, open_low=True)
        )

    def _batch_size(self, batch_size):
        if batch_size is None:
            return self.longest
        return min(checks.positive_integer("fit", "batch_size", batch_size), self.longest)

    def _rng(self, rng):
        if rng is None:
            if self.shuffled:
                raise TypeError(
                    "fit: mini-batches are drawn at random; give rng=np.random.default_rng(0), or batch_size=None."
                )
            return None
        if isinstance(rng, np.random.Generator):
            return rng
        if self.folds is None:
            raise TypeError(
                f"fit: rng is {rng!r}; it wants a NumPy generator, for example np.random.default_rng(0)."
            )
        rng = [checks.generator("fit", each) for each in rng]
        if len(rng) != len(self.folds):
            raise ValueError(
                f"fit: {len(rng)} generators for {len(self.folds)} folds; it wants one for each, or one for all."
            )
        return rng

    def _watched(self, validation, held_out):
        """((Xv, yv) or None, parts): a part is (folds, rows), the folds whose validation sets have so many rows."""
        if held_out is None:
            return None if validation is None else self._validation(*validation), [(..., None)]
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
        _pair("fit", "validation[0]", Xv, "validation[1]", yv, self.ensemble)
        for i, (train, val) in enumerate(((self.X, Xv), (self.y, yv))):
            if train.shape[-1] != val.shape[-1]:
                raise ValueError(
                    f"fit: validation[{i}] has shape {tuple(val.shape)}; it wants {train.shape[-1]} columns as "
                    f"{'Xy'[i]} {tuple(train.shape)}."
                )
        return Xv, yv

    def _patience(self, early_stopping):
        if early_stopping is None:
            return None
        if self.validation is None:
            raise ValueError("fit: early_stopping watches the validation loss; give validation=(Xv, yv).")
        return checks.positive_integer("fit", "early_stopping", early_stopping)

    def rows_that_count(self, counts, rows):
        """(..., B, 1) of 1 and 0: real rows and padding of a batch, or None where all are real."""
        if counts is None or rows.stop <= counts.min():
            return None
        return (np.arange(rows.start, rows.stop)[:, None] < counts[..., None, None]).astype(np.float64)


def epoch_orders(arguments):
    """(order, counts): index arrays into X for one epoch and the real length of each fold, None where all is in order.

    order is (n,) shared by all, or (k, 1, …, n) with a row for each fold, padded at its end.
    """
    a = arguments
    if a.folds is None:
        if not a.shuffled:
            return None, None
        return np.concatenate(minibatches(a.n, a.batch_size, a.rng)), None
    lengths = a.examples.reshape(-1)
    rows = np.empty((len(a.folds), a.longest), dtype=int)
    streams = a.rng if isinstance(a.rng, list) else [a.rng] * len(a.folds)
    for row, fold, length, rng in zip(rows, a.folds, lengths, streams, strict=True):
        fold = fold[:length]
        if a.shuffled:
            fold = fold[np.concatenate(minibatches(int(length), min(a.batch_size, int(length)), rng))]
        row[:length], row[length:] = fold, fold[0]
    middle = (1,) * (len(a.ensemble) - 1)
    counts = None if lengths.min() == a.longest else a.examples
    return rows.reshape(len(a.folds), *middle, a.longest), counts


def chunks(n, per_sample):
    """Slices that cover n samples, each small enough for memory."""
    step = max(1, min(n, _CHUNK // max(per_sample, 1)))
    return [slice(start, min(start + step, n)) for start in range(0, n, step)]


def small_products(parameters, arguments):
    """Whether each matrix product of a step is so small that several threads cost more than they gain.

    They cost much on a busy machine, where threads wait for each other. Members that share their inputs count as one
    wide product.
    """
    separate = 1 if arguments.folds is None else len(arguments.folds)
    separate = max(separate, int(np.prod(tuple(arguments.X.shape[:-2]))))
    sizes = [int(np.prod(tuple(p.shape))) for p in parameters]
    return 2 * arguments.batch_size * max(sizes, default=0) / separate < 2e7


def epochs_bar(done, epochs, progress):
    """The epochs still to run through, with a progress bar around them if one is wanted."""
    if not progress:
        return range(done, epochs)
    from tqdm.auto import tqdm  # it loads the notebook's widgets: only where it is shown

    return tqdm(range(done, epochs), desc="fit", unit="epoch", initial=done, total=epochs)


def divergence_message(lost, epoch):
    """What `fit` says when a loss stopped being finite."""
    which = "the loss is" if lost.ndim == 0 else f"the loss of {int(lost.sum())} of {lost.size} networks is"
    return (
        f"fit: {which} no longer finite in epoch {epoch} (counted from 0). The steps were too large: try a smaller "
        "learning rate, clip_norm=1.0, or a loss on logits; check the inputs' scale."
    )


def _pair(where, x_name, X, y_name, y, ensemble):
    x_shape, y_shape = tuple(X.shape), tuple(y.shape)
    if x_shape[-2] != y_shape[-2]:
        raise ValueError(
            f"{where}: {x_name} is (..., N, m) = {x_shape} but {y_name} is (..., N, n) = {y_shape}: "
            f"{x_shape[-2]} samples against {y_shape[-2]}."
        )
    for name, shape in ((x_name, x_shape), (y_name, y_shape)):
        try:
            fits = np.broadcast_shapes(shape[:-2], ensemble) == ensemble
        except ValueError:
            fits = False
        if not fits:
            raise ValueError(
                f"{where}: {name} has shape {shape}: its leading axes {shape[:-2]} want to be none, or match the "
                f"ensemble {ensemble} of the network."
            )
    checks.finite(where, x_name, X)
    checks.finite(where, y_name, y)


def check_targets(loss, z, y):
    """Raise unless the targets y (..., N, n), and the network's outputs z for some samples, are what the loss wants."""
    if z.shape[-1] != y.shape[-1]:
        raise ValueError(
            f"fit: the network has {z.shape[-1]} outputs, but y is (..., N, n) = {tuple(y.shape)}: n wants to be "
            f"{z.shape[-1]}. Class labels become targets with one_hot(labels, n)."
        )
    domains = getattr(loss, "domains", {})
    if domains.get("y") == "probability":
        checks.in_unit_interval("fit", "y", y)
    elif domains.get("y") == "distribution":
        checks.rows_sum_to_one("fit", "y", y)
    if domains.get("p") in ("probability", "distribution"):
        low, high = float(z.min()), float(z.max())
        if low < 0 or high > 1:
            raise ValueError(
                f"fit: {loss.__name__} wants probabilities, but the network's outputs run from {low:.4g} to {high:.4g}. "
                f"Give it an output= such as ck.sigmoid, or take a loss on logits such as ck.softmax_cross_entropy."
            )


def check_penalty(penalty, lam, proximal, l1, plain_sgd):
    """Raise unless penalty is None or a function, lam goes with a penalty, and proximal with l1 and plain SGD."""
    if penalty is not None and not callable(penalty):
        raise TypeError(f"fit: penalty is {penalty!r}; it wants a function such as ck.l2.")
    if proximal and penalty is not l1:
        raise ValueError("fit: proximal=True takes the proximal step of penalty=l1; give that penalty.")
    if proximal and not plain_sgd:
        raise ValueError(
            "fit: proximal=True is a step of plain SGD; take ck.SGD without momentum or weight_decay."
        )
    if penalty is None and np.any(lam):
        raise ValueError(
            "fit: lam is given but no penalty, so that it has no effect; give penalty=ck.l2 or ck.l1."
        )


def pair_of(validation):
    """validation itself if it is a pair."""
    if not isinstance(validation, tuple | list):
        raise TypeError(f"fit: validation is {type(validation).__name__}; it wants the pair (Xv, yv).")
    if len(validation) != 2:
        raise ValueError(f"fit: validation has {len(validation)} parts; it wants the pair (Xv, yv).")
    return validation


def _folds(folds, X, y, ensemble):
    """(rows, examples, held_out): training rows (k, n) padded with -1, how many each fold has, and the validation rows.

    Without folds: (None, N, None).
    """
    if folds is None:
        return None, np.asarray(int(X.shape[-2])), None
    if not isinstance(folds, list | tuple) or not all(isinstance(pair, list | tuple) for pair in folds):
        raise TypeError(
            f"fit: folds is {folds!r}; it wants a list of pairs (train, val) of index arrays, as kfold(n, k, rng) gives it."
        )
    if not folds or any(len(pair) != 2 for pair in folds):
        raise ValueError(
            "fit: folds wants pairs (train, val) of index arrays, as kfold(n, k, rng) gives them."
        )
    if not ensemble or len(folds) != ensemble[0]:
        raise ValueError(
            f"fit: {len(folds)} folds for the ensemble {ensemble}; its first axis wants to be the folds."
        )
    if X.ndim != 2 or y.ndim != 2:
        raise ValueError(f"fit: with folds X and y are matrices, got {tuple(X.shape)} and {tuple(y.shape)}.")
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
            f"fit: a fold holds {rows!r}; it wants a non-empty array of row numbers from 0 to {n - 1}."
        )
    return rows


def _strengths(lam, ensemble):
    checks.finite("fit", "lam", lam)
    if lam.min() < 0:
        raise ValueError(f"fit: lam is {lam.min():g}; a penalty's strength is at least 0.")
    try:
        fits = np.broadcast_shapes(lam.shape, ensemble) == ensemble
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(
            f"fit: lam has shape {lam.shape}; it wants a number, or one for each network: {ensemble}."
        )


def _metrics(metrics):
    if metrics is None:
        return {}
    if not isinstance(metrics, dict) or not all(callable(f) for f in metrics.values()):
        raise TypeError(
            f'fit: metrics is {metrics!r}; it wants names and functions, for example {{"accuracy": ck.accuracy}}.'
        )
    return metrics
