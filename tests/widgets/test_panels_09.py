"""Lesson 09's interactives: what holds for them alone."""

import re

import numpy as np
import pytest
from looking import alt, bring, made

from coursekit import capstone, widgets


def measured(panel):
    return {
        name: tuple(map(float, pair))
        for name, *pair in re.findall(r"([a-z ]+): ([\d.]+) % true, ([\d.]+) % measured", alt(panel))
    }


def test_without_wrong_labels_the_true_error_is_measured():
    panel = made(widgets.noisy_validation)
    bring(panel, noise=0.0)
    errors = measured(panel)
    assert [name.strip() for name in errors] == list(capstone.RECIPES)
    assert all(true == seen for true, seen in errors.values())
    bring(panel, noise=0.3)
    for true, seen in measured(panel).values():
        assert seen == pytest.approx(100 * capstone.noisy_error(true / 100), abs=4)  # 600 labels


def test_the_price_on_the_bench_is_that_of_one_network_on_all_images():
    panel = made(widgets.workbench)
    for width in (8, 64):
        bring(panel, width=width)
        price = 3 * (64 * width + width * 10) * 600 / 1e6
        words = f"1 × {width}, dropout 0, λ = 0, rate 0.05 fixed, price {price:.0f} of 500 million"
        assert words in alt(panel)  # one epoch


def test_the_bench_reaches_what_the_text_discusses():
    panel = made(widgets.workbench)
    for name, value in {
        "width": 128,
        "epochs": 50,
        "layers": 4,
        "rate": 0.1,
        "batch_norm": True,
        "init": "Glorot",
    }.items():
        control = panel.controls[name]
        options = [
            option[1] if isinstance(option, tuple) else option
            for option in getattr(control, "options", (value,))
        ]
        assert value in options
    bring(panel, width=8, epochs=5, layers=4, init="N(0, 0.01²)")
    assert "epoch 1 of 5," in alt(panel)
    assert "4 × 8, N(0, 0.01²), dropout 0" in alt(panel)
    bring(panel, width=128, rate=0.2, init="He")  # all diverge, which is said and drawn
    assert panel.error.value == ""


def test_the_bench_takes_other_images_and_refuses_too_few_networks():
    rng = np.random.default_rng(0)
    panel = made(
        lambda: widgets.workbench(rng.random((40, 5)), np.eye(3)[rng.integers(0, 3, 40)], networks=2)
    )
    assert "(n = 2)" in alt(panel)
    assert "over splits" in alt(panel)
    assert "a perfect network, 30 %" in alt(panel)
    with pytest.raises(ValueError, match="at least 2"):
        widgets.workbench(networks=1)
