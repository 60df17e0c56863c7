"""The workflows of GitHub: each step is a script of this repository, which also runs here."""

import os
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
each_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def steps(path):
    jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values()
    return [step for job in jobs for step in job["steps"]]


def test_there_is_a_workflow_for_each_purpose():
    assert {path.stem for path in WORKFLOWS} == {"tests", "slow", "newest", "site", "release"}


@each_workflow
def test_each_step_calls_a_script_of_the_repository(path):
    for step in steps(path):
        assert ("run" in step) != ("uses" in step)
        if "run" in step:
            script = re.fullmatch(
                r"(?:(?:QUICK|NIGHTLY)=1 )?(python )?(\.(?:ci|github)/[\w.-]+)(?: .*)?", step["run"]
            )
            assert script, step["run"]
            assert (ROOT / script[2]).is_file()
            assert script[1] or os.access(ROOT / script[2], os.X_OK), step["run"]


@each_workflow
def test_nothing_is_granted_that_is_not_needed(path):
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    granted = {name: job["permissions"] for name, job in workflow["jobs"].items() if "permissions" in job}
    assert granted == {
        "site": {"deploy": {"pages": "write", "id-token": "write"}},
        "release": {"publish": {"id-token": "write"}},
    }.get(path.stem, {})
    assert all(job["timeout-minutes"] for job in workflow["jobs"].values())


def test_the_pythons_of_the_tests_are_the_supported_ones():
    tests = yaml.safe_load((ROOT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8"))
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    supported = re.findall(r'"Programming Language :: Python :: (\d\.\d+)"', project)
    assert tests["jobs"]["linux"]["strategy"]["matrix"]["python"] == supported
