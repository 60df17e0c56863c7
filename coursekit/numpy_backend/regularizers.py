"""Penalties on the weights W (..., n, m), each followed by its gradient; biases are never penalized.

`m` is the number of training examples: the cost is Loss + λ/(2m) Σ‖w‖², so λ multiplies l2(W, m).
"""

import numpy as np

from coursekit import checks
from coursekit.numpy_backend.gradients import gradient_for


def l2(W: np.ndarray, m: int) -> np.ndarray:
    """Σ w² / (2m): gradient descent with rate η then multiplies each weight by 1 − ηλ/m before its usual step."""
    return np.sum(W**2, axis=(-2, -1)) / (2 * m)


@gradient_for(l2)
def l2_grad(W: np.ndarray, m: int) -> np.ndarray:
    """W / m."""
    return W / m


def l1(W: np.ndarray, m: int) -> np.ndarray:
    """Σ |w| / (2m)."""
    return np.sum(np.abs(W), axis=(-2, -1)) / (2 * m)


@gradient_for(l1)
def l1_grad(W: np.ndarray, m: int) -> np.ndarray:
    """sign(W) / (2m); 0 where a weight is 0, which is a subgradient."""
    return np.sign(W) / (2 * m)


@checks.domains(W="real", t="threshold")
def soft_threshold(W: np.ndarray, t: np.ndarray | float) -> np.ndarray:
    """The proximal step of t Σ|u|: argmin_u t Σ|u| + ½ Σ(W − u)² = sign(W) max(|W| − t, 0), with exact zeros.

    After a gradient step with rate η on the loss alone, t = ηλ/(2m) takes the step of λ l1(W, m). Parikh & Boyd
    (2014), sec. 6.5.2.
    """
    return np.sign(W) * np.maximum(np.abs(W) - np.asarray(t, W.dtype), 0)
