"""Lesson 02: the average loss of a reported probability, when the true one is known."""

import numpy as np
from matplotlib.axes import Axes

from coursekit import checks
from coursekit.plots.base import style
from coursekit.plots.base.picture import panels
from coursekit.plots.base.style import number


@style.look
def expected_losses(p: float) -> Axes:
    """Average loss of reporting the probability q of an event that happens with probability p, for three losses.

    p: in (0, 1). Cross-entropy −p log q − (1 − p) log(1 − q), squared loss p (1 − q)² + (1 − p) q², absolute loss
    p (1 − q) + (1 − p) q. The first two are lowest at q = p; the gap between the first and its minimum, the entropy
    of p, is the Kullback–Leibler divergence.
    """
    p = checks.number("expected_losses", "p", p, 0, 1)
    if p in (0, 1):
        raise ValueError(
            f"expected_losses: p is {p:g}; expected a probability between 0 and 1, excluding both."
        )
    q = np.union1d(np.linspace(0, 1, 401)[1:-1], [p])
    losses = {
        "cross-entropy": -p * np.log(q) - (1 - p) * np.log(1 - q),
        "squared": p * (1 - q) ** 2 + (1 - p) * q**2,
        "absolute": p * (1 - q) + (1 - p) * q,
    }
    ax, parts = panels(height=4.2), []
    for i, (name, values) in enumerate(losses.items()):
        low, look = int(values.argmin()), style.series(i)
        ax.plot(q, values, label=name, markevery=[low], markersize=10, **look)
        at = number(q[low]) if 0 < low < q.size - 1 else number(round(q[low]))
        parts.append(f"{name} is lowest at {at}, with {number(values[low])}")
    entropy = losses["cross-entropy"].min()
    ax.axvline(p, color=style.MUTED, linewidth=1)
    ax.annotate(
        f"true probability {number(p)}", (p, 0.02), (5, 0), textcoords="offset points", color=style.MUTED
    )
    ax.annotate(f"entropy {number(entropy)}", (p, entropy), (8, -16), textcoords="offset points")
    ax.set(
        xlabel="reported probability q", ylabel="average loss", ylim=(0, max(1.6, 2 * entropy)), xlim=(0, 1)
    )
    ax.set_title("average loss of a report (markers: the lowest points)")
    ax.legend(loc="upper center")
    return style.describe(
        ax,
        f"Average loss against the reported probability, when the true one is {number(p)}: {'; '.join(parts)}.",
    )
