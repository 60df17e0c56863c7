"""Lesson 07: one patient's curves, error signals and vital signs, untreated and treated."""

import numpy as np

from coursekit.plots.base import style
from coursekit.plots.base.caption import Caption
from coursekit.plots.base.drawing import Drawing
from coursekit.plots.base.picture import panels
from coursekit.plots.base.style import number


class PatientChart(Drawing):
    """Left: training loss and validation error by epoch, without and with a treatment. Right: ‖∂C/∂z‖ by layer."""

    @style.look
    def __init__(self, epochs, layers):
        self.axes = loss, error, signal = panels(1, 3, height=4.6, width_ratios=(3, 3, 2))
        loss.set(xlabel="epoch", ylabel="training loss", xlim=(0, epochs), ylim=(0, 4))
        loss.set_title(" ", pad=72)  # points: room for the words
        error.set(xlabel="epoch", ylabel="validation error (%)", xlim=(0, epochs), ylim=(0, 100))
        signal.set(xlabel="layer", ylabel="‖∂C/∂z‖ before training", yscale="log")
        signal.set(xlim=(0.5, layers + 0.5), ylim=(1e-9, 1e5))
        signal.xaxis.get_major_locator().set_params(integer=True)
        self.lines = []
        for ax in (loss, error):
            for i, name in enumerate(("untreated", "treated")):
                look = style.series(i) | {"markevery": (i, 8)}
                self.lines += ax.plot([], [], label=name, **look)
        (self.norms,) = signal.plot([], [], color=style.INK, marker="o")
        error.legend(loc="center right")
        self.words = loss.add_artist(Caption(0, 1.03, transform=loss.transAxes))
        self.moving = [*self.lines, self.norms, self.words]

    def update(self, name, log, untreated, treated, words):
        """Show a patient: its log; untreated, treated: (training loss (epochs, seeds), error (epochs, seeds));
        words: lines about the treatment and the diagnosis. The treated may still be at an earlier epoch."""
        ends = []
        for i, (loss, error) in enumerate((untreated, treated)):
            for line, values in ((self.lines[i], loss), (self.lines[2 + i], error)):
                line.set_data(np.arange(1, len(values) + 1), np.mean(values, axis=1))
            ends.append(f"{number(np.mean(error[-1]))} %")
        norms = np.array(log["delta_norms"])
        self.norms.set_data(np.arange(1, norms.size + 1), np.maximum(norms, 1e-9))
        vitals = (
            f"patient {name}: rate {number(log['rate'])}, units apart by {number(log['unit_spread'], 2)}, "
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
