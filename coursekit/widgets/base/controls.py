"""Controls of one look, for `Explorer`: each is an ipywidget with a `value`, whose description is its name."""

import math

import ipywidgets
import traitlets

_STYLE = {"description_width": "initial"}
_WIDE = {"width": "100%", "max_width": "560px"}


def slider(name, low, high, value, step):
    """A slider from low to high: of whole numbers if all four are ints, else of floats."""
    whole = all(isinstance(number, int) for number in (low, high, value, step))
    digits = max(0, len(f"{step:.10f}".rstrip("0").partition(".")[2]))
    return (ipywidgets.IntSlider if whole else ipywidgets.FloatSlider)(
        value,
        min=low,
        max=high,
        step=step,
        description=name,
        readout_format="d" if whole else f".{digits}f",
        style={"description_width": f"{max(6.5, 0.55 * len(name)):g}em"},  # sliders of a panel start in line
        layout=_WIDE,
    )


def round_step(low, high):
    """The largest of …, 0.1, 0.2, 0.5, 1, 2, 5, … that gives at least 100 steps from low to high."""
    finest = (high - low) / 100
    power = 10.0 ** math.floor(math.log10(finest))
    return round(max(digit * power for digit in (1, 2, 5) if digit * power <= finest * 1.000001), 12)


def scale(name, values, value):
    """A slider over listed numbers, for a scale with uneven steps."""
    options = [(f"{v:g}".replace("-", "−"), v) for v in values]
    return ipywidgets.SelectionSlider(
        options=options, value=value, description=name, style=_STYLE, layout=_WIDE
    )


def choice(name, options, value):
    """A drop-down list; options: {text shown: value}."""
    return ipywidgets.Dropdown(
        options=options, value=value, description=name, style=_STYLE, layout={"width": "max-content"}
    )


def switch(name, value=False):
    """A box to check: True or False."""
    return ipywidgets.Checkbox(value, description=name, indent=False, layout={"width": "max-content"})


class Again(ipywidgets.Button):
    """A button whose `value` counts how often it was pressed: a seed for "draw another sample"."""

    value = traitlets.Int(0)

    def __init__(self, name):
        super().__init__(description=name, layout={"width": "max-content"})
        self.on_click(self._count)

    def _count(self, _):
        self.value += 1


def player(scale, milliseconds=200):
    """Play, pause and stop for a `scale`: the browser moves it on, one value each tick."""
    play = ipywidgets.Play(
        min=0,
        max=len(scale.options) - 1,
        value=scale.index,
        interval=milliseconds,
        description=scale.description,
        show_repeat=False,
    )
    ipywidgets.link((play, "value"), (scale, "index"))
    return play


def values(control):
    """Every value that a control can take on, in its order; of an `Again`, the first five."""
    if isinstance(control, Again):
        return list(range(5))
    if isinstance(control, ipywidgets.Checkbox):
        return [False, True]
    if hasattr(control, "step"):
        steps = round((control.max - control.min) / control.step)
        kind = type(control.value)
        return [kind(round(control.min + i * control.step, 10)) for i in range(steps + 1)]
    return [value for _, value in control._options_full]


def position(control):
    """The position of its value among all of them."""
    if hasattr(control, "step"):
        return round((control.value - control.min) / control.step)
    return values(control).index(control.value)


def say(control, value):
    """The value as the control's readout says it."""
    if isinstance(control, ipywidgets.Checkbox):
        return "on" if value else "off"
    if hasattr(control, "step"):
        return f"{value:{control.readout_format}}"
    labels = {listed: label for label, listed in getattr(control, "_options_full", ())}
    return labels.get(value, str(value))


def put(control, value):
    """Set a control to the nearest value that it can take on."""
    if hasattr(control, "step"):
        value = control.min + round((value - control.min) / control.step) * control.step
        control.value = min(max(value, control.min), control.max)
    elif isinstance(control, ipywidgets.SelectionSlider):
        control.value = min(values(control), key=lambda listed: abs(listed - value))
    else:
        control.value = value
