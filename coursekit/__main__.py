"""`python -m coursekit` is the command `coursekit`."""

import sys

if __name__ == "__main__":
    if (
        not sys.flags.safe_path
    ):  # -m puts the current folder first: a random.py there would hide Python's own module
        sys.path.append(sys.path.pop(0))
    from coursekit.commands.main import main

    sys.exit(main())
