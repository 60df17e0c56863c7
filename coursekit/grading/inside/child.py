"""Run answers: define what each needs, call it on every question, write down each outcome as it comes.

All that is written here is a stranger's claim about their own function. The grader reads it as data.
"""

import contextlib
import os
import random
import signal
import warnings
from pathlib import Path

import numpy as np

from coursekit.exercises.engine.answers import Failure
from coursekit.exercises.engine.callables import Named, Rng
from coursekit.exercises.engine.running import Notes, call_once
from coursekit.exercises.engine.todo import is_blank
from coursekit.exercises.engine.values import identical, plain
from coursekit.grading.inside import withheld
from coursekit.grading.inside.definitions import define, value
from coursekit.grading.inside.wire import END, WireError, decode, receive, sender


def run(job_fd: int, reply_fd: int) -> None:
    """Read one or several answers of a notebook and the questions to each; write down what comes of them.

    The first message is {"jobs": [...], "refused": names}; one message of questions follows for each job. The reply to
    a job is a message that says how the definitions went, one outcome for each question, and END.
    """
    request, *questions = _all_messages(job_fd)
    request = decode(request)
    notes, send = Notes(), sender(reply_fd)
    with (
        contextlib.redirect_stdout(notes),
        contextlib.redirect_stderr(notes),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")  # of the definitions; call_once notes those of a call
        withheld.refuse(frozenset(request["refused"]))
        withheld.watch_files(str(Path(__file__).parents[2]))
        for job, message in zip(request["jobs"], questions, strict=True):
            _start_afresh(notes)
            _answer(job, message, notes, send)
            os.write(reply_fd, END)


def _all_messages(job_fd):
    """All that the grader writes: it writes everything before it reads, so nothing may be left for later."""
    return list(iter(lambda: receive(job_fd), b""))


def _start_afresh(notes):
    """Make the answer's process look as if no other answer had run in it."""
    random.seed(0)  # answers that use the global generators get the same grade each day
    np.random.seed(0)  # noqa: NPY002
    notes.take()
    withheld.noted.clear()
    withheld.opened.clear()


def _answer(job, message, notes, send):
    """Define what one answer needs, and call it on every question of the message."""
    namespace, troubles, late = define(job["cells"], job["names"], job["seconds"], job["all_seconds"])
    function, missing = value(job["target"], namespace, job["seconds"], troubles)
    blank = missing or is_blank(function)
    head = {"missing": missing, "blank": blank, "callable": callable(function), "late": late}
    send(head | {"troubles": troubles[:20]})
    if blank or not callable(function):
        return
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the process; what was written down stays
    signal.setitimer(signal.ITIMER_REAL, job["seconds"])
    for args in decode(message):
        notes.take()
        outcome = call_once(function, args)
        _send_outcome(send, outcome, _changed(args, outcome.after), notes.take())
    signal.setitimer(signal.ITIMER_REAL, 0)


def _changed(before, after):
    """The arguments as they are after the call if it wrote into one, else None."""
    pairs = zip(before, after, strict=True)
    if all(isinstance(one, Rng | Named) or identical(one, other) for one, other in pairs):
        return None
    return tuple(map(_presentable, after))


def _presentable(value):
    try:
        return plain(value)
    except Exception:  # anything may have been put into a list
        return f"<{type(value).__name__}>"


def _send_outcome(send, outcome, after, printed):
    try:
        send(_fields(outcome.output, outcome.failure, after, printed, outcome.warned, outcome.shared))
    except (WireError, ValueError, RecursionError, MemoryError) as error:
        failure = outcome.failure or Failure("unreadable", type(error).__name__, str(error)[:300])
        send(_fields(None, failure, None, printed, outcome.warned, outcome.shared))


def _fields(output, failure, after, printed, warned, shared):
    """An outcome by field, its failure by field too, and what it has called or opened so far; empty fields are left out."""
    fields = {
        "failure": failure and vars(failure),
        "after": after,
        "printed": printed,
        "warned": warned,
        "shared": shared,
        "borrowed": withheld.noted[:1],
        "opened": withheld.opened[:3],
    }
    return {"output": output} | {name: value for name, value in fields.items() if value}
