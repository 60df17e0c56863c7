"""Learning curves that grow while networks train: mean ± one standard deviation over seeds, epoch by epoch."""

import numpy as np
from matplotlib.collections import PolyCollection

from coursekit.plots.base import style
from coursekit.plots.base.caption import Caption
from coursekit.plots.base.drawing import Drawing
from coursekit.plots.base.picture import panels
from coursekit.plots.base.style import number


class LearningCurves(Drawing):
    """One line a method over a fixed number of epochs, its band, and its last values in words.

    names: of the methods; epochs: the length of the axis; ylim: (low, high), fixed so that states can be
    compared; log: logarithmic y axis; each: what one network is, if not a seed ("split"). level: (height, label) of a
    horizontal line, None for none.
    """

    @style.look
    def __init__(self, names, epochs, ylabel, ylim, log=False, each="seed", level=None):
        self.names, self.epochs, self.ylabel, self.each = list(names), epochs, ylabel, each
        self.axes = panels(height=4.2)
        pad = 4 + 17 * (len(self.names) + 1)  # points, for words
        self.axes.set_title(f"mean ± sd over {each}s", pad=pad)
        self.axes.set(xlabel="epoch", ylabel=ylabel, xlim=(0.5, epochs + 0.5), ylim=ylim)
        if log:
            self.axes.set_yscale("log")
        self.axes.xaxis.get_major_locator().set_params(integer=True)
        self.lines, self.bands = [], []
        for i, name in enumerate(self.names):
            look = style.series(i)
            band = PolyCollection([], facecolor=look["color"], alpha=0.18, linewidth=0)
            self.bands.append(self.axes.add_collection(band, autolim=False))
            self.lines += self.axes.plot([], [], label=name, markevery=max(1, epochs // 10), **look)
        self.level = ""
        if level is not None:
            height, label = level
            self.level = f"; dotted: {label}"
            self.axes.axhline(height, color=style.MUTED, linewidth=1, linestyle=":", label=label)
        self.axes.legend(loc="upper right")
        self.words = self.axes.add_artist(Caption(0, 1.02, transform=self.axes.transAxes))
        self.moving = [*self.bands, *self.lines, self.words]

    def update(self, curves, state="", epochs=None):
        """Show curves {name: (epochs so far, seeds)}; state: what they belong to, as "rate 0.3", for the words.

        epochs: of this training, if it may be shorter than the axis.
        Networks whose value is nan diverged: they are counted, and the others averaged.
        """
        texts = []
        for name, line, band in zip(self.names, self.lines, self.bands, strict=True):
            values = np.asarray(curves[name])
            x = np.arange(1, len(values) + 1)
            lost = int(np.isnan(values[-1]).sum())
            kept = values[:, ~np.isnan(values[-1])] if lost < values.shape[1] else values[:0, :0]
            mean = kept.mean(axis=1) if kept.size else np.full(len(x), np.nan)
            sd = kept.std(axis=1, ddof=1) if kept.shape[1] > 1 else np.full(len(x), np.nan)
            line.set_data(x, mean)
            edge = np.r_[np.c_[x, mean - sd], np.c_[x, mean + sd][::-1]]
            band.set_verts([edge] if np.isfinite(edge).all() else [])
            end = f"{number(mean[-1])} ± {number(sd[-1], 2)}" if kept.size else "no network is left"
            gone = f", {lost} diverged" if lost else ""
            texts.append(f"{name}: {end} (n = {values.shape[1] - lost}{gone})")
        head = f"{state + ', ' if state else ''}epoch {len(x)} of {epochs or self.epochs}"
        self.words.place(text="\n".join([head, *texts]))
        style.describe(
            self.axes,
            f"{self.ylabel} at {head}, mean ± sd over {self.each}s: {'; '.join(texts)}{self.level}.",
        )
