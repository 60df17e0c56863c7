"""Laws of coursekit.data.tasks: true errors against sampling, closed forms and the Bayes error."""

import itertools
import math

import numpy as np
import pytest

from coursekit import risk


def rng(seed=0):
    return np.random.default_rng(seed)


def close_to_its_sample(exact, losses):
    """Whether `exact` is within five standard errors of the mean of the losses."""
    return abs(np.mean(losses) - exact) <= 5 * np.std(losses) / math.sqrt(np.size(losses)) + 1e-12


def test_discrete_true_error_weighs_by_probability():
    task = risk.DiscreteTask([0.5, 0.3, 0.2], [1, 0, 2])
    assert task.true_error([1, 0, 0]) == pytest.approx(0.2)
    np.testing.assert_allclose(task.true_error([[1, 0, 2], [0, 0, 0]]), [0, 0.7])
    assert task.true_error(lambda x: (x[:, 0] == 0).astype(int)) == pytest.approx(0.2)
    assert task.bayes_error == 0


def test_discrete_true_error_agrees_with_sampling():
    probability = rng().dirichlet(np.ones(12))
    task = risk.DiscreteTask(probability, rng(1).integers(0, 3, 12))
    guess = rng(2).integers(0, 3, 12)
    point, label = task.sample(20_000, rng(3))
    np.testing.assert_array_equal(label, task.label[point])
    assert close_to_its_sample(task.true_error(guess), guess[point] != label)


def test_no_hypothesis_on_a_noisy_domain_beats_the_bayes_error():
    inputs = np.repeat([[0, 0], [0, 1], [1, 0]], 2, axis=0)  # each input once with label 0, once with 1
    task = risk.DiscreteTask([0.3, 0.1, 0.05, 0.15, 0.2, 0.2], [0, 1] * 3, inputs)
    errors = [task.true_error(np.repeat(bits, 2)) for bits in itertools.product([0, 1], repeat=3)]
    assert min(errors) == pytest.approx(task.bayes_error) == pytest.approx(0.35)


def test_gaussian_true_error_agrees_with_sampling():
    task = risk.GaussianTask([1.0, -0.5, 0.0])
    x, label = task.sample(20_000, rng())
    w, b = rng(1).normal(size=(20, 3)), rng(2).normal(size=20)
    exact = task.true_error(w, b)
    for i in range(20):
        assert close_to_its_sample(exact[i], (x @ w[i] + b[i] > 0) != label)


def test_gaussian_limits():
    task = risk.GaussianTask(np.eye(10)[0])
    assert task.bayes_error == pytest.approx(0.158655, abs=1e-6)  # Φ(−1)
    assert task.true_error(3 * task.mean) == pytest.approx(task.bayes_error)
    assert task.true_error(-task.mean) == pytest.approx(1 - task.bayes_error)
    assert task.true_error(np.eye(10)[1]) == pytest.approx(0.5)
    assert task.true_error(np.zeros(10), 1.0) == pytest.approx(0.5)
    assert (task.true_error(rng().normal(size=(500, 10)), rng(1).normal(size=500)) >= task.bayes_error).all()


def test_curve_true_error_is_noise_plus_the_integral():
    task = risk.CurveTask(0.3)
    assert task.true_error(task.f) == pytest.approx(task.bayes_error) == pytest.approx(0.09)
    assert task.true_error(np.zeros_like) == pytest.approx(0.09 + 0.5)  # the mean of sin² is 1/2
    assert task.true_error(lambda x: x) == pytest.approx(0.09 + 1 / 3 + 0.5 - 2 / np.pi)
    both = task.true_error(lambda x: np.stack([0 * x, x]))
    np.testing.assert_allclose(both, [task.true_error(np.zeros_like), task.true_error(lambda x: x)])


def test_curve_true_error_agrees_with_sampling():
    task = risk.CurveTask(0.5)
    x, y = task.sample(20_000, rng())
    assert close_to_its_sample(task.true_error(lambda x: x**3 - 0.2), (x**3 - 0.2 - y) ** 2)


def test_the_true_error_of_polynomials_has_its_minimum_at_degree_3():
    """30 points, noise .3: medians .107, .701 and 42 for degrees 3, 12 and 15; means explode."""
    task = risk.CurveTask(0.3)
    train, true = np.empty((2, 100, 16))
    for seed in range(100):
        x, y = task.sample(30, rng(seed))
        for degree in range(16):
            h = np.polynomial.Legendre.fit(x[:, 0], y[:, 0], degree, domain=[-1, 1])
            train[seed, degree] = ((h(x) - y) ** 2).mean()
            true[seed, degree] = task.true_error(h)
    assert (np.diff(train, axis=1) < 1e-9).all()
    median = np.median(true, axis=0)
    assert median.argmin() == 3
    assert 0.1 < median[3] < 0.115
    assert 0.4 < median[12] < 1.2
    assert median[15] > 5


@pytest.mark.parametrize(
    "task",
    [
        risk.IntervalDistribution([(0.2, 0.7)], 0.1),
        risk.CurveTask(),
        risk.GaussianTask([1.0]),
        risk.DiscreteTask([0.5, 0.5], [0, 1]),
    ],
)
def test_sampling_uses_the_rng_given_and_nothing_else(task):
    for a, b in zip(task.sample(50, rng(1)), task.sample(50, rng(1)), strict=True):
        np.testing.assert_array_equal(a, b)
    assert any((a != b).any() for a, b in zip(task.sample(50, rng(1)), task.sample(50, rng(2)), strict=True))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: risk.DiscreteTask([0.5, 0.6], [0, 1]), ValueError, "sum to 1.1"),
        (lambda: risk.DiscreteTask([1.5, -0.5], [0, 1]), ValueError, "the smallest is -0.5"),
        (lambda: risk.DiscreteTask([np.nan, 1], [0, 1]), ValueError, "DiscreteTask"),
        (lambda: risk.DiscreteTask([1], [0, 1]), ValueError, "shapes"),
        (lambda: risk.DiscreteTask([0.5, 0.5], [0, 1], [1, 2]), ValueError, "shapes"),
        (lambda: risk.DiscreteTask([0.5, 0.5], [0, 1]).true_error([0, 1, 1]), ValueError, r"\(..., 2\)"),
        (lambda: risk.GaussianTask([[1.0]]), ValueError, "GaussianTask: mean"),
        (lambda: risk.GaussianTask([1.0]).true_error([1.0, 2.0]), ValueError, "w must have shape"),
        (lambda: risk.CurveTask(-1), ValueError, r"noise must .*is -1"),
        (lambda: risk.CurveTask().true_error(lambda x: x[:, 0]), ValueError, "hypothesis"),
    ],
)
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
