"""Lesson 04, why penalties work: small weights make flat functions, and |u| has a kink where u² has none."""

from collections.abc import Sequence

import numpy as np

from coursekit import checks
from coursekit.plots.base import style
from coursekit.plots.base.picture import Panels, panels
from coursekit.plots.base.style import number

X = np.linspace(-3, 3, 601)
SEED = 68  # steepest near 0, so that this place stays on X when the function is stretched to twice the width


def random_units(units=32, seed=SEED):
    """Weights w (H,), biases b (H,) and output weights v (H,) of a network of one input and one output."""
    rng = np.random.default_rng(seed)
    return rng.normal(0, 1.5, units), rng.normal(0, 6, units), rng.normal(0, 0.4, units)


def output_and_slope(factor, w, b, v):
    """f(x) = Σ v tanh(w x + b) on X with all weights multiplied by factor, and its slope, each (601,)."""
    hidden = np.tanh(factor * w * X[:, None] + b)
    return hidden @ (factor * v), (1 - hidden**2) @ (factor**2 * v * w)


@style.look
def scaled_weights(factors: Sequence[float] = (0.5, 1, 3)) -> Panels:
    """One random network of one input, with all its weights multiplied by each factor; its biases stay.

    Each panel shows f(x) = Σ v tanh(w x + b), its steepest slope, and the bound Σ |v| |w| that no slope exceeds.
    """
    factors = [checks.number("scaled_weights", "factor", factor, 0, 100) for factor in factors]
    w, b, v = random_units()
    axes = np.atleast_1d(panels(1, len(factors), height=3.3, sharex=True, sharey=True)).view(Panels)
    parts = []
    for ax, factor in zip(axes, factors, strict=True):
        output, slope = output_and_slope(factor, w, b, v)
        steepest, bound = abs(slope).argmax(), factor**2 * np.sum(abs(v * w))
        ax.plot(X, output, color=style.BLUE)
        reach = 0.5 / np.sqrt(1 + slope[steepest] ** 2)
        along = np.array([-reach, reach])
        ax.plot(
            X[steepest] + along,
            output[steepest] + slope[steepest] * along,
            color=style.VERMILLION,
            linestyle="--",
            label="steepest slope",
        )
        said = f"steepest slope {number(abs(slope[steepest]), 2)}, bound {number(bound, 2)}"
        ax.set(title=f"weights × {number(factor)}\n{said}", xlabel="input x")
        parts.append(f"weights times {number(factor)}: {said}")
    axes[0].set_ylabel("output f(x)")
    axes[0].legend(loc="upper left")
    return style.describe(axes, f"One network with its weights scaled. {'; '.join(parts)}.")


def least_point(w, t, power):
    """The u that minimizes ½ (w − u)² + t |u|^power, for power 1 or 2."""
    return w / (1 + 2 * t) if power == 2 else np.sign(w) * max(abs(w) - t, 0)


@style.look
def kink(points: Sequence[float] = (0.3, 0.8, 1.3), t: float = 0.5) -> Panels:
    """½ (w − u)² + t |u| against u beside ½ (w − u)² + t u², one curve for each w, with its lowest point marked."""
    t = checks.number("kink", "t", t, 0, 100)
    points = [checks.number("kink", "w", w, -10, 10) for w in points]
    reach = max(1, *(abs(w) for w in points)) * 1.25
    u = np.linspace(-0.5 * reach, reach, 451)
    axes = panels(1, 2, height=4.6, sharex=True, sharey=True)
    parts = []
    for ax, power, name in zip(axes, (1, 2), ("|u|", "u²"), strict=True):
        ax.axvline(0, color=style.MUTED, linewidth=1)
        ends = []
        for i, w in enumerate(points):
            look = style.series(i)
            ax.plot(u, _compromise(u, w, t, power), color=look["color"], linestyle=look["linestyle"])
            low = least_point(w, t, power)
            ax.plot(
                low,
                _compromise(low, w, t, power),
                marker=look["marker"],
                color=look["color"],
                markersize=9,
                markeredgecolor="white",
                linestyle="none",
                label=f"w = {number(w)}: lowest at u = {number(low)}",
            )
            ends.append(f"for w = {number(w)} lowest at u = {number(low)}")
        ax.set(title=f"½(w − u)² + {number(t)} {name}", xlabel="u")
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16))
        parts.append(f"½(w − u)² + {number(t)} {name}: {', '.join(ends)}")
    top = max(_compromise(0, w, t, 1) for w in points)
    axes[0].set(ylabel="value", ylim=(-0.05 * top, 2.4 * top))
    return style.describe(
        axes, f"Two compromises between staying near w and a small penalty. {'; '.join(parts)}."
    )


def _compromise(u, w, t, power):
    return 0.5 * (w - u) ** 2 + t * abs(u) ** power
