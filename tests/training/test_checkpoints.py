"""Checkpoints: a run that was interrupted and resumed is, bit for bit, the run that was never interrupted."""

import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import torch
from interrupted_runs import counting, epochs_in, interrupted, trained, with_fit
from torch import nn
from training_runs import CASES, TWINS, X, Y, backends, build, case, close, everything, sgd, train

from coursekit import torch_backend
from coursekit.data.splits import kfold
from coursekit.experiments.pretraining import greedy_supervised
from coursekit.model_selection.cross_validation import cross_validate
from coursekit.model_selection.search import successive_halving

MORE = {
    "dropout of members, in batches that are not equal": case(
        {"ensemble": (2,), "dropout": 0.3}, batch_size=8, metrics=lambda ck: {"accuracy": ck.accuracy}
    ),
    "folds with generators of their own": case(
        {"ensemble": (4,)}, batch_size=8, folds=kfold(len(X), 4, np.random.default_rng(1)),
        rng=lambda ck: np.random.default_rng(5).spawn(4),
    ),
    "another generator": case(batch_size=8, rng=lambda ck: np.random.Generator(np.random.MT19937(3))),
}  # fmt: skip


def same(a, b):
    """Networks and histories without a bit of difference."""
    (net, history), (other, other_history) = a, b
    for key, value in everything(net).items():
        np.testing.assert_array_equal(everything(other)[key], value, err_msg=key)
    np.testing.assert_array_equal(history.train, other_history.train)
    np.testing.assert_array_equal(history.best, other_history.best)
    if history.val is not None:
        np.testing.assert_array_equal(history.val, other_history.val)
    assert history.metrics.keys() == other_history.metrics.keys()
    for name, values in history.metrics.items():
        np.testing.assert_array_equal(values, other_history.metrics[name])


@backends
@pytest.mark.parametrize("run", [*CASES.values(), *MORE.values()], ids=[*CASES, *MORE])
def test_interrupted_and_resumed_is_never_interrupted(ck, run, tmp_path):
    path = tmp_path / "run.npz"
    whole = trained(ck, run)
    interrupted(ck, run, path)
    assert 0 <= epochs_in(path) < whole[1].epochs
    same(whole, trained(ck, run, checkpoint=path))
    assert [file.name for file in tmp_path.iterdir()] == ["run.npz"]


@backends
def test_a_generator_stands_where_it_would_have_stood(ck, tmp_path):
    path, rng = tmp_path / "run.npz", np.random.default_rng(4)
    run = CASES["a short last batch"]
    trained(ck, run, rng=rng)
    interrupted(ck, run, path)
    other = np.random.default_rng(4)
    trained(ck, run, rng=other, checkpoint=str(path))
    assert other.bit_generator.state == rng.bit_generator.state


@backends
@pytest.mark.parametrize("share", [0.1, 0.6])
def test_the_cell_of_a_notebook_is_run_again(ck, share, tmp_path):
    """Network, optimizer and generator are those of the interrupted run, somewhere within an epoch."""
    path = tmp_path / "run.npz"
    run = MORE["dropout of members, in batches that are not equal"]
    run = run | {"optimizer": lambda ck, p: ck.Adam(p, lr=ck.cosine(0.1, 30))}
    net, history = trained(ck, run)
    counted, _ = counting(run, interrupt_at=int(share * 24))
    made = build(ck, **run)
    optimizer, rng = counted["optimizer"](ck, made.parameters()), np.random.default_rng(4)
    again = with_fit(run, checkpoint=path, rng=rng) | {"net": made, "optimizer": lambda ck, p: optimizer}
    with pytest.raises(KeyboardInterrupt):
        train(ck, **again)
    same((net, history), (made, train(ck, **again)))


class Convolution(nn.Module):
    """Rows of 16 pixels, with dropout and batch norm of torch's own."""

    def __init__(self):
        super().__init__()
        self.kernels = nn.Conv2d(1, 2, 3)
        self.norm = nn.BatchNorm1d(8)
        self.out = nn.Linear(8, 3)

    def forward(self, x):
        x = self.norm(torch.relu(self.kernels(x.unflatten(-1, (1, 4, 4)))).flatten(1))
        return self.out(nn.functional.dropout(x, 0.3, self.training))


