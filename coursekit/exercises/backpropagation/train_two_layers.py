"""Exercise 03.6: the whole training loop of a network with one hidden layer, judged by its losses."""

import numpy as np

from coursekit.exercises.backpropagation.inputs import nonzero
from coursekit.exercises.backpropagation.training_mistakes import with_
from coursekit.exercises.engine.draws import one_hot_rows, sizes, strided, transposed
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property


def _case(rng, samples, m, hidden, classes, lr, batches):
    x, y = nonzero(rng, (samples, m)), one_hot_rows(rng, samples, classes)
    parameters = nonzero(rng, (hidden, m), most=9), nonzero(rng, hidden, most=9)
    parameters += nonzero(rng, (classes, hidden), most=9), nonzero(rng, classes, most=9)
    return x, y, *parameters, lr, [np.array(rows) for rows in batches]


def _dealt(rng, samples, size, epochs):
    """Rows in a new order for each epoch, cut into batches."""
    orders = [rng.permutation(samples) for _ in range(epochs)]
    return [order[start : start + size] for order in orders for start in range(0, samples, size)]


def _first(rng):
    """One batch: its loss comes before any update."""
    m, h, k = sizes(rng, 3, high=6)
    return [_case(rng, 8, 2, 3, 4, 0.5, [[3, 1, 6]]), _case(rng, 9, m, h, k, 0.7, [rng.permutation(9)[:7]])]


def _whole_batches(rng):
    """The same rows again and again, in one order."""
    m, h, k = sizes(rng, 3, high=6)
    everything = [list(range(7))] * 4
    return [_case(rng, 7, 2, 3, 4, 0.5, everything), _case(rng, 7, m, h, k, 0.9, everything)]


def _mini_batches(rng):
    m, h, k = sizes(rng, 3, high=6)
    return [
        _case(rng, 9, 3, 2, 4, 0.6, _dealt(rng, 9, 4, 2)),
        _case(rng, 8, m, h, k, 0.4, _dealt(rng, 8, 3, 3)),
    ]


def _awkward(rng):
    """Batches of one row, whole numbers, views, a large learning rate."""
    m, h, k = sizes(rng, 3, high=6)
    x, y, W_hidden, b_hidden, W_out, b_out, lr, batches = _case(rng, 9, m, h, k, 1.5, _dealt(rng, 9, 1, 1))
    whole = (
        np.array([[1, 2], [0, -1], [1, 1], [-2, 1]]),
        np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 0]]),
        np.array([[1, -1], [0, 2], [1, 1], [-1, 1]]),
        np.array([0, 1, -1, 1]),
        np.array([[1, 0, -1, 1], [0, 1, 1, -1], [-1, 1, 0, 1]]),
        np.array([0, 1, -1]),
        1,
        [np.array([0, 2]), np.array([1, 3]), np.array([2, 3])],
    )
    views = strided(x), transposed(y), transposed(W_hidden), strided(b_hidden), strided(W_out), b_out
    return [(*views, lr, batches), whole]


