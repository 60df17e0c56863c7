"""Laws of the controls."""

import ipywidgets
import pytest

from coursekit.widgets.base import controls

EVERY = {
    "slider": controls.slider("x", -1, 2, 0.5, 0.5),
    "whole": controls.slider("n", 1, 4, 2, 1),
    "scale": controls.scale("rate", [0.1, 1, 30], 1),
    "choice": controls.choice("y", {"zero": 0, "one": 1}, 0),
    "switch": controls.switch("break it"),
    "again": controls.Again("another sample"),
}
every_control = pytest.mark.parametrize("control", EVERY.values(), ids=EVERY)


def test_a_play_button_walks_through_the_scale():
    scale = controls.scale("z", [-10.0, 0.0, 100.0], 0.0)
    play = controls.player(scale)
    assert (play.min, play.max, play.value) == (0, 2, 1)
    play.value = 2
    assert scale.value == 100
    scale.value = -10
    assert play.value == 0


@pytest.mark.parametrize(
    ("low", "high", "step"), [(-3, 3, 0.05), (-60, 140, 2), (0, 1, 0.01), (0, 0.9, 0.005)]
)
def test_round_steps(low, high, step):
    assert controls.round_step(low, high) == step


@every_control
def test_it_can_take_on_each_of_its_values(control):
    every = controls.values(control)
    assert len(every) == len(set(every)) > 1
    for value in every:
        controls.put(control, value)
        assert control.value == value
        assert type(control.value) is type(value)


def test_the_values_of_each_kind():
    listed = {name: controls.values(control) for name, control in EVERY.items()}
    assert listed == {
        "slider": [-1, -0.5, 0, 0.5, 1, 1.5, 2],
        "whole": [1, 2, 3, 4],
        "scale": [0.1, 1, 30],
        "choice": [0, 1],
        "switch": [False, True],
        "again": [0, 1, 2, 3, 4],
    }


@pytest.mark.parametrize(
    ("name", "value", "nearest"),
    [("slider", 0.7, 0.5), ("slider", 99, 2), ("whole", 2.6, 3), ("whole", -5, 1), ("scale", 12, 1)],
)
def test_a_pointer_sets_the_nearest_value(name, value, nearest):
    controls.put(EVERY[name], value)
    assert EVERY[name].value == nearest


def test_whole_numbers_stay_whole():
    assert isinstance(EVERY["whole"], ipywidgets.IntSlider)


def test_a_button_counts_its_presses():
    button = controls.Again("another sample")
    button.click()
    button.click()
    assert button.value == 2
