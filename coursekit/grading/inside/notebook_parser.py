"""Parse a notebook in a child, so that a file made to exhaust time or memory affects only its owner's grade."""

import json
import os
import signal
import sys

from coursekit.grading import notebook
from coursekit.grading.inside.wire import decode, receive, sender
from coursekit.grading.slicing import Slicer

MOST_TEXT = 20_000  # characters of the cells of text that are handed on
MOST_LOST = 50  # exercises of which it is said where they may be


def run(job_fd: int, reply_fd: int) -> None:
    """Read {"exercises": [(id, name)], "script": bool, "seconds": s} and the file's bytes; reply with a dict.

    The reply has "unreadable" alone, or "findings", "found" (as JSON: the answers, the cells that these need), "texts" and
    "lost".
    """
    sys.setrecursionlimit(20_000)  # for long sums and the like
    job = decode(receive(job_fd))
    signal.setitimer(signal.ITIMER_REAL, job["seconds"])
    with open(job_fd, "rb", closefd=False) as file:
        content = file.read()
    send = sender(reply_fd, largest=2**25)
    try:
        send(_parsed(content, job["script"], job["exercises"]))
    except notebook.Unreadable as error:
        send({"unreadable": str(error)[:500]})
    except (MemoryError, RecursionError):
        send({"unreadable": "the file could not be read: it takes too much memory. Was it made by Jupyter?"})
    except Exception as error:  # an unforeseen file
        text = f"{type(error).__name__}: {str(error)[:100]}"
        send({"unreadable": f"the file could not be read ({text}): look at it by hand"})
    os._exit(0)  # at once: freeing a large tree takes time


def _parsed(content, is_script, exercises):
    found = (notebook.parse_script if is_script else notebook.parse_notebook)(content)
    slicer = Slicer(found)
    answers = [slicer.find(*exercise) for exercise in exercises]
    needed = {
        cell for answer in answers if answer for part in (answer.slice, answer.prefix) for cell, _ in part
    }
    missing = [both for both, answer in zip(exercises, answers, strict=True) if answer is None]
    plain = {
        "answers": [answer and vars(answer) for answer in answers],
        "cells": {i: (found.cells[i].label, found.cells[i].source) for i in sorted(needed)},
    }
    return {
        "findings": list(found.findings[:100]),
        "found": json.dumps(plain),  # thousands of numbers, which the wire would look at one by one
        "texts": _texts(found),
        "lost": [
            (i, label, kind[:200])
            for i, (_, name) in enumerate(missing[:MOST_LOST])
            for label, kind, text in found.others
            if f"def {name}(" in text
        ][:MOST_LOST],
    }


def _texts(found):
    """The cells of text by label, as far as there is room."""
    texts, room = {}, MOST_TEXT
    for label, kind, text in found.others:
        if kind == "a markdown cell" and room > 0:
            texts[label] = text[:room]
            room -= len(text)
    return texts
