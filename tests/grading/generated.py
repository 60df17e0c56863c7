"""Notebooks made of parts at random: definitions moved, helpers, state, rebinding, magics, odd characters; right or wrong.

`run_all` says what a notebook itself says: each cell is run by IPython, as Jupyter does it, and the check's verdict is
kept. Run as a script it does so for the notebooks in a file, in a process of its own.
"""

import json
import random
import sys

# How a notebook comes by a 2 that the answer uses: cells to run before it, and the expression.
STATES = {
    "a number": (["two = 2"], "two"),
    "a chain of rebinding": (["k = 1\nhalf = k / 2\nk = half * 4"], "k"),
    "augmented": (["k = 1", "k += 1"], "k"),
    "a dict": (["cfg = {}", "cfg['two'] = 2"], "cfg['two']"),
    "a dict updated": (["cfg = dict(two=9)", "cfg.update(two=2)"], "cfg['two']"),
    "a dict filled by a function": (["cfg = {}\ndef setup():\n    cfg['two'] = 2\nsetup()"], "cfg['two']"),
    "filled two calls deep": (
        ["cfg = {}\ndef inner():\n    cfg['two'] = 2\ndef outer():\n    inner()", "outer()"],
        "cfg['two']",
    ),
    "filled by an inner function": (
        ["cfg = {}\ndef setup():\n    def inner():\n        cfg['two'] = 2\n    inner()\nsetup()"],
        "cfg['two']",
    ),
    "filled as an argument": (["cfg = {}\ndef setup(c):\n    c['two'] = 2\nsetup(cfg)"], "cfg['two']"),
    "a global statement": (["k = 7\ndef setup():\n    global k\n    k = 2\nsetup()"], "k"),
    "an object with a method": (
        ["class Scaler:\n    def fit(self, x):\n        self.k = 2.0\n        return self", "scaler = Scaler()\nscaler.fit(None)"],
        "scaler.k",
    ),
    "a chained method": (
        ["class Scaler:\n    def fit(self):\n        self.k = 2\n        return self", "scaler = Scaler().fit()"],
        "scaler.k",
    ),
    "an attribute": (["class Box: pass", "box = Box()\nbox.two = 2"], "box.two"),
    "setattr": (["class Box: pass", "box = Box()\nsetattr(box, 'two', 2)"], "box.two"),
    "a class attribute": (["class C:\n    two = 1", "C.two = 2"], "C.two"),
    "a class counted up": (["class C:\n    n = 0\n    def __init__(self):\n        C.n += 1", "C(); C()"], "C.n"),
    "an alias": (["a = {'two': 0}", "b = a", "b['two'] = 2"], "a['two']"),
    "an alias in a list": (["a = {'two': 0}", "for b in [a]:\n    b['two'] = 2"], "a['two']"),
    "a list appended": (["items = []", "items.append(1)\nitems.append(1)"], "len(items)"),
    "a comprehension that appends": (["items = []", "_ = [items.append(i) for i in range(2)]"], "len(items)"),
    "a loop": (["n = 0\nfor i in range(2):\n    n += 1"], "n"),
    "a loop's variable": (["for i in range(3):\n    pass"], "i"),
    "a while loop": (["n = 5\nwhile n > 2:\n    n -= 1"], "n"),
    "if and else": (["if 1 > 2:\n    k = 3\nelse:\n    k = 2"], "k"),
    "try and except": (["try:\n    k = 1 / 0\nexcept ZeroDivisionError:\n    k = 2"], "k"),
    "a tuple unpacked": (["one, two, *rest = range(1, 5)"], "two"),
    "swapped": (["a, b = 2, 1", "a, b = b, a", "a, b = b, a"], "a"),
    "a walrus": (["print(two := 2)"], "two"),
    "with": (["import io\nwith io.StringIO('2') as file:\n    two = int(file.read())"], "two"),
    "deleted and bound again": (["k = 3\ndel k\nk = 2"], "k"),
    "a registry": (
        ["registry = {}\ndef register(f):\n    registry[f.__name__] = f\n    return f", "@register\ndef two():\n    return 2"],
        "registry['two']()",
    ),
    "a closure": (["def make():\n    n = 0\n    def up():\n        nonlocal n\n        n += 1\n        return n\n    return up", "up = make()\nup()\ntwo = up()"], "two"),
    "a lambda's default": (["two = 2\nget = lambda k=two: k\ntwo = 5"], "get()"),
    "a cached helper": (["import functools\n@functools.lru_cache\ndef two():\n    return 2"], "two()"),
    "a dataclass": (["from dataclasses import dataclass\n@dataclass\nclass P:\n    k: float = 2.0", "P1 = P()"], "P1.k"),
    "an iterator advanced": (["it = iter([1, 2, 3])", "next(it)", "two = next(it)"], "two"),
    "inherited": (["class A:\n    two = 2", "class B(A): pass"], "B().two"),
    "a generator": (["def g():\n    yield 1\n    yield 2", "*_, two = g()"], "two"),
    "globals()": (["globals()['two'] = 2"], "two"),
    "exec": (["exec('two = 2')"], "two"),
    "eval": (["two = eval('1 + 1')"], "two"),
    "an array filled": (["import numpy as np\nz = np.zeros(3)", "z += 2"], "z[1]"),
    "an array through a view": (["import numpy as np\nz = np.zeros((2, 2))", "row = z[0]\nrow[:] = 2"], "z[0, 1]"),
    "an array shuffled": (["import numpy as np\nz = np.full(3, 2.0)", "np.random.default_rng(0).shuffle(z)"], "z[0]"),
    "out=": (["import numpy as np\nz = np.ones(3)", "np.add(z, 1, out=z)"], "z[2]"),
    "copyto": (["import numpy as np\nz = np.ones(3)", "np.copyto(z, 2)"], "z[2]"),
    "a module's attribute": (["import math\nmath.two = 2"], "math.two"),
    "an environment variable": (["import os\nos.environ['TWO'] = '2'"], "int(os.environ['TWO'])"),
    "a file": (["open('two.txt', 'w').write('2')", "two = int(open('two.txt').read())"], "two"),
    "a greek letter": (["\u00b5 = 2"], "\u03bc"),  # one identifier to Python
    "matched": (["match (1, 2):\n    case (_, two):\n        pass"], "two"),
    "an assertion": (["two = 2\nassert two == 2"], "two"),
    "a heap": (["import heapq\nh = [5, 2]\nheapq.heapify(h)"], "h[0]"),
    "a counter": (["from collections import Counter\nc = Counter('aab')"], "c['a']"),
    "a deque": (["from collections import deque\nq = deque([9])\nq.appendleft(2)"], "q[0]"),
    "sorted in place": (["s = [3, 2]\ns.sort()"], "s[0]"),
    "map with an effect": (["s = []\nlist(map(s.append, [1, 1]))"], "len(s)"),
    "reduced": (["from functools import reduce, partial\nadd = partial(lambda a, b: a + b, 1)"], "add(1)"),
}  # fmt: skip
MEANS = (
    "np.mean(d**2)", "(d**2).sum() / d.size", "np.average(np.square(d))", "float(np.mean(d * d))", "square_mean(d)",
    "np.einsum('ij,ij->', d, d) / d.size if d.ndim == 2 else np.mean(d**2)",
)  # fmt: skip
HELPER = "def square_mean(d):\n    return np.mean(d**2)"
WRONG = {
    "sums": "{mean} * d.size, {two} * d",
    "no factor": "{mean}, {two} * d / d.size / 2",
    "sign": "{mean}, -{two} * d / d.size",
    "only the loss": "{mean}",
    "raises": "{mean}, undefined_name * d",
    "zero": "0.0 * {mean}, 0 * {two} * d",
}
FORMS = {
    "def": "def mse(p, y):\n    d = p - y\n    return {result}",
    "docstring": 'def mse(p, y):\n    """Mean{odd}squared error."""\n    d = p - y\n    return {result}',
    "comment": "# from{odd}the slides\ndef mse(p, y):\n    d = p - y  # the{odd}error\n    return {result}",
    "annotated": "def mse(p: 'np.ndarray', y: 'np.ndarray') -> tuple:\n    d = p - y\n    return {result}",
    "lambda": "mse = lambda p, y: (lambda d: ({result}))(p - y)",
    "inner": "def mse(p, y):\n    def inner(d):\n        return {result}\n    return inner(p - y)",
    "callable": "class Loss:\n    def __call__(self, p, y):\n        d = p - y\n        return {result}\nmse = Loss()",
    "decorated": "def same(f):\n    return f\n@same\ndef mse(p, y):\n    d = p - y\n    return {result}",
    "wrapped": "def mse(p, y):\n    d = p - y\n    return {result}\nimport functools\nmse = functools.wraps(mse)(lambda p, y, f=mse: f(p, y))",
    "method": "class Losses:\n    @staticmethod\n    def mse(p, y):\n        d = p - y\n        return {result}\nmse = Losses.mse",
    "if": "if True:\n    def mse(p, y):\n        d = p - y\n        return {result}",
    "partial": "from functools import partial\ndef loss(k, p, y):\n    d = p - y\n    return {result}\nmse = partial(loss, 0)",
    "semicolons": "x = 1; y0 = 2\ndef mse(p, y): d = p - y; return {result}",
    "shown": "def mse(p, y):\n    d = p - y\n    display(d)\n    return {result}",
    "attribute": "def mse(p, y):\n    d = p - y\n    assert mse.calls == 0\n    return {result}\nmse.calls = 0",
}  # fmt: skip
ODD = (" ", "\u2028", "\u2029", "\x0b", "\x0c", "\x85", "\x1c", " \u200b", "\u00a0", " \u202e")
NOISE = (
    "%matplotlib inline", "!echo one \\\n  two", "files = !ls", "np?", "%%time\nx = 1", "%%bash\necho hello", "1 / 0",
    "def broken(:\n    pass", "print('hello')", "display('x')", "# only a comment", "", "%timeit -n1 -r1 sum([1])", "x = 1\n\x0c\ny = 2",
    "%config InlineBackend.figure_format = 'retina'", "%load_ext autoreload\n%autoreload 2", "for q in range(3):\n    print(q)",
    ">>> z = 3\n>>> z\n3", "In [1]: z = 4", "    indented = 5", "%time w = 6", "%%capture\nprint('quiet')", "'''text\n%not a magic\n'''",
    "import matplotlib", "np.set_printoptions(precision=3)", "np.seterr(all='ignore')", "model = [i for i in range(9)]",
)  # fmt: skip
DISGUISES = (
    lambda text: text, lambda text: text, lambda text: text, lambda text: text.replace("\n", "\r\n"),
    lambda text: "\n\n" + text + "\n\n  ", lambda text: "\n".join("    " + line for line in text.split("\n")),
    lambda text: "\n".join((">>> " if line[:1] not in (" ", "") else "... ") + line for line in text.split("\n")),
    lambda text: "%%time\n" + text, lambda text: "%matplotlib inline\n" + text, lambda text: "!ls \\\n  -l\n" + text,
    lambda text: text + "\nmse?", lambda text: "\t\n" + text,
)  # fmt: skip
CHECKS = (
    'check("02.1", mse)', 'check("02.1", mse);', 'verdict = check("02.1", mse)', 'check("02.1")', 'check("02.1", function=mse)',
    'if True:\n    check("02.1", mse)', 'check("02.1", mse)\nmse, grad = mse(np.ones((2, 2)), np.zeros((2, 2)))', 'mine = mse\ncheck("02.1", mine)',
    'check("02.1", lambda p, y: mse(p, y))', 'for _ in range(2):\n    check("02.1", mse)',
)  # fmt: skip
AFTER = (
    "mse, grad = mse(np.ones((2, 2)), np.zeros((2, 2)))", "mse = [1, 2]", "for mse in range(3):\n    pass", "mse = mse(np.ones(2), np.zeros(2))[0]",
    "def helper(): return 3", "two = k = 99", "cfg = {}", "import random", "del mse", "square_mean = None",
    "def mse(p, y):\n    return 0, p", "results = {'mse': 1}",
)  # fmt: skip


