"""Before any test, in tests/ or lessons/: one thread per process, throw-away homes, which tests run where and when.

`pytest` alone runs the quick tests, among them every lesson cell by cell, in parallel. `pytest PATH` runs in one
process and loads only what that path needs. `pytest -m slow` runs the rest.
"""

import atexit
import os
import re
import shutil
import tempfile

import hypothesis
import pytest

if "PYTEST_XDIST_WORKER" not in os.environ:  # once; workers and the kernels of the lessons inherit it
    # The workers share the cores already; read by NumPy and torch when they are imported.
    for _library in ("OMP", "OPENBLAS", "MKL"):
        os.environ.setdefault(f"{_library}_NUM_THREADS", "1")
    _home = tempfile.mkdtemp(prefix="coursekit-tests-")
    atexit.register(shutil.rmtree, _home, ignore_errors=True)
    for _variable in ("COURSEKIT_HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR"):
        os.environ[_variable] = os.path.join(_home, _variable.lower())


pytest.register_assert_rewrite("lesson_cells")  # its assertions say what they saw
# No deadline: a busy machine is no failure. The same examples in every run; `--hypothesis-profile search` draws new ones.
hypothesis.settings.register_profile("coursekit", deadline=None, derandomize=True)
hypothesis.settings.register_profile("search", deadline=None, max_examples=300)
hypothesis.settings.load_profile("coursekit")


# ---------------------------------------------------------------------------------------------------- parallel runs
@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the option
def pytest_cmdline_main(config):
    """Without a path, share the tests among processes, as `-n auto` does; `-n 0` and `-n 8` are respected."""
    option = config.option
    asked = option.usepdb or option.collectonly or getattr(option, "numprocesses", 0) is not None
    everything = config.args_source is config.ArgsSource.TESTPATHS
    if everything and not asked and "PYTEST_XDIST_WORKER" not in os.environ:
        option.numprocesses = "auto"


def pytest_xdist_auto_num_workers():
    """One more than there are cores, at most 4: a test that waits for a browser leaves its core idle."""
    return min((len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()) + 1, 4)


def together(nodeid):
    """The group of a test, whose tests run one after the other in one process and share fixtures and kernels.

    A group is a file, except that a lesson's cells, runs and claims are one group, and each lesson's exercises another.
    """
    file, _, test = nodeid.partition("::")
    if file == "tests/lessons/test_other_kernels.py":
        return nodeid  # each starts a pytest of its own
    if lesson := re.match(r"lessons/(\d\d[a-z]?)_|tests/lessons/test_lesson_claims_(\w+)\.py", nodeid):
        return f"lesson {lesson[1] or lesson[2]}"
    if file == "tests/lessons/test_lessons.py" and (lesson := re.search(r"[\[-](\d\d[a-z]?)_", test)):
        return f"lesson {lesson[1]}"
    if file.startswith("tests/exercises/") and (lesson := re.search(r"\[(\d\d)\b", test)):
        return f"{file} {lesson[1]}"
    return file


def pytest_xdist_make_scheduler(config, log):
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return together(nodeid)

    return ByGroup(config, log)


# --------------------------------------------------------------------------------------------------------- collecting
def pytest_collect_file(file_path, parent):
    """A notebook is run by nbval, which takes two seconds to import and is therefore imported only here."""
    if file_path.suffix == ".ipynb" and not parent.config.pluginmanager.hasplugin("nbval"):
        from lesson_notebook import Lesson

        return Lesson.from_parent(parent, path=file_path)


def pytest_collection_modifyitems(items):
    """What takes longest begins first, so that no worker is left alone with it at the end.

    The cells of a lesson come before the tests of its claims, which use what they leave behind.
    """
    long = re.compile(r"tests/(lessons|exercises|grading|browser|plots|widgets|hub|cluster)/")
    items.sort(
        key=lambda item: 0 if item.nodeid.startswith("lessons/") else 1 if long.match(item.nodeid) else 2
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call" and report.passed and hasattr(item.parent, "passed"):
        item.parent.passed.append(item.nodeid)
    return report


def pytest_runtest_setup(item):
    if item.get_closest_marker("gpu"):
        torch = pytest.importorskip("torch")
        if not torch.cuda.is_available():
            pytest.skip("no CUDA device")
    if item.get_closest_marker("browser"):
        pytest.importorskip("playwright")
        if not (os.environ.get("CHROMIUM") or shutil.which("chromium")):
            pytest.skip("no Chromium: install the system's package, or set CHROMIUM to its path")


def pytest_terminal_summary(terminalreporter):
    """What tests recorded with record_property("measured", ...): figures to read, not to pass or fail."""
    reports = terminalreporter.stats.get("passed", [])
    lines = [value for report in reports for name, value in report.user_properties if name == "measured"]
    if lines:
        terminalreporter.section("measured")
        for line in sorted(set(lines)):
            terminalreporter.write_line(line)


@pytest.fixture(autouse=True, scope="module")
def _own_lessons_of_one_file_only():
    """Folders of lessons that the tests of one file add are not seen by the next file."""
    before = os.environ.get("COURSEKIT_LESSONS")
    yield
    if before is None:
        os.environ.pop("COURSEKIT_LESSONS", None)
    else:
        os.environ["COURSEKIT_LESSONS"] = before
