"""Laws of the learner's work in a browser: no edition hides another, and what is exported comes back whole."""

import json
import sqlite3
import zipfile

import pytest

from coursekit import lite
from coursekit.exercises.engine import store as store_module
from coursekit.exercises.engine.guess_store import current_lesson, guesses, record_guess
from coursekit.exercises.engine.progress_store import record, standings, tries
from coursekit.exercises.engine.store import store
from coursekit.exercises.engine.verdict import Verdict
from coursekit.lesson_files import lessons_folder
from coursekit.lite.editions import cells_of, current_name, edition, file_name, other_editions
from coursekit.lite.publishing import published

LESSON = "02_loss_functions"
ANSWER = "def mse(p, y):\n    return ((p - y) ** 2).mean(), 2 * (p - y) / p.size"


@pytest.fixture(autouse=True)
def drive(tmp_path, monkeypatch):
    """A folder in the place of JupyterLite's drive, as the notebooks of a browser see it."""
    folder = tmp_path / "drive"
    folder.mkdir()
    use_drive(folder, monkeypatch)
    monkeypatch.setenv("JPY_SESSION_NAME", "")
    return folder


def use_drive(folder, monkeypatch):
    monkeypatch.delenv("COURSEKIT_HOME", raising=False)
    monkeypatch.setattr(store_module, "in_browser", lambda: True)
    monkeypatch.setattr("coursekit.lite.opening.in_browser", lambda: True)
    monkeypatch.setattr(store_module, "DRIVE", folder)


def lesson_file(lesson=LESSON):
    return lessons_folder() / f"{lesson}.ipynb"


def answered(notebook=None):
    """The published lesson with an answer to its first exercise and a cell of the learner's own."""
    notebook = json.loads(notebook or published(lesson_file()))
    cell = next(c for c in notebook["cells"] if "".join(c["source"]).startswith("def mse("))
    cell["source"] = ANSWER.splitlines(keepends=True)
    own = {"cell_type": "code", "id": "0f3e", "metadata": {}, "source": ["# my own notes"], "outputs": []}
    notebook["cells"].append(own | {"execution_count": None})
    return json.dumps(notebook).encode()


def standing(exercise):
    return next(row for row in standings() if row.exercise == exercise)


# ------------------------------------------------------------------------------------------------------------ editions
def test_an_edition_changes_with_the_cells_and_with_nothing_else(tmp_path):
    notebook = json.loads(lesson_file().read_bytes())
    path = tmp_path / lesson_file().name
    notebook["metadata"]["note"] = "another"
    path.write_text(json.dumps(notebook))
    assert edition(path) == edition(lesson_file())
    notebook["cells"][3]["source"] = ["One more word."]
    path.write_text(json.dumps(notebook))
    assert edition(path) != edition(lesson_file())
    assert file_name(path) == f"{LESSON}.{edition(path)}.ipynb"


def test_other_editions_are_those_of_the_same_lesson():
    names = [
        current_name(LESSON),
        f"{LESSON}.000000.ipynb",
        "03_backpropagation.000000.ipynb",
        f"{LESSON}.ipynb",
    ]
    assert other_editions(LESSON, names) == [f"{LESSON}.000000.ipynb"]


def test_a_published_lesson_is_the_lesson_with_one_cell_and_links_to_current_editions():
    notebook = json.loads(published(lesson_file()))
    (added,) = [cell for cell in notebook["cells"] if cell["id"].endswith("-begin")]
    assert f'lite.begin("{LESSON}", edition="{edition(lesson_file())}")' in "".join(added["source"])
    ours = cells_of(lesson_file().read_bytes())
    theirs = cells_of(published(lesson_file()))
    del theirs[notebook["cells"].index(added)]
    assert len(ours) == len(theirs)
    assert all(own == its for own, its in zip(ours, theirs, strict=True) if own[0] == "code")
    text = "".join(source for _, source in theirs)
    assert f"]({current_name('03_backpropagation')})" in text
    assert "](03_backpropagation.ipynb)" not in text
    assert notebook["metadata"]["kernelspec"]["name"] == "python"


# --------------------------------------------------------------------------------------------------------- first cell
def test_the_first_cell_says_where_the_work_is_kept_and_which_lesson_it_is(capsys):
    lite.begin(LESSON, edition(lesson_file()))
    assert "Your browser keeps your notebooks" in capsys.readouterr().out
    assert current_lesson() == "02"


def test_in_a_window_that_keeps_nothing_the_first_cell_says_so(drive, capsys):
    drive.rmdir()
    lite.begin(LESSON, edition(lesson_file()))
    assert "lost when this page is closed" in capsys.readouterr().out


def test_an_old_copy_names_the_current_edition(capsys):
    lite.begin(LESSON, "000000")
    said = capsys.readouterr().out
    assert "earlier edition" in said
    assert current_name(LESSON) in said


def test_the_current_edition_names_the_old_copies(drive, capsys):
    (drive / f"{LESSON}.000000.ipynb").write_bytes(answered())
    lite.begin(LESSON, edition(lesson_file()))
    said = capsys.readouterr().out
    assert f"{LESSON}.000000.ipynb" in said
    assert f'lite.carry_over("{LESSON}")' in said