def notebook_of(seed: int) -> dict:
    """{"cells": sources, "right": whether its answer is, "parts": in words} of a seed."""
    rng = random.Random(seed)
    state = rng.choice(list(STATES))
    before, two = STATES[state]
    mean, wrong = rng.choice(MEANS), rng.choice([None, None, None, *WRONG])
    result = "{mean}, {two} * d / d.size" if wrong is None else WRONG[wrong]
    form = rng.choice(list(FORMS))
    answer = (
        FORMS[form].replace("{result}", result.format(mean=mean, two=two)).replace("{odd}", rng.choice(ODD))
    )
    cells = [
        rng.choice(
            [
                "import numpy as np",
                "from __future__ import annotations\nimport numpy as np",
                "import numpy as np\nnp2 = np\nnp = np2",
            ]
        )
    ]
    cells[0] += "\nfrom coursekit.exercises import check, use, hint, TODO"
    middle = [*before, *([HELPER] if "square_mean" in mean else [])]
    for _ in range(rng.randrange(3)):
        middle.insert(rng.randrange(len(middle) + 1), rng.choice(NOISE))
    cells += middle
    if rng.random() < 0.2:
        cells.append(
            rng.choice(["def mse(p, y):\n    return TODO", "def mse(p, y):\n    return 1, p", "mse = None"])
        )
    disguised = rng.choice(DISGUISES)(answer)
    checked = rng.random() < 0.75
    how = rng.choice(CHECKS)
    if checked and rng.random() < 0.3 and disguised == answer:
        cells.append(f"{answer}\n{how}")
    else:
        cells.append(disguised)
        if rng.random() < 0.3:
            cells.append(rng.choice(NOISE))
        cells += [how] if checked else []
    for _ in range(rng.randrange(3)):
        cells.append(rng.choice(AFTER if checked else NOISE))
    return {
        "cells": cells,
        "parts": [state, form, wrong or "right", how if checked else "no check"],
        "seed": seed,
    }


