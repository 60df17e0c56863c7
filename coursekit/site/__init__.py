"""`coursekit site`: the course as a website, ready for any static host and for a folder opened in a browser.

    build          write the sources, run Sphinx (MyST-NB, sphinx-book-theme), make the result independent of other hosts
    executing      a lesson, run
    lesson_page    an executed lesson → the notebook that Sphinx shows: questions, hints, pictures as files
    reference      the pages about every public name
    gallery        every figure and panel of the lessons on one page
    pages/         the landing page and the page of the playground
    static/        style, the guesses, the icon

Nothing is fetched from elsewhere: MathJax with its fonts and the theme's files are part of the site. Needs the extra
`[site]`.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

__all__ = [
    "SiteError",
    "write_site",
]


class SiteError(ValueError):
    """A lesson cannot be run, Sphinx is missing, or the folder cannot be written; the message says which."""


def write_site(
    folder: str | Path, lessons: Sequence[str | int] = (), report: Callable[[str], object] = print
) -> Path:
    """Run the lessons and write the site to `folder`; return the path of its first page.

    lessons: numbers or names, all by default. report: called with one line per lesson that is done. Files of the same
    names are replaced, others in the folder are kept. Raises SiteError, and LessonNotFound for an unknown lesson.
    """
    from coursekit.site.build import build  # Sphinx takes its time

    return build(folder, lessons, report)
