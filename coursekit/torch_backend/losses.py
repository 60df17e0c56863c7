"""Losses; autograd derives them.

Predictions p, logits z and targets y are (..., B, n): B samples, n outputs; a loss is (...), one number per
network. mse, mae, huber, hinge and the binary cross-entropies average over samples and outputs; the
categorical ones sum over classes and average over samples. Logarithms are natural.
"""

import torch

from coursekit import checks
from coursekit.torch_backend.metrics import accuracy

EPS = 1e-12  # probabilities are clipped to [EPS, 1 − EPS], so that their logarithm is finite


def mse(p: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Mean squared error (1/Bn) Σ (p − y)²; its best constant is the mean of y."""
    return ((p - y) ** 2).mean(dim=(-2, -1))


def mae(p: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Mean absolute error (1/Bn) Σ |p − y|; its best constant is the median of y."""
    return (p - y).abs().mean(dim=(-2, -1))


def huber(p: torch.Tensor, y: torch.Tensor, delta: float = 1.0) -> torch.Tensor:
    """(1/Bn) Σ ½ d² where |d| ≤ δ, else δ (|d| − ½ δ), for d = p − y: squared near 0, absolute far out.

    Huber (1964).
    """
    d = (p - y).abs()
    return torch.where(d <= delta, 0.5 * d**2, delta * (d - 0.5 * delta)).mean(dim=(-2, -1))


@checks.domains(z="real")
def hinge(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """(1/Bn) Σ max(0, 1 − s z) with s = +1 where y is 1 and −1 where y is 0 (or −1): zero only beyond a margin of 1."""
    s = torch.where(y > 0.5, 1, -1)
    return torch.relu(1 - s * z).mean(dim=(-2, -1))


def zero_one_loss(p: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Fraction misclassified, 1 − accuracy: what we report.

    Its gradient is 0 almost everywhere, so we train another.
    """
    return 1 - accuracy(p, y)


@checks.domains(p="probability", y="probability")
def binary_cross_entropy(p: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """−(1/Bn) Σ [y log p + (1 − y) log(1 − p)] for probabilities p.

    Minus the log of the probability given to the truth.
    """
    q = (1 - p).clamp(EPS, 1 - EPS)
    p = p.clamp(EPS, 1 - EPS)
    return -(y * torch.log(p) + (1 - y) * torch.log(q)).mean(dim=(-2, -1))


@checks.domains(p="probability", y="distribution")
def categorical_cross_entropy(p: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """−(1/B) Σ_i Σ_j y_ij log p_ij for probabilities p and one-hot y.

    Minus the log-probability of the true class.
    """
    return -(y * torch.log(p.clamp(EPS, 1 - EPS))).sum(dim=-1).mean(dim=-1)


@checks.domains(z="real", y="probability")
def sigmoid_cross_entropy(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """binary_cross_entropy(sigmoid(z), y) from the logit: (1/Bn) Σ max(z, 0) − z y + log(1 + e^−|z|).

    Exact for every z: at z = 800, y = 0 the loss is 800, where the probability form is clipped at 27.6.
    """
    # log(1 + e^z) − z y in one smooth function: max and |·| would each have a kink of their own at z = 0
    return torch.logaddexp(-z * y, z * (1 - y)).mean(dim=(-2, -1))


@checks.domains(z="real", y="distribution")
def softmax_cross_entropy(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """categorical_cross_entropy(softmax(z), y) from the logits: (1/B) Σ_i [log Σ_j e^z_ij − Σ_j y_ij z_ij].

    The largest logit of each row is taken out before exp, so that it is exact for every z.
    """
    log_p = torch.log_softmax(
        z.mT.contiguous(), dim=-2
    )  # (..., n, B): sums over few classes run along memory
    return (y.mT * log_p).sum(dim=(-2, -1)) / -z.shape[-2]
