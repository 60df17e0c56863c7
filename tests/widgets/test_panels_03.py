"""Lesson 03's interactives: what holds for them alone."""

import re

import numpy as np
import pytest
from looking import alt, bring, made

from coursekit import widgets
from coursekit.plots.backpropagation import broken_backprop as bb
from coursekit.plots.backpropagation.backprop_views import COLUMNS, HEIGHTS


def press(panel, x, y):
    """A press on a point of the graph, in its data coordinates."""
    across, up = panel.drawing.axes[0].transData.transform((x, y)) / panel.drawing.figure.bbox.size
    panel._access.pointer = [
        float(across),
        float(1 - up),
        panel._access.pointer[2] + 1 if panel._access.pointer else 1.0,
    ]


def test_a_press_on_a_connection_chooses_it():
    panel = made(widgets.backpropagation)
    start, end = np.array([COLUMNS[1], HEIGHTS[1][1]]), np.array([COLUMNS[2], HEIGHTS[2][0]])
    press(panel, *(start + 0.7 * (end - start)))
    assert bb.parameter_names()[panel.state["weight"]] == "W⁽²⁾₁₂"
    assert "∂C/∂W⁽²⁾₁₂" in alt(panel)
    press(panel, COLUMNS[2], HEIGHTS[2][1])
    assert bb.parameter_names()[panel.state["weight"]] == "b⁽²⁾₂"


def test_the_panel_says_which_check_notices():
    panel = widgets.backpropagation(weight="W⁽³⁾₁₁", bug="transpose forgotten")
    assert "✓ cost falls" in alt(panel)
    assert "✓ this weight ✗ every weight (10 of 19 differ)" in alt(panel)
    bring(panel, bug="x instead of a⁽¹⁾")
    assert "✗ shapes fit – cost falls" in alt(panel)


def test_the_first_panel_has_no_more_than_the_chain_rule():
    panel = widgets.backpropagation(only_chain=True)
    assert set(panel.controls) == {"weight", "y"}
    assert "∂C/∂W⁽¹⁾₁₃" in alt(panel)
    bring(panel, y=0.25)
    assert "target 0.250" in alt(panel)


def test_unknown_weights_and_bugs_are_refused():
    with pytest.raises(ValueError, match="weight"):
        widgets.backpropagation(weight="W⁽⁴⁾₁₁")
    with pytest.raises(ValueError, match="bug"):
        widgets.backpropagation(bug="typo")


def errors(panel):
    """The two errors at the step that is marked, and the least of the second."""
    forward, central = (line.get_ydata() for line in panel.drawing.lines)
    at = int(np.argmin(abs(np.log(panel.drawing.steps / panel.state["at"]))))
    return forward[at], central[at], central.min()


def test_what_the_lesson_says_of_steps():
    panel = made(widgets.gradient_step)
    forward, central, _ = errors(panel)
    assert central < 1e-9 < 1e-7 < forward  # two-sided is better by far
    bring(panel, precision="float32")
    assert errors(panel)[1] > 1e-3  # "off by a percent"
    assert errors(panel)[2] > 1e-6  # "no step gets far below the bound"
    bring(panel, precision="float64", unit="ReLU, kink 1e-4 away", at=1e-3)
    assert errors(panel)[1] == pytest.approx(0.5, abs=0.1)  # "wrong by about half"
    bring(panel, at=1e-5)
    assert errors(panel)[1] < 1e-8


def test_runs_on_xor_depend_on_units_and_first_weights():
    panel = widgets.xor_runs(runs=8, epochs=1500)  # without an event loop all the work is done at once
    assert re.search(r"epoch 1500: [3-8] of 8 runs solved", alt(panel))
    for state, solved in (({"hidden": 1}, "0 of 8"), ({"hidden": 8, "limit": 2}, "8 of 8")):
        words = panel.still(**panel.state | state)[1]
        assert f"{solved} runs solved" in words


def test_the_same_choice_gives_the_same_runs():
    one, other = (widgets.xor_runs(runs=3, epochs=50) for _ in range(2))
    assert alt(one) == alt(other)
