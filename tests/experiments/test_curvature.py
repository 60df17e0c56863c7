"""Laws of curvature, cost gradients and planes of the loss, in both backends."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from coursekit import initializers, numpy_backend, torch_backend
from coursekit.experiments.curvature import largest_curvature
from coursekit.experiments.landscape import loss_on_plane
from coursekit.experiments.weights import parameters_of
from coursekit.training.members import copy_into, named_parameters

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(40, 4)), RNG.normal(size=(40, 2))
backends = pytest.mark.parametrize("ck", [numpy_backend, torch_backend], ids=["numpy", "torch"])


def network(ck, sizes=(4, 3, 2), **options):
    return ck.mlp(list(sizes), ck.tanh, rng=np.random.default_rng(1), dtype="float64", **options)


@backends
def test_gradients_are_those_of_one_step_at_rate_one(ck):
    net = network(ck, ensemble=(3,))
    before = parameters_of(ck, net)
    found = ck.cost_gradients(net, X, Y, loss=ck.mse)
    for key, value in parameters_of(ck, net).items():
        assert_allclose(value, before[key], rtol=0)  # nothing has moved
    ck.fit(net, X, Y, loss=ck.mse, optimizer=ck.SGD(net.parameters(), lr=1.0), epochs=1)
    for key, value in parameters_of(ck, net).items():
        assert_allclose(before[key] - value, found[key], rtol=1e-9, atol=1e-12)


@backends
def test_a_linear_model_has_the_largest_eigenvalue_of_its_second_moments(ck):
    net = network(ck, (4, 2))
    ones = np.column_stack([X, np.ones(40)])
    exact = np.linalg.eigvalsh(ones.T @ ones / 40)[
        -1
    ]  # mse averages over two outputs, its derivative doubles
    found, _ = largest_curvature(ck, net, X, Y, loss=ck.mse, rng=np.random.default_rng(0), rounds=100)
    assert_allclose(found, exact, rtol=1e-5)


@backends
def test_it_is_that_of_the_whole_hessian_for_each_member(ck):
    net = network(ck, ensemble=(2,))
    found, direction = largest_curvature(ck, net, X, Y, loss=ck.mse, rng=np.random.default_rng(0), rounds=200)
    theta = parameters_of(ck, net)
    for member in range(2):
        flat = np.concatenate([value[member].ravel() for value in theta.values()])

        def slope(point, member=member):
            alone, at = net.member(member), 0
            for parameter in named_parameters(alone).values():
                size = int(np.prod(parameter.shape))
                copy_into({"": parameter}, {"": point[at : at + size].reshape(parameter.shape)})
                at += size
            return np.concatenate([g.ravel() for g in ck.cost_gradients(alone, X, Y, loss=ck.mse).values()])

        columns = np.eye(flat.size) * 1e-5
        hessian = np.array([(slope(flat + h) - slope(flat - h)) / 2e-5 for h in columns])
        eigenvalues = np.linalg.eigvalsh((hessian + hessian.T) / 2)
        assert_allclose(found[member], eigenvalues[abs(eigenvalues).argmax()], rtol=1e-3)
    assert direction.keys() == theta.keys()


@backends
def test_the_network_is_put_back_and_a_known_direction_needs_no_rng(ck):
    net = network(ck)
    before = parameters_of(ck, net)
    first, direction = largest_curvature(ck, net, X, Y, loss=ck.mse, rng=np.random.default_rng(0), rounds=100)
    again, _ = largest_curvature(ck, net, X, Y, loss=ck.mse, direction=direction, rounds=1)
    assert_allclose(again, first, rtol=1e-3)
    for key, value in parameters_of(ck, net).items():
        np.testing.assert_array_equal(value, before[key])


def test_without_a_beginning_it_is_refused():
    with pytest.raises(TypeError, match="pass rng, or the direction"):
        largest_curvature(numpy_backend, network(numpy_backend), X, Y, loss=numpy_backend.mse)


@backends
def test_the_corners_of_a_plane_have_the_loss_of_their_networks(ck):
    def build(ensemble=(), seed=9):
        return ck.mlp(
            [4, 3, 2], ck.tanh, rng=np.random.default_rng(seed), ensemble=ensemble, init=initializers.he
        )

    nets = [build(seed=seed) for seed in (0, 1, 2)]
    corners = [parameters_of(ck, net) for net in nets]
    found = loss_on_plane(ck, build, corners, [0, 0.5, 1], [0, 1], X, Y, loss=ck.mse)
    assert found.shape == (2, 3)
    at_corners = [float(ck.mse(ck.predict(net, X), ck.asarray(Y))) for net in nets]
    assert_allclose([found[0, 0], found[0, 2], found[1, 0]], at_corners, rtol=1e-5)
    with pytest.raises(ValueError, match="three dicts with the same keys"):
        loss_on_plane(ck, build, corners[:2], [0], [0], X, Y, loss=ck.mse)
