"""What a checkpoint holds of a network, its optimizer and its random streams, as arrays and plain values."""

import numpy as np

from coursekit.numpy_backend.arrays import to_numpy as to_numpy
from coursekit.training.fingerprint import layer_in_words, rates


def put(array, values):
    """Overwrite the array, in place."""
    array[...] = values


def layers(net):
    """Each layer in words."""
    return [layer_in_words(layer) for layer in net.layers]


def settings(net, optimizer):
    """Kind and settings of the optimizer, and which parameters it moves."""
    no_settings = ("params", "t", "states", "lr")
    own = {
        name: x
        for name, x in vars(optimizer).items()
        if not (name.startswith("_") or name in no_settings or callable(x))
    }
    kind = {"kind": type(optimizer).__name__, "parameters": list(optimizer.params)}
    return kind | {"lr": rates(optimizer.lr)} | own


def optimizer_state(net, optimizer):
    """{"parameters": {"0.W": {"v": velocity, …}, …}, "shared": {"t": steps taken}, "groups": []}."""
    state = optimizer.state_dict()["state"]
    parameters = {key: {s: state[s][key] for s in optimizer.states} for key in optimizer.params}
    return {"parameters": parameters, "shared": {"t": state["t"]}, "groups": []}


def load_optimizer_state(net, optimizer, saved):
    """Go on from what `optimizer_state` gave, on either backend."""
    views = {s: {key: saved["parameters"][key][s] for key in optimizer.params} for s in optimizer.states}
    optimizer.load_state_dict({"state": {**saved["shared"], **views}})


def streams(net):
    """The generators inside of the network, which draw dropout's masks."""
    return [x for layer in net.layers for x in vars(layer).values() if isinstance(x, np.random.Generator)]


def stream_kind(stream):
    """What a generator's state can be given to."""
    return type(stream.bit_generator).__name__


def stream_state(stream):
    """Where a generator stands, as numbers and arrays."""
    return stream.bit_generator.state


def set_stream_state(stream, state):
    """Let a generator go on from there."""
    stream.bit_generator.state = state
