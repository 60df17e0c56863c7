"""Several sandboxes at work at a time, one thread each; little is held at any moment, however large the class."""

import contextlib
import queue
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from coursekit.grading.gradebook import Record
from coursekit.grading.judge import Paper
from coursekit.grading.sandbox import Sandbox
from coursekit.grading.submission import Work, grade_one
from coursekit.grading.terms import Terms

_DONE = object()


@dataclass(frozen=True)
class Place:
    """Where a run's submissions are graded: grade(works) gives their records, in any order; notes on the sandbox."""

    grade: Callable[[Iterable[Work]], Iterator[Record]]
    notes: tuple[str, ...]


@contextlib.contextmanager
def here(terms: Terms, papers: list[Paper], count: int, **options) -> Iterator[Place]:
    """This machine, with so many sandboxes; the options are those of `sandboxes`."""
    with sandboxes(count, terms, papers, **options) as boxes:
        yield Place(
            lambda works: at_once(
                boxes, works, lambda work, box: grade_one(work, papers, box, terms.seconds)
            ),
            (f"sandbox: {boxes[0].way}", *boxes[0].notes),
        )


@contextlib.contextmanager
def sandboxes(count: int, terms: Terms, papers: list[Paper], **options) -> Iterator[list[Sandbox]]:
    """So many sandboxes, started side by side, given the questions, and closed at the end.

    options: the folder and the secret files of `Sandbox`. Raises SandboxError if one does not hold.
    """
    options["limits"] = terms.limits(papers)
    sheets = [sheet.message for paper in papers for sheet in (paper.graded, paper.shown)]
    boxes: list[Sandbox] = []
    try:
        for _ in range(count):
            boxes.append(Sandbox(terms.sandbox, wait=False, **options))
        for box in boxes:
            box.ready()
            box.learn(sheets)
        yield boxes
    finally:
        for box in boxes:
            box.close()


@contextlib.contextmanager
def no_warnings():
    """Python's parser warns of odd escapes in strangers' code; set for all threads, as warnings are."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def at_once(boxes: list[Sandbox], items: Iterable, do: Callable) -> Iterator:
    """do(item, box) for all items, in any order, one thread a box; little is held at a time."""
    waiting, done, stop = iter(items), queue.Queue(2 * len(boxes)), threading.Event()
    lock = threading.Lock()

    def put(result):
        while not stop.is_set():
            with contextlib.suppress(queue.Full):
                return done.put(result, timeout=0.5)

    def work(box):
        try:
            while not stop.is_set():
                with lock:
                    item = next(waiting, None)
                if item is None:
                    break
                put(do(item, box))
        except BaseException as error:
            put(error)
        put(_DONE)

    threads = [threading.Thread(target=work, args=(box,), daemon=True) for box in boxes]
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
