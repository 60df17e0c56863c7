"""Wrong answers to the exercises of lessons 06a and 06b on steps, schedules and budgets."""
# Beginners' code is the data of these tests, so its style stays as it is.
# ruff: noqa

import numpy as np

from .wrong import wrong


@wrong("06.2", "the smallest eigenvalue decides at every rate")
def predict_steps(eigenvalues, w0, lr, fraction):
    factor = abs(1 - lr * min(eigenvalues))
    if max(abs(1 - lr * eigenvalues)) >= 1:
        return np.inf
    i = int(np.argmin(eigenvalues))
    return np.log(fraction * np.linalg.norm(w0) / abs(w0[i])) / np.log(factor)


@wrong("06.2", "the start is ignored")
def predict_steps(eigenvalues, w0, lr, fraction):
    factor = np.max(np.abs(1 - lr * eigenvalues))
    if factor >= 1:
        return np.inf
    return np.log(fraction) / np.log(factor)


@wrong("06.2", "half of the steps: the cost falls to the fraction")
def predict_steps(eigenvalues, w0, lr, fraction):
    factor = np.max(np.abs(1 - lr * eigenvalues)) ** 2
    if factor >= 1:
        return np.inf
    i = np.argmax(np.abs(1 - lr * eigenvalues))
    return np.log(fraction / (abs(w0[i]) / np.linalg.norm(w0))) / np.log(factor)


@wrong("06.2", "a negative number where it never arrives")
def predict_steps(eigenvalues, w0, lr, fraction):
    factors = np.abs(1 - lr * eigenvalues)
    i = factors.argmax()
    return np.log(fraction * np.linalg.norm(w0) / abs(w0[i])) / (np.log(factors[i]) + 1e-300)


@wrong("06.2", "the direction that is fastest")
def predict_steps(eigenvalues, w0, lr, fraction):
    factors = np.abs(1 - lr * eigenvalues)
    if factors.max() >= 1:
        return np.inf
    i = factors.argmin()
    return np.log(fraction * np.linalg.norm(w0) / abs(w0[i])) / np.log(factors[i])


@wrong("06.7", "the first step has rate 0")
def warmup_then_cosine(t, steps, warmup, peak):
    if t < warmup:
        return peak * t / warmup
    s = min((t - warmup) / (steps - warmup), 1)
    return peak * 0.5 * (1 + np.cos(np.pi * s))


@wrong("06.7", "the wave counts from step 0")
def warmup_then_cosine(t, steps, warmup, peak):
    if t < warmup:
        return peak * (t + 1) / warmup
    return peak * 0.5 * (1 + np.cos(np.pi * min(t / steps, 1)))


@wrong("06.7", "the factor one half is missing")
def warmup_then_cosine(t, steps, warmup, peak):
    if t < warmup:
        return (t + 1) / warmup * peak
    if t >= steps:
        return 0
    return peak * (1 + np.cos(np.pi * (t - warmup) / (steps - warmup)))


@wrong("06.7", "rises again after the last step")
def warmup_then_cosine(t, steps, warmup, peak):
    if t < warmup:
        return (t + 1) / warmup * peak
    return peak / 2 * (1 + np.cos(np.pi * (t - warmup) / (steps - warmup)))


@wrong("06.7", "a whole wave")
def warmup_then_cosine(t, steps, warmup, peak):
    if t < warmup:
        return (t + 1) / warmup * peak
    s = min((t - warmup) / (steps - warmup), 1)
    return peak / 2 * (1 + np.cos(2 * np.pi * s))


@wrong("06.8", "all images in every batch")
def training_plan(budget):
    return "SGD", 300, 0.5, "constant"


@wrong("06.8", "Adam at a rate that suits SGD")
def training_plan(budget):
    return "Adam", 20, 0.3, "constant"


@wrong("06.8", "SGD at Adam's default rate")
def training_plan(budget):
    return "SGD", 20, 0.001, "cosine"


@wrong("06.8", "a rate above the cliff")
def training_plan(budget):
    return "momentum", 30, 2.0, "cosine"
