"""Lesson 05, Model selection."""

import itertools
from collections import Counter
from fractions import Fraction

import numpy as np
import sklearn.metrics
import sklearn.model_selection
import torch


def cells_by_loop(label, guess, positive=1):
    tp = fp = fn = tn = 0
    for truth, said in zip(label, guess, strict=True):
        if truth == positive:
            if said == positive:
                tp += 1
            else:
                fn += 1
        elif said == positive:
            fp += 1
        else:
            tn += 1
    return {"tp": tp, "fp": fp, "fn": fn, "tn": tn}


def cells_by_counting(label, guess, positive=1):
    pairs = Counter(
        (t == positive, g == positive) for t, g in zip(label.tolist(), guess.tolist(), strict=True)
    )
    names = {"tn": (False, False), "tp": (True, True), "fn": (True, False), "fp": (False, True)}
    return {name: pairs[cell] for name, cell in names.items()}


def cells_by_products(label, guess, positive=1):
    t, g = np.float32(label == positive), np.float32(guess == positive)
    return {"tp": t @ g, "fp": (1 - t) @ g, "fn": t @ (1 - g), "tn": (1 - t) @ (1 - g)}


def cells_by_sklearn(label, guess, positive=1):
    table = sklearn.metrics.confusion_matrix(label, guess, labels=[1 - positive, positive])
    (tn, fp), (fn, tp) = table
    return {"tp": tp, "fp": fp, "fn": fn, "tn": tn}


def cells_by_torch(label, guess, positive=1):
    t, g = torch.tensor(label.copy()) == positive, torch.tensor(guess.copy()) == positive
    return {"tp": (t & g).sum(), "fp": (~t & g).sum(), "fn": (t & ~g).sum(), "tn": (~t & ~g).sum()}


def rates_by_branches(tp, fp, fn, tn):
    n = tp + fp + fn + tn
    accuracy = (tp + tn) / n if n > 0 else 0
    precision = tp / (tp + fp) if tp + fp > 0 else 0
    recall = tp / (tp + fn) if tp + fn > 0 else 0
    fpr = fp / (fp + tn) if fp + tn > 0 else 0
    f1 = 0 if precision + recall == 0 else 2 * precision * recall / (precision + recall)
    return {
        "accuracy": accuracy,
        "precision": precision,
        "recall": recall,
        "false_positive_rate": fpr,
        "f1": f1,
    }


def rates_by_exceptions(tp, fp, fn, tn):
    def over(a, b):
        try:
            return float(Fraction(a, b))
        except ZeroDivisionError:
            return 0.0

    return {
        "f1": over(tp, tp + Fraction(fp + fn, 2)),
        "recall": over(tp, tp + fn),
        "accuracy": over(tp + tn, tp + fp + fn + tn),
        "precision": over(tp, tp + fp),
        "false_positive_rate": over(fp, fp + tn),
    }


def rates_by_numpy(tp, fp, fn, tn):
    parts = np.array([tp + tn, tp, tp, fp, 2 * tp], dtype=np.float32)
    wholes = np.array([tp + fp + fn + tn, tp + fp, tp + fn, fp + tn, 2 * tp + fp + fn], dtype=np.float32)
    values = np.divide(parts, wholes, out=np.zeros(5, dtype=np.float32), where=wholes > 0)
    return dict(zip(["accuracy", "precision", "recall", "false_positive_rate", "f1"], values, strict=True))


def roc_by_loop(score, label):
    positives, negatives = sum(label == 1), sum(label == 0)
    fpr, tpr, thresholds = [0.0], [0.0], [float("inf")]
    for t in sorted(set(score.tolist()), reverse=True):
        tp = sum(1 for s, y in zip(score, label, strict=True) if s >= t and y == 1)
        fp = sum(1 for s, y in zip(score, label, strict=True) if s >= t and y == 0)
        fpr.append(fp / negatives)
        tpr.append(tp / positives)
        thresholds.append(t)
    return fpr, tpr, thresholds


