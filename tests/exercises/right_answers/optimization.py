"""Lesson 06, Optimization."""

import numpy as np
import torch


def path_by_lists(gradient, x0, lr, steps):
    path = [[float(v) for v in x0]]
    for _ in range(steps):
        g = gradient(np.array(path[-1]))
        path.append([v - lr * s for v, s in zip(path[-1], g, strict=True)])
    return path


def path_in_place(gradient, x0, lr, steps):
    x = np.array(x0, dtype=float)
    path = np.zeros((steps + 1, x.size))
    path[0] = x
    for t in range(1, steps + 1):
        x -= np.multiply(lr, gradient(x))
        path[t] = x
    return path


def path_by_recursion(gradient, x0, lr, steps):
    if steps == 0:
        return np.asarray(x0)[np.newaxis]
    rest = path_by_recursion(gradient, x0 - lr * gradient(x0), lr, steps - 1)
    return np.vstack([x0, rest])


def path_in_float32(gradient, x0, lr, steps):
    x = x0.astype(np.float32)
    path = [x.copy()]
    for _ in range(steps):
        x = (x - np.float32(lr) * gradient(x)).astype(np.float32)
        path.append(x.copy())
    return np.stack(path)


def batches_by_lists(n, batch_size, rng):
    rows = list(range(n))
    rng.shuffle(rows)
    batches = []
    while rows:
        batches.append(rows[:batch_size])
        rows = rows[batch_size:]
    return batches


def batches_by_generator(n, batch_size, rng):
    order = np.argsort(rng.random(n))
    for start in range(0, n, batch_size):
        yield torch.tensor(order[start : start + batch_size])


def batches_by_split(n, batch_size, rng):
    order = rng.choice(n, n, replace=False)
    return tuple(np.split(order, range(batch_size, n, batch_size)))


def batches_by_numbers(n, batch_size, rng):
    number = rng.permutation(np.arange(n) // batch_size)
    return [np.flatnonzero(number == i) for i in range(number.max() + 1)]


def momentum_by_loops(w, v, g, lr, beta):
    new_w, new_v = np.zeros(w.shape), np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        new_v[i] = beta * v[i] + g[i]
        new_w[i] = w[i] - lr * new_v[i]
    return new_w.tolist(), new_v.tolist()


def momentum_in_float32(w, v, g, lr, beta):
    v = np.float32(beta) * np.float32(v) + np.float32(g)
    return [np.float32(w) - np.float32(lr) * v, v]


def momentum_by_torch(w, v, g, lr, beta):
    w, v, g = (torch.tensor(np.array(a, dtype=float)) for a in (w, v, g))
    v = v.mul(beta).add(g)
    return torch.sub(w, v, alpha=lr), v


def adam_by_loops(w, m, v, t, g, lr, beta1, beta2, eps):
    new = [np.zeros(w.shape) for _ in range(3)]
    for i in np.ndindex(w.shape):
        new[1][i] = beta1 * m[i] + (1 - beta1) * g[i]
        new[2][i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i]
        m_hat = new[1][i] / (1 - beta1**t)
        v_hat = new[2][i] / (1 - beta2**t)
        new[0][i] = w[i] - lr * m_hat / (v_hat**0.5 + eps)
    return tuple(a.tolist() for a in new)


def adam_in_float32(w, m, v, t, g, lr, beta1, beta2, eps):
    w, m, v, g = (a.astype(np.float32) for a in (w, m, v, g))
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return [w - lr * step, m, v]


def adam_by_torch(w, m, v, t, g, lr, beta1, beta2, eps):
    """PyTorch's own optimizer, its state set by hand."""
    weight = torch.nn.Parameter(torch.tensor(np.array(w, dtype=float)))
    adam = torch.optim.Adam([weight], lr=lr, betas=(beta1, beta2), eps=eps, foreach=False)
    adam.state[weight] = {
        "step": torch.tensor(float(t - 1)),
        "exp_avg": torch.tensor(np.array(m, dtype=float)),
        "exp_avg_sq": torch.tensor(np.array(v, dtype=float)),
    }
    weight.grad = torch.tensor(np.array(g, dtype=float))
    adam.step()
    return weight, adam.state[weight]["exp_avg"], adam.state[weight]["exp_avg_sq"]


def rate_by_cholesky(hessian, beta=0.0):
    """Its LinAlgError is a ValueError."""
    if (hessian != hessian.T).any():
        raise ValueError("not symmetric")
    np.linalg.cholesky(hessian)
    return 2 * (1 + beta) / max(np.linalg.eigvals(hessian).real)


def rate_by_singular_values(hessian, beta=0.0):
    largest = np.linalg.svd(hessian, compute_uv=False)[0]
    if not np.allclose(hessian, np.transpose(hessian)) or np.linalg.eigvalsh(hessian).min() < 1e-12:
        raise ValueError
    return [2 / largest + 2 * beta / largest]


def rate_by_power_iteration(hessian, beta=0.0):
    if abs(hessian - hessian.T).max() > 1e-9 or not all(np.linalg.eigvalsh(hessian) > 1e-10):
        raise ValueError("no bowl")
    x = np.ones(len(hessian)) + np.arange(len(hessian)) / 7
    for _ in range(3000):
        x = hessian @ x
        x = x / np.linalg.norm(x)
    return float((1 + beta) * 2 / (x @ hessian @ x))


RIGHT = {
    "06.1": [path_by_lists, path_in_place, path_by_recursion, path_in_float32],
    "06.2": [batches_by_lists, batches_by_generator, batches_by_split, batches_by_numbers],
    "06.3": [momentum_by_loops, momentum_in_float32, momentum_by_torch],
    "06.4": [adam_by_loops, adam_in_float32, adam_by_torch],
    "06.5": [rate_by_cholesky, rate_by_singular_values, rate_by_power_iteration],
}
