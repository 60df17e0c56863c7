"""`coursekit grade --cluster`: the same grades as on one machine, whatever becomes of the workers."""

import gc
import re
import sys
import time

import pytest
from classes import hand_in, needs_a_sandbox, points, rows, run, small_class
from zoo import IMPORT, RIGHT, WRONG, lesson, notebook, stored

from coursekit import cluster
from coursekit.commands import main as cli
from coursekit.exercises.engine.notebooks import solved, wrong
from coursekit.grading import cluster as there
from coursekit.grading.errors import GradingError
from coursekit.grading.grade import GRADEBOOK
from coursekit.grading.gradebook import Gradebook

distributed = pytest.importorskip("distributed")
pytestmark = [needs_a_sandbox, pytest.mark.slow]

PRIVATE = (
    "import numpy as np\nfrom coursekit.exercises import Property\n"
    "PROPERTIES = {'02.1': [Property('at 4242', 2, lambda rng: [(np.full((2, 3), 4242.0), np.zeros((2, 3)))])]}\n"
)
KILLER = """import os, signal
def mse(p, y):
    server = os.getppid()
    worker = int(open(f"/proc/{server}/stat").read().rpartition(")")[2].split()[1])
    # once the worker has ended, this number is that of whatever process adopts orphans here, or 0: os.kill(0, ...) would
    # end the whole group of processes of these tests, the runs of other tests included
    if worker > 1 and b"spawn_main" in open(f"/proc/{worker}/cmdline", "rb").read():
        os.kill(worker, signal.SIGKILL)
"""


