"""Settings of a training, read from what `fit` was given: what a recipe did, whatever its author says about it.

meter = capstone.Metered(ck, watched=task)
recipe(meter, task.x, task.y, task.x_new, rng)
meter.settings            # ({"images": 600, "relabeled": 0.0, "networks": 1, "width": (64,), "dropout": 0.5, …}, …)
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from coursekit.training.members import named_parameters

Settings = dict[str, Any]

# Each setting: what the page calls it.
NAMES = {
    "trainings": "trainings, one after another",
    "networks": "networks trained side by side",
    "width": "hidden units, layer by layer",
    "activation": "activation of the hidden layers",
    "dropout": "dropout probability",
    "batch_norm": "batch norm",
    "optimizer": "optimizer",
    "momentum": "momentum",
    "rate": "learning rate at the start",
    "last_rate": "learning rate at the end",
    "schedule": "course of the learning rate",
    "epochs": "epochs",
    "batch_size": "batch size",
    "penalty": "penalty",
    "lam": "strength λ of the penalty",
    "early_stopping": "patience of early stopping, in epochs (0: none)",
    "images": "images in an epoch",
    "relabeled": "labels replaced by the recipe, in %",
}
CLOSE = 0.02  # relative difference below which two numbers are the same setting: 33.3 is a third of 100


def settings_of(
    net: Any,
    X: ArrayLike,
    y: ArrayLike,
    arguments: Mapping[str, Any],
    epochs: int,
    given: Mapping[bytes, int],
) -> Settings:
    """The settings of a training of `net` on (X, y) over `epochs` epochs.

    arguments: those of `fit`. given: {bytes of an image: its given label}; labels that differ are "relabeled".
    """
    weights = [np.shape(p) for key, p in named_parameters(net).items() if key.endswith("W")]
    layers = list(getattr(net, "layers", None) or net)
    kinds = {type(layer).__name__: layer for layer in reversed(layers)}  # the first of each kind
    steps = epochs * math.ceil(np.shape(X)[-2] / (arguments.get("batch_size") or np.shape(X)[-2]))
    first, last = _rates(arguments["optimizer"], steps)
    penalty = arguments.get("penalty")
    return {
        "networks": math.prod(weights[0][:-2]),
        "width": tuple(int(shape[-2]) for shape in weights[:-1]),
        "activation": _name(kinds["Activation"].f) if len(weights) > 1 and "Activation" in kinds else "none",
        "dropout": float(getattr(kinds.get("Dropout"), "p", 0.0)),
        "batch_norm": "BatchNorm" in kinds,
        "optimizer": type(arguments["optimizer"]).__name__,
        "momentum": _number(_option(arguments["optimizer"], "momentum")),
        "rate": first,
        "last_rate": last,
        "schedule": "constant" if last == first else "falling" if last < first else "rising",
        "epochs": epochs,
        "batch_size": int(arguments.get("batch_size") or np.shape(X)[-2]),
        "penalty": _name(penalty) if penalty is not None else "none",
        "lam": _number(arguments.get("lam", 0.0)) if penalty is not None else 0.0,
        "early_stopping": int(arguments.get("early_stopping") or 0),
        "images": int(np.shape(X)[-2]),
        "relabeled": _relabeled(X, y, given),
    }


def same(one: Any, other: Any) -> bool:
    """Whether two values of a setting are the same: numbers nearly, words and numbers as they are read."""
    one, other = (
        value[0] if isinstance(value, tuple | list) and len(value) == 1 else value for value in (one, other)
    )
    if isinstance(one, bool | np.bool_ | str) or isinstance(other, bool | np.bool_ | str):
        return _read(one) == _read(other)
    if isinstance(one, tuple | list) and isinstance(other, tuple | list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=CLOSE, abs_tol=1e-9)
    return False


def _read(value):
    """A value as text, so that it can be compared with a word."""
    text = str(value).lower().strip() if isinstance(value, str) else in_words(value)
    return {"true": "yes", "false": "no"}.get(text, text)


def in_words(value: Any) -> str:
    """A value of a setting as a reader expects it: "yes", "64, 32", "0.05"."""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return ", ".join(map(in_words, value)) or "no hidden layer"
    return (
        f"{value:.3g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
    )


def over_draws(values: Sequence[Any]) -> str:
    """One setting of one training over the draws, in words: "19", or "12 to 23"."""
    if all(value == values[0] for value in values):
        return in_words(values[0])
    if all(isinstance(value, int | float) for value in values):
        return f"{in_words(min(values))} to {in_words(max(values))}"
    return "different"


def in_a_sentence(trainings: Sequence[Settings]) -> str:
    """What a recipe trained, in a sentence: "It trains once: a network with 64 hidden units (relu), …"."""
    parts = in_parts(trainings)
    if not parts:
        return "It trains no network with fit."
    if len(parts) == 1:
        return (
            f"It trains {'once' if len(trainings) == 1 else f'{len(trainings)} times the same'}: {parts[0]}."
        )
    shown = [f"({i}) {part}" for i, part in enumerate(parts, 1)]
    return f"It trains {'twice' if len(trainings) == 2 else f'{len(trainings)} times'}: {'; '.join(shown)}."


def in_parts(trainings: Sequence[Settings]) -> list[str]:
    """A description of each training, at most four; one for all if they are the same."""
    parts = [_in_words_of_one(settings) for settings in trainings]
    if len(set(parts)) == 1:
        return parts[:1]
    more = [f"{len(parts) - 4} more trainings"] if len(parts) > 4 else []
    return [*parts[:4], *more]


def _in_words_of_one(settings):
    count, width = settings["networks"], settings["width"]
    units = f"{in_words(width)} hidden units ({settings['activation']})" if width else "no hidden layer"
    words = [f"{'a network' if count == 1 else f'{count} networks side by side'} with {units}"]
    if settings["batch_norm"]:
        words.append("batch norm")
    if settings["dropout"]:
        words.append(f"dropout {in_words(settings['dropout'])}")
    if settings["lam"]:
        words.append(f"{settings['penalty']} penalty with λ = {in_words(settings['lam'])}")
    course = "" if settings["schedule"] == "constant" else f" and {settings['schedule']}"
    rate = f"{settings['optimizer']} at rate {in_words(settings['rate'])}{course}"
    words.append(f"{rate}, {settings['epochs']} epochs of {settings['images']} images")
    if settings["early_stopping"]:
        words.append(f"early stopping with patience {settings['early_stopping']}")
    if settings["relabeled"]:
        words.append(f"{in_words(settings['relabeled'])} % of the labels replaced")
    return ", ".join(words)


def _rates(optimizer, steps):
    """The learning rate of the first and of the last step."""
    rate = getattr(optimizer, "schedule", None) or _option(optimizer, "lr")  # torch keeps a schedule apart
    if callable(rate):
        return _number(rate(0)), _number(rate(max(steps - 1, 0)))
    return _number(rate), _number(rate)


def _option(optimizer, name):
    """A setting of an optimizer of either backend, or of torch.optim; 0 if it has none of this name."""
    value = getattr(optimizer, name, None)
    if value is not None:
        return value
    groups = getattr(optimizer, "param_groups", [{}])
    return groups[0].get(name, 0.0)


def _number(value):
    """A number; of several members' numbers the mean."""
    value = value.detach().cpu() if hasattr(value, "detach") else value
    return float(np.mean(np.asarray(value, dtype=float)))


def _name(function):
    return getattr(function, "__name__", type(function).__name__)


def _relabeled(X, y, given):
    """Percent of the rows whose label is not the given one; rows that were not given, such as copies, do not count."""
    if not given:
        return 0.0
    rows = np.asarray(X, dtype=float).reshape(-1, np.shape(X)[-1])
    labels = np.asarray(y, dtype=float)
    labels = (
        np.broadcast_to(labels, (*np.shape(X)[:-1], labels.shape[-1])).reshape(len(rows), -1).argmax(axis=1)
    )
    pairs = [
        (given[key], label)
        for row, label in zip(rows, labels, strict=True)
        if (key := row.tobytes()) in given
    ]
    return round(100 * float(np.mean([a != b for a, b in pairs])), 1) if pairs else 0.0
