"""Several sandboxes at work at a time, one thread each; little is held at any moment, however large the class."""

import contextlib
import queue
import threading
from collections.abc import Callable, Iterable, Iterator

from coursekit.grading.sandbox import Sandbox

_DONE = object()


@contextlib.contextmanager
def sandboxes(count: int, way: str | None, sheets: list[bytes], **options) -> Iterator[list[Sandbox]]:
    """So many sandboxes, started side by side, given the questions, and closed at the end.

    Raises SandboxError if one does not hold.
    """
    boxes: list[Sandbox] = []
    try:
        for _ in range(count):
            boxes.append(Sandbox(way, wait=False, **options))
        for box in boxes:
            box.ready()
            box.learn(sheets)
        yield boxes
    finally:
        for box in boxes:
            box.close()


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
