"""Exercise 04.4: inverted dropout."""

import numpy as np

from coursekit.exercises.engine.callables import Rng
from coursekit.exercises.engine.draws import strided, transposed
from coursekit.exercises.engine.exercise import Case, Exercise, Misconception, Property
from coursekit.exercises.regularization.masks import identity, kept_scaled, own_masks, share

RATES = (0.2, 0.3, 0.4)  # not ½: dropping with p or with 1 − p would look the same


def _activations(rng, shape):
    """No entry is 0, so that every 0 in the output has been dropped."""
    return rng.integers(1, 30, shape, endpoint=True) * rng.choice([-1, 1], shape) / 10


def _question(rng, shape, p=None, train=True):
    p = float(rng.choice(RATES)) if p is None else p
    return _activations(rng, shape), p, Rng(int(rng.integers(2**31))), train


def _scaled(rng):
    """A case to read, whole numbers, views, and enough entries for some to be kept in any right answer."""
    p, q = rng.permutation(RATES)[:2].tolist()
    (h, *one), (_, *other) = (
        _question(rng, (6, 9), p),
        _question(rng, (1,), q),
    )  # a mask may follow the layout
    whole = rng.integers(1, 9, (8, 5))
    return [
        _question(rng, (3, 5)),
        _question(rng, (40, 30)),
        (whole, *_question(rng, (1,))[1:]),
        (strided(h), *one),
        (transposed(h), *other),
    ]


def _many(rng):
    return [_question(rng, (100, 80), p) for p in (0.2, 0.8)]


def _batch(rng):
    """One of them three times: with an equal generator, and with another one."""
    h, p, drawn, train = _question(rng, (40, 30))
    return [
        *((h, p, Rng(seed), train) for seed in (drawn.seed, drawn.seed, drawn.seed + 1)),
        _question(rng, (30, 50)),
    ]


def _identities(rng):
    """Evaluation and p = 0 return h; one training case, or returning h would be right everywhere."""
    return [
        _question(rng, (4, 6), 0.4, train=False),
        Case("p = 0", _question(rng, (5, 4), p=0.0)),
        Case("p = 0", _question(rng, (7, 3), p=0.0, train=False)),
        _question(rng, (20, 30)),
    ]


def dropout(h, p, rng, train):
    """Inverted dropout: switch entries off in training so that their expected value is unchanged.

    h: activations (B, n), left as they are; p: the probability to drop, 0 <= p < 1
    rng: a NumPy Generator; train: whether this is training; in evaluation h is returned as it is
    Returns an array (B, n).
    """
    if not train:
        return h.copy()
    kept = rng.random(h.shape) >= p
    return h * kept / (1 - p)


def _reference(h, p, rng, train):
    keep = rng.binomial(1, 1 - p, h.shape) if train else np.ones(h.shape)
    return np.multiply(h, keep) / ((1 - p) if train else 1)


def _masked(mask=None, factor=None, evaluation=None):
    """A wrong dropout: mask(h, p, rng) keeps entries, factor(p) multiplies them, evaluation(h, p) is the other mode."""

    def wrong(h, p, rng, train):
        if not train:
            return evaluation(h, p) if evaluation else h.copy()
        kept = mask(h, p, rng) if mask else rng.random(h.shape) >= p
        return h * kept * (factor(p) if factor else 1 / (1 - p))

    return wrong


def _factor_is(factor):
    """A symptom: in training the kept entries are h · factor(p)."""

    def shows(args, output):
        h, p, _, train = args
        output = np.asarray(output)
        return train and bool(np.allclose(output[output != 0], (h * factor(p))[output != 0], rtol=1e-4))

    return shows


def _evaluation_is(factor):
    return lambda args, output: not args[3] and np.allclose(output, args[0] * factor(args[1]), rtol=1e-4)


def _either(*symptoms):
    return lambda args, output: any(symptom(args, output) for symptom in symptoms)


