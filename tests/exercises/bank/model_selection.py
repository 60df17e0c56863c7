"""Wrong answers to the exercises of lesson 05."""
# Beginners' code is the data of these tests, so its style stays as it is.
# ruff: noqa

import numpy as np

from .wrong import wrong


@wrong("05.1", "fp and fn are swapped")
def confusion_matrix(label, guess, positive=1):
    l = np.asarray(label) == positive
    g = np.asarray(guess) == positive
    return {
        "tp": int(np.sum(l & g)),
        "fp": int(np.sum(l & ~g)),
        "fn": int(np.sum(~l & g)),
        "tn": int(np.sum(~l & ~g)),
    }


@wrong("05.1", "positive is ignored: 1 always counts as positive")
def confusion_matrix(label, guess, positive=1):
    tp = fp = fn = tn = 0
    for l, g in zip(label, guess):
        if l == 1 and g == 1:
            tp += 1
        elif l == 0 and g == 1:
            fp += 1
        elif l == 1 and g == 0:
            fn += 1
        else:
            tn += 1
    return {"tp": tp, "fp": fp, "fn": fn, "tn": tn}


@wrong("05.1", "fractions instead of counts")
def confusion_matrix(label, guess, positive=1):
    l = np.asarray(label) == positive
    g = np.asarray(guess) == positive
    return {"tp": np.mean(l & g), "fp": np.mean(~l & g), "fn": np.mean(l & ~g), "tn": np.mean(~l & ~g)}


@wrong("05.1", "a tuple instead of a dict")
def confusion_matrix(label, guess, positive=1):
    l = np.asarray(label) == positive
    g = np.asarray(guess) == positive
    return int(np.sum(l & g)), int(np.sum(~l & g)), int(np.sum(l & ~g)), int(np.sum(~l & ~g))


@wrong("05.1", "the keys are in capitals")
def confusion_matrix(label, guess, positive=1):
    l = np.asarray(label) == positive
    g = np.asarray(guess) == positive
    return {
        "TP": int(np.sum(l & g)),
        "FP": int(np.sum(~l & g)),
        "FN": int(np.sum(l & ~g)),
        "TN": int(np.sum(~l & ~g)),
    }


@wrong("05.1", "tp counts every positive guess")
def confusion_matrix(label, guess, positive=1):
    l = np.asarray(label) == positive
    g = np.asarray(guess) == positive
    return {
        "tp": int(np.sum(g)),
        "fp": int(np.sum(~l & g)),
        "fn": int(np.sum(l & ~g)),
        "tn": int(np.sum(~l & ~g)),
    }


@wrong("05.1", "tp counts every correct guess, and tn is among them")
def confusion_matrix(label, guess, positive=1):
    tp = fp = fn = tn = 0
    for i in range(len(label)):
        if label[i] == guess[i]:
            tp += 1
        elif guess[i] == positive:
            fp += 1
        else:
            fn += 1
    return {"tp": tp, "fp": fp, "fn": fn, "tn": tn}


@wrong("05.1", "tp and tn are swapped")
def confusion_matrix(label, guess, positive=1):
    l = np.asarray(label) == positive
    g = np.asarray(guess) == positive
    return {
        "tp": int(np.sum(~l & ~g)),
        "fp": int(np.sum(~l & g)),
        "fn": int(np.sum(l & ~g)),
        "tn": int(np.sum(l & g)),
    }


@wrong("05.1", "the last example is not counted")
def confusion_matrix(label, guess, positive=1):
    counts = {"tp": 0, "fp": 0, "fn": 0, "tn": 0}
    for i in range(len(label) - 1):
        if guess[i] == positive:
            counts["tp" if label[i] == positive else "fp"] += 1
        else:
            counts["fn" if label[i] == positive else "tn"] += 1
    return counts


@wrong("05.1", "tn is not counted: the key stays at 0")
def confusion_matrix(label, guess, positive=1):
    counts = {"tp": 0, "fp": 0, "fn": 0, "tn": 0}
    for l, g in zip(label, guess):
        if g == positive and l == positive:
            counts["tp"] += 1
        if g == positive and l != positive:
            counts["fp"] += 1
        if g != positive and l == positive:
            counts["fn"] += 1
    return counts


