"""Which regularizer helps on few digits: 20 splits, correct and partly wrong labels, early stopping for each (lesson 04).

    digits = regularization.Digits()                          # 300 images to train on, 200 validation, 300 test
    run = regularization.train(digits, 0.05, dropout=0.5)     # networks 64 → 48 → 10, one per kind of labels and split
    run.test[-1], run.stopped(run.test)                       # after the last epoch; at the lowest validation loss

Every method trains for the same number of epochs and updates. With `shifts` an image is, in each epoch, shown as it
is or moved by one pixel to a random side, so that an epoch has as many images with shifts as without. The rates are the
best of `GRID` for each method and kind of labels, judged on validation images; a slow test trains the grid again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from coursekit import data
from coursekit import numpy_backend as ck
from coursekit.data.augmentation import STEPS, shift

SPLITS, TRAINING, VALIDATION, TEST = 20, 300, 200, 300
LABELS = ("correct labels", "redrawn labels")
WIDTH, BATCH, EPOCHS, EVERY = 48, 50, 200, 5
GRID, STRENGTH = (0.02, 0.05, 0.1, 0.2), 3.0  # rates that were tried; λ of the L2 penalty while they were


class Digits:
    """20 random splits of the digits; a fifth of the training labels is redrawn for the second kind of labels.

    images (20, 300, 64), targets (2, 20, 300, 10): correct and partly redrawn; validation, test: (images, targets);
    moved_validation, moved_test: the same images, each moved by one pixel to a random side.
    """

    def __init__(self, redrawn: float = 0.2) -> None:
        digits = data.digits()
        order = np.stack([np.random.default_rng(s).permutation(len(digits.x)) for s in range(SPLITS)])
        ends = np.cumsum([TRAINING, VALIDATION, TEST])
        train, validation, test = np.split(order[:, : ends[-1]], ends[:-1], axis=1)
        x, y = digits.x.astype(np.float32), digits.y.astype(np.float32)
        rng = np.random.default_rng(1)
        is_redrawn = rng.random(train.shape) < redrawn
        label = np.where(is_redrawn, rng.integers(0, 10, train.shape), digits.label[train])
        self.images = x[train]
        self.targets = np.stack([y[train], np.eye(10, dtype=np.float32)[label]])
        self.wrong = label != digits.label[train]
        self.validation, self.test = ((x[rows], y[rows]) for rows in (validation, test))
        self.moved_validation, self.moved_test = (
            (one_of(moved(images), rng), targets) for images, targets in (self.validation, self.test)
        )


def moved(images: np.ndarray) -> np.ndarray:
    """Images (..., N, 64) moved by one pixel to each of the four sides: (4, ..., N, 64)."""
    return np.stack([shift(images, *step) for step in STEPS])


def one_of(versions: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """For each image a random one of its versions (V, ..., N, 64)."""
    which = rng.integers(len(versions), size=(1, *versions.shape[1:-1], 1))
    return np.take_along_axis(versions, which, axis=0)[0]


@dataclass(frozen=True)
class Run:
    """What a run recorded every few epochs. Errors are in percent, with shape (records, *ensemble, 20).

    epochs (records,), counted from 1; train: the error on the training labels as given; train_loss: their loss, mean
    over the epoch, with the penalty if `fit` reports it; loss: on the validation images.
    """

    epochs: np.ndarray
    train_loss: np.ndarray
    loss: np.ndarray
    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray
    moved_validation: np.ndarray
    moved_test: np.ndarray

    @property
    def best(self) -> np.ndarray:
        """The record with the lowest validation loss of each network (*ensemble, 20)."""
        return self.loss.argmin(axis=0)

    def stopped(self, errors: np.ndarray) -> np.ndarray:
        """`errors` of each network where early stopping would have kept it (*ensemble, 20)."""
        return np.take_along_axis(errors, self.best[None], axis=0)[0]


# For correct and for redrawn labels: the largest rate in GRID whose mean validation error, with early stopping, is within
# 0.3 points of the lowest. The larger of two equally good rates leaves more of the budget after the best epoch.
RATES = {
    name: np.array(pair)[:, None]  # (2, 1): fits an ensemble of (2 kinds of labels, 20 splits)
    for name, pair in {
        "nothing": (0.2, 0.02),
        "L2": (0.2, 0.1),
        "dropout": (0.1, 0.05),
        "shifts": (0.2, 0.05),
        "shifts and dropout": (0.1, 0.05),
        "shifts and L2": (0.1, 0.05),
    }.items()
}


def train(
    digits: Digits,
    rate: ArrayLike,
    *,
    targets: np.ndarray | None = None,
    ensemble: tuple[int, ...] = (len(LABELS), SPLITS),
    dropout: float = 0.0,
    lam: ArrayLike = 0.0,
    penalty: Callable = ck.l2,
    shifts: bool = False,
    epochs: int = EPOCHS,
) -> Run:
    """Train networks on all splits, by default for both kinds of labels, and record their errors.

    rate: learning rate, a number or an array that fits the ensemble; lam: strength of `penalty`, likewise;
    targets: by default those of `digits`, (2, 20, 300, 10).
    """
    targets = digits.targets if targets is None else targets
    rng = np.random.default_rng(0)
    net = ck.mlp([64, WIDTH, 10], ck.relu, rng=rng, ensemble=ensemble, dropout=dropout, dtype=np.float32)
    rate = np.broadcast_to(rate, ensemble)[..., None, None]
    settings: dict[str, Any] = {
        "loss": ck.softmax_cross_entropy,
        "optimizer": ck.SGD(net.parameters(), lr=rate, momentum=0.9),
        "batch_size": BATCH,
        "rng": rng,
    }
    if np.any(lam):
        settings |= {"penalty": penalty, "lam": lam}
    versions = np.stack([digits.images, *moved(digits.images)]) if shifts else None
    records = []
    for epoch in range(1, epochs + 1):
        images = digits.images if versions is None else one_of(versions, rng)
        history = ck.fit(net, images, targets, epochs=1, **settings)
        if epoch % EVERY == 0 or epoch == 1:
            records.append((epoch, history.train[-1], *_judged(net, digits, targets)))
    return Run(*map(np.array, zip(*records, strict=True)))


def _judged(net, digits, targets):
    """The validation loss, then the errors in the order of `Run`."""
    outputs = ck.predict(net, digits.validation[0])
    validation = digits.validation[1]
    pairs = ((digits.images, targets), digits.test, digits.moved_validation, digits.moved_test)
    train, *others = (100 * ck.zero_one_loss(ck.predict(net, x), y) for x, y in pairs)
    return (
        ck.softmax_cross_entropy(outputs, validation),
        train,
        100 * ck.zero_one_loss(outputs, validation),
        *others,
    )
