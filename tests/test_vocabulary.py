"""The words of code and documentation: plain English, and no reference to a document that nobody can open.

WORDS lists what is rejected and what to write instead. In the package and the examples, strings, comments and names are
read; in the tests, docstrings and comments; of documents, everything.
"""

import ast
import io
import re
import tokenize
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]

# Areas that are still to be rewritten, with the reason. A test fails once one of them is clean: then remove it here.
STILL_TO_DO: tuple[tuple[str, str], ...] = ()

PEOPLE = "you|we|i|who|they both|people|someone|anyone|students?|learners?|readers?|instructors?|may|might|to|not|n't|do"
THINGS = "value|number|row|column|page|point|sample|package|module|mask|line|guess|test|rate|entry|bit|figure"
GROUPS = (
    "class|network|layer|epoch|seed|sample|row|unit|member|fold|weight|draw|label|example|lesson|exercise|student"
    "|submission|parameter|step|column|image|task|point|worker|batch|split"
)
OF_A_NEURON = "bias|weights?|outputs?|inputs?|sum|delta|δ|activation|target|slope|value|incoming|outgoing"

# Pattern → what to write instead. Case does not count, and a space matches the end of a line as well. What follows the
# group named `fine` is plain English.
WORDS = {
    r"wants": "expects, must be, needs",
    rf"(?P<fine>(?:{PEOPLE}) )?want": "expect, must be, need",
    r"told": "given, passed, reported",
    r"mend(?:s|ed|ing)?": "fix, how to fix it",
    r"(?P<fine>(?:you|we) )?(?:stands?|stood)(?! (?:for|out|in for))": "is, appears",
    r"(?:go|goes|went) on": "resume, continue",
    r"anew": "again, from scratch",
    r"so many(?:-th)?(?! (?:\w+ )?(?:that|as)\b)": "that many, this many",
    r"dear": "expensive",
    r"errs?|erred|erring": "makes a mistake",
    r"whoever": "anyone who, those who",
    r"learn(?:s|ed|ing)? by heart": "memorize",
    r"in earnest": "in practice",
    r"(?:leave|leaves|left|leaving) away": "leave out",
    r"there are 1": "there is 1, or: 1 … left",
    r"bits a weight": "bits per weight",
    rf"(?:an?|one) (?:{THINGS}) an? (?:{GROUPS})": "one … per …",
    r"when you are through": "after this lesson",
    rf"the unit's (?!(?:{OF_A_NEURON})\b)\w+": "the syllabus's …, or name the source (a unit is a neuron)",
    r"the unit (?:says|writes|calls|gives|names|means|claims|draws|puts|asks|lists|teaches|states|defines|leaves out)": (
        "the syllabus (a unit is a neuron)"
    ),
    r"(?:as in|not in|beyond) the unit|(?:convention|coverage|part|notation) of the unit|the unit, (?:part|section)": (
        "the syllabus (a unit is a neuron)"
    ),
    r"\(the unit\)": "the syllabus (a unit is a neuron)",
    r"she|her|hers|herself": "they, the learner, the student",
}
PATTERNS = [
    (re.compile(rf"(?<![\w-])(?:{words})(?![\w-])".replace(" ", r"\s+"), re.IGNORECASE), instead)
    for words, instead in WORDS.items()
]

# Parts of names, between underscores or capitals, that are private metaphors.
NAMES = {
    "told": "given, reported",
    "heard": "received",
    "mend": "fix, remedy",
    "wants": "expected",
    "stands": "what it is",
    "anew": "again",
    "paper": "what it is",
    "papers": "what they are",
    "Terms": "settings",
}


class Finding(NamedTuple):
    """A rejected word and where it is; its text is file:line: 'word': what to write."""

    file: str
    line: int
    word: str
    instead: str

    def __str__(self):
        return f"{self.file}:{self.line}: {self.word!r}; write: {self.instead}"


class Text(NamedTuple):
    """A piece of prose and the line it starts on."""

    line: int
    words: str


def files():
    """Every file whose words are read, as paths from the root."""
    package = [p for kind in ("py", "html", "js", "md") for p in ROOT.glob(f"coursekit/**/*.{kind}")]
    documents = [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "conftest.py",
        *ROOT.glob("docs/**/*.md"),
    ]
    others = [p for folder in ("examples", "jupyterhub", "tests") for p in ROOT.glob(f"{folder}/**/*.py")]
    found = {*package, *documents, *others, *ROOT.glob("examples/*.md"), *ROOT.glob("jupyterhub/*.md")}
    inside = sorted(path.relative_to(ROOT) for path in found if path.is_file())
    return [p for p in inside if "lessons" not in p.parts[1:2] or p.parts[0] == "tests"]


FILES = [path for path in files() if path.as_posix() != "tests/test_vocabulary.py"]


def area_of(path):
    """The area of a file: a package below coursekit or tests, another folder, or a loose file by itself."""
    depth = 2 if path.parts[0] in ("coursekit", "tests") else 1
    return "/".join(path.parts[:depth])


