"""What only the torch backend promises: tensors, autograd, modules, precisions."""

import copy

import numpy as np
import pytest
import torch
from formulas import FORMULAS, drawn
from torch_runs import X, Y, fit, network

from coursekit import numpy_backend
from coursekit import torch_backend as ck
from coursekit.commands.doctor import describe_device
from coursekit.torch_backend import arrays


@pytest.fixture
def default_dtype():
    """torch's default dtype, to be set freely."""
    kept = torch.get_default_dtype()
    yield torch.set_default_dtype
    torch.set_default_dtype(kept)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_arrays_and_parameters_follow_the_default_dtype(dtype, default_dtype):
    default_dtype(dtype)
    for x in (
        X,
        X.astype(np.float32),
        X.tolist(),
        np.arange(3),
        [True, False],
        torch.arange(3),
        torch.rand(2),
    ):
        assert ck.asarray(x).dtype == dtype
        assert ck.asarray(x).device.type == ck.device()
    net = network(batch_norm=True, dropout=0.1)
    assert {x.dtype for x in (*net.parameters(), *net.buffers(), ck.predict(net, X))} == {dtype}
    fit(net)
    assert {x.dtype for x in (*net.parameters(), *net.buffers())} == {dtype}


@pytest.mark.parametrize("dtype", [np.float32, "float64", torch.bfloat16])
def test_a_network_may_have_its_own_precision(dtype):
    net = network(dtype=dtype)
    assert str(net[0].W.dtype).endswith(
        str(np.dtype(dtype)) if not isinstance(dtype, torch.dtype) else "bfloat16"
    )
    history = fit(net, metrics={"accuracy": ck.accuracy})
    assert history.train.dtype == np.float64
    assert history.train[-1] < history.train[0]


@pytest.mark.parametrize(
    "x", [X[::-1], X.T, X[::2, ::-1], X.astype(">f8"), X.astype(np.longdouble), X.astype(np.float16)],
    ids=["reversed", "transposed", "with gaps", "big-endian", "long double", "half"],
)  # fmt: skip
def test_arrays_of_any_layout_are_taken(x):
    np.testing.assert_allclose(ck.to_numpy(ck.asarray(x)), x.astype(float), rtol=1e-6)


def test_read_only_arrays_are_taken_and_stay_as_they_are():
    x = np.ones(3, np.float32)
    x.flags.writeable = False
    tensor = ck.asarray(x)
    tensor += 1
    np.testing.assert_array_equal(x, [1, 1, 1])


@pytest.mark.parametrize("f", FORMULAS, ids=lambda f: f.__name__)
def test_a_formula_of_arrays_is_a_tensor_that_numpy_and_format_take(f):
    value = getattr(ck, f.__name__)(*drawn(f, np.random.default_rng(3)))
    assert isinstance(value, torch.Tensor)
    assert not value.requires_grad
    assert np.asarray(value.cpu()).shape == value.shape
    assert f"{value.sum():.3f}"


@pytest.mark.parametrize(
    "f",
    [f for f in FORMULAS if f in numpy_backend.GRADIENTS or f.__name__ == "softmax"],
    ids=lambda f: f.__name__,
)
def test_a_formula_of_tensors_keeps_the_graph_and_the_second_derivative(f):
    first, *rest = drawn(f, np.random.default_rng(4))
    x = torch.tensor(first, requires_grad=True)
    value = (getattr(ck, f.__name__)(x, *rest) ** 2).sum()
    (slope,) = torch.autograd.grad(value, x, create_graph=True)
    (bend,) = torch.autograd.grad((slope**2).sum(), x)
    assert slope.abs().sum() > 0
    assert torch.isfinite(bend).all()


def test_accuracy_counts_exactly_in_any_precision():
    """bfloat16 has 8 significant bits: 999 of 1000 would round to 1."""
    z = torch.eye(2, dtype=torch.bfloat16)[[0] * 999 + [1]]
    assert float(ck.accuracy(z, torch.eye(2)[[0] * 1000])) == pytest.approx(0.999)


def test_to_numpy_leaves_graph_and_device():
    net = network()
    value = net(torch.tensor(X, dtype=net[0].W.dtype, device=net[0].W.device))
    assert value.requires_grad
    np.testing.assert_array_equal(ck.to_numpy(value), value.detach().cpu())
    np.testing.assert_array_equal(ck.to_numpy(torch.ones(2, dtype=torch.bfloat16)), [1, 1])
    np.testing.assert_array_equal(ck.to_numpy([1, 2]), [1, 2])


@pytest.mark.parametrize(
    "x", [torch.tensor([]), torch.ones(2, dtype=torch.complex64), "1.0"], ids=["empty", "complex", "str"]
)
def test_what_is_no_array_of_real_numbers_is_refused(x):
    with pytest.raises((TypeError, ValueError), match="f: x must"):
        ck.asarray(x, "f", "x")


def test_predict_leaves_modes_and_graph_alone():
    net = network(batch_norm=True, dropout=0.5)
    net[1].eval()  # a frozen batch norm inside a network in training
    first, second = ck.predict(net, X), ck.predict(net, X)
    assert torch.equal(first, second)
    assert not first.requires_grad
    assert [module.training for module in net] == [True, False, True, True, True]


