"""The playground on a page without a kernel: by keyboard, on a phone, in a dark theme."""

import lab
import pytest

from coursekit.widgets.playground import bundle

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Playground</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="playground.css"></head><body style="background: BACKGROUND; color: COLOR"><main><h1>Playground</h1>
<div id="here"></div></main><script type="module">import {start} from "./playground.js"; start(document.getElementById("here"));
</script></body></html>"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("playground")
    (folder / "playground.js").write_text(bundle.script(), encoding="utf-8")
    (folder / "playground.css").write_text(bundle.styles(), encoding="utf-8")
    for name, background, color in (("light", "#ffffff", "#111111"), ("dark", "#181a1b", "#eeeeee")):
        page = PAGE.replace("BACKGROUND", background).replace("COLOR", color)
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    with lab.pages(folder) as address:
        yield address


@pytest.fixture(scope="module")
def chromium():
    with lab.browser(width=1200, height=900) as page:
        yield page


@pytest.fixture
def opened(chromium):
    yield chromium
    assert chromium.outside == []
    assert chromium.complaints == []


def open_situation(page, address):
    page.goto("about:blank")
    page.goto(address)


def test_it_trains_by_keyboard_and_says_how_far_it_is(opened, served):
    open_situation(opened, served + "light.html#rate=0.3")
    status = opened.get_by_role("status").filter(has_text="Step")
    assert "Step 0 (epoch 0.0)" in status.inner_text()
    opened.get_by_role("button", name="One step").press("Enter")
    opened.get_by_text("Step 1 (epoch 0.1)").wait_for()
    opened.get_by_role("button", name="Run").press("Enter")
    opened.wait_for_timeout(1000)
    opened.get_by_role("button", name="Pause").press("Enter")
    assert int(status.inner_text().split()[1].replace(",", "")) > 10
    opened.get_by_role("button", name="Start again").press("Enter")
    opened.get_by_text("Step 0 (epoch 0.0)").wait_for()


def test_a_change_is_in_the_address_and_the_address_opens_it(opened, served):
    open_situation(opened, served + "light.html")
    opened.get_by_label("task").select_option("xor")
    opened.get_by_role("button", name="one unit more in layer 1").press("Enter")
    assert opened.url.endswith("#task=xor&layers=5,4")
    open_situation(opened, opened.url)
    assert opened.get_by_label("task").input_value() == "xor"
    assert opened.get_by_role("button", name="unit 5 of layer 1").count() == 1


def test_the_lens_shows_the_numbers_of_one_point(opened, served):
    open_situation(opened, served + "light.html#layers=2")
    opened.get_by_text("One step under the lens").click()
    table = opened.get_by_role("table")
    table.first.wait_for()
    assert table.count() == 3
    before = table.first.inner_text()
    opened.get_by_role("spinbutton", name="training point").fill("2")
    opened.get_by_role("spinbutton", name="training point").press("Enter")
    assert table.first.inner_text() != before
    assert "δ⁽¹⁾ = (W⁽²⁾)ᵀ δ⁽²⁾ ⊙ f′(z⁽¹⁾)" in table.nth(1).inner_text()


def test_a_guided_task_says_when_it_is_solved(opened, served):
    open_situation(opened, served + "light.html#guide=bend")
    assert opened.get_by_label("task").is_disabled()
    opened.get_by_label("activation").select_option("tanh")
    opened.get_by_label("speed").select_option("as fast as possible")
    opened.get_by_role("button", name="Run").click()
    opened.get_by_text("✓ Solved by the activation tanh. Well done.").wait_for()
    opened.get_by_role("button", name="Run").wait_for()  # it pauses by itself


def test_a_notebook_may_draw_it_before_it_is_on_the_page(opened, served):
    """Then it has no background yet; JupyterLab did so now and then, and the panel stayed without pictures."""
    open_situation(opened, served + "dark.html")
    corner = opened.evaluate(
        """async () => {
            const { default: widget } = await import("./playground.js");
            const el = document.createElement("div");
            widget.render({ model: { get: () => ({}) }, el });
            document.querySelector("main").replaceChildren(el);
            await new Promise((ready) => setTimeout(ready, 300));
            const losses = el.querySelectorAll("figure canvas")[0];
            return [...losses.getContext("2d").getImageData(2, 2, 1, 1).data];
        }"""
    )
    assert max(corner[:3]) < 200  # of the dark palette
    for picture in opened.locator("figure canvas").all():
        assert picture.get_attribute("aria-label")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200])
def test_it_fits_and_axe_finds_nothing(opened, served, theme, width):
    opened.set_viewport_size({"width": width, "height": 844})
    open_situation(opened, served + f"{theme}.html#guide=vanishing")
    opened.get_by_text("One step under the lens").click()
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert lab.findings(opened, "html") == []
