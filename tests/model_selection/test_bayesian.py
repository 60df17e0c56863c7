"""Laws of expected improvement, of the Gaussian process, and of the search that joins them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF

from coursekit.model_selection import bayesian_search, expected_improvement, gaussian_process

finite = st.floats(-50, 50)


class TestExpectedImprovement:
    def test_is_the_mean_of_what_a_draw_gains(self):
        mean, sd, best = np.array([-1.0, 0.0, 0.5, 2.0]), np.array([0.5, 1.0, 2.0, 1.0]), 0.2
        draws = mean + sd * np.random.default_rng(0).normal(size=(400_000, 4))
        gain = np.maximum(best - draws, 0)
        error = 4 * gain.std(axis=0) / math.sqrt(len(gain))
        assert (np.abs(expected_improvement(mean, sd, best) - gain.mean(axis=0)) < error).all()

    def test_at_the_best_it_is_sd_over_root_two_pi(self):
        np.testing.assert_allclose(
            expected_improvement(3, [0.5, 2], 3), np.array([0.5, 2]) / math.sqrt(2 * math.pi)
        )

    def test_without_doubt_it_is_the_gain_itself(self):
        np.testing.assert_array_equal(expected_improvement([1, 2, 3], 0, 2), [1, 0, 0])
        np.testing.assert_allclose(expected_improvement([1, 2, 3], 1e-12, 2), [1, 0, 0], atol=1e-12)

    @given(mean=finite, sd=st.floats(0, 50), best=finite)
    def test_gains_and_losses_differ_by_the_mean_gain(self, mean, sd, best):
        """max(g, 0) − max(−g, 0) = g, so that EI(mean, best) − EI(best, mean) = best − mean."""
        gain, loss = expected_improvement(mean, sd, best), expected_improvement(best, sd, mean)
        assert gain >= max(best - mean, 0) - 1e-9
        np.testing.assert_allclose(gain - loss, best - mean, atol=1e-9)

    def test_doubt_is_worth_something(self):
        assert (np.diff(expected_improvement(1.0, np.linspace(0, 5, 50), 0.0)) > 0)[5:].all()

    @pytest.mark.parametrize(
        ("arguments", "error"),
        [
            ((0, -1, 0), ValueError),
            ((math.nan, 1, 0), ValueError),
            (("a", 1, 0), TypeError),
            ((0, [], 0), ValueError),
        ],
    )
    def test_bad_input_is_named(self, arguments, error):
        with pytest.raises(error, match="expected_improvement"):
            expected_improvement(*arguments)


class TestGaussianProcess:
    def test_agrees_with_scikit_learn_at_the_likeliest_length(self):
        rng = np.random.default_rng(0)
        X, X_new = rng.random((9, 2)), rng.random((20, 2))
        y = np.sin(6 * X[:, 0]) + X[:, 1]
        fits = [
            GaussianProcessRegressor(RBF(length), alpha=1e-6, optimizer=None).fit(X, y)
            for length in np.geomspace(0.05, 2, 8)
        ]
        best = max(fits, key=lambda fit: fit.log_marginal_likelihood_value_)
        mean, sd = gaussian_process(X, y, X_new)
        wanted_mean, wanted_sd = best.predict(X_new, return_std=True)
        np.testing.assert_allclose(mean, wanted_mean, atol=1e-6)
        np.testing.assert_allclose(sd, wanted_sd, atol=1e-4)

    def test_knows_what_it_saw_and_nothing_far_away(self):
        X, y = np.array([[0.1], [0.5], [0.9]]), np.array([1.0, -1.0, 0.5])
        mean, sd = gaussian_process(X, y, X)
        np.testing.assert_allclose(mean, y, atol=1e-4)
        np.testing.assert_allclose(sd, 0, atol=2e-3)
        mean, sd = gaussian_process(X, y, [[100.0]])
        np.testing.assert_allclose([mean[0], sd[0]], [0, 1], atol=1e-12)


def branin(x):
    """Smallest value 0.397887, at three points."""
    a, b = x
    bowl = b - 5.1 / (4 * np.pi**2) * a**2 + 5 / np.pi * a - 6
    return bowl**2 + 10 * (1 - 1 / (8 * np.pi)) * np.cos(a) + 10


class TestBayesianSearch:
    BOX = np.array([[-5.0, 10.0], [0.0, 15.0]])

    def test_beats_random_search_on_branin(self):
        regret, random = [], []
        for seed in range(20):
            rng = np.random.default_rng(seed)
            regret.append(bayesian_search(branin, self.BOX, 30, rng).best_so_far[-1] - 0.397887)
            points = rng.uniform(*self.BOX.T, (30, 2))
            random.append(min(branin(x) for x in points) - 0.397887)
        assert np.sum(np.array(regret) < random) >= 17  # by chance: once in 750 times
        assert np.median(regret) < 0.2 * np.median(random)

    def test_stays_in_the_box_and_reports_what_it_saw(self):
        seen = []

        def objective(x):
            seen.append((x.copy(), branin(x)))
            return seen[-1][1]

        found = bayesian_search(objective, self.BOX, 12, np.random.default_rng(0))
        np.testing.assert_array_equal(found.points, [x for x, _ in seen])
        np.testing.assert_array_equal(found.values, [value for _, value in seen])
        assert ((self.BOX[:, 0] <= found.points) & (found.points <= self.BOX[:, 1])).all()
        assert branin(found.best) == found.values.min() == found.best_so_far[-1]

    def test_the_scale_of_the_objective_does_not_matter(self):
        one = bayesian_search(branin, self.BOX, 10, np.random.default_rng(0))
        other = bayesian_search(lambda x: 1e6 * branin(x) - 1e9, self.BOX, 10, np.random.default_rng(0))
        np.testing.assert_allclose(one.points, other.points)

    def test_a_diverged_trial_is_the_worst_and_is_avoided(self):
        found = bayesian_search(
            lambda x: math.nan if x[0] > 0.5 else (x[0] - 0.2) ** 2,
            [[0, 1]],
            25,
            np.random.default_rng(0),
        )
        assert np.isnan(found.values).any()
        assert found.best[0] == pytest.approx(0.2, abs=0.02)
        assert np.isnan(found.values[6:]).sum() < 5
        nothing = bayesian_search(lambda x: math.inf, [[0, 1]], 6, np.random.default_rng(0))
        with pytest.raises(ValueError, match="none of the 6 values"):
            nothing.best  # noqa: B018

    def test_a_flat_objective_is_no_error(self):
        assert (bayesian_search(lambda x: 2.0, [[0, 1]], 10, np.random.default_rng(0)).values == 2).all()

    @pytest.mark.parametrize(
        ("change", "error"),
        [
            ({"bounds": [0, 1]}, ValueError),
            ({"bounds": [[1, 0]]}, ValueError),
            ({"n": 0}, ValueError),
            ({"rng": 3}, TypeError),
            ({"objective": 3}, TypeError),
        ],
    )
    def test_bad_input_is_named(self, change, error):
        call = {"objective": branin, "bounds": self.BOX, "n": 3, "rng": np.random.default_rng(0)} | change
        with pytest.raises(error, match="bayesian_search"):
            bayesian_search(**call)
