"""The tests that need no Linux, in a fresh environment, on any system: `python .ci/portable.py`.

Grading needs Linux; its tests, and those of browsers and clusters, are left out. Arguments are passed on to pytest.
"""

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
ONLY_ON_LINUX = ("grading", "browser", "cluster", "hub")


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        install = [python, "-m", "pip", "install", "-c", "constraints.txt", "-e", ".[test]"]
        subprocess.run(install, cwd=ROOT, check=True)
        ignored = [f"--ignore=tests/{name}" for name in ONLY_ON_LINUX]
        return subprocess.run([python, "-m", "pytest", *ignored, *sys.argv[1:]], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
