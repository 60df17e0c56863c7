"""Wrong answers to the exercises of lesson 04."""
# Beginners' code is the data of these tests, so its style stays as it is.
# ruff: noqa

import numpy as np

from .wrong import wrong


@wrong("04.1", "λ/m instead of λ/(2m) in the value")
def l2_penalty(weights, lam, m):
    value = lam / m * sum(np.sum(W**2) for W in weights)
    return value, [lam / m * W for W in weights]


@wrong("04.1", "the gradient keeps the 2m")
def l2_penalty(weights, lam, m):
    value = lam / (2 * m) * sum(np.sum(W**2) for W in weights)
    return value, [lam / (2 * m) * W for W in weights]


@wrong("04.1", "lam / 2 * m, without the parentheses")
def l2_penalty(weights, lam, m):
    value = lam / 2 * m * sum((W**2).sum() for W in weights)
    return value, [lam / m * W for W in weights]


@wrong("04.1", "the sum of the absolute values (L1)")
def l2_penalty(weights, lam, m):
    value = lam / (2 * m) * sum(np.abs(W).sum() for W in weights)
    return value, [lam / m * np.sign(W) for W in weights]


@wrong("04.1", "only the last layer counts: the sum is overwritten")
def l2_penalty(weights, lam, m):
    for W in weights:
        total = np.sum(W**2)
    return lam / (2 * m) * total, [lam / m * W for W in weights]


@wrong("04.1", "the root: the norm instead of its square")
def l2_penalty(weights, lam, m):
    value = lam / (2 * m) * np.sqrt(sum(np.sum(W**2) for W in weights))
    return value, [lam / m * W for W in weights]


@wrong("04.1", "the square of the sum instead of the sum of squares")
def l2_penalty(weights, lam, m):
    value = lam / (2 * m) * sum(np.sum(W) ** 2 for W in weights)
    return value, [lam / m * W for W in weights]


@wrong("04.1", "m is not used")
def l2_penalty(weights, lam, m):
    value = lam / 2 * sum(np.sum(W**2) for W in weights)
    return value, [lam * W for W in weights]


@wrong("04.1", "the mean of the squares in each layer instead of the sum")
def l2_penalty(weights, lam, m):
    value = lam / (2 * m) * sum(np.mean(W**2) for W in weights)
    return value, [lam / m * W for W in weights]


@wrong("04.1", "the gradient has the minus sign of an update")
def l2_penalty(weights, lam, m):
    value = lam / (2 * m) * sum(np.sum(W**2) for W in weights)
    return value, [-lam / m * W for W in weights]


@wrong("04.1", "one value per layer")
def l2_penalty(weights, lam, m):
    values = []
    grads = []
    for W in weights:
        values.append(lam / (2 * m) * np.sum(W**2))
        grads.append(lam / m * W)
    return values, grads


@wrong("04.2", "hard thresholding: entries above t stay as they are")
def soft_threshold(w, t):
    return np.where(np.abs(w) > t, w, 0.0)


@wrong("04.2", "t is subtracted on both sides, also from negative entries")
def soft_threshold(w, t):
    return np.where(np.abs(w) > t, w - t, 0.0)


@wrong("04.2", "the sign is lost")
def soft_threshold(w, t):
    return np.maximum(np.abs(w) - t, 0)


@wrong("04.2", "negative entries become 0")
def soft_threshold(w, t):
    return np.maximum(w - t, 0)


@wrong("04.2", "shrinks without stopping at 0")
def soft_threshold(w, t):
    return w - t * np.sign(w)


@wrong("04.2", "clips to the interval from -t to t")
def soft_threshold(w, t):
    return np.clip(w, -t, t)


@wrong("04.2", "adds t away from 0")
def soft_threshold(w, t):
    return np.sign(w) * np.maximum(np.abs(w) + t, 0)


@wrong("04.2", "the minimizer for t u², which is w / (1 + 2t)")
def soft_threshold(w, t):
    return w / (1 + 2 * t)


@wrong("04.2", "half the threshold")
def soft_threshold(w, t):
    return np.sign(w) * np.maximum(np.abs(w) - t / 2, 0)


@wrong("04.2", "the least value of the cost instead of the minimizer")
def soft_threshold(w, t):
    u = np.sign(w) * np.maximum(np.abs(w) - t, 0)
    return t * np.abs(u) + 0.5 * (w - u) ** 2


