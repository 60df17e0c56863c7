"""Wrong answers to the exercises of lesson 08."""
# Beginners' code is the data of these tests, so its style stays as it is.
# ruff: noqa

import numpy as np

from .wrong import wrong


def copies(arrays):
    return [np.array(a) for a in arrays]


@wrong("08.1", "the new layer comes after the output layer")
def add_layer(weights, biases, W_new, b_new):
    return copies(weights) + [W_new.copy()], copies(biases) + [b_new.copy()]


@wrong("08.1", "the new layer comes first")
def add_layer(weights, biases, W_new, b_new):
    return [W_new.copy()] + copies(weights), [b_new.copy()] + copies(biases)


@wrong("08.1", "the new layer replaces the output layer")
def add_layer(weights, biases, W_new, b_new):
    return copies(weights[:-1]) + [W_new.copy()], copies(biases[:-1]) + [b_new.copy()]


@wrong("08.1", "the lists it is given are changed")
def add_layer(weights, biases, W_new, b_new):
    weights.insert(len(weights) - 1, W_new)
    biases.insert(len(biases) - 1, b_new)
    return weights, biases


@wrong("08.1", "new lists, but the arrays in them are those of the old network")
def add_layer(weights, biases, W_new, b_new):
    return weights[:-1] + [W_new] + weights[-1:], biases[:-1] + [b_new] + biases[-1:]


@wrong("08.1", "the output layer starts again from zeros instead of keeping its values")
def add_layer(weights, biases, W_new, b_new):
    w = copies(weights[:-1]) + [W_new.copy(), np.zeros_like(weights[-1])]
    b = copies(biases[:-1]) + [b_new.copy(), np.zeros_like(biases[-1])]
    return w, b


@wrong("08.1", "only the weights get the new layer; the new bias comes last")
def add_layer(weights, biases, W_new, b_new):
    w = copies(weights[:-1]) + [W_new.copy()] + copies(weights[-1:])
    return w, copies(biases) + [b_new.copy()]


@wrong("08.1", "appends to lists: append returns None")
def add_layer(weights, biases, W_new, b_new):
    w = copies(weights)
    b = copies(biases)
    return w.insert(-1, W_new), b.insert(-1, b_new)


@wrong("08.1", "the new weights are transposed")
def add_layer(weights, biases, W_new, b_new):
    w = copies(weights[:-1]) + [W_new.T.copy()] + copies(weights[-1:])
    b = copies(biases[:-1]) + [b_new.copy()] + copies(biases[-1:])
    return w, b


@wrong("08.1", "inserted at position 1 instead of just before the output layer")
def add_layer(weights, biases, W_new, b_new):
    w, b = copies(weights), copies(biases)
    w.insert(1, W_new.copy())
    b.insert(1, b_new.copy())
    return w, b


@wrong("08.1", "one place too early: before the last hidden layer")
def add_layer(weights, biases, W_new, b_new):
    w, b = copies(weights), copies(biases)
    w.insert(len(w) - 2, W_new.copy())
    b.insert(len(b) - 2, b_new.copy())
    return w, b


@wrong("08.2", "True and False are swapped")
def trainable(layers, stage):
    if stage == 1:
        return [False] * layers
    return [i < layers - 2 for i in range(layers)]


@wrong("08.2", "the first stage trains only the last two as well")
def trainable(layers, stage):
    return [i >= layers - 2 for i in range(layers)]


@wrong("08.2", "later stages train the last layer only")
def trainable(layers, stage):
    if stage == 1:
        return [True] * layers
    return [False] * (layers - 1) + [True]


@wrong("08.2", "the first two are trained instead of the last two")
def trainable(layers, stage):
    if stage == 1:
        return [True] * layers
    return [True, True] + [False] * (layers - 2)


@wrong("08.2", "stages are counted from 0")
def trainable(layers, stage):
    if stage == 0:
        return [True] * layers
    return [i >= layers - 2 for i in range(layers)]


@wrong("08.2", "the last three are trained")
def trainable(layers, stage):
    if stage == 1:
        return [True] * layers
    result = []
    for i in range(layers):
        result.append(i >= layers - 3)
    return result


@wrong("08.2", "the indices of the trained layers instead of bools")
def trainable(layers, stage):
    if stage == 1:
        return list(range(layers))
    return [layers - 2, layers - 1]


@wrong("08.2", "all layers are always trained")
def trainable(layers, stage):
    return [True for _ in range(layers)]


@wrong("08.2", "the number of frozen layers follows the stage: stage - 1 are frozen")
def trainable(layers, stage):
    return [i >= stage - 1 for i in range(layers)]


@wrong("08.2", "the words instead of bools")
def trainable(layers, stage):
    if stage == 1:
        return ["True"] * layers
    return ["True" if i >= layers - 2 else "False" for i in range(layers)]


