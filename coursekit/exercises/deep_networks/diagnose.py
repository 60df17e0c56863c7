"""Exercise 07.5: what a training log says about the network."""

import numpy as np

from coursekit.exercises.deep_networks.logs import PATIENTS
from coursekit.exercises.deep_networks.misdiagnoses import MISDIAGNOSES
from coursekit.exercises.deep_networks.reference_diagnosis import first_condition
from coursekit.exercises.engine.exercise import Exercise, Property


def _patients(*names):
    return lambda rng: [(PATIENTS[name](rng),) for name in rng.permutation(names).tolist()]


def diagnose(log):
    """The first disease of a training log whose condition holds, or "healthy".

    log: a dict with lists "train_loss", "val_loss" (one number per epoch) and "delta_norms" (one
    per layer, input side first), and numbers "unit_spread", "active_fraction" (the smallest over
    the hidden layers) and "rate" (for information)

    1. "exploding gradients": a loss is not finite, or the first delta norm > 1e3 * the last
    2. "weight symmetry": unit_spread < 1e-12
    3. "dead relu": active_fraction < 0.05
    4. "vanishing gradients": the first delta norm < 1e-3 * the last
    5. "oscillation": train_loss rises in at least a third of its steps
    6. "overfitting": final val_loss > 1.1 * its minimum, while train_loss falls in the last step
    7. "slow progress": train_loss falls by less than 10 % from the first entry to the last
    8. "healthy": otherwise
    """
    train, val, norms = log["train_loss"], log["val_loss"], log["delta_norms"]
    if not np.all(np.isfinite(train)) or not np.all(np.isfinite(val)) or norms[0] > 1e3 * norms[-1]:
        return "exploding gradients"
    if log["unit_spread"] < 1e-12:
        return "weight symmetry"
    if log["active_fraction"] < 0.05:
        return "dead relu"
    if norms[0] < 1e-3 * norms[-1]:
        return "vanishing gradients"
    if np.mean(np.diff(train) > 0) >= 1 / 3:
        return "oscillation"
    if val[-1] > 1.1 * min(val) and train[-1] < train[-2]:
        return "overfitting"
    if train[0] - train[-1] < 0.1 * train[0]:
        return "slow progress"
    return "healthy"


EXERCISE = Exercise(
    id="07.5",
    points=4,
    returns="diagnosis",
    solution=diagnose,
    reference=first_condition,
    properties=(
        Property(
            "gradients that vanish or explode",
            1,
            _patients(
                "vanishing",
                "exploding",
                "train loss inf",
                "train loss nan",
                "validation loss nan",
                "validation loss inf, once",
                "fading, but not vanishing",
                "growing, but not exploding",
                "small all over",
                "large all over",
                "exploding and slow",
                "vanishing and slow",
            ),
        ),
        Property(
            "units that are clones or dead",
            1,
            _patients(
                "symmetric",
                "symmetric, learning",
                "nearly symmetric",
                "dead",
                "nearly dead, learning",
                "sparse",
                "symmetric and vanishing",
                "symmetric and dead",
                "dead and vanishing",
                "symmetric, diverged",
            ),
        ),
        Property(
            "curves: oscillation and overfitting",
            1,
            _patients(
                "oscillating",
                "oscillating, no progress",
                "oscillating, and validation turns",
                "vanishing, oscillating",
                "one spike",
                "noisy validation",
                "overfitting",
                "overfitting, below the start",
                "a gap, but none that grows",
                "both rise at the end",
            ),
        ),
        Property(
            "slow or healthy",
            1,
            _patients(
                "slow",
                "slow, from a high start",
                "slow, validation falls",
                "small, but halved",
                "halved, from a high start",
                "slow, from a low start",
                "healthy",
                "healthy at a large rate",
                "healthy at a small rate",
                "validation below training",
            ),
        ),
    ),
    misconceptions=MISDIAGNOSES,
    hints=(
        "Which entry of delta_norms has come the longest way? And which diseases could be the cause of others?",
        "Eight conditions in the given order, the first that holds is returned. Steps of the training loss: "
        "`np.diff(train)`; not finite: `not np.isfinite(...).all()`.",
        '`if not np.isfinite(train + val).all() or norms[0] > ___: return "exploding gradients"`, then '
        "seven more lines of this kind.",
    ),
    explanation=(
        "The two curves of a log are not enough for a diagnosis. Clones, dead units and vanishing signals all "
        "look like slow progress in the loss, and each needs a different cure. The δ-norms, the spread between "
        "units and the share of active ones tell them apart. The thresholds are conventions. The order matters "
        "more, because the causes must be tested before the symptoms."
    ),
)
