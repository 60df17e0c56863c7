"""Every exercise of the course crosses into the sandbox and back: solutions, mistakes, stubs. The registry is the list.

The official solutions are graded twice: alone in bare cells, and in the whole lesson, as it is handed in after Run All.
"""

import nbformat
import pytest
from classes import needs_a_sandbox
from zoo import IMPORT, notebook, stored

from coursekit.exercises import exercises
from coursekit.exercises.engine.notebooks import mistake_source, solution_source, solved, stub
from coursekit.grading.grade import GRADEBOOK, grade
from coursekit.grading.gradebook import Gradebook
from coursekit.lesson_files import lessons_folder

pytestmark = needs_a_sandbox
FILLINGS = {"solved": solution_source, "mistaken": mistake_source, "blank": stub}
each_exercise = pytest.mark.parametrize("exercise", exercises().values(), ids=lambda e: e.id)


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    """{(filling, id): Verdict} of one run over all lessons."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "in").mkdir()
    for name, source in FILLINGS.items():
        cells = [source(exercise) for exercise in exercises().values()]
        (folder / "in" / f"{name}.ipynb").write_bytes(notebook(IMPORT + "TODO = ...", *cells))
    lessons = sorted({key[:2] for key in exercises()})
    done = grade(folder / "in", lessons, folder / "out", jobs=2, seed=11, seconds=20, progress=False)
    with Gradebook(folder / "out" / GRADEBOOK) as book:
        assert [r.findings for r in book.records(done.run) if r.student == "solved"] == [()]
        return {(r.student, v.exercise): v for r in book.records(done.run) for v in r.verdicts}


@each_exercise
def test_the_solution_has_full_marks(verdicts, exercise):
    verdict = verdicts["solved", exercise.id]
    assert (verdict.outcome, verdict.points, verdict.out_of) == (
        "passed",
        exercise.points,
        exercise.points,
    ), verdict


@each_exercise
def test_the_first_mistake_is_named_and_shown_by_an_example(verdicts, exercise):
    verdict = verdicts["mistaken", exercise.id]
    assert verdict.outcome == "wrong"
    assert verdict.points < exercise.points
    assert verdict.misconception == exercise.misconceptions[0].name
    assert verdict.case


@each_exercise
def test_the_stub_has_none(verdicts, exercise):
    verdict = verdicts["blank", exercise.id]
    assert (verdict.outcome, verdict.points, verdict.out_of) == ("unanswered", 0, exercise.points)


LESSONS = sorted(lessons_folder().glob("[0-9]*.ipynb"))


@pytest.fixture(scope="module")
def lessons(tmp_path_factory):
    """{name of the notebook: Record} of every lesson with the official solutions in place."""
    folder, found = tmp_path_factory.mktemp("lessons"), {}
    for path in LESSONS:
        source = folder / path.stem / "in"
        source.mkdir(parents=True)
        (source / path.name).write_bytes(stored(solved(nbformat.read(path, 4))))
        out = folder / path.stem / "out"
        done = grade(source, [path.name[:2]], out, jobs=1, seed=11, seconds=20, progress=False)
        with Gradebook(out / GRADEBOOK) as book:
            (found[path.stem],) = book.records(done.run)
    return found


@pytest.mark.slow
@each_exercise
def test_the_official_solution_has_full_marks_in_its_whole_lesson(lessons, exercise):
    (path,) = [path for path in LESSONS if f'"def {exercise.name}(' in path.read_text(encoding="utf-8")]
    record = lessons[path.stem]
    verdict = next(v for v in record.verdicts if v.exercise == exercise.id)
    assert (verdict.outcome, verdict.points) == ("passed", exercise.points), verdict
    assert not [finding for finding in record.findings if exercise.id in finding and "missing" not in finding]
