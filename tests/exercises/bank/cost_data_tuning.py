"""Wrong answers to the exercises of lesson 07b: a fair comparison, pruning, expected improvement.

Unlike those in the other files, they were written by the author of the exercises.
"""
# Beginners' code is the data of these tests, so its style stays as it is.
# ruff: noqa

import math

import numpy as np

from .wrong import wrong


def at(test, stop):
    return np.take_along_axis(test, stop[:, None], axis=1)[:, 0]


@wrong("07.6", "last epoch, no early stopping")
def compare_fairly(validation_a, test_a, validation_b, test_b):
    ra = validation_a[:, -1].mean(axis=-1).argmin()
    rb = validation_b[:, -1].mean(axis=-1).argmin()
    d = test_b[rb, -1] - test_a[ra, -1]
    return d.mean(), d.std(ddof=1) / np.sqrt(d.size)


@wrong("07.6", "takes the lowest test error of each network")
def compare_fairly(validation_a, test_a, validation_b, test_b):
    a = test_a.min(axis=1)
    b = test_b.min(axis=1)
    d = b[b.mean(axis=1).argmin()] - a[a.mean(axis=1).argmin()]
    return d.mean(), d.std(ddof=1) / np.sqrt(d.size)


@wrong("07.6", "compares validation errors")
def compare_fairly(validation_a, test_a, validation_b, test_b):
    a = validation_a.min(axis=1)
    b = validation_b.min(axis=1)
    d = b[b.mean(axis=1).argmin()] - a[a.mean(axis=1).argmin()]
    return d.mean(), d.std(ddof=1) / np.sqrt(d.size)


@wrong("07.6", "uses the rate of a for b")
def compare_fairly(validation_a, test_a, validation_b, test_b):
    rate = validation_a.min(axis=1).mean(axis=1).argmin()
    a = at(test_a, validation_a.argmin(axis=1))[rate]
    b = at(test_b, validation_b.argmin(axis=1))[min(rate, len(test_b) - 1)]
    d = b - a
    return d.mean(), d.std(ddof=1) / np.sqrt(d.size)


@wrong("07.6", "standard deviation divided by n in place of n - 1")
def compare_fairly(validation_a, test_a, validation_b, test_b):
    a = at(test_a, validation_a.argmin(axis=1))[validation_a.min(axis=1).mean(axis=1).argmin()]
    b = at(test_b, validation_b.argmin(axis=1))[validation_b.min(axis=1).mean(axis=1).argmin()]
    d = b - a
    return d.mean(), np.std(d) / np.sqrt(len(d))


@wrong("07.6", "difference the wrong way round")
def compare_fairly(validation_a, test_a, validation_b, test_b):
    a = at(test_a, validation_a.argmin(axis=1))[validation_a.min(axis=1).mean(axis=1).argmin()]
    b = at(test_b, validation_b.argmin(axis=1))[validation_b.min(axis=1).mean(axis=1).argmin()]
    d = a - b
    return d.mean(), np.std(d, ddof=1) / np.sqrt(len(d))


@wrong("07.6", "standard errors of two independent means")
def compare_fairly(validation_a, test_a, validation_b, test_b):
    a = at(test_a, validation_a.argmin(axis=1))[validation_a.min(axis=1).mean(axis=1).argmin()]
    b = at(test_b, validation_b.argmin(axis=1))[validation_b.min(axis=1).mean(axis=1).argmin()]
    n = len(a)
    return b.mean() - a.mean(), math.sqrt(a.var(ddof=1) / n + b.var(ddof=1) / n)


@wrong("07.6", "stops all seeds at the epoch with the lowest mean")
def compare_fairly(validation_a, test_a, validation_b, test_b):
    out = []
    for v, t in ((validation_a, test_a), (validation_b, test_b)):
        m = v.mean(axis=2)
        r, e = np.unravel_index(m.argmin(), m.shape)
        out.append(t[r, e])
    d = out[1] - out[0]
    return d.mean(), d.std(ddof=1) / np.sqrt(len(d))


@wrong("07.7", "does not set the pruned weights to zero after retraining")
def prune_to_bound(W, counts, bound, retrain, error):
    kept = np.array(W, dtype=float)
    for c in counts:
        new = kept.copy()
        new.flat[np.argsort(abs(new), axis=None)[:c]] = 0
        new = retrain(new)
        if error(new) > bound:
            return kept
        kept = new
    return kept


