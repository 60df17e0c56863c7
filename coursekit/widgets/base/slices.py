"""Work in slices: a model that trains yields partial results, and the kernel stays free in between.

No thread of its own: matplotlib and the networks stay in the kernel's main thread. Between two slices its event
loop handles what has arrived, a new move for instance, and that move ends the old work.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

SLICE = 0.05  # seconds of work between two pictures
PAUSE = 0.005  # seconds for the event loop to take in what has arrived


class Slices:
    """Runs one iterator of results at a time, in slices, and passes results to `show`, errors to `fail`.

    `report` is called with whether more results will follow, each time that may have changed. The first result is
    shown as soon as it is available; later ones at most every SLICE seconds, always the newest. Without an event
    loop (a script, a test) all the work is done at once and its last result shown.
    """

    def __init__(
        self,
        show: Callable[[Mapping[str, Any]], None],
        fail: Callable[[Exception], None],
        report: Callable[[bool], None],
    ) -> None:
        self._show, self._fail, self._report = show, fail, report
        self._results: Any = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def running(self) -> bool:
        """Whether more results will follow."""
        return self._results is not None

    def start(self, results: Iterator[Mapping[str, Any]], begun: bool = False) -> None:
        """Drop the old work and begin this; begun: its first result is shown already."""
        self.stop()
        self._set(results)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._work(None, float("inf"))
        else:
            if begun:
                self._plan(loop)
            else:
                self._work(loop, 0)

    def stop(self) -> None:
        """Drop the work; a generator runs its `finally` parts."""
        if self._timer is not None:
            self._timer.cancel()
        close = getattr(self._results, "close", None)
        self._timer = None
        self._set(None)
        if close is not None:
            close()

    def _set(self, results):
        self._results = results
        self._report(self.running)

    def _work(self, loop, seconds):
        """Take results for this many seconds, show the newest, and plan the next slice."""
        end, newest = time.perf_counter() + seconds, None
        try:
            for result in self._results:
                newest = result
                if time.perf_counter() >= end:
                    break
            else:
                self._set(None)
            if newest is not None:
                self._show(newest)
        except Exception as error:  # shown in the panel, like those of a model that does not train
            self.stop()
            self._fail(error)
        if self.running:
            self._plan(loop)

    def _plan(self, loop):
        self._timer = loop.call_later(PAUSE, self._work, loop, SLICE)
