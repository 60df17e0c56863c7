"""Every interactive in JupyterLab and Chromium, operated by keyboard through its whole range.

The tests name no panel: one notebook shows all of `widgets.interactives()`.
"""

import lab
import pytest
from panels import changed, picture, settled, shows

from coursekit import widgets

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.nightly]

NAMES = list(widgets.interactives())
SHOW = "panel = widgets.{name}()\npanel.panel.add_class('is-{name}')\npanel"
every_panel = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """The notebook of all panels, run."""
    folder = tmp_path_factory.mktemp("panels")
    cells = ["from coursekit import widgets", *(SHOW.format(name=name) for name in NAMES)]
    book = lab.notebook(folder, *cells, name="panels.ipynb")
    with lab.jupyterlab(folder) as url, lab.browser() as page:
        assert lab.run_all(page, url, book, seconds=300) == []
        yield page


@pytest.fixture
def page(opened):
    """The same, with a promise kept at the end: nothing left the machine, nothing complained."""
    yield opened
    assert opened.outside == []
    assert opened.complaints == []


def shown(page, name):
    """The panel, scrolled to and at rest."""
    page.evaluate(f"() => jupyterapp.shell.currentWidget.content.scrollToItem({NAMES.index(name) + 1})")
    panel = page.locator(f".is-{name}")
    picture(panel).wait_for()
    settled(page, panel)
    return panel


def press_until_the_end(slider, key, end):
    """Press the key until the slider's value is at its end."""
    for _ in range(400):
        if slider.get_attribute("aria-valuenow") == slider.get_attribute(end):
            return
        slider.press(key)
    raise AssertionError(f"{key} does not reach the end: {slider.get_attribute('aria-valuetext')}")


def at(page, panel, slider, key, end):
    """Alt text at one end of a slider, reached with one key."""
    before, value = settled(page, panel), slider.get_attribute("aria-valuenow")
    slider.focus()
    press_until_the_end(slider, key, end)
    if slider.get_attribute("aria-valuenow") == value:
        return before
    return shows(page, panel, before, wanted=False)


@every_panel
def test_each_slider_goes_by_keyboard_through_its_range(page, name):
    panel = shown(page, name)
    size = picture(panel).bounding_box()
    for slider in panel.get_by_role("slider").all():
        low = at(page, panel, slider, "Home", "aria-valuemin")
        at(page, panel, slider, "PageUp", "aria-valuemax")
        assert shows(page, panel, low, wanted=False) != low
        at(page, panel, slider, "PageDown", "aria-valuemin")
        assert shows(page, panel, low) == low
        before, after = changed(page, panel, lambda slider=slider: slider.press("ArrowRight"))
        assert before != after
        assert panel.get_by_role("alert").count() == 0
    settled(page, panel)  # a picture that is being replaced has no box
    after = picture(panel).bounding_box()
    assert (after["width"], after["height"]) == (size["width"], size["height"])


@every_panel
def test_each_list_switch_and_button_answers_to_the_keyboard(page, name):
    panel = shown(page, name)
    for chooser in panel.get_by_role("combobox").all():
        chooser.press("Home")
        texts = [settled(page, panel)]
        for _ in range(chooser.locator("option").count() - 1):
            chooser.press("ArrowDown")
            texts.append(shows(page, panel, texts[-1], wanted=False))
        assert len(set(texts)) == chooser.locator("option").count()
    for switch in panel.get_by_role("checkbox").all():
        for _ in range(2):
            before, after = changed(page, panel, lambda switch=switch: switch.press("Space"))
            assert before != after
    for button in panel.get_by_role("button").all():
        label = button.get_attribute("aria-label") or button.inner_text()
        if label.startswith("play "):
            panel.get_by_role("slider", name=label.removeprefix("play "), exact=True).press("Home")
            settled(page, panel)
        if not label.startswith(("pause ", "stop ")):
            before, after = changed(page, panel, lambda button=button: button.press("Enter"))
            assert before != after
        if label.startswith("play "):
            panel.get_by_role("button", name=label.replace("play ", "pause "), exact=True).press("Enter")
    assert panel.get_by_role("alert").count() == 0


@every_panel
def test_axe_finds_nothing_grave(page, name):
    shown(page, name)
    assert lab.findings(page, f".is-{name}") == []


def test_axe_does_find_something(page):
    """Else the law above holds for nothing."""
    panel = shown(page, NAMES[0])
    panel.evaluate("panel => panel.append(new Image())")
    assert "image-alt" in lab.findings(page, f".is-{NAMES[0]}")[0]
    panel.evaluate("panel => panel.lastChild.remove()")
