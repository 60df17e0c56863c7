"""Exercise 02.4: binary cross-entropy on logits."""

import numpy as np

from coursekit.exercises.engine.draws import sizes, strided, tenths
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property
from coursekit.exercises.loss_functions.pairs import LOSS_AND_GRADIENT, pair_mistakes


def _logits(rng, shape):
    """Multiples of 0.1 in ±4, none of them 0."""
    return rng.integers(1, 40, shape, endpoint=True) * rng.choice([-1, 1], shape) / 10


def _both_labels(rng, shape):
    """Labels 0 and 1, each at least once."""
    y = np.zeros(shape)
    y.flat[: rng.integers(1, y.size)] = 1.0
    return rng.permuted(y.ravel()).reshape(shape)


def _ordinary(rng):
    """Matrices and vectors, labels and probabilities as targets."""
    b, n = sizes(rng)
    soft = tenths(rng, (n, b), 0, 1)
    return [
        (_logits(rng, (2, 3)), _both_labels(rng, (2, 3))),
        (_logits(rng, (b,)), _both_labels(rng, (b,))),
        (_logits(rng, (n, b)), soft),
    ]


def _extreme(rng):
    """Logits of ±800 and ±40, for and against the target."""
    z = rng.permutation([800.0, -800.0, 40.0, -40.0, 2.5, -1.5]).reshape(2, 3)
    return [
        (np.array([800.0]), np.array([0.0])),
        (np.array([-800.0]), np.array([1.0])),
        (np.array([800.0, -800.0]), np.array([1.0, 0.0])),
        (np.array([[-800.0], [800.0], [40.0]]), np.array([[0.7], [0.2], [0.0]])),
        (z, _both_labels(rng, z.shape)),
    ]


def _extreme_and_awkward(rng):
    """The extremes, and one sample, whole numbers, views."""
    b, n = sizes(rng)
    whole = rng.permutation(np.arange(-6, 6)).reshape(4, 3)
    more = [
        (_logits(rng, (1, 3)), _both_labels(rng, (1, 3))),
        (whole, _both_labels(rng, (4, 3)).astype(int)),
        (strided(_logits(rng, (b, n))), _both_labels(rng, (b, n))),
    ]
    return _extreme(rng) + more


def sigmoid_cross_entropy(z, y):
    """Binary cross-entropy of logits z for targets y, and its gradient with respect to z.

    z, y: logits and targets in [0, 1], both of the same shape
    Returns (loss, gradient): the mean over all entries of -[y log σ(z) + (1 - y) log(1 - σ(z))],
    accurate even at z = ±800, and an array of z's shape.
    """
    e = np.exp(-np.abs(z))  # never overflows
    loss = np.mean(np.maximum(z, 0) - z * y + np.log1p(e))
    p = np.where(z >= 0, 1 / (1 + e), e / (1 + e))  # σ(z)
    return loss, (p - y) / z.size


def _textbook(z, y):
    """The formula as it is printed, which overflows at large logits."""
    p = 1 / (1 + np.exp(-z))
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    return loss, (p - y) / z.size


def _clipped(eps):
    def clipped(z, y):
        p = np.clip(1 / (1 + np.exp(-z)), eps, 1 - eps)
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)), (p - y) / z.size

    return clipped


def _clipped_logits(limit):
    def clipped(z, y):
        z = np.clip(z, -limit, limit)
        return np.mean(np.logaddexp(0, z) - z * y), (1 / (1 + np.exp(-z)) - y) / z.size

    return clipped


def _with(loss=None, gradient=None):
    """The right pair with another loss or gradient, each a function of z, y and p = σ(z)."""

    def wrong(z, y):
        p = 1 / (1 + np.exp(-z))
        right_loss, right_gradient = sigmoid_cross_entropy(z, y)
        return loss(z, y, p) if loss else right_loss, gradient(z, y, p) if gradient else right_gradient

    return wrong


