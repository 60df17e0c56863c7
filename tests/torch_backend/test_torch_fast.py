"""The torch backend's ways to be fast: compiled and captured steps, precisions; none of them changes the numbers."""

import os
import shutil

import numpy as np
import pytest
import torch
from torch import nn
from torch_runs import X, Y, fit, network

from coursekit import torch_backend as ck
from coursekit.torch_backend import fast_steps, precisions

CXX = [name for name in (os.environ.get("CXX"), "g++", "clang++") if name and shutil.which(name)]
compiler = pytest.mark.skipif(not CXX, reason="no C++ compiler for torch.compile")

EVERYTHING = {
    "epochs": 4,
    "batch_size": 5,
    "penalty": ck.l2,
    "lam": [0.1, 0.2],
    "clip_norm": 0.5,
    "validation": (X, np.stack([Y, np.roll(Y, 1, axis=-1)])),  # the second member stops early
    "early_stopping": 1,
}


def adam(params):
    return ck.Adam(params, lr=ck.cosine(0.1, 30))


def trained(make=adam, net=None, **arguments):
    """(history, all that was learned) of an ensemble with dropout, batch norm and rates of a schedule."""
    net = net or network(ensemble=(2,), dtype=torch.float64, dropout=0.2, batch_norm=True)
    history = fit(net, make(net.parameters()), **arguments)
    return history, [ck.to_numpy(x) for x in (*net.parameters(), *net.buffers())]


def assert_same(a, b, rtol=1e-10, atol=1e-8):
    """Adam makes much of the rounding in biases before batch norm, whose gradients are 0: hence atol."""
    np.testing.assert_allclose(a[0].train, b[0].train, rtol=rtol)
    for x, y in zip(a[1], b[1], strict=True):
        np.testing.assert_allclose(x, y, rtol=rtol, atol=atol)


@pytest.mark.slow
@compiler
def test_compiled_is_eager():
    """With all that changes from step to step: rates, masks, members that stopped, a short last batch."""
    assert_same(trained(compile=True, **EVERYTHING), trained(**EVERYTHING))


@pytest.mark.slow
@compiler
def test_a_program_is_compiled_once_a_session(monkeypatch):
    plain = {"make": lambda p: ck.SGD(p, lr=0.1, momentum=0.9), "compile": True}
    first = trained(net=network(dtype=torch.float64), **plain)
    monkeypatch.setattr(torch, "compile", None)
    assert_same(trained(net=network(dtype=torch.float64), **plain), first)
    assert_same(trained(net=network(dtype=torch.float64), **plain | {"compile": False}), first)


@pytest.mark.slow
@compiler
def test_torchs_optimizers_move_by_compiled_gradients():
    def make(params):
        return torch.optim.Adam(params, lr=0.1)

    nets = [network(dtype=torch.float64) for _ in range(2)]
    assert_same(trained(make, nets[0], compile=True), trained(make, nets[1]))


