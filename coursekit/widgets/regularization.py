"""Lesson 04: ridge's exact path beside early stopping, diamond and disc, and networks of many penalty strengths."""

import functools
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks, data
from coursekit import numpy_backend as ck
from coursekit.plots.regularization.figures import lattice
from coursekit.plots.regularization.penalty_drawings import PenaltyGeometry, RidgePath, regression
from coursekit.plots.regularization.strength_drawing import Strength
from coursekit.widgets.base import controls
from coursekit.widgets.base.explorer import Explorer
from coursekit.widgets.base.training import epochs_of

EPOCHS, SIZE = 1500, 60
STRENGTHS = np.r_[0, np.geomspace(0.003, 30, 21).round(3)]


def penalty_geometry() -> Explorer:
    """Move the strength: the penalized minimum slides along its path, and diamond and disc shrink with it."""
    strengths = np.linspace(0, 2, 101)
    strength = controls.slider("strength", 0.0, 2.0, 0.3, 0.02)
    return Explorer(PenaltyGeometry(strengths), {"strength": strength})


def ridge_path(
    x: ArrayLike | None = None,
    y: ArrayLike | None = None,
    held_out: Sequence[ArrayLike] | None = None,
    names: Sequence[str] | None = None,
) -> Explorer:
    """Move λ, on the slider or in the left panel: coefficients, shares kept, and early stopping beside them.

    x (m, n), y (m,); held_out: (x, y); names: of the inputs; by default 50 diabetes patients, standardized, and the
    392 others.
    """
    if x is None:
        x, y, held_out, names = _patients()
    x, y, held_out = regression("ridge_path", x, y, held_out)
    names = [f"x{i + 1}" for i in range(x.shape[1])] if names is None else names
    strengths = [float(f"{s:.2g}") for s in np.geomspace(0.01, 1000, 61)]
    strength = controls.scale("λ", strengths, 1.0)
    return Explorer(
        RidgePath(x, y, held_out, names, np.array(strengths)),
        {"strength": strength},
        drag=lambda panel, x, y: {"strength": x} if panel == 0 else {},
        extra=[controls.player(strength)],
    )


def _patients():
    """50 patients to train on, inputs standardized by them, and the others; the names of the inputs."""
    patients = data.diabetes()
    order = np.random.default_rng(0).permutation(len(patients))
    few, others = order[:50], order[50:]
    x = (patients.x - patients.x[few].mean(axis=0)) / patients.x[few].std(axis=0)
    y = patients.y[:, 0]
    return x[few], y[few], (x[others], y[others]), patients.feature_names


def strength(points: int = 30, noise: float = 0.3) -> Explorer:
    """Choose λ: 22 networks, one for each λ, train at once on two noisy moons; one of them is looked into.

    Networks 2-32-1 with tanh, all from the same initial weights, batch gradient descent with momentum. points: to
    train on; noise: of the moons. The error is measured on 2000 new points.
    """
    points = checks.positive_integer("strength", "points", points, least=2)
    noise = checks.number("strength", "noise", noise, 0, 10)
    widest = data.moons(2000, np.random.default_rng(0), noise=noise)
    extent, nodes = lattice(widest.x, SIZE)

    @functools.lru_cache(maxsize=4)
    def started(draw):
        return _TrainedStrengths(points, noise, draw)

    def model(strength, draw):
        run, chosen = started(draw), int(np.argmin(abs(STRENGTHS - strength)))
        yield run.state(chosen, nodes)
        while run.advance():
            yield run.state(chosen, nodes)

    return Explorer(
        Strength(extent, SIZE, STRENGTHS),
        {
            "strength": controls.scale("λ", STRENGTHS.tolist(), 0.0),
            "draw": controls.Again("new points"),
        },
        model=model,
        drag=lambda panel, x, y: (
            {"strength": float(STRENGTHS[int(np.clip(round(x), 0, 21))])} if panel else {}
        ),
    )


class _TrainedStrengths:
    """One sample and its networks, as far as they are trained: moving λ resumes their training."""

    def __init__(self, points, noise, draw):
        rng = np.random.default_rng(draw)
        self.sample, self.fresh = (data.moons(n, rng, noise=noise) for n in (points, 2000))
        self.net = ck.mlp([2, 32, 1], ck.tanh, rng=rng, ensemble=STRENGTHS.shape)
        self.one = ck.mlp([2, 32, 1], ck.tanh, rng=rng)
        for parameter in self.net.parameters().values():
            parameter[...] = parameter[0]
        self.epoch = 0
        self.errors: list[np.ndarray] = []  # in percent: of the sample, of the new points
        self.epochs = epochs_of(
            ck,
            self.net,
            self.sample.x,
            self.sample.y[:, :1],
            epochs=EPOCHS,
            loss=ck.sigmoid_cross_entropy,
            optimizer=ck.SGD(self.net.parameters(), lr=0.2, momentum=0.9),
            penalty=ck.l2,
            lam=STRENGTHS,
        )
        self.advance()

    def advance(self, epochs=50):
        """Train further; whether there was anything left to train."""
        if self.epoch == EPOCHS:
            return False
        for _ in range(epochs):
            next(self.epochs, None)
        self.epoch += epochs
        self.errors = [
            100 * ck.zero_one_loss(ck.predict(self.net, data.x), data.y[:, :1])
            for data in (self.sample, self.fresh)
        ]
        return True

    def state(self, chosen, nodes):
        """What the drawing shows of network `chosen`."""
        for key, parameter in self.one.parameters().items():
            parameter[...] = self.net.parameters()[key][chosen]
        return {
            "x": self.sample.x,
            "label": self.sample.y[:, 0],
            "field": ck.predict(self.one, nodes),
            "training": self.errors[0],
            "fresh": self.errors[1],
            "chosen": chosen,
            "epoch": self.epoch,
        }
