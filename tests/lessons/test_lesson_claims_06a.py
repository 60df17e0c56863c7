"""The numbers and verdicts in the prose of lesson 06a agree with what its own cells compute."""

import numpy as np
import pytest
from lesson_cells import names_of


@pytest.fixture(scope="module")
def lesson():
    return names_of("06a_optimization")


def test_a_step_is_rate_times_slope(lesson):
    assert lesson["from_2"] == pytest.approx(0.43)
    assert lesson["from_16"] == pytest.approx(0.12, abs=0.005)


def test_one_of_three_runs_finds_the_deeper_valley_and_the_ravine_is_slow(lesson):
    assert sum(path[-1, 0] < 0 for path in lesson["valleys"]) == 1
    assert abs(lesson["bowl"][-1]).max() < 1e-3
    assert lesson["ravine"][-1, 0] > 0.2
    assert (np.diff(np.sign(lesson["ravine"][:, 1])) != 0).mean() > 0.9  # "from wall to wall"
    near = np.linalg.norm(lesson["saddle"], axis=1) < 0.3
    assert 10 <= near.sum() <= 20  # "a dozen steps to leave it"


def test_the_limit_is_sharp(lesson):
    """After 400 steps at 0.99, 1 and 1.01 of the largest stable rate: near the minimum, at distance 1, far away."""
    below, at, above = (path[-1] for path in lesson["distance"].values())
    assert below == pytest.approx(4.6e-4, rel=0.02)
    assert at == pytest.approx(1.0, abs=1e-6)
    assert above == pytest.approx(2755, rel=0.01)


def test_the_batches_of_eight_end_closest(lesson):
    assert min(lesson["off"], key=lesson["off"].get) == "batches of 8"
    assert [len(path) - 1 for path in lesson["line_paths"].values()] == [8, 40, 320]


def test_the_noise_of_a_batch_is_that_of_the_formula(lesson):
    """The variance of a batch gradient is σ²/B · (N − B)/(N − 1), for batches drawn without replacement."""
    sizes = lesson["sizes"]
    exact = lesson["variance"] / sizes * (1000 - sizes) / 999
    np.testing.assert_allclose(lesson["measured"].mean(axis=1), exact, rtol=0.15)
    assert lesson["typical"][2] / lesson["typical"][4] == pytest.approx(np.sqrt(10 * 0.99 / 0.9), rel=0.1)


def test_updates_win_the_race(lesson):
    """Five passes in 5, 250 or 5000 updates: more updates end with the lower loss, over 20 seeds."""
    whole, batch, single = (curve[-1] for curve in lesson["race"].values())
    assert whole.mean() == pytest.approx(1.95, abs=0.1)
    assert batch.mean() == pytest.approx(0.16, abs=0.04)
    assert single.mean() == pytest.approx(0.13, abs=0.04)
    one_pass_of_batches = lesson["race"]["20 an update, 50 a pass"][0]
    assert (one_pass_of_batches < whole).all()  # fifty steps against five


def test_chunks_add_up_to_the_whole_gradient_in_a_small_part_of_the_memory(lesson):
    np.testing.assert_allclose(lesson["chunked"], lesson["whole"], atol=1e-14)
    whole, chunk = lesson["peak"].values()
    assert whole > 2  # MB
    assert chunk < 0.1
    assert len(lesson["big_x"]) == 1797 * 20


def test_momentum_takes_the_square_root_of_the_condition_number(lesson):
    """Steps until a millionth of the distance is left, at condition number 100, each method at its best rate."""
    assert lesson["steps_to"] == {"gradient descent": 681, "momentum": 92}
    assert round(99 / 101, 3) == 0.980
    assert round(9 / 11, 3) == 0.818


def test_on_digits_momentum_is_a_larger_rate(lesson):
    """Momentum 0.9 at rate 0.03 trains as plain SGD does at 0.3, which is 0.03 / (1 − 0.9)."""
    assert abs(lesson["gap"].mean()) < 1
    curves = lesson["speed"]
    assert curves["momentum 0.03"][-1].mean() == pytest.approx(curves["SGD 0.3"][-1].mean(), rel=0.1)
    assert curves["SGD 0.03"][-1].mean() > 5 * curves["SGD 0.3"][-1].mean()
