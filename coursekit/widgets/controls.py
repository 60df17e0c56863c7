"""Sliders and lists of one look, for `Explorer`: each is an ipywidget whose description is its name."""

import math

import ipywidgets

_STYLE = {"description_width": "initial"}
_WIDE = {"width": "100%", "max_width": "560px"}


def slider(name, low, high, value, step):
    """A slider of numbers from low to high."""
    digits = max(0, len(f"{step:.10f}".rstrip("0").partition(".")[2]))
    return ipywidgets.FloatSlider(
        value,
        min=low,
        max=high,
        step=step,
        description=name,
        readout_format=f".{digits}f",
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
