"""Lesson 50, The perceptron: one exercise."""

import numpy as np

from coursekit.exercises import Exercise, Misconception, Property

from .inputs import points_on_both_sides, points_on_the_boundary


def perceptron_step(w, x, y):
    """One step of the perceptron's learning rule.

    w, x: weights and input, both (m,); y: the label, -1 or 1
    Returns the new weights: w + y x if x is on the wrong side or on the boundary, else w.
    """
    return w + y * x if y * (w @ x) <= 0 else w


EXERCISE = Exercise(
    id="50.1",
    points=3,
    returns="weights",
    solution=perceptron_step,
    reference=lambda w, x, y: np.where(y * np.sum(w * x) <= 0, np.add(w, np.multiply(y, x)), w),
    properties=(
        Property(
            "a point on the wrong side moves the weights, a point on the right side does not",
            2,
            points_on_both_sides,
        ),
        Property("a point on the boundary counts as wrong", 1, points_on_the_boundary),
    ),
    misconceptions=(
        Misconception(
            "moves the weights for every point",
            lambda w, x, y: w + y * x,
            "You add y x whatever the side. A point that is classified correctly leaves the weights as they are.",
        ),
        Misconception(
            "forgets the boundary",
            lambda w, x, y: w + y * x if y * (w @ x) < 0 else w,
            "A point with w · x = 0 is not on its side yet, so it must move the weights too.",
        ),
        Misconception(
            "forgets the label",
            lambda w, x, y: w + x if y * (w @ x) <= 0 else w,
            "For a label of -1 the weights must move away from x: the step is y x.",
        ),
    ),
    hints=(
        "When is a point on the right side? Compare the sign of w · x with that of y.",
        "If y (w · x) ≤ 0, the new weights are w + y x; otherwise they are w.",
        "`return w + ___ if y * (w @ x) ___ 0 else w`",
    ),
    explanation=(
        "After the step, y (w · x) has grown by y² (x · x), which is positive: the point is closer to its side. "
        "If some weights separate the data, finitely many such steps find some (Novikoff, 1962)."
    ),
)

EXERCISES = (EXERCISE,)
