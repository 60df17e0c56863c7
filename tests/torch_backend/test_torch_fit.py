"""The torch backend's `fit`: any module, loss and optimizer, and no waiting for the device in its loop."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch_runs import X, Y, fit, network

from coursekit import numpy_backend
from coursekit import torch_backend as ck
from coursekit.data.splits import kfold


def test_a_network_of_torchs_own_layers_is_trained_as_ours():
    ours = network(dtype=torch.float64)
    theirs = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3)).to(ck.device(), torch.float64)
    with torch.no_grad():
        for a, b in ((theirs[0], ours[0]), (theirs[2], ours[2])):
            a.weight.copy_(b.W)
            a.bias.copy_(b.b[0])
    arguments = {"validation": (X, Y), "penalty": ck.l2, "lam": 1.0, "clip_norm": 0.5, "early_stopping": 2}
    a = fit(ours, **arguments)
    b = fit(theirs, torch.optim.SGD(theirs.parameters(), lr=0.1), **arguments)
    np.testing.assert_allclose(a.train, b.train, rtol=1e-12)
    np.testing.assert_allclose(a.val, b.val, rtol=1e-12)
    np.testing.assert_allclose(ck.to_numpy(theirs[2].bias), ck.to_numpy(ours[2].b[0]), rtol=1e-10)


class Convolution(nn.Module):
    """Rows of 16 pixels, seen as 4 × 4 images."""

    def __init__(self):
        super().__init__()
        self.kernels = nn.Conv2d(1, 2, 3)
        self.norm = nn.BatchNorm1d(8)
        self.out = nn.Linear(8, 3)

    def forward(self, x):
        return self.out(self.norm(torch.relu(self.kernels(x.unflatten(-1, (1, 4, 4)))).flatten(1)))


def test_any_module_and_loss_can_be_trained():
    net = Convolution().to(ck.device())
    x, y = np.random.default_rng(5).normal(size=(30, 16)), np.eye(3)[np.arange(30) % 3]
    history = ck.fit(
        net, x, y, loss=nn.CrossEntropyLoss(), optimizer=torch.optim.Adam(net.parameters(), lr=0.02),
        epochs=20, batch_size=10, rng=np.random.default_rng(6), penalty=ck.l2, lam=0.1, clip_norm=1.0,
        validation=(x, y), early_stopping=20, metrics={"accuracy": ck.accuracy},
    )  # fmt: skip
    assert history.train[-1] < 0.7 * history.train[0]
    assert ck.predict(net, x).shape == (30, 3)


@pytest.mark.parametrize(
    "make",
    [
        lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
        lambda p: torch.optim.Adam(p, lr=0.01),
        lambda p: torch.optim.Adamax(p),
    ],
    ids=["SGD", "Adam", "Adamax"],
)
def test_members_that_stopped_stay_as_they_are_under_torchs_optimizers(make):
    """One member sees its validation targets shuffled and stops early; the others do not notice."""
    net = network(ensemble=(2,), dtype=torch.float64)
    alone = net.member(0)
    wrong = np.stack([Y, np.roll(Y, 1, axis=-1)])
    history = fit(net, make(net.parameters()), epochs=30, validation=(X, wrong), early_stopping=2)
    own = fit(alone, make(alone.parameters()), epochs=30, validation=(X, Y), early_stopping=2)
    assert history.best[1] < history.best[0]
    np.testing.assert_allclose(own.val, history.val[: own.epochs, 0], rtol=1e-10)
    np.testing.assert_allclose(ck.to_numpy(alone[0].W), ck.to_numpy(net[0].W)[0], rtol=1e-10)
    score = ck.softmax_cross_entropy(ck.predict(net, X), wrong)
    np.testing.assert_allclose(ck.to_numpy(score), history.val.min(axis=0), rtol=1e-10)


def test_our_optimizers_serve_a_loop_of_ones_own():
    net, other = network(dtype=torch.float64), network(dtype=torch.float64)
    x, y = (torch.tensor(a, device=ck.device()) for a in (X, Y))
    optimizer = ck.SGD(net.parameters(), lr=0.1)
    halved = torch.optim.lr_scheduler.StepLR(optimizer, 2, 0.5)
    for _ in range(4):
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(x), y).backward()
        optimizer.step()
        halved.step()
    schedule = ck.step_decay(0.1, 0.5, 2)
    fit(other, ck.SGD(other.parameters(), lr=schedule), epochs=4, batch_size=None)
    np.testing.assert_allclose(ck.to_numpy(net[0].W), ck.to_numpy(other[0].W), rtol=1e-12)


def test_a_step_with_a_closure_returns_its_loss():
    p = torch.tensor([[2.0]], requires_grad=True)
    optimizer = ck.SGD([p], lr=0.25)

    def closure():
        loss = (p**2).sum()
        loss.backward()
        return loss

    assert optimizer.step(closure) == 4
    assert p.item() == 1


def test_parameter_groups_may_have_rates_of_their_own():
    net = network()
    start = {key: p.detach().clone() for key, p in net.named_parameters()}
    fit(net, ck.SGD([{"params": [net[0].W], "lr": 0.0}, {"params": [net[2].W]}], lr=0.1))
    assert [key for key, p in net.named_parameters() if not torch.equal(p, start[key])] == ["2.W"]


def test_what_the_optimizer_was_not_given_costs_no_gradient():
    net = network()
    fit(net, torch.optim.SGD([net[2].W], lr=0.1))
    assert [key for key, p in net.named_parameters() if p.grad is not None] == ["2.W"]


def test_what_was_built_by_the_other_backend_is_named():
    net, old = network(), numpy_backend.mlp([4, 3], numpy_backend.tanh, rng=np.random.default_rng(0))
    with pytest.raises(TypeError, match=r"numpy_backend.*run the cell that builds"):
        ck.predict(old, X)
    with pytest.raises(TypeError, match=r"fit: optimizer must be .*numpy_backend"):
        fit(net, numpy_backend.SGD(old.parameters(), lr=0.1))
    with pytest.raises(TypeError, match="holds no tensors"):
        ck.SGD(old.parameters(), lr=0.1)
    with pytest.raises(TypeError, match="LBFGS"):
        fit(net, torch.optim.LBFGS(net.parameters()))


class Waits(TorchDispatchMode):
    """Counts what makes the host wait for the device: numbers read back, and shapes that depend on values."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def __torch_dispatch__(self, f, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        to_host = (
            f is torch.ops.aten._to_copy.default and getattr(kwargs.get("device"), "type", None) == "cpu"
        )
        waiting = (torch.ops.aten._local_scalar_dense.default, torch.ops.aten.nonzero.default)
        self.count += to_host or f in waiting
        return f(*args, **kwargs)


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"penalty": ck.l1, "lam": [0.1, 0.2]},
        {"penalty": ck.l2, "lam": 0.1, "clip_norm": 1.0},
    ],
    ids=["plain", "penalized", "clipped"],
)
@pytest.mark.parametrize(
    "make",
    [
        lambda p: ck.SGD(p, lr=np.full((2, 1, 1), 0.1), momentum=0.9, weight_decay=0.1),
        lambda p: ck.Adam(p, lr=ck.cosine(0.1, 30)),
        lambda p: ck.RMSprop(p),
    ],
    ids=["SGD", "Adam", "RMSprop"],
)
def test_no_step_waits_for_the_device(make, arguments):
    """An epoch reads its loss back once, however many steps it has."""
    counts = []
    for batch_size in (24, 2):
        net = network(ensemble=(2,), batch_norm=True, dropout=0.2)
        with Waits() as waits:
            fit(net, make(net.parameters()), batch_size=batch_size, **arguments)
        counts.append(waits.count)
    assert counts[0] == counts[1]


