"""Lesson 04, Regularization."""

import itertools

import numpy as np
import torch


def l2_by_loops(weights, lam, m):
    value, gradients = 0, []
    for W in weights:
        gradient = []
        for row in W:
            gradient.append([lam * w / m for w in row])
            for w in row:
                value += lam * w * w / (2 * m)
        gradients.append(gradient)
    return float(value), gradients


def l2_by_einsum(weights, lam, m):
    squares = [np.einsum("ij,ij->", W, W) for W in weights]
    return np.array(squares).sum() * lam / m / 2, tuple(W * (lam / m) for W in weights)


def l2_in_float32(weights, lam, m):
    norms = [np.linalg.norm(np.float32(W), "fro") for W in weights]
    return np.float32(sum(n**2 for n in norms) * lam / (2 * m)), [np.float32(lam / m) * W for W in weights]


def l2_by_torch(weights, lam, m):
    tensors = [torch.tensor(np.array(W), dtype=torch.float64, requires_grad=True) for W in weights]
    value = lam / (2 * m) * sum((W**2).sum() for W in tensors)
    value.backward()
    return value, [W.grad for W in tensors]


def soft_by_loops(w, t):
    if w.ndim > 1:
        return [soft_by_loops(row, t) for row in w]
    out = []
    for v in w:
        if v > t:
            out.append(v - t)
        elif v < -t:
            out.append(v + t)
        else:
            out.append(0)
    return out


def soft_by_relus(w, t):
    return np.maximum(w - t, 0) - np.maximum(-w - t, 0)


def soft_by_where(w, t):
    u = np.zeros(w.shape)
    u[w > t] = w[w > t] - t
    u[w < -t] = w[w < -t] + t
    return u


def soft_in_float32(w, t):
    w = w.astype(np.float32)
    return w * np.clip(1 - t / np.maximum(np.abs(w), 1e-12), 0, None)


def ridge_by_lstsq(x, y, lam):
    """The penalty as extra rows; the column of ones has none."""
    m, n = x.shape
    top = np.hstack([x, np.ones((m, 1))])
    below = np.hstack([lam**0.5 * np.identity(n), np.zeros((n, 1))])
    solution, *_ = np.linalg.lstsq(np.vstack([top, below]), np.append(y, [0] * n), rcond=None)
    return solution[:n], float(solution[n])


def ridge_by_bordered_system(x, y, lam):
    x1 = np.c_[x, np.ones(len(x))]
    D = np.diag([lam] * x.shape[1] + [0.0])
    theta = np.linalg.inv(x1.T @ x1 + D) @ (x1.T @ y)
    return [theta[:-1].tolist(), theta[-1]]


def ridge_by_svd(x, y, lam):
    U, s, Vt = np.linalg.svd(x - x.mean(0), full_matrices=False)
    kept = s > 1e-12
    w = Vt[kept].T @ (s[kept] / (s[kept] ** 2 + lam) * (U.T[kept] @ (y - y.mean())))
    return w, np.mean(y - x @ w)


def ridge_in_float32(x, y, lam):
    """The dual: an m × m system."""
    if lam == 0:
        return ridge_by_lstsq(x, y, lam)
    x, y = np.float32(x), np.float32(y)
    c, d = x - x.mean(0), y - y.mean()
    w = c.T @ np.linalg.solve(c @ c.T + np.float32(lam) * np.eye(len(c), dtype="f"), d)
    return w, y.mean() - x.mean(0) @ w


def dropout_by_loops(h, p, rng, train):
    if not train:
        return [list(row) for row in h]
    return [[v / (1 - p) if rng.random() >= p else 0 for v in row] for row in h]


def dropout_by_choice(h, p, rng, train):
    if not train or p == 0:
        return h
    return h * rng.choice([0, 1 / (1 - p)], size=h.shape, p=[p, 1 - p])


def dropout_in_float32(h, p, rng, train):
    out = np.array(h, dtype=np.float32)
    if train:
        out[rng.random(out.shape, dtype=np.float32) < p] = 0
        out /= np.float32(1 - p)
    return out


def dropout_by_binomial(h, p, rng, train):
    keep = 1 - p if train else 1
    return np.multiply(h, rng.binomial(n=1, p=keep, size=np.shape(h))) / keep


def dropout_by_torch(h, p, rng, train):
    torch.manual_seed(int(rng.integers(2**31)))
    return torch.nn.functional.dropout(torch.tensor(np.array(h), dtype=torch.float64), p, training=train)


def stopping_by_waiting(validation, patience):
    best_loss, best, wait = float("inf"), None, 0
    for epoch, loss in enumerate(validation):
        if loss < best_loss:
            best_loss, best, wait = loss, epoch, 0
        else:
            wait += 1
            if wait >= patience:
                return best, epoch
    return best, epoch


def stopping_by_running_minimum(validation, patience):
    lowest = np.minimum.accumulate(validation)
    since = np.arange(len(validation)) - np.array([np.argmax(validation == low) for low in lowest])
    stop = np.argmax(since >= patience) if (since >= patience).any() else len(validation) - 1
    return np.argmin(validation[: stop + 1]), stop


def stopping_by_itertools(validation, patience):
    lows = list(itertools.accumulate(validation.tolist(), min))
    seen = [lows.index(low) for low in lows]
    stop = next((e for e, b in enumerate(seen) if e == b + patience), len(seen) - 1)
    return [seen[stop], float(stop)]


RIGHT = {
    "04.1": [l2_by_loops, l2_by_einsum, l2_in_float32, l2_by_torch],
    "04.2": [soft_by_loops, soft_by_relus, soft_by_where, soft_in_float32],
    "04.3": [stopping_by_waiting, stopping_by_running_minimum, stopping_by_itertools],
    "04.4": [dropout_by_loops, dropout_by_choice, dropout_in_float32, dropout_by_binomial, dropout_by_torch],
    "04.5": [ridge_by_lstsq, ridge_by_bordered_system, ridge_by_svd, ridge_in_float32],
}
