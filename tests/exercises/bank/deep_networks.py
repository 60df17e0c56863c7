"""Wrong answers to the exercises of lesson 07."""
# Beginners' code is the data of these tests, so its style stays as it is.
# ruff: noqa

import math

import numpy as np

from .wrong import wrong


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def softmax(z, axis=1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def outputs(weights, biases, x):
    acts = [x]
    for i, (W, b) in enumerate(zip(weights, biases)):
        z = acts[-1] @ W.T + b
        acts.append(softmax(z) if i == len(weights) - 1 else sigmoid(z))
    return acts


def deltas(weights, biases, x, y):
    acts = outputs(weights, biases, x)
    d = (acts[-1] - y) / len(x)
    ds = [d]
    for l in range(len(weights) - 1, 0, -1):
        d = (d @ weights[l]) * acts[l] * (1 - acts[l])
        ds.insert(0, d)
    return ds


@wrong("07.1", "the output side comes first")
def delta_norms(weights, biases, x, y):
    return [float(np.linalg.norm(d)) for d in deltas(weights, biases, x, y)][::-1]


@wrong("07.1", "not divided by the batch size")
def delta_norms(weights, biases, x, y):
    return [len(x) * float(np.linalg.norm(d)) for d in deltas(weights, biases, x, y)]


@wrong("07.1", "the squared norms")
def delta_norms(weights, biases, x, y):
    return [float(np.sum(d**2)) for d in deltas(weights, biases, x, y)]


@wrong("07.1", "the largest singular value instead of the Frobenius norm")
def delta_norms(weights, biases, x, y):
    return [float(np.linalg.norm(d, 2)) for d in deltas(weights, biases, x, y)]


@wrong("07.1", "the sum of absolute values")
def delta_norms(weights, biases, x, y):
    return [float(np.sum(np.abs(d))) for d in deltas(weights, biases, x, y)]


@wrong("07.1", "the norm of the gradient of the weights instead of dC/dz")
def delta_norms(weights, biases, x, y):
    acts = outputs(weights, biases, x)
    return [float(np.linalg.norm(d.T @ a)) for d, a in zip(deltas(weights, biases, x, y), acts)]


@wrong("07.1", "the derivative of the sigmoid is missing")
def delta_norms(weights, biases, x, y):
    acts = outputs(weights, biases, x)
    d = (acts[-1] - y) / len(x)
    norms = [np.sqrt(np.sum(d**2))]
    for l in range(len(weights) - 1, 0, -1):
        d = d @ weights[l]
        norms.append(np.sqrt(np.sum(d**2)))
    norms.reverse()
    return norms


@wrong("07.1", "the output layer is left out")
def delta_norms(weights, biases, x, y):
    return [float(np.linalg.norm(d)) for d in deltas(weights, biases, x, y)[:-1]]


@wrong("07.1", "the root mean square instead of the norm")
def delta_norms(weights, biases, x, y):
    return [float(np.sqrt(np.mean(d**2))) for d in deltas(weights, biases, x, y)]


@wrong("07.1", "one norm per sample")
def delta_norms(weights, biases, x, y):
    return [np.linalg.norm(d, axis=1) for d in deltas(weights, biases, x, y)]


@wrong("07.1", "softmax over the samples instead of the classes")
def delta_norms(weights, biases, x, y):
    acts = [x]
    for i, (W, b) in enumerate(zip(weights, biases)):
        z = acts[-1] @ W.T + b
        acts.append(softmax(z, axis=0) if i == len(weights) - 1 else sigmoid(z))
    d = (acts[-1] - y) / len(x)
    norms = [np.linalg.norm(d)]
    for l in range(len(weights) - 1, 0, -1):
        d = (d @ weights[l]) * acts[l] * (1 - acts[l])
        norms.insert(0, np.linalg.norm(d))
    return norms


@wrong("07.2", "the variance is given as the standard deviation")
def initialize(fan_in, fan_out, scheme, rng):
    if scheme == "glorot":
        return rng.normal(0, 2 / (fan_in + fan_out), (fan_out, fan_in))
    if scheme == "he":
        return rng.normal(0, 2 / fan_in, (fan_out, fan_in))
    return rng.uniform(-1 / np.sqrt(fan_in), 1 / np.sqrt(fan_in), (fan_out, fan_in))


@wrong("07.2", "the shape is (fan_in, fan_out)")
def initialize(fan_in, fan_out, scheme, rng):
    shape = (fan_in, fan_out)
    if scheme == "glorot":
        return rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), shape)
    elif scheme == "he":
        return rng.normal(0, np.sqrt(2 / fan_in), shape)
    else:
        s = 1 / np.sqrt(fan_in)
        return rng.uniform(-s, s, shape)


