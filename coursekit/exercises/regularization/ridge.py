"""Exercise 04.5: ridge regression with a free intercept."""

import numpy as np

from coursekit.exercises.engine.draws import strided, tenths, transposed
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property


def _case(rng, m, n, lam):
    """m examples of n inputs and targets, both far from centered."""
    return tenths(rng, (m, n)) + rng.integers(1, 4, n), tenths(rng, m) + 5, lam


def _ordinary(rng):
    return [_case(rng, 4, 2, 1.5), _case(rng, 9, 4, 0.7), _case(rng, 12, 3, 5.0)]


def _edges(rng):
    """λ = 0, one input, more inputs than examples, whole numbers, views."""
    x, y, lam = _case(rng, 8, 3, 2.0)
    return [
        _case(rng, 15, 3, 0.0),
        _case(rng, 6, 1, 0.5),
        _case(rng, 3, 5, 2.5),
        (np.array([[1, 2], [3, 1], [4, 4], [2, 6], [5, 3]]), np.array([1, 4, 6, 3, 9]), 2),
        (strided(x), y, lam),
        (transposed(x), strided(y), lam),
    ]


def _large(rng):
    """So strong a penalty that w is nearly 0 and b nearly the mean, which a penalized b would not be."""
    return [_case(rng, 5, 2, 50.0), _case(rng, 7, 3, 100.0)]


def ridge(x, y, lam):
    """The (w, b) that minimizes (1/2m) ‖x w + b - y‖² + (λ/2m) ‖w‖²; b is not penalized.

    x: inputs (m, n); y: targets (m,); lam: λ, at least 0
    Returns (w, b): an array (n,) and a number.
    """
    x_mean, y_mean = x.mean(axis=0), y.mean()
    x, y = x - x_mean, y - y_mean
    w = np.linalg.solve(x.T @ x + lam * np.eye(x.shape[1]), x.T @ y)
    return w, y_mean - x_mean @ w


def _centered(x, y, lam):
    """The means written out wherever they are needed."""
    xc = x - x.mean(axis=0)
    yc = y - y.mean()
    w = np.linalg.solve(xc.T @ xc + lam * np.eye(x.shape[1]), xc.T @ yc)
    return w, y.mean() - x.mean(axis=0) @ w


def _with_a_column_of_ones(x, y, lam):
    """The intercept as the weight of a column of ones, which has no penalty."""
    x1 = np.column_stack([x, np.ones(len(x))])
    penalty = lam * np.eye(x1.shape[1])
    penalty[-1, -1] = 0
    solution = np.linalg.solve(x1.T @ x1 + penalty, x1.T @ y)
    return solution[:-1], solution[-1]


def _reference(x, y, lam):
    """Least squares on rows that stand for the penalty: √λ w_j ≈ 0."""
    m, n = x.shape
    rows = np.block([[x, np.ones((m, 1))], [np.sqrt(lam) * np.eye(n), np.zeros((n, 1))]])
    solution = np.linalg.lstsq(rows, np.concatenate([y, np.zeros(n)]), rcond=None)[0]
    return solution[:-1], solution[-1]


def _solve(x, y, lam):
    """(xᵀx + λI)⁻¹xᵀy, without any centering."""
    return np.linalg.solve(x.T @ x + lam * np.eye(x.shape[1]), x.T @ y)


def _with_strength(strength):
    return lambda x, y, lam: ridge(x, y, strength(lam, *x.shape))


def _with_b(b):
    """The right w with another intercept, a function of x, y, w."""

    def wrong(x, y, lam):
        w, _ = ridge(x, y, lam)
        return w, b(x, y, w)

    return wrong


def _penalizes_the_intercept(x, y, lam):
    x1 = np.column_stack([x, np.ones(len(x))])
    w = np.linalg.solve(x1.T @ x1 + lam * np.eye(x1.shape[1]), x1.T @ y)
    return w[:-1], w[-1]


def _no_centering(b):
    """w from x and y as they are, and an intercept afterwards."""

    def wrong(x, y, lam):
        w = _solve(x, y, lam)
        return w, b(x, y, w)

    return wrong


def _standardizes(x, y, lam):
    w, _ = ridge((x - x.mean(axis=0)) / x.std(axis=0), y, lam)
    w = w / x.std(axis=0)
    return w, y.mean() - x.mean(axis=0) @ w


def _standardizes_for_good(x, y, lam):
    return ridge((x - x.mean(axis=0)) / x.std(axis=0), y, lam)


