"""Training with many processes: `fit`, unchanged, in a script that torchrun starts.

    torchrun --nproc-per-node 2 script.py                                                     # one machine
    torchrun --nnodes 2 --nproc-per-node 8 --rdzv-backend c10d --rdzv-endpoint HOST:29400 script.py   # each

Every process runs the whole script, with all data, and makes the same calls of `fit`; on GPUs each has its
own (`device`). Of each batch a process computes its share of the rows, the gradients are added, and all take
the same step: losses, weights and `History`, in every process, are those of one process, up to rounding.

* All start from the first process's weights, optimizer and random streams; data or arguments that differ are
  a ValueError. The loss wants to be a mean over samples, as all of this backend's are.
* ck.BatchNorm has the statistics of the whole batch; torch's own is refused, SyncBatchNorm taken.
* ck.Dropout draws the masks of the whole batch everywhere, so that they are those of one process. Masks of
  torch's own dropout are drawn anew in each process, and differ from those of another number of processes.
* The validation set is shared out too; metrics see all its outputs.
* The first process writes the checkpoint, from which any number of processes goes on.
* When a process dies, the others end with a ConnectionError, at once; when it is silent, after 10 minutes.
  Another patience: torch.distributed.init_process_group(timeout=...) before `fit`. With --max-restarts 3,
  torchrun starts all anew, and a checkpoint goes on.

The gradients are summed once a step, over all parameters. DistributedDataParallel is not used: its plain mean
over processes is wrong where shares are unequal, in short last batches and with folds of unequal size.
"""

import dataclasses
from collections.abc import Callable

import torch
from torch import nn

from coursekit.torch_backend import state
from coursekit.torch_backend.arrays import to_numpy
from coursekit.torch_backend.modules import dropped
from coursekit.torch_backend.objective import Objective
from coursekit.torch_backend.run import Run
from coursekit.torch_backend.steps import Step


@dataclasses.dataclass(frozen=True)
class Share:
    """What this process computes of a batch, as batch norm and dropout want to know it.

    rows    slice of the batch; a process for which no row is left computes one that counts for nothing
    size    rows of the whole batch
    weight  the share of the rows, from 0 to 1
    total   the sum over the processes
    """

    rows: slice
    size: int
    weight: float
    total: Callable


def share_of(size, processes):
    """This process's `Share` of a batch of so many rows."""
    start = size * processes.rank // processes.size
    stop = size * (processes.rank + 1) // processes.size
    rows = slice(start, max(stop, start + 1))
    return Share(rows, size, (stop - start) / size, processes.total)


class SharedRun(Run):
    """A training run of which this process computes its share."""

    def __init__(self, processes, *settings):
        super().__init__(*settings)
        if self.compile or self.capture:
            raise ValueError("fit: compile and capture are for one process; with torchrun leave them out.")
        _refuse(self.net, self.a, processes.size)
        self.processes, self.kind = processes, SharedStep
        self.most = type(self.most)(processes.agreed(self.most))  # all train the same members at a time
        self.objective = SharedObjective(self.objective, processes)
        self.dropped = dropped(self.net, self.a.X[..., :2, :])
        masks = [layer.generator for layer in self.dropouts]
        streams = [stream for stream in state.streams(self.net) if isinstance(stream, torch.Generator)]
        self.others, self.seeds = [stream for stream in streams if stream not in masks], None

    def _epoch(self):
        """The mean loss over all processes. The masks of torch's own dropout are to differ between them."""
        if self.seeds is None:
            self.seeds = [stream.initial_seed() for stream in self.others]  # by now the first process's
        if self.processes.rank:
            place = len(self.curves["train"]) * self.processes.size + self.processes.rank
            for stream, seed in zip(self.others, self.seeds, strict=True):
                stream.manual_seed((seed + place) % 2**63)
        mean = torch.tensor(super()._epoch(), device=self.processes.device)
        self.processes.add(mean)
        return to_numpy(mean)

    def _use_less(self, box, lacking):
        raise torch.OutOfMemoryError(
            f"fit: out of memory on {self.moving[0].device}. Several processes do not look for a smaller part by "
            f"themselves: give memory= a number of bytes, or try a smaller batch_size. It said: {lacking}"
        )

    def _outputs(self, X):
        return super()._outputs(X) if self.parted else self.processes.joined(super()._outputs, X)

    def release(self):
        """The layers as they are outside of `fit`."""
        super().release()
        for layer in self.batch_norms:
            layer.share = None


class SharedObjective(Objective):
    """This process's part of the objective: the sum over the processes is the objective of the whole batch."""

    def __init__(self, whole, processes):
        super().__init__(whole.loss, whole.penalty, whole.products)
        self.size, self.weight = processes.size, None

    def __call__(self, net, weights, x, y, counted, lam, examples, ensemble):
        return super().__call__(net, weights, x, y, counted, lam / self.size, examples, ensemble)

    def means(self, z, y, counted, ensemble):
        """The sums over the rows of this process, divided by the number of all."""
        return super().means(z, y, counted, ensemble) * self.weight


class SharedStep(Step):
    """A step along the sum of the processes' gradients; batch norm and dropout see the whole batch."""

    def __call__(self, x, y, counted, active):
        self.share = share = share_of(x.shape[-2], self.run.processes)
        self.drawn = [mask[..., share.rows, :] for mask in super().masks(x)]
        weight = share.weight
        if counted is not None:
            here = counted[..., share.rows, :] * float(weight > 0)
            weight = (here.sum(dim=-2) / counted.sum(dim=-2).clamp(min=1))[..., 0]
            counted = here
        self.run.objective.weight = weight
        return super().__call__(x[..., share.rows, :], y[..., share.rows, :], counted, active)

    def masks(self, x):
        """This process's rows of the masks."""
        return self.drawn

    def given(self, masks, counted):
        """Tell the layers what they see of the batch: where it is too short, a row that does not count."""
        if self.share.weight == 0 and counted is None:
            counted = self.work.moving[0].new_zeros(1, 1)
        super().given(self.drawn, counted)
        for layer in self.run.batch_norms:
            layer.share = self.share

    def gradients(self, cost):
        """The gradients by slot, of the whole batch."""
        grads = super().gradients(cost)
        self.run.processes.add(*(g for g in grads if g is not None))
        return grads


def _refuse(net, arguments, size):
    """Raise where the result would not be that of one process."""
    if isinstance(net, nn.parallel.DistributedDataParallel):
        raise ValueError(
            "fit: DistributedDataParallel and fit would both add the gradients; give fit net.module."
        )
    for name, module in net.named_modules():
        if isinstance(module, nn.SyncBatchNorm):
            last = arguments.longest % arguments.batch_size or arguments.batch_size
            if last < size:
                raise ValueError(
                    f"fit: {name} is a SyncBatchNorm, which cannot divide a last batch of {last} rows among {size} "
                    "processes; take a batch_size that leaves a longer one, or ck.BatchNorm."
                )
        elif isinstance(module, nn.modules.batchnorm._BatchNorm):
            raise ValueError(
                f"fit: {name} is a {type(module).__name__}, which would normalize each process's rows by "
                "themselves. Take ck.BatchNorm, or on GPUs nn.SyncBatchNorm.convert_sync_batchnorm(net)."
            )
