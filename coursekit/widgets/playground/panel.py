"""The playground as a widget. Its whole model runs in the page: Python only gives the situation and receives it."""

from collections.abc import Sequence
from typing import Any

import anywidget
import traitlets

from coursekit import checks
from coursekit.widgets.base import reruns
from coursekit.widgets.playground import bundle

ELSEWHERE = "The playground trains a network in the page. Run this cell to see it."


class Playground(anywidget.AnyWidget):
    """The widget. `state` is the situation, as the visitor has changed it so far: {"task": "moons", …}."""

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)

    def __init__(self, state: dict[str, Any]) -> None:
        super().__init__(_esm=bundle.script(), _css=bundle.styles(), state=state)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle_and_metadata = super()._repr_mimebundle_(**options)
        data = bundle_and_metadata[0] if isinstance(bundle_and_metadata, tuple) else bundle_and_metadata
        if data is not None:
            data["text/html"] = f"<p>{ELSEWHERE}</p>"
            data["text/plain"] = ELSEWHERE
        return bundle_and_metadata


def playground(
    task: str = "moons",
    layers: Sequence[int] = (4, 4),
    *,
    activation: str = "tanh",
    init: str = "glorot",
    loss: str = "cross_entropy",
    optimizer: str = "sgd",
    rate: float = 0.1,
    batch: int = 16,
    penalty: str = "none",
    lam: float = 0.1,
    dropout: float = 0,
    norm: bool = False,
    noise: float = 0,
    train: float = 0.5,
    seed: int = 1,
    guide: str = "none",
) -> Playground:
    """Train a small network in the page and watch it: what each unit computes, its weights, losses and error signals.

        widgets.playground(task="spirals", layers=[8, 8], activation="relu")

    task        "xor", "circles", "moons", "spirals", "curve" (one input, a number to predict) or "digits" (3 and 8)
    layers      units of each hidden layer: at most four layers of at most eight units
    activation  "linear", "sigmoid", "tanh", "relu" or "leaky_relu"
    init        "glorot", "he", "heuristic" (uniform, ±1/√m), "small" (uniform, ±0.05), "large" (normal, σ = 2) or
                "equal" (all 0.5)
    loss        "cross_entropy", "squared" or "absolute"
    optimizer   "sgd", "momentum", "nesterov", "rmsprop" or "adam"
    rate, batch, lam, dropout, noise, train
                one of the values in `page/choices.js`: learning rate; batch size; strength λ of the penalty; share of
                units dropped; share of labels turned around; share of the points for training
    penalty     "none", "l1" or "l2"; the cost is loss + λ/(2m) Σ|w| or λ/(2m) Σw² for m training points
    norm        batch norm in the hidden layers
    seed        0 to 999, of points, weights and batches
    guide       a task to solve: "bend", "equal", "memorize", "rate" or "vanishing"; it sets the situation

    The widget's `state` follows what is changed in the page. Raises ValueError for a value that cannot be chosen.
    """
    state = {
        "task": task, "layers": list(layers), "activation": activation, "init": init, "loss": loss,
        "optimizer": optimizer, "rate": rate, "batch": batch, "penalty": penalty, "lam": lam, "dropout": dropout,
        "norm": norm, "noise": noise, "train": train, "seed": seed, "guide": guide,
    }  # fmt: skip
    for key, value in state.items():
        _check(key, value)
    panel = Playground(state)
    reruns.free_earlier(panel)
    return panel


def _check(key: str, value: Any) -> None:
    choice = bundle.choices()[key]
    if "options" in choice or "values" in choice:
        checks.one_of("playground", key, value, list(choice.get("options") or choice["values"]))
    elif key == "layers":
        most = choice["most_units"]
        good = [isinstance(units, int) and 1 <= units <= most for units in value]
        if len(value) > choice["most_layers"] or not all(good):
            raise ValueError(
                f"playground: layers must hold at most {choice['most_layers']} numbers of units from 1 to {most}, for example "
                f"[4, 4], but is {value!r}."
            )
    elif key == "seed":
        checks.number("playground", key, value, choice["least"], choice["most"])
        if value != int(value):
            raise ValueError(f"playground: seed must be a whole number, but is {value!r}.")
    elif not isinstance(value, bool):
        raise TypeError(f"playground: {key} must be True or False, but is {value!r}.")
