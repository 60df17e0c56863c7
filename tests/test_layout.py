"""The house rules of the package: where modules may be, what each may import, what each exports."""

import ast
import re
from pathlib import Path

import pytest

import coursekit

PACKAGE = Path(coursekit.__file__).parent
FLOORS = re.findall(r"^    (\w+) {2,}", coursekit.__doc__, flags=re.MULTILINE)  # the map, from the ground up
LOOSE_MODULES = {"checks", "cluster", "html_page", "initializers", "lesson_files", "risk"}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.parts[len(PACKAGE.parts)] != "lessons")


def name_of(path):
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def imported(path):
    """The modules and names of coursekit that a file imports, anywhere in it, as dotted names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("coursekit."))
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            if node.module == "coursekit":
                yield from (f"coursekit.{alias.name}" for alias in node.names if alias.name in FLOORS)
            elif node.module and node.module.startswith("coursekit."):
                yield node.module


def floor_of(dotted):
    return FLOORS.index(dotted.split(".")[1])


def test_the_map_lists_every_module_and_package():
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert sorted(FLOORS) == sorted(packages | LOOSE_MODULES)


def test_no_module_is_loose_beyond_the_six():
    loose = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__", "__main__"}
    assert loose == LOOSE_MODULES, "a new module belongs into one of the packages"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_down_the_map(path):
    own = name_of(path)
    if own in ("coursekit", "coursekit.__main__"):
        return
    upward = [name for name in imported(path) if floor_of(name) > floor_of(own)]
    assert not upward, f"{own} imports {upward}, which {'is' if len(upward) == 1 else 'are'} above it"


@pytest.mark.parametrize("package", sorted(PACKAGE.rglob("__init__.py")), ids=name_of)
def test_each_package_lists_what_is_public(package):
    if package.parent == PACKAGE:
        return
    tree = ast.parse(package.read_text(encoding="utf-8"))
    targets = [
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in ([node.target] if isinstance(node, ast.AnnAssign) else node.targets)
        if isinstance(target, ast.Name)
    ]
    assert "__all__" in targets