OPTIMIZERS = [
    torch.optim.ASGD,
    torch.optim.Adam,
    torch.optim.NAdam,
    torch.optim.SGD,
]  # each keeps another kind of state


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16], ids=str)
@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_any_module_under_any_torch_optimizer_is_resumed(kind, dtype, tmp_path):
    path = tmp_path / "run.npz"
    x, y = np.random.default_rng(5).normal(size=(30, 16)), np.eye(3)[np.arange(30) % 3]

    def run(interrupt_at=None, checkpoint=None):
        torch.manual_seed(1)
        net = Convolution().to(dtype)
        made = {"optimizer": lambda ck, p: kind(p, **({"momentum": 0.9} if kind is torch.optim.SGD else {}))}
        optimizer = counting(made, interrupt_at)[0]["optimizer"](torch_backend, net.parameters())
        history = torch_backend.fit(
            net, x, y, loss=nn.CrossEntropyLoss(), optimizer=optimizer, epochs=4, batch_size=8,
            rng=np.random.default_rng(6), validation=(x, y), checkpoint=checkpoint,
        )  # fmt: skip
        return {key: value.float().numpy() for key, value in net.state_dict().items()}, history

    weights, history = run()
    with pytest.raises(KeyboardInterrupt):
        run(11, path)
    resumed, other = run(None, path)
    for key, value in weights.items():
        np.testing.assert_array_equal(resumed[key], value, err_msg=key)
    np.testing.assert_array_equal(other.train, history.train)
    np.testing.assert_array_equal(other.val, history.val)


