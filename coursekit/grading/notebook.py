"""Read a notebook file of any sort into cells; nothing in it is ever run to be read.

What is amiss becomes a finding: a sentence for a human, not an error.
"""

import ast
import functools
import json
import re
from dataclasses import dataclass

from coursekit.grading.parsing import syntax_tree

LARGEST = 64 * 2**20  # bytes of a file
MOST_CELLS = 5000
LONGEST = 200_000  # characters of a cell's code
_KEPT_MAGICS = ("time", "timeit", "capture", "prun")  # the cell below such a line is Python
_MAGIC = re.compile(r"^(\s*)(?:[%!?]|[\w.]+\s*\?+\s*$|[\w, ]+=\s*[%!]).*$", re.MULTILINE)


class Unreadable(ValueError):
    """Not a notebook; the text is the finding."""


@dataclass(frozen=True)
class Cell:
    """A code cell: its label ("cell 7", counting all cells from 1), its Python, and its parsed statements."""

    label: str
    source: str
    statements: tuple[ast.stmt, ...]


@dataclass(frozen=True)
class Notebook:
    """The code cells that parse, the text of all others by label, and what a human should know."""

    cells: tuple[Cell, ...]
    others: tuple[tuple[str, str, str], ...]  # (label, kind or the syntax error, text)
    findings: tuple[str, ...]


def read(content: bytes) -> Notebook:
    """The notebook in these bytes. Raises Unreadable where there is none."""
    findings, cells, others = [], [], []
    for label, kind, source in _cells(_document(content, findings), findings):
        if kind != "code":
            others.append((label, f"a {kind} cell", source))
        elif len(source) > LONGEST:
            findings.append(f"{label} has {len(source):,} characters of code; it was not graded")
        else:
            cleaned, statements, error = parse(source)
            if error:
                findings.append(f"{label} has a {error}; what it defines was not graded")
                others.append((label, "a cell with an error", source))
            else:
                cells.append(Cell(label, cleaned, statements))
    if not cells and not findings:
        findings.append("the notebook has no code")
    return Notebook(tuple(cells), tuple(others), tuple(findings))


@functools.lru_cache(maxsize=256)  # most cells are the lesson's own, the same in every submission
def parse(source: str) -> tuple[str, tuple[ast.stmt, ...], str | None]:
    """(Python, statements, error): magics and shell lines are cut only from a cell that does not parse."""
    source = (
        source.replace("\r\n", "\n").encode(errors="replace").decode()
    )  # half characters cannot be parsed
    statements, error = _parsed(source)
    if error is None:
        return source, statements, None
    cut = _without_magics(source)
    statements, cut_error = _parsed(cut)
    return cut, statements, cut_error and error


def _parsed(source):
    try:
        return tuple(syntax_tree(source).body), None
    except SyntaxError as error:
        return (), f"{type(error).__name__} in line {error.lineno}: {error.msg}"
    except (ValueError, RecursionError, MemoryError) as error:
        return (), f"text that Python cannot parse ({type(error).__name__})"


def _without_magics(source):
    """The same lines, so that their numbers stay right; a cell in another language is empty."""
    first = re.match(r"\s*%%(\w+)", source)
    if first and first[1] not in _KEPT_MAGICS:
        return ""
    return _MAGIC.sub(r"\1pass", source)


def _document(content, findings):
    if not content.strip():
        raise Unreadable("the file is empty (0 bytes of text): nothing was handed in")
    if content[:2] == b"PK":
        raise Unreadable("the file is a zip archive under a notebook's name: unpack it")
    try:
        return json.loads(content)
    except UnicodeDecodeError:
        findings.append("some characters are not valid UTF-8; they were replaced")
        text = content.decode(errors="replace")
    except (ValueError, RecursionError) as error:
        raise Unreadable(_not_json(content, error)) from None
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_not_json(content, error)) from None


def _not_json(content, error):
    if content.lstrip()[:1] in (b"{", b"\xef", b"\xff", b"\xfe"):
        if isinstance(error, json.JSONDecodeError) and error.pos >= len(error.doc.rstrip()) - 1:
            return f"the file breaks off after {len(content):,} bytes: the upload was cut short"
        if isinstance(error, json.JSONDecodeError) and "Unterminated" in error.msg:
            return f"the file breaks off within a text after {len(content):,} bytes: the upload was cut short"
        return f"the file is no valid JSON ({str(error)[:100]}): it was edited or damaged"
    return "the file is not a notebook (no JSON): perhaps a script, a page or a picture under its name"


def _cells(document, findings):
    """(label, kind, source) of every cell, of notebook format 3, 4, or one that looks like them."""
    if not isinstance(document, dict):
        raise Unreadable("the file is JSON, but not a notebook: it has no cells")
    version = document.get("nbformat")
    cells = document.get("cells")
    if cells is None:
        sheets = document.get("worksheets")
        sheets = sheets if isinstance(sheets, list) else []
        cells = [c for sheet in sheets if isinstance(sheet, dict) for c in sheet.get("cells") or []]
        if not sheets:
            raise Unreadable("the file is JSON, but not a notebook: it has no cells")
    if not isinstance(cells, list):
        raise Unreadable("the file is JSON, but not a notebook: its cells are no list")
    if version not in (3, 4):
        findings.append(
            f"the notebook's format is {str(version)[:20]!r} instead of 4; it was read all the same"
        )
    if len(cells) > MOST_CELLS:
        findings.append(f"the notebook has {len(cells):,} cells; the first {MOST_CELLS:,} were read")
    for number, cell in enumerate(cells[:MOST_CELLS], 1):
        source = _source(cell)
        if source is None:
            findings.append(f"cell {number} is damaged; it was left out")
            continue
        kind = cell.get("cell_type")
        if not isinstance(kind, str):
            kind = "code"
        yield f"cell {number}", kind[:20], source


def _source(cell):
    """The text of a cell, or None if it has none."""
    if not isinstance(cell, dict):
        return None
    source = cell.get("source", cell.get("input"))
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    return source if isinstance(source, str) else None
