"""The hub's files, read without a hub: they parse, they agree with each other and with what was measured."""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from traitlets.config.loader import PyFileConfigLoader

pytestmark = pytest.mark.skipif(os.name != "posix", reason="JupyterHub does not run on Windows")

ROOT = Path(__file__).parents[2]
HUB = ROOT / "jupyterhub"
RESULTS = (ROOT / "tests" / "benchmarks" / "RESULTS.md").read_text(encoding="utf-8")
UNITS = {"M": 2**20 / 1e6, "G": 2**30 / 1e6}  # JupyterHub's, in megabytes


@pytest.fixture(scope="module")
def values():
    return yaml.safe_load((HUB / "values.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSEKIT_HUB", str(tmp_path))
    before = os.umask(0)
    yield PyFileConfigLoader("jupyterhub_config.py", str(HUB)).load_config()
    os.umask(before)  # the file sets the hub's


def megabytes(size):
    return float(size[:-1]) * UNITS[size[-1]]


def measured(row):
    """(min, median, max) of a row of the table of one student in RESULTS.md."""
    line = re.search(rf"^\| {re.escape(row)} \|(.+)\|$", RESULTS, re.MULTILINE)
    return [float(cell) for cell in line[1].split("|")]


def heaviest_kernel():
    """Megabytes of the largest kernel in the table of what the lessons take."""
    rows = re.findall(r"^\| \d\d[a-z]? [a-z -]+\|.* MB \|$", RESULTS, re.MULTILINE)
    return max(float(peak) for row in rows for peak in re.findall(r"(\d+) MB", row))


def test_the_limit_has_room_for_two_kernels_of_the_heaviest_lesson_and_not_for_four(values):
    *_, server = measured("server, resident, MB")
    limit = megabytes(values["singleuser"]["memory"]["limit"])
    assert server + 2 * heaviest_kernel() <= limit < server + 4 * heaviest_kernel()


def test_the_guarantee_is_what_a_student_with_a_lesson_open_holds(values):
    *_, most = measured("server and kernels, resident, MB")
    guarantee = megabytes(values["singleuser"]["memory"]["guarantee"])
    assert most <= guarantee < 1.25 * most


def test_one_machine_and_kubernetes_have_the_same_numbers(values, settings):
    user = values["singleuser"]
    assert settings.Spawner.mem_limit == user["memory"]["limit"]
    assert settings.Spawner.default_url == user["defaultUrl"]
    assert settings.Spawner.environment == user["extraEnv"]
    assert (
        settings.Authenticator.username_pattern
        == values["hub"]["config"]["Authenticator"]["username_pattern"]
    )
    (culler,) = settings.JupyterHub.services
    assert f"--timeout={values['cull']['timeout']}" in culler["command"]
    for name, value in user["extraFiles"]["kernels"]["data"]["MappingKernelManager"].items():
        assert f"--MappingKernelManager.{name}={value}" in settings.Spawner.args


@pytest.mark.parametrize("name", ["ada", "ada.lovelace@example.edu", "s1234567"])
def test_a_name_of_a_student_is_let_in(settings, name):
    assert re.match(settings.Authenticator.username_pattern, name)


@pytest.mark.parametrize("name", ["..", ".ssh", "../ada", "a/b", "", "-r", "a b", "a\n"])
def test_a_name_that_would_be_another_folder_is_not(settings, name):
    assert not re.match(settings.Authenticator.username_pattern, name)


def test_a_students_hand_in_folder_is_hers_alone(settings, tmp_path):
    spawner = SimpleNamespace(
        user=SimpleNamespace(name="nobody-has-this-name"), environment={"OMP_NUM_THREADS": "1"}
    )
    settings.Spawner.pre_spawn_hook(spawner)
    folder = tmp_path / "hand-in" / spawner.user.name
    assert folder.stat().st_mode & 0o777 == 0o700
    assert spawner.environment == {"OMP_NUM_THREADS": "1", "COURSEKIT_HAND_IN": str(folder)}


def test_the_class_is_mounted_for_instructors_only(values):
    hook = SimpleNamespace(KubeSpawner=SimpleNamespace())
    exec(values["hub"]["extraConfig"]["instructors"], {"c": hook})
    for admin in (True, False):
        notebook = SimpleNamespace(volume_mounts=[])
        pod = SimpleNamespace(spec=SimpleNamespace(containers=[notebook]))
        spawner = SimpleNamespace(user=SimpleNamespace(admin=admin))
        assert hook.KubeSpawner.modify_pod_hook(spawner, pod) is pod
        assert [mount["readOnly"] for mount in notebook.volume_mounts] == [True] * admin


def test_every_mount_is_of_the_volume_that_the_claim_makes(values):
    claim = yaml.safe_load((HUB / "hand_in_volume.yaml").read_text(encoding="utf-8"))
    (volume,) = values["singleuser"]["storage"]["extraVolumes"]
    assert volume["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"]
    mounts = [
        *values["singleuser"]["storage"]["extraVolumeMounts"],
        *values["singleuser"]["initContainers"][0]["volumeMounts"],
    ]
    assert {(mount["name"], mount["subPath"]) for mount in mounts} == {
        (volume["name"], "{unescaped_username}")
    }


@pytest.mark.slow
def test_the_pods_hook_brings_the_lessons(values, tmp_path):
    command = values["singleuser"]["lifecycleHooks"]["postStart"]["exec"]["command"]
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    }
    subprocess.run(command, env=environment, check=True)
    opened = values["singleuser"]["defaultUrl"].removeprefix("/lab/tree/")
    lessons = {path.name for path in (ROOT / "lessons").glob("*.ipynb")}
    assert {path.name for path in (tmp_path / opened).glob("*.ipynb")} == lessons | {"start.ipynb"}


def test_a_link_for_each_lesson_opens_it_in_the_folder_that_is_pulled():
    command = [
        sys.executable,
        HUB / "links.py",
        "https://hub.example.edu/",
        "https://example.org/me/course.git",
    ]
    printed = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    lines = [line.split(" ") for line in printed.splitlines()]
    assert [name for name, _ in lines] == sorted(path.name for path in (ROOT / "lessons").glob("*.ipynb"))
    for name, link in lines:
        parts = urlsplit(link)
        assert (parts.hostname, parts.path) == ("hub.example.edu", "/hub/user-redirect/git-pull")
        assert parse_qs(parts.query) == {
            "repo": ["https://example.org/me/course"],
            "branch": ["main"],
            "urlpath": [f"lab/tree/course/lessons/{name}"],
        }
