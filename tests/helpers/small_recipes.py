"""Recipes of the capstone that run in a moment."""

import numpy as np


def nearest_mean(ck, x, y, x_new, rng):
    """Scores by the distance to each class's mean: trains nothing."""
    means = (y.T @ x) / y.sum(axis=0)[:, None]
    return -((x_new[:, None] - means) ** 2).sum(axis=-1)


def one_net(ck, x, y, x_new, rng):
    """A small network, trained at a falling rate."""
    net = ck.mlp([64, 16, 10], ck.relu, rng=rng, dropout=0.25)
    steps = 4 * -(-len(x) // 50)
    ck.fit(net, x, y, loss=ck.softmax_cross_entropy, optimizer=ck.SGD(net.parameters(), lr=ck.cosine(0.5, steps)),
           epochs=4, batch_size=50, rng=rng)  # fmt: skip
    return ck.predict(net, x_new)


def twice(ck, x, y, x_new, rng):
    """A committee of three, then one network on the labels that the committee gives."""
    first = ck.mlp([64, 16, 10], ck.tanh, rng=rng, ensemble=(3,), batch_norm=True)
    ck.fit(first, x, y, loss=ck.softmax_cross_entropy, optimizer=ck.Adam(first.parameters(), lr=0.01), epochs=2,
           batch_size=50, rng=rng, penalty=ck.l2, lam=2.0)  # fmt: skip
    labels = np.eye(10)[ck.to_numpy(ck.predict(first, x)).mean(axis=0).argmax(axis=1)]
    return one_net(ck, x, labels, x_new, rng)
