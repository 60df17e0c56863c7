"""Lesson 02, still figures: what the loss functions look like, and what they do to a network.

Every function takes arrays (or formulas such as `ck.mse`, of either backend), leaves them as they were, and
returns Axes with an alt text.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import inputs, style
from coursekit.plots.base.picture import Panels, panels
from coursekit.plots.base.style import number


def _values(loss, residual):
    """The loss of each residual by itself: an ensemble of networks with one sample and one output each."""
    p = residual[:, None, None]
    out = loss(p, np.zeros_like(p))
    return np.asarray(out.detach().cpu() if hasattr(out, "detach") else out, dtype=float)


@style.look
def loss_curves(losses: Mapping[str, Callable[..., Any]], residual: ArrayLike | None = None) -> Panels:
    """Loss ℓ(d) of one prediction against its residual d = p − y, and beneath it the gradient dℓ/dd.

    losses: {name: formula f(p, y)}, for example `{"MSE": ck.mse, "MAE": ck.mae, "Huber": ck.huber}`. residual
    (R,): where to evaluate, increasing, R ≥ 3; by default 241 points from −3 to 3. The gradient is drawn from
    central differences of the curve. Returns two panels.
    """
    residual = np.linspace(-3, 3, 241) if residual is None else residual
    residual = checks.numeric("loss_curves", "residual", residual)
    inputs.named("loss_curves", "name: formula", losses)
    if residual.ndim != 1 or residual.size < 3 or (np.diff(residual) <= 0).any():
        raise ValueError(
            f"loss_curves: residual has shape {residual.shape}; expected at least 3 increasing numbers, "
            "for example np.linspace(-3, 3, 241)."
        )
    axes = panels(2, 1, height=5.2, sharex=True)
    parts = []
    for i, (name, loss) in enumerate(losses.items()):
        value = _values(loss, residual)
        slope = np.gradient(value, residual, edge_order=2)
        look = {"label": name, "markevery": (20 + 7 * i, 40), **style.series(i)}
        axes[0].plot(residual, value, **look)
        axes[1].plot(residual, slope, **look)
        parts.append(
            f"{name} is {number(value[0])} at {number(residual[0])} and {number(value[-1])} at "
            f"{number(residual[-1])}, where its gradient is {number(slope[-1])}"
        )
    axes[0].set(title="loss of one prediction", ylabel="loss")
    axes[1].set(title="its gradient", xlabel="residual  d = p − y", ylabel="d loss / d residual")
    axes[0].legend(loc="upper center", ncols=len(losses))
    return style.describe(
        axes,
        f"Loss against residual from {number(residual[0])} to {number(residual[-1])}: {'; '.join(parts)}.",
    )


@style.look
def surprise(p: ArrayLike = (0.01, 0.1, 0.5, 0.99)) -> Axes:
    """−log p against (1 − p)², p being the probability that a network gave to the truth.

    p (n,): the probabilities to mark, in (0, 1]. The first curve has no upper bound, the second ends at 1.
    """
    p = inputs.vector("surprise", "p", p)
    checks.in_unit_interval("surprise", "p", p, tolerance=0)
    if (p == 0).any():
        raise ValueError("surprise: p holds 0, where −log p is infinite; expected probabilities in (0, 1].")
    grid = np.union1d(np.linspace(min(p.min(), 0.005), 1, 500), p)
    marked = np.searchsorted(grid, p).tolist()
    ax = panels(height=3.8)
    ax.plot(grid, -np.log(grid), label="−log p  (cross-entropy)", markevery=marked, **style.series(0))
    ax.plot(grid, (1 - grid) ** 2, label="(1 − p)²  (squared error)", markevery=marked, **style.series(1))
    for value in p:
        ax.annotate(number(-np.log(value)), (value, -np.log(value)), (7, 4), textcoords="offset points")
    ax.set(xlabel="probability p given to the truth", ylabel="loss of one sample", ylim=(-0.15, None))
    ax.legend()
    marks = "; ".join(
        f"at p = {number(v)} they are {number(-np.log(v))} and {number((1 - v) ** 2)}" for v in np.sort(p)
    )
    return style.describe(
        ax, f"Minus log p, unbounded as p falls to 0, against (1 − p)², at most 1: {marks}."
    )


@style.look
def saturation(activations: Mapping[str, ArrayLike], target: int = 0) -> Panels:
    """A sigmoid neuron under cross-entropy and squared error: its activation over the steps, and what drives it.

    activations: {"squared error": (steps,), "cross-entropy": (steps,)}, the activation before each step; target: 0
    or 1. The right panel shows |∂C/∂z| against the activation a: |a − y| a (1 − a) and |a − y|, and where each run
    starts. Returns two panels.
    """
    inputs.named("saturation", "name: activations (steps,)", activations)
    y = checks.one_of("saturation", "target", target, (0, 1))
    derivatives = {
        "squared error": lambda a: abs(a - y) * a * (1 - a),
        "cross-entropy": lambda a: abs(a - y),
    }
    axes = panels(1, 2, height=3.8)
    grid, parts = np.linspace(0, 1, 201), []
    for i, (name, a) in enumerate(activations.items()):
        a = inputs.vector("saturation", name, a)
        checks.one_of("saturation", "a name", name, tuple(derivatives))
        look = style.series(i)
        axes[0].plot(a, label=name, markevery=max(1, a.size // 8), **look)
        axes[0].annotate(number(a[-1], 2), (a.size - 1, a[-1]), (8, -4), textcoords="offset points")
        slope = derivatives[name]
        axes[1].plot(grid, slope(grid), color=look["color"], linestyle=look["linestyle"])
        axes[1].plot(a[0], slope(a[0]), look["marker"], color=look["color"], markersize=9)
        axes[1].annotate(
            f"start: {number(slope(a[0]), 2)}",
            (a[0], slope(a[0])),
            (-8, 34 if slope(a[0]) < 0.2 else 8),  # above the hump of the squared error
            textcoords="offset points",
            ha="right",
        )
        parts.append(
            f"with {name} from {number(a[0])} to {number(a[-1])} in {a.size - 1} steps, "
            f"the first with derivative {number(slope(a[0]), 2)}"
        )
    axes[0].axhline(y, color=style.MUTED, linewidth=1)
    axes[0].annotate(
        f"target {y}", (0, y), (2, 4 if y == 0 else -14), textcoords="offset points", color=style.MUTED
    )
    axes[0].set(
        xlabel="training step", ylabel="activation a = σ(z)", ylim=(-0.06, 1.06), title="the training"
    )
    axes[1].set(xlabel="activation a", ylabel="|∂C/∂z|", ylim=(-0.06, 1.16), title="the derivative")
    axes[0].margins(x=0.12)
    axes[0].legend(loc="center", bbox_to_anchor=(0.5, 0.62))
    return style.describe(axes, f"Activation of a neuron with target {y}: {'; '.join(parts)}.")


@style.look
def softmax_steps(z: ArrayLike, names: Sequence[str] | None = None) -> Panels:
    """The softmax in three steps, as panels of bars: logits z, their exponentials, and these divided by their sum.

    z (n,): the logits of one sample; names: the n classes, 0 … n − 1 if none are given.
    """
    z = inputs.vector("softmax_steps", "z", z)
    names = [str(i) for i in range(z.size)] if names is None else list(names)
    if len(names) != z.size:
        raise ValueError(
            f"softmax_steps: {len(names)} names for {z.size} logits; expected one name per class."
        )
    if z.max() > 100:
        raise ValueError(
            f"softmax_steps: the largest logit is {z.max():g}, and its exponential cannot be drawn; "
            "subtract a number from all logits first."
        )
    exp = np.exp(z)
    axes = panels(1, 3, height=3.3)
    titles = ("logits  z", "exponentials  eᶻ", "probabilities  eᶻ / sum")
    for i, (ax, values, title) in enumerate(zip(axes, (z, exp, exp / exp.sum()), titles, strict=True)):
        _bars(ax, names, values, [style.PALETTE[i % 5]] * z.size)
        ax.set(title=title, xlabel="class")
    p = exp / exp.sum()
    parts = (
        f"class {c}: {number(a)}, {number(b)}, {number(d)}"
        for c, a, b, d in zip(names, z, exp, p, strict=True)
    )
    return style.describe(
        axes,
        f"Logit, exponential and probability of each class: {'; '.join(parts)}. The exponentials add up to {number(exp.sum())}.",
    )


def _bars(ax, names, values, colors, hatched=None):
    """Bars with their values; hatched (n,): which of them."""
    bars = ax.bar(names, values, color=colors, edgecolor=style.INK)
    for i, (bar, value) in enumerate(zip(bars, values, strict=True)):
        bar.set_hatch("//" if hatched is not None and hatched[i] else "")
        ax.annotate(
            f"{value:.2f}".replace("-", "−"),
            (bar.get_x() + bar.get_width() / 2, value),
            (0, 4 if value >= 0 else -14),
            textcoords="offset points",
            ha="center",
        )
    ax.axhline(0, color=style.INK, linewidth=1)
    ax.grid(axis="x", visible=False)
    ax.margins(y=0.18)


@style.look
def softmax_bars(z: ArrayLike, y: ArrayLike, names: Sequence[str] | None = None) -> Panels:
    """Logits z → probabilities p = softmax(z) → gradient p − y of the cross-entropy, as three panels of bars.

    z (n,), y (n,): logits and target (one-hot, or any distribution) of one sample; names: the n classes, 0 …
    n − 1 if none are given.
    """
    z, y = inputs.pair("softmax_bars", "z", z, "y", y)
    checks.rows_sum_to_one("softmax_bars", "y", y[None])
    names = [str(i) for i in range(z.size)] if names is None else list(names)
    if len(names) != z.size:
        raise ValueError(
            f"softmax_bars: {len(names)} names for {z.size} logits; expected one name per class."
        )
    exp = np.exp(z - z.max())
    p = exp / exp.sum()
    truth = np.where(y > 0, 1, 0)
    axes = panels(1, 3, height=3.3)
    titles = ("logits  z", "probabilities  p = softmax(z)", "gradient  p − y")
    for ax, values, title in zip(axes, (z, p, p - y), titles, strict=True):
        _bars(ax, names, values, [(style.BLUE, style.VERMILLION)[t] for t in truth], truth)
        ax.set(title=title, xlabel="class (hatched: the target)")
    parts = (
        f"class {c}: {number(a)}, {number(b)}, {number(d)}"
        for c, a, b, d in zip(names, z, p, p - y, strict=True)
    )
    return style.describe(axes, f"Logit, probability and gradient of each class: {'; '.join(parts)}.")


@style.look
def loss_or_metric(probabilities: Mapping[str, np.ndarray], y: ArrayLike) -> Panels:
    """Two or more classifiers on the same samples: mean cross-entropy (a loss) beside accuracy (a metric).

    probabilities: {name: (n,)}, the probability of class 1 by each classifier; y (n,) labels 0 or 1. Each
    panel shows the probability given to the truth, sample by sample; below one half is a wrong guess.
    """
    inputs.named("loss_or_metric", "name: probabilities (n,)", probabilities, least=2)
    axes = panels(1, len(probabilities), height=3.8, sharey=True)
    parts = []
    for ax, (name, p) in zip(axes, probabilities.items(), strict=True):
        p, y = inputs.pair("loss_or_metric", name, p, "y", y)
        checks.in_unit_interval("loss_or_metric", "y", y)
        checks.in_unit_interval("loss_or_metric", name, p)
        truth = np.sort(np.clip(np.where(y > 0.5, p, 1 - p), 1e-12, 1))
        loss, right = -np.log(truth).mean(), truth > 0.5
        rank = np.arange(1, truth.size + 1)
        ax.plot(rank[right], truth[right], "o", color=style.BLUE, label=f"right: {right.sum()}")
        ax.plot(
            rank[~right],
            truth[~right],
            "X",
            color=style.VERMILLION,
            markersize=8,
            label=f"wrong: {(~right).sum()}",
        )
        ax.axhline(0.5, color=style.MUTED, linestyle="--", linewidth=1)
        ax.set(
            title=f"{name}\nloss {loss:.3f} · accuracy {right.mean():.0%}",
            xlabel="sample, sorted",
            ylim=(-0.04, 1.04),
        )
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.legend(loc="lower right")
        parts.append(f"{name} has loss {loss:.3f} and accuracy {right.mean():.0%}")
    axes[0].set_ylabel("probability given to the truth")
    return style.describe(
        axes, f"Probability given to the truth for {np.size(y)} samples: {'; '.join(parts)}."
    )