ENDLESS = """
import sys
import numpy as np
from coursekit import {backend} as ck

rng = np.random.default_rng(2)
X = rng.normal(size=(43, 5))
net = ck.mlp([5, 6, 5], ck.tanh, rng=rng, dropout=0.2, batch_norm=True, dtype=np.float64)
adam = ck.Adam(net.parameters(), lr=ck.cosine(0.1, 10_000))
history = ck.fit(net, X, X, loss=ck.mse, optimizer=adam, epochs={epochs}, batch_size=8, rng=rng, checkpoint={path!r})
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")
@backends
def test_a_killed_process_leaves_a_file_to_go_on_from(ck, tmp_path):
    path = tmp_path / "run.npz"
    script = {"backend": ck.__name__.rpartition(".")[2], "path": str(path)}
    process = subprocess.Popen([sys.executable, "-c", ENDLESS.format(epochs=10**9, **script)])
    try:
        while not path.exists() or epochs_in(path) < 5:
            assert process.poll() is None
            time.sleep(0.01)
        time.sleep(np.random.default_rng().uniform(0, 0.1))  # at any moment of an epoch, or of the writing
    finally:
        process.kill()
        process.wait()
    epochs = epochs_in(path) + 3
    whole, resumed = {}, {}
    exec(ENDLESS.format(epochs=epochs, **script | {"path": None}), whole)
    exec(ENDLESS.format(epochs=epochs, **script), resumed)
    same((whole["net"], whole["history"]), (resumed["net"], resumed["history"]))


NAMES = ["early stopping", "batch norm", "folds with all of it", "dropout"]


@backends
@pytest.mark.parametrize("name", NAMES)
def test_a_finished_run_is_not_repeated(ck, name, tmp_path):
    run = CASES[name]
    first = trained(ck, run, checkpoint=tmp_path / "run.npz")
    counted, steps = counting(run)
    same(first, trained(ck, counted, checkpoint=tmp_path / "run.npz"))
    assert not steps


@backends
@pytest.mark.parametrize("name", NAMES)
def test_a_finished_run_goes_on_to_more_epochs(ck, name, tmp_path):
    run = CASES[name]
    trained(ck, run, epochs=2, checkpoint=tmp_path / "run.npz")
    same(trained(ck, run, epochs=9), trained(ck, run, epochs=9, checkpoint=tmp_path / "run.npz"))
    with pytest.raises(
        ValueError, match=r"run.npz holds \d epochs, so that epochs must be at least \d, but is 2"
    ):
        trained(ck, run, epochs=2, checkpoint=tmp_path / "run.npz")


@backends
def test_a_member_that_diverged_stays_so(ck, tmp_path):
    """It is reported once: the resumed run has nothing new to say."""
    run = case({"ensemble": (2,)}, sgd(lr=np.reshape([0.1, 1e200], (2, 1, 1))), loss=lambda ck: ck.mse)
    with pytest.warns(RuntimeWarning, match="1 of 2 networks"):
        whole = trained(ck, run, epochs=5)
    with pytest.warns(RuntimeWarning, match="1 of 2 networks"):
        trained(ck, run, epochs=3, checkpoint=tmp_path / "run.npz")
    same(whole, trained(ck, run, epochs=5, checkpoint=tmp_path / "run.npz"))


@pytest.mark.parametrize("name", [name for name in CASES if name != "dropout"])
@pytest.mark.parametrize("first", [0, 1], ids=["NumPy first", "torch first"])
def test_the_other_backend_goes_on_to_the_same_numbers(first, name, tmp_path):
    run, ck, other = CASES[name], TWINS[first], TWINS[1 - first]
    net, history = trained(ck, run)
    interrupted(ck, run, tmp_path / "run.npz")
    resumed, its_history = trained(other, run, checkpoint=tmp_path / "run.npz")
    close(history.train, its_history.train)
    for key, value in everything(net).items():
        close(value, everything(resumed)[key])


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("g++"), reason="no C++ compiler")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # inside of torch
def test_a_compiled_run_is_resumed(tmp_path):
    run = with_fit(CASES["early stopping of Adam with a schedule"], compile=True)
    whole = trained(torch_backend, run)
    interrupted(torch_backend, run, tmp_path / "run.npz")
    same(whole, trained(torch_backend, run, checkpoint=tmp_path / "run.npz"))


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_run_of_another_precision_is_resumed(precision, tmp_path):
    run = with_fit(CASES["early stopping of Adam with a schedule"], precision=precision)
    run = run | {"net": run["net"] | {"dtype": "float32"}}
    interrupted(torch_backend, run, tmp_path / "run.npz")
    same(trained(torch_backend, run), trained(torch_backend, run, checkpoint=tmp_path / "run.npz"))


@backends
def test_cross_validation_is_resumed(ck, tmp_path):
    """Each fold has a stream of its own, spawned from the rng given."""

    def validate(checkpoint, at=None):
        def made(ensemble):
            net = build(ck, {"ensemble": ensemble}, "tanh")
            run, _ = counting({"optimizer": sgd(momentum=0.9)}, at)
            return net, run["optimizer"](ck, net.parameters())

        settings = {"loss": ck.softmax_cross_entropy, "epochs": 4, "batch_size": 8, "checkpoint": checkpoint}
        return cross_validate(ck, made, X, Y, k=4, rng=np.random.default_rng(8), **settings)

    with pytest.raises(KeyboardInterrupt):
        validate(tmp_path / "run.npz", at=13)
    assert epochs_in(tmp_path / "run.npz") == 2  # of 5 steps each
    np.testing.assert_array_equal(validate(tmp_path / "run.npz").val, validate(None).val)


@backends
def test_what_is_made_of_several_runs_takes_no_checkpoint(ck):
    arguments = {"rng": np.random.default_rng(0), "loss": ck.mse, "checkpoint": "run.npz"}
    with pytest.raises(TypeError, match="leave out checkpoint, because each round"):
        successive_halving(ck, None, X, Y, {"lr": [0.1]}, budget=1, **arguments)
    with pytest.raises(TypeError, match="leave out checkpoint, because each stage"):
        greedy_supervised(ck, X, Y, [5, 4, 3], ck.tanh, optimizer=ck.SGD, epochs=1, **arguments)
