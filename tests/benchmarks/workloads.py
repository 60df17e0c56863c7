"""The four workloads of the training benchmark, and what each contender does with them.

S      digits 1797 × 64, net 64-64-10, batch 32, 50 epochs, momentum 0.9
M      60,000 × 784 (drawn), net 784-256-128-10, batch 128, 1 epoch, plain SGD
L      20,000 × 784 (drawn), net 784-2048-2048-10, batch 1024, 1 epoch, plain SGD
SWEEP  5 folds × 20 strengths of L2 × 3 seeds = 300 networks 64-32-10 on digits, batch 32, 30 epochs, momentum 0.9

All in float32, ReLU, softmax cross-entropy, rate 0.05. A contender is a function of a `Workload` that does the whole
training; `contenders.py` says which take part in what.
"""

import dataclasses

import numpy as np

from coursekit import data
from coursekit.data.splits import kfold

RATE = 0.05
STRENGTHS = np.geomspace(1e-4, 1e-1, 20)
SEEDS, FOLDS = 3, 5


@dataclasses.dataclass(frozen=True)
class Workload:
    """Data and settings of one workload; momentum 0 is plain SGD."""

    name: str
    x: np.ndarray
    label: np.ndarray
    sizes: tuple[int, ...]
    batch_size: int
    epochs: int
    momentum: float

    @property
    def y(self):
        """One-hot targets."""
        return data.one_hot(self.label, 10).astype(np.float32)


def workload(name):
    """The workload of this name."""
    digits = data.digits()
    x, label = digits.x.astype(np.float32), digits.label
    if name == "S":
        return Workload(name, x, label, (64, 64, 10), 32, 50, 0.9)
    if name == "SWEEP":
        return Workload(name, x, label, (64, 32, 10), 32, 30, 0.9)
    rng = np.random.default_rng(0)
    n = {"M": 60_000, "L": 20_000}[name]
    x, label = rng.random((n, 784), dtype=np.float32), rng.integers(0, 10, n)
    if name == "M":
        return Workload(name, x, label, (784, 256, 128, 10), 128, 1, 0.0)
    return Workload(name, x, label, (784, 2048, 2048, 10), 1024, 1, 0.0)


def _ours(ck, w, mlp, **fit):
    rng = np.random.default_rng(0)
    net = ck.mlp(list(w.sizes), ck.relu, rng=rng, dtype="float32", **mlp)
    settings = {
        "loss": ck.softmax_cross_entropy,
        "optimizer": ck.SGD(net.parameters(), lr=RATE, momentum=w.momentum),
        "epochs": w.epochs,
        "batch_size": w.batch_size,
        "rng": rng,
    }
    if w.name == "SWEEP":
        lam = np.broadcast_to(STRENGTHS[:, None], (FOLDS, len(STRENGTHS), SEEDS)) * len(w.x)
        settings |= {"penalty": ck.l2, "lam": lam, "folds": kfold(len(w.x), FOLDS, rng)}
    return ck.fit(net, w.x, w.y, **settings, **fit)


def _ensemble(w):
    return {"ensemble": (FOLDS, len(STRENGTHS), SEEDS)} if w.name == "SWEEP" else {}


def coursekit_numpy(w):
    """`fit` of the NumPy backend; SWEEP as one ensemble, validation included."""
    from coursekit import numpy_backend as ck

    _ours(ck, w, _ensemble(w))


def coursekit_torch(w):
    """`fit` of the torch backend, on the CPU unless there is a GPU."""
    from coursekit import torch_backend as ck

    _ours(ck, w, _ensemble(w))


def coursekit_compiled(w):
    """`fit` of the torch backend with compile=True."""
    from coursekit import torch_backend as ck

    _ours(ck, w, _ensemble(w), compile=True)


def bare_products(w, matrix=np.asarray):
    """Nothing but the matrix products of the forward and backward passes, in NumPy: a floor no training can pass.

    The gradient with respect to the input data is not needed and left out.
    """
    rng, B = np.random.default_rng(0), w.batch_size
    Ws = [matrix(rng.random((n, m), dtype=np.float32)) for m, n in zip(w.sizes, w.sizes[1:], strict=False)]
    acts = [matrix(rng.random((B, m), dtype=np.float32)) for m in w.sizes]
    for _ in range(w.epochs * -(-len(w.x) // B)):
        for a, W in zip(acts, Ws, strict=False):
            a @ W.T
        for i in reversed(range(len(Ws))):
            acts[i + 1].T @ acts[i]
            if i:
                acts[i + 1] @ Ws[i]


def _torch_net(w):
    from torch import nn

    layers = []
    for m, n in zip(w.sizes, w.sizes[1:], strict=False):
        layers += [nn.Linear(m, n), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def dataloader_run(w, rows, weight_decay, device="cpu"):
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    torch.manual_seed(0)
    net, cost = _torch_net(w).to(device), torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=RATE, momentum=w.momentum, weight_decay=weight_decay)
    examples = TensorDataset(*(torch.from_numpy(part[rows]).to(device) for part in (w.x, w.label)))
    for _ in range(w.epochs):
        for x, y in DataLoader(examples, batch_size=w.batch_size, shuffle=True):
            optimizer.zero_grad()
            cost(net(x), y).backward()
            optimizer.step()


def dataloader(w):
    """The loop of torch's own tutorials: DataLoader, nn.Module, one network after another.

    Of SWEEP it trains every 60th network, 5 of 300, one a fold; the benchmark multiplies by 60.
    """
    if w.name != "SWEEP":
        dataloader_run(w, slice(None), 0.0)
        return
    for fold, (rows, _) in enumerate(kfold(len(w.x), FOLDS, np.random.default_rng(0))):
        dataloader_run(w, rows, float(STRENGTHS[4 * fold]))


def sliced(w):
    """torch without DataLoader: tensors indexed by a permutation, eager."""
    import torch

    torch.manual_seed(0)
    net, cost = _torch_net(w), torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=RATE, momentum=w.momentum)
    x, y = torch.from_numpy(w.x), torch.from_numpy(w.label)
    for _ in range(w.epochs):
        order = torch.randperm(len(x))
        for rows in order.split(w.batch_size):
            optimizer.zero_grad()
            cost(net(x[rows]), y[rows]).backward()
            optimizer.step()


def scikit_learn(w):
    """MLPClassifier; for SWEEP GridSearchCV over it, with a process for each thread of the others."""
    import os
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.model_selection import GridSearchCV
    from sklearn.neural_network import MLPClassifier

    net = MLPClassifier(
        w.sizes[1:-1], solver="sgd", momentum=w.momentum, nesterovs_momentum=False, alpha=0.0, batch_size=w.batch_size,
        learning_rate_init=RATE, max_iter=w.epochs, n_iter_no_change=10**6, tol=0.0,
    )  # fmt: skip
    if w.name == "SWEEP":
        grid = {"alpha": STRENGTHS, "random_state": range(SEEDS)}
        net = GridSearchCV(
            net, grid, cv=FOLDS, n_jobs=int(os.environ.get("OMP_NUM_THREADS", "1")), refit=False
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the epochs are fixed on purpose
        net.fit(w.x, w.label)
