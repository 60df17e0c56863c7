"""The examples run as a reader would run them, and print what they promise."""

import importlib.util
import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


def loaded(name):
    specification = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_plain_pytorch_and_fit_print_the_same_losses(capsys):
    plain, ours = loaded("plain_pytorch").main()
    np.testing.assert_allclose(plain, ours, rtol=1e-10)
    assert plain[-1] < 0.5 * plain[0]
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]
    assert len(rows) == 5
    assert all(plain == ours for _, plain, ours in rows)


def test_plain_pytorch_reads_like_a_tutorial():
    """About 40 lines of code: a class, a loop, and the two runs."""
    text = (EXAMPLES / "plain_pytorch.py").read_text(encoding="utf-8")
    code = [line for line in text.splitlines() if line.strip() and not line.strip().startswith(('"""', "#"))]
    assert len(code) < 60
    for word in ("nn.Module", "zero_grad()", ".backward()", ".step()"):
        assert word in text


def processes(size, *arguments):
    """The output of the first of `size` processes, started as torchrun starts them."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(EXAMPLES / "distributed_digits.py"), *arguments]
    started = []
    for rank in range(size):
        variables = {
            "RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": size, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port,
            "OMP_NUM_THREADS": 1, "CUDA_VISIBLE_DEVICES": "", "GLOO_SOCKET_IFNAME": "lo",
        }  # fmt: skip
        environment = os.environ | {name: str(value) for name, value in variables.items()}
        started.append(subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True))
    outputs = [process.communicate(timeout=300)[0] for process in started]
    assert [process.returncode for process in started] == [0] * size
    assert not any(outputs[1:])  # only the first prints
    return [float(line.split()[-1]) for line in outputs[0].splitlines()]


@pytest.mark.slow  # two processes import torch
@pytest.mark.skipif(sys.platform != "linux", reason="the name of the loopback interface is Linux's")
def test_two_processes_have_the_losses_of_one():
    """1797 = 29 · 61 + 28: batches of 61 give one process 31 rows and the other 30, in the last batch 14 and 14; of
    batches of 449 the last has 1 row, so that one process has none."""
    for batch_size in ("61", "449"):
        one = processes(1, "--epochs", "3", "--batch-size", batch_size)
        two = processes(2, "--epochs", "3", "--batch-size", batch_size)
        assert len(one) == 3
        assert one[-1] < one[0]
        np.testing.assert_allclose(two, one, rtol=1e-10)


def test_the_shares_of_a_batch_are_its_rows():
    share_of = loaded("distributed_digits").share_of
    for rows in (1, 2, 5, 64):
        shares = [share_of(np.arange(rows), rank, 3) for rank in range(3)]
        np.testing.assert_array_equal(np.concatenate(shares), np.arange(rows))
        assert max(map(len, shares)) - min(map(len, shares)) <= 1
