"""Lesson 03, Back-propagation."""

import math

import numpy as np
import torch


def delta_output_by_loops(o, t):
    if np.ndim(o) == 2:
        return [delta_output_by_loops(row, target) for row, target in zip(o, t, strict=True)]
    return [float(a * (1 - a) * (b - a)) for a, b in zip(o, t, strict=True)]


def delta_output_in_float32(o, t):
    o, t = np.float32(o), np.float32(t)
    return -(o - t) * o * (1 - o)


def delta_output_by_matrix_product(o, t):
    rows, targets = np.atleast_2d(o), np.atleast_2d(t)
    return np.reshape([np.diag(r * (1 - r)) @ (s - r) for r, s in zip(rows, targets, strict=True)], o.shape)


def delta_output_by_torch(o, t):
    o, t = torch.tensor(o.copy(), dtype=torch.float64), torch.tensor(t.copy(), dtype=torch.float64)
    return o * (1 - o) * (t - o)


def delta_hidden_by_loops(o_hidden, W_out, delta_out):
    if np.ndim(o_hidden) == 2:
        return [delta_hidden_by_loops(o, W_out, d) for o, d in zip(o_hidden, delta_out, strict=True)]
    deltas = []
    for h in range(len(o_hidden)):
        wanted = 0.0
        for k in range(len(delta_out)):
            wanted += W_out[k][h] * delta_out[k]
        deltas.append(o_hidden[h] * (1 - o_hidden[h]) * wanted)
    return deltas


def delta_hidden_by_transposes(o_hidden, W_out, delta_out):
    return ((W_out.T @ delta_out.T).T * o_hidden) * (1 - o_hidden)


def delta_hidden_by_einsum(o, W, d):
    if o.ndim == 1:
        return np.einsum("kh,k,h,h->h", W, d, o, 1 - o)
    return np.einsum("kh,bk,bh->bh", W, d, o * (1 - o))


def delta_hidden_in_float32(o, W, d):
    o, W, d = (np.asarray(a, dtype=np.float32) for a in (o, W, d))
    return o * (1 - o) * np.sum(d[..., None] * W, axis=-2)


def step_by_loops(x, t, W_hidden, b_hidden, W_out, b_out, eta):
    """Every index written out, in lists."""
    m, H, K = len(x), len(b_hidden), len(b_out)
    sigma = lambda z: 1 / (1 + math.exp(-z))
    o_h = [sigma(sum(W_hidden[h][i] * x[i] for i in range(m)) + b_hidden[h]) for h in range(H)]
    o_k = [sigma(sum(W_out[k][h] * o_h[h] for h in range(H)) + b_out[k]) for k in range(K)]
    d_k = [o_k[k] * (1 - o_k[k]) * (t[k] - o_k[k]) for k in range(K)]
    d_h = [o_h[h] * (1 - o_h[h]) * sum(W_out[k][h] * d_k[k] for k in range(K)) for h in range(H)]
    return [
        [[W_hidden[h][i] + eta * d_h[h] * x[i] for i in range(m)] for h in range(H)],
        [b_hidden[h] + eta * d_h[h] for h in range(H)],
        [[W_out[k][h] + eta * d_k[k] * o_h[h] for h in range(H)] for k in range(K)],
        [b_out[k] + eta * d_k[k] for k in range(K)],
    ]


def step_with_columns(x, t, W_hidden, b_hidden, W_out, b_out, eta):
    """Column vectors, as in the textbook."""
    x, t, b1, b2 = (v.reshape(-1, 1) for v in (x, t, b_hidden, b_out))
    a1 = 1 / (1 + np.exp(-(W_hidden @ x + b1)))
    a2 = 1 / (1 + np.exp(-(W_out @ a1 + b2)))
    d2 = (a2 - t) * a2 * (1 - a2)
    d1 = W_out.T @ d2 * a1 * (1 - a1)
    return W_hidden - eta * d1 @ x.T, (b1 - eta * d1).ravel(), W_out - eta * d2 @ a1.T, (b2 - eta * d2)[:, 0]


def step_in_float32(x, t, W_hidden, b_hidden, W_out, b_out, eta):
    x, t, W1, b1, W2, b2 = (np.array(a, dtype=np.float32) for a in (x, t, W_hidden, b_hidden, W_out, b_out))
    h = 1 / (1 + np.exp(-(x @ W1.T + b1)))
    o = 1 / (1 + np.exp(-(h @ W2.T + b2)))
    d = o * (1 - o) * (t - o)
    W1 += eta * (h * (1 - h) * (d @ W2))[:, None] * x
    b1 += eta * h * (1 - h) * (d @ W2)
    W2 += eta * np.einsum("k,h->kh", d, h)
    b2 += eta * d
    return W1, b1, W2, b2