@wrong("08.2", "output side first")
def trainable(layers, stage):
    if stage == 1:
        return [True] * layers
    flags = [False] * layers
    flags[-1] = flags[-2] = True
    return flags[::-1]


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def gradients(weights, biases, x, y, average=True):
    """Correct gradients of all layers."""
    acts = [x]
    for i, (W, b) in enumerate(zip(weights, biases)):
        z = acts[-1] @ W.T + b
        if i < len(weights) - 1:
            acts.append(sigmoid(z))
        else:
            e = np.exp(z - z.max(axis=1, keepdims=True))
            acts.append(e / e.sum(axis=1, keepdims=True))
    d = acts[-1] - y
    if average:
        d = d / len(x)
    dW, db = [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.insert(0, d.T @ acts[l])
        db.insert(0, d.sum(axis=0))
        d = (d @ weights[l]) * acts[l] * (1 - acts[l])
    return dW, db


@wrong("08.3", "all layers are trained")
def greedy_stage(weights, biases, x, y, lr, steps):
    w, b = copies(weights), copies(biases)
    for _ in range(steps):
        dW, db = gradients(w, b, x, y)
        for l in range(len(w)):
            w[l] = w[l] - lr * dW[l]
            b[l] = b[l] - lr * db[l]
    return w, b


@wrong("08.3", "only the output layer is trained")
def greedy_stage(weights, biases, x, y, lr, steps):
    w, b = copies(weights), copies(biases)
    for _ in range(steps):
        dW, db = gradients(w, b, x, y)
        w[-1] = w[-1] - lr * dW[-1]
        b[-1] = b[-1] - lr * db[-1]
    return w, b


@wrong("08.3", "ascent: the gradient is added")
def greedy_stage(weights, biases, x, y, lr, steps):
    w, b = copies(weights), copies(biases)
    for _ in range(steps):
        dW, db = gradients(w, b, x, y)
        for l in (-1, -2):
            w[l] = w[l] + lr * dW[l]
            b[l] = b[l] + lr * db[l]
    return w, b


@wrong("08.3", "the gradient is computed once, before the loop")
def greedy_stage(weights, biases, x, y, lr, steps):
    w, b = copies(weights), copies(biases)
    dW, db = gradients(w, b, x, y)
    for _ in range(steps):
        for l in (-1, -2):
            w[l] = w[l] - lr * dW[l]
            b[l] = b[l] - lr * db[l]
    return w, b


@wrong("08.3", "the gradient is the sum over the batch, not divided by B")
def greedy_stage(weights, biases, x, y, lr, steps):
    w, b = copies(weights), copies(biases)
    for _ in range(steps):
        dW, db = gradients(w, b, x, y, average=False)
        for l in (-1, -2):
            w[l] = w[l] - lr * dW[l]
            b[l] = b[l] - lr * db[l]
    return w, b


@wrong("08.3", "one step only: returns inside the loop")
def greedy_stage(weights, biases, x, y, lr, steps):
    w, b = copies(weights), copies(biases)
    for _ in range(steps):
        dW, db = gradients(w, b, x, y)
        for l in (-1, -2):
            w[l] = w[l] - lr * dW[l]
            b[l] = b[l] - lr * db[l]
        return w, b
    return w, b


@wrong("08.3", "the biases are not trained")
def greedy_stage(weights, biases, x, y, lr, steps):
    w, b = copies(weights), copies(biases)
    for _ in range(steps):
        dW, db = gradients(w, b, x, y)
        w[-1] = w[-1] - lr * dW[-1]
        w[-2] = w[-2] - lr * dW[-2]
    return w, b


@wrong("08.3", "the first two layers are trained instead of the last two")
def greedy_stage(weights, biases, x, y, lr, steps):
    w, b = copies(weights), copies(biases)
    for _ in range(steps):
        dW, db = gradients(w, b, x, y)
        for l in (0, 1):
            w[l] = w[l] - lr * dW[l]
            b[l] = b[l] - lr * db[l]
    return w, b


@wrong("08.3", "the lists' arrays are changed in place")
def greedy_stage(weights, biases, x, y, lr, steps):
    for _ in range(steps):
        dW, db = gradients(weights, biases, x, y)
        for l in (-1, -2):
            weights[l] -= lr * dW[l]
            biases[l] -= lr * db[l]
    return list(weights), list(biases)


@wrong("08.3", "one step too many")
def greedy_stage(weights, biases, x, y, lr, steps):
    w, b = copies(weights), copies(biases)
    for _ in range(steps + 1):
        dW, db = gradients(w, b, x, y)
        for l in (-1, -2):
            w[l] = w[l] - lr * dW[l]
            b[l] = b[l] - lr * db[l]
    return w, b


@wrong("08.3", "the learning rate is left out")
def greedy_stage(weights, biases, x, y, lr, steps):
    w, b = copies(weights), copies(biases)
    for _ in range(steps):
        dW, db = gradients(w, b, x, y)
        for l in (-1, -2):
            w[l] = w[l] - dW[l]
            b[l] = b[l] - db[l]
    return w, b


def autoencode(W, b, c, x):
    h = sigmoid(x @ W.T + b)
    r = h @ W + c
    return h, r


@wrong("08.4", "the decoder's share of dW is forgotten")
def autoencoder_gradients(W, b, c, x):
    h, r = autoencode(W, b, c, x)
    dr = (r - x) / len(x)
    dz = (dr @ W.T) * h * (1 - h)
    return dz.T @ x, dz.sum(axis=0), dr.sum(axis=0)


@wrong("08.4", "the encoder's share of dW is forgotten")
def autoencoder_gradients(W, b, c, x):
    h, r = autoencode(W, b, c, x)
    dr = (r - x) / len(x)
    dz = (dr @ W.T) * h * (1 - h)
    return h.T @ dr, dz.sum(axis=0), dr.sum(axis=0)


@wrong("08.4", "not divided by B")
def autoencoder_gradients(W, b, c, x):
    h, r = autoencode(W, b, c, x)
    dr = r - x
    dz = (dr @ W.T) * h * (1 - h)
    return dz.T @ x + h.T @ dr, dz.sum(axis=0), dr.sum(axis=0)


@wrong("08.4", "twice the gradient: the half of the cost is forgotten")
def autoencoder_gradients(W, b, c, x):
    h, r = autoencode(W, b, c, x)
    dr = 2 * (r - x) / len(x)
    dz = (dr @ W.T) * h * (1 - h)
    return dz.T @ x + h.T @ dr, dz.sum(axis=0), dr.sum(axis=0)


@wrong("08.4", "the derivative of the sigmoid is missing")
def autoencoder_gradients(W, b, c, x):
    h, r = autoencode(W, b, c, x)
    dr = (r - x) / len(x)
    dz = dr @ W.T
    return dz.T @ x + h.T @ dr, dz.sum(axis=0), dr.sum(axis=0)


@wrong("08.4", "the sign: x - r")
def autoencoder_gradients(W, b, c, x):
    h, r = autoencode(W, b, c, x)
    dr = (x - r) / len(x)
    dz = (dr @ W.T) * h * (1 - h)
    return dz.T @ x + h.T @ dr, dz.sum(axis=0), dr.sum(axis=0)


@wrong("08.4", "divided by the number of entries of x instead of the number of samples")
def autoencoder_gradients(W, b, c, x):
    h, r = autoencode(W, b, c, x)
    dr = (r - x) / x.size
    dz = (dr @ W.T) * h * (1 - h)
    return dz.T @ x + h.T @ dr, dz.sum(axis=0), dr.sum(axis=0)


@wrong("08.4", "the reconstruction has a sigmoid too")
def autoencoder_gradients(W, b, c, x):
    h = sigmoid(x @ W.T + b)
    r = sigmoid(h @ W + c)
    dr = (r - x) * r * (1 - r) / len(x)
    dz = (dr @ W.T) * h * (1 - h)
    return dz.T @ x + h.T @ dr, dz.sum(axis=0), dr.sum(axis=0)


@wrong("08.4", "the reconstruction forgets c")
def autoencoder_gradients(W, b, c, x):
    h = sigmoid(x @ W.T + b)
    r = h @ W
    dr = (r - x) / len(x)
    dz = (dr @ W.T) * h * (1 - h)
    return dz.T @ x + h.T @ dr, dz.sum(axis=0), dr.sum(axis=0)


@wrong("08.4", "db and dc are swapped")
def autoencoder_gradients(W, b, c, x):
    h, r = autoencode(W, b, c, x)
    dr = (r - x) / len(x)
    dz = (dr @ W.T) * h * (1 - h)
    return dz.T @ x + h.T @ dr, dr.sum(axis=0), dz.sum(axis=0)


@wrong("08.4", "the two shares of dW are averaged instead of added")
def autoencoder_gradients(W, b, c, x):
    h, r = autoencode(W, b, c, x)
    dr = (r - x) / len(x)
    dz = (dr @ W.T) * h * (1 - h)
    return (dz.T @ x + h.T @ dr) / 2, dz.sum(axis=0), dr.sum(axis=0)


@wrong("08.5", "the depth with the smallest mean")
def choose_depth(val_mean, val_se):
    return int(np.argmin(val_mean)) + 1


@wrong("08.5", "counted from 0")
def choose_depth(val_mean, val_se):
    best = int(np.argmin(val_mean))
    limit = val_mean[best] + val_se[best]
    for i in range(len(val_mean)):
        if val_mean[i] <= limit:
            return i


@wrong("08.5", "each depth's own standard error instead of the best one's")
def choose_depth(val_mean, val_se):
    best = np.min(val_mean)
    for i in range(len(val_mean)):
        if val_mean[i] <= best + val_se[i]:
            return i + 1


@wrong("08.5", "the deepest within one standard error")
def choose_depth(val_mean, val_se):
    i = int(np.argmin(val_mean))
    ok = np.where(np.asarray(val_mean) <= val_mean[i] + val_se[i])[0]
    return int(ok[-1]) + 1


@wrong("08.5", "the standard error is subtracted: falls back to the best")
def choose_depth(val_mean, val_se):
    i = int(np.argmin(val_mean))
    limit = val_mean[i] - val_se[i]
    for k, m in enumerate(val_mean):
        if m <= limit:
            return k + 1
    return i + 1


@wrong("08.5", "two standard errors")
def choose_depth(val_mean, val_se):
    i = int(np.argmin(val_mean))
    for k, m in enumerate(val_mean):
        if m <= val_mean[i] + 2 * val_se[i]:
            return k + 1


@wrong("08.5", "the smallest standard error decides which depth is best")
def choose_depth(val_mean, val_se):
    i = int(np.argmin(val_se))
    for k, m in enumerate(val_mean):
        if m <= val_mean[i] + val_se[i]:
            return k + 1


@wrong("08.5", "the smallest sum of mean and standard error")
def choose_depth(val_mean, val_se):
    return int(np.argmin(np.array(val_mean) + np.array(val_se))) + 1


@wrong("08.5", "strictly less instead of at most")
def choose_depth(val_mean, val_se):
    i = int(np.argmin(val_mean))
    for k, m in enumerate(val_mean):
        if m < val_mean[i] + val_se[i]:
            return k + 1
    return i + 1


@wrong("08.5", "the mean of all standard errors")
def choose_depth(val_mean, val_se):
    limit = np.min(val_mean) + np.mean(val_se)
    return int(np.argmax(np.array(val_mean) <= limit)) + 1


@wrong("08.5", "the mean error of the chosen depth instead of the depth")
def choose_depth(val_mean, val_se):
    i = int(np.argmin(val_mean))
    for m in val_mean:
        if m <= val_mean[i] + val_se[i]:
            return m


@wrong("08.5", "the largest mean counts as the best")
def choose_depth(val_mean, val_se):
    i = int(np.argmax(val_mean))
    for k, m in enumerate(val_mean):
        if m >= val_mean[i] - val_se[i]:
            return k + 1


@wrong("08.6", "the rates are taken to be sorted")
def disadvantaged(epochs, rates, errors):
    out = []
    for e, r, v in zip(epochs, rates, errors):
        i = int(np.argmin(v))
        out.append(e < max(epochs) or i == 0 or i == len(v) - 1)
    return out


@wrong("08.6", "only the epochs are compared")
def disadvantaged(epochs, rates, errors):
    return [e < max(epochs) for e in epochs]


@wrong("08.6", "only the rates are looked at")
def disadvantaged(epochs, rates, errors):
    return [bool(r[np.argmin(v)] in (r.min(), r.max())) for r, v in zip(rates, errors)]


@wrong("08.6", "both reasons are required")
def disadvantaged(epochs, rates, errors):
    return [
        bool(e < max(epochs) and r[np.argmin(v)] in (r.min(), r.max()))
        for e, r, v in zip(epochs, rates, errors)
    ]


@wrong("08.6", "compares each with the next one only")
def disadvantaged(epochs, rates, errors):
    out = []
    for i in range(len(epochs)):
        best = rates[i][np.argmin(errors[i])]
        edge = best == min(rates[i]) or best == max(rates[i])
        out.append(bool(edge or (i + 1 < len(epochs) and epochs[i] < epochs[i + 1])))
    return out


@wrong("08.6", "the contender with the highest lowest error is called disadvantaged")
def disadvantaged(epochs, rates, errors):
    lowest = [min(v) for v in errors]
    return [low == max(lowest) for low in lowest]


@wrong("08.6", "equal epochs count as fewer")
def disadvantaged(epochs, rates, errors):
    return [
        bool(e <= min(epochs) or r[np.argmin(v)] in (r.min(), r.max()))
        for e, r, v in zip(epochs, rates, errors)
    ]


@wrong("08.5", "the shallowest depth whose bar overlaps that of the best")
def choose_depth(val_mean, val_se):
    best = np.argmin(val_mean)
    for d in range(len(val_mean)):
        if val_mean[d] - val_se[d] <= val_mean[best] + val_se[best]:
            return d + 1