def train_two_layers(x, y, W_hidden, b_hidden, W_out, b_out, lr, batches):
    """Train a network with one hidden layer by gradient descent; the loss of every batch.

    Sigmoid hidden units, softmax output, cross-entropy averaged over the rows of a batch.

    x: inputs (N, m); y: one-hot targets (N, K); lr: the learning rate
    W_hidden (H, m), b_hidden (H,), W_out (K, H), b_out (K,): the initial values, left unchanged
    batches: a list of arrays of row numbers, one update for each, in this order
    Returns the losses, one number per batch, each computed before the update of its batch.
    """
    losses = []
    for rows in batches:
        a = 1 / (1 + np.exp(-(x[rows] @ W_hidden.T + b_hidden)))  # (B, H)
        z = a @ W_out.T + b_out  # (B, K)
        e = np.exp(z - z.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        losses.append(-np.sum(y[rows] * np.log(p)) / len(rows))
        delta_out = (p - y[rows]) / len(rows)
        delta_hidden = delta_out @ W_out * a * (1 - a)  # with the old W_out
        W_out = W_out - lr * delta_out.T @ a
        b_out = b_out - lr * delta_out.sum(axis=0)
        W_hidden = W_hidden - lr * delta_hidden.T @ x[rows]
        b_hidden = b_hidden - lr * delta_hidden.sum(axis=0)
    return losses


def _reference(x, y, W_hidden, b_hidden, W_out, b_out, lr, batches):
    """Biases as weights from a constant input 1; the loss by log-sum-exp."""
    V, U = np.column_stack([W_hidden, b_hidden]) * 1.0, np.column_stack([W_out, b_out]) * 1.0
    losses = np.empty(len(batches))
    for i, rows in enumerate(batches):
        x1 = np.column_stack([x[rows], np.ones(len(rows))])
        a1 = np.column_stack([0.5 + 0.5 * np.tanh(x1 @ V.T / 2), np.ones(len(rows))])
        z = a1 @ U.T
        log_sum = np.logaddexp.reduce(z, axis=1)
        losses[i] = np.mean(log_sum - (z * y[rows]).sum(axis=1))
        dz = (np.exp(z - log_sum[:, None]) - y[rows]) / len(rows)
        da = (dz @ U)[:, :-1] * (a1 * (1 - a1))[:, :-1]
        U, V = U - lr * np.einsum("bk,bh->kh", dz, a1), V - lr * np.einsum("bh,bm->hm", da, x1)
    return losses.tolist()


def _updates_too_early(x, y, W_hidden, b_hidden, W_out, b_out, lr, batches):
    losses = []
    for rows in batches:
        a = 1 / (1 + np.exp(-(x[rows] @ W_hidden.T + b_hidden)))
        z = a @ W_out.T + b_out
        e = np.exp(z - z.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        losses.append(-np.sum(y[rows] * np.log(p)) / len(rows))
        delta_out = (p - y[rows]) / len(rows)
        W_out = W_out - lr * delta_out.T @ a
        b_out = b_out - lr * delta_out.sum(axis=0)
        delta_hidden = delta_out @ W_out * a * (1 - a)
        W_hidden = W_hidden - lr * delta_hidden.T @ x[rows]
        b_hidden = b_hidden - lr * delta_hidden.sum(axis=0)
    return losses


EXERCISE = Exercise(
    id="03.6",
    points=5,
    returns="losses",
    solution=train_two_layers,
    reference=_reference,
    properties=(
        Property("the loss of the first batch", 1, _first),
        Property("the losses of four updates on all rows", 1, _whole_batches),
        Property("the losses of mini-batches in the order given", 2, _mini_batches),
        Property("batches of one row, whole numbers, views, a large learning rate", 1, _awkward),
    ),
    misconceptions=(
        Misconception(
            "updates W_out too early",
            _updates_too_early,
            "Your hidden error signal uses the updated W_out. Compute both error signals with the weights of the "
            "forward pass, and update afterwards.",
        ),
        Misconception(
            "loss after the update",
            with_(loss="after"),
            "You compute the loss after the update. The exercise asks for the loss of the forward pass from which "
            "the update is computed.",
        ),
        Misconception(
            "sum instead of mean in the loss",
            with_(reported=lambda p, t: -np.sum(t * np.log(p))),
            "Your loss is summed over the rows of the batch. Divide it by the number of rows, len(rows).",
        ),
        Misconception(
            "averages over rows and classes",
            with_(reported=lambda p, t: -np.mean(t * np.log(p))),
            "`np.mean` of the whole matrix also divides by the number of classes. Sum over the classes, and "
            "average over the rows only.",
        ),
        Misconception(
            "sum instead of mean in the gradient",
            with_(delta_out=lambda p, t: p - t),
            "Your gradient is the one of the summed loss. The loss is a mean over the batch, so divide the output's "
            "error signal by len(rows).",
        ),
        Misconception(
            "adds the gradient",
            with_(sign=1),
            "Your losses rise, because you add the gradient. A step of gradient descent subtracts it.",
        ),
        Misconception(
            "trains the output layer only",
            with_(moves=(0, 0, 1, 1)),
            "The hidden layer never changes. Compute its error signal and update W_hidden and b_hidden as well.",
        ),
        Misconception(
            "forgets the biases",
            (with_(moves=(1, 0, 1, 0)), with_(moves=(1, 0, 1, 1)), with_(moves=(1, 1, 1, 0))),
            "A bias is not updated. Its derivative is the error signal summed over the rows of the batch.",
        ),
        Misconception(
            "no update",
            with_(moves=(0, 0, 0, 0)),
            "The weights never change: every batch is evaluated with the initial values.",
        ),
        Misconception(
            "no slope in the hidden layer",
            with_(slope=lambda a: 1.0),
            "The hidden error signal lacks the slope of the sigmoid, a(1 − a).",
        ),
        Misconception(
            "ignores the batches",
            with_(rows=lambda rows, n: np.arange(n)),
            "You use all rows in every step. Use only `x[rows]` and `y[rows]`.",
        ),
        Misconception(
            "one loss per epoch",
            lambda *args: np.mean(train_two_layers(*args)),
            "You return one mean. The exercise asks for a list with the loss of every batch.",
        ),
    ),
    hints=(
        "Which five steps does every pass of the loop consist of? In which order must they come?",
        "Forward: a (B, H), z (B, K), softmax p. Loss: −Σ y log p / B. Backward: delta_out = (p − y)/B, then "
        "delta_hidden (B, H) with the old W_out. Then four updates.",
        "`for rows in batches:` forward, `losses.append(___)`, delta_out, delta_hidden, and four lines of the form "
        "`W_out = W_out - lr * ___`",
    ),
    explanation=(
        "Forward pass, loss, backward pass, update: every training program repeats these four steps. In PyTorch they "
        "are `loss = cross_entropy(net(x), y)`, `loss.backward()` and `optimizer.step()`. Because each loss depends on "
        "all updates before it, equal losses show that two programs take the same steps."
    ),
)
