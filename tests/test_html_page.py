"""The frame of HTML pages: strangers' text is escaped, a page loads and runs nothing, tables read well."""

import re

import jinja2
import pytest
from markupsafe import Markup

from coursekit import html_page

EVIL = "<script>alert('x')</script>"


def test_every_value_is_escaped_in_title_and_body():
    page = html_page.render("templates/page.html", title=EVIL, body=EVIL)
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(&#39;x&#39;)") == 2


def test_markup_and_rendered_parts_are_not_escaped_again():
    page = html_page.render("templates/page.html", title="Two parts", body=Markup("<svg></svg>"))
    assert "<svg></svg>" in page
    whole = html_page.render("templates/page.html", title="A page in a page", body=page)
    assert whole.count("<svg></svg>") == 1
    assert "&lt;svg" not in whole


def test_a_page_loads_nothing_and_runs_nothing():
    page = html_page.render("templates/page.html", title="T", body="")
    assert "default-src 'none'" in page
    assert not re.search(r"<script|<link|src=|@import|url\(", page)


def test_a_missing_value_is_an_error_not_an_empty_place():
    with pytest.raises(jinja2.UndefinedError):
        html_page.render("templates/page.html", title="T")


def test_a_page_overrides_blocks_and_calls_the_table_macro():
    template = html_page.environment().from_string(
        '{% extends "templates/page.html" %}{% from "templates/macros.html" import table %}'
        "{% block title %}Class{% endblock %}"
        "{% block body %}{% call table(['Points', head], numbers=1) %}<tr><td>{{ cell }}</td></tr>{% endcall %}{% endblock %}"
    )
    page = template.render(head=EVIL, cell=EVIL)
    assert "<title>Class</title>" in page
    assert '<th scope="col" class="n">Points</th>' in page
    assert page.count("&lt;script&gt;") == 2
    assert "<script" not in page


def test_every_template_of_the_package_compiles():
    names = [
        str(path.relative_to(html_page.PACKAGE).as_posix())
        for path in html_page.PACKAGE.rglob("*.html")
        if "lessons" not in path.parts
    ]
    assert "templates/page.html" in names
    for name in names:
        html_page.environment().get_template(name)
