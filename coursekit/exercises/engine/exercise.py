"""What an exercise is: a solution, a reference written another way, properties, and known mistakes."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass

from numpy.random import Generator

SECONDS = 10.0  # for all questions of one check together; an answer may import torch on a slow machine


@dataclass(frozen=True)
class Property:
    """One thing that a right answer does, and its points: all or none.

    `draw(rng)` gives a list of argument tuples, fresh each time. An output is judged against the exercise's
    reference, the whole of it or only the part of that name ("gradient"). Where no single value is right (a
    shuffle), `law(args, output)` says what is wrong, or None. Cases under a law that differ at most in their
    Rng test where the randomness comes from: equal generators have to give equal outputs, others not. With
    `quiet`, right values are not enough: a RuntimeWarning (an overflow, 0/0) is a complaint too. Where single
    cases say little (a trained network had luck), `overall(arguments, outputs)` judges all cases of the property
    together, once each has kept the law.
    """

    name: str
    points: float
    draw: Callable[[Generator], list[tuple]]
    part: str | None = None
    law: Callable[[tuple, object], str | None] | None = None
    quiet: bool = False
    overall: Callable[[list[tuple], list], str | None] | None = None


@dataclass(frozen=True)
class Misconception:
    """A named mistake as code: one wrong function, or several making the same one. `says` is the remark.

    An answer makes this mistake if it fails where the wrong function fails, with the same outputs. Where
    outputs depend on the way random numbers are drawn, `symptom(args, output)` says instead whether an output
    shows the mistake.
    """

    name: str
    wrong: Callable | tuple[Callable, ...]
    says: str
    symptom: Callable[[tuple, object], bool] | None = None

    @property
    def wrongs(self) -> tuple[Callable, ...]:
        return self.wrong if isinstance(self.wrong, tuple) else (self.wrong,)


@dataclass(frozen=True)
class Exercise:
    """An exercise; `id` is "lesson.number".

    `solution` is shown to learners and stands alone: it needs nothing but `np`, and its name, parameters and
    docstring are those of the stub. `reference` computes the same another way; where it raises ValueError the
    answer has to. `returns` names the output ("error"), or the parts of a tuple ("loss", "gradient").
    `same_as`: names of coursekit's functions, beside its own, that give the answer away. `seconds`: for all
    questions of one check together; an answer that trains networks needs more.
    """

    id: str
    points: float
    returns: str | tuple[str, ...]
    solution: Callable
    reference: Callable
    properties: tuple[Property, ...]
    misconceptions: tuple[Misconception, ...]
    hints: tuple[str, str, str]
    explanation: str
    same_as: tuple[str, ...] = ()
    seconds: float = SECONDS

    def __post_init__(self):
        total = sum(p.points for p in self.properties)
        if total != self.points:
            raise ValueError(
                f"Exercise {self.id}: the points of its properties add up to {total:g}, but it is worth "
                f"{self.points:g}."
            )
        for p in self.properties:
            if p.part is not None and p.part not in self.parts:
                raise ValueError(
                    f"Exercise {self.id}: property {p.name!r} judges {p.part!r}; it returns {self.returns}."
                )

    @property
    def name(self) -> str:
        return self.solution.__name__

    @property
    def signature(self) -> str:
        return f"{self.name}{inspect.signature(self.solution)}"

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of a tuple's parts; empty if one value is returned."""
        return self.returns if isinstance(self.returns, tuple) else ()

    @property
    def call(self) -> str:
        """The line that checks it."""
        return f'check("{self.id}", {self.name})'