READS = ("item", "cpu", "numpy", "tolist", "__bool__", "__float__", "__int__", "__array__")


def test_no_step_reads_a_number_back(monkeypatch):
    """By whatever name: none is called more often where an epoch has more steps."""
    counts = {}
    for batch_size in (24, 2):
        calls = counts[batch_size] = []
        for name in READS:
            original = getattr(torch.Tensor, name)
            monkeypatch.setattr(
                torch.Tensor, name, lambda *a, f=original, n=name, c=calls, **k: c.append(n) or f(*a, **k)
            )
        net = network(ensemble=(2,), batch_norm=True, dropout=0.2)
        fit(net, ck.Adam(net.parameters(), lr=ck.cosine(0.1, 30)), batch_size=batch_size, clip_norm=1.0)
        monkeypatch.undo()
    assert counts[24] == counts[2]
    assert 0 < len(counts[2]) < 30


def test_a_proximal_step_does_not_wait_either():
    proximal = {"penalty": ck.l1, "lam": [0.1, 0.2], "proximal": True}
    test_no_step_waits_for_the_device(lambda p: ck.SGD(p, lr=0.1), proximal)


@pytest.mark.parametrize(
    "loss", [lambda z, y: ((z - y) ** 2).mean(), lambda z, y: (z - y) ** 2, lambda z, y: 1.0]
)
def test_a_loss_must_be_one_number_per_network(loss):
    with pytest.raises(ValueError, match=r"fit: loss must return a tensor of shape \(2,\)"):
        fit(network(ensemble=(2,)), loss=loss)


