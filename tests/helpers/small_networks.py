"""A small problem and the networks that the tests of model selection train on it."""

import numpy as np

from coursekit import initializers
from coursekit import numpy_backend as ck

N, M = 23, 4  # 5 folds of 5, 5, 5, 4 and 4
SETTINGS = {"loss": ck.mse, "batch_size": 7}


def sines():
    """X (N, M) and y (N, 1)."""
    X = np.random.default_rng(0).normal(size=(N, M))
    return X, np.sin(X.sum(axis=1, keepdims=True))


def same_for_all(rng, shape):
    """Initial weights that each member of an ensemble shares, whatever the ensemble."""
    return np.broadcast_to(initializers.he(np.random.default_rng(7), shape[-2:]), shape)


def build(ensemble, config=None):
    """A network and plain gradient descent, or what config says."""
    config = {"lr": 0.05} | (config or {})
    net = ck.mlp([M, 6, 1], ck.tanh, rng=np.random.default_rng(1), ensemble=ensemble, init=same_for_all)
    return net, ck.SGD(net.parameters(), **config)
