"""Exercise 07.4: how far the hidden units of a layer are from being clones."""

import numpy as np

from coursekit.exercises.engine.draws import strided, tenths, transposed
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property


def _near(rng, units, inputs, outputs):
    """A layer of near-clones: units differ by at most 0.4 in anything."""
    W_in = np.round(tenths(rng, inputs) + tenths(rng, (units, inputs), -0.2, 0.2), 1)
    b = np.round(tenths(rng, ()) + tenths(rng, units, -0.2, 0.2), 1)
    W_out = np.round(tenths(rng, (outputs, 1)) + tenths(rng, (outputs, units), -0.2, 0.2), 1)
    return W_in, b, W_out


def _apart(rng, units, inputs, outputs, where):
    """Near-clones, but for one pair of units with a large difference; the first unit is not one of them."""
    W_in, b, W_out = _near(rng, units, inputs, outputs)
    j, k = rng.permutation(np.arange(1, units))[:2]
    array = {"in": W_in, "b": b[:, None], "out": W_out.T}[where]  # views: one row per unit
    column = rng.integers(array.shape[1])
    middle = array[0, column]
    array[j, column], array[k, column] = np.round(middle + 2.3, 1), np.round(middle - 1.9, 1)
    return W_in, b, W_out


def _one_place(rng):
    return [
        _apart(rng, 3, 2, 4, "in"),
        _apart(rng, 3, 2, 1, "b"),
        _apart(rng, 4, 3, 2, "out"),
        _apart(rng, 6, 4, 3, "in"),
        _apart(rng, 5, 3, 2, "out"),
        _apart(rng, 6, 2, 3, "b"),
    ]


def _clones(rng, units, inputs, outputs):
    """Units without any difference; weights from different inputs, and to different outputs, differ."""
    row, column = rng.permutation(30)[:inputs] / 10, rng.permutation(30)[:outputs] / 10
    return np.tile(row, (units, 1)), np.full(units, 0.4), np.tile(column[:, None], units)


def _awkward(rng):
    """Clones, one unit, whole numbers, views."""
    W_in, b, W_out = _clones(rng, 4, 3, 2)
    spread = W_out + rng.permutation(4) / 10
    whole = rng.permutation(12).reshape(4, 3), rng.permutation(4), rng.permutation(8).reshape(2, 4)
    return [
        _clones(rng, 5, 3, 2),
        (tenths(rng, (1, 3)), tenths(rng, 1), tenths(rng, (2, 1))),
        (W_in, b, spread),
        whole,
        tuple(map(strided, _apart(rng, 5, 2, 3, "in"))),
        (
            transposed(_apart(rng, 3, 2, 4, "in")[0]),
            tenths(rng, 3, -0.1, 0.1),
            transposed(tenths(rng, (4, 3))),
        ),
    ]


def symmetry_spread(W_in, b, W_out):
    """The largest difference between any two hidden units; 0 if all are clones of each other.

    W_in: incoming weights (n, m); b: biases (n,); W_out: outgoing weights (k, n), for n units
    Two units are compared in each incoming weight, in the bias, and in each outgoing weight.
    Returns a number.
    """
    spreads = [np.ptp(W_in, axis=0), np.ptp(b), np.ptp(W_out, axis=1)]
    return max(np.max(spread) for spread in spreads)


def _units(W_in, b, W_out):
    """All parameters of each hidden unit, one row per unit (n, m + 1 + k)."""
    return np.column_stack([W_in, b, np.transpose(W_out)])


def _reference(W_in, b, W_out):
    rows = _units(W_in, b, W_out).astype(float)
    return float(np.abs(rows[:, None, :] - rows[None, :, :]).max())


def _of(measure):
    """A wrong measure of the table of units (n, m + 1 + k)."""
    return lambda W_in, b, W_out: float(measure(_units(W_in, b, W_out).astype(float)))


def _pairs(distance):
    return _of(lambda u: max(distance(p - q) for p in u for q in u))


