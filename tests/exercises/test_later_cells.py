"""A passed answer works in every later cell of its lesson, whatever form its outputs have.

The cells that call `use` are run once with the solutions, together with the cells that they depend on, and the calls
they make are kept. Every other right way to write an answer is then called as these cells call it, through `use`:
where its outputs have the form and the values of the solution's, the rest of the cell cannot tell them apart.
"""

import ast
import copy
import functools
import inspect

import nbformat
import numpy as np
import pytest
import torch
from right_answers import RIGHT

import coursekit.exercises
from coursekit.exercises import exercises, use
from coursekit.exercises.engine.answers import draw_questions
from coursekit.exercises.engine.checking import assess
from coursekit.exercises.engine.forms import has_form
from coursekit.exercises.engine.notebooks import exercise_cells, solution_source, solved
from coursekit.exercises.engine.values import difference, plain
from coursekit.lesson_files import lessons_folder

pytestmark = pytest.mark.slow
EACH = 3  # calls of one form that are kept
LESSONS = {path.stem: path for path in sorted(lessons_folder().glob("*.ipynb"))}


def names(source):
    """(names that a cell reads, names that it assigns)."""
    tree = ast.parse(source)
    read = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    stored = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            stored.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            stored |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            read.add(node.target.id)
    return read, stored


def needed(sources):
    """The places of the cells that call `use`, and of all cells that those depend on."""
    found = set()
    for target, source in enumerate(sources):
        if "use(" not in source:
            continue
        found.add(target)
        wanted, _ = names(source)
        for place in reversed(range(target)):
            read, stored = names(sources[place])
            if stored & wanted:
                found.add(place)
                wanted = wanted - stored | read
    return sorted(found)


def form(value):
    """What kind of value it is: arrays by their number of axes."""
    if isinstance(value, tuple | list):
        return type(value).__name__, tuple(map(form, value[:2]))
    return f"array with {value.ndim} axes" if isinstance(value, np.ndarray) else type(value).__name__


@functools.cache
def calls_of(lesson):
    """{exercise id: [(arguments, named arguments, output)]}: the calls that later cells make."""
    notebook = solved(nbformat.read(LESSONS[lesson], as_version=4))
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    kept = {}

    def recording(exercise_id, function=None):
        solution = exercises()[exercise_id].solution

        def called(*args, **named):
            before = copy.deepcopy((args, named))
            output = solution(*args, **named)
            same = [call for call in kept.setdefault(exercise_id, []) if form(call[0]) == form(args)]
            if len(same) < EACH:
                kept[exercise_id].append((*before, copy.deepcopy(output)))
            return output

        return called

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(coursekit.exercises, "use", recording)
        space = {"__name__": "__main__", "display": lambda *shown: None}  # as in a notebook
        for place in needed(sources):
            exec(compile(sources[place], f"<{lesson}, cell {place}>", "exec"), space)
    return kept


def leaves(change, value):
    """The value with every array and number in it changed."""
    if isinstance(value, tuple | list):
        return type(value)(leaves(change, entry) for entry in value)
    if isinstance(value, dict):
        return {key: leaves(change, entry) for key, entry in value.items()}
    return change(value) if isinstance(value, np.ndarray | float | np.floating) else value


def as_lists(value):
    return leaves(lambda leaf: leaf.tolist() if isinstance(leaf, np.ndarray) else [leaf], value)


def as_tuples(value):
    return leaves(lambda leaf: tuple(leaf) if isinstance(leaf, np.ndarray) else np.array(leaf), value)


def as_tensors(value):
    return leaves(torch.as_tensor, value)


def as_generators(value):
    return iter(value) if isinstance(value, tuple | list) else value


def rewritten(exercise, change):
    """The solution as a learner's function, its outputs in another form."""
    space = {"np": np, "__name__": "__main__"}
    exec(solution_source(exercise), space)
    solution = space[exercise.name]

    @functools.wraps(solution)
    def answer(*args, **named):
        return change(solution(*args, **named))

    return answer


def answers(exercise):
    """{name: function} of the right answers in other styles."""
    found = {f.__name__: f for f in RIGHT.get(exercise.id, ())}
    for change in (as_lists, as_tuples, as_tensors, as_generators):
        found[change.__name__] = rewritten(exercise, change)
    return found


def as_good(got, want):
    return difference(got, want) is None


def near(got, want):
    """Single precision loses digits where a lesson's data cancel: its error is small beside the largest entry."""
    if isinstance(want, dict):
        return all(near(got[key], want[key]) for key in want)
    if isinstance(want, tuple | list) and not all(np.isscalar(entry) for entry in want):
        return all(map(near, got, want))
    if isinstance(want, str | bool | int) or want is None:
        return as_good(got, want)
    want = np.asarray(want)
    return bool(np.all(abs(np.asarray(got) - want) <= 1e-3 * np.max(abs(want), initial=1e-30)))


@pytest.mark.parametrize("lesson", LESSONS)
def test_passed_answers_work_in_later_cells(lesson):
    for key, calls in calls_of(lesson).items():
        exercise = exercises()[key]
        random = any(p.law for p in exercise.properties)
        for name, answer in answers(exercise).items():
            if assess(key, answer, rng=np.random.default_rng(0)).outcome != "passed":
                assert name.startswith("as_"), name  # a form that the check refuses, and says so
                continue
            used = use(key, answer)
            for args, named, want in calls:
                got = used(*copy.deepcopy(args), **copy.deepcopy(named))
                assert has_form(got, want), (key, name, got, want)
                close = near if "float32" in name else as_good
                assert random or close(plain(got), plain(want)), (key, name, got, want)


@pytest.mark.parametrize("lesson", LESSONS)
def test_later_cells_call_an_answer_only_as_its_check_does(lesson):
    """A right answer may rely on what the docstring says of its arguments."""
    for key, calls in calls_of(lesson).items():
        exercise = exercises()[key]
        parameters = list(inspect.signature(exercise.solution).parameters)
        questions = draw_questions(exercise, np.random.default_rng(0))
        for args, named, _ in calls:
            for place, argument in enumerate(args):
                asked = {form(q.args[place]) for q in questions if len(q.args) > place}
                if isinstance(argument, np.ndarray):
                    assert form(argument) in asked, (key, parameters[place], form(argument), asked)
            assert set(named) <= set(parameters), (key, named)


def test_every_lesson_uses_its_answers_later():
    """Otherwise the tests above try nothing. Lessons that only check are listed."""
    asking = {stem for stem, path in LESSONS.items() if exercise_cells(nbformat.read(path, as_version=4))}
    assert {stem for stem in asking if calls_of(stem)} >= asking - {"09_capstone"}
