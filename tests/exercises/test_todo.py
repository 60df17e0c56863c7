"""Laws of TODO: one object, of no use as a value, and it says so."""

import copy
import pickle

import numpy as np
import pytest

from coursekit.exercises import TODO
from coursekit.exercises.engine.todo import NotAnswered


def test_there_is_one_todo():
    assert copy.deepcopy(TODO) is TODO
    assert pickle.loads(pickle.dumps(TODO)) is TODO
    assert "replace it with your own code" in repr(TODO)


@pytest.mark.parametrize(
    "use",
    [
        lambda: TODO + 1,
        lambda: 2 * TODO,
        lambda: np.ones(2) - TODO,
        lambda: np.ones((2, 2)) @ TODO,
        lambda: np.mean(TODO),
        lambda: TODO[0],
        lambda: TODO.shape,
        lambda: TODO(3),
        lambda: list(TODO),
        lambda: bool(TODO),
        lambda: float(TODO),
        lambda: TODO < 1,
    ],
)
def test_using_it_as_a_value_names_the_mend(use):
    with pytest.raises(NotAnswered, match="replace it with your own code"):
        use()
