"""A sandbox starts, falls back to a weaker way, is replaced when it dies, and is gone when it is closed."""

import contextlib
import os
import sys
import tempfile
from pathlib import Path

import psutil
import pytest
from boxes import ask, family, needs_bubblewrap

from coursekit.grading import sandbox as module
from coursekit.grading import server_process, stage
from coursekit.grading.errors import GradingError
from coursekit.grading.inside import landlock
from coursekit.grading.sandbox import Sandbox, SandboxError


def test_a_server_that_dies_is_replaced_and_the_job_done_once_more(box):
    source = "def f(line): return line"
    with Sandbox(box.way) as other:
        for _ in range(2):
            assert ask(other, "y", source=source, name="f") == (["y"], "done")
            for process in family(other):
                with contextlib.suppress(psutil.NoSuchProcess):  # it may have ended with its parent
                    process.kill()
        assert ask(other, "y", source=source, name="f") == (["y"], "done")


def test_it_says_how_a_server_ended(box, monkeypatch):
    with Sandbox(box.way) as other:
        family(other)[-1].kill()
        assert other._server.how_it_ended() == "was ended by SIGKILL"
        monkeypatch.setattr(server_process, "_BOOT", "import sys; sys.exit('no room')")
        with pytest.raises(SandboxError, match=r"\(it ended with exit status 1: no room\).*--resume"):
            ask(other, "1 + 1")
    with pytest.raises(SandboxError, match=r"\(\w+: it ended with exit status 1: no room\). Install"):
        Sandbox(box.way)


@needs_bubblewrap
def test_in_bubblewrap_python_may_be_installed_below_tmp(monkeypatch):
    """Then /tmp holds its libraries, and is not what is emptied after each job."""
    folders = stage.library_folders()
    with tempfile.TemporaryDirectory(dir="/tmp") as private:
        library = Path(private) / "site-packages"
        library.mkdir()
        (library / "lies_below_tmp.py").write_text("HERE = 1\n")
        monkeypatch.setattr(stage, "library_folders", lambda: [*folders, library])
        with Sandbox("bubblewrap") as box:
            for _ in range(2):
                assert ask(box, "import lies_below_tmp", "open('x', 'x')")[0] == ["succeeded"] * 2


def test_closing_it_ends_its_processes_and_clears_its_folder(box, tmp_path):
    other = Sandbox(box.way, folder=tmp_path)
    server = psutil.Process(other._server.pid)
    family = [server, *server.children(recursive=True)]
    assert list(tmp_path.iterdir())
    other.close()
    psutil.wait_procs(family, timeout=10)
    assert not [p for p in family if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
    assert not list(tmp_path.iterdir())


def test_a_breach_found_by_the_self_test_is_a_refusal(monkeypatch, tmp_path):
    """A secret that lies where Python must read is found by the probe."""
    with pytest.raises(SandboxError, match="self-test could read"):
        Sandbox("landlock" if landlock.abi() else "bubblewrap", secret=[os.__file__])


def test_without_bubblewrap_it_falls_back_and_says_so(monkeypatch):
    if not landlock.abi():
        pytest.skip("this kernel has no Landlock")
    monkeypatch.setattr(module.shutil, "which", lambda name: None)
    with Sandbox() as box:
        assert box.way == "landlock"
        assert box.notes == ("bubblewrap: bubblewrap is not installed",)


def test_where_namespaces_are_forbidden_it_falls_back(monkeypatch, tmp_path):
    if not landlock.abi():
        pytest.skip("this kernel has no Landlock")
    bwrap = tmp_path / "bwrap"
    bwrap.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    bwrap.chmod(0o755)
    monkeypatch.setattr(module.shutil, "which", lambda name: str(bwrap))
    with Sandbox() as box:
        assert box.way == "landlock"
        assert "No permissions to create new namespace" in box.notes[0]


def test_where_nothing_holds_it_refuses_with_the_remedy(monkeypatch):
    monkeypatch.setattr(module.shutil, "which", lambda name: None)
    monkeypatch.setattr(Sandbox, "_check", _fails)
    with pytest.raises(SandboxError, match=r"apt install bubblewrap.*--sandbox none"):
        Sandbox()


def _fails(self, held):
    raise SandboxError("the kernel has no Landlock")


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_are_told_what_to_use(monkeypatch, platform):
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(GradingError, match="WSL 2"):
        Sandbox()


def test_none_is_only_for_who_asks(tmp_path):
    with Sandbox("none", folder=tmp_path) as box:
        assert ask(box, "socket.socketpair()", "import coursekit.exercises.engine.registry")[0] == [
            "succeeded",
            "ModuleNotFoundError",
        ]
