"""Laws of successive halving and hyperband."""

import itertools

import numpy as np
import pytest
from small_networks import SETTINGS, M, build, same_for_all, sines

from coursekit import numpy_backend as ck
from coursekit import torch_backend
from coursekit.model_selection import (
    grid_search,
    halving_schedule,
    hyperband,
    hyperband_schedule,
    log_uniform,
    successive_halving,
)


@pytest.fixture
def problem():
    return sines()


def momentum(net, config):
    return ck.SGD(net.parameters(), lr=config["lr"], momentum=0.9)


def adam_with_a_schedule(net, config):
    return ck.Adam(net.parameters(), lr=ck.inverse_time(0.01, decay=0.05), weight_decay=config["lr"])


class TestHalving:
    RATES = np.array([0.02, 0.3, 0.005, 0.1, 1e200, 0.05, 0.01, 0.2, 0.001])

    @pytest.mark.parametrize("optimizer", [momentum, adam_with_a_schedule])
    def test_survivors_are_resumed_as_if_never_interrupted(self, problem, optimizer):
        def build(ensemble, config):
            kinds = {"ensemble": ensemble, "init": same_for_all, "batch_norm": True}
            net = ck.mlp([M, 6, 1], ck.tanh, rng=np.random.default_rng(1), **kinds)
            return net, optimizer(net, config)

        rates = {"lr": np.where(self.RATES > 1, 0.4, self.RATES)}
        arguments = {"k": 3, "seeds": 2, **SETTINGS}
        halved = successive_halving(
            ck, build, *problem, rates, budget=2, eta=2, rng=np.random.default_rng(0), **arguments
        )
        whole = grid_search(ck, build, *problem, rates, epochs=16, rng=np.random.default_rng(0), **arguments)
        assert sorted(halved.epochs) == [2, 2, 2, 2, 2, 4, 4, 8, 16]
        for i, epochs in enumerate(halved.epochs):
            np.testing.assert_allclose(halved.curves[:epochs, i], whole.curves[:epochs, i], rtol=1e-9)
            assert np.isnan(halved.curves[epochs:, i]).all()

    def test_an_optimizer_goes_on_only_from_its_own_kind(self):
        net, _ = build((2,))
        plain, adam = ck.SGD(net.parameters(), lr=0.1), ck.Adam(net.parameters())
        with pytest.raises(ValueError, match=r"Adam: the state must hold \['m', 'v'\], but holds \['t'\]"):
            adam.load_state_dict(plain.state_dict())

    def test_the_best_go_on(self, problem):
        found = successive_halving(
            ck, build, *problem, {"lr": self.RATES}, budget=1, eta=3, rng=np.random.default_rng(0), **SETTINGS
        )
        assert sorted(found.epochs) == [1] * 6 + [3, 3, 9]
        for until in (1, 3):
            reached, went_on = found.epochs >= until, found.epochs > until
            scores = np.nan_to_num(found.curves[until - 1], nan=np.inf)
            assert scores[went_on].max() <= scores[reached & ~went_on].min()
        assert np.isnan(found.scores[4])  # diverged, and dropped at once
        assert found.epochs[found.best_index] == 9
        assert found.best == {"lr": self.RATES[found.best_index]}

    def test_ties_keep_the_earlier_configuration(self, problem):
        found = successive_halving(
            ck, build, *problem, {"lr": [0.1] * 5}, budget=1, eta=2, rng=np.random.default_rng(0), **SETTINGS
        )
        assert found.epochs.tolist() == [4, 2, 1, 1, 1]
        assert found.best_index == 0

    def test_lam_follows_its_configuration(self, problem):
        lam = np.array([1e3, 0.0, 1e2])
        settings = {"penalty": ck.l2, **SETTINGS}
        found = successive_halving(
            ck, build, *problem, {"lam": lam}, budget=2, eta=2, rng=np.random.default_rng(0), **settings
        )
        alone = grid_search(
            ck, build, *problem, {"lam": [0.0]}, epochs=4, rng=np.random.default_rng(0), **settings
        )
        assert found.best == {"lam": 0.0}
        np.testing.assert_allclose(found.scores[1], alone.scores[0], rtol=1e-12)

    def test_halving_27_configurations_costs_81_epochs(self):
        rounds = halving_schedule(27, 1, 3)
        assert rounds == [(27, 1), (9, 3), (3, 9), (1, 27)]
        before = [0, *(r for _, r in rounds)]
        assert sum(n * (r - done) for (n, r), done in zip(rounds, before, strict=False)) == 81

    @pytest.mark.parametrize(("n", "eta"), [(1, 2), (2, 3), (10, 3), (100, 7)])
    def test_a_round_keeps_one_in_eta_and_at_least_one(self, n, eta):
        rounds = halving_schedule(n, 2, eta)
        assert rounds[0] == (n, 2)
        assert rounds[-1][0] == 1
        for (n, r), (n_next, r_next) in itertools.pairwise(rounds):
            assert (n_next, r_next) == (max(n // eta, 1), r * eta)

    def test_hyperband_brackets_are_the_published_ones(self):
        """Li et al. (2018), table 1."""
        assert hyperband_schedule(81, 3) == [
            [(81, 1), (27, 3), (9, 9), (3, 27), (1, 81)],
            [(34, 3), (11, 9), (3, 27), (1, 81)],
            [(15, 9), (5, 27), (1, 81)],
            [(8, 27), (2, 81)],
            [(5, 81)],
        ]

    @pytest.mark.parametrize(("R", "eta"), [(1, 3), (2, 3), (10, 3), (100, 2), (64, 4)])
    def test_every_bracket_ends_with_the_longest_training(self, R, eta):
        schedule = hyperband_schedule(R, eta)
        assert [len(rounds) for rounds in schedule] == list(range(len(schedule), 0, -1))
        assert eta ** (len(schedule) - 1) <= R < eta ** len(schedule)
        for rounds in schedule:
            assert rounds[-1][1] == R
            assert all(n >= 1 for n, _ in rounds)
            assert all(n_next == n // eta for (n, _), (n_next, _) in itertools.pairwise(rounds))

    def test_hyperband_runs_its_schedule(self, problem):
        folds = set()

        def spy(X_train, y_train):
            folds.add(X_train.tobytes())
            return lambda X: X

        found = hyperband(
            ck, build, *problem, {"lr": log_uniform(1e-3, 1)}, R=9, eta=3, k=2, prepare=spy,
            rng=np.random.default_rng(0), **SETTINGS,
        )  # fmt: skip
        assert len(folds) == 2  # the same for each bracket, so that their scores compare
        parts = np.split(found.epochs, [9, 9 + 5])  # brackets of 9, 5 and 3 configurations
        assert [sorted(part) for part in parts] == [[1] * 6 + [3, 3, 9], [3] * 4 + [9], [9] * 3]
        assert found.curves.shape == (9, 17)
        assert found.scores[found.best_index] == found.scores[found.epochs == 9].min()

    def test_bad_input_is_named(self, problem):
        call = {"budget": 1, "rng": np.random.default_rng(0), **SETTINGS}
        with pytest.raises(ValueError, match="eta"):
            successive_halving(ck, build, *problem, {"lr": [0.1]}, eta=1, **call)
        with pytest.raises(TypeError, match="leave out epochs"):
            successive_halving(ck, build, *problem, {"lr": [0.1]}, epochs=3, **call)
        with pytest.raises(ValueError, match="lengths"):
            successive_halving(ck, build, *problem, {"lr": [0.1], "momentum": [0.5, 0.9]}, **call)
        with pytest.raises(TypeError, match="samplers by name"):
            hyperband(ck, build, *problem, {"lr": [0.1]}, R=9, rng=np.random.default_rng(0), **SETTINGS)
        with pytest.raises(ValueError, match="low"):
            log_uniform(0, 1)


def test_both_backends_find_the_same(problem):
    def search(ck):
        def build(ensemble, config):
            rng = np.random.default_rng(1)
            net = ck.mlp([M, 6, 1], ck.tanh, rng=rng, ensemble=ensemble, batch_norm=True, dtype="float64")
            return net, ck.SGD(net.parameters(), lr=config["lr"], momentum=config["momentum"])

        configs = {
            "lr": np.geomspace(0.01, 0.2, 6),
            "momentum": [0, 0.9, 0, 0.9, 0, 0.9],
            "lam": np.arange(6) / 6,
        }
        return successive_halving(
            ck, build, *problem, configs, budget=2, eta=2, k=3, seeds=2, rng=np.random.default_rng(0),
            loss=ck.mse, penalty=ck.l2, batch_size=7,
        )  # fmt: skip

    here, there = search(ck), search(torch_backend)
    assert here.best == there.best
    np.testing.assert_allclose(here.curves, there.curves, rtol=1e-9)
    np.testing.assert_allclose(here.spread, there.spread, rtol=1e-9)
