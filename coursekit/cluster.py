"""Other machines: function calls on the workers of a Dask cluster.

    with connected("tcp://10.0.0.5:8786") as cluster:
        for call, result in cluster.results(f, [(1,), (2,)]):    # as they come; `map` keeps the order
            ...

A call whose worker dies is made again on another one. Functions and their arguments travel by cloudpickle, so client,
scheduler and workers run whatever they send each other: the machines trust each other, and nobody else reaches their ports.
With addresses tls://… and certificates in Dask's configuration all of it is encrypted and authenticated.
"""

import contextlib
import functools
import hashlib
import importlib.metadata
import itertools
import platform
import queue
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import coursekit

CONNECT = 5.0  # seconds after which an address where nobody answers is given up
WORKERS = 20.0  # seconds that a cluster has to show its first worker
PATIENCE = 300.0  # seconds that calls wait for a cluster without any worker
MEND = 'Install the same there: pip install -c constraints.txt -e ".[cluster]", with the same Python'


class ClusterError(RuntimeError):
    """The cluster cannot be used; the text says why and what to do."""


class ThisProcess:
    """Calls are made here, one after another."""

    size = 1

    def map(self, function: Callable, calls: Iterable[tuple]) -> Iterator:
        """function(*call) for all calls, in order."""
        return itertools.starmap(function, calls)


@dataclass(frozen=True)
class Lost:
    """In place of a result: so many workers died one after another while they made the call."""

    workers: int


class Cluster:
    """A Dask client's scheduler and workers, where all have this coursekit."""

    def __init__(self, client):
        self.client = client
        self._compare()

    @property
    def size(self) -> int:
        """Calls that are made at a time: threads of all workers."""
        try:
            return sum(self.client.nthreads().values())
        except OSError as error:
            raise _gone(error) from None

    def results(self, function: Callable, calls: Iterable[tuple]) -> Iterator[tuple]:
        """(call, function(*call)) for all calls, as they come; little is held at a time, however many there are.

        What a call raises is raised here. A call whose workers die again and again has `Lost` for its result.
        """
        calls, running, done = iter(calls), {}, queue.SimpleQueue()
        try:
            while True:
                room = 2 * self.size + 2 - len(running)
                for call in itertools.islice(calls, max(room, 0)):
                    future = self._submitted(function, call)
                    running[future.key] = (future, call)
                    future.add_done_callback(done.put)
                if not running:
                    return
                future = self._next(done)
                call = running.pop(future.key)[1]
                yield call, _result(future)
        finally:
            if running and self.client.status == "running":
                self.client.cancel([future for future, _ in running.values()])

    def map(self, function: Callable, calls: Iterable[tuple]) -> Iterator:
        """function(*call) for all calls, in order; ClusterError if one is lost."""
        numbered = ((i, *call) for i, call in enumerate(calls))
        found = {}
        for (i, *_), result in self.results(functools.partial(_but_first, function), numbered):
            if isinstance(result, Lost):
                raise ClusterError(
                    f"part {i} ended each worker that took it, {result.workers} in all. Has their memory run out? Take "
                    "more and smaller parts, or workers with more memory."
                )
            found[i] = result
        return iter([found[i] for i in range(len(found))])

    def everywhere(self, function: Callable, *arguments) -> dict:
        """{worker's address: function(*arguments), or the error it raised}, outside of their queues."""
        return self.client.run(function, *arguments, on_error="return")

    def _submitted(self, function, call):
        import cloudpickle
        import dask

        sealed = _Sealed(cloudpickle.dumps((function, call)))
        with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"}):
            return self.client.submit(_called, facts(), sealed, pure=False)

    def _next(self, done):
        """The next future that has ended."""
        since = time.monotonic()
        while True:
            with contextlib.suppress(queue.Empty):
                return done.get(timeout=1)
            if self.client.status == "closed":
                raise _gone("it was closed")
            if self.size:
                since = time.monotonic()
            elif time.monotonic() - since > PATIENCE:
                raise ClusterError(f"the cluster has had no worker for {PATIENCE:.0f} s. Start some.")

    def _compare(self):
        """Raise ClusterError unless there are workers, all of them and the scheduler with this coursekit."""
        try:
            self.client.wait_for_workers(1, timeout=WORKERS)
        except TimeoutError:
            raise ClusterError(
                f"the cluster has no worker. Start some: dask worker {self.client.scheduler.address}"
            ) from None
        told = self.everywhere(differences, facts())
        told = {f"worker {address}": what for address, what in told.items()}
        try:
            told["scheduler"] = self.client.run_on_scheduler(differences, facts())
        except Exception as error:  # whatever keeps it from loading the function
            told["scheduler"] = error
        wrong = [f"{where}: {_words(what)}" for where, what in told.items() if what]
        if wrong:
            more = f" ({len(wrong) - 1} more)" if len(wrong) > 1 else ""
            raise ClusterError(f"{wrong[0]}{more}. {MEND}.")


