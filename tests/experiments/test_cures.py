"""The tables of lesson 07a's cures: complete, judged inside their grids, and computed again."""

import dataclasses

import numpy as np
import pytest

from coursekit import numpy_backend as ck
from coursekit.experiments import cures, grids

TABLES = {
    "vanishing_cures": cures.VANISHING,
    "vanishing_cures_long": cures.VANISHING_LONG,
    "exploding_cures": cures.EXPLODING,
    "oscillation_cures": cures.OSCILLATING,
}
GUESSING = 85  # percent; a contender above it learned nothing at any rate, so that no rate is its best one


@pytest.mark.parametrize("name", TABLES)
def test_a_table_holds_every_contender_at_every_rate_with_20_seeds(name):
    rows = grids.read(name)
    tried = {cure: tuple(row["rate"] for row in rows if row["cure"] == cure) for cure in TABLES[name]}
    assert {row["cure"] for row in rows} == set(TABLES[name])
    assert {row["seeds"] for row in rows} == {20}
    for cure, plan in TABLES[name].items():
        assert tried[cure] == pytest.approx(plan.rates), cure


@pytest.mark.parametrize("name", TABLES)
def test_no_best_rate_is_at_the_edge_of_its_grid(name):
    rows = grids.read(name)
    learned = {cure for cure, row in grids.best(rows, "cure").items() if row["mean"] < GUESSING}
    assert not learned & set(grids.at_the_edge(rows, "cure"))


def test_a_network_that_diverges_has_the_error_of_guessing():
    plan = dataclasses.replace(cures.EXPLODING["ReLU, sd 0.7"], epochs=2)
    errors, losses = cures.compare(ck, plan, [1e-5, 0.05], seeds=2)
    np.testing.assert_array_equal(errors[1], 90)
    assert np.isnan(losses[1]).all()
    assert np.isfinite(losses[0]).all()


def test_schedules_start_at_the_rate_and_only_fall():
    for share in cures.SCHEDULES.values():
        shares = [share(t, 300) for t in range(300)]
        assert shares[0] == 1
        assert (np.diff(shares) <= 0).all()
    assert [cures.SCHEDULES["halved every third"](t, 300) for t in (99, 100, 200)] == [1, 0.5, 0.25]


def test_a_part_of_a_table_is_the_best_rate_and_its_neighbors():
    plan = dataclasses.replace(cures.OSCILLATING["SGD"], epochs=1)
    rows = cures.table(ck, {"SGD": plan, "left out": plan}, seeds=2, neighbors={"SGD": 1})
    assert [row["rate"] for row in rows] == [0.5, 1, 2]


def _again(name, contenders, seeds):
    """Rows computed again with fewer seeds: contenders at their best rate and its neighbors, beside the kept rows."""
    kept = grids.read(name)
    best = grids.best(kept, "cure")
    chosen = {cure: TABLES[name][cure] for cure in contenders}
    rows = cures.table(ck, chosen, seeds, neighbors={cure: best[cure]["rate"] for cure in contenders})
    old = {(row["cure"], row["rate"]): row for row in kept}
    return [(row, old[row["cure"], row["rate"]]) for row in rows]


def _agrees(new, old):
    """Two means of the same population, apart by at most four standard errors (at least one point of error)."""
    error = np.sqrt(max(new["sd"], old["sd"], 1) ** 2 * (1 / new["seeds"] + 1 / old["seeds"]))
    assert abs(new["mean"] - old["mean"]) < max(1.5, 4 * error), (new, old)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "contenders", "seeds"),
    [
        ("vanishing_cures", ("sigmoid, batch norm", "tanh, Glorot", "ReLU, He", "ReLU, heuristic"), 8),
        (
            "vanishing_cures",
            ("sigmoid, heuristic", "sigmoid, Glorot", "sigmoid, momentum", "sigmoid, Adam"),
            8,
        ),
        ("vanishing_cures", ("tanh, heuristic", "ReLU, He, batch norm"), 8),
        ("exploding_cures", tuple(cures.EXPLODING), 10),
        ("oscillation_cures", tuple(cures.OSCILLATING), 20),
    ],
)
def test_the_table_is_computed_again(name, contenders, seeds):
    for new, old in _again(name, contenders, seeds):
        _agrees(new, old)


@pytest.mark.slow
def test_a_deep_sigmoid_network_learns_in_part_with_enough_steps_and_momentum_does_not():
    for name, best in (("sigmoid, heuristic", 5), ("sigmoid, Glorot", 5)):
        errors, _ = cures.compare(ck, cures.VANISHING_LONG[name], [best], seeds=8)
        assert (errors < 30).any(), name
    errors, _ = cures.compare(ck, cures.VANISHING_LONG["sigmoid, momentum"], [0.5], seeds=4)
    assert errors.min() > 80
