"""The numbers and verdicts in the prose of lesson 06a agree with what its own cells compute."""

import numpy as np
import pytest
from lesson_cells import names_of
from scipy import stats

from coursekit import numpy_backend as ck


@pytest.fixture(scope="module")
def lesson():
    return names_of("06a_optimization")


def test_a_step_is_rate_times_slope(lesson):
    assert lesson["slope"](2.0) == pytest.approx(4.3)
    assert lesson["slope"](1.6) == pytest.approx(1.2, abs=0.05)
    assert lesson["from_2"] == pytest.approx(0.43)
    assert lesson["from_16"] == pytest.approx(0.12, abs=0.005)


def test_one_of_three_walks_finds_the_deeper_valley_and_the_ravine_is_slow(lesson):
    assert sum(path[-1, 0] < 0 for path in lesson["valleys"]) == 1
    assert abs(lesson["bowl"][-1]).max() < 1e-3
    assert lesson["ravine"][-1, 0] > 0.2
    assert (np.diff(np.sign(lesson["ravine"][:, 1])) != 0).mean() > 0.9  # "from wall to wall"
    near = np.linalg.norm(lesson["saddle"], axis=1) < 0.3
    assert 10 <= near.sum() <= 20  # "about a dozen steps to leave it"


def test_the_worked_numbers_of_a_parabola():
    assert pytest.approx(0.11, abs=0.005) == 0.8**10
    assert round(99 / 101, 3) == 0.980


def test_one_step_by_hand(lesson):
    assert pytest.approx(4.3) == 2**3 - 2 * 2 + 0.3
    assert 2 - lesson["from_2"] == pytest.approx(1.57)


def test_one_rate_for_the_curvatures_1_and_10():
    """Rates 0.1, 0.19 and 0.21, and the best rate 2/11 with the factor 9/11."""
    factors = {rate: 1 - rate * np.array([1, 10]) for rate in (0.1, 0.19, 0.21, 2 / 11)}
    np.testing.assert_allclose(factors[0.1], [0.9, 0.0], atol=1e-12)
    np.testing.assert_allclose(factors[0.19], [0.81, -0.9])
    np.testing.assert_allclose(factors[0.21], [0.79, -1.1])
    np.testing.assert_allclose(factors[2 / 11], [9 / 11, -9 / 11])
    assert round(9 / 11, 2) == 0.82


def test_the_answers_to_check_yourself():
    curvatures = np.array([0.5, 2, 8])
    assert 2 / curvatures.max() == 0.25
    np.testing.assert_allclose(1 - 0.2 * curvatures, [0.9, 0.6, -0.6])
    assert pytest.approx(0.5) == np.sqrt(25 / 100)  # the typical error of a batch of 100 against 25
    assert pytest.approx(1.0) == 0.1 / (1 - 0.9)


def test_the_limit_is_sharp(lesson):
    """After 400 steps at 0.99, 1 and 1.01 of the largest stable rate: near the minimum, at distance 1, far away."""
    below, at, above = (path[-1] for path in lesson["distance"].values())
    assert below == pytest.approx(4.6e-4, rel=0.02)
    assert at == pytest.approx(1.0, abs=1e-6)
    assert above == pytest.approx(2755, rel=0.01)
    flat, _, steep = 1 - 0.99 * lesson["limit"] * lesson["eigenvalues"]
    assert np.sqrt(3) == pytest.approx(lesson["distance"]["0.99 of the limit"][0])
    assert (flat, steep) == (pytest.approx(0.9802), pytest.approx(-0.98))


def test_four_rates_make_the_four_curves_of_the_text(lesson):
    """Too low: smooth and slow; good: low; too high: high and scattered; much too high: guessing from the start."""
    assert lesson["X"][:, None].shape == (20, 1, 1000, 64)
    assert lesson["lr"].shape == (4, 1, 1)
    low, good, high, extreme = (lesson["end_of"][name] for name in lesson["four_rates"])
    assert low.min() > 0.8
    assert good.mean() == pytest.approx(0.06, abs=0.02)
    assert high.mean() > 0.5
    assert high.std(ddof=1) > 10 * good.std(ddof=1)
    assert (extreme > 2).all()
    first_epochs = lesson["curves"]["much too high: 3"]
    assert first_epochs[1:].mean() == pytest.approx(np.log(10), abs=0.05)  # "from the second epoch on"


