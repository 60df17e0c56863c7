"""The capstone on one page, to keep: standing, curves, confusion matrix, ROC curves, decisions, the recipe itself."""

import base64
import html
import inspect
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from coursekit.capstone.decisions import Decision
from coursekit.capstone.standings import Standings
from coursekit.html_page import page, table

HARDEST = 3  # classes whose ROC curves are drawn


@dataclass(frozen=True)
class Report:
    """A page: `body` is its HTML. Displays itself, with a link that saves it; `save` writes it to a file."""

    body: str

    @property
    def html(self) -> str:
        """The whole document; it loads nothing and runs nothing."""
        return page("My capstone", self.body)

    def save(self, path) -> Path:
        """Write the page. Raises OSError where that cannot be done, FileExistsError where a file stands already."""
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
    """The page of the recipe that was ranked.

    decisions: choices with what was measured; names: of the classes, "0" to "9" unless given.
    """
    decisions = list(decisions)
    if odd := [type(d).__name__ for d in decisions if not isinstance(d, Decision)]:
        raise TypeError(f"report: decisions holds a {odd[0]}; it wants capstone.Decision objects.")
    names = list(names) or [str(i) for i in range(standings.runs[0].scores.shape[1])]
    body = "".join(
        [
            "<h1>My capstone</h1>",
            _standing(standings),
            _section("While it learned", *_curves(standings)),
            _section("What it takes for what", _matrix(standings, names), *_roc(standings, names)),
            _section("What I decided, and on what evidence", _decided(decisions)),
            _section("The recipe", _source(standings.recipe)),
        ]
    )
    return Report(body)


def _section(title, *parts):
    return f"<section><h2>{html.escape(title)}</h2>{''.join(parts)}</section>"


def _figure(axes):
    return f"<figure>{axes._repr_mimebundle_()['text/html']}</figure>"


def _standing(standings):
    name, draws = standings.name, len(standings.runs)
    rows = []
    for other in standings.order:
        values = standings.errors[other]
        gap, se = standings.gap(name, other)
        against = "" if other == name else f"{gap:+.1f} ± {se:.1f}".replace("-", "−")
        label = f"<strong>{html.escape(other)}</strong>" if other == name else html.escape(other)
        rows.append(
            f'<tr><td class=n>{standings.rank(other)}</td><th scope="row">{label}</th>'
            f"<td class=n>{values.mean():.1f} ± {values.std(ddof=1):.1f}</td><td class=n>{against}</td></tr>"
        )
    spent = np.mean([run.spent for run in standings.runs]) / 1e6
    head = ["Rank", "Recipe", "Error in %, mean ± sd", f"{html.escape(name)} minus this, ± standard error"]
    return (
        f"<p>Rank {standings.rank(name)} of {len(standings.errors)}, over {draws} draws of images, wrong labels and "
        f"hidden images from one data set (the draws overlap). A training took {spent:,.0f} million multiplications."
        f"</p>{table(head, ''.join(rows))}"
    )


def _curves(standings):
    """The last training of each draw, as far as the shortest went; members of an ensemble averaged."""
    from coursekit import plots

    last = [run.histories[-1] for run in standings.runs if run.histories]
    if not last:
        return ["<p>It trained no network with <code>ck.fit</code>.</p>"]
    epochs = min(history.epochs for history in last)

    def stacked(values):
        return np.stack([np.reshape(v[:epochs], (epochs, -1)).mean(axis=1) for v in values], axis=1)

    train = stacked([history.train for history in last])
    parts = []
    if np.isfinite(train).all():
        losses = {"training, before each update": train}
        if all(h.val is not None for h in last) and np.isfinite(held := stacked([h.val for h in last])).all():
            losses["held out"] = held
        parts.append(_figure(plots.mean_and_spread(losses, "loss")))
    else:
        parts.append("<p>A training diverged: its loss is not finite.</p>")
    if all("error" in history.metrics for history in last):
        errors = {"hidden images": 100 * stacked([history.metrics["error"] for history in last])}
        parts.append(_figure(plots.mean_and_spread(errors, "error (%)")))
    trainings = max(len(run.histories) for run in standings.runs)
    note = f"The last of {trainings} trainings. " if trainings > 1 else ""
    return [f"<p>{note}Held out are the hidden images, unless the recipe has a validation part.</p>", *parts]


def _together(standings):
    scores = np.concatenate([run.scores for run in standings.runs])
    return scores, np.concatenate([run.label for run in standings.runs])


def _matrix(standings, names):
    from coursekit import plots

    scores, label = _together(standings)
    return _figure(plots.class_matrix(label, scores.argmax(axis=1), names))


def _roc(standings, names):
    """ROC curves of the classes that are hardest to tell from all others, by area."""
    from coursekit import numpy_backend as ck
    from coursekit import plots

    scores, label = _together(standings)
    share = scores - np.sort(scores, axis=1)[:, -2:].mean(axis=1, keepdims=True)  # rows on one scale
    present = [k for k in range(len(names)) if 0 < np.mean(label == k) < 1]
    if not present or not np.isfinite(share).all():
        return []
    area = {k: ck.auc(share[:, k], label == k) for k in present}
    hardest = sorted(present, key=area.get)[:HARDEST]
    curves = {f"{names[k]} or not": ck.roc_curve(share[:, k], label == k)[:2] for k in hardest}
    return [
        f"<p>ROC curves of the {len(hardest)} classes with the smallest areas.</p>",
        _figure(plots.roc(curves)),
    ]


def _decided(decisions):
    if not decisions:
        return "<p>No decisions were handed in.</p>"
    rows = "".join(
        f'<tr><th scope="row">{html.escape(d.chose)}</th><td>{html.escape(d.instead_of)}</td>'
        f"<td>{html.escape(d.evidence).replace('-', '−')}</td><td>{html.escape(d.because)}</td></tr>"
        for d in decisions
    )
    return table(["I chose", "instead of", "measured", "because"], rows)


def _source(recipe):
    try:
        source = textwrap.dedent(inspect.getsource(recipe))
    except (OSError, TypeError):  # typed into a console, or built in
        return "<p>Its source is not at hand.</p>"
    return f"<pre>{html.escape(source)}</pre>"