@wrong("04.2", "writes into integer zeros, so the result is truncated")
def soft_threshold(w, t):
    w = np.asarray(w)
    u = np.zeros(w.shape, dtype=int)
    for i in np.ndindex(w.shape):
        if w[i] > t:
            u[i] = w[i] - t
        elif w[i] < -t:
            u[i] = w[i] + t
    return u


def solve_ridge(x, y, lam):
    """A correct helper."""
    xc, yc = x - x.mean(axis=0), y - y.mean()
    w = np.linalg.lstsq(
        np.vstack([xc, np.sqrt(lam) * np.eye(x.shape[1])]),
        np.concatenate([yc, np.zeros(x.shape[1])]),
        rcond=None,
    )[0]
    return w, y.mean() - x.mean(axis=0) @ w


@wrong("04.5", "the bias is penalized too")
def ridge(x, y, lam):
    X = np.hstack([x, np.ones((len(x), 1))])
    wb = np.linalg.pinv(X.T @ X + lam * np.eye(X.shape[1])) @ X.T @ y
    return wb[:-1], wb[-1]


@wrong("04.5", "no bias: b is 0")
def ridge(x, y, lam):
    w = np.linalg.pinv(x.T @ x + lam * np.eye(x.shape[1])) @ x.T @ y
    return w, 0.0


@wrong("04.5", "λ is multiplied by m")
def ridge(x, y, lam):
    return solve_ridge(x, y, lam * len(x))


@wrong("04.5", "λ is divided by m")
def ridge(x, y, lam):
    return solve_ridge(x, y, lam / len(x))


@wrong("04.5", "λ is ignored: plain least squares")
def ridge(x, y, lam):
    X = np.column_stack([x, np.ones(len(x))])
    wb = np.linalg.lstsq(X, y, rcond=None)[0]
    return wb[:-1], wb[-1]


@wrong("04.5", "b is the mean of y: the mean of x is forgotten")
def ridge(x, y, lam):
    w, b = solve_ridge(x, y, lam)
    return w, np.mean(y)


@wrong("04.5", "b and w are swapped")
def ridge(x, y, lam):
    w, b = solve_ridge(x, y, lam)
    return b, w


@wrong("04.5", "λ is squared")
def ridge(x, y, lam):
    return solve_ridge(x, y, lam**2)


@wrong("04.5", "λ is subtracted from the diagonal")
def ridge(x, y, lam):
    xc = x - x.mean(axis=0)
    A = xc.T @ xc - lam * np.eye(x.shape[1])
    w = np.linalg.pinv(A) @ xc.T @ (y - y.mean())
    return w, y.mean() - x.mean(axis=0) @ w


@wrong("04.5", "λ is added to every entry of the matrix instead of to its diagonal")
def ridge(x, y, lam):
    xc = x - x.mean(axis=0)
    A = xc.T @ xc + lam
    w = np.linalg.pinv(A) @ xc.T @ (y - y.mean())
    return w, y.mean() - x.mean(axis=0) @ w


@wrong("04.5", "x is centered over all of its entries instead of per column")
def ridge(x, y, lam):
    xc = x - x.mean()
    w = np.linalg.pinv(xc.T @ xc + lam * np.eye(x.shape[1])) @ xc.T @ (y - y.mean())
    return w, y.mean() - x.mean(axis=0) @ w


@wrong("04.4", "the kept entries are not scaled")
def dropout(h, p, rng, train):
    if not train:
        return h
    return h * (rng.random(h.shape) >= p)


@wrong("04.4", "the probability to keep is p")
def dropout(h, p, rng, train):
    if not train:
        return h
    return h * (rng.random(h.shape) < p) / (1 - p)


@wrong("04.4", "divided by p instead of 1 - p")
def dropout(h, p, rng, train):
    if not train:
        return h
    if p == 0:
        return h.copy()
    return h * (rng.random(h.shape) >= p) / p


@wrong("04.4", "one mask for all samples")
def dropout(h, p, rng, train):
    if train:
        mask = rng.random(h.shape[1]) >= p
        return h * mask / (1 - p)
    return h


@wrong("04.4", "whole samples are dropped")
def dropout(h, p, rng, train):
    if train:
        mask = rng.random((h.shape[0], 1)) >= p
        return h * mask / (1 - p)
    return h


