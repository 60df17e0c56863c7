"""What every lesson's text keeps to: its parts, a guess before each figure, links that resolve, symbols that are named."""

import ast
import re

import nbformat
import pytest

from coursekit import lesson_files
from coursekit.exercises.engine.notebooks import exercise_cells

PATHS = sorted(lesson_files.lessons_folder().glob("*.ipynb"))
each_lesson = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)

# Formula → words one of which has introduced it, in the same cell or before, in the same lesson. See notation.md.
NOTATION = {
    r"\\eta(?![a-z])": r"learning rate|\brate\b",
    r"\\lambda_\{?\\?(max|min|i|j)": "eigenvalue",
    r"\\lambda(?![a-z_])": "penalty|strength|eigenvalue",
    r"\\hat y": "predict",
    r"\\ell(?![a-z])": "loss",
    r"\\sigma\(": "sigmoid",
    r"\\nabla": "gradient",
    r"\\delta(?![a-z])": "error signal|probability|δ|confidence",
    r"\\kappa": "condition number",
    r"\\beta_[12]": "Adam|moment",
    r"\\varepsilon|\\epsilon": "deviation|small|accuracy|within|ε",
    r"L_S": "empirical",
    r"L_D|L_\{?\\mathcal\{?D": "true",
    r"\\mathcal\{?H": "class",
    r"W\^": "weight",
    r"\\frac1N": "examples|mean|average",
    r"\bK\b.*\\": "classes|folds|units|inputs",
}


def cells(path):
    return nbformat.read(path, as_version=4).cells


def prose(path):
    return [cell.source for cell in cells(path) if cell.cell_type == "markdown"]


@each_lesson
def test_it_has_its_parts_in_order(path):
    text = "\n\n".join(prose(path))
    parts = [
        "After this lesson you can",
        "The same on the other backend",
        "You decide",
        "In five lines",
        "Sources",
    ]
    places = [text.find(part) for part in parts]
    assert -1 not in places, dict(zip(parts, places, strict=True))
    assert places == sorted(places)
    objectives = re.findall(r"^\d\. ", text[places[0] : text.index("Run the cells")], re.MULTILINE)
    assert 2 <= len(objectives) <= 4
    five_lines = text[places[3] : text.index("\n## ", places[3])]
    assert len(re.findall(r"^\d\. ", five_lines, re.MULTILINE)) == 5
    assert text.count("A closer look.") >= 3
    assert re.search(r"^\| your notes may write \| here \| in code \|$", text[places[3] :], re.MULTILINE)


def calls(source, module):
    """Names of the functions of a module that a cell calls, in order."""
    found = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    attributes = [f for f in found if isinstance(f, ast.Attribute) and isinstance(f.value, ast.Name)]
    return [f.attr for f in attributes if f.value.id == module]


@each_lesson
def test_a_guess_is_locked_before_every_figure_and_shown_against_the_result(path):
    waiting, asked = set(), 0
    for cell in cells(path):
        if cell.cell_type != "code":
            continue
        asked += "predict" in calls(cell.source, "widgets")
        waiting |= set(re.findall(r"^(\w+) = widgets\.predict\(", cell.source, re.MULTILINE))
        if calls(cell.source, "plots"):
            assert waiting, f"no guess before the figure of cell {cell.id}"
        waiting -= set(re.findall(r"(\w+)\.reveal\(", cell.source))
    assert asked
    assert not waiting, f"guesses never shown against a result: {waiting}"


@each_lesson
def test_links_resolve(path):
    for text in prose(path):
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if target.startswith("https://"):
                continue
            file, _, anchor = target.partition("#")
            linked = path if not file else path.parent / file
            assert linked.is_file(), f"{path.name}: {target}"
            if anchor:
                headings = re.findall(r"^#+ (.+)$", "\n".join(prose(linked)), re.MULTILINE)
                assert anchor in [heading.replace(" ", "-") for heading in headings], f"{path.name}: {target}"


@each_lesson
def test_no_symbol_is_used_before_it_is_introduced(path):
    told = ""
    for text in prose(path):
        told += "\n" + text
        formulas = " ".join(re.findall(r"\$[^$]+\$", text))
        for symbol, words in NOTATION.items():
            if re.search(symbol, formulas):
                assert re.search(words, told, re.IGNORECASE), f"{path.name}: {symbol} in: {text[:80]} …"


@each_lesson
def test_nothing_is_praised(path):
    """The figure has to convince."""
    banned = (
        r"\b(powerful|simply|amazing|awesome|elegant(ly)?|obviously|trivial(ly)?|beautiful(ly)?|of course)\b"
    )
    for text in prose(path):
        assert not (found := re.search(banned, text, re.IGNORECASE)), f"{found[0]!r} in: {text[:80]} …"


@each_lesson
def test_it_is_listed_with_its_minutes_and_exercises(path):
    source = prose(path)[0]
    minutes = re.search(r"About (\d+) minutes", source)[1]
    asked = {exercise.id for exercise, _ in exercise_cells(nbformat.read(path, as_version=4))}
    (row,) = [
        line
        for line in (path.parent / "README.md").read_text(encoding="utf-8").splitlines()
        if f"({path.name})" in line
    ]
    assert row.split("|")[2].strip() == minutes
    assert row.split("|")[4].strip() == str(len(asked))
    front = (path.parent.parent / "README.md").read_text(encoding="utf-8")
    (row,) = [line for line in front.splitlines() if f"(lessons/{path.name})" in line]
    assert row.split("|")[3].strip() == minutes
