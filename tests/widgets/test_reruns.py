"""Laws of a cell that runs again: what it made before is closed, and nothing else."""

import pytest

from coursekit import widgets
from coursekit.widgets.base import reruns


class Shell:
    """The part of IPython's shell that is used: which cell runs, and how many have run."""

    def __init__(self):
        self.execution_count, self.request = 0, {}

    def get_parent(self):
        return self.request

    def run(self, cell, make, code="widgets.logit()"):
        self.execution_count += 1
        metadata = {"cellId": cell} if cell else {}
        self.request = {"metadata": metadata, "content": {"code": code}}
        return make()


class Panel:
    def __init__(self):
        self.is_closed = False
        reruns.free_earlier(self)

    def close(self):
        self.is_closed = True


@pytest.fixture
def shell(monkeypatch):
    shell = Shell()
    monkeypatch.setattr(reruns, "in_notebook", lambda: shell)
    monkeypatch.setattr(reruns, "_panels", {})
    return shell


def test_running_a_cell_again_closes_what_it_made_before(shell):
    first, second = shell.run("a", lambda: (Panel(), Panel()))
    other = shell.run("b", Panel)
    again = shell.run("a", Panel)
    assert [panel.is_closed for panel in (first, second, other, again)] == [True, True, False, False]


def test_without_an_id_a_cell_is_known_by_its_code(shell):
    panels = [shell.run(None, Panel, code) for code in ("widgets.logit()", "x = 1", "widgets.logit()")]
    assert [panel.is_closed for panel in panels] == [True, False, False]


def test_a_panel_made_while_no_cell_runs_is_kept(shell):
    shell.request = {"content": {"data": {"method": "update"}}}  # a moved slider
    panels = [Panel(), Panel()]
    assert not any(panel.is_closed for panel in panels)


def test_panels_and_predictions_take_part(shell, monkeypatch, tmp_path):
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path))
    monkeypatch.setattr("coursekit.widgets.base.prediction.display", lambda thing: None)

    def cell():
        return widgets.mean_or_median(), widgets.predict("Which?", ["a", "b"])

    panel, prediction = shell.run("a", cell)
    shell.run("a", cell)
    assert prediction._lock.comm is None
    assert not hasattr(panel, "panel")