@wrong("07.2", "He's variance uses fan_out")
def initialize(fan_in, fan_out, scheme, rng):
    shape = (fan_out, fan_in)
    if scheme == "glorot":
        return rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), shape)
    elif scheme == "he":
        return rng.normal(0, np.sqrt(2 / fan_out), shape)
    else:
        s = 1 / np.sqrt(fan_in)
        return rng.uniform(-s, s, shape)


@wrong("07.2", "the heuristic is uniform from 0 instead of from the negative bound")
def initialize(fan_in, fan_out, scheme, rng):
    shape = (fan_out, fan_in)
    if scheme == "glorot":
        return rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), shape)
    elif scheme == "he":
        return rng.normal(0, np.sqrt(2 / fan_in), shape)
    return rng.uniform(0, 1 / np.sqrt(fan_in), shape)


@wrong("07.2", "the heuristic is normal with standard deviation 1/sqrt(fan_in)")
def initialize(fan_in, fan_out, scheme, rng):
    shape = (fan_out, fan_in)
    if scheme == "glorot":
        return rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), shape)
    elif scheme == "he":
        return rng.normal(0, np.sqrt(2 / fan_in), shape)
    return rng.normal(0, 1 / np.sqrt(fan_in), shape)


@wrong("07.2", "the names of He and Glorot are swapped")
def initialize(fan_in, fan_out, scheme, rng):
    shape = (fan_out, fan_in)
    if scheme == "he":
        return rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), shape)
    elif scheme == "glorot":
        return rng.normal(0, np.sqrt(2 / fan_in), shape)
    s = 1 / np.sqrt(fan_in)
    return rng.uniform(-s, s, shape)


@wrong("07.2", "Glorot's 2 is a 1")
def initialize(fan_in, fan_out, scheme, rng):
    shape = (fan_out, fan_in)
    if scheme == "glorot":
        return rng.normal(0, np.sqrt(1 / (fan_in + fan_out)), shape)
    elif scheme == "he":
        return rng.normal(0, np.sqrt(2 / fan_in), shape)
    s = 1 / np.sqrt(fan_in)
    return rng.uniform(-s, s, shape)


@wrong("07.2", "Glorot's uniform distribution in place of the normal one")
def initialize(fan_in, fan_out, scheme, rng):
    shape = (fan_out, fan_in)
    if scheme == "glorot":
        limit = np.sqrt(6 / (fan_in + fan_out))
        return rng.uniform(-limit, limit, shape)
    elif scheme == "he":
        return rng.normal(0, np.sqrt(2 / fan_in), shape)
    s = 1 / np.sqrt(fan_in)
    return rng.uniform(-s, s, shape)


@wrong("07.2", "all units get the same weights: one row is drawn and repeated")
def initialize(fan_in, fan_out, scheme, rng):
    if scheme == "glorot":
        row = rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), fan_in)
    elif scheme == "he":
        row = rng.normal(0, np.sqrt(2 / fan_in), fan_in)
    else:
        row = rng.uniform(-1 / np.sqrt(fan_in), 1 / np.sqrt(fan_in), fan_in)
    return np.tile(row, (fan_out, 1))


@wrong("07.2", "uses a generator seeded in the function instead of rng")
def initialize(fan_in, fan_out, scheme, rng):
    rng = np.random.default_rng(1)
    shape = (fan_out, fan_in)
    if scheme == "glorot":
        return rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), shape)
    elif scheme == "he":
        return rng.normal(0, np.sqrt(2 / fan_in), shape)
    s = 1 / np.sqrt(fan_in)
    return rng.uniform(-s, s, shape)


@wrong("07.2", "the heuristic's bound is 1/fan_in, without the root")
def initialize(fan_in, fan_out, scheme, rng):
    shape = (fan_out, fan_in)
    if scheme == "glorot":
        return rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), shape)
    elif scheme == "he":
        return rng.normal(0, np.sqrt(2 / fan_in), shape)
    return rng.uniform(-1 / fan_in, 1 / fan_in, shape)


@wrong("07.3", "normalizes each sample instead of each feature")
def batch_norm(x, gamma, beta, eps):
    mu = x.mean(axis=1, keepdims=True)
    var = x.var(axis=1, keepdims=True)
    return gamma * (x - mu) / np.sqrt(var + eps) + beta


