"""Two students on a real JupyterHub with the shipped configuration; class_of_students.py is the same with twenty.

The tests go through one hub in order: a lesson is handed in and graded, a link pulls, a greedy cell is refused, and
students who are idle lose their server and nothing else.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import nbformat
import pytest
from class_of_students import grades, misgraded, visit
from one_machine import ROOT, hub, missing
from student import Student

pytestmark = pytest.mark.skipif(missing() is not None, reason=missing() or "")

LESSON = "00"
CULLER_TOKEN = "of-the-culler-in-this-test"


@pytest.fixture(scope="module")
def running():
    with hub(f'c.JupyterHub.services[0]["api_token"] = {CULLER_TOKEN!r}') as running:
        yield running


@pytest.fixture(scope="module")
def visits(running):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(lambda number: visit(running, number, LESSON, light=True), range(2)))


def test_what_they_hand_in_is_graded_as_their_notebooks_said(running, visits, tmp_path):
    right, wrong = visits
    assert (right.answers, wrong.answers) == ("right", "wrong")
    assert wrong.points < right.points == right.out_of > 0
    assert misgraded(visits, grades(running.hand_in, LESSON, tmp_path)) == []


def test_a_students_folder_is_her_own_and_the_database_the_hubs(running, visits):
    for name in (done.student.name for done in visits):
        folder = running.hand_in / name
        assert folder.stat().st_mode & 0o777 == 0o700
        assert (running.home(name) / "hand-in").readlink() == folder
    assert running.hand_in.stat().st_mode & 0o777 == 0o711
    assert not (running.folder / "jupyterhub.sqlite").stat().st_mode & 0o077


def test_nobody_signs_in_under_a_name_that_could_be_another_folder(running):
    with pytest.raises(PermissionError):
        Student(running, ".ssh").sign_in()


def test_a_link_brings_a_notebook_and_opens_it(running, visits, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "jupyterhub")
    from links import link

    repository = tmp_path / "course"
    (repository / "lessons").mkdir(parents=True)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
    nbformat.write(notebook, repository / "lessons" / "extra.ipynb")
    author = ["-c", "user.name=a", "-c", "user.email=a@b"]
    for command in (["init", "-q", "-b", "main"], ["add", "."], [*author, "commit", "-q", "-m", "A lesson"]):
        subprocess.run(["git", "-C", repository, *command], check=True)
    student = visits[0].student
    page = student.follow(link(running.url, f"file://{repository}", "lessons/extra.ipynb"))
    asked = {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}
    # the page's script does these two: it pulls, then goes to where the link leads
    assert '"phase": "finished"' in student.pull(asked["repo"], asked["branch"])
    assert student.follow(student.url(asked["urlpath"])).ok
    assert student.open(asked["urlpath"].removeprefix("lab/tree/")).cells[0].source == "1 + 1"


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_DATA counts a process's own memory on Linux only")
def test_a_cell_that_wants_more_than_the_limit_is_refused_and_the_kernel_lives(visits):
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in ("x = bytearray(3 << 30)", "1 + 1")]
    visits[0].student.run_all("greedy.ipynb", notebook)
    refused, answered = (cell.outputs for cell in notebook.cells)
    assert refused[0].ename == "MemoryError"
    assert answered[0].data["text/plain"] == "2"


def test_an_idle_server_is_stopped_and_the_work_is_kept(running, visits):
    """The shipped culler's rights, with its hour made a second."""
    environment = {
        **os.environ,
        "JUPYTERHUB_API_TOKEN": CULLER_TOKEN,
        "JUPYTERHUB_API_URL": f"{running.url}/hub/api",
    }
    command = [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=1", "--cull-every=1"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as culler:
        try:
            for done in visits:
                done.student.wait_until_stopped()
        finally:
            culler.terminate()
    assert "Culling kernels even with connected clients" in running.log
    for name in (done.student.name for done in visits):
        assert list(running.home(name).glob("coursekit-lessons/00*.ipynb"))
        assert (running.home(name) / "coursekit-lessons/start.ipynb").exists()
        assert list((running.hand_in / name).glob("00*.ipynb"))
