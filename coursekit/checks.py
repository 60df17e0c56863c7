"""Input checks: every error states what was expected, what was received, and how to fix it.

The formulas of the backends are written without checks. Each backend's `__init__` exports them through `with_checks`, so
that a mistake is caught where the user calls the formula, while `fit`, which has checked its inputs once, calls the
formula itself (`without_checks`) in its loop.

    @domains(p="probability", y="distribution")        # only where the names of the arguments do not say it
    def categorical_cross_entropy(p, y): ...

The checks use only what NumPy arrays and torch tensors share; this module imports neither backend.
"""

import functools
import inspect
import math
import numbers
from collections.abc import Callable, Collection
from typing import Any

import numpy as np

# What an argument may hold, by its name in the formulas; a decorator may say otherwise.
DOMAINS = {"z": "any", "p": "real", "y": "real", "W": "weights", "m": "count", "delta": "positive"}

_RANGE_FIX = {
    "binary_cross_entropy": "For logits call sigmoid_cross_entropy.",
    "categorical_cross_entropy": "For logits call softmax_cross_entropy.",
    "sigmoid_cross_entropy": "Targets are 0, 1 or a probability in between.",
}


def numeric(where: str, name: str, x: Any) -> np.ndarray:
    """x as a NumPy array of real numbers with at least one entry; floats keep their precision, the rest becomes float64."""
    if isinstance(x, str | bytes):
        raise TypeError(f"{where}: {name} must hold numbers, but is a string ({x!r}).")
    x = plain(x)
    try:
        array = np.asarray(x)
    except ValueError as error:
        raise ValueError(
            f"{where}: {name} is not a rectangular array ({error}). Are its rows equally long?"
        ) from None
    if array.dtype.kind not in "fiub":
        got = f"dtype {array.dtype}" if isinstance(x, np.ndarray) else type(x).__name__
        raise TypeError(
            f"{where}: {name} must hold real numbers, for example a NumPy array of dtype float64, but is {got}."
        )
    if array.size == 0:
        raise ValueError(f"{where}: {name} must have at least one entry, but its shape is {array.shape}.")
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def plain(x: Any) -> Any:
    """A torch tensor without its autograd graph, on the CPU; anything else as it is."""
    return x.detach().cpu() if hasattr(x, "detach") else x


def detached(x: Any) -> Any:
    """A torch tensor without its autograd graph, on its own device; anything else as it is."""
    return x.detach() if hasattr(x, "detach") else x


def read(x: Any) -> float:
    """The value of an array or tensor with one entry. The checks read values here and nowhere else."""
    return float(x)


def _surely_finite(x):
    """Whether the sum of x is finite: then every entry is. One pass over the data; an overflow proves nothing."""
    with np.errstate(all="ignore"):
        return math.isfinite(read(detached(x).sum()))


def no_nan(where: str, name: str, x: Any) -> None:
    """Raise if x holds nan."""
    if _surely_finite(x):
        return
    if read((x != x).any()):
        raise ValueError(
            f"{where}: {name} holds nan, in {read((x != x).sum()):.0f} of {math.prod(x.shape)} places. Find the step that "
            f"produced it with np.isnan({name}).any()."
        )


def finite(where: str, name: str, x: Any) -> None:
    """Raise if x holds nan or an infinity."""
    if _surely_finite(x):
        return
    no_nan(where, name, x)
    if read((abs(x) == math.inf).any()):
        raise ValueError(
            f"{where}: {name} must be finite, but holds an infinity. Is a learning rate or an exponent too large?"
        )


def same_shape(where: str, name: str, p: Any, y: Any) -> None:
    """Raise unless p and y are matrices (..., B, n) of the same samples and columns."""
    p_shape, y_shape = tuple(p.shape), tuple(y.shape)
    what = "logits" if name == "z" else "predictions"
    same = p_shape[-2:] == y_shape[-2:] and len(p_shape) >= 2
    if same and _broadcast(p_shape, y_shape):
        return
    message = f"{where}: {what} {name} are (..., B, n) = {p_shape} but targets y are {y_shape}. "
    if same:
        message += "Their leading axes, the members of an ensemble, must be equal or 1."
    elif len(y_shape) == 1 and len(p_shape) >= 2 and p_shape[-1] > 1:
        message += "Class labels of shape (B,) become targets with one_hot(labels, n)."
    elif len(y_shape) == 1 or len(p_shape) == 1:
        message += "Both must be matrices with one row per sample; a vector becomes a column with v[:, None]."
    else:
        message += "Both must have the same samples (rows) and the same outputs (columns)."
    raise ValueError(message)


def _broadcast(*shapes):
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        return False
    return True


def weights_shaped(where: str, name: str, W: Any) -> None:
    """Raise unless W has the shape (..., n, m) of weights."""
    if len(W.shape) < 2:
        raise ValueError(
            f"{where}: {name} must be weights (..., n, m), with one row per unit, but has shape {tuple(W.shape)}. The weights "
            f"w of a single unit become a matrix with w[None, :]."
        )


def value_range(x: Any) -> tuple[float, float]:
    """The smallest and the largest entry of x."""
    x = detached(x)
    return read(x.min()), read(x.max())


def not_negative(where: str, name: str, x: Any) -> None:
    """Raise if an entry of x is below 0."""
    low = read(detached(x).min())
    if low < 0:
        raise ValueError(f"{where}: {name} must not be negative, but holds {low:.4g}.")


def in_unit_interval(where: str, name: str, x: Any, tolerance: float = 1e-3) -> None:
    """Raise unless every entry of x is a probability; the tolerance leaves room for finite differences at 0 and 1."""
    low, high = value_range(x)
    if low < -tolerance or high > 1 + tolerance:
        raise ValueError(
            f"{where}: {name} must be in [0, 1], but ranges from {low:.4g} to {high:.4g}. {_RANGE_FIX.get(where, '')}".rstrip()
        )


