"""Exercise 07.2: initial weights whose scale fits the layer."""

import numpy as np

from coursekit.exercises.engine.callables import Rng
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property

SIGMAS = 6  # how far a statistic of right draws may lie from its expectation


def _asked(scheme):
    def draw(rng):
        """Thousands of weights, so that their spread is sharp; far from square both ways; one input.

        The first sizes come three times: twice with an equal generator, and with another one.
        """
        sizes = [(30, 210), (240, 40), (int(rng.integers(50, 60)), int(rng.integers(150, 200))), (1, 3000)]
        cases = [(m, n, scheme, Rng(int(rng.integers(2**31)))) for m, n in sizes]
        return [cases[0], (*cases[0][:3], Rng(cases[0][3].seed + 1)), *cases]

    return draw


def _variance(fan_in, fan_out, scheme):
    return {"glorot": 2 / (fan_in + fan_out), "he": 2 / fan_in, "heuristic": 1 / (3 * fan_in)}[scheme]


def _complaint(args, output):
    """What is wrong with weights, or None: their shape, mean, variance and kind of distribution."""
    fan_in, fan_out, scheme, _ = args
    W = np.asarray(output, dtype=float)
    if W.shape != (fan_out, fan_in):
        kind = "one number" if W.ndim == 0 else f"an array of shape {W.shape}"
        return f"the weights are {kind} instead of (fan_out, fan_in) = {(fan_out, fan_in)}"
    variance, size = _variance(fan_in, fan_out, scheme), W.size
    if not np.isfinite(W).all():
        return "some weights are not finite"
    if abs(W.mean()) > SIGMAS * np.sqrt(variance / size):
        return f"the mean of the {size} weights is {W.mean():.3g}; it should be near 0"
    if abs(W.var() / variance - 1) > SIGMAS * np.sqrt(2 / size):
        return f"the variance of the {size} weights is {W.var():.3g}; it should be near {variance:.3g}"
    if len(np.unique(W)) < 0.9 * size:
        return f"only {len(np.unique(W))} of the {size} weights are different"
    largest = np.abs(W).max() / np.sqrt(variance)  # √3 = 1.73 for a uniform, beyond 2.5 for a normal
    if scheme == "heuristic" and largest > 1.74:
        return f"a weight is {np.abs(W).max():.3g}, outside ±1/√fan_in = ±{1 / np.sqrt(fan_in):.3g}"
    if scheme != "heuristic" and largest < 2.5:
        return (
            f"no weight is beyond {np.abs(W).max():.3g}, {largest:.3g} standard deviations; thousands of normal draws "
            "reach further, so these look uniform"
        )
    return None


def initialize(fan_in, fan_out, scheme, rng):
    """Initial weights of a layer with fan_in inputs and fan_out units.

    scheme: "glorot" (normal, variance 2/(fan_in + fan_out)), "he" (normal, variance 2/fan_in) or
    "heuristic" (uniform between -1/sqrt(fan_in) and 1/sqrt(fan_in))
    rng: the np.random.Generator to draw from
    Returns an array (fan_out, fan_in).
    """
    shape = (fan_out, fan_in)
    if scheme == "glorot":
        return rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), shape)
    if scheme == "he":
        return rng.normal(0, np.sqrt(2 / fan_in), shape)
    limit = 1 / np.sqrt(fan_in)
    return rng.uniform(-limit, limit, shape)


def _reference(fan_in, fan_out, scheme, rng):
    sd = np.sqrt(_variance(fan_in, fan_out, scheme))
    if scheme == "heuristic":
        return sd * np.sqrt(3) * (2 * rng.random((fan_out, fan_in)) - 1)
    return sd * rng.standard_normal((fan_out, fan_in))


def _scaled(normal_sd=None, limit=None):
    """The right draws but with another standard deviation for "glorot" and "he", or limit for "heuristic"."""

    def wrong(fan_in, fan_out, scheme, rng):
        W = _reference(fan_in, fan_out, scheme, rng)
        sd = np.sqrt(_variance(fan_in, fan_out, scheme))
        if scheme == "heuristic":
            return W if limit is None else W / (sd * np.sqrt(3)) * limit(fan_in, fan_out)
        return W if normal_sd is None else W / sd * normal_sd(fan_in, fan_out, scheme)

    return wrong


def _spread(wrong):
    """A symptom: the output has the shape and the spread of what this wrong function draws, and mean 0."""

    def symptom(args, output):
        want, got = np.asarray(wrong(*args)), np.asarray(output, dtype=float)
        near = abs(got.mean()) <= SIGMAS * got.std() / np.sqrt(got.size)
        return got.shape == want.shape and near and abs(got.var() / want.var() - 1) < 0.3

    return symptom


