"""The controls of a question: radio buttons for options, a slider that starts empty for a range of numbers."""

import hashlib
import itertools
import math
from collections.abc import Sequence
from typing import Any

import ipywidgets
import numpy as np

from coursekit.plots.base import inputs
from coursekit.plots.base.style import number
from coursekit.widgets.base.controls import round_step

NOT_SET = "not set"
DECADES = 2  # a range that spans at least this many gets a logarithmic scale
STEPS_PER_DECADE = 20
_WIDE = {"width": "100%", "max_width": "480px"}
_AS_WIDE_AS_ITS_TEXT = {"width": "max-content", "max_width": "100%"}


def options_control(options: Sequence[Any], identity: str, ordered: bool) -> ipywidgets.RadioButtons:
    """Radio buttons, none of them chosen.

    Unless the options are `ordered`, or are numbers listed in increasing order, they are shuffled, so that their
    places say nothing about the answer. The order depends on the question's id alone: it is the same for everybody.
    """
    if isinstance(options, str) or len(set(options)) < 2:
        raise ValueError(
            f"predict: options must be a list of at least two different answers, not {options!r}."
        )
    shown = list(options)
    if not ordered and not _increasing_numbers(shown):
        seed = int.from_bytes(hashlib.sha256(identity.encode()).digest()[:8], "big")
        shown = [shown[i] for i in np.random.default_rng(seed).permutation(len(shown))]
    return ipywidgets.RadioButtons(options=shown, value=None, layout=_AS_WIDE_AS_ITS_TEXT)


def _increasing_numbers(options: list[Any]) -> bool:
    try:
        values = [float(str(option).replace(",", "")) for option in options]
    except ValueError:
        return False
    return all(low < high for low, high in itertools.pairwise(values))


def number_control(between: Sequence[float], unit: str, log: bool | None) -> ipywidgets.SelectionSlider:
    """A slider from low to high whose first position means "not set".

    Whole numbers where both ends are ints. log: whether the steps are equal factors; by default where
    0 < low and high ≥ 100 low.
    """
    low, high = inputs.interval("predict", "between", between)
    whole = isinstance(low, int) and isinstance(high, int)
    if is_logarithmic(between, log):
        count = math.ceil(STEPS_PER_DECADE * math.log10(high / low)) + 1
        values = [float(f"{value:.2g}") for value in np.geomspace(low, high, count)]
    else:
        step = max(1, round_step(low, high)) if whole else round_step(low, high)
        values = [round(low + i * step, 10) for i in range(int((high - low) / step + 1e-9) + 1)]
    values = sorted({low, high, *(round(value) if whole else value for value in values)})
    options = [(NOT_SET, NOT_SET), *((with_unit(value, unit), value) for value in values)]
    return ipywidgets.SelectionSlider(options=options, layout=_WIDE)


def is_logarithmic(between: Sequence[float], log: bool | None) -> bool:
    """Whether a question about this range is asked, and its guesses are judged, by factors."""
    low, high = between
    if log and low <= 0:
        raise ValueError(
            f"predict: with log=True the range must begin above 0, but between is ({low:g}, {high:g})."
        )
    return low > 0 and high >= 10**DECADES * low if log is None else bool(log)


def chosen(control: ipywidgets.RadioButtons | ipywidgets.SelectionSlider) -> Any:
    """The guess that the control shows, or None."""
    return None if control.value == NOT_SET else control.value


def clear(control: Any) -> None:
    """Make the control empty again."""
    control.index = 0 if hasattr(control, "readout") else None  # of a slider, the first position


def nearest(control: Any, value: float) -> float:
    """The value of the slider that is nearest to this one."""
    return min((listed for _, listed in control.options if listed != NOT_SET), key=lambda v: abs(v - value))


def is_close(guess: float, value: float, logarithmic: bool) -> bool:
    """Whether a guessed number counts as right: within 10 %, or within a factor of 1.5 on a logarithmic scale."""
    if logarithmic and value > 0:
        return max(guess / value, value / guess) <= 1.5
    return abs(guess - value) <= 0.1 * abs(value)


def how_far(guess: float, value: float, logarithmic: bool, unit: str) -> str:
    """By how much, or by which factor, a guess is too high or too low."""
    side = "high" if guess > value else "low"
    if logarithmic and value > 0:
        return f"too {side} by a factor of {max(guess / value, value / guess):.2g}"
    return f"too {side} by {with_unit(abs(guess - value), unit)}"


def with_unit(value: float, unit: str) -> str:
    """A number as questions and answers print it, with its unit."""
    text = f"{value:,}".replace("-", "−") if isinstance(value, int) else number(value)
    return f"{text} {unit}".rstrip()