def step_by_torch(x, t, W_hidden, b_hidden, W_out, b_out, eta):
    tensor = lambda a: torch.tensor(np.array(a), dtype=torch.float64)
    parameters = [tensor(p).requires_grad_() for p in (W_hidden, b_hidden, W_out, b_out)]
    W1, b1, W2, b2 = parameters
    o = torch.sigmoid(W2 @ torch.sigmoid(W1 @ tensor(x) + b1) + b2)
    gradients = torch.autograd.grad(0.5 * ((tensor(t) - o) ** 2).sum(), parameters)
    return tuple(p - eta * g for p, g in zip(parameters, gradients, strict=True))


def backprop_by_loops(weights, biases, x, y):
    """One sample at a time, its outer products added up."""
    dW = [np.zeros(W.shape) for W in weights]
    db = [np.zeros(b.shape) for b in biases]
    for sample, target in zip(x, y, strict=True):
        a = [sample]
        for W, b in zip(weights, biases, strict=True):
            z = W @ a[-1] + b
            a.append(np.array([1 / (1 + math.exp(-max(v, -700))) for v in z]))
        p = np.exp(z - max(z))
        delta = p / sum(p) - target
        for l in range(len(weights) - 1, -1, -1):
            dW[l] += np.outer(delta, a[l]) / len(x)
            db[l] += delta / len(x)
            delta = weights[l].T @ delta * a[l] * (1 - a[l])
    return dW, db


def backprop_by_recursion(weights, biases, x, y):
    def below(l, a):
        """(dW, db, ∂C/∂a) from layer l upwards, for the input a of layer l."""
        W, b = weights[l], biases[l]
        z = np.einsum("bi,ji->bj", a, W) + b
        if l == len(weights) - 1:
            log_p = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
            dW, db, dz = [], [], (np.exp(log_p) - y) / y.shape[0]
        else:
            out = np.reciprocal(1 + np.exp(-z))
            dW, db, da = below(l + 1, out)
            dz = da * out * (1 - out)
        return [np.einsum("bj,bi->ji", dz, a), *dW], [np.einsum("bj->j", dz), *db], dz @ W

    return below(0, x)[:2]


def backprop_in_float32(weights, biases, x, y):
    """Samples as columns; the mean is taken at the end."""
    W = [np.float32(w) for w in weights]
    b = [np.float32(c)[:, None] for c in biases]
    a = [np.float32(x).T]
    for i in range(len(W) - 1):
        a += [1 / (1 + np.exp(-(W[i] @ a[-1] + b[i])))]
    z = W[-1] @ a[-1] + b[-1]
    p = np.exp(z - z.max(0))
    delta = p / p.sum(0) - y.T
    dW, db = [], []
    while W:
        dW = [(delta @ a[-1].T) / len(x), *dW]
        db = [delta.mean(1), *db]
        delta = (W.pop().T @ delta) * a[-1] * (1 - a.pop())
    return dW, db


def backprop_by_torch(weights, biases, x, y):
    tensor = lambda v: torch.tensor(np.array(v), dtype=torch.float64)
    W = [tensor(w).requires_grad_() for w in weights]
    b = [tensor(c).requires_grad_() for c in biases]
    a = tensor(x)
    for i in range(len(W)):
        z = a @ W[i].T + b[i]
        a = torch.sigmoid(z)
    torch.nn.functional.cross_entropy(z, tensor(y)).backward()
    return [w.grad for w in W], [c.grad for c in b]


def numerical_by_copies(f, x, h):
    gradient = np.empty(np.shape(x))
    for i, _ in np.ndenumerate(x):
        up, down = np.array(x, dtype=float), np.array(x, dtype=float)
        up[i] += h
        down[i] -= h
        gradient[i] = (f(up) - f(down)) / h / 2
    return gradient


def numerical_by_put_back(f, x, h):
    """One float copy, moved and put back entry by entry; a flat view of it for the index."""
    x = np.array(x, dtype=np.float64, order="C")
    flat, slopes = x.reshape(-1), []
    for i in range(flat.size):
        kept = flat[i]
        flat[i] = kept + h
        above = f(x)
        flat[i] = kept - h
        below = f(x)
        flat[i] = kept
        slopes.append(0.5 * (above - below) / h)
    return np.array(slopes).reshape(x.shape)


