"""Exercise 06.5: the largest rate at which gradient descent is stable in a bowl."""

import numpy as np

from coursekit.exercises.engine.exercise import Exercise, Misconception, Property


def _bowl(rng, d):
    """A symmetric positive definite matrix (d, d) of tenths, not diagonal."""
    a = rng.integers(-3, 4, (d, d))
    a[0, -1] = 2
    return (a @ a.T + np.diag(rng.integers(1, 9, d))) / 10


def _plain(rng):
    return [
        (np.array([[3.0, 1.0], [1.0, 2.0]]),),
        (_bowl(rng, 3),),
        (_bowl(rng, int(rng.integers(4, 6))),),
        (_bowl(rng, 2), 0.0),
    ]


def _with_momentum(rng):
    return [(_bowl(rng, 2), 0.5), (_bowl(rng, 3), 0.9), (_bowl(rng, 4), float(rng.choice([0.3, 0.8])))]


def _not_bowls(rng):
    """Saddles with a positive diagonal, hills, a trough, slanted matrices; among them two bowls."""
    hill = -_bowl(rng, 2)
    return [
        (np.array([[2, 1], [1, 3]]), 0.9),
        (np.array([[0.5]]),),
        (np.array([[1.0, 3.0], [3.0, 2.0]]),),
        (np.diag([-4.0, 1.0, 2.0])[::-1, ::-1].copy(),),
        (hill,),
        (np.diag([2.0, 0.0]), 0.5),
        (np.array([[2.0, 1.0], [0.0, 3.0]]),),
        (np.array([[2.0, 0.0], [-1.5, 3.0]]), 0.5),
    ]


def largest_stable_rate(hessian, beta=0.0):
    """The rate up to which gradient descent with momentum beta converges on a quadratic bowl.

    hessian: the second derivatives (d, d), symmetric positive definite; beta: momentum, at least 0
    and below 1
    Returns a number: smaller rates converge from every start, and larger ones do not. ValueError
    unless hessian is symmetric positive definite.
    """
    if not np.allclose(hessian, hessian.T):
        raise ValueError("largest_stable_rate: the Hessian is not symmetric")
    eigenvalues = np.linalg.eigvalsh(hessian)  # in ascending order
    if eigenvalues[0] <= 0:
        raise ValueError("largest_stable_rate: the Hessian is not positive definite")
    return 2 * (1 + beta) / eigenvalues[-1]


def _is_bowl(hessian):
    return np.array_equal(hessian, hessian.T) and min(np.linalg.eigvals(hessian).real) > 0


def _reference(hessian, beta=0.0):
    if not _is_bowl(hessian):
        raise ValueError("no bowl")
    return float((2 + 2 * beta) / np.linalg.norm(hessian, 2))


def _guarded(f):
    """f where the Hessian is a bowl's."""

    def wrong(hessian, beta=0.0):
        _reference(hessian)
        return f(hessian, beta)

    return wrong


def _with(size):
    """2 (1 + beta) over another size of the matrix."""
    return _guarded(lambda hessian, beta: 2 * (1 + beta) / size(hessian))


def _lam(hessian):
    return np.linalg.eigvalsh(hessian)


def _if(condition, f):
    """f, with a ValueError where the condition fails."""

    def wrong(hessian, beta=0.0):
        if not condition(hessian):
            raise ValueError("refused")
        return f(hessian, beta)

    return wrong


def _largest(hessian, beta):
    return 2 * (1 + beta) / np.max(_lam(hessian))


def _symmetric(hessian):
    return np.array_equal(hessian, hessian.T)


