"""Data sets: real ones, from scikit-learn or downloaded once, and drawn ones, whose distribution is known.

Rows are samples and all numbers are float64. Data are scaled only where a docstring says so, and they are not
shuffled, because the functions of `coursekit.data` that split them shuffle.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from coursekit import checks
from coursekit.data import archives
from coursekit.data.interval_tasks import IntervalDistribution
from coursekit.data.labels import one_hot
from coursekit.data.tasks import CurveTask, DiscreteTask

__all__ = [
    "Dataset",
    "breast_cancer",
    "curve",
    "diabetes",
    "digits",
    "fashion_mnist",
    "intervals",
    "iris",
    "mnist",
    "moons",
    "one_hot",
    "spam",
    "spirals",
    "wine",
]


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Inputs, targets, and the names of classes and columns.

    x              (N, m)  inputs
    y              (N, n)  targets: one-hot, or a column that is 1 for the positive class, or numbers
    label          (N,)    integer classes; None for regression
    names                  names[label] is the name of a class; for regression, the names of the columns of y
    feature_names          the names of the columns of x
    source                 where the data come from
    image_shape            (rows, columns) if x holds images, else None
    distribution           the task the data were drawn from, if its true errors are known, else None
    """

    x: np.ndarray
    y: np.ndarray
    label: Any  # an array or None; as Any it can be indexed without a check that it is not None
    names: tuple[str, ...]
    feature_names: tuple[str, ...]
    source: str
    image_shape: tuple[int, int] | None = None
    distribution: Any = None  # CurveTask, DiscreteTask, IntervalDistribution or None

    def __post_init__(self):
        if np.ndim(self.x) != 2 or np.ndim(self.y) != 2 or len(self.x) != len(self.y):
            raise ValueError(
                f"Dataset: x must have shape (N, m) and y (N, n), but x has shape {np.shape(self.x)} and y "
                f"{np.shape(self.y)}. A vector becomes a column with v[:, None], labels become targets with "
                "one_hot(labels, n)."
            )

    def __len__(self) -> int:
        return len(self.x)

    def __repr__(self) -> str:
        what = "regression" if self.label is None else f"{len(self.names)} classes"
        return f"Dataset(x {self.x.shape}, y {self.y.shape}, {what}: {', '.join(self.names)}; {self.source})"


def digits() -> Dataset:
    """1,797 handwritten digits as images of 8 by 8 pixels: x (1797, 64) in [0, 1], y one-hot (1797, 10).

    The images of one of the 13 writers lie side by side, so a split without shuffling tests on unseen writers, up to
    those through whose images the cut goes. Three pixels are 0 in every image, so dividing each pixel by its standard
    deviation divides by 0.
    """
    from sklearn.datasets import load_digits

    bunch: Any = load_digits()
    source = "scikit-learn: UCI Optical Recognition of Handwritten Digits, test part (Alpaydin & Kaynak 1998)"
    names = [str(digit) for digit in range(10)]
    return _one_hot_set(bunch.data / 16, bunch.target, names, bunch.feature_names, source, (8, 8))


def breast_cancer() -> Dataset:
    """569 tumors, 30 measurements of cell nuclei: y (569, 1) and label are 1 for malignant, 0 for benign.

    212 are malignant. scikit-learn codes benign as 1. Here the positive class is the one to be found, so that
    recall is the share of cancers that are found. x is not scaled: its columns differ by five orders of magnitude.
    """
    from sklearn.datasets import load_breast_cancer

    bunch: Any = load_breast_cancer()
    source = "scikit-learn: UCI Breast Cancer Wisconsin (Diagnostic) (Wolberg, Street & Mangasarian 1995)"
    return _positive_set(bunch.data, 1 - bunch.target, ["benign", "malignant"], bunch.feature_names, source)


def iris() -> Dataset:
    """150 irises of 3 species, sorted by species: x (150, 4) lengths in cm, y one-hot (150, 3)."""
    from sklearn.datasets import load_iris

    bunch: Any = load_iris()
    source = "scikit-learn: Iris (Fisher 1936)"
    return _one_hot_set(bunch.data, bunch.target, bunch.target_names, bunch.feature_names, source)