def ratio(a, b):
    return a / b if b else 0.0


@wrong("05.2", "precision and recall are swapped")
def rates(tp, fp, fn, tn):
    p, r = ratio(tp, tp + fn), ratio(tp, tp + fp)
    return {
        "accuracy": ratio(tp + tn, tp + fp + fn + tn),
        "precision": p,
        "recall": r,
        "false_positive_rate": ratio(fp, fp + tn),
        "f1": ratio(2 * tp, 2 * tp + fp + fn),
    }


@wrong("05.2", "the false positive rate is divided by all positive guesses")
def rates(tp, fp, fn, tn):
    return {
        "accuracy": ratio(tp + tn, tp + fp + fn + tn),
        "precision": ratio(tp, tp + fp),
        "recall": ratio(tp, tp + fn),
        "false_positive_rate": ratio(fp, fp + tp),
        "f1": ratio(2 * tp, 2 * tp + fp + fn),
    }


@wrong("05.2", "f1 is the arithmetic mean of precision and recall")
def rates(tp, fp, fn, tn):
    p, r = ratio(tp, tp + fp), ratio(tp, tp + fn)
    return {
        "accuracy": ratio(tp + tn, tp + fp + fn + tn),
        "precision": p,
        "recall": r,
        "false_positive_rate": ratio(fp, fp + tn),
        "f1": (p + r) / 2,
    }


@wrong("05.2", "f1 without the factor 2")
def rates(tp, fp, fn, tn):
    p, r = ratio(tp, tp + fp), ratio(tp, tp + fn)
    return {
        "accuracy": ratio(tp + tn, tp + fp + fn + tn),
        "precision": p,
        "recall": r,
        "false_positive_rate": ratio(fp, fp + tn),
        "f1": ratio(p * r, p + r),
    }


@wrong("05.2", "raises ZeroDivisionError where a denominator is 0")
def rates(tp, fp, fn, tn):
    p, r = tp / (tp + fp), tp / (tp + fn)
    return {
        "accuracy": (tp + tn) / (tp + fp + fn + tn),
        "precision": p,
        "recall": r,
        "false_positive_rate": fp / (fp + tn),
        "f1": 2 * p * r / (p + r),
    }


@wrong("05.2", "the accuracy counts true positives only")
def rates(tp, fp, fn, tn):
    return {
        "accuracy": ratio(tp, tp + fp + fn + tn),
        "precision": ratio(tp, tp + fp),
        "recall": ratio(tp, tp + fn),
        "false_positive_rate": ratio(fp, fp + tn),
        "f1": ratio(2 * tp, 2 * tp + fp + fn),
    }


@wrong("05.2", "percentages")
def rates(tp, fp, fn, tn):
    return {
        "accuracy": 100 * ratio(tp + tn, tp + fp + fn + tn),
        "precision": 100 * ratio(tp, tp + fp),
        "recall": 100 * ratio(tp, tp + fn),
        "false_positive_rate": 100 * ratio(fp, fp + tn),
        "f1": 100 * ratio(2 * tp, 2 * tp + fp + fn),
    }


@wrong("05.2", "the true negative rate instead of the false positive rate")
def rates(tp, fp, fn, tn):
    return {
        "accuracy": ratio(tp + tn, tp + fp + fn + tn),
        "precision": ratio(tp, tp + fp),
        "recall": ratio(tp, tp + fn),
        "false_positive_rate": ratio(tn, fp + tn),
        "f1": ratio(2 * tp, 2 * tp + fp + fn),
    }


@wrong("05.2", "nan instead of 0.0 where a denominator is 0")
def rates(tp, fp, fn, tn):
    def r(a, b):
        return a / b if b else float("nan")

    return {
        "accuracy": r(tp + tn, tp + fp + fn + tn),
        "precision": r(tp, tp + fp),
        "recall": r(tp, tp + fn),
        "false_positive_rate": r(fp, fp + tn),
        "f1": r(2 * tp, 2 * tp + fp + fn),
    }


