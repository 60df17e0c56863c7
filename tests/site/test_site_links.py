"""Laws of links on the site: each leads to a page of it, to the repository, or is text."""

import pytest

from coursekit.site.links import for_site
from coursekit.site.settings import Settings

PAGES = {"docs/install.md", "docs/learners.md", "lessons/00_a.ipynb", "index.md", "notation.md"}


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("[a](learners.md)", "[a](learners.md)"),
        ("[a](../README.md)", "[a](../index.md)"),
        ("[a](../lessons/00_a.ipynb#Two-Words)", "[a](../lessons/00_a.ipynb#two-words)"),
        ("[a](../coursekit/notation.md)", "[a](../notation.md)"),
        ("[a](#In-five-lines)", "[a](#in-five-lines)"),
        ("[a](https://x.org/A#B)", "[a](https://x.org/A#B)"),
        ("![a](learners.png)", "![a](learners.png)"),
        ("[a](../tests/RESULTS.md#times)", "a"),
    ],
)
def test_a_link_as_the_site_needs_it(link, expected):
    assert for_site(f"see {link}.", "docs/install.md", PAGES, Settings()) == f"see {expected}."


def test_what_is_not_on_the_site_is_linked_in_the_repository():
    made = for_site("[a](../tests/RESULTS.md#times)", "docs/install.md", PAGES, Settings("ada/course"))
    assert made == "[a](https://github.com/ada/course/blob/main/tests/RESULTS.md#times)"


def test_a_page_that_is_elsewhere_on_the_site_links_from_there():
    made = for_site("[a](../docs/learners.md)", "coursekit/notation.md", PAGES, Settings())
    assert made == "[a](docs/learners.md)"