def wine() -> Dataset:
    """178 wines of 3 growers, sorted by grower: x (178, 13) chemical measurements, y one-hot (178, 3)."""
    from sklearn.datasets import load_wine

    bunch: Any = load_wine()
    source = "scikit-learn: UCI Wine (Forina et al. 1991)"
    return _one_hot_set(bunch.data, bunch.target, bunch.target_names, bunch.feature_names, source)


def diabetes() -> Dataset:
    """442 patients: x (442, 10), y (442, 1) a measure of how far the disease progressed in a year, 25 to 346.

    x is standardized over all patients: each column has mean 0 and sum of squares 1.
    """
    from sklearn.datasets import load_diabetes

    bunch: Any = load_diabetes()
    source = "scikit-learn: Diabetes (Efron, Hastie, Johnstone & Tibshirani 2004)"
    return Dataset(
        bunch.data, bunch.target[:, None], None, ("progression",), tuple(bunch.feature_names), source
    )


def mnist(part: str = "train", *, archive: archives.Archive = archives.MNIST) -> Dataset:
    """Handwritten digits of 28 by 28 pixels: x (N, 784) in [0, 1], y one-hot (N, 10).

    N is 60,000 for part "train" and 10,000 for "test". The files (12 MB in all) are downloaded on first use,
    checked by SHA-256 and cached. Raises ConnectionError without a network; data.digits() needs none. archive:
    mirrors and sums of the files. LeCun, Bottou, Bengio & Haffner (1998).
    """
    return _image_set(archive, part, [str(digit) for digit in range(10)], "MNIST (LeCun et al. 1998)")


def fashion_mnist(part: str = "train", *, archive: archives.Archive = archives.FASHION_MNIST) -> Dataset:
    """Photographs of clothes in 10 classes, of the same shapes and sizes as `mnist`; 31 MB in all.

    Xiao, Rasul & Vollgraf (2017).
    """
    names = ["T-shirt/top", "trouser", "pullover", "dress", "coat"]
    names += ["sandal", "shirt", "sneaker", "bag", "ankle boot"]
    return _image_set(archive, part, names, "Fashion-MNIST (Xiao et al. 2017)")


def moons(n: int, rng: np.random.Generator, *, noise: float = 0.1) -> Dataset:
    """Two interleaved half circles, each point moved by N(0, noise²): x (n, 2), y one-hot (n, 2)."""
    n, rng, noise = _drawn("moons", n, rng, noise)
    label = rng.permutation(n) % 2
    angle = rng.uniform(0, np.pi, n)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    x = np.where(label[:, None] == 0, upper, [1, 0.5] - upper) + rng.normal(0, noise, (n, 2))
    return _one_hot_set(x, label, ["upper", "lower"], ["x1", "x2"], "drawn: two moons")


def spirals(
    n: int, rng: np.random.Generator, *, classes: int = 2, turns: float = 1.0, noise: float = 0.02
) -> Dataset:
    """Spiral arms, one per class, each point moved by N(0, noise²): x (n, 2), y one-hot (n, classes).

    Without noise the radius is uniform on [0.05, 1] and the angle is 2π(turns · radius + label / classes).
    """
    n, rng, noise = _drawn("spirals", n, rng, noise)
    classes = checks.positive_integer("spirals", "classes", classes, least=2)
    turns = checks.number("spirals", "turns", turns, -100, 100)
    label = rng.permutation(n) % classes
    radius = rng.uniform(0.05, 1, n)
    angle = 2 * np.pi * (turns * radius + label / classes)
    x = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1) + rng.normal(0, noise, (n, 2))
    names = [f"arm {k + 1}" for k in range(classes)]
    return _one_hot_set(x, label, names, ["x1", "x2"], "drawn: spirals")


