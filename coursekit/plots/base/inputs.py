"""What the figures ask of their arguments beyond `coursekit.checks`."""

from collections.abc import Mapping

from coursekit import checks


def named(where, what, entries, least=1):
    """`entries` if it is a dict with at least `least` entries, else an error; what: how an entry is written."""
    if not isinstance(entries, Mapping):
        raise TypeError(
            f"{where}: got a {type(entries).__name__}; expected {{{what}}}, a dict: its keys are shown."
        )
    if len(entries) < least:
        raise ValueError(f"{where}: got {len(entries)} entries; expected {{{what}}}, at least {least}.")
    return entries


def vector(where, name, values):
    """`values` as finite numbers of shape (n,); a column (n, 1) counts as one."""
    values = checks.numeric(where, name, values)
    checks.finite(where, name, values)
    values = values[:, 0] if values.ndim == 2 and values.shape[1] == 1 else values
    if values.ndim != 1:
        raise ValueError(
            f"{where}: {name} has shape {values.shape}; expected one number for each point, shape (n,)."
        )
    return values


def pair(where, one, x, other, y):
    """Two vectors of the same length, or an error that names both."""
    x, y = vector(where, one, x), vector(where, other, y)
    if x.size != y.size:
        raise ValueError(
            f"{where}: {one} has {x.size} numbers and {other} {y.size}; expected the same number of each."
        )
    return x, y


def interval(where, name, ends):
    """`ends` as a tuple (low, high) with low < high."""
    try:
        low, high = ends
    except (TypeError, ValueError):
        raise TypeError(f"{where}: {name} is {ends!r}; expected (low, high), two numbers.") from None
    if checks.number(where, name, low) >= checks.number(where, name, high):
        raise ValueError(f"{where}: {name} is ({low:g}, {high:g}); expected (low, high) with low < high.")
    return low, high
