"""Laws of the leak detector."""

import numpy as np
import pytest

from coursekit.data.splits import kfold
from coursekit.exercises.engine.registry import lookup
from coursekit.model_selection.leaks import rows_that_reach_fit

cross_validate = lookup("05.6").solution
RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((23, 4)), RNG.integers(0, 2, 23)
FOLDS = kfold(23, 5, RNG)
HELD_OUT = np.array([np.isin(np.arange(23), val) for _, val in FOLDS])


def before(change):
    """Cross-validation after a change of x that looks at all rows."""
    return lambda fit, predict, x, y, folds: cross_validate(fit, predict, change(x, y), y, folds)


def test_in_an_honest_procedure_the_training_rows_reach_fit_and_no_others():
    np.testing.assert_array_equal(rows_that_reach_fit(cross_validate, X, Y, FOLDS), ~HELD_OUT)


@pytest.mark.parametrize(
    "change",
    [
        lambda x, y: x - x.mean(axis=0),
        lambda x, y: (x - x.min(axis=0)) / np.ptp(x, axis=0),
        lambda x, y: x[:, [np.argmax(np.abs((y - y.mean()) @ (x - x.mean(axis=0))))]],
    ],
    ids=["mean", "range", "choice of a column"],
)
def test_what_is_computed_from_all_rows_leaks(change):
    reached = rows_that_reach_fit(before(change), X, Y, FOLDS)
    assert (reached & HELD_OUT).any()
    assert reached[~HELD_OUT].all()


def test_a_row_that_is_scaled_by_itself_does_not_leak():
    reached = rows_that_reach_fit(before(lambda x, y: x / np.linalg.norm(x, axis=1)[:, None]), X, Y, FOLDS)
    np.testing.assert_array_equal(reached, ~HELD_OUT)


def test_a_leak_of_labels_alone_is_seen():
    reached = rows_that_reach_fit(before(lambda x, y: x + y.mean()), X, Y, FOLDS)
    assert reached.all()


def test_the_data_stay_as_they_are():
    x, y = X.copy(), Y.copy()
    rows_that_reach_fit(cross_validate, x, y, FOLDS)
    np.testing.assert_array_equal(x, X)
    np.testing.assert_array_equal(y, Y)


def test_a_procedure_has_to_fit_once_for_each_fold():
    with pytest.raises(ValueError, match="called fit 0 times for 5 folds"):
        rows_that_reach_fit(lambda *_: 0.5, X, Y, FOLDS)
    with pytest.raises(ValueError, match="x and y must have shapes"):
        rows_that_reach_fit(cross_validate, X[:5], Y, FOLDS)