def comments(source):
    """Comments, those on lines that follow each other as one."""
    found = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT:
            continue
        line, words = token.start[0], token.string.lstrip("#! ")
        if found and found[-1].line + found[-1].words.count("\n") + 1 == line:
            found[-1] = Text(found[-1].line, f"{found[-1].words}\n{words}")
        else:
            found.append(Text(line, words))
    return found


def docstrings(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            first = node.body[0]
            yield Text(first.lineno, first.value.value)


def strings(tree):
    """All strings, docstrings among them; implicitly joined ones as one, a value in an f-string as …"""
    inner = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            inner |= {id(part) for part in node.values}
            parts = [part.value if isinstance(part, ast.Constant) else "…" for part in node.values]
            yield Text(node.lineno, "".join(map(str, parts)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner:
            yield Text(node.lineno, node.value)


def names(tree):
    for node in ast.walk(tree):
        for field in ("id", "name", "arg", "attr"):
            value = getattr(node, field, None)
            if isinstance(value, str):
                yield Text(getattr(node, "lineno", 1), value)


def searched(file, text):
    for pattern, instead in PATTERNS:
        for match in pattern.finditer(text.words):
            if not match.groupdict().get("fine"):
                line = text.line + text.words.count("\n", 0, match.start())
                yield Finding(file, line, " ".join(match[0].split()), instead)


@cache
def findings(path):
    """The rejected words of a file."""
    file, source = path.as_posix(), (ROOT / path).read_text(encoding="utf-8")
    if path.suffix != ".py":
        return list(searched(file, Text(1, source)))
    tree = ast.parse(source)
    own = path.parts[0] != "tests"
    texts = [*comments(source), *(strings(tree) if own else docstrings(tree))]
    found = [finding for text in texts for finding in searched(file, text)]
    for text in names(tree) if own else ():
        parts = re.findall(r"[A-Z]?[a-z]+", text.words)
        instead = [NAMES.get(part) or NAMES.get(part.lower()) for part in parts]
        found += [Finding(file, text.line, text.words, word) for word in instead if word]
    return sorted(set(found))


AREAS = sorted({area_of(path) for path in FILES})


@pytest.mark.parametrize("area", AREAS)
def test_only_plain_words_are_used(area):
    found = [str(finding) for path in FILES if area_of(path) == area for finding in findings(path)]
    if area in dict(STILL_TO_DO):
        assert found, f"{area} is clean: remove it from STILL_TO_DO"
    elif found:
        pytest.fail(f"{len(found)} rejected words:\n" + "\n".join(found), pytrace=False)


def test_what_is_still_to_be_done_exists():
    assert {area for area, _ in STILL_TO_DO} <= set(AREAS)


@pytest.mark.parametrize("text", [
    "n wants to be 3", "they want (N, m)", "x and y want the same length", "each with its mend", "the folds are told",
    "it stands in the tree", "the findings stand there", "the run goes on", "start anew", "moved by so many pixels",
    "h errs on one class", "Whoever is kept", "a value a class", "a row a unit", "bits a weight", "There are 1 hints",
    "the unit's network", "the unit writes", "as in the unit", "her points", "so\nmany", "go\non", "in earnest",
])  # fmt: skip
def test_the_private_dialect_is_rejected(text):
    assert list(searched("file", Text(1, text)))


@pytest.mark.parametrize("text", [
    "here you want the activation", "if you do not want to wait", "someone may want to choose", "the row stands for a sample",
    "a stand-in", "it stands out", "we understand", "so many parameters that it memorizes", "stderr", "other", "the unit's bias",
    "a weight of the unit", "on the unit circle", "the unit it enters", "whether", "ongoing", "where you stand", "one point, a class",
    "not retold", "recommend", "amended", "a column of numbers", "terms of the sum", "with respect to the unit's output",
])  # fmt: skip
def test_plain_english_is_not_rejected(text):
    assert not list(searched("file", Text(1, text)))


def test_a_finding_names_its_line_and_what_to_write():
    (found,) = searched("a.py", Text(3, "one\ntwo\nit wants three"))
    assert str(found) == "a.py:5: 'wants'; write: expects, must be, needs"


DOCUMENTS = {file.name for pattern in ("*.md", "*/*.md", "*/benchmarks/*.md") for file in ROOT.glob(pattern)}
TESTS = [path for path in FILES if path.parts[0] == "tests" and path.suffix == ".py"]


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.as_posix())
def test_tests_cite_only_what_is_in_the_repository(path):
    """A number such as D16, or a file that is not here, says nothing to a reader (D65 is the light of daylight)."""
    source = (ROOT / path).read_text(encoding="utf-8")
    texts = [*comments(source), *docstrings(ast.parse(source))]
    cited = [
        f"{path}:{text.line + text.words.count(chr(10), 0, match.start())}: {match[0]}"
        for text in texts
        for match in re.finditer(r"\bD(?!65\b)\d{1,2}\b|\b[\w/-]+\.md\b", text.words)
        if match[0].rpartition("/")[2] not in DOCUMENTS
    ]
    assert not cited, "\n".join(cited)
