"""The page of a capstone: who made it, how it ranks, what was decided, what it misreads, and the recipe itself."""

import base64
import datetime
import inspect
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from coursekit.capstone.decisions import Decision, stated, values_of
from coursekit.capstone.hardest_images import hardest_images
from coursekit.capstone.recipes import RECIPES
from coursekit.capstone.settings import NAMES, in_a_sentence, in_parts, in_words, over_draws
from coursekit.capstone.standings import Standings
from coursekit.capstone.task import NOISE, TRAIN
from coursekit.html_page import code_html, render

TITLE = "A digit reader trained on wrong labels"
OWN = "this recipe"  # what readers of the page read instead of "yours"
COLUMNS = 4  # trainings whose settings are listed


@dataclass(frozen=True)
class Report:
    """A page; `body` is its HTML. A notebook shows it with a link that saves it; `save` writes it to a file.

    notices: what its author should know and readers should not, such as decisions that are left out. They appear in the
    notebook above the page.
    """

    body: str
    title: str = TITLE
    notices: tuple[str, ...] = ()

    @property
    def html(self) -> str:
        """The whole document, which loads nothing and runs no script."""
        return str(render("capstone/page.html", title=self.title, body=self.body))

    def save(self, path: str | Path) -> Path:
        """Write the page. Raises FileExistsError if the file exists, OSError if it cannot be written."""
        path = Path(path)
        with path.open("x", encoding="utf-8") as file:
            file.write(self.html)
        return path

    def _repr_html_(self):
        data = base64.b64encode(self.html.encode()).decode()
        return str(
            render(
                "capstone/notices.html",
                data=data,
                size=len(self.html) / 1e6,
                notices=self.notices,
                body=self.body,
            )
        )

    def __repr__(self):
        lines = [
            f"Report({len(self.html) / 1e6:.1f} MB of HTML); save it with report.save('my_capstone.html')."
        ]
        return "\n".join([*lines, *self.notices])


def report(
    standings: Standings,
    decisions: Sequence[Decision] = (),
    *,
    author: str = "",
    title: str = "",
    summary: str = "",
    date: datetime.date | None = None,
    names: Sequence[str] = (),
) -> Report:
    """Write the page of the recipe that was ranked.

    decisions: choices and the measurements behind them; one that the run contradicts is left out, with a notice. author,
    title: as they appear on the page; summary: a sentence or two by the author. date: today unless given. names: of the
    classes, "0" to "9" unless given.
    """
    decisions = list(decisions)
    if odd := [type(d).__name__ for d in decisions if not isinstance(d, Decision)]:
        raise TypeError(
            f"report: decisions must be capstone.Decision objects, but one is a {odd[0]}. Make it with "
            "capstone.Decision(setting, chose, instead_of, because, gain)."
        )
    decisions, contradicted = stated(decisions, standings)
    date = date or datetime.date.today()
    names = list(names) or [str(i) for i in range(standings.runs[0].scores.shape[1])]
    values = _ranks(standings) | _settings(standings) | _curves(standings) | _classes(standings, names)
    body = render(
        "capstone/report.html",
        **values,
        title=title or TITLE,
        author=author,
        summary=summary,
        date=f"{date.day} {date:%B %Y}",
        names=names,
        decisions=[(d, in_words(d.chose), in_words(d.instead_of)) for d in decisions],
        source=_source(standings.recipe),
    )
    return Report(body, title or TITLE, tuple(_notices(author, decisions, contradicted)))


def _notices(author, decisions, contradicted):
    """What the author should know."""
    if not author:
        yield "The page does not have your name yet: set author."
    if not decisions:
        yield "The page has no decisions yet: capstone.questions asks for them."
    for reason in contradicted:
        yield f"Left out of the page. {reason} Change the decision, or the recipe and its standings."


