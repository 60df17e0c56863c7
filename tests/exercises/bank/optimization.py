"""Wrong answers to the exercises of lessons 06a and 06b."""
# Beginners' code is the data of these tests, so its style stays as it is.
# ruff: noqa

import math

import numpy as np

from .wrong import wrong


@wrong("06.1", "ascent: plus instead of minus")
def gradient_descent(gradient, x0, lr, steps):
    path = [x0]
    x = x0
    for _ in range(steps):
        x = x + lr * gradient(x)
        path.append(x)
    return np.array(path)


@wrong("06.1", "the start is missing from the path")
def gradient_descent(gradient, x0, lr, steps):
    path = []
    x = x0
    for _ in range(steps):
        x = x - lr * gradient(x)
        path.append(x)
    return np.array(path)


@wrong("06.1", "x is changed in place, so all rows of the path are the same array")
def gradient_descent(gradient, x0, lr, steps):
    x = x0.copy()
    path = [x]
    for _ in range(steps):
        x -= lr * gradient(x)
        path.append(x)
    return np.array(path)


@wrong("06.1", "the gradient at the start is used in every step")
def gradient_descent(gradient, x0, lr, steps):
    path = [x0]
    x = x0
    g = gradient(x0)
    for _ in range(steps):
        x = x - lr * g
        path.append(x)
    return np.array(path)


@wrong("06.1", "one step too few")
def gradient_descent(gradient, x0, lr, steps):
    path = [x0]
    for _ in range(steps - 1):
        path.append(path[-1] - lr * gradient(path[-1]))
    return np.array(path)


@wrong("06.1", "one step too many")
def gradient_descent(gradient, x0, lr, steps):
    path = [x0]
    for _ in range(steps + 1):
        path.append(path[-1] - lr * gradient(path[-1]))
    return np.array(path)


@wrong("06.1", "only the last point is returned")
def gradient_descent(gradient, x0, lr, steps):
    x = x0
    for _ in range(steps):
        x = x - lr * gradient(x)
    return x


@wrong("06.1", "the gradient is normalized to length 1")
def gradient_descent(gradient, x0, lr, steps):
    path = [x0]
    x = x0
    for _ in range(steps):
        g = gradient(x)
        x = x - lr * g / (np.linalg.norm(g) + 1e-12)
        path.append(x)
    return np.array(path)


@wrong("06.1", "every step starts from x0 again")
def gradient_descent(gradient, x0, lr, steps):
    path = [x0]
    x = x0
    for i in range(steps):
        path.append(x0 - lr * gradient(x0))
    return np.stack(path)


@wrong("06.1", "the rate is divided by the number of the step")
def gradient_descent(gradient, x0, lr, steps):
    path = np.zeros((steps + 1, len(x0)))
    path[0] = x0
    for i in range(1, steps + 1):
        path[i] = path[i - 1] - lr / i * gradient(path[i - 1])
    return path


@wrong("06.1", "the array is transposed: one column per step")
def gradient_descent(gradient, x0, lr, steps):
    path = [x0]
    for _ in range(steps):
        path.append(path[-1] - lr * gradient(path[-1]))
    return np.array(path).T


@wrong("06.3", "not shuffled")
def minibatches(n, batch_size, rng):
    idx = np.arange(n)
    return [idx[i : i + batch_size] for i in range(0, n, batch_size)]


