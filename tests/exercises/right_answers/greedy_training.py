"""Lesson 08, Greedy layer-wise training."""

import copy
import math

import numpy as np
import torch


def add_by_insert(weights, biases, W_new, b_new):
    weights, biases = copy.deepcopy(weights), copy.deepcopy(biases)
    weights.insert(-1, np.array(W_new))
    biases.insert(-1, np.array(b_new))
    return weights, biases


def add_by_lists(weights, biases, W_new, b_new):
    def deeper(layers, new):
        layers = [layer.tolist() for layer in layers]
        return [*layers[:-1], new.tolist(), layers[-1]]

    return [deeper(weights, W_new), deeper(biases, b_new)]


def add_by_loop(weights, biases, W_new, b_new):
    W_all, b_all = [], []
    for layer in range(len(weights) + 1):
        if layer == len(weights) - 1:
            W_all.append(torch.tensor(np.array(W_new)))
            b_all.append(torch.tensor(np.array(b_new)))
        else:
            old = layer - (layer >= len(weights))
            W_all.append(np.float32(weights[old]))
            b_all.append(np.float32(biases[old]))
    return tuple(W_all), tuple(b_all)


def trainable_by_loop(layers, stage):
    flags = []
    for layer in range(layers):
        if stage == 1:
            flags.append(1)
        else:
            flags.append(1 if layer in (layers - 1, layers - 2) else 0)
    return flags


def trainable_by_slice(layers, stage):
    flags = np.zeros(layers, dtype=bool)
    flags[slice(None) if stage == 1 else slice(-2, None)] = True
    return flags


def trainable_by_lists(layers, stage):
    frozen = 0 if stage == 1 else max(layers - 2, 0)
    return tuple([False] * frozen + [True] * (layers - frozen))


def stage_by_torch(weights, biases, x, y, lr, steps):
    tensors = [[torch.tensor(np.array(v), dtype=torch.float64) for v in vs] for vs in (weights, biases)]
    for vs in tensors:
        for v in vs[-2:]:
            v.requires_grad_()
    moving = [v for vs in tensors for v in vs[-2:]]
    x, y = torch.tensor(np.array(x), dtype=torch.float64), torch.tensor(np.array(y), dtype=torch.float64)
    optimizer = torch.optim.SGD(moving, lr=lr)
    for _ in range(steps):
        a = x
        for i, (W, b) in enumerate(zip(*tensors, strict=True)):
            z = a @ W.T + b
            a = torch.sigmoid(z) if i < len(weights) - 1 else z
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(a, y).backward()
        optimizer.step()
    return tensors


def stage_by_einsum(weights, biases, x, y, lr, steps):
    frozen_W, (W1, W2) = list(weights[:-2]), weights[-2:]
    frozen_b, (b1, b2) = list(biases[:-2]), biases[-2:]
    for W, b in zip(frozen_W, frozen_b, strict=True):
        x = 1 / (1 + np.exp(-np.einsum("bm,nm->bn", x, W) - b))
    for _ in range(steps):
        h = 0.5 * (1 + np.tanh(0.5 * (np.einsum("bm,nm->bn", x, W1) + b1)))
        logits = np.einsum("bn,kn->bk", h, W2) + b2
        error = np.exp(logits - np.logaddexp.reduce(logits, axis=1)[:, None]) - y
        back = np.einsum("bk,kn,bn,bn->bn", error, W2, h, 1 - h)
        W2 = W2 - lr * np.einsum("bk,bn->kn", error, h) / len(x)
        b2 = b2 - lr * error.mean(0)
        W1 = W1 - lr * np.einsum("bn,bm->nm", back, x) / len(x)
        b1 = b1 - lr * back.mean(0)
    return [*frozen_W, W1, W2], [*frozen_b, b1, b2]


def stage_by_masked_gradients(weights, biases, x, y, lr, steps):
    """All gradients by backpropagation, multiplied by 0 for frozen layers; float32."""
    weights, biases = [np.float32(W) for W in weights], [np.float32(b) for b in biases]
    mask = [float(layer >= len(weights) - 2) for layer in range(len(weights))]
    for _ in range(steps):
        a = [np.float32(x)]
        for W, b in zip(weights, biases, strict=True):
            a.append(1 / (1 + np.exp(-(a[-1] @ W.T + b))))
        p = np.exp(a[-2] @ weights[-1].T + biases[-1])
        delta = (p / p.sum(axis=1)[:, None] - y) / len(x)
        gradients = []
        for layer in reversed(range(len(weights))):
            gradients.insert(0, (delta.T @ a[layer], delta.sum(axis=0)))
            delta = (delta @ weights[layer]) * a[layer] * (1 - a[layer])
        weights = [W - lr * m * g[0] for W, m, g in zip(weights, mask, gradients, strict=True)]
        biases = [b - lr * m * g[1] for b, m, g in zip(biases, mask, gradients, strict=True)]
    return weights, biases


