"""A solution as a puzzle: its lines to put in order, or, where it has few lines, gaps to fill in."""

import ast
import hashlib
import io
import keyword
import tokenize

import numpy as np

from coursekit.exercises.engine.exercise import Exercise
from coursekit.exercises.engine.notebooks import solution_source

FEWEST = 4  # lines that are worth putting in order
GAP = "___"
OPERATORS = {"+", "-", "*", "/", "**", "@", "//", "%", "<", ">", "<=", ">="}


def body_lines(exercise: Exercise) -> list[str]:
    """The lines of the solution below its docstring, without comments, one statement per line."""
    function = ast.parse(solution_source(exercise)).body[0]
    if not isinstance(function, ast.FunctionDef):
        raise TypeError(f"Exercise {exercise.id}: its solution must be a function.")
    statements = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return ast.unparse(ast.Module(statements, [])).splitlines()


def shuffled_lines(exercise: Exercise) -> list[str] | None:
    """The lines of the solution in another order, without their indentation; None if there are too few.

    The order is the same each time, so that a page does not change when it is written again.
    """
    lines = [line.strip() for line in body_lines(exercise)]
    if len(lines) < FEWEST:
        return None
    seed = int(hashlib.sha256(exercise.id.encode()).hexdigest()[:8], 16)
    rng = np.random.default_rng(seed)
    order = lines
    while order == lines:
        order = [lines[i] for i in rng.permutation(len(lines))]
    return order


def with_gaps(exercise: Exercise) -> list[str]:
    """The lines of the solution with gaps: in place of the functions and attributes it names; if it names none, of
    its operators; if it has none, of the texts that it returns.
    """
    lines = body_lines(exercise)
    for chosen in (_attribute, _operator, _text):
        gapped = _blank(lines, chosen)
        if gapped != lines:
            return gapped
    return lines


def _blank(lines, chosen):
    """The lines with a gap in place of each chosen token."""
    tokens = list(tokenize.generate_tokens(io.StringIO("\n".join(lines) + "\n").readline))
    neighbors = zip([None, *tokens], tokens, [*tokens[1:], None], strict=False)
    places = [(token.start, token.end) for before, token, after in neighbors if chosen(before, token, after)]
    result = [*lines]
    for (row, start), (_, end) in reversed(places):  # from the end, so that columns stay right
        result[row - 1] = result[row - 1][:start] + GAP + result[row - 1][end:]
    return result


def _attribute(before, token, after):
    return before is not None and before.string == "." and token.type == tokenize.NAME


def _operator(before, token, after):
    return token.type == tokenize.OP and token.string in OPERATORS


def _text(before, token, after):
    return token.type == tokenize.STRING and after.string != ":"


def code_html(lines: list[str]) -> str:
    """Code as HTML in the colors of the notebook's theme."""
    source = "\n".join(lines) + "\n"
    parts, row, column = [], 1, 0
    text = source.splitlines(keepends=True)
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, IndentationError):
        tokens = []  # lines out of order need not parse
    for token in tokens:
        color = _color(token)
        if not color or token.start < (row, column):
            continue
        parts.append(_escape(_between(text, (row, column), token.start)))
        parts.append(f'<span style="color:{color}">{_escape(token.string)}</span>')
        row, column = token.end
    parts.append(_escape(_between(text, (row, column), (len(text) + 1, 0))))
    return f'<pre style="margin:.3em 0;white-space:pre-wrap">{"".join(parts).rstrip()}</pre>'


def _color(token):
    kinds = {
        tokenize.STRING: ("string", "#a31515"),
        tokenize.COMMENT: ("comment", "#408080"),
        tokenize.NUMBER: ("number", "#107040"),
    }
    name, fallback = kinds.get(token.type, (None, None))
    if token.type == tokenize.NAME and keyword.iskeyword(token.string):
        name, fallback = "keyword", "#008000"
    return f"var(--jp-mirror-editor-{name}-color,{fallback})" if name else None


def _between(text, start, end):
    (row, column), (last, until) = start, end
    if row == last:
        return text[row - 1][column:until]
    middle = "".join(text[row : last - 1])
    tail = text[last - 1][:until] if last <= len(text) else ""
    return text[row - 1][column:] + middle + tail if row <= len(text) else ""


def _escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
