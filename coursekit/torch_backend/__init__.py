"""The torch backend: the same names as the NumPy one, on autograd, for CPU or GPU.

    from coursekit import torch_backend as ck

In teaching order: arrays · activations · losses · regularizers · layers and networks · optimizers and
schedules · fit and predict · metrics. The derivatives of the NumPy backend have no counterpart here: autograd
finds them. Networks are `nn.Module`s, optimizers `torch.optim.Optimizer`s, and `fit` takes any other of
either kind; it has a few more arguments at its end, by keyword: how to compute faster (compile, capture,
precision), and in how much memory.

How `fit` works: training.py (arguments) · run.py (an epoch over members and batches) · batches.py ·
workspace.py (where the members compute) · memory.py (how many fit) · objective.py (what is minimized) ·
steps.py (one update) · fast_steps.py (the same as one program) · precisions.py.
"""

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
from coursekit.numpy_backend.schedules import (  # numbers of the host in both backends
    constant,
    cosine,
    exponential_decay,
    inverse_time,
    step_decay,
    warmup,
)
from coursekit.torch_backend.slopes import cost_gradients
from coursekit.torch_backend.training import fit, predict
from coursekit.torch_backend.signals import delta_norms

__all__ = [
    "SGD",
    "Activation",
    "AdaGrad",
    "Adam",
    "AdamW",
    "BatchNorm",
    "Dropout",
    "Linear",
    "RMSprop",
    "Sequential",
    "accuracy",
    "asarray",
    "auc",
    "average_precision",
    "balanced_accuracy",
    "binary_cross_entropy",
    "categorical_cross_entropy",
    "confusion_matrix",
    "constant",
    "cosine",
    "cost_gradients",
    "delta_norms",
    "device",
    "elu",
    "exponential_decay",
    "f1",
    "fit",
    "hinge",
    "huber",
    "identity",
    "inverse_time",
    "l1",
    "l2",
    "leaky_relu",
    "mae",
    "mlp",
    "mse",
    "precision",
    "predict",
    "recall",
    "relu",
    "roc_curve",
    "sigmoid",
    "sigmoid_cross_entropy",
    "soft_threshold",
    "softmax",
    "softmax_cross_entropy",
    "softplus",
    "specificity",
    "step_decay",
    "tanh",
    "to_numpy",
    "warmup",
    "zero_one_loss",
]
