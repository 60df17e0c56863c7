"""Five reference recipes, from the worst to the best on the capstone's task. Each learns from (x, y) and scores x_new.

A recipe is a function (ck, x, y, x_new, rng) → scores (M, K): the largest score of a row is its guess.
"""

import math

BATCH = 32


def to_the_end(ck, x, y, x_new, rng):
    """A fixed rate for 50 epochs: the training error comes near 0, and with it the wrong labels are learned."""
    return ck.predict(_trained(ck, x, y, rng, rate=0.1, epochs=50), x_new)


def early_stopping(ck, x, y, x_new, rng):
    """A fixed rate; a quarter of the samples is held out, and says when the loss has not fallen for 8 epochs."""
    held = len(x) // 4
    watching = {"validation": (x[:held], y[:held]), "early_stopping": 8}
    return ck.predict(_trained(ck, x[held:], y[held:], rng, rate=0.05, epochs=60, **watching), x_new)


def shrunk_weights(ck, x, y, x_new, rng):
    """A fixed rate for 50 epochs, with an L2 penalty of λ = 10."""
    return ck.predict(_trained(ck, x, y, rng, rate=0.05, epochs=50, penalty=ck.l2, lam=10), x_new)


def short_and_decaying(ck, x, y, x_new, rng):
    """15 epochs at a rate that falls from 0.05 to 0 along a cosine, and nothing else."""
    return ck.predict(_trained(ck, x, y, rng, rate=_falling(ck, x, 0.05, 15), epochs=15), x_new)


def dropped_units(ck, x, y, x_new, rng):
    """96 hidden units, of which each drops out with probability 0.5; 30 epochs at a falling rate."""
    net = _trained(ck, x, y, rng, rate=_falling(ck, x, 0.05, 30), epochs=30, width=96, dropout=0.5)
    return ck.predict(net, x_new)


RECIPES = {
    "to the end": to_the_end,
    "early stopping": early_stopping,
    "shrunk weights": shrunk_weights,
    "short and decaying": short_and_decaying,
    "dropped units": dropped_units,
}


def _falling(ck, x, rate, epochs):
    return ck.cosine(rate, epochs * math.ceil(len(x) / BATCH))


def _trained(ck, x, y, rng, *, rate, epochs, width=64, dropout=0.0, **more):
    net = ck.mlp([x.shape[-1], width, y.shape[-1]], ck.relu, rng=rng, dropout=dropout)
    optimizer = ck.SGD(net.parameters(), lr=rate, momentum=0.9)
    ck.fit(
        net,
        x,
        y,
        loss=ck.softmax_cross_entropy,
        optimizer=optimizer,
        epochs=epochs,
        batch_size=BATCH,
        rng=rng,
        **more,
    )
    return net
