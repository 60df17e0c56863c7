"""Laws of coursekit.data: nothing is lost, nothing leaks, everything is shuffled."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import KFold, StratifiedKFold

from coursekit.data import splits


def rng(seed=0):
    return np.random.default_rng(seed)


sizes_and_folds = st.integers(2, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(2, n)))


@given(sizes_and_folds, st.integers(0, 99))
def test_kfold_validates_each_sample_once_and_never_trains_on_it(n_k, seed):
    n, k = n_k
    folds = splits.kfold(n, k, rng(seed))
    assert len(folds) == k
    assert sorted(np.concatenate([val for _, val in folds])) == list(range(n))
    for train, val in folds:
        assert sorted(np.concatenate([train, val])) == list(range(n))


@given(sizes_and_folds)
def test_kfold_sizes_are_those_of_scikit_learn(n_k):
    n, k = n_k
    ours = [len(val) for _, val in splits.kfold(n, k, rng())]
    assert ours == [len(val) for _, val in KFold(k).split(np.zeros(n))]


def test_kfold_of_103_in_5():
    assert [len(val) for _, val in splits.kfold(103, 5, rng())] == [21, 21, 21, 20, 20]


@given(st.lists(st.integers(-1, 3), min_size=4, max_size=60), st.integers(2, 4), st.integers(0, 99))
def test_stratified_kfold_spreads_each_class_and_the_sizes_within_one(labels, k, seed):
    label = np.array(labels)
    folds = splits.stratified_kfold(label, k, rng(seed))
    assert sorted(np.concatenate([val for _, val in folds])) == list(range(len(label)))
    for train, val in folds:
        assert sorted(np.concatenate([train, val])) == list(range(len(label)))
    assert np.ptp([len(val) for _, val in folds]) <= 1
    for c in set(labels):
        assert np.ptp([(label[val] == c).sum() for _, val in folds]) <= 1


def test_stratified_kfold_has_the_class_counts_of_scikit_learn_where_k_divides_them():
    label = np.repeat([0, 1, 2], [50, 20, 10])
    ours = [np.bincount(label[val]) for _, val in splits.stratified_kfold(label, 5, rng())]
    theirs = [np.bincount(label[val]) for _, val in StratifiedKFold(5).split(label, label)]
    np.testing.assert_array_equal(ours, theirs)


def test_stratified_kfold_is_not_sorted_by_class():
    label = np.repeat([0, 1], 100)
    train, val = splits.stratified_kfold(label, 4, rng())[0]
    for part in (train, val):
        first_half = label[part][: len(part) // 2].mean()
        assert 0.3 < first_half < 0.7  # 0 if the part were in class order


@given(st.integers(1, 60), st.integers(1, 70), st.integers(0, 99))
def test_minibatches_cover_every_index_once_and_only_the_last_is_short(n, batch_size, seed):
    batches = splits.minibatches(n, batch_size, rng(seed))
    assert sorted(np.concatenate(batches)) == list(range(n))
    assert all(len(batch) == batch_size for batch in batches[:-1])
    assert 1 <= len(batches[-1]) <= batch_size


def test_minibatches_come_in_a_new_order_each_call():
    generator = rng()
    one, two = (np.concatenate(splits.minibatches(1000, 32, generator)) for _ in range(2))
    assert (one != two).any()


@given(st.integers(10, 500), st.tuples(*[st.integers(1, 9)] * 3), st.integers(0, 99))
def test_train_val_test_is_a_partition_in_the_fractions(n, weights, seed):
    fractions = np.array(weights) / sum(weights)
    if (fractions * n).min() < 1.5:  # so small a part may round to nothing, which is refused
        return
    parts = splits.train_val_test(n, tuple(fractions), rng(seed))
    assert sorted(np.concatenate(parts)) == list(range(n))
    for part, fraction in zip(parts, fractions, strict=True):
        assert abs(len(part) - fraction * n) <= 1


def test_train_val_test_leaves_out_a_part_with_fraction_0():
    train, val, test = splits.train_val_test(1797, (1000 / 1797, 0, 797 / 1797), rng())
    assert (len(train), len(val), len(test)) == (1000, 0, 797)


@pytest.mark.parametrize(
    "split",
    [
        lambda r: splits.kfold(200, 4, r)[0][1],
        lambda r: splits.stratified_kfold(np.zeros(200), 4, r)[0][1],
        lambda r: splits.minibatches(200, 50, r)[0],
        lambda r: splits.train_val_test(200, (0.75, 0.25, 0), r)[1],
    ],
    ids=["kfold", "stratified_kfold", "minibatches", "train_val_test"],
)
def test_splits_shuffle_with_the_rng_given_and_nothing_else(split):
    global_state = np.random.get_state()[1].copy()  # noqa: NPY002 - that it is untouched is the law
    np.testing.assert_array_equal(split(rng(1)), split(rng(1)))
    draws = np.array([split(rng(seed)) for seed in range(200)])  # (200, 50)
    assert (np.random.get_state()[1] == global_state).all()  # noqa: NPY002
    # each index is in a part of 50 out of 200 in a quarter of the draws: sd sqrt(200 · .25 · .75) = 6.1
    assert np.abs(np.bincount(draws.ravel(), minlength=200) - 50).max() < 5 * 6.1
    assert np.abs(draws.mean() - 99.5) < 5 * 200 / np.sqrt(12 * draws.size)


def test_selecting_features_outside_the_folds_makes_noise_look_learnable():
    """Hastie, Tibshirani & Friedman (2009), 7.10.2: the labels are coin flips, so the true error is 1/2."""

    def select(x, label):
        return np.argsort(np.abs((x - x.mean(0)).T @ (label - label.mean())))[-50:]

    def errors(x, label, train, val, features):
        distance = ((x[val][:, None, features] - x[train][None][:, :, features]) ** 2).sum(-1)
        return (label[train][distance.argmin(1)] != label[val]).sum()

    wrong, right = [], []
    for seed in range(10):
        x, label = rng(seed).standard_normal((50, 2000)), np.repeat([0, 1], 25)
        folds = splits.kfold(50, 5, rng(seed))
        everywhere = select(x, label)
        wrong.append(sum(errors(x, label, t, v, everywhere) for t, v in folds) / 50)
        right.append(sum(errors(x, label, t, v, select(x[t], label[t])) for t, v in folds) / 50)
    assert np.mean(wrong) < 0.1
    assert 0.4 < np.mean(right) < 0.65


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: splits.kfold(3, 4, rng()), ValueError, "kfold: k must be one of .* n = 3, .* but k is 4"),
        (lambda: splits.kfold(3, 1, rng()), ValueError, r"kfold: k must .*is 1"),
        (lambda: splits.kfold(10, 2.5, rng()), TypeError, r"kfold: k must .*is 2.5"),
        (lambda: splits.kfold(0, 2, rng()), ValueError, r"kfold: n must .*is 0"),
        (lambda: splits.kfold(np.zeros((10, 2)), 2, rng()), TypeError, "kfold: n must be an integer"),
        (lambda: splits.kfold(10, 2, 0), TypeError, "default_rng"),
        (lambda: splits.stratified_kfold([0, 1], 3, rng()), ValueError, "stratified_kfold: .* but k is 3"),
        (lambda: splits.stratified_kfold(np.eye(4), 2, rng()), ValueError, "argmax"),
        (lambda: splits.stratified_kfold([0.2, 0.9], 2, rng()), ValueError, "0.2"),
        (lambda: splits.stratified_kfold([], 2, rng()), ValueError, "at least one entry"),
        (lambda: splits.stratified_kfold(["a", "b"], 2, rng()), TypeError, "labels"),
        (lambda: splits.minibatches(10, 0, rng()), ValueError, r"minibatches: batch_size must .*is 0"),
        (lambda: splits.minibatches(10, True, rng()), TypeError, "batch_size"),
        (lambda: splits.minibatches(10, 3, np.random), TypeError, "minibatches: rng"),
        (lambda: splits.train_val_test(10), TypeError, r"train_val_test: rng must .*is None"),
        (lambda: splits.train_val_test(10, rng()), TypeError, "train_val_test"),
        (lambda: splits.train_val_test(10, (0.5, 0.5), rng()), ValueError, "three numbers"),
        (lambda: splits.train_val_test(10, (0.8, 0.3, -0.1), rng()), ValueError, "three numbers"),
        (lambda: splits.train_val_test(10, (60, 20, 20), rng()), ValueError, "sum to 1"),
        (lambda: splits.train_val_test(10, (np.nan, 0.5, 0.5), rng()), ValueError, "nan"),
        (lambda: splits.train_val_test(2, (0.6, 0.2, 0.2), rng()), ValueError, "at least one sample"),
    ],
)
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
