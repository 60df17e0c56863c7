"""Every lesson, a mistake in each exercise, in JupyterLab and Chromium: it runs, its checks tell, its panels answer, and
axe-core finds nothing grave.
"""

import lab
import nbformat
import pytest
from lesson_cells import assert_told
from panels import changed

from coursekit.exercises.engine.notebooks import wrong
from coursekit.lesson_files import lessons_folder

pytestmark = pytest.mark.browser

LESSONS = sorted(lessons_folder().glob("*.ipynb"))
OURS = ".jp-OutputArea-output img, .jp-MarkdownOutput img"


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """JupyterLab on all lessons with their mistakes, and a browser's page."""
    folder = tmp_path_factory.mktemp("lessons")
    for lesson in LESSONS:
        nbformat.write(wrong(nbformat.read(lesson, as_version=4)), folder / lesson.name)
    with lab.jupyterlab(folder) as url, lab.browser() as page:
        yield url, page


@pytest.fixture
def place(opened):
    """The same without what an earlier lesson left: its complaints and its kernel."""
    url, page = opened
    page.complaints.clear()
    yield url, page
    page.evaluate("() => jupyterapp.serviceManager.sessions.shutdownAll()")
    page.goto("about:blank")


# The quick tests open the first lesson.
@pytest.mark.parametrize(
    "lesson",
    [pytest.param(path, id=path.stem, marks=[pytest.mark.slow] * (path != LESSONS[0])) for path in LESSONS],
)
def test_it_runs_answers_and_can_be_read_by_everyone(place, lesson):
    url, page = place
    assert lab.run_all(page, url, lesson.name, seconds=300) == []
    assert_told(lesson, "wrong", lab.verdicts(page))
    panels = page.locator(".coursekit-panel:has(.coursekit-picture img)")
    if "widgets." in lesson.read_text().replace("widgets.predict", ""):
        panels.first.wait_for()
    for panel in panels.all():  # test_every_panel.py goes through their controls
        for slider in panel.get_by_role("slider").all()[:1]:
            slider.focus()
            last = slider.get_attribute("aria-valuenow") == slider.get_attribute("aria-valuemax")
            key = "ArrowLeft" if last else "ArrowRight"
            before, after = changed(page, panel, lambda slider=slider, key=key: slider.press(key))
            assert before != after
    for image in page.locator(OURS).all():
        assert image.get_attribute("alt")
    assert lab.findings(page, ".jp-OutputArea-output", ".jp-MarkdownOutput") == []
    assert page.outside == []
    assert page.complaints == []