def roc_by_sorting(score, label):
    order = np.argsort(score)[::-1]
    s, y = score[order], label[order]
    end = np.r_[np.flatnonzero(np.diff(s)), len(s) - 1]
    tp = np.cumsum(y)[end]
    fp = end + 1 - tp
    return [np.r_[0, fp / fp[-1]], np.r_[0, tp / tp[-1]], np.r_[np.inf, s[end]]]


def roc_by_sklearn(score, label):
    return sklearn.metrics.roc_curve(label, score, drop_intermediate=False)


def roc_by_counts(score, label):
    """From below: how many of each class reach the threshold."""
    score = score.astype(np.float32)
    t = np.unique(score)
    positive, negative = np.sort(score[label == 1]), np.sort(score[label == 0])
    tpr = 1 - np.searchsorted(positive, t) / positive.size
    fpr = 1 - np.searchsorted(negative, t) / negative.size
    return np.r_[fpr, 0][::-1], np.r_[tpr, 0][::-1], np.r_[t, np.inf][::-1]


def auc_by_loops(score, label):
    pairs = list(
        itertools.product(
            [s for s, y in zip(score, label, strict=True) if y == 1],
            [s for s, y in zip(score, label, strict=True) if y == 0],
        )
    )
    if not pairs:
        raise ValueError
    return sum(1 if a > b else 0.5 if a == b else 0 for a, b in pairs) / len(pairs)


def auc_by_trapezoids(score, label):
    if len(set(label)) < 2:
        raise ValueError("one class")
    fpr, tpr, _ = roc_by_loop(score, label)
    return sum((fpr[i] - fpr[i - 1]) * (tpr[i] + tpr[i - 1]) / 2 for i in range(1, len(fpr)))


def auc_by_signs(score, label):
    positive, negative = np.float32(score[label == 1]), np.float32(score[label == 0])
    if 0 in (positive.size, negative.size):
        raise ValueError("needs both classes")
    return np.float32(0.5) + np.sign(np.subtract.outer(positive, negative)).mean() / 2


def kfold_by_masks(n, k, rng):
    if k > n or k < 2:
        raise ValueError("k")
    fold = rng.permutation(np.arange(n) % k)
    rows = np.arange(n)
    return [(rows[fold != i], rows[fold == i]) for i in range(k)]


def kfold_by_lists(n, k, rng):
    if not 1 < k <= n:
        raise ValueError(f"{k} folds of {n}")
    rows = list(range(n))
    rng.shuffle(rows)
    folds, start = [], 0
    for i in range(k):
        size = n // k + (1 if i < n % k else 0)
        val = rows[start : start + size]
        folds.append([[r for r in rows if r not in val], val])
        start += size
    return tuple(folds)


def kfold_by_sklearn(n, k, rng):
    """Its splitter refuses k > n and k < 2 by itself."""
    splitter = sklearn.model_selection.KFold(k, shuffle=True, random_state=int(rng.integers(2**31)))
    return splitter.split(np.zeros((n, 1)))


def kfold_by_generator(n, k, rng):
    """An error inside a generator comes late, when it is read."""
    if k < 2 or n < k:
        raise ValueError
    order = np.argsort(rng.random(n))
    for i in range(k):
        val = order[i::k]
        yield np.setdiff1d(np.arange(n), val), val


def validate_by_lists(fit, predict, x, y, folds):
    wrong = []
    for train, val in folds:
        guesses = predict(fit(x[train], y[train]), x[val])
        wrong += [g != t for g, t in zip(guesses, y[val], strict=True)]
    return sum(wrong) / len(wrong)


def validate_in_place_of_labels(fit, predict, x, y, folds):
    guess = np.empty_like(y)
    for train, val in folds:
        guess[val] = predict(fit(x[train], y[train]), x[val])
    return np.float32(1 - np.mean(guess == y))


def validate_by_weights(fit, predict, x, y, folds):
    rates = [np.mean(predict(fit(np.take(x, t, 0), np.take(y, t)), x[v]) != y[v]) for t, v in folds]
    return np.average(rates, weights=[len(v) for _, v in folds])


