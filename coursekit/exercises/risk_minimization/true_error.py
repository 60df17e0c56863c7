"""Exercise 01.2: the probability of a mistake, over a finite domain."""

import numpy as np

from coursekit.exercises.engine.exercise import Exercise, Misconception, Property
from coursekit.exercises.risk_minimization.inputs import as_views, many_classes, two_classes


def _probabilities(rng, points):
    """Unequal multiples of 0.01 that sum to 1, none of them 0."""
    while True:
        cuts = np.sort(rng.permutation(np.arange(1, 100))[: points - 1])
        probability = np.diff(np.concatenate([[0], cuts, [100]])) / 100
        if np.sum(probability) == sum(probability) == 1:  # round-off is a case of its own
            return probability


def _domain(rng, points, draw=two_classes):
    """Guess, label, probability; the mistakes weigh neither their share of the points nor half."""
    while True:
        guess, label = draw(rng, points)
        probability = _probabilities(rng, points)
        wrong = guess != label
        error = probability[wrong].sum()
        if min(abs(error - wrong.mean()), abs(error - 0.5)) > 0.04:
            return guess, label, probability


def _weighted(rng):
    return [_domain(rng, 5), _domain(rng, 7), _domain(rng, int(rng.integers(8, 12)))]


def _awkward(rng):
    guess, label, probability = _domain(rng, 6, many_classes)
    never = np.append(probability, [0.0, 0.0])
    return [
        (np.append(guess, [1, 0]), np.append(label, [0, 1]), never),  # where no mail ever comes
        _domain(rng, 9, many_classes),
        as_views(*_domain(rng, 8)),
        (np.array([1, 0, 0]), np.array([1, 0, 1]), np.array([0, 0, 1])),
        (*two_classes(rng, 6), _probabilities(rng, 6) * (1 + 1e-11)),  # round-off is no mistake
    ]


def _distributions(rng):
    """Distributions, and arrays that are not distributions."""
    negative = _domain(rng, 6)
    negative[2][:2] = negative[2][:2].sum() + 0.3, -0.3
    short, counts, both = _domain(rng, 5), _domain(rng, 7), _domain(rng, 5)
    both[2][0] = -0.2
    return [
        _domain(rng, 5),
        negative,
        (*short[:2], short[2] * 0.7),
        (*counts[:2], rng.permutation(np.arange(1, 8))),
        both,
        (*_domain(rng, 6)[:2], _probabilities(rng, 6) * 1.5),
    ]


def true_error(guess, label, probability):
    """The true error L_D(h) over a finite domain: the probability of a mistake.

    guess, label: predicted and actual label of each possible pair (x, y), (K,) whole numbers
    probability: the probability of each pair, (K,)
    Returns a number from 0 to 1. Raises ValueError if a probability is negative, or if they do
    not sum to 1 (to 1e-6).
    """
    if np.any(probability < 0) or abs(np.sum(probability) - 1) > 1e-6:
        raise ValueError("probabilities are at least 0 and sum to 1")
    return np.sum(probability[guess != label])


def _reference(guess, label, probability):
    if min(probability) < 0 or not np.isclose(sum(probability), 1, rtol=0, atol=1e-6):
        raise ValueError
    return float((guess != label) @ np.asarray(probability, float))


def _unchecked(guess, label, probability):
    return np.sum((guess != label) * probability)


def _checked(wrong):
    """The wrong formula behind the right check."""

    def checked(guess, label, probability):
        _reference(guess, label, probability)
        return wrong(guess, label, probability)

    return checked


def _checks_by(is_bad):
    """The right formula behind another check."""

    def wrong(guess, label, probability):
        if is_bad(probability):
            raise ValueError
        return _unchecked(guess, label, probability)

    return wrong


