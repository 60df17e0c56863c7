"""Lesson 09's figures: an example of each, and what holds for them alone."""

import numpy as np
import pytest

from coursekit import capstone, plots
from coursekit.plots.capstone.noisy_validation import ENDS, NoisyValidation

IMAGES = np.linspace(0, 1, 3 * 16).reshape(3, 4, 4)
RATES = [
    {"contender": name, "rate": rate, "mean": mean, "sd": 1.0, "splits": 20}
    for name, means in {"fixed": (30.0, 20.0, 40.0), "falling": (50.0, 25.0, 18.5)}.items()
    for rate, mean in zip((0.01, 0.1, 1.0), means, strict=True)
]
ERRORS = {"yours": np.array([8.0, 9.0]), "early stopping": np.array([13.0, 15.0])}

LABEL = np.array([0, 0, 0, 0, 1, 1, 2, 2, 2, 2])
GUESS = np.array([0, 0, 0, 1, 1, 1, 2, 2, 0, 0])

# Each figure: its arguments, and numbers worked out apart from it that its alt text must name.
FIGURES = {
    plots.class_matrix: (
        (LABEL, GUESS, ["cat", "dog", "owl"]),
        ("10 samples in 3 classes: 70.0 %", "owl is taken for cat in 50.0 %; cat is taken for dog in 25.0 %"),
    ),
    plots.image_grid: (
        (IMAGES, ["7", "4\nis 9", "1"], [False, True, False]),
        ("3 images of 4 × 4 pixels, 1 of them marked with ✗: 7; ✗ 4, is 9; 1",),
    ),
    plots.held_out_by_rate: (
        (RATES, ["fixed", "falling"]),
        ("fixed: lowest at rate 0.1, 20 %", "falling: lowest at rate 1, 18.5 %", "mean of 20 splits"),
    ),
    plots.rank_figure: ((ERRORS, "yours"), ("1. yours 8.5 %; 2. early stopping 14 %", "mean of 2 draws")),
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
    assert "0 of 1 pairs of neighbors are in the right order" in plots.alt(drawing.axes)


def test_the_ranked_recipe_is_marked_by_weight_and_color_and_the_lowest_error_is_on_top():
    axes = plots.rank_figure({**ERRORS, "lucky": np.array([1.0, 2.0])}, "yours")
    labels = axes.get_yticklabels()
    assert [label.get_text() for label in labels] == ["1. lucky", "2. yours", "3. early stopping"]
    assert [label.get_weight() for label in labels] == ["normal", "bold", "normal"]
    low, high = axes.get_ylim()
    assert low > high
    with pytest.raises(ValueError, match="name"):
        plots.rank_figure(ERRORS, "mine")


def test_images_and_their_names_must_be_as_many():
    with pytest.raises(ValueError, match="with 2 names"):
        plots.image_grid(IMAGES, ["7", "4"])
    with pytest.raises(ValueError, match="0 rows"):
        plots.held_out_by_rate(RATES, ["nobody"])


def test_equal_methods_differ_by_zero_and_what_is_paired_has_its_name():
    a = np.array([0.1, 0.2, 0.3]) * 3
    axes = plots.paired_difference(a, [0.6, 0.3, 0.9], what="error", each="split")
    assert "for 3 splits: mean 0, sd" in plots.alt(axes)
    assert "of 3 splits" in axes.get_title(loc="left")
