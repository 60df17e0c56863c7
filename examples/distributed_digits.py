"""Train a network on handwritten digits with several processes: torchrun and DistributedDataParallel.

    python examples/distributed_digits.py                                    # one process
    torchrun --nproc-per-node 2 examples/distributed_digits.py               # two, on one machine
    torchrun --nnodes 2 --nproc-per-node 8 --rdzv-backend c10d --rdzv-endpoint HOST:29400 \\
        examples/distributed_digits.py                                       # sixteen, on two

Each process has all the data and a copy of the network, and computes its share of every batch. All print the same
losses (in float64), because every process scales its loss by its share:

DistributedDataParallel averages the gradients of the processes, as if all shares were equal. In a short last batch they
are not: of 5 rows one process has 2 and another 3. The gradient of the batch's mean loss is Σ_p (B_p / B) g_p, where g_p
is the gradient of the mean loss of the B_p rows of process p. So each process multiplies its mean loss by size · B_p / B;
the average over the `size` processes then is the sum above.
"""

import argparse
import os

import numpy as np
import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from coursekit import data
from coursekit.data import minibatches


def share_of(rows: np.ndarray, rank: int, size: int) -> np.ndarray:
    """The rows that this process computes: the batch, cut into `size` parts of nearly equal length."""
    return np.array_split(rows, size)[rank]


def train(epochs: int, batch_size: int, rank: int, size: int, device: torch.device) -> list[float]:
    """Train on digits; the mean loss of each epoch, the same in every process."""
    torch.manual_seed(0)  # the same weights in every process
    rng = np.random.default_rng(0)  # and the same order of the examples
    cross_entropy = nn.CrossEntropyLoss()
    digits = data.digits()
    x, label = torch.tensor(digits.x, device=device), torch.tensor(digits.label, device=device)
    net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10)).to(device, x.dtype)
    if size > 1:
        net = DistributedDataParallel(net)  # its backward pass averages the gradients of all processes
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    losses = []
    for _ in range(epochs):
        total = torch.zeros((), dtype=x.dtype, device=device)
        for rows in minibatches(len(x), batch_size, rng):
            own = share_of(rows, rank, size)
            if len(own):
                loss = cross_entropy(net(x[own]), label[own])  # mean over this process's rows
                scaled = loss * (size * len(own) / len(rows))
            else:  # no row is left for this process, but the others wait for its gradients: send zeros
                loss = scaled = 0 * net(x[:1]).sum()
            optimizer.zero_grad()
            scaled.backward()
            optimizer.step()
            total += loss.detach() * len(own)
        if size > 1:
            dist.all_reduce(total)  # the sum over the processes
        losses.append(float(total) / len(x))
    return losses


def main(arguments: list[str] | None = None) -> list[float]:
    """Join the other processes, train, and let the first process print the losses."""
    parser = argparse.ArgumentParser(description="Train a network on digits, alone or started by torchrun.")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--batch-size", type=int, default=64)
    options = parser.parse_args(arguments)
    size, rank = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("RANK", "0"))  # set by torchrun
    device = torch.device("cpu")
    if torch.cuda.is_available():
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
        torch.cuda.set_device(device)
    if size > 1:
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        losses = train(options.epochs, options.batch_size, rank, size, device)
    finally:
        if size > 1:
            dist.destroy_process_group()
    if rank == 0:
        for epoch, loss in enumerate(losses):
            print(f"epoch {epoch}: loss {loss:.12f}")
    return losses


if __name__ == "__main__":
    main()
