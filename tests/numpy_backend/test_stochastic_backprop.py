"""Laws of the BACKPROPAGATION procedure: each step descends E, and it learns what no linear model can."""

import inspect

import numpy as np
import pytest

from coursekit import numpy_backend as ck
from coursekit.numpy_backend import stochastic_backprop

ETA, SIZES = 0.3, {"n_in": 4, "n_out": 2, "n_hidden": 3}
KEYS = ("0.W", "0.b", "2.W", "2.b")


def examples(rng, count=5):
    return list(zip(rng.normal(size=(count, 4)), rng.uniform(size=(count, 2)), strict=True))


def large_weights(rng):
    """Far from 0, so that an error in any term is visible."""
    return {
        "0.W": rng.normal(size=(3, 4)),
        "0.b": rng.normal(size=(1, 3)),
        "2.W": rng.normal(size=(2, 3)),
        "2.b": rng.normal(size=(1, 2)),
    }


def output(weights, X):
    hidden = ck.sigmoid(X @ weights["0.W"].T + weights["0.b"])
    return ck.sigmoid(hidden @ weights["2.W"].T + weights["2.b"])


def test_one_step_is_gradient_descent_on_half_the_squared_error():
    rng = np.random.default_rng(0)
    (example,), weights = examples(rng, 1), large_weights(rng)
    x, t = example
    after = stochastic_backprop([example], ETA, **SIZES, epochs=1, rng=rng, weights=weights)
    for key in KEYS:

        def error(w, key=key):
            return 0.5 * np.sum((t - output({**weights, key: w}, x[None, :])) ** 2)

        slope = ck.numerical_gradient(error, weights[key])
        np.testing.assert_allclose(after[key], weights[key] - ETA * slope, atol=1e-9)


def test_an_epoch_is_fit_with_mse_on_one_example_after_another():
    rng = np.random.default_rng(1)
    training_examples, weights = examples(rng), large_weights(rng)
    after = stochastic_backprop(training_examples, ETA, **SIZES, epochs=3, rng=rng, weights=weights)
    net = ck.mlp([4, 3, 2], ck.sigmoid, rng=rng, output=ck.sigmoid)
    for key, parameter in net.parameters().items():
        parameter[...] = weights[key]
    sgd = ck.SGD(net.parameters(), lr=ETA * 2 / 2)  # E = ½ Σ = (n_out / 2) · mse
    for _ in range(3):
        for x, t in training_examples:
            ck.fit(net, x[None], t[None], loss=ck.mse, optimizer=sgd, epochs=1)
    for key in KEYS:
        np.testing.assert_allclose(after[key], net.parameters()[key], rtol=0, atol=1e-12)


def test_one_hand_computed_step():
    """All weights 0: o_h = o_k = ½, δ_k = ¼ (t − ½), δ_h = 0 since the old w_kh is 0, Δw_kh = η δ_k ½."""
    zero = {
        "0.W": np.zeros((3, 4)),
        "0.b": np.zeros((1, 3)),
        "2.W": np.zeros((2, 3)),
        "2.b": np.zeros((1, 2)),
    }
    after = stochastic_backprop(
        [([1, 2, 3, 4], [1, 0])], 0.8, **SIZES, epochs=1, rng=np.random.default_rng(0), weights=zero
    )
    np.testing.assert_array_equal(after["0.W"], 0)
    np.testing.assert_array_equal(after["0.b"], 0)
    np.testing.assert_allclose(after["2.W"], [[0.05] * 3, [-0.05] * 3], rtol=1e-14)
    np.testing.assert_allclose(after["2.b"], [[0.1, -0.1]], rtol=1e-14)


def test_arguments_are_left_unchanged():
    rng = np.random.default_rng(2)
    training_examples, weights = examples(rng), large_weights(rng)
    X, T = (np.array(part) for part in zip(*training_examples, strict=True))
    kept = {key: w.copy() for key, w in weights.items()}
    after = stochastic_backprop(training_examples, ETA, **SIZES, epochs=2, rng=rng, weights=weights)
    for key in KEYS:
        np.testing.assert_array_equal(weights[key], kept[key])
        assert not np.shares_memory(after[key], weights[key])
    for (x, t), x_kept, t_kept in zip(training_examples, X, T, strict=True):
        np.testing.assert_array_equal(x, x_kept)
        np.testing.assert_array_equal(t, t_kept)


def test_given_weights_need_no_randomness_and_may_come_in_any_order():
    rng = np.random.default_rng(3)
    training_examples, weights = examples(rng), large_weights(rng)
    backwards = dict(reversed(weights.items()))
    state = rng.bit_generator.state
    first = stochastic_backprop(training_examples, ETA, **SIZES, epochs=2, rng=rng, weights=weights)
    second = stochastic_backprop(training_examples, ETA, **SIZES, epochs=2, rng=None, weights=backwards)
    assert rng.bit_generator.state == state
    for key in KEYS:
        np.testing.assert_array_equal(first[key], second[key])


