"""Exercise 02.5: categorical cross-entropy on logits."""

import numpy as np

from coursekit.exercises.engine.draws import one_hot_rows, sizes, strided, tenths, transposed
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property
from coursekit.exercises.loss_functions.pairs import LOSS_AND_GRADIENT, pair_mistakes


def _case(rng, samples, classes):
    return tenths(rng, (samples, classes)), one_hot_rows(rng, samples, classes)


def _ordinary(rng):
    b, k = sizes(rng, low=3)
    return [_case(rng, 2, 3), _case(rng, b, k), _case(rng, k, b)]


def _extreme(rng):
    """Logits of ±1000, with rows far apart from one another."""
    levels = np.array([[1000.0], [-1000.0], [0.0], [700.0]])
    far = levels + tenths(rng, (4, 3))
    return [
        (np.array([[1000.0, 0.0, -1000.0]]), np.array([[1.0, 0.0, 0.0]])),
        (np.array([[1000.0, 0.0, -1000.0]]), np.array([[0.0, 1.0, 0.0]])),
        (np.array([[-1000.0, -1000.0, -999.0]]), np.eye(3)[[1]]),
        (rng.permutation(far), one_hot_rows(rng, 4, 3)),
    ]


def _awkward(rng):
    """One sample, two classes, whole numbers, views."""
    b, k = sizes(rng, low=3)
    z, y = _case(rng, b, k)
    whole = rng.permutation(12).reshape(3, 4) - 5
    return [
        _case(rng, 1, 4),
        _case(rng, 5, 2),
        (whole, one_hot_rows(rng, 3, 4, dtype=int)),
        (strided(z), transposed(y)),
    ]


def softmax_cross_entropy(z, y):
    """Categorical cross-entropy of logits z and one-hot y, and its gradient with respect to z.

    z, y: logits and one-hot rows, both (B, K)
    Returns (loss, gradient): the mean over the B examples of -log softmax(z)[true class],
    accurate even at logits of ±1000, and an array (B, K).
    """
    s = z - z.max(axis=1, keepdims=True)  # the largest logit of each row is 0: exp cannot overflow
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    n = len(z)
    return -np.sum(y * log_p) / n, (np.exp(log_p) - y) / n


def _textbook(z, y):
    """The formula as it is printed, which overflows at large logits."""
    e = np.exp(z)
    p = e / e.sum(axis=1, keepdims=True)
    return -np.mean(np.sum(y * np.log(p), axis=1)), (p - y) / len(z)


def _by_log_sum(z, y):
    """The loss as log Σ eᶻ minus the logit of the true class, which overflows at large logits."""
    total = np.sum(np.exp(z), axis=1)
    loss = np.mean(np.log(total) - np.sum(y * z, axis=1))
    return loss, (np.exp(z) / total[:, None] - y) / len(z)


def _reference(z, y):
    log_total = np.logaddexp.reduce(z, axis=1)
    return np.mean(log_total - np.einsum("bk,bk->b", z, y)), (np.exp(z - log_total[:, None]) - y) / len(z)


def _with(loss=None, gradient=None):
    """The right pair with another loss or gradient, each a function of y, log p, p (B, K) and n = B."""

    def wrong(z, y):
        log_p, n = z - np.logaddexp.reduce(z, axis=1)[:, None], len(z)
        right_loss, right_gradient = softmax_cross_entropy(z, y)
        return (
            loss(y, log_p, np.exp(log_p), n) if loss else right_loss,
            gradient(y, log_p, np.exp(log_p), n) if gradient else right_gradient,
        )

    return wrong


def _softmax_by(shift=lambda z: 0.0, axis=1, eps=0.0):
    """The textbook formula: a shift, exp, a division along an axis, a logarithm of p + eps."""

    def wrong(z, y):
        e = np.exp(z - shift(z))
        p = e / e.sum(axis=axis, keepdims=True)
        return -np.sum(y * np.log(p + eps)) / len(z), (p - y) / len(z)

    return wrong


def _loss_only(wrong):
    return lambda z, y: (wrong(z, y)[0], softmax_cross_entropy(z, y)[1])


def _everything(z, y):
    log_p = z - np.logaddexp.reduce(z, axis=None)
    return -np.sum(y * log_p) / len(z), (np.exp(log_p) - y) / len(z)


