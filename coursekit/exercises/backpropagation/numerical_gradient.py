"""Exercise 03.1: the gradient by central differences."""

import numpy as np

from coursekit.exercises.backpropagation.inputs import nonzero
from coursekit.exercises.engine.callables import Named
from coursekit.exercises.engine.draws import sizes, strided, transposed
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property

CUBES, LOG_SUM, ROWS = Named("sum_of_cubes"), Named("log_sum_exp"), Named("sum_of_row_products")


def _vectors(rng):
    n, m = sizes(rng)
    return [
        (CUBES, nonzero(rng, 2), 0.5),
        (CUBES, nonzero(rng, n), 0.1),
        (LOG_SUM, nonzero(rng, m), 0.5),
        (LOG_SUM, nonzero(rng, n), 1e-4),
    ]


def _matrices(rng):
    n, m = sizes(rng)
    return [
        (CUBES, nonzero(rng, (2, 3)), 0.5),
        (ROWS, nonzero(rng, (3, 2)), 0.5),
        (LOG_SUM, nonzero(rng, (n, m)), 0.2),
        (LOG_SUM, nonzero(rng, (m, n)), 1e-4),
    ]


def _awkward(rng):
    """Whole numbers, one entry, views, three axes."""
    n, m = sizes(rng)
    return [
        (CUBES, rng.permutation([-3, -1, 2, 4]), 0.5),
        (LOG_SUM, rng.permutation([-1, 0, 1, 2, 3, 1]).reshape(2, 3), 0.2),
        (CUBES, nonzero(rng, 1), 0.5),
        (ROWS, transposed(nonzero(rng, (n, m))), 1e-4),
        (LOG_SUM, strided(nonzero(rng, (m, n))), 0.1),
        (CUBES, nonzero(rng, (2, 3, 4)), 0.2),
    ]


def numerical_gradient(f, x, h):
    """The gradient of f at x by central differences: (f(x + h e_i) - f(x - h e_i)) / 2h.

    e_i is 1 at entry i and 0 elsewhere.

    f: a function that takes an array of x's shape and returns a number
    x: an array of any shape, left exactly as it was; h: the step, above 0
    Returns an array of x's shape.
    """
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


def _reference(f, x, h):
    """All neighbors of x at once, a row of the identity away."""
    steps = h * np.eye(x.size).reshape(x.size, *x.shape)
    slopes = [(f(x + step) - f(x - step)) / (2 * h) for step in steps]
    return np.array(slopes).reshape(x.shape)


def _by_entry(slope):
    """A gradient from slope(f, x, step, h), where step is h at one entry and 0 elsewhere."""

    def wrong(f, x, h):
        steps = h * np.eye(x.size).reshape(x.size, *x.shape)
        return np.reshape([slope(f, x, step, h) for step in steps], x.shape)

    return wrong


def _with_step(changed):
    """Central differences with the step changed(x, h) instead of h."""
    return lambda f, x, h: numerical_gradient(f, x, changed(x, h))


def _never_put_back(f, x, h):
    x, gradient = x.astype(float), np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        gradient[i] = (above - f(x)) / (2 * h)
    return gradient


def _put_back_half(f, x, h):
    """From x + h back to x only, and then on to the next entry from there: the difference is one-sided."""
    x, gradient = x.astype(float), np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += h
        above = f(x)
        x[i] -= h
        gradient[i] = (above - f(x)) / (2 * h)
    return gradient


def _whole_steps(f, x, h):
    """Writes x ± h into an array of x's dtype: whole numbers stay whole."""
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i], down[i] = x[i] + h, x[i] - h
        gradient[i] = (f(up) - f(down)) / (2 * h)
    return gradient


def _whole_gradient(f, x, h):
    gradient = np.zeros_like(x)
    gradient[...] = numerical_gradient(f, x, h)
    return gradient


def _row_by_row(f, x, h):
    gradient = np.zeros(x.shape)
    for i in range(len(x)):
        up, down = x.astype(float), x.astype(float)
        up[i] += h
        down[i] -= h
        gradient[i] = (f(up) - f(down)) / (2 * h)
    return gradient


