"""A guess, locked before the answer can be read, and kept for the next session."""

import html
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import ipywidgets
from IPython.display import display, update_display

from coursekit import checks
from coursekit.exercises.engine.guess_store import (
    SURE,
    current_lesson,
    question_id,
    record_answer,
    record_guess,
    stored_guess,
)
from coursekit.exercises.engine.markup import rich
from coursekit.exercises.engine.showing import box
from coursekit.widgets.base import access, reruns
from coursekit.widgets.base.guess_controls import (
    chosen,
    clear,
    how_far,
    is_close,
    is_logarithmic,
    nearest,
    number_control,
    options_control,
    with_unit,
)

Kind = Literal["answer", "measured"]
KINDS = {"answer": "Answer", "measured": "Measured"}
PENDING, RIGHT, WRONG = "#6b7280", "#15803d", "#b91c1c"


def predict(
    question: str,
    options: Sequence[Any] | None = None,
    *,
    between: Sequence[float] | None = None,
    unit: str = "",
    kind: Kind = "answer",
    log: bool | None = None,
    ordered: bool = False,
    id: str | None = None,  # noqa: A002 - the lessons' word for it
) -> "Prediction":
    """Ask for a guess and show the question; returns the `Prediction`, whose `reveal` shows the answer later.

        guess = predict("Which loss ends lower?", ["MSE", "cross-entropy"], kind="measured")
        guess.reveal("cross-entropy", because="its gradient does not vanish")

    options: a list of at least two answers. They are shuffled, unless they are `ordered` or increasing numbers.
    between: (low, high) instead, the range of a number with its `unit`. The control starts empty; its scale, and the
    comparison, are logarithmic with log=True, and by default where the range spans two decades.
    kind: "answer" for what follows by arithmetic or reasoning, "measured" for the outcome of an experiment.
    id: what the guess is stored under. By default a hash of the lesson and the question, so that a reworded question
    is a new one; with an id of its own a question can be reworded and keeps its guesses.
    """
    prediction = Prediction(question, options, between, unit, kind, log, ordered, id)
    _group.ask(prediction.id)
    reruns.free_earlier(prediction)
    display(prediction)
    return prediction


