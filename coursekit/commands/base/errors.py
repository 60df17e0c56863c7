"""Errors that a user of the command line can fix: their text is shown, without a traceback."""


class CommandError(Exception):
    """A command cannot do what it was asked; the text says why and how to fix it."""


def expected_errors() -> tuple[type[Exception], ...]:
    """Every class of error whose text is all that the user needs. Imports the packages that define them."""
    from coursekit.exercises.engine.lesson_sources import LessonSourceError
    from coursekit.exercises.engine.notebook_files import NotebookError
    from coursekit.grading.errors import GradingError
    from coursekit.lesson_files import LessonNotFound
    from coursekit.lite.errors import LiteError
    from coursekit.site import SiteError

    return (
        CommandError,
        LessonNotFound,
        LessonSourceError,
        NotebookError,
        GradingError,
        SiteError,
        LiteError,
    )
