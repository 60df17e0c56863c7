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


@pytest.fixture
def processes(monkeypatch):
    """The targets of the jobs of each process that runs answers, as they are started."""
    started, run_together = [], Sandbox.run_together

    def noted(self, jobs, *more):
        started.append([job["target"] for job, _ in jobs])
        return run_together(self, jobs, *more)

    monkeypatch.setattr(Sandbox, "run_together", noted)
    return started


def test_right_answers_need_one_process(tmp_path, processes):
    run(hand_in(tmp_path / "in", ana=notebook(IMPORT, USES, *RIGHT.values())), tmp_path / "out")
    assert {v.outcome for v in verdicts(tmp_path / "out")["ana"].values()} == {"passed"}
    assert processes == [[exercise.name for exercise in LESSON.values()]]


def test_wrong_answers_need_a_second_one_for_the_feedback(tmp_path, processes):
    wrong = [mistake_source(LESSON[key]) for key in ("02.1", "02.2")]
    run(hand_in(tmp_path / "in", ana=notebook(IMPORT, USES, *wrong)), tmp_path / "out")
    assert processes == [["mse", "mae"]] * 2


def test_an_answer_that_never_ends_runs_once(tmp_path, processes):
    wrong = [answer("while True: pass"), mistake_source(LESSON["02.2"])]
    run(hand_in(tmp_path / "in", ana=notebook(IMPORT, USES, *wrong)), tmp_path / "out", seconds=1)
    assert processes == [["mse", "mae"], ["mae"], ["mae"]]


def test_what_is_said_of_a_wrong_answer_is_what_it_says_alone(tmp_path):
    """Points, named mistakes and examples are the same whatever else the notebook answers."""
    wrong = {key: mistake_source(exercise) for key, exercise in LESSON.items()}
    cells = {"all": notebook(IMPORT, USES, *wrong.values())}
    cells |= {key: notebook(IMPORT, USES, source) for key, source in wrong.items()}
    run(hand_in(tmp_path / "in", **cells), tmp_path / "out")
    graded = verdicts(tmp_path / "out")
    for key in LESSON:
        assert graded["all"][key] == graded[key][key]
