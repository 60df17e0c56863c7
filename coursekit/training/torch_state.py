"""What a checkpoint keeps of a torch network, its optimizer and its random streams, as arrays and plain values."""

import types
from typing import Any

import numpy as np
import torch

from coursekit.training import numpy_state as of_numpy
from coursekit.training.resume import layer_in_words, rates


def to_numpy(x: torch.Tensor) -> np.ndarray:
    """x as a NumPy array, off the device; NumPy has no bfloat16."""
    x = x.detach().cpu()
    return (x.float() if x.dtype == torch.bfloat16 else x).numpy()


@torch.no_grad()
def put(tensor: torch.Tensor, values: np.ndarray) -> None:
    """Overwrite the tensor, in place."""
    tensor.copy_(torch.as_tensor(values))


def layers(net: torch.nn.Module) -> list[str]:
    """Each layer in words; torch's own as torch prints them."""
    parts = [module for module in net.modules() if not any(module.children())]
    return [repr(part) if _module(part) == "torch" else layer_in_words(part) for part in parts]


def settings(net: torch.nn.Module, optimizer: Any) -> dict[str, Any]:
    """Kind and settings of the optimizer, and which parameters it moves, group by group."""
    names, groups = _names(net), []
    for group in optimizer.param_groups:
        own = {"lr": rates(getattr(optimizer, "schedule", None) or group["lr"])}
        own |= {name: x for name, x in group.items() if name not in ("params", "lr")}
        groups.append({"parameters": [names[p] for p in group["params"]], **own})
    return {"kind": type(optimizer).__name__, **(groups[0] if len(groups) == 1 else {"groups": groups})}


def optimizer_state(net: torch.nn.Module, optimizer: Any) -> dict[str, Any]:
    """{"parameters": {"0.W": {"v": velocity, …}, …}, "shared": {"t": steps taken}, "groups": settings}."""
    names, parameters, shared = _names(net), {}, {}
    for key, value in optimizer.state.items():
        if isinstance(key, torch.Tensor):
            parameters[names[key]] = {name: _packed(x, key) for name, x in value.items()}
        else:
            shared[key] = to_numpy(value) if isinstance(value, torch.Tensor) else value
    groups = [
        {name: _packed(x, group["params"][0]) for name, x in group.items() if name != "params"}
        for group in optimizer.param_groups
    ]
    return {"parameters": parameters, "shared": shared, "groups": groups}


@torch.no_grad()
def load_optimizer_state(net: torch.nn.Module, optimizer: Any, saved: dict[str, Any]) -> None:
    """Restore what `optimizer_state` returned, on either backend.

    Tensors keep their precision: torch's own `load_state_dict` casts them to the parameter's, and a resumed run
    of NAdam or ASGD would no longer be the uninterrupted one.
    """
    names = _names(net)
    for i, group in enumerate(optimizer.param_groups):
        for p in group["params"]:
            _fill(optimizer.state[p], saved["parameters"].get(names[p], {}), p)
        if saved["groups"]:
            _fill(group, {"params": group["params"]} | saved["groups"][i], group["params"][0])
    for key, value in saved["shared"].items():
        live = optimizer.state.get(key)
        optimizer.state[key] = torch.as_tensor(value).to(live) if isinstance(live, torch.Tensor) else value


def streams(net: torch.nn.Module) -> list:
    """The generators inside the network, and torch's global ones where modules may draw from those."""
    kinds = (torch.Generator, np.random.Generator)
    own: list[Any] = [x for module in net.modules() for x in vars(module).values() if isinstance(x, kinds)]
    if all(_module(m) == "coursekit" or type(m) is torch.nn.Sequential for m in net.modules()):
        return own
    device = next((p.device for p in net.parameters()), torch.device("cpu"))
    if device.type == "cuda":
        own.append(torch.cuda.default_generators[device.index])
    elif device.type == "mps":
        functions = {"get_state": torch.mps.get_rng_state, "set_state": torch.mps.set_rng_state}
        own.append(types.SimpleNamespace(device=device, **functions))
    return [*own, torch.default_generator]


def stream_kind(stream: Any) -> str:
    """The kind of generator, which must be the same for a state to fit."""
    if isinstance(stream, np.random.Generator):
        return of_numpy.stream_kind(stream)
    return f"torch's on {stream.device.type}"


def stream_state(stream: Any) -> Any:
    """The present state of a generator, as numbers and arrays."""
    if isinstance(stream, np.random.Generator):
        return of_numpy.stream_state(stream)
    return stream.get_state().numpy()


def set_stream_state(stream: Any, state: Any) -> None:
    """Restore the state of a generator."""
    if isinstance(stream, np.random.Generator):
        of_numpy.set_stream_state(stream, state)
    else:
        stream.set_state(torch.as_tensor(state))


def _module(x):
    return type(x).__module__.partition(".")[0]


def _names(net: torch.nn.Module) -> dict[torch.Tensor, str]:
    return {p: name for name, p in net.named_parameters()}


def _packed(x, p):
    """x as it is stored in a file: a tensor as an array, with its dtype and device where the array does not show them."""
    if not isinstance(x, torch.Tensor):
        return x
    array = to_numpy(x)
    if x.dtype == torch.bfloat16 or x.device != p.device:
        return {"values": array, "dtype": str(x.dtype).removeprefix("torch."), "device": x.device.type}
    return array


def _fill(live, saved, p):
    """Overwrite the dict `live` by `saved`; tensors of the same kind are overwritten in place."""
    for name in [name for name in live if name not in saved]:
        del live[name]
    for name, x in saved.items():
        old = live.get(name)
        if isinstance(x, dict):
            x = torch.as_tensor(x["values"]).to(x["device"], getattr(torch, x["dtype"]))
        elif isinstance(x, np.ndarray):
            x = torch.as_tensor(x).to(p.device)
        if isinstance(x, torch.Tensor) and isinstance(old, torch.Tensor) and _alike(x, old):
            old.copy_(x)
        else:
            live[name] = tuple(x) if isinstance(old, tuple) else x


def _alike(x, y):
    return (x.shape, x.dtype, x.device) == (y.shape, y.dtype, y.device)
