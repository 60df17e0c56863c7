"""A solution as a puzzle: its lines to put in order, or, where it has few lines, gaps to fill in."""

import ast
import hashlib
import io
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