@wrong("07.3", "one mean and variance over all entries")
def batch_norm(x, gamma, beta, eps):
    return gamma * (x - np.mean(x)) / np.sqrt(np.var(x) + eps) + beta


@wrong("07.3", "the unbiased variance")
def batch_norm(x, gamma, beta, eps):
    return gamma * (x - x.mean(0)) / np.sqrt(x.var(0, ddof=1) + eps) + beta


@wrong("07.3", "eps outside the root")
def batch_norm(x, gamma, beta, eps):
    return gamma * (x - x.mean(0)) / (x.std(0) + eps) + beta


@wrong("07.3", "the root is missing")
def batch_norm(x, gamma, beta, eps):
    return gamma * (x - x.mean(0)) / (x.var(0) + eps) + beta


@wrong("07.3", "eps is forgotten")
def batch_norm(x, gamma, beta, eps):
    with np.errstate(all="ignore"):
        return gamma * (x - x.mean(0)) / x.std(0) + beta


@wrong("07.3", "gamma and beta are swapped")
def batch_norm(x, gamma, beta, eps):
    return beta * (x - x.mean(0)) / np.sqrt(x.var(0) + eps) + gamma


@wrong("07.3", "the shift is inside the scaling: gamma * (xhat + beta)")
def batch_norm(x, gamma, beta, eps):
    xhat = (x - x.mean(0)) / np.sqrt(x.var(0) + eps)
    return gamma * (xhat + beta)


@wrong("07.3", "the shift is forgotten")
def batch_norm(x, gamma, beta, eps):
    return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


@wrong("07.3", "the mean is not subtracted")
def batch_norm(x, gamma, beta, eps):
    return gamma * x / np.sqrt(x.var(axis=0) + eps) + beta


@wrong("07.3", "the mean square in place of the variance")
def batch_norm(x, gamma, beta, eps):
    mu = x.mean(axis=0)
    var = np.mean(x**2, axis=0)
    return gamma * (x - mu) / np.sqrt(var + eps) + beta


@wrong("07.3", "scaling and shift are left out")
def batch_norm(x, gamma, beta, eps):
    out = np.zeros(x.shape)
    for j in range(x.shape[1]):
        col = x[:, j]
        mu = sum(col) / len(col)
        var = sum((col - mu) ** 2) / len(col)
        out[:, j] = (col - mu) / math.sqrt(var + eps)
    return out


@wrong("07.4", "the smallest difference instead of the largest")
def symmetry_spread(W_in, b, W_out):
    n = len(b)
    u = np.hstack([W_in, b[:, None], W_out.T])
    best = np.inf
    for i in range(n):
        for j in range(i + 1, n):
            best = min(best, np.max(np.abs(u[i] - u[j])))
    return best if n > 1 else 0.0


@wrong("07.4", "only neighboring units are compared")
def symmetry_spread(W_in, b, W_out):
    u = np.hstack([W_in, b[:, None], W_out.T])
    if len(u) < 2:
        return 0.0
    return np.max(np.abs(u[1:] - u[:-1]))


@wrong("07.4", "the outgoing weights are ignored")
def symmetry_spread(W_in, b, W_out):
    u = np.hstack([W_in, b[:, None]])
    return np.max(u.max(axis=0) - u.min(axis=0))


@wrong("07.4", "the biases are ignored")
def symmetry_spread(W_in, b, W_out):
    return max(np.ptp(W_in, axis=0).max(), np.ptp(W_out, axis=1).max())


@wrong("07.4", "only the incoming weights are compared")
def symmetry_spread(W_in, b, W_out):
    return np.ptp(W_in, axis=0).max()


@wrong("07.4", "compares the weights of one unit with each other: axis 1 for the incoming weights")
def symmetry_spread(W_in, b, W_out):
    return max(np.ptp(W_in, axis=1).max(), np.ptp(b), np.ptp(W_out, axis=1).max())


@wrong("07.4", "the outgoing weights are compared along the wrong axis")
def symmetry_spread(W_in, b, W_out):
    return max(np.ptp(W_in, axis=0).max(), np.ptp(b), np.ptp(W_out, axis=0).max())


@wrong("07.4", "no absolute value: differences to later units only, with their sign")
def symmetry_spread(W_in, b, W_out):
    u = np.hstack([W_in, b[:, None], W_out.T])
    d = 0.0
    for i in range(len(u)):
        for j in range(i + 1, len(u)):
            d = max(d, np.max(u[i] - u[j]))
    return d


