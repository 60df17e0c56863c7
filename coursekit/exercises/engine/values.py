"""Values that cross between a question, an answer and the judge: reduced to plain data, copied, compared.

Plain data are numbers, strings, bools, None, TODO, NumPy arrays, and tuples, lists and dicts of them.
"""

from collections.abc import Iterator
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

import numpy as np

from coursekit.exercises.engine.todo import TODO, NotAnswered, is_blank
from coursekit.exercises.engine.wording import MOST_ENTRIES, instead, kind_of, plural, short

# Room for answers that compute in float32 inside; the mistakes worth naming are far larger.
RTOL = 1e-4  # of the entry
ATOL = 1e-6  # of the largest entry of the same array
FLOAT32 = 2e-6  # more room for answers in float32: what is left of numbers of order 1 that cancel


def plain(value: Any) -> Any:
    """The value as exact built-in types and NumPy arrays; TypeError for anything else, such as a function."""
    if value is Ellipsis or value is NotImplemented or value is TODO:
        return TODO
    if value is None or isinstance(value, bool | np.bool_):
        return None if value is None else bool(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value)
    if isinstance(value, complex | np.complexfloating):
        return complex(value)
    if isinstance(value, dict):
        return {plain(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, tuple):
        return tuple(plain(entry) for entry in value)
    if isinstance(value, list | range | Iterator):
        return [plain(entry) for entry in value]
    if hasattr(value, "detach"):  # a torch tensor may carry a graph or live on a GPU
        value = value.detach().cpu().numpy()
    if hasattr(value, "__array__"):
        return _plain_array(value)
    raise TypeError(_not_data(value))


def _not_data(value):
    """What to say about a returned value that is neither a number nor an array."""
    if isinstance(value, BaseException):
        return f"it returns a {type(value).__name__} instead of raising it: write `raise`, not `return`"
    if isinstance(value, BuiltinFunctionType | MethodType | FunctionType):
        name = getattr(value, "__name__", "the function")
        return f"it returns the function `{name}` itself: call it with parentheses, `{name}(…)`"
    return (
        f"it returns a value of type {type(value).__name__}; an array, a number, a string, or a tuple, list or "
        "dict of these is expected"
    )


def _plain_array(value):
    array = np.array(value, subok=False)
    if array.dtype.kind == "O":
        try:
            array = array.astype(float)
        except (TypeError, ValueError):
            raise TypeError(
                "it returns an array of objects; its rows must all have the same length"
            ) from None
    return array.item() if array.ndim == 0 else array


def fresh(value):
    """A deep copy that keeps an array's memory layout: a view with gaps stays one."""
    if isinstance(value, np.ndarray):
        if value.flags.c_contiguous or value.flags.f_contiguous:
            return value.copy(order="A")
        wide = np.zeros((*value.shape[:-1], 2 * value.shape[-1]), dtype=value.dtype)
        wide[..., ::2] = value
        return wide[..., ::2]
    if isinstance(value, tuple | list):
        return type(value)(fresh(entry) for entry in value)
    if isinstance(value, dict):
        return {key: fresh(entry) for key, entry in value.items()}
    return value


def share_memory(a: Any, b: Any) -> bool:
    """Whether an array in a shares memory with an array in b, so that writing into one changes the other."""
    return any(np.may_share_memory(one, other) for one in _in_memory(a) for other in _in_memory(b))


def _in_memory(value):
    """The arrays in a value, and what shares the memory of its tensors."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, dict):
        for entry in value.values():
            yield from _in_memory(entry)
    elif isinstance(value, tuple | list):
        for entry in value:
            yield from _in_memory(entry)
    elif value is not TODO and hasattr(value, "detach") and value.device.type == "cpu":
        yield value.detach().numpy()


def identical(a: Any, b: Any) -> bool:
    """Whether two pieces of data are the same, bit for bit: nothing has been written into them."""
    if isinstance(a, np.ndarray):
        return (
            isinstance(b, np.ndarray)
            and a.dtype == b.dtype
            and a.shape == b.shape
            and a.tobytes() == b.tobytes()
        )
    if isinstance(a, tuple | list):
        return type(a) is type(b) and len(a) == len(b) and all(map(identical, a, b))
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(identical(a[key], b[key]) for key in a)
    return a is b or (type(a) is type(b) and (a == b or a != a))


Path = tuple[str | int, ...]  # to an entry of an output: keys of dicts, places in lists


def difference(got: Any, want: Any, *, alike: bool = False) -> str | None:
    """None if the answer is as good as the right value, else what differs, to follow a noun: "is 2 instead of 1".

    Lists stand for arrays and tuples, 0-d and one-entry arrays for numbers; shapes matter after values. With
    `alike`, nan and infinities count as equal: two overflowing formulas make the same mistake.
    """
    found = first_difference(got, want, alike=alike)
    return found and f"{''.join(f'[{step!r}] ' for step in found[0])}{found[1]}"


def first_difference(got: Any, want: Any, *, alike: bool = False) -> tuple[Path, str] | None:
    """Where an answer first differs from the right value, and how; None if it is as good."""
    if is_blank(got) and not is_blank(want):
        return (), "is None" if got is None else "is not answered yet"
    if isinstance(want, dict):
        return _difference_of_dicts(got, want, alike)
    if isinstance(want, tuple | list):
        return _difference_of_sequences(got, want, alike)
    if isinstance(want, str) or want is None:
        return None if type(got) is type(want) and got == want else ((), f"is {instead(want, got)}")
    reason = _difference_of_numbers(got, want, alike)
    return ((), reason) if reason else None


def _difference_of_dicts(got, want, alike):
    if not isinstance(got, dict):
        return (), f"is {kind_of(got)} instead of a dict with the keys {', '.join(map(str, want))}"
    if got.keys() != want.keys():
        return (), f"has the keys {', '.join(map(str, got))} instead of {', '.join(map(str, want))}"
    return _first((key, got[key], want[key]) for key in want)(alike)


def _difference_of_sequences(got, want, alike):
    if isinstance(got, np.ndarray):
        got = list(got)
    if not isinstance(got, tuple | list):
        return (), f"is {kind_of(got)} instead of a {type(want).__name__} of {len(want)}"
    if len(got) != len(want):
        return (), f"has {plural(len(got), 'entry')} instead of {len(want)}"
    return _first((i, one, other) for i, (one, other) in enumerate(zip(got, want, strict=True)))(alike)


def _first(entries):
    def search(alike):
        for step, one, other in entries:
            if found := first_difference(one, other, alike=alike):
                return (step, *found[0]), found[1]
        return None

    return search


def at_path(value: Any, path: Path) -> Any:
    """The entry of a nested value that a path leads to."""
    for step in path:
        value = value[step]  # type: ignore[index]
    return value


def _difference_of_numbers(said, want, alike):
    try:
        got = _numbers(said)
    except ValueError:  # a ragged list
        return "has rows of different lengths"
    except NotAnswered:
        return "is answered only in part"
    if got.dtype.kind not in "fiubc":
        return f"is {kind_of(got.item() if got.ndim == 0 else got)} instead of {kind_of(want)}"
    if not isinstance(want, np.ndarray):
        if got.size != 1:
            return f"is {kind_of(got)} instead of one number"
        if close(got.reshape(()), want, alike, exact=isinstance(want, int)):
            return None
        return f"is {instead(want, said if got.ndim == 0 else got.item())}"
    if got.shape != want.shape:
        if got.size == want.size and close(got.ravel(), want.ravel(), alike).all():
            if not got.ndim:
                return f"is one number instead of {kind_of(want)}"
            return f"has the right values, but the shape {got.shape} instead of {want.shape}"
        return f"is {kind_of(got)} instead of {kind_of(want)}"
    right = close(got, want, alike)
    if right.all():
        return None
    at = tuple(int(i) for i in np.argwhere(~right)[0])
    place = ", ".join(map(str, at))
    first = f"{instead(want[at].item(), got[at].item())} at [{place}]"
    if want.size <= MOST_ENTRIES or not (np.isfinite(got).all() and np.isfinite(want).all()):
        return f"is {first}"
    size = float(np.abs(_numbers(got) - _numbers(want)).max())
    return f"{_by_up_to(size, int((~right).sum()), want.size)}: {first}"


def _by_up_to(size, count, total):
    return f"differs from the right one by up to {short(size, 2)}, in {count} of {plural(total, 'entry')}"


def spread(got: Any, want: Any) -> str | None:
    """How much a list of arrays differs in all: "differs from the right one by up to 0.7, in 8 of 20 entries".

    None where an array has the wrong shape, or a number is not finite, and where there is only one array.
    """
    try:
        pairs = list(_arrays(got, want))
    except (TypeError, ValueError, NotAnswered):  # of another form
        return None
    if len(pairs) < 2 or not all(is_finite(one) and is_finite(other) for one, other in pairs):
        return None
    wrong = sum(int((~close(one, other)).sum()) for one, other in pairs)
    size = max(float(np.abs(one - other).max(initial=0)) for one, other in pairs)
    return _by_up_to(size, wrong, sum(other.size for _, other in pairs))


def _arrays(got, want) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The arrays of a nested list with those that were expected; ValueError if it holds anything else."""
    if isinstance(want, tuple | list):
        for one, other in zip(got, want, strict=True):
            yield from _arrays(one, other)
        return
    array = _numbers(got)
    if not isinstance(want, np.ndarray) or array.shape != want.shape or array.dtype.kind not in "fiu":
        raise ValueError("not an array of that shape")
    yield array, want


def _numbers(value):
    """An array to compute with: bools count as 0 and 1, and whole numbers may be larger than a machine's."""
    if isinstance(value, int):
        value = float(min(max(value, -(2**1000)), 2**1000))
    array = np.asarray(value)
    return array.astype(int) if array.dtype.kind == "b" else array


def close(got, want, alike: bool = False, *, exact: bool = False) -> np.ndarray:
    """Where got is near enough to want, entry by entry; `exact` for counts."""
    got, want = _numbers(got), _numbers(want)
    finite = np.isfinite(want)
    if exact:
        return np.abs(got - want) < 1e-6
    size = np.abs(np.where(finite, want, 0)).astype(float)
    room = RTOL * size + ATOL * max(size.max(initial=0), 0.02) + FLOAT32 * (got.dtype == np.float32)
    with np.errstate(invalid="ignore", over="ignore"):
        near = (got == want) | (np.abs(got - want) <= room)
    return (
        near & np.isfinite(got) & finite | ((got == want) & ~finite) | (alike & ~finite & ~np.isfinite(got))
    )


def is_finite(value: Any) -> bool:
    """Whether no number in value is nan or infinite."""
    if value is TODO:
        return True
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, tuple | list):
        return all(map(is_finite, value))
    array = np.asarray(value)
    return array.dtype.kind not in "fc" or bool(np.isfinite(array).all())
