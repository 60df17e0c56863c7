"""The lessons as notebooks in the browser (`coursekit lite`), seen in Chromium.

Two environment variables name a Pyodide, Python for browsers; where one is missing, its tests skip and say so:

    PYODIDE_CORE    the npm package `pyodide`. It has no NumPy, so no lesson can run: the tests show that the site starts,
                    that `import coursekit` loads our wheel with all packages in pure Python, and that work is kept
    PYODIDE_DIST    a full distribution: lesson 02 runs from top to bottom

The package index is asked while the site is built; an open page asks no other host.
"""

import json
import os

import lab
import pytest
from panels import changed

import coursekit

pytest.importorskip(
    "jupyterlite_pyodide_kernel", reason="no JupyterLite: pip install -c constraints.txt -e '.[lite]'"
)

from coursekit.lesson_files import lessons, lessons_folder
from coursekit.lite.build import write_lite
from coursekit.lite.editions import current_name

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SECONDS = 180
LESSON = "02_loss_functions"
IDLE = """() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"""
EXECUTE = """async (code) => {
    const future = jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute({code});
    const outputs = [];
    future.onIOPub = message => outputs.push(message.content);
    await future.done;
    return outputs;
}"""
# Without NumPy the package of the exercises cannot be imported; this lets its modules that need no NumPy be imported.
WITHOUT_NUMPY = """
import pathlib, sys, types, coursekit
package = types.ModuleType("coursekit.exercises")
package.__path__ = [str(pathlib.Path(coursekit.__file__).parent / "exercises")]
sys.modules["coursekit.exercises"] = package
from coursekit import lite
from coursekit.exercises.engine import guess_store
"""


def site_from(variable, folder, incomplete):
    """A site with the Pyodide that the environment variable names; its pages let tests see JupyterLab's state."""
    if not os.environ.get(variable):
        pytest.skip(f"{variable} does not name a Pyodide")
    write_lite(folder, os.environ[variable], incomplete, report=lambda line: None)
    file = folder / "jupyter-lite.json"
    settings = json.loads(file.read_text())
    settings["jupyter-config-data"]["exposeAppInBrowser"] = True
    file.write_text(json.dumps(settings))


@pytest.fixture(scope="module")
def core_site(tmp_path_factory):
    """The site below a folder, as on a host that serves other pages as well; without NumPy."""
    root = tmp_path_factory.mktemp("host")
    site_from("PYODIDE_CORE", root / "course", incomplete=True)
    return root


@pytest.fixture(scope="module")
def address(core_site):
    with lab.pages(core_site) as host:
        yield f"{host}course/"


@pytest.fixture
def page():
    with lab.browser() as page:
        page.set_default_timeout(SECONDS * 1000)
        # workers' requests are the context's
        page.context.on("request", lambda r: lab._is_outside(r.url) and page.outside.append(r.url))
        yield page
        assert page.outside == []


def open_lesson(page, address, lesson=LESSON):
    page.goto(f"{address}{lesson}.html")
    page.wait_for_function(IDLE)


def execute(page, code):
    """What the code prints and displays in the kernel of the open notebook; an error fails the test."""
    outputs = page.evaluate(EXECUTE, code)
    errors = [f"{output['ename']}: {output['evalue']}" for output in outputs if "ename" in output]
    assert errors == []
    return "".join(o.get("text") or o.get("data", {}).get("text/plain", "") for o in outputs)


def files_listed(page):
    """The names that JupyterLab lists in its top folder."""
    return page.evaluate(
        "async () => (await jupyterapp.serviceManager.contents.get('', {content: true})).content.map(f => f.name)"
    )


def test_the_wheel_is_loaded_and_imported_in_the_browser(page, address):
    open_lesson(page, address)
    printed = execute(
        page,
        "import coursekit, sys, anywidget, ipywidgets, platformdirs, tqdm\n"
        "from coursekit import lesson_files\n"
        "print(sys.platform, 'site-packages' in coursekit.__file__, coursekit.__version__)\n"
        "print(*(lesson.file for lesson in lesson_files.lessons()))",
    )
    expected = ["emscripten", "True", coursekit.__version__, *(lesson.file for lesson in lessons())]
    assert printed.split() == expected
    # its Python is newer than those that the other tests run on
    compiled = """
import pathlib, warnings
warnings.simplefilter("error")
modules = sorted(pathlib.Path(coursekit.__file__).parent.rglob("*.py"))
for module in modules:
    compile(module.read_text(), str(module), "exec")
print(len(modules))"""
    assert int(execute(page, compiled)) > 300


