"""Exercise 06.2: how many steps gradient descent needs in a bowl, without taking them."""

import numpy as np

from coursekit.exercises.engine.exercise import Exercise, Misconception, Property

WITHIN = 0.05  # of the exact number of steps, plus one step


def _start(rng, d, last, size):
    """A start whose entry `last` has this size and whose other entries are larger."""
    w0 = rng.integers(30, 60, d) / 10 * rng.choice([-1, 1], d)
    w0[last] = size * rng.choice([-1, 1])
    return w0


def _flat(rng):
    """The flattest direction arrives last; one case takes more than a hundred million steps."""
    gentle = np.array([rng.integers(8, 20) / 10, rng.integers(1, 6) / 100, 0.9])
    gentle = np.append(gentle, rng.integers(6, 12) / 10)[rng.permutation(4)]
    steep = np.array([rng.integers(40, 60) / 100, rng.integers(15, 20) / 10])
    long = np.array([1.2, rng.integers(1, 4) * 1e-8, 0.7])
    return [
        (steep, _start(rng, 2, 0, 1.0), 0.5, 1e-5),
        (gentle, _start(rng, 4, int(gentle.argmin()), rng.integers(5, 10) / 10), 0.5, 0.001),
        (long, _start(rng, 3, 1, 0.8), 1.0, 0.01),
    ]


def _steep(rng):
    """The steepest direction arrives last, since it overshoots at every step."""
    first = np.array([rng.integers(380, 390) / 100, rng.integers(60, 160) / 100])
    second = np.array([1.1, rng.integers(375, 390) / 100, rng.integers(80, 120) / 100])
    return [
        (first, _start(rng, 2, 0, 1.5), 0.5, 0.001),
        (second, _start(rng, 3, 1, 1.2), 0.5, 1e-4),
    ]


def _never(rng):
    """One direction keeps its distance, or grows."""
    return [
        (np.array([0.5, 4.0, 1.0]), _start(rng, 3, 1, 1.0), 0.5, 0.1),
        (np.array([rng.integers(45, 60) / 10, 1.0]), _start(rng, 2, 0, 1.0), 0.5, 0.01),
    ]


def predict_steps(eigenvalues, w0, lr, fraction):
    """How many steps of gradient descent on ½ Σ λ_i w_i² reduce the distance to a fraction.

    eigenvalues (d,): the curvatures λ_i, all above 0; w0 (d,): the start, no entry is 0
    lr: the rate; fraction: distance at the end over distance at the start, above 0 and below 1
    Returns a number, right within 5 %; np.inf if a direction does not shrink.
    """
    factors = abs(1 - lr * eigenvalues)
    last = np.argmax(factors)  # the direction that arrives last
    if factors[last] >= 1:
        return np.inf
    share = abs(w0[last]) / np.linalg.norm(w0)  # of the distance at the start
    return np.log(fraction / share) / np.log(factors[last])


def _reference(eigenvalues, w0, lr, fraction):
    """The exact number of steps, by bisection of the distance."""
    factors = abs(1 - lr * eigenvalues)
    if max(factors) >= 1:
        return np.inf

    def left(t):
        return np.linalg.norm(w0 * factors**t) / np.linalg.norm(w0)

    low, high = 0, 1
    while left(high) > fraction:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if left(middle) > fraction else (low, middle)
    return float(high)


def _law(args, output):
    """What is wrong with a number of steps, or None if it is right within 5 %."""
    if np.size(output) != 1:
        return f"it returns an array of shape {np.shape(output)} instead of one number of steps"
    said, exact = float(np.squeeze(output)), _reference(*args)
    if np.isinf(exact):
        return None if said == exact else f"it returns {said:.4g}, but one direction does not shrink: np.inf"
    if abs(said - exact) <= WITHIN * exact + 1:  # not so for nan
        return None
    return f"it returns {said:.4g} steps, but {exact:.4g} are needed"


def _by(factor_of, share_of=None, times=1.0):
    """Another number: with the factor of another direction, another share, or a multiple of the steps."""

    def wrong(eigenvalues, w0, lr, fraction):
        factors = abs(1 - lr * eigenvalues)
        last = factor_of(eigenvalues, factors)
        if max(factors) >= 1:
            return np.inf
        share = share_of(w0, last) if share_of else abs(w0[last]) / np.linalg.norm(w0)
        return times * np.log(fraction / share) / np.log(factors[last])

    return wrong


