"""Laws of the searches: grid, random, successive halving, hyperband."""

import functools
import math

import numpy as np
import pytest
from small_networks import SETTINGS, N, build, sines

from coursekit import numpy_backend as ck
from coursekit.model_selection import (
    SearchResult,
    choice,
    cross_validate,
    draw,
    grid_search,
    log_uniform,
    random_search,
    uniform,
)
from coursekit.model_selection.search_space import product


@pytest.fixture
def problem():
    return sines()


class TestSearch:
    def test_a_grid_is_every_combination_and_the_last_name_changes_fastest(self, problem):
        found = grid_search(
            ck, build, *problem, {"lr": [0.1, 0.2], "momentum": [0, 0.5, 0.9]}, rng=np.random.default_rng(0),
            epochs=1, **SETTINGS,
        )  # fmt: skip
        np.testing.assert_array_equal(found.configs["lr"], [0.1, 0.1, 0.1, 0.2, 0.2, 0.2])
        np.testing.assert_array_equal(found.configs["momentum"], [0, 0.5, 0.9, 0, 0.5, 0.9])

    def test_a_score_is_the_mean_over_held_out_examples_of_the_configuration_alone(self, problem):
        """Whatever configurations are trained beside it; folds of 5 and 4 examples count 5 to 4."""
        X, y = problem
        grid = {"lr": [0.01, 0.1], "momentum": [0.0, 0.8], "lam": [0.0, 1.0]}
        arguments = {"epochs": 3, "penalty": ck.l2, **SETTINGS}
        found = grid_search(ck, build, X, y, grid, rng=np.random.default_rng(0), seeds=2, **arguments)
        for i in range(8):
            config = {name: values[i] for name, values in found.configs.items()}
            lam = config.pop("lam")
            alone = functools.partial(build, config=config)
            history = cross_validate(ck, alone, X, y, rng=np.random.default_rng(0), lam=lam, **arguments)
            np.testing.assert_allclose(found.scores[i], history.val[-1] @ [5, 5, 5, 4, 4] / N, rtol=1e-12)
            np.testing.assert_allclose(found.curves[:, i], history.val @ [5, 5, 5, 4, 4] / N, rtol=1e-12)
            np.testing.assert_allclose(found.spread[i], np.repeat(history.val[-1], 2).std(ddof=1), rtol=1e-12)
        assert found.best == {name: values[np.argmin(found.scores)] for name, values in found.configs.items()}
        assert found.runs == 10
        assert found.epochs.sum() == 24

    def test_one_validation_set_in_place_of_folds(self, problem):
        X, y = problem
        found = grid_search(
            ck, build, X[:15], y[:15], {"lr": [0.01, 0.1]}, rng=np.random.default_rng(0), epochs=3,
            validation=(X[15:], y[15:]), prepare=lambda X, y: lambda Z: Z - X.mean(axis=0), **SETTINGS,
        )  # fmt: skip
        Z = X - X[:15].mean(axis=0)
        net, optimizer = build((), {"lr": 0.1})
        stream = np.random.default_rng(0).spawn(1)[0]
        ck.fit(net, Z[:15], y[:15], optimizer=optimizer, rng=stream, epochs=3, **SETTINGS)
        np.testing.assert_allclose(found.scores[1], ck.mse(ck.predict(net, Z[15:]), y[15:]), rtol=1e-12)
        assert np.isnan(found.spread).all()  # one run has no spread

    def test_a_diverged_configuration_is_nan_and_is_never_the_best(self, problem):
        found = grid_search(
            ck, build, *problem, {"lr": [1e200, 0.1, 0.01]}, rng=np.random.default_rng(0),
            epochs=5, **SETTINGS,
        )  # fmt: skip
        assert np.isnan(found.scores).tolist() == [True, False, False]
        assert found.best["lr"] != 1e200
        nothing = grid_search(
            ck, build, *problem, {"lr": [1e200, 1e201]}, rng=np.random.default_rng(0), epochs=5, **SETTINGS
        )
        with pytest.raises(ValueError, match="smaller learning rates"):
            nothing.best  # noqa: B018

    @pytest.mark.parametrize("patience", [2, 1000])
    def test_the_score_belongs_to_the_weights_that_early_stopping_keeps(self, problem, patience):
        X, y = problem
        nets = []

        def kept(ensemble, config):
            nets.append(build(ensemble, config))
            return nets[0]

        found = grid_search(
            ck, kept, X[:8], y[:8], {"lr": [0.3, 0.05]}, rng=np.random.default_rng(0), epochs=200,
            early_stopping=patience, validation=(X[8:], y[8:]), **SETTINGS,
        )  # fmt: skip
        np.testing.assert_allclose(found.scores, ck.mse(ck.predict(nets[0][0], X[8:]), y[8:])[0], rtol=1e-12)

    def test_scores_of_different_lengths_are_not_compared(self):
        scores = np.array([0.1, 0.5, 0.4, np.nan])
        found = SearchResult(
            {"lr": np.arange(4.0)}, scores, scores, np.array([1, 9, 9, 9]), np.zeros((9, 4)), 1
        )
        assert found.best_index == 2
        assert found.best == {"lr": 2.0}

    def test_the_best_of_a_hundred_useless_models_looks_good(self):
        """Untrained networks on coin flips: the smallest of K errors of n examples is that of K binomials."""
        n, K, found = 100, 100, []
        for seed in range(10):
            rng = np.random.default_rng(seed)
            X, y = rng.normal(size=(2 * n, 60)), rng.integers(0, 2, (2 * n, 1)).astype(float)

            def build(ensemble, config, rng=rng):
                net = ck.mlp([60, 1], ck.identity, rng=rng, ensemble=ensemble)
                return net, ck.SGD(net.parameters(), lr=config["lr"])

            result = random_search(
                ck, build, X[:n], y[:n], {"lr": uniform(1e-12, 2e-12)}, K, rng=rng, validation=(X[n:], y[n:]),
                loss=ck.sigmoid_cross_entropy, metrics={"error": ck.zero_one_loss}, minimize="error",
                epochs=1,
            )  # fmt: skip
            found.append(result.scores.min())
        above = np.cumsum([math.comb(n, j) for j in range(n, -1, -1)])[::-1] / 2.0**n  # P(errors >= j)
        expected = np.sum(above[1:] ** K) / n  # E min = Σ_j P(all K >= j) / n, about .375
        sd = 0.017  # of the smallest of 100 binomials
        assert abs(np.mean(found) - expected) < 4 * sd / math.sqrt(10)

    def test_random_search_tries_more_values_where_one_setting_matters(self):
        """P(a hit in a window of width w) is 1 − (1 − w)^9 for nine draws, and 3w for a grid of 3 × 3."""
        rng, w, trials = np.random.default_rng(0), 0.1, 4000
        levels = np.array([1, 3, 5]) / 6
        grid = product({"matters": levels, "does_not": levels})["matters"]
        assert len(grid) == 9
        hits = {"grid": 0, "draws": 0}
        for _ in range(trials):
            center = rng.random()
            drawn = draw({"matters": uniform(0, 1), "does_not": uniform(0, 1)}, 9, rng)["matters"]
            for name, tried in (("grid", grid), ("draws", drawn)):
                hits[name] += (
                    np.abs((tried - center + 0.5) % 1 - 0.5) < w / 2
                ).any()  # 0 and 1 are neighbors
        for name, exact in (("grid", 3 * w), ("draws", 1 - (1 - w) ** 9)):
            assert abs(hits[name] / trials - exact) < 4 * math.sqrt(exact * (1 - exact) / trials)

    def test_samplers_draw_from_what_they_say(self):
        rng = np.random.default_rng(0)
        configs = draw({"lr": log_uniform(1e-4, 1), "p": uniform(2, 3), "size": choice([8, 16])}, 20000, rng)
        share = np.mean(configs["lr"] < 1e-3)  # one decade of four
        assert abs(share - 0.25) < 4 * math.sqrt(0.25 * 0.75 / 20000)
        assert configs["lr"].min() >= 1e-4
        assert configs["lr"].max() <= 1
        assert abs(configs["p"].mean() - 2.5) < 4 / math.sqrt(12 * 20000)
        assert set(configs["size"]) == {8, 16}

    @pytest.mark.parametrize(
        ("change", "error", "message"),
        [
            ({"grid": {"width": ["narrow", "wide"]}}, TypeError, "one search for each"),
            ({"grid": {}}, TypeError, "values by name"),
            ({"grid": {"lr": []}}, ValueError, "at least one entry"),
            ({"grid": {"lr": [0.1, math.nan]}}, ValueError, "nan"),
            ({"minimize": "error"}, ValueError, "'loss'"),
            ({"seeds": 0}, ValueError, "seeds"),
            ({"grid": {"lam": [0, 1]}, "lam": 1.0}, ValueError, "but not both"),
            ({"validation": (0,)}, ValueError, "pair"),
            ({"validation": (0, 1), "labels": [0]}, ValueError, "not both"),
        ],
    )
    def test_bad_input_is_named(self, problem, change, error, message):
        call = {"grid": {"lr": [0.1]}, "rng": np.random.default_rng(0), "epochs": 1} | change
        with pytest.raises(error, match=message):
            grid_search(ck, build, *problem, **call, **SETTINGS)