def test_a_loss_of_ones_own_may_need_targets_of_another_shape():
    """A mean and a log-variance for each target."""
    net = ck.mlp([4, 5, 2], ck.tanh, rng=np.random.default_rng(9))
    history = ck.fit(
        net, X, X[:, :1], optimizer=ck.Adam(net.parameters(), lr=0.02), epochs=30,
        loss=lambda z, y: nn.functional.gaussian_nll_loss(z[..., :1], y, z[..., 1:].exp()),
    )  # fmt: skip
    assert (np.diff(history.train) < 0).mean() > 0.9


def test_a_network_that_is_frozen_is_named():
    net = network()
    optimizer = ck.SGD(net.parameters(), lr=0.1)
    net.requires_grad_(False)
    with pytest.raises(ValueError, match="fit: every parameter"):
        fit(net, optimizer)


def test_batch_norm_counts_all_rows_again_after_a_run_on_unequal_folds():
    net = network(ensemble=(5,), batch_norm=True)
    folds = kfold(len(X), 5, np.random.default_rng(8))
    fit(net, folds=folds, batch_size=10)
    normalized = net[:2](X[:4])  # in training mode: the mean over these four rows is β
    torch.testing.assert_close(normalized.mean(dim=-2, keepdim=True), net[1].beta)


@pytest.mark.gpu
def test_on_the_gpu_a_run_has_the_cpus_numbers():
    net = network(dtype=torch.float64, ensemble=(3,), batch_norm=True)
    twin = numpy_backend.mlp(
        [4, 5, 3], numpy_backend.tanh, rng=np.random.default_rng(1), ensemble=(3,), batch_norm=True
    )
    arguments = {"epochs": 5, "batch_size": 5, "validation": (X, Y), "early_stopping": 2}
    history = fit(net, ck.SGD(net.parameters(), lr=0.3, momentum=0.9), **arguments)
    expected = numpy_backend.fit(
        twin, X, Y, loss=numpy_backend.softmax_cross_entropy, rng=np.random.default_rng(2),
        optimizer=numpy_backend.SGD(twin.parameters(), lr=0.3, momentum=0.9), **arguments,
    )  # fmt: skip
    assert {p.device.type for p in net.parameters()} == {"cuda"}
    np.testing.assert_allclose(history.train, expected.train, rtol=1e-9)
    np.testing.assert_allclose(history.val, expected.val, rtol=1e-9)


@pytest.mark.gpu
def test_a_network_left_on_the_cpu_is_trained_there():
    net = network().cpu()
    fit(net)
    assert ck.predict(net, X).device.type == "cpu"