EXERCISE = Exercise(
    id="06.5",
    points=3,
    returns="rate",
    solution=largest_stable_rate,
    reference=_reference,
    properties=(
        Property("the limit without momentum", 1, _plain),
        Property("the limit with momentum", 1, _with_momentum),
        Property("ValueError unless the Hessian is symmetric positive definite", 1, _not_bowls),
    ),
    misconceptions=(
        Misconception(
            "half of it",
            (
                lambda hessian, beta=0.0: (1 + beta) / np.max(np.linalg.eigvalsh(hessian)),
                _guarded(lambda hessian, beta: (1 + beta) / _lam(hessian)[-1]),
            ),
            "1/λmax is the rate that reaches the bottom of the steepest direction in one step. The step may overshoot: "
            "|1 − lr·λ| stays below 1 up to lr = 2/λ.",
        ),
        Misconception(
            "the smallest eigenvalue",
            _with(lambda h: _lam(h)[0]),
            "The flattest direction bears the largest rate, but the steepest one breaks first: λmax decides.",
        ),
        Misconception(
            "ignores the momentum",
            (
                _guarded(lambda hessian, beta: 2 / _lam(hessian)[-1]),
                lambda hessian, beta=0.0: 2 / _lam(hessian)[-1],
            ),
            "Your result does not depend on β. Momentum damps the oscillation across the bowl, so that larger rates "
            "are stable: by the factor 1 + β.",
        ),
        Misconception(
            "momentum makes it smaller",
            (
                _guarded(lambda hessian, beta: 2 * (1 - beta) / _lam(hessian)[-1]),
                _guarded(lambda hessian, beta: 2 / (1 + beta) / _lam(hessian)[-1]),
            ),
            "Momentum lengthens the steps along the bowl, but across it successive steps oppose each other and it "
            "damps them. The limit grows, by 1 + β.",
        ),
        Misconception(
            "as if momentum scaled the rate",
            _guarded(lambda hessian, beta: 2 / (1 - beta) / _lam(hessian)[-1]),
            "1/(1 − β) is how much momentum lengthens steps that agree. At the limit of stability they alternate; the "
            "factor is 1 + β.",
        ),
        Misconception(
            "the best rate instead of the largest",
            _with(lambda h: _lam(h)[0] + _lam(h)[-1]),
            "2/(λmin + λmax) converges fastest. The largest stable rate is where the steepest direction stops "
            "converging.",
        ),
        Misconception(
            "the trace instead of the largest eigenvalue",
            _with(np.trace),
            "The trace is the sum of all eigenvalues. One of them alone decides: the largest.",
        ),
        Misconception(
            "reads the diagonal",
            (_with(lambda h: np.max(np.diag(h))), _with(np.max)),
            "The diagonal holds the curvatures along the axes; the steepest direction may lie between them. Take the "
            "eigenvalues.",
        ),
        Misconception(
            "a norm of the entries",
            (
                _with(np.linalg.norm),
                _with(lambda h: np.linalg.norm(h, np.inf)),
                _with(np.sum),
            ),
            "That is a bound on the largest eigenvalue, or less, but not the eigenvalue itself. (`np.linalg.norm(H)` "
            "is the root of the sum of squares.)",
        ),
        Misconception(
            "the determinant",
            _with(np.linalg.det),
            "The determinant is the product of all eigenvalues. The largest one alone decides.",
        ),
        Misconception(
            "multiplies by the eigenvalue",
            (
                _guarded(lambda hessian, beta: 2 * (1 + beta) * _lam(hessian)[-1]),
                _guarded(lambda hessian, beta: _lam(hessian)[-1]),
            ),
            "The steeper the bowl, the smaller the rate has to be: divide by λmax.",
        ),
        Misconception(
            "the root of the eigenvalue",
            _with(lambda h: np.sqrt(_lam(h)[-1])),
            "The factor of a step is 1 − lr·λ, with λ itself.",
        ),
        Misconception(
            "accepts a Hessian that is not symmetric",
            (
                lambda hessian, beta=0.0: (
                    2 * (1 + beta) / np.max(np.linalg.eigvals(hessian).real)
                    if min(np.linalg.eigvals(hessian).real) > 0
                    else _reference(hessian)
                ),
            ),
            "Second derivatives do not depend on the order, so a Hessian is symmetric. Refuse another matrix with a "
            "ValueError; `eigvalsh` would read one half of it and never notice.",
            symptom=lambda args, output: not _symmetric(args[0]),
        ),
        Misconception(
            "accepts a trough",
            _if(lambda h: _symmetric(h) and min(_lam(h)) >= 0, _largest),
            "An eigenvalue of 0 is a direction without curvature: there is no bottom to converge to. Positive definite "
            "means all eigenvalues above 0.",
        ),
        Misconception(
            "accepts hills and saddles",
            (
                _if(_symmetric, _largest),
                _if(lambda h: _symmetric(h) and np.min(np.diag(h)) > 0, _largest),
                _if(lambda h: _symmetric(h) and np.max(_lam(h)) > 0, _largest),
                _if(lambda h: _symmetric(h) and np.linalg.det(h) > 0, _largest),
            ),
            "With a negative eigenvalue there is a direction in which f falls for ever, and no rate converges. Look at "
            "the smallest eigenvalue (the diagonal or the determinant do not show it) and raise a ValueError.",
            symptom=lambda args, output: _symmetric(args[0]) and not _is_bowl(args[0]),
        ),
    ),
    hints=(
        "Without momentum, a step multiplies the distance in a direction of curvature λ by 1 − lr·λ. From which rate on "
        "does this distance grow? In which direction does that happen first, as you raise the rate?",
        "|1 − lr·λ| < 1 for all eigenvalues λ: lr < 2/λmax; with momentum lr < 2(1 + β)/λmax. Refuse H ≠ Hᵀ and λmin ≤ 0.",
        "`eigenvalues = np.linalg.eigvalsh(hessian)` (ascending), two checks that raise a ValueError, then "
        "`2 * (1 + beta) / eigenvalues[___]`.",
    ),
    explanation=(
        "The steepest direction limits the rate, and the flattest direction has to use the same rate. That is why a "
        "ravine, with λmax far above λmin, is slow. In a network the Hessian changes during training; lesson 06b measures "
        "how its largest eigenvalue comes close to this limit."
    ),
)
