"""Laws of the metrics, and comparison with scikit-learn on random labels, scores and ties."""

import warnings

import numpy as np
import pytest
import sklearn.metrics as sk
from hypothesis import given
from hypothesis import strategies as st

from coursekit import numpy_backend as ck

FROM_LABELS = (ck.precision, ck.recall, ck.specificity, ck.f1)


@st.composite
def labels(draw, kinds=3):
    """(label, guess) of one length."""
    n = draw(st.integers(1, 30))
    side = st.lists(st.integers(0, kinds - 1), min_size=n, max_size=n)
    return np.array(draw(side)), np.array(draw(side))


@st.composite
def scored(draw):
    """(score, label) with ties and both classes."""
    n = draw(st.integers(2, 30))
    score = draw(st.lists(st.integers(-3, 3), min_size=n, max_size=n))
    label = draw(st.lists(st.integers(0, 1), min_size=n, max_size=n).filter(lambda v: 0 < sum(v) < len(v)))
    return np.array(score) / 2, np.array(label)


def test_accuracy_of_several_outputs_compares_their_largest():
    z = np.array([[0.1, 0.9, 0.0], [3.0, 1.0, 2.0]])
    assert ck.accuracy(z, np.eye(3)[[1, 0]]) == 1
    assert ck.accuracy(z, np.eye(3)[[1, 2]]) == 0.5


def test_accuracy_of_one_output_takes_it_for_a_logit():
    assert ck.accuracy([[0.2], [-0.2], [0.4], [0.0]], [[1], [0], [0], [0]]) == 0.75


@pytest.mark.parametrize("n", [1, 4])
def test_accuracy_is_one_number_a_network_and_unchanged_by_increasing_functions(n):
    rng = np.random.default_rng(0)
    z = rng.normal(size=(2, 3, 20, n))
    y = np.eye(n)[rng.integers(n, size=20)] if n > 1 else rng.integers(2, size=(20, 1))
    accuracy = ck.accuracy(z, y)
    assert accuracy.shape == (2, 3)
    np.testing.assert_allclose(accuracy[1, 2], ck.accuracy(z[1, 2], y))
    np.testing.assert_array_equal(ck.accuracy(np.sinh(5 * z), y), accuracy)
    np.testing.assert_array_equal(ck.zero_one_loss(z, y), 1 - accuracy)


@given(labels())
def test_confusion_matrix_is_scikit_learns_and_its_parts_are_the_metrics(pair):
    label, guess = pair
    matrix = ck.confusion_matrix(label, guess, classes=[0, 1, 2])
    np.testing.assert_array_equal(matrix, sk.confusion_matrix(label, guess, labels=[0, 1, 2]))
    np.testing.assert_array_equal(matrix.sum(axis=1), np.bincount(label, minlength=3))  # rows are the truth
    np.testing.assert_array_equal(ck.confusion_matrix(guess, label, classes=[0, 1, 2]), matrix.T)
    met = np.union1d(label, guess)
    np.testing.assert_array_equal(ck.confusion_matrix(label, guess), matrix[np.ix_(met, met)])


@given(labels(), st.integers(0, 2))
def test_binary_metrics_are_scikit_learns(pair, positive):
    label, guess = (values == positive for values in pair)
    expected = (
        sk.precision_score(label, guess, zero_division=0),
        sk.recall_score(label, guess, zero_division=0),
        sk.recall_score(~label, ~guess, zero_division=0),
        sk.f1_score(label, guess, zero_division=0),
    )
    got = [metric(*pair, positive=positive) for metric in FROM_LABELS]
    np.testing.assert_allclose(got, expected, rtol=1e-12)


@given(labels())
def test_balanced_accuracy_is_scikit_learns(pair):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # about guesses that no label has
        expected = sk.balanced_accuracy_score(*pair)
    np.testing.assert_allclose(ck.balanced_accuracy(*pair), expected, rtol=1e-12)


def test_a_constant_guess_is_accurate_where_classes_are_unequal_and_balanced_accuracy_says_so():
    label, guess = np.repeat([0, 1], [95, 5]), np.zeros(100, int)
    assert (label == guess).mean() == 0.95
    assert ck.balanced_accuracy(label, guess) == 0.5
    assert ck.recall(label, guess) == 0


def test_empty_denominators_give_0():
    zero, one = np.zeros(3, int), np.ones(3, int)
    assert ck.precision(one, zero) == ck.recall(zero, one) == ck.f1(zero, zero) == 0.0
    assert ck.specificity(one, one) == 0.0


def test_labels_may_be_words():
    label, guess = ["spam", "ham", "spam"], ["spam", "spam", "spam"]
    np.testing.assert_array_equal(
        ck.confusion_matrix(label, guess, classes=["spam", "ham"]), [[2, 0], [1, 0]]
    )
    assert ck.precision(label, guess, positive="spam") == 2 / 3


@given(scored())
def test_roc_curve_has_scikit_learns_points_auc_and_average_precision(pair):
    score, label = pair
    for ours, theirs in zip(
        ck.roc_curve(score, label), sk.roc_curve(label, score, drop_intermediate=False), strict=True
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    np.testing.assert_allclose(ck.auc(score, label), sk.roc_auc_score(label, score), rtol=1e-12)
    np.testing.assert_allclose(
        ck.average_precision(score, label), sk.average_precision_score(label, score), rtol=1e-12
    )


@given(scored())
def test_roc_curve_rises_from_corner_to_corner_with_a_point_for_each_distinct_score(pair):
    score, label = pair
    fpr, tpr, thresholds = ck.roc_curve(score, label)
    assert (fpr[0], tpr[0], thresholds[0]) == (0, 0, np.inf)
    assert (fpr[-1], tpr[-1]) == (1, 1)
    assert (np.diff(fpr) >= 0).all()
    assert (np.diff(tpr) >= 0).all()
    np.testing.assert_array_equal(thresholds[1:], np.unique(score)[::-1])
    for k, threshold in enumerate(thresholds):
        assert tpr[k] == np.mean(score[label == 1] >= threshold)
        assert fpr[k] == np.mean(score[label == 0] >= threshold)


@given(scored())
def test_auc_is_the_probability_that_a_positive_scores_higher_ties_counting_half(pair):
    score, label = pair
    difference = score[label == 1][:, None] - score[label == 0][None, :]
    np.testing.assert_allclose(ck.auc(score, label), np.mean((np.sign(difference) + 1) / 2), rtol=1e-12)
    np.testing.assert_allclose(ck.auc(-score, label), 1 - ck.auc(score, label), atol=1e-12)
    np.testing.assert_allclose(ck.auc(score, label, positive=0), 1 - ck.auc(score, label), atol=1e-12)
    np.testing.assert_allclose(ck.auc(np.exp(score), label), ck.auc(score, label), rtol=1e-12)


def test_scores_may_be_infinite():
    """The log-odds of probabilities 0 and 1."""
    score, label = np.array([np.inf, np.inf, 0.0, -np.inf, -np.inf]), np.array([1, 0, 1, 0, 0])
    assert ck.auc(score, label) == ck.auc(np.tanh(score), label)
    np.testing.assert_array_equal(ck.roc_curve(score, label)[2], [np.inf, np.inf, 0, -np.inf])


@pytest.mark.parametrize("metric", [ck.roc_curve, ck.auc, ck.average_precision])
@pytest.mark.parametrize("only", [0, 1])
def test_one_class_alone_has_no_curve(metric, only):
    with pytest.raises(ValueError, match="both classes"):
        metric([0.1, 0.2], [only, only])
