"""The instructor's page: how the class did, what to teach again, and which files want a look."""

import html

from coursekit.exercises.engine.exercise import Exercise
from coursekit.grading.gradebook import Gradebook, Run
from coursekit.grading.pictures import histogram, success
from coursekit.html_page import page, table

MOST_MISTAKES = 15
MOST_FINDINGS = 1000


def class_page(book: Gradebook, run: Run, exercises: list[Exercise], alike: list[list[str]]) -> str:
    """The page as HTML; what students wrote is escaped."""
    lessons = " and ".join(run.asked["lessons"])
    scores = book.scores(run)
    shares = [points / out_of for points, out_of in scores if out_of]
    parts = [
        f"<h1>Lesson {lessons}: {len(scores)} submissions</h1>",
        _summary(scores),
        "<h2>Scores</h2>",
        histogram(shares),
        "<h2>Exercises</h2>",
        success([(e.id, e.name) for e in exercises], book.outcomes(run)),
        _mistakes(book.mistakes(run, MOST_MISTAKES), {e.id: e.name for e in exercises}),
        _alike(alike),
        _findings(book, run),
        _history(book.runs()),
    ]
    return page(f"Lesson {lessons}", "".join(parts))


def _summary(scores):
    if not scores:
        return ""
    points = sorted(points for points, _ in scores)
    middle = (points[(len(points) - 1) // 2] + points[len(points) // 2]) / 2
    return (
        f"<p>Mean {sum(points) / len(points):.1f}, median {middle:g}, best {points[-1]:g} of "
        f"{scores[0][1]:g} points.</p>"
    )


def _mistakes(mistakes, names):
    if not mistakes:
        return ""
    rows = "".join(
        f'<tr><td class="n">{count}</td><td>{exercise} {html.escape(names.get(exercise, ""))}</td>'
        f"<td>{html.escape(mistake)}</td></tr>"
        for exercise, mistake, count in mistakes
    )
    head = ["Students", "Exercise", "Mistake"]
    return f"<h2>The commonest named mistakes</h2>{table(head, rows, numbers=1)}"


def _alike(groups):
    if not groups:
        return ""
    items = "".join(f"<li>{html.escape(', '.join(students))}</li>" for students in groups)
    return (
        "<h2>The same answers, word for word</h2><p>Worth a look; short answers can agree by chance, and a group may "
        f"have been allowed.</p><ul>{items}</ul>"
    )


def _findings(book, run):
    items = []
    for record in book.records(run):
        if record.findings and len(items) < MOST_FINDINGS:
            told = "; ".join(map(html.escape, record.findings))
            items.append(f"<li><strong>{html.escape(record.student)}</strong>: {told}</li>")
    if len(items) == MOST_FINDINGS:
        items.append("<li>All findings stand in grades.csv.</li>")
    return f"<h2>Findings</h2><ul>{''.join(items)}</ul>" if items else ""


def _history(runs):
    rows = "".join(
        f'<tr><td class="n">{r.id}</td><td>{html.escape(r.started)}</td><td>{html.escape(r.version)}</td>'
        f"<td>{html.escape(', '.join(r.asked['lessons']))}</td></tr>"
        for r in runs[-20:]
    )
    head = ["Run", "Started (UTC)", "Version", "Lessons"]
    return f"<h2>Runs in the gradebook</h2>{table(head, rows, numbers=1)}"
