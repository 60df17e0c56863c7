"""Save a training run after every epoch, and resume it: its state as arrays and plain values, and its identity."""

import zlib
from typing import Any

import numpy as np

from coursekit.training import checkpoint
from coursekit.training.members import named_parameters

_PER_MEMBER = ("active", "lost", "best_loss", "best_epoch")  # what the record keeps of each member
_SCHEDULE_STEPS = (0, 1, 10, 100, 1000, 10_000)  # where schedules are compared


class Checkpoint:
    """The file of a `TrainingRun`: weights, state of optimizer and early stopping, random streams, curves.

    `run.state` is the module numpy_state or torch_state.
    """

    def __init__(self, run: Any, path: Any):
        self.run, self.path = run, checkpoint.checked_path(path)
        rng = run.arguments.rng
        rng = [] if rng is None else rng if isinstance(rng, list) else [rng]
        self.streams = [*rng, *run.state.streams(run.net)]
        self.identity = identity(run, self.streams)

    def resume(self, epochs: int) -> None:
        """Resume from the file if it exists; otherwise write it, so that an interrupted first epoch can be repeated."""
        if self.path.exists():
            self.restore(checkpoint.load(self.path), epochs)
        else:
            self.save()

    def save(self) -> None:
        """Replace the file by the present state."""
        checkpoint.save(self.path, self.current_state())

    def current_state(self) -> dict:
        """The state as a tree of arrays and plain values; the arrays are live."""
        run, record, state = self.run, self.run.record, self.run.state
        curves = {"train": record.train, **({} if record.val is None else {"val": record.val})}
        return {
            "run": self.identity,
            "history": {name: curve.values for name, curve in curves.items() if len(curve)},
            "metrics": {name: curve.values for name, curve in record.metrics.items() if len(curve)},
            "members": {name: np.asarray(getattr(record, name)) for name in _PER_MEMBER},
            "weights": {key: state.to_numpy(x) for key, x in self._arrays().items()},
            "best": None if record.best is None else [state.to_numpy(x) for x in record.best],
            "optimizer": state.optimizer_state(run.net, run.optimizer),
            "streams": [state.stream_state(stream) for stream in self.streams],
        }

    def restore(self, saved: dict, epochs: int) -> None:
        """Overwrite record, network, optimizer and random streams; ValueError if the state is of a different run."""
        run, record, state = self.run, self.run.record, self.run.state
        self._compare(saved, epochs)
        curves = {"train": record.train, "val": record.val, **record.metrics}
        for name, rows in {**saved["history"], **saved["metrics"]}.items():
            for row in rows:
                curves[name].append(row)
        for name in _PER_MEMBER:
            getattr(record, name)[...] = saved["members"][name]
        record.all_active = bool(record.active.all())
        for key, x in self._arrays().items():
            state.put(x, saved["weights"][key])
        if saved["best"] is not None:
            record.best = [record.copy(array) for array in record.arrays]
            for x, values in zip(record.best, saved["best"], strict=True):
                state.put(x, values)
        state.load_optimizer_state(run.net, run.optimizer, saved["optimizer"])
        for stream, values in zip(self.streams, saved["streams"], strict=True):
            state.set_stream_state(stream, values)

    def _arrays(self):
        return named_parameters(self.run.net) | dict(self.run.net.named_buffers())

    def _compare(self, saved, epochs):
        differ = "; ".join(differences(saved["run"], self.identity))
        if differ:
            raise ValueError(
                f"fit: checkpoint {self.path} holds a different run: {differ}. Delete the file to start again, or give "
                "another path."
            )
        done = len(saved["history"].get("train", ()))
        if done > epochs:
            raise ValueError(
                f"fit: checkpoint {self.path} holds {done} epochs, so that epochs must be at least {done}, but is {epochs}. "
                "Delete the file to start again, or give another path."
            )


def identity(run: Any, streams: list) -> dict[str, Any]:
    """name -> plain value: data (by checksum), network, optimizer and arguments, by which two runs are compared.

    It leaves out the number of epochs, so that a run can be prolonged, and what training changes: weights, the
    optimizer's state, the state of the random streams.
    """
    arguments, net, state = run.arguments, run.net, run.state
    data = {"X": arguments.X, "y": arguments.y}
    if arguments.validation is not None:
        data |= {"validation[0]": arguments.validation[0], "validation[1]": arguments.validation[1]}
    facts: dict[str, Any] = {name: _checksum(state.to_numpy(x)) for name, x in data.items()}
    facts["folds"] = None if arguments.folds is None else _checksum(arguments.folds)
    for kind, arrays in (("parameter", named_parameters(net)), ("buffer", dict(net.named_buffers()))):
        facts |= {f"{kind} {key}": _shape(x) for key, x in arrays.items()}
    facts["layers"] = state.layers(net)
    facts |= {f"optimizer's {key}": plain(x) for key, x in state.settings(net, run.optimizer).items()}
    facts["random streams"] = [state.stream_kind(stream) for stream in streams]
    for name in ("loss", "penalty", "batch_size", "lam", "early_stopping", "clip_norm", "metrics"):
        facts[name] = plain(getattr(arguments, name))
    return facts | {"proximal": run.proximal, "precision": getattr(run, "precision", None)}


def differences(old: dict, new: dict) -> list[str]:
    """In words, "batch_size was 8 and is 16", for each name in which the facts differ."""
    return [
        f"{name} was {old.get(name)} and is {new.get(name)}"
        for name in {**old, **new}
        if old.get(name) != new.get(name)
    ]


def plain(x: Any) -> Any:
    """x as JSON returns it: numbers, strings, lists; a function is its name, a schedule its rates."""
    if x is None or isinstance(x, bool | str | int | float):
        return x
    if isinstance(x, dict):
        return {key: plain(each) for key, each in x.items()}
    if isinstance(x, list | tuple):
        return [plain(each) for each in x]
    if hasattr(x, "tolist"):
        return x.tolist()
    return getattr(x, "__name__", type(x).__name__)


def rates(schedule: Any) -> Any:
    """A learning rate as values that compare: the number or array itself, or the schedule's rates at some steps."""
    return [plain(np.asarray(schedule(t))) for t in _SCHEDULE_STEPS] if callable(schedule) else schedule


def layer_in_words(layer: Any) -> str:
    """ "Dropout(p=0.2)": a layer's kind and the settings that no parameter shows."""
    known = {
        name: plain(getattr(layer, name)) for name in ("f", "p", "eps", "momentum") if hasattr(layer, name)
    }
    return f"{type(layer).__name__}({', '.join(f'{name}={x}' for name, x in known.items())})"


def _checksum(array):
    return f"{_shape(array)} with checksum {zlib.crc32(np.ascontiguousarray(array).data):08x}"


def _shape(x):
    return f"{tuple(x.shape)} {str(x.dtype).removeprefix('torch.')}"
