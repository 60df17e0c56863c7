"""Training inside an interactive figure: `epochs_of` yields after each epoch, and a model passes on what to draw."""

import itertools
import warnings
from collections.abc import Iterator
from typing import Any

from coursekit.training.history import History


def epochs_of(ck: Any, net: Any, X: Any, y: Any, *, epochs: int, **fit_arguments: Any) -> Iterator[History]:
    """Train with `ck.epochs`, at most this many epochs; yields the `History` so far after each.

    fit_arguments: those of `ck.epochs`, at least `loss` and `optimizer`. The result is that of one `fit` over all
    epochs. A network that diverges is nan in the history and causes no warning, because the figure shows it; when no
    network is left, the generator ends.

        def model(rate):                  # one state of the panel
            rng = np.random.default_rng(0)
            net = ck.mlp([64, 32, 10], ck.relu, rng=rng, ensemble=(20,))
            arguments = dict(loss=ck.softmax_cross_entropy, optimizer=ck.SGD(net.parameters(), lr=rate),
                             batch_size=50, rng=rng)
            for history in epochs_of(ck, net, X, y, epochs=15, **arguments):
                yield {"curves": {"cross-entropy": history.train}}
    """
    loop = itertools.islice(ck.epochs(net, X, y, **fit_arguments), epochs)
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            epoch = next(loop, None)
        if epoch is None:
            return
        yield epoch.history
