"""Laws of greedy layer-wise training, and of what it rests on: what an optimizer was not given is frozen."""

import numpy as np
import pytest

from coursekit import data, initializers, torch_backend
from coursekit import numpy_backend as ck
from coursekit.data.splits import kfold
from coursekit.experiments.pretraining import greedy_autoencoder, greedy_stages, greedy_supervised

SIZES = [4, 5, 5, 5, 2]
SETTINGS = {"loss": ck.mse, "epochs": 3, "batch_size": 7}


@pytest.fixture
def problem():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20, 4))
    return X, np.tanh(X[:, :2] - X[:, 2:])


def sgd(parameters):
    return ck.SGD(parameters, lr=0.1, momentum=0.9, weight_decay=0.01)


def same_for_all(rng, shape):
    """Initial weights that each member of an ensemble shares."""
    return np.broadcast_to(initializers.glorot(np.random.default_rng(shape[-1]), shape[-2:]), shape)


def grown(X, y, sizes=SIZES, **settings):
    """(parameters, history) of each stage."""
    call = {"optimizer": sgd, "rng": np.random.default_rng(0), **SETTINGS} | settings
    return [(net.parameters(), history) for net, history in greedy_stages(ck, X, y, sizes, ck.tanh, **call)]


class TestFrozenParameters:
    @pytest.mark.parametrize(
        "settings",
        [
            {"penalty": ck.l2, "lam": 5.0},
            {"clip_norm": 0.1},
            {"validation": (np.ones((3, 4)), np.ones((3, 2))), "early_stopping": 2},
        ],
    )
    @pytest.mark.parametrize("make", [sgd, lambda p: ck.SGD(p, lr=0.1), ck.Adam])
    def test_what_the_optimizer_was_not_given_keeps_every_bit(self, problem, settings, make):
        self._keeps(problem, settings, make)

    def test_nor_does_a_proximal_step_reach_it(self, problem):
        settings = {"penalty": ck.l1, "lam": 5.0, "proximal": True}
        self._keeps(problem, settings, lambda p: ck.SGD(p, lr=0.1))

    def _keeps(self, problem, settings, make):
        net = ck.mlp([4, 5, 5, 2], ck.tanh, rng=np.random.default_rng(0), ensemble=(3,))
        before = {key: p.copy() for key, p in net.parameters().items()}
        moving = {key: net.parameters()[key] for key in ("2.W", "4.b")}
        ck.fit(
            net, *problem, optimizer=make(moving), epochs=3, batch_size=7, loss=ck.mse,
            rng=np.random.default_rng(0), **settings,
        )  # fmt: skip
        changed = {key for key, p in net.parameters().items() if not np.array_equal(p, before[key])}
        assert changed == {"2.W", "4.b"}

    def test_training_the_top_is_training_it_alone_on_the_features_below(self, problem):
        """Also with a penalty, and with a clipped norm: both are those of the parameters in training."""
        X, y = problem
        settings = {"penalty": ck.l2, "lam": 1.0, "clip_norm": 0.05, **SETTINGS}
        net = ck.mlp([4, 5, 5, 2], ck.tanh, rng=np.random.default_rng(0))
        top = ck.mlp([5, 5, 2], ck.tanh, rng=np.random.default_rng(1))
        for key, p in top.parameters().items():
            p[...] = net.parameters()[f"{int(key[0]) + 2}{key[1:]}"]
        moving = {key: p for key, p in net.parameters().items() if key[0] != "0"}
        whole = ck.fit(net, X, y, optimizer=sgd(moving), rng=np.random.default_rng(2), **settings)
        below = net.parameters()
        features = np.tanh(X @ below["0.W"].mT + below["0.b"])
        alone = ck.fit(
            top, features, y, optimizer=sgd(top.parameters()), rng=np.random.default_rng(2), **settings
        )
        np.testing.assert_allclose(whole.train, alone.train, rtol=1e-12)
        np.testing.assert_allclose(net.parameters()["4.W"], top.parameters()["2.W"], rtol=1e-12)

    def test_parameters_of_another_network_are_an_error(self, problem):
        net, other = (ck.mlp([4, 5, 2], ck.tanh, rng=np.random.default_rng(0)) for _ in range(2))
        with pytest.raises(ValueError, match="not this network's"):
            ck.fit(net, *problem, optimizer=sgd(other.parameters()), rng=np.random.default_rng(0), **SETTINGS)


