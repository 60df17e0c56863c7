"""Run one answer: define what it needs, call it on every question, write down each outcome as it comes.

All that is written here is a stranger's claim about their own function. The grader reads it as data.
"""

import contextlib
import random
import signal
import warnings
from pathlib import Path

from coursekit.exercises.engine.answers import Failure
from coursekit.exercises.engine.callables import Named, Rng
from coursekit.exercises.engine.running import Notes, call_once
from coursekit.exercises.engine.todo import is_blank
from coursekit.exercises.engine.values import identical, plain
from coursekit.grading.inside import withheld
from coursekit.grading.inside.definitions import define, value
from coursekit.grading.inside.wire import WireError, decode, receive, sender


def run(job_fd: int, reply_fd: int) -> None:
    """Read a job from one file descriptor, answer on the other.

    The job is followed by one message with questions. The first message of the reply says how the definitions went,
    each further one is an outcome.
    """
    random.seed(0)  # as the server does with NumPy's; Python forgets it when it forks
    job = decode(receive(job_fd))
    notes, send = Notes(), sender(reply_fd)
    with (
        contextlib.redirect_stdout(notes),
        contextlib.redirect_stderr(notes),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")  # of the definitions; call_once notes those of a call
        withheld.refuse(frozenset(job["refused"]))
        withheld.watch_files(str(Path(__file__).parents[2]))
        namespace, troubles, late = define(job["cells"], job["names"], job["seconds"], job["all_seconds"])
        function, missing = value(job["target"], namespace, job["seconds"], troubles)
        blank = missing or is_blank(function)
        head = {"missing": missing, "blank": blank, "callable": callable(function), "late": late}
        send(head | {"troubles": troubles[:20]})
        if blank or not callable(function):
            return
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the process; what was written down stays
        while message := receive(job_fd):
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
