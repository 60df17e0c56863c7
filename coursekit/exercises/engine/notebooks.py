"""Exercises as notebook cells: write the stub, find the answers, put solutions or mistakes in."""

import ast
import copy
import inspect
import re
import textwrap

from coursekit.exercises.engine.exercise import Exercise
from coursekit.exercises.engine.registry import everything


def stub(exercise: Exercise) -> str:
    """The cell a learner starts from: the signature, the docstring, and TODO."""
    doc = inspect.getdoc(exercise.solution) or ""
    closing = "\n" if "\n" in doc else ""
    body = f'"""{doc}{closing}"""\nreturn TODO'
    return f"def {exercise.signature}:\n{textwrap.indent(body, '    ')}"


def exercise_cells(nb) -> list[tuple[Exercise, int]]:
    """(exercise, index of the cell) for each cell that defines an exercise's function, in order."""
    return [
        (exercise, index)
        for index, cell in enumerate(nb.cells)
        if cell.cell_type == "code"
        for exercise, _ in _definitions(cell.source)
    ]


def solved(nb):
    """A copy of the notebook with the solution in place of every answer."""
    return _filled(nb, solution_source)


def wrong(nb):
    """A copy of the notebook with a mistake in place of every answer: the first misconception's."""
    return _filled(nb, mistake_source)


def solution_source(exercise: Exercise) -> str:
    """The solution as a learner would write it."""
    return textwrap.dedent(inspect.getsource(exercise.solution)).rstrip("\n")


def mistake_source(exercise: Exercise) -> str:
    """The first misconception as a function of the exercise's name."""
    return source_as(exercise.misconceptions[0].wrongs[0], exercise.name)


def source_as(function, name: str) -> str:
    """The source of a plain function or a lambda, as a def of this name."""
    code = function.__code__
    lines, _ = inspect.findsource(function)
    tree = ast.parse("".join(lines))
    if function.__name__ != "<lambda>":
        node = next(
            n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == function.__name__
        )
        node.name = name
        return ast.unparse(node)
    start = next(
        (line, column) for line, _, column, _ in list(code.co_positions())[1:] if line and column is not None
    )
    around = [n for n in ast.walk(tree) if isinstance(n, ast.Lambda) and _contains(n.body, start)]
    node = max(around, key=lambda n: (n.lineno, n.col_offset))  # the innermost
    return f"def {name}({ast.unparse(node.args)}):\n    return {ast.unparse(node.body)}"


def _contains(node, place):
    return (node.lineno, node.col_offset) <= place < (node.end_lineno, node.end_col_offset)


def _definitions(source):
    """(exercise, its lines as a slice) for each exercise defined at the top level of a cell."""
    by_name = {exercise.name: exercise for exercise in everything().values()}
    return [(by_name[name], lines) for name, lines in _functions(source) if name in by_name]


def _functions(source):
    """(name, its lines as a slice) for each function defined at the top level."""
    lines = ["#" if line[:1] in "%!?" else line for line in source.split("\n")]  # magics are not Python
    try:
        body = ast.parse("\n".join(lines)).body
    except SyntaxError:  # an answer that does not parse reaches to the next line that is not indented
        starts = [i for i, line in enumerate(lines) if line[:1] not in ("", " ", "\t", ")", "#", "@")]
        ends = [*starts[1:], len(lines)]
        found = [
            (re.match(r"(?:async )?def (\w+)", lines[i]), i, end)
            for i, end in zip(starts, ends, strict=False)
        ]
        return [(match[1], slice(i, end)) for match, i, end in found if match]
    return [
        (node.name, slice(min([node.lineno, *(d.lineno for d in node.decorator_list)]) - 1, node.end_lineno))
        for node in body
        if isinstance(node, ast.FunctionDef)
    ]


def _filled(nb, source_of):
    nb = copy.deepcopy(nb)
    for cell in nb.cells:
        if cell.cell_type != "code":
            continue
        lines = cell.source.split("\n")
        for exercise, place in reversed(_definitions(cell.source)):  # from the end: line numbers stay right
            lines[place] = source_of(exercise).splitlines()
        cell.source = "\n".join(lines)
    return nb
