"""Tables of comparisons are kept, read back and judged."""

import pytest

from coursekit.experiments import grids

ROWS = [
    {"recipe": "plain", "rate": 0.1, "mean": 9.0, "n": 20},
    {"recipe": "plain", "rate": 0.5, "mean": 4.0, "n": 20},
    {"recipe": "plain", "rate": 1.0, "mean": 5.0, "n": 20},
    {"recipe": "greedy", "rate": 0.1, "mean": 3.0, "n": 20},
    {"recipe": "greedy", "rate": 0.5, "mean": 7.0, "n": 20},
]


def test_a_table_is_read_as_it_was_written(tmp_path, monkeypatch):
    monkeypatch.setattr(grids, "FOLDER", tmp_path)
    assert grids.write("some", ROWS).name == "some.csv"
    assert grids.read("some") == ROWS
    with pytest.raises(ValueError, match=r"named 'other'\. There are: some\."):
        grids.read("other")


def test_each_contender_is_judged_at_its_best_rate_which_is_inside_the_grid():
    best = grids.best(ROWS, "recipe")
    assert {name: row["rate"] for name, row in best.items()} == {"plain": 0.5, "greedy": 0.1}
    assert grids.at_the_edge(ROWS, "recipe") == ["greedy"]
