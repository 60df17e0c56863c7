"""A solution with one line changed, so that it computes something else: for "which line is wrong?"."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from numpy.random import Generator

from coursekit.exercises.engine.answers import draw_questions
from coursekit.exercises.engine.exercise import Exercise
from coursekit.exercises.engine.judge import judge
from coursekit.exercises.engine.notebooks import solution_source
from coursekit.exercises.engine.puzzle import body_lines
from coursekit.exercises.engine.running import run_answer

SECONDS = 1.0  # for a changed solution, which may never end
MOST_TRIED = 12  # changes that are run to find one that matters

_OPERATORS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.MatMult: ast.Mult,
    ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
}  # fmt: skip
_NAMES = {
    "mean": "sum", "sum": "mean", "max": "min", "min": "max", "argmax": "argmin", "argmin": "argmax",
    "maximum": "minimum", "minimum": "maximum", "sqrt": "square", "exp": "log", "log": "exp", "abs": "square",
    "median": "mean", "floor": "ceil", "ceil": "floor", "any": "all", "all": "any", "sign": "abs",
}  # fmt: skip


@dataclass(frozen=True)
class Mutation:
    """lines: the body of the solution with line `number` (from 0) changed from `right`."""

    lines: tuple[str, ...]
    number: int
    right: str

    @property
    def wrong(self) -> str:
        return self.lines[self.number]


def mutations(exercise: Exercise) -> list[Mutation]:
    """Every change of a single line that this module knows, whether it matters or not."""
    right = body_lines(exercise)
    tree = ast.parse("\n".join(right))
    found = []
    for node in range(sum(1 for _ in ast.walk(tree))):
        for changed in _changes(tree, node):
            lines = ast.unparse(changed).splitlines()
            different = [i for i, pair in enumerate(zip(right, lines, strict=False)) if pair[0] != pair[1]]
            if len(lines) == len(right) and len(different) == 1:
                found.append(Mutation(tuple(lines), different[0], right[different[0]]))
    return found


def wrong_versions(exercise: Exercise, rng: Generator, count: int) -> list[Mutation]:
    """Up to `count` changes that make the solution fail its check, in random order, no two of the same text."""
    candidates = mutations(exercise)
    found: list[Mutation] = []
    questions = draw_questions(exercise, rng)
    for i in rng.permutation(len(candidates))[:MOST_TRIED]:
        candidate = candidates[int(i)]
        if candidate.wrong in [other.wrong for other in found] or not _fails(exercise, candidate, questions):
            continue
        found.append(candidate)
        if len(found) == count:
            break
    return found


def _fails(exercise, mutation, questions):
    answers = run_answer(_function(exercise, mutation), questions, seconds=SECONDS)
    return judge(exercise, questions, answers).outcome == "wrong"


def _function(exercise, mutation):
    """The changed solution as a function."""
    definition = ast.parse(solution_source(exercise)).body[0]
    assert isinstance(definition, ast.FunctionDef)
    definition.body = ast.parse("\n".join(mutation.lines)).body
    names: dict[str, Any] = dict(exercise.solution.__globals__)
    exec(compile(ast.Module([definition], []), f"<{exercise.id}, changed>", "exec"), names)
    return names[definition.name]


def _changes(tree: ast.Module, number: int) -> Iterator[ast.Module]:
    """Copies of the tree in which the node of this number (in the order of ast.walk) is changed."""
    for change in (_operator, _name, _constant):
        changed = copy.deepcopy(tree)
        node = next(node for i, node in enumerate(ast.walk(changed)) if i == number)
        if change(node):
            yield ast.fix_missing_locations(changed)


def _operator(node):
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        node.op = _OPERATORS[type(node.op)]()
        return True
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _OPERATORS:
        node.ops[0] = _OPERATORS[type(node.ops[0])]()
        return True
    return False


def _name(node):
    if isinstance(node, ast.Attribute) and node.attr in _NAMES:
        node.attr = _NAMES[node.attr]
        return True
    return False


def _constant(node):
    """An axis becomes the other one, keepdims=True goes, a whole number is off by one."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, int):
        return False
    if isinstance(node.value, bool):
        node.value = not node.value
    else:
        node.value = 1 - node.value if node.value in (0, 1) else node.value + 1
    return True
