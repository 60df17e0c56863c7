"""A learner's two days: what was guessed, answered and seen on the first is there on the second, before a cell is run.

`coursekit lab` is started, stopped and started again as a learner does it, on a small lesson of every kind of output.
"""

import json
import os
import signal
import sysconfig
import tempfile
from pathlib import Path

import lab
import nbformat
import pytest
from lab_server import Server

from coursekit.exercises.engine.notebooks import solution_source
from coursekit.exercises.engine.registry import lookup

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COMMAND = Path(sysconfig.get_path("scripts"), "coursekit")
LESSON = "02_small.ipynb"
CELLS = (
    "import numpy as np\nfrom coursekit import plots, widgets\nfrom coursekit.exercises import TODO, check, progress",
    "which = widgets.predict('Which loss grows faster?', ['MSE', 'MAE', 'both alike'])",
    "many = widgets.predict('How many weights?', between=(1, 50), unit='weights')",
    "which.reveal('MSE', because='it squares')",
    "many.reveal(12)",
    "widgets.logit()",
    "plots.surprise()",
    'def mse(p, y):\n    """Mean squared error."""\n    return TODO',
    'check("02.1", mse);',
    'def mae(p, y):\n    """Mean absolute error."""\n    return np.sum(np.abs(p - y)), np.sign(p - y)',
    'check("02.2", mae);',
    'progress("02")',
)
PICTURES = (5, 6)  # the cells of the panel and of the figure
ERRORS = ("Error displaying widget", "model not found", "Traceback", "NameError", "Error creating widget")


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory):
    """(the lessons' folder, the environment of the server): nothing of the reader's own is used or changed."""
    home = tmp_path_factory.mktemp("learner")
    config = home / "config"
    config.mkdir()
    (config / "jupyter_server_config.json").write_text(
        json.dumps({"LabApp": {"expose_app_in_browser": True}})
    )
    with tempfile.TemporaryDirectory(
        prefix="ck-", ignore_cleanup_errors=True
    ) as runtime:  # short: for sockets
        environment = {
            **os.environ,
            "COURSEKIT_HOME": str(home / "records"),
            "JUPYTER_CONFIG_DIR": str(config),
            "JUPYTER_RUNTIME_DIR": runtime,
            "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
            "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
            "IPYTHONDIR": str(home / "ipython"),
        }
        folder = home / "lessons"
        folder.mkdir()
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        made = [nbformat.v4.new_code_cell(source, id=f"02-{i}") for i, source in enumerate(CELLS)]
        nbformat.write(nbformat.v4.new_notebook(cells=made, metadata=kernel), folder / LESSON)
        yield folder, environment


def opened(page, server):
    """Open the small lesson in the server's JupyterLab and wait for its kernel."""
    page.set_default_timeout(90_000)
    page.goto(f"{server.url}lab/tree/{LESSON}?token={server.token}&reset")
    page.wait_for_function(lab.PANEL_IDLE)
    page.wait_for_timeout(1500)
    page.set_default_timeout(30_000)


def command(page, name):
    page.evaluate(f"jupyterapp.commands.execute('{name}')")


def run_all(page):
    command(page, "notebook:run-all-cells")
    page.wait_for_timeout(500)
    page.wait_for_function(lab.PANEL_IDLE, timeout=90_000)
    page.get_by_text("Exercise 02.2 mae").first.wait_for()


def notebook_text(page):
    return page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)").inner_text()


def assert_all_is_there(page, guessed="MAE"):
    text = notebook_text(page)
    assert not [error for error in ERRORS if error in text]
    assert f"You guessed {guessed}" in text
    assert f"Your guess: {guessed}. ✗ Not quite." in text
    assert "Answer: MSE. it squares" in text
    assert "You guessed 1" in text  # of many.reveal; the number is where the slider was left
    assert "✓ Exercise 02.1 mse: passed" in text
    assert "✗ Exercise 02.2 mae: not yet right" in text
    assert "A hint for this mistake" in text
    for number in PICTURES:
        output = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell").nth(number)
        picture = output.locator(".jp-OutputArea").locator("img, svg").first
        assert picture.evaluate("p => p.getBoundingClientRect().width") > 200
        assert picture.evaluate("p => p.tagName === 'svg' || (p.complete && p.naturalWidth > 200)")


def test_two_days(surroundings, record_property):
    folder, environment = surroundings
    with Server(COMMAND, folder, "2", env=environment) as server, lab.browser() as page:
        opened(page, server)
        run_all(page)
        assert "Answer: MSE" not in visible(page)  # a guess is a guess
        page.get_by_role("radio", name="MAE").check()
        page.get_by_role("button", name="Lock my guess").first.click()
        page.get_by_text("You guessed MAE").first.wait_for()
        slider = page.get_by_role("slider", name="How many weights?")
        slider.focus()
        for _ in range(12):
            page.keyboard.press("ArrowRight")
        page.get_by_role("button", name="Lock my guess").locator("visible=true").first.click()
        page.get_by_text("You guessed 1").first.wait_for()
        write_answer(page, 7, solution_source(lookup("02.1")))
        run_all(page)
        page.get_by_text("Exercise 02.1 mse: passed").wait_for()
        assert_all_is_there(page)
        command(page, "docmanager:save")
        page.wait_for_timeout(2000)
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(30) == 0

    size = (folder / LESSON).stat().st_size / 1e6
    record_property(
        "measured", f"a saved notebook with two guesses, two verdicts and two pictures: {size:.2f} MB"
    )
    assert size < 1

    with Server(COMMAND, folder, "2", env=environment) as server, lab.browser() as page:
        opened(page, server)
        page.get_by_text("Exercise 02.1 mse: passed").wait_for()
        assert_all_is_there(page)  # before any cell is run
        page.evaluate("() => { jupyterapp.commands.execute('kernelmenu:restart') }")  # ends with the dialog
        page.locator(".jp-Dialog .jp-mod-accept").click()
        page.wait_for_timeout(2000)
        page.wait_for_function(lab.PANEL_IDLE, timeout=60_000)
        run_all(page)
        assert_all_is_there(page)
        assert page.get_by_role("button", name="Guess again").locator("visible=true").count() == 2
        assert "passed" in notebook_text(page)


def visible(page):
    """The text that can be seen: what is folded does not count."""
    return page.evaluate(
        """() => { const panel = document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden)');
            const seen = node => node.nodeType === 3 ? node.textContent
                : node.tagName === 'DETAILS' && !node.open ? node.querySelector('summary').innerText
                : node.nodeType === 1 && getComputedStyle(node).display === 'none' ? ''
                : [...node.childNodes].map(seen).join(' ');
            return [...panel.querySelectorAll('.jp-OutputArea')].map(seen).join(' '); }"""
    )


def write_answer(page, number, source):
    """Type a cell's new source, as the learner would."""
    page.evaluate(
        "([number, source]) => { const cell = jupyterapp.shell.currentWidget.content.widgets[number];"
        " cell.model.sharedModel.setSource(source); }",
        [number, source],
    )
