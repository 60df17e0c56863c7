"""A project, which trains networks, is graded like an exercise: the same sandbox, more time."""

import pytest
from classes import hand_in, needs_a_sandbox, points
from zoo import notebook

from coursekit.exercises import lookup
from coursekit.exercises.engine.notebooks import mistake_source, solution_source, stub
from coursekit.grading.grade import grade

pytestmark = [needs_a_sandbox, pytest.mark.slow]
HEAD = "import numpy as np\nfrom coursekit import numpy_backend as ck\nfrom coursekit.exercises import TODO"
THIEF = """
def my_recipe(ck, x, y, x_new, rng):
    from coursekit import data
    digits = data.digits()
    known = {row.tobytes(): label for row, label in zip(digits.x, digits.y)}
    return np.array([known[row.tobytes()] for row in x_new])
"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    folder, project = tmp_path_factory.mktemp("project"), lookup("09.1")
    source = hand_in(
        folder / "in",
        ada=notebook(HEAD, solution_source(project)),
        bob=notebook(HEAD, mistake_source(project)),
        cem=notebook(HEAD, stub(project)),
        dan=notebook(HEAD, THIEF),
    )
    grade(source, ["09"], folder / "out", seed=5, seconds=30, jobs=1, progress=False)
    return folder / "out"


def test_points_go_by_rank(graded):
    by_heart = points(graded)["bob"]
    assert points(graded) == {"ada": 10, "bob": by_heart, "cem": 0, "dan": 0}
    assert by_heart <= 2  # a reference recipe memorizes too


def test_the_mistake_is_named_and_the_hidden_images_are_not_told(graded):
    page = next((graded / "feedback").glob("bob*.html")).read_text(encoding="utf-8")
    assert "learns the wrong labels too" in page
    assert "an example" in page


def test_labels_that_are_looked_up_are_found_out(graded):
    page = next((graded / "feedback").glob("dan*.html")).read_text(encoding="utf-8")
    assert "data.datasets.digits" in page