def _standardizes_half(x, y, lam):
    w, _ = _standardizes_for_good(x, y, lam)
    return w, y.mean() - x.mean(axis=0) @ w


def _l1_pull(x, y, lam):
    """Shrinks the least-squares solution as if the inputs were uncorrelated."""
    w, _ = ridge(x, y, 0.0)
    w = w / (1 + lam)
    return w, y.mean() - x.mean(axis=0) @ w


def _lam_everywhere(x, y, lam):
    centered = x - x.mean(axis=0)
    w = np.linalg.pinv(centered.T @ centered + lam) @ centered.T @ (y - y.mean())
    return w, y.mean() - x.mean(axis=0) @ w


EXERCISE = Exercise(
    id="04.5",
    points=4,
    returns=("w", "b"),
    solution=ridge,
    forms=(_centered, _with_a_column_of_ones),
    reference=_reference,
    properties=(
        Property("the weights", 1, _ordinary, "w"),
        Property("the intercept", 1, _ordinary, "b"),
        Property("a strong penalty leaves the intercept free", 1, _large),
        Property("λ = 0, one input, more inputs than examples, whole numbers and views", 1, _edges),
    ),
    misconceptions=(
        Misconception(
            "penalizes the intercept",
            _penalizes_the_intercept,
            "You penalize b as if it were a weight. Only ‖w‖² is penalized, so adding 10 to all y should add 10 "
            "to b and leave w unchanged.",
        ),
        Misconception(
            "no intercept",
            (_no_centering(lambda x, y, w: 0.0),),
            "Your b is always 0, so the prediction for x = 0 is 0. But b is a parameter too, so minimize over it "
            "as well.",
        ),
        Misconception(
            "intercept added afterwards",
            (
                _no_centering(lambda x, y, w: y.mean() - x.mean(axis=0) @ w),
                _no_centering(lambda x, y, w: y.mean()),
            ),
            "Your w is computed as if there were no intercept, so it has to make up for the missing intercept. Minimize "
            "over both: subtract the means of x and y first.",
        ),
        Misconception(
            "intercept of centered inputs",
            _with_b(lambda x, y, w: y.mean()),
            "Your b is ȳ, which is the intercept for centered inputs. For the original x it is b = ȳ − x̄·w.",
        ),
        Misconception(
            "forgets to undo the centering",
            _with_b(lambda x, y, w: 0.0),
            "Your b is 0, which is the intercept for centered data. What has to be added to x·w so that the mean "
            "of the predictions is the mean of y?",
        ),
        Misconception(
            "intercept without the mean of y",
            _with_b(lambda x, y, w: -x.mean(axis=0) @ w),
            "With b = −x̄·w the mean of the predictions is 0. It should be ȳ.",
        ),
        Misconception(
            "one intercept for each example",
            _with_b(lambda x, y, w: y - x @ w),
            "You return y − x·w, which is one number for each example. b is a single number, the mean of these.",
        ),
        Misconception(
            "one mean for all inputs",
            (
                _with_b(lambda x, y, w: y.mean() - x.mean() * w.sum()),
                lambda x, y, lam: (
                    _solve(x - x.mean(), y - y.mean(), lam),
                    y.mean() - x.mean() * _solve(x - x.mean(), y - y.mean(), lam).sum(),
                ),
            ),
            "`x.mean()` is one number for the whole matrix. Each input has its own mean, so use `x.mean(axis=0)`.",
        ),
        Misconception(
            "intercept with the wrong sign",
            (
                _with_b(lambda x, y, w: x.mean(axis=0) @ w - y.mean()),
                _with_b(lambda x, y, w: y.mean() + x.mean(axis=0) @ w),
            ),
            "A sign in your b is wrong. The mean of the predictions must be the mean of y, so ȳ = x̄·w + b. Solve "
            "this for b.",
        ),
        Misconception(
            "centers x only for the inverse",
            lambda x, y, lam: (
                (w := np.linalg.solve(np.cov(x.T, bias=True) * len(x) + lam * np.eye(x.shape[1]), x.T @ y)),
                y.mean() - x.mean(axis=0) @ w,
            ),
            "You center x in xᵀx but not in xᵀy. Center x once, before both products.",
        ),
        Misconception(
            "multiplies λ by m",
            _with_strength(lambda lam, m, n: lam * m),
            "You multiply λ by m. Both terms of the cost have the same factor 1/(2m), so it cancels, and the "
            "matrix is xᵀx + λI.",
        ),
        Misconception(
            "divides λ by m",
            _with_strength(lambda lam, m, n: lam / m),
            "You divide λ by m. Both terms of the cost have the same factor 1/(2m), so it cancels, and the matrix "
            "is xᵀx + λI.",
        ),
        Misconception(
            "a factor 2 at λ",
            (_with_strength(lambda lam, m, n: lam / 2), _with_strength(lambda lam, m, n: 2 * lam)),
            "Your λ has an extra factor of 2 or ½. In both terms the 2 from the derivative of the square cancels "
            "the ½, so the matrix is xᵀx + λI.",
        ),
        Misconception(
            "squares λ",
            _with_strength(lambda lam, m, n: lam**2),
            "You square λ. The matrix is xᵀx + λI, with λ itself.",
        ),
        Misconception(
            "ignores λ",
            lambda x, y, lam: (
                (w := np.linalg.lstsq(x - x.mean(axis=0), y - y.mean(), rcond=None)[0]),
                y.mean() - x.mean(axis=0) @ w,
            ),
            "Your result does not depend on λ, so it is least squares. Where does the derivative of (λ/2m)‖w‖² "
            "appear in your equations?",
        ),
        Misconception(
            "subtracts the penalty",
            _with_strength(lambda lam, m, n: -lam),
            "You subtract λI. The gradient of the penalty is added to the gradient of the loss, so the matrix is "
            "xᵀx + λI.",
        ),
        Misconception(
            "λ on every entry",
            lambda x, y, lam: (
                (
                    w := np.linalg.solve(
                        (x - x.mean(axis=0)).T @ (x - x.mean(axis=0)) + lam, (x - x.mean(axis=0)).T @ y
                    )
                ),
                y.mean() - x.mean(axis=0) @ w,
            ),
            "`x.T @ x + lam` adds λ to every entry of the matrix. The penalty changes only the diagonal, so add "
            "`lam * np.eye(n)`.",
        ),
        Misconception(
            "shrinks the least-squares solution",
            _l1_pull,
            "You divide the least-squares solution by 1 + λ. This is right only if xᵀx is the identity. In "
            "general each direction shrinks by its own factor, so solve the equations with xᵀx + λI.",
        ),
        Misconception(
            "standardizes the inputs",
            (_standardizes, _standardizes_for_good, _standardizes_half),
            "You divide the inputs by their standard deviations, which changes how much each weight is penalized. "
            "This is often a good idea, but it is a different problem. Here ‖w‖² is penalized for x as it is.",
        ),
        Misconception(
            "covariance instead of a sum",
            lambda x, y, lam: ridge(x, y, lam * (len(x) - 1)),
            "Your λ is multiplied by m − 1. This happens with `np.cov`, which divides by m − 1. Use the sums xᵀx "
            "and xᵀy, and add λI.",
        ),
        Misconception(
            "weights as a column",
            lambda x, y, lam: (ridge(x, y, lam)[0][:, None], ridge(x, y, lam)[1]),
            "You return w as a column of shape (n, 1). Return a vector of shape (n,).",
        ),
        Misconception(
            "intercept first",
            lambda x, y, lam: ridge(x, y, lam)[::-1],
            "You return b first. The order is `return w, b`.",
        ),
        Misconception(
            "λ added to every entry",
            lambda x, y, lam: _lam_everywhere(x, y, lam),
            "You add λ to every entry of xᵀx. Add it only on the diagonal, with `lam * np.eye(n)`.",
        ),
    ),
    hints=(
        "If every y grows by 10, what should happen to w, and what to b?",
        "Minimizing over b gives b = ȳ − x̄·w. Put that in: with x̃ = x − x̄ and ỹ = y − ȳ, "
        "(x̃ᵀx̃ + λI) w = x̃ᵀỹ, an n × n system.",
        "Subtract the means, then `w = np.linalg.solve(x.T @ x + ___, x.T @ y)` and "
        "`return w, y_mean - x_mean @ w`.",
    ),
    explanation=(
        "The penalty adds λ to every eigenvalue of x̃ᵀx̃, so a direction with eigenvalue s keeps the share "
        "s/(s + λ) of the least-squares coefficient. Where the inputs vary a lot, nearly everything is kept; "
        "where they hardly vary, nearly everything is removed. The system has exactly one solution for every "
        "λ > 0, even with more inputs than examples. b is not penalized, because otherwise the result would "
        "depend on where the scale of y has its 0."
    ),
)
