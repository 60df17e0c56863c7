"""The package that a submission sees: no solution and no formula that is asked for."""

import ast

import numpy as np
import pytest
from boxes import job_for

from coursekit.exercises.engine.checking import references
from coursekit.exercises.engine.registry import everything
from coursekit.grading import stage
from coursekit.grading.inside.wire import decode, encode


def test_a_folder_is_split_around_what_is_hidden_also_behind_a_link(tmp_path):
    package = tmp_path / "lib" / "site-packages" / "coursekit"
    package.mkdir(parents=True)
    (tmp_path / "lib" / "site-packages" / "numpy").mkdir()
    (tmp_path / "lib" / "link").symlink_to(tmp_path / "lib")
    (tmp_path / "lib64").symlink_to("lib")
    readable, listable = stage.without([tmp_path / "lib", tmp_path / "lib64"], [package])
    assert readable == [tmp_path / "lib" / "site-packages" / "numpy"]
    assert tmp_path / "lib" / "site-packages" in listable


@pytest.fixture(scope="module")
def staged(tmp_path_factory):
    folder = tmp_path_factory.mktemp("staged")
    stage.copy_package(folder)
    return folder


def test_no_solution_is_staged(staged):
    engine = {path.name for path in (staged / "coursekit" / "exercises" / "engine").iterdir()}
    assert {"__init__.py", "todo.py", "running.py"} <= engine
    assert not engine & {"judge.py", "registry.py", "checking.py", "helping.py", "notebooks.py"}
    assert not {"judge.py", "private.py", "gradebook.py"} & {
        p.name for p in (staged / "coursekit" / "grading").iterdir()
    }
    assert "solution=" not in "".join(path.read_text() for path in staged.rglob("*.py"))


def test_no_formula_that_is_asked_for_is_staged(staged):
    """Neither of the exercise itself nor of what it may be copied from: each such function only raises."""
    names = {name for exercise in everything().values() for name in references(exercise)}
    found = 0
    for path in staged.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            body = node.body if isinstance(node, ast.Module | ast.ClassDef) else ()
            for function in [n for n in body if isinstance(n, ast.FunctionDef) and n.name in names]:
                found += 1
                assert ast.unparse(function.body[-1]).startswith("raise Withheld("), (path, function.name)
                assert len(function.body) <= 4
    assert found > 50


def test_what_is_staged_can_be_used_but_for_what_is_asked(box):
    """An answer to another exercise may call the formula, whole; one that opens the source finds none."""
    source = "from coursekit import numpy_backend as ck\nimport numpy as np\ndef f(p, y): return ck.mse(p, y), ck.mse_grad(p, y)"
    read = "import coursekit.numpy_backend.losses as m\ndef f(p, y):\n    s = {}\n    exec(open(m.__file__).read(), s)\n    return s['mse'](p, y)"
    p = np.ones((2, 3))
    for text, refused, answered in ((source, [], True), (source, ["mse"], False), (read, [], False)):
        cells = [("cell 1", text, tuple(range(len(ast.parse(text).body))))]
        reply = box.run(job_for("f", cells) | {"refused": refused, "names": None}, encode([(p, 3 * p)]))
        _, outcome = map(decode, reply.messages)
        if answered:
            assert outcome["output"][0] == 4
        else:
            assert outcome["failure"]["type"] == "Withheld"
