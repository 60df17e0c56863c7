"""Run function calls on the workers of a Dask cluster.

    with connected("tcp://10.0.0.5:8786") as cluster:
        for call, result in cluster.results(f, [(1,), (2,)]):    # in the order of completion; `map` keeps the given order
            ...

A call whose worker dies is repeated on another worker. Functions and arguments are sent by cloudpickle, so client,
scheduler and workers run whatever they receive from each other. They must trust each other, and nobody else may reach
their ports. With addresses tls://… and certificates in Dask's configuration the connections are encrypted and
authenticated.
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
from typing import Any

import coursekit

CONNECT_SECONDS = 5.0  # to wait for the scheduler at an address
WORKER_SECONDS = 20.0  # to wait for the first worker of a cluster
IDLE_SECONDS = 300.0  # to wait, during a run, for a cluster that has lost all its workers
SAME_VERSION = 'Install the same there: pip install -c constraints.txt -e ".[cluster]", with the same Python'


class ClusterError(RuntimeError):
    """The cluster cannot be used; the message says why and how to fix it."""


class LocalProcess:
    """The calls of `Cluster.map` in this process, one after another."""

    size = 1

    def map(self, function: Callable, calls: Iterable[tuple]) -> Iterator:
        """Yield function(*call) for all calls, in order."""
        return itertools.starmap(function, calls)


@dataclass(frozen=True)
class Lost:
    """Takes the place of a result: this many workers died one after another during the call."""

    workers: int


class Cluster:
    """The scheduler and the workers of a Dask client, all of which have this version of coursekit."""

    def __init__(self, client):
        self.client = client
        self._compare()

    @property
    def size(self) -> int:
        """The number of calls that run at the same time: threads of all workers."""
        try:
            return sum(self.client.nthreads().values())
        except OSError as error:
            raise _disconnected(error) from None

    def results(self, function: Callable, calls: Iterable[tuple]) -> Iterator[tuple]:
        """Yield (call, function(*call)) for all calls, in the order of completion, with few of them in memory.

        An error in a call is raised here. The result of a call whose workers die repeatedly is `Lost`.
        """
        calls, running, done = iter(calls), {}, queue.SimpleQueue()
        try:
            while True:
                free = 2 * self.size + 2 - len(running)
                for call in itertools.islice(calls, max(free, 0)):
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
        """Return function(*call) for all calls, in order; raise ClusterError if one is lost."""
        numbered = ((i, *call) for i, call in enumerate(calls))
        found = {}
        for (i, *_), result in self.results(functools.partial(_but_first, function), numbered):
            if isinstance(result, Lost):
                raise ClusterError(
                    f"part {i} ended each worker that ran it, {result.workers} in all; their memory may have run out. "
                    "Use more and smaller parts, or workers with more memory."
                )
            found[i] = result
        return iter([found[i] for i in range(len(found))])

    def everywhere(self, function: Callable, *arguments: Any) -> dict[str, Any]:
        """Call the function on every worker at once; return {address: result, or the error that it raised}."""
        return self.client.run(function, *arguments, on_error="return")

    def _submitted(self, function, call):
        import cloudpickle
        import dask.config

        pickled = _PickledCall(cloudpickle.dumps((function, call)))
        with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"}):
            return self.client.submit(_run_call, versions(), pickled, pure=False)

    def _next(self, done):
        """Wait for the next future that has ended."""
        since = time.monotonic()
        while True:
            with contextlib.suppress(queue.Empty):
                return done.get(timeout=1)
            if self.client.status == "closed":
                raise _disconnected("it was closed")
            if self.size:
                since = time.monotonic()
            elif time.monotonic() - since > IDLE_SECONDS:
                raise ClusterError(
                    f"the cluster has had no worker for {IDLE_SECONDS:.0f} s. Start some workers."
                )

    def _compare(self):
        """Raise ClusterError if there is no worker, or if one or the scheduler has another version of coursekit."""
        try:
            self.client.wait_for_workers(1, timeout=WORKER_SECONDS)
        except TimeoutError:
            raise ClusterError(
                f"the cluster has no worker. Start some workers: dask worker {self.client.scheduler.address}"
            ) from None
        found = self.everywhere(version_differences, versions())
        found = {f"worker {address}": difference for address, difference in found.items()}
        try:
            found["scheduler"] = self.client.run_on_scheduler(version_differences, versions())
        except Exception as error:  # for example, it cannot load the function
            found["scheduler"] = error
        wrong = [f"{where}: {_reason(difference)}" for where, difference in found.items() if difference]
        if wrong:
            more = f" ({len(wrong) - 1} more)" if len(wrong) > 1 else ""
            raise ClusterError(f"{wrong[0]}{more}. {SAME_VERSION}.")


@contextlib.contextmanager
def connected(cluster: Any) -> Iterator[Cluster | LocalProcess]:
    """Connect to an address, a Dask cluster or a Dask client; None stands for this process.

    Raises ImportError without dask.distributed, and ClusterError if there is no answer or another version of coursekit.
    """
    if cluster is None:
        yield LocalProcess()
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
        client = Client(cluster, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise ClusterError(
            f"no Dask scheduler answers at {cluster} ({error}). Pass the address that `dask scheduler` prints, such as "
            "tcp://10.0.0.5:8786."
        ) from None
    with client:
        yield Cluster(client)


@functools.cache
def versions() -> dict[str, str]:
    """Return the versions that must be equal on all machines, so that a call has the same result on each."""
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


def version_differences(expected: dict[str, str]) -> str:
    """Describe in words which versions differ from the expected ones; empty if none does."""
    own = versions()
    return ", ".join(
        f"{name} {own[name]}, here {expected[name]}" for name in own if own[name] != expected[name]
    )


@dataclass(frozen=True, repr=False)
class _PickledCall:
    """A pickled call, so that the scheduler passes it on without reading it and logs show nothing of it."""

    content: bytes


def _run_call(expected, pickled):
    """On a worker: run the call."""
    import cloudpickle
    from distributed import get_worker

    if difference := version_differences(expected):  # a worker that was started later
        raise ClusterError(f"worker {get_worker().address}: it has {difference}. {SAME_VERSION}.")
    function, call = cloudpickle.loads(pickled.content)
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
    raise _disconnected(f"a call was {future.status}")


def _reason(difference):
    if isinstance(difference, Exception):
        return f"it cannot import coursekit ({difference})"
    return f"it has {difference}"


def _disconnected(why):
    return ClusterError(f"the connection to the cluster is lost ({why}).")
