"""What the instructor can fix; the text of each error says how."""

import sys


class GradingError(ValueError):
    """Grading cannot start, or a course folder cannot be written."""


def require_linux() -> None:
    """Raise GradingError, with the remedy, where there is no Linux kernel to lock submissions in."""
    if sys.platform != "linux":
        raise GradingError(
            "submissions are run in a sandbox of the Linux kernel, which this system has not. Use Linux, the Windows "
            "Subsystem for Linux (WSL 2), or a Linux container or virtual machine."
        )
