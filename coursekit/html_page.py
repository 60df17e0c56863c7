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