@wrong("04.4", "drops in evaluation too")
def dropout(h, p, rng, train):
    mask = rng.random(h.shape) >= p
    return h * mask / (1 - p)


@wrong("04.4", "drops in evaluation and not in training")
def dropout(h, p, rng, train):
    if train:
        return h
    mask = rng.random(h.shape) >= p
    return h * mask / (1 - p)


@wrong("04.4", "scales by 1 - p in evaluation, as dropout without inversion does")
def dropout(h, p, rng, train):
    if train:
        return h * (rng.random(h.shape) >= p)
    return h * (1 - p)


@wrong("04.4", "changes h in place")
def dropout(h, p, rng, train):
    if train:
        h *= rng.random(h.shape) >= p
        h /= 1 - p
    return h


@wrong("04.4", "the kept entries are multiplied by 1 - p")
def dropout(h, p, rng, train):
    if train:
        h = h * (rng.random(h.shape) >= p) * (1 - p)
    return h


@wrong("04.4", "the mask comes from a generator that is seeded in the function: the same in every call")
def dropout(h, p, rng, train):
    if not train:
        return h
    rng = np.random.default_rng(0)
    return h * (rng.random(h.shape) >= p) / (1 - p)


@wrong("04.3", "returns stop before best")
def early_stopping(validation, patience):
    best = 0
    for e, v in enumerate(validation):
        if v < validation[best]:
            best = e
        elif e - best >= patience:
            return e, best
    return len(validation) - 1, best


@wrong("04.3", "an equal loss counts as better")
def early_stopping(validation, patience):
    best = 0
    for e, v in enumerate(validation):
        if v <= validation[best]:
            best = e
        elif e - best >= patience:
            return best, e
    return best, len(validation) - 1


@wrong("04.3", "waits one epoch too long")
def early_stopping(validation, patience):
    best = 0
    for e, v in enumerate(validation):
        if v < validation[best]:
            best = e
        elif e - best > patience:
            return best, e
    return best, len(validation) - 1


@wrong("04.3", "the best of all epochs, also of those after the stop")
def early_stopping(validation, patience):
    best = 0
    stop = len(validation) - 1
    for e, v in enumerate(validation):
        if v < validation[best]:
            best = e
        elif e - best >= patience:
            stop = e
            break
    return int(np.argmin(validation)), stop


@wrong("04.3", "compares with the epoch before instead of with the best so far")
def early_stopping(validation, patience):
    bad = 0
    best = 0
    for e in range(1, len(validation)):
        if validation[e] < validation[e - 1]:
            best = e
            bad = 0
        else:
            bad += 1
            if bad == patience:
                return best, e
    return best, len(validation) - 1


@wrong("04.3", "the waiting counter is never reset at a new best")
def early_stopping(validation, patience):
    bad = 0
    best = 0
    for e in range(1, len(validation)):
        if validation[e] < validation[best]:
            best = e
        else:
            bad += 1
            if bad == patience:
                return best, e
    return best, len(validation) - 1


@wrong("04.3", "epochs are counted from 1")
def early_stopping(validation, patience):
    best = 0
    for e, v in enumerate(validation):
        if v < validation[best]:
            best = e
        elif e - best >= patience:
            return best + 1, e + 1
    return best + 1, len(validation)


@wrong("04.3", "the number of epochs instead of the last epoch if the patience never ends")
def early_stopping(validation, patience):
    best = 0
    for e, v in enumerate(validation):
        if v < validation[best]:
            best = e
        elif e - best >= patience:
            return best, e
    return best, len(validation)


@wrong("04.3", "the lowest loss instead of its epoch")
def early_stopping(validation, patience):
    best = 0
    for e, v in enumerate(validation):
        if v < validation[best]:
            best = e
        elif e - best >= patience:
            return validation[best], e
    return validation[best], len(validation) - 1


@wrong("04.3", "a higher loss counts as better, as if it were an accuracy")
def early_stopping(validation, patience):
    best = 0
    for e, v in enumerate(validation):
        if v > validation[best]:
            best = e
        elif e - best >= patience:
            return best, e
    return best, len(validation) - 1


@wrong("04.3", "always runs through all epochs")
def early_stopping(validation, patience):
    return int(np.argmin(validation)), len(validation) - 1