@contextlib.contextmanager
def connected(cluster) -> Iterator[Cluster | ThisProcess]:
    """The machines behind an address, a Dask cluster or client; None is this process.

    Raises ImportError without dask.distributed, ClusterError if nobody answers or another coursekit does.
    """
    if cluster is None:
        yield ThisProcess()
        return
    try:
        from distributed import Client
    except ImportError:
        raise ImportError(
            f'cluster needs dask.distributed, which is not installed: pip install "{coursekit.DISTRIBUTION}[cluster]"'
        ) from None
    if isinstance(cluster, Client):
        yield Cluster(cluster)
        return
    try:
        client = Client(cluster, timeout=CONNECT, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise ClusterError(
            f"no Dask scheduler answers at {cluster} ({error}). It wants the address that `dask scheduler` prints, such "
            "as tcp://10.0.0.5:8786."
        ) from None
    with client:
        yield Cluster(client)


@functools.cache
def facts() -> dict[str, str]:
    """What has to be the same on all machines, so that a call has the same result on each."""
    package, files = Path(__file__).parent, hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        files.update(f"{path.relative_to(package)}\0".encode() + path.read_bytes())
    libraries = {name: importlib.metadata.version(name).partition("+")[0] for name in ("numpy", "torch")}
    python = ".".join(platform.python_version_tuple()[:2])
    return {
        "coursekit": coursekit.__version__,
        "coursekit's files": files.hexdigest()[:8],
        "Python": python,
        **libraries,
    }


def differences(wanted: dict[str, str]) -> str:
    """In words, what is not as wanted here; empty if all is."""
    here = facts()
    return ", ".join(
        f"{name} {here[name]}, here {wanted[name]}" for name in here if here[name] != wanted[name]
    )


@dataclass(frozen=True, repr=False)
class _Sealed:
    """A pickled call: the scheduler passes it on unread, and logs show nothing of it."""

    content: bytes


def _called(wanted, sealed):
    """On a worker: make the call."""
    import cloudpickle
    from distributed import get_worker

    if differ := differences(wanted):  # a worker that came later
        raise ClusterError(f"worker {get_worker().address}: it has {differ}. {MEND}.")
    function, call = cloudpickle.loads(sealed.content)
    return function(*call)


def _but_first(function, _, *call):
    return function(*call)


def _result(future):
    from distributed import KilledWorker

    if future.status == "finished":
        return future.result()
    if future.status == "error":
        error = future.exception()
        if isinstance(error, KilledWorker):
            return Lost(error.allowed_failures + 1)
        raise error
    raise _gone(f"a call was {future.status}")


def _words(what):
    return f"it cannot import coursekit ({what})" if isinstance(what, Exception) else f"it has {what}"


def _gone(why):
    return ClusterError(f"the connection to the cluster is lost ({why}).")