@wrong("06.3", "the last, smaller batch is dropped")
def minibatches(n, batch_size, rng):
    idx = rng.permutation(n)
    out = []
    for i in range(n // batch_size):
        out.append(idx[i * batch_size : (i + 1) * batch_size])
    return out


@wrong("06.3", "an empty batch at the end where batch_size divides n")
def minibatches(n, batch_size, rng):
    idx = rng.permutation(n)
    out = []
    for i in range(n // batch_size + 1):
        out.append(idx[i * batch_size : (i + 1) * batch_size])
    return out


@wrong("06.3", "drawn with replacement")
def minibatches(n, batch_size, rng):
    out = []
    left = n
    while left > 0:
        size = min(batch_size, left)
        out.append(rng.integers(0, n, size))
        left -= size
    return out


@wrong("06.3", "batch_size is taken as the number of batches")
def minibatches(n, batch_size, rng):
    return np.array_split(rng.permutation(n), batch_size)


@wrong("06.3", "batches of nearly equal sizes instead of full ones and a rest")
def minibatches(n, batch_size, rng):
    k = math.ceil(n / batch_size)
    return np.array_split(rng.permutation(n), k)


@wrong("06.3", "the order is the same in every call: its own seed")
def minibatches(n, batch_size, rng):
    idx = np.arange(n)
    np.random.default_rng(0).shuffle(idx)
    return [idx[i : i + batch_size] for i in range(0, n, batch_size)]


@wrong("06.3", "only the order of the batches is shuffled, not the samples")
def minibatches(n, batch_size, rng):
    idx = np.arange(n)
    batches = [idx[i : i + batch_size] for i in range(0, n, batch_size)]
    full = batches[:-1]
    order = rng.permutation(len(full))
    return [full[i] for i in order] + [batches[-1]]


@wrong("06.3", "the shuffled order is thrown away: rng.permutation is not assigned")
def minibatches(n, batch_size, rng):
    idx = np.arange(n)
    rng.permutation(idx)
    batches = []
    for start in range(0, n, batch_size):
        batches.append(idx[start : start + batch_size])
    return batches


@wrong("06.3", "neighboring batches overlap by one index")
def minibatches(n, batch_size, rng):
    idx = rng.permutation(n)
    return [idx[i : i + batch_size + 1] for i in range(0, n, batch_size)]


@wrong("06.3", "the smaller batch comes first")
def minibatches(n, batch_size, rng):
    idx = rng.permutation(n)
    batches = [idx[i : i + batch_size] for i in range(0, n, batch_size)]
    return batches[::-1]


@wrong("06.4", "the weights move by the old velocity")
def momentum_step(w, v, g, lr, beta):
    w_new = w - lr * v
    v_new = beta * v + g
    return w_new, v_new


@wrong("06.4", "the gradient is weighted by 1 - beta, as in an average")
def momentum_step(w, v, g, lr, beta):
    v = beta * v + (1 - beta) * g
    return w - lr * v, v


@wrong("06.4", "the rate is inside the velocity")
def momentum_step(w, v, g, lr, beta):
    v = beta * v + lr * g
    return w - v, v


@wrong("06.4", "plus instead of minus in the step")
def momentum_step(w, v, g, lr, beta):
    v = beta * v + g
    return w + lr * v, v


@wrong("06.4", "(v, w) instead of (w, v)")
def momentum_step(w, v, g, lr, beta):
    v = beta * v + g
    w = w - lr * v
    return v, w


@wrong("06.4", "changes w and v in place")
def momentum_step(w, v, g, lr, beta):
    v *= beta
    v += g
    w -= lr * v
    return w, v


@wrong("06.4", "the velocity is not used: plain gradient descent")
def momentum_step(w, v, g, lr, beta):
    return w - lr * g, beta * v + g


@wrong("06.4", "beta and lr are swapped")
def momentum_step(w, v, g, lr, beta):
    v = lr * v + g
    w = w - beta * v
    return w, v


@wrong("06.4", "Nesterov's step")
def momentum_step(w, v, g, lr, beta):
    v = beta * v + g
    return w - lr * (g + beta * v), v


@wrong("06.4", "the gradient is subtracted from the velocity, and the step subtracts again")
def momentum_step(w, v, g, lr, beta):
    v = beta * v - g
    w = w - lr * v
    return w, v


@wrong("06.4", "beta multiplies the gradient as well")
def momentum_step(w, v, g, lr, beta):
    v = beta * (v + g)
    w = w - lr * v
    return w, v


def moments(m, v, g, beta1, beta2):
    return beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2


@wrong("06.6", "no bias correction")
def adam_step(w, m, v, t, g, lr, beta1, beta2, eps):
    m, v = moments(m, v, g, beta1, beta2)
    return w - lr * m / (np.sqrt(v) + eps), m, v


@wrong("06.6", "eps inside the root")
def adam_step(w, m, v, t, g, lr, beta1, beta2, eps):
    m, v = moments(m, v, g, beta1, beta2)
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / np.sqrt(vh + eps), m, v


@wrong("06.6", "the corrected moments are returned")
def adam_step(w, m, v, t, g, lr, beta1, beta2, eps):
    m, v = moments(m, v, g, beta1, beta2)
    m, v = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * m / (np.sqrt(v) + eps), m, v


@wrong("06.6", "the second moment averages g instead of g²")
def adam_step(w, m, v, t, g, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * np.abs(g)
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("06.6", "the square root is missing")
def adam_step(w, m, v, t, g, lr, beta1, beta2, eps):
    m, v = moments(m, v, g, beta1, beta2)
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / (vh + eps), m, v


@wrong("06.6", "beta1 and beta2 are swapped")
def adam_step(w, m, v, t, g, lr, beta1, beta2, eps):
    m, v = moments(m, v, g, beta2, beta1)
    mh, vh = m / (1 - beta2**t), v / (1 - beta1**t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("06.6", "the correction divides by 1 - beta instead of 1 - beta**t")
def adam_step(w, m, v, t, g, lr, beta1, beta2, eps):
    m, v = moments(m, v, g, beta1, beta2)
    mh, vh = m / (1 - beta1), v / (1 - beta2)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("06.6", "the correction uses t + 1")
def adam_step(w, m, v, t, g, lr, beta1, beta2, eps):
    t = t + 1
    m, v = moments(m, v, g, beta1, beta2)
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("06.6", "beta * t in place of beta ** t")
def adam_step(w, m, v, t, g, lr, beta1, beta2, eps):
    m, v = moments(m, v, g, beta1, beta2)
    mh, vh = m / (1 - beta1 * t), v / (1 - beta2 * t)
    return w - lr * mh / (np.sqrt(np.abs(vh)) + eps), m, v


@wrong("06.6", "the first moment without 1 - beta1")
def adam_step(w, m, v, t, g, lr, beta1, beta2, eps):
    m = beta1 * m + g
    v = beta2 * v + (1 - beta2) * g**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("06.6", "the step uses the gradient itself instead of the first moment")
def adam_step(w, m, v, t, g, lr, beta1, beta2, eps):
    m, v = moments(m, v, g, beta1, beta2)
    vh = v / (1 - beta2**t)
    return w - lr * g / (np.sqrt(vh) + eps), m, v


@wrong("06.6", "only the weights are returned")
def adam_step(w, m, v, t, g, lr, beta1, beta2, eps):
    m, v = moments(m, v, g, beta1, beta2)
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / (np.sqrt(vh) + eps)


def check_spd(hessian):
    if not np.allclose(hessian, hessian.T) or np.linalg.eigvalsh(hessian)[0] <= 0:
        raise ValueError("not symmetric positive definite")


@wrong("06.5", "the smallest eigenvalue")
def largest_stable_rate(hessian, beta=0.0):
    check_spd(hessian)
    return 2 * (1 + beta) / np.linalg.eigvalsh(hessian)[0]


@wrong("06.5", "momentum is ignored")
def largest_stable_rate(hessian, beta=0.0):
    check_spd(hessian)
    return 2 / np.linalg.eigvalsh(hessian)[-1]


@wrong("06.5", "1 - beta instead of 1 + beta")
def largest_stable_rate(hessian, beta=0.0):
    check_spd(hessian)
    return 2 * (1 - beta) / np.linalg.eigvalsh(hessian).max()


@wrong("06.5", "the factor 2 is missing")
def largest_stable_rate(hessian, beta=0.0):
    check_spd(hessian)
    return (1 + beta) / np.linalg.eigvalsh(hessian).max()


@wrong("06.5", "the largest entry instead of the largest eigenvalue")
def largest_stable_rate(hessian, beta=0.0):
    check_spd(hessian)
    return 2 * (1 + beta) / np.max(hessian)


@wrong("06.5", "the trace instead of the largest eigenvalue")
def largest_stable_rate(hessian, beta=0.0):
    check_spd(hessian)
    return 2 * (1 + beta) / np.trace(hessian)


@wrong("06.5", "no ValueError for a matrix that is not positive definite")
def largest_stable_rate(hessian, beta=0.0):
    if not np.allclose(hessian, hessian.T):
        raise ValueError("not symmetric")
    return 2 * (1 + beta) / np.linalg.eigvalsh(hessian)[-1]


@wrong("06.5", "does not notice a matrix that is not symmetric")
def largest_stable_rate(hessian, beta=0.0):
    eig = np.linalg.eigvalsh(hessian)
    if eig.min() <= 0:
        raise ValueError("not positive definite")
    return 2 * (1 + beta) / eig.max()


@wrong("06.5", "precedence: 2 * 1 + beta")
def largest_stable_rate(hessian, beta=0.0):
    check_spd(hessian)
    return (2 * 1 + beta) / np.linalg.eigvalsh(hessian)[-1]


@wrong("06.5", "one rate per eigenvalue")
def largest_stable_rate(hessian, beta=0.0):
    check_spd(hessian)
    return 2 * (1 + beta) / np.linalg.eigvalsh(hessian)


@wrong("06.5", "the inverse: largest eigenvalue in the numerator")
def largest_stable_rate(hessian, beta=0.0):
    check_spd(hessian)
    return 2 * (1 + beta) * np.linalg.eigvalsh(hessian)[-1]


@wrong("06.5", "the largest entry of the diagonal instead of the largest eigenvalue")
def largest_stable_rate(hessian, beta=0.0):
    check_spd(hessian)
    return 2 * (1 + beta) / np.max(np.diag(hessian))
