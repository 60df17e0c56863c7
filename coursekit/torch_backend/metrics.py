"""What we report: measures of a trained classifier. Higher is better for all of them.

`accuracy` takes network outputs and targets on the device, so that `fit` can call it. The others take one
label and one guess (or one score) a sample: they count once, after training, and exist once, in NumPy.
"""

import functools

import torch

from coursekit import checks
from coursekit.numpy_backend import metrics


def accuracy(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Fraction classified correctly, (...): argmax z = argmax y, or with one output (z > 0) = (y > 0.5).

    A single output is a logit: its probability is above ½ exactly where z > 0.
    """
    if y.shape[-1] > 1:
        hits = (z.argmax(dim=-1) == y.argmax(dim=-1)).unsqueeze(-1)
    else:
        hits = (z > 0) == (y > 0.5)
    exact = torch.promote_types(z.dtype, torch.float32)  # bfloat16 could not count to 1000
    return hits.to(exact).mean(dim=(-2, -1))


def _of_tensors(f):
    """f of NumPy arrays, made to take tensors of any device too."""

    @functools.wraps(f)
    def on_arrays(*args, **kwargs):
        return f(*map(checks.plain, args), **{name: checks.plain(x) for name, x in kwargs.items()})

    return on_arrays


confusion_matrix = _of_tensors(metrics.confusion_matrix)
precision = _of_tensors(metrics.precision)
recall = _of_tensors(metrics.recall)
specificity = _of_tensors(metrics.specificity)
f1 = _of_tensors(metrics.f1)
balanced_accuracy = _of_tensors(metrics.balanced_accuracy)
roc_curve = _of_tensors(metrics.roc_curve)
auc = _of_tensors(metrics.auc)
average_precision = _of_tensors(metrics.average_precision)
