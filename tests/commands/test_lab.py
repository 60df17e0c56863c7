"""`coursekit lab`: what is the learner's stays hers, and the server starts, answers and ends."""

import asyncio
import os
import re
import signal
import socket
import subprocess
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
from coursekit.commands.base import learner_folder
from coursekit.commands.base.errors import CommandError

COMMAND = Path(sysconfig.get_path("scripts"), "coursekit")


def write_lesson(path, *sources):
    cells = [nbformat.v4.new_code_cell(source, id=f"cell-{i}") for i, source in enumerate(sources)]
    path.parent.mkdir(exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)


def source_of(path):
    return [cell.source for cell in nbformat.read(path, as_version=4).cells]


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package with two lessons, which a test may publish anew."""
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


def test_a_changed_lesson_is_kept_and_a_newer_one_lies_beside_it(package, mine):
    write_lesson(mine / "02_loss_functions.ipynb", "my answer")
    assert outcomes(mine) == ["yours", "current"]
    write_lesson(package / "02_loss_functions.ipynb", "second edition")
    copies = learner_folder.copy_lessons(mine)
    assert [copy.outcome for copy in copies] == ["newer", "current"]
    assert source_of(mine / "02_loss_functions.ipynb") == ["my answer"]
    assert source_of(copies[0].file) == ["second edition"]
    assert "yours is kept, the new one is 02_loss_functions.new.ipynb" in "\n".join(
        learner_folder.report(mine, copies)
    )
    assert outcomes(mine) == ["yours", "current"]  # said once


def test_nor_is_the_newer_one_overwritten_once_she_changed_it(package, mine):
    write_lesson(mine / "02_loss_functions.ipynb", "my answer")
    write_lesson(package / "02_loss_functions.ipynb", "second edition")
    learner_folder.copy_lessons(mine)
    write_lesson(mine / "02_loss_functions.new.ipynb", "my second answer")
    write_lesson(package / "02_loss_functions.ipynb", "third edition")
    learner_folder.copy_lessons(mine)
    found = sorted(source_of(path)[0] for path in mine.glob("02*"))
    assert found == ["my answer", "my second answer", "third edition"]


def test_a_lesson_she_only_ran_follows_the_package(package, mine):
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
def test_a_damaged_lesson_is_hers_too(package, mine, content):
    path = mine / "02_loss_functions.ipynb"
    path.write_bytes(content)
    assert outcomes(mine)[0] == "yours"
    write_lesson(package / "02_loss_functions.ipynb", "second edition")
    assert outcomes(mine)[0] == "newer"
    assert path.read_bytes() == content


@pytest.mark.parametrize("content", ["", "[", "[1]", "7"])
def test_without_a_readable_record_what_differs_is_hers(package, mine, content):
    (mine / learner_folder.RECORD).write_text(content)
    write_lesson(package / "02_loss_functions.ipynb", "second edition")
    assert outcomes(mine) == ["newer", "current"]
    assert source_of(mine / "02_loss_functions.ipynb") == ["first edition"]


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
        with pytest.raises(CommandError, match=r"can't write the lessons to .*file.*--dir"):
            learner_folder.copy_lessons(folder)


def test_a_port_in_use_is_named(package, tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"port {port} can't be used"):
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
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminate"])
def test_it_starts_answers_and_leaves_nothing_behind(server, stop):
    assert "started" in server.call("api/status", server.token)
    for token in (None, "0" * 48):
        with pytest.raises(urllib.error.HTTPError, match="403"):
            server.call("api/status", token)
    assert server.page == "lab/tree/02_loss_functions.ipynb"
    listed = {entry["name"] for entry in server.call("api/contents", server.token)["content"]}
    assert listed == {path.name for path in lesson_files.lessons_folder().glob("[!._]*")}

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


def test_installing_the_package_enables_the_extension():
    listed = subprocess.run(
        [sys.executable, "-m", "jupyter", "server", "extension", "list"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.search(r"coursekit\.commands\.server_extension \S*enabled", listed.stdout + listed.stderr)
    assert re.search(r"coursekit\.commands\.server_extension\s+\S*OK", listed.stdout + listed.stderr)
