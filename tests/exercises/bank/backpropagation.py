"""Wrong answers to the exercises of lesson 03."""
# Beginners' code is the data of these tests, so its style stays as it is.
# ruff: noqa

import numpy as np

from .wrong import wrong


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


@wrong("03.2", "the sign: o - t")
def delta_output(o, t):
    return (o - t) * o * (1 - o)


@wrong("03.2", "without the sigmoid's derivative")
def delta_output(o, t):
    return t - o


@wrong("03.2", "the derivative is o (o - 1)")
def delta_output(o, t):
    return (t - o) * o * (o - 1)


@wrong("03.2", "half of the error term")
def delta_output(o, t):
    return 0.5 * (t - o) * o * (1 - o)


@wrong("03.2", "summed over the units")
def delta_output(o, t):
    return np.sum((t - o) * o * (1 - o))


@wrong("03.2", "the sigmoid is applied to o once more before its derivative")
def delta_output(o, t):
    s = sigmoid(o)
    return (t - o) * s * (1 - s)


@wrong("03.2", "the derivative of tanh")
def delta_output(o, t):
    return (t - o) * (1 - o**2)


@wrong("03.2", "the squared error times the derivative")
def delta_output(o, t):
    return (t - o) ** 2 * o * (1 - o)


@wrong("03.2", "t and o are swapped in the derivative: t (1 - t)")
def delta_output(o, t):
    return (t - o) * t * (1 - t)


@wrong("03.2", "averaged over the batch: divided by the number of rows")
def delta_output(o, t):
    return (t - o) * o * (1 - o) / len(o)


@wrong("03.2", "missing parentheses: t - o * o * (1 - o)")
def delta_output(o, t):
    return t - o * o * (1 - o)


@wrong("03.3", "without the sigmoid's derivative")
def delta_hidden(o_hidden, W_out, delta_out):
    return delta_out @ W_out


@wrong("03.3", "the weights are transposed, which fits only H = K")
def delta_hidden(o_hidden, W_out, delta_out):
    return o_hidden * (1 - o_hidden) * (delta_out @ W_out.T)


@wrong("03.3", "the sign")
def delta_hidden(o_hidden, W_out, delta_out):
    return -o_hidden * (1 - o_hidden) * (delta_out @ W_out)


@wrong("03.3", "o + (1 - o) in place of the product")
def delta_hidden(o_hidden, W_out, delta_out):
    return (o_hidden + (1 - o_hidden)) * (delta_out @ W_out)


@wrong("03.3", "the derivative o (1 - o) is taken as 1 - o")
def delta_hidden(o_hidden, W_out, delta_out):
    return (1 - o_hidden) * (delta_out @ W_out)


@wrong("03.3", "the weights are summed without the error terms of the outputs")
def delta_hidden(o_hidden, W_out, delta_out):
    return o_hidden * (1 - o_hidden) * W_out.sum(axis=0)


@wrong("03.3", "only the last output unit counts: the sum is overwritten in the loop")
def delta_hidden(o_hidden, W_out, delta_out):
    back = np.zeros_like(o_hidden)
    for k in range(W_out.shape[0]):
        back = delta_out[..., k : k + 1] * W_out[k]
    return o_hidden * (1 - o_hidden) * back


@wrong("03.3", "only the first output unit counts")
def delta_hidden(o_hidden, W_out, delta_out):
    return o_hidden * (1 - o_hidden) * (delta_out[..., :1] * W_out[0])


@wrong("03.3", "the mean over the output units instead of the sum")
def delta_hidden(o_hidden, W_out, delta_out):
    return o_hidden * (1 - o_hidden) * (delta_out @ W_out) / W_out.shape[0]


@wrong("03.3", "the derivative of tanh")
def delta_hidden(o_hidden, W_out, delta_out):
    return (1 - o_hidden**2) * (delta_out @ W_out)


@wrong("03.3", "the absolute values of the weights")
def delta_hidden(o_hidden, W_out, delta_out):
    return o_hidden * (1 - o_hidden) * (delta_out @ np.abs(W_out))


def parts(x, t, W_hidden, b_hidden, W_out, b_out):
    h = sigmoid(W_hidden @ x + b_hidden)
    o = sigmoid(W_out @ h + b_out)
    d_out = o * (1 - o) * (t - o)
    d_hid = h * (1 - h) * (W_out.T @ d_out)
    return h, o, d_out, d_hid