def test_units_die_at_the_two_high_rates(lesson):
    """At rate 3 all hidden units are dead; at rate 1.2 the fewer are alive, the higher is the loss."""
    assert lesson["alive"].shape == (20, 4)
    assert (lesson["alive"][:, 3] == 0).all()
    alive, loss = lesson["alive"][:, 2], lesson["end_of"]["too high"]
    many, few = alive >= 7, alive <= 1
    assert min(many.sum(), few.sum()) >= 2
    assert loss[many].mean() < 0.3
    assert loss[few].mean() > 1.7
    assert stats.spearmanr(alive, loss).statistic < -0.8


def test_a_low_rate_is_slow_and_not_stuck(lesson):
    """A fifth of the rate for five times as many epochs ends at about the same training loss."""
    assert lesson["patient"].mean() == pytest.approx(lesson["end_of"]["good"].mean(), rel=0.35)


def test_the_ratio_of_update_to_weights(lesson):
    ratio = lesson["typical_ratio"]
    assert ratio["good"] == pytest.approx(0.03, rel=0.25)  # "thirty times larger than the rule of thumb"
    assert ratio["too low"] == pytest.approx(1e-3, rel=0.5)
    assert np.median(lesson["ratios"][0, :, 3]) > 0.5  # "by half of their size or more"
    assert (np.median(lesson["ratios"][20:, :, 3], axis=1) == 0).all()  # dead


def test_the_batches_of_eight_end_closest(lesson):
    assert min(lesson["off"], key=lesson["off"].get) == "batches of 8"
    assert [len(path) - 1 for path in lesson["line_paths"].values()] == [8, 40, 320]
    u = lesson["u"]  # the squared error has the curvature 2 in all directions
    np.testing.assert_allclose(
        2 * np.array([[np.mean(u**2), u.mean()], [u.mean(), 1]]), 2 * np.eye(2), atol=1e-12
    )
    path = lesson["line_paths"]["gradient descent on all 40"] - lesson["best_line"]
    np.testing.assert_allclose(path[1:], 0.8 * path[:-1], atol=1e-12)


def test_the_noise_of_a_batch_is_that_of_the_formula(lesson):
    """The variance of a batch gradient is σ²/B · (N − B)/(N − 1), for batches drawn without replacement."""
    sizes = lesson["sizes"]
    exact = lesson["variance"] / sizes * (1000 - sizes) / 999
    np.testing.assert_allclose(lesson["measured"].mean(axis=1), exact, rtol=0.15)
    assert lesson["measured"][4].mean() / lesson["measured"][2].mean() == pytest.approx(
        0.1, abs=0.02
    )  # "a tenth"
    assert lesson["typical"][2] / lesson["typical"][4] == pytest.approx(np.sqrt(10 * 0.99 / 0.9), rel=0.1)


def test_the_price_of_an_update():
    """48 % of an example's products at batch 1 and 2.4 % at batch 20, for 64-16-10: 44 % more."""
    forward = 64 * 16 + 16 * 10
    backward = forward + 16 * 10
    parameters = forward + 16 + 10
    assert (forward, backward, forward + backward, parameters) == (1184, 1344, 2528, 1210)
    assert parameters / (forward + backward) == pytest.approx(0.48, abs=0.005)
    assert parameters / (forward + backward) / 20 == pytest.approx(0.024, abs=0.0005)
    single, twenty = (forward + backward + parameters / batch for batch in (1, 20))
    assert single / twenty - 1 == pytest.approx(0.44, abs=0.005)


def test_updates_decide_the_race(lesson):
    """Five epochs in 5, 250 or 5000 updates: more updates end with the lower loss, over 20 seeds."""
    whole, batch, single = lesson["race"].values()
    assert whole[-1].mean() == pytest.approx(1.95, abs=0.1)  # "still about 2"
    assert batch[-1].mean() == pytest.approx(0.15, abs=0.04)
    assert single[-1].mean() == pytest.approx(0.1, abs=0.04)
    assert (batch[0] < whole[-1]).all()  # fifty noisy steps against five exact ones


@pytest.mark.parametrize(("batch", "rate"), [(1000, 0.5), (20, 0.3), (1, 0.03)])
def test_each_method_of_the_race_has_its_own_best_rate(lesson, batch, rate):
    """Neither a third of the rate nor three times the rate ends lower, with the images of the lesson."""
    rates = rate * np.array([1 / 3, 1, 3])
    rng = np.random.default_rng(1)
    net = ck.mlp([64, 16, 10], ck.relu, rng=rng, ensemble=(10, 3))
    X, Y = lesson["X"][:10, None], lesson["Y"][:10, None]
    sgd = ck.SGD(net.parameters(), lr=rates.reshape(3, 1, 1))
    ck.fit(net, X, Y, loss=ck.softmax_cross_entropy, optimizer=sgd, epochs=5, batch_size=batch, rng=rng)
    z = ck.predict(net, X)
    loss = ck.softmax_cross_entropy(z, np.broadcast_to(Y, z.shape)).mean(axis=0)
    assert loss.argmin() == 1


