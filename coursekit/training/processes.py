"""The processes that make one training run: here one; torch_backend/processes.py joins many."""

import contextlib


class OneProcess:
    """A process that trains alone: there is nobody to ask."""

    rank, size = 0, 1

    def agreed(self, array):
        """The first process's array, in every process."""
        return array

    def anywhere(self, flag):
        """Whether the flag is set in any process."""
        return flag

    def held_together(self, checkpoint):
        """A context in which the end of another process becomes an error."""
        return contextlib.nullcontext()
