"""`coursekit lab`: what the learner wrote is kept, and the server starts, answers and ends."""

import asyncio
import os
import signal
import socket
import sys
import sysconfig
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
import psutil
import pytest
from lab_server import Server
from tornado.httpserver import HTTPServer
from tornado.web import Application
from tornado.websocket import WebSocketHandler, websocket_connect

from coursekit import lesson_files
from coursekit.commands import lab, server_extension
from coursekit.commands import main as cli
from coursekit.commands.base import learner_folder
from coursekit.commands.base.errors import CommandError
from coursekit.exercises.engine.guess_store import guesses, record_guess

COMMAND = Path(sysconfig.get_path("scripts"), "coursekit")


def write_lesson(path, *sources):
    cells = [nbformat.v4.new_code_cell(source, id=f"cell-{i}") for i, source in enumerate(sources)]
    path.parent.mkdir(exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)


def source_of(path):
    return [cell.source for cell in nbformat.read(path, as_version=4).cells]


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package with two lessons, which a test may publish again."""
    folder = tmp_path / "package"
    write_lesson(folder / "02_loss_functions.ipynb", "first edition")
    write_lesson(folder / "07_deep_network_difficulties.ipynb", "first edition")
    for module in (lesson_files, learner_folder):
        monkeypatch.setattr(module, "lessons_folder", lambda: folder)
    return folder


@pytest.fixture
def mine(package, tmp_path):
    """The learner's folder, with both lessons."""
    folder = tmp_path / "ada" / "lessons"
    learner_folder.copy_lessons(folder)
    return folder


def outcomes(folder):
    return [copy.outcome for copy in learner_folder.copy_lessons(folder)]


def test_missing_lessons_are_copied_and_then_left_alone(package, tmp_path):
    folder = tmp_path / "ada"
    assert outcomes(folder) == ["new", "new"]
    assert source_of(folder / "02_loss_functions.ipynb") == ["first edition"]
    assert outcomes(folder) == ["current", "current"]
    (folder / "02_loss_functions.ipynb").unlink()
    assert outcomes(folder) == ["new", "current"]


def test_a_changed_lesson_is_left_alone_while_there_is_no_newer_one(package, mine):
    write_lesson(mine / "02_loss_functions.ipynb", "my answer")
    assert outcomes(mine) == ["changed", "current"]
    assert source_of(mine / "02_loss_functions.ipynb") == ["my answer"]


STUB = 'def mse(p, y):\n    """Mean squared error."""\n    return TODO'
ANSWER = "def mse(p, y):\n    d = p - y\n    return np.mean(d**2), 2 * d / d.size"


def write_cells(path, *cells):
    """Write a notebook of (id, source) pairs; an id that begins with "text" is a Markdown cell's."""
    new = nbformat.v4
    made = [
        (new.new_markdown_cell if "text" in name else new.new_code_cell)(source, id=name)
        for name, source in cells
    ]
    nbformat.write(new.new_notebook(cells=made), path)


def cells_of(path):
    return {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}


def test_a_newer_lesson_has_the_learners_answers_and_cells_in_it_and_the_old_file_is_kept(package, mine):
    file = "02_loss_functions.ipynb"
    setup = "from coursekit import {}_backend as ck  # or torch_backend"
    first = [
        ("02-setup", setup.format("numpy")),
        ("02-text", "Text"),
        ("02-mse", STUB),
        ("02-mae", "def mae(p, y):\n    return TODO"),
    ]
    write_cells(package / file, *first)
    learner_folder.copy_lessons(mine)
    write_cells(
        mine / file,
        ("02-setup", setup.format("torch")),
        ("02-text", "Text"),
        ("note-text", "my note"),
        ("a1b2", "my_trial = 1"),
        ("02-mse", ANSWER),
        ("02-mae", "def mae(p, y):\n    return TODO"),
    )
    write_cells(
        package / file, ("02-setup", setup.format("numpy")), ("02-text", "Better text"), ("02-new", "1 + 1"),
        ("02-mse", STUB.replace("Mean", "The mean")), ("02-mae", "def mae(p, y):\n    \"\"\"New.\"\"\"\n    return TODO"),
    )  # fmt: skip
    before = (mine / file).read_bytes()
    copies = learner_folder.copy_lessons(mine)
    assert [copy.outcome for copy in copies] == ["carried over", "current"]
    assert copies[0].old.read_bytes() == before
    cells = cells_of(mine / file)
    assert next(iter(cells)) == learner_folder.NOTICE
    assert list(cells)[1:] == ["02-setup", "02-text", "note-text", "a1b2", "02-new", "02-mse", "02-mae"]
    assert cells["02-setup"].startswith("from coursekit import torch_backend as ck")
    assert cells["02-text"] == "Better text"
    assert cells["02-mse"] == ANSWER
    assert "New." in cells["02-mae"]
    assert "[02_loss_functions.old.ipynb](02_loss_functions.old.ipynb)" in cells[learner_folder.NOTICE]
    assert "1 answer and 2 cells of your own" in cells[learner_folder.NOTICE]
    assert "your answers are in it" in "\n".join(learner_folder.report(mine, copies))
    assert outcomes(mine) == ["changed", "current"]  # once
    nbformat.validate(nbformat.read(mine / file, as_version=4))


