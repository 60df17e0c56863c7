"""Laws of the optimizers: exact behavior on quadratics, scale laws, settings and clocks of the members.

A quadratic f(θ) = ½ Σ λ_i θ_i² has the gradient λ θ, so every step has a closed form.
"""

import numpy as np
import pytest

from coursekit import numpy_backend as ck

OPTIMIZERS = {
    "SGD": lambda params, lr: ck.SGD(params, lr),
    "momentum": lambda params, lr: ck.SGD(params, lr, momentum=0.9),
    "nesterov": lambda params, lr: ck.SGD(params, lr, momentum=0.9, nesterov=True),
    "AdaGrad": lambda params, lr: ck.AdaGrad(params, lr),
    "RMSprop": lambda params, lr: ck.RMSprop(params, lr),
    "Adam": lambda params, lr: ck.Adam(params, lr),
    "AdamW": lambda params, lr: ck.AdamW(params, lr),
}
ADAPTIVE = ("AdaGrad", "RMSprop", "Adam")
every_optimizer = pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)


def vector(*values):
    return {"θ": np.array([values], dtype=float)}


def descend(optimizer, curvature, steps):
    """Follow the gradient of ½ Σ λ θ²; θ after every step, (steps, n)."""
    path = []
    for _ in range(steps):
        optimizer.step({key: curvature * p for key, p in optimizer.params.items()})
        path.append(optimizer.params["θ"].copy()[0])
    return np.array(path)


def random_gradients(params, rng):
    return {key: rng.normal(size=p.shape) for key, p in params.items()}


def network(ensemble=(), seed=0, **options):
    return ck.mlp([3, 4, 2], ck.tanh, rng=np.random.default_rng(seed), ensemble=ensemble, **options)


def test_gradient_descent_multiplies_each_direction_by_1_minus_lr_lambda():
    curvature, t = np.array([1.0, 4.0, 10.0]), np.arange(1, 31)[:, None]
    path = descend(ck.SGD(vector(1, 1, 1), lr=0.15), curvature, 30)
    np.testing.assert_allclose(path, (1 - 0.15 * curvature) ** t, rtol=1e-9)


@pytest.mark.parametrize(("factor", "grows"), [(0.99, False), (1.01, True)])
def test_gradient_descent_is_stable_below_2_over_the_largest_curvature(factor, grows):
    path = descend(ck.SGD(vector(1, 1), lr=factor * 2 / 10), np.array([1.0, 10.0]), 400)
    largest = np.abs(path).max(axis=1)
    assert (largest[-1] > 1e3) == grows
    assert (largest[-1] < 1e-3) != grows
    assert (path[:-1, 1] * path[1:, 1] < 0).all()  # above 1/λ the steep direction oscillates either way


def test_at_the_limit_it_oscillates_for_ever():
    np.testing.assert_allclose(np.abs(descend(ck.SGD(vector(1), lr=0.5), 4.0, 50)), 1)


@pytest.mark.parametrize("condition", [10.0, 100.0])
def test_the_best_rates_reach_the_known_factors(condition):
    """(κ − 1)/(κ + 1) a step; heavy ball has both eigenvalues of modulus (√κ − 1)/(√κ + 1). Polyak (1964)."""
    curvature, root = np.array([1.0, condition]), np.sqrt(condition)
    plain = descend(ck.SGD(vector(1, 1), lr=2 / (1 + condition)), curvature, 50)
    np.testing.assert_allclose(
        np.linalg.norm(plain, axis=1)[1:] / np.linalg.norm(plain, axis=1)[:-1],
        (condition - 1) / (condition + 1),
    )
    beta = ((root - 1) / (root + 1)) ** 2
    heavy = descend(ck.SGD(vector(1, 1), lr=4 / (root + 1) ** 2, momentum=beta), curvature, 50)
    # a double eigenvalue ±√β: θ_t = (a + b t) (±√β)^t, so that θ_t (±√β)^−t has no second difference
    scaled = np.abs(heavy) / np.sqrt(beta) ** np.arange(1, 51)[:, None]
    np.testing.assert_allclose(np.diff(scaled, n=2, axis=0), 0, atol=1e-5)


def test_momentum_is_stable_below_2_times_1_plus_beta_over_the_largest_curvature():
    limit = 2 * (1 + 0.5) / 10
    below = descend(ck.SGD(vector(1), lr=0.98 * limit, momentum=0.5), 10.0, 1500)
    above = descend(ck.SGD(vector(1), lr=1.02 * limit, momentum=0.5), 10.0, 1500)
    assert abs(below[-1, 0]) < 1e-3
    assert abs(above[-1, 0]) > 1e3


def test_under_a_constant_gradient_momentum_moves_with_lr_over_1_minus_momentum():
    params = vector(0)
    optimizer = ck.SGD(params, lr=0.1, momentum=0.9)
    for _ in range(300):
        before = params["θ"].copy()
        optimizer.step({"θ": np.ones((1, 1))})
    np.testing.assert_allclose(before - params["θ"], 0.1 / (1 - 0.9), rtol=1e-9)


