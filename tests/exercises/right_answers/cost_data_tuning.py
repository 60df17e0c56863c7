"""Lesson 07b: a fair comparison, pruning to a bound, expected improvement."""

import math
import statistics

import numpy as np
import torch


def compare_by_loops(validation_a, test_a, validation_b, test_b):
    chosen = []
    for validation, test in ((validation_a, test_a), (validation_b, test_b)):
        rates, epochs, seeds = validation.shape
        best_mean, best_tests = math.inf, []
        for r in range(rates):
            stops = [min(range(epochs), key=lambda e, r=r, s=s: validation[r, e, s]) for s in range(seeds)]
            mean = sum(float(validation[r, stops[s], s]) for s in range(seeds)) / seeds
            if mean < best_mean:
                best_mean, best_tests = mean, [float(test[r, stops[s], s]) for s in range(seeds)]
        chosen.append(best_tests)
    d = [b - a for a, b in zip(*chosen, strict=True)]
    return sum(d) / len(d), statistics.stdev(d) / math.sqrt(len(d))


def compare_by_indexing(validation_a, test_a, validation_b, test_b):
    def best(v, t):
        r, s = np.ogrid[: v.shape[0], : v.shape[2]]
        stop = v.argmin(axis=1)
        return t[r, stop, s][v[r, stop, s].mean(axis=-1).argmin()]

    d = best(validation_b, test_b) - best(validation_a, test_a)
    return [d.mean(), d.std(ddof=1) / d.size**0.5]


def compare_by_torch(validation_a, test_a, validation_b, test_b):
    kept = []
    for pair in ((validation_a, test_a), (validation_b, test_b)):
        validation, test = (torch.tensor(np.array(errors, dtype=float)) for errors in pair)
        lowest, stop = validation.min(dim=1)
        tests = test.gather(1, stop[:, None])[:, 0]
        kept.append(tests[lowest.mean(dim=1).argmin()])
    d = kept[1] - kept[0]
    return d.mean(), d.std() / math.sqrt(len(d))


def prune_by_threshold(W, counts, bound, retrain, error):
    kept = np.array(W, dtype=float)
    for count in counts:
        limit = np.sort(np.abs(kept), axis=None)[count]
        left = np.abs(kept) >= limit
        pruned = np.where(left, retrain(np.where(left, kept, 0.0)), 0.0)
        if error(pruned) > bound:
            return kept
        kept = pruned
    return kept


def prune_by_recursion(W, counts, bound, retrain, error):
    W = np.asarray(W, dtype=float).copy()
    if len(counts) == 0:
        return W
    gone = np.unravel_index(np.argsort(np.abs(W).ravel())[: counts[0]], W.shape)
    pruned = W.copy()
    pruned[gone] = 0
    pruned = np.array(retrain(pruned))
    pruned[gone] = 0
    return W if error(pruned) > bound else prune_by_recursion(pruned, counts[1:], bound, retrain, error)


def prune_by_lists(W, counts, bound, retrain, error):
    n, m = np.shape(W)
    kept = [[float(w) for w in row] for row in W]
    for count in counts:
        places = sorted((abs(kept[j][k]), j, k) for j in range(n) for k in range(m))[:count]
        trial = [row[:] for row in kept]
        for _, j, k in places:
            trial[j][k] = 0.0
        trial = np.asarray(retrain(np.array(trial))).tolist()
        for _, j, k in places:
            trial[j][k] = 0.0
        if error(np.array(trial)) > bound:
            break
        kept = trial
    return kept


def improvement_by_loops(mean, sd, best):
    found = []
    for m, s in zip(mean, sd, strict=True):
        if s == 0:
            found.append(max(best - m, 0.0))
        else:
            normal = statistics.NormalDist()
            u = (best - m) / s
            found.append((best - m) * normal.cdf(u) + s * normal.pdf(u))
    return found


def improvement_by_units(mean, sd, best):
    u = np.divide(best - mean, sd, out=np.zeros(len(mean)), where=np.asarray(sd) > 0)
    cdf = np.array([0.5 * math.erfc(-x / math.sqrt(2)) for x in u])
    pdf = np.exp(-0.5 * u**2) / np.sqrt(2 * np.pi)
    return np.where(np.asarray(sd) > 0, sd * (u * cdf + pdf), np.clip(best - np.asarray(mean), 0, None))


def improvement_by_torch(mean, sd, best):
    m, s = (torch.tensor(np.array(a, dtype=float)) for a in (mean, sd))
    normal = torch.distributions.Normal(torch.zeros_like(m), torch.ones_like(m))
    u = (best - m) / torch.where(s > 0, s, 1.0)
    expected = (best - m) * normal.cdf(u) + s * torch.exp(normal.log_prob(u))
    return torch.where(s > 0, expected, (best - m).clamp(min=0))


RIGHT = {
    "07.6": [compare_by_loops, compare_by_indexing, compare_by_torch],
    "07.7": [prune_by_threshold, prune_by_recursion, prune_by_lists],
    "07.9": [improvement_by_loops, improvement_by_units, improvement_by_torch],
}
