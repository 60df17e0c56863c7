"""How long computations take on this machine: batches, ensembles, threads (lesson 07b).

    seconds = runs_of({"one by one": one_by_one, "as one": as_one}, runs=5)     # {name: (5,) seconds}

The runs of the computations are interleaved, so that a busy moment of the machine does not hit one of them alone. The
fastest run is what the computation needs; the others are longer because of whatever else the machine did.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import threadpoolctl

from coursekit import checks, data


def runs_of(actions: Mapping[str, Callable[[], Any]], runs: int = 5) -> dict[str, np.ndarray]:
    """Call each action once to warm up, then `runs` times in turn; return {name: seconds (runs,)}."""
    runs = checks.positive_integer("runs_of", "runs", runs)
    for action in actions.values():
        action()
    seconds: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(runs):
        for name, action in actions.items():
            start = time.perf_counter()
            action()
            seconds[name].append(time.perf_counter() - start)
    return {name: np.array(values) for name, values in seconds.items()}


def one_epoch(
    ck: Any, batch_size: int, examples: int = 500, ensemble: tuple[int, ...] = (), epochs: int = 1
) -> Callable[[], Any]:
    """An action: train networks 64 → 32 → 10 on digits for an epoch, in batches of this size."""
    digits = data.digits()
    x, y = digits.x[:examples], digits.y[:examples]

    def train():
        rng = np.random.default_rng(0)
        net = ck.mlp([64, 32, 10], ck.relu, rng=rng, ensemble=ensemble)
        optimizer = ck.SGD(net.parameters(), lr=0.01)
        ck.fit(
            net,
            x,
            y,
            loss=ck.softmax_cross_entropy,
            optimizer=optimizer,
            epochs=epochs,
            batch_size=batch_size,
            rng=rng,
        )

    return train


def repeated(action: Callable[[], Any], times: int) -> Callable[[], Any]:
    """An action: call another one several times, one after another."""

    def all_of_them():
        for _ in range(times):
            action()

    return all_of_them


def product(n: int, threads: int, times: int = 1) -> Callable[[], Any]:
    """An action: multiply two n × n matrices on this many threads, with torch or, if it is not installed, with NumPy."""
    try:
        import torch
    except ModuleNotFoundError:
        return _numpy_product(n, threads, times)
    a, b = (torch.ones(n, n) for _ in range(2))

    def multiply():
        before = torch.get_num_threads()
        torch.set_num_threads(threads)
        try:
            for _ in range(times):
                torch.matmul(a, b)
        finally:
            torch.set_num_threads(before)

    return multiply


def _numpy_product(n, threads, times):
    a, b = (np.ones((n, n), np.float32) for _ in range(2))
    libraries = threadpoolctl.ThreadpoolController()

    def multiply():
        with libraries.limit(limits=threads, user_api="blas"):
            for _ in range(times):
                a @ b

    return multiply


def gain(seconds: Mapping[str, np.ndarray], slow: str, fast: str) -> float:
    """How many times faster the second computation is than the first, by their fastest runs."""
    return float(seconds[slow].min() / seconds[fast].min())