@wrong("05.2", "integer division")
def rates(tp, fp, fn, tn):
    def r(a, b):
        return a // b if b else 0.0

    return {
        "accuracy": r(tp + tn, tp + fp + fn + tn),
        "precision": r(tp, tp + fp),
        "recall": r(tp, tp + fn),
        "false_positive_rate": r(fp, fp + tn),
        "f1": r(2 * tp, 2 * tp + fp + fn),
    }


@wrong("05.2", "rounded to two decimals")
def rates(tp, fp, fn, tn):
    return {
        "accuracy": round(ratio(tp + tn, tp + fp + fn + tn), 2),
        "precision": round(ratio(tp, tp + fp), 2),
        "recall": round(ratio(tp, tp + fn), 2),
        "false_positive_rate": round(ratio(fp, fp + tn), 2),
        "f1": round(ratio(2 * tp, 2 * tp + fp + fn), 2),
    }


def curve(score, label):
    """A correct helper."""
    ts = np.concatenate([[np.inf], np.unique(score)[::-1]])
    tpr = np.array([np.mean(score[label == 1] >= t) for t in ts])
    fpr = np.array([np.mean(score[label == 0] >= t) for t in ts])
    return fpr, tpr, ts


@wrong("05.3", "tpr is returned before fpr")
def roc_curve(score, label):
    f, t, ts = curve(score, label)
    return t, f, ts


@wrong("05.3", "the point (0, 0) at infinity is missing")
def roc_curve(score, label):
    f, t, ts = curve(score, label)
    return f[1:], t[1:], ts[1:]


@wrong("05.3", "the thresholds rise, so the curve runs from (1, 1) to (0, 0)")
def roc_curve(score, label):
    f, t, ts = curve(score, label)
    return f[::-1], t[::-1], ts[::-1]


@wrong("05.3", "positive where score > threshold instead of >=")
def roc_curve(score, label):
    ts = np.concatenate([[np.inf], np.unique(score)[::-1]])
    tpr = np.array([np.mean(score[label == 1] > t) for t in ts])
    fpr = np.array([np.mean(score[label == 0] > t) for t in ts])
    return fpr, tpr, ts


@wrong("05.3", "tied scores get a threshold each")
def roc_curve(score, label):
    ts = [np.inf] + sorted(score, reverse=True)
    tpr, fpr = [], []
    for t in ts:
        tpr.append(np.mean(score[label == 1] >= t))
        fpr.append(np.mean(score[label == 0] >= t))
    return np.array(fpr), np.array(tpr), np.array(ts)


@wrong("05.3", "both rates are divided by N instead of by the size of their class")
def roc_curve(score, label):
    ts = np.concatenate([[np.inf], np.unique(score)[::-1]])
    tpr = np.array([np.mean((score >= t) & (label == 1)) for t in ts])
    fpr = np.array([np.mean((score >= t) & (label == 0)) for t in ts])
    return fpr, tpr, ts


@wrong("05.3", "counts instead of rates")
def roc_curve(score, label):
    ts = np.concatenate([[np.inf], np.unique(score)[::-1]])
    tp = np.array([np.sum((score >= t) & (label == 1)) for t in ts])
    fp = np.array([np.sum((score >= t) & (label == 0)) for t in ts])
    return fp, tp, ts


@wrong("05.3", "low scores mean positive")
def roc_curve(score, label):
    ts = np.concatenate([[np.inf], np.unique(score)[::-1]])
    tpr = np.array([np.mean(score[label == 1] <= t) for t in ts])
    fpr = np.array([np.mean(score[label == 0] <= t) for t in ts])
    return fpr, tpr, ts