def run_all(cells: list[str]) -> dict:
    """{"points": of the last check, or None; "defined": points of the last function mse, as it was after its cell}."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    import coursekit.exercises
    from coursekit.exercises.engine import checking

    found = {"points": None, "defined": None}
    given = []

    def check(exercise_id, function=given, **_):
        value = vars(sys.modules["__main__"]).get("mse", given) if function is given else function
        found["points"] = checking.assess(exercise_id, value).points if value is not given else 0

    coursekit.exercises.check = check
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.enable_gui = lambda *_: None  # a kernel has one
    sys.modules["__main__"] = shell.user_module
    with capture_output():
        for cell in cells:
            before = shell.user_ns.get("mse")
            shell.run_cell(cell)
            now = shell.user_ns.get("mse")
            if callable(now) and now is not before:
                found["defined"] = checking.assess("02.1", now).points
    return found


def main(path):
    """Print the results of the notebooks in a file of JSON."""
    with open(path, encoding="utf-8") as file:
        notebooks = json.load(file)
    own = sys.modules["__main__"]
    results = []
    for notebook in notebooks:
        results.append(run_all(notebook["cells"]))
        sys.modules["__main__"] = own
    print("RESULTS " + json.dumps(results))


if __name__ == "__main__":
    main(sys.argv[1])
