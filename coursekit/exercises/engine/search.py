"""Search for a true statement about the wrong values of an answer in ordinary cases."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from coursekit.exercises.engine.answer_key import AnswerKey
from coursekit.exercises.engine.callables import live
from coursekit.exercises.engine.counterfactuals import counterfactuals
from coursekit.exercises.engine.diagnosis import Table
from coursekit.exercises.engine.edits import Edit, edits, guarded_reference
from coursekit.exercises.engine.exercise import Exercise
from coursekit.exercises.engine.finding import Finding
from coursekit.exercises.engine.patterns import pattern
from coursekit.exercises.engine.relations import relations
from coursekit.exercises.engine.statements import Sample, Statement, distinct, enough, first_true, same_value
from coursekit.exercises.engine.swaps import swaps
from coursekit.exercises.engine.todo import is_blank
from coursekit.exercises.engine.trials import Trials, part_of
from coursekit.exercises.engine.two_slips import listed, two_slips
from coursekit.exercises.engine.values import fresh, plain
from coursekit.exercises.engine.wording import agree, is_plural, listing, noun


class Search:
    """The wrong cells of one answer, and what can be said about them.

    mine: all cells of the answer. left: the wrong ones in ordinary cases that nothing explains yet.
    """

    def __init__(
        self, exercise: Exercise, mine: Table, left: Table, key: AnswerKey, source: str | None = None
    ):
        self.exercise, self.mine, self.left, self.key = exercise, mine, left, key
        self.source, self.trials = source, Trials(exercise)
        code = exercise.solution.__code__
        self.names = code.co_varnames[: code.co_argcount]
        self.labels = list(dict.fromkeys(cell.label for cell in left.values()))

    def findings(self, last_resort: bool) -> list[Finding]:
        """The statements found, at most one for each part of the output. last_resort: say at least where it differs."""
        labels = [label for label in self.labels if isinstance(label, str)]
        if not labels:  # under a law there are no right values; the law itself says what is wrong
            return []
        if found := self._whole():
            return [found]
        if any(cell.malformed for cell in self.left.values()):
            return []
        if len(labels) > 1 and (found := self._everywhere(labels)):
            return [found]
        found = {label: self._about(label) for label in labels}
        if last_resort:
            found |= self._patterns([label for label in labels if not found[label]])
        return [finding for finding in found.values() if finding]

    def samples(self, label: str) -> list[Sample]:
        """The ordinary cases of a part, the wrong ones first."""
        chosen = [c for c in self.mine.values() if c.label == label and c.kind is None and not c.failure]
        if any(is_blank(c.got) for c in chosen):
            return []
        chosen.sort(key=lambda c: not c.wrong)
        return [Sample(self.key.questions[c.index].args, c.want, c.got) for c in chosen]

    def _whole(self) -> Finding | None:
        """Right values in the wrong form."""
        cells = {
            c.index: c
            for c in self.mine.values()
            if c.kind is None and not c.failure and isinstance(c.label, str)
        }
        samples = [
            Sample(self.key.questions[i].args, self.key.rights[i].output, c.whole) for i, c in cells.items()
        ]
        if not samples:
            return None
        found = first_true(swaps(self.exercise.parts, samples[0].want), samples)
        if not found and all(c.malformed for c in cells.values()) and not self.exercise.parts:
            return None
        return found and self._finding("what you return", [found], list(self.labels), whole=True)

    def _everywhere(self, labels: list[str]) -> Finding | None:
        """One statement that explains all wrong parts: a relation, changed arguments, or one edit."""
        for statements in (self._relations, self._counterfactuals, self._edits):
            true: list[dict[str, Statement]] = []
            for label in labels:
                common = set(true[-1]) if true else None
                found = {s.says: s for s in statements(label, self.samples(label), common)}
                true.append(found)
                if not found:
                    break
            else:
                says = next(iter(true[-1]))  # each was looked for among those of the parts before
                everything = len(labels) == len(self._all_labels())
                subject = (
                    "your output"
                    if everything
                    else listing([_subject(self.exercise, label) for label in labels])
                )
                return self._finding(subject, [found[says] for found in true], labels)
        return None

    def _all_labels(self) -> list[str]:
        return list(
            dict.fromkeys(c.label for c in self.mine.values() if isinstance(c.label, str) and c.kind is None)
        )

    def _about(self, label: str) -> Finding | None:
        samples = self.samples(label)
        found = None
        for statements in (self._relations, self._counterfactuals, self._mistakes, self._edits):
            found = found or next(iter(statements(label, samples, None)), None)
        found = found or two_slips(self.trials, label, samples, self.names, self.source)
        return found and self._finding(_subject(self.exercise, label), [found], [label])

    def _patterns(self, labels: list[str]) -> dict[str, Finding]:
        """Where each of the parts is wrong, by its label; in one sentence for parts of which the same can be said."""
        groups: dict[str, list[tuple[str, Statement]]] = {}
        for label in labels:
            if (samples := self.samples(label)) and (statement := pattern(samples, self.names)):
                groups.setdefault(statement.says, []).append((label, statement))
        found = {}
        for group in groups.values():
            alike = [label for label, _ in group]
            subject = listing([_subject(self.exercise, label) for label in alike])
            found[alike[0]] = self._finding(subject, [statement for _, statement in group], alike)
        return found

    def _relations(self, label: str, samples: list[Sample], only: set[str] | None) -> Iterable[Statement]:
        """All relations that hold, but those that are true of right values as well."""
        if samples:
            for statement in _true(relations(samples, self.names), samples, only):
                if any(statement.changes(s) for s in samples if not same_value(s.got, s.want)):
                    yield statement

    def _counterfactuals(
        self, label: str, samples: list[Sample], only: set[str] | None
    ) -> Iterable[Statement]:
        """All claims about changed arguments that hold."""
        return _true(
            counterfactuals(self._part(label, guarded_reference(self.exercise)), samples, self.names),
            samples,
            only,
        )

    def _mistakes(self, label: str, samples: list[Sample], only: set[str] | None) -> Iterable[Statement]:
        """Listed mistakes that explain this part, though not the others."""
        known = (
            ((m.name, Edit(wrong, "")) for m, wrong in listed(self.exercise)) if self.exercise.parts else ()
        )
        return _true((self._mistaken(label, name, edit) for name, edit in known), samples, only)

    def _mistaken(self, label: str, name: str, edit: Edit) -> Statement:
        return Statement(
            f"is what this mistake gives: \u201c{name}\u201d",
            f"It is exactly what a known mistake gives: \u201c{name}\u201d.",
            lambda args, want: self.trials.part(edit, label, args),
        )

    def _edits(self, label: str, samples: list[Sample], only: set[str] | None) -> Iterable[Statement]:
        """All edits that the answer agrees with."""
        return _true((self._edited(label, edit) for edit in edits(self.exercise)), samples, only)

    def _edited(self, label: str, edit: Edit) -> Statement:
        return Statement(
            f"is right but for {edit.phrase}",
            f"It is exactly what the right formula gives with {edit.phrase}.",
            lambda args, want: self.trials.part(edit, label, args),
        )

    def _part(self, label: str, function: Callable) -> Callable[[tuple], Any]:
        """One part of a function's output, as a function of the arguments."""

        def part(args):
            return part_of(self.exercise, plain(function(*(live(fresh(a)) for a in args))), label)

        return part

    def _finding(
        self, subject: str, statements: list[Statement], labels: list, whole: bool = False
    ) -> Finding:
        """A finding about parts of the output, with a statement for each of them, or about the whole output."""
        statement = statements[0]
        places = frozenset(place for place, cell in self.left.items() if cell.label in labels)
        name = agree(subject, statement.name) if statement.name else ""

        def holds(args, right, output):
            if whole:
                return statement.holds(Sample(args, right, output))
            rights, outputs = (_parts(self.exercise, value) for value in (right, output))
            return (
                rights is not None
                and outputs is not None
                and all(  # of a part that the right output does not have in this case, nothing is said
                    label in outputs and s.holds(Sample(args, rights[label], outputs[label]))
                    for s, label in zip(statements, labels, strict=True)
                    if label in rights
                )
            )

        return Finding(
            name, statement.says if whole else _addressed(statement.says, subject), places, holds=holds
        )


