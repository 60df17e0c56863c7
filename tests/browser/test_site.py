"""Laws of `coursekit site`: whole without a kernel, without a server, and without anything from elsewhere."""

import functools
import http.server
import re
import threading

import lab
import nbformat
import pytest
from bs4 import BeautifulSoup

from coursekit.lesson_files import LessonNotFound, lessons_folder
from coursekit.site import SiteError, page, write_site
from coursekit.site import pages as site

CELLS = (
    "# 00 · A small lesson\n\n*About one minute.*\n\nThe loss is $\\ell(\\hat y, y)$, its mean\n\n"
    "$$C = \\frac1N\\sum_{i=1}^N \\ell(\\hat y_i, y_i).$$",
    ("from coursekit import plots, widgets\nfrom coursekit.exercises import check",),
    "## Sliders\n\nMove the bridge: café. `code`\n\n| a | b |\n|---|---|\n| $x_1$ | 2 |",
    ("widgets.mean_or_median()",),
    ("widgets.logit()",),
    ("which = widgets.predict('Which ends lower?', ['MSE', 'cross-entropy'])",),
    ("which.reveal('MSE', because='measured')\nplots.surprise()",),
    "### Closing words\n\nA zebra ends it.",
    ("import sys\nprint('42 networks')\nprint('a progress bar', file=sys.stderr)",),
)


