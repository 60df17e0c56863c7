"""Public functions say what they take and return: each parameter and each result has a type annotation.

Public is a function or method without an underscore at the start of its name, at the top level of a module or of a class.
"""

import ast
from pathlib import Path

import pytest

import coursekit

PACKAGE = Path(coursekit.__file__).parent

# Areas that are still to be annotated. A test fails once one of them is done: then remove it here.
STILL_TO_DO: tuple[str, ...] = (
    "exercises",
    "plots",
    "widgets",
)


def area_of(path):
    return path.relative_to(PACKAGE).parts[0]


def public_functions(tree):
    """(name, function) of each public function and method."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node.name, node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef) and not inner.name.startswith("_"):
                    yield f"{node.name}.{inner.name}", inner


def unannotated(path):
    """file:line of each public function of a module, and what it leaves without a type."""
    found = []
    for name, function in public_functions(ast.parse(path.read_text(encoding="utf-8"))):
        arguments = function.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        every += [argument for argument in (arguments.vararg, arguments.kwarg) if argument]
        bare = [a.arg for a in every if a.annotation is None and a.arg not in ("self", "cls")]
        bare += [] if function.returns is not None else ["its result"]
        if bare:
            found.append(f"{path.relative_to(PACKAGE.parent)}:{function.lineno}: {name}: {', '.join(bare)}")
    return found


MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if area_of(path) != "lessons"]


@pytest.mark.parametrize("area", sorted({area_of(path) for path in MODULES}))
def test_public_functions_are_annotated(area):
    found = [line for path in MODULES if area_of(path) == area for line in unannotated(path)]
    if area in STILL_TO_DO:
        assert found, f"{area} is done: remove it from STILL_TO_DO"
    elif found:
        pytest.fail(f"{len(found)} functions without annotations:\n" + "\n".join(found), pytrace=False)


def test_what_is_still_to_be_done_exists():
    assert set(STILL_TO_DO) <= {area_of(path) for path in MODULES}