def test_nesterov_looks_ahead():
    """The first steps, by hand: v = g, θ −= η (g + μ v); then v = μ v + g again."""
    params = vector(0)
    optimizer = ck.SGD(params, lr=0.1, momentum=0.5, nesterov=True)
    optimizer.step({"θ": np.array([[1.0]])})
    np.testing.assert_allclose(params["θ"], -0.1 * 1.5)
    optimizer.step({"θ": np.array([[2.0]])})  # v = 0.5 + 2
    np.testing.assert_allclose(params["θ"], -0.15 - 0.1 * (2 + 0.5 * 2.5))


@pytest.mark.parametrize("name", ["RMSprop", "Adam", "AdaGrad"])
def test_adaptive_steps_do_not_depend_on_the_scale_of_the_gradient(name):
    paths = []
    for scale in (1.0, 1e6):
        params, rng = vector(0, 0), np.random.default_rng(0)
        optimizer = OPTIMIZERS[name](params, 0.1)
        for _ in range(20):
            optimizer.step({"θ": scale * rng.normal(1, 0.3, size=(1, 2))})
        paths.append(params["θ"])
    np.testing.assert_allclose(paths[0], paths[1], rtol=1e-6)


@pytest.mark.parametrize("g", [100.0, 1e-2, -3.0])
def test_the_first_step_of_adam_and_adagrad_is_lr_times_the_sign(g):
    for make in (ck.Adam, ck.AdaGrad):
        params = vector(1)
        make(params, lr=0.1).step({"θ": np.array([[g]])})
        np.testing.assert_allclose(params["θ"], 1 - 0.1 * np.sign(g), rtol=1e-6)


def test_adagrad_slows_down_as_one_over_the_root_of_the_step():
    path = np.diff(descend_constant(ck.AdaGrad(vector(0), lr=1.0), 100))
    np.testing.assert_allclose(path, -1 / np.sqrt(np.arange(2, 101)), rtol=1e-9)


def descend_constant(optimizer, steps):
    path = []
    for _ in range(steps):
        optimizer.step({"θ": np.ones((1, 1))})
        path.append(optimizer.params["θ"][0, 0])
    return np.array(path)


def test_rmsprop_forgets():
    """Its running square tends to g², so that under a constant gradient the steps tend to lr."""
    path = descend_constant(ck.RMSprop(vector(0), lr=0.1, alpha=0.9), 300)
    np.testing.assert_allclose(np.diff(path)[-1], -0.1, rtol=1e-6)


def test_weight_decay_is_l2_for_sgd_but_not_for_adam():
    """Three steps from 1 with g = 100: Adam cancels the decay in the large gradient, AdamW does not."""

    def three_steps(make, **options):
        params = vector(1)
        optimizer = make(params, lr=0.1, **options)
        for _ in range(3):
            optimizer.step({"θ": np.array([[100.0]])})
        return params["θ"].item()

    np.testing.assert_allclose(three_steps(ck.Adam, weight_decay=0.1), 0.7, atol=1e-3)
    decayed = ((1 * 0.99 - 0.1) * 0.99 - 0.1) * 0.99 - 0.1
    np.testing.assert_allclose(three_steps(ck.AdamW, weight_decay=0.1), decayed, rtol=1e-6)
    np.testing.assert_allclose(three_steps(ck.AdamW, weight_decay=0), three_steps(ck.Adam), rtol=1e-12)
    theta = 1.0
    for _ in range(3):
        theta -= 0.1 * (100 + 0.1 * theta)
    np.testing.assert_allclose(three_steps(ck.SGD, weight_decay=0.1), theta, rtol=1e-12)


@every_optimizer
def test_every_optimizer_finds_the_minimum_of_a_bowl(make):
    params = vector(3, -2)
    optimizer = make(params, ck.exponential_decay(0.3, 0.99))
    descend(optimizer, np.array([1.0, 5.0]), 1500)
    assert np.abs(params["θ"]).max() < 0.2


@every_optimizer
def test_lr_0_moves_nothing(make):
    params = vector(3, -2)
    descend(make(params, 0), 1.0, 3)
    np.testing.assert_array_equal(params["θ"], [[3, -2]])


@every_optimizer
def test_members_with_their_own_rates_move_as_if_alone(make):
    rates = np.array([0.1, 0.01, 0.3])
    net = network((3,))
    alone = [net.member(i) for i in range(3)]
    together = make(net.parameters(), rates.reshape(3, 1, 1))
    single = [make(member.parameters(), float(rate)) for member, rate in zip(alone, rates, strict=True)]
    rng = np.random.default_rng(1)
    for _ in range(5):
        grads = random_gradients(net.parameters(), rng)
        together.step(grads)
        for i, optimizer in enumerate(single):
            optimizer.step({key: g[i] for key, g in grads.items()})
    for i, member in enumerate(alone):
        for key, value in member.parameters().items():
            np.testing.assert_allclose(net.parameters()[key][i], value, rtol=1e-12)


