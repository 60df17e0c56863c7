"""A training run between two epochs: taken apart into arrays and plain values, and put together again."""

import io

import numpy as np

from coursekit.training import checkpoint
from coursekit.training.fingerprint import differences, fingerprint
from coursekit.training.members import named_parameters

_MEMBERS = ("active", "lost", "best_loss", "best_epoch")  # what a run notes of each member


class RunState:
    """What `fit` must know to go on: weights, what optimizer and early stopping remember, random streams, history.

    `run` is a `FitLoop`; its `backend` is numpy_backend/state.py or its twin. With a path, the file holds the state.
    """

    def __init__(self, run, path, told):
        self.run = run
        self.path = checkpoint.checked_path(path) if run.processes.rank == 0 else path
        rng = run.a.rng
        rng = [] if rng is None else rng if isinstance(rng, list) else [rng]
        self.streams = [*rng, *run.backend.streams(run.net)]
        alone = run.processes.size == 1
        self.facts = None if alone and path is None else fingerprint(run, self.streams, told)

    def resume(self):
        """Go on from the file, or make it: an epoch that is cut short, even the first, can be repeated exactly.

        Of several processes the first reads and writes; all start from its state.
        """
        there = self.run.processes.rank == 0 and self.path is not None and self.path.exists()
        state = checkpoint.load(self.path) if there else None
        if self.run.processes.size > 1:
            state = self._of_the_first_process(state)
        if state is not None:
            self.restore(state)
        if not there:
            self.save()

    def save(self):
        """Write the file anew, if there is to be one."""
        if self.path is not None and self.run.processes.rank == 0:
            checkpoint.save(self.path, self.taken())

    def taken(self):
        """The state as a tree of arrays and plain values; the arrays are live."""
        run, backend = self.run, self.run.backend
        return {
            "run": self.facts,
            "history": {name: np.stack(rows) for name, rows in run.curves.items() if rows},
            "metrics": {name: np.stack(rows) for name, rows in run.metrics.items() if rows},
            "members": {name: np.asarray(getattr(run, name)) for name in _MEMBERS},
            "weights": {key: backend.to_numpy(x) for key, x in self._arrays().items()},
            "best": None if run.best is None else [backend.to_numpy(x) for x in run.best],
            "optimizer": backend.optimizer_state(run.net, run.optimizer),
            "streams": [backend.stream_state(stream) for stream in self.streams],
        }

    def restore(self, state):
        """Overwrite the run, its network, optimizer and random streams; ValueError if the state is of another run."""
        run, backend = self.run, self.run.backend
        self._compare(state)
        for rows, saved in ((run.curves, state["history"]), (run.metrics, state["metrics"])):
            for name in rows:
                rows[name][:] = saved.get(name, ())
        for name in _MEMBERS:
            getattr(run, name)[...] = state["members"][name]
        for key, x in self._arrays().items():
            backend.put(x, state["weights"][key])
        if state["best"] is not None:
            run.best = run.best or run._copies()
            for x, saved in zip(run.best, state["best"], strict=True):
                backend.put(x, saved)
        backend.load_optimizer_state(run.net, run.optimizer, state["optimizer"])
        for stream, saved in zip(self.streams, state["streams"], strict=True):
            backend.set_stream_state(stream, saved)

    def _of_the_first_process(self, state):
        """The first process's state, or what it has from a file, in every process."""
        own = io.BytesIO()
        if self.run.processes.rank == 0:
            checkpoint.write(own, self.taken() if state is None else state)
        return checkpoint.read(io.BytesIO(self.run.processes.from_first(own.getvalue())), self.path)

    def _arrays(self):
        return named_parameters(self.run.net) | dict(self.run.net.named_buffers())

    def _compare(self, state):
        processes = self.run.processes
        differ = "; ".join(differences(state["run"], self.facts))
        if differ and processes.rank == 0:
            differ = f"checkpoint {self.path} holds another run: {differ}. Delete the file to start anew, or give another path"
        elif differ:
            differ = (
                f"process {processes.rank} has another run than the first process or its checkpoint: {differ}. Every "
                "process wants the same data, network and arguments"
            )
        if processes.anywhere(bool(differ)):
            raise ValueError(
                f"fit: {differ or 'another process has another run: its message says what differs'}."
            )
        done = len(state["history"].get("train", ()))
        if done > self.run.a.epochs:
            raise ValueError(
                f"fit: checkpoint {self.path} holds {done} epochs, but epochs={self.run.a.epochs}; it wants at least "
                f"epochs={done}. Delete the file to start anew, or give another path."
            )
