"""What a checkpoint keeps of a NumPy network, its optimizer and its random streams, as arrays and plain values."""

from typing import Any

import numpy as np

from coursekit.training.resume import layer_in_words, rates

to_numpy = np.asarray


def put(array: np.ndarray, values: np.ndarray) -> None:
    """Overwrite the array, in place."""
    array[...] = values


def layers(net: Any) -> list[str]:
    """Each layer in words."""
    return [layer_in_words(layer) for layer in net.layers]


def settings(net: Any, optimizer: Any) -> dict[str, Any]:
    """Kind and settings of the optimizer, and which parameters it moves."""
    not_settings = ("params", "t", "states", "lr")
    own = {
        name: x
        for name, x in vars(optimizer).items()
        if not (name.startswith("_") or name in not_settings or callable(x))
    }
    kind = {"kind": type(optimizer).__name__, "parameters": list(optimizer.params)}
    return kind | {"lr": rates(optimizer.lr)} | own


def optimizer_state(net: Any, optimizer: Any) -> dict[str, Any]:
    """{"parameters": {"0.W": {"v": velocity, …}, …}, "shared": {"t": steps taken}, "groups": []}."""
    state = optimizer.state_dict()["state"]
    parameters = {key: {s: state[s][key] for s in optimizer.states} for key in optimizer.params}
    return {"parameters": parameters, "shared": {"t": state["t"]}, "groups": []}


def load_optimizer_state(net: Any, optimizer: Any, saved: dict[str, Any]) -> None:
    """Restore what `optimizer_state` returned, on either backend."""
    views = {s: {key: saved["parameters"][key][s] for key in optimizer.params} for s in optimizer.states}
    optimizer.load_state_dict({"state": {**saved["shared"], **views}})


def streams(net: Any) -> list[np.random.Generator]:
    """The generators inside the network, which draw dropout's masks."""
    return [x for layer in net.layers for x in vars(layer).values() if isinstance(x, np.random.Generator)]


def stream_kind(stream: np.random.Generator) -> str:
    """The kind of generator, which must be the same for a state to fit."""
    return type(stream.bit_generator).__name__


def stream_state(stream: np.random.Generator) -> Any:
    """The present state of a generator, as numbers and arrays."""
    return stream.bit_generator.state


def set_stream_state(stream: np.random.Generator, state: Any) -> None:
    """Restore the state of a generator."""
    stream.bit_generator.state = state
