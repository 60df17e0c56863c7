"""Speed of the torch backend on a GPU: large networks against the card's products, small ones against its launches.

    python tests/benchmarks/gpu.py [--widths 2048 4096 8192] [--members 300 3000 30000]

MFU          floating-point operations of a training step per second, over those of one large product, measured here
launch       milliseconds of a step of S and M: eager and compiled; the floor is a CUDA graph of their products
SWEEP        networks per second for ensembles of E networks, against a loop over one network after another

Without CUDA it says so and measures nothing.
"""

import argparse
import dataclasses
import itertools
import time

import numpy as np
import torch
from workloads import RATE, STRENGTHS, dataloader_run, workload

from coursekit import torch_backend as ck
from coursekit.commands.doctor import describe_device
from coursekit.data.splits import kfold

WAYS = {"eager": {}, "compiled": {"compile": True}}


def seconds(f, repeats=3):
    """The least seconds of some calls, the device's work included; one call goes before, for what it prepares."""
    least = np.inf
    for turn in range(repeats + 1):
        torch.cuda.synchronize()
        start = time.perf_counter()
        f()
        torch.cuda.synchronize()
        least = min(least, time.perf_counter() - start) if turn else least
    return least


def ceiling(dtype, n=8192, products=20):
    """Operations per second of n × n products."""
    a, b = (torch.randn(n, n, device="cuda", dtype=dtype) for _ in range(2))

    def run():
        for _ in range(products):
            a @ b

    return products * 2 * n**3 / seconds(run)


def operations(sizes, batch):
    """Of one step: forward, and backward with respect to weights and to all inputs but the first."""
    products = [m * n for m, n in itertools.pairwise(sizes)]
    return 2 * batch * (3 * sum(products) - products[0])


def large(width, precision, way, batch=8192, steps=20):
    """Operations per second of training a network of two hidden layers of this width."""
    sizes = [784, width, width, 10]
    x = torch.randn(batch * steps, 784, device="cuda")
    y = torch.nn.functional.one_hot(torch.randint(0, 10, (len(x),), device="cuda"), 10).float()
    step = _a_step(sizes, x, y, batch, WAYS[way] | {"precision": precision}, momentum=0.0)
    return operations(sizes, batch) / step


def _a_step(sizes, x, y, batch, fit, momentum, epochs=3):
    """Seconds of a step: of longer runs less shorter ones, so that what `fit` prepares is not counted."""
    net = ck.mlp(sizes, ck.relu, rng=np.random.default_rng(0))
    optimizer = ck.SGD(net.parameters(), lr=1e-3, momentum=momentum)

    def run(epochs):
        ck.fit(net, x, y, loss=ck.softmax_cross_entropy, optimizer=optimizer, epochs=epochs, batch_size=batch,
               rng=np.random.default_rng(0), **fit)  # fmt: skip

    longer, shorter = seconds(lambda: run(2 * epochs)), seconds(lambda: run(epochs))
    return (longer - shorter) / (epochs * -(-len(x) // batch))


def launches(name):
    """{way: seconds of a step} of S or M, and the floor: their bare products as a CUDA graph."""
    w = workload(name)
    x, y = (torch.from_numpy(a).cuda() for a in (w.x, w.y))
    steps = {way: _a_step(list(w.sizes), x, y, w.batch_size, fit, w.momentum) for way, fit in WAYS.items()}
    return steps | {"floor": _floor(w.sizes, w.batch_size)}


def _floor(sizes, batch, steps=100):
    layers = [
        (torch.randn(batch, m, device="cuda"), torch.randn(n, m, device="cuda"), torch.randn(batch, n, device="cuda"))
        for m, n in itertools.pairwise(sizes)
    ]  # fmt: skip

    def products():
        for i, (x, W, dz) in enumerate(layers):
            x @ W.T, dz.T @ x
            if i:
                dz @ W

    seconds(products)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        products()

    def run():
        for _ in range(steps):
            graph.replay()

    return seconds(run) / steps


def sweep(members, way, epochs=3):
    """Networks per second: 5 folds × 20 strengths of L2 × members / 100 seeds, for 30 epochs each."""
    w, rng = workload("SWEEP"), np.random.default_rng(0)
    shape = (5, len(STRENGTHS), members // 100)
    net = ck.mlp(list(w.sizes), ck.relu, rng=rng, ensemble=shape)
    optimizer = ck.SGD(net.parameters(), lr=RATE, momentum=w.momentum)
    lam = np.broadcast_to(STRENGTHS[:, None], shape) * len(w.x)
    folds = kfold(len(w.x), 5, rng)

    def run():
        ck.fit(net, w.x, w.y, loss=ck.softmax_cross_entropy, optimizer=optimizer, epochs=epochs, batch_size=32,
               rng=np.random.default_rng(0), penalty=ck.l2, lam=lam, folds=folds, **WAYS[way])  # fmt: skip

    return members / (seconds(run, repeats=1) * 30 / epochs)


def one_after_another(epochs=3):
    """Networks per second of torch's usual loop, data and network on the GPU."""
    w = dataclasses.replace(workload("SWEEP"), epochs=epochs)
    return 1 / (seconds(lambda: dataloader_run(w, slice(0, 1437), 1e-3, "cuda"), repeats=1) * 30 / epochs)


def main(arguments=None):
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--widths", nargs="*", type=int, default=[2048, 4096, 8192])
    parser.add_argument("--members", nargs="*", type=int, default=[300, 3000, 30000])
    options = parser.parse_args(arguments)
    if not torch.cuda.is_available():
        print("gpu.py: no CUDA device here: nothing was measured.")
        return
    print(describe_device(), f"torch {torch.__version__}", sep="\n")
    top = {"bfloat16": ceiling(torch.bfloat16), "float32": ceiling(torch.float32)}
    for precision, peak in top.items():
        print(f"ceiling {precision}: {peak / 1e12:.1f} TFLOP/s")
        for width, way in itertools.product(options.widths, WAYS):
            rate = large(width, precision, way)
            print(
                f"MFU {precision} width {width} {way}: {rate / 1e12:.1f} TFLOP/s, {rate / peak:.1%}",
                flush=True,
            )
    for name in ("S", "M"):
        for way, step in launches(name).items():
            print(f"launch {name} {way}: {step * 1e3:.3f} ms a step", flush=True)
    alone = one_after_another()
    print(f"SWEEP one network after another: {alone:.2f} networks/s")
    for members, way in itertools.product(options.members, WAYS):
        rate = sweep(members, way)
        print(
            f"SWEEP E={members} {way}: {rate:.1f} networks/s, {rate / alone:.0f} times the loop", flush=True
        )


if __name__ == "__main__":
    main()
