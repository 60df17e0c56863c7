"""The start page: a notebook in the learner's folder with the next step, the review, the progress, and how it works."""

import json
from datetime import date
from pathlib import Path

from coursekit.commands.base.learner_folder import Copy, keep_old, source_hash, trust, write_whole

NAME = "start.ipynb"

COURSE = """# Training neural networks

A course of numbered notebooks. You look at small problems, guess what will happen, watch networks train, and write the
formulas yourself. Each lesson takes one to one and a half hours. Everything runs on this computer, and nothing you write leaves it."""

HOW = """## How it works

- **Run** a cell with Shift + Enter, from top to bottom. *Run > Run All Cells* works at any time, whatever you have answered.
- **Guess** before you look. A guess that turns out wrong costs nothing, because explaining it is where you learn most.
- **Write** your answer in place of `TODO`, run its cell, then run the `check` below it. It names the mistake if it recognizes it.
- **Stuck?** The verdict has hints to unfold, one after another, and after them the solution, first as a puzzle.
- **After a restart** (of the kernel or of the computer) a cell may say that a name is not defined. Choose
  *Run > Run All Above Selected Cell*: your answers, guesses and points are kept.
- **Save** with Ctrl + S. To start a lesson from the beginning, type `coursekit reset 02` in a terminal; your file is kept beside it.
- **Gray bars** on the left are collapsed cells. They hold experiments behind a figure, and reading them is optional."""

PATHS = """## Paths through the lessons

- *From the beginning:* 00 to 09 in order.
- *Little time:* 00, 02, 03, 06a.
- *A model that has to be trusted:* 01, 02, 05.
- *A deep network that does not train:* 03, 06a, 07a.
- *Something to hand in:* 02 to 06, then 09."""

PROGRESS = "from coursekit.exercises import progress\nprogress()"
REVIEW = "from coursekit.review import review\nreview()"


def write_start_page(folder: Path, copies: list[Copy], today: date | None = None) -> Path:
    """Write the start page with the learner's state of today; a page that the learner changed is kept as start.old.ipynb."""
    file = folder / NAME
    content = start_page(copies, today or date.today())
    if file.exists() and not _is_ours(file):
        keep_old(file)
    write_whole(file, content)
    trust(file)
    return file


def first_page(folder: Path) -> str:
    """The notebook to open: the lesson last worked on, or the start page on the first day."""
    from coursekit.exercises.engine.next_step import last_lesson
    from coursekit.lesson_files import lessons

    last = last_lesson()
    files = [lesson.file for lesson in lessons() if lesson.number == last]
    return files[0] if files and (folder / files[0]).exists() else NAME


def start_page(copies: list[Copy], today: date) -> bytes:
    """The notebook, with the outputs of its cells as they are today."""
    from coursekit.review import due_items
    from coursekit.review.card import summary

    begin = " Run the cell below to begin." if due_items(today) else ""
    cells = [
        _markdown("start-course", COURSE),
        _markdown("start-next", "\n\n".join([*_updates(copies), _next()])),
        _markdown("start-review", f"## Review\n\n{summary(today)}{begin}"),
        _code("start-review-run", REVIEW),
        _markdown("start-how", HOW),
        _markdown("start-paths", PATHS),
        _markdown("start-lessons", f"## The lessons\n\n{_lessons()}"),
        _markdown("start-progress", "## Your progress\n\nRun the cell below to see where you are now."),
        _code("start-progress-run", PROGRESS),
    ]
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    notebook["metadata"]["coursekit"] = {"hash": source_hash(json.dumps(notebook).encode())}
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def _is_ours(file):
    """Whether the page is as it was written, apart from outputs."""
    content = file.read_bytes()
    try:
        written = json.loads(content)["metadata"]["coursekit"]["hash"]
    except (ValueError, KeyError, TypeError):
        return False
    return written == source_hash(content)


def _next():
    """The next step as Markdown, with a link."""
    from coursekit.exercises.engine.next_step import last_lesson, lesson_states
    from coursekit.exercises.engine.progress_table import step_sentence

    sentence, file = step_sentence(lesson_states(), last_lesson())
    return f"**{sentence}**" + (f" [Open the lesson]({file})" if file else "")


def _updates(copies):
    """What an update did, as Markdown."""
    return [
        f"> **{copy.lesson} was updated.** Your answers are in the new version; your notebook as it was is "
        f"[{copy.old.name}]({copy.old.name})."
        for copy in copies
        if copy.old is not None
    ]


def _lessons():
    """The lessons with links and points, as a Markdown table."""
    from coursekit.exercises.engine.next_step import lesson_states

    rows = ["| lesson | points | exercises passed |", "| --- | --- | --- |"]
    for state in lesson_states():
        name = f"{state.lesson.number} {state.lesson.title}".strip()
        link = f"[{name}]({state.lesson.file})" if state.lesson.file else name
        passed = len(state.rows) - len(state.open)
        rows.append(f"| {link} | {state.points:g} of {state.out_of:g} | {passed} of {len(state.rows)} |")
    return "\n".join(rows)


def _markdown(cell_id, text):
    return {"cell_type": "markdown", "id": cell_id, "metadata": {}, "source": text.splitlines(keepends=True)}


def _code(cell_id, source):
    return {
        "cell_type": "code",
        "id": cell_id,
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": source.splitlines(keepends=True),
    }
