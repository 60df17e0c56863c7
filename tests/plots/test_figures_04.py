"""Lesson 04's figures: an example of each, and what holds for them alone."""

import numpy as np
import pytest

from coursekit import plots
from coursekit.plots.base import style
from coursekit.plots.regularization.penalty_drawings import CURVATURE, LOWEST, RidgePath, shrunk
from coursekit.plots.regularization.why_penalties import X, least_point, output_and_slope, random_units

RNG = np.random.default_rng(4)
POINTS = RNG.normal(size=(12, 2))
LABEL = (POINTS[:, 0] > 0).astype(int)
MIXED = RNG.normal(size=(40, 3)) @ np.array([[1, 0.9, 0], [0, 0.3, 0], [0, 0, 2.0]])
Y = MIXED @ [1.0, -2, 0.5] + RNG.normal(0, 0.5, 40)
HELD_OUT = (MIXED[:7] + 1, Y[:7])
ERRORS = {
    "clean": {"nothing": np.array([6.0, 7, 8]), "L2": np.array([6.0, 8, 9])},
    "noisy": {"nothing": np.array([16.0, 17, 18]), "L2": np.array([11.0, 10, 15])},
}

W_1, B_1, V_1 = random_units()
BOUND = abs(V_1 * W_1).sum()
STEEPEST = abs(np.gradient(np.tanh(np.linspace(-3, 3, 60001)[:, None] * W_1 + B_1) @ V_1, 1e-4)).max()

# Each figure: its arguments, and numbers worked out apart from it that its alt text must name.
FIGURES = {
    plots.decision_regions: (
        (POINTS, LABEL, lambda p: np.stack([p[:, 0], -p[:, 0], p[:, 0] * 0 + 1]), ["a", "b", "c"]),
        ("a: 0 wrong", "b: 12 wrong", "c: ", "class 1 on 100% of the area"),
    ),
    plots.decay: (
        ({"L2": 0.5 ** np.arange(4), "L1": np.array([1, 0.4, 0, 0])},),
        ("L2: from 1 to 0.125", "L1: from 1 to exactly 0 from step 2"),
    ),
    plots.coefficients: (
        ({"L2": np.array([2.5, 0.1, -0.2]), "L1": np.array([2.0, 0, 0])}, np.array([3.0, 0, 0])),
        ("2 are truly 0", "L2 has 0 exact zeros of 3", "coefficient is 0.1", "L1 has 2 exact zeros"),
    ),
    plots.decay_by_gradient: (
        (np.array([0.1, 1, 10, 100]), {"SGD": np.full(4, 0.1), "Adam": np.array([0.5, 0.1, 0.01, 1e-3])}),
        ("SGD 0.1 at gradient 0.1", "Adam 0.5 at gradient 0.1 and 0.001 at 100"),
    ),
    plots.shrinkage: ((), ("0.2036, at q = 2.51", "0.5 and early stopping 0.632")),
    plots.dropout_sums: (
        ({"divided": np.array([1.0, 3]), "as they are": np.array([0.5, 1.5])}, 2.0),
        ("divided: mean 2 over 2 steps", "as they are: mean 1", "all units on it is 2"),
    ),
    plots.scaled_weights: (
        ([0.5, 1.0],),
        (
            f"weights times 1: steepest slope {style.number(STEEPEST, 2)}, bound {style.number(BOUND, 2)}",
            f"bound {style.number(BOUND / 4, 2)}",
        ),
    ),
    plots.kink: (
        ([0.3, 1.3],),
        (
            "0.5 |u|: for w = 0.3 lowest at u = 0, for w = 1.3 lowest at u = 0.8",
            "0.5 u²: for w = 0.3 lowest at u = 0.15, for w = 1.3 lowest at u = 0.65",
        ),
    ),
    plots.curves_by_epoch: (
        ([1, 5, 9], {"clean": {"a": np.array([[6.0, 8], [2, 4], [4, 6]])}}, "loss"),
        ("clean: a is lowest at epoch 5 with 3 and ends at 5 (mean of 2 splits)",),
    ),
    plots.errors_by_strength: (
        (np.array([0.0, 1, 10]), {"validation": np.array([[6.0, 8], [4, 6], [9, 11]])}),
        ("7 ± 1.4 at 0, 5 ± 1.4 at 1, 10 ± 1.4 at 10 (2 splits), lowest at 1",),
    ),
    plots.image_row: ((RNG.random((2, 8, 8)), ["as scanned", "moved"]), ("2 images of 8 × 8",)),
    plots.where_it_helps: (
        (ERRORS, "nothing"),
        ("clean: L2 +0.7 ± 0.6, lower in 0 of 3", "noisy: L2 −5.0 ± 2.0, lower in 3 of 3"),
    ),
    plots.penalty_geometry: ((0.3,), ("L1: w = (1.5, 0)", "at a corner", "lowest at (1.6, 0.4)")),
    plots.ridge_path: ((MIXED, Y, HELD_OUT, ["p", "q", "r"], 2.0), ("λ = 2 on 40 examples",)),
}


@pytest.mark.parametrize("factor", [0.25, 1, 4])
def test_no_slope_exceeds_the_bound_of_the_weights(factor):
    w, b, v = random_units()
    output, slope = output_and_slope(factor, w, b, v)
    np.testing.assert_allclose(np.gradient(output, X, edge_order=2), slope, atol=0.02 * abs(slope).max())
    assert abs(slope).max() <= factor**2 * BOUND


