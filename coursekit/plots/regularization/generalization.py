"""Lesson 04, still figures beyond penalties: dropout's sums, shifted images, and where each method helps."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import inputs, style
from coursekit.plots.base.experiments import bands
from coursekit.plots.base.picture import Panels, panels
from coursekit.plots.base.style import number

RING: dict[str, Any] = {"color": style.INK, "markerfacecolor": "none", "markeredgewidth": 1.5}
RING |= {"linestyle": "none", "marker": "o", "markersize": 13}  # the lowest mean of a curve


@style.look
def dropout_sums(sums: Mapping[str, ArrayLike], evaluation: float) -> np.ndarray:
    """The next layer's weighted sum in many steps with dropout, as histograms, against its value in evaluation.

    sums: {name: (steps,)}; evaluation: the sum with all units on.
    """
    inputs.named("dropout_sums", "name: sums (steps,)", sums)
    evaluation = checks.number("dropout_sums", "evaluation", evaluation)
    values = {name: inputs.vector("dropout_sums", name, z) for name, z in sums.items()}
    every = np.concatenate([*values.values(), [evaluation]])
    half = (every.max() - every.min()) / 80  # of a bar, so that each bar is centered on its sum
    bins = np.linspace(every.min() - half, every.max() + half, 42)
    axes = np.atleast_1d(panels(len(values), 1, height=1.1 + 1.6 * len(values), sharex=True, sharey=True))
    parts = []
    for i, (ax, (name, z)) in enumerate(zip(axes, values.items(), strict=True)):
        ax.hist(z, bins, color=style.PALETTE[i], alpha=0.35)
        mean = z.mean()
        ax.axvline(
            mean, color=style.PALETTE[i], linestyle="--", label=f"mean over {z.size} steps: {number(mean)}"
        )
        ax.axvline(evaluation, color=style.INK, label=f"all units on: {number(evaluation)}")
        ax.set(title=name, ylabel="steps")
        ax.legend()
        parts.append(f"{name}: mean {number(mean)} over {z.size} steps")
    axes[0].set_ylim(top=1.5 * axes[0].get_ylim()[1])  # room for the legends
    axes[-1].set_xlabel("weighted sum z of a unit in the next layer")
    return style.describe(
        axes,
        f"A weighted sum under dropout. {'; '.join(parts)}. With all units on it is {number(evaluation)}.",
    )


@style.look
def image_row(images: ArrayLike, names: Sequence[str]) -> np.ndarray:
    """Gray images side by side, dark where the value is high: images (k, height, width), one name each."""
    images = checks.numeric("image_row", "images", images)
    if images.ndim != 3 or len(images) != len(names):
        raise ValueError(
            f"image_row: images have shape {images.shape} and there are {len(names)} names; expected "
            "(k, height, width) and k names."
        )
    axes = np.atleast_1d(panels(1, len(images), height=1.8))
    for ax, image, name in zip(axes, images, names, strict=True):
        ax.imshow(image, cmap="gray_r", vmin=0, vmax=images.max())
        ax.set(xticks=[], yticks=[], title=name)
        ax.grid(visible=False)
    return style.describe(
        axes, f"{len(images)} images of {images.shape[1]} × {images.shape[2]} pixels: {', '.join(names)}."
    )


@style.look
def where_it_helps(errors: Mapping[str, Mapping[str, np.ndarray]], baseline: str) -> np.ndarray:
    """Each method's test error minus the baseline's, split by split, one panel per condition: left of 0 it helps.

    errors: {condition: {method: (splits,)}}, in percent, the same splits and methods everywhere; baseline: the
    method the others are compared with.
    """
    inputs.named("where_it_helps", "condition: {method: errors (splits,)}", errors)
    rows = max(len(by_method) for by_method in errors.values()) - 1
    axes = np.atleast_1d(panels(1, len(errors), height=1.7 + 0.5 * rows, sharey=True))
    parts = []
    for ax, (condition, by_method) in zip(axes, errors.items(), strict=True):
        if baseline not in by_method:
            raise ValueError(
                f"where_it_helps: {condition} has {list(by_method)}; expected the baseline {baseline!r} among them."
            )
        others = [name for name in by_method if name != baseline]
        said = []
        for i, name in enumerate(others):
            e, base = inputs.pair("where_it_helps", name, by_method[name], baseline, by_method[baseline])
            d = e - base
            if d.size < 2:
                raise ValueError(
                    "where_it_helps: got one split; expected at least 2, the same for all methods."
                )
            mean, sd = d.mean(), d.std(ddof=1)
            rows = i + (np.arange(d.size) * 0.618 % 1 - 0.5) * 0.34
            ax.plot(d, rows, ".", color=style.BLUE, alpha=0.45, markersize=5)
            ax.errorbar(mean, i, xerr=sd, fmt="D", color=style.VERMILLION, capsize=4, markersize=6, zorder=3)
            ax.annotate(
                f"{mean:+.1f} ± {sd:.1f}".replace("-", "−"),
                (0.98, i - 0.28),
                xycoords=("axes fraction", "data"),
                ha="right",
                va="center",
            )
            said.append(
                f"{name} {mean:+.1f} ± {sd:.1f}, lower in {(d < 0).sum()} of {d.size}".replace("-", "−")
            )
        ax.axvline(0, color=style.INK, linewidth=1)
        ax.set_yticks(range(len(others)), others)
        ax.set_ylim(len(others) - 0.5, -0.6)
        low, high = ax.get_xlim()
        ax.set_xlim(low, high + 0.6 * (high - low))  # room for the numbers
        ax.set(
            title=f"{condition}\n{baseline}: {number(np.mean(by_method[baseline]))} %",
            xlabel="← lower error",
        )
        parts.append(f"{condition}: {'; '.join(said)}")
    splits = d.size
    axes[0].figure.supxlabel(
        f"test error minus that of “{baseline}”, in percentage points (n = {splits} splits, mean ± sd)",
        fontsize=10,
    )
    return style.describe(
        axes,
        f"Test error minus that of “{baseline}”, in points, mean ± sd of {splits} splits. {'. '.join(parts)}.",
    )


@style.look
def curves_by_epoch(
    epochs: ArrayLike, curves: Mapping[str, Mapping[str, ArrayLike]], ylabel: str
) -> np.ndarray:
    """Results against the epoch: mean ± sd over splits, one panel per condition and one line per curve.

    epochs (E,): increasing; curves: {condition: {name: (E, splits)}}. A hollow ring marks the lowest mean of
    each curve.
    """
    epochs = inputs.vector("curves_by_epoch", "epochs", epochs)
    if (np.diff(epochs) <= 0).any():
        raise ValueError(f"curves_by_epoch: epochs are {epochs.tolist()}; expected increasing numbers.")
    inputs.named("curves_by_epoch", "condition: {name: values (epochs, splits)}", curves)
    axes = np.atleast_1d(panels(1, len(curves), height=3.9, sharey=True)).view(Panels)
    parts = []
    for ax, (condition, lines) in zip(axes, curves.items(), strict=True):
        said = []
        for name, mean, _, splits in bands("curves_by_epoch", ax, epochs, lines):
            low = int(mean.argmin())
            ax.plot(epochs[low], mean[low], **RING)
            said.append(
                f"{name} is lowest at epoch {number(epochs[low])} with {number(mean[low])} and ends at "
                f"{number(mean[-1])} (mean of {splits} splits)"
            )
        ax.plot([], [], label="lowest mean", **RING)
        ax.set(title=f"{condition}\nmean ± sd over splits", xlabel="epoch")
        ax.legend()
        parts.append(f"{condition}: {'; '.join(said)}")
    axes[0].set_ylabel(ylabel)
    return style.describe(axes, f"{ylabel} against the epoch. {'. '.join(parts)}.")


@style.look
def errors_by_strength(lam: ArrayLike, curves: Mapping[str, ArrayLike]) -> Axes:
    """Errors against the strength λ of a penalty: mean ± sd over splits, one line per curve, λ = 0 included.

    lam (L,): increasing, shown at equal distances; curves: {name: (L, splits)}, in percent. A hollow ring marks the
    lowest mean of each curve.
    """
    lam = inputs.vector("errors_by_strength", "lam", lam)
    if (np.diff(lam) <= 0).any() or lam[0] < 0:
        raise ValueError(
            f"errors_by_strength: lam is {lam.tolist()}; expected increasing strengths, none below 0."
        )
    inputs.named("errors_by_strength", "name: errors (strengths, splits)", curves)
    ax, parts = panels(height=3.9), []
    place = np.arange(lam.size)
    for name, mean, sd, splits in bands("errors_by_strength", ax, place, curves):
        low = int(mean.argmin())
        ax.plot(low, mean[low], **RING)
        values = ", ".join(
            f"{number(m)} ± {number(s, 2)} at {number(at)}" for at, m, s in zip(lam, mean, sd, strict=True)
        )
        parts.append(f"{name}: {values} ({splits} splits), lowest at {number(lam[low])}")
    ax.set_xticks(place, [number(at) for at in lam])
    ax.plot([], [], label="lowest mean", **RING)
    ax.set(xlabel="λ (not to scale)", ylabel="error (%)", title="mean ± sd over splits")
    ax.legend(loc="upper left")
    return style.describe(ax, f"Error in percent against λ, mean ± sd. {'; '.join(parts)}.")