def test_at_the_second_update_the_first_old_file_is_still_there(package, mine):
    for edition in ("my answer", "my second answer"):
        write_lesson(mine / "02_loss_functions.ipynb", edition)
        write_lesson(package / "02_loss_functions.ipynb", f"newer than {edition}")
        learner_folder.copy_lessons(mine)
    kept = {path.name: source_of(path)[-1] for path in mine.glob("02*")}
    assert kept == {
        "02_loss_functions.ipynb": "newer than my second answer",
        "02_loss_functions.old.ipynb": "my answer",
        "02_loss_functions.old-2.ipynb": "my second answer",
    }


def test_an_answer_that_does_not_parse_is_carried_over_too(package, mine):
    file = "02_loss_functions.ipynb"
    write_cells(package / file, ("02-mse", STUB))
    learner_folder.copy_lessons(mine)
    write_cells(mine / file, ("02-mse", "def mse(p, y:\n    return 1"))
    write_cells(package / file, ("02-new", "1"), ("02-mse", STUB))
    learner_folder.copy_lessons(mine)
    assert cells_of(mine / file)["02-mse"] == "def mse(p, y:\n    return 1"


def test_the_notice_may_stay_or_go(package, mine):
    write_lesson(mine / "02_loss_functions.ipynb", "my answer")
    write_lesson(package / "02_loss_functions.ipynb", "second edition")
    learner_folder.copy_lessons(mine)
    with_notice = learner_folder.source_hash((mine / "02_loss_functions.ipynb").read_bytes())
    notebook = nbformat.read(mine / "02_loss_functions.ipynb", as_version=4)
    del notebook.cells[0]
    nbformat.write(notebook, mine / "02_loss_functions.ipynb")
    assert learner_folder.source_hash((mine / "02_loss_functions.ipynb").read_bytes()) == with_notice


def test_reset_asks_keeps_the_file_and_can_forget(package, mine, monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path / "home"))
    write_lesson(mine / "02_loss_functions.ipynb", "my answer")
    typed = ["reset", "2", "--dir", str(mine)]
    monkeypatch.setattr("builtins.input", lambda prompt: "")
    assert cli.main(typed) == 1
    assert source_of(mine / "02_loss_functions.ipynb") == ["my answer"]
    monkeypatch.setattr("builtins.input", lambda prompt: "y")
    assert cli.main(typed) == 0
    assert source_of(mine / "02_loss_functions.ipynb") == ["first edition"]
    assert source_of(mine / "02_loss_functions.old.ipynb") == ["my answer"]
    assert outcomes(mine) == ["current", "current"]
    assert "Your file is kept as 02_loss_functions.old.ipynb" in capsys.readouterr().out
    record_guess("02", "q", "Which?", 1)
    record_guess("03", "r", "Which?", 1)
    assert cli.main([*typed, "--yes", "--progress"]) == 0
    assert [guess.question_id for guess in guesses()] == ["r"]


@pytest.mark.parametrize("name", ["random.py", "types.py", "json.py", "numpy.py"])
def test_a_file_that_hides_a_module_of_python_is_named(mine, name):
    (mine / name).write_text("x = 1\n")
    (mine / "helper.py").write_text("x = 1\n")
    (finding,) = learner_folder.shadowing_files(mine)
    assert finding.startswith(f"{name} hides the module {name[:-3]}")
    assert finding in "\n".join(learner_folder.report(mine, []))


def test_a_lesson_that_was_only_run_follows_the_package(package, mine):
    path = mine / "02_loss_functions.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].outputs = [nbformat.v4.new_output("stream", text="42")]
    notebook.cells[0].execution_count = 1
    nbformat.write(notebook, path)
    assert outcomes(mine) == ["current", "current"]
    write_lesson(package / "02_loss_functions.ipynb", "second edition")
    assert outcomes(mine) == ["updated", "current"]
    assert source_of(path) == ["second edition"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"cells": [1]}', b"\xff\xfe"])
def test_a_damaged_lesson_is_kept_as_well(package, mine, content):
    path = mine / "02_loss_functions.ipynb"
    path.write_bytes(content)
    assert outcomes(mine)[0] == "changed"
    write_lesson(package / "02_loss_functions.ipynb", "second edition")
    assert outcomes(mine)[0] == "carried over"
    assert path.with_name("02_loss_functions.old.ipynb").read_bytes() == content
    assert source_of(path)[1:] == ["second edition"]


@pytest.mark.parametrize("content", ["", "[", "[1]", "7"])
def test_without_a_readable_record_what_differs_is_the_learners(package, mine, content):
    (mine / learner_folder.RECORD).write_text(content)
    write_lesson(package / "02_loss_functions.ipynb", "second edition")
    assert outcomes(mine) == ["carried over", "current"]
    assert source_of(mine / "02_loss_functions.old.ipynb") == ["first edition"]


