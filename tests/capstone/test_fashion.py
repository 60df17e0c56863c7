"""The capstone's second task."""

import numpy as np
import pytest
from small_recipes import one_net

from coursekit import capstone, data, numpy_backend, torch_backend

BACKENDS = pytest.mark.parametrize("ck", [numpy_backend, torch_backend], ids=["numpy", "torch"])


def small_task():
    rng = np.random.default_rng(0)
    digits = data.digits()
    order = rng.permutation(len(digits.x))
    known, new = order[:300], order[300:500]
    return capstone.Task(
        digits.x[known], digits.y[known], digits.x[new], digits.label[new], np.zeros(300, bool)
    )


@BACKENDS
def test_the_second_task_is_measured_against_its_baseline(ck):
    result = capstone.fashion_exam(one_net, small_task(), ck)
    assert result.images == 200
    assert f"{result.error:.1f} ± {result.standard_error:.1f} % of 200 test images" in repr(result)
    assert result.device in repr(result)

    def verdict(error):
        return capstone.FashionResult(error, 10_000, 1.0, "cpu").verdict

    assert verdict(9.0) == "better than the baseline"
    assert verdict(11.0) == "not yet as good as the baseline"
    assert "as good as the baseline" in verdict(9.7)  # within two standard errors, 0.6 points


def test_without_a_network_the_second_task_says_so_and_what_to_do(monkeypatch, capsys, tmp_path):
    assert capstone.fashion() is None
    assert "download=True" in capsys.readouterr().out

    def unreachable(*_, **__):
        raise ConnectionError("no route. If you have the file, put it here: somewhere")

    monkeypatch.setattr(data, "fashion_mnist", unreachable)
    assert capstone.fashion(download=True) is None
    said = capsys.readouterr().out
    assert "could not download Fashion-MNIST" in said
    assert "If you have the file, put it here" in said
