"""Exercise 06.1: gradient descent, with its path."""

import numpy as np

from coursekit.exercises.engine.callables import Named
from coursekit.exercises.engine.draws import strided, tenths
from coursekit.exercises.engine.exercise import Case, Exercise, Misconception, Property

BOWL, CHAIN, WELL = (Named(f"gradient_of_{name}") for name in ("bowl", "chain", "double_well"))


def _start(rng, d):
    """Far from 0 in every entry, none of them ±1 (the valleys of the double well), and no two entries alike."""
    return rng.permutation(np.setdiff1d(np.arange(6, 25), 10))[:d] / 10 * rng.choice([-1, 1], d)


def _quadratic(rng):
    d = int(rng.integers(3, 6))
    return [
        (BOWL, np.array([2.0, -1.5]), 0.1, 2),
        (BOWL, _start(rng, d), 0.1, d + 2),
        (CHAIN, _start(rng, d), 0.2, d + 1),
    ]


def _curved(rng):
    return [(WELL, _start(rng, 2), 0.1, 4), (CHAIN, _start(rng, 4), 0.1, 6), (WELL, _start(rng, 3), 0.2, 5)]


def _awkward(rng):
    """Whole numbers, a view, one dimension, no step at all, and a rate at which the path runs away."""
    d = int(rng.integers(3, 5))
    return [
        (BOWL, rng.permutation([3, -2, 5, -7])[:3], 0.1, 4),
        (CHAIN, strided(_start(rng, d)), 0.1, d + 1),
        (WELL, tenths(rng, 1, 0.4, 0.8), 0.3, 3),
        Case("no steps", (BOWL, _start(rng, d), 0.1, 0)),
        (BOWL, _start(rng, d), 0.9, d + 1),
    ]


def gradient_descent(gradient, x0, lr, steps):
    """The path of gradient descent: x <- x - lr * gradient(x).

    gradient: a function of x (d,) that returns an array (d,); x0: the start (d,); lr: the rate, a
    number; steps: how many steps
    Returns an array (steps + 1, d): x0 first, then x after each step.
    """
    path = [x0]
    for _ in range(steps):
        x = path[-1]
        path.append(x - lr * gradient(x))  # a new array each time
    return np.array(path)


def _reference(gradient, x0, lr, steps):
    path = np.empty((steps + 1, len(x0)))
    path[0] = x0
    for t in range(steps):
        path[t + 1] = path[t] - lr * np.asarray(gradient(path[t]))
    return path


def _by(step):
    """The path of another step: a function of gradient, x, lr, the number of the step and the start."""

    def wrong(gradient, x0, lr, steps):
        path = [np.asarray(x0, dtype=float)]
        for t in range(steps):
            path.append(step(gradient, path[-1], lr, t, path[0]))
        return np.array(path)

    return wrong


def _uphill(gradient, x0, lr, steps):
    path = [x0]
    for _ in range(steps):
        path.append(path[-1] + lr * gradient(path[-1]))
    return np.array(path)


def _one_array(gradient, x0, lr, steps):
    x = x0.astype(float)
    path = [x]
    for _ in range(steps):
        x -= lr * gradient(x)
        path.append(x)
    return np.array(path)


def _unit(g):
    return g / max(np.linalg.norm(g), 1e-12)


def _whole_numbers(gradient, x0, lr, steps):
    path = np.zeros((steps + 1, len(x0)), dtype=x0.dtype)
    path[0] = x0
    for t in range(steps):
        path[t + 1] = path[t] - lr * gradient(path[t])
    return path


def _entry_by_entry(gradient, x, lr, t, x0):
    x = x.copy()
    for i in range(len(x)):
        x[i] -= lr * gradient(x)[i]
    return x


def _equal_lengths(args, output):
    """Whether every step, or every entry of it, has the length lr, or 0: rounding decides where such a path turns."""
    _, x0, lr, steps = args
    moves = np.diff(output, axis=0)
    lengths = np.linalg.norm(moves, axis=1), np.abs(moves)
    return np.shape(output) == (steps + 1, len(x0)) and any(
        np.all(np.isclose(a, lr) | (a < 0.01 * lr)) and np.any(a > lr / 2) for a in lengths
    )


