"""Run an answer on questions: in its own thread, against the clock, its prints, warnings and errors caught.

The thread is what makes a time limit work in a notebook on every system. Signals exist only on Unix; an
exception sent to the main thread cannot end a call that sleeps or waits in C. The main thread waits here, so
that it gets control back whatever the answer does, and then asks the answer's thread to end itself
(PyThreadState_SetAsyncExc).
"""

import contextlib
import ctypes
import dataclasses
import io
import linecache
import sys
import threading
import time
import traceback
import warnings

import numpy as np

from coursekit.exercises.engine.answers import Answers, Failure, Outcome
from coursekit.exercises.engine.callables import live
from coursekit.exercises.engine.exercise import SECONDS
from coursekit.exercises.engine.values import fresh, plain

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
    "skipped". `references`: names of coursekit's functions that an answer may not call; the first one called
    is reported.
    """
    outcomes, borrowed, notes, time_is_up = [], [], Notes(), threading.Event()

    def watch(frame, event, _):
        module = str(frame.f_globals.get("__name__"))
        if event == "call" and frame.f_code.co_name in references and module.startswith("coursekit."):
            borrowed.append(f"{module}.{frame.f_code.co_name}")

    def work():
        with contextlib.suppress(_TimeUp):
            sys.setprofile(watch)  # of this thread only; it ends with the thread
            for question in questions:
                outcome = call_once(function, question.args)
                if time_is_up.is_set():  # an answer that caught _TimeUp may still return
                    break
                outcomes.append(dataclasses.replace(outcome, printed=notes.take()))

    worker = threading.Thread(target=work, daemon=True)
    with contextlib.redirect_stdout(notes), contextlib.redirect_stderr(notes), warnings.catch_warnings():
        worker.start()
        try:
            worker.join(seconds)
        finally:  # also when the learner interrupts the kernel
            time_is_up.set()
            _stop(worker)
    done = outcomes[:]
    if len(done) < len(questions):
        still = ", and could not be stopped: restart the kernel" if worker.is_alive() else ""
        failure = Failure("timeout", text=f"{seconds:g} s{still}")
        done.append(Outcome(failure=failure, printed=notes.take()))
        done.extend([Outcome(failure=Failure("skipped"))] * (len(questions) - len(done)))
    warned = dict.fromkeys(text for outcome in done for text in outcome.warned)
    return Answers(tuple(done), tuple(warned), borrowed[0] if borrowed else None)


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
    except _TimeUp:
        raise
    except BaseException as error:  # exit() and quit() too are answers that went wrong
        return Outcome(failure=_failure(function, error), after=given)
    try:
        return Outcome(plain(output), after=given)
    except _TimeUp:
        raise
    except Exception as error:
        return Outcome(failure=Failure("unreadable", type(error).__name__, str(error)), after=given)


def _stop(worker):
    give_up = time.monotonic() + PATIENCE
    while worker.is_alive() and time.monotonic() < give_up:
        # Again and again: a bare `except:` in the answer's loop may swallow one.
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(worker.ident), ctypes.py_object(_TimeUp))
        worker.join(0.02)


def _failure(function, error):
    """The failure, with the line of the learner's own code: the last frame that shares her globals."""
    own = getattr(function, "__globals__", None)
    line, source = None, ""
    for frame, number in traceback.walk_tb(error.__traceback__):
        if frame.f_globals is own:  # cells of a notebook share their globals
            line = number
            source = linecache.getline(frame.f_code.co_filename, number, own).strip()
    try:
        text = str(error)[:MOST_PRINTED]
    except Exception:  # an error of her own making may not be able to speak
        text = ""
    bases = tuple(c.__name__ for c in type(error).__mro__[1:])
    return Failure("raised", type(error).__name__, text, line, source, bases)
