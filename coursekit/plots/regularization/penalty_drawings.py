"""Lesson 04, figures with parts that move: diamond and disc, and the path of ridge beside early stopping."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import inputs, style
from coursekit.plots.base.caption import Caption
from coursekit.plots.base.drawing import Drawing
from coursekit.plots.base.picture import Panels, panels
from coursekit.plots.base.style import number

CURVATURE = np.array([[1.0, 0.5], [0.5, 0.6]])  # of the loss in PenaltyGeometry: a tilted valley
LOWEST = np.array([1.6, 0.4])  # where that loss is lowest


def shrunk(kind, strength):
    """The minimizer of ½ (w − w*)ᵀ H (w − w*) + strength · penalty(w): ½‖w‖² for "L2", ‖w‖₁ for "L1"."""
    H, pull = CURVATURE, CURVATURE @ LOWEST
    if kind == "L2":
        return np.linalg.solve(H + strength * np.eye(2), pull)
    w = LOWEST.copy()
    for _ in range(200):  # one coordinate at a time; converges at a rate of 0.42 a sweep
        for i in (0, 1):
            rest = pull[i] - H[i, 1 - i] * w[1 - i]
            w[i] = np.sign(rest) * max(abs(rest) - strength, 0) / H[i, i]
    return w


class PenaltyGeometry(Drawing):
    """The loss over two weights, and the set of weights with no larger penalty than the minimizer's: L1, L2."""

    @style.look
    def __init__(self, strengths):
        self.axes = panels(1, 2, height=4.9, sharex=True, sharey=True)
        self.paths = {kind: np.array([shrunk(kind, s) for s in strengths]) for kind in ("L1", "L2")}
        (left, right), (bottom, top) = (-1.9, 2.5), (-1.9, 1.9)
        a, b = np.meshgrid(np.linspace(left, right, 261), np.linspace(bottom, top, 261))
        away = np.stack([a, b], axis=-1) - LOWEST
        loss = 0.5 * np.einsum("...i,ij,...j", away, CURVATURE, away)
        self.sets, self.rings, self.points, self.words = [], [], [], []
        below = {"zorder": 0.9}  # what moves lies over what is still
        for ax, (kind, path), shape in zip(
            self.axes, self.paths.items(), ("a diamond", "a disc"), strict=True
        ):
            ax.set_title(f"{kind}: {shape}", pad=24)
            ax.set(xlabel="w₁", ylabel="w₂" if kind == "L1" else "", xlim=(left, right), ylim=(bottom, top))
            ax.set_aspect("equal")
            ax.contour(
                a,
                b,
                loss,
                levels=[0.02, 0.1, 0.25, 0.5, 0.85, 1.3],
                colors=style.MUTED,
                linewidths=0.8,
                **below,
            )
            ax.axhline(0, color=style.INK, linewidth=1, **below)
            ax.axvline(0, color=style.INK, linewidth=1, **below)
            ax.plot(
                *path.T,
                color=style.VERMILLION,
                linestyle=":",
                label="minimum with penalty, for every λ",
                **below,
            )
            ax.plot(
                *LOWEST,
                "X",
                color=style.VERMILLION,
                markersize=10,
                label="minimum of the loss alone",
                **below,
            )
            self.sets += ax.fill([0], [0], facecolor=style.BLUE, alpha=0.25, edgecolor=style.BLUE)
            self.rings += ax.plot(
                [], [], "--", color=style.INK, linewidth=1.2, label="contour of the loss that touches the set"
            )
            look = {
                "color": style.INK,
                "markersize": 9,
                "markeredgecolor": "white",
                "label": "minimum with penalty, for this λ",
            }
            self.points += ax.plot([], [], "o", **look)
            self.words.append(ax.add_artist(Caption(0, 1.02, transform=ax.transAxes)))
        handles, _ = self.axes[0].get_legend_handles_labels()
        self.axes[0].figure.legend(handles=handles, loc="outside lower center", ncols=2)
        self.moving = [*self.sets, *self.rings, *self.points, *self.words]

    def update(self, strength):
        """Show the minimizers at this strength."""
        parts = []
        turn = np.linspace(0, 2 * np.pi, 181)
        circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
        round_lowest = circle @ np.linalg.inv(np.linalg.cholesky(CURVATURE))  # where the loss is ½
        moving = self.sets, self.rings, self.points, self.words
        for kind, region, ring, point, words in zip(self.paths, *moving, strict=True):
            w = shrunk(kind, strength)
            ring.set_data(*(LOWEST + round_lowest * np.sqrt((w - LOWEST) @ CURVATURE @ (w - LOWEST))).T)
            if kind == "L1":
                border = abs(w).sum() * np.array([[1, 0], [0, 1], [-1, 0], [0, -1]])
            else:
                border = np.linalg.norm(w) * circle
            region.set_xy(border)
            point.set_data([w[0]], [w[1]])
            words.place(text=f"w₁ = {number(w[0])},  w₂ = {number(w[1])}")
            parts.append(f"{kind}: w = ({number(w[0])}, {number(w[1])})")
        style.describe(
            self.axes,
            f"Two weights with strength {number(strength)}; the loss is lowest at ({LOWEST[0]}, {LOWEST[1]}). "
            f"{'; '.join(parts)}. Each lies where the contour of its loss touches the "
            f"diamond{' at a corner' if shrunk('L1', strength)[1] == 0 else ''} or the disc.",
        )


