"""What `from coursekit.exercises import …` finds inside the sandbox: nothing that judges, shows or solves."""

from coursekit.exercises.engine.todo import TODO

__all__ = ["TODO", "check", "hint", "progress", "solution", "use"]


def check(exercise_id: object = None, function: object = None, **_: object) -> None:
    """Judges nothing here: the grader does, elsewhere."""


def use(exercise_id: object = None, function: object = None) -> object:
    """The function as it is."""
    return function


def hint(exercise_id: object = None) -> None:
    """Shows nothing here."""


solution = progress = hint


def __getattr__(name):
    """Other names too can be imported; they do nothing."""
    if name.startswith("_"):
        raise AttributeError(name)
    return hint
