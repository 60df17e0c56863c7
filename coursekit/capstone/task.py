"""The task: training images, some of whose labels are wrong, and hidden images to classify."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks, data

TRAIN, HIDDEN, NOISE = 600, 600, 0.3


@dataclass(frozen=True, eq=False)
class Task:
    """One draw: x (N, m) and y (N, K), one-hot, to learn from; x_new (M, m) to classify; label (M,), its true classes.

    wrong (N,) says which labels in y are wrong, and true (N,) what they should be, if that is known. A recipe receives
    neither `wrong`, nor `true`, nor `label`.
    """

    x: np.ndarray
    y: np.ndarray
    x_new: np.ndarray
    label: np.ndarray
    wrong: np.ndarray
    true: np.ndarray | None = None


def draw_task(
    rng: np.random.Generator,
    dataset: data.Dataset | None = None,
    *,
    train: int = TRAIN,
    hidden: int = HIDDEN,
    noise: float = NOISE,
) -> Task:
    """Draw a task of `train` images to learn from and `hidden` different ones from a data set.

    dataset: a `data.Dataset` of classes, `data.digits()` unless given; `data.fashion_mnist()` once it is
    downloaded. A share `noise` of the labels, rounded to whole images, is replaced by a wrong class, all of
    them equally likely. Raises ValueError if the data set is too small or has no classes.
    """
    checks.generator("draw_task", rng)
    dataset = data.digits() if dataset is None else dataset
    if dataset.label is None:
        raise ValueError(f"draw_task: dataset must have classes, but {dataset!r} has no classes.")
    train = checks.positive_integer("draw_task", "train", train)
    hidden = checks.positive_integer("draw_task", "hidden", hidden)
    noise = checks.number("draw_task", "noise", noise, 0, 1)
    if train + hidden > len(dataset):
        raise ValueError(
            f"draw_task: train={train} and hidden={hidden} are {train + hidden} samples, but there are {len(dataset)}. "
            "Draw fewer of them."
        )
    order, classes = rng.permutation(len(dataset)), len(dataset.names)
    known, new = order[:train], order[train : train + hidden]
    wrong = np.arange(train) < round(noise * train)  # the order is random already
    wrong = rng.permutation(wrong)
    shift = rng.integers(1, classes, train)
    given = np.where(wrong, (dataset.label[known] + shift) % classes, dataset.label[known])
    return Task(
        dataset.x[known],
        data.one_hot(given, classes),
        dataset.x[new],
        dataset.label[new],
        wrong,
        dataset.label[known],
    )


def splits(
    x: ArrayLike, y: ArrayLike, count: int, rng: np.random.Generator, *, validation: float = 0.25
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Split (x, y) at random `count` times: x (count, N', m), y (count, N', K), then the same of the validation part.

    The splits are of the same samples, so they overlap, and their spread is smaller than that of fresh data sets.
    """
    checks.generator("splits", rng)
    count = checks.positive_integer("splits", "count", count)
    validation = checks.number("splits", "validation", validation, 0, 1, open_low=True, open_high=True)
    x, y = np.asarray(x), np.asarray(y)
    n = len(x)
    held = round(validation * n)
    if len(y) != n or not 0 < held < n:
        raise ValueError(
            "splits: x and y must have the same number of rows, with at least one on either side, but x has "
            f"{n} rows, y {len(y)}, and {held} would be held out."
        )
    order = np.stack([rng.permutation(n) for _ in range(count)])
    left, held = order[:, held:], order[:, :held]
    return x[left], y[left], x[held], y[held]


def noisy_error(error: ArrayLike, noise: float = NOISE, classes: int = 10) -> np.ndarray:
    """Return the error measured on noisy labels by a classifier with true error e: η + (1 − ηK/(K − 1))·e.

    noise: the share η of labels replaced by one of the other K − 1 classes, all equally likely, and independent of the
    classifier, as on samples that it did not learn from. Both errors are shares. The slope is above 0 for η < 1 − 1/K,
    so the classifier with the lower error on noisy labels has the lower true error.
    """
    return noise + (1 - noise * classes / (classes - 1)) * np.asarray(error)
