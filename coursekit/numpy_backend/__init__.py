"""The NumPy backend: every formula by hand, with its gradient below it.

    from coursekit import numpy_backend as ck

In teaching order: arrays · activations · losses · regularizers · layers · networks · optimizers · schedules ·
training (`fit`, `epochs`, `predict`) · metrics · gradients · diagnostics · stochastic_backprop (Mitchell's
BACKPROPAGATION procedure). The torch backend has the same names without the derivatives.

The modules contain the bare formulas. What is exported here checks its arguments first.
"""

from coursekit.checks import add_checks as _add_checks

from coursekit.numpy_backend.activations import (
    elu,
    elu_grad,
    identity,
    identity_grad,
    leaky_relu,
    leaky_relu_grad,
    relu,
    relu_grad,
    sigmoid,
    sigmoid_grad,
    softmax,
    softplus,
    softplus_grad,
    tanh,
    tanh_grad,
)
from coursekit.numpy_backend.arrays import asarray, device, to_numpy
from coursekit.numpy_backend.diagnostics import cost_gradients, delta_norms
from coursekit.numpy_backend.gradients import (
    GRADIENTS,
    check_gradient,
    gradient_for,
    gradient_of,
    numerical_gradient,
)
from coursekit.numpy_backend.layers import Activation, BatchNorm, Dropout, Linear
from coursekit.numpy_backend.losses import (
    binary_cross_entropy,
    binary_cross_entropy_grad,
    categorical_cross_entropy,
    categorical_cross_entropy_grad,
    hinge,
    hinge_grad,
    huber,
    huber_grad,
    mae,
    mae_grad,
    mse,
    mse_grad,
    sigmoid_cross_entropy,
    sigmoid_cross_entropy_grad,
    softmax_cross_entropy,
    softmax_cross_entropy_grad,
    zero_one_loss,
)
from coursekit.numpy_backend.metrics import (
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
from coursekit.numpy_backend.networks import Sequential, mlp
from coursekit.numpy_backend.optimizers import SGD, AdaGrad, Adam, AdamW, RMSprop
from coursekit.numpy_backend.regularizers import l1, l1_grad, l2, l2_grad, soft_threshold
from coursekit.numpy_backend.schedules import (
    constant,
    cosine,
    exponential_decay,
    inverse_time,
    step_decay,
    warmup,
)
from coursekit.numpy_backend.training import epochs, fit, predict
from coursekit.numpy_backend.stochastic_backprop import stochastic_backprop

# fmt: off
__all__ = [
    "GRADIENTS", "SGD", "Activation", "AdaGrad", "Adam", "AdamW", "BatchNorm", "Dropout", "Linear",
    "RMSprop", "Sequential", "accuracy", "asarray", "auc", "average_precision", "balanced_accuracy",
    "binary_cross_entropy", "binary_cross_entropy_grad", "categorical_cross_entropy",
    "categorical_cross_entropy_grad", "check_gradient", "confusion_matrix", "constant", "cosine",
    "cost_gradients", "delta_norms", "device", "elu", "elu_grad", "epochs", "exponential_decay", "f1",
    "fit", "gradient_for", "gradient_of", "hinge", "hinge_grad", "huber", "huber_grad", "identity",
    "identity_grad", "inverse_time", "l1", "l1_grad", "l2", "l2_grad", "leaky_relu", "leaky_relu_grad",
    "mae", "mae_grad", "mlp", "mse", "mse_grad", "numerical_gradient", "precision", "predict", "recall",
    "relu", "relu_grad", "roc_curve", "sigmoid", "sigmoid_cross_entropy", "sigmoid_cross_entropy_grad",
    "sigmoid_grad", "soft_threshold", "softmax", "softmax_cross_entropy", "softmax_cross_entropy_grad",
    "softplus", "softplus_grad", "specificity", "step_decay", "stochastic_backprop", "tanh", "tanh_grad",
    "to_numpy", "warmup", "zero_one_loss",
]
# fmt: on

_add_checks(globals(), asarray, GRADIENTS)
GRADIENTS = {
    globals()[f.__name__]: globals()[f_grad.__name__] for f, f_grad in GRADIENTS.items()
}  # with checks
