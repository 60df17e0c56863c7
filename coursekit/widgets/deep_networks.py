"""Lesson 07a: the error signal against depth, and the patient game."""

import functools

import numpy as np

from coursekit import checks, data, initializers
from coursekit import numpy_backend as ck
from coursekit.experiments import clinic
from coursekit.plots.deep_networks.error_signals import SignalByDepth
from coursekit.plots.deep_networks.patient_chart import PatientChart
from coursekit.widgets.base import controls
from coursekit.widgets.base.explorer import Explorer
from coursekit.widgets.base.training import epochs_of

ACTIVATIONS = {"sigmoid": ck.sigmoid, "tanh": ck.tanh, "ReLU": ck.relu}
INITIAL_WEIGHTS = {
    "small, ±0.05": initializers.small_uniform(0.05),
    "heuristic, ±1/√m": clinic.heuristic,
    "Glorot": initializers.glorot,
    "He": initializers.he,
}


def signal_by_depth(networks: int = 20, width: int = 32, most: int = 30) -> Explorer:
    """Choose depth, activation, initial weights and batch norm: the size of the error signal at each layer.

    As many untrained networks as `networks`, each with hidden layers of `width` units; the signal is that of 64
    digits, before any step. most: the largest number of hidden layers.
    """
    networks = checks.positive_integer("signal_by_depth", "networks", networks, least=2)
    width = checks.positive_integer("signal_by_depth", "width", width)
    most = checks.positive_integer("signal_by_depth", "most", most, least=2)
    digits = data.digits()
    batch = np.random.default_rng(0).choice(1797, 64, replace=False)

    def model(depth, activation, weights, norm):
        net = ck.mlp(
            [64, *[width] * depth, 10], ACTIVATIONS[activation], rng=np.random.default_rng(1), ensemble=(networks,),
            init=INITIAL_WEIGHTS[weights], batch_norm=norm,
        )  # fmt: skip
        norms = ck.delta_norms(net, digits.x[batch], digits.y[batch], loss=ck.softmax_cross_entropy)
        name = f"{activation}, initial weights {weights}" + (", batch norm" if norm else "")
        return {"norms": norms, "name": name}

    return Explorer(
        SignalByDepth(most),
        {
            "depth": controls.slider("hidden layers", 2, most, min(20, most), 1),
            "activation": controls.choice("activation", {name: name for name in ACTIVATIONS}, "sigmoid"),
            "weights": controls.choice(
                "initial weights", {name: name for name in INITIAL_WEIGHTS}, "heuristic, ±1/√m"
            ),
            "norm": controls.switch("batch norm"),
        },
        model=model,
    )


def patients(networks: int = 5) -> Explorer:
    """Eight training runs: look at one's chart, name its disease, apply one treatment, and see what it gains.

    The gain is measured on as many networks as `networks`, by the validation error at the end.
    """
    networks = checks.positive_integer("patients", "networks", networks, least=2)
    log_of = functools.cache(lambda patient: clinic.training_log(ck, clinic.PATIENTS[patient]))

    def runs(recipe):
        net, X, y, arguments = clinic.prepare(ck, recipe, networks)
        for history in epochs_of(ck, net, X, y, epochs=recipe.epochs, **arguments):
            yield history.train, clinic.errors(history)

    def model(patient, diagnosis, treatment):
        recipe, log = clinic.PATIENTS[patient], log_of(patient)
        both = runs(recipe), runs(clinic.treated(recipe, treatment))
        for untreated, treated in zip(*both, strict=True):
            gain = untreated[1][-1] - treated[1][-1]
            points = f"{gain.mean():.1f} ± {gain.std(ddof=1):.1f}".replace("-", "−")
            words = [
                f"treatment: {treatment}, epoch {len(treated[1])} of {recipe.epochs}",
                f"gain: {points} points of validation error (n = {networks})",
                _opinion(diagnosis, log),
            ]
            yield {"name": patient, "log": log, "untreated": untreated, "treated": treated, "words": words}

    chart = PatientChart(max(recipe.epochs for recipe in clinic.PATIENTS.values()))
    return Explorer(
        chart,
        {
            "patient": controls.choice("patient", {name: name for name in clinic.PATIENTS}, "A"),
            "diagnosis": controls.choice(
                "diagnosis", {name: name for name in ("undecided", *clinic.DIAGNOSES)}, "undecided"
            ),
            "treatment": controls.choice("treatment", {name: name for name in clinic.TREATMENTS}, "none"),
        },
        model=model,
    )


def _opinion(diagnosis, log):
    if diagnosis == "undecided":
        return "diagnosis: undecided"
    # imported here, because grading's sandbox has the widgets but not the references
    from coursekit.exercises.deep_networks.reference_diagnosis import first_condition

    right = first_condition(log) == diagnosis
    return f"diagnosis: {diagnosis}, {'✓ as the log says' if right else '✗ not what the log says'}"