def test_without_numpy_a_lesson_stops_at_the_import_and_says_so(page, address):
    """What this file can not show with Pyodide's core alone."""
    open_lesson(page, address)
    (output,) = [o for o in page.evaluate(EXECUTE, "import coursekit.numpy_backend") if "ename" in o]
    assert "numpy" in output["evalue"]


def test_every_lesson_has_an_address_that_opens_its_current_edition(page, address, core_site):
    page.goto(address)
    links = page.locator("main li a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    stems = [path.stem for path in sorted(lessons_folder().glob("*.ipynb"))]
    assert links == [f"{stem}.html" for stem in stems]
    for stem in stems:
        assert (
            f"lab/index.html?path={current_name(stem)}" in (core_site / "course" / f"{stem}.html").read_text()
        )
        assert (core_site / "course" / "files" / current_name(stem)).is_file()


def test_guesses_survive_a_reload_and_can_be_exported(page, address):
    open_lesson(page, address)
    begin = f"{WITHOUT_NUMPY}lite.begin('{LESSON}', '{current_name(LESSON).split('.')[1]}')\n"
    said = execute(
        page, begin + "guess_store.record_guess(None, '02-bowl', 'Where?', 'left', ['left', 'right'])"
    )
    assert "Your browser keeps your notebooks" in said
    page.reload()
    page.wait_for_function(IDLE)
    printed = execute(
        page,
        f"{WITHOUT_NUMPY}guess = guess_store.stored_guess('02-bowl')\nprint(guess.lesson, guess.guess)\n"
        "print(lite.export_work())",
    )
    assert "02 left" in printed.replace("\n", " ").replace("  ", " ")
    assert "/drive/my-coursekit-work.zip" in printed
    assert {"progress.sqlite", "my-coursekit-work.zip"} <= set(files_listed(page))


def test_a_new_edition_hides_no_old_copy_and_no_old_copy_hides_it(page, address, core_site):
    """What the learner wrote in one edition is still listed and readable after the site has the next edition."""
    open_lesson(page, address)
    old = current_name(LESSON)
    page.evaluate(
        """async () => { const panel = jupyterapp.shell.currentWidget;
            panel.content.model.cells.get(0).sharedModel.setSource('My own words');
            await panel.context.save(); }"""
    )
    site, new = core_site / "course", f"{LESSON}.abcdef.ipynb"
    before = {}
    for file in (site / f"{LESSON}.html", site / "api" / "contents" / "all.json"):
        before[file] = file.read_text()
        file.write_text(before[file].replace(old, new))
    (site / "files" / old).rename(site / "files" / new)
    try:
        open_lesson(page, address)
        assert page.evaluate("() => jupyterapp.shell.currentWidget.context.path") == new
        first = "() => jupyterapp.shell.currentWidget.content.model.cells.get(0).sharedModel.source"
        assert "My own words" not in page.evaluate(first)
        assert {old, new} <= set(files_listed(page))
        read = "async (path) => (await jupyterapp.serviceManager.contents.get(path, {content: true})).content.cells[0].source"
        assert page.evaluate(read, old) == "My own words"
        assert "True" in execute(page, f"print('My own words' in open('/drive/{old}').read())")
    finally:
        (site / "files" / new).rename(site / "files" / old)
        for file, text in before.items():
            file.write_text(text)


def test_lesson_02_runs_from_top_to_bottom_in_the_browser(page, tmp_path):
    site_from("PYODIDE_DIST", tmp_path / "course", incomplete=False)
    with lab.pages(tmp_path) as host:
        url = f"{host}course/lab/index.html?path={{path}}"
        assert lab.run_all(page, url, current_name(LESSON), seconds=900) == []
        verdicts = lab.verdicts(page)
        assert {v["exercise"] for v in verdicts} == set(
            next(m for m in lessons() if m.number == "02").exercises
        )
        assert {v["outcome"] for v in verdicts} == {"unanswered"}
        panel = page.locator(".coursekit-panel:has(.coursekit-picture img)").first
        slider = panel.get_by_role("slider").first
        slider.focus()
        last = slider.get_attribute("aria-valuenow") == slider.get_attribute("aria-valuemax")
        key = "ArrowLeft" if last else "ArrowRight"
        before, after = changed(page, panel, lambda: slider.press(key))
        assert before != after
