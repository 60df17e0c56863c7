"""`progress`: where you stand, as a bar and a table."""

import html

from coursekit.exercises.engine.progress_store import standings
from coursekit.exercises.engine.showing import box, show
from coursekit.exercises.engine.verdict import SYMBOLS


def progress() -> None:
    """Show which exercises you have passed, with a bar and the points."""
    rows = standings()
    points, out_of = sum(row.points for row in rows), sum(row.out_of for row in rows)
    passed = sum(row.outcome == "passed" for row in rows)
    total = f"{points:g} of {out_of:g} points, {passed} of {len(rows)} exercises passed"
    filled = round(20 * points / out_of)
    lines = [f"[{'#' * filled}{'.' * (20 - filled)}] {total}"]
    lines += [
        (
            f"{SYMBOLS[row.outcome]} {row.exercise} {row.name:<24} {row.points:g} of {row.out_of:g}, tries: "
            f"{row.tries}"
        )
        for row in rows
    ]
    show("\n".join(lines), box(_table(rows, points, out_of, total), "Your progress", "#6b7280"))


def _table(rows, points, out_of, total):
    words = {"passed": "passed", "wrong": "not yet right", "unanswered": "not answered"}
    body = "".join(
        f'<tr><th scope="row" style="text-align:left">{row.exercise} {html.escape(row.name)}</th>'
        f'<td style="text-align:left">{SYMBOLS[row.outcome]} {words[row.outcome]}</td>'
        f"<td>{row.points:g} of {row.out_of:g}</td><td>{row.tries}</td></tr>"
        for row in rows
    )
    head = "".join(
        f'<th scope="col" style="text-align:left">{name}</th>'
        for name in ("Exercise", "State", "Points", "Tries")
    )
    return (
        f'<p style="margin:0"><label><strong>{total}</strong><br><progress value="{points:g}" '
        f'max="{out_of:g}" '
        f'style="width:22em;accent-color:#228a4c"></progress></label></p><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    )
