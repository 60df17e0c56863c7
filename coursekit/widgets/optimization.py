"""Lessons 06a and 06b: a run in three views, and 32 learning rates that train at once."""

import numpy as np

from coursekit import checks, data
from coursekit import numpy_backend as ck
from coursekit.plots.optimization.descent_panel import TOP, DescentPanel
from coursekit.plots.optimization.rate_test import RateTest
from coursekit.widgets.base import controls
from coursekit.widgets.base.explorer import Explorer
from coursekit.widgets.base.training import epochs_of

OPTIMIZERS = {
    "SGD": ck.SGD,
    "momentum 0.9": lambda params, lr: ck.SGD(params, lr=lr, momentum=0.9),
    "RMSprop": ck.RMSprop,
    "Adam": ck.Adam,
}


def stability() -> Explorer:
    """Choose rate and momentum, on the sliders or in the wedge: the path, the error of each direction, the verdict.

    The bowl is ½ (λ₁ w₁² + λ₂ w₂²); its condition number κ = λ₁/λ₂ is a control too. The rate is in units of 1/λ₁.
    """

    def pointed(panel, x, y):
        return {"momentum": x, "rate": y} if panel == 2 else {}

    return Explorer(
        DescentPanel(),
        {
            "rate": controls.slider("rate × curvature ηλ₁", 0.05, TOP - 0.5, 1.5, 0.05),
            "momentum": controls.scale("momentum β", [round(0.02 * i, 2) for i in range(50)], 0),
            "condition": controls.scale("condition number κ", [1, 3, 10, 30, 100], 10),
        },
        drag=pointed,
    )


def rate_test(rates: int = 32, seeds: int = 5, epochs: int = 12) -> Explorer:
    """One network at each of many learning rates, all trained at once on digits: which rates learn, which do not.

    Networks 64-16-10 with ReLU, 200 images. The optimizer and the size of the batch are to be chosen. rates, seeds:
    how many of each.
    """
    rates = checks.positive_integer("rate_test", "rates", rates, least=2)
    seeds = checks.positive_integer("rate_test", "seeds", seeds, least=2)
    epochs = checks.positive_integer("rate_test", "epochs", epochs)
    digits, lr = data.digits(), np.geomspace(1e-4, 10, rates)
    order = np.stack([np.random.default_rng(seed).permutation(1797)[:200] for seed in range(seeds)])[:, None]

    def model(optimizer, batch):
        rng = np.random.default_rng(0)
        net = ck.mlp([64, 16, 10], ck.relu, rng=rng, ensemble=(seeds, rates))
        run = epochs_of(
            ck,
            net,
            digits.x[order],
            digits.y[order],
            epochs=epochs,
            batch_size=batch,
            rng=rng,
            loss=ck.softmax_cross_entropy,
            optimizer=OPTIMIZERS[optimizer](net.parameters(), lr=lr.reshape(rates, 1, 1)),
        )
        for history in run:
            yield {"losses": history.train, "state": f"{optimizer}, batches of {batch}"}

    return Explorer(
        RateTest(lr, epochs, np.log(10)),
        {
            "optimizer": controls.choice("optimizer", {name: name for name in OPTIMIZERS}, "SGD"),
            "batch": controls.scale("batch size", [10, 25, 100, 200], 25),
        },
        model=model,
    )