@wrong("05.3", "the precision in place of the true positive rate")
def roc_curve(score, label):
    ts = np.concatenate([[np.inf], np.unique(score)[::-1]])
    tpr, fpr = [], []
    for t in ts:
        called = score >= t
        tpr.append(np.mean(label[called] == 1) if called.any() else 0.0)
        fpr.append(np.mean(called[label == 0]))
    return np.array(fpr), np.array(tpr), ts


@wrong("05.3", "fixed thresholds from 0 to 1 instead of the scores")
def roc_curve(score, label):
    ts = np.linspace(1, 0, len(np.unique(score)) + 1)
    tpr = np.array([np.mean(score[label == 1] >= t) for t in ts])
    fpr = np.array([np.mean(score[label == 0] >= t) for t in ts])
    return fpr, tpr, ts


@wrong("05.3", "the last threshold, at the lowest score, is missing")
def roc_curve(score, label):
    f, t, ts = curve(score, label)
    return f[:-1], t[:-1], ts[:-1]


@wrong("05.3", "the highest threshold is one above the largest score instead of inf")
def roc_curve(score, label):
    f, t, ts = curve(score, label)
    ts[0] = score.max() + 1
    return f, t, ts


def check_classes(label):
    if len(np.unique(label)) < 2:
        raise ValueError("only one class")


@wrong("05.4", "a tie counts nothing")
def auc(score, label):
    check_classes(label)
    pos, neg = score[label == 1], score[label == 0]
    count = 0
    for p in pos:
        for n in neg:
            if p > n:
                count += 1
    return count / (len(pos) * len(neg))


@wrong("05.4", "a tie counts whole")
def auc(score, label):
    check_classes(label)
    pos, neg = score[label == 1], score[label == 0]
    return np.mean(pos[:, None] >= neg[None, :])


@wrong("05.4", "the negatives' and the positives' roles are swapped")
def auc(score, label):
    check_classes(label)
    pos, neg = score[label == 1], score[label == 0]
    d = neg[:, None] - pos[None, :]
    return np.mean((d > 0) + 0.5 * (d == 0))


@wrong("05.4", "the number of pairs instead of the fraction")
def auc(score, label):
    check_classes(label)
    pos, neg = score[label == 1], score[label == 0]
    d = pos[:, None] - neg[None, :]
    return np.sum((d > 0) + 0.5 * (d == 0))


@wrong("05.4", "divided by N² instead of by the number of pairs")
def auc(score, label):
    check_classes(label)
    pos, neg = score[label == 1], score[label == 0]
    d = pos[:, None] - neg[None, :]
    return np.sum((d > 0) + 0.5 * (d == 0)) / len(score) ** 2


@wrong("05.4", "does not raise a ValueError for one class")
def auc(score, label):
    pos, neg = score[label == 1], score[label == 0]
    if len(pos) == 0 or len(neg) == 0:
        return 0.5
    d = pos[:, None] - neg[None, :]
    return np.mean((d > 0) + 0.5 * (d == 0))


@wrong("05.4", "the accuracy at the threshold 0.5")
def auc(score, label):
    check_classes(label)
    return np.mean((score >= 0.5) == label)


@wrong("05.4", "compares positives and negatives only pairwise in their order, by zip")
def auc(score, label):
    check_classes(label)
    pos, neg = score[label == 1], score[label == 0]
    n = 0
    total = 0
    for p, q in zip(pos, neg):
        n += 1
        if p > q:
            total += 1
        elif p == q:
            total += 0.5
    return total / n


@wrong("05.4", "rectangles under the curve, with the height at their left end")
def auc(score, label):
    check_classes(label)
    f, t, _ = curve(score, label)
    return np.sum(np.diff(f) * t[:-1])


@wrong("05.4", "axes swapped: the area left of the curve")
def auc(score, label):
    check_classes(label)
    f, t, _ = curve(score, label)
    return np.sum(np.diff(t) * (f[1:] + f[:-1]) / 2)


@wrong("05.4", "the difference of the mean scores")
def auc(score, label):
    check_classes(label)
    return score[label == 1].mean() - score[label == 0].mean()


