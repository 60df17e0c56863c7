"""Parameters and optimizer state by key, in either backend: to freeze, to copy, to keep some members.

Only what NumPy networks and torch modules share is used here; this module imports neither backend.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np


def named_parameters(net: Any) -> dict[str, Any]:
    """The live parameters of the network by key, {"0.W": (..., n, m), "0.b": (..., 1, n), …}."""
    return dict(net.named_parameters() if hasattr(net, "named_parameters") else net.parameters())


def some_parameters(net: Any, keys: Iterable[str]) -> Any:
    """The live parameters with these keys, as an optimizer of the network's backend takes them.

    `fit` moves what its optimizer was given: every other parameter is frozen.
    """
    live = named_parameters(net)
    picked = {key: live[key] for key in keys}
    return picked if isinstance(net.parameters(), dict) else list(picked.values())


def copy_into(arrays: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Overwrite arrays[key] with values[key] for each key of `values`, in place; NumPy values fit either backend."""
    for key, value in values.items():
        array, value = _plain(arrays[key]), _plain(value)
        foreign = hasattr(array, "new_tensor") and not hasattr(value, "new_tensor")
        array[...] = array.new_tensor(value) if foreign else value


def keep_members(
    members: Sequence[int] | np.ndarray, net: Any, optimizer: Any, new_net: Any, new_optimizer: Any
) -> None:
    """Fill new_net and new_optimizer with the given members of the last ensemble axis of net and optimizer.

    Weights, buffers and what the optimizer remembers are carried over; rates and other settings stay those of
    new_optimizer.
    """
    size = next(iter(named_parameters(net).values())).shape[-3]
    copy_into(named_parameters(new_net), _pick(named_parameters(net), members, size))
    copy_into(dict(new_net.named_buffers()), _pick(dict(net.named_buffers()), members, size))
    state = _pick(optimizer.state_dict()["state"], members, size)
    new_optimizer.load_state_dict({**new_optimizer.state_dict(), "state": state})


def _pick(tree, members, size):
    """tree with the given members of every array (..., size, n, m) in it; all else is shared."""
    if isinstance(tree, dict):
        return {key: _pick(value, members, size) for key, value in tree.items()}
    if getattr(tree, "ndim", 0) >= 3 and tree.shape[-3] == size:
        return tree[..., list(members), :, :]
    return tree


def _plain(x):
    """A torch parameter without its graph, sharing its memory; an array as it is."""
    return x.detach() if hasattr(x, "detach") else x