def test_a_member_and_a_copy_are_networks_of_their_own():
    net = network(ensemble=(3, 2), batch_norm=True, dropout=0.2)
    expected = ck.predict(net, X)[2, 1]
    member, same = net.member((2, 1)), copy.deepcopy(net)
    torch.testing.assert_close(ck.predict(member, X), expected)
    fit(member)
    fit(same)
    torch.testing.assert_close(ck.predict(net, X)[2, 1], expected)


def test_networks_nest_slice_and_print_as_torchs():
    net = network(ensemble=(2,), batch_norm=True)
    assert list(dict(ck.Sequential(net, ck.Activation(ck.softmax)).named_parameters())) == list(
        dict(net.named_parameters())
    )
    assert isinstance(net[:2], ck.Sequential)
    assert torch.equal(net[:1](X), net[0](ck.asarray(X)))
    assert "Linear(4, 5, ensemble=(2,))" in repr(net)
    assert "Activation(tanh)" in repr(net)


def test_dropout_keeps_the_expectation_and_its_own_stream():
    rng, untouched = np.random.default_rng(7), np.random.default_rng(7)
    layer = ck.Dropout(0.25, rng=rng)
    x = torch.ones(200, 500, device=ck.device())
    y = layer(x)
    np.testing.assert_allclose(ck.to_numpy(y.unique()), [0, 1 / 0.75], rtol=1e-6)
    assert abs(float(y.mean()) - 1) < 5 * np.sqrt(0.25 / 0.75 / x.numel())  # five standard errors
    assert not torch.equal(y, layer(x))
    assert torch.equal(y, ck.Dropout(0.25, rng=np.random.default_rng(7))(x))
    assert rng.random() == untouched.random()
    assert layer.eval()(x) is x


@pytest.mark.parametrize("ensemble", [(), (3,)], ids=str)
def test_the_same_seed_gives_the_same_run_to_the_bit(ensemble):
    runs = [network(ensemble=ensemble, dropout=0.3, batch_norm=True) for _ in range(2)]
    for net in runs:
        fit(net)
    for a, b in zip(*(net.parameters() for net in runs), strict=True):
        assert torch.equal(a, b)


def test_a_batch_of_one_has_no_variance():
    with pytest.raises(ValueError, match="BatchNorm: a batch of one sample"):
        fit(network(batch_norm=True), batch_size=1)


def test_a_layer_names_the_shapes_that_do_not_fit():
    with pytest.raises(ValueError, match=r"Linear: inputs .* m = 5 .* = \(3, 5\), but have shape \(24, 4\)"):
        ck.Linear(5, 3, rng=np.random.default_rng(0))(ck.asarray(X))
    with pytest.raises(TypeError, match=r"Activation: f must be .*'relu'"):
        ck.Activation("relu")


def test_the_device_is_cuda_else_mps_else_the_cpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert ck.device() == "cuda"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert ck.device() == "mps"
    assert describe_device().startswith("mps: ")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert ck.device() == "cpu"
    assert "no CUDA or MPS device was found" in describe_device()


@pytest.mark.gpu
def test_the_card_is_named():
    assert torch.cuda.get_device_name() in describe_device()


def test_data_are_moved_once():
    x = ck.asarray(X)
    assert ck.asarray(x) is x
    if x.is_cpu:
        assert np.shares_memory(ck.to_numpy(x), ck.to_numpy(x))
        exact = X.astype(np.float32)
        assert np.shares_memory(ck.to_numpy(ck.asarray(exact)), exact)


def test_float64_on_mps_is_refused(monkeypatch):
    monkeypatch.setattr(arrays, "device", lambda: "mps")
    with pytest.raises(TypeError, match="dtype is float64, which MPS does not have"):
        network(dtype="float64")


def test_a_network_on_two_devices_is_refused():
    """`meta` stands for a second device."""
    net = network(batch_norm=True)
    net[3].to("meta")
    for call in (fit, lambda net: ck.predict(net, X)):
        with pytest.raises(
            ValueError, match=r"the network must be on one device, but is on several \(.* on meta\)\. Move it"
        ):
            call(net)


def test_an_optimizer_left_behind_is_named():
    net = network()
    optimizer = ck.Adam(net.parameters())
    optimizer.state[net[0].W]["m"] = optimizer.state[net[0].W]["m"].to("meta")
    with pytest.raises(ValueError, match="the optimizer keeps m on meta, but its parameters are on"):
        fit(net, optimizer)


def test_data_elsewhere_are_moved_to_the_network():
    """Where the network is decides: on a machine with a GPU these tensors are on the other device."""
    net = network()
    history = ck.fit(net, torch.tensor(X), torch.tensor(Y), loss=ck.softmax_cross_entropy, epochs=1,
                     optimizer=ck.SGD(net.parameters(), lr=0.1))  # fmt: skip
    np.testing.assert_allclose(history.train, fit(network(), epochs=1, batch_size=None).train, rtol=1e-6)
