"""Put the learner's answers into the newer version of a lesson."""

import ast
import copy
import json
import re
from datetime import date

from coursekit.lesson_files import NOTICE

BACKEND = re.compile(r"^from coursekit import (numpy|torch)_backend as ck", re.MULTILINE)


def carried_over(old: bytes, new: bytes, old_name: str, today: date) -> bytes:
    """The new version of a lesson with the learner's answers, own cells and choice of backend, and a notice on top.

    Answers are found by the names of the functions, the learner's own cells by their ids, which differ from those of
    the lesson. Whatever else was changed is only in the old file. A file that is no notebook is replaced.
    """
    notebook = json.loads(new) if new[:1] == b"{" else None
    if not isinstance(notebook, dict) or "cells" not in notebook:
        return new
    old_cells = _cells(old)
    carried = _put_answers(notebook["cells"], old_cells)
    _put_backend(notebook["cells"], old_cells)
    added = _put_own_cells(notebook["cells"], old_cells)
    notebook["cells"].insert(0, _notice(old_name, carried, added, today))
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def _cells(content):
    """The cells of a notebook with their sources as text; none if the file is damaged."""
    try:
        cells = json.loads(content)["cells"]
        return [
            {
                "type": cell["cell_type"],
                "id": cell.get("id", ""),
                "source": "".join(cell["source"]),
                "cell": cell,
            }
            for cell in cells
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []


def _put_answers(cells, old_cells):
    """Replace the cell of each exercise by the learner's, if the learner answered it; return the names."""
    from coursekit.exercises.engine.registry import everything

    names = {exercise.name for exercise in everything().values()}
    answers = {}
    for old in old_cells:
        if old["type"] == "code":
            answers |= dict.fromkeys(names & _answered(old["source"]), old["source"])
    carried = []
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] != "code":
            continue
        for name in names & _defined(source):
            if name in answers and answers[name] != source:
                cell["source"] = answers[name].splitlines(keepends=True)
                carried.append(name)
    return carried


def _defined(source):
    """The functions defined at the top level of a cell."""
    return set(re.findall(r"^def (\w+)", source, re.MULTILINE))


def _answered(source):
    """The functions that a cell defines with more than a blank body; all of them if it does not parse."""
    try:
        body = ast.parse(re.sub(r"^[%!].*$", "pass", source, flags=re.MULTILINE)).body
    except SyntaxError:
        return _defined(source)
    functions = [statement for statement in body if isinstance(statement, ast.FunctionDef)]
    return {function.name for function in functions if not _is_blank(function)}


def _is_blank(function):
    statements = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return [ast.unparse(statement) for statement in statements] in (["return TODO"], ["..."], ["pass"], [])


def _put_backend(cells, old_cells):
    """Use the backend that the learner's notebook used."""
    chosen = [match[1] for old in old_cells if (match := BACKEND.search(old["source"]))]
    if not chosen:
        return
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and (match := BACKEND.search(source)):
            start, end = match.span(1)
            cell["source"] = (source[:start] + chosen[0] + source[end:]).splitlines(keepends=True)


def _put_own_cells(cells, old_cells):
    """Insert the learner's own cells after the cell they followed; return how many there were."""
    prefix = cells[0].get("id", "").partition("-")[0] if cells else ""
    ids = [cell.get("id") for cell in cells]
    added, last = 0, None
    for old in old_cells:
        of_the_lesson = old["id"].startswith(f"{prefix}-") or old["id"] in (*ids, NOTICE)
        if of_the_lesson or not prefix:
            last = old["id"] if old["id"] in ids else last
        elif old["source"].strip():
            place = ids.index(last) + 1 if last in ids else len(ids)
            own = copy.deepcopy(old["cell"])
            if own["cell_type"] == "code":
                own |= {"outputs": [], "execution_count": None}
            cells.insert(place, own)
            ids.insert(place, old["id"])
            last, added = old["id"], added + 1
    return added


def _notice(old_name, carried, added, today):
    """A cell that says what happened."""
    from coursekit.exercises.engine.progress_page import day

    kept = [f"{len(carried)} answer{'s' if len(carried) != 1 else ''}"]
    kept += [f"{added} cell{'s' if added != 1 else ''} of your own"] if added else []
    text = (
        f"> **This lesson was updated** on {day(today)}. Your work was carried over ({' and '.join(kept)}); your "
        f"guesses are kept as well. Your notebook as it was before is [{old_name}]({old_name}). You can delete this cell."
    )
    return {"cell_type": "markdown", "id": NOTICE, "metadata": {}, "source": [text]}
