"""What the four exercises that return (loss, gradient) share: mistakes that do not depend on the formula."""

import numpy as np

from coursekit.exercises.engine.exercise import Misconception

LOSS_AND_GRADIENT = ("loss", "gradient")


def pair_mistakes(solution) -> tuple[Misconception, ...]:
    """Mistakes in what is returned, made from the right function of (first, y)."""

    def loss_alone(first, y):
        return solution(first, y)[0]

    def gradient_alone(first, y):
        return solution(first, y)[1]

    def gradient_first(first, y):
        return solution(first, y)[::-1]

    def opposite_gradient(first, y):
        loss, gradient = solution(first, y)
        return loss, -gradient

    def averaged_gradient(first, y):
        loss, gradient = solution(first, y)
        return loss, np.mean(gradient)

    def summed_gradient(first, y):
        loss, gradient = solution(first, y)
        return loss, np.sum(gradient)

    def truncated_gradient(first, y):
        loss, gradient = solution(first, y)
        return loss, gradient.astype(first.dtype)

    return (
        Misconception(
            "gradient with the wrong sign",
            opposite_gradient,
            "Your gradient is minus the right one: it points downhill. A gradient points to where the loss "
            "grows; the optimizer subtracts it.",
        ),
        Misconception(
            "gradient reduced to one number",
            (averaged_gradient, summed_gradient),
            "Each entry of the first argument has its own derivative, so the gradient has that "
            "argument's shape.",
        ),
        Misconception(
            "gradient cut to whole numbers",
            truncated_gradient,
            "For whole numbers your gradient is cut to whole numbers: `np.zeros_like` takes over an integer "
            "dtype. Compute the gradient as an expression, or ask for `dtype=float`.",
        ),
        Misconception(
            "returns only one of the two",
            (loss_alone, gradient_alone),
            "The exercise asks for two things at once: `return loss, gradient`.",
        ),
        Misconception(
            "gradient first",
            gradient_first,
            "The two results are in the wrong order: `return loss, gradient`.",
        ),
    )
