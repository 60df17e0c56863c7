"""Learning-rate schedules: functions of the update step t = 0, 1, …; the first argument is the rate at t = 0.

An optimizer accepts one in place of a number: `ck.SGD(params, lr=ck.cosine(0.1, steps=500))`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from coursekit import checks

Schedule = Callable[[Any], Any]  # update step t, a number or an array -> learning rate


def constant(lr: float) -> Schedule:
    """η(t) = lr."""
    checks.number("constant", "lr", lr, low=0)
    return lambda t: lr


def step_decay(lr: float, factor: float = 0.5, every: int = 100) -> Schedule:
    """η(t) = lr · factor^⌊t / every⌋."""
    checks.number("step_decay", "lr", lr, low=0)
    checks.number("step_decay", "factor", factor, low=0, open_low=True)
    checks.positive_integer("step_decay", "every", every)
    return lambda t: lr * factor ** (t // every)


def exponential_decay(lr: float, gamma: float = 0.999) -> Schedule:
    """η(t) = lr · γ^t."""
    checks.number("exponential_decay", "lr", lr, low=0)
    checks.number("exponential_decay", "gamma", gamma, low=0, open_low=True)
    return lambda t: lr * gamma**t


def inverse_time(lr: float, decay: float = 0.01) -> Schedule:
    """η(t) = lr / (1 + decay · t): Σ η diverges and Σ η² does not, the condition of Robbins & Monro (1951)."""
    checks.number("inverse_time", "lr", lr, low=0)
    checks.number("inverse_time", "decay", decay, low=0)
    return lambda t: lr / (1 + decay * t)


def cosine(lr: float, steps: int) -> Schedule:
    """η(t) = ½ lr (1 + cos(π t / steps)), then 0. Loshchilov & Hutter (2017), eq. 5, without restarts."""
    checks.number("cosine", "lr", lr, low=0)
    checks.positive_integer("cosine", "steps", steps)
    return lambda t: 0.5 * lr * (1 + np.cos(np.pi * np.minimum(t / steps, 1.0)))


def warmup(steps: int, then: float | Schedule) -> Schedule:
    """From 0 linearly to then(0) in `steps` updates, and from there the schedule (or number) `then`.

    η(t) = then(0) t / steps for t < steps, else then(t − steps).
    """
    checks.positive_integer("warmup", "steps", steps)
    if not callable(then):
        then = constant(then)
    return lambda t: np.where(t < steps, then(0) * np.minimum(t / steps, 1.0), then(np.maximum(t - steps, 0)))
