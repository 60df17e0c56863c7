"""Lesson 06's figures: an example of each, and what holds for them alone."""

import numpy as np
import pytest

from coursekit import numpy_backend as ck
from coursekit import plots
from coursekit.plots.optimization.descent_panel import factor, run

SEEDS = np.array([0.9, 1.1])


def parabola(t):
    return t**2


def double(t):
    return 2 * t


def five_over(size):
    return 5 / size


def bowl(a, b):
    return a**2 + b**2


# Each figure: its arguments, and numbers worked out apart from it that its alt text must name.
FIGURES = {
    plots.descent_step: (
        (parabola, double, 1.5, 0.1, (-2, 2)),
        ("slope is 3.", "step is −0.3", "to θ = 1.2, where C is 1.44"),
    ),
    plots.rates_on_a_parabola: (
        (2.0, np.array([0.25, 1.05])),
        ("rate 0.25 multiplies w by 0.5", "rate 1.05 multiplies w by −1.1"),
    ),
    plots.descents: (
        (
            {"one": (bowl, np.array([[1.0, 0], [0.5, 0]])), "two": (bowl, np.zeros((2, 4, 2)))},
            (-2, 2),
            (-2, 2),
            ("w₁", "w₂"),
            (0, 0),
        ),
        (
            "one: 1 steps end at (0.5, 0), cost 0.25",
            "two: 3 steps end at (0, 0), (0, 0)",
            "the minimum is at (0, 0)",
        ),
    ),
    plots.error_by_step: (
        ({"halving": 0.5 ** np.arange(8), "still": np.ones(8)}, "error", "step", 0.2),
        ("halving goes from 1 to 0.00781 in 7 steps (below 0.2: 3 steps)", "still goes from 1 to 1", "not reached"),
    ),
    plots.stability: (
        (1.5, 0.0, 10.0),
        ("multiplied by 0.500 and the flat one by 0.850", "limit for ηλ₁ is 2: it converges"),
    ),
    plots.momentum_factors: (
        ([0.0, 0.25],),
        ("β = 0: lowest, 0, at 1", "β = 0.25: lowest, 0.5, from 0.25 to 2.25"),
    ),
    plots.gradient_noise: (
        (np.array([1.0, 10]), np.array([[4.0, 6.0], [0.4, 0.8]]), five_over),
        ("over 2 draws", "at 1 5 (exact 5), at 10 0.6 (exact 0.5)"),
    ),
    plots.edge_of_stability: (
        (np.array([0.0, 10]), {"η": np.array([SEEDS / 2, SEEDS])}, {"η": np.array([SEEDS, 2 * SEEDS, SEEDS / 2])}),
        ("from 0.5 ± 0.071 to 1 ± 0.14 (n = 2 seeds)", "rises in 50 % of the steps", "from 1 to 0.5"),
    ),
    plots.schedules: (
        ({"constant": ck.constant(0.1), "halved": ck.step_decay(0.2, 0.5, 5)}, 10),
        ("constant goes from 0.1 to 0.1", "halved goes from 0.2 to 0.1, at most 0.2"),
    ),
    plots.loss_plane: (
        (np.array([0.0, 1.0]), np.array([0.0, 1.0, 2.0]), np.arange(1.0, 7).reshape(3, 2), {"end": (1, 2)}),
        ("from 1 to 6", "end at (1, 2), loss 6"),
    ),
}  # fmt: skip


def test_steps_are_counted_in_what_the_axis_shows():
    ax = plots.error_by_step({"halving": 0.5 ** np.arange(8)}, "error", "epoch", 0.2)
    assert "goes from 1 to 0.00781 in 7 epochs (below 0.2: 3 epochs)" in plots.alt(ax)


@pytest.mark.parametrize("momentum", [0.0, 0.3, 0.8, 0.95])
@pytest.mark.parametrize("times", [0.05, 0.7, 1.9, 2.3, 3.8])
def test_the_factor_is_what_a_long_run_shrinks_by(momentum, times):
    path = abs(run(np.ones(1), times, momentum, steps=160)[:, 0])
    early, late = path[100:120].max(), path[140:160].max()  # over some swings of it
    assert np.log(late / early) / 40 == pytest.approx(np.log(factor(times, momentum)), abs=0.03)


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_the_wedge_ends_at_twice_one_plus_momentum(momentum):
    limit = 2 * (1 + momentum)
    assert factor(0.999 * limit, momentum) < 1 < factor(1.001 * limit, momentum)
    assert factor(limit, momentum) == pytest.approx(1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.descent_step(parabola, double, 1.0, 0.1, (2, -2)), "limits"),
        (lambda: plots.rates_on_a_parabola(-1.0, [0.1]), "curvature"),
        (lambda: plots.rates_on_a_parabola(1.0, [0.1] * 5), "one to four"),
        (lambda: plots.descents({}, (0, 1), (0, 1)), "at least 1"),
        (lambda: plots.descents({"a": (bowl, [1.0, 2.0])}, (0, 1), (0, 1)), r"\(steps \+ 1, 2\)"),
        (lambda: plots.error_by_step({}, "error"), "at least 1"),
        (lambda: plots.stability(0.0), "rate"),
        (lambda: plots.stability(1.0, momentum=1.0), "momentum"),
        (lambda: plots.stability(1.0, condition=0.5), "condition"),
        (lambda: plots.gradient_noise([1, 2], [[1.0, 2]], five_over), "draws"),
        (lambda: plots.edge_of_stability([0, 1], {"a": np.ones((2, 2))}, {"b": np.ones((2, 2))}), "same names"),
        (lambda: plots.momentum_factors([0.1] * 5), "one to four"),
        (lambda: plots.momentum_factors([1.0]), "momentum"),
        (lambda: plots.schedules({"a": ck.constant(1.0)}, 1), "steps"),
        (lambda: plots.loss_plane([0, 1], [0, 1], np.ones((3, 2)), {}), r"\(up, across\)"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused_with_the_reason(call, message):
    with pytest.raises(ValueError, match=message):
        call()
