"""Activation functions a = f(z), element by element.

Without one of these between them, a stack of linear layers is a single linear map. None overflows: exp is
only ever taken of numbers that are not positive.
"""

import torch


def identity(z: torch.Tensor) -> torch.Tensor:
    """f(z) = z: the output of a regression network."""
    return z + 0.0  # a new tensor, like every other activation


def sigmoid(z: torch.Tensor) -> torch.Tensor:
    """f(z) = 1 / (1 + e^−z), in (0, 1): the probability whose log-odds are z."""
    return torch.sigmoid(z)


def tanh(z: torch.Tensor) -> torch.Tensor:
    """f(z) = (e^z − e^−z) / (e^z + e^−z), in (−1, 1)."""
    return torch.tanh(z)


def relu(z: torch.Tensor) -> torch.Tensor:
    """f(z) = max(0, z)."""
    return torch.relu(z)


def leaky_relu(z: torch.Tensor, slope: float = 0.01) -> torch.Tensor:
    """f(z) = z where z > 0, else slope·z."""
    return torch.where(z > 0, z, slope * z)


def elu(z: torch.Tensor, alpha: float = 1.0) -> torch.Tensor:
    """f(z) = z where z > 0, else α (e^z − 1). Clevert et al. (2016)."""
    return torch.where(z > 0, z, alpha * torch.expm1(z.clamp(max=0)))


def softplus(z: torch.Tensor) -> torch.Tensor:
    """f(z) = log(1 + e^z) = max(z, 0) + log(1 + e^−|z|): a smooth relu, whose derivative is the sigmoid."""
    return torch.logaddexp(z, torch.zeros_like(z))


def softmax(z: torch.Tensor) -> torch.Tensor:
    """f(z)_j = e^z_j / Σ_k e^z_k over the last axis: logits (..., B, n) become probabilities.

    They sum to 1. The largest logit of each row is taken out before exp.
    """
    return torch.softmax(z, dim=-1)