def numerical_by_unravel(f, x, h):
    gradient = []
    for i in range(x.size):
        e = np.zeros(x.shape)
        e[np.unravel_index(i, x.shape)] = 1
        gradient.append((f(x + h * e) - f(x - h * e)) / (2 * h))
    return np.reshape(gradient, x.shape).tolist()


def train_by_loops(x, y, W_hidden, b_hidden, W_out, b_out, lr, batches):
    """One row at a time, its outer products added up."""
    V, c, U, d = (np.array(p, dtype=float) for p in (W_hidden, b_hidden, W_out, b_out))
    losses = []
    for rows in batches:
        loss, steps = 0.0, [np.zeros(p.shape) for p in (V, c, U, d)]
        for i in rows:
            a = np.array([1 / (1 + math.exp(-v)) for v in V @ x[i] + c])
            z = U @ a + d
            p = np.exp(z - max(z))
            p /= sum(p)
            loss -= math.log(p[list(y[i]).index(1)])
            back = (p - y[i]) @ U * a * (1 - a)
            for step, part in zip(
                steps, (np.outer(back, x[i]), back, np.outer(p - y[i], a), p - y[i]), strict=True
            ):
                step += part / len(rows)
        losses.append(loss / len(rows))
        V, c, U, d = (p - lr * step for p, step in zip((V, c, U, d), steps, strict=True))
    return losses


def train_with_columns(x, y, W_hidden, b_hidden, W_out, b_out, lr, batches):
    """Samples as columns, copies updated in place."""
    V, U = W_hidden.astype(float), W_out.astype(float)
    c, d = b_hidden.astype(float)[:, None], b_out.astype(float)[:, None]
    losses = np.zeros(len(batches))
    for i, rows in enumerate(batches):
        a = 0.5 * (1 + np.tanh((V @ x[rows].T + c) / 2))
        z = U @ a + d
        log_p = z - np.logaddexp.reduce(z, axis=0)
        losses[i] = -(log_p * y[rows].T).sum(axis=0).mean()
        dz = (np.exp(log_p) - y[rows].T) / rows.size
        dh = U.T @ dz * (a - a * a)
        U -= lr * dz @ a.T
        d -= lr * dz.sum(axis=1, keepdims=True)
        V -= lr * dh @ x[rows]
        c -= lr * dh.sum(axis=1, keepdims=True)
    return losses


# With the first optimizer torch loads parts of itself, which may take longer on a busy machine than an answer may.
torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)


def train_by_torch(x, y, W_hidden, b_hidden, W_out, b_out, lr, batches):
    tensor = lambda a: torch.tensor(np.array(a), dtype=torch.float64)
    parameters = [tensor(p).requires_grad_() for p in (W_hidden, b_hidden, W_out, b_out)]
    V, c, U, d = parameters
    optimizer, x, y, losses = torch.optim.SGD(parameters, lr=lr), tensor(x), tensor(y), []
    for rows in batches:
        loss = torch.nn.functional.cross_entropy(torch.sigmoid(x[rows] @ V.T + c) @ U.T + d, y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def tanh_by_exponentials(u):
    up, down = math.exp(u), math.exp(-u)
    a = (up - down) / (up + down)
    return [a, 4 / (up + down) ** 2]


def tanh_by_the_sigmoid(u):
    s = 1 / (1 + np.exp(-2 * u))
    return 2 * s - 1, 4 * s * (1 - s)


def tanh_by_torch(u):
    u = torch.tensor(float(u), dtype=torch.float64, requires_grad=True)
    a = torch.tanh(u)
    a.backward()
    return a.detach(), u.grad


RIGHT = {
    "03.2": [
        delta_output_by_loops,
        delta_output_in_float32,
        delta_output_by_matrix_product,
        delta_output_by_torch,
    ],
    "03.3": [
        delta_hidden_by_loops,
        delta_hidden_by_transposes,
        delta_hidden_by_einsum,
        delta_hidden_in_float32,
    ],
    "03.4": [step_by_loops, step_with_columns, step_in_float32, step_by_torch],
    "03.5": [backprop_by_loops, backprop_by_recursion, backprop_in_float32, backprop_by_torch],
    "03.1": [numerical_by_copies, numerical_by_put_back, numerical_by_unravel],
    "03.6": [train_by_loops, train_with_columns, train_by_torch],
    "03.7": [tanh_by_exponentials, tanh_by_the_sigmoid, tanh_by_torch],
}
