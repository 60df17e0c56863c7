"""Lesson 08: a network that grows by one hidden layer a stage, step by step, with its validation error beneath."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.plots.base import style
from coursekit.plots.base.caption import Caption
from coursekit.plots.base.drawing import Drawing
from coursekit.plots.base.picture import Panels, panels

UNITS = (6, 4, 3)  # drawn of the inputs, of a hidden layer, of the output layer
WORDS = {
    "draw": "Draw one hidden layer and an output layer at random.",
    "train": "Train for {epochs} epochs: {moving} of {all} parameters move.",
    "freeze": "Freeze all layers except for the output layer.",
    "cut": "Cut the output layer off. It keeps its values.",
    "add": "Add a new hidden layer, drawn at random, at the end.",
    "re-attach": "Re-attach the trained output layer. The last two layers will be trained.",
    "fine-tune": "After the last stage, train all layers together for {epochs} epochs: {moving} parameters move.",
}
# How the weights into a layer are drawn: color, line style, width.
LOOKS: dict[str, tuple[str, Literal["-", "--", ":"], float]] = {
    "random": (style.INK, ":", 1.1),
    "trains": (style.VERMILLION, "-", 1.7),
    "frozen": (style.MUTED, "-", 0.6),
    "kept": (style.BLUE, "--", 1.2),
}


def plan(depth):
    """[(stage, action), …] from the first draw to fine-tuning, in which the stage is the last one again."""
    growing = [(stage, action) for stage in range(2, depth + 1) for action in [*list(WORDS)[2:6], "train"]]
    return [(1, "draw"), (1, "train"), *growing, (depth, "fine-tune")]


def layers_at(stage, action):
    """What becomes of each layer, the hidden ones from the input side and the output last: a key of LOOKS or "cut off"."""
    if action in ("draw", "fine-tune") or (stage, action) == (1, "train"):
        return [{"draw": "random"}.get(action, "trains")] * (stage + 1)
    last_two = {
        "freeze": [],
        "cut": [],
        "add": ["random", "cut off"],
        "re-attach": ["random", "kept"],
        "train": ["trains", "trains"],
    }[action]
    return ["frozen"] * (stage - 1) + (last_two or [{"freeze": "kept", "cut": "cut off"}[action]])


def _bundles(looks, away=0.7):
    """Where the units are, a column (units, 2) for each layer, and the lines between them, {look: segments}.

    away: how much farther than usual an output layer is that has been cut off.
    """
    columns = [_column(x, UNITS[1] if x else UNITS[0]) for x in range(len(looks))]
    columns.append(_column(len(looks) + away * (looks[-1] == "cut off"), UNITS[2]))
    lines = {name: [] for name in LOOKS}
    for l, look in enumerate(looks):
        if look == "cut off":  # stubs: its weights are there, and lead from nowhere
            lines["kept"] += [[(x - 0.35, y), (x, y)] for x, y in columns[-1]]
        else:
            lines[look] += [[start, end] for start in columns[l] for end in columns[l + 1]]
    return columns, lines


def _column(x, units):
    """The places of a layer's units (units, 2)."""
    return np.c_[np.full(units, float(x)), 0.5 + (np.arange(units) - (units - 1) / 2) * 0.17]


@style.look
def greedy_steps() -> Panels:
    """The five steps of greedy training that end with a second hidden layer, one small network for each step."""
    steps = {
        "1 · train": (1, "train"),
        "2 · freeze": (2, "freeze"),
        "3 · cut, add": (2, "add"),
        "4 · re-attach": (2, "re-attach"),
        "5 · train": (2, "train"),
    }
    networks = {title: layers_at(*step) for title, step in steps.items()}
    axes, texts = panels(1, 5, height=2.5, width_ratios=[3, 3, 4.2, 4, 4]), []
    for ax, (title, looks) in zip(axes, networks.items(), strict=True):
        columns, lines = _bundles(looks, away=0.2)
        for name, (color, line, wide) in LOOKS.items():
            ax.add_collection(
                LineCollection(lines[name], colors=color, linestyles=[line], linewidths=wide, zorder=1)
            )
        ax.plot(*np.concatenate(columns).T, "o", color=style.INK, markerfacecolor="white", markersize=7)
        names = ["in", *(f"h{l}" for l in range(1, len(looks))), "out"]
        for name, column in zip(names, columns, strict=True):
            ax.text(column[0, 0], -0.07, name, ha="center", va="top")
        ax.set(xlim=(-0.35, columns[-1][0, 0] + 0.65), ylim=(-0.2, 1.02), title=title)
        ax.axis("off")
        states = ", ".join(f"{name} {look}" for name, look in zip(names[1:], looks, strict=True))
        texts.append(f"{title}: {states}")
    lines = [
        Line2D([], [], color=color, linestyle=line, linewidth=wide) for color, line, wide in LOOKS.values()
    ]
    names = ["random weights", "being trained", "frozen", "trained and kept"]
    axes[0].figure.legend(lines, names, loc="outside lower center", ncols=4, handlelength=3)
    text = f"A second hidden layer is added to a network in five steps. {'; '.join(texts)}."
    return style.describe(axes, text)


