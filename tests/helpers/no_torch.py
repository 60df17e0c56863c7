"""Importing this module makes Python as if PyTorch were not installed: `python -c "import no_torch; …"`."""

import sys
from importlib.machinery import PathFinder


class WithoutTorch(PathFinder):
    """Finds everything but torch."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.partition(".")[0] == "torch" else super().find_spec(name, path, target)


sys.meta_path = [WithoutTorch if finder is PathFinder else finder for finder in sys.meta_path]