EXERCISE = Exercise(
    id="06.1",
    points=3,
    returns="path",
    solution=gradient_descent,
    reference=_reference,
    properties=(
        Property("the path in quadratic bowls", 1, _quadratic),
        Property("the path where the curvature changes", 1, _curved),
        Property("the path for whole numbers, views, one dimension, no steps, a rate too large", 1, _awkward),
    ),
    misconceptions=(
        Misconception(
            "uphill",
            _uphill,
            "Your path climbs: the gradient points to where f grows. Subtract it.",
        ),
        Misconception(
            "all rows are the same array",
            _one_array,
            "Every row of your path is the last point. `x -= …` changes the one array that all entries of the list "
            "refer to. Make a new one, `x = x - …`, or append `x.copy()`.",
        ),
        Misconception(
            "one point short",
            (
                lambda gradient, x0, lr, steps: _reference(gradient, x0, lr, steps)[:-1],
                lambda gradient, x0, lr, steps: _reference(gradient, x0, lr, max(steps - 1, 0)),
            ),
            "The start and `steps` steps make steps + 1 points; yours lacks the last.",
        ),
        Misconception(
            "one step too many",
            lambda gradient, x0, lr, steps: _reference(gradient, x0, lr, steps + 1),
            "The start and `steps` steps make steps + 1 points; you take a step more.",
        ),
        Misconception(
            "leaves out the start",
            (
                lambda gradient, x0, lr, steps: _reference(gradient, x0, lr, steps)[1:],
                lambda gradient, x0, lr, steps: _reference(gradient, x0, lr, steps + 1)[1:],
            ),
            "Your first row is already a step away. The path begins at x0.",
        ),
        Misconception(
            "only the last point",
            lambda gradient, x0, lr, steps: _reference(gradient, x0, lr, steps)[-1],
            "You return where the path ends. The exercise asks for all of it: one row for each point.",
        ),
        Misconception(
            "always the gradient at the start",
            _by(lambda gradient, x, lr, t, x0: x - lr * gradient(x0)),
            "Your steps are all alike: the gradient is taken at x0 each time. Take it where the path has got to.",
        ),
        Misconception(
            "every step from the start",
            (
                _by(lambda gradient, x, lr, t, x0: x0 - lr * gradient(x)),
                _by(lambda gradient, x, lr, t, x0: x0 - lr * gradient(x0)),
            ),
            "Each of your points is x0 minus something. A step starts where the last one ended.",
        ),
        Misconception(
            "no rate",
            _by(lambda gradient, x, lr, t, x0: x - gradient(x)),
            "The rate is missing: x − lr·gradient(x).",
        ),
        Misconception(
            "a rate that decays",
            (
                _by(lambda gradient, x, lr, t, x0: x - lr / (t + 1) * gradient(x)),
                _by(lambda gradient, x, lr, t, x0: x - lr / np.sqrt(t + 1) * gradient(x)),
                _by(lambda gradient, x, lr, t, x0: x - lr ** (t + 1) * gradient(x)),
            ),
            "Your steps shrink by a schedule. Here the rate stays as it is; steps shrink by themselves, with the "
            "gradient.",
        ),
        Misconception(
            "steps of equal length",
            (
                _by(lambda gradient, x, lr, t, x0: x - lr * _unit(gradient(x))),
                _by(lambda gradient, x, lr, t, x0: x - lr * np.sign(gradient(x))),
            ),
            "You keep only the direction (or the signs) of the gradient. Its length matters: a step is long where "
            "f is steep, and shrinks near a minimum.",
            symptom=_equal_lengths,
        ),
        Misconception(
            "one entry after another",
            _by(_entry_by_entry),
            "You change x entry by entry and ask for the gradient in between. One step changes all entries at once, "
            "by the gradient at one point.",
        ),
        Misconception(
            "cut to whole numbers",
            _whole_numbers,
            "For whole numbers your path is cut to whole numbers: an array made like x0 takes over its integer "
            "dtype. Ask for `dtype=float`.",
        ),
        Misconception(
            "one column for each point",
            lambda gradient, x0, lr, steps: _reference(gradient, x0, lr, steps).T,
            "Your path is (d, steps + 1). Points are rows: (steps + 1, d).",
        ),
        Misconception(
            "the steps instead of the points",
            (
                lambda gradient, x0, lr, steps: np.diff(_reference(gradient, x0, lr, steps), axis=0),
                lambda gradient, x0, lr, steps: np.diff(
                    _reference(gradient, x0, lr, steps), axis=0, prepend=0 * x0[None]
                ),
            ),
            "You return the differences between the points. The path holds the points themselves.",
        ),
    ),
    hints=(
        "The gradient points uphill. Where does the next step start, and at which point is its gradient taken?",
        "x_0 = x0, x_t+1 = x_t − lr·∇f(x_t) for t = 0, …, steps − 1: steps + 1 rows of d numbers.",
        "`path = [x0]`, then in a loop `path.append(path[-1] - lr * ___)`; at the end `np.array(path)`.",
    ),
    explanation=(
        "Gradient descent uses only the slope at its current point, for a whole step. In a bowl of curvature λ each "
        "step multiplies the distance to the minimum by 1 − lr·λ. If this factor is below 0, the path jumps across the "
        "minimum; if it is below −1, the path diverges, as in one of the cases. You need the whole path to see this."
    ),
)