def test_twice_the_rate_suits_ten_times_the_batch_and_ten_times_the_rate_does_not(lesson):
    tenth, same, twice, root, ten = lesson["verdict"].values()
    assert twice.mean() < min(same.mean(), root.mean(), tenth.mean(), ten.mean())
    assert (ten > 2).all()
    assert root.mean() < same.mean()
    assert root.std(ddof=1) > 1.3 * twice.std(ddof=1)
    assert twice.mean() > 3 * lesson["race"]["20 per step"][-1].mean()  # "none comes close"


def test_chunks_add_up_to_the_whole_gradient_in_a_small_part_of_the_memory(lesson):
    np.testing.assert_allclose(lesson["pieces"], lesson["whole"], atol=1e-14)
    assert lesson["at_once"] > 2  # MB
    assert lesson["in_pieces"] < 0.1
    assert len(lesson["big_x"]) == 1797 * 20 == 35_940


def test_two_steps_with_momentum_by_hand():
    w, v = 1.0, 0.0
    for expected in (0.9, 0.76):
        v = 0.5 * v + w
        w = w - 0.1 * v
        assert w == pytest.approx(expected)


def test_momentum_takes_the_square_root_of_the_condition_number(lesson):
    """Steps until a millionth of the distance is left, at condition number 100, each method at its best rate."""
    assert lesson["steps_to"] == {"gradient descent": 681, "momentum": 92}
    assert round(9 / 11, 3) == 0.818
    assert pytest.approx(1e-6, rel=0.05) == (9 / 11) ** 69


def test_a_double_root_costs_the_other_23_steps(lesson):
    """In the steepest direction (1 + 20t/11) (9/11)^t is exact, and it reaches √3 millionths at step 92."""
    np.testing.assert_allclose(lesson["steep"], lesson["by_formula"], rtol=1e-6)
    assert pytest.approx(126, abs=1) == 1 + 20 * 69 / 11
    assert 92 - 69 == 23


def test_the_plateau_of_momentum():
    """At β = 0.81 both ηλ = 0.1 and ηλ = 2 are between 0.01 and 3.61, and both shrink by 0.9 per step."""
    for times in (0.1, 2.0):
        roots = np.roots([1, -(1 + 0.81 - times), 0.81])
        assert abs(roots).max() == pytest.approx(0.9)
    assert (pytest.approx(0.01), pytest.approx(3.61)) == ((1 - 0.9) ** 2, (1 + 0.9) ** 2)


def test_nesterovs_best_factor_at_condition_number_100():
    """Lessard, Recht & Packard (2016), Table 1: η = 4/(3L + μ), factor 1 − 2/√(3κ + 1)."""
    root = np.sqrt(301)
    rate, beta = 4 / 301, (root - 2) / (root + 2)
    worst = 0.0
    for curvature in np.linspace(1, 100, 400):
        shrink = 1 - rate * curvature
        roots = np.roots([1, -(1 + beta) * shrink, beta * shrink])
        worst = max(worst, abs(roots).max())
    assert worst == pytest.approx(1 - 2 / root, abs=0.002)
    assert worst == pytest.approx(0.885, abs=0.002)


def test_momentum_allows_nineteen_times_the_effective_rate():
    """The limit grows by 1 + β and the effective rate by 1/(1 − β): (1 + 0.9)/(1 − 0.9) = 19, by the roots."""
    rate_of = lambda effective: effective * (1 - 0.9)
    for effective, stable in ((18.9 * 2, True), (19.1 * 2, False)):  # in units of 1/λ
        roots = np.roots([1, -(1 + 0.9 - rate_of(effective)), 0.9])
        assert (abs(roots).max() < 1) == stable


def test_on_digits_momentum_is_a_larger_rate(lesson):
    """Momentum 0.9 at rate 0.03 trains as plain SGD does at 0.3, which is 0.03 / (1 − 0.9)."""
    assert abs(lesson["gap"].mean()) < 1
    curves = lesson["speed"]
    assert curves["momentum 0.03"][-1].mean() == pytest.approx(curves["SGD 0.3"][-1].mean(), rel=0.1)
    assert curves["SGD 0.03"][-1].mean() > 5 * curves["SGD 0.3"][-1].mean()
