"""Render the HTML pages that the course writes: feedback, class page, capstone.

Every value is escaped, because pages show what strangers wrote. Only markup that Python made itself, such as an SVG
picture, is wrapped in `markupsafe.Markup` and left as it is. Pages load nothing and run no script.

A page is a template beside the module that writes it, and extends the common frame:

    {% extends "templates/page.html" %}
    {% from "templates/macros.html" import table %}
    {% block title %}Feedback for {{ student }}{% endblock %}
    {% block body %}
    <h1>{{ student }}</h1>
    {% call table(["Points", "Exercise"], numbers=1) %}
    {% for exercise, points in rows %}
    <tr><td class="n">{{ points }}</td><td>{{ exercise }}</td></tr>
    {% endfor %}
    {% endcall %}
    {% endblock %}
"""

import io
import keyword
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

PACKAGE = Path(__file__).parent


@cache
def environment() -> "Environment":
    """The Jinja2 environment of all pages: autoescape is on, and an undefined name is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(template_name: str, **values: Any) -> "Markup":
    """Render a template with `values`, each of which is escaped unless it is `Markup`.

    template_name: path below coursekit/, for example "grading/feedback.html". The result is `Markup`, a `str` that
    another template takes without escaping it a second time; so a page can be put together from rendered parts.
    Raises jinja2.TemplateNotFound for an unknown template and jinja2.UndefinedError for a missing value.
    """
    from markupsafe import Markup

    return Markup(environment().get_template(template_name).render(values))


def render_in_parts(template_name: str, **values: Any) -> Iterator[str]:
    """Render a template as `render` does, but give the page part by part: for pages with thousands of rows.

    A value may be an iterator that makes the rows one by one; a `{% call %}` around them would collect them.
    """
    yield from environment().get_template(template_name).generate(values)


def code_html(lines: list[str]) -> str:
    """Python code as HTML, in the colors of the notebook's theme where there is one."""
    source = "\n".join(lines) + "\n"
    parts, row, column = [], 1, 0
    text = source.splitlines(keepends=True)
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, IndentationError):
        tokens = []  # lines out of order need not parse
    for token in tokens:
        color = _color(token)
        if not color or token.start < (row, column):
            continue
        parts.append(_escape(_between(text, (row, column), token.start)))
        parts.append(f'<span style="color:{color}">{_escape(token.string)}</span>')
        row, column = token.end
    parts.append(_escape(_between(text, (row, column), (len(text) + 1, 0))))
    return f'<pre tabindex="0" style="margin:.3em 0;white-space:pre-wrap">{"".join(parts).rstrip()}</pre>'


def _color(token):
    kinds = {
        tokenize.STRING: ("string", "#a31515"),
        tokenize.COMMENT: ("comment", "#408080"),
        tokenize.NUMBER: ("number", "#107040"),
    }
    name, fallback = kinds.get(token.type, (None, None))
    if token.type == tokenize.NAME and keyword.iskeyword(token.string):
        name, fallback = "keyword", "#008000"
    return f"var(--jp-mirror-editor-{name}-color,{fallback})" if name else None


def _between(text, start, end):
    (row, column), (last, until) = start, end
    if row == last:
        return text[row - 1][column:until]
    middle = "".join(text[row : last - 1])
    tail = text[last - 1][:until] if last <= len(text) else ""
    return text[row - 1][column:] + middle + tail if row <= len(text) else ""


def _escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