EXERCISE = Exercise(
    id="01.2",
    points=3,
    returns="error",
    solution=true_error,
    reference=_reference,
    properties=(
        Property("the probability of the points where h is wrong", 1, _weighted),
        Property("points of probability 0, several classes, views, round-off", 1, _awkward),
        Property("ValueError if probabilities are negative or do not sum to 1", 1, _distributions),
    ),
    misconceptions=(
        Misconception(
            "raises no ValueError",
            lambda guess, label, probability: np.sum((guess != label) * probability),
            "The formula is right, but your function accepts numbers that are not a distribution. Raise a "
            "ValueError if one of them is negative or if they do not sum to 1.",
        ),
        Misconception(
            "every point counts alike",
            tuple(
                check(wrong)
                for check in (_checked, lambda wrong: wrong)
                for wrong in (
                    lambda guess, label, probability: np.mean(guess != label),
                    lambda guess, label, probability: np.mean((guess != label)[probability != 0]),
                )
            ),
            "You count points. A mistake about a message that arrives every day costs more than one about a message that "
            "hardly ever arrives: add up the probabilities of the points instead of counting them.",
        ),
        Misconception(
            "the probability of being right",
            (
                _checked(lambda guess, label, probability: np.sum((guess == label) * probability)),
                lambda guess, label, probability: np.sum((guess == label) * probability),
            ),
            "You add up the probabilities where h is right. The error is the rest, where guess and label "
            "differ.",
        ),
        Misconception(
            "divides by the number of points",
            (
                _checked(lambda guess, label, probability: np.mean((guess != label) * probability)),
                lambda guess, label, probability: np.mean((guess != label) * probability),
            ),
            "The probabilities are already the weights of the mean, because their sum is 1. Add up, without dividing "
            "by K.",
        ),
        Misconception(
            "mean over the wrong points only",
            (
                _checked(lambda guess, label, probability: np.mean(probability[guess != label])),
                lambda guess, label, probability: np.mean(probability[guess != label]),
            ),
            "You average the probabilities of the wrong points. Add them up: being wrong at one of them or "
            "at another are events that exclude each other.",
        ),
        Misconception(
            "divides by the sum instead of raising",
            (
                lambda guess, label, probability: _unchecked(guess, label, probability) / np.sum(probability),
                lambda guess, label, probability: (
                    _unchecked(guess, label, np.abs(probability)) / np.sum(np.abs(probability))
                ),
                lambda guess, label, probability: (
                    _checks_by(lambda p: np.any(p < 0))(guess, label, probability) / np.sum(probability)
                ),
            ),
            "You repair probabilities that do not sum to 1. The exercise asks for a ValueError: a silent repair "
            "hides that something went wrong before.",
        ),
        Misconception(
            "checks the sum only",
            _checks_by(lambda p: abs(np.sum(p) - 1) > 1e-6),
            "1.2 and −0.2 sum to 1 and are not probabilities. Check the sign as well.",
        ),
        Misconception(
            "checks the sign only",
            _checks_by(lambda p: np.any(p < 0)),
            "Counts such as 3, 2, 5 are not negative, but they are not probabilities either. Check that the sum is 1.",
        ),
        Misconception(
            "raises only if both are wrong",
            _checks_by(lambda p: np.any(p < 0) and abs(np.sum(p) - 1) > 1e-6),
            "Your check joins two conditions with `and`. Either of them is enough: use `or`.",
        ),
        Misconception(
            "takes labels for amounts",
            (
                _checked(lambda guess, label, probability: np.sum(np.abs(guess - label) * probability)),
                _checked(lambda guess, label, probability: np.sum((guess - label) ** 2 * probability)),
                lambda guess, label, probability: np.sum(np.abs(guess - label) * probability),
                lambda guess, label, probability: np.sum((guess - label) ** 2 * probability),
            ),
            "Class 4 taken for class 1 is one mistake, not three or nine. Compare with !=.",
        ),
        Misconception(
            "mistakes cancel",
            (
                _checked(lambda guess, label, probability: np.sum((guess - label) * probability)),
                _checked(lambda guess, label, probability: abs(np.sum((guess - label) * probability))),
                lambda guess, label, probability: np.sum((guess - label) * probability),
            ),
            "A false alarm and a miss have opposite signs in guess − label and cancel. Compare with !=.",
        ),
        Misconception(
            "one kind of mistake only",
            (
                _checked(lambda guess, label, probability: np.sum((guess > label) * probability)),
                _checked(lambda guess, label, probability: np.sum((guess < label) * probability)),
                _checked(lambda guess, label, probability: np.sum(probability[(guess == 1) & (label == 0)])),
                _checked(lambda guess, label, probability: np.sum(probability[(guess == 0) & (label == 1)])),
            ),
            "You count false alarms or misses. Both are mistakes.",
        ),
        Misconception(
            "one product for each point",
            (
                _checked(lambda guess, label, probability: (guess != label) * probability),
                lambda guess, label, probability: (guess != label) * probability,
            ),
            "You return what each point contributes. The error is the sum of that.",
        ),
    ),
    hints=(
        "Does each point of the domain matter equally? And which arrays are valid distributions?",
        "L_D(h) = Σ_k probability_k · 1[guess_k ≠ label_k]; probability_k ≥ 0 and Σ_k probability_k = 1.",
        "`if ___: raise ValueError(...)`, then `return np.sum(probability[___])`.",
    ),
    explanation=(
        "The true error is a mean with the distribution's weights: the probability that h is wrong about the next "
        "example. An input that never occurs costs nothing, even if h is wrong about it. You can compute the true "
        "error only where the distribution is known, as here. Otherwise the empirical error takes its place, and the "
        "rest of the lesson is about how far the two can differ."
    ),
)
