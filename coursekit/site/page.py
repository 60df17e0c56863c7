"""Convert a notebook to the HTML of its cells, with formulas as MathML, and to the parts that the search finds."""

import copy
import re
from typing import NamedTuple

from bs4 import BeautifulSoup
from jinja2 import pass_context
from latex2mathml.converter import convert
from markupsafe import Markup
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

WIDGET = "application/vnd.jupyter.widget-view+json"


class Part(NamedTuple):
    """A heading, its anchor, and the words up to the next heading."""

    title: str
    anchor: str
    words: str


class _Renderer(IPythonRenderer):
    """Convert Markdown to HTML; formulas become MathML, which browsers and screen readers support by themselves."""

    def heading(self, text, level, **attributes):
        """A heading with its id, without the link sign."""
        return re.sub('<a class="anchor-link".*?</a>', "", super().heading(text, level, **attributes))

    def block_math(self, body):
        return convert(body, display="block")

    def inline_math(self, body):
        return convert(body)

    def latex_environment(self, name, body):
        return self.block_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")


class _Exporter(HTMLExporter):
    @pass_context
    def markdown2html(self, context, source):
        return MarkdownWithMath(renderer=_Renderer(escape=False)).render(source)


def body(notebook: NotebookNode) -> Markup:
    """Return the cells as HTML, without the cell that only Google Colab needs."""
    notebook = copy.deepcopy(notebook)
    notebook.cells = [cell for cell in notebook.cells if "colab" not in cell.metadata.get("tags", ())]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [output for output in map(_shown, cell.outputs) if output]
    exporter = _Exporter(template_name="basic", exclude_input_prompt=True, exclude_output_prompt=True)
    html, _ = exporter.from_notebook_node(notebook)
    return Markup(html)


def _shown(output):
    """The output if a page can show it, else None: no progress bars, no widgets without a picture."""
    if output.get("name") == "stderr":
        return None
    if output.get("data", {}).pop(WIDGET, None) and "text/html" not in output.data:
        return None
    return output


def parts(html: str) -> list[Part]:
    """Return the headings of a page with the words below them, without the outputs."""
    soup = BeautifulSoup(html, "html.parser")
    for unwanted in soup.select(".output_wrapper, script"):
        unwanted.decompose()
    found = []
    for heading in soup.select("h1, h2, h3"):
        words = []
        for element in heading.find_all_next(string=True):
            if element.find_parent(["h1", "h2", "h3"]) not in (None, heading):
                break
            words.append(element)
        title = " ".join(heading.get_text(" ").split())
        found.append(Part(title, str(heading.get("id", "")), " ".join(" ".join(words).split())))
    return found