def _mistake(name, wrong, says, symptom=None):
    """wrong: a function, or several whose outputs are those of the first where they are wrong."""
    return Misconception(
        name, wrong, says, symptom or _spread(wrong[0] if isinstance(wrong, tuple) else wrong)
    )


_by_units = _scaled(lambda m, n, scheme: np.sqrt(_variance(n, m, scheme)), lambda m, n: 1 / np.sqrt(n))
_EXCHANGED = {"glorot": "he", "he": "glorot", "heuristic": "heuristic"}


def _names_exchanged(fan_in, fan_out, scheme, rng):
    return _reference(fan_in, fan_out, _EXCHANGED[scheme], rng)


def _variance_for_sd(fan_in, fan_out, scheme, rng):
    if scheme == "heuristic":
        return rng.uniform(-(fan_in**-0.5), fan_in**-0.5, (fan_out, fan_in))
    return rng.normal(0, 2 / fan_in if scheme == "he" else 2 / (fan_in + fan_out), (fan_out, fan_in))


def _uniform_for_normal(fan_in, fan_out, scheme, rng):
    limit = np.sqrt(3 * _variance(fan_in, fan_out, scheme))
    return rng.uniform(-limit, limit, (fan_out, fan_in))


def _normal_for_uniform(fan_in, fan_out, scheme, rng):
    return rng.normal(0, np.sqrt(_variance(fan_in, fan_out, scheme)), (fan_out, fan_in))


def _shape_transposed(fan_in, fan_out, scheme, rng):
    return _reference(fan_in, fan_out, scheme, rng).T


def _one_row(fan_in, fan_out, scheme, rng):
    return np.tile(_reference(fan_in, 1, "he", rng), (fan_out, 1)) * np.sqrt(
        _variance(fan_in, fan_out, scheme) * fan_in / 2
    )


def _absolute(fan_in, fan_out, scheme, rng):
    return np.abs(_reference(fan_in, fan_out, scheme, rng))


def _half_uniform(fan_in, fan_out, scheme, rng):
    W = _reference(fan_in, fan_out, scheme, rng)
    return rng.random((fan_out, fan_in)) / np.sqrt(fan_in) if scheme == "heuristic" else W


def _bell(W):
    """Whether some |W| is beyond 2.5 standard deviations, as normal draws are and uniform ones cannot be."""
    return np.abs(W).max() > 2.5 * W.std()


def _right_spread(args, output):
    fan_in, fan_out, scheme, _ = args
    same_shape = np.shape(output) == (fan_out, fan_in)
    return same_shape and abs(np.var(output) / _variance(fan_in, fan_out, scheme) - 1) < 0.3