class TestGreedySupervised:
    def test_a_stage_leaves_all_but_the_last_two_layers_bitwise_unchanged(self, problem):
        stages = grown(*problem)
        assert [len(parameters) // 2 for parameters, _ in stages] == [2, 3, 4]  # layers
        for depth in (1, 2):
            before, after = stages[depth - 1][0], stages[depth][0]
            for i in range(depth):
                np.testing.assert_array_equal(after[f"{2 * i}.W"], before[f"{2 * i}.W"])
                np.testing.assert_array_equal(after[f"{2 * i}.b"], before[f"{2 * i}.b"])
            assert (
                after[f"{2 * depth + 2}.W"] != before[f"{2 * depth}.W"]
            ).all()  # the output layer still learns

    def test_the_trained_output_is_put_back(self, problem):
        """With a rate of 0 in each stage the output layer is the first stage's, bit for bit."""
        rates = iter([0.1, 0.0, 0.0])
        stages = grown(*problem, optimizer=lambda p: ck.SGD(p, lr=next(rates)))
        output = stages[0][0]["2.W"]
        np.testing.assert_array_equal(stages[1][0]["4.W"], output)
        np.testing.assert_array_equal(stages[2][0]["6.W"], output)

    def test_a_deep_run_begins_as_the_shallow_one(self, problem):
        deep, shallow = grown(*problem), grown(*problem, sizes=[4, 5, 2])
        assert len(shallow) == 1
        for key, value in shallow[0][0].items():
            np.testing.assert_array_equal(deep[0][0][key], value)
        np.testing.assert_array_equal(deep[0][1].train, shallow[0][1].train)

    def test_the_first_stage_is_ordinary_training(self, problem):
        rng = np.random.default_rng(0)
        net = ck.mlp([4, 5, 2], ck.tanh, rng=rng)
        ck.fit(net, *problem, optimizer=sgd(net.parameters()), rng=rng, **SETTINGS)
        for key, value in grown(*problem)[0][0].items():
            np.testing.assert_array_equal(net.parameters()[key], value)

    def test_the_last_stage_is_what_greedy_supervised_returns(self, problem):
        net = greedy_supervised(
            ck, *problem, SIZES, ck.tanh, optimizer=sgd, rng=np.random.default_rng(0), **SETTINGS
        )
        for key, value in grown(*problem)[-1][0].items():
            np.testing.assert_array_equal(net.parameters()[key], value)

    def test_a_new_output_each_stage_allows_layers_of_different_width(self, problem):
        rates = iter([0.1, 0.0])
        stages = grown(
            *problem,
            sizes=[4, 6, 3, 2],
            new_output=True,
            init=same_for_all,
            optimizer=lambda p: ck.SGD(p, lr=next(rates)),
        )
        assert stages[1][0]["2.W"].shape == (3, 6)
        np.testing.assert_array_equal(stages[1][0]["4.W"], same_for_all(None, (2, 3)))

    def test_a_member_of_an_ensemble_is_trained_as_if_alone(self, problem):
        many = grown(*problem, ensemble=(2, 3), init=same_for_all)
        one = grown(*problem, init=same_for_all)
        for key, value in one[-1][0].items():
            np.testing.assert_allclose(
                many[-1][0][key], np.broadcast_to(value, (2, 3, *value.shape)), rtol=1e-10
            )

    def test_folds_compare_depths_on_held_out_examples(self, problem):
        folds = kfold(20, 3, np.random.default_rng(0))
        stages = grown(*problem, ensemble=(3,), folds=folds)
        assert [history.val.shape for _, history in stages] == [(3, 3)] * 3

    def test_bad_input_is_named(self, problem):
        call = {"optimizer": sgd, "rng": np.random.default_rng(0), **SETTINGS}
        with pytest.raises(ValueError, match="new_output=True"):
            greedy_supervised(ck, *problem, [4, 5, 6, 2], ck.tanh, **call)
        with pytest.raises(ValueError, match="at least one hidden layer"):
            greedy_supervised(ck, *problem, [4, 2], ck.tanh, **call)
        with pytest.raises(TypeError, match="function"):
            greedy_supervised(ck, *problem, SIZES, ck.tanh, **call | {"optimizer": "SGD"})
        with pytest.raises(TypeError, match="default_rng"):
            greedy_supervised(ck, *problem, SIZES, ck.tanh, **call | {"rng": 0})


class TestGreedyAutoencoder:
    def encode(self, X, sizes=SIZES, **settings):
        call = {"optimizer": sgd, "rng": np.random.default_rng(0), **SETTINGS} | settings
        return greedy_autoencoder(ck, X, sizes, ck.tanh, **call)

    def test_a_linear_layer_learns_the_principal_subspace(self):
        """The best linear reconstruction is the projection on the first components: Baldi & Hornik (1989)."""
        rng = np.random.default_rng(0)
        turn = np.linalg.qr(rng.normal(size=(6, 6)))[0]
        X = rng.normal(size=(200, 6)) * [2.0, 1.7, 1.5, 0.7, 0.6, 0.5] @ turn
        X -= X.mean(axis=0)
        net = greedy_autoencoder(
            ck, X, [6, 3, 1], ck.identity, optimizer=lambda p: ck.SGD(p, lr=0.1, momentum=0.8), rng=rng,
            init=initializers.small_uniform(1e-3), loss=ck.mse, epochs=800,
        )  # fmt: skip
        components = np.linalg.svd(X)[2][:3]
        learned = np.linalg.qr(net.parameters()["0.W"].T)[0]
        cosines = np.linalg.svd(components @ learned)[1]  # of the angles between the two subspaces
        np.testing.assert_allclose(cosines, 1, atol=1e-9)

    def test_a_layer_is_trained_on_the_outputs_of_the_layer_below(self, problem):
        X, _ = problem
        rng = np.random.default_rng(0)
        two = self.encode(X, [4, 5, 3, 2], rng=rng).parameters()
        rng = np.random.default_rng(0)
        features = X
        for i, (m, n) in enumerate([(4, 5), (5, 3)]):
            auto = ck.mlp([m, n, m], ck.tanh, rng=rng)
            ck.fit(auto, features, features, optimizer=sgd(auto.parameters()), rng=rng, **SETTINGS)
            W, b = auto.parameters()["0.W"], auto.parameters()["0.b"]
            np.testing.assert_array_equal(two[f"{2 * i}.W"], W)
            np.testing.assert_array_equal(two[f"{2 * i}.b"], b)
            features = np.tanh(features @ W.mT + b)
        np.testing.assert_array_equal(two["4.W"], initializers.he(rng, (2, 3)))

    def test_a_member_of_an_ensemble_is_trained_as_if_alone(self, problem):
        X, _ = problem
        many = self.encode(X, ensemble=(3,), init=same_for_all).parameters()
        for key, value in self.encode(X, init=same_for_all).parameters().items():
            np.testing.assert_allclose(many[key], np.broadcast_to(value, (3, *value.shape)), rtol=1e-10)

    def test_early_stopping_watches_the_reconstruction_of_other_inputs(self, problem):
        X, _ = problem
        watched = {"validation": X[15:], "early_stopping": 1, "epochs": 60}
        stopped, whole = self.encode(X[:15], **watched), self.encode(X[:15], epochs=60)
        assert not np.array_equal(stopped.parameters()["4.W"], whole.parameters()["4.W"])
        with pytest.raises(ValueError, match="validation"):
            self.encode(X, early_stopping=1)

    def test_bad_input_is_named(self, problem):
        X, _ = problem
        with pytest.raises(ValueError, match="leave out folds"):
            self.encode(X, folds=kfold(20, 2, np.random.default_rng(0)))
        with pytest.raises(ValueError, match="greedy_autoencoder"):
            self.encode(X, [4])


@pytest.mark.parametrize("train", ["supervised", "autoencoder"])
def test_both_backends_agree(problem, train):
    X, y = problem

    def weights(ck):
        call = {
            "rng": np.random.default_rng(0),
            "ensemble": (2,),
            "loss": ck.mse,
            "epochs": 3,
            "batch_size": 7,
        }
        call["optimizer"] = lambda p: ck.Adam(p, lr=0.01)
        if train == "supervised":
            return greedy_supervised(ck, X, y, SIZES, ck.tanh, clip_norm=0.1, **call)
        return greedy_autoencoder(ck, X, SIZES, ck.tanh, **call)

    here, there = weights(ck), weights(torch_backend)
    for key, value in there.named_parameters():
        np.testing.assert_allclose(
            here.parameters()[key], value.detach(), rtol=1e-3, atol=1e-5
        )  # torch is float32


def test_pretraining_starts_a_deep_sigmoid_network_that_does_not_start_by_itself():
    """Bengio et al. (2007), on digits: four sigmoid layers, six random splits at once."""
    digits, seeds = data.digits(), 6
    rows = np.stack([np.random.default_rng(seed).permutation(1797)[:900] for seed in range(seeds)])
    X, y, X_test, y_test = (
        part[rows[:, cut]] for cut in (slice(500), slice(500, None)) for part in (digits.x, digits.y)
    )
    sizes = [64, 32, 32, 32, 32, 10]

    def uniform(rng, shape):
        return rng.uniform(-1, 1, shape) / np.sqrt(shape[-1])

    def fast(parameters):
        return ck.SGD(parameters, lr=0.5)

    def error(net):
        return 1 - ck.accuracy(ck.predict(net, X_test), y_test)

    kinds = {"ensemble": (seeds,), "init": uniform}
    settings = {"loss": ck.softmax_cross_entropy, "batch_size": 25}
    rng = np.random.default_rng(0)
    plain = ck.mlp(sizes, ck.sigmoid, rng=rng, **kinds)
    ck.fit(plain, X, y, optimizer=fast(plain.parameters()), rng=rng, epochs=30, **settings)
    deep = greedy_supervised(
        ck, X, y, sizes, ck.sigmoid, optimizer=fast, rng=rng, epochs=15, **kinds, **settings
    )
    frozen = error(deep)
    ck.fit(deep, X, y, optimizer=fast(deep.parameters()), rng=rng, epochs=30, **settings)
    assert error(plain).min() > 0.8
    assert frozen.max() < 0.2
    assert error(deep).mean() < frozen.mean()
