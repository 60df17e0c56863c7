"""`review()`: the questions that are due today, in a notebook as a card with buttons, elsewhere in the terminal."""

import html
from collections.abc import Callable
from datetime import date

import numpy as np
from numpy.random import Generator

from coursekit.exercises.engine.markup import rich
from coursekit.exercises.engine.progress_page import day
from coursekit.exercises.engine.showing import in_notebook, say
from coursekit.exercises.engine.wording import plural
from coursekit.html_page import code_html
from coursekit.review import session
from coursekit.review.questions import Question

LABEL = "Review"
LETTERS = "abcdefgh"


def review(*, rng: Generator | None = None, today: date | None = None) -> None:
    """Ask the questions that are due today: what you missed comes back after 1, 3, 7 and 21 days.

    rng: of the numbers and the order; None draws fresh ones. today: None for the day it is.
    """
    today = today or date.today()
    due = session.due_items(today)
    if not due:
        say(nothing_due(today), LABEL)
        return
    asked = session.questions(today, rng or np.random.default_rng())
    if in_notebook():
        _Card(asked, today).show()
    else:
        ask_in_terminal(asked, today)


def summary(today: date) -> str:
    """How much is due, in a sentence."""
    due = len(session.due_items(today))
    if not due:
        return nothing_due(today)
    asked = min(due, session.MOST)
    more = f" ({due - asked} more will follow)" if due > asked else ""
    return f"{plural(asked, 'question')} to review today, about {max(1, round(asked * 0.6))} min{more}."


def nothing_due(today: date) -> str:
    """What to say on a day without questions."""
    coming = session.next_day(today)
    if coming is None:
        return (
            "There is nothing to review. Questions come up here after you have missed a guess, or have passed an "
            "exercise only after a recognized mistake."
        )
    when, count = coming
    return (
        f"There is nothing to review today. The next {plural(count, 'question')} will come up on {day(when)}."
    )


def ask_in_terminal(
    asked: list[Question],
    today: date,
    read: Callable[[str], str] = input,
    write: Callable[[str], object] = print,
) -> None:
    """Ask one question after another; an empty answer ends the session, and what is left stays due."""
    right = 0
    for number, question in enumerate(asked, 1):
        write(f"\n{number} of {len(asked)}, lesson {question.lesson}: {question.text.replace('`', '')}")
        write("".join(f"    {line}\n" for line in question.code).rstrip())
        for letter, option in zip(LETTERS, question.options, strict=False):
            write(f"  {letter}) {option}")
        given = _letter(read, len(question.options))
        if given is None:
            write("Stopped. What you have not answered stays due.")
            return
        correct = given == question.answer
        right += correct
        session.record(question, correct, today)
        answer = f"{LETTERS[question.answer]}) {question.options[question.answer]}"
        write(
            ("✓ Right. " if correct else f"✗ Not quite. It is {answer} ")
            + question.explanation.replace("`", "")
        )
    write(f"\n{right} of {len(asked)} right. {nothing_or_more(today)}")


def nothing_or_more(today: date) -> str:
    """What comes after a session."""
    return summary(today) if session.due_items(today) else nothing_due(today)


def _letter(read, count):
    """The number of the option chosen, None to stop."""
    while True:
        try:
            given = read("Your answer (a letter; Enter stops): ").strip().lower()
        except EOFError:
            return None
        if not given:
            return None
        if given in LETTERS[:count]:
            return LETTERS.index(given)


class _Card:
    """The questions one after another in a notebook."""

    def __init__(self, asked, today):
        import ipywidgets

        self.asked, self.today, self.number, self.right = asked, today, 0, 0
        wide = {"width": "max-content", "max_width": "100%"}
        self.text = ipywidgets.HTML()
        self.options = ipywidgets.RadioButtons(options=[], layout=wide)
        self.button = ipywidgets.Button(description="Answer", button_style="primary")
        self.reply = ipywidgets.HTML()
        self.button.on_click(self._pressed)
        self.box = ipywidgets.VBox([self.text, self.options, self.button, self.reply])
        self._ask()

    def show(self):
        from IPython.display import display

        display(self.box)

    def _ask(self):
        question = self.asked[self.number]
        code = code_html(list(question.code)) if question.code else ""
        self.text.value = (
            f'<div style="line-height:1.5"><b>{self.number + 1} of {len(self.asked)}</b>, lesson '
            f"{html.escape(question.lesson)}: {rich(question.text)}{code}</div>"
        )
        self.options.options = list(question.options)
        self.options.value = None
        self.options.disabled = False
        self.button.description = "Answer"
        self.reply.value = ""

    def _pressed(self, _):
        if self.button.description == "Answer":
            self._answer()
        elif self.number + 1 < len(self.asked):
            self.number += 1
            self._ask()
        else:
            self.box.children = [self.text]
            self.text.value = html.escape(
                f"{self.right} of {len(self.asked)} right. {nothing_or_more(self.today)}"
            )

    def _answer(self):
        question = self.asked[self.number]
        if self.options.value is None:
            self.reply.value = '<span role="status">Choose an answer first.</span>'
            return
        correct = self.options.index == question.answer
        self.right += correct
        session.record(question, correct, self.today)
        verdict = "✓ Right." if correct else f"✗ Not quite. It is: {question.options[question.answer]}."
        self.reply.value = f'<div role="status" style="line-height:1.5"><b>{html.escape(verdict)}</b> {rich(question.explanation)}</div>'
        self.options.disabled = True
        self.button.description = "Next" if self.number + 1 < len(self.asked) else "Finish"
