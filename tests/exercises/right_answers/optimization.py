"""Lessons 06a and 06b, Optimization."""

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


def steps_by_bisection(eigenvalues, w0, lr, fraction):
    factors = np.abs(1 - lr * eigenvalues)
    if factors.max() >= 1:
        return float("inf")

    def left(t):
        return np.sqrt(np.sum((w0 * factors**t) ** 2) / np.sum(w0**2))

    low, high = 0.0, 1e12
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if left(middle) > fraction else (low, middle)
    return high


def steps_of_every_direction(eigenvalues, w0, lr, fraction):
    """The steps after which each direction alone is small enough; the largest number."""
    most, whole = 0.0, sum(float(w) ** 2 for w in w0) ** 0.5
    for curvature, w in zip(eigenvalues, w0, strict=True):
        factor = max(abs(1 - lr * curvature), 1e-300)
        if factor >= 1:
            return np.inf
        most = max(most, np.log(fraction * whole / abs(w)) / np.log(factor))
    return most


def steps_rounded_up(eigenvalues, w0, lr, fraction):
    size = torch.abs(1 - lr * torch.tensor(np.array(eigenvalues)))
    i = int(torch.argmax(size))
    if size[i] >= 1:
        return torch.inf
    needed = torch.log(torch.tensor(fraction * np.sqrt(w0 @ w0) / abs(w0[i]))) / torch.log(size[i])
    return int(torch.ceil(needed))


def schedule_by_half_angle(t, steps, warmup, peak):
    if t < warmup:
        return (t + 1) * peak / warmup
    if t > steps:
        return 0
    return peak * np.cos(0.5 * np.pi * (t - warmup) / (steps - warmup)) ** 2


def schedule_by_table(t, steps, warmup, peak):
    rise = [peak * i / warmup for i in range(1, warmup + 1)]
    rest = steps - warmup
    fall = [peak / 2 + peak / 2 * np.cos(np.pi * i / rest) for i in range(rest)]
    rates = rise + fall
    return rates[t] if t < len(rates) else 0.0


def schedule_by_clipping(t, steps, warmup, peak):
    share = np.clip((t - warmup) / (steps - warmup), 0, 1)
    wave = (1 - np.sin(np.pi * (share - 0.5))) / 2
    return peak * (wave if warmup == 0 else np.minimum((t + 1) / warmup, wave))


def plan_with_adam(budget):
    return ["Adam", 10, 0.03, "constant"]


def plan_with_momentum(budget):
    return "momentum", np.int64(5), np.float64(0.03), "constant"


def plan_by_budget(budget):
    return ("SGD", 2, 0.1, "constant") if budget < 6e6 else ("SGD", 5, 0.3, "constant")


RIGHT = {
    "06.1": [path_by_lists, path_in_place, path_by_recursion, path_in_float32],
    "06.2": [steps_by_bisection, steps_of_every_direction, steps_rounded_up],
    "06.3": [batches_by_lists, batches_by_generator, batches_by_split, batches_by_numbers],
    "06.4": [momentum_by_loops, momentum_in_float32, momentum_by_torch],
    "06.5": [rate_by_cholesky, rate_by_singular_values, rate_by_power_iteration],
    "06.6": [adam_by_loops, adam_in_float32, adam_by_torch],
    "06.7": [schedule_by_half_angle, schedule_by_table, schedule_by_clipping],
    "06.8": [plan_with_adam, plan_with_momentum, plan_by_budget],
}
