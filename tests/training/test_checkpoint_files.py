"""The file of a checkpoint: that of a different run is refused by name, damage is noticed, nothing is unpickled."""

import contextlib
import io
import os

import numpy as np
import pytest
from interrupted_runs import counting, interrupted, trained, with_fit
from training_runs import CASES, X, Y, backends, case, sgd

from coursekit import numpy_backend, torch_backend
from coursekit.training import checkpoint

PLAIN = case({"dropout": 0.1, "batch_norm": True}, sgd(momentum=0.9), batch_size=8)


@backends
@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (with_fit(PLAIN, batch_size=16), "batch_size was 8 and is 16"),
        (with_fit(PLAIN, lam=0.5, penalty=lambda ck: ck.l2), "penalty was None and is l2; .*lam was 0.0 and is 0.5"),
        (with_fit(PLAIN, loss=lambda ck: ck.mse), "loss was softmax_cross_entropy and is mse"),
        (with_fit(PLAIN, clip_norm=1.0), "clip_norm was None and is 1.0"),
        (with_fit(PLAIN, metrics=lambda ck: {"accuracy": ck.accuracy}), "metrics was {} and is {'accuracy': 'accuracy'}"),
        (with_fit(PLAIN, validation=(X, Y)), r"validation\[0\] was None and is \(43, 5\) float64 with checksum"),
        (with_fit(PLAIN, rng=np.random.Generator(np.random.SFC64(0))), r"random streams was \['PCG64'"),
        (PLAIN | {"X": X + 1e-9}, r"X was \(43, 5\) float64 with checksum .* and is \(43, 5\)"),
        (PLAIN | {"y": Y[::-1]}, r"y was \(43, 3\) float64 with"),
        (PLAIN | {"hidden": "relu"}, r"layers was .*tanh.* and is .*relu"),
        (PLAIN | {"net": {"dropout": 0.2, "batch_norm": True}}, r"layers was .*p=0\.1.* and is .*p=0\.2"),
        (PLAIN | {"net": PLAIN["net"] | {"sizes": [5, 7, 3]}}, r"parameter 0\.W was \(6, 5\) float64 and is \(7, 5\)"),
        (PLAIN | {"optimizer": sgd(lr=0.2, momentum=0.9)}, "optimizer's lr was 0.3 and is 0.2"),
        (PLAIN | {"optimizer": sgd(momentum=0.8)}, "optimizer's momentum was 0.9 and is 0.8"),
        (PLAIN | {"optimizer": lambda ck, p: ck.SGD(p, lr=ck.cosine(0.3, 40), momentum=0.9)}, r"lr was 0\.3 and is \[0\.3,"),
        (PLAIN | {"optimizer": lambda ck, p: ck.Adam(p, lr=0.3)}, "optimizer's kind was SGD and is Adam"),
    ],
    ids=lambda x: None if isinstance(x, str) else "",
)  # fmt: skip
def test_a_file_of_another_run_is_refused_by_name(ck, changed, says, tmp_path):
    path = tmp_path / "run.npz"
    interrupted(ck, PLAIN, path)
    kept = path.read_bytes()
    with pytest.raises(ValueError, match=rf"fit: checkpoint .*run\.npz holds a different run: .*{says}"):
        trained(ck, changed, checkpoint=path)
    assert path.read_bytes() == kept


def test_dropout_on_the_other_backend_is_another_run(tmp_path):
    interrupted(numpy_backend, CASES["dropout"], tmp_path / "run.npz")
    with pytest.raises(
        ValueError, match=r"random streams was \['PCG64', 'PCG64'\] and is \['PCG64', \"torch's on"
    ):
        trained(torch_backend, CASES["dropout"], checkpoint=tmp_path / "run.npz")


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_crash_while_writing_leaves_the_last_good_file(call, tmp_path, monkeypatch):
    path = tmp_path / "run.npz"
    checkpoint.save(path, {"x": np.arange(3)})

    def crash(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, call, crash)
    with pytest.raises(KeyboardInterrupt):
        checkpoint.save(path, {"x": np.arange(4)})
    monkeypatch.undo()
    np.testing.assert_array_equal(checkpoint.load(path)["x"], [0, 1, 2])


def test_every_damage_is_noticed(tmp_path):
    path = tmp_path / "run.npz"
    interrupted(numpy_backend, CASES["members with everything of their own"], path)
    whole, rng = path.read_bytes(), np.random.default_rng(7)
    expected = checkpoint.load(path)
    for length in [0, 1, len(whole) - 1, *rng.integers(2, len(whole), 50)]:
        with pytest.raises(ValueError, match=r"run\.npz cannot be read .* Delete it to start again"):
            checkpoint.read(io.BytesIO(whole[:length]), path)
    noticed = 0
    for place in rng.integers(0, len(whole), 400):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << rng.integers(8)
        with contextlib.suppress(ValueError):
            state = checkpoint.read(io.BytesIO(damaged), path)
            np.testing.assert_equal(
                state, expected
            )  # a date in the archive, or other bytes that carry nothing
            noticed -= 1
        noticed += 1
    assert noticed > 200


def test_nothing_is_unpickled(tmp_path):
    path = tmp_path / "run.npz"
    np.savez(path, x=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ValueError, match=r"cannot be read \(ValueError: Object arrays cannot be loaded"):
        checkpoint.load(path)
    with pytest.raises(TypeError, match=r"optimizer/shared is a builtins\.object\. Leave checkpoint out"):
        checkpoint.save(path, {"optimizer": {"shared": object()}})
    with pytest.raises(TypeError, match=r"state/x is a numpy\.ndarray\. "):
        checkpoint.save(path, {"x": np.array([object()])})


def test_a_file_of_a_later_format_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoint, "_FORMAT", 99)
    checkpoint.save(tmp_path / "run.npz", {})
    monkeypatch.undo()
    with pytest.raises(ValueError, match="has format 99; this version of coursekit reads format 1"):
        checkpoint.load(tmp_path / "run.npz")


@backends
@pytest.mark.parametrize(
    ("path", "error", "says"),
    [
        (3, TypeError, "must be the path of a file.* is 3"),
        ("nowhere/run.npz", FileNotFoundError, "the folder .*nowhere does not exist"),
        ("", IsADirectoryError, "is a folder"),
    ],
)
def test_a_path_that_cannot_be_written_is_named_before_the_first_epoch(ck, path, error, says, tmp_path):
    counted, steps = counting(PLAIN)
    with pytest.raises(error, match=f"fit: checkpoint.*{says}"):
        trained(ck, counted, checkpoint=path if path == 3 else tmp_path / path)
    assert not steps
