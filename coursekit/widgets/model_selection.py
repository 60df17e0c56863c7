"""Lesson 05: a threshold in four views, and a sweep of hundreds of networks that train while you watch."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks, data
from coursekit import numpy_backend as ck
from coursekit.data.splits import train_val_test
from coursekit.plots.model_selection.sweep_drawing import Sweep
from coursekit.plots.model_selection.threshold import Threshold, scores_and_labels
from coursekit.widgets.base import controls
from coursekit.widgets.base.explorer import Explorer
from coursekit.widgets.base.training import epochs_of


def threshold(
    score: ArrayLike | None = None,
    label: ArrayLike | None = None,
    names: Sequence[str] = ("malignant", "benign"),
) -> Explorer:
    """Move the threshold, on the slider or in a panel: histograms, confusion matrix and ROC curve follow.

    score (N,) in [0, 1] and label (N,) of 0 and 1; by default those of a small network on tumors it has not seen.
    """
    score, label = scores_and_labels("threshold", *((score, label) if score is not None else _tumors()))
    drawing = Threshold(score, label, names)
    shares = {"as in the data": 0.0, "1 in 10": 0.1, "1 in 100": 0.01}

    def pointed(panel, x, y):
        return {"threshold": x} if panel == 0 else {"threshold": drawing.nearest(x, y)} if panel == 2 else {}

    return Explorer(
        drawing,
        {
            "threshold": controls.slider("threshold", 0.0, 1.0, 0.5, 0.01),
            "share": controls.choice(f"how many are {names[0]}", shares, 0.0),
        },
        model=lambda threshold, share: {"threshold": threshold, "share": share or None},
        drag=pointed,
    )


def _tumors():
    """Scores and labels of held-out tumors, from a network that sees two of the thirty measurements."""
    tumors, rng = data.breast_cancer(), np.random.default_rng(0)
    train, held_out, _ = train_val_test(len(tumors), (0.5, 0.5, 0.0), rng)
    x = tumors.x[:, [1, 4]]
    x = (x - x[train].mean(axis=0)) / x[train].std(axis=0)
    net = ck.mlp([2, 8, 1], ck.tanh, rng=rng)
    optimizer = ck.SGD(net.parameters(), lr=0.3)
    loss = ck.sigmoid_cross_entropy
    ck.fit(net, x[train], tumors.y[train], loss=loss, optimizer=optimizer, epochs=40, batch_size=32, rng=rng)
    return ck.sigmoid(ck.predict(net, x[held_out]))[:, 0], tumors.label[held_out]


def sweep(rates: int = 20, strengths: int = 12, epochs: int = 20) -> Explorer:
    """Hundreds of networks on digits, one for each rate and penalty strength; a few images choose the best of them.

    Networks 64-16-10 with ReLU, trained on 200 images in batches of 20. The winner on the validation images is
    judged on 500 others. rates, strengths: how many of each.
    """
    rates = checks.positive_integer("sweep", "rates", rates, least=2)
    strengths = checks.positive_integer("sweep", "strengths", strengths, least=2)
    epochs = checks.positive_integer("sweep", "epochs", epochs)
    digits = data.digits()
    lr, lam = np.geomspace(0.02, 2, rates), np.geomspace(0.01, 10, strengths)

    def model(images, draw):
        rng = np.random.default_rng(draw)
        order = rng.permutation(len(digits))
        train, held_out = order[:200], order[200 : 700 + images]
        net = ck.mlp([64, 16, 10], ck.relu, rng=rng, ensemble=(strengths, rates))
        run = epochs_of(
            ck,
            net,
            digits.x[train],
            digits.y[train],
            epochs=epochs,
            batch_size=20,
            rng=rng,
            loss=ck.softmax_cross_entropy,
            optimizer=ck.SGD(net.parameters(), lr=lr[:, None, None]),
            penalty=ck.l2,
            lam=np.broadcast_to(lam[:, None], (strengths, rates)),
            validation=(digits.x[held_out], digits.y[held_out]),
            metrics={
                "validation": lambda z, y: ck.zero_one_loss(z[..., :images, :], y[..., :images, :]),
                "test": lambda z, y: ck.zero_one_loss(z[..., images:, :], y[..., images:, :]),
            },
        )
        for history in run:
            percent = {name: 100 * np.nan_to_num(e, nan=0.9) for name, e in history.metrics.items()}
            yield percent | {"images": (images, 500)}

    return Explorer(
        Sweep(lr, lam, epochs),
        {
            "images": controls.scale("validation images", [20, 50, 100, 200, 400], 50),
            "draw": controls.Again("draw again"),
        },
        model=model,
    )
