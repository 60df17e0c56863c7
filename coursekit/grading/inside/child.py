"""Run one answer: define what it needs, call it on every question, write down each outcome as it comes.

All that is written here is a stranger's claim about her own function. The grader reads it as data.
"""

import ast
import contextlib
import dataclasses
import linecache
import random
import signal
import sys
import types
import warnings

from coursekit.exercises.engine.answers import Failure
from coursekit.exercises.engine.callables import Named, Rng
from coursekit.exercises.engine.running import Notes, call_once
from coursekit.exercises.engine.todo import is_blank
from coursekit.exercises.engine.values import identical, plain
from coursekit.grading.inside import borrowing
from coursekit.grading.inside.wire import WireError, decode, receive, sender

sheets: list[list[tuple]] = []  # questions that the server was given


class TookTooLong(BaseException):
    """A statement of the notebook did not end."""


def run(job_fd, reply_fd) -> None:
    """Read a job from one file descriptor, answer on the other.

    The job is followed by questions, or the number of a sheet of them, and perhaps by more once these are
    answered. The first message of the reply tells how the definitions went, each further one is an outcome.
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
        borrowing.refuse(job["refused"])
        namespace, troubles = _define(job["cells"], set(job["names"]), job["seconds"])
        function = namespace.get(job["name"], _MISSING)
        missing = function is _MISSING
        blank = missing or is_blank(function)
        send({"missing": missing, "blank": blank, "callable": callable(function), "troubles": troubles})
        if blank or not callable(function):
            return
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the process; what was written down stays
        while message := receive(job_fd):
            signal.setitimer(signal.ITIMER_REAL, job["seconds"])
            questions = decode(message)
            for args in sheets[questions] if isinstance(questions, int) else questions:
                notes.take()
                outcome = call_once(function, args)
                after = _changed(args, outcome.after)
                _tell(send, dataclasses.replace(outcome, printed=notes.take(), after=after))
            signal.setitimer(signal.ITIMER_REAL, 0)


_MISSING = object()


def _define(cells, names, seconds):
    """Run the chosen statements of each cell in a fresh __main__; returns its names and what went wrong.

    cells: (label, source, numbers of the statements); names: those needed of what is imported. A statement that
    fails costs only what it would have defined.
    """
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    troubles = []
    for label, source, numbers in cells:
        linecache.cache[label] = (len(source), None, source.splitlines(keepends=True), label)
        body = ast.parse(source).body
        for number in numbers:
            statement = _narrowed(body[number], names)
            try:
                with _at_most(seconds):
                    exec(compile(ast.Module([statement], []), label, "exec"), vars(module))
            except BaseException as error:  # also quit(), and an error that is no Exception
                text = _said(error)
                troubles.append((label, statement.lineno, type(error).__name__, text))
    return vars(module), troubles[:20]


def _narrowed(statement, names):
    """An import without the names that nobody needs: loading matplotlib for nothing takes longer than all else."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        needed = [
            a for a in statement.names if (a.asname or a.name).partition(".")[0] in names or a.name == "*"
        ]
        statement.names = needed or statement.names
    return statement


@contextlib.contextmanager
def _at_most(seconds):
    def ring(*_):
        raise TookTooLong(f"it had not ended after {seconds:g} s")

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.1)  # again and again: a bare `except:` may swallow one
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _said(error):
    try:
        return str(error)[:300]
    except BaseException:  # an error of her own making may not be able to speak
        return ""


def _changed(before, after):
    """The arguments as they are after the call if it wrote into one, else None."""
    pairs = zip(before, after, strict=True)
    if all(isinstance(one, Rng | Named) or identical(one, other) for one, other in pairs):
        return None
    return tuple(map(_presentable, after))


def _presentable(value):
    try:
        return plain(value)
    except Exception:  # she may have put anything into a list
        return f"<{type(value).__name__}>"


def _tell(send, outcome):
    try:
        send(_fields(outcome))
    except (WireError, ValueError, RecursionError, MemoryError) as error:
        failure = outcome.failure or Failure("unreadable", type(error).__name__, str(error)[:300])
        send(_fields(dataclasses.replace(outcome, output=None, after=None, failure=failure)))


def _fields(outcome):
    """The outcome by field, its failure by field too, and what it has borrowed so far."""
    failure = outcome.failure and vars(outcome.failure)
    return vars(outcome) | {"failure": failure, "borrowed": borrowing.noted[:1]}