NAIVE, GLOBAL = _softmax_by(), _softmax_by(lambda z: z.max())
AXIS_0 = (
    _softmax_by(lambda z: z.max(axis=0), axis=0),
    _softmax_by(axis=0),
    _softmax_by(lambda z: z.max(), axis=0),
)

EXERCISE = Exercise(
    id="02.5",
    points=5,
    returns=LOSS_AND_GRADIENT,
    solution=softmax_cross_entropy,
    forms=(_textbook, _by_log_sum),
    reference=_reference,
    properties=(
        Property("the loss is the mean over samples of −log p(true class)", 1, _ordinary, "loss"),
        Property("the gradient is (softmax(z) − y)/B", 1, _ordinary, "gradient"),
        Property("the loss is exact at logits of ±1000", 1, _extreme, "loss"),
        Property("the gradient is exact at logits of ±1000", 1, _extreme, "gradient"),
        Property("both hold for one sample, two classes, whole numbers and views", 1, _awkward),
    ),
    misconceptions=(
        Misconception(
            "loses the minus sign",
            (
                lambda z, y: (
                    np.mean(np.sum(y * (z - np.logaddexp.reduce(z, axis=1, keepdims=True)), axis=1)),
                    (np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True)) - y) / len(z),
                ),
                _with(lambda y, log_p, p, n: np.sum(y * log_p) / n, lambda y, log_p, p, n: (y - p) / n),
            ),
            "The logarithm of a probability is negative, so the cost needs a minus in front. Without it, "
            "minimizing would drive the probability of the right class to 0.",
        ),
        Misconception(
            "averages over samples and classes",
            (
                _with(lambda y, log_p, p, n: -np.mean(y * log_p), lambda y, log_p, p, n: (p - y) / y.size),
                _with(lambda y, log_p, p, n: -np.mean(y * log_p)),
                _with(None, lambda y, log_p, p, n: (p - y) / y.size),
            ),
            "You divide by B·K. The sum over classes stays a sum, since only one of its terms is not 0; "
            "the mean runs over the B examples.",
        ),
        Misconception(
            "sums over the samples",
            (
                _with(lambda y, log_p, p, n: -np.sum(y * log_p), lambda y, log_p, p, n: p - y),
                _with(lambda y, log_p, p, n: -np.sum(y * log_p)),
            ),
            "Your loss grows with the batch. Divide by the number of samples, `len(z)`.",
        ),
        Misconception(
            "gradient without 1/B",
            _with(None, lambda y, log_p, p, n: p - y),
            "The derivative of a mean keeps its factor 1/B: (softmax(z) − y)/B.",
        ),
        Misconception(
            "softmax down the columns",
            (*AXIS_0, *map(_loss_only, AXIS_0)),
            "Each row is one sample, and its probabilities have to sum to 1: max and sum run along "
            "axis=1, with keepdims=True.",
        ),
        Misconception(
            "no shift by the maximum",
            (NAIVE, _loss_only(NAIVE), _with(lambda y, log_p, p, n: -np.sum(y * np.log(p)) / n)),
            "At logits of ±1000 `np.exp` overflows to ∞, or a probability rounds to 0 and its logarithm is "
            "−∞. Subtract each row's maximum first, and keep log p = s − log Σ eˢ instead of taking the "
            "logarithm of p.",
        ),
        Misconception(
            "shift by the maximum of the whole batch",
            (
                GLOBAL,
                _loss_only(GLOBAL),
                lambda z, y: (
                    -np.sum(y * (z - z.max() - np.log(np.sum(np.exp(z - z.max()), axis=1, keepdims=True))))
                    / len(z),
                    softmax_cross_entropy(z, y)[1],
                ),
            ),
            "A row far below the batch's maximum becomes all zeros after exp. Each row needs its own: "
            "`z.max(axis=1, keepdims=True)`.",
        ),
        Misconception(
            "clips to a plateau",
            (
                *(
                    _loss_only(_softmax_by(lambda z: z.max(axis=1, keepdims=True), eps=10.0**-k))
                    for k in range(6, 17)
                ),
                _loss_only(_softmax_by(lambda z: z.max(axis=1, keepdims=True), eps=1e-30)),
            ),
            "Adding a small number inside the logarithm avoids −∞, but flattens the loss: at logits 1000 "
            "apart it should be 1000, and yours stops growing long before. Keep log p = s − log Σ eˢ.",
        ),
        Misconception(
            "mixes up the indices of y and p",
            _with(lambda y, log_p, p, n: -np.sum(log_p) / n),
            "Every class's log p enters your sum. y picks out one: multiply entry by entry, y_j log p_j, "
            "before you sum.",
        ),
        Misconception(
            "logarithm to base 2",
            _with(lambda y, log_p, p, n: -np.sum(y * log_p) / n / np.log(2)),
            "You measure in bits. The loss uses the natural logarithm, `np.log`.",
        ),
        Misconception(
            "forgets y in the gradient",
            _with(None, lambda y, log_p, p, n: p / n),
            "Your gradient is softmax(z)/B: it pushes every class down, the true one too. Subtract y.",
        ),
        Misconception(
            "gradient with respect to the probabilities",
            _with(None, lambda y, log_p, p, n: -y / p / n),
            "That is the derivative with respect to p. Carried on through the softmax to the logits, it "
            "becomes (p − y)/B.",
        ),
        Misconception(
            "sigmoid instead of softmax",
            (
                lambda z, y: (
                    -np.sum(y * -np.logaddexp(0, -z)) / len(z),
                    (1 / (1 + np.exp(-z)) - y) / len(z),
                ),
                lambda z, y: (-np.sum(y * -np.logaddexp(0, -z)) / len(z), softmax_cross_entropy(z, y)[1]),
            ),
            "A sigmoid judges each class alone, so the probabilities of a row do not sum to 1. One label "
            "among K needs a softmax.",
        ),
        Misconception(
            "takes the logits for probabilities",
            (
                lambda z, y: (-np.sum(y * np.log(z)) / len(z), (z - y) / len(z)),
                lambda z, y: (-np.sum(y * z) / len(z), softmax_cross_entropy(z, y)[1]),
                lambda z, y: (softmax_cross_entropy(z, y)[0], (z - y) / len(z)),
            ),
            "z holds logits: any numbers. Only softmax(z) holds probabilities.",
        ),
        Misconception(
            "squared error of the probabilities",
            (
                _with(lambda y, log_p, p, n: np.mean((p - y) ** 2)),
                _with(lambda y, log_p, p, n: np.sum((p - y) ** 2) / n),
            ),
            "That is the squared error of softmax(z). Cross-entropy is −log of the probability given to "
            "the true class.",
        ),
        Misconception(
            "one loss per sample",
            _with(lambda y, log_p, p, n: -np.sum(y * log_p, axis=1)),
            "You return one loss for each sample. Average them into one number.",
        ),
        *pair_mistakes(softmax_cross_entropy),
        Misconception(
            "softmax over all entries",
            (_everything, _loss_only(_everything)),
            "Your probabilities sum to 1 over the whole array, so the samples compete with each other. Each row is one sample, and its probabilities sum to 1: axis=1, with keepdims=True.",
        ),
        Misconception(
            "adds the terms of the other classes",
            _with(lambda y, log_p, p, n: -np.sum(y * log_p + (1 - y) * np.log1p(-p)) / n),
            "Your loss also contains (1 − y) log(1 − p), which belongs to binary cross-entropy. Categorical cross-entropy counts the true class only.",
        ),
        Misconception(
            "no logarithm",
            (
                _with(lambda y, log_p, p, n: np.sum(y * p) / n),
                _with(lambda y, log_p, p, n: -np.sum(y * p) / n),
                _with(lambda y, log_p, p, n: 1 - np.sum(y * p) / n),
            ),
            "Your loss is built from the probability of the true class itself. Cross-entropy is minus its logarithm.",
        ),
        Misconception(
            "the predicted class instead of the true one",
            _with(lambda y, log_p, p, n: -np.sum(log_p.max(axis=1)) / n),
            "Your loss takes the most probable class of each sample, whatever y says. y picks out the true class.",
        ),
    ),
    hints=(
        "Along which axis do the probabilities of one sample sum to 1? And what is np.exp(1000)?",
        "With s = z − max of its row: log p = s − log Σ eˢ, all (B, K); loss = −(1/B) Σ y·log p; "
        "gradient = (p − y)/B.",
        "`s = z - z.max(axis=1, keepdims=True)`, then `log_p = s - np.log(np.exp(s).sum(___))`, then "
        "both from log_p.",
    ),
    explanation=(
        "Only the true class's probability enters the loss, but the gradient (p − y)/B touches every logit: "
        "it pushes the true one up and shares the push down among the others by their probabilities. "
        "Shifting a row by a constant changes neither, which is why subtracting its maximum is free and "
        "makes ±1000 harmless."
    ),
)
