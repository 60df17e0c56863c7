"""Activation functions a = f(z), element by element.

Without one of these between them, a stack of linear layers is a single linear map. None overflows: exp is
only ever taken of numbers that are not positive.
"""

import torch

from coursekit.torch_backend.arrays import formula


@formula
def identity(z):
    """f(z) = z: the output of a regression network."""
    return z + 0.0  # a new tensor, like every other activation


@formula
def sigmoid(z):
    """f(z) = 1 / (1 + e^−z), in (0, 1): the probability whose log-odds are z."""
    return torch.sigmoid(z)


@formula
def tanh(z):
    """f(z) = (e^z − e^−z) / (e^z + e^−z), in (−1, 1)."""
    return torch.tanh(z)


@formula
def relu(z):
    """f(z) = max(0, z)."""
    return torch.relu(z)


@formula
def leaky_relu(z, slope=0.01):
    """f(z) = z where z > 0, else slope·z."""
    return torch.where(z > 0, z, slope * z)


@formula
def elu(z, alpha=1.0):
    """f(z) = z where z > 0, else α (e^z − 1). Clevert et al. (2016)."""
    return torch.where(z > 0, z, alpha * torch.expm1(z.clamp(max=0)))


@formula
def softplus(z):
    """f(z) = log(1 + e^z) = max(z, 0) + log(1 + e^−|z|): a smooth relu, whose derivative is the sigmoid."""
    return torch.logaddexp(z, torch.zeros_like(z))


@formula
def softmax(z):
    """f(z)_j = e^z_j / Σ_k e^z_k over the last axis: logits (..., B, n) become probabilities.

    They sum to 1. The largest logit of each row is taken out before exp.
    """
    return torch.softmax(z, dim=-1)
