"""Rows with one result per seed, and each contender's results at its own best rate."""

import numpy as np

from coursekit.experiments import grids
from coursekit.experiments.grids.seeds import results, row, values


def test_the_validation_error_chooses_the_rate_and_the_test_error_is_returned(monkeypatch, tmp_path):
    monkeypatch.setattr(grids, "FOLDER", tmp_path)
    rows = [
        row("a", 0.1, [3.0, 5.0], [1.0, 2.0], moved=[8.0, 9.5]),
        row("a", 0.2, [2.0, 4.0], [6.0, 7.0], moved=[3.0, 4.5]),
        row("b", 0.1, [1.0, 1.5], [5.0, 5.5], moved=[2.0, 2.5]),
    ]
    grids.write("example", rows)
    read = grids.read("example")
    assert [r["mean"] for r in read] == [4, 3, 1.25]
    found = results(read)
    assert list(found) == ["a", "b"]
    np.testing.assert_array_equal(found["a"], [6, 7])
    np.testing.assert_array_equal(results(read, "moved")["a"], [3, 4.5])
    np.testing.assert_array_equal(values(read[0]), [1, 2])