@wrong("05.5", "not shuffled")
def kfold(n, k, rng):
    if k > n or k < 2:
        raise ValueError("k")
    parts = np.array_split(np.arange(n), k)
    return [(np.concatenate(parts[:i] + parts[i + 1 :]), parts[i]) for i in range(k)]


@wrong("05.5", "(val, train) instead of (train, val)")
def kfold(n, k, rng):
    if k > n or k < 2:
        raise ValueError("k")
    parts = np.array_split(rng.permutation(n), k)
    return [(parts[i], np.concatenate(parts[:i] + parts[i + 1 :])) for i in range(k)]


@wrong("05.5", "integer division drops the remaining samples")
def kfold(n, k, rng):
    if k > n or k < 2:
        raise ValueError("k")
    order = rng.permutation(n)
    size = n // k
    folds = []
    for i in range(k):
        val = order[i * size : (i + 1) * size]
        train = np.concatenate([order[: i * size], order[(i + 1) * size : k * size]])
        folds.append((train, val))
    return folds


@wrong("05.5", "the last fold takes all remaining samples")
def kfold(n, k, rng):
    if k > n or k < 2:
        raise ValueError("k")
    order = rng.permutation(n)
    size = n // k
    folds = []
    for i in range(k):
        end = n if i == k - 1 else (i + 1) * size
        val = order[i * size : end]
        folds.append((np.setdiff1d(order, val), val))
    return folds


@wrong("05.5", "train holds all samples, those of val too")
def kfold(n, k, rng):
    if k > n or k < 2:
        raise ValueError("k")
    order = rng.permutation(n)
    return [(order, v) for v in np.array_split(order, k)]


@wrong("05.5", "shuffles again for each fold")
def kfold(n, k, rng):
    if k > n or k < 2:
        raise ValueError("k")
    folds = []
    for i in range(k):
        parts = np.array_split(rng.permutation(n), k)
        folds.append((np.concatenate(parts[:i] + parts[i + 1 :]), parts[i]))
    return folds


@wrong("05.5", "no ValueError")
def kfold(n, k, rng):
    order = rng.permutation(n)
    folds = []
    for i in range(k):
        val = order[i::k]
        folds.append((np.setdiff1d(order, val), val))
    return folds


@wrong("05.5", "ignores the generator it is given: a seed of its own")
def kfold(n, k, rng):
    if k > n or k < 2:
        raise ValueError("k")
    order = np.random.default_rng(42).permutation(n)
    parts = np.array_split(order, k)
    return [(np.concatenate(parts[:i] + parts[i + 1 :]), parts[i]) for i in range(k)]


