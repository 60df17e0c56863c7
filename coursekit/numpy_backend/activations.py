"""Activation functions a = f(z), element by element, each followed by its derivative f'(z).

Without one of these between them, a stack of linear layers is a single linear map. None overflows: exp is only ever
taken of numbers that are not positive.
"""

import numpy as np

from coursekit.numpy_backend.gradients import gradient_for


def identity(z: np.ndarray) -> np.ndarray:
    """f(z) = z: the output of a regression network."""
    return z + 0.0  # a new array, like every other activation


@gradient_for(identity)
def identity_grad(z: np.ndarray) -> np.ndarray:
    """f'(z) = 1."""
    return np.ones_like(z)


def sigmoid(z: np.ndarray) -> np.ndarray:
    """f(z) = 1 / (1 + e^−z), in (0, 1): the probability whose log-odds are z."""
    return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))  # 1 / (1 + e^−z), or e^z / (1 + e^z)


@gradient_for(sigmoid)
def sigmoid_grad(z: np.ndarray) -> np.ndarray:
    """f'(z) = f(z) (1 − f(z)), at most 1/4."""
    e = np.exp(-np.abs(z))
    return e / (1 + e) ** 2


def tanh(z: np.ndarray) -> np.ndarray:
    """f(z) = (e^z − e^−z) / (e^z + e^−z), in (−1, 1)."""
    return np.tanh(z)


@gradient_for(tanh)
def tanh_grad(z: np.ndarray) -> np.ndarray:
    """f'(z) = 1 − f(z)²."""
    return 1 - np.tanh(z) ** 2


def relu(z: np.ndarray) -> np.ndarray:
    """f(z) = max(0, z)."""
    return np.maximum(z, 0)


@gradient_for(relu)
def relu_grad(z: np.ndarray) -> np.ndarray:
    """f'(z) = 1 where z > 0, else 0 (at the kink the value 0 is chosen, as torch does)."""
    return (z > 0).astype(z.dtype)


def leaky_relu(z: np.ndarray, slope: float = 0.01) -> np.ndarray:
    """f(z) = z where z > 0, else slope·z."""
    return np.where(z > 0, z, slope * z)


@gradient_for(leaky_relu)
def leaky_relu_grad(z: np.ndarray, slope: float = 0.01) -> np.ndarray:
    """f'(z) = 1 where z > 0, else slope."""
    return np.where(z > 0, 1, slope).astype(z.dtype)


def elu(z: np.ndarray, alpha: float = 1.0) -> np.ndarray:
    """f(z) = z where z > 0, else α (e^z − 1). Clevert et al. (2016)."""
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))


@gradient_for(elu)
def elu_grad(z: np.ndarray, alpha: float = 1.0) -> np.ndarray:
    """f'(z) = 1 where z > 0, else α e^z."""
    return np.where(z > 0, 1, alpha * np.exp(np.minimum(z, 0)))


def softplus(z: np.ndarray) -> np.ndarray:
    """f(z) = log(1 + e^z) = max(z, 0) + log(1 + e^−|z|): a smooth relu, whose derivative is the sigmoid."""
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


@gradient_for(softplus)
def softplus_grad(z: np.ndarray) -> np.ndarray:
    """f'(z) = sigmoid(z)."""
    return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))  # 1 / (1 + e^−z), or e^z / (1 + e^z)


def softmax(z: np.ndarray) -> np.ndarray:
    """f(z)_j = e^z_j / Σ_k e^z_k over the last axis: logits (..., B, n) become probabilities that sum to 1.

    Not element by element: it has no derivative of its own here and appears inside `softmax_cross_entropy`.
    """
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
