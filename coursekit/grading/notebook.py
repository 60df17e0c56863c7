"""Parse a notebook file, or a script, into cells; nothing in it is ever run for that.

Whatever is wrong with it becomes a finding: a sentence for a human, not an error. Cells are translated to Python by
IPython's own code, so that prompts, indentation and magics mean here what they mean in Jupyter.
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
MOST_CODE = 1_000_000  # characters of all cells' code
MOST_MAGICS = 200  # of a cell: IPython reads the whole cell again for each
MOST_STATEMENTS = 20_000  # at the top level of all cells
_PYTHON_MAGICS = (
    "time",
    "capture",
    "prun",
)  # IPython runs the text after them in the notebook's own namespace
_SPECIAL = re.compile(r"^[ \t]*(?:%|!|\?|,|;|/|>>>|\.\.\.|In \[)", re.MULTILINE)
_CELL_MARK = re.compile(r"^# *%%.*$", re.MULTILINE)


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


def parse_notebook(content: bytes) -> Notebook:
    """The notebook in these bytes. Raises Unreadable where there is none."""
    findings: list[str] = []
    return _notebook(_cells(_document(content, findings), findings), findings)


def parse_script(content: bytes) -> Notebook:
    """The notebook that a Python script stands for: one cell, or several where it has lines that start with # %%."""
    if content.lstrip()[:1] == b"{":  # a notebook under a script's name
        return parse_notebook(content)
    findings = ["it is a Python script, not a notebook; it was graded all the same"]
    if not content.strip() or b"\0" in content:
        raise Unreadable("the file is not a Python script: nothing was handed in")
    text = content.decode(errors="replace").removeprefix("\ufeff")
    parts = [part for part in _CELL_MARK.split(text) if part.strip()]
    return _notebook(((f"cell {i}", "code", part) for i, part in enumerate(parts, 1)), findings)


def _notebook(found, findings):
    cells, others, code, count = [], [], 0, 0
    for label, kind, source in found:
        if kind != "code":
            others.append((label, f"a {kind} cell", source))
            continue
        code += len(source)
        if len(source) > LONGEST:
            findings.append(f"{label} has {len(source):,} characters of code; it was not graded")
        elif code > MOST_CODE:
            findings.append(
                f"the notebook has more than {MOST_CODE:,} characters of code; {label} and what follows were not graded"
            )
            break
        else:
            cleaned, statements, error = parse_cell(source)
            if error:
                findings.append(f"{label} has a {error}; what it defines was not graded")
                others.append((label, "a cell with an error", source))
                continue
            count += len(statements)
            if count > MOST_STATEMENTS:
                findings.append(
                    f"the notebook has more than {MOST_STATEMENTS:,} statements; {label} and what follows were not graded"
                )
                break
            cells.append(Cell(label, cleaned, statements))
    if not cells and not findings:
        findings.append("the notebook has no code")
    return Notebook(tuple(cells), tuple(others), tuple(findings))


@functools.lru_cache(maxsize=1024)  # most cells are the lesson's own, the same in every submission
def parse_cell(source: str) -> tuple[str, tuple[ast.stmt, ...], str | None]:
    """(Python, statements, error) of a cell, translated as IPython does it."""
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    source = source.encode(errors="replace").decode()  # half characters cannot be parsed
    if not _SPECIAL.search(source):  # IPython would leave it as it is
        statements, error = _parsed(source)
        if error is None:
            return source, statements, None
    magics = sum(1 for _ in _SPECIAL.finditer(source))
    translated = _python(source) if magics <= MOST_MAGICS else source
    statements, error = _parsed(translated)
    return translated, statements, error


def _parsed(source):
    try:
        return tuple(syntax_tree(source).body), None
    except SyntaxError as error:
        return (), f"{type(error).__name__} in line {error.lineno}: {error.msg}"
    except (ValueError, RecursionError, MemoryError) as error:
        return (), f"text that Python cannot parse ({type(error).__name__})"


def _python(source: str) -> str:
    """The cell as Python: magics become calls of get_ipython(), those that run Python become that Python."""
    from IPython.core.inputtransformer2 import TransformerManager  # only where a cell is not plain Python

    try:
        text = TransformerManager().transform_cell(source)
    except (SyntaxError, RuntimeError, RecursionError, IndexError, ValueError):
        return source
    if "get_ipython().run_" not in text:
        return text
    statements, error = _parsed(text)
    if error:
        return text
    lines = text.split("\n")
    for statement in reversed(statements):
        if (code := _magic_python(statement)) is not None:
            lines[statement.lineno - 1 : statement.end_lineno] = code.rstrip("\n").split("\n")
    return "\n".join(lines)


def _magic_python(statement):
    """The Python that a magic at the top level runs, or None."""
    match statement:
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(value=ast.Call(func=ast.Name(id="get_ipython")), attr=kind),
                args=[ast.Constant(value=str(magic)), *_, ast.Constant(value=str(code))],
            )
        ) if magic in _PYTHON_MAGICS and kind in ("run_line_magic", "run_cell_magic"):
            return _python(code)
    return None


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