@wrong("07.7", "sorts without the absolute value")
def prune_to_bound(W, counts, bound, retrain, error):
    kept = np.array(W, dtype=float)
    for c in counts:
        left = np.ones(kept.shape)
        left.flat[np.argsort(kept, axis=None)[:c]] = 0
        new = retrain(kept * left) * left
        if error(new) > bound:
            return kept
        kept = new
    return kept


@wrong("07.7", "returns the weights beyond the bound")
def prune_to_bound(W, counts, bound, retrain, error):
    kept = np.array(W, dtype=float)
    for c in counts:
        left = np.ones(kept.shape)
        left.flat[np.argsort(abs(kept), axis=None)[:c]] = 0
        kept = retrain(kept * left) * left
        if error(kept) > bound:
            break
    return kept


@wrong("07.7", "no retraining")
def prune_to_bound(W, counts, bound, retrain, error):
    kept = np.array(W, dtype=float)
    for c in counts:
        new = kept.copy()
        new.flat[np.argsort(abs(new), axis=None)[:c]] = 0
        if error(new) > bound:
            break
        kept = new
    return kept


@wrong("07.7", "prunes the largest weights")
def prune_to_bound(W, counts, bound, retrain, error):
    kept = np.array(W, dtype=float)
    for c in counts:
        left = np.ones(kept.shape)
        left.flat[np.argsort(-abs(kept), axis=None)[:c]] = 0
        new = retrain(kept * left) * left
        if error(new) > bound:
            break
        kept = new
    return kept


@wrong("07.7", "keeps `count` weights in place of removing them")
def prune_to_bound(W, counts, bound, retrain, error):
    kept = np.array(W, dtype=float)
    for c in counts:
        left = np.ones(kept.shape)
        left.flat[np.argsort(abs(kept), axis=None)[: kept.size - c]] = 0
        new = retrain(kept * left) * left
        if error(new) > bound:
            break
        kept = new
    return kept


@wrong("07.7", "stops at an error equal to the bound")
def prune_to_bound(W, counts, bound, retrain, error):
    kept = np.array(W, dtype=float)
    for c in counts:
        left = np.ones(kept.shape)
        left.flat[np.argsort(abs(kept), axis=None)[:c]] = 0
        new = retrain(kept * left) * left
        if error(new) >= bound:
            break
        kept = new
    return kept


def Phi(u):
    return 0.5 * (1 + np.vectorize(math.erf)(u / math.sqrt(2)))


def phi(u):
    return np.exp(-u * u / 2) / math.sqrt(2 * math.pi)


@wrong("07.9", "maximizes: mean - best")
def expected_improvement(mean, sd, best):
    s = np.where(np.asarray(sd) > 0, sd, 1)
    u = (mean - best) / s
    return np.where(np.asarray(sd) > 0, (mean - best) * Phi(u) + sd * phi(u), np.maximum(mean - best, 0))


@wrong("07.9", "probability of improvement")
def expected_improvement(mean, sd, best):
    s = np.where(np.asarray(sd) > 0, sd, 1e-12)
    return Phi((best - mean) / s)


@wrong("07.9", "density without the factor sd")
def expected_improvement(mean, sd, best):
    s = np.where(np.asarray(sd) > 0, sd, 1)
    u = (best - mean) / s
    return np.where(np.asarray(sd) > 0, (best - mean) * Phi(u) + phi(u), np.maximum(best - mean, 0))


@wrong("07.9", "only the improvement of the mean")
def expected_improvement(mean, sd, best):
    return np.clip(best - np.asarray(mean), 0, None)


@wrong("07.9", "sd taken for the variance")
def expected_improvement(mean, sd, best):
    s = np.sqrt(np.where(np.asarray(sd) > 0, sd, 1))
    u = (best - mean) / s
    return np.where(np.asarray(sd) > 0, (best - mean) * Phi(u) + s * phi(u), np.maximum(best - mean, 0))


@wrong("07.9", "erf without the root of 2")
def expected_improvement(mean, sd, best):
    s = np.where(np.asarray(sd) > 0, sd, 1)
    u = (best - mean) / s
    cdf = 0.5 * (1 + np.vectorize(math.erf)(u))
    return np.where(np.asarray(sd) > 0, (best - mean) * cdf + sd * phi(u), np.maximum(best - mean, 0))


@wrong("07.9", "0 where sd is 0, whatever the mean")
def expected_improvement(mean, sd, best):
    s = np.where(np.asarray(sd) > 0, sd, 1)
    u = (best - mean) / s
    return np.where(np.asarray(sd) > 0, (best - mean) * Phi(u) + sd * phi(u), 0)
