"""Laws of the layers: backward is the gradient of forward, for every member of an ensemble; the two modes."""

import numpy as np
import pytest

from coursekit import initializers
from coursekit import numpy_backend as ck


def linear(ensemble=(), m=4, n=3, seed=0):
    layer = ck.Linear(m, n, rng=np.random.default_rng(seed), ensemble=ensemble, init=initializers.normal(1))
    layer.params["b"][...] = np.random.default_rng(seed + 1).normal(size=layer.params["b"].shape)
    return layer


def batch_norm(ensemble=(), n=3, **options):
    layer = ck.BatchNorm(n, ensemble=ensemble, **options)
    rng = np.random.default_rng(2)
    for value in layer.params.values():
        value[...] = rng.normal(size=value.shape)
    return layer


def assert_backward_is_the_gradient(layer, x):
    """Of C = Σ w · forward(x) for random w, with respect to x and to every parameter."""
    y, cache = layer.forward(x)
    w = np.random.default_rng(3).normal(size=y.shape)
    dx, grads = layer.backward(w, cache)
    shared = [axis for axis, size in enumerate((1,) * (dx.ndim - x.ndim) + x.shape) if size == 1]
    dx = dx.sum(axis=tuple(shared), keepdims=True).reshape(x.shape)  # members may share x
    grads = {key: grad.copy() for key, grad in grads.items()}

    def cost(array, value):
        kept = array.copy()
        array[...] = value
        out = np.sum(w * layer.forward(x)[0])
        array[...] = kept
        return out

    for array, gradient in [(x, dx), *((layer.params[key], grads[key]) for key in layer.params)]:
        numerical = ck.numerical_gradient(lambda value, array=array: cost(array, value), array)
        np.testing.assert_allclose(gradient, numerical, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(
    ("ensemble", "shape"),
    [
        ((), (5, 4)),
        ((2,), (5, 4)),
        ((2,), (1, 5, 4)),
        ((2,), (2, 5, 4)),
        ((2, 3), (5, 4)),
        ((2, 3), (2, 1, 5, 4)),
        ((2, 3), (1, 3, 5, 4)),
        ((2, 3), (2, 3, 5, 4)),
        ((1,), (5, 4)),
    ],
)
def test_a_linear_layer_is_x_times_w_transposed_plus_b(ensemble, shape):
    layer, x = linear(ensemble), np.random.default_rng(4).normal(size=shape)
    W, b = layer.params["W"], layer.params["b"]
    z = layer.forward(x)[0]
    np.testing.assert_allclose(z, np.einsum("...bm,...nm->...bn", x, W) + b, rtol=1e-12)
    assert z.shape == (*ensemble, 5, 3)
    assert_backward_is_the_gradient(layer, x)


def test_a_linear_layer_can_leave_the_input_gradient_out():
    layer, x = linear(), np.ones((5, 4))
    z, cache = layer.forward(x)
    _, grads = layer.backward(z, cache)
    grads = {key: grad.copy() for key, grad in grads.items()}
    dx, same = layer.backward(z, cache, input_gradient=False)
    assert dx is None
    for key, grad in grads.items():
        np.testing.assert_array_equal(grad, same[key])


def test_a_linear_layer_starts_with_zero_biases_and_the_weights_of_its_initializer():
    layer = ck.Linear(4, 3, rng=np.random.default_rng(5), ensemble=(2,), init=initializers.glorot)
    expected = initializers.glorot(np.random.default_rng(5), (2, 3, 4))
    np.testing.assert_array_equal(layer.params["W"], expected)
    np.testing.assert_array_equal(layer.params["b"], np.zeros((2, 1, 3)))


@pytest.mark.parametrize("f", [ck.sigmoid, ck.tanh, ck.elu, ck.softplus, ck.identity])
def test_an_activation_passes_the_error_through_its_slope(f):
    x = np.random.default_rng(6).normal(size=(2, 5, 4))
    layer = ck.Activation(f)
    np.testing.assert_array_equal(layer.forward(x)[0], f(x))
    assert_backward_is_the_gradient(layer, x)


def test_backward_leaves_the_error_it_was_given_unchanged():
    for layer in (
        linear(m=3),
        batch_norm(),
        ck.Activation(ck.tanh),
        ck.Dropout(0.5, rng=np.random.default_rng(0)),
    ):
        x = np.random.default_rng(7).normal(size=(5, 3))
        dy = np.ones((5, 3))
        layer.backward(dy, layer.forward(x)[1])
        np.testing.assert_array_equal(dy, 1)


def test_dropout_keeps_the_expectation_and_drops_the_fraction_p():
    layer = ck.Dropout(0.3, rng=np.random.default_rng(8))
    y, mask = layer.forward(np.ones((400, 500)))
    np.testing.assert_allclose(y.mean(), 1, atol=5 * np.sqrt(0.3 / 0.7 / y.size))
    np.testing.assert_allclose(np.mean(y == 0), 0.3, atol=5 * np.sqrt(0.3 * 0.7 / y.size))
    assert set(np.unique(mask)) == {0, 1 / 0.7}
    assert len(np.unique(mask, axis=0)) == 400  # a mask for each sample


def test_dropouts_backward_uses_the_mask_of_its_forward():
    layer = ck.Dropout(0.5, rng=np.random.default_rng(9))
    x = np.random.default_rng(10).normal(size=(50, 40))
    y, cache = layer.forward(x)
    layer.forward(x)  # a later mask must not matter
    dx, grads = layer.backward(np.ones_like(x), cache)
    np.testing.assert_array_equal(dx * x, y)
    assert grads == {}


def test_dropout_is_the_identity_in_evaluation_mode_and_at_p_0():
    x = np.random.default_rng(11).normal(size=(5, 4))
    for layer in (
        ck.Dropout(0.9, rng=np.random.default_rng(0)).eval(),
        ck.Dropout(0, rng=np.random.default_rng(0)),
    ):
        y, cache = layer.forward(x)
        np.testing.assert_array_equal(y, x)
        np.testing.assert_array_equal(layer.backward(x, cache)[0], x)


def test_softmax_as_an_output_layer_has_its_gradient():
    """It mixes the outputs of a sample: no derivative element by element, but a gradient all the same."""
    assert_backward_is_the_gradient(
        ck.Activation(ck.softmax), np.random.default_rng(11).normal(size=(2, 6, 3))
    )


def test_dropout_leaves_the_stream_of_its_rng_as_it_was():
    """The order of the mini-batches is the same with and without dropout."""
    rng, twin = np.random.default_rng(12), np.random.default_rng(12)
    ck.Dropout(0.5, rng=rng).forward(np.ones((10, 10)))
    np.testing.assert_array_equal(rng.random(5), twin.random(5))


@pytest.mark.parametrize(("ensemble", "shape"), [((), (6, 3)), ((2,), (2, 6, 3)), ((2, 2), (2, 2, 6, 3))])
def test_batch_norm_makes_mean_0_and_variance_1_then_scales_and_shifts(ensemble, shape):
    x = np.random.default_rng(13).normal(5, 3, size=shape)
    y, _ = ck.BatchNorm(3, ensemble=ensemble, eps=0).forward(x)
    np.testing.assert_allclose(y.mean(axis=-2), 0, atol=1e-12)
    np.testing.assert_allclose(y.var(axis=-2), 1, rtol=1e-12)
    layer = batch_norm(ensemble, eps=0)
    z, _ = layer.forward(x)
    np.testing.assert_allclose(z, layer.params["gamma"] * y + layer.params["beta"], rtol=1e-12)
    assert_backward_is_the_gradient(batch_norm(ensemble), x)


def test_batch_norm_in_evaluation_mode_has_a_gradient_too():
    layer = batch_norm()
    x = np.random.default_rng(14).normal(size=(6, 3))
    layer.forward(x)
    assert_backward_is_the_gradient(layer.eval(), x)


def test_batch_norm_ignores_the_scale_and_shift_of_its_inputs():
    x = np.random.default_rng(15).normal(size=(6, 3))
    a, b = (ck.BatchNorm(3, eps=0).forward(values)[0] for values in (x, 100 * x - 7))
    np.testing.assert_allclose(a, b, atol=1e-12)


def test_batch_norms_running_statistics():
    """(1 − momentum) old + momentum new from mean 0 and variance 1, with the unbiased batch variance."""
    layer, rng = ck.BatchNorm(3, momentum=0.1), np.random.default_rng(16)
    mean, var = np.zeros(3), np.ones(3)
    for _ in range(5):
        x = rng.normal(2, 3, size=(6, 3))
        layer.forward(x)
        mean = 0.9 * mean + 0.1 * x.mean(axis=0)
        var = 0.9 * var + 0.1 * x.var(axis=0, ddof=1)
    np.testing.assert_allclose(layer.buffers["running_mean"][0], mean, rtol=1e-12)
    np.testing.assert_allclose(layer.buffers["running_var"][0], var, rtol=1e-12)
    y, _ = layer.eval().forward(x)
    np.testing.assert_allclose(y, (x - mean) / np.sqrt(var + 1e-5), rtol=1e-12)
    np.testing.assert_allclose(
        layer.buffers["running_mean"][0], mean, rtol=1e-12
    )  # evaluation changes nothing


def test_batch_norm_counts_only_the_rows_that_count():
    """Two members, the second with two rows of padding: as if each were alone with its rows."""
    x = np.random.default_rng(17).normal(size=(2, 6, 3))
    dy = np.random.default_rng(18).normal(size=(2, 6, 3))
    together = batch_norm((2,))
    together.rows = np.ones((2, 6, 1))
    together.rows[1, 4:] = 0
    y, cache = together.forward(x)
    dx, grads = together.backward(dy * together.rows, cache)
    for member, count in ((0, 6), (1, 4)):
        alone = ck.BatchNorm(3)
        for key, value in alone.params.items():
            value[...] = together.params[key][member]
        y_alone, cache_alone = alone.forward(x[member, :count])
        dx_alone, grads_alone = alone.backward(dy[member, :count], cache_alone)
        np.testing.assert_allclose(y[member, :count], y_alone, rtol=1e-12)
        np.testing.assert_allclose(dx[member, :count], dx_alone, rtol=1e-10, atol=1e-14)
        for key in grads:
            np.testing.assert_allclose(grads[key][member], grads_alone[key], rtol=1e-12)
        for key in alone.buffers:
            np.testing.assert_allclose(together.buffers[key][member], alone.buffers[key], rtol=1e-12)
    assert not dx[1, 4:].any()


def test_float32_stays_float32():
    x = np.ones((5, 4), np.float32) * np.arange(5, dtype=np.float32)[:, None]
    rng = np.random.default_rng(0)
    for layer in (
        ck.Linear(4, 3, rng=rng, dtype=np.float32),
        ck.Activation(ck.sigmoid),
        ck.Dropout(0.5, rng=rng),
        ck.BatchNorm(4, dtype=np.float32),
    ):
        y, cache = layer.forward(x)
        dx, grads = layer.backward(y, cache)
        assert {a.dtype for a in (y, dx, *grads.values(), *layer.buffers.values())} == {np.dtype(np.float32)}
