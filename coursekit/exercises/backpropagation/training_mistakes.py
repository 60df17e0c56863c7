"""Wrong training loops, made from the right one by replacing some of its steps."""

import numpy as np

from coursekit.exercises.backpropagation.backprop_mistakes import softmax


def _mean_loss(p, t):
    return -np.sum(t * np.log(p)) / len(t)


def _forward(x, parameters):
    """(a, p): the hidden activations and the probabilities."""
    W_hidden, b_hidden, W_out, b_out = parameters
    a = 0.5 + 0.5 * np.tanh((x @ W_hidden.T + b_hidden) / 2)
    return a, softmax(a @ W_out.T + b_out)


def with_(
    *,
    loss="before",
    reported=_mean_loss,
    delta_out=lambda p, t: (p - t) / len(t),
    slope=lambda a: a * (1 - a),
    rows=lambda rows, n: rows,
    sign=-1,
    moves=(1, 1, 1, 1),
):
    """A training loop in which the named steps are replaced.

    loss: "before" or "after" the update; reported: the loss of (p, targets); rows: those used, of (rows, N)
    sign: of the step; moves: which of W_hidden, b_hidden, W_out, b_out are updated
    """

    def train(x, y, W_hidden, b_hidden, W_out, b_out, lr, batches):
        parameters, losses = [W_hidden, b_hidden, W_out, b_out], []
        for batch in batches:
            used = rows(batch, len(x))
            x_b, y_b = x[used], y[used]
            a, p = _forward(x_b, parameters)
            d_out = delta_out(p, y_b)
            d_hidden = d_out @ parameters[2] * slope(a)
            gradients = d_hidden.T @ x_b, d_hidden.sum(axis=0), d_out.T @ a, d_out.sum(axis=0)
            steps = zip(parameters, gradients, moves, strict=True)
            updated = [value + sign * lr * moved * gradient for value, gradient, moved in steps]
            losses.append(reported(p if loss == "before" else _forward(x_b, updated)[1], y_b))
            parameters = updated
        return losses

    return train
