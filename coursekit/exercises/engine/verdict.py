"""The result of a check, as data; panel.py draws it."""

from dataclasses import dataclass

SYMBOLS = {"unanswered": "○", "wrong": "✗", "passed": "✓"}


@dataclass(frozen=True)
class Line:
    """A property's line in the verdict: its points, and those won."""

    name: str
    points: float
    out_of: float


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    outcome: "unanswered", "wrong" (partial credit included) or "passed". misconception: the recognized
    mistake, two in different parts of the output joined by "and"; None if none is. case: a failing case in
    words; call, complaint, expected, got, code: its parts. remarks: what to say about it. lines: the
    properties, where judged. hint: the number of the hint that fits the mistake, if one does.
    """

    exercise: str
    name: str
    outcome: str
    points: float
    out_of: float
    misconception: str | None = None
    case: str | None = None
    remarks: tuple[str, ...] = ()
    call: str | None = None
    complaint: str | None = None
    expected: str | None = None
    got: str | None = None
    code: str | None = None
    lines: tuple[Line, ...] = ()
    printed: str = ""
    warned: tuple[str, ...] = ()
    hint: int | None = None

    @property
    def symbol(self) -> str:
        return SYMBOLS[self.outcome]

    @property
    def headline(self) -> str:
        """ "✗ Exercise 02.1 mse: not yet right, 1 of 3 points"."""
        title = f"Exercise {self.exercise}{' ' if self.name else ''}{self.name}"
        what = {"unanswered": "not answered yet", "wrong": "not yet right", "passed": "passed"}[self.outcome]
        points = f", {self.points:g} of {self.out_of:g} points" if self.out_of else ""
        return f"{self.symbol} {title}: {what}{points}"

    def _ipython_display_(self):
        from coursekit.exercises.engine.panel import show_verdict

        show_verdict(self)

    def __repr__(self) -> str:
        parts = [self.headline]
        parts += [f"  {remark}" for remark in self.remarks]
        if self.case:
            parts.append(f"  {self.case}")
        if self.code:
            parts.append(f"  Your code: {self.code}")
        if self.expected is not None:
            parts += [f"    expected  {self.expected}", f"    yours     {self.got}"]
        if self.outcome == "wrong":
            parts += [f"  {line.points:g}/{line.out_of:g}  {line.name}" for line in self.lines]
        if self.printed:
            parts.append(f"  It printed: {self.printed.rstrip()}")
        parts += [f"  It warned: {warning}" for warning in self.warned]
        return "\n".join(parts)
