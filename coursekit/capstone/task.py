"""The task: images to learn from, some of whose labels are wrong, and other images that stay hidden."""

from dataclasses import dataclass

import numpy as np

from coursekit import checks, data

TRAIN, HIDDEN, NOISE = 600, 600, 0.3


@dataclass(frozen=True, eq=False)
class Task:
    """x (N, m) and y (N, K), one-hot, to learn from; x_new (M, m) to be named, label (M,) their true classes.

    wrong (N,) says which labels in y are wrong. A recipe is given neither this nor `label`.
    """

    x: np.ndarray
    y: np.ndarray
    x_new: np.ndarray
    label: np.ndarray
    wrong: np.ndarray


def draw(rng, dataset=None, *, train=TRAIN, hidden=HIDDEN, noise=NOISE) -> Task:
    """A task of `train` images to learn from and `hidden` other ones, drawn at random from a data set.

    dataset: a `data.Dataset` of classes, `data.digits()` unless given; `data.fashion_mnist()` once it is
    downloaded. A share `noise` of the labels, rounded to whole images, is replaced by another class, each of the
    others equally likely. Raises ValueError if the data set is too small, or has no classes.
    """
    checks.generator("draw", rng)
    dataset = data.digits() if dataset is None else dataset
    if dataset.label is None:
        raise ValueError(f"draw: {dataset!r} has no classes; it wants a data set of labeled samples.")
    train = checks.positive_integer("draw", "train", train)
    hidden = checks.positive_integer("draw", "hidden", hidden)
    noise = checks.number("draw", "noise", noise, 0, 1)
    if train + hidden > len(dataset):
        raise ValueError(
            f"draw: train={train} and hidden={hidden} are {train + hidden} samples, but there are {len(dataset)}. "
            "Ask for fewer."
        )
    order, classes = rng.permutation(len(dataset)), len(dataset.names)
    known, new = order[:train], order[train : train + hidden]
    wrong = np.arange(train) < round(noise * train)  # the order is random already
    wrong = rng.permutation(wrong)
    shift = rng.integers(1, classes, train)
    given = np.where(wrong, (dataset.label[known] + shift) % classes, dataset.label[known])
    return Task(dataset.x[known], data.one_hot(given, classes), dataset.x[new], dataset.label[new], wrong)


def splits(x, y, count, rng, *, validation=0.25):
    """`count` random splits of (x, y) as stacks: x (count, N', m), y (count, N', K), then the validation part.

    The splits are of the same samples, so they overlap: their spread says less than as many fresh data sets would.
    """
    checks.generator("splits", rng)
    count = checks.positive_integer("splits", "count", count)
    validation = checks.number("splits", "validation", validation, 0, 1, open_low=True, open_high=True)
    n = len(x)
    held = round(validation * n)
    if len(y) != n or not 0 < held < n:
        raise ValueError(
            f"splits: x has {n} rows, y {len(y)}, and {held} of them would be held out; it wants as many rows in "
            "both, and at least one on either side."
        )
    order = np.stack([rng.permutation(n) for _ in range(count)])
    left, held = order[:, held:], order[:, :held]
    return np.asarray(x)[left], np.asarray(y)[left], np.asarray(x)[held], np.asarray(y)[held]


def noisy_error(error, noise=NOISE, classes=10):
    """The share of wrong labels that a classifier disagrees with, whose true error is `error`: η + (1 − ηK/(K − 1))·e.

    noise: the share η of labels replaced by another of the K classes, all equally likely, and independently of the
    classifier, as is so on samples it did not learn from. Both errors are shares. A line with slope above 0 for
    η < 1 − 1/K: who is better on wrong labels is better on right ones.
    """
    return noise + (1 - noise * classes / (classes - 1)) * np.asarray(error)
