"""Lesson 07a: training logs side by side, and the loss of single runs on a logarithmic axis."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import inputs, style
from coursekit.plots.base.picture import Panels, panels
from coursekit.plots.base.style import number

GUESSING = np.log(10)  # the loss of a uniform guess among ten classes


def mark_divergence(ax, x, curve, top, **look):
    """Draw a cross at height `top` where the curve (n,) at positions x first stops being finite; return whether it does."""
    bad = ~np.isfinite(curve)
    if bad.any():
        ax.plot(x[bad.argmax()], top, marker="X", markersize=10, linestyle="none", clip_on=False, **look)
    return bool(bad.any())


@style.look
def ward(
    logs: Mapping[str, Mapping[str, Any]],
    columns: int = 4,
    title: str = "patient {}",
    lowest: str | None = None,
) -> Panels:
    """The training and the validation loss of several networks, one panel each, all on one logarithmic axis.

    logs: {name: log}, a log as `diagnose` reads it, with the losses before training as "start_loss" (training,
    validation), drawn at epoch 0. A cross marks the epoch in which a loss stops being finite. title: of a
    panel. lowest: the name of a log whose lowest validation loss is marked and written beside its last one, because the
    axis hides the difference.
    """
    inputs.named("ward", "name: log", logs)
    rows = -(-len(logs) // columns)
    axes, parts = panels(rows, columns, height=0.7 + 2.2 * rows, sharey=True), []
    top = 1e5
    for ax, (name, log) in zip(axes, logs.items(), strict=False):
        ax.axhline(GUESSING, color=style.MUTED, linewidth=1)
        words = []
        for i, kind in enumerate(("train_loss", "val_loss")):
            curve = np.array([log["start_loss"][i], *log[kind]], dtype=float)
            epochs = np.arange(curve.size)
            look = style.series(i)
            ax.plot(epochs, curve, label=kind.replace("_", " "), markevery=max(1, curve.size // 4), **look)
            diverged = mark_divergence(ax, epochs, curve, top / 2, color=look["color"])
            end = "not finite" if diverged else number(curve[-1])
            words.append(f"{kind.replace('_', ' ')} from {number(curve[0])} to {end}")
            if name == lowest and kind == "val_loss":
                at = int(np.nanargmin(curve))
                least = f"lowest val loss {number(curve[at])}"
                ax.annotate(
                    f"{least},\nat the end {number(curve[-1])}", (at, curve[at]), (at, 300), ha="center",
                    arrowprops={"arrowstyle": "->", "color": style.INK},
                )  # fmt: skip
                words.append(f"{least} in epoch {at}")
        if diverged:
            ax.text(3.5, top / 2, "not finite", va="center")
        ax.set(title=title.format(name), yscale="log", ylim=(0.03, top), xlim=(-0.8, max(epochs[-1], 20) + 1))
        ax.xaxis.get_major_locator().set_params(integer=True)
        parts.append(f"{title.format(name)}: {', '.join(words)}")
    axes[0].set_yticks([0.1, 1, 10, 1e3, 1e5], ["0.1", "1", "10", "1,000", "100,000"])
    for ax in axes[len(logs) :]:
        ax.set_visible(False)
    for ax in axes[-columns:]:
        ax.set_xlabel("epoch")
    for ax in axes[::columns]:
        ax.set_ylabel("loss")
    axes[0].legend(loc="lower left", borderpad=0)
    return style.describe(axes, f"Logarithmic axis, with a line at the loss of guessing. {'; '.join(parts)}.")


@style.look
def loss_by_step(runs: Mapping[str, ArrayLike], columns: int = 4) -> Panels:
    """The loss of single runs, one panel each, every panel with a logarithmic axis of its own.

    runs: {name: losses (steps,)}. A cross marks the step at which a loss stops being finite.
    """
    inputs.named("loss_by_step", "name: losses (steps,)", runs)
    rows = -(-len(runs) // columns)
    axes, parts = panels(rows, min(columns, len(runs)), height=0.9 + 2.0 * rows), []
    axes = axes if isinstance(axes, Panels) else np.array([axes]).view(Panels)
    for i, (ax, (name, losses)) in enumerate(zip(axes, runs.items(), strict=False)):
        losses = checks.numeric("loss_by_step", name, losses)
        if losses.ndim != 1 or losses.size < 2 or not (losses[np.isfinite(losses)] > 0).all():
            raise ValueError(
                f"loss_by_step: {name} has shape {losses.shape}; expected positive losses (steps,), at least 2 of them."
            )
        steps, finite = np.arange(1, losses.size + 1), losses[np.isfinite(losses)]
        ax.plot(steps, losses, linewidth=1.4, color=style.PALETTE[i % 5])
        diverged = mark_divergence(ax, steps, losses, finite.max(), color=style.PALETTE[i % 5])
        ax.set(title=name, yscale="log", xlabel="step")
        if finite.max() < 1e3:
            ax.set_ylim(min(0.02, finite.min() / 1.5), max(100.0, 1.5 * finite.max()))
            ax.set_yticks([0.1, 1, 10, 100], ["0.1", "1", "10", "100"])
        rises = int((np.diff(finite) > 0).sum())
        end = "is not finite any more" if diverged else f"ends at {number(losses[-1])}"
        parts.append(
            f"{name.replace(chr(10), ' ')}: starts at {number(losses[0])}, rises in {rises} of {finite.size - 1} steps, {end}"
        )
    for ax in axes[len(runs) :]:
        ax.set_visible(False)
    for ax in axes[::columns]:
        ax.set_ylabel("training loss")
    return style.describe(axes, f"Training loss by step, logarithmic axes. {'; '.join(parts)}.")
