"""The command line: every command explains itself, and says what is wrong in a sentence and by its exit status."""

import importlib
import os
import pkgutil
import subprocess
import sys

import pytest

import coursekit
from coursekit import commands, lesson_files, site
from coursekit.commands import bench, lab
from coursekit.commands import main as cli
from coursekit.commands.base.learner_folder import DEFAULT_FOLDER


def run(*arguments, **options):
    """`python -m coursekit ARGUMENTS` in a process of its own."""
    command = [sys.executable, "-m", "coursekit", *arguments]
    return subprocess.run(command, capture_output=True, **options)


def test_version(capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--version"])
    assert capsys.readouterr().out.split() == ["coursekit", coursekit.__version__]


def test_each_command_is_a_module_of_its_own_name():
    modules = [module.name for module in pkgutil.iter_modules(commands.__path__) if not module.ispkg]
    assert sorted(modules) == sorted([*cli.COMMANDS, "main", "server_extension"])
    for name in cli.COMMANDS:
        module = importlib.import_module(f"coursekit.commands.{name}")
        assert callable(module.add_parser)
        assert callable(module.run)


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_each_command_answers_help(command, capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main([command, "--help"])
    assert f"usage: coursekit {command}" in capsys.readouterr().out


def test_without_a_command_it_prints_the_help(capsys):
    assert cli.main([]) == 0
    said = capsys.readouterr().out
    assert all(command in said for command in cli.COMMANDS)


def test_the_help_loads_none_of_the_heavy_packages():
    code = (
        "import sys; from coursekit.commands.main import build_parser; build_parser().format_help();"
        "print({'numpy', 'torch', 'matplotlib', 'IPython', 'nbformat', 'jupyterlab'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_it_is_also_a_module():
    done = run("--help", text=True)
    assert done.returncode == 0
    assert done.stdout.startswith("usage: coursekit")


def test_lab_passes_on_what_was_typed(monkeypatch):
    calls = []
    monkeypatch.setattr(lab, "lab", lambda *given, **named: calls.append((given, named)))
    assert cli.main(["lab"]) == 0
    assert cli.main(["lab", "03", "--dir", "work", "--port", "9000", "--no-browser"]) == 0
    assert calls == [
        ((None, DEFAULT_FOLDER, None), {"browser": True}),
        (("03", "work", 9000), {"browser": False}),
    ]


def test_what_the_learner_can_fix_is_one_message_and_status_1(capsys):
    assert cli.main(["lab", "alchemy"]) == 1
    message = capsys.readouterr().err
    assert message.startswith("coursekit lab: there is no lesson 'alchemy'")
    assert "Traceback" not in message


@pytest.mark.parametrize("typed", [["fly"], ["lab", "--port", "high"], ["lab", "02", "03"]])
def test_what_is_no_command_is_answered_with_usage_and_status_2(typed, capsys):
    with pytest.raises(SystemExit, match="2"):
        cli.main(typed)
    assert "usage: coursekit" in capsys.readouterr().err


def test_site_passes_on_what_was_typed_and_prints_where_it_is(monkeypatch, capsys):
    calls = []
    monkeypatch.setattr(
        site, "write_site", lambda *given, **options: calls.append((*given, options)) or "site/index.html"
    )
    typed = [
        "site",
        "02",
        "05",
        "-o",
        "public",
        "--address",
        "https://x.org",
        "--lite",
        "lite/",
        "--jobs",
        "1",
        "--cache",
        "c",
    ]
    assert cli.main(["site"]) == cli.main(typed) == 0
    assert calls == [
        ("site", [], {"address": None, "lite": "", "cache": None, "jobs": 2}),
        ("public", ["02", "05"], {"address": "https://x.org", "lite": "lite/", "cache": "c", "jobs": 1}),
    ]
    assert capsys.readouterr().out == "site/index.html\n" * 2


def test_bench_passes_on_what_was_typed(monkeypatch):
    calls = []
    monkeypatch.setattr(bench, "bench", calls.append)
    assert cli.main(["bench", "S", "M", "--rounds", "2"]) == 0
    assert cli.main(["bench", "--json", "out.json", "--only", "torch", "sklearn"]) == 0
    assert calls == [["S", "M", "--rounds", "2"], ["--only", "torch", "sklearn", "--json", "out.json"]]


def test_bench_outside_a_checkout_says_where_it_is(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(bench, "SCRIPT", tmp_path / "training.py")
    assert cli.main(["bench"]) == 1
    assert "not part of the installed package" in capsys.readouterr().err


def test_a_benchmark_that_fails_is_a_status(capfd):
    assert cli.main(["bench", "no-such-workload"]) == 1
    assert "ended with status" in capfd.readouterr().err


def test_solve_and_progress(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path / "home"))
    lesson = lesson_files.lessons_folder() / "02_loss_functions.ipynb"
    assert cli.main(["solve", str(lesson), "-o", str(tmp_path)]) == 0
    assert "solutions of 02.1, 02.2" in capsys.readouterr().out
    assert cli.main(["solve", str(lesson), "-o", str(tmp_path)]) == 1
    assert "coursekit solve: " in capsys.readouterr().err
    assert cli.main(["progress", "2"]) == 0
    assert "○ 02.1 mse" in capsys.readouterr().out


@pytest.mark.parametrize("command", [["progress"], ["check", "2"]])
@pytest.mark.skipif(os.name != "posix", reason="a closed pipe is a BrokenPipeError on POSIX")
def test_a_closed_pipe_ends_it_quietly(command, tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "coursekit", *command],
        stdout=writing,
        stderr=subprocess.PIPE,
        env={**os.environ, "COURSEKIT_HOME": str(tmp_path)},
    )
    os.close(writing)
    assert done.stderr == b""


@pytest.mark.parametrize("encoding", [pytest.param("cp1252", marks=pytest.mark.slow), "ascii"])
def test_a_terminal_without_our_symbols_gets_plain_ones(encoding, tmp_path):
    environment = {
        **os.environ,
        "COURSEKIT_HOME": str(tmp_path),
        "PYTHONUTF8": "0",
        "PYTHONIOENCODING": encoding,
    }
    done = run("progress", "2", env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "o 02.1 mse" in done.stdout.decode(encoding)
    done = run("check", "2", env=environment)
    assert (done.returncode, done.stderr) == (1, b"")
    assert "o Exercise 02.1 mse" in done.stdout.decode(encoding)
