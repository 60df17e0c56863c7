"""Training inside an interactive: `epochs_of` yields after each epoch, and a model passes on what to draw."""

import warnings

import numpy as np

from coursekit.training.history import History


def epochs_of(ck, net, X, y, *, epochs, **fit_arguments):
    """Train with `ck.fit`, one epoch at a time; yields the `History` so far after each.

    fit_arguments: those of `fit`, `loss` and `optimizer` at least; early_stopping is not among them. The
    result is that of one `fit` over all epochs. A network that diverges is nan in the history and warns
    nobody: in an interactive the figure has to show it.

        def model(rate):                  # one state of the panel
            rng = np.random.default_rng(0)
            net = ck.mlp([64, 32, 10], ck.relu, rng=rng, ensemble=(20,))
            arguments = dict(loss=ck.softmax_cross_entropy, optimizer=ck.SGD(net.parameters(), lr=rate),
                             batch_size=50, rng=rng)
            for history in epochs_of(ck, net, X, y, epochs=15, **arguments):
                yield {"curves": {"cross-entropy": history.train}}
    """
    parts = []
    for _ in range(epochs):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            parts.append(ck.fit(net, X, y, epochs=1, **fit_arguments))
        yield History(
            np.concatenate([part.train for part in parts]),
            None if parts[0].val is None else np.concatenate([part.val for part in parts]),
            {name: np.concatenate([part.metrics[name] for part in parts]) for name in parts[0].metrics},
            np.full(np.shape(parts[0].best), len(parts) - 1),
        )