def penalty_geometry(strength: float = 0.3) -> Panels:
    """Loss contours over two weights, and the diamond (L1) and the disc (L2) through the penalized minimizer.

    The loss is ½ (w − w*)ᵀ H (w − w*), the penalty strength · ‖w‖₁ or strength · ½‖w‖². Returns two panels.
    """
    strength = checks.number("penalty_geometry", "strength", strength, 0, 100)
    drawing = PenaltyGeometry(np.linspace(0, max(strength, 2), 101))
    drawing.update(strength=strength)
    return drawing.axes


class RidgePath(Drawing):
    """Coefficients against λ, exact, with those of early stopping; beside them the share kept in each direction.

    Ridge minimizes (1/2m) ‖x w + b − y‖² + (λ/2m) ‖w‖². In the i-th eigenvector of xᵀx/m (x centered), of
    eigenvalue h, it keeps h/(h + λ/m) of the least-squares coefficient; gradient descent from 0 keeps 1 − (1 − ηh)^τ
    after τ steps of rate η. Here η is a tenth of 1/(largest h), and τ the whole number nearest to m/(ηλ).

    x (m, n), y (m,): training examples; held_out: (x, y) on which both are judged; names: of the inputs.
    """

    @style.look
    def __init__(self, x, y, held_out, names, strengths):
        self.m, self.mean, self.bias, self.held_out = len(x), x.mean(axis=0), y.mean(), held_out
        centered = x - self.mean
        h, self.V = np.linalg.eigh(centered.T @ centered / self.m)
        self.h, self.V = h[::-1], self.V[:, ::-1]
        self.least_squares = self.V.T @ (centered.T @ (y - self.bias)) / self.m / self.h
        self.rate = 0.1 / self.h[0]
        self.axes = path, bars = panels(1, 2, height=4.6, width_ratios=(1.15, 1))
        ridge, stopped = (np.array([f(s) @ self.V.T for s in strengths]) for f in (self.ridge, self.stopped))
        starts = ridge[0]  # a curve has a name, and its full color, if no other one starts close to it
        has_room = [np.sum(abs(starts - w) < 0.05 * np.ptp(starts)) == 1 for w in starts]
        for lines, color, look, label in (
            (ridge, style.BLUE, "-", "ridge"),
            (stopped, style.VERMILLION, "--", "early stopping"),
        ):
            for w, is_named in zip(lines.T, has_room, strict=True):
                path.plot(
                    strengths, w, color=color, linestyle=look, linewidth=1.5, alpha=1 if is_named else 0.3
                )
            path.plot([], [], color=color, linestyle=look, label=label)
        for name, w, is_named in zip(names, ridge[0], has_room, strict=True):
            if is_named:
                path.annotate(
                    name, (strengths[0], w), (-4, 0), textcoords="offset points", ha="right", va="center"
                )
        path.set_title("coefficients", pad=58)
        path.set(xscale="log", xlabel="λ", ylabel="value", xlim=(strengths[0] / 3, strengths[-1]))
        path.axhline(0, color=style.MUTED, linewidth=1)
        path.legend(loc="lower right")
        self.line = path.axvline(strengths[0], color=style.INK, linewidth=1.5)
        place = np.arange(len(h))
        self.bars = bars.bar(place, self.h, width=0.7, color=style.BLUE, alpha=0.45, label="ridge")
        look = {"color": style.VERMILLION, "markersize": 8, "linestyle": "none", "label": "early stopping"}
        (self.marks,) = bars.plot([], [], "D", **look)
        bars.set_xticks(place, [number(v, 2) for v in self.h], rotation=60)
        bars.set_title("share of each direction that is kept", pad=58)
        bars.set(xlabel="eigenvalue h of the direction", ylim=(0, 1.05))
        bars.grid(axis="x", visible=False)
        bars.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderpad=0)
        self.words = path.add_artist(Caption(0, 1.02, transform=path.transAxes))
        self.moving = [self.line, *self.bars, self.marks, self.words]

    def kept(self, strength):
        """Shares kept at λ = strength by ridge and by early stopping, each (n,), and the number of steps τ."""
        alpha = strength / self.m
        steps = int(np.rint(1 / (self.rate * alpha)))
        return self.h / (self.h + alpha), 1 - (1 - self.rate * self.h) ** steps, steps

    def ridge(self, strength):
        """Its coefficients along the eigenvectors (n,)."""
        return self.kept(strength)[0] * self.least_squares

    def stopped(self, strength):
        """Those of early stopping."""
        return self.kept(strength)[1] * self.least_squares

    def error(self, along):
        """Root mean squared error on the held-out examples of coefficients along the eigenvectors."""
        x, y = self.held_out
        return np.sqrt(np.mean(((x - self.mean) @ (self.V @ along) + self.bias - y) ** 2))

    def update(self, strength):
        """Show λ = strength."""
        ridge, stopped, steps = self.kept(strength)
        self.line.set_xdata([strength, strength])
        for bar, share in zip(self.bars, ridge, strict=True):
            bar.set_height(share)
        self.marks.set_data(np.arange(ridge.size), stopped)
        errors = [self.error(share * self.least_squares) for share in (ridge, stopped)]
        self.words.place(
            text=f"λ = {number(strength)}: error {errors[0]:.1f} on held-out examples\n"
            f"{steps:,} steps: error {errors[1]:.1f}\nleast squares: error {self.error(self.least_squares):.1f}"
        )
        shares = ", ".join(
            f"{a:.2f} and {b:.2f} at {number(h, 2)}" for h, a, b in zip(self.h, ridge, stopped, strict=True)
        )
        style.describe(
            self.axes,
            f"Ridge with λ = {number(strength)} on {self.m} examples, and gradient descent stopped after {steps:,} "
            f"steps. Shares kept by ridge and by early stopping at each eigenvalue: {shares}. Largest difference "
            f"{abs(ridge - stopped).max():.3f}. Root mean squared error on held-out examples: {errors[0]:.1f} and "
            f"{errors[1]:.1f}; least squares {self.error(self.least_squares):.1f}.",
        )