@wrong("05.5", "draws the validation part with replacement")
def kfold(n, k, rng):
    if k > n or k < 2:
        raise ValueError("k")
    folds = []
    for i in range(k):
        val = rng.integers(0, n, size=n // k)
        train = np.array([j for j in range(n) if j not in val])
        folds.append((train, val))
    return folds


@wrong("05.5", "returns inside the loop: one fold only")
def kfold(n, k, rng):
    if k > n or k < 2:
        raise ValueError("k")
    parts = np.array_split(rng.permutation(n), k)
    folds = []
    for i in range(k):
        train = np.concatenate([parts[j] for j in range(k) if j != i])
        folds.append((train, parts[i]))
        return folds


@wrong("05.5", "indices counted from 1")
def kfold(n, k, rng):
    if k > n or k < 2:
        raise ValueError("k")
    parts = np.array_split(rng.permutation(np.arange(1, n + 1)), k)
    return [(np.concatenate(parts[:i] + parts[i + 1 :]), parts[i]) for i in range(k)]


@wrong("05.6", "the model is fitted on all samples")
def cross_validate(fit, predict, x, y, folds):
    errors = 0
    for train, val in folds:
        model = fit(x, y)
        errors += np.sum(predict(model, x[val]) != y[val])
    return errors / len(y)


@wrong("05.6", "the error on the training part")
def cross_validate(fit, predict, x, y, folds):
    errors, n = 0, 0
    for train, val in folds:
        model = fit(x[train], y[train])
        errors += np.sum(predict(model, x[train]) != y[train])
        n += len(train)
    return errors / n


@wrong("05.6", "the mean of the folds' error rates, which weighs folds of different sizes equally")
def cross_validate(fit, predict, x, y, folds):
    rates = []
    for train, val in folds:
        model = fit(x[train], y[train])
        rates.append(np.mean(predict(model, x[val]) != y[val]))
    return np.mean(rates)


@wrong("05.6", "the accuracy")
def cross_validate(fit, predict, x, y, folds):
    right = 0
    for train, val in folds:
        model = fit(x[train], y[train])
        right += np.sum(predict(model, x[val]) == y[val])
    return right / len(y)


@wrong("05.6", "the number of errors")
def cross_validate(fit, predict, x, y, folds):
    wrong_ones = 0
    for train, val in folds:
        model = fit(x[train], y[train])
        wrong_ones += (predict(model, x[val]) != y[val]).sum()
    return wrong_ones


@wrong("05.6", "train and val are swapped")
def cross_validate(fit, predict, x, y, folds):
    errors = 0
    for val, train in folds:
        model = fit(x[train], y[train])
        errors += np.sum(predict(model, x[val]) != y[val])
    return errors / len(y)


@wrong("05.6", "the errors are overwritten: only the last fold counts")
def cross_validate(fit, predict, x, y, folds):
    for train, val in folds:
        model = fit(x[train], y[train])
        errors = np.sum(predict(model, x[val]) != y[val])
    return errors / len(y)


@wrong("05.6", "returns inside the loop, after the first fold")
def cross_validate(fit, predict, x, y, folds):
    errors = 0
    for train, val in folds:
        model = fit(x[train], y[train])
        errors += np.sum(predict(model, x[val]) != y[val])
        return errors / len(y)


@wrong("05.6", "the arguments of predict are swapped")
def cross_validate(fit, predict, x, y, folds):
    errors = 0
    for train, val in folds:
        model = fit(x[train], y[train])
        errors += np.sum(predict(x[val], model) != y[val])
    return errors / len(y)


@wrong("05.6", "x is standardized with all samples before the folds")
def cross_validate(fit, predict, x, y, folds):
    x = (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-12)
    errors = 0
    for train, val in folds:
        model = fit(x[train], y[train])
        errors += np.sum(predict(model, x[val]) != y[val])
    return errors / len(y)


@wrong("05.6", "divided by the number of folds")
def cross_validate(fit, predict, x, y, folds):
    errors = 0
    for train, val in folds:
        model = fit(x[train], y[train])
        errors += np.sum(predict(model, x[val]) != y[val])
    return errors / len(folds)


@wrong("05.7", "the two costs are swapped")
def cheapest_threshold(score, label, miss, false_alarm):
    best, lowest = np.inf, np.inf
    for t in np.append(np.inf, np.unique(score)[::-1]):
        called = score >= t
        cost = false_alarm * np.sum((label == 1) & ~called) + miss * np.sum((label == 0) & called)
        if cost / len(label) < lowest:
            best, lowest = t, cost / len(label)
    return best, lowest


@wrong("05.7", "minimizes the number of mistakes, whatever they cost")
def cheapest_threshold(score, label, miss, false_alarm):
    ts = np.append(np.inf, np.unique(score)[::-1])
    mistakes = [np.sum((score >= t) != (label == 1)) for t in ts]
    t = ts[np.argmin(mistakes)]
    called = score >= t
    cost = miss * np.sum((label == 1) & ~called) + false_alarm * np.sum((label == 0) & called)
    return t, cost / len(label)


@wrong("05.7", "positive only above the threshold")
def cheapest_threshold(score, label, miss, false_alarm):
    ts = np.append(np.inf, np.unique(score)[::-1])
    costs = []
    for t in ts:
        called = score > t
        costs.append(
            (miss * np.sum((label == 1) & ~called) + false_alarm * np.sum((label == 0) & called)) / len(label)
        )
    return ts[np.argmin(costs)], min(costs)


@wrong("05.7", "the total cost, not divided by the number of examples")
def cheapest_threshold(score, label, miss, false_alarm):
    ts = np.append(np.inf, np.unique(score)[::-1])
    called = score >= ts[:, None]
    cost = miss * np.sum(~called & (label == 1), axis=1) + false_alarm * np.sum(called & (label == 0), axis=1)
    return ts[np.argmin(cost)], cost.min()


@wrong("05.7", "the threshold for scores that are true probabilities")
def cheapest_threshold(score, label, miss, false_alarm):
    t = false_alarm / (miss + false_alarm)
    called = score >= t
    cost = miss * np.sum((label == 1) & ~called) + false_alarm * np.sum((label == 0) & called)
    return t, cost / len(label)


@wrong("05.7", "argmax in place of argmin")
def cheapest_threshold(score, label, miss, false_alarm):
    ts = np.append(np.inf, np.unique(score)[::-1])
    called = score >= ts[:, None]
    cost = miss * np.sum(~called & (label == 1), axis=1) + false_alarm * np.sum(called & (label == 0), axis=1)
    i = np.argmax(cost)
    return ts[i], cost[i] / len(label)


@wrong("05.8", "the lowest error of plain cross-validation")
def nested_cross_validate(fit, predict, settings, x, y, outer, inner):
    errors = []
    for s in settings:
        wrong_ones = 0
        for train, val in outer:
            wrong_ones += np.sum(predict(fit(x[train], y[train], s), x[val]) != y[val])
        errors.append(wrong_ones / len(y))
    return min(errors)


@wrong("05.8", "the setting is chosen on the outer validation rows")
def nested_cross_validate(fit, predict, settings, x, y, outer, inner):
    errors = 0
    for train, val in outer:
        counts = [np.sum(predict(fit(x[train], y[train], s), x[val]) != y[val]) for s in settings]
        errors += min(counts)
    return errors / len(y)


@wrong("05.8", "not fitted again: the last inner model is judged")
def nested_cross_validate(fit, predict, settings, x, y, outer, inner):
    errors = 0
    for (train, val), folds in zip(outer, inner):
        best, lowest = None, np.inf
        for s in settings:
            wrong_ones = 0
            for a, b in folds:
                wrong_ones += np.sum(predict(fit(x[a], y[a], s), x[b]) != y[b])
            if wrong_ones < lowest:
                best, lowest = s, wrong_ones
        errors += np.sum(predict(fit(x[a], y[a], best), x[val]) != y[val])
    return errors / len(y)


@wrong("05.8", "the outer folds' rates are averaged")
def nested_cross_validate(fit, predict, settings, x, y, outer, inner):
    rates = []
    for (train, val), folds in zip(outer, inner):
        counts = [sum(np.sum(predict(fit(x[a], y[a], s), x[b]) != y[b]) for a, b in folds) for s in settings]
        best = settings[np.argmin(counts)]
        rates.append(np.mean(predict(fit(x[train], y[train], best), x[val]) != y[val]))
    return np.mean(rates)


@wrong("05.8", "the setting itself is not looked up: its index is passed to fit")
def nested_cross_validate(fit, predict, settings, x, y, outer, inner):
    errors = 0
    for (train, val), folds in zip(outer, inner):
        counts = [sum(np.sum(predict(fit(x[a], y[a], s), x[b]) != y[b]) for a, b in folds) for s in settings]
        best = np.argmin(counts)
        errors += np.sum(predict(fit(x[train], y[train], best), x[val]) != y[val])
    return errors / len(y)


@wrong("05.8", "accuracy instead of error")
def nested_cross_validate(fit, predict, settings, x, y, outer, inner):
    right = 0
    for (train, val), folds in zip(outer, inner):
        counts = [sum(np.sum(predict(fit(x[a], y[a], s), x[b]) != y[b]) for a, b in folds) for s in settings]
        best = settings[np.argmin(counts)]
        right += np.sum(predict(fit(x[train], y[train], best), x[val]) == y[val])
    return right / len(y)