@wrong("03.4", "the steps are subtracted although the deltas are negative gradients")
def backpropagation_step(x, t, W_hidden, b_hidden, W_out, b_out, eta):
    h, o, d_out, d_hid = parts(x, t, W_hidden, b_hidden, W_out, b_out)
    return (
        W_hidden - eta * np.outer(d_hid, x),
        b_hidden - eta * d_hid,
        W_out - eta * np.outer(d_out, h),
        b_out - eta * d_out,
    )


@wrong("03.4", "the hidden deltas use the new output weights")
def backpropagation_step(x, t, W_hidden, b_hidden, W_out, b_out, eta):
    h, o, d_out, _ = parts(x, t, W_hidden, b_hidden, W_out, b_out)
    W_out = W_out + eta * np.outer(d_out, h)
    b_out = b_out + eta * d_out
    d_hid = h * (1 - h) * (W_out.T @ d_out)
    return W_hidden + eta * np.outer(d_hid, x), b_hidden + eta * d_hid, W_out, b_out


@wrong("03.4", "changes the arrays it is given")
def backpropagation_step(x, t, W_hidden, b_hidden, W_out, b_out, eta):
    h, o, d_out, d_hid = parts(x, t, W_hidden, b_hidden, W_out, b_out)
    W_hidden += eta * np.outer(d_hid, x)
    b_hidden += eta * d_hid
    W_out += eta * np.outer(d_out, h)
    b_out += eta * d_out
    return W_hidden, b_hidden, W_out, b_out


@wrong("03.4", "the biases are not updated")
def backpropagation_step(x, t, W_hidden, b_hidden, W_out, b_out, eta):
    h, o, d_out, d_hid = parts(x, t, W_hidden, b_hidden, W_out, b_out)
    return (
        W_hidden + eta * np.outer(d_hid, x),
        b_hidden.copy(),
        W_out + eta * np.outer(d_out, h),
        b_out.copy(),
    )


@wrong("03.4", "the learning rate is left out")
def backpropagation_step(x, t, W_hidden, b_hidden, W_out, b_out, eta):
    h, o, d_out, d_hid = parts(x, t, W_hidden, b_hidden, W_out, b_out)
    return W_hidden + np.outer(d_hid, x), b_hidden + d_hid, W_out + np.outer(d_out, h), b_out + d_out


@wrong("03.4", "the output layer's delta lacks the sigmoid's derivative")
def backpropagation_step(x, t, W_hidden, b_hidden, W_out, b_out, eta):
    h = sigmoid(W_hidden @ x + b_hidden)
    o = sigmoid(W_out @ h + b_out)
    d_out = t - o
    d_hid = h * (1 - h) * (W_out.T @ d_out)
    return (
        W_hidden + eta * np.outer(d_hid, x),
        b_hidden + eta * d_hid,
        W_out + eta * np.outer(d_out, h),
        b_out + eta * d_out,
    )


@wrong("03.4", "the outer products are the wrong way round and reshaped, not transposed, to fit")
def backpropagation_step(x, t, W_hidden, b_hidden, W_out, b_out, eta):
    h, o, d_out, d_hid = parts(x, t, W_hidden, b_hidden, W_out, b_out)
    return (
        W_hidden + eta * np.outer(x, d_hid).reshape(W_hidden.shape),
        b_hidden + eta * d_hid,
        W_out + eta * np.outer(h, d_out).reshape(W_out.shape),
        b_out + eta * d_out,
    )


@wrong("03.4", "the output layer's step uses the hidden units' net inputs instead of their outputs")
def backpropagation_step(x, t, W_hidden, b_hidden, W_out, b_out, eta):
    h, o, d_out, d_hid = parts(x, t, W_hidden, b_hidden, W_out, b_out)
    net = W_hidden @ x + b_hidden
    return (
        W_hidden + eta * np.outer(d_hid, x),
        b_hidden + eta * d_hid,
        W_out + eta * np.outer(d_out, net),
        b_out + eta * d_out,
    )


@wrong("03.4", "the forward pass ignores the biases")
def backpropagation_step(x, t, W_hidden, b_hidden, W_out, b_out, eta):
    h, o, d_out, d_hid = parts(x, t, W_hidden, 0, W_out, 0)
    return (
        W_hidden + eta * np.outer(d_hid, x),
        b_hidden + eta * d_hid,
        W_out + eta * np.outer(d_out, h),
        b_out + eta * d_out,
    )


@wrong("03.4", "the output layer comes first in what is returned")
def backpropagation_step(x, t, W_hidden, b_hidden, W_out, b_out, eta):
    h, o, d_out, d_hid = parts(x, t, W_hidden, b_hidden, W_out, b_out)
    return (
        W_out + eta * np.outer(d_out, h),
        b_out + eta * d_out,
        W_hidden + eta * np.outer(d_hid, x),
        b_hidden + eta * d_hid,
    )


