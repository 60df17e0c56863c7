"""Lesson 00, a figure that a widget can move: what deep networks of one input and one output compute."""

import numpy as np
from matplotlib.axes import Axes

from coursekit import checks
from coursekit import numpy_backend as ck
from coursekit.plots.base import style
from coursekit.plots.base.caption import Caption
from coursekit.plots.base.drawing import Drawing
from coursekit.plots.base.picture import panels
from coursekit.plots.base.style import number

ACTIVATIONS = {"none": ck.identity, "ReLU": ck.relu, "tanh": ck.tanh, "sigmoid": ck.sigmoid}
X = np.linspace(-3, 3, 241)[:, None]


def random_networks(layers, activation, rng, width=8, networks=4):
    """Outputs (networks, 241) over x from −3 to 3 of random networks 1 → width → … → 1.

    Hidden layers end in the activation, weights have variance 1/m for m inputs (σ gets 4 times the deviation, since
    it is that much flatter), biases are N(0, 1). Outputs get mean 0 and
    are divided by the root of their size, so that a flat one can be seen beside a steep one.
    """
    f = ACTIVATIONS[activation]
    gain = 4 if activation == "sigmoid" else np.sqrt(2) if activation == "ReLU" else 1
    a = np.broadcast_to(X, (networks, *X.shape))
    for layer in range(layers):
        m, n = a.shape[-1], 1 if layer == layers - 1 else width
        W = rng.normal(0, gain / np.sqrt(m), (networks, n, m))
        z = a @ W.mT + rng.normal(0, 1, (networks, 1, n))
        a = z if layer == layers - 1 else f(z)
    y = a[..., 0] - a[..., 0].mean(axis=1, keepdims=True)
    y = y / np.sqrt(abs(y).max(axis=1, keepdims=True))
    return y / abs(y).max()


def bend(y):
    """The largest distance (networks,) of each curve (networks, points) from its least-squares line."""
    line = np.polynomial.Polynomial.fit
    return np.array([abs(row - line(X[:, 0], row, 1)(X[:, 0])).max() for row in y])


class DeepCurves(Drawing):
    """Output against input of four networks with random weights."""

    @style.look
    def __init__(self):
        self.axes = ax = panels(height=3.9)
        ax.set(xlabel="input x", ylabel="output, scaled", xlim=(-3, 3), ylim=(-1.15, 1.15))
        ax.set_title("four networks with random weights", pad=24)
        self.lines = [
            ax.plot([], [], markevery=(10 * i, 60), label=f"network {i + 1}", **style.series(i))[0]
            for i in range(4)
        ]
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
        self.words = ax.add_artist(Caption(0, 1.02, transform=ax.transAxes))
        self.moving = [*self.lines, self.words]

    def update(self, layers, activation, draw):
        """Show networks with this number of layers of weights; draw: which random weights."""
        y = random_networks(layers, activation, np.random.default_rng(draw))
        for line, row in zip(self.lines, y, strict=True):
            line.set_data(X[:, 0], row)
        bends = bend(y)
        far = number(bends.max(), 2) if bends.max() > 1e-9 else "0"
        what = "no activation" if activation == "none" else activation
        depth = f"{layers} layer{'s' if layers > 1 else ''}"
        self.words.place(text=f"{depth}, {what}: at most {far} from a straight line")
        ends = ", ".join(number(row[-1]) for row in y)
        style.describe(
            self.axes,
            f"Outputs of four networks of {depth} with {what} and random weights, for x from −3 to 3, scaled to at "
            f"most 1: they are at most {far} away from a straight line and end at {ends}.",
        )


def deep_curves(layers: int, activation: str = "none", draw: int = 0) -> Axes:
    """Output against input of four random networks of this many layers, 8 units wide; draw: the seed.

    activation: "none", "ReLU", "tanh" or "sigmoid", after every layer but the last.
    """
    layers = checks.positive_integer("deep_curves", "layers", layers)
    checks.one_of("deep_curves", "activation", activation, tuple(ACTIVATIONS))
    drawing = DeepCurves()
    drawing.update(layers=layers, activation=activation, draw=draw)
    return drawing.axes
