"""JupyterLab as `coursekit lab` starts it: quiet, one server for each folder, errors of the surroundings explained."""

import json
import logging
import os
import socket
import sys
import threading
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel

from coursekit.commands import lab, server_extension
from coursekit.commands.base import jupyter_server, start_page
from coursekit.commands.base.after_restart import advice
from coursekit.exercises.engine.guess_store import record_answer, record_guess
from coursekit.exercises.engine.progress_store import record
from coursekit.exercises.engine.verdict import Verdict
from coursekit.lesson_files import lessons


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)


def arguments(**changed):
    given = {
        "folder": Path("lessons"),
        "page": "start.ipynb",
        "port": None,
        "browser": True,
        "runtime": Path("/run"),
    }
    return jupyter_server.server_arguments(**given | changed)


@pytest.mark.skipif(os.name != "posix", reason="kernels are reached by files only there")
def test_kernels_are_reached_by_files_where_their_path_is_short_enough():
    assert "--KernelManager.transport=ipc" in arguments()
    assert "--KernelManager.transport=ipc" not in arguments(runtime=Path("/" + "long" * 30))


def test_the_server_stays_on_this_machine_and_asks_nobody():
    found = arguments(port=9000, browser=False)
    assert {"--ServerApp.ip=127.0.0.1", "--LabApp.news_url=None", "--ServerApp.port=9000"} <= set(found)
    assert "--ServerApp.open_browser=False" in found
    assert not [argument for argument in found if "token" in argument]  # it stays on


def test_a_second_lab_opens_the_page_of_the_running_server(tmp_path, monkeypatch, capsys):
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"started": "now"}')

        def log_message(self, *_):
            pass

    opened, folder = [], tmp_path / "lessons"
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr(jupyter_server, "start_jupyterlab", lambda *_, **__: pytest.fail("a second server"))
    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/"
        runtime = tmp_path / "runtime"
        runtime.mkdir()
        known = {
            "url": url,
            "token": "abc",
            "root_dir": str(folder),
            "pid": os.getpid(),
            "port": server.server_port,
        }
        (runtime / "jpserver-1.json").write_text(json.dumps(known))
        monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(runtime))
        folder.mkdir()
        lab.lab("2", folder)
        server.shutdown()
    assert opened == [f"{url}lab/workspaces/coursekit/tree/02_loss_functions.ipynb?token=abc"]
    assert "JupyterLab already runs on this folder" in capsys.readouterr().out
    assert jupyter_server.running_server(folder) is None  # it no longer answers


def test_a_port_that_is_free_is_free():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    jupyter_server.check_port_is_free(port)


def test_the_learners_own_startup_file_is_kept():
    startup = str(jupyter_server.STARTUP)
    assert jupyter_server.kernel_environment({}, hidden=False) == {"PYTHONSTARTUP": startup}
    found = jupyter_server.kernel_environment({"PYTHONSTARTUP": "/mine.py"}, hidden=True)
    assert found == {"COURSEKIT_PYTHONSTARTUP": "/mine.py", "PYTHONSTARTUP": startup, "PYTHONSAFEPATH": "1"}


# A kernel as the server starts it


def said_by_a_kernel(folder, *codes, hidden=False):
    """What a kernel in this folder prints for each code, errors as text."""
    environment = {**os.environ, **jupyter_server.kernel_environment({}, hidden=hidden)}
    manager, client = start_new_kernel(cwd=str(folder), env=environment)
    said = []
    try:
        for code in codes:
            parts = []

            def keep(message, parts=parts):
                content = message["content"]
                parts.append(content.get("evalue") or content.get("text") or "")

            client.execute_interactive(code, timeout=60, output_hook=keep)
            said.append("\n".join(filter(None, parts)))
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return said


def test_after_a_restart_a_missing_check_is_explained(tmp_path):
    (tmp_path / "mine.py").write_text("mine = 7")
    first, second, third, names = said_by_a_kernel(
        tmp_path, 'check("02.1", mse)', "my_value", "def f():\n    x += 1\nf()", "print(dir())"
    )
    assert "name 'check' is not defined" in first
    assert advice("check") in first
    assert "Run > Run All Above Selected Cell" in first
    assert advice("my_value") in second
    assert "Run All Above" not in third  # an UnboundLocalError is a mistake of the code itself
    assert "_coursekit" not in names


