"""Lesson 09's comparisons at every rate tried, so that each contender is judged at its own best rate.

rows = rate_grid()                                    # about a minute; kept as the table "capstone_rates"
best = grids.best(rows, "contender")                  # {"fixed rate": {"rate": 0.01, "mean": 42.1, …}, …}
"""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from coursekit import checks, initializers
from coursekit import numpy_backend as ck
from coursekit.capstone.task import draw_task, splits

TABLE = "capstone_rates"
RATES = (0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16)
SPLITS, BATCH, MOMENTUM = 20, 32, 0.9

# All train 64 hidden units for 30 epochs, at a rate that falls along a cosine, unless they say otherwise.
CONTENDERS: dict[str, dict[str, Any]] = {
    "fixed rate": {"falling": False},
    "falling rate": {},
    "falling rate, 15 epochs": {"epochs": 15},
    "falling rate, 128 units": {"width": 128},
    "falling rate, batch norm": {"batch_norm": True},
    "falling rate, Glorot's weights": {"init": initializers.glorot},
}


def held_out_errors(
    rates: Iterable[float] = (0.04,),
    width: int = 64,
    epochs: int = 30,
    falling: bool = True,
    **arguments: Any,
) -> np.ndarray:
    """Percent of the held-out labels that networks get wrong, (rates, 20): each rate on 20 splits of one task.

    The task is the lesson's, `draw_task` with seed 0: 600 images, of which 150 are held out; 30 % of the labels are wrong
    on both sides. Further arguments: dropout, batch_norm and init, for `mlp`; lam, the strength of an L2 penalty; others
    for `fit`.
    """
    task = draw_task(np.random.default_rng(0))
    X, Y, X_held, Y_held = splits(task.x, task.y, SPLITS, np.random.default_rng(1))
    rates = checks.numeric("held_out_errors", "rates", list(rates)).reshape(-1, 1, 1, 1)
    rng = np.random.default_rng(2)
    extras = {key: arguments.pop(key) for key in ("dropout", "batch_norm", "init") if key in arguments}
    net = ck.mlp([X.shape[-1], width, Y.shape[-1]], ck.relu, rng=rng, ensemble=(rates.size, SPLITS), **extras)
    if "lam" in arguments:
        arguments.setdefault("penalty", ck.l2)
    steps = epochs * math.ceil(X.shape[-2] / BATCH)
    course = ck.cosine(1.0, steps)
    optimizer = ck.SGD(
        net.parameters(), lr=(lambda t: rates * course(t)) if falling else rates, momentum=MOMENTUM
    )
    settings = {"loss": ck.softmax_cross_entropy, "optimizer": optimizer, "batch_size": BATCH, "rng": rng}
    ck.fit(net, X, Y, epochs=epochs, **settings, **arguments)
    return 100 * np.asarray(ck.zero_one_loss(ck.predict(net, X_held), Y_held))


def rate_grid(
    contenders: Iterable[str] = tuple(CONTENDERS), rates: Iterable[float] = RATES
) -> list[dict[str, Any]]:
    """The held-out error of each contender at each rate: contender, rate, mean and sd over 20 splits, splits."""
    rates = tuple(rates)
    rows = []
    for name in contenders:
        for rate, errors in zip(rates, held_out_errors(rates, **CONTENDERS[name]), strict=True):
            rows.append({
                "contender": name, "rate": rate, "mean": errors.mean(), "sd": errors.std(ddof=1), "splits": errors.size,
            })  # fmt: skip
    return rows
