"""The playground's script: the ES modules of `page/` joined into one, with the data that Python supplies.

A notebook loads a widget's script as one module, and so does a page of the site.
"""

import functools
import json
import re
from pathlib import Path

import numpy as np

from coursekit import data

PAGE = Path(__file__).parent / "page"
ORDER = (  # each after those it imports
    "random", "network", "optimizers", "choices", "state", "tasks", "trainer", "lens", "guides", "drawing", "parts", "main"
)  # fmt: skip


@functools.cache
def script() -> str:
    """One ES module with everything; its default export has `render`, and it exports what the tests compare."""
    modules = [(PAGE / f"{name}.js").read_text(encoding="utf-8") for name in ORDER]
    known = json.dumps(digits(), separators=(",", ":"))
    return "\n".join([f"const DIGITS = {known};", *map(_stripped, modules)])


def classic_script() -> str:
    """The same as a script that is no module: a page opened from a folder may load it. It defines coursekitPlayground."""
    inside = re.sub(r"^export default", "const anywidget =", script(), flags=re.MULTILINE)
    inside = re.sub(r"^export ", "", inside, flags=re.MULTILINE)
    return f"(() => {{\n{inside}\nglobalThis.coursekitPlayground = {{ Playground, Trainer, defaults, start }};\n}})();\n"


def styles() -> str:
    """The style sheet."""
    return (PAGE / "playground.css").read_text(encoding="utf-8")


@functools.cache
def choices() -> dict:
    """{setting: what it can be}, from choices.js."""
    text = (PAGE / "choices.js").read_text(encoding="utf-8")
    return json.loads(text[text.index("{") : text.rindex("}") + 1])


def digits() -> list[list[float]]:
    """The images of 3 and 8 as [x, y, 1 for an 8]: their two principal components, between −1 and 1."""
    every = data.digits()
    labels = every.y.argmax(axis=1)
    kept = np.isin(labels, (3, 8))
    images = every.x[kept] - every.x[kept].mean(axis=0)
    directions = np.linalg.svd(images, full_matrices=False)[2][:2]
    directions *= np.sign(directions.sum(axis=1, keepdims=True))  # a direction's sign is arbitrary
    points = images @ directions.T
    points = np.round(points / abs(points).max(), 2)
    return [[*point, int(label == 8)] for point, label in zip(points.tolist(), labels[kept], strict=True)]


def _stripped(module: str) -> str:
    """Without its imports, and without the lines that are comments: a page loads less."""
    return re.sub(r"^(import .*;| *//.*|)\n", "", module, flags=re.MULTILINE)
