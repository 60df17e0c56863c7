"""`coursekit doctor` says what is wrong and how to fix it; if nothing is wrong, it says so."""

import importlib.metadata
import io
import platform
import sys

import pytest

from coursekit import DISTRIBUTION
from coursekit.commands import doctor
from coursekit.commands import main as cli


def about(name):
    return next(finding for finding in doctor.findings() if finding.about == name)


def test_a_tested_installation_has_no_problem(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path))
    assert cli.main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert said.endswith("No problem found.\n")
    assert platform.python_version() in said
    assert str(tmp_path) not in said  # names no file of the user's


def test_an_old_python_is_a_problem(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 1))
    assert "3.11 or newer" in doctor.python().fix


def test_a_newer_python_is_a_note(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    assert not doctor.python().fix
    assert "tested up to" in doctor.python().note


def test_a_missing_package_is_a_problem_and_another_version_a_note(monkeypatch):
    real = importlib.metadata.version

    def version(name):
        if name == "tqdm":
            raise importlib.metadata.PackageNotFoundError(name)
        return "2.99" if name == "numpy" else real(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    finding = doctor.packages()
    assert "Missing: tqdm" in finding.fix
    assert "numpy 2.99 (tested: 2.4.6)" in finding.note.replace(doctor.tested_versions()["numpy"], "2.4.6")
    assert doctor.report([finding]).startswith("✗ packages")


def test_a_foreign_package_of_the_same_name_is_a_problem(monkeypatch, tmp_path):
    assert not doctor.other_coursekit().fix
    info = tmp_path / "coursekit-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: coursekit\nVersion: 0.1.0\n")
    monkeypatch.syspath_prepend(tmp_path)
    finding = doctor.other_coursekit()
    assert "coursekit 0.1.0 from PyPI is not this course" in finding.says
    assert f"pip install {DISTRIBUTION}" in finding.fix


def test_a_torch_that_does_not_load_is_a_problem_and_a_missing_one_a_note(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with monkeypatch.context() as patch:
        patch.setattr("importlib.util.find_spec", lambda name: object())
        assert "torch cannot be imported" in doctor.device().fix
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert not doctor.device().fix
    assert "The NumPy backend works without it." in doctor.device().note


def test_files_that_hide_modules_of_python_are_a_problem(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    assert not doctor.hidden_modules().fix
    (tmp_path / "random.py").write_text("")
    assert "random.py hides the module random" in doctor.hidden_modules().fix
    (tmp_path / "home" / "coursekit-lessons").mkdir(parents=True)
    (tmp_path / "home" / "coursekit-lessons" / "types.py").write_text("")
    assert doctor.hidden_modules().says == "2 that hide a module"


@pytest.mark.parametrize(("encoding", "note"), [("utf-8", False), ("cp1252", True), ("ascii", True)])
def test_a_terminal_without_symbols_is_a_note(monkeypatch, encoding, note):
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    assert doctor.terminal().says == encoding
    assert bool(doctor.terminal().note) == note
    assert not doctor.terminal().fix


@pytest.mark.parametrize(("free", "problem"), [("500000", True), ("9000000", False)])
def test_too_little_memory_is_a_problem(monkeypatch, free, problem):
    monkeypatch.setattr(doctor.Path, "read_text", lambda self, *_: f"MemAvailable:   {free} kB")
    assert bool(doctor.memory().fix) == problem


def test_a_store_that_cannot_be_written_is_a_problem(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path / "file"))
    assert "COURSEKIT_HOME" in doctor.progress_store().fix


def test_a_problem_is_a_status(monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 10, 1))
    assert cli.main(["doctor"]) == 1
    assert "Problems: 1" in capsys.readouterr().out
