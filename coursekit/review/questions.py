"""A short multiple-choice question about an item: which value, which line is wrong, which line is missing."""

from collections.abc import Callable
from dataclasses import dataclass

from numpy.random import Generator

from coursekit.exercises.engine.exercise import Exercise
from coursekit.exercises.engine.guess_store import Guess
from coursekit.exercises.engine.puzzle import GAP, body_lines
from coursekit.exercises.engine.registry import lookup
from coursekit.exercises.engine.running import call_once
from coursekit.exercises.engine.wording import arguments, short
from coursekit.review.items import Item
from coursekit.review.mutations import wrong_versions

OPTIONS = 4  # at most
LONGEST_CALL, LONGEST_VALUE = 160, 60  # characters that are read at a glance
DRAWS = 6  # attempts to draw inputs that are short enough
FACTORS = (0.1, 0.5, 2.0, 10.0)  # wrong numbers beside the answer of a numeric question


@dataclass(frozen=True)
class Question:
    """options[answer] is right; they are in random order. code: shown below the text, may be empty."""

    item: str
    lesson: str
    text: str
    code: tuple[str, ...]
    options: tuple[str, ...]
    answer: int
    explanation: str


def question(item: Item, rng: Generator) -> Question:
    """A question about the item, drawn afresh."""
    if item.guess is not None:
        return _about_guess(item, item.guess, rng)
    exercise = lookup(item.key.removeprefix("exercise:"))
    kinds: list[Callable] = [_value, _wrong_line, _missing_line]
    for kind in (*(kinds[int(i)] for i in rng.permutation(len(kinds))), _which_mistake):
        if (found := kind(item, exercise, rng)) is not None:
            return found
    raise ValueError(f"There is no question about exercise {exercise.id}.")  # _which_mistake always finds one


def _about_guess(item: Item, guess: Guess, rng: Generator) -> Question:
    """The question of the lesson again; a number becomes one among others, the learner's guess included."""

    def text(value):
        return f"{short(value) if isinstance(value, int | float) else value} {guess.unit}".rstrip()

    if guess.options is not None:
        right, others = text(guess.answer), [text(option) for option in guess.options]
    else:
        right = text(guess.answer)
        scaled = [guess.answer * factor for factor in FACTORS] if guess.answer else [1, 10, 100]
        whole = isinstance(guess.answer, int)
        others = [text(guess.guess), *(text(round(value) if whole else value) for value in scaled)]
    return _shuffled(item, guess.question, (), right, others, f"The answer is {right}.", rng, len(others) + 1)


def _value(item: Item, exercise: Exercise, rng: Generator) -> Question | None:
    """Predict a value: what does the function return for these arguments?"""
    names = exercise.solution.__code__.co_varnames[: exercise.solution.__code__.co_argcount]
    drawn = [
        args for _ in range(DRAWS) for p in exercise.properties if not p.law for args in p.draw(rng)[:DRAWS]
    ]
    for args in sorted(
        drawn, key=lambda args: len(", ".join(arguments(names, args)))
    ):  # the shortest is read fastest
        call = arguments(names, args)
        if len(", ".join(call)) > LONGEST_CALL:
            break
        right, part = _said(exercise, exercise.reference, args)
        others = [
            _said(exercise, wrong, args, part)[0] for m in exercise.misconceptions for wrong in m.wrongs
        ]
        others = [other for other in dict.fromkeys(others) if other and other != right]
        if right and len(others) >= 2:
            what = f"Which {part}" if part else "What"
            text = f"{what} does a correct `{exercise.signature}` return for these arguments?"
            return _shuffled(item, text, tuple(call), right, others, exercise.explanation, rng)
    return None


def _said(exercise, function, args, part=None):
    """(the output in words, the name of the part it is), or (None, part) if it fails or is too long."""
    outcome = call_once(function, args)
    if outcome.failure:
        return None, part
    output = outcome.output
    if exercise.parts:
        if not isinstance(output, tuple | list) or len(output) != len(exercise.parts):
            return None, part
        part = part or exercise.parts[0]
        output = output[exercise.parts.index(part)]
    text = short(output)
    return (text if len(text) <= LONGEST_VALUE else None), part


def _wrong_line(item: Item, exercise: Exercise, rng: Generator) -> Question | None:
    """Find the wrong line among those of a solution in which one was changed."""
    if len(body_lines(exercise)) < 3:
        return None
    found = wrong_versions(exercise, rng, 1)
    if not found:
        return None
    changed = found[0]
    text = f"One line of this `{exercise.signature}` is wrong. Which one?"
    others = [line.strip() for i, line in enumerate(changed.lines) if i != changed.number]
    explanation = f"It must be `{changed.right.strip()}`. {exercise.explanation}"
    return _shuffled(item, text, changed.lines, changed.wrong.strip(), others, explanation, rng)


def _missing_line(item: Item, exercise: Exercise, rng: Generator) -> Question | None:
    """Say which formula is missing from a solution."""
    found = wrong_versions(exercise, rng, OPTIONS + 2)
    if not found:
        return None
    number = found[0].number
    others = [changed.wrong.strip() for changed in found if changed.number == number]
    if len(others) < 2:
        return None
    lines = body_lines(exercise)
    right = lines[number].strip()
    indent = len(lines[number]) - len(lines[number].lstrip())
    shown = (*lines[:number], " " * indent + GAP, *lines[number + 1 :])
    text = f"Which line is missing from `{exercise.signature}`?"
    return _shuffled(item, text, shown, right, others, exercise.explanation, rng)


def _which_mistake(item: Item, exercise: Exercise, rng: Generator) -> Question:
    """Name the mistake from the remark on it."""
    names = [m.name for m in exercise.misconceptions]
    own = [m for m in exercise.misconceptions if m.name in item.mistake] or list(exercise.misconceptions)
    chosen = own[int(rng.integers(len(own)))]
    text = (
        f"An answer to exercise {exercise.id} `{exercise.signature}` got this remark: “{chosen.says}” "
        "Which mistake was it?"
    )
    return _shuffled(item, text, (), chosen.name, names, exercise.explanation, rng)


def _shuffled(item, text, code, right, others, explanation, rng, most=OPTIONS):
    """A question with its options in random order: the right one and up to most - 1 others."""
    others = [other for other in dict.fromkeys(others) if other != right]
    chosen = [others[int(i)] for i in rng.permutation(len(others))[: most - 1]]
    options = [right, *chosen]
    order = [options[int(i)] for i in rng.permutation(len(options))]
    return Question(item.key, item.lesson, text, tuple(code), tuple(order), order.index(right), explanation)