def _ranks(standings: Standings) -> dict[str, Any]:
    """The ranks of the recipe and of the references."""
    from coursekit import plots

    name, shown = standings.name, OWN if standings.name == "yours" else standings.name
    rows = []
    for other in standings.order:
        errors = standings.errors[other]
        gap, se = standings.gap(other, name)
        rows.append({
            "rank": standings.rank(other),
            "name": shown if other == name else other,
            "error": f"{errors.mean():.1f} ± {errors.std(ddof=1):.1f}",
            "gap": "" if other == name else f"{gap:+.1f} ± {se:.1f}".replace("-", "−"),
            "what": RECIPES[other].__doc__ if other in RECIPES else "",
        })  # fmt: skip
    mine = standings.errors[name]
    return {
        "name": shown,
        "rank": standings.rank(name),
        "rows": rows,
        "error": f"{mine.mean():.1f}",
        "draws": len(standings.runs),
        "given": TRAIN,
        "noise": f"{100 * NOISE:.0f}",
        "hidden": len(standings.runs[0].label),
        "spent": np.mean([run.spent for run in standings.runs]) / 1e6,
        "budget": standings.budget / 1e6,
        "ranks": _picture(
            plots.rank_figure(
                {shown if key == name else key: e for key, e in standings.errors.items()}, shown
            )
        ),
    }


# Settings that say nothing when they have this value in all trainings.
OFF = {
    "batch_norm": False,
    "dropout": 0.0,
    "lam": 0.0,
    "penalty": "none",
    "early_stopping": 0,
    "relabeled": 0.0,
}


def _settings(standings: Standings) -> dict[str, Any]:
    """What was trained: a sentence about the first draw, and a table over all draws with one column per training."""
    runs = [run.settings for run in standings.runs]
    count = min(map(len, runs))
    rows = []
    for key, name in NAMES.items():
        trainings = values_of(standings, key)[:COLUMNS]
        is_off = all(value == OFF.get(key) for values in trainings for value in values)
        if key != "trainings" and not is_off:
            rows.append((name, [over_draws(values) for values in trainings]))
    columns = min(count, COLUMNS)
    heads = ["Value"] if columns == 1 else [f"Training {j}" for j in range(1, columns + 1)]
    found = {"trained": in_a_sentence(runs[0]), "parts": in_parts(runs[0]), "settings": rows, "heads": heads}
    return found | {"columns": columns, "trainings": max(len(run.histories) for run in standings.runs)}


def _curves(standings: Standings) -> dict[str, Any]:
    """Figures of the last training of each draw, up to the length of the shortest; ensembles are averaged."""
    from coursekit import plots

    found: dict[str, Any] = {"losses": None, "hidden_errors": None}
    last = [run.histories[-1] for run in standings.runs if run.histories]
    if not last:
        return found
    epochs = min(history.epochs for history in last)

    def stacked(values: list[np.ndarray]) -> np.ndarray:
        return np.stack([np.reshape(v[:epochs], (epochs, -1)).mean(axis=1) for v in values], axis=1)

    train = stacked([history.train for history in last])
    if np.isfinite(train).all():
        losses = {"training": train}
        held = [history.val for history in last if history.val is not None]
        if len(held) == len(last) and np.isfinite(stacked(held)).all():
            losses["hidden images"] = stacked(held)
        found["losses"] = _picture(plots.mean_and_spread(losses, "loss", each="draw"))
    if all("error" in history.metrics for history in last):
        errors = {"hidden images": 100 * stacked([history.metrics["error"] for history in last])}
        found["hidden_errors"] = _picture(plots.mean_and_spread(errors, "error (%)", each="draw"))
    return found


def _classes(standings: Standings, names: list[str]) -> dict[str, Any]:
    """The images that are misread most often, the confusion matrix, and its largest entries in words."""
    from coursekit import plots

    label = np.concatenate([run.label for run in standings.runs])
    guess = np.concatenate([run.scores for run in standings.runs]).argmax(axis=1)
    shares = np.zeros((len(names), len(names)))
    np.add.at(shares, (label, guess), 100)
    shares /= np.maximum(np.bincount(label, minlength=len(names))[:, None], 1)
    np.fill_diagonal(shares, 0)
    worst = sorted(zip(*np.nonzero(shares), strict=True), key=lambda at: -shares[at])[:3]
    return {
        "misread": hardest_images(standings),
        "matrix": _picture(plots.class_matrix(label, guess, names)),
        "worst": [(names[row], names[column], f"{shares[row, column]:.1f}") for row, column in worst],
    }


def _picture(axes: Any) -> Any:
    """The HTML of a figure, which the package made itself and escapes where it has to."""
    from markupsafe import Markup

    return Markup(axes._repr_mimebundle_()["text/html"])


def _source(recipe: Callable) -> Any:
    """The source of the recipe in colors, or "" for one typed into a console or built in."""
    from markupsafe import Markup

    try:
        return Markup(code_html(textwrap.dedent(inspect.getsource(recipe)).splitlines()))
    except (OSError, TypeError):
        return ""
