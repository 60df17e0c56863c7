"""Grade on the workers of a Dask cluster: each runs strangers' code in sandboxes of its own, and judges beside them.

A worker is what the grading process is on one machine: trusted, it holds solutions and the secret seed, and its sandboxed
children see neither. It is sent the bytes of submissions and returns records; the gradebook stays with the client.
"""

import asyncio
import contextlib
import itertools
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from coursekit.cluster import Cluster, ClusterError, Lost, connected
from coursekit.grading.errors import GradingError
from coursekit.grading.gradebook import Record
from coursekit.grading.people import Submission
from coursekit.grading.pool import no_warnings, sandboxes
from coursekit.grading.question_sets import GradedExercise
from coursekit.grading.settings import RunSettings
from coursekit.grading.submission import grade_one, ungraded

MOST = 16  # submissions in one call
LARGEST = 2 * 2**20  # bytes of them, unless one alone has more: some calls for each worker are in memory
IDLE = 600.0  # seconds without a call after which a worker regards a run as dead


class DaskPool:
    """Grades submissions on the workers of a Dask scheduler, about `count` of them. Use it as a context manager.

    Entering raises GradingError, naming the worker, if there is no cluster, a different coursekit or no sandbox.
    """

    def __init__(self, settings: RunSettings, exercises: list[GradedExercise], count: int, address: str):
        self._settings, self._exercises, self._count, self._address = settings, exercises, count, address
        self._run = uuid.uuid4().hex  # names this run on the workers
        self._stack = contextlib.ExitStack()
        self.notes: tuple[str, ...] = ()

    def __enter__(self) -> "DaskPool":
        try:
            self._cluster: Any = self._stack.enter_context(connected(self._address))
            self._stack.callback(self._close)
            notes = _opened(self._cluster.everywhere(_open, self._run, self._settings))
        except BaseException as error:
            self._stack.close()
            _as_grading_error(error)
            raise
        size = self._cluster.size
        where = f"cluster: {len(notes)} workers with {size} threads at {self._address}"
        self.notes = (where, *dict.fromkeys(itertools.chain(*notes)))
        return self

    def __exit__(self, kind, error, trace):
        self._stack.close()
        _as_grading_error(error)

    def _close(self):
        with contextlib.suppress(Exception):  # the cluster may be gone
            self._cluster.everywhere(_close, self._run)

    def grade(self, submissions: Iterable[Submission]) -> Iterator[Record]:
        """The records of the submissions, as they are ready."""
        size = min(max(self._count // (4 * self._cluster.size), 1), MOST)
        return _graded(self._cluster, self._run, self._settings, self._exercises, _batches(submissions, size))


def _as_grading_error(error):
    if isinstance(error, ClusterError | ImportError):
        raise GradingError(str(error)) from None


def _opened(replies):
    """What the workers say of their sandboxes, if all have one."""
    wrong = [f"worker {worker}: {error}" for worker, error in replies.items() if isinstance(error, Exception)]
    if wrong:
        raise GradingError("\n".join(wrong))
    return list(replies.values())


def _batches(submissions: Iterable[Submission], most: int) -> Iterator[list[Submission]]:
    batch, size = [], 0
    for submission in submissions:
        length = sum(len(file.content or b"") for file in submission.files)
        if batch and (len(batch) == most or size + length > LARGEST):
            yield batch
            batch, size = [], 0
        batch.append(submission)
        size += length
    if batch:
        yield batch


def _graded(cluster: Cluster, name, settings, exercises, batches) -> Iterator[Record]:
    """The records as they come. Those in a batch that ended its workers are graded last, one at a time: if the
    workers die again, it is known of whom."""
    suspects = []
    try:
        for (*_, batch), result in cluster.results(_grade, ((name, settings, batch) for batch in batches)):
            if isinstance(result, Lost):
                suspects += batch
            else:
                yield from result
        for submission in suspects:
            ((_, result),) = cluster.results(_grade, [(name, settings, [submission])])
            if isinstance(result, Lost):
                yield ungraded(submission, exercises, f"it ended each of {result.workers} workers that tried")
            else:
                yield from result
    except ClusterError as error:
        raise ClusterError(f"{error} What was graded is kept: continue with --resume.") from None


_runs: dict[str, "_WorkerRun"] = {}  # on a worker: by the name of the run
_lock = threading.Lock()


class _WorkerRun:
    """A worker's exercises and sandboxes for a run; more are opened as its threads need them."""

    def __init__(self, settings, folder):
        self.settings, self.folder, self.exercises = settings, folder, settings.graded_exercises()
        self.opened, self.free, self.busy, self.used = contextlib.ExitStack(), [], 0, time.monotonic()
        self.opened.enter_context(no_warnings())
        with self.sandbox() as sandbox:
            self.notes = (f"sandbox: {sandbox.way}", *sandbox.notes)

    @contextlib.contextmanager
    def sandbox(self):
        """A free one, or a new one."""
        try:
            sandbox = self.free.pop()
        except IndexError:
            options = {"folder": self.folder}
            (sandbox,) = self.opened.enter_context(sandboxes(1, self.settings, self.exercises, **options))
        yield sandbox
        self.free.append(sandbox)


def _worker_run(name, settings, worker):
    """What this worker holds for a run; a worker that joined late sets it up now."""
    with _lock:
        if name not in _runs:
            _runs[name] = _WorkerRun(settings, worker.local_directory)
            threading.Thread(target=_watch, args=(name,), daemon=True).start()
        _runs[name].used = time.monotonic()
        return _runs[name]


async def _open(name, settings, dask_worker):
    """On a worker: make ready, beside its event loop, and say what the sandbox is."""
    return (await asyncio.to_thread(_worker_run, name, settings, dask_worker)).notes


def _close(name):
    with _lock:
        if run := _runs.pop(name, None):
            run.opened.close()


def _watch(name):
    """Close the sandboxes of a run that was killed."""
    while name in _runs:
        time.sleep(IDLE / 10)
        with _lock:
            run = _runs.get(name)
            if run and not run.busy and time.monotonic() - run.used > IDLE:
                _runs.pop(name).opened.close()


def _grade(name, settings, submissions):
    """On a worker: the records of the submissions."""
    from distributed import get_worker

    worker = get_worker()
    try:
        run = _worker_run(name, settings, worker)
        with _lock:
            run.busy += 1
        try:
            with run.sandbox() as sandbox:
                return [grade_one(submission, run.exercises, sandbox, settings) for submission in submissions]
        finally:
            with _lock:
                run.busy, run.used = run.busy - 1, time.monotonic()
                if _runs.get(name) is not run:  # it was closed meanwhile
                    run.opened.close()
    except GradingError as error:
        raise GradingError(f"worker {worker.address}: {error}") from None
