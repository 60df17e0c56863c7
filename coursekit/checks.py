"""Input checks: every message says what was got, what is wanted, and the mend.

A formula is written bare. `formula` adds the checks around it, so that a learner's mistake is named at the door
while `fit`, which has checked its inputs once, calls the bare formula (`bare(f)`) in its loop.

    @formula(p="probability", y="distribution")
    def categorical_cross_entropy(p, y): ...

The checks use only what NumPy arrays and torch tensors share; this module imports neither backend.
"""

import functools
import inspect
import math
import numbers

import numpy as np

# What an argument may hold, by its name in the formulas; a decorator may say otherwise.
DOMAINS = {"z": "any", "p": "real", "y": "real", "W": "weights", "m": "count", "delta": "positive"}

_RANGE_MEND = {
    "binary_cross_entropy": "For logits call sigmoid_cross_entropy.",
    "categorical_cross_entropy": "For logits call softmax_cross_entropy.",
    "sigmoid_cross_entropy": "Targets are 0, 1 or a probability in between.",
}


def numeric(where, name, x):
    """x as a NumPy array of real numbers with at least one entry; floats keep their precision, the rest becomes float64."""
    if isinstance(x, str | bytes):
        raise TypeError(f"{where}: {name} is a string ({x!r}); it wants numbers.")
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
            f"{where}: {name} is {got}; it wants real numbers, for example a NumPy array of dtype float64."
        )
    if array.size == 0:
        raise ValueError(
            f"{where}: {name} is empty: its shape is {array.shape}. It wants at least one entry."
        )
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def plain(x):
    """A torch tensor without its autograd graph, on the CPU; anything else as it is."""
    return x.detach().cpu() if hasattr(x, "detach") else x


def _surely_finite(x):
    """Whether the sum of x is finite: then every entry is. One pass over the data; an overflow proves nothing."""
    x = x.detach() if hasattr(x, "detach") else x  # a tensor stays where it is
    with np.errstate(all="ignore"):
        return math.isfinite(float(x.sum()))


def no_nan(where, name, x):
    """Raise if x holds nan."""
    if _surely_finite(x):
        return
    if bool((x != x).any()):
        raise ValueError(
            f"{where}: {name} holds nan, in {int((x != x).sum())} of {math.prod(x.shape)} places. Find the step that "
            f"made it: np.isnan({name}).any()."
        )


def finite(where, name, x):
    """Raise if x holds nan or an infinity."""
    if _surely_finite(x):
        return
    no_nan(where, name, x)
    if bool((abs(x) == math.inf).any()):
        raise ValueError(
            f"{where}: {name} holds an infinity. It wants finite numbers; did a rate or an exponent run away?"
        )


def same_shape(where, name, p, y):
    """Raise unless p and y are matrices (..., B, n) of the same samples and columns."""
    p_shape, y_shape = tuple(p.shape), tuple(y.shape)
    what = "logits" if name == "z" else "predictions"
    same = p_shape[-2:] == y_shape[-2:] and len(p_shape) >= 2
    if same and _broadcast(p_shape, y_shape):
        return
    message = f"{where}: {what} {name} are (..., B, n) = {p_shape} but targets y are {y_shape}. "
    if same:
        message += "Their leading axes, the members of an ensemble, want to be equal or 1."
    elif len(y_shape) == 1 and len(p_shape) >= 2 and p_shape[-1] > 1:
        message += "Class labels of shape (B,) become targets with one_hot(labels, n)."
    elif len(y_shape) == 1 or len(p_shape) == 1:
        message += "Both are matrices, one row a sample: a column is v[:, None]."
    else:
        message += "Both want the same samples (rows) and the same outputs (columns)."
    raise ValueError(message)


def _broadcast(*shapes):
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        return False
    return True


def weights_shaped(where, name, W):
    """Raise unless W has the shape (..., n, m) of weights."""
    if len(W.shape) < 2:
        raise ValueError(
            f"{where}: {name} has shape {tuple(W.shape)}; it wants weights (..., n, m), a row for each unit: the weights "
            f"w of a single unit are w[None, :]."
        )


def not_negative(where, name, x):
    """Raise if an entry of x is below 0."""
    x = plain(x)
    if float(x.min()) < 0:
        raise ValueError(f"{where}: {name} holds {float(x.min()):.4g}; it wants numbers of at least 0.")


def in_unit_interval(where, name, x, tolerance=1e-3):
    """Raise unless every entry of x is a probability; the tolerance leaves room for finite differences at 0 and 1."""
    x = plain(x)
    low, high = float(x.min()), float(x.max())
    if low < -tolerance or high > 1 + tolerance:
        raise ValueError(
            f"{where}: {name} runs from {low:.4g} to {high:.4g}; it wants numbers in [0, 1]. {_RANGE_MEND.get(where, '')}".rstrip()
        )


def rows_sum_to_one(where, name, x, tolerance=1e-3):
    """Raise unless each row of x is a distribution over classes (one-hot rows are)."""
    in_unit_interval(where, name, x)
    total = plain(x).sum(-1)
    off = abs(total - 1)
    if float(off.max()) > tolerance:
        raise ValueError(
            f"{where}: each row of {name} wants to sum to 1 (one-hot, or a probability for each class); a row sums to "
            f"{float(total.reshape(-1)[int(off.argmax())]):.4g}. Class labels become targets with one_hot(labels, n)."
        )


def positive_integer(where, name, value, least=1):
    """value as an int, or an error that names it."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{where}: {name} is {value!r}; it wants an integer, at least {least}.")
    if value < least:
        raise ValueError(f"{where}: {name} is {value}; it wants an integer, at least {least}.")
    return int(value)


def number(where, name, value, low=-math.inf, high=math.inf, *, open_low=False, open_high=False):
    """value as a float within the bounds, or an error that names it."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real | np.floating | np.integer):
        raise TypeError(f"{where}: {name} is {value!r}; it wants a number.")
    value = float(value)
    inside = (value > low if open_low else value >= low) and (value < high if open_high else value <= high)
    if not inside:
        interval = f"{'(' if open_low or low == -math.inf else '['}{low:g}, {high:g}{')' if open_high or high == math.inf else ']'}"
        raise ValueError(f"{where}: {name} is {value:g}; it wants a number in {interval}.")
    return value


def generator(where, rng):
    """rng itself, or an error: randomness is always an explicit NumPy Generator."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"{where}: rng is {rng!r}; it wants a NumPy generator, for example rng=np.random.default_rng(0)."
        )
    return rng


def one_of(where, name, value, options):
    """value itself if it is among options, else an error that lists them."""
    if value not in options:
        raise ValueError(f"{where}: {name} is {value!r}; it wants one of {', '.join(map(repr, options))}.")
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


def make_formula(asarray):
    """The decorator `formula` of a backend whose arrays are made by `asarray(x, where, name)`."""

    def formula(f=None, **domains):
        if f is None:
            return lambda f: formula(f, **domains)
        signature = inspect.signature(f)
        kinds = {name: domains.get(name, DOMAINS.get(name, "number")) for name in signature.parameters}
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

        checked.domains = kinds
        return checked

    return formula


def bare(f):
    """The formula without its checks; any other callable is returned as it is."""
    return getattr(f, "__wrapped__", f) if hasattr(f, "domains") else f
