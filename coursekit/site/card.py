"""The picture that is shown with a link to the course: what a small network learned, beside the course's title."""

from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from coursekit import data
from coursekit import numpy_backend as ck

INK, GROUND, COLORS = "#14213d", "#ffffff", ("#0072b2", "#d55e00")


def draw_card(path: Path, title: str = "Training\nneural networks") -> None:
    """Write the picture, 1200 by 630 pixels: the decision regions of a network 2-16-16-2 trained on two spirals."""
    rng = np.random.default_rng(0)
    arms = data.spirals(300, rng, turns=1.3)
    net = ck.mlp([2, 16, 16, 2], ck.tanh, rng=rng)
    adam = ck.Adam(net.parameters(), lr=0.02)
    ck.fit(
        net, arms.x, arms.y, loss=ck.softmax_cross_entropy, optimizer=adam, epochs=200, batch_size=30, rng=rng
    )
    line = np.linspace(-1.25, 1.25, 240)
    plane = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    figure = Figure(figsize=(12, 6.3), dpi=100, facecolor=GROUND)
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 0.525, 1))
    regions = ck.predict(net, plane).argmax(axis=-1).reshape(240, 240)
    axes.imshow(
        regions, origin="lower", extent=(-1.25, 1.25, -1.25, 1.25), cmap=ListedColormap(COLORS), alpha=0.3
    )
    for value, color in enumerate(COLORS):
        axes.scatter(*arms.x[arms.y[:, value] == 1].T, s=34, color=color, edgecolor="white", linewidth=0.8)
    axes.set_axis_off()
    figure.text(0.565, 0.62, title, size=36, weight="bold", color=INK, va="center", linespacing=1.15)
    figure.text(
        0.565, 0.36, "A course that runs: guess, watch,\nand write every formula yourself", size=19, color=INK,
        va="center", linespacing=1.4,
    )  # fmt: skip
    canvas.print_png(path)