@wrong("07.4", "the Euclidean distance of two units instead of their largest difference")
def symmetry_spread(W_in, b, W_out):
    u = np.hstack([W_in, b[:, None], W_out.T])
    return max(np.linalg.norm(p - q) for p in u for q in u)


@wrong("07.4", "the standard deviation over the units")
def symmetry_spread(W_in, b, W_out):
    return max(W_in.std(axis=0).max(), b.std(), W_out.std(axis=1).max())


@wrong("07.4", "the sum of the three largest differences")
def symmetry_spread(W_in, b, W_out):
    return np.ptp(W_in, axis=0).max() + np.ptp(b) + np.ptp(W_out, axis=1).max()


@wrong("07.8", "keeps the worst configurations")
def successive_halving(configs, budget, eta, evaluate):
    configs = list(configs)
    while len(configs) > 1:
        configs = sorted(configs, key=lambda c: -np.nan_to_num(evaluate(c, budget), nan=np.inf))
        configs = configs[: max(1, len(configs) // eta)]
        budget *= eta
    return configs[0]


@wrong("07.8", "the budget is not multiplied")
def successive_halving(configs, budget, eta, evaluate):
    left = list(configs)
    while len(left) > 1:
        losses = [evaluate(c, budget) for c in left]
        losses = [np.inf if np.isnan(v) else v for v in losses]
        order = np.argsort(losses, kind="stable")
        left = [left[i] for i in order[: max(1, len(left) // eta)]]
    return left[0]


@wrong("07.8", "always keeps half, whatever eta is")
def successive_halving(configs, budget, eta, evaluate):
    left = list(configs)
    while len(left) > 1:
        losses = [evaluate(c, budget) for c in left]
        losses = [np.inf if np.isnan(v) else v for v in losses]
        order = np.argsort(losses, kind="stable")
        left = [left[i] for i in order[: max(1, len(left) // 2)]]
        budget *= eta
    return left[0]


@wrong("07.8", "only one round: the best of the first budget")
def successive_halving(configs, budget, eta, evaluate):
    losses = [evaluate(c, budget) for c in configs]
    losses = [np.inf if np.isnan(v) else v for v in losses]
    return configs[int(np.argmin(losses))]


@wrong("07.8", "rounds the number of survivors up")
def successive_halving(configs, budget, eta, evaluate):
    left = list(configs)
    while len(left) > 1:
        losses = [evaluate(c, budget) for c in left]
        losses = [np.inf if np.isnan(v) else v for v in losses]
        order = np.argsort(losses, kind="stable")
        keep = min(math.ceil(len(left) / eta), len(left) - 1)
        left = [left[i] for i in order[:keep]]
        budget *= eta
    return left[0]


@wrong("07.8", "nan counts as the best loss")
def successive_halving(configs, budget, eta, evaluate):
    left = list(configs)
    while len(left) > 1:
        losses = [evaluate(c, budget) for c in left]
        losses = [-np.inf if np.isnan(v) else v for v in losses]
        order = np.argsort(losses, kind="stable")
        left = [left[i] for i in order[: max(1, len(left) // eta)]]
        budget *= eta
    return left[0]


@wrong("07.8", "ties keep the later configuration")
def successive_halving(configs, budget, eta, evaluate):
    left = list(configs)
    while len(left) > 1:
        losses = [evaluate(c, budget) for c in left]
        losses = np.array([np.inf if np.isnan(v) else v for v in losses])
        order = np.argsort(losses[::-1], kind="stable")
        order = len(left) - 1 - order
        left = [left[i] for i in order[: max(1, len(left) // eta)]]
        budget *= eta
    return left[0]


@wrong("07.8", "returns the list of survivors")
def successive_halving(configs, budget, eta, evaluate):
    left = list(configs)
    while len(left) > 1:
        losses = [evaluate(c, budget) for c in left]
        losses = [np.inf if np.isnan(v) else v for v in losses]
        order = np.argsort(losses, kind="stable")
        left = [left[i] for i in order[: max(1, len(left) // eta)]]
        budget *= eta
    return left


@wrong("07.8", "no round keeps at least one: the list may become empty")
def successive_halving(configs, budget, eta, evaluate):
    left = list(configs)
    while len(left) > 1:
        losses = [evaluate(c, budget) for c in left]
        losses = [np.inf if np.isnan(v) else v for v in losses]
        order = np.argsort(losses, kind="stable")
        left = [left[i] for i in order[: len(left) // eta]]
        budget *= eta
    return left[0]


@wrong("07.8", "the budget grows by eta instead of times eta")
def successive_halving(configs, budget, eta, evaluate):
    left = list(configs)
    while len(left) > 1:
        losses = [evaluate(c, budget) for c in left]
        losses = [np.inf if np.isnan(v) else v for v in losses]
        order = np.argsort(losses, kind="stable")
        left = [left[i] for i in order[: max(1, len(left) // eta)]]
        budget += eta
    return left[0]


@wrong("07.8", "keeps the first ones without sorting")
def successive_halving(configs, budget, eta, evaluate):
    left = list(configs)
    while len(left) > 1:
        for c in left:
            evaluate(c, budget)
        left = left[: max(1, len(left) // eta)]
        budget *= eta
    return left[0]


@wrong("07.8", "the loss of the survivor instead of the survivor")
def successive_halving(configs, budget, eta, evaluate):
    left = list(configs)
    while len(left) > 1:
        losses = [evaluate(c, budget) for c in left]
        losses = [np.inf if np.isnan(v) else v for v in losses]
        order = np.argsort(losses, kind="stable")
        left = [left[i] for i in order[: max(1, len(left) // eta)]]
        budget *= eta
    return min(losses)


def rules(log):
    """The conditions in the docstring's order, as (name, holds)."""
    train, val = np.array(log["train_loss"]), np.array(log["val_loss"])
    d = log["delta_norms"]
    finite = np.isfinite(train).all() and np.isfinite(val).all()
    with np.errstate(all="ignore"):
        return [
            ("exploding gradients", not finite or d[0] > 1e3 * d[-1]),
            ("weight symmetry", log["unit_spread"] < 1e-12),
            ("dead relu", log["active_fraction"] < 0.05),
            ("vanishing gradients", d[0] < 1e-3 * d[-1]),
            ("oscillation", np.mean(np.diff(train) > 0) >= 1 / 3),
            ("overfitting", val[-1] > 1.1 * val.min() and train[-1] < train[-2]),
            ("slow progress", train[-1] > 0.9 * train[0]),
        ]


def first(conditions):
    for name, holds in conditions:
        if holds:
            return name
    return "healthy"


@wrong("07.5", "the last condition that holds instead of the first")
def diagnose(log):
    return first(reversed(rules(log)))


@wrong("07.5", "vanishing and exploding are swapped")
def diagnose(log):
    swap = {"exploding gradients": "vanishing gradients", "vanishing gradients": "exploding gradients"}
    name = first(rules(log))
    return swap.get(name, name)


@wrong("07.5", "losses that are not finite are not noticed")
def diagnose(log):
    d = log["delta_norms"]
    conditions = [("exploding gradients", d[0] > 1e3 * d[-1])] + rules(log)[1:]
    return first(conditions)


@wrong("07.5", "overfitting is called from the training loss, not the validation loss")
def diagnose(log):
    t = log["train_loss"]
    conditions = rules(log)
    conditions[5] = ("overfitting", t[-1] > 1.1 * min(t))
    return first(conditions)


@wrong("07.5", "oscillation is more than half of the steps")
def diagnose(log):
    conditions = rules(log)
    t = np.array(log["train_loss"])
    conditions[4] = ("oscillation", np.mean(np.diff(t) > 0) > 0.5)
    return first(conditions)


@wrong("07.5", "dead relu is not looked for")
def diagnose(log):
    return first([c for c in rules(log) if c[0] != "dead relu"])


@wrong("07.5", "never healthy: None where no condition holds")
def diagnose(log):
    for name, holds in rules(log):
        if holds:
            return name


@wrong("07.5", "the names are in capitals")
def diagnose(log):
    return first(rules(log)).title()


@wrong("07.5", "slow progress is tested before overfitting and oscillation")
def diagnose(log):
    c = rules(log)
    return first(c[:4] + [c[6]] + c[4:6])


@wrong("07.5", "the delta norms are read from the output side: last over first")
def diagnose(log):
    flipped = dict(log, delta_norms=list(log["delta_norms"])[::-1])
    return first(rules(flipped))


@wrong("07.5", "all conditions that hold, as a list")
def diagnose(log):
    found = [name for name, holds in rules(log) if holds]
    return found or ["healthy"]


@wrong("07.5", "symmetry asks whether the spread is exactly 0")
def diagnose(log):
    c = rules(log)
    c[1] = ("weight symmetry", log["unit_spread"] == 0)
    return first(c)
