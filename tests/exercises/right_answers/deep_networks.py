"""Lesson 07, Deep-network difficulties."""

import itertools
import math

import numpy as np
import torch


def delta_norms_by_torch(weights, biases, x, y):
    a, sums = torch.tensor(np.array(x), dtype=torch.float32), []
    for i, (W, b) in enumerate(zip(weights, biases, strict=True)):
        z = a @ torch.tensor(W.copy(), dtype=torch.float32).T + torch.tensor(b, dtype=torch.float32)
        z.requires_grad_() if i == 0 and not z.requires_grad else None
        z.retain_grad()
        sums.append(z)
        a = torch.sigmoid(z)
    torch.nn.functional.cross_entropy(sums[-1], torch.tensor(np.array(y), dtype=torch.float32)).backward()
    return [z.grad.norm() for z in sums]


def delta_norms_by_loops(weights, biases, x, y):
    squares = [0.0] * len(weights)
    for xi, yi in zip(x.tolist(), y.tolist(), strict=True):
        signals = [xi]
        for W, b in zip(weights, biases, strict=True):
            z = [
                sum(w * s for w, s in zip(row, signals[-1], strict=True)) + bj
                for row, bj in zip(W, b, strict=True)
            ]
            signals.append([1 / (1 + math.exp(-v)) for v in z])
        exps = [math.exp(v) for v in z]
        delta = [(e / sum(exps) - t) / len(x) for e, t in zip(exps, yi, strict=True)]
        for layer in range(len(weights) - 1, -1, -1):
            squares[layer] += sum(d * d for d in delta)
            W, a = weights[layer], signals[layer]
            delta = [
                sum(W[k][j] * delta[k] for k in range(len(delta))) * a[j] * (1 - a[j]) for j in range(len(a))
            ]
    return [s**0.5 for s in squares]


def delta_norms_by_columns(weights, biases, x, y):
    """Samples as columns, as some books write it; float32; an array is returned."""
    a = [np.float32(x).T]
    for W, b in zip(weights, biases, strict=True):
        a.append(1 / (1 + np.exp(-(np.float32(W) @ a[-1] + np.float32(b)[:, None]))))
    logits = np.log(a[-1] / (1 - a[-1]))
    p = np.exp(logits) / np.exp(logits).sum(axis=0)
    delta, norms = (p - np.transpose(y)) / len(x), []
    for layer in reversed(range(len(weights))):
        norms.append(np.sqrt(np.einsum("nb,nb->", delta, delta)))
        delta = weights[layer].T @ delta * (a[layer] - a[layer] ** 2)
    return np.array(norms[::-1])


def initialize_by_scaling(fan_in, fan_out, scheme, rng):
    if scheme == "heuristic":
        return (rng.random((fan_out, fan_in)) * 2 - 1) / fan_in**0.5
    sd = {"he": 2 / fan_in, "glorot": 2 / (fan_in + fan_out)}[scheme] ** 0.5
    return np.float32(sd * rng.standard_normal(size=(fan_out, fan_in)))


def initialize_by_rows(fan_in, fan_out, scheme, rng):
    rows = []
    for _ in range(fan_out):
        if scheme == "glorot":
            rows.append([rng.normal(scale=math.sqrt(2 / (fan_in + fan_out))) for _ in range(fan_in)])
        elif scheme == "he":
            rows.append(list(rng.normal(0.0, (2 / fan_in) ** 0.5, fan_in)))
        else:
            rows.append(rng.uniform(-(fan_in**-0.5), fan_in**-0.5, fan_in).tolist())
    return rows


def initialize_transposed(fan_in, fan_out, scheme, rng):
    """Drawn (fan_in, fan_out), then turned; a torch tensor."""
    limit = np.sqrt(1 / fan_in)
    if scheme == "heuristic":
        W = limit - 2 * limit * rng.random((fan_in, fan_out))
    else:
        fan = fan_in if scheme == "he" else (fan_in + fan_out) / 2 * 1
        W = rng.normal(size=(fan_in, fan_out)) * np.sqrt((2 if scheme == "he" else 1) / fan)
    return torch.from_numpy(W).T


def batch_norm_by_loops(x, gamma, beta, eps):
    rows, columns = len(x), len(x[0])
    out = [[0.0] * columns for _ in range(rows)]
    for j in range(columns):
        column = [float(x[i][j]) for i in range(rows)]
        mean = sum(column) / rows
        variance = sum((v - mean) ** 2 for v in column) / rows
        for i in range(rows):
            out[i][j] = gamma[j] * (column[i] - mean) / math.sqrt(variance + eps) + beta[j]
    return out


def batch_norm_by_torch(x, gamma, beta, eps):
    given = [torch.tensor(np.array(v), dtype=torch.float32) for v in (x, gamma, beta)]
    if len(x) == 1:  # torch refuses a batch of one
        return beta[None, :]
    return torch.nn.functional.batch_norm(
        given[0], None, None, weight=given[1], bias=given[2], training=True, eps=eps
    )


def batch_norm_by_einsum(x, gamma, beta, eps):
    centered = x - np.einsum("bn->n", x) / len(x)
    variance = np.einsum("bn,bn->n", centered, centered) / len(x)
    return np.einsum("bn,n->bn", centered, gamma * (variance + eps) ** -0.5) + np.asarray(beta)


