"""Which training run is this? What two runs must share to be one run in two parts, or one run in two processes."""

import zlib

import numpy as np

from coursekit.training.members import named_parameters

_STEPS = (0, 1, 10, 100, 1000, 10_000)  # where schedules are compared


def fingerprint(run, streams, told):
    """name -> plain value: data (by checksum), network, optimizer and arguments of a run.

    Not in it: the number of epochs, so that a run can be prolonged, and what training changes: weights, what the
    optimizer remembers, the place of the random streams. `told` holds what only `fit` itself knows, such as its loss.
    """
    a, net, backend = run.a, run.net, run.backend
    data = {"X": a.X, "y": a.y}
    if a.validation is not None:
        data |= {"validation[0]": a.validation[0], "validation[1]": a.validation[1]}
    facts = {name: _checked(backend.to_numpy(x)) for name, x in data.items()}
    facts["folds"] = None if a.folds is None else _checked(a.folds)
    for kind, arrays in (("parameter", named_parameters(net)), ("buffer", dict(net.named_buffers()))):
        facts |= {f"{kind} {key}": _shape(x) for key, x in arrays.items()}
    facts["layers"] = backend.layers(net)
    facts |= {f"optimizer's {key}": value(x) for key, x in backend.settings(net, run.optimizer).items()}
    facts["random streams"] = [backend.stream_kind(stream) for stream in streams]
    for name in ("batch_size", "lam", "early_stopping", "clip_norm"):
        facts[name] = value(getattr(a, name))
    facts["metrics"] = {name: value(f) for name, f in a.metrics.items()}
    return facts | {name: value(x) for name, x in told.items()}


def differences(old, new):
    """In words, "batch_size was 8 and is 16", for each name in which the facts differ."""
    return [
        f"{name} was {old.get(name)} and is {new.get(name)}"
        for name in {**old, **new}
        if old.get(name) != new.get(name)
    ]


def value(x):
    """x as it comes back from JSON: numbers, strings, lists; a function is its name, a schedule its rates."""
    if x is None or isinstance(x, bool | str | int | float):
        return x
    if isinstance(x, dict):
        return {key: value(each) for key, each in x.items()}
    if isinstance(x, list | tuple):
        return [value(each) for each in x]
    if hasattr(x, "tolist"):
        return x.tolist()
    return getattr(x, "__name__", type(x).__name__)


def rates(schedule):
    """A learning rate as values that compare: the number or array itself, or the schedule's rates at some steps."""
    return [value(np.asarray(schedule(t))) for t in _STEPS] if callable(schedule) else schedule


def layer_in_words(layer):
    """ "Dropout(p=0.2)": a layer's kind and the settings that no parameter shows."""
    known = {
        name: value(getattr(layer, name)) for name in ("f", "p", "eps", "momentum") if hasattr(layer, name)
    }
    return f"{type(layer).__name__}({', '.join(f'{name}={x}' for name, x in known.items())})"


def _checked(array):
    return f"{_shape(array)} with checksum {zlib.crc32(np.ascontiguousarray(array)):08x}"


def _shape(x):
    return f"{tuple(x.shape)} {str(x.dtype).removeprefix('torch.')}"