class GreedyStages(Drawing):
    """Above the network in the present step: what trains, is frozen, new, cut off. Beneath the error up to here.

    stages: validation error in %, (epochs, seeds), one array a stage; fine_tuning: the same for the epochs in which
    all layers train; sizes: inputs, units of every hidden layer, outputs.
    """

    @style.look
    def __init__(self, stages, fine_tuning, sizes):
        self.runs, self.sizes, depth = [*stages, fine_tuning], sizes, len(stages)
        self.plan, self.ends = plan(depth), np.cumsum([len(run) for run in self.runs])
        self.axes = sheet, curve = panels(2, 1, height=5.9, height_ratios=(1.5, 1))
        sheet.set(xlim=(-0.4, depth + 2.0), ylim=(-0.38, 1.3))
        sheet.axis("off")
        self.bundles = {
            name: sheet.add_collection(
                LineCollection([], colors=color, linestyles=[line], linewidths=wide, zorder=1)
            )
            for name, (color, line, wide) in LOOKS.items()
        }
        (self.units,) = sheet.plot(
            [], [], "o", color=style.INK, markerfacecolor="white", markersize=11, zorder=2
        )
        self.labels = [sheet.add_artist(Caption(0, -0.06, across=0.5, up=1)) for _ in range(depth + 2)]
        self.words = sheet.add_artist(Caption(0, 1, up=1, transform=sheet.transAxes))
        low, high = min(run.min() for run in self.runs), max(run.max() for run in self.runs)
        curve.set(yscale="log", xlim=(0, self.ends[-1] + 1), ylim=(0.8 * max(low, 0.1), 1.2 * high))
        ticks = [tick for tick in (1, 3, 10, 30, 100) if 0.8 * low < tick < 1.2 * high]
        curve.set_yticks(ticks, [str(tick) for tick in ticks])
        curve.yaxis.minorticks_off()
        curve.set(xlabel="epoch, over all stages", ylabel="validation error (%)")
        for end in self.ends[:-1]:
            curve.axvline(end + 0.5, color=style.MUTED, linestyle="--", linewidth=1)
        for i, end in enumerate(self.ends):
            name = f"stage {i + 1}" if i < depth else "fine-tuning"
            middle = end - len(self.runs[i]) / 2
            curve.annotate(
                name, (middle, 1), (0, -12), xycoords=("data", "axes fraction"), textcoords="offset points",
                ha="center",
            )  # fmt: skip
        self.band = curve.add_collection(
            PolyCollection([], facecolor=style.BLUE, alpha=0.18, linewidth=0), autolim=False
        )
        (self.line,) = curve.plot([], [], color=style.BLUE)
        (self.now,) = curve.plot([], [], color=style.VERMILLION, linewidth=3)
        self.result = curve.add_artist(Caption(0, 1.03, transform=curve.transAxes))
        self.moving = [
            *self.bundles.values(), self.units, *self.labels, self.words,
            self.band, self.line, self.now, self.result,
        ]  # fmt: skip

    def update(self, step):
        """Show the step with this number, counted from 1."""
        stage, action = self.plan[step - 1]
        looks = layers_at(stage, action)
        self._show_network(looks)
        trained = self._show_curve(step)
        head = f"Step {step} of {len(self.plan)}, stage {stage}: {action}."
        summary = WORDS[action].format(
            epochs=len(self.runs[stage - (action == "train")]),
            moving=f"{self._parameters(looks, only='trains'):,}",
            all=f"{self._parameters(looks):,}",
        )
        self.words.place(text=f"{head}\n{summary}")
        states = ", ".join(label.text.replace("\n", " ") for label in self.labels if label.text)
        style.describe(self.axes, f"{head} {summary} Layers: {states}. {trained}")

    def _show_network(self, looks):
        columns, lines = _bundles(looks)
        for name, bundle in self.bundles.items():
            bundle.set_segments(lines[name])
        self.units.set_data(*np.concatenate(columns).T)
        names = ["inputs", *(f"hidden {l}" for l in range(1, len(looks))), "output"]
        states = [f"{self.sizes[0]} numbers", *looks]
        for i, label in enumerate(self.labels):
            shown = i < len(names)
            label.place(x=columns[i][0][0] if shown else 0, text=f"{names[i]}\n{states[i]}" if shown else "")

    def _show_curve(self, step):
        """Draw the epochs up to this step; says in words how they end."""
        done = sum(action in ("train", "fine-tune") for _, action in self.plan[:step])
        if not done:
            for line in (self.line, self.now):
                line.set_data([], [])
            self.band.set_verts([])
            self.result.place(text="")
            return "Nothing is trained yet."
        values = np.concatenate(self.runs[:done])
        x, mean, sd = np.arange(1, len(values) + 1), values.mean(axis=1), values.std(axis=1, ddof=1)
        self.line.set_data(x, mean)
        low = np.maximum(mean - sd, 0.01)
        self.band.set_verts([np.r_[np.c_[x, low], np.c_[x, mean + sd][::-1]]])
        new = x > self.ends[done - 1] - len(self.runs[done - 1])
        trains = self.plan[step - 1][1] in ("train", "fine-tune")
        self.now.set_data(x[new & trains], mean[new & trains])
        text = f"epoch {x[-1]}: {mean[-1]:.1f} ± {sd[-1]:.1f} % (mean ± sd, n = {values.shape[1]})"
        self.result.place(text=text)
        return f"Validation error at {text}."

    def _parameters(self, looks, only=None):
        """How many weights and biases the network has, or those of the layers that `only` names."""
        m, h, n = self.sizes
        counts = [m * h + h, *[h * h + h] * (len(looks) - 2), h * n + n]
        return sum(count for count, look in zip(counts, looks, strict=True) if only in (None, look))


