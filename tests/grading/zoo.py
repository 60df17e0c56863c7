"""Submissions as they come: right, wrong, blank, damaged, odd. With the grade and the finding that each must get.

Lesson 02 is graded; most answer only mse, which is worth 3 points. hostile.py holds those that mean harm.
"""

import io
import json
import zipfile
from dataclasses import dataclass

import nbformat

from coursekit import lesson_files
from coursekit.exercises.engine.notebooks import solved, wrong

IMPORT = "import numpy as np\n"
RIGHT = "def mse(p, y):\n    d = p - y\n    return np.mean(d**2), 2 * d / d.size\n"
WRONG = "def mse(p, y):\n    d = p - y\n    return np.sum(d**2), 2 * d\n"
STUB = 'def mse(p, y):\n    """Mean squared error."""\n    return TODO\n'


@dataclass(frozen=True)
class Case:
    """A file to hand in, the points it must get in all, and what its findings and verdict on mse must say."""

    name: str
    content: bytes
    points: float
    finding: str | None = None
    outcome: str | None = None
    mistake: str | None = None
    remark: str | None = None


def code(source):
    return {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}


def text(source, kind="markdown"):
    return {"cell_type": kind, "metadata": {}, "source": source}


def notebook(*cells, **top):
    """The bytes of a notebook; strings become code cells."""
    cells = [code(cell) if isinstance(cell, str) else cell for cell in cells]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **top}).encode()


def right(name, *cells, **expected):
    return Case(name, notebook(*cells), **{"points": 3, "outcome": "passed", **expected})


def lesson():
    return nbformat.read(lesson_files.lessons_folder() / "02_loss_functions.ipynb", 4)


def stored(nb):
    return nbformat.writes(nb).encode()


def stripped(nb):
    for cell in nb.cells:
        cell.metadata.clear()
        cell.pop("id", None)
    nb.nbformat_minor = 4
    nb.cells.reverse()  # imports are last now
    return stored(nb)


def old_format():
    cells = [
        {"cell_type": "code", "language": "python", "input": line, "outputs": []} for line in (IMPORT, RIGHT)
    ]
    return json.dumps(
        {"worksheets": [{"cells": cells}], "nbformat": 3, "nbformat_minor": 0, "metadata": {}}
    ).encode()


def zipped():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("notebook.ipynb", notebook(IMPORT, RIGHT))
    return file.getvalue()


def whole_lessons():
    yield Case("solved", stored(solved(lesson())), 20, outcome="passed")
    yield Case("blank", stored(lesson()), 0, outcome="unanswered")
    yield Case("mistaken", stored(wrong(lesson())), 6, outcome="wrong", mistake="sums instead of averaging")
    yield Case("stripped and reversed", stripped(solved(lesson())), 20, outcome="passed")