def lesson(folder, name, cells):
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    kinds = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
    made = [kinds[isinstance(cell, tuple)](cell if isinstance(cell, str) else cell[0]) for cell in cells]
    nbformat.write(nbformat.v4.new_notebook(cells=made, metadata=kernel), folder / name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A book of two lessons."""
    source, out = tmp_path_factory.mktemp("lessons"), tmp_path_factory.mktemp("book")
    lesson(source, "00_small.ipynb", CELLS)
    lesson(source, "01_smaller.ipynb", ("# 01 · Another\n\n*Nothing to do.*",))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "notebook_paths", lambda: sorted(source.glob("*.ipynb")))
        assert write_site(out / "site", report=lambda line: None) == out / "site" / "index.html"
    return out / "site"


@pytest.fixture(scope="module")
def soup(folder):
    return BeautifulSoup((folder / "00_small.html").read_text(), "html.parser")


def test_outputs_are_there_and_progress_bars_are_not(soup):
    assert "42 networks" in soup.get_text()
    assert "a progress bar" not in soup.select_one("main").get_text().replace("'a progress bar'", "")
    assert soup.select_one("details").get_text() == "Skip the guess and show the answerAnswer: MSE. measured"


def test_every_picture_has_an_alt_text_and_every_panel_its_slider(soup):
    pictures = soup.select("img")
    assert len(pictures) == 3
    assert all(picture["alt"] for picture in pictures)
    assert not soup.find_all(alt=re.compile("No description"))
    sliders = soup.select("figure.coursekit-flipbook input[type=range]")
    assert [slider["aria-valuetext"] for slider in sliders] == ["6.0", "2"]


def test_formulas_are_mathml(soup):
    assert len(soup.select("main math")) == 3
    assert "$" not in soup.select_one("main").get_text()


def test_lessons_are_linked_in_their_order(folder, soup):
    index = BeautifulSoup((folder / "index.html").read_text(), "html.parser")
    links = [(link.get_text(), link["href"]) for link in index.select("ol.lessons a")]
    assert links == [("00 · A small lesson", "00_small.html"), ("01 · Another", "01_smaller.html")]
    assert "About one minute." in index.get_text()
    assert [(a["rel"], a["href"]) for a in soup.select("nav.around a")] == [(["next"], "01_smaller.html")]


def test_nothing_comes_from_elsewhere(folder):
    for file in folder.iterdir():
        text = re.sub(r"http://www\.w3\.org/1998/Math/MathML", "", file.read_text())
        assert not re.search(r"(src|href)=[\"']?(https?:)?//|@import|url\(", text), file.name


def test_the_cell_for_colab_is_left_out():
    new = nbformat.v4
    cells = new.new_code_cell("import colab", metadata={"tags": ["colab"]}), new.new_code_cell("import numpy")
    text = BeautifulSoup(page.body(new.new_notebook(cells=list(cells))), "html.parser").get_text()
    assert "import numpy" in text
    assert "colab" not in text


def test_a_cell_that_fails_is_named(tmp_path, monkeypatch):
    lesson(tmp_path, "07_broken.ipynb", ("# 07 · Broken", ("1 / 0",)))
    monkeypatch.setattr(site, "notebook_paths", lambda: sorted(tmp_path.glob("*.ipynb")))
    with pytest.raises(SiteError, match=r"(?s)07_broken\.ipynb could not be run.*ZeroDivisionError"):
        write_site(tmp_path / "book", report=lambda line: None)


def test_what_cannot_be_done_is_said(tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(SiteError, match="another folder"):
        write_site(tmp_path / "taken", ["02"])
    with pytest.raises(LessonNotFound, match="no lesson 'alchemy'"):
        write_site(tmp_path, ["alchemy"])


@pytest.mark.parametrize("path", sorted(lessons_folder().glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_formula_of_a_lesson_becomes_mathml(path):
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    found = BeautifulSoup(page.body(notebook), "html.parser")
    assert found.select("h2")
    assert not re.search(r"\\[a-zA-Z]", " ".join(math.get_text() for math in found.select("math")))
    for code in found.select("code"):
        code.decompose()
    assert "$" not in found.get_text()


# --- in the browser ---


@pytest.fixture(scope="module")
def served(folder):
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    handler.log_message = lambda *_: None
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def chromium():
    with lab.browser(width=390, height=844) as page:  # a phone
        yield page


@pytest.fixture
def opened(chromium, served):
    """The lesson's page, with a promise kept at the end: nothing left the machine, nothing complained."""
    chromium.goto(served + "00_small.html")
    yield chromium
    assert chromium.outside == []
    assert chromium.complaints == []


@pytest.mark.slow
@pytest.mark.browser
def test_a_slider_flips_pictures_by_keyboard(opened):
    for figure in opened.locator(".coursekit-flipbook").all():
        slider, image, texts = figure.get_by_role("slider"), figure.locator("img"), set()
        slider.press("Home")
        size = image.bounding_box()
        for _ in range(int(slider.get_attribute("max")) + 1):
            texts.add(image.get_attribute("alt"))
            assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 860
            assert figure.locator("output").inner_text() == slider.get_attribute("aria-valuetext")
            slider.press("ArrowRight")
        assert len(texts) == int(slider.get_attribute("max")) + 1
        assert image.bounding_box() == size


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("zebra", ["00 · A small lesson: Closing words"]),
        ("CAFE bridge", ["00 · A small lesson: Sliders"]),
        ("nothing do", ["01 · Another"]),
        ("xylophone", []),
    ],
)
def test_the_search_finds_the_part_with_every_word(opened, typed, titles):
    opened.get_by_role("searchbox", name="Search").fill(typed)
    many = f"{len(titles)} place{'s' * (len(titles) != 1)} found"
    opened.get_by_role("status").filter(has_text=many).first.wait_for()
    assert opened.locator("#found a").all_inner_texts() == titles
    for link in opened.locator("#found a").all():
        link.click()
        assert opened.locator(":target").count() == 1


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("name", ["index.html", "00_small.html"])
@pytest.mark.parametrize("width", [390, 1200])
def test_a_page_fits_and_axe_finds_nothing_grave(opened, served, name, width):
    opened.set_viewport_size({"width": width, "height": 844})
    opened.goto(served + name)
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert lab.findings(opened, "html") == []


@pytest.mark.slow
@pytest.mark.browser
def test_it_works_from_a_folder_too(opened, folder):
    opened.goto((folder / "00_small.html").as_uri())
    slider = opened.get_by_role("slider").first
    slider.press("End")
    assert slider.get_attribute("aria-valuetext") == "25.0"
    opened.get_by_role("searchbox", name="Search").fill("zebra")
    opened.get_by_text("1 place found").wait_for()