def curve(n: int, rng: np.random.Generator, *, noise: float = 0.3) -> Dataset:
    """Sensor readings x (n, 1) of a robot and the motor commands y (n, 1) = sin(πx) + N(0, noise²).

    x is uniform on [−1, 1]. `distribution` is the CurveTask, so the true squared error of any fitted curve is
    known.
    """
    n, rng, noise = _drawn("curve", n, rng, noise)
    task = CurveTask(noise)
    x, y = task.sample(n, rng)
    return Dataset(x, y, None, ("motor",), ("sensor",), "drawn: curve", distribution=task)


def intervals(n: int, rng: np.random.Generator, *, noise: float = 0.1) -> Dataset:
    """x (n, 1) uniform on [0, 1]; y (n, 1) is 1 inside three intervals, flipped with probability `noise`.

    They are [.1, .3], [.5, .6] and [.8, .95]. `distribution` is the IntervalDistribution, so the true error
    of any union of intervals is known.
    """
    n, rng, noise = _drawn("intervals", n, rng, noise)
    task = IntervalDistribution([(0.1, 0.3), (0.5, 0.6), (0.8, 0.95)], noise)
    x, label = task.sample(n, rng)
    return _positive_set(x[:, None], label, ["outside", "inside"], ["x"], "drawn: intervals", task)


def spam(n: int, rng: np.random.Generator) -> Dataset:
    """Synthetic emails: x (n, 8) says which of eight words occur, y (n, 1) and label are 1 for spam.

    40 % are spam. Given the class, the words occur independently, with invented probabilities. `distribution` is
    the DiscreteTask over all 2 · 2⁸ pairs of class and email, so true errors are exact. The same email can be spam
    or not, so no true error is 0.
    """
    n, rng, _ = _drawn("spam", n, rng, 0.0)
    task = _spam_task()
    point, label = task.sample(n, rng)
    return _positive_set(
        task.inputs[point], label, ["ham", "spam"], _SPAM_WORDS, "drawn: synthetic spam", task
    )


_SPAM_SHARE = 0.4
_SPAM_WORDS = {  # the probability that the word occurs in ham and in spam
    "free": (0.04, 0.50),
    "winner": (0.01, 0.25),
    "money": (0.06, 0.45),
    "click": (0.05, 0.40),
    "meeting": (0.35, 0.02),
    "invoice": (0.12, 0.15),
    "thanks": (0.45, 0.08),
    "link": (0.10, 0.50),
}


def _spam_task() -> DiscreteTask:
    emails = (np.arange(256)[:, None] >> np.arange(8)) & 1  # (256, 8): every set of words
    chance = np.array(list(_SPAM_WORDS.values())).T[:, None, :]  # (2, 1, 8): ham and spam
    given_class = np.where(emails == 1, chance, 1 - chance).prod(-1)  # (2, 256)
    probability = np.array([[1 - _SPAM_SHARE], [_SPAM_SHARE]]) * given_class
    return DiscreteTask(probability.ravel(), np.repeat([0, 1], 256), np.tile(emails, (2, 1)))


def _drawn(where, n, rng, noise):
    """Check the arguments that all drawn data sets share."""
    return (
        checks.positive_integer(where, "n", n),
        checks.generator(where, rng),
        checks.number(where, "noise", noise, 0, np.inf, open_high=True),
    )


def _one_hot_set(x, label, names, feature_names, source, image_shape=None) -> Dataset:
    y = one_hot(label, len(names))
    return Dataset(x, y, label, tuple(map(str, names)), tuple(feature_names), source, image_shape)


def _positive_set(x, label, names, feature_names, source, distribution=None) -> Dataset:
    y = label[:, None].astype(np.float64)
    return Dataset(x, y, label, tuple(names), tuple(map(str, feature_names)), source, None, distribution)


def _image_set(archive, part, names, source) -> Dataset:
    checks.one_of(archive.name, "part", part, tuple(archives.PARTS))
    images, labels = archives.load_images(archive, part)
    x = images.reshape(len(images), -1).astype(np.float64)
    x /= 255
    rows, columns = images.shape[1:]
    pixels = [f"pixel_{row}_{column}" for row in range(rows) for column in range(columns)]
    return _one_hot_set(x, labels.astype(np.int64), names, pixels, f"{source}, {part}", (rows, columns))