class Prediction:
    """A question with its control. `guess` is None until one is locked, now or in an earlier session."""

    def __init__(
        self,
        question: str,
        options: Sequence[Any] | None = None,
        between: Sequence[float] | None = None,
        unit: str = "",
        kind: Kind = "answer",
        log: bool | None = None,
        ordered: bool = False,
        id: str | None = None,  # noqa: A002
    ) -> None:
        if not isinstance(question, str) or not question.strip():
            raise TypeError(f"predict: the question must be a sentence, not {question!r}.")
        if (options is None) == (between is None):
            raise ValueError(
                "predict: give either options, a list of answers, or between=(low, high), and not both."
            )
        checks.one_of("predict", "kind", kind, tuple(KINDS))
        self.question, self.unit, self.kind = question, unit, kind
        self.id = id or question_id(question, current_lesson())
        self._options = options
        self._control: Any
        self._log = False
        if options is not None:
            self._control = options_control(options, self.id, ordered)
        elif between is not None:
            self._control = number_control(between, unit, log)
            self._log = is_logarithmic(between, log)
        self.guess: Any = None
        self._locked_at: Any = None  # the value of the control at that moment
        self._when = datetime.now()
        self._skipped = False
        self._revealed: Any = None  # (display id, value, because, whether its question is repeated)
        self._build()
        if (kept := stored_guess(self.id)) is not None and self._is_possible(kept.guess):
            self._keep(kept.guess, kept.when or self._when)

    def _build(self) -> None:
        """Make the widgets: the question, its control, three buttons, a note, and what a saved notebook shows."""
        title = ipywidgets.HTML(f'<div style="line-height:1.4"><b>{rich(self.question)}</b></div>')
        self._lock = ipywidgets.Button(description="Lock my guess", button_style="primary")
        self._skip = ipywidgets.Button(description="Skip", tooltip="Show the answer without a guess")
        self._again = ipywidgets.Button(description="Guess again")
        self._note, self._saved = ipywidgets.HTML(), ipywidgets.HTML(layout={"display": "none"})
        self._saved.add_class(access.SAVED)
        self._lock.on_click(self._lock_clicked)
        self._skip.on_click(self._skip_clicked)
        self._again.on_click(self._again_clicked)
        self._control.observe(self._moved_late, "value")
        self._sure = ipywidgets.Dropdown(
            options=[("how sure? (optional)", None), *((words, words) for words in SURE)],
            layout={"width": "max-content"},
        )
        buttons = [self._lock, self._sure, self._skip, self._again]
        row = ipywidgets.HBox(buttons, layout={"flex_flow": "row wrap"})
        children = [title, self._control, self._note, row, self._saved]
        named = [(self.question, self._control), ("how sure", self._sure)]
        self.panel, _ = access.panel(children, named)
        self._say("", locked=False)

    def close(self) -> None:
        """Free the widgets; the guess stays."""
        reruns.close(self.panel)

    def _is_possible(self, guess: Any) -> bool:
        """Whether a stored guess still answers the question: its options or its range may have changed."""
        if self._options is not None:
            return guess in self._options
        low, high = self._control.options[1][1], self._control.options[-1][1]
        return isinstance(guess, int | float) and low <= guess <= high

    def _lock_clicked(self, _) -> None:
        guess = chosen(self._control)
        if guess is None:
            first = "Choose an answer first." if self._options is not None else "Move the slider first."
            self._say(first, locked=False)
            return
        record_guess(
            None, self.id, self.question, guess, self._options, unit=self.unit, sure=self._sure.value
        )
        self._keep(guess, datetime.now())

    def _moved_late(self, _) -> None:
        """Lock again, with a move that was made before the lock: while the kernel works, the browser sends moves late."""
        late = chosen(self._control)
        if self._control.disabled and late not in (None, self._locked_at):
            self._lock_clicked(None)

    def _keep(self, guess: Any, when: datetime) -> None:
        """Show a locked guess, and the answer if it is due."""
        self.guess, self._when = guess, when
        self._locked_at = guess if self._options is not None else nearest(self._control, guess)
        self._control.value = self._locked_at
        date = f"{when.day} {when:%B}"
        self._say(f"You guessed <b>{rich(self._text(guess))}</b> on {date}.", locked=True)
        self._update()

    def _skip_clicked(self, _) -> None:
        self._skipped = True
        self._say("Skipped: nothing is stored, and the answer is shown.", locked=False)
        self._update()

    def _again_clicked(self, _) -> None:
        self._say("", locked=False)
        clear(self._control)

    def _say(self, note: str, locked: bool) -> None:
        """Put a note beneath the control, and show the buttons that fit."""
        self._note.value = f'<span role="status">{note}</span>' if note else ""
        self._control.disabled = locked
        for button in (self._lock, self._sure, self._skip, self._again):
            button.layout.display = None if (button is self._again) == locked else "none"
        self._saved.value = self._without_widgets()

    def _without_widgets(self) -> str:
        """The question as HTML, with the guess if there is one: what a page shows that cannot run widgets."""
        parts = [f"<p><b>{rich(self.question)}</b></p>"]
        if self._options is not None:
            items = "".join(f"<li>{rich(str(option))}</li>" for option in self._control.options)
            parts.append(f"<ul>{items}</ul>")
        if self._control.disabled:  # locked
            parts.append(f"<p>{self._note.value}</p>")
        return (
            f'<div class="coursekit-question" data-question="{html.escape(self.id)}">{"".join(parts)}</div>'
        )

    def reveal(self, value: Any, because: str = "") -> None:
        """Show the answer, one of the options or a number, beside the guess.

        It stays folded until a guess is locked or skipped, and remains in the saved notebook as plain HTML.
        """
        if self._options is not None:
            checks.one_of("reveal", "value", value, self._options)
        else:
            value = checks.number("reveal", "value", value)
        self._revealed = uuid.uuid4().hex, value, because, _group.reveal(self.id)
        display(self._answer(), raw=True, display_id=self._revealed[0])

    def _update(self) -> None:
        """Bring an answer that is already on the page up to date."""
        if self._revealed is not None:
            update_display(self._answer(), raw=True, display_id=self._revealed[0])

    def _answer(self) -> dict[str, str]:
        """What `reveal` displays."""
        _, value, because, is_one_of_several = self._revealed
        answer = f"{KINDS[self.kind]}: <b>{rich(self._text(value))}</b>. {rich(because)}".strip()
        color = PENDING
        if self.guess is not None:
            right = self._is_right(value)
            record_answer(self.id, right, value)
            color = RIGHT if right else WRONG
            inside = f"{self._verdict(value, right)}<br>{answer}"
        elif self._skipped:
            inside = answer
        else:
            inside = (
                "The answer appears here when you have locked your guess.<details><summary>Skip the guess and show "
                f"the answer</summary><div>{answer}</div></details>"
            )
        if is_one_of_several:
            inside = f"<b>{rich(self.question)}</b><br>{inside}"
        plain = f"{KINDS[self.kind]}: {self._text(value)}. {because}".strip()
        shown = box(inside, KINDS[self.kind], color)
        marked = f'<div class="coursekit-answer" data-question="{html.escape(self.id)}">{shown}</div>'
        return {"text/html": marked, "text/plain": plain}

    def _is_right(self, value: Any) -> bool:
        if self._options is not None:
            return self.guess == value
        return self.guess == nearest(self._control, value) or is_close(self.guess, value, self._log)

    def _verdict(self, value: Any, right: bool) -> str:
        """The guess, and how good it was."""
        guess = f"Your guess: {rich(self._text(self.guess))}."
        if self._options is not None or self.guess == nearest(self._control, value):
            return f"{guess} {'✓ Right.' if right else '✗ Not quite.'}"
        far = rich(how_far(self.guess, value, self._log, self.unit))
        return f"{guess} {'✓ Close' if right else '✗ Not quite'}: {far}."

    def _text(self, value: Any) -> str:
        return with_unit(value, self.unit) if self._options is None else str(value)

    def _repr_mimebundle_(self, include=None, exclude=None):
        """The panel; where widgets cannot run, the question."""
        return access.bundle(
            self.panel, {"text/html": self._without_widgets(), "text/plain": html.unescape(self.question)}
        )


class _Group:
    """The questions asked since the last answer. Where there are several, each answer repeats its question."""

    def __init__(self) -> None:
        self.asked: set[str] = set()
        self.is_revealing = False

    def ask(self, identity: str) -> None:
        """Take note of a question; the first one after an answer begins a new group."""
        if self.is_revealing:
            self.asked.clear()
        self.is_revealing = False
        self.asked.add(identity)

    def reveal(self, identity: str) -> bool:
        """Take note of an answer; whether its question is one of several, or not the last that was asked."""
        self.is_revealing = True
        return self.asked != {identity}


_group = _Group()
