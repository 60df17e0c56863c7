"""A guess, locked before the figure is seen: predict, run, explain."""

import html

import ipywidgets
import traitlets
from IPython.display import display

from coursekit import checks
from coursekit.plots.base import inputs
from coursekit.plots.base.style import number
from coursekit.widgets.base import access
from coursekit.widgets.base.controls import round_step

_WIDE = {"width": "100%", "max_width": "480px"}


def predict(question, options=None, *, between=None, unit=""):
    """Ask for a guess and show it; returns the `Prediction`, whose `reveal` later shows what was measured.

    Either options, a list of at least two answers, or between=(low, high), a range of numbers with their
    unit.

        guess = predict("Which loss ends lower?", ["MSE", "cross-entropy"])
        guess.reveal("cross-entropy", because="its gradient does not vanish")
    """
    prediction = Prediction(question, options, between, unit)
    display(prediction)
    return prediction


class Prediction:
    """A question with its control and the button that locks it. `guess` is None until then."""

    def __init__(self, question, options=None, between=None, unit=""):
        if not isinstance(question, str) or not question.strip():
            raise TypeError(f"predict: the question is {question!r}; it wants a sentence.")
        self.question, self.unit, self.guess, self._answers = question, unit, None, []
        self._options, self._control = options, _control(question, options, between, unit)
        self._lock = ipywidgets.Button(description="Lock my guess", button_style="primary")
        self._note = ipywidgets.HTML()
        self._lock.on_click(self._locked)
        title = ipywidgets.HTML(f"<b>{html.escape(question)}</b>")
        row = ipywidgets.VBox([self._control, self._lock])
        self.panel, _ = access.panel([title, row, self._note], [(question, self._control)])

    def _locked(self, _):
        if self._control.value is None:
            self._note.value = '<span role="status">Choose an answer first.</span>'
            return
        self.guess = self._control.value
        self._control.disabled = self._lock.disabled = True
        self._note.value = f'<span role="status">Locked: {html.escape(self._say(self.guess))}.</span>'
        for answer, value, because in self._answers:
            answer.value = self._compare(value, because)

    def reveal(self, value, because=""):
        """Show the guess against the measured value: one of the options, or a number.

        Without a guess it says so, and fills it in if one is locked later.
        """
        if self._options is not None:
            checks.one_of("reveal", "value", value, self._options)
        else:
            value = checks.number("reveal", "value", value)
        answer = _Answer(value=self._compare(value, because), elsewhere=self._measured(value, because))
        self._answers.append((answer, value, because))
        display(answer)

    def _repr_mimebundle_(self, include=None, exclude=None):
        """The panel; where widgets cannot run, the question."""
        question = f"<p><b>{html.escape(self.question)}</b></p>"
        if self._options is not None:
            items = "".join(f"<li>{html.escape(str(option))}</li>" for option in self._options)
            question += f"<ul>{items}</ul>"
        return access.bundle(self.panel, {"text/html": question, "text/plain": self.question})

    def _measured(self, value, because):
        return f"Measured: <b>{html.escape(self._say(value))}</b>. {html.escape(because)}"

    def _compare(self, value, because):
        if self.guess is None:
            verdict = "You have not locked a guess."
        elif self._options is None:
            verdict = f"Your guess: {self._say(self.guess)}, off by {self._say(abs(self.guess - value))}."
        else:
            verdict = f"Your guess: {self._say(self.guess)}. " + (
                "✓ As measured." if self.guess == value else "✗ Not so."
            )
        lines = (
            f"<b>{html.escape(self.question)}</b>",
            html.escape(verdict),
            self._measured(value, because),
        )
        return f'<div role="status" style="line-height:1.5">{"<br>".join(lines)}</div>'

    def _say(self, value):
        return f"{number(value)} {self.unit}".rstrip() if self._options is None else str(value)


class _Answer(ipywidgets.HTML):
    """The comparison; where widgets cannot run, what was measured, once the reader opens it."""

    elsewhere = traitlets.Unicode()

    def _repr_mimebundle_(self, **kwargs):
        measured = f"<details><summary>Measured</summary>{self.elsewhere}</details>"
        return {**super()._repr_mimebundle_(**kwargs), "text/html": measured}


def _control(question, options, between, unit):
    """Radio buttons for options, a slider for a range."""
    if (options is None) == (between is None):
        raise ValueError(
            "predict: it wants either options, a list of answers, or between=(low, high), not both."
        )
    wide = {"width": "max-content", "max_width": "100%"}
    if options is not None:
        if isinstance(options, str) or len(set(options)) < 2:
            raise ValueError(
                f"predict: options is {options!r}; it wants a list of at least two different answers."
            )
        return ipywidgets.RadioButtons(options=list(options), value=None, layout=wide)
    low, high = inputs.interval("predict", "between", between)
    if isinstance(low, int) and isinstance(high, int):
        return ipywidgets.IntSlider((low + high) // 2, min=low, max=high, layout=_WIDE)
    return ipywidgets.FloatSlider(
        (low + high) / 2, min=low, max=high, step=round_step(low, high), layout=_WIDE
    )