def test_an_author_works_on_the_lessons_themselves(package):
    before = sorted(package.iterdir())
    assert learner_folder.copy_lessons(package) == []
    assert sorted(package.iterdir()) == before


@pytest.mark.parametrize("name", [2, "2", "02", "loss", "Loss functions", "02_loss_functions.ipynb", None])
def test_a_lesson_is_found_by_number_or_name(package, name):
    assert lesson_files.find_lesson(name) == "02_loss_functions.ipynb"


def test_of_several_that_match_the_lowest_is_opened(package):
    write_lesson(package / "07a_gradients.ipynb")
    write_lesson(package / "07b_data.ipynb")
    (package / "07_deep_network_difficulties.ipynb").unlink()
    assert lesson_files.find_lesson("7") == "07a_gradients.ipynb"
    assert lesson_files.find_lesson("07b") == "07b_data.ipynb"


@pytest.mark.parametrize("name", ["5", "", "backpropagation", "../02_loss_functions"])
def test_an_unknown_lesson_is_answered_with_the_list(package, name):
    with pytest.raises(
        lesson_files.LessonNotFound, match=r"no lesson.*\n  02_loss_functions.ipynb\n  07_deep"
    ):
        lesson_files.find_lesson(name)


def test_a_folder_that_cannot_be_written_is_named(package, tmp_path):
    (tmp_path / "file").write_text("in the way")
    for folder in (tmp_path / "file", tmp_path / "file" / "inside"):
        with pytest.raises(CommandError, match=r"the lessons cannot be written to .*file.*--dir"):
            learner_folder.copy_lessons(folder)


def test_a_port_in_use_is_named(package, tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"port {port} cannot be used"):
            lab.lab(folder=tmp_path / "ada", port=port, browser=False)
    assert not (tmp_path / "ada").exists()


def test_a_missing_jupyterlab_is_named(package, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "jupyterlab.labapp", None)
    with pytest.raises(CommandError, match="pip install jupyterlab"):
        lab.lab(folder=tmp_path / "ada")


def test_the_lessons_of_this_checkout_are_found():
    assert "02_loss_functions.ipynb" in {path.name for path in lesson_files.lessons_folder().iterdir()}


@pytest.fixture
def server(tmp_path):
    signal.signal(signal.SIGINT, signal.default_int_handler)  # else a background job's children ignore Ctrl-C
    with Server(COMMAND, tmp_path / "ada") as started:
        yield started


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as a POSIX signal")
@pytest.mark.parametrize(
    "stop",
    [
        pytest.param(signal.SIGINT, id="ctrl-c"),
        pytest.param(signal.SIGTERM, id="terminate", marks=pytest.mark.slow),
    ],
)
def test_it_starts_answers_and_leaves_nothing_behind(server, stop):
    assert "started" in server.call("api/status", server.token)
    for token in (None, "0" * 48):
        with pytest.raises(urllib.error.HTTPError, match="403"):
            server.call("api/status", token)
    assert server.page == "lab/workspaces/coursekit/tree/02_loss_functions.ipynb"
    listed = {entry["name"] for entry in server.call("api/contents", server.token)["content"]}
    assert listed == {"start.ipynb", *(path.name for path in lesson_files.lessons_folder().glob("[!._]*"))}

    notification = server.call("lab/api/settings/@jupyterlab/apputils-extension:notification", server.token)
    assert notification["schema"]["properties"]["fetchNews"]["default"] == "false"  # nor does it ask about it

    server.call("api/kernels", server.token, method="POST", data=b"{}")
    kernels = psutil.Process(server.process.pid).children(recursive=True)
    assert kernels
    server.process.send_signal(stop)
    assert server.process.wait(timeout=30) == 0
    _, alive = psutil.wait_procs(kernels, timeout=10)
    assert not alive


def test_a_kernel_websocket_has_no_delay():
    """Against a real socket: the option is set on the server's end before the kernel is joined."""
    seen = []

    class Connection:
        def __init__(self, websocket_handler):
            self.websocket_handler = websocket_handler

        def connect(self):
            stream = self.websocket_handler.ws_connection.stream
            seen.append(stream.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            return "joined"

    class Handler(WebSocketHandler):
        def open(self, patched):
            connection = server_extension.without_delay(Connection) if patched else Connection
            assert connection(self).connect() == "joined"
            self.close()

    async def visit():
        server = HTTPServer(Application([("/(x?)", Handler)]))
        server.listen(0, "127.0.0.1")
        port = next(iter(server._sockets.values())).getsockname()[1]
        for path in ("", "x"):
            client = await websocket_connect(f"ws://127.0.0.1:{port}/{path}")
            assert await client.read_message() is None
            client.close()
        server.stop()

    asyncio.run(visit())
    assert seen[0] == 0
    assert seen[1] != 0
