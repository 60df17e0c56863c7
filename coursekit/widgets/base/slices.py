"""Work in slices: a model that trains yields partial results, and the kernel stays free in between.

No thread of its own: matplotlib and the networks stay in the kernel's main thread. Between two slices its event
loop handles what has arrived, a new move for instance, and that move ends the old work.
"""

import asyncio
import time

SLICE = 0.05  # seconds of work between two pictures
PAUSE = 0.005  # seconds for the event loop to take in what has arrived


class Slices:
    """Runs one iterator of results at a time, in slices, and hands results to `show`, errors to `fail`.

    `tell` hears whether results are still to come, each time that may have changed. The first result is shown as soon as it is there; later ones at most every SLICE seconds, always the
    newest. Without an event loop (a script, a test) all the work is done at once and its last result shown.
    """

    def __init__(self, show, fail, tell):
        self._show, self._fail, self._tell = show, fail, tell
        self._results, self._timer = None, None

    @property
    def running(self):
        """Whether results are still to come."""
        return self._results is not None

    def start(self, results, begun=False):
        """Drop the old work and begin this; begun: its first result is shown already."""
        self.stop()
        self._hold(results)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._work(None, float("inf"))
        else:
            if begun:
                self._plan(loop)
            else:
                self._work(loop, 0)

    def stop(self):
        """Drop the work; a generator runs its `finally` parts."""
        if self._timer is not None:
            self._timer.cancel()
        close = getattr(self._results, "close", None)
        self._timer = None
        self._hold(None)
        if close is not None:
            close()

    def _hold(self, results):
        self._results = results
        self._tell(self.running)

    def _work(self, loop, seconds):
        """Take results until so many seconds are over, show the newest, and plan the next slice."""
        end, newest = time.perf_counter() + seconds, None
        try:
            for result in self._results:
                newest = result
                if time.perf_counter() >= end:
                    break
            else:
                self._hold(None)
            if newest is not None:
                self._show(newest)
        except Exception as error:  # shown in the panel, like those of a model that does not train
            self.stop()
            self._fail(error)
        if self.running:
            self._plan(loop)

    def _plan(self, loop):
        self._timer = loop.call_later(PAUSE, self._work, loop, SLICE)
