"""What a step of `fit` makes small, and how the optimizer then moves: nothing here reads a number back."""

import torch

from coursekit.checks import bare
from coursekit.torch_backend.regularizers import soft_threshold


class Objective:
    """loss + λ · penalty of each network; `products` is a context of its matrix products, their precision."""

    def __init__(self, loss, penalty, products):
        self.loss, self.penalty, self.products = loss, penalty, products

    def __call__(self, net, weights, x, y, counted, lam, examples, ensemble):
        """(the sum to differentiate, the mean losses (...)): a network's gradient is that of its own term.

        `counted` (..., B, 1) marks real rows (1) and padding (0), None: all are real; `ensemble` is the shape (...).
        """
        if self.products is None:
            z = net(x)
        else:
            with self.products():
                z = net(x).to(y.dtype)
        mean = self.means(z, y, counted, ensemble)
        cost = mean.sum() if mean.ndim else mean
        if self.penalty is not None:
            for W in weights:
                W = W if ensemble else W.flatten(1)  # the kernels of a convolution count as rows
                cost = cost + (lam * self.penalty(W, examples)).sum()
        return cost, mean.detach()

    def means(self, z, y, counted, ensemble):
        """The mean losses (...) of the examples that count."""
        if counted is None:
            return _one_a_network(self.loss(z, y), ensemble)
        each = self.loss(z[..., :, None, :], y[..., :, None, :])  # (..., B): each sample its own batch
        each = torch.where(counted[..., 0] > 0, _one_a_network(each, (*ensemble, z.shape[-2])), 0)
        return each.sum(dim=-1) / counted.sum(dim=-2)[..., 0].clamp(min=1)


def _one_a_network(value, wanted):
    """The loss, if it has the shape wanted: a mean over networks would scale all their gradients."""
    if not isinstance(value, torch.Tensor) or value.shape != wanted:
        got = f"shape {tuple(value.shape)}" if hasattr(value, "shape") else f"a {type(value).__name__}"
        raise ValueError(
            f"fit: loss gives {got}; it wants a tensor of shape {wanted}, one number for each network, "
            "as the losses of this backend give."
        )
    return value


def clipped(grads, clip_norm, axes):
    """The gradients of each network, scaled down to a global norm of at most clip_norm.

    The first `axes` axes are the ensemble's. As torch.nn.utils.clip_grad_norm_ for one network.
    """
    norms = [torch.linalg.vector_norm(g.flatten(axes), dim=-1) for g in grads]  # (...) of each parameter
    norm = torch.linalg.vector_norm(torch.stack(norms), dim=0)
    factor = (clip_norm / (norm + 1e-6)).clamp(max=1)
    return [g * factor.reshape(*factor.shape, *(1,) * (g.ndim - axes)) for g in grads]


def shrink(weights, rate, lam, examples, moved):
    """The proximal step of λ·l1 on each W, in place, for the members in the mask `moved` (None: all)."""
    threshold = lam / (2 * examples)
    if isinstance(threshold, torch.Tensor):
        threshold = threshold[..., None, None]
    for W in weights:
        shrunk = bare(soft_threshold)(W, rate * threshold)
        W.copy_(shrunk if moved is None else torch.where(moved, shrunk, W))
