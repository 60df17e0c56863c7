"""Many notebooks are read at a time, and none of them may suffer from another."""

import gc
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from zoo import notebook

from coursekit.grading import notebook as reading
from coursekit.grading.slicing import Slicer

PARSED = Path(reading.__file__).read_text(encoding="utf-8")


@pytest.fixture
def threads_change_often():
    """Each collection of garbage runs Python code, at which the threads change over."""
    interval, thresholds = sys.getswitchinterval(), gc.get_threshold()

    def busy(phase, info):
        sum(range(50))

    sys.setswitchinterval(1e-6)
    gc.set_threshold(50)
    gc.callbacks.append(busy)
    yield
    gc.callbacks.remove(busy)
    gc.set_threshold(*thresholds)
    sys.setswitchinterval(interval)


def test_many_threads_read_at_a_time(threads_change_often):
    start = threading.Barrier(4)

    def read(first):
        start.wait()
        for number in range(first, first + 6):
            found = reading.parse_notebook(
                notebook(f"# {number}\n{PARSED}")
            )  # no two alike: none is in the cache
            assert not found.findings
            assert Slicer(found).find("parse_cell", "parse_cell")

    with ThreadPoolExecutor(4) as pool:
        for result in [pool.submit(read, 100 * i) for i in range(4)]:
            result.result()
