"""Exercise 01.1: the fraction of a sample that is misclassified."""

import numpy as np

from coursekit.exercises.engine.exercise import Exercise, Misconception, Property
from coursekit.exercises.risk_minimization.inputs import as_views, many_classes, two_classes


def _spam(rng):
    return [two_classes(rng, m) for m in (5, 8, int(rng.integers(9, 15)))]


def _any_labels(rng):
    guess, label = many_classes(rng, 10)
    return [
        many_classes(rng, 6),
        many_classes(rng, int(rng.integers(9, 14)), 8),
        (np.array([3]), np.array([1])),
        (np.array([2]), np.array([2])),
        as_views(*many_classes(rng, 7)),
        (guess.astype(np.uint8), label.astype(np.uint8)),
    ]


def empirical_error(guess, label):
    """The empirical error L_S(h): the fraction of the sample that is misclassified.

    guess, label: predicted and correct labels, (m,) whole numbers; any number of classes
    Returns a number from 0 to 1.
    """
    return np.mean(guess != label)


def _counted(guess, label):
    """The misses counted one by one."""
    wrong = 0
    for i in range(len(label)):
        if guess[i] != label[i]:
            wrong += 1
    return wrong / len(label)


EXERCISE = Exercise(
    id="01.1",
    points=2,
    returns="error",
    solution=empirical_error,
    forms=(_counted,),
    reference=lambda guess, label: (
        sum(g != y for g, y in zip(guess.tolist(), label.tolist(), strict=True)) / len(label)
    ),
    properties=(
        Property("two classes, such as spam and ham", 1, _spam),
        Property("several classes, one example, views, small integer types", 1, _any_labels),
    ),
    misconceptions=(
        Misconception(
            "accuracy instead of error",
            lambda guess, label: np.mean(guess == label),
            "You count the hits. The error is the fraction of misses, 1 − accuracy.",
        ),
        Misconception(
            "a count instead of a fraction",
            lambda guess, label: np.sum(guess != label),
            "You count the misclassified examples. Divide by m: 3 mistakes out of 10 are many, 3 out of 1000 "
            "are few.",
        ),
        Misconception(
            "in percent",
            lambda guess, label: 100 * np.mean(guess != label),
            "Your error is in percent. It is a fraction, an estimate of a probability, from 0 to 1.",
        ),
        Misconception(
            "mean of the differences",
            (lambda guess, label: np.mean(guess - label), lambda guess, label: np.mean(label - guess)),
            "A difference of +1 and one of −1 cancel in your mean. First decide for each example whether it is "
            "wrong, then take the mean.",
        ),
        Misconception(
            "mean of the absolute differences",
            (
                lambda guess, label: np.mean(np.abs(guess.astype(float) - label)),
                lambda guess, label: np.mean(np.abs(guess - label)),  # 1 − 3 is 254 in uint8
            ),
            "Class 4 taken for class 1 is one mistake, not three: labels are names. Compare with !=.",
        ),
        Misconception(
            "mean of the squared differences",
            (
                lambda guess, label: np.mean((guess.astype(float) - label) ** 2),
                lambda guess, label: np.mean((guess - label) ** 2),
            ),
            "That is a squared error. With labels 0 and 1 it happens to agree; with more classes it takes "
            "their numbers for amounts. Compare with !=.",
        ),
        Misconception(
            "whole-number division",
            lambda guess, label: np.sum(guess != label) // len(label),
            "`//` cuts the fraction to a whole number. Use `/`, or np.mean.",
        ),
        Misconception(
            "false alarms only",
            lambda guess, label: np.mean(guess > label),
            "You count one kind of mistake, a guess above the label. A miss in the other direction counts "
            "as well.",
        ),
        Misconception(
            "misses only",
            lambda guess, label: np.mean(guess < label),
            "You count one kind of mistake, a guess below the label. A false alarm counts as well.",
        ),
        Misconception(
            "compares with class 1 only",
            (
                lambda guess, label: np.mean((guess == 1) != (label == 1)),
                lambda guess, label: np.mean(guess.astype(bool) != label.astype(bool)),
                lambda guess, label: np.mean(np.minimum(guess, 1) != np.minimum(label, 1)),
            ),
            "With two classes you are right. With more, two labels that are not 1 may still differ.",
        ),
        Misconception(
            "divides by the wrong number",
            (
                lambda guess, label: np.sum(guess != label) / max(np.sum(label == 1), 1),
                lambda guess, label: np.sum(guess != label) / max(np.sum(label), 1),
                lambda guess, label: np.sum(guess != label) / max(np.sum(guess == label), 1),
                lambda guess, label: np.sum(guess != label) / max(len(label) - 1, 1),
                lambda guess, label: np.sum(guess != label) / 2,
            ),
            "The number of mistakes is right, but you do not divide it by the number of examples, m.",
        ),
        Misconception(
            "any mistake at all",
            (lambda guess, label: float(np.any(guess != label)), lambda guess, label: 1.0),
            "Your error is 1 as soon as there is any mistake. The error is the fraction of mistakes. Compare values "
            "with !=; `is not` compares objects.",
        ),
        Misconception(
            "compares the sums",
            (
                lambda guess, label: abs(float(np.mean(guess)) - np.mean(label)),
                lambda guess, label: abs(float(np.sum(guess)) - np.sum(label)),
            ),
            "You compare totals, so a false alarm and a miss cancel each other. Compare example by example.",
        ),
        Misconception(
            "one answer for each example",
            lambda guess, label: guess != label,
            "You return one answer per example. The error is one number: the mean of these answers.",
        ),
    ),
    hints=(
        "What is counted: a hit or a miss? And does it matter by how much the two labels differ?",
        "L_S(h) = |{i : h(x_i) ≠ y_i}| / m, a number between 0 and 1.",
        "`np.mean(___ != ___)`: True counts as 1.",
    ),
    explanation=(
        "Each example costs 0 or 1, and the empirical error is the mean cost over the sample: the 0-1 loss. "
        "It says how well h fits these m examples, and it can be measured. How well h does on examples that are "
        "still to come is a different number, the true error."
    ),
)
