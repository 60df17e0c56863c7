"""Run one answer: define what it needs, call it on every question, write down each outcome as it comes.

All that is written here is a stranger's claim about their own function. The grader reads it as data.
"""

import __future__

import ast
import builtins
import contextlib
import dataclasses
import linecache
import random
import signal
import sys
import time
import types
import warnings
from pathlib import Path

from coursekit.exercises.engine.answers import Failure
from coursekit.exercises.engine.callables import Named, Rng
from coursekit.exercises.engine.running import Notes, call_once
from coursekit.exercises.engine.todo import is_blank
from coursekit.exercises.engine.values import identical, plain
from coursekit.grading.inside import withheld
from coursekit.grading.inside.notebook_names import Shell, display
from coursekit.grading.inside.wire import WireError, decode, receive, sender


class TookTooLong(BaseException):
    """A statement of the notebook did not end."""


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
        withheld.restore(frozenset(job["refused"]))
        withheld.watch_files(str(Path(__file__).parents[2]))
        builtins.display, builtins.get_ipython = display, Shell
        namespace, troubles, late = _define(job["cells"], job["names"], job["seconds"], job["all_seconds"])
        function, missing = _value(job["target"], namespace, job["seconds"], troubles)
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
                after = _changed(args, outcome.after)
                _send_outcome(send, dataclasses.replace(outcome, printed=notes.take(), after=after))
            signal.setitimer(signal.ITIMER_REAL, 0)


def _define(cells, names, seconds, all_seconds):
    """Run the chosen statements of each cell in a fresh __main__; returns its names, what went wrong, whether it was late.

    cells: (label, source, numbers of the statements); names: those needed of what is imported, None for all. A
    statement that fails costs only what it would have defined.
    """
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    troubles, flags, end = [], 0, time.monotonic() + all_seconds
    for label, source, numbers in cells:
        lines = [f"{line}\n" for line in source.split("\n")]
        linecache.cache[label] = (len(source), None, lines, label)
        body = ast.parse(source).body
        for number in numbers:
            statement = _narrowed(body[number], names)
            flags |= _future(statement)
            left = end - time.monotonic()
            if left <= 0:
                return vars(module), troubles, True
            try:
                with _at_most(min(seconds, left)):
                    code = compile(ast.Module([statement], []), label, "exec", flags, dont_inherit=True)
                    exec(code, vars(module))
            except BaseException as error:  # also quit(), and an error that is no Exception
                troubles.append((label, statement.lineno, type(error).__name__, _text(error)))
    return vars(module), troubles, False


def _value(target, namespace, seconds, troubles):
    """(the function that was checked, whether it is missing)."""
    if target.isidentifier():
        return namespace.get(target), target not in namespace
    try:
        with _at_most(seconds):
            return eval(target, namespace), False
    except BaseException as error:  # as of a statement
        troubles.append((target[:60], 1, type(error).__name__, _text(error)))
        return None, True


def _future(statement):
    """The compiler flags that an import from __future__ sets for what follows."""
    if not isinstance(statement, ast.ImportFrom) or statement.module != "__future__":
        return 0
    features = [getattr(__future__, alias.name, None) for alias in statement.names]
    return sum({feature.compiler_flag for feature in features if feature})


def _narrowed(statement, names):
    """An import without the names that nothing needs: loading matplotlib for nothing takes longer than all else."""
    if names is not None and isinstance(statement, ast.Import | ast.ImportFrom):
        needed = [
            a for a in statement.names if (a.asname or a.name).partition(".")[0] in names or a.name == "*"
        ]
        statement.names = needed or statement.names
    return statement


@contextlib.contextmanager
def _at_most(seconds):
    def ring(*_):
        raise TookTooLong(f"it had not ended after {seconds:.3g} s")

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.1)  # again and again: a bare `except:` may swallow one
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _text(error):
    try:
        return str(error)[:300]
    except BaseException:  # an error of the student's own making may not be able to speak
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
    except Exception:  # anything may have been put into a list
        return f"<{type(value).__name__}>"


def _send_outcome(send, outcome):
    try:
        send(_fields(outcome))
    except (WireError, ValueError, RecursionError, MemoryError) as error:
        failure = outcome.failure or Failure("unreadable", type(error).__name__, str(error)[:300])
        send(_fields(dataclasses.replace(outcome, output=None, after=None, failure=failure)))


def _fields(outcome):
    """The outcome by field, its failure by field too, and what it has called or opened so far."""
    failure = outcome.failure and vars(outcome.failure)
    more = {"failure": failure, "borrowed": withheld.noted[:1], "opened": withheld.opened[:3]}
    return vars(outcome) | more
