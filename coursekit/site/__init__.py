"""`coursekit site`: the executed lessons as a static site, ready for any host and for a folder without one.

    pages       the pages, their index and their search
    executing   a lesson, run
    page        a notebook → the HTML of its cells
    page.html, site.css, site.js    what stands around them

Nothing is fetched from elsewhere: formulas are MathML, interactives are flipbooks, the search runs in the page.
"""

__all__ = [
    "SiteError",
    "write_site",
]


class SiteError(ValueError):
    """A lesson that cannot be run, or a folder that cannot be written; its text says which."""


def write_site(folder, lessons=(), tell=print):
    """Run the lessons and write them to `folder` as static HTML; returns the path of its index.

    lessons: numbers or names; none takes all. tell: hears what has been done, a line for each lesson. Files of
    the same names are replaced, others in the folder are kept. Raises SiteError, and LessonNotFound for an unknown
    lesson.
    """
    from coursekit.site.pages import write  # nbconvert takes its time

    return write(folder, lessons, tell)
