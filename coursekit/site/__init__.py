"""`coursekit site`: the course as a website, ready for any static host and for a folder opened in a browser.

    build          write the sources, run Sphinx (MyST-NB, sphinx-book-theme), finish the pages
    settings       the repository, the address of the site, the notebooks that run in the browser: what is configured
    executing      lessons, run; kept until something changes that they depend on
    lesson_page    an executed lesson → the notebook that Sphinx shows: buttons, questions, hints, pictures as files
    front_page     three panels of the lessons for the first page
    formulas       TeX → MathML, when the site is built
    reference      the pages about every public name
    gallery        every figure and panel of the lessons on one page
    changes        CHANGELOG as a page and a feed
    card           the picture that is shown with a link to the course
    finishing      without other hosts and unread files; descriptions, site map
    pages/         the landing page and the page of the playground
    static/        style, the guesses and panels, the icon
    vendor/        Temml, the fonts of formulas and icons

Nothing is fetched from elsewhere. Needs the extra `[site]`, and Node.js to set formulas beforehand.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

__all__ = [
    "SiteError",
    "write_site",
]


class SiteError(ValueError):
    """A lesson cannot be run, Sphinx is missing, or the folder cannot be written; the message says which."""


def write_site(
    folder: str | Path,
    lessons: Sequence[str | int] = (),
    report: Callable[[str], object] = print,
    *,
    address: str | None = None,
    lite: str = "",
    cache: str | Path | None = None,
    jobs: int = 2,
) -> Path:
    """Run the lessons and write the site to `folder`; return the path of its first page.

    lessons: numbers or names, all by default. report: called with one line per lesson that is done. address: where the
    site will be, for its site map and the pictures of shared links; by default the GitHub Pages of the repository that
    pyproject.toml names, "" for none. lite: the address of `coursekit lite`'s site, from the first page. cache: where
    executed lessons are kept. jobs: lessons that run at the same time. Files of the same names are replaced, others in
    the folder are kept. Raises SiteError, and LessonNotFound for an unknown lesson.
    """
    from coursekit.site.build import build  # Sphinx takes its time
    from coursekit.site.settings import settings

    place = Path(cache) if cache is not None else _cache_folder()
    return build(folder, lessons, report, settings(address, lite), place, jobs)


def _cache_folder() -> Path:
    """The folder of executed lessons: below $COURSEKIT_HOME if that is set, else in the user's cache folder."""
    if home := os.environ.get("COURSEKIT_HOME"):
        return Path(home) / "cache" / "site"
    from platformdirs import user_cache_path

    return user_cache_path("coursekit", appauthor=False) / "site"
