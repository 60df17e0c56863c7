"""Laws of finished pages: what search engines and shared links see, and which files are left."""

import pytest
from bs4 import BeautifulSoup

from coursekit.site.finishing import CARD, description, finish
from coursekit.site.settings import Settings

LESSON = """<!DOCTYPE html><html><head><title>02 · Loss — Course</title>
<script src="https://example.com/x.js"></script><script src="../_static/searchtools.js"></script></head><body><article>
<h1>02</h1>
<p class="coursekit-launch"><a href="x">Run in this browser</a> <a href="y">Download the notebook of this lesson to keep</a></p><p><em>About 130 minutes, and about 20 more for the section marked "Advanced". You need lesson 00.</em></p>
<p>A network is trained by making one number small, and this number measures how bad the predictions are. {}</p>
<i class="fa-solid fa-moon"></i></article></body></html>"""


@pytest.fixture
def made(tmp_path):
    styles = tmp_path / "_static" / "styles"
    styles.mkdir(parents=True)
    (tmp_path / "_static" / "vendor" / "fontawesome" / "webfonts").mkdir(parents=True)
    (styles / "pydata-sphinx-theme.css").write_text(
        '.fa-moon{--fa:"m"}.fa-sun,.fa-star{--fa:"s"}p{color:red}'
    )
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "02.html").write_text(LESSON.format("More follows. " * 30))
    (tmp_path / "search.html").write_text(
        '<title>Search</title><script src="_static/searchtools.js"></script>'
    )
    return tmp_path


def head(made):
    soup = BeautifulSoup((made / "lessons" / "02.html").read_text(), "html.parser")
    return {
        tag.get("name") or tag.get("property"): tag["content"] for tag in soup.select("meta[content]")
    }, soup


def test_a_page_is_described_by_its_first_sentences(made):
    finish(made, Settings())
    tags, _ = head(made)
    assert tags["description"].startswith("A network is trained by making one number small")
    assert len(tags["description"]) <= 200
    assert tags["og:title"].startswith("02 · Loss")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "<h1>08</h1><p>After this lesson you can</p><ol><li><p>run the stages,</p></li><li><p>choose a depth.</p></li></ol>",
            "After this lesson you can run the stages, choose a depth.",
        ),
        ("<h1>The data sets#</h1><p>Short.</p>", "The data sets"),
        ("<p>Nothing but a paragraph that is short.</p>", ""),
    ],
)
def test_a_page_without_such_sentences_is_described_by_its_goals_or_heading(text, expected):
    assert description(BeautifulSoup(f"<main>{text}</main>", "html.parser")) == expected


def test_without_an_address_nothing_absolute_is_claimed(made):
    finish(made, Settings())
    tags, soup = head(made)
    assert not {"og:image", "og:url"} & set(tags)
    assert not soup.select("link[rel=canonical]")
    assert not (made / "sitemap.xml").exists()


def test_with_an_address_there_are_a_picture_a_canonical_address_and_a_site_map(made):
    finish(made, Settings(address="https://example.org/c/"))
    tags, soup = head(made)
    assert tags["og:image"] == f"https://example.org/c/{CARD}"
    assert (
        tags["og:url"]
        == soup.select_one("link[rel=canonical]")["href"]
        == "https://example.org/c/lessons/02.html"
    )
    assert "<loc>https://example.org/c/lessons/02.html</loc>" in (made / "sitemap.xml").read_text()
    assert "search.html" not in (made / "sitemap.xml").read_text()


def test_scripts_of_other_hosts_go_and_those_of_the_search_stay_where_it_is(made):
    finish(made, Settings())
    assert "example.com" not in (made / "lessons" / "02.html").read_text()
    assert "searchtools" not in (made / "lessons" / "02.html").read_text()
    assert "searchtools" in (made / "search.html").read_text()


def test_of_the_themes_icons_those_that_are_used_stay(made):
    finish(made, Settings())
    assert (made / "_static/styles/pydata-sphinx-theme.css").read_text() == '.fa-moon{--fa:"m"}p{color:red}'