def cheapest_by_loop(score, label, miss, false_alarm):
    best, lowest = np.inf, miss * np.sum(label == 1) / len(label)
    for t in sorted(set(score), reverse=True):
        total = 0
        for s, truth in zip(score, label, strict=True):
            if truth == 1 and s < t:
                total += miss
            if truth == 0 and s >= t:
                total += false_alarm
        if total / len(label) < lowest:
            best, lowest = t, total / len(label)
    return best, lowest


def cheapest_by_walking_down(score, label, miss, false_alarm):
    """Each positive passed saves a miss, each negative passed costs an alarm."""
    thresholds = [np.inf, *np.unique(score)[::-1]]
    costs = [miss * int(np.sum(label == 1))]
    for t in thresholds[1:]:
        here = label[score == t]
        costs.append(costs[-1] - miss * int(np.sum(here == 1)) + false_alarm * int(np.sum(here == 0)))
    i = costs.index(min(costs))
    return thresholds[i], costs[i] / len(label)


def cheapest_by_torch(score, label, miss, false_alarm):
    s, y = torch.tensor(score.copy(), dtype=torch.float64), torch.tensor(label.copy())
    t = torch.cat([torch.tensor([torch.inf], dtype=torch.float64), s.unique().flip(0)])
    called = s >= t[:, None]
    cost = (miss * (~called & (y == 1)).sum(1) + false_alarm * (called & (y == 0)).sum(1)) / len(y)
    best = cost.argmin()
    return t[best], cost[best]


def nested_by_validating(fit, predict, settings, x, y, outer, inner):
    def errors(setting, pairs):
        return sum((predict(fit(x[a], y[a], setting), x[b]) != y[b]).sum() for a, b in pairs)

    total = 0
    for fold, pairs in zip(outer, inner, strict=True):
        best = min(settings, key=lambda setting: errors(setting, pairs))
        total += errors(best, [fold])
    return total / len(y)


def nested_by_rates(fit, predict, settings, x, y, outer, inner):
    """The inner folds of one outer fold divide the same rows, so pooled rates choose like counts."""
    off = np.zeros(len(y))
    for i in range(len(outer)):
        train, val = outer[i]
        best, lowest = None, np.inf
        for setting in settings:
            missed = np.concatenate([predict(fit(x[a], y[a], setting), x[b]) != y[b] for a, b in inner[i]])
            if missed.mean() < lowest:
                best, lowest = setting, missed.mean()
        off[val] = predict(fit(x[train], y[train], best), x[val]) != y[val]
    return off.mean()


def nested_by_tables(fit, predict, settings, x, y, outer, inner):
    table = np.array(
        [
            [sum(int((predict(fit(x[a], y[a], s), x[b]) != y[b]).sum()) for a, b in folds) for s in settings]
            for folds in inner
        ]
    )
    chosen = [settings[j] for j in table.argmin(axis=1)]
    wrong = [predict(fit(x[t], y[t], s), x[v]) != y[v] for s, (t, v) in zip(chosen, outer, strict=True)]
    return np.float32(np.concatenate(wrong).mean())


RIGHT = {
    "05.1": [cells_by_loop, cells_by_counting, cells_by_products, cells_by_sklearn, cells_by_torch],
    "05.2": [rates_by_branches, rates_by_exceptions, rates_by_numpy],
    "05.3": [roc_by_loop, roc_by_sorting, roc_by_sklearn, roc_by_counts],
    "05.4": [auc_by_loops, auc_by_trapezoids, auc_by_signs],
    "05.5": [kfold_by_masks, kfold_by_lists, kfold_by_sklearn, kfold_by_generator],
    "05.6": [validate_by_lists, validate_in_place_of_labels, validate_by_weights],
    "05.7": [cheapest_by_loop, cheapest_by_walking_down, cheapest_by_torch],
    "05.8": [nested_by_validating, nested_by_rates, nested_by_tables],
}
