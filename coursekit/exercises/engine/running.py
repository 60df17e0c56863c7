"""Run an answer on questions: in its own thread, against the clock, its prints, warnings and errors caught.

The thread is what makes a time limit work in a notebook on every system. Signals exist only on Unix; an
exception sent to the main thread cannot end a call that sleeps or waits in C. The main thread waits here, so
that it gets control back whatever the answer does, and then asks the answer's thread to end itself
(PyThreadState_SetAsyncExc).
"""

import contextlib
import dataclasses
import io
import linecache
import sys
import threading
import time
import warnings
from collections.abc import Iterator

import numpy as np

from coursekit.exercises.engine import callables
from coursekit.exercises.engine.answers import Answers, Failure, Outcome
from coursekit.exercises.engine.callables import live
from coursekit.exercises.engine.exercise import SECONDS
from coursekit.exercises.engine.operands import operand_shapes
from coursekit.exercises.engine.values import fresh, plain, share_memory

MOST_PRINTED = 4000  # characters kept of the prints of one call, and of an error's text
PATIENCE = 1.0  # seconds to wait for a stopped thread: it may sit in C, or catch everything


class _TimeUp(BaseException):
    """Sent into the answer's thread; not an Exception, so that `except Exception` lets it through."""


class Notes(io.TextIOBase):
    """Keeps the first characters written; an endless loop of prints must not fill the memory."""

    def __init__(self):
        self.text = ""

    def writable(self):
        return True

    def write(self, text):
        if len(self.text) < MOST_PRINTED:
            self.text = (self.text + text)[:MOST_PRINTED]
        return len(text)

    def take(self):
        text, self.text = self.text, ""
        return text


def run_answer(
    function, questions, *, seconds: float = SECONDS, references: frozenset[str] = frozenset()
) -> Answers:
    """Call function on the arguments of each question.

    The arguments are fresh copies. After `seconds` the call under way counts as "timeout", the rest as
    "skipped". Where no thread can be started, as in a browser, the calls run here and without a limit.
    `references`: names of coursekit's functions that an answer may not call; the first one called is reported.
    """
    run = _Run(function, questions, references)
    unlimited = False
    with (
        contextlib.redirect_stdout(run.notes),
        contextlib.redirect_stderr(run.notes),
        warnings.catch_warnings(),
    ):
        worker = threading.Thread(target=run.in_thread, daemon=True)
        try:
            worker.start()
        except RuntimeError:  # "can't start new thread"
            unlimited = True
            run.here()
        else:
            try:
                worker.join(seconds)
            finally:  # also when the learner interrupts the kernel
                run.time_is_up.set()
                _stop(worker)
    done = run.outcomes[:]
    if len(done) < len(questions):
        still = ", and could not be stopped: restart the kernel" if worker.is_alive() else ""
        failure = Failure("timeout", text=f"{seconds:g} s{still}")
        done.append(Outcome(failure=failure, printed=run.notes.take()))
        done.extend([Outcome(failure=Failure("skipped"))] * (len(questions) - len(done)))
    warned = dict.fromkeys(text for outcome in done for text in outcome.warned)
    return Answers(tuple(done), tuple(warned), run.borrowed[0] if run.borrowed else None, unlimited)


class _Run:
    """The calls of one answer, in whichever thread makes them."""

    def __init__(self, function, questions, references):
        self.function, self.questions, self.references = function, questions, references
        self.outcomes: list[Outcome] = []
        self.borrowed: list[str] = []
        self.notes, self.time_is_up = Notes(), threading.Event()

    def in_thread(self):
        with contextlib.suppress(_TimeUp):
            sys.setprofile(self._watch)  # of this thread only; it ends with the thread
            self._ask()

    def here(self):
        before = sys.getprofile()
        sys.setprofile(self._watch)
        try:
            self._ask()
        finally:
            sys.setprofile(before)

    def _ask(self):
        for question in self.questions:
            outcome = call_once(self.function, question.args)
            if self.time_is_up.is_set():  # an answer that caught _TimeUp may still return
                break
            self.outcomes.append(dataclasses.replace(outcome, printed=self.notes.take()))

    def _watch(self, frame, event, _):
        module = str(frame.f_globals.get("__name__"))
        if event == "call" and frame.f_code.co_name in self.references and module.startswith("coursekit."):
            self.borrowed.append(f"{module}.{frame.f_code.co_name}")


def call_once(function, args) -> Outcome:
    """One call on fresh copies of args, in this thread."""
    given = tuple(live(fresh(a)) for a in args)
    with (
        warnings.catch_warnings(record=True) as caught,
        np.errstate(divide="warn", over="warn", invalid="warn"),
    ):
        warnings.simplefilter("always")
        outcome = _call(function, given)
    warned = dict.fromkeys(f"{w.category.__name__}: {w.message}" for w in caught)
    return dataclasses.replace(outcome, warned=tuple(warned))


def _call(function, given):
    try:
        output = function(*given)
        if isinstance(output, Iterator):  # the body of a generator runs only now
            output = list(output)
    except _TimeUp:
        raise
    except BaseException as error:  # exit() and quit() too are answers that went wrong
        return Outcome(failure=_failure(function, error), after=given)
    try:
        return Outcome(plain(output), after=given, shared=share_memory(output, given))
    except _TimeUp:
        raise
    except Exception as error:
        return Outcome(failure=Failure("unreadable", type(error).__name__, str(error)), after=given)


def _stop(worker):
    import ctypes  # a browser's Python may lack it, and needs it for nothing else

    give_up = time.monotonic() + PATIENCE
    while worker.is_alive() and time.monotonic() < give_up:
        # Again and again: a bare `except:` in the answer's loop may swallow one.
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(worker.ident), ctypes.py_object(_TimeUp))
        worker.join(0.02)


def _failure(function, error):
    """The failure, with the line of the learner's own code: the last frame that shares the function's globals."""
    own = getattr(function, "__globals__", None)
    line, source, shapes, within = None, "", (), ""
    for trace in _traces(error):
        frame = trace.tb_frame
        if frame.f_globals.get("__name__") == callables.__name__:
            within = within or frame.f_code.co_name
        if frame.f_globals is own:  # cells of a notebook share their globals
            line, within = trace.tb_lineno, ""
            source = linecache.getline(frame.f_code.co_filename, line, own).strip()
            shapes = operand_shapes(trace) if isinstance(error, ValueError) else ()
    try:
        text = str(error)[:MOST_PRINTED]
    except Exception:  # an error class of the learner's own may fail to print itself
        text = ""
    bases = tuple(c.__name__ for c in type(error).__mro__[1:])
    return Failure("raised", type(error).__name__, text, line, source, bases, shapes, within)


def _traces(error):
    trace = error.__traceback__
    while trace is not None:
        yield trace
        trace = trace.tb_next