def _keeps_with_p(args, output):
    """More is dropped than kept although p < ½, or the other way round; or what is kept is divided by p."""
    _, p, _, train = args
    dropped = np.mean(np.asarray(output) == 0)
    return train and (abs(dropped - (1 - p)) < abs(dropped - p) or _factor_is(lambda p: 1 / p)(args, output))


def _drops_in_evaluation(args, output):
    return not args[3] and bool(np.any(np.asarray(output) == 0))


def _cut(args, output):
    """The kept entries are h/(1 − p) without its decimals."""
    h, p, _, _ = args
    output = np.asarray(output)
    return h.dtype.kind == "i" and bool(np.all((output == 0) | (output == np.trunc(h / (1 - p)))))


def _all_or_nothing(args, output):
    output = np.asarray(output)
    return bool(np.all(output == 0)) or np.allclose(output, args[0] / (1 - args[1]), rtol=1e-4)


def _same_rows(args, output):
    zero = np.asarray(output) == 0
    return bool(zero.any() and not zero.all() and (zero == zero[0]).all())


def _same_columns(args, output):
    zero = np.asarray(output) == 0
    return bool(zero.any() and not zero.all() and (zero == zero[:, :1]).all())


EXERCISE = Exercise(
    id="04.4",
    points=4,
    returns="activations",
    solution=dropout,
    reference=_reference,
    properties=(
        Property("kept entries are h/(1 − p), whole numbers and views included", 1, _scaled, law=kept_scaled),
        Property("a share p of the entries is dropped", 1, _many, law=share, robust=True),
        Property("every sample and every unit has its own mask", 1, _batch, law=own_masks, robust=True),
        Property("in evaluation, and for p = 0, nothing changes", 1, _identities, law=identity, robust=True),
    ),
    misconceptions=(
        Misconception(
            "does not scale",
            lambda h, p, rng, train: h * (rng.random(h.shape) >= p) if train else h,
            "You do not scale the kept entries, so in training an activation is on average only 1 − p times as "
            "large as in evaluation. Divide by 1 − p, so that its expected value is h.",
            _factor_is(lambda p: 1.0),
        ),
        Misconception(
            "multiplies by 1 − p in training",
            _masked(factor=lambda p: 1 - p),
            "The kept entries are too small on average, and multiplying by 1 − p makes them smaller still. What times "
            "1 − p, the share that survives, gives 1?",
            _factor_is(lambda p: 1 - p),
        ),
        Misconception(
            "divides by p",
            _masked(factor=lambda p: 1 / p if p else 1),
            "You divide by p. An entry survives with probability 1 − p, so that is what to divide by.",
            _factor_is(lambda p: 1 / p),
        ),
        Misconception(
            "p taken for the share to keep",
            (
                _masked(lambda h, p, rng: rng.random(h.shape) < p),
                _masked(lambda h, p, rng: rng.random(h.shape) < p, lambda p: 1 / p if p else 0),
            ),
            "You keep an entry with probability p. Here p is the probability to drop it.",
            _keeps_with_p,
        ),
        Misconception(
            "drops in evaluation as well",
            lambda h, p, rng, train: _masked()(h, p, rng, True),
            "You drop entries even with train=False. Then the network is used and not trained, so return h as it "
            "is.",
            _drops_in_evaluation,
        ),
        Misconception(
            "scales in evaluation as well",
            (_masked(evaluation=lambda h, p: h * (1 - p)), _masked(evaluation=lambda h, p: h / (1 - p))),
            "You scale h in evaluation. Training already divides by 1 − p, so return h as it is.",
            _either(_evaluation_is(lambda p: 1 - p), _evaluation_is(lambda p: 1 / (1 - p))),
        ),
        Misconception(
            "scales in evaluation instead of in training",
            _masked(factor=lambda p: 1.0, evaluation=lambda h, p: h * (1 - p)),
            "This is the original form of dropout, which only uses a mask in training and multiplies by 1 − p in "
            "evaluation. Inverted dropout divides by 1 − p in training and returns h unchanged in evaluation.",
            _either(_factor_is(lambda p: 1.0), _evaluation_is(lambda p: 1 - p)),
        ),
        Misconception(
            "training and evaluation swapped",
            lambda h, p, rng, train: _masked()(h, p, rng, not train),
            "You drop entries in evaluation and return h in training. Exchange the two cases.",
            lambda args, output: (
                np.array_equal(output, args[0]) if args[3] else _drops_in_evaluation(args, output)
            ),
        ),
        Misconception(
            "scales without dropping",
            _masked(lambda h, p, rng: True),
            "You drop no entry. First draw a mask, which is a random array of h's shape that is True where an "
            "entry is kept.",
            lambda args, output: np.allclose(output, args[0] / (1 - args[1]), rtol=1e-4),
        ),
        Misconception(
            "one mask for the whole batch",
            _masked(lambda h, p, rng: rng.random(h.shape[1]) >= p),
            "All samples lose the same units. Each sample needs its own mask, so draw random numbers of the whole "
            "shape of h.",
            _same_rows,
        ),
        Misconception(
            "drops whole samples",
            _masked(lambda h, p, rng: rng.random((len(h), 1)) >= p),
            "A sample loses all of its units or none. Draw a number for every entry, not for every row.",
            _same_columns,
        ),
        Misconception(
            "one random number for all",
            _masked(lambda h, p, rng: rng.random() >= p),
            "`rng.random()` is a single number, so all entries are kept or dropped together. Draw an array with "
            "`rng.random(h.shape)`.",
            _all_or_nothing,
        ),
        Misconception(
            "random factors instead of a mask",
            _masked(lambda h, p, rng: rng.random(h.shape), lambda p: 1.0),
            "You multiply by random numbers between 0 and 1. Compare these numbers with p first, so that every "
            "entry is either kept or dropped.",
            lambda args, output: bool(
                np.any(output)
                and np.all(np.abs(output) <= np.abs(args[0]))
                and len(np.unique(np.round(output / args[0], 6))) > 3
            ),
        ),
        Misconception(
            "random numbers of its own",
            (
                _masked(lambda h, p, rng: np.random.default_rng().random(h.shape) >= p),
                _masked(lambda h, p, rng: np.random.default_rng(0).random(h.shape) >= p),
            ),
            "Your mask does not come from the argument `rng`, so your run cannot be repeated, or each call has the same "
            "mask. Use `rng.random(h.shape)`.",
            lambda args, output: own_masks(args, output) is None,
        ),
        Misconception(
            "returns the mask",
            (
                lambda h, p, rng, train: (rng.random(h.shape) >= p) / (1 - p) if train else np.ones(h.shape),
                lambda h, p, rng, train: (rng.random(h.shape) >= p) if train else np.ones(h.shape),
            ),
            "You return the mask. Multiply h by it.",
            lambda args, output: len(np.unique(output)) <= 2,
        ),
        Misconception(
            "cut to whole numbers",
            lambda h, p, rng, train: _masked()(h, p, rng, train).astype(h.dtype),
            "For whole-number activations your result loses its decimals, because an array such as "
            "`np.zeros_like(h)` has the integer dtype of h. Use a float dtype.",
            _cut,
        ),
    ),
    hints=(
        "An entry survives with probability 1 − p. By what does it have to be multiplied so that its expectation "
        "is h?",
        "Training: a mask of h's shape (B, n), True with probability 1 − p; return h · mask/(1 − p). Evaluation: h.",
        "`kept = rng.random(h.shape) >= ___`, then in training `h * kept / (1 - p)`.",
    ),
    explanation=(
        "The expected value of every entry is unchanged, so the next layer receives the same values on average in training "
        "and in evaluation, and evaluation needs no dropout code at all. Because any unit may be missing, the network "
        "cannot rely on a single one. This helps if it would memorize noise otherwise, and costs accuracy if it is "
        "already too small for its task."
    ),
)
