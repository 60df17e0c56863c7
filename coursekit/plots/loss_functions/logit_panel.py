"""Lesson 02: one logit in naive, clipped and stable arithmetic."""

import numpy as np

from coursekit import checks
from coursekit.plots.base import style
from coursekit.plots.base.caption import Caption
from coursekit.plots.base.drawing import Drawing
from coursekit.plots.base.picture import Panels, panels
from coursekit.plots.base.style import number


def _sigmoid_and_losses(z, y):
    """Probability, losses and gradients of logits z (n,) in float64, three ways; what fails is inf or nan."""
    with np.errstate(all="ignore"):  # failing is what the naive way is shown for
        naive = 1 / (1 + np.exp(-z))
        p = np.exp(-np.logaddexp(0, -z))
        clipped = np.clip(naive, 1e-12, 1 - 1e-12)
        losses = [-(y * np.log(q) + (1 - y) * np.log(1 - q)) for q in (naive, clipped)]
        slopes = [(q - y) / (q * (1 - q)) * (naive * (1 - naive)) for q in (naive, clipped)]
    slopes[1] = np.where(clipped == naive, slopes[1], 0.0)  # the clip is flat: no gradient passes
    return p, [*losses, np.logaddexp(0, z) - y * z], [*slopes, p - y]


def _in_words(values):
    naive, clipped, stable = map(number, values)
    return f"naive {naive}, clipped {clipped}\nstable {stable}"


class LogitPanel(Drawing):
    """The loss of one logit and its derivative: stable arithmetic beside naive and clipped."""

    WAYS = ("naive", "clipped", "stable")

    @style.look
    def __init__(self):
        self.axes = panels(1, 2, height=4.3, sharex=True)
        tens = np.r_[np.linspace(0, 10, 81), np.geomspace(10, 1000, 400)[1:]]
        z = np.r_[-tens[:0:-1], tens]
        for ax, title in zip(self.axes, ("loss", "derivative  dℓ/dz"), strict=True):
            ax.set_xscale("symlog", linthresh=10, linscale=1.2)
            ax.set_title(title, pad=54)  # points: room for three lines of words that change
            ax.set(xlabel="logit z", xlim=(-1000, 1000))
            at = (-1000, -100, -10, 0, 10, 100, 1000)
            ax.set_xticks(at, [f"{tick}".replace("-", "−") for tick in at])
        self.axes[0].set_yscale("symlog", linthresh=10, linscale=1.2)
        self.axes[0].set_yticks([0, 5, 10, 100, 1000], ["0", "5", "10", "100", "1000"])
        self.axes[0].set_ylim(-0.6, 2000)
        self.of_target = {y: self._curves(z, y) for y in (0, 1)}
        self.here = [ax.plot([], [], "o-", color=style.INK, linewidth=1, markersize=8)[0] for ax in self.axes]
        self.words = [ax.add_artist(Caption(0, 1.02, transform=ax.transAxes)) for ax in self.axes]
        self.moving = [*self.here, *self.words]

    def scene(self, z, y):
        """The curves are those of one target."""
        return y

    def _curves(self, z, y):
        """The lines of target y, and hatched bands where the naive way gives inf or nan."""
        _, losses, slopes = _sigmoid_and_losses(z, y)
        looks = (
            {"color": style.VERMILLION, "linestyle": "-", "linewidth": 5, "alpha": 0.45},
            {"color": style.VIOLET, "linestyle": "--"},
            {"color": style.BLUE, "linestyle": "-"},
        )
        artists = []
        for ax, values, free in zip(self.axes, (losses, slopes), (0.27, 0.73), strict=True):
            for way, value, kind in zip(self.WAYS, values, looks, strict=True):
                artists += ax.plot(z, np.where(np.isfinite(value), value, np.nan), label=way, **kind)
            failed = ~np.isfinite(values[0])
            for side in (z < 0, z > 0):
                if (failed & side).any():
                    low, high = z[failed & side][[0, -1]]
                    artists.append(
                        ax.axvspan(
                            low, high, facecolor="none", edgecolor=style.VERMILLION, hatch="///", alpha=0.5
                        )
                    )
                    # the left band is narrow: its label is beside it
                    at, ha = (high, "left") if low < 0 else (np.sqrt(low * high), "center")
                    artists.append(
                        ax.text(
                            at,
                            free,
                            f"naive: {values[0][failed & side][0]:.0f}",
                            rotation=90,
                            ha=ha,
                            va="center",
                            transform=ax.get_xaxis_transform(),
                            bbox={"facecolor": "white", "linewidth": 0, "pad": 1},
                        )
                    )
        if y == 0:
            self.axes[0].legend(loc="upper center", handlelength=2.5)
        return artists

    def update(self, z, y):
        """Show the logit z and the target y, 0 or 1."""
        for target, artists in self.of_target.items():
            for artist in artists:
                artist.set_visible(target == y)
        self.axes[1].set_ylim(-0.12 - y, 1.12 - y)  # the derivative is between −y and 1 − y
        p, losses, slopes = _sigmoid_and_losses(np.float64(z), y)
        for line, value in zip(self.here, (losses[-1], slopes[-1]), strict=True):
            line.set_data([z, z], [-10, value])
        self.words[0].place(text=f"z = {number(z, 4)}, target y = {y}, σ(z) = {p:.6g}\n{_in_words(losses)}")
        self.words[1].place(text=_in_words(slopes))
        loss, slope = (_in_words(values).replace("\n", " ") for values in (losses, slopes))
        style.describe(
            self.axes,
            f"Logit z = {number(z, 4)}, target {y}: probability {p:.6g}. Loss: {loss}. Gradient: {slope}.",
        )


def logit_panel(z: float, y: int) -> Panels:
    """Loss and derivative of one logit z with target y (0 or 1), over z from −1000 to 1000.

    Naive: −[y log p + (1 − y) log(1 − p)] with p = 1/(1 + e^{−z}), as written. Clipped: the same with p held
    in [1e−12, 1 − 1e−12]. Stable: log(1 + e^z) − y·z without overflow; its gradient is p − y. All in float64.
    Where the naive way gives inf or nan is hatched. Returns two panels.
    """
    drawing = LogitPanel()
    drawing.update(
        z=checks.number("logit_panel", "z", z, -1000, 1000), y=checks.one_of("logit_panel", "y", y, (0, 1))
    )
    return drawing.axes