def spread_by_pairs(W_in, b, W_out):
    n, worst = len(b), 0
    for i in range(n):
        for j in range(i):
            worst = max(worst, np.abs(W_in[i] - W_in[j]).max(), abs(b[i] - b[j]))
            worst = max(worst, *np.abs(W_out[:, i] - W_out[:, j]))
    return worst


def spread_by_table(W_in, b, W_out):
    table = np.float32(np.concatenate([W_in, b.reshape(-1, 1), W_out.T], axis=1))
    return (table.max(axis=0) - table.min(axis=0)).max()


def spread_by_lists(W_in, b, W_out):
    units = [[*row, bias, *out] for row, bias, out in zip(W_in, b, zip(*W_out, strict=True), strict=True)]
    return [max(max(values) - min(values) for values in zip(*units, strict=True))]


def halving_by_sorting(configs, budget, eta, evaluate):
    while len(configs) > 1:
        scored = []
        for place, config in enumerate(configs):
            loss = evaluate(config, budget)
            scored.append((float("inf") if loss != loss else loss, place))
        configs = [configs[place] for _, place in sorted(scored)[: max(1, len(configs) // eta)]]
        budget *= eta
    return configs[0]


def halving_by_argsort(configs, budget, eta, evaluate):
    """argsort puts nan last; survivors stay in the order of the list."""
    alive, rounds = np.arange(len(configs)), 0
    while alive.size > 1:
        losses = np.array([evaluate(configs[i], budget * eta**rounds) for i in alive])
        alive = np.sort(alive[np.argsort(losses, kind="stable")[: max(alive.size // eta, 1)]])
        rounds += 1
    return configs[int(alive[0])]


def halving_by_recursion(configs, budget, eta, evaluate):
    if len(configs) == 1:
        return configs[0]
    best, left = [], list(configs)
    losses = [np.nan_to_num(evaluate(c, budget), nan=np.inf) for c in configs]
    for _ in range(max(len(configs) // eta, 1)):
        i = losses.index(min(losses))
        best.append(left.pop(i))
        losses.pop(i)
    return halving_by_recursion(best, eta * budget, eta, evaluate)


def diagnose_by_arrays(log):
    train, val, norms = (np.array(log[name]) for name in ("train_loss", "val_loss", "delta_norms"))
    ratio = norms[0] / norms[-1]
    with np.errstate(invalid="ignore"):
        rising = (train[1:] > train[:-1]).sum()
    if np.isnan(train).any() or np.isnan(val).any() or np.isinf(train).any() or np.isinf(val).any():
        return "exploding gradients"
    conditions = [
        ratio > 1e3, log["unit_spread"] < 1e-12, log["active_fraction"] < 0.05, ratio < 1e-3,
        rising >= (len(train) - 1) / 3, val[-1] / val.min() > 1.1 and train[-1] < train[-2],
        train[-1] > 0.9 * train[0], True,
    ]  # fmt: skip
    names = [
        "exploding gradients", "weight symmetry", "dead relu", "vanishing gradients", "oscillation",
        "overfitting", "slow progress", "healthy",
    ]  # fmt: skip
    return names[conditions.index(True)]


def diagnose_by_loops(log):
    for curve in ("train_loss", "val_loss"):
        for loss in log[curve]:
            if not math.isfinite(loss):
                return "exploding gradients"
    first, *_, last = log["delta_norms"]
    if first / last > 1000:
        return "exploding gradients"
    if log["unit_spread"] < 1e-12:
        return "weight symmetry"
    if log["active_fraction"] < 0.05:
        return "dead relu"
    if first / last < 0.001:
        return "vanishing gradients"
    train, rises = log["train_loss"], 0
    for before, after in itertools.pairwise(train):
        rises += after > before
    if rises / (len(train) - 1) >= 1 / 3:
        return "oscillation"
    if log["val_loss"][-1] > 1.1 * sorted(log["val_loss"])[0] and train[-2] > train[-1]:
        return "overfitting"
    return "slow progress" if (train[0] - train[-1]) / train[0] < 0.1 else "healthy"


def diagnose_by_match(log):
    match log:
        case {"train_loss": t, "val_loss": v, "delta_norms": d} if (
            not np.isfinite(t + v).all() or d[0] > d[-1] * 1e3
        ):
            return np.str_("exploding gradients")
        case {"unit_spread": s} if s < 1e-12:
            return "weight symmetry"
        case {"active_fraction": a} if a < 0.05:
            return "dead relu"
        case {"delta_norms": d} if d[0] < d[-1] / 1e3:
            return "vanishing gradients"
        case {"train_loss": t} if sum(np.diff(t) > 0) * 3 >= len(t) - 1:
            return "oscillation"
        case {"train_loss": t, "val_loss": v} if v[-1] > 1.1 * min(v) and np.diff(t)[-1] < 0:
            return "overfitting"
        case {"train_loss": t} if 1 - t[-1] / t[0] < 0.1:
            return "slow progress"
    return "healthy"


RIGHT = {
    "07.1": [delta_norms_by_torch, delta_norms_by_loops, delta_norms_by_columns],
    "07.2": [initialize_by_scaling, initialize_by_rows, initialize_transposed],
    "07.3": [batch_norm_by_loops, batch_norm_by_torch, batch_norm_by_einsum],
    "07.4": [spread_by_pairs, spread_by_table, spread_by_lists],
    "07.8": [halving_by_sorting, halving_by_argsort, halving_by_recursion],
    "07.5": [diagnose_by_arrays, diagnose_by_loops, diagnose_by_match],
}
