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

from coursekit.cluster import Cluster, ClusterError, Lost, connected
from coursekit.grading.errors import GradingError
from coursekit.grading.gradebook import Record
from coursekit.grading.judge import Paper
from coursekit.grading.pool import Place, no_warnings, sandboxes
from coursekit.grading.submission import Work, grade_one, ungraded
from coursekit.grading.terms import Terms

MOST = 16  # submissions in one call
LARGEST = 2 * 2**20  # bytes of them, unless one alone has more: some calls for each worker are in memory
IDLE = 600.0  # seconds after which a worker takes a run for dead that asks nothing of it


@contextlib.contextmanager
def there(terms: Terms, papers: list[Paper], count: int, address: str) -> Iterator[Place]:
    """The workers of the scheduler at this address, for about so many submissions.

    Raises GradingError, naming the worker, where there is no cluster, another coursekit or no sandbox.
    """
    name = uuid.uuid4().hex  # of this run, on the workers
    try:
        with connected(address) as cluster:
            try:
                notes = _opened(cluster.everywhere(_open, name, terms))
                where = f"cluster: {len(notes)} workers with {cluster.size} threads at {address}"
                size = min(max(count // (4 * cluster.size), 1), MOST)
                yield Place(
                    lambda works: _graded(cluster, name, terms, papers, _batches(works, size)),
                    (where, *sorted(set(itertools.chain(*notes)))),
                )
            finally:
                with contextlib.suppress(Exception):  # of a cluster that has gone
                    cluster.everywhere(_close, name)
    except (ClusterError, ImportError) as error:
        raise GradingError(str(error)) from None


def _opened(told):
    """What the workers say of their sandboxes, if all have one."""
    wrong = [f"worker {worker}: {error}" for worker, error in told.items() if isinstance(error, Exception)]
    if wrong:
        raise GradingError("\n".join(wrong))
    return list(told.values())


def _batches(works: Iterable[Work], most: int) -> Iterator[list[Work]]:
    batch, size = [], 0
    for work in works:
        length = sum(len(content or b"") for _, content, _ in work.files)
        if batch and (len(batch) == most or size + length > LARGEST):
            yield batch
            batch, size = [], 0
        batch.append(work)
        size += length
    if batch:
        yield batch


def _graded(cluster: Cluster, name, terms, papers, batches) -> Iterator[Record]:
    """The records as they come. Those in a batch that ended its workers are graded last, one at a time: if the
    workers die again, it is known of whom."""
    suspects = []
    try:
        for (*_, batch), result in cluster.results(_grade, ((name, terms, batch) for batch in batches)):
            if isinstance(result, Lost):
                suspects += batch
            else:
                yield from result
        for work in suspects:
            ((_, result),) = cluster.results(_grade, [(name, terms, [work])])
            if isinstance(result, Lost):
                yield ungraded(work, papers, f"it ended each of {result.workers} workers that tried")
            else:
                yield from result
    except ClusterError as error:
        raise ClusterError(f"{error} What was graded is kept: go on with --resume.") from None


_rooms: dict[str, "_Room"] = {}  # on a worker: by the name of the run
_lock = threading.Lock()


class _Room:
    """A worker's papers and sandboxes for a run; more are opened as its threads want them."""

    def __init__(self, terms, folder):
        self.terms, self.folder, self.papers = terms, folder, terms.papers()
        self.opened, self.free, self.busy, self.used = contextlib.ExitStack(), [], 0, time.monotonic()
        self.opened.enter_context(no_warnings())
        with self.sandbox() as box:
            self.notes = (f"sandbox: {box.way}", *box.notes)

    @contextlib.contextmanager
    def sandbox(self):
        """A free one, or a new one."""
        try:
            box = self.free.pop()
        except IndexError:
            options = {"folder": self.folder}
            (box,) = self.opened.enter_context(sandboxes(1, self.terms, self.papers, **options))
        yield box
        self.free.append(box)


def _room(name, terms, worker):
    """The room of a run, which a worker that came late makes now."""
    with _lock:
        if name not in _rooms:
            _rooms[name] = _Room(terms, worker.local_directory)
            threading.Thread(target=_watch, args=(name,), daemon=True).start()
        _rooms[name].used = time.monotonic()
        return _rooms[name]


async def _open(name, terms, dask_worker):
    """On a worker: make ready, beside its event loop, and say what the sandbox is."""
    return (await asyncio.to_thread(_room, name, terms, dask_worker)).notes


def _close(name):
    with _lock:
        if room := _rooms.pop(name, None):
            room.opened.close()


def _watch(name):
    """Close the room of a run that was killed."""
    while name in _rooms:
        time.sleep(IDLE / 10)
        with _lock:
            room = _rooms.get(name)
            if room and not room.busy and time.monotonic() - room.used > IDLE:
                _rooms.pop(name).opened.close()


def _grade(name, terms, works):
    """On a worker: the records of the works."""
    from distributed import get_worker

    worker = get_worker()
    try:
        room = _room(name, terms, worker)
        with _lock:
            room.busy += 1
        try:
            with room.sandbox() as box:
                return [grade_one(work, room.papers, box, terms.seconds) for work in works]
        finally:
            with _lock:
                room.busy, room.used = room.busy - 1, time.monotonic()
                if _rooms.get(name) is not room:  # it was closed meanwhile
                    room.opened.close()
    except GradingError as error:
        raise GradingError(f"worker {worker.address}: {error}") from None