def honest():
    yield right("plain", IMPORT, RIGHT)
    yield right("one cell", IMPORT + RIGHT)
    yield right(
        "loops",
        "def mse(p, y):\n    d = [[a - b for a, b in zip(r, s)] for r, s in zip(p.tolist(), y.tolist())]\n"
        "    n = sum(map(len, d))\n    return sum(v * v for r in d for v in r) / n, [[2 * v / n for v in r] for r in d]",
    )
    yield right("assigned", IMPORT, "mse = lambda p, y: (np.mean((p - y) ** 2), 2 * (p - y) / p.size)")
    yield right(
        "callable object",
        IMPORT,
        "class Loss:\n    def __call__(self, p, y):\n        return np.mean((p - y)**2), 2*(p - y)/p.size",
        "mse = Loss()",
    )
    yield right(
        "star import",
        "from numpy import *",
        "def mse(p, y):\n    return mean((p - y) ** 2), 2 * (p - y) / p.size",
    )
    yield right(
        "import inside",
        "def mse(p, y):\n    import numpy\n    return numpy.mean((p - y) ** 2), 2 * (p - y) / p.size",
    )
    yield right(
        "helper below",
        IMPORT,
        "def mse(p, y):\n    return half(p - y)",
        "def half(d):\n    return np.mean(d**2), 2 * d / d.size",
    )
    yield right(
        "helper changed later",
        IMPORT,
        "def d(p, y):\n    return p - y",
        RIGHT.replace("p - y", "diff(p, y)").replace("diff", "d1"),
        "def d1(p, y):\n    return d(p, y)",
        "def d(p, y):\n    return 0",
    )
    yield right(
        "constant and table",
        IMPORT,
        "FACTOR = {}\nfor k in (2, 3):\n    FACTOR[k] = float(k)\nFACTOR.update(x=1)",
        RIGHT.replace("2 * d", "FACTOR[2] * d"),
    )
    yield right(
        "magics",
        "%matplotlib inline\n!pip install nothing\nfiles = !ls\nnp?\n" + IMPORT,
        "%%time\n" + RIGHT,
        "%%bash\nrm -rf ~\n",
    )
    yield right("windows lines", IMPORT.replace("\n", "\r\n"), RIGHT.replace("\n", "\r\n"))
    yield right(
        "warns",
        IMPORT + "import warnings, sys",
        RIGHT.replace("    d =", "    warnings.warn('careful'); print('!', file=sys.stderr)\n    d ="),
    )
    yield right("prints much", IMPORT, RIGHT.replace("    d =", "    print('x' * 20_000_000)\n    d ="))
    yield right(
        "writes much",
        IMPORT + "import os",
        RIGHT.replace("    d =", "    os.write(1, b'x' * 20_000_000)\n    d ="),
    )
    yield right(
        "checks edited",
        "def check(*a, **k):\n    return 'full marks'\n" + IMPORT,
        RIGHT,
        'check("02.1", mse)',
    )
    yield right(
        "uses ck",
        IMPORT
        + "from coursekit import numpy_backend as ck, data, plots\nfrom coursekit.exercises import check, TODO, use",
        "def mse(p, y):\n    d = ck.identity(p - y)\n    return np.mean(d**2), 2 * d / d.size",
    )
    yield right(
        "broken neighbor",
        IMPORT,
        "def mae(p, y:\n    return",
        RIGHT,
        finding="cell 2 has a SyntaxError in line 1",
    )
    yield right("error above", IMPORT, "1 / 0\n" + RIGHT)
    yield right("odd escape", IMPORT, RIGHT.replace("    d =", '    "\\d is no escape"\n    d ='))
    yield right("quit above", IMPORT, "quit()\nexit()\n" + RIGHT)
    yield right("endless above", IMPORT, "while True:\n    pass\n" + RIGHT)
    yield right(
        "training above",
        IMPORT,
        "import time\ntime.sleep(40)\nmodel = [time.sleep(40) for _ in range(9)]\n" + RIGHT,
    )
    yield right(
        "needs a failing constant",
        IMPORT,
        "K = 1 / 0",
        RIGHT.replace("return", "return K,"),
        points=0,
        outcome="wrong",
        finding="cell 2, line 1: ZeroDivisionError",
    )
    yield right(
        "twice",
        IMPORT,
        WRONG,
        RIGHT,
        finding="02.1 mse is defined twice (cell 2, cell 3); the last one was graded",
    )
    yield right(
        "twice, wrong last",
        IMPORT,
        RIGHT,
        WRONG,
        points=0,
        outcome="wrong",
        mistake="sums instead of averaging",
        finding="defined twice",
    )
    yield right("stub again below", IMPORT, RIGHT, STUB, finding="defined again, blank, further down")
    yield right("stub left above", IMPORT, STUB, RIGHT)
    yield right(
        "widgets and odd cells",
        IMPORT,
        text("raw", "raw"),
        {"cell_type": "heading", "source": ["# x"]},
        7,
        {"source": 8},
        RIGHT,
        finding="is damaged; it was left out",
    )
    yield right("sources as lists", code(IMPORT.splitlines(True)), code(RIGHT.splitlines(True)))
    yield right(
        "writes into p",
        IMPORT,
        RIGHT.replace("d = p - y", "p -= y.astype(p.dtype)\n    d = p"),
        points=2,
        outcome="wrong",
        mistake="writes into its argument p",
    )
    yield right(
        "half right",
        IMPORT,
        RIGHT.replace("2 * d", "d"),
        points=1,
        outcome="wrong",
        mistake="factor 2 missing in the gradient",
    )
    yield right(
        "raises",
        IMPORT,
        "def mse(p, y):\n    raise ValueError('<script>alert(1)</script>')",
        points=0,
        outcome="wrong",
    )
    yield right("wrong signature", IMPORT, "def mse(p):\n    return 0, p", points=0, outcome="wrong")
    yield right("not a function", "mse = 3", points=0, outcome="wrong", remark="is not a function")
    yield right("returns None", "def mse(p, y):\n    p - y", points=0, outcome="unanswered")
    yield right("stub", "from coursekit.exercises import TODO", STUB, points=0, outcome="unanswered")
    yield right("recursion", "def mse(p, y):\n    return mse(p, y)", points=0, outcome="wrong")
    yield right(
        "borrows",
        IMPORT + "from coursekit import numpy_backend as ck",
        "def mse(p, y):\n    return ck.mse(p, y), ck.mse_grad(p, y)",
        points=0,
        outcome="wrong",
        mistake="calls the reference",
    )
    yield right(
        "borrows by another name",
        "from coursekit.numpy_backend import GRADIENTS",
        "def mse(p, y):\n"
        "    f = next(f for f in GRADIENTS if f.__name__ == 'mse')\n    return f(p, y), GRADIENTS[f](p, y)",
        points=0,
        outcome="wrong",
        mistake="calls the reference",
    )
    yield right(
        "borrows in passing",
        IMPORT,
        RIGHT.replace(
            "    d =",
            "    try:\n        from coursekit.numpy_backend import mse as m; m(p, y)\n"
            "    except BaseException: pass\n    d =",
        ),
        points=0,
        outcome="wrong",
        mistake="calls the reference",
    )


