"""Inputs to ask about: what hides mistakes is drawn, such as sizes that differ and points on the boundary."""

from coursekit.exercises.engine.draws import tenths


def points_on_both_sides(rng):
    """Weights and inputs of the same size, and labels of both signs."""
    cases = []
    for label in (-1, 1, -1, 1):
        size = int(rng.integers(2, 6))
        cases.append((tenths(rng, size), tenths(rng, size), label))
    return cases


def points_on_the_boundary(rng):
    """w · x = 0: with all weights 0, and with x at a right angle to w."""
    x = tenths(rng, 2, low=0.1)
    return [(0 * x, x, 1), (x[::-1] * [1, -1], x, -1)]
