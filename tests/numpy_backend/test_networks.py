"""Laws of networks: keys and shapes, the chain rule from end to end, members of an ensemble."""

import numpy as np
import pytest

from coursekit import initializers
from coursekit import numpy_backend as ck

X = np.random.default_rng(0).normal(size=(6, 4))


def mlp(sizes=(4, 5, 3), hidden=ck.tanh, seed=1, **options):
    return ck.mlp(sizes, hidden, rng=np.random.default_rng(seed), **options)


def shapes(net):
    return {key: value.shape for key, value in net.parameters().items()}


def test_parameters_are_keyed_by_position_and_shaped_as_units_by_inputs():
    assert shapes(mlp((64, 32, 10))) == {"0.W": (32, 64), "0.b": (1, 32), "2.W": (10, 32), "2.b": (1, 10)}
    assert shapes(mlp((4, 3))) == {"0.W": (3, 4), "0.b": (1, 3)}


def test_extras_stand_in_the_order_linear_batch_norm_activation_dropout():
    net = mlp((4, 5, 6, 3), ck.relu, batch_norm=True, dropout=0.5, output=ck.sigmoid, ensemble=(2,))
    hidden = [ck.Linear, ck.BatchNorm, ck.Activation, ck.Dropout]
    assert [type(layer) for layer in net.layers] == [*hidden, *hidden, ck.Linear, ck.Activation]
    assert list(net.parameters()) == [
        *("0.W", "0.b", "1.gamma", "1.beta", "4.W", "4.b", "5.gamma", "5.beta", "8.W", "8.b")
    ]
    assert net.parameters()["1.gamma"].shape == (2, 1, 5)
    assert list(net.named_buffers()) == [
        f"{i}.{name}" for i in (1, 5) for name in ("running_mean", "running_var")
    ]


def test_the_forward_pass_is_the_formula():
    net = mlp()
    p = net.parameters()
    a = np.tanh(X @ p["0.W"].T + p["0.b"])
    np.testing.assert_allclose(net(X), a @ p["2.W"].T + p["2.b"], rtol=1e-12)
    np.testing.assert_array_equal(ck.predict(net, X), net(X))


def test_the_printed_network_of_four_inputs_two_hidden_two_hidden_one_output():
    """With weights 1, biases 0 and relu everything is countable: 4 inputs of 1 → 4 → 8 → 16."""
    net = mlp((4, 2, 2, 1), ck.relu, init=initializers.constant(1))
    np.testing.assert_array_equal(net(np.ones((1, 4))), [[16.0]])


@pytest.mark.parametrize("output", [ck.identity, ck.sigmoid])
@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("ensemble", [(), (2,), (2, 3)])
def test_backward_is_the_gradient_of_the_loss(ensemble, batch_norm, output):
    net = mlp((4, 3, 3, 2), ck.sigmoid, ensemble=ensemble, batch_norm=batch_norm, output=output)
    y = np.random.default_rng(2).normal(size=(6, 2))

    def cost(_):
        return np.sum(ck.mse(net.forward(X)[0], y))

    z, caches = net.forward(X)
    dx, grads = net.backward(ck.mse_grad(z, np.broadcast_to(y, z.shape)), caches)
    assert list(grads) == list(net.parameters())
    for key, parameter in net.parameters().items():
        gradient, kept = grads[key].copy(), parameter.copy()

        def moved(value, parameter=parameter):
            parameter[...] = value
            return cost(None)

        numerical = ck.numerical_gradient(moved, kept)
        parameter[...] = kept
        np.testing.assert_allclose(gradient, numerical, rtol=1e-5, atol=1e-9)
    numerical = ck.numerical_gradient(lambda x: np.sum(ck.mse(net.forward(x)[0], y)), X)
    np.testing.assert_allclose(dx.sum(axis=tuple(range(len(ensemble)))), numerical, rtol=1e-5, atol=1e-9)


def test_a_deep_linear_network_is_a_single_matrix():
    net = mlp((4, 5, 6, 3), ck.identity)
    p = net.parameters()
    np.testing.assert_allclose(net(X), X @ (p["4.W"] @ p["2.W"] @ p["0.W"]).T, rtol=1e-10)


def test_hidden_units_may_be_permuted():
    net = mlp()
    before, p = net(X), net.parameters()
    order = np.random.default_rng(3).permutation(5)
    p["0.W"][...], p["0.b"][...], p["2.W"][...] = p["0.W"][order], p["0.b"][:, order], p["2.W"][:, order]
    np.testing.assert_allclose(net(X), before, rtol=1e-12)


def test_members_draw_their_own_weights_and_answer_for_themselves():
    net = mlp(ensemble=(2, 3), batch_norm=True)
    z = ck.predict(net, X)
    assert z.shape == (2, 3, 6, 3)
    assert len(np.unique(net.parameters()["0.W"])) == 2 * 3 * 5 * 4
    for i in np.ndindex(2, 3):
        alone = net.member(i)
        assert shapes(alone)["0.W"] == (5, 4)
        np.testing.assert_allclose(ck.predict(alone, X), z[i], rtol=1e-12)


def test_a_member_is_a_copy():
    net = mlp(ensemble=(2,), batch_norm=True)
    alone = net.member(1)
    for mine, theirs in (
        (alone.parameters(), net.parameters()),
        (alone.named_buffers(), net.named_buffers()),
    ):
        for key, value in mine.items():
            value += 1
            np.testing.assert_allclose(value, theirs[key][1] + 1)


def test_parameters_are_live():
    net = mlp()
    for value in net.parameters().values():
        value[...] = 0
    np.testing.assert_array_equal(net(X), np.zeros((6, 3)))


def test_the_same_seed_gives_the_same_network_whatever_dropout_does():
    a, b, c = mlp(), mlp(), mlp(dropout=0.5)
    for i, j in (("0.W", "0.W"), ("2.W", "3.W")):
        np.testing.assert_array_equal(a.parameters()[i], b.parameters()[i])
        np.testing.assert_array_equal(a.parameters()[i], c.parameters()[j])


def test_sequential_flattens_sequentials_and_keeps_their_weights():
    rng = np.random.default_rng(4)
    inner = ck.Sequential(ck.Linear(4, 5, rng=rng), ck.Activation(ck.tanh))
    before = inner(X)
    net = ck.Sequential(inner, ck.Linear(5, 3, rng=rng))
    assert list(net.parameters()) == ["0.W", "0.b", "2.W", "2.b"]
    np.testing.assert_array_equal(ck.Sequential(*net.layers[:2])(X), before)


def test_modes_reach_every_layer():
    net = mlp(dropout=0.5, batch_norm=True)
    assert all(not layer.training for layer in net.eval().layers)
    assert all(layer.training for layer in net.train().layers)


def test_output_is_part_of_the_network():
    logits, probabilities = mlp(), mlp(output=ck.sigmoid)
    np.testing.assert_allclose(ck.predict(probabilities, X), ck.sigmoid(ck.predict(logits, X)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_network_computes_in_its_own_precision(dtype):
    net = mlp(dtype=dtype, batch_norm=True, dropout=0.2)
    assert {p.dtype for p in net.parameters().values()} == {np.dtype(dtype)}
    assert ck.predict(net, X).dtype == dtype
    z, caches = net.forward(X.astype(dtype))
    assert {g.dtype for g in net.backward(z, caches)[1].values()} == {np.dtype(dtype)}
    assert mlp().parameters()["0.W"].dtype == np.float64
