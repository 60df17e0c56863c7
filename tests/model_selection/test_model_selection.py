"""Laws of cross-validation and of the one-standard-error rule."""

import math

import numpy as np
import pytest
from small_networks import SETTINGS, M, N, build, sines

from coursekit import numpy_backend as ck
from coursekit import torch_backend
from coursekit.data.splits import kfold
from coursekit.model_selection import cross_validate, one_standard_error_rule


@pytest.fixture
def problem():
    return sines()


class TestCrossValidate:
    def test_each_example_is_in_one_validation_fold(self):
        seen = []

        def spy(X_train, y_train):
            seen.append(set(X_train[:, 0]))
            return lambda X: X

        X = np.arange(float(N * M)).reshape(N, M) / 100
        cross_validate(
            ck, build, X, X[:, :1], k=5, rng=np.random.default_rng(0), prepare=spy, epochs=1, **SETTINGS
        )
        held_out = sorted(x for rows in seen for x in set(X[:, 0]) - rows)
        assert held_out == sorted(X[:, 0])

    def test_a_fold_learns_nothing_from_what_it_holds_out(self, problem):
        X, y = problem
        folds = kfold(N, 5, np.random.default_rng(0))

        def weights(X, y):
            nets = []

            def kept(ensemble):
                nets.append(build(ensemble))
                return nets[0]

            cross_validate(
                ck, kept, X, y, folds=folds, rng=np.random.default_rng(0), epochs=3,
                prepare=lambda X, y: lambda Z: (Z - X.mean(axis=0)) / X.std(axis=0), **SETTINGS,
            )  # fmt: skip
            return nets[0][0].parameters()["0.W"]

        before = weights(X, y)
        for i, (_, val) in enumerate(folds):
            X_other, y_other = X.copy(), y.copy()
            X_other[val] += 5
            y_other[val] -= 3
            after = weights(X_other, y_other)
            unchanged = (before == after).all(axis=(-2, -1))
            assert unchanged.tolist() == [j == i for j in range(5)]

    def test_an_ensemble_is_k_separate_fits(self, problem):
        X, y = problem
        folds = kfold(N, 5, np.random.default_rng(3))
        history = cross_validate(
            ck, build, X, y, folds=folds, rng=np.random.default_rng(0), epochs=4, **SETTINGS
        )
        streams = np.random.default_rng(0).spawn(5)
        for i, (train, val) in enumerate(folds):
            net, optimizer = build(())
            alone = ck.fit(
                net, X[train], y[train], optimizer=optimizer, validation=(X[val], y[val]), rng=streams[i],
                epochs=4, **SETTINGS,
            )  # fmt: skip
            np.testing.assert_allclose(history.train[:, i], alone.train, rtol=1e-12)
            np.testing.assert_allclose(history.val[:, i], alone.val, rtol=1e-12)

    def test_strengths_and_seeds_are_further_axes(self, problem):
        X, y = problem
        lam = np.array([0.0, 0.1, 3.0])
        arguments = {"epochs": 3, "penalty": ck.l2, **SETTINGS}
        both = cross_validate(
            ck, build, X, y, k=4, rng=np.random.default_rng(0), ensemble=(2, 3), lam=lam, **arguments
        )
        assert both.val.shape == (3, 4, 2, 3)
        for j in range(3):
            one = cross_validate(ck, build, X, y, k=4, rng=np.random.default_rng(0), lam=lam[j], **arguments)
            np.testing.assert_allclose(both.val[:, :, 0, j], one.val, rtol=1e-12)
            np.testing.assert_allclose(both.val[:, :, 1, j], one.val, rtol=1e-12)

    def test_prepare_is_fitted_to_each_folds_training_rows(self, problem):
        X, y = problem
        folds = kfold(N, 5, np.random.default_rng(3))
        history = cross_validate(
            ck, build, X * 9 + 5, y, folds=folds, rng=np.random.default_rng(0), epochs=2,
            prepare=lambda X, y: lambda Z: (Z - X.mean(axis=0)) / X.std(axis=0), **SETTINGS,
        )  # fmt: skip
        streams = np.random.default_rng(0).spawn(5)
        for i, (train, val) in enumerate(folds):
            Z = (X - X[train].mean(axis=0)) / X[train].std(axis=0)
            net, optimizer = build(())
            alone = ck.fit(
                net, Z[train], y[train], optimizer=optimizer, validation=(Z[val], y[val]), rng=streams[i],
                epochs=2, **SETTINGS,
            )  # fmt: skip
            np.testing.assert_allclose(history.val[:, i], alone.val, rtol=1e-10)

    def test_choosing_features_outside_the_folds_finds_signal_in_noise(self):
        """Features chosen on all rows have seen the held-out ones: Hastie et al. (2009), sec. 7.10.2."""
        wrong, right = [], []
        for seed in range(3):
            rng = np.random.default_rng(seed)
            X, y = rng.normal(size=(50, 2000)), np.repeat([[0.0], [1.0]], 25, axis=0)

            def chosen(X, y):
                best = np.argsort(np.abs((X - X.mean(axis=0)).T @ (y - y.mean()))[:, 0])[-20:]
                return lambda Z: Z[:, best]

            def build(ensemble):
                net = ck.mlp([20, 1], ck.identity, rng=np.random.default_rng(0), ensemble=ensemble)
                return net, ck.SGD(net.parameters(), lr=0.1)

            arguments = {
                "loss": ck.sigmoid_cross_entropy,
                "metrics": {"error": ck.zero_one_loss},
                "epochs": 50,
            }
            outside = chosen(X, y)(X)
            history = cross_validate(ck, build, outside, y, rng=rng, **arguments)
            wrong.append(history.metrics["error"][-1].mean())
            history = cross_validate(ck, build, X, y, rng=rng, prepare=chosen, **arguments)
            right.append(history.metrics["error"][-1].mean())
        assert np.mean(wrong) < 0.15
        assert abs(np.mean(right) - 0.5) < 0.15

    def test_labels_spread_each_class_over_the_folds(self):
        label = np.repeat([0, 1, 2], [12, 6, 3])
        X, y = np.zeros((21, M)), np.eye(3)[label]
        counts = []

        def spy(X_train, y_train):
            counts.append(y_train.sum(axis=0).tolist())
            return lambda X: X

        def build(ensemble):
            net = ck.mlp([M, 3], ck.identity, rng=np.random.default_rng(0), ensemble=ensemble)
            return net, ck.SGD(net.parameters(), lr=0.1)

        cross_validate(
            ck,
            build,
            X,
            y,
            k=3,
            labels=label,
            rng=np.random.default_rng(0),
            prepare=spy,
            loss=ck.mse,
            epochs=1,
        )
        assert counts == [[8, 4, 2]] * 3

    def test_both_backends_agree(self, problem):
        def run(ck):
            def build(ensemble):
                net = ck.mlp(
                    [M, 6, 1], ck.tanh, rng=np.random.default_rng(1), ensemble=ensemble, dtype="float64"
                )
                return net, ck.Adam(net.parameters(), lr=0.01)

            return cross_validate(
                ck, build, *problem, rng=np.random.default_rng(0), loss=ck.mse, epochs=3, batch_size=7,
                prepare=lambda X, y: lambda Z: Z - X.mean(axis=0), ensemble=(2,),
            )  # fmt: skip

        np.testing.assert_allclose(run(ck).val, run(torch_backend).val, rtol=1e-9)

    @pytest.mark.parametrize(
        ("change", "error", "message"),
        [
            ({"folds": [([0, 1, 2], [2, 3])]}, ValueError, r"row 2 is in both parts of fold 0"),
            ({"labels": np.zeros(N, int), "folds": [([0], [1])]}, ValueError, "but not both"),
            ({"labels": [0, 1]}, ValueError, "2 labels for 23 rows"),
            ({"rng": 0}, TypeError, "default_rng"),
            ({"k": 24}, ValueError, "24"),
            ({"build": lambda ensemble: None}, TypeError, "pair"),
            ({"y": np.zeros((5, 1))}, ValueError, "23 rows and y has 5"),
            ({"X": np.zeros(N)}, ValueError, "matrix"),
            ({"X": "digits"}, TypeError, "string"),
            ({"prepare": lambda X, y: X}, TypeError, "function of X"),
            ({"prepare": lambda X, y: lambda Z: Z[:3]}, ValueError, "23 rows"),
        ],
    )
    def test_bad_input_is_named(self, problem, change, error, message):
        X, y = problem
        call = {"build": build, "X": X, "y": y, "rng": np.random.default_rng(0)} | change
        with pytest.raises(error, match=message):
            cross_validate(ck, **call, epochs=1, **SETTINGS)


class TestOneStandardErrorRule:
    def test_the_simplest_within_one_standard_error_of_the_best(self):
        assert one_standard_error_rule([0.5, 0.31, 0.3, 0.35], [0.1, 0.1, 0.02, 0.1]) == 1
        assert one_standard_error_rule([0.5, 0.31, 0.3, 0.35], [0.1, 0.1, 0.0, 0.1]) == 2
        assert one_standard_error_rule([0.5, 0.31, 0.3, 0.35], [0.1, 0.1, 1.0, 0.1]) == 0

    def test_equal_means_and_diverged_models(self):
        assert one_standard_error_rule([math.nan, 0.3, 0.3], [math.nan, 0.0, 0.5]) == 1

    @pytest.mark.parametrize(
        ("mean", "se"), [([1, 2], [1]), ([math.nan], [1]), ([1.0], [-1]), ([1.0], [math.nan])]
    )
    def test_bad_input_is_named(self, mean, se):
        with pytest.raises(ValueError, match="one_standard_error_rule"):
            one_standard_error_rule(mean, se)