class Undecided(nn.Module):
    """Looks at its numbers to decide what to do."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3).to(ck.device())

    def forward(self, x):
        return self.linear(x if x.sum() > 0 else -x)


@compiler
def test_what_cannot_be_compiled_is_said():
    net = Undecided()
    with pytest.raises(
        RuntimeError, match=r"fit: torch.compile cannot compile this step .* Leave compile out"
    ):
        fit(net, torch.optim.SGD(net.parameters(), lr=0.1), compile=True)


def test_without_a_compiler_compile_says_what_to_install(monkeypatch):
    monkeypatch.setattr(fast_steps.shutil, "which", lambda name: None)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(RuntimeError, match=r"compile=True wants a C\+\+ compiler"):
        fit(network(), compile=True)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is CUDA here")
def test_without_cuda_capture_is_refused():
    with pytest.raises(ValueError, match="capture=True wants CUDA, but the network is on cpu"):
        fit(network(), capture=True)


@pytest.mark.gpu
@pytest.mark.parametrize(
    "arguments", [{"capture": True}, {"compile": True}], ids=["captured", "and compiled"]
)
def test_captured_is_eager(arguments):
    assert_same(trained(**arguments, **EVERYTHING), trained(**EVERYTHING))


@pytest.mark.gpu
def test_captured_gradients_serve_torchs_optimizers():
    def make(params):
        return torch.optim.SGD(params, lr=0.1, momentum=0.9)

    nets = [network(dtype=torch.float64) for _ in range(2)]
    assert_same(trained(make, nets[0], capture=True), trained(make, nets[1]))


@pytest.mark.gpu
@pytest.mark.parametrize("capture", [False, True])
def test_no_step_on_the_gpu_waits(capture, monkeypatch):
    """torch itself raises where the host would wait; the epoch reads its losses once, outside of the steps."""
    step = fast_steps.FastStep if capture else fast_steps.Step
    original = step.__call__

    def watched(self, *arguments):
        warm = getattr(self, "warm", 0)
        torch.cuda.set_sync_debug_mode("error" if warm > 3 else "default")  # the first ones prepare
        self.warm = warm + 1
        try:
            return original(self, *arguments)
        finally:
            torch.cuda.set_sync_debug_mode("default")

    monkeypatch.setattr(step, "__call__", watched)
    net = network(ensemble=(2,), batch_norm=True)
    fit(net, ck.SGD(net.parameters(), lr=0.1, momentum=0.9), capture=capture, penalty=ck.l2, lam=[0.1, 0.2])


@pytest.mark.parametrize("precision", ["float64", "float32", "tf32", "bfloat16"])
def test_a_precision_is_that_of_parameters_and_of_what_the_optimizer_remembers(precision):
    net, before = network(batch_norm=True), torch.get_float32_matmul_precision()
    optimizer = ck.Adam(net.parameters(), lr=0.05)
    history = fit(net, optimizer, precision=precision, validation=(X, Y), epochs=10)
    wanted = torch.float64 if precision == "float64" else torch.float32
    remembered = [x for p in net.parameters() for x in optimizer.state[p].values()]
    assert {x.dtype for x in (*net.parameters(), *net.buffers(), *remembered)} == {wanted}
    assert history.train[-1] < history.train[0]
    assert torch.get_float32_matmul_precision() == before


def test_products_are_rounded_to_bfloat16_and_nothing_else():
    runs = {p: trained(net=network(dtype=torch.float32), precision=p) for p in ("float32", "bfloat16")}
    a, b = (runs[p][0].train for p in runs)
    assert not np.array_equal(a, b)
    np.testing.assert_allclose(a, b, rtol=0.02)
    exact = trained(net=network(dtype=torch.float64))[0].train
    np.testing.assert_allclose(trained(precision="float64")[0].train, trained()[0].train, rtol=1e-12)
    np.testing.assert_allclose(a, exact, rtol=1e-4)


@pytest.mark.parametrize("make", [lambda p: ck.SGD(p, lr=np.full((2, 1, 1), 0.1)), torch.optim.Adam])
def test_a_network_in_use_can_change_its_precision(make):
    net = network(ensemble=(2,))
    optimizer = make(net.parameters())
    for precision in ("float32", "float64", "float32"):
        assert np.isfinite(fit(net, optimizer, precision=precision).train).all()


def test_an_unknown_precision_is_named():
    with pytest.raises(ValueError, match="fit: precision is 'half'; it wants one of 'float64', 'float32'"):
        fit(network(), precision="half")


def test_float64_on_mps_is_refused(monkeypatch):
    class OnMPS:
        device = torch.device("mps")

    net = network()
    optimizer = ck.SGD(net.parameters(), lr=0.1)
    monkeypatch.setattr(net, "parameters", lambda: [OnMPS()])
    with pytest.raises(ValueError, match='precision="float64" on MPS, which has no float64'):
        precisions.convert(net, optimizer, "float64")
