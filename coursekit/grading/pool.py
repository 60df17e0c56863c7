"""Several sandboxes work at a time, one thread each; little is held at any moment, however large the class."""

import contextlib
import json
import queue
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from coursekit.exercises.engine.lesson_sources import notebook_paths
from coursekit.grading.gradebook import Record
from coursekit.grading.people import Submission
from coursekit.grading.question_sets import GradedExercise
from coursekit.grading.sandbox import Sandbox
from coursekit.grading.settings import RunSettings
from coursekit.grading.submission import grade_one

_DONE = object()


class LocalPool:
    """Grades submissions on this machine, in `count` sandboxes. Use it as a context manager."""

    def __init__(self, settings: RunSettings, exercises: list[GradedExercise], count: int, **options):
        """The options are those of `sandboxes`."""
        self._settings, self._exercises = settings, exercises
        self._opened = sandboxes(count, settings, exercises, **options)
        self._sandboxes: list[Sandbox] = []

    def __enter__(self) -> "LocalPool":
        self._sandboxes = self._opened.__enter__()
        return self

    def __exit__(self, *error):
        return self._opened.__exit__(*error)

    @property
    def notes(self) -> tuple[str, ...]:
        """The kind of sandbox in use, and why it is no stronger one."""
        first = self._sandboxes[0]
        return (f"sandbox: {first.way}", *first.notes)

    def grade(self, submissions: Iterable[Submission]) -> Iterator[Record]:
        """The records of the submissions, as they are ready."""
        return in_parallel(
            self._sandboxes,
            submissions,
            lambda one, sandbox: grade_one(one, self._exercises, sandbox, self._settings),
        )


@contextlib.contextmanager
def sandboxes(
    count: int, settings: RunSettings, exercises: list[GradedExercise], **options: Any
) -> Iterator[list[Sandbox]]:
    """That many sandboxes, started side by side, and closed at the end.

    options: the folder and the secret files of `Sandbox`. Raises SandboxError if one does not hold.
    """
    options["limits"] = settings.limits(exercises)
    known = list(_cells_of_lessons({key[:2] for key in settings.exercises}))
    opened: list[Sandbox] = []
    try:
        for _ in range(count):
            opened.append(Sandbox(settings.sandbox, wait=False, **options))
        for sandbox in opened:
            for cells in known:
                sandbox.prepare(cells)
            sandbox.ready()
        yield opened
    finally:
        for sandbox in opened:
            sandbox.close()


def _cells_of_lessons(numbers):
    """The code of the cells of each lesson's notebooks, which most submissions have unchanged."""
    for path in notebook_paths():
        if path.name[:2] in numbers:
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            yield ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


@contextlib.contextmanager
def no_warnings() -> Iterator[None]:
    """Python's parser warns of odd escapes in strangers' code; set for all threads, as warnings are."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def in_parallel(sandboxes: list[Sandbox], items: Iterable, do: Callable) -> Iterator:
    """do(item, sandbox) for all items, in any order, one thread per sandbox; little is held at a time."""
    waiting, done, stop = iter(items), queue.Queue(2 * len(sandboxes)), threading.Event()
    lock = threading.Lock()

    def put(result):
        while not stop.is_set():
            with contextlib.suppress(queue.Full):
                return done.put(result, timeout=0.5)

    def run(sandbox):
        try:
            while not stop.is_set():
                with lock:
                    item = next(waiting, None)
                if item is None:
                    break
                put(do(item, sandbox))
        except BaseException as error:
            put(error)
        put(_DONE)

    threads = [threading.Thread(target=run, args=(sandbox,), daemon=True) for sandbox in sandboxes]
    for thread in threads:
        thread.start()
    try:
        running = len(threads)
        while running:
            result = done.get()
            if result is _DONE:
                running -= 1
            elif isinstance(result, BaseException):
                raise result
            else:
                yield result
    finally:
        stop.set()
