"""Lesson 07b: grid against random trials, and how small a trained network can be made."""

import numpy as np

from coursekit import checks, data
from coursekit import numpy_backend as ck
from coursekit.experiments import compression, pruning
from coursekit.plots.deep_networks.search_drawings import CompressedNetwork, TrialsOnASquare
from coursekit.widgets.base import controls
from coursekit.widgets.base.explorer import Explorer

AREA = 0.05  # of the square is good


def grid_or_random(side: int = 4) -> Explorer:
    """Choose how much the second setting matters: which trials hit the good region, a grid's or random ones?

    side: the grid has side × side trials, and as many are drawn at random. The good region covers 5 % of the
    square; its position is drawn again with each press of the button.
    """
    side = checks.positive_integer("grid_or_random", "side", side)

    def model(width, again):
        rng = np.random.default_rng([side, again])
        size = np.array([width, AREA / width])
        corner = rng.random(2) * (1 - size)
        return {"corner": corner, "size": size, "trials": rng.random((side * side, 2))}

    widths = [0.05, 0.06, 0.08, 0.1, 0.13, 0.17, float(np.sqrt(AREA)), 0.3, 0.4, 0.5, 0.65, 0.8, 1.0]
    return Explorer(
        TrialsOnASquare(side),
        {
            "width": controls.scale("width of the good region", widths, 0.05),
            "again": controls.Again("Draw again"),
        },
        model=model,
    )


def compressed(networks: int = 5) -> Explorer:
    """Choose how many weights to prune and how many bits to keep: what is left of the weights, and of the accuracy.

    As many networks as `networks`, 64-32-10, trained on 400 digits; pruning takes the smallest weights of each layer.
    The memory counts one bit per weight for the places of those that are kept, once any are pruned.
    """
    networks = checks.positive_integer("compressed", "networks", networks, least=2)
    digits = data.digits()
    order = np.stack([np.random.default_rng(seed).permutation(1797) for seed in range(networks)])
    train, test = order[:, :400], order[:, 1000:1400]
    rng = np.random.default_rng(0)
    net = ck.mlp([64, 32, 10], ck.relu, rng=rng, ensemble=(networks,))
    sgd = ck.SGD(net.parameters(), lr=0.1, momentum=0.9)
    ck.fit(
        net, digits.x[train], digits.y[train], loss=ck.softmax_cross_entropy, epochs=10, batch_size=50, rng=rng,
        optimizer=sgd,
    )  # fmt: skip
    live = net.parameters()
    kept = {key: value.copy() for key, value in live.items()}
    matrices = [key for key in kept if key.endswith("W")]
    before = np.concatenate([kept[key].ravel() for key in matrices])
    fractions = np.round(np.linspace(0, 0.95, 20), 2).tolist()

    def shrink(fraction, bits):
        for key in matrices:
            W = compression.prune(kept[key], fraction, axis=(-2, -1))
            if bits < 32:
                codes, step = compression.quantize(W, bits, axis=(-2, -1))
                W = codes * step
            live[key][...] = W
        right = ck.accuracy(ck.predict(net, digits.x[test]), digits.y[test])
        return 100 * (1 - right), np.concatenate([live[key].ravel() for key in matrices])

    curves = {}

    def model(fraction, bits):
        if bits not in curves:
            curves[bits] = [shrink(each, bits)[0].mean() for each in fractions]
        here, after = shrink(fraction, bits)
        return {
            "before": before, "after": after, "errors": curves[bits], "fraction": fraction, "here": here,
            "size": pruning.bytes_per_weight(fraction, bits) / 4,
        }  # fmt: skip

    return Explorer(
        CompressedNetwork(float(np.abs(before).max()), fractions, 2.0 * before.size),
        {
            "fraction": controls.scale("fraction pruned", fractions, 0.5),
            "bits": controls.scale("bits per weight", [2, 3, 4, 5, 6, 8, 12, 16, 32], 32),
        },
        model=model,
    )
