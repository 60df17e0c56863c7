"""The reference of exercise 07.5, written independently of its solution.

It lies beside the exercise, because grading shows the rest of the package, experiments included, to submissions.
"""

import numpy as np

from coursekit.experiments.clinic import (
    DEAD,
    EXPLODING,
    HEALTHY,
    OSCILLATION,
    OVERFITTING,
    SLOW,
    SYMMETRY,
    VANISHING,
)


def first_condition(log: dict) -> str:
    """Return the first diagnosis whose condition holds, in the order that the exercise lists them."""
    train, val = np.array(log["train_loss"]), np.array(log["val_loss"])
    first, last = log["delta_norms"][0], log["delta_norms"][-1]
    with np.errstate(invalid="ignore"):
        rises = np.diff(train) > 0
    found = {
        EXPLODING: not np.isfinite([*train, *val]).all() or first > 1000 * last,
        SYMMETRY: log["unit_spread"] < 1e-12,
        DEAD: log["active_fraction"] < 0.05,
        VANISHING: 1000 * first < last,
        OSCILLATION: 3 * np.count_nonzero(rises) >= len(rises),
        OVERFITTING: val[-1] > 1.1 * val.min() and train[-1] < train[-2],
        SLOW: train[0] - train[-1] < 0.1 * train[0],
        HEALTHY: True,
    }
    return next(name for name, holds in found.items() if holds)
