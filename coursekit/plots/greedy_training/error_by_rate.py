"""Lesson 08: the error against the learning rate, one panel per optimizer, one line per depth."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from coursekit.plots.base import inputs, style
from coursekit.plots.base.picture import Panels, panels
from coursekit.plots.base.style import number


@style.look
def error_by_rate(
    curves: Mapping[str, Mapping[str, tuple[ArrayLike, ArrayLike]]],
    seeds: int,
    ylabel: str = "mean validation error (%)",
) -> Panels:
    """The error at each learning rate that was tried, on logarithmic axes; the lowest point of each line is ringed.

    curves: {optimizer: {name of a line: (rates (R,), errors (R,))}}, rates increasing and above 0, errors in % and above 0.
    seeds: how many networks each point is the mean of.
    """
    inputs.named("error_by_rate", "optimizer: lines", curves)
    axes = panels(1, len(curves), height=4.1, sharey=True)
    texts = []
    for ax, (optimizer, lines) in zip(np.atleast_1d(axes), curves.items(), strict=True):
        for i, (name, (rates, errors)) in enumerate(lines.items()):
            rates = inputs.vector("error_by_rate", f"rates of {name}", rates)
            errors = inputs.vector("error_by_rate", f"errors of {name}", errors)
            if rates.size != errors.size or (np.diff(rates) <= 0).any() or min(rates[0], errors.min()) <= 0:
                raise ValueError(
                    f"error_by_rate: {name} must have one error above 0 for each of its increasing rates above 0, but has "
                    f"rates {rates.tolist()} and errors {errors.tolist()}."
                )
            best = errors.argmin()
            ax.plot(rates, errors, label=name, **style.series(i))
            ax.plot(
                rates[best],
                errors[best],
                "o",
                markersize=13,
                fillstyle="none",
                color=style.series(i)["color"],
            )
            texts.append(
                f"{optimizer}, {name}: lowest {number(errors[best])} % at {number(rates[best])}, {number(errors[0])} % at "
                f"{number(rates[0])}, {number(errors[-1])} % at {number(rates[-1])}"
            )
        ax.set(xscale="log", yscale="log", ylim=(2, 110), xlabel="learning rate", title=optimizer)
        tried = sorted({float(rate) for rates, _ in lines.values() for rate in np.ravel(rates)})
        ends = (tried[0], tried[-1])
        # labels at all rates would run into each other
        shown = [rate for rate in tried if f"{rate:e}"[0] in "15" or rate in ends]
        ax.set_xticks(shown, [number(rate) for rate in shown])
        ax.xaxis.minorticks_off()
    first = np.atleast_1d(axes)[0]
    first.set_yticks([3, 5, 10, 20, 50, 90], ["3", "5", "10", "20", "50", "90"])
    first.yaxis.minorticks_off()
    first.set_ylabel(ylabel)
    handles, names = first.get_legend_handles_labels()
    first.figure.legend(handles, names, loc="outside lower center", ncols=len(names))
    return style.describe(
        axes, f"{ylabel} against learning rate, mean over {seeds} seeds. {'; '.join(texts)}."
    )
