"""Lesson 06a, a still figure: the factor per step of gradient descent with momentum, for every curvature."""

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import inputs, style
from coursekit.plots.base.picture import panels
from coursekit.plots.base.style import number
from coursekit.plots.optimization.descent_panel import factor


@style.look
def momentum_factors(momenta: ArrayLike) -> Axes:
    """The size of the larger root of r² − (1 + β − ηλ) r + β = 0 against ηλ, one curve per momentum β.

    A direction of curvature λ is multiplied by this factor per step in the long run; below 1 it converges. Between
    (1 − √β)² and (1 + √β)² the roots are complex and the factor is √β. momenta: in [0, 1), up to four. Goh (2017).
    """
    momenta = inputs.vector("momentum_factors", "momenta", momenta)
    if not 1 <= momenta.size <= 4:
        raise ValueError(
            f"momentum_factors: momenta must hold one to four numbers, but holds {momenta.size}. Draw two figures."
        )
    for beta in momenta:
        checks.number("momentum_factors", "a momentum", beta, low=0, high=1, open_high=True)
    ax, parts = panels(height=3.9), []
    times = np.linspace(0, 4, 801)
    for i, beta in enumerate(momenta):
        left, right = (1 - np.sqrt(beta)) ** 2, (1 + np.sqrt(beta)) ** 2
        ax.plot(times, factor(times, beta), label=f"β = {number(beta)}", markevery=100, **style.series(i))
        where = f"from {number(left)} to {number(right)}" if beta else "at 1"
        parts.append(f"β = {number(beta)}: lowest, {number(np.sqrt(beta))}, {where}")
    ax.axhline(1, color=style.MUTED, linewidth=1)
    ax.set(xlabel="rate × curvature, ηλ", ylabel="factor per step", xlim=(0, 4), ylim=(0, 1.5))
    ax.set_title("below 1 the direction shrinks, above 1 it grows")
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return style.describe(
        ax,
        f"The factor per step in the long run, against rate times curvature from 0 to 4. {'; '.join(parts)}.",
    )
