"""The cures of overfitting at every rate: the tables that lesson 07b reads, and the experiment that filled them."""

import numpy as np
import pytest

from coursekit.experiments import grids, overfitting, regularization
from coursekit.experiments.grids.seeds import results, values


@pytest.fixture(scope="module")
def table():
    return grids.read("overfitting")


def test_every_cure_was_tried_at_every_rate(table):
    names = {f"{label}: {cure}{end}" for label in regularization.LABELS for cure in overfitting.CURES
             for end in ("", overfitting.STOPPED)}  # fmt: skip
    assert {row["contender"] for row in table} == names
    for name in names:
        assert [row["rate"] for row in table if row["contender"] == name] == list(overfitting.RATES)


def test_no_best_rate_is_at_the_edge_of_its_grid(table):
    assert not grids.at_the_edge(table, "contender")


def test_the_rows_hold_their_own_mean(table):
    for row in table:
        assert values(row).shape == values(row, "moved").shape == (regularization.SPLITS,)


def test_recorded_curves_have_one_shape():
    found = overfitting.recorded()
    shape = (len(overfitting.CURVE_RATES), 20, regularization.SPLITS)
    assert found["rates"].tolist() == list(overfitting.CURVE_RATES)
    assert found["epochs"].tolist() == list(range(10, 201, 10))
    for method in overfitting.METHODS:
        assert [part.shape for part in found[method]] == [shape, shape]


def test_a_short_grid_has_the_form_of_the_table():
    rows = overfitting.grid(("L1, λ = 0.1",), rates=(0.05, 0.1), epochs=1)
    assert [row["rate"] for row in rows] == [0.05, 0.1] * 4
    assert {row["contender"] for row in rows} == {
        f"{label}: L1, λ = 0.1{end}" for label in regularization.LABELS for end in ("", overfitting.STOPPED)
    }


@pytest.mark.slow
@pytest.mark.parametrize("cure", ["dropout 0.5", "L2, λ = 3", "L1, λ = 0.3", "augmentation"])
def test_the_table_is_what_the_experiment_gives(table, cure):
    """Around the best rates for redrawn labels: the same advantage over "nothing", within three standard errors."""
    rows = overfitting.grid(("nothing", cure), rates=(0.002, 0.005, 0.01, 0.02))
    name = "redrawn labels: "
    gaps = [found[name + cure] - found[f"{name}nothing"] for found in (results(table), results(rows))]
    se = max(gap.std(ddof=1) for gap in gaps) / np.sqrt(regularization.SPLITS)
    assert abs(gaps[0].mean() - gaps[1].mean()) < 3 * se


@pytest.mark.slow
def test_the_recorded_curves_are_what_the_experiment_gives():
    """At rate 0.05: what augmentation changes after 20 and after 200 epochs, within three standard errors."""
    again = overfitting.curves(rates=(0.05,))
    found = overfitting.recorded()
    fast = found["rates"].tolist().index(0.05)
    for epoch in (20, 200):
        trained = {row["method"]: values(row) for row in again if row["epoch"] == epoch}
        at = found["epochs"].tolist().index(epoch)
        recorded = found["augmented"][1][fast, at] - found["plain"][1][fast, at]
        gap = trained["augmented"] - trained["plain"]
        se = max(recorded.std(ddof=1), gap.std(ddof=1)) / np.sqrt(regularization.SPLITS)
        assert abs(recorded.mean() - gap.mean()) < 3 * se
        assert np.sign(recorded.mean()) == np.sign(gap.mean())
