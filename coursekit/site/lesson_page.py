"""Turn an executed lesson into the notebook that Sphinx shows."""

import ast
import base64
import hashlib
import html
import inspect
import json
import re
import textwrap
from pathlib import Path
from typing import NamedTuple

from bs4 import BeautifulSoup
from nbformat import NotebookNode
from nbformat.v4 import new_output

from coursekit.exercises import exercises
from coursekit.exercises.engine.exercise import Exercise
from coursekit.exercises.engine.markup import rich
from coursekit.site.halves import cut
from coursekit.site.settings import Settings

WIDGET = "application/vnd.jupyter.widget-view+json"
DATA = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=]+)")
PLAYGROUND = re.compile(r"""^widgets\.playground\((?P<arguments>.*)\)""", re.MULTILINE)
PAGE = re.compile(r"data:text/html;base64,([A-Za-z0-9+/=]+)")
BLANK = "not answered yet, 0 of"  # the verdict on what nobody has answered
CHECK = re.compile(r"""^check\(["'](\d\d\.\d+)["']""", re.MULTILINE)


class Shown(NamedTuple):
    """A picture of a lesson: its file, its alt text, its size on the page, and whether it is a panel's."""

    file: str
    alt: str
    width: int
    height: int
    is_panel: bool


def lesson_page(
    notebook: NotebookNode, file: str, pictures: Path, address: str, settings: Settings
) -> list[Shown]:
    """Change an executed notebook into the one that the site shows; return its pictures in their order.

    file: the name of the notebook, which the buttons below the title open elsewhere. Pictures become files in the folder
    `pictures`, whose address from the page is `address`. Left out are the cell that only Google Colab needs, progress
    (bars, and the learner's), and the verdicts on exercises that nobody has answered: in their place are the hints and
    the solution, folded.
    """
    notebook.metadata.pop("widgets", None)  # their state: panels are flipbooks here
    notebook.cells = [cell for cell in notebook.cells if not _is_of_no_use(cell)]
    shown: list[Shown] = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            _set_input(cell)
            cell.outputs = (
                _help(cell) or _playground(cell) or [out for out in map(_kept, cell.outputs) if out]
            )
            for output in cell.outputs:
                shown += _to_files(output, pictures, address)
    if notebook.cells and notebook.cells[0].cell_type == "markdown":
        title, _, text = notebook.cells[0].source.partition("\n")
        notebook.cells[0].source = f"{title}\n\n{_buttons(file, settings)}\n\n{text.lstrip()}"
    return shown


def _buttons(file, settings):
    """Ways to run the lesson, and its notebook to keep."""
    ways = [f'<a href="{html.escape(address)}">{label}</a>' for label, address in settings.launchers(file)]
    ways.append(f'<a href="../notebooks/{file}" download>Download the notebook</a>')
    return f'<p class="coursekit-launch">{" ".join(ways)}</p>'


def _is_of_no_use(cell):
    return "colab" in cell.metadata.get("tags", ()) or cell.source.startswith(("progress(", "review("))


def _set_input(cell):
    """Fold what a learner need not read, and leave out the code that only shows a question or an answer."""
    tags = cell.metadata.setdefault("tags", [])
    if re.search(r"\b(predict|reveal)\(", cell.source) and cell.metadata.get("jupyter"):
        tags.append("remove-input")
    elif cell.metadata.get("jupyter", {}).get("source_hidden"):
        tags.append("hide-input")


def _kept(output):
    """The output if a page can show it, else None."""
    if output.get("name") == "stderr":
        return None
    data = output.get("data", {})
    if data.pop(WIDGET, None) and "text/html" not in data:
        return None
    if BLANK in data.get("text/html", ""):
        return None
    if "text/html" in data:
        data.pop("image/png", None)  # the picture is in the HTML, with its alt text
    return output


def _help(cell) -> list[NotebookNode]:
    """The hints and the solution of the exercise that the cell checks."""
    found = CHECK.search(cell.source)
    if not found or found[1] not in exercises():
        return []
    return [new_output("display_data", {"text/html": _folded(exercises()[found[1]])})]


def _playground(cell) -> list[NotebookNode]:
    """The playground in the page, in the situation that the cell asks for; a link to it where no script runs."""
    found = PLAYGROUND.search(cell.source)
    if not found:
        return []
    call = ast.parse(f"f({found['arguments']})", mode="eval").body
    state = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}  # type: ignore[attr-defined]
    address = "../playground.html#" + html.escape(
        "&".join(f"{name}={value}" for name, value in state.items())
    )
    return [
        new_output(
            "display_data",
            {
                "text/html": f'<div class="coursekit-live" data-state="{html.escape(json.dumps(state))}">'
                f'<a href="{address}">Open the playground</a></div>'
            },
        )
    ]


def _folded(exercise: Exercise) -> str:
    hints = "".join(
        f"<details><summary>Hint {i}</summary><p>{rich(hint)}</p></details>"
        for i, hint in enumerate(exercise.hints, 1)
    )
    source = html.escape(textwrap.dedent(inspect.getsource(exercise.solution)).strip())
    solution = f"<details><summary>Solution</summary><pre>{source}</pre><p>{rich(exercise.explanation)}</p></details>"
    return f'<div class="coursekit-help">{hints}{solution}</div>'


def _to_files(output, pictures: Path, address: str) -> list[Shown]:
    """Write the pictures inside an output's HTML to files; return what is shown."""
    data = output.get("data", {})
    if "text/html" not in data or "base64," not in data["text/html"]:
        return []

    def to_file(encoded: str, kind: str = "png") -> str:
        content = base64.b64decode(encoded)
        name = f"{hashlib.sha256(content).hexdigest()[:16]}.{kind}"
        (pictures / name).write_bytes(content)
        return f"{address}/{name}"

    text = DATA.sub(lambda found: to_file(found[1]), data["text/html"])
    text = PAGE.sub(lambda found: to_file(found[1], "html"), text)
    soup = BeautifulSoup(text, "html.parser")
    shown = []
    for image in soup.select("img"):
        image["loading"] = "lazy"
        files = [str(image["src"])]
        if book := image.find_parent(class_="coursekit-flipbook"):
            files = _frames_to_files(book, to_file)
        if at := cut((pictures / Path(file).name).read_bytes() for file in files):
            image["data-cut"] = str(at)
        size = int(str(image.get("width", "860"))), int(str(image.get("height", "400")))
        shown.append(Shown(Path(str(image["src"])).name, str(image.get("alt", "")), *size, book is not None))
    data["text/html"] = str(soup)
    return shown


def _frames_to_files(book, to_file):
    """Write the frames of a panel to files; return their addresses."""
    script = book.select_one("script[type='application/json']")
    frames = json.loads(script.string)
    for frame in frames:
        frame["src"] = to_file(frame.pop("data"))
    script.find_next_sibling("script").decompose()  # course.js does its work for all panels of a page
    script.string = json.dumps(frames, ensure_ascii=False).replace("<", "\\u003c")
    return [frame["src"] for frame in frames]
