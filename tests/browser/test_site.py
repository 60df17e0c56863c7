"""Laws of `coursekit site`: whole without a kernel, without a server, and without anything from elsewhere."""

import json
import re

import lab
import nbformat
import pytest
from bs4 import BeautifulSoup

pytest.importorskip("sphinx_book_theme", reason="no Sphinx: pip install -c constraints.txt -e '.[site]'")

from coursekit.lesson_files import LessonNotFound
from coursekit.site import SiteError, build, formulas, write_site
from coursekit.site.lesson_page import lesson_page
from coursekit.site.reference import reference_pages
from coursekit.site.settings import Settings

pytestmark = [
    pytest.mark.slow,  # Sphinx builds
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # the theme's, of Sphinx 11
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning"),
]

ADDRESS = "https://example.org/course/"
CELLS = (
    "# 00 · A small lesson\n\n*About one minute.*\n\nThe loss is $\\ell(\\hat y, y)$, its mean\n\n"
    "$$C = \\frac1N\\sum_{i=1}^N \\ell(\\hat y_i, y_i).$$",
    ("from coursekit import plots, widgets\nfrom coursekit.exercises import TODO, check",),
    "## Sliders\n\nMove the bridge: café. `code`\n\n| a | b |\n|---|---|\n| $x_1$ | 2 |",
    ("widgets.mean_or_median()",),
    ("widgets.logit()",),
    ("which = widgets.predict('Which ends lower?', ['MSE', 'cross-entropy'])",),
    ("which.reveal('MSE', because='measured')\nplots.surprise()",),
    "### Closing words\n\nA zebra ends it.",
    ("def mse(p, y):\n    return TODO",),
    ('check("02.1", mse);',),
    ('widgets.playground(guide="bend")',),
    ("import sys\nprint('42 networks')\nprint('a progress bar', file=sys.stderr)",),
)


