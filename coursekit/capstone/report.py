"""The page of a capstone: rank, learning curves, confusion matrix, ROC curves, decisions and the recipe itself."""

import base64
import inspect
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from coursekit.capstone.decisions import Decision
from coursekit.capstone.standings import Standings
from coursekit.html_page import render

HARDEST = 3  # classes whose ROC curves are drawn


@dataclass(frozen=True)
class Report:
    """A page; `body` is its HTML. A notebook shows it with a link that saves it; `save` writes it to a file."""

    body: str

    @property
    def html(self) -> str:
        """The whole document, which loads nothing and runs no script."""
        return str(render("templates/page.html", title="My capstone", body=self.body))

    def save(self, path: str | Path) -> Path:
        """Write the page. Raises FileExistsError if the file exists, OSError if it cannot be written."""
        path = Path(path)
        with path.open("x", encoding="utf-8") as file:
            file.write(self.html)
        return path

    def _repr_html_(self):
        data = base64.b64encode(self.html.encode()).decode()
        link = f'<a download="my_capstone.html" href="data:text/html;base64,{data}">Save this page</a>'
        return f"<p>{link} (my_capstone.html, {len(self.html) / 1e6:.1f} MB)</p>{self.body}"

    def __repr__(self):
        return f"Report({len(self.html) / 1e6:.1f} MB of HTML); save it with report.save('my_capstone.html')."


def report(standings: Standings, decisions: Sequence[Decision] = (), names: Sequence[str] = ()) -> Report:
    """Write the page of the recipe that was ranked.

    decisions: choices and the measurements behind them; names: of the classes, "0" to "9" unless given.
    """
    decisions = list(decisions)
    if odd := [type(d).__name__ for d in decisions if not isinstance(d, Decision)]:
        raise TypeError(
            f"report: decisions must be capstone.Decision objects, but one is a {odd[0]}. Make it with "
            "capstone.Decision(chose, instead_of, because, gain)."
        )
    names = list(names) or [str(i) for i in range(standings.runs[0].scores.shape[1])]
    values = _ranks(standings) | _curves(standings) | _classes(standings, names)
    return Report(
        render("capstone/report.html", **values, decisions=decisions, source=_source(standings.recipe))
    )


def _ranks(standings: Standings) -> dict[str, Any]:
    """The ranks of the recipe and of the references."""
    name = standings.name
    rows = []
    for other in standings.order:
        errors = standings.errors[other]
        gap, se = standings.gap(name, other)
        rows.append({
            "rank": standings.rank(other),
            "name": other,
            "error": f"{errors.mean():.1f} ± {errors.std(ddof=1):.1f}",
            "gap": "" if other == name else f"{gap:+.1f} ± {se:.1f}".replace("-", "−"),
        })  # fmt: skip
    return {
        "name": name,
        "rank": standings.rank(name),
        "rows": rows,
        "draws": len(standings.runs),
        "spent": np.mean([run.spent for run in standings.runs]) / 1e6,
    }


def _curves(standings: Standings) -> dict[str, Any]:
    """Figures of the last training of each draw, up to the length of the shortest; ensembles are averaged."""
    from coursekit import plots

    found: dict[str, Any] = {"trainings": max(len(run.histories) for run in standings.runs)}
    found |= {"losses": None, "hidden_errors": None}
    last = [run.histories[-1] for run in standings.runs if run.histories]
    if not last:
        return found
    epochs = min(history.epochs for history in last)

    def stacked(values: list[np.ndarray]) -> np.ndarray:
        return np.stack([np.reshape(v[:epochs], (epochs, -1)).mean(axis=1) for v in values], axis=1)

    train = stacked([history.train for history in last])
    if np.isfinite(train).all():
        losses = {"training, before each update": train}
        held = [history.val for history in last if history.val is not None]
        if len(held) == len(last) and np.isfinite(stacked(held)).all():
            losses["held out"] = stacked(held)
        found["losses"] = _picture(plots.mean_and_spread(losses, "loss"))
    if all("error" in history.metrics for history in last):
        errors = {"hidden images": 100 * stacked([history.metrics["error"] for history in last])}
        found["hidden_errors"] = _picture(plots.mean_and_spread(errors, "error (%)"))
    return found


def _classes(standings: Standings, names: list[str]) -> dict[str, Any]:
    """The confusion matrix, and the ROC curves of the classes with the smallest areas under the curve."""
    from coursekit import numpy_backend as ck
    from coursekit import plots

    scores = np.concatenate([run.scores for run in standings.runs])
    label = np.concatenate([run.label for run in standings.runs])
    found: dict[str, Any] = {
        "matrix": _picture(plots.class_matrix(label, scores.argmax(axis=1), names)),
        "roc": None,
        "hardest": 0,
    }
    # minus the mean of the two largest scores, so that the scores of all rows are comparable
    margin = scores - np.sort(scores, axis=1)[:, -2:].mean(axis=1, keepdims=True)
    present = [k for k in range(len(names)) if 0 < np.mean(label == k) < 1]
    if present and np.isfinite(margin).all():
        area = {k: ck.auc(margin[:, k], label == k) for k in present}
        hardest = sorted(present, key=lambda k: area[k])[:HARDEST]
        curves = {f"{names[k]} or not": ck.roc_curve(margin[:, k], label == k)[:2] for k in hardest}
        found |= {"roc": _picture(plots.roc(curves)), "hardest": len(hardest)}
    return found


def _picture(axes: Any) -> Any:
    """The HTML of a figure, which the package made itself and escapes where it has to."""
    from markupsafe import Markup

    return Markup(axes._repr_mimebundle_()["text/html"])


def _source(recipe: Callable) -> str:
    """The source of the recipe, or "" for one typed into a console or built in."""
    try:
        return textwrap.dedent(inspect.getsource(recipe))
    except (OSError, TypeError):
        return ""