EXERCISE = Exercise(
    id="07.4",
    points=2,
    returns="spread",
    solution=symmetry_spread,
    reference=_reference,
    properties=(
        Property("the largest difference, wherever it is: incoming, bias or outgoing", 1, _one_place),
        Property("clones and single units have spread 0; whole numbers and views", 1, _awkward),
    ),
    misconceptions=(
        Misconception(
            "compares with the first unit only",
            (
                lambda W_in, b, W_out: max(
                    np.abs(W_in - W_in[0]).max(), np.abs(b - b[0]).max(), np.abs(W_out.T - W_out.T[0]).max()
                ),
                _of(lambda u: np.abs(u[0] - u[1 % len(u)]).max()),
            ),
            "You compare every unit with unit 0. Two others may be further apart from each other.",
        ),
        Misconception(
            "compares neighbors only",
            _of(lambda u: np.abs(np.diff(u, axis=0)).max(initial=0)),
            "You compare each unit with the next one. Any two count: largest minus smallest over all units.",
        ),
        Misconception(
            "forgets the outgoing weights",
            (
                lambda W_in, b, W_out: max(np.ptp(W_in, axis=0).max(), np.ptp(b)),
                lambda W_in, b, W_out: np.ptp(W_in, axis=0).max(),
            ),
            "Two units with the same incoming weights and bias still differ if the next layer listens to "
            "them differently: compare the columns of W_out too.",
        ),
        Misconception(
            "forgets the bias",
            lambda W_in, b, W_out: max(np.ptp(W_in, axis=0).max(), np.ptp(W_out, axis=1).max()),
            "Units that differ only in their bias are not clones: compare b too.",
        ),
        Misconception(
            "forgets the incoming weights",
            lambda W_in, b, W_out: max(np.ptp(b), np.ptp(W_out, axis=1).max()),
            "The incoming weights are missing: compare the rows of W_in, entry by entry.",
        ),
        Misconception(
            "outgoing rows in place of columns",
            lambda W_in, b, W_out: max(
                np.ptp(W_in, axis=0).max(), np.ptp(b), np.ptp(W_out, axis=0).max(initial=0)
            ),
            "A row of W_out belongs to an output. What hidden unit j sends out is column j, so compare along "
            "axis=1.",
        ),
        Misconception(
            "incoming columns in place of rows",
            lambda W_in, b, W_out: max(
                np.ptp(W_in, axis=1).max(), np.ptp(b), np.ptp(W_out, axis=1).max(initial=0)
            ),
            "You compare the weights within one unit. Those may differ in a layer of clones: compare the same "
            "entry of different rows.",
        ),
        Misconception(
            "differences within a unit",
            (
                lambda W_in, b, W_out: max(np.ptp(W_in), np.ptp(b), np.ptp(W_out)),
                _of(lambda u: np.ptp(u)),
                _of(lambda u: np.ptp(u, axis=1).max()),
                lambda W_in, b, W_out: max(
                    np.ptp(W_in, axis=1).max(), np.ptp(b), np.ptp(W_out, axis=0).max()
                ),
            ),
            "You compare weights of different inputs or outputs with each other. In a layer of clones those "
            "differ too; only the same place in different units counts.",
        ),
        Misconception(
            "a standard deviation",
            (_of(lambda u: u.std(axis=0).max()), _of(lambda u: u.var(axis=0).max())),
            "A standard deviation is 0 for clones as well, but the exercise asks for the largest difference "
            "between two units.",
        ),
        Misconception(
            "the distance between units",
            (
                _pairs(lambda d: np.sqrt(np.sum(d**2))),
                _pairs(lambda d: np.abs(d).sum()),
            ),
            "You add up the differences over all parameters. Each entry is compared on its own, and the "
            "largest difference is returned.",
        ),
        Misconception(
            "adds the three spreads",
            lambda W_in, b, W_out: np.ptp(W_in, axis=0).max() + np.ptp(b) + np.ptp(W_out, axis=1).max(),
            "You add the spreads of W_in, b and W_out. The largest of the three is asked for.",
        ),
        Misconception(
            "an average difference",
            (
                _of(lambda u: np.ptp(u, axis=0).mean()),
                _of(lambda u: np.abs(u - u.mean(axis=0)).mean()),
                _of(lambda u: np.abs(u - u.mean(axis=0)).max()),
            ),
            "You average, or compare with the average unit. Take the largest difference between any two units.",
        ),
        Misconception(
            "the smallest spread",
            (
                _of(lambda u: np.ptp(u, axis=0).min()),
                lambda W_in, b, W_out: min(
                    np.ptp(W_in, axis=0).max(), np.ptp(b), np.ptp(W_out, axis=1).max()
                ),
            ),
            "One agreeing parameter does not make clones: all have to agree, so the largest difference counts.",
        ),
        Misconception(
            "true/false in place of a number",
            _of(lambda u: float(np.ptp(u, axis=0).max() == 0)),
            "You say whether they are clones. The exercise asks how far they are from it: a number, 0 for "
            "clones.",
        ),
        Misconception(
            "the smallest difference",
            _of(lambda u: min((np.abs(p - q).max() for i, p in enumerate(u) for q in u[:i]), default=0.0)),
            "You return the difference of the two units that are most alike. The largest difference between any two is asked for.",
        ),
        Misconception(
            "differences with their sign",
            _of(
                lambda u: (
                    max((np.max(p - q) for i, p in enumerate(u) for q in u[i + 1 :]), default=0.0)
                    if len(u) > 1
                    else 0.0
                )
            ),
            "You subtract later units from earlier ones and keep the sign, so the differences in the other direction are lost. Take absolute values.",
        ),
    ),
    hints=(
        "If you swapped two hidden units, which three groups of numbers would change places?",
        "For each parameter of a unit: largest minus smallest over the n units. Rows of W_in (n, m), b (n,), "
        "columns of W_out (k, n).",
        "`np.ptp(W_in, axis=0)` holds the spread of each incoming weight; likewise b and `np.ptp(W_out, ___)`; "
        "then the largest of all.",
    ),
    explanation=(
        "Units with the same row, bias and column get the same gradients, so every step leaves them equal, and "
        "a hundred clones are no better than one unit. Your number shows whether the units have separated. In exact "
        "arithmetic it stays 0 forever. In floating point a matrix product may round two equal sums differently, "
        "and then the units can separate."
    ),
)