def lesson(folder, name, cells):
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    kinds = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
    made = [kinds[isinstance(cell, tuple)](cell if isinstance(cell, str) else cell[0]) for cell in cells]
    nbformat.write(nbformat.v4.new_notebook(cells=made, metadata=kernel), folder / name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A site of two lessons."""
    root, out = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("out")
    source = root / "lessons"
    source.mkdir()
    (root / "CHANGELOG.md").write_text("# Changelog\n\n## 0.1.0 (2027-01-31)\n\n- The first.\n")
    lesson(source, "00_small.ipynb", CELLS)
    lesson(source, "01_smaller.ipynb", ("# 01 · Another\n\n*Nothing to do.*",))
    (source / "README.md").write_text("# The lessons\n\n[first](00_small.ipynb)\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "notebook_paths", lambda: sorted(source.glob("*.ipynb")))
        patch.setattr(build, "lessons_folder", lambda: source)
        first = write_site(
            out / "site",
            report=lambda line: None,
            address=ADDRESS,
            lite="lite",
            cache=tmp_path_factory.mktemp("cache"),
        )
        assert first == out / "site" / "index.html"
    return out / "site"


@pytest.fixture(scope="module")
def soup(folder):
    return BeautifulSoup((folder / "lessons" / "00_small.html").read_text(), "html.parser")


def test_outputs_are_there_and_progress_bars_are_not(soup):
    assert "42 networks" in soup.get_text()
    assert "a progress bar" not in soup.select_one("main").get_text().replace("'a progress bar'", "")


def test_a_question_and_its_answer_find_each_other(soup):
    (question,), (answer,) = soup.select(".coursekit-question"), soup.select(".coursekit-answer")
    assert question["data-question"] == answer["data-question"]
    assert (
        answer.select_one("details").get_text() == "Skip the guess and show the answerAnswer: MSE. measured"
    )


def test_an_exercise_has_its_hints_and_solution_folded_and_no_blank_verdict(soup):
    (given,) = soup.select(".coursekit-help")
    assert [summary.get_text() for summary in given.select("summary")] == [
        "Hint 1",
        "Hint 2",
        "Hint 3",
        "Solution",
    ]
    assert "def mse" in given.select("pre")[-1].get_text()
    assert "not answered" not in soup.get_text()


def test_pictures_are_files_with_alt_texts_and_loaded_when_needed(soup, folder):
    pictures = soup.select("main img")
    assert len(pictures) == 3
    for picture in pictures:
        assert picture["alt"]
        assert picture["loading"] == "lazy"
        assert (folder / "lessons" / picture["src"]).resolve().exists()
    assert "base64," not in str(soup.select_one("main")).replace('"data:image/png;base64," + data', "")
    sliders = soup.select("figure.coursekit-flipbook input[type=range]")
    assert [slider["aria-valuetext"] for slider in sliders] == ["6.0", "2"]
    assert not soup.select(".coursekit-flipbook script:not([type])")  # course.js serves all of them
    for book in soup.select(".coursekit-flipbook script[type='application/json']"):
        for frame in json.loads(book.string):
            assert (folder / "lessons" / frame["src"]).resolve().exists()


def test_nothing_comes_from_elsewhere(folder):
    for file in folder.rglob("*.html"):
        text = re.sub(r'<link rel="canonical"[^>]*>', "", file.read_text())  # an address, not a request
        assert not re.search(r"<(script|link|img|iframe)[^>]*(src|href)=[\"']?(https?:)?//", text), file.name


def test_every_link_inside_the_site_leads_somewhere(folder):
    for file in folder.rglob("*.html"):
        page = BeautifulSoup(file.read_text(), "html.parser")
        for tag in page.select("a[href], link[href], script[src], img[src]"):
            target = (tag.get("href") or tag.get("src")).split("#")[0].split("?")[0]
            if not target or target.startswith(("http", "mailto:", "lite/", "../lite/", "data:")):
                continue
            assert (file.parent / target).resolve().exists(), (file.name, str(tag)[:200])


def test_formulas_are_set_beforehand(soup, folder):
    if formulas.node() is None:
        pytest.skip("no Node.js")
    assert len(soup.select("main math")) == 3
    assert "MathJax" not in str(soup)
    assert not list(folder.rglob("*mathjax*"))


def test_a_page_is_small_before_its_pictures(folder):
    assert (folder / "lessons" / "00_small.html").stat().st_size < 300_000
    assert (folder / "searchindex.js").stat().st_size < 500_000
    assert (folder / "_static" / formulas.FONT).stat().st_size < 80_000


def test_a_lesson_can_be_run_elsewhere_and_downloaded(soup, folder):
    links = {link.get_text(): link["href"] for link in soup.select("p.coursekit-launch a")}
    assert links == {
        "Run in this browser": "../lite/00_small.html",
        "Download the notebook": "../notebooks/00_small.ipynb",
    }
    assert (
        nbformat.read(folder / "notebooks" / "00_small.ipynb", as_version=4)
        .cells[0]
        .source.startswith("# 00")
    )


def test_the_first_page_has_panels_the_playground_and_the_ways_in(folder):
    page = BeautifulSoup((folder / "index.html").read_text(), "html.parser")
    panels = page.select(".coursekit-touch .coursekit-flipbook")
    assert len(panels) == 2  # as many as these lessons have, at most three
    assert all((folder / panel.select_one("img")["src"]).exists() for panel in panels)
    assert page.select_one(".coursekit-autorun")
    assert page.select_one('a[href="lite/index.html"]')
    assert page.select_one('a[href="teach.html"]')


def test_the_site_has_a_feed_a_site_map_and_a_picture_to_share(folder):
    assert "Version 0.1.0" in (folder / "feed.xml").read_text()
    assert f"<loc>{ADDRESS}lessons/00_small.html</loc>" in (folder / "sitemap.xml").read_text()
    assert (folder / "_static" / "card.png").stat().st_size < 200_000
    for file in folder.rglob("*.html"):
        assert "og:image" in file.read_text(), file.name


def test_the_cells_that_only_an_environment_needs_are_left_out(tmp_path):
    new = nbformat.v4
    cells = [
        new.new_code_cell("import colab", metadata={"tags": ["colab"]}),
        new.new_code_cell('progress("02")'),
        new.new_code_cell("import numpy"),
    ]
    notebook = new.new_notebook(cells=cells)
    assert lesson_page(notebook, "02_x.ipynb", tmp_path, "pictures", Settings()) == []
    assert [cell.source for cell in notebook.cells] == ["import numpy"]


def test_without_node_the_formulas_are_set_in_the_readers_browser(tmp_path, monkeypatch):
    lesson(tmp_path, "00_small.ipynb", ("# 00 · Formulas\n\nThe loss $x^2$.",))
    monkeypatch.setattr(build, "notebook_paths", lambda: sorted(tmp_path.glob("*.ipynb")))
    monkeypatch.setattr(formulas, "node", lambda: None)
    said = []
    write_site(tmp_path / "site", report=said.append, cache=tmp_path / "cache")
    text = (tmp_path / "site" / "lessons" / "00_small.html").read_text()
    assert re.search(r'<script[^>]*src="\.\./_static/mathjax/', text)
    assert (tmp_path / "site" / "_static" / "mathjax" / "tex-chtml.js").exists()
    assert any("Node.js is missing" in line for line in said)


def test_a_page_inside_a_page_becomes_a_file_and_a_blank_verdict_goes(tmp_path):
    new = nbformat.v4
    html = '<a download="page.html" href="data:text/html;base64,PGI+eDwvYj4=">x</a>'
    blank = '<section aria-label="Exercise 09.1 x: not answered yet, 0 of 10 points">x</section>'
    outputs = [new.new_output("display_data", {"text/html": text}) for text in (html, blank)]
    notebook = new.new_notebook(cells=[new.new_code_cell("1", outputs=outputs)])
    lesson_page(notebook, "09_x.ipynb", tmp_path, "pictures", Settings())
    (kept,) = notebook.cells[0].outputs
    assert [file.read_text() for file in tmp_path.glob("*.html")] == ["<b>x</b>"]
    assert 'href="pictures/' in kept.data["text/html"]


def test_every_public_name_is_in_the_reference():
    pages = reference_pages()
    assert "## softmax_cross_entropy\n" in pages["coursekit.numpy_backend.md"]
    assert "(#coursekit.torch_backend.mlp)" in pages["coursekit.numpy_backend.md"]
    assert set(re.findall(r"coursekit\.\w+\.md", pages["index.md"])) == set(pages) - {"index.md"}


def test_an_entry_of_the_reference_leads_to_its_lessons():
    page = reference_pages([("02_a.ipynb", "ck.mse(p, y)"), ("03_b.ipynb", "ck.mse_grad(p)")])[
        "coursekit.numpy_backend.md"
    ]
    entry = page.partition("## mse\n")[2].partition("## ")[0]
    assert "used in lesson [02](../lessons/02_a.ipynb)" in entry
    assert "03_b" not in entry
    assert not re.search(r"numpy\.random\._generator|collections\.abc", page.partition("## AdamW")[0])


def test_a_cell_that_fails_is_named(tmp_path, monkeypatch):
    lesson(tmp_path, "07_broken.ipynb", ("# 07 · Broken", ("1 / 0",)))
    monkeypatch.setattr(build, "notebook_paths", lambda: sorted(tmp_path.glob("*.ipynb")))
    with pytest.raises(SiteError, match=r"(?s)07_broken\.ipynb could not be run.*ZeroDivisionError"):
        write_site(tmp_path / "site", report=lambda line: None, cache=tmp_path / "cache")


def test_what_cannot_be_done_is_said(tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(SiteError, match="another folder"):
        write_site(tmp_path / "taken", ["02"])
    with pytest.raises(LessonNotFound, match="no lesson 'alchemy'"):
        write_site(tmp_path, ["alchemy"])


# --- in the browser ---


@pytest.fixture(scope="module")
def served(folder):
    with lab.pages(folder) as address:
        yield address


@pytest.fixture(scope="module")
def chromium():
    with lab.browser(width=390, height=844) as page:  # a phone
        yield page


@pytest.fixture
def opened(chromium, served):
    """The lesson's page, with a promise kept at the end: nothing left the machine, nothing complained."""
    chromium.goto(served + "lessons/00_small.html")
    yield chromium
    assert chromium.outside == []
    assert chromium.complaints == []


@pytest.mark.browser
def test_a_slider_flips_pictures_by_keyboard(opened):
    for figure in opened.locator(".coursekit-flipbook").all():
        slider, image, texts = figure.get_by_role("slider"), figure.locator("img").first, set()
        slider.press("Home")
        for _ in range(int(slider.get_attribute("max")) + 1):
            texts.add(image.get_attribute("alt"))
            assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 860
            assert figure.locator("output").inner_text() == slider.get_attribute("aria-valuetext")
            slider.press("ArrowRight")
        assert len(texts) == int(slider.get_attribute("max")) + 1


@pytest.mark.browser
def test_a_guess_is_locked_kept_and_unfolds_its_answer(opened):
    assert not opened.get_by_text("Answer: MSE.").is_visible()
    opened.get_by_role("button", name="Lock my guess").press("Enter")
    opened.get_by_text("Choose an answer first.").wait_for()
    opened.get_by_role("radio", name="cross-entropy").press("Space")
    opened.get_by_role("button", name="Lock my guess").press("Enter")
    opened.get_by_text("You guessed: cross-entropy").wait_for()
    assert opened.get_by_text("Answer: MSE.").is_visible()
    opened.reload()
    opened.get_by_text("You guessed: cross-entropy").wait_for()
    assert opened.get_by_text("Answer: MSE.").is_visible()


@pytest.mark.browser
def test_a_figure_that_gives_the_answer_away_waits_for_the_guess(opened):
    opened.evaluate("localStorage.clear()")
    opened.reload()
    figure = opened.locator(".cell_output:has(.coursekit-answer) img").first
    assert not figure.is_visible()
    opened.get_by_text("Skip the guess and show the answer").click()
    figure.wait_for(state="visible")


@pytest.mark.browser
def test_on_a_phone_the_parts_of_a_panel_are_below_each_other(opened):
    book = opened.locator(".coursekit-flipbook:has(img[data-cut])").first
    first, second = book.locator(".coursekit-half").all()
    assert second.bounding_box()["y"] >= first.bounding_box()["y"] + first.bounding_box()["height"] - 1
    slider = book.get_by_role("slider")
    slider.press("End")
    sources = {image.get_attribute("src") for image in book.locator("img").all()}
    assert len(sources) == 1
    assert [bool(image.get_attribute("alt")) for image in book.locator("img").all()] == [True, False]


@pytest.mark.browser
def test_the_playground_of_a_lesson_is_loaded_when_it_comes_near(opened):
    place = opened.locator(".coursekit-live")
    place.scroll_into_view_if_needed()
    place.get_by_role("button", name="One step").click()
    place.get_by_text("Step 1 (epoch").wait_for()
    assert "What bending buys" in place.inner_text()


@pytest.mark.browser
@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_the_first_page_trains_when_it_is_seen_unless_nothing_should_move(chromium, served, motion):
    chromium.emulate_media(reduced_motion=motion)
    chromium.goto(served + "index.html")
    place = chromium.locator(".coursekit-autorun")
    place.scroll_into_view_if_needed()
    place.get_by_role("button", name="Pause" if motion == "no-preference" else "Run").wait_for()
    chromium.emulate_media(reduced_motion="no-preference")


@pytest.mark.browser
@pytest.mark.parametrize(
    "page",
    ["index", "lessons/00_small", "playground", "gallery", "teach", "changes", "reference/coursekit.data"],
)
@pytest.mark.parametrize("width", [390, 1200])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_fits_and_axe_finds_nothing_grave(chromium, served, page, width, theme):
    chromium.set_viewport_size({"width": width, "height": 844})
    chromium.goto(f"{served}{page}.html")
    chromium.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    chromium.wait_for_timeout(500)  # colors change slowly
    assert chromium.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert lab.findings(chromium, "html") == []
    chromium.complaints.clear()  # axe asks for an imported style sheet at a wrong place


@pytest.mark.browser
def test_it_works_from_a_folder_too(opened, folder):
    opened.goto((folder / "lessons" / "00_small.html").as_uri())
    slider = opened.get_by_role("slider").first
    slider.press("End")
    assert slider.get_attribute("aria-valuetext") == "25.0"
    opened.goto((folder / "playground.html").as_uri())
    opened.get_by_role("button", name="One step").click()
    opened.get_by_text("Step 1 (epoch").wait_for()
    opened.goto((folder / "search.html").as_uri() + "?q=zebra")
    opened.get_by_role("link", name="00 · A small lesson").last.wait_for()
    opened.complaints.clear()  # a page from a folder may not fetch others to quote from them
