"""What the engine promises, seen in JupyterLab and Chromium, operated by keyboard and pointer."""

import re

import lab
import pytest
from panels import changed, picture

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CELLS = (
    "import numpy as np\nfrom coursekit import plots, widgets",
    "widgets.mean_or_median()",
    "widgets.logit()",
    "x = np.linspace(-2, 2, 30)\nwidgets.slope_intercept(x, 1.5 * x + np.sin(9 * x))",
    "which = widgets.predict('Which ends lower?', ['MSE', 'cross-entropy'])",
    "many = widgets.predict('How many epochs?', between=(1, 50), unit='epochs')",
    "which.reveal('MSE')\nmany.reveal(12)",
    "plots.surprise()",
    """
from coursekit.plots.loss_functions.loss_drawings import MeanAndMedian
from coursekit.widgets.base import controls
every = {
    "point": controls.slider("clicked point", -5, 25, 6.0, 0.5),
    "mirrored": controls.switch("mirrored"),
    "seed": controls.Again("another sample"),
}
def model(point, mirrored, seed):
    y = np.random.default_rng(seed).normal(10, 3, 8)
    return {"y": np.append(20 - y if mirrored else y, point)}
widgets.Explorer(MeanAndMedian((-5, 25)), every, model, click=lambda panel, x, y: {"point": x})""",
)
# Every animation frame during which an output has no complete picture, or one of another height.
WATCH = """(output) => { window.blank = 0; window.heights = new Set();
    const look = () => { const picture = output.querySelector('img');
        if (!picture?.complete || !picture.naturalWidth) window.blank++;
        else window.heights.add(picture.getBoundingClientRect().height);
        requestAnimationFrame(look); };
    look(); }"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lessons")
    lab.notebook(folder, *CELLS)
    with lab.jupyterlab(folder) as url:
        yield url


@pytest.fixture(scope="module")
def chromium():
    with lab.browser() as page:
        yield page


@pytest.fixture(scope="module")
def opened(server, chromium):
    """The notebook of widgets, all its cells run."""
    assert lab.run_all(chromium, server, "widgets.ipynb") == []
    chromium.get_by_role("slider", name="moving point").wait_for()
    return chromium


@pytest.fixture
def page(opened):
    """The same, with a promise kept at the end: nothing left the machine, nothing complained."""
    yield opened
    assert opened.outside == []
    assert opened.complaints == []


def output_of(page, name):
    """The panel that holds the slider of this name."""
    return (
        page.locator(".coursekit-panel").filter(has=page.get_by_role("slider", name=name, exact=True)).first
    )


@pytest.mark.parametrize("name", ["moving point", "logit z", "slope", "intercept"])
def test_a_slider_moved_by_keyboard_changes_picture_and_alt_text(page, name):
    output, slider = output_of(page, name), page.get_by_role("slider", name=name, exact=True)
    slider.focus()
    size = picture(output).bounding_box()
    before, after = changed(page, output, lambda: slider.press("ArrowRight"))
    assert before != after
    assert picture(output).bounding_box() == size  # no jump
    readout = output.get_by_role("textbox", name=f"{name}: type a value")
    assert slider.get_attribute("aria-valuetext") == readout.inner_text()


def test_the_list_is_operated_by_keyboard(page):
    output = output_of(page, "logit z")
    chooser = output.get_by_role("combobox", name="target y")
    before, after = changed(page, output, lambda: chooser.select_option("1"))
    assert "target 0" in before
    assert "target 1" in after


def test_many_keys_at_once_end_at_the_last_state(page):
    output, slider = output_of(page, "moving point"), page.get_by_role("slider", name="moving point")
    slider.press("Home")
    slider.press("End")
    for _ in range(30):
        slider.press("ArrowLeft")
    picture(output.filter(has=page.locator('img[alt*="from 1 to 10."]'))).wait_for()  # 25 − 30 · 0.5
    assert slider.get_attribute("aria-valuetext") == "10.0"


def test_no_frame_is_blank_and_none_jumps(page):
    output, slider = output_of(page, "moving point"), page.get_by_role("slider", name="moving point")
    output.evaluate(WATCH)
    for key in ["ArrowRight"] * 10 + ["Home", "End"] * 3:
        changed(page, output, lambda key=key: slider.press(key))
    assert page.evaluate("() => window.blank") == 0
    assert page.evaluate("() => window.heights.size") == 1


def test_the_pointer_drags_on_the_picture(page):
    output = output_of(page, "slope")
    picture(output).scroll_into_view_if_needed()
    box = picture(output).bounding_box()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.5 * box["height"])
    _, first = changed(page, output, page.mouse.down)
    _, second = changed(
        page, output, lambda: page.mouse.move(box["x"] + 0.85 * box["width"], box["y"] + 0.5 * box["height"])
    )
    page.mouse.up()
    slope = [float(re.search(r"slope (\S+)", text)[1].replace("−", "-")) for text in (first, second)]
    assert slope[0] < slope[1]


def test_a_click_chooses_and_a_drag_does_not(page):
    output, slider = output_of(page, "clicked point"), page.get_by_role("slider", name="clicked point")
    picture(output).scroll_into_view_if_needed()
    box = picture(output).bounding_box()
    at = [(box["x"] + part * box["width"], box["y"] + 0.7 * box["height"]) for part in (0.3, 0.8)]
    for place in at:
        changed(page, output, lambda place=place: page.mouse.click(*place))
    high = float(slider.get_attribute("aria-valuetext"))
    assert high > 15
    page.mouse.move(*at[0])
    changed(page, output, page.mouse.down)
    low = slider.get_attribute("aria-valuetext")
    page.mouse.move(*at[1])
    page.mouse.up()
    page.wait_for_timeout(300)
    assert slider.get_attribute("aria-valuetext") == low
    assert float(low) < 10


def test_switch_and_button_are_operated_by_keyboard(page):
    output = output_of(page, "clicked point")
    for role, name, key in (("checkbox", "mirrored", "Space"), ("button", "another sample", "Enter")):
        control = output.get_by_role(role, name=name)
        for _ in range(2):
            before, after = changed(page, output, lambda control=control, key=key: control.press(key))
            assert before != after


def test_axe_finds_nothing_grave_in_any_output(page):
    assert lab.findings(page, ".jp-OutputArea-output") == []


def test_the_play_button_walks_on(page):
    output, slider = output_of(page, "logit z"), page.get_by_role("slider", name="logit z")
    slider.press("Home")
    picture(output.filter(has=page.locator('img[alt*="z = −1000"]'))).wait_for()
    output.get_by_role("button", name="play logit z").press("Enter")
    picture(output.filter(has=page.locator('img[alt*="z = −800"]'))).wait_for()
    output.get_by_role("button", name="pause logit z").press("Enter")


@pytest.mark.parametrize("key", ["a", "b", "x", "m", "Shift+L", "ArrowDown"])
def test_keys_of_a_focused_slider_are_not_shortcuts(page, key):
    slider = page.get_by_role("slider", name="intercept")
    state = """() => { const notebook = jupyterapp.shell.currentWidget.content;
        return [notebook.widgets.map(cell => cell.model.type), notebook.activeCellIndex, notebook.mode]; }"""
    slider.focus()
    before = page.evaluate(state)
    slider.press(key)
    page.wait_for_timeout(200)  # Lab may take its time
    assert page.evaluate(state) == before


def test_everything_operable_and_every_picture_has_a_name(page):
    for panel in page.locator(".coursekit-panel").all():
        snapshot = panel.aria_snapshot()
        roles = re.findall(
            r"- (slider|button|combobox|radio|radiogroup|textbox|img)\b( \"[^\"]+\")?", snapshot
        )
        assert roles
        assert all(name for _, name in roles), snapshot
    for image in page.locator(".jp-OutputArea-output img").all():
        assert image.get_attribute("alt")


def test_a_guess_is_locked_by_keyboard_and_unfolds_its_answer(page):
    group = page.get_by_role("radiogroup", name="Which ends lower?")
    assert page.get_by_text("The answer appears here when you have locked your guess.").count() == 2
    assert not page.get_by_text("Answer: MSE").is_visible()
    group.get_by_role("radio", name="cross-entropy").press("Space")
    page.get_by_role("button", name="Lock my guess").first.press("Enter")
    page.get_by_text("Your guess: cross-entropy. ✗").wait_for()
    assert page.get_by_text("Answer: MSE").is_visible()
    assert group.get_by_role("radio", name="MSE").is_disabled()
    slider = page.get_by_role("slider", name="How many epochs?")
    assert slider.get_attribute("aria-valuetext") == "not set"
    page.get_by_role("button", name="Lock my guess").last.press("Enter")
    page.get_by_text("Move the slider first.").wait_for()
    slider.press("ArrowRight")
    slider.press("ArrowRight")
    page.get_by_role("button", name="Lock my guess").last.press("Enter")
    page.get_by_text("Your guess: 2 epochs. ✗ Not quite: too low by 10 epochs.").wait_for()
    page.get_by_role("button", name="Guess again").first.press("Enter")
    group.locator("input:enabled").first.wait_for(state="attached")  # unlocked by the kernel
    assert group.get_by_role("radio", name="MSE").is_enabled()


def test_figures_follow_a_dark_theme(opened):
    shades = "() => getComputedStyle(document.querySelector('.coursekit-figure')).filter"
    assert opened.evaluate(shades) == "none"
    opened.evaluate("jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    opened.wait_for_function("document.body.dataset.jpThemeLight === 'false'")
    assert opened.evaluate(shades) == "invert(0.93) hue-rotate(180deg)"
    opened.evaluate("jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'})")
    opened.wait_for_function("document.body.dataset.jpThemeLight === 'true'")


def test_away_from_the_panels_the_shortcuts_still_work(opened):
    """Else the law above holds for nothing."""
    before = lab.cells(opened)
    opened.evaluate("() => jupyterapp.shell.currentWidget.content.node.focus()")
    opened.keyboard.press("Escape")
    opened.keyboard.press("b")
    opened.wait_for_function(f"() => jupyterapp.shell.currentWidget.content.widgets.length === {before + 1}")


def test_without_anywidget_in_the_browser_the_sliders_still_work(tmp_path, chromium):
    lab.notebook(tmp_path, *CELLS[:2])
    page = chromium
    with lab.jupyterlab(tmp_path, without=["anywidget"]) as url:
        assert lab.run_all(page, url, "widgets.ipynb") == []
        panel = page.locator(".jp-OutputArea-output:has(.coursekit-picture img)").first
        slider = panel.get_by_role("slider")
        slider.wait_for()
        assert slider.get_attribute("aria-label") is None  # it really is missing
        before, after = changed(page, panel, lambda: slider.press("ArrowRight"))
        assert before != after
    page.complaints.clear()  # Lab does report the missing widget