def _addressed(says: str, subject: str) -> str:
    """A sentence about a value as one about the part of the output that it is about."""
    mine = f"your {subject.replace('the ', '').removeprefix('your ')}"
    several = is_plural(subject)
    if several and re.search("your value is|it is exactly", says, re.IGNORECASE):
        says = says.replace("the right one", "the right ones").replace("Is it divided", "Are they divided")
    for general, particular in (
        ("your value is", f"{mine} {'are' if several else 'is'}"),
        ("your values are", f"{mine} {'are' if several else 'is'}"),
        ("it is exactly", f"{mine} {'are' if several else 'is'} exactly"),
        ("each value is", f"each entry of {mine} is" if several else f"{mine} is"),
        ("your entries", f"the entries of {mine}"),
    ):
        says = says.replace(general, particular).replace(
            general[0].upper() + general[1:], particular[0].upper() + particular[1:]
        )
    return says


def _true(
    statements: Iterable[Statement], samples: list[Sample], only: set[str] | None
) -> Iterable[Statement]:
    """Those statements (of the texts in `only`) that hold for all samples and explain enough of them."""
    wrong = [s for s in samples if not same_value(s.got, s.want)]
    if not wrong or len(distinct(wrong)) < enough(samples):
        return
    for statement in statements:
        if (only is None or statement.says in only) and all(map(statement.holds, samples)):
            yield statement


def _parts(exercise: Exercise, output: Any) -> dict[str, Any] | None:
    if exercise.parts:
        if not isinstance(output, tuple | list) or len(output) != len(exercise.parts):
            return None
        return dict(zip(exercise.parts, output, strict=True))
    return {str(k): v for k, v in output.items()} if isinstance(output, dict) else {"": output}


def _subject(exercise: Exercise, label: str) -> str:
    """A part of the output as the subject of a sentence."""
    if label in exercise.parts:
        return noun(label)
    if label:
        return f"the value of {label!r}"
    return noun(str(exercise.returns)) if exercise.returns != "dict" else "your output"