@pytest.mark.parametrize("power", [1, 2])
@pytest.mark.parametrize("w", [-1.3, -0.2, 0.0, 0.3, 0.8])
def test_no_point_lies_below_the_marked_one(w, power):
    u, t = np.linspace(-2, 2, 4001), 0.5
    best = least_point(w, t, power)
    value = lambda u: 0.5 * (w - u) ** 2 + t * abs(u) ** power
    assert value(best) <= value(u).min() + 1e-12


@pytest.mark.parametrize("strength", [0.0, 0.1, 0.5, 1.3, 5.0])
def test_no_other_weights_beat_the_penalized_minimum(strength):
    def objective(w, kind):
        away = w - LOWEST
        loss = 0.5 * np.einsum("...i,ij,...j", away, CURVATURE, away)
        size = abs(w).sum(axis=-1) if kind == "L1" else 0.5 * (w**2).sum(axis=-1)
        return loss + strength * size

    everywhere = np.stack(np.meshgrid(np.linspace(-2, 2, 201), np.linspace(-2, 2, 201)), axis=-1)
    for kind in ("L1", "L2"):
        assert objective(shrunk(kind, strength), kind) <= objective(everywhere, kind).min() + 1e-12


def test_the_path_is_ridge_and_gradient_descent():
    drawing = RidgePath(MIXED, Y, HELD_OUT, ["p", "q", "r"], np.geomspace(0.01, 1000, 9))
    x, y = MIXED - MIXED.mean(axis=0), Y - Y.mean()
    for strength in (0.02, 3.0, 200.0):
        ridge = np.linalg.solve(x.T @ x + strength * np.eye(3), x.T @ y)
        np.testing.assert_allclose(drawing.V @ drawing.ridge(strength), ridge)
        _, _, steps = drawing.kept(strength)
        w = np.zeros(3)
        for _ in range(steps):
            w -= drawing.rate * x.T @ (x @ w - y) / len(x)
        np.testing.assert_allclose(drawing.V @ drawing.stopped(strength), w, atol=1e-9)
        rest = HELD_OUT[1] - ((HELD_OUT[0] - MIXED.mean(axis=0)) @ ridge + Y.mean())
        assert drawing.error(drawing.ridge(strength)) == pytest.approx(np.sqrt(np.mean(rest**2)))


def test_ridge_and_early_stopping_stay_within_a_fifth_of_each_other():
    drawing = RidgePath(MIXED, Y, HELD_OUT, ["p", "q", "r"], np.geomspace(0.01, 1000, 9))
    for strength in np.geomspace(0.01, 30, 50):  # from a dozen steps on, where t = ητ is near m/λ
        ridge, stopped, steps = drawing.kept(strength)
        assert steps >= 12
        assert abs(ridge - stopped).max() < 0.21


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.decision_regions(POINTS, LABEL[:3], lambda p: p.T, ["a", "b"]), "label 0 or 1"),
        (lambda: plots.decision_regions(POINTS, LABEL, lambda p: p.T, ["a"]), "one row for each name"),
        (lambda: plots.decay({}), "at least 1"),
        (lambda: plots.coefficients({"a": [1, 2]}, [1]), "the same number"),
        (lambda: plots.decay_by_gradient([0.0, 1], {"a": [1, 1]}), "above 0"),
        (lambda: plots.decay_by_gradient([1.0, 2], {"a": [1, -1]}), "a holds −1|a holds -1"),
        (lambda: plots.dropout_sums({"a": [1, np.nan]}, 1), "nan"),
        (lambda: plots.image_row(np.zeros((2, 8, 8)), ["a"]), "k names"),
        (lambda: plots.where_it_helps({"a": {"L2": [1, 2]}}, "nothing"), "among them"),
        (lambda: plots.where_it_helps({"a": {"L2": [1], "nothing": [1]}}, "nothing"), "at least 2"),
        (lambda: plots.penalty_geometry(-1), "strength"),
        (lambda: plots.scaled_weights([-1]), "factor"),
        (lambda: plots.kink(t=-1), "t"),
        (lambda: plots.curves_by_epoch([5, 1], {"a": {"b": np.ones((2, 3))}}, "loss"), "increasing"),
        (lambda: plots.errors_by_strength([1, 0], {"a": np.ones((2, 3))}), "increasing"),
        (lambda: plots.errors_by_strength([0, 1], {"a": np.ones((3, 3))}), "3 points"),
        (lambda: plots.ridge_path(MIXED[:3], Y[:3], HELD_OUT, "pqr", 1), "more examples than inputs"),
        (lambda: plots.ridge_path(MIXED * [1, 1, 0], Y, HELD_OUT, "pqr", 1), "independent"),
        (lambda: plots.ridge_path(MIXED, Y, (MIXED[:, :2], Y), "pqr", 1), "held_out"),
        (lambda: plots.ridge_path(MIXED, Y, HELD_OUT, "pqr", 0), "strength is 0"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()


def test_a_diamond_is_named_a_corner_only_where_a_weight_is_0():
    assert "corner" not in plots.alt(plots.penalty_geometry(0.1))
    assert style.number(shrunk("L1", 0.1)[1]) in plots.alt(plots.penalty_geometry(0.1))
