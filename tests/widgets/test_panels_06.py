"""Lesson 06's interactives: what holds for them alone."""

import pytest
from looking import alt, bring, made

from coursekit import widgets


def test_the_wedge_gives_the_verdict_that_the_run_shows():
    panel = made(widgets.stability)
    for rate, momentum, verdict in (
        (1.95, 0.0, "it converges"),
        (2.05, 0.0, "does not"),
        (2.05, 0.1, "it converges"),
    ):
        bring(panel, rate=rate, momentum=momentum)
        assert verdict in alt(panel)


def test_a_press_in_the_wedge_sets_rate_and_momentum():
    panel = made(widgets.stability)
    assert panel._drag(2, 0.5, 2.5) == {"momentum": 0.5, "rate": 2.5}
    assert panel._drag(0, 0.5, 0.5) == {}


def test_the_best_of_the_rates_moves_with_optimizer_and_batch_size():
    """What lesson 06 tells its readers to look for; 32 rates are a factor of 1.45 apart."""
    model, lowest = widgets.rate_test()._model, {}
    for optimizer, batch in (("SGD", 10), ("SGD", 100), ("Adam", 10)):
        *_, end = model(optimizer=optimizer, batch=batch)
        lowest[optimizer, batch] = end["losses"][-1].mean(axis=0).argmin()
    assert lowest["SGD", 10] < lowest["SGD", 100]
    assert lowest["SGD", 10] - lowest["Adam", 10] in (4, 5, 6, 7, 8)  # about ten times as small


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: widgets.rate_test(rates=1), "rates"),
        (lambda: widgets.rate_test(seeds=1), "seeds"),
        (lambda: widgets.rate_test(epochs=0), "epochs"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
