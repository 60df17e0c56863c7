"""Before any test, in tests/ or lessons/: one thread a process, throw-away homes, files kept together."""

import atexit
import os
import re
import shutil
import tempfile

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

if "PYTEST_XDIST_WORKER" not in os.environ:  # once; workers and the kernels of the lessons inherit it
    # The workers share the cores already; read by NumPy and torch when they are imported.
    for _library in ("OMP", "OPENBLAS", "MKL"):
        os.environ[f"{_library}_NUM_THREADS"] = "1"
    _home = tempfile.mkdtemp(prefix="coursekit-tests-")
    atexit.register(shutil.rmtree, _home, ignore_errors=True)
    for _variable in ("COURSEKIT_HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR"):
        os.environ[_variable] = os.path.join(_home, _variable.lower())


pytest.register_assert_rewrite("lesson_cells")  # its assertions say what they saw
hypothesis.settings.register_profile("coursekit", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("coursekit")


class ByFile(LoadScopeScheduling):
    """A file's tests share a worker and its fixtures; a lesson's runs and the claims about it share one of their own."""

    def _split_scope(self, nodeid):
        if claims := re.match(r"tests/lessons/test_lesson_claims_(\w+)\.py", nodeid):
            return f"tests/lessons/test_lessons.py {claims[1]}"
        lesson = re.match(r"(tests/lessons/test_lessons\.py)::.*[\[-](\d\d[a-z]?)_", nodeid)
        return f"{lesson[1]} {lesson[2]}" if lesson else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config, log):
    return ByFile(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_xdist_auto_num_workers(config):
    """One more than there are cores: a test that waits, for a browser or a time limit, leaves its own idle."""
    return (yield) + 1


def pytest_collection_modifyitems(items):
    """What takes longest begins first, so that no worker is left alone with it at the end."""
    long = re.compile(r"lessons/|tests/(lessons|exercises|grading|browser|plots|widgets|hub|cluster)/")
    items.sort(key=lambda item: not long.match(item.nodeid))


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
    """What tests told with record_property("measured", ...): figures to read, not to pass or fail."""
    reports = terminalreporter.stats.get("passed", [])
    lines = [value for report in reports for name, value in report.user_properties if name == "measured"]
    if lines:
        terminalreporter.section("measured")
        for line in sorted(set(lines)):
            terminalreporter.write_line(line)
