"""Lesson 09's figures: an example of each, and what holds for them alone."""

import numpy as np
import pytest

from coursekit import capstone, plots
from coursekit.plots.capstone.noisy_validation import ENDS, NoisyValidation

LABEL = np.array([0, 0, 0, 0, 1, 1, 2, 2, 2, 2])
GUESS = np.array([0, 0, 0, 1, 1, 1, 2, 2, 0, 0])

# Each figure: its arguments, and numbers worked out apart from it that its alt text must name.
FIGURES = {
    plots.class_matrix: (
        (LABEL, GUESS, ["cat", "dog", "owl"]),
        ("10 samples in 3 classes: 70.0 %", "owl is taken for cat in 50.0 %; cat is taken for dog in 25.0 %"),
    ),
}


def test_rows_of_the_matrix_add_up_to_a_hundred():
    texts = {
        tuple(map(int, t.get_position())): t.get_text() for t in plots.class_matrix(LABEL, GUESS, "abc").texts
    }
    assert texts == {(0, 0): "75", (1, 0): "25", (1, 1): "100", (0, 2): "50", (2, 2): "50"}  # (guess, truth)


def test_classes_without_a_name_are_refused():
    with pytest.raises(ValueError, match="from 0 to 1, one per name"):
        plots.class_matrix(LABEL, GUESS, ["cat", "dog"])
    with pytest.raises(ValueError, match="both must be"):
        plots.class_matrix(LABEL, GUESS[:3], ["cat", "dog", "owl"])


def test_at_ninety_percent_the_line_is_flat():
    drawing = NoisyValidation([5.0, 10.0], ["a", "b"])
    drawing.update(0.9, 100 * capstone.noisy_error(ENDS / 100, 0.9), [90.0, 91.0])
    np.testing.assert_allclose(drawing.line.get_data(), [[0, 40], [90, 90]])
    assert "slope 0.00" in plots.alt(drawing.axes)
    drawing.update(0.3, 100 * capstone.noisy_error(ENDS / 100, 0.3), [40.0, 33.0])
    np.testing.assert_allclose(drawing.line.get_ydata(), [30, 30 + 40 * 2 / 3])
    assert "0 of 1 neighbors are in the right order" in plots.alt(drawing.axes)
