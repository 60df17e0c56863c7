"""Ensembles that train in parts: the result does not depend on the parts, nor on the memory running out."""

import math

import numpy as np
import pytest
import torch
from test_parity_of_runs import RATES, WATCHED, X, build, case, folds, sgd
from test_parity_of_runs import train as train_run
from torch_runs import fit, network

from coursekit import torch_backend as ck
from coursekit.torch_backend import memory, run, steps
from coursekit.torch_backend.workspace import boxes, cut, inside

CASES = {
    "with everything of their own": case(
        {"ensemble": (5,), "batch_norm": True, "dropout": 0.3},
        sgd(lr=np.geomspace(0.03, 1, 5).reshape(5, 1, 1), momentum=0.9, weight_decay=0.01),
        batch_size=8,
        penalty=lambda ck: ck.l2,
        lam=[0.0, 1.0, 2.0, 3.0, 5.0],
        clip_norm=0.5,
        epochs=8,
        early_stopping=2,
        metrics=lambda ck: {"accuracy": ck.accuracy},
        **WATCHED,
    ),
    "with a schedule, and their own data": case(
        {"ensemble": (3,)},
        lambda ck, params: ck.Adam(params, lr=ck.exponential_decay(0.1, 0.97)),
        X=np.stack([X, -X, X[::-1]]),
        batch_size=8,
    ),
    "folds of unequal size": case(
        {"ensemble": (4, 2), "dropout": 0.3},
        lambda ck, params: ck.Adam(params, lr=0.1),
        batch_size=4,
        folds=folds(),
        early_stopping=1,
        epochs=8,
        penalty=lambda ck: ck.l2,
        lam=[0.1, 5.0],
        metrics=lambda ck: {"accuracy": ck.accuracy},
    ),
    "folds with the proximal step": case(
        {"ensemble": (4,)}, batch_size=4, folds=folds(), penalty=lambda ck: ck.l1, lam=[0.1, 1, 2, 3],
        proximal=True,
    ),
}  # fmt: skip


def result(run, memory=None):
    """(history, what was learned and remembered, the updates counted), and what the generators give next."""
    net, rng = build(ck, **run), np.random.default_rng(4)
    optimizer = run["optimizer"](ck, net.parameters())
    settings = run["fit"] | {"rng": rng, "memory": memory}
    history = train_run(ck, **run | {"net": net, "optimizer": lambda *_: optimizer, "fit": settings})
    remembered = [x for p in net.parameters() for x in optimizer.state[p].values()]
    drawn = [layer(torch.ones(3, 4)) for layer in net if isinstance(layer, ck.Dropout)]
    values = [ck.to_numpy(x) for x in (*net.parameters(), *net.buffers(), *remembered, *drawn)]
    return history, [
        *values,
        np.broadcast_to(optimizer.state["t"], (*net[0].b.shape[:-1], 1)),
        rng.random(3),
    ]


