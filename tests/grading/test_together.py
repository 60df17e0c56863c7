"""The answers of a notebook share a process, and none of them loses by it."""

import pytest
from classes import hand_in, needs_a_sandbox, run
from zoo import IMPORT, notebook

from coursekit.exercises.engine.notebooks import mistake_source, solution_source
from coursekit.exercises.engine.registry import everything
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.report import GRADEBOOK
from coursekit.grading.sandbox import Sandbox

pytestmark = needs_a_sandbox
LESSON = {key: exercise for key, exercise in everything().items() if key[:2] == "02"}
RIGHT = {key: solution_source(exercise) for key, exercise in LESSON.items()}
USES = "import numpy as np\nimport os, signal, sys, time, warnings, threading, random\nfrom coursekit import numpy_backend as ck"
DISTURBS = {
    "changes NumPy": "np.mean = lambda *_, **__: 7.0\n    np.abs = np.sum = np.mean",
    "changes NumPy by another name": "setattr(np, 'mean', None)",
    "changes how NumPy reports": "np.seterr(all='raise')\n    np.set_printoptions(precision=1)",
    "draws numbers": "np.random.seed(9)\n    random.random()",
    "ends the process": "os._exit(0)",
    "kills the process": "os.kill(os.getpid(), signal.SIGKILL)",
    "never ends": "while True: pass",
    "raises": "raise ValueError",
    "turns warnings into errors": "warnings.simplefilter('error')",
    "no room to recurse": "sys.setrecursionlimit(60)",
    "goes away": "os.chdir('/')",
    "closes what it finds": "os.closerange(3, 60)",
    "fills the memory": "KEPT.append(np.ones(6 * 10**7))",
    "threads": "threading.Thread(target=time.sleep, args=(60,)).start()",
    "writes into the reply": "[os.write(fd, bytes(8)) for fd in range(3, 8) if not os.path.isatty(fd)]",
}


def answer(body):
    return f"KEPT = []\ndef mse(p, y):\n    {body}\n    return 0.0, p"


def verdicts(out):
    with Gradebook(out / GRADEBOOK) as book:
        return {
            record.student: {v.exercise: v for v in record.verdicts}
            for record in book.records(book.runs()[-1])
        }


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("together")
    others = [RIGHT[key] for key in LESSON if key != "02.1"]
    cells = {name: notebook(IMPORT, USES, answer(body), *others) for name, body in DISTURBS.items()}
    run(hand_in(folder / "in", **cells), folder / "out", seconds=3, jobs=2)
    return verdicts(folder / "out")


@pytest.mark.parametrize("name", DISTURBS)
def test_an_answer_that_disturbs_costs_only_its_own_points(graded, name):
    outcomes = {key: verdict.outcome for key, verdict in graded[name].items()}
    assert outcomes == dict.fromkeys(LESSON, "passed") | {"02.1": "wrong"}


def test_an_answer_may_call_what_another_one_must_write(tmp_path):
    calls = "def best_constant(y, loss):\n    ck.mse(np.ones((1, 1)), np.zeros((1, 1)))\n    return np.mean(y) if loss == 'mse' else np.median(y)"
    key = next(key for key, exercise in LESSON.items() if exercise.name == "best_constant")
    cells = [IMPORT, USES, RIGHT["02.1"], calls]
    run(hand_in(tmp_path / "in", ana=notebook(*cells)), tmp_path / "out")
    graded = verdicts(tmp_path / "out")["ana"]
    assert [graded[key].outcome for key in ("02.1", key)] == ["passed", "passed"]


def test_right_answers_need_one_process_and_wrong_ones_a_second(tmp_path, monkeypatch):
    together, alone = [], []
    both = Sandbox.run_together
    monkeypatch.setattr(Sandbox, "run_together", lambda self, jobs, *more: (together if len(jobs) > 1 else alone).append(len(jobs)) or both(self, jobs, *more))  # fmt: skip
    wrong = [mistake_source(exercise) for exercise in LESSON.values()]
    cells = {"right": notebook(IMPORT, USES, *RIGHT.values()), "wrong": notebook(IMPORT, USES, *wrong)}
    run(hand_in(tmp_path / "in", **cells), tmp_path / "out")
    graded = verdicts(tmp_path / "out")
    assert {v.outcome for v in graded["right"].values()} == {"passed"}
    assert {v.outcome for v in graded["wrong"].values()} == {"wrong"}
    assert together[0] == together[1] == len(LESSON)
    assert len(alone) <= 2  # mistakes that raise an error


def test_what_is_said_of_a_wrong_answer_is_what_it_says_alone(tmp_path):
    """Points, named mistakes and examples are the same whatever else the notebook answers."""
    wrong = {key: mistake_source(exercise) for key, exercise in LESSON.items()}
    cells = {"all": notebook(IMPORT, USES, *wrong.values())}
    cells |= {key: notebook(IMPORT, USES, source) for key, source in wrong.items()}
    run(hand_in(tmp_path / "in", **cells), tmp_path / "out")
    graded = verdicts(tmp_path / "out")
    for key in LESSON:
        assert graded["all"][key] == graded[key][key]