def autoencoder_by_torch(W, b, c, x):
    W, b, c = (torch.tensor(np.array(v), dtype=torch.float32, requires_grad=True) for v in (W, b, c))
    x = torch.tensor(np.array(x), dtype=torch.float32)
    r = torch.sigmoid(x @ W.T + b) @ W + c
    (((r - x) ** 2).sum(dim=1).mean() / 2).backward()
    return W.grad, b.grad, c.grad


def autoencoder_by_loops(W, b, c, x):
    n, m, samples = len(W), len(W[0]), len(x)
    dW, db, dc = [[0.0] * m for _ in range(n)], [0.0] * n, [0.0] * m
    for s in range(samples):
        h = [1 / (1 + math.exp(-(sum(W[j][k] * x[s][k] for k in range(m)) + b[j]))) for j in range(n)]
        e = [(sum(h[j] * W[j][k] for j in range(n)) + c[k] - x[s][k]) / samples for k in range(m)]
        for k in range(m):
            dc[k] += e[k]
        for j in range(n):
            d = sum(e[k] * W[j][k] for k in range(m)) * h[j] * (1 - h[j])
            db[j] += d
            for k in range(m):
                dW[j][k] += d * x[s][k] + h[j] * e[k]
    return dW, db, dc


def autoencoder_by_differences(W, b, c, x):
    """Central differences of the cost."""

    def cost(W, b, c):
        h = 1 / (1 + np.exp(-(x @ W.T + b)))
        return 0.5 * np.mean(np.sum((h @ W + c - x) ** 2, axis=1))

    gradients = []
    for place in range(3):
        parts = [np.array(v, dtype=float) for v in (W, b, c)]
        gradient = np.zeros(parts[place].shape)
        for i in np.ndindex(gradient.shape):
            value = parts[place][i]
            parts[place][i] = value + 1e-5
            above = cost(*parts)
            parts[place][i] = value - 1e-5
            gradient[i] = (above - cost(*parts)) / 2e-5
            parts[place][i] = value
        gradients.append(gradient)
    return gradients


def depth_by_loop(val_mean, val_se):
    best = 0
    for d in range(len(val_mean)):
        if val_mean[d] < val_mean[best]:
            best = d
    d = 0
    while val_mean[d] > val_mean[best] + val_se[best]:
        d += 1
    return d + 1


def depth_by_flatnonzero(val_mean, val_se):
    limit = np.min(val_mean) + val_se[int(np.argmin(val_mean))]
    return np.flatnonzero(np.asarray(val_mean) - limit <= 0)[0] + 1


def depth_by_lists(val_mean, val_se):
    means, errors = list(val_mean), list(val_se)
    best = min(means)
    limit = best + errors[means.index(best)]
    return float([mean <= limit for mean in means].index(True) + 1)


def disadvantaged_by_sorting(epochs, rates, errors):
    answer = []
    for e, r, v in zip(epochs, rates, errors, strict=True):
        order = np.argsort(r)
        values = np.asarray(v)[order]
        interior = values[1:-1]
        answer.append(e != max(epochs) or len(interior) == 0 or min(interior) > min(values))
    return answer


def disadvantaged_by_counting(epochs, rates, errors):
    answer = [False] * len(epochs)
    for i in range(len(epochs)):
        if any(other > epochs[i] for other in epochs):
            answer[i] = True
            continue
        pairs = sorted(zip(rates[i], errors[i], strict=True))
        lowest = min(value for _, value in pairs)
        answer[i] = not any(value == lowest for _, value in pairs[1:-1])
    return np.array(answer)


def disadvantaged_by_masks(epochs, rates, errors):
    short = np.array(epochs) < np.max(epochs)
    edge = []
    for tried, error in zip(rates, errors, strict=True):
        outer = (tried == tried.max()) | (tried == tried.min())
        edge.append(outer[error == error.min()].all())
    return (short | np.array(edge)).tolist()


RIGHT = {
    "08.1": [add_by_insert, add_by_lists, add_by_loop],
    "08.2": [trainable_by_loop, trainable_by_slice, trainable_by_lists],
    "08.3": [stage_by_torch, stage_by_einsum, stage_by_masked_gradients],
    "08.4": [autoencoder_by_torch, autoencoder_by_loops, autoencoder_by_differences],
    "08.5": [depth_by_loop, depth_by_flatnonzero, depth_by_lists],
    "08.6": [disadvantaged_by_sorting, disadvantaged_by_counting, disadvantaged_by_masks],
}