@wrong("03.4", "the hidden delta lacks the sigmoid's derivative")
def backpropagation_step(x, t, W_hidden, b_hidden, W_out, b_out, eta):
    h, o, d_out, _ = parts(x, t, W_hidden, b_hidden, W_out, b_out)
    d_hid = W_out.T @ d_out
    return (
        W_hidden + eta * np.outer(d_hid, x),
        b_hidden + eta * d_hid,
        W_out + eta * np.outer(d_out, h),
        b_out + eta * d_out,
    )


@wrong("03.4", "returns the steps instead of the new weights")
def backpropagation_step(x, t, W_hidden, b_hidden, W_out, b_out, eta):
    h, o, d_out, d_hid = parts(x, t, W_hidden, b_hidden, W_out, b_out)
    return eta * np.outer(d_hid, x), eta * d_hid, eta * np.outer(d_out, h), eta * d_out


def softmax(z, axis=1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def outputs(weights, biases, x):
    acts = [x]
    for i, (W, b) in enumerate(zip(weights, biases)):
        z = acts[-1] @ W.T + b
        acts.append(softmax(z) if i == len(weights) - 1 else sigmoid(z))
    return acts


@wrong("03.5", "the gradient is not divided by B")
def backprop(weights, biases, x, y):
    acts = outputs(weights, biases, x)
    d = acts[-1] - y
    dW, db = [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.insert(0, d.T @ acts[l])
        db.insert(0, d.sum(axis=0))
        if l > 0:
            d = (d @ weights[l]) * acts[l] * (1 - acts[l])
    return dW, db


@wrong("03.5", "the lists begin with the output layer")
def backprop(weights, biases, x, y):
    acts = outputs(weights, biases, x)
    d = (acts[-1] - y) / len(x)
    dW, db = [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.append(d.T @ acts[l])
        db.append(d.sum(axis=0))
        if l > 0:
            d = (d @ weights[l]) * acts[l] * (1 - acts[l])
    return dW, db


@wrong("03.5", "the derivative of the hidden sigmoids is missing")
def backprop(weights, biases, x, y):
    acts = outputs(weights, biases, x)
    d = (acts[-1] - y) / len(x)
    dW, db = [None] * len(weights), [None] * len(weights)
    for l in reversed(range(len(weights))):
        dW[l] = d.T @ acts[l]
        db[l] = d.sum(axis=0)
        d = d @ weights[l]
    return dW, db


@wrong("03.5", "the output delta is multiplied by o (1 - o) too")
def backprop(weights, biases, x, y):
    acts = outputs(weights, biases, x)
    o = acts[-1]
    d = (o - y) * o * (1 - o) / len(x)
    dW, db = [None] * len(weights), [None] * len(weights)
    for l in reversed(range(len(weights))):
        dW[l] = d.T @ acts[l]
        db[l] = d.sum(axis=0)
        d = (d @ weights[l]) * acts[l] * (1 - acts[l])
    return dW, db


@wrong("03.5", "the sign: y - o")
def backprop(weights, biases, x, y):
    acts = outputs(weights, biases, x)
    d = (y - acts[-1]) / len(x)
    dW, db = [None] * len(weights), [None] * len(weights)
    for l in reversed(range(len(weights))):
        dW[l] = d.T @ acts[l]
        db[l] = d.sum(axis=0)
        d = (d @ weights[l]) * acts[l] * (1 - acts[l])
    return dW, db


@wrong("03.5", "the bias gradients are means over the batch of deltas that are divided by B already")
def backprop(weights, biases, x, y):
    acts = outputs(weights, biases, x)
    d = (acts[-1] - y) / len(x)
    dW, db = [None] * len(weights), [None] * len(weights)
    for l in reversed(range(len(weights))):
        dW[l] = d.T @ acts[l]
        db[l] = d.mean(axis=0)
        d = (d @ weights[l]) * acts[l] * (1 - acts[l])
    return dW, db


@wrong("03.5", "the weight gradients are transposed")
def backprop(weights, biases, x, y):
    acts = outputs(weights, biases, x)
    d = (acts[-1] - y) / len(x)
    dW, db = [None] * len(weights), [None] * len(weights)
    for l in reversed(range(len(weights))):
        dW[l] = acts[l].T @ d
        db[l] = d.sum(axis=0)
        d = (d @ weights[l]) * acts[l] * (1 - acts[l])
    return dW, db


@wrong("03.5", "sigmoid outputs instead of softmax")
def backprop(weights, biases, x, y):
    acts = [x]
    for W, b in zip(weights, biases):
        acts.append(sigmoid(acts[-1] @ W.T + b))
    d = (acts[-1] - y) / len(x)
    dW, db = [None] * len(weights), [None] * len(weights)
    for l in reversed(range(len(weights))):
        dW[l] = d.T @ acts[l]
        db[l] = d.sum(axis=0)
        d = (d @ weights[l]) * acts[l] * (1 - acts[l])
    return dW, db


@wrong("03.5", "softmax over the samples instead of the classes")
def backprop(weights, biases, x, y):
    acts = [x]
    for W, b in zip(weights[:-1], biases[:-1]):
        acts.append(sigmoid(acts[-1] @ W.T + b))
    o = softmax(acts[-1] @ weights[-1].T + biases[-1], axis=0)
    d = (o - y) / len(x)
    dW, db = [None] * len(weights), [None] * len(weights)
    for l in reversed(range(len(weights))):
        dW[l] = d.T @ acts[l]
        db[l] = d.sum(axis=0)
        d = (d @ weights[l]) * acts[l] * (1 - acts[l])
    return dW, db


@wrong("03.5", "db keeps its batch axis as (1, n)")
def backprop(weights, biases, x, y):
    acts = outputs(weights, biases, x)
    d = (acts[-1] - y) / len(x)
    dW, db = [None] * len(weights), [None] * len(weights)
    for l in reversed(range(len(weights))):
        dW[l] = d.T @ acts[l]
        db[l] = d.sum(axis=0, keepdims=True)
        d = (d @ weights[l]) * acts[l] * (1 - acts[l])
    return dW, db


@wrong("03.5", "the derivative of ReLU in place of the sigmoid's")
def backprop(weights, biases, x, y):
    acts = outputs(weights, biases, x)
    d = (acts[-1] - y) / len(x)
    dW, db = [None] * len(weights), [None] * len(weights)
    for l in reversed(range(len(weights))):
        dW[l] = d.T @ acts[l]
        db[l] = d.sum(axis=0)
        d = (d @ weights[l]) * (acts[l] > 0)
    return dW, db


@wrong("03.1", "forward differences")
def numerical_gradient(f, x, h):
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        xp = x.copy()
        xp[i] += h
        g[i] = (f(xp) - f(x)) / h
    return g


@wrong("03.1", "divides by h instead of 2h")
def numerical_gradient(f, x, h):
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[i] = h
        g[i] = (f(x + e) - f(x - e)) / h
    return g


@wrong("03.1", "/ 2 * h in place of / (2 * h)")
def numerical_gradient(f, x, h):
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[i] = h
        g[i] = (f(x + e) - f(x - e)) / 2 * h
    return g


@wrong("03.1", "moves all entries at once")
def numerical_gradient(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h) * np.ones(x.shape)


@wrong("03.1", "moves x and does not move it back")
def numerical_gradient(f, x, h):
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += h
        a = f(x)
        x[i] -= 2 * h
        b = f(x)
        g[i] = (a - b) / (2 * h)
    return g


@wrong("03.1", "the sign: minus side first")
def numerical_gradient(f, x, h):
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[i] = h
        g[i] = (f(x - e) - f(x + e)) / (2 * h)
    return g


@wrong("03.1", "works only for one axis: indexes whole rows of a matrix")
def numerical_gradient(f, x, h):
    g = np.zeros(x.shape)
    for i in range(len(x)):
        e = np.zeros(x.shape)
        e[i] = h
        g[i] = (f(x + e) - f(x - e)) / (2 * h)
    return g


@wrong("03.1", "returns a flat array")
def numerical_gradient(f, x, h):
    flat = x.ravel()
    g = []
    for i in range(x.size):
        e = np.zeros(x.size)
        e[i] = h
        e = e.reshape(x.shape)
        g.append((f(x + e) - f(x - e)) / (2 * h))
    return np.array(g)


@wrong("03.1", "uses a fixed step 1e-5 instead of h")
def numerical_gradient(f, x, h):
    h = 1e-5
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[i] = h
        g[i] = (f(x + e) - f(x - e)) / (2 * h)
    return g


@wrong("03.1", "moves and moves back by adding, so x changes in its last digits")
def numerical_gradient(f, x, h):
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += h
        a = f(x)
        x[i] -= 2 * h
        b = f(x)
        x[i] += h
        g[i] = (a - b) / (2 * h)
    return g


@wrong("03.1", "the shift is not undone in the copy, so later entries are evaluated at a moved point")
def numerical_gradient(f, x, h):
    g = np.zeros(x.shape)
    up, down = x.copy(), x.copy()
    for i in np.ndindex(x.shape):
        up[i] += h
        down[i] -= h
        g[i] = (f(up) - f(down)) / (2 * h)
    return g


@wrong("03.6", "the losses are recorded after the update")
def train_two_layers(x, y, W_hidden, b_hidden, W_out, b_out, lr, batches):
    losses = []
    for rows in batches:
        xb, yb = x[rows], y[rows]
        a = sigmoid(xb @ W_hidden.T + b_hidden)
        d = (softmax(a @ W_out.T + b_out) - yb) / len(rows)
        dh = d @ W_out * a * (1 - a)
        W_out, b_out = W_out - lr * d.T @ a, b_out - lr * d.sum(axis=0)
        W_hidden, b_hidden = W_hidden - lr * dh.T @ xb, b_hidden - lr * dh.sum(axis=0)
        p = softmax(sigmoid(xb @ W_hidden.T + b_hidden) @ W_out.T + b_out)
        losses.append(-np.sum(yb * np.log(p)) / len(rows))
    return losses


@wrong("03.6", "the update goes uphill: plus lr times the gradient")
def train_two_layers(x, y, W_hidden, b_hidden, W_out, b_out, lr, batches):
    losses = []
    for rows in batches:
        xb, yb = x[rows], y[rows]
        a = sigmoid(xb @ W_hidden.T + b_hidden)
        p = softmax(a @ W_out.T + b_out)
        losses.append(-np.sum(yb * np.log(p)) / len(rows))
        d = (p - yb) / len(rows)
        dh = d @ W_out * a * (1 - a)
        W_out, b_out = W_out + lr * d.T @ a, b_out + lr * d.sum(axis=0)
        W_hidden, b_hidden = W_hidden + lr * dh.T @ xb, b_hidden + lr * dh.sum(axis=0)
    return losses


@wrong("03.6", "the gradients are sums over the batch, not means")
def train_two_layers(x, y, W_hidden, b_hidden, W_out, b_out, lr, batches):
    losses = []
    for rows in batches:
        xb, yb = x[rows], y[rows]
        a = sigmoid(xb @ W_hidden.T + b_hidden)
        p = softmax(a @ W_out.T + b_out)
        losses.append(-np.sum(yb * np.log(p)) / len(rows))
        d = p - yb
        dh = d @ W_out * a * (1 - a)
        W_out, b_out = W_out - lr * d.T @ a, b_out - lr * d.sum(axis=0)
        W_hidden, b_hidden = W_hidden - lr * dh.T @ xb, b_hidden - lr * dh.sum(axis=0)
    return losses


@wrong("03.6", "the hidden layer is never trained")
def train_two_layers(x, y, W_hidden, b_hidden, W_out, b_out, lr, batches):
    losses = []
    for rows in batches:
        a = sigmoid(x[rows] @ W_hidden.T + b_hidden)
        p = softmax(a @ W_out.T + b_out)
        losses.append(-np.sum(y[rows] * np.log(p)) / len(rows))
        d = (p - y[rows]) / len(rows)
        W_out = W_out - lr * d.T @ a
        b_out = b_out - lr * d.sum(axis=0)
    return losses


@wrong("03.6", "only the last loss is returned")
def train_two_layers(x, y, W_hidden, b_hidden, W_out, b_out, lr, batches):
    for rows in batches:
        a = sigmoid(x[rows] @ W_hidden.T + b_hidden)
        p = softmax(a @ W_out.T + b_out)
        loss = -np.sum(y[rows] * np.log(p)) / len(rows)
        d = (p - y[rows]) / len(rows)
        dh = d @ W_out * a * (1 - a)
        W_out, b_out = W_out - lr * d.T @ a, b_out - lr * d.sum(axis=0)
        W_hidden, b_hidden = W_hidden - lr * dh.T @ x[rows], b_hidden - lr * dh.sum(axis=0)
    return loss


@wrong("03.7", "the slope is that of the sigmoid, a (1 - a)")
def tanh_operation(u):
    a = np.tanh(u)
    return a, a * (1 - a)


@wrong("03.7", "the slope squares u instead of a")
def tanh_operation(u):
    return np.tanh(u), 1 - u**2


@wrong("03.7", "the slope is not squared")
def tanh_operation(u):
    a = np.tanh(u)
    return a, 1 - a


@wrong("03.7", "slope and number are swapped")
def tanh_operation(u):
    a = np.tanh(u)
    return 1 - a**2, a


@wrong("03.7", "the hyperbolic sine in place of the tangent")
def tanh_operation(u):
    return np.sinh(u), 1 - np.tanh(u) ** 2


@wrong("03.7", "only the slope is returned")
def tanh_operation(u):
    return 1 - np.tanh(u) ** 2
