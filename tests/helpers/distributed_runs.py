"""Runs that test_distributed.py compares: in one process, and in several as a script of torchrun."""

import contextlib
import datetime
import os
import signal
import sys
import time
from pathlib import Path

import distributed_digits
import numpy as np
import torch
from test_parity_of_runs import CASES, WATCHED, XV, YV, build, case, everything, train
from torch import nn

from coursekit import torch_backend as ck

MORE = {
    "a last batch of one row": case({"ensemble": (3,)}, batch_size=7, **WATCHED),
    "batch norm, and a last batch of two rows": case({"batch_norm": True}, batch_size=41, **WATCHED),
    "dropout everywhere": case({"ensemble": (2,), "dropout": 0.3, "batch_norm": True}, batch_size=10),
    "members that train in parts": case(
        {"ensemble": (3,), "dropout": 0.3, "batch_norm": True},
        batch_size=8,
        memory=1,
        early_stopping=2,
        **WATCHED,
    ),
    "one row for validation": case(batch_size=8, validation=(XV[:1], YV[:1])),
}
RUNS = {name: run for name, run in (CASES | MORE).items() if run["fit"].get("batch_size", 2) != 1}


class Convolution(nn.Module):
    """Rows of 16 pixels, seen as 4 × 4 images, and layers of torch's own."""

    def __init__(self):
        super().__init__()
        self.kernels = nn.Conv2d(1, 2, 3)
        self.norm = nn.LayerNorm(8)
        self.out = nn.Linear(8, 3)

    def forward(self, x):
        return self.out(self.norm(torch.relu(self.kernels(x.unflatten(-1, (1, 4, 4)))).flatten(1)))


def convolution(**arguments):
    torch.manual_seed(1)
    net = Convolution().double()
    x, y = np.random.default_rng(5).normal(size=(29, 16)), np.eye(3)[np.arange(29) % 3]
    usual = {"loss": nn.CrossEntropyLoss(), "epochs": 4, "batch_size": 7, "rng": np.random.default_rng(6)}
    usual |= {"penalty": ck.l2, "lam": 0.5, "clip_norm": 0.5, "validation": (x, y)}
    optimizer = torch.optim.AdamW(net.parameters(), lr=0.02)
    return net, ck.fit(net, x, y, optimizer=optimizer, **usual | arguments)


def numbers(net, history):
    """All that a run ends with, by name."""
    found = {f"weights {key}": value for key, value in everything(net).items()}
    found |= {f"metric {name}": values for name, values in history.metrics.items()}
    found |= {"train": history.train, "best": history.best}
    return found | ({} if history.val is None else {"val": history.val})


def results():
    """name of a run -> its numbers."""
    found = {"a module and an optimizer of torch's own": numbers(*convolution())}
    for name, run in RUNS.items():
        net = build(ck, **run)
        found[name] = numbers(net, train(ck, **run | {"net": net}))
        assert not [
            layer for layer in net if getattr(layer, "share", None)
        ]  # it is this process's alone again
    return found


def told(f):
    """What the error of a call says."""
    try:
        f()
    except ValueError as error:
        return str(error)


def compared(folder):
    """All runs, and the errors that each process notices by itself."""
    for name, found in results().items():
        np.savez(Path(folder) / f"{name}, process {RANK}.npz", **found)
    with open(Path(folder) / f"example {RANK}.txt", "w") as file, contextlib.redirect_stdout(file):
        distributed_digits.main(["--epochs", "3"])
    norm = nn.Sequential(nn.Linear(5, 4), nn.BatchNorm1d(4), nn.Linear(4, 3)).double()
    run = RUNS["momentum"]
    other_data = run | {"net": build(ck, **run), "X": run["X"] + RANK}
    wrapped = run | {"net": nn.parallel.DistributedDataParallel(build(ck, **run))}
    compiled = run | {"net": build(ck, **run), "fit": {"compile": True}}
    wrongs = {
        "batch norm": run | {"net": norm},
        "wrapped": wrapped,
        "compiled": compiled,
        "other data": other_data,
    }
    for name, wrong in wrongs.items():
        Path(folder, f"{name} {RANK}.txt").write_text(told(lambda wrong=wrong: train(ck, **wrong)))


RESUMED = RUNS["dropout everywhere"] | {
    "optimizer": lambda ck, p: ck.SGD(p, ck.cosine(0.3, 40), momentum=0.9)
}
RESUMED = RESUMED | {"fit": RESUMED["fit"] | {"epochs": 6, **WATCHED}}  # 5 steps an epoch


def resumed(checkpoint, at=None, what=None):
    """The numbers of a run in which at some step something happens."""
    net, steps = build(ck, **RESUMED), []

    def optimizer(ck, params):
        made = RESUMED["optimizer"](ck, params)
        count = made.count

        def counted(*args, **kwargs):
            steps.append(0)
            if len(steps) == at:
                what()
            return count(*args, **kwargs)

        made.count = counted
        return made

    fit = RESUMED["fit"] | {"checkpoint": checkpoint}
    return numbers(net, train(ck, **RESUMED | {"net": net, "optimizer": optimizer, "fit": fit}))


def mishaps(checkpoint):
    """The second process falls asleep in its eighth step; in the next attempt it dies in its thirteenth."""
    if os.environ["TORCHELASTIC_RESTART_COUNT"] == "0":
        torch.distributed.init_process_group(timeout=datetime.timedelta(seconds=8))
        resumed(checkpoint, at=8 if RANK else None, what=lambda: time.sleep(600))
    else:
        resumed(checkpoint, at=13 if RANK else None, what=lambda: os.kill(os.getpid(), signal.SIGKILL))


if __name__ == "__main__":
    RANK = int(os.environ["RANK"])
    globals()[sys.argv[1]](*sys.argv[2:])
