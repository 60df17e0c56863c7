"""Data sets, and tools that prepare data: labels, splits, augmentation, tasks whose true error is known.

    from coursekit import data
    digits = data.digits()
    for train, val in data.kfold(len(digits.x), 5, rng): ...

datasets         data sets: from scikit-learn, downloaded, or drawn from a known distribution
archives         download, check and read the files of MNIST and Fashion-MNIST
labels           checks of class labels; one-hot targets
splits           training, validation and test parts; folds; mini-batches
tasks            distributions whose true errors are exact
interval_tasks   unions of intervals, and the exact empirical risk minimizer over them
augmentation     shifted copies of images, points between two examples
"""

from coursekit.data.augmentation import with_shifts
from coursekit.data.datasets import (
    Dataset,
    breast_cancer,
    curve,
    diabetes,
    digits,
    fashion_mnist,
    intervals,
    iris,
    mnist,
    moons,
    spam,
    spirals,
    wine,
)
from coursekit.data.labels import one_hot
from coursekit.data.splits import kfold, minibatches, stratified_kfold, train_val_test

__all__ = [
    "Dataset",
    "breast_cancer",
    "curve",
    "diabetes",
    "digits",
    "fashion_mnist",
    "intervals",
    "iris",
    "kfold",
    "minibatches",
    "mnist",
    "moons",
    "one_hot",
    "spam",
    "spirals",
    "stratified_kfold",
    "train_val_test",
    "wine",
    "with_shifts",
]
