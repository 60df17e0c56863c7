"""Lesson 03: one backward pass in three views with a bug to put in, the step of a gradient check, runs on XOR."""

import numpy as np

from coursekit import checks
from coursekit import numpy_backend as ck
from coursekit.plots.backpropagation import broken_backprop as bb
from coursekit.plots.backpropagation.backprop_views import BackpropViews
from coursekit.plots.backpropagation.step_errors import StepErrors
from coursekit.plots.base.growing_runs import GrowingRuns
from coursekit.widgets.base import controls
from coursekit.widgets.base.explorer import Explorer


def backpropagation(weight: str = "W⁽¹⁾₁₃", bug: str = "none", only_chain: bool = False) -> Explorer:
    """Click on a connection of the 4-2-2-1 network: its derivative as a chain of factors, in Mitchell's lines, in matrices.

    A click on a unit chooses its bias. "Break it" puts a named bug into the backward pass; the checks beneath say whether
    they notice. The target and the kind of output unit can be changed. weight, bug: the ones to start with. only_chain:
    show only the chain of factors, with a choice of the weight and of the target.
    """
    names = bb.parameter_names()
    start = names.index(checks.one_of("backpropagation", "weight", weight, names))
    checks.one_of("backpropagation", "bug", bug, tuple(bb.BUGS))
    drawing = BackpropViews(bb.WEIGHTS, bb.BIASES, bb.X, only_chain)

    def clicked(panel, x, y):
        nearest = drawing.nearest(x, y) if panel == 0 else None
        return {} if nearest is None else {"weight": nearest}

    choices = {
        "weight": controls.choice("weight", {name: i for i, name in enumerate(names)}, start),
        "bug": controls.choice("break it", {name: name for name in bb.BUGS}, bug),
        "output": controls.choice(
            "output unit", {"linear": "linear", "sigmoid (Mitchell)": "sigmoid"}, "linear"
        ),
        "y": controls.slider("target y", -1.0, 2.0, 1.0, 0.25),
    }
    shown = ("weight", "y") if only_chain else choices
    return Explorer(drawing, {name: choices[name] for name in shown}, click=clicked)


STEPS = 10.0 ** (np.arange(-26, 0) / 2)  # 1e-13 to 0.3, two a decade
KINKS = {
    "sigmoid": None,
    "ReLU, kink 1e-2 away": 1e-2,
    "ReLU, kink 1e-4 away": 1e-4,
    "ReLU, kink 1e-6 away": 1e-6,
}


def _cost(z, kink, precision):
    """log(1 + exp(0.7 − 1.4 f(z))) of one hidden unit, all in this precision; f is the sigmoid or, with a kink, ReLU."""
    number = np.dtype(precision).type
    z = number(z)
    a = number(1) / (number(1) + np.exp(-z)) if kink is None else np.maximum(z, number(0))
    return np.log1p(np.exp(number(0.7) - number(1.4) * a))


def _slope(z, kink):
    """Its derivative, exactly."""
    a, inner = (bb.sigmoid(z), None) if kink is None else (max(z, 0.0), float(z > 0))
    return -1.4 * bb.sigmoid(0.7 - 1.4 * a) * (a * (1 - a) if inner is None else inner)


def gradient_step() -> Explorer:
    """Choose the step of a gradient check: forward and central differences, in two precisions, near a kink or not."""

    def model(at, unit, precision):
        kink = KINKS[unit]
        z = 0.3 if kink is None else kink
        right = _slope(z, kink)
        number = np.dtype(precision).type
        errors = {"forward": [], "central": []}
        for h in STEPS:
            up, here, down = (float(_cost(number(z) + number(d), kink, precision)) for d in (h, 0, -h))
            errors["forward"].append(abs((up - here) / h - right) / abs(right))
            errors["central"].append(abs((up - down) / (2 * h) - right) / abs(right))
        return {
            "errors": {method: np.array(e) for method, e in errors.items()},
            "at": int(np.argmin(abs(np.log(STEPS / at)))),
            "state": f"{unit}, {precision}",
        }

    return Explorer(
        StepErrors(("forward", "central"), STEPS),
        {
            "at": controls.scale("step h", [float(f"{h:.2g}") for h in STEPS], 1e-5),
            "unit": controls.choice("hidden unit", {unit: unit for unit in KINKS}, "sigmoid"),
            "precision": controls.choice(
                "precision", {"float64": "float64", "float32": "float32"}, "float64"
            ),
        },
        model=model,
    )


def xor_runs(runs: int = 20, epochs: int = 1500) -> Explorer:
    """Choose hidden units, initial weights and η: networks of two sigmoid layers learn XOR, each run a line of its own.

    Stochastic gradient descent on ½(t − o)², one example at a time, in a new order each epoch; weights and thresholds
    start uniformly in ± the range chosen.
    """
    runs = checks.positive_integer("xor_runs", "runs", runs, least=2)
    epochs = checks.positive_integer("xor_runs", "epochs", epochs, least=25)
    x = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    t = np.array([[0.0], [1], [1], [0]])
    every = 25

    def model(hidden, limit, eta):
        rng = np.random.default_rng(0)
        net = ck.mlp([2, hidden, 1], ck.sigmoid, rng=rng, ensemble=(runs,), output=ck.sigmoid)
        for p in net.parameters().values():
            p[...] = rng.uniform(-limit, limit, p.shape)
        sgd, found = ck.SGD(net.parameters(), lr=eta / 2), []  # mse has no ½
        for _ in range(epochs // every):
            history = ck.fit(net, x, t, loss=ck.mse, optimizer=sgd, epochs=every, batch_size=1, rng=rng)
            found.append(history.train[-1])
            state = f"hidden units: {hidden}, weights from ±{limit:g}, η = {eta:g}"
            yield {"values": np.array(found), "every": every, "state": state}

    return Explorer(
        GrowingRuns(epochs, "mean squared error", (0, 0.45), 0.02),
        {
            "hidden": controls.scale("hidden units", [1, 2, 3, 4, 8], 2),
            "limit": controls.scale("weights from ±", [0.05, 0.2, 0.5, 1, 2, 4], 1),
            "eta": controls.scale("rate η", [0.1, 0.3, 0.5, 1, 2, 5], 2),
        },
        model=model,
    )
