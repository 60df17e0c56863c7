"""A small training run on the torch backend, for tests that look at one thing in it."""

import numpy as np

from coursekit import torch_backend as ck

_rng = np.random.default_rng(0)
X = _rng.normal(size=(24, 4))
Y = np.eye(3)[_rng.integers(0, 3, 24)]


def network(seed=1, **options):
    return ck.mlp([4, 5, 3], ck.tanh, rng=np.random.default_rng(seed), **options)


def fit(net, optimizer=None, **arguments):
    usual = {"loss": ck.softmax_cross_entropy, "epochs": 3, "batch_size": 5, "rng": np.random.default_rng(2)}
    return ck.fit(net, X, Y, optimizer=optimizer or ck.SGD(net.parameters(), lr=0.1), **usual | arguments)
