"""Two errors of a notebook's surroundings are followed by a sentence that helps: a restarted kernel, a hidden module."""

import sys
from pathlib import Path
from typing import Any

from coursekit.commands.base.learner_folder import HIDEABLE

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


def hidden_modules(folder: Path) -> list[str]:
    """Modules that were imported from a file in this folder instead: there is a numpy.py, for example."""
    return [
        name
        for name, module in sorted(sys.modules.items())
        if name in HIDEABLE and _folder_of(module) == folder
    ]


def _folder_of(module):
    file = getattr(module, "__file__", None)
    return Path(file).resolve().parent if file else None


def explain_errors(shell: Any) -> None:
    """Have IPython's shell add the advice below the traceback."""
    shell.set_custom_exc((NameError, ImportError, AttributeError), _show)


def _show(shell, kind, error, trace, tb_offset=None):
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
    hidden = hidden_modules(Path.cwd())
    if hidden and not isinstance(error, NameError):
        print(
            f"The file {hidden[0]}.py beside this notebook hides the module {hidden[0]}, which probably caused "
            "this error. Rename the file, then restart the kernel."
        )
    elif isinstance(error, NameError) and not isinstance(error, UnboundLocalError) and error.name:
        print(advice(error.name))
