"""The first cell of a lesson on the site: say which edition this is, and where the learner's work is kept."""

import os

from coursekit.exercises.engine.showing import say
from coursekit.exercises.engine.store import drive, in_browser, store
from coursekit.lite.editions import current_name, other_editions


def begin(lesson: str, edition: str) -> None:
    """Say what a learner must know before this notebook, which holds `edition` of `lesson` ("02_loss_functions").

    If it is an earlier edition, saved in the browser, name the current one and how to bring the answers there. If it is
    the current one and earlier ones are still saved, name those. Otherwise say where the work is kept.
    """
    if in_browser():
        # as Jupyter's server would set it: guesses belong to this lesson
        os.environ["JPY_SESSION_NAME"] = f"{lesson}.{edition}.ipynb"
    current = current_name(lesson)
    folder = store().parent
    saved = other_editions(lesson, [path.name for path in folder.iterdir()] if folder.is_dir() else [])
    if current and current != f"{lesson}.{edition}.ipynb":
        text = (
            f"This is your saved copy of an earlier edition of the lesson. The current edition is `{current}`, in the "
            "list of files. Your answers stay in this copy. To bring them into the current edition, run "
            f'`from coursekit import lite; lite.carry_over("{lesson}")` in a new cell, then open the current edition.'
        )
        say(text, "A newer edition of this lesson")
    elif saved:
        names = ", ".join(f"`{name}`" for name in saved)
        text = (
            f"Your browser still has {_copies(saved)} of this lesson, with what you wrote there: {names}. "
            f'To bring the answers into this notebook, run `lite.carry_over("{lesson}")` in a new cell.'
        )
        say(text, "Your earlier copy of this lesson")
    elif drive():
        say(
            "This notebook runs in your browser; no server sees your answers. Your browser keeps your notebooks and your "
            "progress, until you delete its data for this site. `lite.export_work()` writes one file to download.",
            "Where your work is kept",
        )
    elif in_browser():
        say(
            "Your guesses and points are lost when this page is closed, because this window lets no page keep files for "
            "Python. A private window does that in some browsers: open the lesson in an ordinary one.",
            "Progress not kept",
        )


def _copies(names):
    return "a copy of an earlier edition" if len(names) == 1 else f"{len(names)} copies of earlier editions"
