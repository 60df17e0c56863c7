"""Processes that train one network find the numbers of one process, and lose nothing when one of them dies."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import distributed_digits
import distributed_runs
import numpy as np
import pytest
import torch

from coursekit import torch_backend as ck
from coursekit.training import checkpoint

GLOO = sys.platform != "win32" and torch.distributed.is_gloo_available()
on_cpus = pytest.mark.skipif(
    not GLOO or ck.device() != "cpu",
    reason="compares processes on the CPU; wants gloo, and no GPU to be seen",
)
TESTS = Path(__file__).parents[1] / "helpers"


def torchrun(*arguments, processes=2, fails=False):
    """What the processes printed, on both streams; they have ended, or are ended after five minutes."""
    command = [
        sys.executable,
        "-m",
        "torch.distributed.run",
        "--standalone",
        "--nproc-per-node",
        str(processes),
    ]
    paths = os.pathsep.join([str(TESTS.parent), str(TESTS), os.environ.get("PYTHONPATH", "")])
    process = subprocess.Popen(
        [*command, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "PYTHONPATH": paths}, start_new_session=True,
    )  # fmt: skip
    try:
        told = process.communicate(timeout=300)[0]
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert (process.returncode != 0) == fails, told
    return told


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    """The folder in which three processes left their numbers."""
    folder = tmp_path_factory.mktemp("three")
    torchrun(TESTS / "distributed_runs.py", "compared", folder, processes=3)
    return folder


@pytest.fixture(scope="module")
def one():
    return distributed_runs.results()


def close(found, expected):
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        np.testing.assert_allclose(found[key], value, rtol=1e-10, atol=1e-12, err_msg=key)


@on_cpus
@pytest.mark.parametrize("name", ["a module and an optimizer of torch's own", *distributed_runs.RUNS])
def test_three_processes_find_the_numbers_of_one(name, one, three):
    """Unequal shares and folds, penalties, clipping, early stopping, batch norm over all rows, dropout's masks."""
    found = [dict(np.load(three / f"{name}, process {rank}.npz")) for rank in range(3)]
    close(found[0], one[name])
    for key, value in found[0].items():
        for others in found[1:]:
            np.testing.assert_array_equal(others[key], value, err_msg=key)


@on_cpus
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("batch norm", "fit: 1 is a BatchNorm1d, which would normalize each process's rows by themselves"),
        ("wrapped", "fit: DistributedDataParallel and fit would both add the gradients; give fit net.module"),
        ("compiled", "fit: compile and capture are for one process; with torchrun leave them out"),
    ],
)
def test_what_would_not_be_the_run_of_one_process_is_refused(name, says, three):
    for rank in range(3):
        assert says in (three / f"{name} {rank}.txt").read_text()


@on_cpus
def test_processes_with_different_data_are_told_so(three):
    first, second = ((three / f"other data {rank}.txt").read_text() for rank in (0, 1))
    assert first == "fit: another process has another run: its message says what differs."
    assert "process 1 has another run than the first process or its checkpoint: X was (43, 5)" in second


@on_cpus
def test_whatever_befalls_a_process_the_checkpoint_goes_on(tmp_path):
    """One of two falls silent; torchrun starts both anew; one dies, and one process alone brings it to an end."""
    path = tmp_path / "run.npz"
    told = torchrun("--max-restarts", 1, TESTS / "distributed_runs.py", "mishaps", path, fails=True)
    assert "fit: process 0 of 2 ends: another process has ended or is silent" in told
    assert told.count("fit: process 0 of 2 ends") == 2
    assert f"{path} holds it up to its last whole epoch: the same call goes on from there" in told
    state = checkpoint.load(path)
    assert len(state["history"]["train"]) == 1 + 2  # of 5 steps each
    close(distributed_runs.resumed(path), distributed_runs.resumed(None))


@on_cpus
def test_the_first_process_of_the_example_prints_what_one_prints(three, capsys):
    distributed_digits.main(["--epochs", "3"])
    alone = capsys.readouterr().out
    assert alone.startswith("History(3 epochs")
    assert [(three / f"example {rank}.txt").read_text() for rank in range(3)] == [alone, "", ""]


@pytest.mark.gpu
@pytest.mark.skipif(torch.cuda.device_count() < 2, reason="fewer than two GPUs")
def test_on_two_gpus_the_example_prints_the_same(capsys):
    distributed_digits.main(["--epochs", "3"])
    told = torchrun(str(TESTS.parents[1] / "examples" / "distributed_digits.py"), "--epochs", 3)
    assert told.splitlines()[-2:] == capsys.readouterr().out.splitlines()


def test_each_process_of_a_machine_has_its_own_gpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert ck.device() == "cuda"
    monkeypatch.setenv("LOCAL_RANK", "1")
    assert ck.device() == "cuda:1"
    monkeypatch.setenv("LOCAL_RANK", "2")
    with pytest.raises(RuntimeError, match="process 2 of this machine finds only 2 GPUs"):
        ck.device()
