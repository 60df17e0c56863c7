"""Right answers in notebooks written oddly: each passes its check in Jupyter, so each has its 3 points.

The parts are those of generated.py, one at a time, so that a failure names its cause.
"""

import generated
from zoo import IMPORT, RIGHT, WRONG, right

EVERY_LINE_END = ("\u2028", "\u2029", "\x0b", "\x0c", "\x85", "\x1c", "\x1d", "\x1e")
RESULT = "np.mean(d**2), 2 * d / d.size"
CHECK = 'check("02.1", mse)'
IMPORTS = IMPORT + "from coursekit.exercises import TODO, check"


MORE_WAS_RUN = "the cells above it were run too"
OF_STATES = {"globals()": MORE_WAS_RUN, "exec": MORE_WAS_RUN, "eval": "uses `eval`", "a file": MORE_WAS_RUN}


def states():
    for name, (cells, two) in generated.STATES.items():
        answer = generated.FORMS["def"].replace("{result}", f"np.mean(d**2), {two} * d / d.size")
        yield right(
            f"state, {name}".replace("/", " "), IMPORTS, *cells, answer, CHECK, finding=OF_STATES.get(name)
        )


def forms():
    for name, form in generated.FORMS.items():
        answer = form.replace("{result}", RESULT).replace("{odd}", " ")
        yield right(f"form, {name}", IMPORTS, answer, CHECK)
        yield right(f"form, {name}, unchecked", IMPORTS, answer)


def disguises():
    for i, disguise in enumerate(generated.DISGUISES):
        yield right(f"disguise {i}", IMPORTS, disguise(RIGHT.rstrip("\n")), CHECK)


def line_ends():
    for end in EVERY_LINE_END:
        word = f"U+{ord(end):04X}"
        yield right(f"{word} in a comment", IMPORTS, f"# from{end}the slides\n{RIGHT}", CHECK)
        yield right(
            f"{word} in a docstring",
            IMPORTS,
            RIGHT.replace("    d =", f'    """mean{end}error"""\n    d ='),
            CHECK,
        )
        yield right(
            f"{word} in a text",
            IMPORTS,
            f"NOTE = 'a{end}b'\nLENGTH = len(NOTE)",
            RIGHT.replace("2 * d", "(LENGTH - 1) * d"),
            CHECK,
        )


def noise():
    for i, cell in enumerate(generated.NOISE):
        expected = {}
        if "broken(" in cell:
            expected = {"finding": "has a SyntaxError"}
        yield right(f"noise {i}", IMPORTS, cell, RIGHT, CHECK, **expected)
        if "broken(" not in cell and not cell.startswith(
            ("%%bash", ">>>", "In [", "    ", "%%capture", "'''", "1 /")
        ):
            yield right(f"noise {i} above it in its cell", IMPORTS, f"{cell}\n{RIGHT}", CHECK)


def checks():
    for i, check in enumerate(generated.CHECKS):
        expected = {"finding": "which was graded"} if "mine" in check else {}
        yield right(f"check {i}", IMPORTS, RIGHT, check, **expected)
    for i, after in enumerate(generated.AFTER):
        expected = {"finding": "after its check in cell 3"} if after.startswith("def mse") else {}
        yield right(f"after its check {i}", IMPORTS, RIGHT, CHECK, after, **expected)
        if "def mse" not in after and after not in ("del mse", "square_mean = None"):
            told = (
                {"finding": "has another value from cell 3 on"} if "mse" in after.replace("'mse'", "") else {}
            )
            yield right(f"after it, unchecked {i}", IMPORTS, RIGHT, after, **told)
    yield right(
        "wrong, then right before the check", IMPORTS, WRONG, RIGHT, CHECK, finding="is defined twice"
    )
    yield right("checked twice", IMPORTS, WRONG, CHECK, RIGHT, CHECK, finding="is defined twice")
    yield right("checked above itself", IMPORTS, CHECK, RIGHT)
    yield right(
        "stub above the check, answer below", IMPORTS, "def mse(p, y):\n    return TODO", CHECK, RIGHT
    )
    yield right("helper changed after the check", IMPORTS, "def e(p, y):\n    return p - y", RIGHT.replace("p - y", "e(p, y)"), CHECK,
                "def e(p, y):\n    return 0")  # fmt: skip
    yield right(
        "helper below its check",
        IMPORTS,
        RIGHT.replace("p - y", "e(p, y)"),
        CHECK,
        "def e(p, y):\n    return p - y",
    )
    yield right(
        "several cells of imports",
        "import numpy",
        "import numpy as np\nfrom coursekit.exercises import check",
        RIGHT,
        CHECK,
    )
    yield right("imported late", RIGHT, IMPORTS, CHECK)
    yield right("writes a log", IMPORTS, RIGHT.replace("    d =", "    open('log.txt', 'a').write('called\\n')\n    d ="), CHECK,
                finding="02.1 mse uses `open`")  # fmt: skip
    yield right("module written by a magic", IMPORTS, "%%writefile helper.py\ndef e(p, y):\n    return p - y",
                "import sys; sys.path.insert(0, '.')\nfrom helper import e", RIGHT.replace("p - y", "e(p, y)"), CHECK,
                finding="the cells above it were run too")  # fmt: skip
    yield right("a slow cell beside it", IMPORTS, "import time\ntime.sleep(300)", RIGHT, CHECK)
    yield right("state that the text does not show", IMPORTS, "class Hidden(dict):\n    pass\nh = {'o': Hidden()}",
                "list(h.values())[0]['two'] = 2", RIGHT.replace("2 * d", "h['o']['two'] * d"), CHECK)  # fmt: skip
    yield right(
        "wrong with state",
        IMPORTS,
        "k = 1",
        "k = k + 2",
        RIGHT.replace("2 * d", "k * d"),
        CHECK,
        points=1,
        outcome="wrong",
    )
    yield right("wrong at its check, right below", IMPORTS, WRONG, CHECK, RIGHT, points=0, outcome="wrong",
                finding="after its check in cell 3")  # fmt: skip


def cells_of_bytes():
    yield right("as a script in one cell", f"{IMPORTS}\n{RIGHT}\n{CHECK}\nmse = 3")
    yield right("tabs", IMPORTS, RIGHT.replace("    ", "\t"), CHECK)
    yield right(
        "no-break spaces",
        IMPORTS,
        RIGHT.replace(" - ", "\u00a0- "),
        points=0,
        outcome=None,
        finding="SyntaxError",
    )
    yield right(
        "byte order mark in a cell", IMPORTS, "\ufeff" + RIGHT, points=0, outcome=None, finding="SyntaxError"
    )


ODD = [*states(), *forms(), *disguises(), *line_ends(), *noise(), *checks(), *cells_of_bytes()]