# -------------------------------------------------------------------------------------------------------- carrying over
def test_answers_and_own_cells_are_carried_over_and_the_old_copy_is_kept(drive):
    old = drive / f"{LESSON}.000000.ipynb"
    old.write_bytes(answered())
    written = lite.carry_over(LESSON)
    assert written.name == current_name(LESSON)
    sources = [source for _, source in cells_of(written.read_bytes())]
    assert ANSWER in sources
    assert "# my own notes" in sources
    assert any(old.name in source for source in sources)
    assert old.read_bytes() == answered()


def test_carrying_over_overwrites_no_answer(drive):
    (drive / f"{LESSON}.000000.ipynb").write_bytes(answered())
    current = drive / current_name(LESSON)
    mine = answered().replace(b"# my own notes", b"# written in the new edition")
    current.write_bytes(mine)
    assert lite.carry_over(LESSON).name == f"{LESSON} (carried over).ipynb"
    assert current.read_bytes() == mine
    with pytest.raises(lite.LiteError, match="exists already"):
        lite.carry_over(LESSON)


def test_without_an_old_copy_nothing_is_carried_over():
    with pytest.raises(lite.LiteError, match="no earlier edition"):
        lite.carry_over(LESSON)
    with pytest.raises(lite.LiteError, match="no lesson '2'"):
        lite.carry_over("2")


# ---------------------------------------------------------------------------------------------------- export and import
def test_exported_work_comes_back_in_another_browser(drive, tmp_path, monkeypatch):
    record(Verdict("02.1", "mse", "passed", 3, 3), "a")
    record_guess("02", "02-bowl", "Where?", "left", ["left", "right"])
    (drive / current_name(LESSON)).write_bytes(answered())
    untouched = drive / current_name("03_backpropagation")
    untouched.write_bytes(published(lesson_file("03_backpropagation")))
    exported = lite.export_work()
    assert sorted(zipfile.ZipFile(exported).namelist()) == [current_name(LESSON), "progress.sqlite"]

    other = tmp_path / "other"
    other.mkdir()
    use_drive(other, monkeypatch)
    assert [path.name for path in lite.import_work(exported)] == [current_name(LESSON)]
    assert (other / current_name(LESSON)).read_bytes() == answered()
    assert standing("02.1").outcome == "passed"
    assert [guess.guess for guess in guesses("02")] == ["left"]


def test_imported_progress_is_joined_and_the_better_result_counts(drive, tmp_path, monkeypatch):
    record(Verdict("02.1", "mse", "passed", 3, 3), "a")
    record(Verdict("02.2", "mae", "wrong", 1, 3), "b")
    exported = lite.export_work()
    other = tmp_path / "other"
    other.mkdir()
    use_drive(other, monkeypatch)
    record(Verdict("02.1", "mse", "wrong", 1, 3), "c")
    record(Verdict("02.2", "mae", "wrong", 2, 3), "d")
    for _ in range(2):  # the second time adds nothing
        lite.import_work(exported)
        assert (standing("02.1").outcome, standing("02.1").points) == ("passed", 3)
        assert standing("02.2").points == 2
        assert len(tries()) == 4


def test_an_imported_notebook_replaces_no_other(drive):
    notebook = drive / current_name(LESSON)
    notebook.write_bytes(answered())
    exported = lite.export_work()
    assert lite.import_work(exported) == [notebook]  # the same cells: the same file
    mine = answered().replace(b"# my own notes", b"# later")
    notebook.write_bytes(mine)
    (imported,) = lite.import_work(exported)
    assert imported.name == f"{LESSON}.{edition(lesson_file())} (imported).ipynb"
    assert notebook.read_bytes() == mine


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "there is no file"), (b"text", "not a ZIP archive")],
    ids=["missing", "no archive"],
)
def test_a_file_that_cannot_be_imported_is_named(drive, content, says):
    if content:
        (drive / "my-coursekit-work.zip").write_bytes(content)
    with pytest.raises(lite.LiteError, match=says):
        lite.import_work()


def test_damaged_progress_is_reported_and_the_notebooks_are_imported(drive):
    with zipfile.ZipFile(drive / "work.zip", "w") as archive:
        archive.writestr("progress.sqlite", b"no database at all" * 100)
        archive.writestr("notes.ipynb", answered())
    with pytest.raises(lite.LiteError, match="cannot be read"):
        lite.import_work(drive / "work.zip")
    assert (drive / "notes.ipynb").is_file()


# ----------------------------------------------------------------------------------------------------- the whole file
def test_the_file_on_the_drive_is_a_database_that_another_browser_can_read(drive):
    record(Verdict("02.1", "mse", "passed", 3, 3), "a")
    assert store() == drive / "progress.sqlite"
    with sqlite3.connect(store()) as connection:
        assert connection.execute("SELECT passed, points FROM progress").fetchall() == [(1, 3.0)]
    connection.close()


def test_reading_writes_nothing(drive, monkeypatch):
    record(Verdict("02.1", "mse", "passed", 3, 3), "a")
    before = store().stat().st_mtime_ns
    assert standing("02.1").outcome == "passed"
    assert store().stat().st_mtime_ns == before


def test_a_damaged_file_is_reported_and_kept(drive, capsys):
    store().write_bytes(b"no database at all" * 100)
    record(Verdict("02.1", "mse", "passed", 3, 3), "a")
    assert "could not be kept" in capsys.readouterr().out
    assert standing("02.1").outcome == "passed"
    assert store().read_bytes() == b"no database at all" * 100
