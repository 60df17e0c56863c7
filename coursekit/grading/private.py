"""The instructor's own properties, beside those that students can read in the course."""

import hashlib
import importlib.util
from pathlib import Path
from typing import Any

from coursekit.exercises.engine.exercise import Property
from coursekit.exercises.engine.registry import everything
from coursekit.grading.errors import GradingError


def private_properties(folder: Path) -> dict[str, list[Property]]:
    """The instructor's own properties by exercise: each Python file of the folder has PROPERTIES = {"02.1": [...]}.

    Raises GradingError for a file without them, or an unknown exercise.
    """
    found: dict[str, list[Property]] = {}
    files = sorted(Path(folder).glob("*.py"))
    if not files:
        raise GradingError(f"{folder} holds no Python files with private properties.")
    for path in files:
        spec: Any = importlib.util.spec_from_file_location(f"private_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        try:
            spec.loader.exec_module(module)
        except Exception as error:  # an instructor's file may raise anything
            line = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
            raise GradingError(f"{path}{line}: {type(error).__name__}: {error}. Fix the file.") from error
        own = getattr(module, "PROPERTIES", None)
        if not isinstance(own, dict) or not set(own) <= set(everything()):
            raise GradingError(
                f'{path} must define PROPERTIES = {{"02.1": [Property(...), ...]}}, with ids of exercises; it has {own!r:.200}.'
            )
        for key, properties in own.items():
            found.setdefault(key, []).extend(properties)
    return found


def fingerprint(folder: Path) -> str:
    """A hash of the folder's Python files: a run is only resumed with the same ones."""
    return hashlib.sha256(
        b"\0".join(path.read_bytes() for path in sorted(Path(folder).glob("*.py")))
    ).hexdigest()
