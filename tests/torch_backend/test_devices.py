"""Nothing is left on the CPU: with every array on torch's `meta` device, no operation of `fit` makes a CPU tensor.

Values cannot be read on `meta`. The package reads values in two places, `checks.read` and `to_numpy`; here both return
constants.
"""

import itertools

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from coursekit import checks
from coursekit import torch_backend as ck
from coursekit.data.splits import kfold
from coursekit.experiments.pretraining import greedy_autoencoder, greedy_supervised
from coursekit.torch_backend import arrays, layers, training

N = 23
X = np.random.default_rng(0).uniform(size=(N, 5))
Y = np.eye(3)[np.arange(N) % 3]


class CpuTensors(TorchDispatchMode):
    """Collects the operations that make a CPU tensor of more than one number, other than data on their way to the device."""

    # the order of the examples and the masks of folds are drawn by NumPy, and sent from there
    SENDING = ("aten.lift_fresh", "aten._to_copy", "aten.detach", "aten.view", "aten.alias")

    def __init__(self):
        super().__init__()
        self.operations = []

    def __torch_dispatch__(self, f, types, args=(), kwargs=None):
        out = f(*args, **(kwargs or {}))
        on_cpu = [
            t
            for t in tree_leaves(out)
            if isinstance(t, torch.Tensor) and t.device.type == "cpu" and t.numel() > 1
        ]
        if on_cpu and not str(f).startswith(self.SENDING):
            self.operations.append(str(f))
        return out


@pytest.fixture
def meta(monkeypatch):
    """Everything on the `meta` device, and constants where values are read."""
    for module in (arrays, layers):
        monkeypatch.setattr(module, "device", lambda: "meta")
    monkeypatch.setattr(checks, "read", lambda x: 0.5)
    monkeypatch.setattr(checks, "rows_sum_to_one", lambda *_: None)  # 0.5 is not 1

    def constants(x):
        return np.full(tuple(x.shape), 0.5) if isinstance(x, torch.Tensor) else np.asarray(x)

    monkeypatch.setattr(training, "to_numpy", constants)
    monkeypatch.setattr(ck, "to_numpy", constants)

    def dropout_without_a_generator(self, p, *, rng):  # torch has no generators on `meta`
        torch.nn.Module.__init__(self)
        self.p = p

    monkeypatch.setattr(ck.Dropout, "__init__", dropout_without_a_generator)
    mask = lambda self, shape, dtype: torch.rand(shape, device="meta").to(dtype)
    monkeypatch.setattr(ck.Dropout, "mask", mask)


def trained(net_options=None, optimizer=None, x=X, y=Y, **arguments):
    """The operations that made CPU tensors during a run."""
    net = ck.mlp([5, 4, 3], ck.tanh, rng=np.random.default_rng(1), **net_options or {})
    optimizer = (optimizer or (lambda p: ck.SGD(p, lr=0.1)))(net.parameters())
    usual = {"loss": ck.softmax_cross_entropy, "epochs": 2, "batch_size": 5, "rng": np.random.default_rng(2)}
    with CpuTensors() as cpu:
        ck.fit(net, x, y, optimizer=optimizer, **usual | arguments)
    assert {p.device.type for p in (*net.parameters(), *net.buffers())} == {"meta"}
    return cpu.operations


LOSSES = (
    "mse", "mae", "huber", "hinge", "binary_cross_entropy", "categorical_cross_entropy", "sigmoid_cross_entropy",
    "softmax_cross_entropy",
)  # fmt: skip
OPTIMIZERS = {
    "SGD": lambda p: ck.SGD(p, lr=0.1),
    "momentum": lambda p: ck.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.1),
    "rates of members": lambda p: ck.SGD(p, lr=np.full((2, 1, 1), 0.1)),
    "AdaGrad": lambda p: ck.AdaGrad(p),
    "RMSprop": lambda p: ck.RMSprop(p),
    "Adam with a schedule": lambda p: ck.Adam(p, lr=ck.cosine(0.1, 10)),
    "AdamW": lambda p: ck.AdamW(p),
    "torch's SGD": lambda p: torch.optim.SGD(p, lr=0.1),
    "torch's Adam": lambda p: torch.optim.Adam(p, foreach=True, capturable=False),
}
RUNS = {
    "l2": {"penalty": ck.l2, "lam": [0.1, 0.2]},
    "l1": {"penalty": ck.l1, "lam": 0.1},
    "proximal": {"penalty": ck.l1, "lam": [0.1, 0.2], "proximal": True},
    "clipped": {"clip_norm": 1.0},
    "validation": {"validation": (X, Y), "metrics": {"accuracy": ck.accuracy}},
    "early stopping": {"validation": (X, Y), "early_stopping": 1, "epochs": 4},
    "dropout": {"net_options": {"ensemble": (2,), "dropout": 0.2}},
    "batch norm": {"net_options": {"ensemble": (2,), "batch_norm": True}},
    "unequal folds": {
        "folds": kfold(N, 2, np.random.default_rng(3)),
        "net_options": {"ensemble": (2,), "batch_norm": True, "dropout": 0.1},
        "early_stopping": 1,
    },
}


@pytest.mark.usefixtures("meta")
@pytest.mark.parametrize("loss", LOSSES)
def test_no_loss_leaves_the_device(loss):
    assert trained(loss=getattr(ck, loss)) == []


@pytest.mark.usefixtures("meta")
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_no_optimizer_leaves_the_device(name):
    assert trained({"ensemble": (2,)}, OPTIMIZERS[name]) == []


@pytest.mark.usefixtures("meta")
@pytest.mark.parametrize("name", RUNS)
def test_no_option_of_fit_leaves_the_device(name):
    assert trained(**{"net_options": {"ensemble": (2,)}} | RUNS[name]) == []


@pytest.mark.usefixtures("meta")
def test_pretraining_does_not_leave_the_device():
    settings = {"rng": np.random.default_rng(4), "epochs": 1, "batch_size": 5}
    with CpuTensors() as cpu:
        net = greedy_supervised(
            ck, X, Y, [5, 4, 4, 3], ck.tanh, optimizer=lambda p: ck.SGD(p, lr=0.1), loss=ck.mse, **settings
        )
        auto = greedy_autoencoder(
            ck, X, [5, 4, 3], ck.tanh, optimizer=lambda p: ck.Adam(p), loss=ck.mse, **settings
        )
    assert {p.device.type for p in itertools.chain(net.parameters(), auto.parameters())} == {"meta"}
    assert cpu.operations == []


@pytest.mark.usefixtures("meta")
def test_a_tensor_on_the_cpu_is_noticed():
    """A loss that computes its targets beside the device."""

    def careless(z, y):
        torch.zeros(3).add_(1)
        return ck.mse(z, y)

    assert trained(loss=careless)
