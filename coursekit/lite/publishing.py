"""A lesson as its notebook on the site: a first cell, links to the other editions' names, the browser's kernel."""

import json
import re
from pathlib import Path

from coursekit.lite.editions import edition, file_name

KERNEL = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}
LINK = re.compile(r"\]\((?P<lesson>\d\d\w*)\.ipynb(?P<place>#[^)]*)?\)")
BEGIN = """\
# This notebook runs in your browser. The cell loads the course, which takes a minute the first time.
from coursekit import lite

lite.begin("{lesson}", edition="{edition}")"""


def published(lesson: Path) -> bytes:
    """The notebook that the site offers for a lesson. Links to lessons lead to their current editions."""
    notebook = json.loads(lesson.read_bytes())
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            text = LINK.sub(lambda match: _link(lesson, match), "".join(cell["source"]))
            cell["source"] = text.splitlines(keepends=True)
    prefix = notebook["cells"][0].get("id", "").partition("-")[0]
    source = BEGIN.format(lesson=lesson.stem, edition=edition(lesson)).splitlines(keepends=True)
    begin = {"cell_type": "code", "id": f"{prefix}-begin", "metadata": {}, "source": source}
    notebook["cells"].insert(1, begin | {"outputs": [], "execution_count": None})
    notebook["metadata"]["kernelspec"] = KERNEL
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def _link(lesson, match):
    other = lesson.with_name(f"{match['lesson']}.ipynb")
    return f"]({file_name(other)}{match['place'] or ''})" if other.is_file() else match[0]
