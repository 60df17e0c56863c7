"""Losses, each followed by its gradient with respect to the first argument.

Predictions p, logits z and targets y are (..., B, n): B samples, n outputs; a loss is (...), one number per network.
mse, mae, huber, hinge and the binary cross-entropies average over samples and outputs; the categorical ones sum over
classes and average over samples. Logarithms are natural.
"""

import numpy as np

from coursekit import checks
from coursekit.numpy_backend.activations import sigmoid, softmax
from coursekit.numpy_backend.gradients import gradient_for
from coursekit.numpy_backend.metrics import accuracy

EPS = 1e-12  # probabilities are clipped to [EPS, 1 − EPS], so that their logarithm is finite


def mse(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Mean squared error (1/Bn) Σ (p − y)²; its best constant is the mean of y."""
    return np.mean((p - y) ** 2, axis=(-2, -1))


@gradient_for(mse)
def mse_grad(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    """2 (p − y) / Bn."""
    return 2 * (p - y) / (p.shape[-2] * p.shape[-1])


def mae(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Mean absolute error (1/Bn) Σ |p − y|; its best constant is the median of y."""
    return np.mean(np.abs(p - y), axis=(-2, -1))


@gradient_for(mae)
def mae_grad(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    """sign(p − y) / Bn; 0 where p = y, which is a subgradient."""
    return np.sign(p - y) / (p.shape[-2] * p.shape[-1])


def huber(p: np.ndarray, y: np.ndarray, delta: float = 1.0) -> np.ndarray:
    """(1/Bn) Σ ½ d² where |d| ≤ δ, else δ (|d| − ½ δ), for d = p − y: squared near 0, absolute far out. Huber (1964)."""
    d = np.abs(p - y)
    return np.mean(np.where(d <= delta, 0.5 * d**2, delta * (d - 0.5 * delta)), axis=(-2, -1))


@gradient_for(huber)
def huber_grad(p: np.ndarray, y: np.ndarray, delta: float = 1.0) -> np.ndarray:
    """clip(p − y, −δ, δ) / Bn."""
    return np.clip(p - y, -delta, delta) / (p.shape[-2] * p.shape[-1])


@checks.domains(z="real")
def hinge(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(1/Bn) Σ max(0, 1 − s z) with s = +1 where y is 1 and −1 where y is 0 (or −1): zero only beyond a margin of 1."""
    s = np.where(y > 0.5, 1, -1).astype(z.dtype)
    return np.mean(np.maximum(0, 1 - s * z), axis=(-2, -1))


@gradient_for(hinge)
def hinge_grad(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """−s / Bn where s z < 1, else 0."""
    s = np.where(y > 0.5, 1, -1).astype(z.dtype)
    return np.where(s * z < 1, -s, 0) / (z.shape[-2] * z.shape[-1])


def zero_one_loss(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Fraction misclassified, 1 − accuracy: what we report. Its gradient is 0 almost everywhere, so we train another."""
    return 1 - accuracy(p, y)


@checks.domains(p="probability", y="probability")
def binary_cross_entropy(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    """−(1/Bn) Σ [y log p + (1 − y) log(1 − p)] for probabilities p: minus the log of the probability given to the truth."""
    q = np.clip(1 - p, EPS, 1 - EPS)
    p = np.clip(p, EPS, 1 - EPS)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(q), axis=(-2, -1))


@gradient_for(binary_cross_entropy)
def binary_cross_entropy_grad(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    """[−y / p + (1 − y) / (1 − p)] / Bn; a term is 0 where its probability was clipped."""
    q = 1 - p
    p_inside, q_inside = (p >= EPS) & (p <= 1 - EPS), (q >= EPS) & (q <= 1 - EPS)
    slope = q_inside * (1 - y) / np.maximum(q, EPS) - p_inside * y / np.maximum(p, EPS)
    return slope / (p.shape[-2] * p.shape[-1])


@checks.domains(p="probability", y="distribution")
def categorical_cross_entropy(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    """−(1/B) Σ_i Σ_j y_ij log p_ij for probabilities p and one-hot y: minus the log-probability of the true class."""
    return -np.mean(np.sum(y * np.log(np.clip(p, EPS, 1 - EPS)), axis=-1), axis=-1)


@gradient_for(categorical_cross_entropy)
def categorical_cross_entropy_grad(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    """−y / (p B); 0 where p was clipped."""
    inside = (p >= EPS) & (p <= 1 - EPS)
    return inside * -y / np.maximum(p, EPS) / p.shape[-2]


@checks.domains(z="real", y="probability")
def sigmoid_cross_entropy(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """binary_cross_entropy(sigmoid(z), y) computed from the logit: (1/Bn) Σ max(z, 0) − z y + log(1 + e^−|z|).

    Exact for every z: at z = 800, y = 0 the loss is 800, where the probability form is clipped at 27.6.
    """
    return np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))), axis=(-2, -1))


@gradient_for(sigmoid_cross_entropy)
def sigmoid_cross_entropy_grad(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(sigmoid(z) − y) / Bn."""
    return (sigmoid(z) - y) / (z.shape[-2] * z.shape[-1])


@checks.domains(z="real", y="distribution")
def softmax_cross_entropy(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """categorical_cross_entropy(softmax(z), y) computed from the logits: (1/B) Σ_i [log Σ_j e^z_ij − Σ_j y_ij z_ij].

    The largest logit of each row is taken out before exp, so that it is exact for every z.
    """
    z = z - z.max(axis=-1, keepdims=True)
    return np.mean(np.log(np.sum(np.exp(z), axis=-1)) - np.sum(y * z, axis=-1), axis=-1)


@gradient_for(softmax_cross_entropy)
def softmax_cross_entropy_grad(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(softmax(z) − y) / B."""
    return (softmax(z) - y) / z.shape[-2]