def everything(out):
    """All that a run left in its folder and its gradebook."""
    with Gradebook(out / GRADEBOOK) as book:
        kept = list(book.records(book.runs()[-1]))
    files = [path for kind in ("*.csv", "*.json", "feedback/*.html") for path in out.rglob(kind)]
    return kept, {path.relative_to(out): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A class, and what came of it on this machine."""
    folder = tmp_path_factory.mktemp("small")
    source = small_class(folder / "in", 12)
    run(source, folder / "here")
    return source, everything(folder / "here")


def test_the_same_class_gets_the_same_grades(machines, tmp_path):
    """Right, wrong, damaged, of several files, with answers that stop, and with private properties."""
    source = small_class(tmp_path / "in", 9)
    hand_in(source, all=stored(solved(lesson())), mistakes=stored(wrong(lesson())))
    hand_in(source, empty=b"", cut=stored(lesson())[:5000], odd=notebook("x = '\\d'", IMPORT, RIGHT))
    hand_in(source, stops=notebook("import os\ndef mse(p, y):\n    os._exit(0)\n"))
    hand_in(source / "ana", draft=notebook(IMPORT, WRONG), final=notebook(IMPORT, RIGHT), broken=b"{")
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "mine.py").write_text(PRIVATE)
    options = {"private": tmp_path / "private"}
    run(source, tmp_path / "here", **options)
    done = run(source, tmp_path / "there", cluster=machines.scheduler_address, **options)
    assert everything(tmp_path / "there") == everything(tmp_path / "here")
    assert done.count == 16
    assert done.notes[0] == f"cluster: 2 workers with 2 threads at {machines.scheduler_address}"
    assert done.notes[1].startswith("sandbox: ")
    with distributed.Client(machines) as client:
        assert not any(client.run(lambda: list(there._runs)).values())  # no sandbox is left behind


def test_a_worker_that_is_killed_in_the_middle_changes_nothing(
    machines, small, kill_a_busy_worker, tmp_path, monkeypatch
):
    (source, here), killed = small, []
    keep = Gradebook.keep

    def keep_and_kill(self, run, record):
        keep(self, run, record)
        if not killed:
            killed.append(kill_a_busy_worker())

    monkeypatch.setattr(Gradebook, "keep", keep_and_kill)
    assert run(source, tmp_path / "there", cluster=machines.scheduler_address).count == 12
    assert everything(tmp_path / "there") == here
    assert killed[0] not in machines.scheduler.workers


def test_a_run_that_is_cut_off_goes_on_here(machines, small, tmp_path, monkeypatch):
    (source, here), out = small, tmp_path / "out"
    keep = Gradebook.keep

    def stop(self, run, record):
        if record.student == "s007":
            raise KeyboardInterrupt
        keep(self, run, record)

    monkeypatch.setattr(Gradebook, "keep", stop)
    with pytest.raises(KeyboardInterrupt):
        run(source, out, cluster=machines.scheduler_address)
    monkeypatch.setattr(Gradebook, "keep", keep)
    assert 1 <= run(source, out, resume=True, seed=None).count < 12
    assert everything(out) == here


def test_a_submission_that_ends_its_workers_costs_nobody_else_a_point(fragile, tmp_path):
    """Without a sandbox: in one it cannot reach its worker."""
    source = small_class(tmp_path / "in", 6)
    hand_in(source, mallory=notebook(KILLER))
    run(source, tmp_path / "there", cluster=fragile.scheduler_address, sandbox="none")
    found = {row["student"]: row for row in rows(tmp_path / "there")}
    assert found.pop("mallory")["findings"] == (
        "it could not be graded (it ended each of 1 workers that tried): look at it by hand"
    )
    assert {name: float(row["points"]) for name, row in found.items()} == {
        f"s{i:03}": (3, 0, 1)[i % 3] for i in range(6)
    }
    assert not any("could not be graded" in row["findings"] for row in found.values())


def test_in_the_sandbox_it_does_not_even_reach_them(machines, tmp_path):
    source = hand_in(tmp_path / "in", mallory=notebook(KILLER), ana=notebook(IMPORT, RIGHT))
    before = set(machines.scheduler.workers)
    run(source, tmp_path / "there", cluster=machines.scheduler_address)
    assert points(tmp_path / "there") == {"ana": 3, "mallory": 0}
    assert set(machines.scheduler.workers) == before


def test_the_sandboxes_of_a_killed_run_are_closed(machines, tmp_path):
    settings = there.RunSettings(("02.1",), 5, {}, 5.0, None)

    def set_idle(seconds):
        there.IDLE = seconds

    with cluster.connected(machines) as connected:
        connected.client.run(set_idle, 0.5)
        for notes in connected.everywhere(there._open, "killed", settings).values():
            assert notes[0].startswith("sandbox: ")
        give_up = time.monotonic() + 30
        while any(connected.client.run(lambda: list(there._runs)).values()) and time.monotonic() < give_up:
            time.sleep(0.05)
        assert not any(connected.client.run(lambda: list(there._runs)).values())
        connected.client.run(set_idle, there.IDLE)


def command(tmp_path, address, *more):
    source = small_class(tmp_path / "in", 1)
    return cli.main(
        ["grade", str(source), "--lesson", "02", "-o", str(tmp_path / "out"), "--cluster", address, *more]
    )


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a socket that Dask left open
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "udp://127.0.0.1:1", "nowhere.invalid:8786"])
def test_a_wrong_address_is_reported_in_seconds(tmp_path, monkeypatch, capsys, address):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.5)
    start = time.monotonic()
    assert command(tmp_path, address) == 1
    assert time.monotonic() - start < 20
    told = capsys.readouterr().err
    assert f"no Dask scheduler answers at {address}" in told
    assert "the address that `dask scheduler` prints" in told
    assert "Traceback" not in told
    gc.collect()


def test_without_dask_the_remedy_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert command(tmp_path, "tcp://127.0.0.1:1") == 1
    assert 'pip install "coursekit-nn[cluster]"' in capsys.readouterr().err


def test_another_coursekit_is_reported_at_the_start(machines, tmp_path, monkeypatch):
    ours = cluster.versions()
    monkeypatch.setattr(cluster, "versions", lambda: ours | {"coursekit": "0.0.9", "numpy": "1.0"})
    with pytest.raises(
        GradingError, match=r"^worker tcp://[\d.:]+: it has coursekit .*, here 0.0.9, numpy .*, here 1.0"
    ):
        run(small_class(tmp_path / "in", 1), tmp_path / "out", cluster=machines.scheduler_address)


@pytest.fixture(scope="module")
def empty():
    with distributed.LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address=":0") as found:
        yield found


def test_no_worker_a_worker_without_coursekit_or_without_a_sandbox(
    empty, lone_worker, tmp_path, monkeypatch, capsys
):
    address = empty.scheduler_address
    monkeypatch.setattr(cluster, "WORKER_SECONDS", 0.5)
    assert command(tmp_path, address) == 1
    assert f"the cluster has no worker. Start some workers: dask worker {address}" in capsys.readouterr().err
    monkeypatch.undo()
    lone_worker(empty, PATH="/nowhere")
    assert command(tmp_path, address, "--sandbox", "bubblewrap") == 1
    told = capsys.readouterr().err
    assert "worker tcp://" in told
    assert "bubblewrap is not installed" in told
    assert "apt install bubblewrap" in told
    broken = tmp_path / "broken" / "coursekit" / "__init__.py"
    broken.parent.mkdir(parents=True)
    broken.write_text("raise ModuleNotFoundError(\"No module named 'coursekit'\")")
    lone_worker(empty, PYTHONPATH=str(tmp_path / "broken"))
    assert command(tmp_path, address) == 1
    told = capsys.readouterr().err
    assert re.search(r"it cannot import coursekit \(.*No module named .*Install the same there", told)
