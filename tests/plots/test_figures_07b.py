"""Lesson 07b's own figures: an example of each, and what holds for them alone."""

import numpy as np
import pytest

from coursekit import plots

X = np.linspace(0, 1, 11)
POINTS = np.array([[0.0, 0], [1, 0], [4, 0], [5, 0]])
MADE = {"far": (np.array([[0.5, 1.0], [4.4, 1], [0.4, 0], [4.5, 0]]), np.array([0, 0, 0, 1]))}
SECONDS = {"one": np.array([0.02, 0.03]), "many": np.array([0.5, 0.002])}

# Each figure: its arguments, and numbers worked out apart from it that its alt text must name.
FIGURES = {
    plots.timings: ((SECONDS,), ("one 20 ms", "many 2 ms", "the fastest run of each")),
    plots.generated_points: (
        (POINTS, np.array([0, 0, 1, 1]), MADE),
        ("4 examples", "far: 4 new points (1 nearest to an example of the other class)"),
    ),
    plots.next_trial: (
        (X, 1 - X, X / 2, X * (1 - X), np.array([0.1, 0.9]), np.array([0.7, 0.3])),
        ("2 trials, the best with loss 0.3 at 0.9", "largest, 0.25, at 0.5", "predicts 0.5 ± 0.25"),
    ),
}


def test_the_axis_of_times_is_labeled_in_round_numbers():
    ax = plots.timings(SECONDS)
    ax.figure.canvas.draw()
    low, high = ax.get_xlim()
    labels = [text.get_text() for text in ax.get_xticklabels() if low <= text.get_position()[0] <= high]
    assert len(labels) >= 3
    assert {float(label) for label in labels} <= {m * 10.0**e for m in (1, 2, 5) for e in range(-1, 4)}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.timings({}), "at least 1"),
        (lambda: plots.timings({"a": np.zeros(3)}), "all above 0"),
        (lambda: plots.timings({"a": np.ones((2, 2))}), r"\(runs,\)"),
        (lambda: plots.generated_points(POINTS, np.zeros(4), {}), "at least 1"),
        (lambda: plots.generated_points(POINTS, np.zeros(3), MADE), r"\(N, 2\)"),
        (lambda: plots.next_trial(X, X, X, X, X[:2], X[:3]), "equal lengths"),
        (lambda: plots.next_trial(X, X[:3], X, X, X[:2], X[:2]), "equal lengths"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
