"""The first page: what the course is for, three panels to touch, the playground, the ways in."""

import re

from bs4 import BeautifulSoup
from nbformat import NotebookNode

PANELS = {  # of the lessons: cell → what to look for
    "00-ahead-play": "What happens inside a network that reads a digit? Move from image to image and find one that it gets wrong.",
    "01-robot-play": "Which curve will be right about points that it has not seen? Raise the degree and watch the two errors.",
    "06a-stability": "How large may a step be? Move the slider until gradient descent stops arriving.",
}
TOUCHED = 3


def panels(lessons: list[tuple[str, str, NotebookNode]]) -> str:
    """Three panels of the lessons as Markdown. lessons: (title, address of the page without its ending, notebook)."""
    found = [
        (cell, title, page, book) for title, page, notebook in lessons for cell, book in _books(notebook)
    ]
    chosen = [each for each in found if each[0] in PANELS] or found
    items = "\n".join(_item(*each) for each in chosen[:TOUCHED])
    return f'```{{raw}} html\n<div class="coursekit-touch">\n{items}\n</div>\n```' if items else ""


def _books(notebook):
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            page = output.get("data", {}).get("text/html", "")
            if "coursekit-flipbook" in page:
                yield cell.get("id", ""), page


def _item(cell, title, page, book):
    soup = BeautifulSoup(book.replace("../_static/", "_static/"), "html.parser")
    figure = soup.select_one(".coursekit-flipbook")
    if caption := figure.find("figcaption"):  # type: ignore[union-attr]
        caption.decompose()
    question = PANELS.get(cell, "")
    lead = f"<p>{question}</p>" if question else ""
    name = re.sub(r"^(\S+) · ", r"lesson \1, ", title)
    return f'<section>{lead}{figure}<p class="coursekit-from"><a href="{page}.html">From {name}</a></p></section>'