def _by_flat(flat_of):
    """Moves the entries of flat_of(x): if that is a copy, x itself never moves."""

    def wrong(f, x, h):
        x = np.array(x, dtype=float)
        flat, gradient = flat_of(x), []
        for i, kept in enumerate(flat.tolist()):
            flat[i] = kept + h
            above = f(x)
            flat[i] = kept - h
            gradient.append((above - f(x)) / (2 * h))
            flat[i] = kept
        return np.reshape(gradient, x.shape)

    return wrong


def _flat_argument(f, x, h):
    return np.reshape(numerical_gradient(f, x.ravel(), h), x.shape)


def _shifts_add_up(f, x, h):
    slopes, up, down = np.zeros(x.shape), np.array(x, float), np.array(x, float)
    for i in np.ndindex(x.shape):
        up[i] += h
        down[i] -= h
        slopes[i] = (f(up) - f(down)) / (2 * h)
    return slopes


EXERCISE = Exercise(
    id="03.1",
    points=3,
    returns="gradient",
    solution=numerical_gradient,
    reference=_reference,
    properties=(
        Property("the central difference of each entry of a vector, at steps large and small", 1, _vectors),
        Property("the same for matrices", 1, _matrices),
        Property("whole numbers, one entry, views, three axes", 1, _awkward),
    ),
    misconceptions=(
        Misconception(
            "moves all entries at once",
            (
                lambda f, x, h: np.full(x.shape, (f(x + h) - f(x - h)) / (2 * h)),
                lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
            ),
            "`x + h` moves every entry, so you get one slope, along the diagonal. For ∂f/∂x_i move entry i "
            "alone and leave the others.",
        ),
        Misconception(
            "forward difference",
            _by_entry(lambda f, x, step, h: (f(x + step) - f(x)) / h),
            "You look to one side only, so the error is of the order h. Look at x + h and at x − h: the error "
            "of the two-sided slope is of the order h².",
        ),
        Misconception(
            "backward difference",
            _by_entry(lambda f, x, step, h: (f(x) - f(x - step)) / h),
            "You look to one side only, backward. Look at x + h as well: the error falls from order h to h².",
        ),
        Misconception(
            "divides by h",
            _by_entry(lambda f, x, step, h: (f(x + step) - f(x - step)) / h),
            "From x − h to x + h the entry has moved by 2h: divide by that.",
        ),
        Misconception(
            "one-sided, over 2h",
            (_by_entry(lambda f, x, step, h: (f(x + step) - f(x)) / (2 * h)), _put_back_half),
            "You divide by 2h, but your two points are only h apart: the second one is x, not x − h.",
        ),
        Misconception(
            "forgets to divide",
            (
                _by_entry(lambda f, x, step, h: f(x + step) - f(x - step)),
                _by_entry(lambda f, x, step, h: (f(x + step) - f(x - step)) / 2),
            ),
            "A difference is no slope yet: divide by how far the entry has moved, 2h.",
        ),
        Misconception(
            "divides without parentheses",
            _by_entry(lambda f, x, step, h: (f(x + step) - f(x - step)) / 2 * h),
            "`a / 2 * h` is (a/2)·h. Write `/ (2 * h)`.",
        ),
        Misconception(
            "a step of its own",
            tuple(_with_step(lambda x, h, k=k: 10.0**-k) for k in (3, 4, 5, 6, 7, 8)),
            "Your step does not depend on the argument h. Use the h that you are given: a gradient check has "
            "to choose it.",
        ),
        Misconception(
            "half the step",
            _with_step(lambda x, h: h / 2),
            "Your two points are x ± h/2. The exercise asks for x ± h, which are 2h apart.",
        ),
        Misconception(
            "a step relative to x",
            (
                lambda f, x, h: np.reshape(
                    [numerical_gradient(f, x, h * abs(v)).flat[i] for i, v in enumerate(x.flat)], x.shape
                ),
                lambda f, x, h: np.reshape(
                    [numerical_gradient(f, x, h * max(1, abs(v))).flat[i] for i, v in enumerate(x.flat)],
                    x.shape,
                ),
            ),
            "You scale the step by the size of the entry. Here every entry moves by h, as given.",
        ),
        Misconception(
            "does not put the entry back",
            _never_put_back,
            "After the first entry the array stays shifted, and the slopes of the others are taken elsewhere. "
            "Keep the old value and put it back, or start from a fresh copy each time.",
        ),
        Misconception(
            "steps of whole numbers",
            _whole_steps,
            "An integer array has no room for x + h: the step is cut off. Take a float copy first, "
            "`x.astype(float)`.",
        ),
        Misconception(
            "gradient cut to whole numbers",
            _whole_gradient,
            "`np.zeros_like(x)` takes over the integer dtype of x, so the slopes are cut to whole numbers. Use "
            "`np.zeros(x.shape)`.",
        ),
        Misconception(
            "moves whole rows",
            _row_by_row,
            "`for i in range(len(x))` runs over rows: x[i] is a whole row of a matrix. `np.ndindex(x.shape)` runs "
            "over all entries.",
        ),
        Misconception(
            "moves a flat copy",
            (_by_flat(np.ndarray.flatten), _by_flat(np.ravel)),
            "Where your gradient is 0, x itself has not moved: `flatten` always copies, `ravel` and `reshape` "
            "copy an array that is stored by columns. Write to `x[i]`, with i from `np.ndindex(x.shape)`.",
        ),
        Misconception(
            "hands f a flat array",
            _flat_argument,
            "f gets x flattened, but it may care about rows and columns. Hand it an array of x's shape.",
        ),
        Misconception(
            "hands f one entry only",
            lambda f, x, h: np.reshape([(f(v + h) - f(v - h)) / (2 * h) for v in x.flat], x.shape),
            "f sees a single number there. It is a function of the whole array: change one entry of it and hand "
            "over all.",
        ),
        Misconception(
            "loses the shape",
            lambda f, x, h: numerical_gradient(f, x, h).ravel(),
            "The slopes are right, but they are in one long row. A gradient has the shape of x.",
        ),
        Misconception(
            "opposite sign",
            _by_entry(lambda f, x, step, h: (f(x - step) - f(x + step)) / (2 * h)),
            "Yours is minus the gradient: subtract the value at x − h from the one at x + h.",
        ),
        Misconception(
            "size of the slope only",
            lambda f, x, h: np.abs(numerical_gradient(f, x, h)),
            "Your slopes are never negative. Where f falls, its derivative is below 0: no absolute value.",
        ),
        Misconception(
            "second derivative",
            _by_entry(lambda f, x, step, h: (f(x + step) - 2 * f(x) + f(x - step)) / h**2),
            "f(x + h) − 2f(x) + f(x − h) over h² is the curvature. The slope needs f(x + h) and f(x − h) only.",
        ),
        Misconception(
            "the shifts add up",
            _shifts_add_up,
            "After the first entry your copy stays shifted, so the slopes of the others are taken elsewhere. Start from a fresh copy for each entry.",
        ),
    ),
    hints=(
        "Why look to both sides? Expand f(x + h) and f(x − h) in powers of h: which terms cancel in the "
        "difference?",
        "∂f/∂x_i ≈ (f(x + h e_i) − f(x − h e_i)) / 2h, where e_i is 1 at entry i and 0 elsewhere, with the "
        "shape of x.",
        "`for i in np.ndindex(x.shape):` make `step = np.zeros(x.shape)`, set `step[i] = ___`, and call f "
        "twice.",
    ),
    explanation=(
        "The errors of the two sides cancel: what remains is of the order h². It cannot be made as small as you "
        "like, since round-off grows like 1/h, so the best h lies near 1e-5. Two calls of f for every weight "
        "make it useless for training, but it knows nothing of the chain rule, and that makes it an independent check."
    ),
    same_as=("check_gradient",),
)
