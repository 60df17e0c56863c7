"""Handwritten digits, trained by as many processes as you start; nothing in the script says how many.

    python examples/distributed_digits.py
    torchrun --nproc-per-node 2 examples/distributed_digits.py --checkpoint digits.npz
    torchrun --nnodes 2 --nproc-per-node 8 --rdzv-backend c10d --rdzv-endpoint HOST:29400 \\
        examples/distributed_digits.py

All print the same numbers: in float64, and with SGD, for Adam enlarges the rounding of gradients that are nearly 0.
Each process takes its share of every batch, on a GPU of its own where there are some. With a checkpoint, a run whose
process died goes on when it is started again; `torchrun --max-restarts 3` does that by itself.
"""

import argparse
import os

import numpy as np

from coursekit import data
from coursekit import torch_backend as ck
from coursekit.data.splits import train_val_test


def main(arguments=None):
    """Train, and let the first process print what came of it."""
    parser = argparse.ArgumentParser(description="Train a network on digits, alone or started by torchrun.")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--checkpoint", metavar="FILE", help="kept after every epoch, and gone on from")
    options = parser.parse_args(arguments)

    rng = np.random.default_rng(0)
    digits = data.digits()
    train, val, test = train_val_test(len(digits.x), rng=rng)
    net = ck.mlp([64, 64, 10], ck.relu, rng=rng, batch_norm=True, dropout=0.2, dtype=np.float64)
    history = ck.fit(
        net, digits.x[train], digits.y[train], loss=ck.softmax_cross_entropy,
        optimizer=ck.SGD(net.parameters(), lr=0.1, momentum=0.9), epochs=options.epochs, batch_size=64, rng=rng,
        validation=(digits.x[val], digits.y[val]), early_stopping=5, checkpoint=options.checkpoint,
    )  # fmt: skip
    if os.environ.get("RANK", "0") == "0":  # torchrun numbers its processes
        score = float(ck.accuracy(ck.predict(net, digits.x[test]), digits.y[test]))
        print(f"{history}\ntest accuracy {score:.4f} after the best epoch, {history.best}")


if __name__ == "__main__":
    main()