def errors_of_stages(where, stages, fine_tuning):
    """The arrays (epochs, seeds) of all stages and of fine-tuning, checked: at least two stages and two seeds."""
    runs = [checks.numeric(where, "an array of errors", run) for run in [*stages, fine_tuning]]
    if len(runs) < 3:
        raise ValueError(f"{where}: got {len(runs) - 1} stages; expected at least 2, else nothing grows.")
    for run in runs:
        checks.finite(where, "an array of errors", run)
        if run.ndim != 2 or run.shape[1] < 2 or run.shape[1] != runs[0].shape[1]:
            raise ValueError(
                f"{where}: an array of errors has shape {run.shape}; each must be (epochs, seeds), with the same "
                "seeds, at least 2."
            )
    return runs[:-1], runs[-1]


def greedy_stages(
    stages: Sequence[ArrayLike], fine_tuning: ArrayLike, step: int = 1, sizes: Sequence[int] = (64, 32, 10)
) -> Panels:
    """Greedy layer-wise training in one of its steps: the network above, its validation error so far beneath.

    stages: validation error in %, (epochs, seeds), one array a stage; fine_tuning: the same for the epochs in which
    all layers train; step: counted from 1; sizes: inputs, units of every hidden layer, outputs. Returns two panels.
    """
    stages, fine_tuning = errors_of_stages("greedy_stages", stages, fine_tuning)
    steps = len(plan(len(stages)))
    if checks.positive_integer("greedy_stages", "step", step) > steps:
        raise ValueError(f"greedy_stages: step is {step}, but {len(stages)} stages have {steps} steps.")
    drawing = GreedyStages(stages, fine_tuning, sizes)
    drawing.update(step=step)
    return drawing.axes
