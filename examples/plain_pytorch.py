"""A first network in plain PyTorch, and the same network with coursekit: both print the same losses.

    python examples/plain_pytorch.py

Every step of `ck.fit` is spelled out here: the forward pass, the loss, the gradients, the update.
"""

import numpy as np
import torch
from torch import nn

from coursekit import data
from coursekit import torch_backend as ck
from coursekit.data import minibatches

EPOCHS, BATCH_SIZE, RATE = 5, 32, 0.1


class Network(nn.Module):
    """64 pixels → 32 hidden units → 10 classes."""

    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(64, 32)
        self.output = nn.Linear(32, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.output(torch.relu(self.hidden(x)))  # (B, 10): logits, no softmax here


def train(net: nn.Module, x: torch.Tensor, label: torch.Tensor, rng: np.random.Generator) -> list[float]:
    """Train by mini-batch gradient descent; the mean loss of each epoch."""
    cross_entropy = nn.CrossEntropyLoss()  # it takes logits and class numbers, and averages over the batch
    optimizer = torch.optim.SGD(net.parameters(), lr=RATE)
    losses = []
    for _ in range(EPOCHS):
        total = 0.0
        for rows in minibatches(len(x), BATCH_SIZE, rng):
            loss = cross_entropy(net(x[rows]), label[rows])  # forward pass
            optimizer.zero_grad()  # gradients add up unless they are reset
            loss.backward()  # backpropagation: fills p.grad for each parameter p
            optimizer.step()  # p ← p − rate · p.grad
            total += loss.item() * len(rows)  # the last batch may be short
        losses.append(total / len(x))
    return losses


def main() -> tuple[list[float], np.ndarray]:
    """Train the network twice, from the same weights and in the same order; print both runs."""
    digits = data.digits()
    net = Network().double()
    twin = ck.mlp([64, 32, 10], ck.relu, rng=np.random.default_rng(0), dtype="float64")
    with torch.no_grad():  # the plain network starts from the weights of the other
        for own, other in ((net.hidden, twin[0]), (net.output, twin[2])):
            own.weight.copy_(other.W)
            own.bias.copy_(other.b[0])
    x, label = torch.tensor(digits.x), torch.tensor(digits.label)
    losses = train(net, x, label, np.random.default_rng(1))
    history = ck.fit(
        twin, digits.x, digits.y, loss=ck.softmax_cross_entropy, optimizer=ck.SGD(twin.parameters(), lr=RATE),
        epochs=EPOCHS, batch_size=BATCH_SIZE, rng=np.random.default_rng(1),
    )  # fmt: skip
    print("epoch  plain PyTorch  ck.fit")
    for epoch, (plain, ours) in enumerate(zip(losses, history.train, strict=True)):
        print(f"{epoch:5}  {plain:13.6f}  {ours:.6f}")
    return losses, history.train


if __name__ == "__main__":
    main()
