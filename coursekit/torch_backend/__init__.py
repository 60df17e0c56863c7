"""The torch backend: the same names as the NumPy backend, on autograd, for CPU or GPU.

    from coursekit import torch_backend as ck

In teaching order: arrays · activations · losses · regularizers · layers · networks · optimizers · schedules ·
training (`fit`, `epochs`, `predict`) · metrics · diagnostics. The derivatives of the NumPy backend have no
counterpart here, because autograd computes them. Networks are `nn.Module`s, optimizers are
`torch.optim.Optimizer`s, and `fit` accepts any other of either kind. How PyTorch trains a network is the loop
in training.py.

The modules contain the bare formulas. What is exported here checks its arguments first.
"""

import importlib.util

if importlib.util.find_spec("torch") is None:
    raise ModuleNotFoundError(
        'torch_backend: PyTorch is not installed. Either install it (pip install "coursekit-nn[torch]"), or use the '
        "same names from numpy_backend, which works without it.",
        name="torch",
    )

from coursekit.checks import add_checks as _add_checks
from coursekit.torch_backend.activations import (
    elu,
    identity,
    leaky_relu,
    relu,
    sigmoid,
    softmax,
    softplus,
    tanh,
)
from coursekit.torch_backend.arrays import asarray, device, to_numpy
from coursekit.torch_backend.arrays import operand as _operand
from coursekit.torch_backend.diagnostics import cost_gradients, delta_norms
from coursekit.torch_backend.layers import Activation, BatchNorm, Dropout, Linear
from coursekit.torch_backend.losses import (
    binary_cross_entropy,
    categorical_cross_entropy,
    hinge,
    huber,
    mae,
    mse,
    sigmoid_cross_entropy,
    softmax_cross_entropy,
    zero_one_loss,
)
from coursekit.torch_backend.metrics import (
    accuracy,
    auc,
    average_precision,
    balanced_accuracy,
    confusion_matrix,
    f1,
    precision,
    recall,
    roc_curve,
    specificity,
)
from coursekit.torch_backend.networks import Sequential, mlp
from coursekit.torch_backend.optimizers import SGD, AdaGrad, Adam, AdamW, RMSprop
from coursekit.torch_backend.regularizers import l1, l2, soft_threshold
from coursekit.numpy_backend.schedules import (  # the same functions of numbers in both backends
    constant,
    cosine,
    exponential_decay,
    inverse_time,
    step_decay,
    warmup,
)
from coursekit.torch_backend.training import epochs, fit, predict

# fmt: off
__all__ = [
    "SGD", "Activation", "AdaGrad", "Adam", "AdamW", "BatchNorm", "Dropout", "Linear", "RMSprop",
    "Sequential", "accuracy", "asarray", "auc", "average_precision", "balanced_accuracy",
    "binary_cross_entropy", "categorical_cross_entropy", "confusion_matrix", "constant", "cosine",
    "cost_gradients", "delta_norms", "device", "elu", "epochs", "exponential_decay", "f1", "fit", "hinge",
    "huber", "identity", "inverse_time", "l1", "l2", "leaky_relu", "mae", "mlp", "mse", "precision",
    "predict", "recall", "relu", "roc_curve", "sigmoid", "sigmoid_cross_entropy", "soft_threshold",
    "softmax", "softmax_cross_entropy", "softplus", "specificity", "step_decay", "tanh", "to_numpy",
    "warmup", "zero_one_loss",
]
# fmt: on

_add_checks(globals(), _operand)