@pytest.mark.parametrize("name", ["random", "types", "json", "wave"])
def test_with_a_file_that_hides_a_module_the_kernel_uses_pythons_own(tmp_path, name):
    (tmp_path / f"{name}.py").write_text("x = 1\n")
    (tmp_path / "helper.py").write_text("answer = 42\n")
    checked, used, helper = said_by_a_kernel(
        tmp_path,
        "import numpy as np\nfrom coursekit.exercises import check\ncheck('02.1', lambda p, y: (0, 0))",
        f"import {name}\nprint(hasattr({name}, 'x'))",
        "import helper\nprint(helper.answer)",
        hidden=True,
    )
    assert "Traceback" not in checked
    assert used == "False\n"
    assert helper == "42\n"


def test_a_file_that_hides_a_module_later_is_named_below_the_error(tmp_path):
    (tmp_path / "numpy.py").write_text("x = 1\n")
    (said,) = said_by_a_kernel(tmp_path, "import numpy as np\nnp.mean")
    assert "The file numpy.py beside this notebook hides the module numpy" in said


# The start page


def page(folder, copies=()):
    return nbformat.read(start_page.write_start_page(folder, list(copies)), as_version=4)


def test_on_the_first_day_the_start_page_is_opened_and_leads_to_lesson_00(tmp_path):
    notebook = page(tmp_path)
    nbformat.validate(notebook)
    text = "\n".join(cell.source for cell in notebook.cells)
    assert "Start with exercise 00.1 `layer_forward`" in text
    assert "There is nothing to review." in text
    assert all(f"({lesson.file})" in text for lesson in lessons())
    assert start_page.first_page(tmp_path) == start_page.NAME


def test_later_the_lesson_last_worked_on_is_opened_and_the_page_shows_the_state(tmp_path):
    record(Verdict("02.1", "mse", "passed", 3, 3), "source")
    (tmp_path / "02_loss_functions.ipynb").write_text("{}")
    assert start_page.first_page(tmp_path) == "02_loss_functions.ipynb"
    text = "\n".join(cell.source for cell in page(tmp_path).cells)
    assert "Continue with exercise 02.2 `mae` in lesson 02" in text
    assert "| [02 Loss functions](02_loss_functions.ipynb) | 3 of 20 | 1 of 6 |" in text


def test_what_is_due_is_on_the_page(tmp_path):
    record_guess("02", "q", "Which?", "a", ["a", "b"], datetime(2026, 1, 5).astimezone())
    record_answer("q", False, "b")
    text = "\n".join(cell.source for cell in page(tmp_path).cells)
    assert "1 question to review today" in text


def test_a_page_that_was_only_run_is_replaced_and_one_that_was_changed_is_kept(tmp_path):
    notebook = page(tmp_path)
    notebook.cells[-1].outputs = [nbformat.v4.new_output("stream", text="42")]
    nbformat.write(notebook, tmp_path / start_page.NAME)
    page(tmp_path)
    assert not (tmp_path / "start.old.ipynb").exists()
    notebook.cells[0].source += "\n\nmy note"
    nbformat.write(notebook, tmp_path / start_page.NAME)
    page(tmp_path)
    assert "my note" in (tmp_path / "start.old.ipynb").read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX folders")
def test_the_side_bar_opens_with_the_table_of_contents_unless_the_learner_chose_otherwise(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("JUPYTERLAB_WORKSPACES_DIR", str(tmp_path))
    jupyter_server.open_table_of_contents()
    (file,) = tmp_path.iterdir()
    workspace = json.loads(file.read_text())
    assert workspace["data"]["layout-restorer:data"]["left"]["current"] == "@jupyterlab/toc:plugin"
    workspace["data"]["layout-restorer:data"]["left"]["collapsed"] = True
    file.write_text(json.dumps(workspace))
    jupyter_server.open_table_of_contents()
    assert json.loads(file.read_text())["data"]["layout-restorer:data"]["left"]["collapsed"]


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("The websocket_ping_timeout (90000) cannot be longer than …", False),
        ("WebSocket ping timeout after 90000 ms.", True),
    ],
)
def test_the_terminal_is_spared_a_warning_that_nobody_can_act_on(message, shown):
    record = logging.LogRecord("tornado.general", logging.WARNING, "", 0, message, (), None)
    assert server_extension.is_worth_reading(record) == shown
