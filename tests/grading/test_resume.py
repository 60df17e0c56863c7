"""A run that is cut off, at any moment, leaves nothing behind and is resumed to the same bytes."""

import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from classes import hand_in, needs_a_sandbox, points, run, small_class, tables
from zoo import IMPORT, RIGHT, notebook

from coursekit.grading.grade import GRADEBOOK, GradeError
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.inside import landlock

pytestmark = needs_a_sandbox
REPOSITORY = Path(__file__).parents[2]


def test_resuming_grades_only_what_is_missing_or_has_changed(tmp_path, monkeypatch):
    source, out = small_class(tmp_path / "in"), tmp_path / "out"
    whole = run(source, tmp_path / "whole")
    assert whole.count == 6
    keep = Gradebook.keep

    def stop_after_three(self, run, record):
        if record.student == "s003":
            raise KeyboardInterrupt
        keep(self, run, record)

    monkeypatch.setattr(Gradebook, "keep", stop_after_three)
    with pytest.raises(KeyboardInterrupt):
        run(source, out)
    monkeypatch.setattr(Gradebook, "keep", keep)
    assert run(source, out, resume=True, seed=None).count == 3
    assert tables(out) == tables(tmp_path / "whole")
    assert run(source, out, resume=True).count == 0
    (source / "s001.ipynb").write_bytes(notebook(IMPORT, RIGHT))
    assert run(source, out, resume=True).count == 1
    assert points(out)["s001"] == 3


def test_what_cannot_be_resumed_is_said(tmp_path):
    source, out = small_class(tmp_path / "in", 1), tmp_path / "out"
    run(source, out)
    with pytest.raises(GradeError, match="a different seed"):
        run(source, out, resume=True, seed=9)


@pytest.mark.slow
def test_killed_at_any_moment_it_resumes_to_the_same_bytes(tmp_path):
    source, out = small_class(tmp_path / "in", 40), tmp_path / "out"
    run(source, tmp_path / "whole", jobs=2)
    command = [
        sys.executable,
        "-c",
        "from coursekit.commands.main import main; raise SystemExit(main())",
        "grade",
        str(source),
    ]
    command += ["--lesson", "02", "-o", str(out), "--seed", "5", "--seconds", "5", "--jobs", "2", "--resume"]
    graded = 0
    for enough in (
        0,
        1,
        4,
        8,
        13,
        17,
        21,
        27,
        33,
        40,
    ):  # ten moments: at once, between, while reports are written
        process = subprocess.Popen(
            command,
            cwd=REPOSITORY,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        while process.poll() is None and graded < enough:
            time.sleep(0.01)
            graded = count(out)
        family = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        process.send_signal(signal.SIGKILL)
        process.wait()
        psutil.wait_procs(family, timeout=20)
        assert not [p for p in family if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
    assert count(out) == 40
    subprocess.run(command, cwd=REPOSITORY, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert written(out) == written(tmp_path / "whole")
    assert not list(out.glob(".sandbox-*"))
    with Gradebook(out / GRADEBOOK) as book:
        assert len(book.runs()) == 1


@pytest.mark.slow
@pytest.mark.parametrize("way", ["bubblewrap", "landlock", "none"])
def test_nothing_outlives_a_killed_run(tmp_path, way):
    if (way == "bubblewrap" and not shutil.which("bwrap")) or (way == "landlock" and not landlock.abi()):
        pytest.skip(f"no {way} here")
    sleeps = "import time\ndef mse(p, y):\n    while True:\n        try: time.sleep(1000)\n        except BaseException: pass\n"
    source, out = hand_in(tmp_path / "in", ana=notebook(sleeps)), tmp_path / "out"
    command = [
        sys.executable,
        "-c",
        "from coursekit.commands.main import main; main()",
        "grade",
        str(source),
        "--lesson",
        "02",
    ]
    process = subprocess.Popen(
        [*command, "-o", str(out), "--sandbox", way],
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    grader, family, wanted = psutil.Process(process.pid), [], 4 if way == "bubblewrap" else 2
    give_up = time.monotonic() + 60
    while len(family) < wanted and time.monotonic() < give_up:
        time.sleep(0.05)
        family = grader.children(recursive=True)
    assert len(family) >= wanted
    process.kill()
    process.wait()
    psutil.wait_procs(family, timeout=20)
    assert not [p for p in family if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


def written(out):
    """All tables and pages of a run, and its feedback to upload; of the class page all but when the run began."""
    kinds = (".csv", ".html", ".json", ".zip")
    files = [path for path in out.rglob("*") if path.suffix in kinds]
    found = {path.relative_to(out).as_posix(): path.read_bytes() for path in files}
    found["class.html"] = re.sub(rb"\d{4}-\d\d-\d\dT[\d:+]+", b"", found["class.html"])
    return found


def count(out):
    if not (out / GRADEBOOK).exists():
        return 0
    try:
        with Gradebook(out / GRADEBOOK) as book:
            return sum(1 for r in book.runs() for _ in book.records(r))
    except Exception:  # it is being made
        return 0