def assert_same(a, b):
    for x, y in zip(a[1], b[1], strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(a[0].train, b[0].train, rtol=1e-10)
    np.testing.assert_array_equal(a[0].best, b[0].best)
    if a[0].val is not None:
        np.testing.assert_allclose(a[0].val, b[0].val, rtol=1e-10)
    for name, values in a[0].metrics.items():
        np.testing.assert_allclose(values, b[0].metrics[name], rtol=1e-12)


def bytes_of_one(case, monkeypatch):
    """What `fit` takes a member of this run to need."""
    seen, original = [], memory.bytes_of_a_member
    monkeypatch.setattr(memory, "bytes_of_a_member", lambda *a: seen.append(original(*a)) or seen[-1])
    result(case)
    monkeypatch.undo()
    return seen[-1]


@pytest.mark.parametrize("members", [1, 2, 3])
@pytest.mark.parametrize("name", CASES)
def test_the_result_does_not_depend_on_the_memory(name, members, monkeypatch):
    one = bytes_of_one(CASES[name], monkeypatch)
    parts, original = [], run.Run._train
    monkeypatch.setattr(run.Run, "_train", lambda self, box: parts.append(box) or original(self, box))
    limited = result(CASES[name], memory=int(members * one) + 1)
    sizes = {math.prod(part.stop - part.start for part in box) for box in parts}
    assert max(sizes) == members or (members == 3 and sizes == {2})  # 4 × 2 members: rows of two
    monkeypatch.undo()
    assert_same(limited, result(CASES[name]))


@pytest.mark.parametrize("failing", [1, 4, 11], ids="at step {}".format)
def test_a_run_out_of_memory_goes_on_with_smaller_parts(failing, monkeypatch):
    """Also in the middle of an epoch, when half of its updates are made."""
    expected = result(CASES["with everything of their own"])
    calls, original, sizes = [], steps.Step.__call__, []

    def short_of_memory(self, x, *arguments):
        calls.append(1)
        sizes.append(len(self.work.moving[0]))
        if len(calls) >= failing and len(self.work.moving[0]) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return original(self, x, *arguments)

    monkeypatch.setattr(steps.Step, "__call__", short_of_memory)
    got = result(CASES["with everything of their own"])
    assert sizes[0] == 5
    assert max(sizes[failing:]) == 2
    assert_same(got, expected)


def test_a_validation_out_of_memory_goes_on_too(monkeypatch):
    expected = result(CASES["folds of unequal size"])
    original = run.outputs

    def short_of_memory(net, X):
        if net.training and next(net.parameters()).shape[:2].numel() > 3:
            raise RuntimeError("MPS backend out of memory (MPS allocated: 17 GB)")
        return original(net, X)

    def checked(self, *arguments, **settings):
        initialize(self, *arguments, **settings)
        monkeypatch.setattr(run, "outputs", short_of_memory)

    initialize = run.Run.__init__
    monkeypatch.setattr(run.Run, "__init__", checked)
    assert_same(result(CASES["folds of unequal size"]), expected)


@pytest.mark.parametrize("ensemble", [(), (1,)], ids=str)
def test_where_nothing_can_be_parted_the_message_says_what_to_try(ensemble, monkeypatch):
    def out_of_memory(*arguments):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")

    monkeypatch.setattr(steps.Step, "__call__", out_of_memory)
    net = network(ensemble=ensemble)
    start = [p.detach().clone() for p in net.parameters()]
    with pytest.raises(
        torch.OutOfMemoryError, match=r"batches of 5 examples. Try a smaller batch_size.*2.00 GiB"
    ):
        fit(net)
    assert all(torch.equal(p, old) for p, old in zip(net.parameters(), start, strict=True))


def test_other_errors_pass_and_leave_the_network_whole(monkeypatch):
    def broken(*arguments):
        raise RuntimeError("a broken loss")

    net = network(ensemble=(3,))
    with pytest.raises(RuntimeError, match="a broken loss"):
        fit(net, loss=broken, memory=1)
    assert net[0].W.shape == (3, 5, 4)


@pytest.mark.parametrize(
    ("net", "make"),
    [(network(), ck.SGD), (network(ensemble=(3,)), torch.optim.SGD)],
    ids=["one network", "torch's optimizer"],
)
def test_memory_without_effect_is_refused(net, make):
    with pytest.raises(ValueError, match="fit: memory bounds how many members"):
        fit(net, make(net.parameters(), lr=0.1), memory=10**6)


@pytest.mark.parametrize("amount", [0, -1, "2 GB", 1.5])
def test_memory_is_a_number_of_bytes(amount):
    with pytest.raises((TypeError, ValueError), match="fit: memory is"):
        fit(network(ensemble=(3,)), memory=amount)


@pytest.mark.parametrize("shape", [(7,), (5, 3), (2, 3, 4)], ids=str)
@pytest.mark.parametrize("most", [1, 2, 3, 5, 100])
def test_boxes_cover_every_member_once(shape, most):
    seen = np.zeros(shape, int)
    for box in boxes(shape, most):
        seen[box] += 1
        assert seen[box].size <= most
    assert (seen == 1).all()


def test_a_cut_shares_what_all_members_share():
    box = inside((slice(2, 6), slice(0, 3)), (slice(1, 3), slice(2, 3)))  # members 3 and 4, and the last
    members = np.arange(7 * 3).reshape(7, 3)
    np.testing.assert_array_equal(cut(members, box, 0), members[3:5, 2:3])
    np.testing.assert_array_equal(cut(members[:, :1], box, 0), members[3:5, :1])
    np.testing.assert_array_equal(cut(members[0], box, 0), members[0, 2:3])
    assert cut(RATES, (slice(0, 1),), 2).shape == (1, 1, 1)
    assert cut(X, box, 2) is X
    assert cut(0.5, box, 0) == 0.5


def test_the_device_is_asked_what_is_free(monkeypatch):
    assert 2**20 < memory.free_memory(torch.device("cpu")) < 2**50
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (6 * 10**9, 8 * 10**9))
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda device: 2 * 10**9)
    monkeypatch.setattr(torch.cuda, "memory_allocated", lambda device: 10**9)
    assert memory.free_memory(torch.device("cuda")) == pytest.approx(memory.RESERVE * 7 * 10**9)
    monkeypatch.setattr(torch.mps, "recommended_max_memory", lambda: 5 * 10**9)
    monkeypatch.setattr(torch.mps, "current_allocated_memory", lambda: 10**9)
    assert memory.free_memory(torch.device("mps")) == pytest.approx(memory.RESERVE * 4 * 10**9)


def test_where_nobody_can_tell_what_is_free_all_members_train_together(monkeypatch):
    def unknown(name):
        raise ValueError(f"unrecognized configuration name {name}")

    monkeypatch.setattr(memory.os, "sysconf", unknown, raising=False)
    assert memory.free_memory(torch.device("cpu")) == math.inf
    fit(network(ensemble=(3,)))


@pytest.mark.gpu
def test_a_sweep_larger_than_the_gpu_trains_in_parts():
    """Torch is told to keep within a gigabyte: the members' activations would take several."""
    device = torch.cuda.current_device()
    torch.cuda.set_per_process_memory_fraction(2**30 / torch.cuda.get_device_properties(device).total_memory)
    try:
        rng = np.random.default_rng(0)
        net = ck.mlp([64, 256, 10], ck.relu, rng=rng, ensemble=(400,))
        x, y = rng.normal(size=(4096, 64)), np.eye(10)[rng.integers(0, 10, 4096)]
        history = ck.fit(net, x, y, loss=ck.softmax_cross_entropy, epochs=1, batch_size=4096,
                         optimizer=ck.SGD(net.parameters(), lr=0.1))  # fmt: skip
        assert np.isfinite(history.train).all()
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
