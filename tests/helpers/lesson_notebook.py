"""A lesson as pytest collects it: nbval runs its cells one by one, and what they leave behind serves the tests of its claims."""

import tempfile
from pathlib import Path

from lesson_cells import LEAVE, STRICT, keep_blank_run
from nbval.plugin import IPyNbFile

# What nbval's own command line would have set.
OPTIONS = {
    "nbval_lax": True,  # outputs are not stored, so they are not compared
    "nbval_current_env": True,
    "nbval_kernel_name": None,
    "nbval_kernel_startup_timeout": 60,
    "nbval_cell_timeout": 120,
    "nbval_sanitize_with": None,
    "nbdime": False,
}


class Lesson(IPyNbFile):
    """A blank lesson. A warning in a cell is an error, as everywhere in the tests."""

    def __init__(self, *args, parent, **kwargs):
        for name, value in OPTIONS.items():
            if not hasattr(parent.config.option, name):
                setattr(parent.config.option, name, value)
        super().__init__(*args, parent=parent, **kwargs)
        self.passed = []

    def collect(self):
        self.cells = list(super().collect())
        return self.cells

    def setup(self):
        super().setup()
        self.execute(STRICT)

    def teardown(self):
        """Keep the lesson's names and what it printed, if every cell has run without an error."""
        try:
            if len(self.passed) == len(self.cells) and self.kernel.is_alive():
                with tempfile.TemporaryDirectory() as folder:
                    names = Path(folder) / "names"
                    self.execute(LEAVE.format(path=str(names)))
                    keep_blank_run(self.path, names.read_bytes(), self.printed())
        finally:
            super().teardown()

    def execute(self, source):
        """Run a cell that is not the lesson's."""
        message = self.kernel.execute_cell_input(source, allow_stdin=False)
        self.kernel.await_reply(message, timeout=60)
        self.kernel.await_idle(message, 60)

    def printed(self):
        outputs = [output for cell in self.cells for output in cell.test_outputs or ()]
        texts = [output.text for output in outputs if output.get("name") == "stdout"]
        texts += [o.data["text/plain"] for o in outputs if o.output_type == "execute_result"]
        return "\n".join(texts)