def regression(where, x, y, held_out):
    """x (m, n), y (m,) with more examples than inputs, and held-out examples of the same inputs, checked."""
    x, y = checks.numeric(where, "x", x), inputs.vector(where, "y", y)
    other = (
        checks.numeric(where, "held_out[0]", held_out[0]),
        inputs.vector(where, "held_out[1]", held_out[1]),
    )
    if x.ndim != 2 or len(x) != y.size or len(x) <= x.shape[1]:
        raise ValueError(
            f"{where}: x has shape {x.shape} and y {y.shape}; expected (m, n) and (m,) with more examples than inputs."
        )
    if np.linalg.matrix_rank(x - x.mean(axis=0)) < x.shape[1]:
        raise ValueError(
            f"{where}: the columns of x depend on each other; least squares needs independent columns."
        )
    if other[0].shape != (other[1].size, x.shape[1]):
        raise ValueError(
            f"{where}: held_out has shapes {other[0].shape} and {other[1].shape}; expected (N, {x.shape[1]}) and (N,)."
        )
    return x, y, other


def ridge_path(
    x: ArrayLike, y: ArrayLike, held_out: Sequence[ArrayLike], names: Sequence[str], strength: float
) -> Panels:
    """Ridge's coefficients for every λ beside those of early stopping, and what is kept in each direction.

    x (m, n), y (m,); held_out: (x, y); names: of the n inputs; strength: the λ shown on the right. Returns two
    panels.
    """
    x, y, held_out = regression("ridge_path", x, y, held_out)
    strength = checks.number("ridge_path", "strength", strength, 0, 1e9)
    if strength == 0:
        raise ValueError("ridge_path: strength is 0; the axis is logarithmic and needs λ above 0.")
    drawing = RidgePath(x, y, held_out, names, np.geomspace(min(0.01, strength), max(1000, strength), 81))
    drawing.update(strength=strength)
    return drawing.axes
