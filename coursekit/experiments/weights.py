"""Copy the parameters of a network of either backend, and write them back."""

from types import ModuleType
from typing import Any

import numpy as np

from coursekit.training.members import copy_into, named_parameters


def parameters_of(ck: ModuleType, net: Any) -> dict[str, np.ndarray]:
    """Copy all parameters {"0.W": (..., n, m), "0.b": (..., 1, n), …} of a network to NumPy arrays."""
    return {key: np.array(ck.to_numpy(value)) for key, value in named_parameters(net).items()}


def restore(ck: ModuleType, net: Any, kept: dict[str, np.ndarray]) -> None:
    """Write parameters back into the network, in place; `kept` may hold some of its keys only."""
    copy_into(named_parameters(net), {key: ck.asarray(value) for key, value in kept.items()})
