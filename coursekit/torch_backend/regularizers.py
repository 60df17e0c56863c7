"""Penalties on the weights W (..., n, m); biases are never penalized.

`m` is the number of training examples: the cost is Loss + λ/(2m) Σ‖w‖², so λ multiplies l2(W, m).
"""

import torch

from coursekit import checks


def l2(W: torch.Tensor, m: int) -> torch.Tensor:
    """Σ w² / (2m): gradient descent with rate η multiplies each weight by 1 − ηλ/m before its usual step."""
    return (W**2).sum(dim=(-2, -1)) / (2 * m)


def l1(W: torch.Tensor, m: int) -> torch.Tensor:
    """Σ |w| / (2m)."""
    return W.abs().sum(dim=(-2, -1)) / (2 * m)


@checks.domains(W="real", t="threshold")
def soft_threshold(W: torch.Tensor, t: torch.Tensor | float) -> torch.Tensor:
    """The proximal step of t Σ|u|: argmin_u t Σ|u| + ½ Σ(W − u)² = sign(W) max(|W| − t, 0), with exact zeros.

    After a gradient step with rate η on the loss alone, t = ηλ/(2m) takes the step of λ l1(W, m). Parikh &
    Boyd (2014), sec. 6.5.2.
    """
    return torch.sign(W) * torch.relu(W.abs() - t).to(W.dtype)
