"""What an exercise is: a solution, a reference written another way, properties, and known mistakes."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from numpy.random import Generator

SECONDS = 10.0  # for all questions of one check together; an answer may import torch on a slow machine


class Case(tuple):
    """Arguments of a special case: `kind` says what is special, as a noun phrase ("p = 0", "tied scores")."""

    kind: str

    def __new__(cls, kind: str, args: Iterable) -> "Case":
        case = super().__new__(cls, tuple(args))
        case.kind = kind
        return case


@dataclass(frozen=True)
class Property:
    """One thing that a right answer does, and its points: all or none.

    draw: `draw(rng)` gives a list of argument tuples, new ones each time; a `Case` is a special one.
    part: judge only the part of the output that has this name ("gradient"); None judges all of it.
    law: where no single value is right (a shuffle), `law(args, output)` says what is wrong, or None. Cases
        under a law that differ at most in their Rng test where the randomness comes from: equal generators
        must give equal outputs, different ones different outputs.
    quiet: right values are not enough; a RuntimeWarning (an overflow, 0/0) is a complaint too.
    copies: right values are not enough; an output that shares memory with an argument is a complaint too.
    overall: where single cases say little (a trained network was lucky), `overall(arguments, outputs)` judges
        all cases of the property together, once each has kept the law.
    special: what is special about all its cases, as a noun phrase ("tied scores"). Mistakes are recognized
        on ordinary cases; special cases are judged after those and reported in a second sentence.
    robust: the property earns nothing unless the ordinary cases are right. None: it is so if all of its
        cases are special.
    strata: predicates on an argument tuple. Cases are drawn until each predicate holds for at least two of
        them, so that no draw lacks the cases that tell two answers apart.
    """

    name: str
    points: float
    draw: Callable[[Generator], list[tuple]]
    part: str | None = None
    law: Callable[[tuple, Any], str | None] | None = None
    quiet: bool = False
    copies: bool = False
    overall: Callable[[list[tuple], list], str | None] | None = None
    special: str | None = None
    robust: bool | None = None
    strata: tuple[Callable[[tuple], bool], ...] = ()


@dataclass(frozen=True)
class Misconception:
    """A named mistake as code: one wrong function, or several making the same one. `says` is the remark.

    An answer makes this mistake if it gives the wrong function's outputs on all ordinary cases, at least in the
    parts of the output that the wrong function gets wrong. Where outputs depend on how random numbers are drawn,
    `symptom(args, output)` says instead whether an output shows the mistake. `hint` is the number of the hint
    that fits, 1 to 3, if one does.
    """

    name: str
    wrong: Callable | tuple[Callable, ...]
    says: str
    symptom: Callable[[tuple, Any], bool] | None = None
    hint: int | None = None

    @property
    def wrongs(self) -> tuple[Callable, ...]:
        return self.wrong if isinstance(self.wrong, tuple) else (self.wrong,)


@dataclass(frozen=True)
class Exercise:
    """An exercise; `id` is "lesson.number".

    `solution` is shown to learners and is self-contained: it needs nothing but `np`, and its name, parameters and
    docstring are those of the stub. `reference` computes the same in a different way; where it raises ValueError,
    an answer must raise it too. `returns` names the output ("error"), or the parts of a tuple ("loss",
    "gradient"). `forms`: further functions that a learner
    may write, right in ordinary cases at least (the textbook formula beside a stable one); slips are looked for
    in all of them. `same_as`: names of coursekit's functions, besides its own, that give the answer away.
    `praise`: what a passed check says, where the solution is one of many and `explanation` is about the solution alone;
    `describe(function)` adds what the learner's function does. `seconds`: for all questions of one check together; an answer that trains networks needs more. `rounds`: how
    many times each property is drawn, so that the verdict does not depend on one lucky draw.
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
    rounds: int = 3
    forms: tuple[Callable, ...] = ()
    praise: str | None = None
    describe: Callable[[Callable], str] | None = None

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
