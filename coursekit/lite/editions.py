"""The edition of a lesson: six digits that change when its cells change.

JupyterLite saves a notebook that was changed in the browser's storage, under its path, and from then on shows that
copy instead of the site's file. With one path for all editions, a learner would never see a corrected lesson. With
a path per folder and version, a learner would no longer see the old copy, because a folder that the site does not
have is not listed. So the edition is part of the file name, in the top folder, whose saved files are always listed:
02_loss_functions.3f2a1b.ipynb. A new edition appears beside the old copy; a lesson that did not change keeps its name.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path

from coursekit.lesson_files import lessons_folder

NAME = re.compile(r"(?P<lesson>.+)\.(?P<edition>[0-9a-f]{6})\.ipynb")


def edition(lesson: Path) -> str:
    """The edition of a lesson's notebook; outputs, metadata and cell ids do not count."""
    return hashlib.sha256(json.dumps(cells_of(lesson.read_bytes())).encode()).hexdigest()[:6]


def cells_of(notebook: bytes) -> list[list[str]]:
    """Kind and source of each cell: what an author or a learner writes."""
    return [[cell["cell_type"], "".join(cell["source"])] for cell in json.loads(notebook)["cells"]]


def file_name(lesson: Path) -> str:
    """The name of a lesson's notebook on the site: "02_loss_functions.3f2a1b.ipynb"."""
    return f"{lesson.stem}.{edition(lesson)}.ipynb"


def page_name(lesson: str) -> str:
    """The page of the site that opens the current edition of a lesson ("02_loss_functions"): an address for links."""
    return f"{lesson}.html"


def current_name(lesson: str) -> str | None:
    """The file name of the current edition of a lesson ("02_loss_functions"); None if the course has no such lesson."""
    path = lessons_folder() / f"{lesson}.ipynb"
    return file_name(path) if path.is_file() else None


def other_editions(lesson: str, names: Iterable[str]) -> list[str]:
    """Those of the file names that are other editions of a lesson than the current one, sorted."""
    current = current_name(lesson)
    matches = map(NAME.fullmatch, names)
    return sorted(m[0] for m in matches if m and m["lesson"] == lesson and m[0] != current)
