"""Every registered gradient against central differences and against autograd: the registry is the list."""

import numpy as np
import pytest
import torch
from formulas import at_the_edges, drawn

from coursekit import numpy_backend as ck
from coursekit import torch_backend

every_gradient = pytest.mark.parametrize(
    ("f", "f_grad"), [pytest.param(f, f_grad, id=f.__name__) for f, f_grad in ck.GRADIENTS.items()]
)


def autograd(f, x, *rest):
    """The gradient of f's torch twin with respect to its first argument."""
    x = torch.tensor(x, requires_grad=True)
    getattr(torch_backend, f.__name__)(x, *rest).sum().backward()
    return x.grad


@every_gradient
@pytest.mark.parametrize("ensemble", [(), (4,), (2, 3)], ids=str)
def test_it_is_the_central_difference_and_autograd(f, f_grad, ensemble):
    arguments = drawn(f, np.random.default_rng(0), ensemble)
    assert ck.check_gradient(f, *arguments) < 1e-6
    np.testing.assert_allclose(f_grad(*arguments), autograd(f, *arguments), rtol=1e-10, atol=1e-14)


@every_gradient
def test_at_kinks_and_extremes_it_is_finite_and_autograd(f, f_grad):
    arguments = at_the_edges(f)
    gradient = f_grad(*arguments)
    assert np.isfinite(gradient).all()
    np.testing.assert_allclose(gradient, autograd(f, *arguments), rtol=1e-10, atol=1e-14)


@every_gradient
def test_it_leaves_its_arguments_alone_and_keeps_their_precision(f, f_grad):
    arguments = [
        x.astype(np.float32) if isinstance(x, np.ndarray) else x for x in drawn(f, np.random.default_rng(1))
    ]
    before = [np.copy(x) for x in arguments]
    for g in (f, f_grad):
        assert g(*arguments).dtype == np.float32
    for x, kept in zip(arguments, before, strict=True):
        np.testing.assert_array_equal(x, kept)


def test_central_differences_are_exact_for_a_square():
    A, x = np.array([[2.0, 1.0], [1.0, 3.0]]), np.array([0.5, -1.0])
    np.testing.assert_allclose(ck.numerical_gradient(lambda x: x @ A @ x, x), 2 * A @ x, rtol=1e-9)
    np.testing.assert_array_equal(x, [0.5, -1.0])


@pytest.mark.parametrize(
    "wrong",
    [
        lambda z: ck.tanh_grad(z) * 1.001,
        lambda z: -ck.tanh_grad(z),
        lambda z: np.where(np.arange(z.size).reshape(z.shape) == 0, 0, ck.tanh_grad(z)),
        lambda z: np.full_like(z, np.nan),
        lambda z: ck.tanh_grad(z)[:1],
    ],
    ids=["too long", "uphill", "one entry wrong", "nan", "wrong shape"],
)
def test_a_wrong_gradient_is_found(wrong):
    z = np.random.default_rng(2).normal(size=(3, 2))
    assert ck.check_gradient(ck.tanh, z) < 1e-8
    with pytest.raises(ValueError, match="check_gradient"):
        ck.check_gradient(ck.tanh, z, gradient=wrong)


def test_a_formula_without_a_gradient_names_the_mend():
    for f in (ck.softmax, ck.zero_one_loss, np.sin):
        with pytest.raises(LookupError, match=f"@gradient_for\\({f.__name__}\\)"):
            ck.gradient_of(f)
