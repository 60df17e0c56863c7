"""The command line says what is wrong in a sentence and by its exit status."""

import pytest

import coursekit
from coursekit import lesson_files
from coursekit import site as book
from coursekit.commands import bench, lab
from coursekit.commands import main as cli


def test_version(capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--version"])
    assert capsys.readouterr().out.split() == ["coursekit", coursekit.__version__]


def test_lab_passes_on_what_was_typed(monkeypatch):
    calls = []
    monkeypatch.setattr(lab, "lab", lambda *given, **named: calls.append((given, named)))
    assert cli.main(["lab"]) == 0
    assert cli.main(["lab", "03", "--dir", "work", "--port", "9000", "--no-browser"]) == 0
    assert calls == [
        ((None, lab.DEFAULT_FOLDER, None), {"browser": True}),
        (("03", "work", 9000), {"browser": False}),
    ]


def test_what_the_learner_can_mend_is_one_message_and_status_1(capsys):
    assert cli.main(["lab", "alchemy"]) == 1
    message = capsys.readouterr().err
    assert message.startswith("coursekit lab: there is no lesson 'alchemy'")
    assert "Traceback" not in message


@pytest.mark.parametrize("typed", [[], ["fly"], ["lab", "--port", "high"], ["lab", "02", "03"]])
def test_what_is_no_command_is_answered_with_usage_and_status_2(typed, capsys):
    with pytest.raises(SystemExit, match="2"):
        cli.main(typed)
    assert "usage: coursekit" in capsys.readouterr().err


def test_book_passes_on_what_was_typed_and_tells_where_it_is(monkeypatch, capsys):
    calls = []
    monkeypatch.setattr(book, "book", lambda *given: calls.append(given) or "book/index.html")
    assert cli.main(["book"]) == cli.main(["book", "02", "05", "-o", "site"]) == 0
    assert calls == [("book", []), ("site", ["02", "05"])]
    assert capsys.readouterr().out == "book/index.html\n" * 2


def test_bench_passes_on_what_was_typed(monkeypatch):
    calls = []
    monkeypatch.setattr(bench, "bench", calls.append)
    assert cli.main(["bench", "S", "M", "--rounds", "2"]) == 0
    assert calls == [["S", "M", "--rounds", "2"]]


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
    assert cli.main(["progress"]) == 0
    assert "○ 02.1 mse" in capsys.readouterr().out
