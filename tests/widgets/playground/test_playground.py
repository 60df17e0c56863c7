"""Laws of the playground: what it accepts, its addresses, its guided tasks, and its page in a browser."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from coursekit import widgets
from coursekit.widgets.playground import bundle

HERE = Path(__file__).parent
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="no Node.js: apt install nodejs")


@pytest.fixture(scope="module")
def script(tmp_path_factory):
    """The page's script as a file that Node can import."""
    file = tmp_path_factory.mktemp("playground") / "playground.mjs"
    file.write_text(bundle.script(), encoding="utf-8")
    return file


def node(script, program, asked):
    """What a program in JavaScript answers to `asked`."""
    command = ["node", HERE / program, script]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_widget_holds_the_situation_and_says_elsewhere_what_it_is():
    panel = widgets.playground("xor", [3, 2], activation="relu", seed=7)
    assert panel.state["task"] == "xor"
    assert panel.state["layers"] == [3, 2]
    assert set(panel.state) == set(bundle.choices())
    data = panel._repr_mimebundle_()
    data = data[0] if isinstance(data, tuple) else data
    assert "trains a network" in data["text/html"]
    panel.close()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"task": "mnist"}, "task must be one of 'xor', 'circles'"),
        ({"rate": 0.2}, "rate must be one of 0.0001"),
        ({"layers": [9]}, r"layers must hold at most 4 numbers of units from 1 to 8, .* but is \[9\]"),
        ({"layers": [1] * 5}, "layers must hold at most 4"),
        ({"seed": -1}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"guide": "none of them"}, "guide must be one of 'none', 'bend'"),
        ({"norm": 1}, "norm must be True or False"),
    ],
)
def test_what_cannot_be_chosen_is_refused(wrong, message):
    with pytest.raises((TypeError, ValueError), match=message):
        widgets.playground(**wrong)


def test_the_script_is_small():
    assert len(bundle.script().encode()) < 60_000


@needs_node
def test_an_address_leads_to_the_same_situation(script):
    states = [
        {"task": "xor", "layers": [4, 2], "norm": True, "rate": 0.003},
        {"layers": [], "guide": "rate"},
        {},
    ]
    for state, (address, back) in zip(states, node(script, "addresses.mjs", states), strict=True):
        assert back == {key: choice["default"] for key, choice in bundle.choices().items()} | state
        assert all(f"{key}=" in address for key in state)


@needs_node
def test_an_address_that_makes_no_sense_leads_to_the_defaults(script):
    strange = {
        "task": "<script>",
        "layers": [99],
        "rate": "fast",
        "seed": 1e9,
        "unknown": 1,
        "norm": "perhaps",
    }
    ((_, back),) = node(script, "addresses.mjs", [strange])
    assert back == {key: choice["default"] for key, choice in bundle.choices().items()}


GUIDED = [
    ("bend", {}, 3000, None),
    ("bend", {"activation": "tanh"}, 3000, "the activation tanh"),
    ("equal", {}, 4000, None),
    ("equal", {"init": "glorot"}, 4000, "different initial weights"),
    ("memorize", {}, 3200, None),
    ("memorize", {"penalty": "l2", "lam": 10}, 3200, None),
    ("memorize", {"penalty": "l2", "lam": 1}, 3200, "an L2 penalty"),
    ("memorize", {"dropout": 0.5}, 3200, "dropout"),
    ("rate", {}, 2000, None),
    ("rate", {"rate": 0.01}, 2000, None),
    ("rate", {"rate": 0.3}, 2000, "rate 0.3"),
    ("vanishing", {}, 5000, None),
    ("vanishing", {"optimizer": "adam"}, 5000, None),
    ("vanishing", {"norm": True}, 5000, "batch norm"),
    ("vanishing", {"init": "large"}, 5000, "larger initial weights"),
]


@needs_node
def test_a_guided_task_is_unsolved_at_first_and_recognizes_each_solution(script):
    asked = [{"guide": guide, "changes": changes, "steps": steps} for guide, changes, steps, _ in GUIDED]
    assert node(script, "guides.mjs", asked) == [way for *_, way in GUIDED]