def _flattest(eigenvalues, w0, lr, fraction):
    if max(abs(1 - lr * eigenvalues)) >= 1:
        return np.inf
    last = np.argmin(eigenvalues)
    share = abs(w0[last]) / np.linalg.norm(w0)
    return np.log(fraction / share) / np.log(abs(1 - lr * eigenvalues[last]))


def _last(eigenvalues, factors):
    return np.argmax(factors)


def _whole(w0, last):
    return 1.0


def _exponential(eigenvalues, w0, lr, fraction):
    last = np.argmax(abs(1 - lr * eigenvalues))
    if abs(1 - lr * eigenvalues[last]) >= 1:
        return np.inf
    return np.log(abs(w0[last]) / np.linalg.norm(w0) / fraction) / (lr * eigenvalues[last])


def _upside_down(eigenvalues, w0, lr, fraction):
    steps = predict_steps(eigenvalues, w0, lr, fraction)
    return steps if np.isinf(steps) else 1 / steps


def _no_guard(eigenvalues, w0, lr, fraction):
    factor = max(abs(1 - lr * eigenvalues))
    share = abs(w0[np.argmax(abs(1 - lr * eigenvalues))]) / np.linalg.norm(w0)
    return np.log(fraction / share) / (np.log(factor) or 1e-300)


EXERCISE = Exercise(
    id="06.2",
    points=4,
    returns="number of steps",
    solution=predict_steps,
    reference=_reference,
    properties=(
        Property("where the flattest direction arrives last", 2, _flat, law=_law),
        Property("where the steepest direction arrives last", 1, _steep, law=_law),
        Property(
            "infinite where a direction never arrives",
            1,
            _never,
            law=_law,
            special="rates that are too large",
        ),
    ),
    misconceptions=(
        Misconception(
            "always the flattest direction",
            (
                _flattest,
                _by(lambda eigenvalues, factors: np.argmin(eigenvalues), _whole),
            ),
            "At a large rate the steepest direction can be the last one: its factor 1 − ηλ is near −1, and it jumps from "
            "side to side. Compare the sizes of the factors, |1 − ηλ|, and not the curvatures.",
        ),
        Misconception(
            "the fastest direction",
            _by(lambda eigenvalues, factors: np.argmin(factors)),
            "You take the direction that arrives first. The distance is only small when the last one has arrived.",
        ),
        Misconception(
            "always the steepest direction",
            _by(lambda eigenvalues, factors: np.argmax(eigenvalues)),
            "The steepest direction decides whether the walk converges. How long it takes depends on the direction whose "
            "factor |1 − ηλ| is closest to 1; at small rates that is the flattest one.",
        ),
        Misconception(
            "as if the start were in the last direction alone",
            _by(_last, _whole),
            "Your number is right for a start that lies entirely in the last direction. Here only a part of the distance "
            "does, |w0_i|/‖w0‖, and only this part has to shrink to the fraction.",
        ),
        Misconception(
            "the cost in place of the distance",
            (_by(_last, times=0.5), _by(_last, _whole, times=0.5)),
            "Half of the steps: that is when the cost, which is quadratic in the distance, has fallen to the fraction.",
        ),
        Misconception(
            "e to the power −ηλ as the factor",
            _exponential,
            "(1 − ηλ)ᵗ is close to e^(−ηλt) only while ηλ is small. The factor itself gives ln|1 − ηλ|.",
        ),
        Misconception(
            "the logarithms upside down",
            _upside_down,
            "Your number is one over the right one. From factorᵗ = fraction follows t = ln(fraction)/ln(factor).",
        ),
        Misconception(
            "never infinite",
            _no_guard,
            "If a factor |1 − ηλ| is 1 or more, this direction never arrives: return np.inf.",
        ),
    ),
    hints=(
        "In one direction the distance after t steps is |1 − ηλ|ᵗ times that of the start. In which direction is it "
        "largest at the end?",
        "Take the direction with the largest |1 − ηλ|. Its share of the distance at the start is |w0_i|/‖w0‖, so solve "
        "share · factorᵗ = fraction for t.",
        "`factors = abs(1 - lr * eigenvalues)`, `last = np.argmax(factors)`, np.inf if that factor is at least 1, "
        "else `np.log(___ / share) / np.log(factors[last])`.",
    ),
    explanation=(
        "The number of steps is a ratio of logarithms: that of the total reduction, divided by that of one step's factor. "
        "At small rates ln(1 − ηλ) is about −ηλ, so the number of steps grows like 1/(ηλ_min). Doubling the rate therefore "
        "halves the number of steps, until the steepest direction becomes the slowest one. At the best rate for a "
        "condition number κ, a reduction by a factor of e takes about κ/2 steps."
    ),
)