def test_members_may_have_their_own_momentum_and_weight_decay():
    momentum, decay = np.array([0.0, 0.5]).reshape(2, 1, 1), np.array([0.1, 0.0]).reshape(2, 1, 1)
    net = network((2,))
    alone = [net.member(i) for i in range(2)]
    together = ck.SGD(net.parameters(), 0.1, momentum=momentum, weight_decay=decay)
    single = [
        ck.SGD(alone[0].parameters(), 0.1, weight_decay=0.1),
        ck.SGD(alone[1].parameters(), 0.1, momentum=0.5),
    ]
    rng = np.random.default_rng(2)
    for _ in range(5):
        grads = random_gradients(net.parameters(), rng)
        together.step(grads)
        for i, optimizer in enumerate(single):
            optimizer.step({key: g[i] for key, g in grads.items()})
            for key, value in alone[i].parameters().items():
                np.testing.assert_allclose(net.parameters()[key][i], value, rtol=1e-12)


@every_optimizer
@pytest.mark.parametrize("lr", [0.1, ck.cosine(0.1, 20)], ids=["number", "schedule"])
def test_a_member_that_sits_out_keeps_every_bit_and_its_own_clock(make, lr):
    """Member 1 misses two of five steps: it ends where three steps alone would have brought it."""
    net = network((2,))
    alone = net.member(1)
    together, single = make(net.parameters(), lr), make(alone.parameters(), lr)
    rng = np.random.default_rng(3)
    for step in range(5):
        grads = random_gradients(net.parameters(), rng)
        active = np.array([True, step not in (1, 2)])
        before = {key: value[1].copy() for key, value in net.parameters().items()}
        together.step(grads, active)
        if active[1]:
            single.step({key: g[1] for key, g in grads.items()})
        else:
            for key, value in before.items():
                np.testing.assert_array_equal(net.parameters()[key][1], value)
    for key, value in alone.parameters().items():
        np.testing.assert_allclose(net.parameters()[key][1], value, rtol=1e-12)


@every_optimizer
def test_parameters_of_a_network_and_loose_arrays_are_updated_alike(make):
    """Side by side in one flat array, or not: an implementation detail."""
    net = network()
    loose = {key: value.copy() for key, value in net.parameters().items()}
    packed, unpacked = make(net.parameters(), 0.1), make(loose, 0.1)
    x, y = np.ones((5, 3)), np.zeros((5, 2))
    for _ in range(4):
        z, caches = net.forward(x)
        grads = net.backward(ck.mse_grad(z, y), caches)[1]
        unpacked.step({key: g.copy() for key, g in grads.items()})
        packed.step(grads)
    for key, value in net.parameters().items():
        np.testing.assert_allclose(value, loose[key], rtol=1e-12)


@every_optimizer
def test_gradients_are_left_as_they_were(make):
    net = network()
    grads = random_gradients(net.parameters(), np.random.default_rng(4))
    kept = {key: g.copy() for key, g in grads.items()}
    optimizer = make(net.parameters(), 0.1)
    optimizer.step(grads)
    optimizer.step(grads)
    for key, g in grads.items():
        np.testing.assert_array_equal(g, kept[key])


@every_optimizer
@pytest.mark.parametrize(
    "lr",
    [0.1, ck.warmup(2, ck.cosine(0.1, 9)), np.full((2, 1, 1), 0.1)],
    ids=["number", "schedule", "per member"],
)
def test_float32_stays_float32(make, lr):
    net = network((2,), dtype=np.float32)
    optimizer = make(net.parameters(), lr)
    for _ in range(3):
        optimizer.step({key: np.ones_like(p) for key, p in net.parameters().items()})
    assert {p.dtype for p in net.parameters().values()} == {np.dtype(np.float32)}
    assert all(np.isfinite(p).all() for p in net.parameters().values())


def test_a_schedule_is_asked_at_0_then_1_then_2():
    asked, params = [], vector(0)

    def schedule(t):
        asked.append(t)
        return 0.5

    descend(ck.SGD(params, schedule), 1.0, 3)
    assert asked == [0, 1, 2]


def test_a_schedule_may_give_each_member_its_own_rate():
    net = network((2,))
    z, caches = net.forward(np.ones((5, 3)))
    grads = net.backward(z, caches)[1]
    expected = net.parameters()["0.W"] - np.array([0.0, 0.5]).reshape(2, 1, 1) * grads["0.W"]
    ck.SGD(net.parameters(), lambda t: np.array([0.0, 0.5]).reshape(2, 1, 1)).step(grads)
    np.testing.assert_allclose(net.parameters()["0.W"], expected, rtol=1e-12)


def test_gradients_may_be_changed_by_hand_between_backward_and_step():
    """A learner's own clipping: this step takes it, and the next backward pass starts afresh."""
    net = network()
    optimizer = ck.SGD(net.parameters(), 1.0)
    for factor in (1.0, 3.0, 1.0):
        z, caches = net.forward(np.ones((5, 3)))
        grads = net.backward(z, caches)[1]
        grads["0.W"] = factor * grads["0.W"]
        direction = np.outer(((z @ net.parameters()["2.W"]) * (1 - caches[2] ** 2)).sum(axis=0), np.ones(3))
        expected = net.parameters()["0.W"] - factor * direction
        optimizer.step(grads)
        np.testing.assert_allclose(net.parameters()["0.W"], expected, rtol=1e-10)
