"""On a machine without a browser, a sandbox, npm or a C++ compiler the tests pass, and each skip names what is missing."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MISSING = re.compile(
    r"(chromium|google-chrome|chrome)[\w-]*|bwrap|npm|npx|node|nodejs|configurable-http-proxy"
    r"|([\w-]+-)?(g\+\+|gcc|c\+\+|cc|clang|clang\+\+)(-\d+)?"
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.nightly,
    pytest.mark.skipif(os.name != "posix", reason="needs symbolic links in PATH"),
]


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """The environment of a machine that lacks these programs: a PATH of links to all others."""
    folder = tmp_path_factory.mktemp("bin")
    for place in map(Path, os.environ["PATH"].split(os.pathsep)):
        for program in place.iterdir() if place.is_dir() else ():
            if not MISSING.fullmatch(program.name) and not (folder / program.name).is_symlink():
                (folder / program.name).symlink_to(program)
    dropped = ("PYTEST_", "CHROMIUM", "CXX", "CC", "CONFIGURABLE_HTTP_PROXY")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return {**kept, "PATH": str(folder)}


@pytest.mark.parametrize(
    ("tests", "marked", "reasons"),
    [
        (["browser"], "slow or not slow", ["Chromium"]),
        (["grading"], "not slow", ["bubblewrap"]),
        (["hub"], "slow or not slow", ["configurable-http-proxy"]),
        (["torch_backend", "training"], "slow or not slow", ["C++ compiler"]),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_it_is_green_and_each_skip_is_named(environment, tests, marked, reasons):
    paths = [f"tests/{name}" for name in tests]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        "-m",
        marked,
        *paths,
    ]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-6000:]
    skips = re.findall(r"^SKIPPED \[\d+\] \S+?(?::\d+)?: (.+)$", done.stdout, re.MULTILINE)
    assert all(skips)
    for reason in reasons:
        assert any(reason in skip for skip in skips), skips
