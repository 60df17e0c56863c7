"""`coursekit site`: the executed lessons as a static site, ready for any host and for a folder without one.

    pages       the pages, their index and their search
    executing   a lesson, run
    page        a notebook → the HTML of its cells
    page.html, site.css, site.js    the frame of a page

Nothing is fetched from elsewhere: formulas are MathML, interactives are flipbooks, the search runs in the page.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

__all__ = [
    "SiteError",
    "write_site",
]


class SiteError(ValueError):
    """A lesson cannot be run, or the folder cannot be written; the message says which."""


def write_site(
    folder: str | Path, lessons: Sequence[str | int] = (), report: Callable[[str], object] = print
) -> Path:
    """Run the lessons and write them to `folder` as static HTML; return the path of the index.

    lessons: numbers or names, all by default. report: called with one line per lesson that is done. Files of the same
    names are replaced, others in the folder are kept. Raises SiteError, and LessonNotFound for an unknown lesson.
    """
    from coursekit.site.pages import write  # nbconvert takes its time

    return write(folder, lessons, report)
