"""The names that IPython adds to a notebook's builtins: they show nothing here, and run no program."""

import contextlib


def display(*objects: object, **options: object) -> None:
    """Shows nothing."""


class Shell:
    """What get_ipython() gives: magics do nothing, except %%writefile, which writes its file."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _nothing

    def getoutput(self, command="", *_, **__):
        """No program is run, so it has no lines of output."""
        return []

    def run_cell_magic(self, name, line="", cell=""):
        """Writes the file of %%writefile, as far as there is a folder for it."""
        if name in ("writefile", "file"):
            append = "-a" in line.split()
            path = line.split()[-1] if line.split() else ""
            with contextlib.suppress(OSError, ValueError), open(path, "a" if append else "w") as file:
                file.write(cell)


def _nothing(*_, **__):
    return None
