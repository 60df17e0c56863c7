"""After a kernel restart: a NameError is followed by a sentence that helps."""

from typing import Any

# Names that a lesson's first code cell imports.
IMPORTED = frozenset(
    [
        "np",
        "ck",
        "data",
        "plots",
        "widgets",
        "initializers",
        "risk",
        "capstone",
        "check",
        "hint",
        "solution",
        "use",
        "progress",
        "TODO",
    ]
)
RUN_ABOVE = "Choose Run > Run All Above Selected Cell, then run this cell again."


def advice(name: str) -> str:
    """What to do about a name that is not defined."""
    if name in IMPORTED:
        return (
            f"{name} is imported by the first code cell of the lesson, and this kernel has not run that cell yet, "
            f"probably because it was restarted. {RUN_ABOVE}"
        )
    return (
        f"{name} is not defined. Either the name is misspelled, or the cell that defines it has not been run since "
        f"the kernel started. {RUN_ABOVE}"
    )


def explain_missing_names(shell: Any) -> None:
    """Have IPython's shell add the advice below the traceback of a NameError."""
    shell.set_custom_exc((NameError,), _show)


def _show(shell, kind, error, trace, tb_offset=None):
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
    if error.name and not isinstance(error, UnboundLocalError):
        print(advice(error.name))