def rows_sum_to_one(where: str, name: str, x: Any, tolerance: float = 1e-3) -> None:
    """Raise unless each row of x is a distribution over classes (one-hot rows are)."""
    in_unit_interval(where, name, x)
    total = detached(x).sum(-1)
    off = abs(total - 1)
    if read(off.max()) > tolerance:
        raise ValueError(
            f"{where}: each row of {name} must sum to 1 (one-hot, or one probability per class), but a row sums to "
            f"{read(total.reshape(-1)[off.argmax()]):.4g}. Class labels become targets with one_hot(labels, n)."
        )


def positive_integer(where: str, name: str, value: Any, least: int = 1) -> int:
    """value as an int, or an error that names it."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{where}: {name} must be an integer of at least {least}, but is {value!r}.")
    if value < least:
        raise ValueError(f"{where}: {name} must be an integer of at least {least}, but is {value}.")
    return int(value)


def number(
    where: str, name: str, value: Any, low: float = -math.inf, high: float = math.inf,
    *, open_low: bool = False, open_high: bool = False,
) -> float:  # fmt: skip
    """value as a float within the bounds, or an error that names it. An array without axes counts as a number."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, bool) or not isinstance(value, numbers.Real | np.floating | np.integer):
        raise TypeError(f"{where}: {name} must be a number, but is {value!r}.")
    value = float(value)
    inside = (value > low if open_low else value >= low) and (value < high if open_high else value <= high)
    if not inside:
        interval = f"{'(' if open_low or low == -math.inf else '['}{low:g}, {high:g}{')' if open_high or high == math.inf else ']'}"
        raise ValueError(f"{where}: {name} must be a number in {interval}, but is {value:g}.")
    return value


def generator(where: str, rng: Any) -> np.random.Generator:
    """rng itself, or an error: randomness is always an explicit NumPy Generator."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"{where}: rng must be a NumPy generator, for example rng=np.random.default_rng(0), but is {rng!r}."
        )
    return rng


def one_of(where: str, name: str, value: Any, options: Collection) -> Any:
    """value itself if it is among options, else an error that lists them."""
    if value not in options:
        raise ValueError(f"{where}: {name} must be one of {', '.join(map(repr, options))}, but is {value!r}.")
    return value


_NUMBERS = {
    "count": positive_integer,
    "number": number,
    "positive": functools.partial(number, low=0, open_low=True),
}
_ARRAYS = {
    "weights": weights_shaped,
    "threshold": not_negative,
    "probability": in_unit_interval,
    "distribution": rows_sum_to_one,
}
_FORMULA_MODULES = ("_backend.activations", "_backend.losses", "_backend.regularizers")
_DECLARED: dict[Callable, dict[str, str]] = {}  # formula -> the kinds that `domains` declares


def domains(**kinds: str) -> Callable[[Callable], Callable]:
    """Decorator: declare what arguments of a formula may hold, where this differs from `DOMAINS`."""

    def declare(f):
        _DECLARED[f] = kinds
        return f

    return declare


def domains_of(f: Callable) -> dict[str, str]:
    """What each argument of a formula may hold, by name: "any", "real", "probability", "count", …"""
    f = without_checks(f)
    kinds = _DECLARED.get(f, {})
    return {name: kinds.get(name, DOMAINS.get(name, "number")) for name in inspect.signature(f).parameters}


def with_checks(f: Callable, asarray: Callable, kinds: dict[str, str] | None = None) -> Callable:
    """The formula f with its arguments checked, and its arrays made by `asarray(x, where, name)`.

    `kinds`: those of `domains_of(f)` unless given. The attribute `domains` of the result holds them.
    """
    signature = inspect.signature(f)
    kinds = domains_of(f) if kinds is None else kinds
    first = next(iter(kinds))

    @functools.wraps(f)
    def checked(*args, **kwargs):
        try:
            bound = signature.bind(*args, **kwargs).arguments
        except TypeError as error:
            raise TypeError(f"{f.__name__}{signature}: {error}.") from None
        for name, value in bound.items():
            kind = kinds[name]
            if kind in _NUMBERS:
                bound[name] = _NUMBERS[kind](f.__name__, name, value)
            else:
                bound[name] = array = asarray(value, f.__name__, name)
                (no_nan if kind == "any" else finite)(f.__name__, name, array)
        if "y" in bound:
            same_shape(f.__name__, first, bound[first], bound["y"])
        for name in bound:
            if kinds[name] in _ARRAYS:
                _ARRAYS[kinds[name]](f.__name__, name, bound[name])
        return f(**bound)

    checked.__module__ = f.__module__.rpartition(".")[0]  # where it can be imported, for pickle
    vars(checked)["domains"] = kinds
    return checked


def without_checks(f: Callable) -> Callable:
    """The formula behind a function that a backend exports; any other function is returned as it is."""
    return getattr(f, "__wrapped__", f) if hasattr(f, "domains") else f


def add_checks(
    namespace: dict[str, Any], asarray: Callable, gradients: dict[Callable, Callable] | None = None
) -> None:
    """Replace the formulas that a backend's `__init__` exports by the same formulas with checks.

    Formulas are the functions of the modules activations, losses and regularizers, and the metric `accuracy`. A gradient
    has the arguments of its formula, and so the same checks.
    """
    formula_of = {gradient: f for f, gradient in (gradients or {}).items()}
    for name, f in list(namespace.items()):
        module = getattr(f, "__module__", None) or ""
        if inspect.isfunction(f) and (module.endswith(_FORMULA_MODULES) or name == "accuracy"):
            namespace[name] = with_checks(f, asarray, domains_of(formula_of.get(f, f)))
