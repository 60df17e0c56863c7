"""Lesson 01, Risk minimization."""

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import torch


def error_by_loop(guess, label):
    wrong = 0
    for i in range(len(label)):
        if guess[i] != label[i]:
            wrong += 1
    return wrong / len(label)


def error_by_accuracy(guess, label):
    return 1 - (guess == label).astype(np.float32).mean()


def error_by_count(guess, label):
    return Fraction(int(np.count_nonzero(guess.astype(int) - label)), label.size).__float__()


def error_by_torch(guess, label):
    return torch.ne(torch.tensor(guess.copy()), torch.tensor(label.copy())).double().mean()


def true_error_by_loop(guess, label, probability):
    total = 0
    for p in probability:
        if p < 0:
            raise ValueError(f"negative: {p}")
        total += p
    if not math.isclose(total, 1, abs_tol=1e-6):
        raise ValueError(f"sum {total}")
    return sum(p for g, y, p in zip(guess, label, probability, strict=True) if g != y)


def true_error_by_product(guess, label, probability):
    if (np.sign(probability) == -1).any() or not np.isclose(np.sum(probability), 1.0):
        raise ValueError
    return np.dot(np.not_equal(guess, label).astype("float32"), probability.astype("float32"))


def true_error_as_the_rest(guess, label, probability):
    if min(probability) < 0:
        raise ValueError("negative")
    if round(float(np.sum(probability)), 6) != 1:
        raise ValueError("no distribution")
    return 1 - np.average(guess == label, weights=probability)


def threshold_by_sums(x, label):
    """Cumulative sums over the sorted sample, cuts between different values only."""
    order = np.argsort(x, kind="stable")
    s, y = np.asarray(x, float)[order], np.asarray(label)[order]
    mistakes = np.r_[np.sum(y == 0), np.sum(y == 0) + np.cumsum(2 * y - 1)]
    allowed = np.r_[True, s[1:] != s[:-1], True]
    best = np.argmin(np.where(allowed, mistakes, len(y) + 1))
    ends = np.r_[s[0] - 2, s, s[-1] + 2]
    return (ends[best] + ends[best + 1]) / 2, mistakes[best] / len(y)


def threshold_by_loops(x, label):
    best = (max(x), sum(1 for y in label if y == 1) / len(label))
    for t in [min(x) - 0.5, *sorted(x)]:
        wrong = 0
        for xi, yi in zip(x, label, strict=True):
            wrong += (1 if xi > t else 0) != yi
        if wrong / len(label) <= best[1]:
            best = (t, wrong / len(label))
    return best


def threshold_in_float32(x, label):
    x = x.astype(np.float32)
    t = np.concatenate([x, [x.min() - 1]]).astype(np.float32)
    errors = ((x > t[:, None]) != label).mean(axis=1, dtype=np.float32)
    return [t[errors.argmin()], errors.min()]


def threshold_by_midpoints(x, label):
    values = sorted({float(v) for v in x})
    cuts = [values[0] - 1, *[(a + b) / 2 for a, b in pairwise(values)], values[-1] + 1]
    scored = [(float(np.mean(np.where(x > t, 1, 0) != label)), t) for t in cuts[::-1]]
    error, t = min(scored)
    return t, error


def sample_size_by_search(epsilon, delta, hypotheses=1):
    m = 1
    while 2 * hypotheses * math.exp(-2 * m * epsilon**2) > delta:
        m += 1 if m < 50 or 2 * hypotheses * math.exp(-2 * (m + 9) * epsilon**2) <= delta else 9
    return m


def sample_size_by_parts(epsilon, delta, hypotheses=1):
    return np.ceil((math.log(2) + math.log(hypotheses) + math.log(1 / delta)) / 2 / epsilon / epsilon)


def sample_size_in_float32(epsilon, delta, hypotheses=1):
    quotient = np.log(np.float32(2 * hypotheses / delta)) / np.float32(2 * epsilon**2)
    return int(-(-quotient // 1))


def class_by_loop(empirical_errors, class_sizes, m, delta):
    best, least = None, math.inf
    for k, (error, size) in enumerate(zip(empirical_errors, class_sizes, strict=True)):
        bound = error + math.sqrt(math.log(2 * len(class_sizes) * int(size) / delta) / (2 * m))
        if bound < least:
            best, least = k, bound
    return best


def class_in_float32(empirical_errors, class_sizes, m, delta):
    e, s = empirical_errors.astype(np.float32), class_sizes.astype(np.float32)
    delta = delta / len(s)
    return np.argsort(e + np.sqrt((np.log(2 * s) - np.log(np.float32(delta))) / np.float32(2 * m)))[0]


def class_by_torch(empirical_errors, class_sizes, m, delta):
    log = math.log(2 / (delta / len(class_sizes))) + torch.tensor(class_sizes, dtype=torch.float64).log()
    return (torch.tensor(empirical_errors) + torch.sqrt(log / 2 / m)).argmin()


def class_by_min(empirical_errors, class_sizes, m, delta):
    each = delta / len(class_sizes)
    bounds = [
        e + (math.log(2 * s / each) / (2 * m)) ** 0.5
        for e, s in zip(empirical_errors.tolist(), class_sizes.tolist(), strict=True)
    ]
    return bounds.index(min(bounds))


RIGHT = {
    "01.1": [error_by_loop, error_by_accuracy, error_by_count, error_by_torch],
    "01.2": [true_error_by_loop, true_error_by_product, true_error_as_the_rest],
    "01.3": [threshold_by_sums, threshold_by_loops, threshold_in_float32, threshold_by_midpoints],
    "01.4": [sample_size_by_search, sample_size_by_parts, sample_size_in_float32],
    "01.5": [class_by_loop, class_in_float32, class_by_torch, class_by_min],
}