EXERCISE = Exercise(
    id="07.2",
    points=3,
    returns="weights",
    solution=initialize,
    reference=_reference,
    properties=(
        Property('"glorot": normal, variance 2/(fan_in + fan_out)', 1, _asked("glorot"), law=_complaint),
        Property('"he": normal, variance 2/fan_in', 1, _asked("he"), law=_complaint),
        Property('"heuristic": uniform within ±1/√fan_in', 1, _asked("heuristic"), law=_complaint),
    ),
    misconceptions=(
        _mistake(
            "the variance passed as standard deviation",
            _variance_for_sd,
            "`rng.normal(mean, scale)` expects the standard deviation, the root of the variance. Your weights "
            "are far too small, and so will every gradient be.",
        ),
        _mistake(
            "fan_out in place of fan_in",
            (
                _by_units,
                lambda m, n, scheme, rng: (_by_units if scheme == "he" else _reference)(m, n, scheme, rng),
                lambda m, n, scheme, rng: (_reference if scheme == "he" else _by_units)(m, n, scheme, rng),
            ),
            "Your scale follows the number of units. A unit's sum z has fan_in terms, so its variance grows "
            "with fan_in, and this is what the scale has to undo.",
        ),
        _mistake(
            "shape (fan_in, fan_out)",
            _shape_transposed,
            "The scale is right, but W is (fan_out, fan_in): a row for each unit, a column for each input.",
        ),
        _mistake(
            "he and glorot exchanged",
            _names_exchanged,
            "Your he has the variance of glorot, and the other way round: he is 2/fan_in, glorot 2/(fan_in + fan_out).",
        ),
        _mistake(
            "variance 1/fan_in for he",
            _scaled(
                lambda m, n, scheme: np.sqrt(1 / m if scheme == "he" else 2 / (m + n)),
            ),
            "1/fan_in keeps the variance of linear units. A ReLU sets half of its inputs to 0, so he doubles "
            "it: 2/fan_in.",
        ),
        _mistake(
            "variance 1/(fan_in + fan_out) for glorot",
            _scaled(
                lambda m, n, scheme: np.sqrt(2 / m if scheme == "he" else 1 / (m + n)),
            ),
            "1/(fan_in + fan_out) is half of what glorot asks for: the average of fan_in and fan_out is "
            "(fan_in + fan_out)/2, so the variance is 2/(fan_in + fan_out).",
        ),
        _mistake(
            "the uniform's limit passed as standard deviation",
            _scaled(
                lambda m, n, scheme: np.sqrt(3 * _variance(m, n, scheme)),
            ),
            "√(6/(fan_in + fan_out)) and √(6/fan_in) are limits of a uniform with the right variance. For "
            "normal draws pass the standard deviation, smaller by √3.",
            lambda args, output: (
                _bell(np.asarray(output))
                and _spread(_scaled(lambda m, n, scheme: np.sqrt(3 * _variance(m, n, scheme))))(args, output)
            ),
        ),
        _mistake(
            "uniform draws where normal ones are asked for",
            (
                _uniform_for_normal,
                lambda *args: (_uniform_for_normal if args[2] == "glorot" else _reference)(*args),
                lambda *args: (_uniform_for_normal if args[2] == "he" else _reference)(*args),
            ),
            "Your draws are uniform, and their variance is right. This is a legitimate choice: Glorot & Bengio (2010) "
            "proposed exactly such a draw, between ±√(6/(fan_in + fan_out)), and the error signal does not notice the "
            "difference. Only this exercise asks for normal draws, with the same variance.",
            lambda args, output: _right_spread(args, output) and not _bell(np.asarray(output)),
        ),
        _mistake(
            "normal draws for heuristic",
            _normal_for_uniform,
            "The heuristic is a uniform distribution: no weight may be larger than 1/√fan_in.",
            lambda args, output: _right_spread(args, output) and _bell(np.asarray(output)),
        ),
        _mistake(
            "limit 1/fan_in",
            _scaled(None, lambda m, n: 1 / m),
            "Your limit is 1/fan_in. A sum of fan_in terms grows like √fan_in, so the limit is 1/√fan_in.",
        ),
        _mistake(
            "1/√fan_in as a standard deviation",
            lambda m, n, scheme, rng: (
                rng.normal(0, 1 / np.sqrt(m), (n, m))
                if scheme == "heuristic"
                else _reference(m, n, scheme, rng)
            ),
            "1/√fan_in is the limit of a uniform distribution, not the standard deviation of a normal one.",
        ),
        _mistake(
            "only half of the interval",
            _half_uniform,
            "Your uniform draws run from 0 to the limit. The interval is −1/√fan_in to 1/√fan_in.",
            lambda args, output: np.min(output) >= 0,
        ),
        _mistake(
            "no negative weights",
            _absolute,
            "All your weights have one sign. They should spread around 0.",
            lambda args, output: np.min(output) >= 0,
        ),
        _mistake(
            "random numbers of its own",
            (
                lambda m, n, scheme, rng: _reference(m, n, scheme, np.random.default_rng()),
                lambda m, n, scheme, rng: _reference(m, n, scheme, np.random.default_rng(0)),
            ),
            "Your weights do not come from the argument `rng`, so nobody can repeat your run, or every run is the "
            "same. Call its methods: `rng.normal(…)`.",
            lambda args, output: _complaint(args, output) is None,
        ),
        _mistake(
            "every unit gets the same row",
            _one_row,
            "You drew one row and repeated it: all units are clones, and training keeps them so. Draw "
            "fan_out × fan_in numbers.",
            lambda args, output: len(np.unique(output)) < np.size(output) / 10,
        ),
    ),
    hints=(
        "z is a sum of fan_in terms. How does its variance grow with fan_in, and what scale of the weights "
        "undoes that?",
        "W (fan_out, fan_in). glorot: sd = √(2/(fan_in + fan_out)); he: sd = √(2/fan_in); heuristic: uniform "
        "in ±1/√fan_in.",
        '`if scheme == "he": return rng.normal(0, np.sqrt(___), (fan_out, fan_in))`, and the other two '
        "likewise.",
    ),
    explanation=(
        "The scale of the weights determines by which factor a layer multiplies the signal, and L layers multiply "
        "it by the L-th power of this factor. He's variance keeps the size of the signal through ReLU layers. "
        "Glorot's is a compromise between the way forward (1/fan_in) and the way back (1/fan_out). The heuristic "
        "has variance 1/(3 fan_in), which is only a sixth of He's. Only the variance matters for the size of the "
        "signal, so uniform draws with the same variance, as Glorot & Bengio proposed, work as well."
    ),
    same_as=("glorot", "he", "small_uniform", "normal"),
)
