"""The folder in which a child may write: emptied after each, whatever it left there."""

import contextlib
import os
import time

MOST_BYTES = 64 * 2**20
MOST_FILES = 2000


def empty(folder: str, seconds: float = 5.0) -> bool:
    """Remove everything in the folder; returns whether it is empty now.

    It walks with chdir, so no depth of nesting and no length of a path stops it, and it gives itself the rights that
    a child took away. No process that could interfere is left when it runs.
    """
    give_up, home = time.monotonic() + seconds, os.getcwd()
    try:
        os.chmod(folder, 0o700)
        os.chdir(folder)
        waiting = [_folders_here()]
        while waiting:
            if time.monotonic() > give_up:
                return False
            if waiting[-1]:
                name = waiting[-1][-1]
                os.chmod(name, 0o700)
                os.chdir(name)
                waiting.append(_folders_here())
            else:
                waiting.pop()
                if waiting:
                    os.chdir("..")
                    os.rmdir(waiting[-1].pop())
        return not os.listdir(".")
    except OSError:
        return False
    finally:
        os.chdir(home)


def _folders_here():
    """Remove the files of the current folder; returns the names of its folders."""
    with os.scandir(".") as entries:
        found = list(entries)
    for entry in found:
        if not entry.is_dir(follow_symlinks=False):
            os.unlink(entry.name)
    return [entry.name for entry in found if entry.is_dir(follow_symlinks=False)]


def is_over_full(folder: str) -> bool:
    """Whether a child wrote more than it may; for folders on the instructor's own disk, which has no other limit."""
    files = size = 0
    waiting = [folder]
    while waiting:
        with contextlib.suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                files += 1
                with contextlib.suppress(OSError):
                    size += entry.stat(follow_symlinks=False).st_blocks * 512
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                if files > MOST_FILES or size > MOST_BYTES:
                    return True
    return False