def test_examples_are_taken_in_the_given_order():
    rng = np.random.default_rng(4)
    training_examples, weights = examples(rng), large_weights(rng)

    def train(examples, weights):
        return stochastic_backprop(examples, ETA, **SIZES, epochs=1, rng=rng, weights=weights)

    one_by_one = weights
    for example in training_examples:
        one_by_one = train([example], one_by_one)
    together, reverse = train(training_examples, weights), train(training_examples[::-1], weights)
    for key in KEYS:
        np.testing.assert_array_equal(together[key], one_by_one[key])
        assert not np.array_equal(together[key], reverse[key])


def test_initial_weights_are_small_uniform_and_drawn_from_rng():
    sizes = {"n_in": 100, "n_out": 50, "n_hidden": 200}
    example = [(np.zeros(100), np.zeros(50))]
    a, b = (
        stochastic_backprop(example, ETA, **sizes, epochs=0, rng=np.random.default_rng(5)) for _ in range(2)
    )
    everything = np.concatenate([w.ravel() for w in a.values()])
    assert np.abs(everything).max() <= 0.05
    np.testing.assert_allclose(everything.var(), 0.1**2 / 12, rtol=0.02)
    assert tuple(w.shape for w in a.values()) == ((200, 100), (1, 200), (50, 200), (1, 50))
    assert all(len(np.unique(w)) == w.size for w in a.values())  # thresholds are weights: drawn, not 0
    for key in KEYS:
        np.testing.assert_array_equal(a[key], b[key])


def test_eta_0_changes_nothing():
    rng = np.random.default_rng(6)
    weights = large_weights(rng)
    after = stochastic_backprop(examples(rng), 0, **SIZES, epochs=3, rng=rng, weights=weights)
    for key in KEYS:
        np.testing.assert_array_equal(after[key], weights[key])


def test_the_identity_is_squeezed_through_three_hidden_units():
    """Mitchell (1997), fig. 4.7: eight one-hot inputs, three hidden units, η = .3, 5000 epochs."""
    X = np.eye(8)
    weights = stochastic_backprop(
        zip(X, X, strict=True), 0.3, 8, 8, 3, epochs=5000, rng=np.random.default_rng(0)
    )
    np.testing.assert_array_equal(output(weights, X).round(), X)


def test_xor_is_learned():
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    t = [0, 1, 1, 0]
    rng = np.random.default_rng(0)
    weights = {k: rng.normal(size=s) for k, s in zip(KEYS, ((3, 2), (1, 3), (1, 3), (1, 1)), strict=True)}
    weights = stochastic_backprop(zip(X, t, strict=True), 0.5, 2, 1, 3, epochs=5000, rng=rng, weights=weights)
    np.testing.assert_array_equal(output(weights, X)[:, 0].round(), t)


def test_its_names_are_those_of_the_procedure():
    parameters = list(inspect.signature(stochastic_backprop).parameters)
    assert parameters[:5] == ["training_examples", "eta", "n_in", "n_out", "n_hidden"]


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"training_examples": []}, ValueError, "empty"),
        ({"training_examples": 3}, TypeError, "pairs"),
        ({"training_examples": ["ab"]}, TypeError, "string"),
        ({"training_examples": [(np.zeros(4),)]}, ValueError, r"zip\(X, Y\)"),
        (
            {"training_examples": [(np.zeros(5), np.zeros(2))]},
            ValueError,
            r"must have shape \(4,\), but has \(5,\)",
        ),
        ({"training_examples": [(np.zeros(4), 1)]}, ValueError, "one_hot"),
        ({"training_examples": [(np.full(4, np.nan), np.zeros(2))]}, ValueError, "nan"),
        ({"eta": -1}, ValueError, "eta must be .*is -1"),
        ({"eta": "big"}, TypeError, "eta must be .*is 'big'"),
        ({"n_hidden": 0}, ValueError, "n_hidden must be .*is 0"),
        ({"n_out": 2.5}, TypeError, "n_out must be .*is 2.5"),
        ({"epochs": -1}, ValueError, "epochs must be .*is -1"),
        ({"rng": 0}, TypeError, "default_rng"),
        ({"weights": np.zeros(3)}, TypeError, "dict"),
        ({"weights": {"W": 1}}, ValueError, "keys"),
        (
            {"weights": dict.fromkeys(KEYS, np.zeros((3, 4)))},
            ValueError,
            r'"0.b"\] must have shape \(1, 3\), but has \(3, 4\)',
        ),
    ],
)
def test_bad_input_is_named(change, error, message):
    good = {
        "training_examples": [(np.zeros(4), np.zeros(2))],
        "eta": 0.1,
        **SIZES,
        "epochs": 1,
        "rng": np.random.default_rng(0),
    }
    with pytest.raises(error, match=message) as raised:
        stochastic_backprop(**{**good, **change})
    assert str(raised.value).startswith("stochastic_backprop: ")