def odd_files():
    answered = notebook(IMPORT, RIGHT)
    yield Case("byte order mark", b"\xef\xbb\xbf" + answered, 3)
    yield Case("utf-16", answered.decode().encode("utf-16"), 3)
    yield Case(
        "latin-1", notebook(IMPORT, "# \u00e9\n" + RIGHT).replace(b"\\u00e9", b"\xe9"), 3, "not valid UTF-8"
    )
    yield Case("format 3", old_format(), 3)
    yield Case("format 99", notebook(IMPORT, RIGHT, nbformat=99), 3, "format is '99'")
    yield Case("no metadata", json.dumps({"cells": [code(IMPORT + RIGHT)]}).encode(), 3, "format is 'None'")
    yield Case("empty", b"", 0, "the file is empty")
    yield Case("spaces", b" \n ", 0, "the file is empty")
    yield Case("cut short", answered[:-40], 0, "cut short")
    yield Case("damaged", answered.replace(b'"cells": [', b'"cells": [['), 0, "no valid JSON")
    yield Case("script", (IMPORT + RIGHT).encode(), 0, "the file is not a notebook (no JSON)")
    yield Case("list", b"[1, 2]", 0, "not a notebook: it has no cells")
    yield Case("no cells", b'{"nbformat": 4}', 0, "not a notebook: it has no cells")
    yield Case("cells of nothing", b'{"cells": 3, "nbformat": 4}', 0, "its cells are no list")
    yield Case("no code", notebook(text("# Nothing")), 0, "the notebook has no code")
    yield Case("nested", b"[" * 200_000, 0, "the file is not a notebook")
    yield Case("nested cells", b'{"cells": ' + b"[" * 200_000, 0, "no valid JSON")
    yield Case("zip by name", zipped(), 0, "zip archive under a notebook's name")
    yield Case("huge", b" " * (64 * 2**20 + 2), 0, "more than 67")
    yield Case(
        "answer as text",
        notebook(IMPORT, text(RIGHT)),
        0,
        "02.1 mse seems to be in cell 2, a markdown cell",
    )
    yield Case(
        "answer broken",
        notebook(IMPORT, RIGHT.replace("d**2)", "d**2")),
        0,
        "02.1 mse seems to be in cell 2, a cell with an error",
    )
    yield Case("nul", notebook(IMPORT, RIGHT + "\0"), 0, "cell 2 has a")
    yield Case("brackets", notebook("(" * 5000 + ")" * 5000, IMPORT, RIGHT), 3, "cell 1 has a")
    yield Case("minus signs", notebook("-" * 100_000 + "1", IMPORT, RIGHT), 3, "cell 1 has")
    yield Case("long", notebook("x = 1\n" * 50_000, IMPORT, RIGHT), 3, "cell 1 has 300,000 characters")
    yield Case("surrogates", notebook(IMPORT, "S = '\ud800'\n" + RIGHT), 3)
    yield Case("=HYPERLINK(1)", answered, 3)
    yield Case("<b>bold", answered, 3)


HARMLESS = [*whole_lessons(), *honest(), *odd_files()]