EXERCISE = Exercise(
    id="02.4",
    points=4,
    returns=LOSS_AND_GRADIENT,
    solution=sigmoid_cross_entropy,
    forms=(_textbook,),
    reference=lambda z, y: (
        np.sum(np.logaddexp(0, z) - np.multiply(z, y)) / np.size(z),
        (0.5 + 0.5 * np.tanh(np.divide(z, 2)) - y) / np.size(z),
    ),
    properties=(
        Property("the loss is the mean of −[y log σ(z) + (1 − y) log(1 − σ(z))]", 1, _ordinary, "loss"),
        Property("the gradient is (σ(z) − y)/N", 1, _ordinary, "gradient"),
        Property("the loss is exact at logits of ±40 and ±800", 1, _extreme, "loss", special="large logits"),
        Property(
            "the gradient is exact there, for one sample, whole numbers and views",
            1,
            _extreme_and_awkward,
            "gradient",
            special="large logits",
        ),
    ),
    misconceptions=(
        Misconception(
            "loses the minus sign",
            (
                lambda z, y: (np.mean(z * y - np.logaddexp(0, z)), (1 / (1 + np.exp(-z)) - y) / z.size),
                lambda z, y: (np.mean(z * y - np.logaddexp(0, z)), (y - 1 / (1 + np.exp(-z))) / z.size),
            ),
            "The logarithm of a probability is negative, so the loss needs the minus in front: it should be "
            "0 at best and grow with surprise.",
        ),
        Misconception(
            "overflows at large logits",
            (
                _with(lambda z, y, p: -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))),
                _with(lambda z, y, p: np.mean(np.log(1 + np.exp(z)) - z * y)),
                _with(lambda z, y, p: np.mean(np.log(1 + np.exp(-z)) + (1 - y) * z)),
                _with(
                    lambda z, y, p: -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)),
                    lambda z, y, p: (np.exp(z) / (1 + np.exp(z)) - y) / z.size,
                ),
                _with(None, lambda z, y, p: (np.exp(z) / (1 + np.exp(z)) - y) / z.size),
            ),
            "The formula is right on paper, but at z = ±800 `np.exp` overflows, or σ(z) rounds to 0 or 1 "
            "and its logarithm is −∞. Work from the logit: log(1 + eᶻ) = max(z, 0) + log(1 + e^−|z|).",
        ),
        Misconception(
            "clips to a plateau",
            (
                *map(_clipped, (1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15)),
                *map(_clipped_logits, (30, 35, 36, 50, 100, 500)),
            ),
            "Clipping hides the overflow, but flattens the loss: at z = 800 with y = 0 it should be 800, "
            "and yours stops growing long before. Work from the logit: log(1 + eᶻ) = max(z, 0) + log(1 + "
            "e^−|z|).",
        ),
        Misconception(
            "forgets the (1 − y) term",
            (
                _with(lambda z, y, p: np.mean(y * np.logaddexp(0, -z))),
                _with(lambda z, y, p: np.mean(y * np.logaddexp(0, -z)), lambda z, y, p: y * (p - 1) / z.size),
            ),
            "Where y = 0 your loss is 0, whatever is predicted. Examples of class 0 need their own "
            "term, (1 − y) log(1 − σ(z)).",
        ),
        Misconception(
            "forgets the y term",
            _with(lambda z, y, p: np.mean((1 - y) * np.logaddexp(0, z))),
            "Where y = 1 your loss is 0, whatever is predicted. Examples of class 1 need their own "
            "term, y log σ(z).",
        ),
        Misconception(
            "logarithm to base 2",
            _with(lambda z, y, p: np.mean(np.logaddexp(0, z) - z * y) / np.log(2)),
            "You measure in bits. The loss uses the natural logarithm, `np.log`; only then is its "
            "gradient (σ(z) − y)/N.",
        ),
        Misconception(
            "sums instead of averaging",
            (
                _with(lambda z, y, p: np.sum(np.logaddexp(0, z) - z * y), lambda z, y, p: p - y),
                _with(lambda z, y, p: np.sum(np.logaddexp(0, z) - z * y)),
            ),
            "Your loss is the sum over the entries. Divide by their number, `z.size`.",
        ),
        Misconception(
            "averages over samples only",
            (
                _with(
                    lambda z, y, p: np.sum(np.logaddexp(0, z) - z * y) / len(z),
                    lambda z, y, p: (p - y) / len(z),
                ),
                _with(None, lambda z, y, p: (p - y) / len(z)),
            ),
            "You divide by the number of rows. The mean runs over all entries, `z.size`.",
        ),
        Misconception(
            "gradient without 1/N",
            _with(None, lambda z, y, p: p - y),
            "The derivative of a mean keeps its factor 1/N: (σ(z) − y)/N.",
        ),
        Misconception(
            "gradient with respect to the probability",
            _with(None, lambda z, y, p: (p - y) / (p * (1 - p)) / z.size),
            "That is the derivative with respect to p = σ(z). One more factor of the chain rule, σ′(z) = "
            "p(1 − p), and it cancels the denominator: (p − y)/N remains.",
        ),
        Misconception(
            "one factor σ′ too many",
            _with(None, lambda z, y, p: (p - y) * p * (1 - p) / z.size),
            "(σ(z) − y)/N is already the derivative with respect to z: σ′(z) has cancelled. Another factor "
            "p(1 − p) brings back the slow learning of squared error.",
        ),
        Misconception(
            "takes the logits for probabilities",
            (
                _with(None, lambda z, y, p: (z - y) / z.size),
                lambda z, y: (-np.mean(y * np.log(z) + (1 - y) * np.log(1 - z)), (z - y) / z.size),
                lambda z, y: (
                    -np.mean(y * np.log(z) + (1 - y) * np.log(1 - z)),
                    (z - y) / (z * (1 - z)) / z.size,
                ),
            ),
            "z is a logit: any number. Only σ(z) is a probability: use it wherever the formulas need one.",
        ),
        Misconception(
            "sigmoid with the wrong sign",
            (
                _with(
                    lambda z, y, p: np.mean(np.logaddexp(0, -z) + z * y), lambda z, y, p: (1 - p - y) / z.size
                ),
                _with(None, lambda z, y, p: (1 - p - y) / z.size),
            ),
            "You compute 1/(1 + eᶻ), which falls with z. The sigmoid is 1/(1 + e^−z).",
        ),
        Misconception(
            "squared error of the probabilities",
            (
                _with(
                    lambda z, y, p: np.mean((p - y) ** 2), lambda z, y, p: 2 * (p - y) * p * (1 - p) / z.size
                ),
                _with(lambda z, y, p: np.mean((p - y) ** 2)),
                _with(lambda z, y, p: np.mean((p - y) ** 2), lambda z, y, p: 2 * (p - y) / z.size),
            ),
            "That is the mean squared error of σ(z). Cross-entropy is the negative logarithm of the "
            "probability given to the truth.",
        ),
        Misconception(
            "one loss per sample",
            (
                _with(lambda z, y, p: np.mean(np.logaddexp(0, z) - z * y, axis=-1)),
                _with(lambda z, y, p: np.logaddexp(0, z) - z * y),
            ),
            "You return several losses. Average them all into one number.",
        ),
        *pair_mistakes(sigmoid_cross_entropy),
    ),
    hints=(
        "What is log σ(z), roughly, when z is −800? And σ(−800) itself, as a floating-point number?",
        "Per entry: max(z, 0) − z·y + log(1 + e^−|z|), which never overflows; the gradient is (σ(z) − y)/N.",
        "`loss = np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(___)))`, and σ(z) is `np.where(z >= "
        "0, 1 / (1 + e), e / (1 + e))`.",
    ),
    explanation=(
        "The loss is −log of the probability given to the truth: not a distance, and without an upper "
        "bound. Far on the wrong side it grows like |z|, so the gradient stays (σ(z) − y)/N and never "
        "vanishes while the answer is wrong. Working from the logit keeps both exact where σ(z) has long "
        "rounded to 0 or 1."
    ),
)
