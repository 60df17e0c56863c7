"""Lesson 07: one patient's curves, error signals and vital signs, untreated and treated."""

import numpy as np

from coursekit.plots.base import style
from coursekit.plots.base.caption import Caption
from coursekit.plots.base.drawing import Drawing
from coursekit.plots.base.picture import panels
from coursekit.plots.base.style import number
from coursekit.plots.deep_networks.ward import GUESSING

TOP = 3e4  # of the axis of losses


class PatientChart(Drawing):
    """Left: training loss and validation error by epoch, without and with a treatment. Right: ‖∂C/∂z‖ by layer."""

    @style.look
    def __init__(self, epochs):
        self.axes = loss, error, signal = panels(1, 3, height=4.6, width_ratios=(3, 3, 2))
        loss.set(xlabel="epoch", ylabel="training loss", xlim=(-1, epochs), ylim=(0.03, TOP), yscale="log")
        loss.set_yticks([0.1, 1, 10, 100, 1000], ["0.1", "1", "10", "100", "1000"])
        loss.axhline(GUESSING, color=style.MUTED, linewidth=1)
        loss.set_title(" ", pad=72)  # points: room for the words
        error.set(xlabel="epoch", ylabel="validation error (%)", xlim=(0, epochs), ylim=(0, 100))
        signal.set(xlabel="layer", ylabel="‖∂C/∂z‖ before training", yscale="log")
        signal.set(xlim=(-0.1, 1.1), ylim=(1e-9, 1e5))
        signal.set_xticks([0, 1], ["first", "last"])
        self.lines = []
        for ax in (loss, error):
            for i, name in enumerate(("untreated", "treated")):
                look = style.series(i) | {"markevery": (i, 8)}
                self.lines += ax.plot([], [], label=name, **look)
        self.crosses = [
            loss.plot([], [], "X", color=style.PALETTE[i], markersize=10, clip_on=False)[0] for i in range(2)
        ]
        (self.norms,) = signal.plot([], [], color=style.INK, marker="o")
        error.legend(loc="center right")
        self.words = loss.add_artist(Caption(0, 1.03, transform=loss.transAxes))
        self.moving = [*self.lines, *self.crosses, self.norms, self.words]

    def update(self, name, log, untreated, treated, words):
        """Show a patient: its log; untreated, treated: (training loss (epochs, seeds), error (epochs, seeds));
        words: lines about the treatment and the diagnosis. The treated may still be at an earlier epoch. The losses start
        at epoch 0 with that of the log, before training; a cross marks where a loss stops being finite."""
        ends, start = [], log["start_loss"][0]
        for i, (loss, error) in enumerate((untreated, treated)):
            mean = np.r_[start if i == 0 else np.nan, np.mean(loss, axis=1)]
            self.lines[i].set_data(np.arange(mean.size), mean)
            self.lines[2 + i].set_data(np.arange(1, len(error) + 1), np.mean(error, axis=1))
            bad = np.flatnonzero(~np.isfinite(mean[1:])) + 1
            self.crosses[i].set_data(bad[:1], [TOP / 2] * bad[:1].size)
            ends.append(f"{number(np.mean(error[-1]))} %")
        norms = np.array(log["delta_norms"])
        self.norms.set_data(np.linspace(0, 1, norms.size), np.maximum(norms, 1e-9))
        spread = log["unit_spread"]
        apart = f"units differ by {number(spread, 2)}" if np.isfinite(spread) else "weights not finite"
        vitals = (
            f"patient {name}: rate {number(log['rate'])}, {apart}, "
            f"active fraction {number(log['active_fraction'], 2)}, "
            f"first δ / last δ = {number(norms[0] / norms[-1], 2)}"
        )
        lines = [vitals, *words]
        self.words.place(text="\n".join(lines))
        style.describe(
            self.axes,
            f"{' '.join(line + '.' for line in lines)} Validation error untreated {ends[0]}, treated {ends[1]} "
            f"after {len(treated[1])} epochs, mean of {np.shape(error)[1]} networks.",
        )
