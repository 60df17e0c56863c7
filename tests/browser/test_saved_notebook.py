"""Two days of a learner: what was guessed and seen is there again after the server was stopped, without an error."""

import json

import lab
import pytest
from panels import picture, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAME = "widgets.ipynb"
CELLS = (
    "from coursekit import plots, widgets",
    "which = widgets.predict('Which ends lower?', ['MSE', 'cross-entropy'])",
    "which.reveal('MSE', because='measured')",
    "widgets.mean_or_median()",
    "plots.surprise()",
    "import ipywidgets\nipywidgets.IntSlider(3, description='own')",
)


@pytest.fixture(scope="module")
def days(tmp_path_factory):
    """The folder after day one, and what the panel's picture showed at its end."""
    folder = tmp_path_factory.mktemp("lessons")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSEKIT_HOME", str(tmp_path_factory.mktemp("home")))
        lab.notebook(folder, *CELLS)
        with lab.jupyterlab(folder) as url, lab.browser() as page:
            assert lab.run_all(page, url, NAME) == []
            page.get_by_role("radio", name="cross-entropy").press("Space")
            page.get_by_role("button", name="Lock my guess").press("Enter")
            page.get_by_text("Your guess: cross-entropy. ✗").wait_for()
            panel = page.locator(".coursekit-panel:has(.coursekit-picture img)")
            page.get_by_role("slider", name="moving point").press("End")
            settled(page, panel)
            alt = picture(panel).get_attribute("alt")
            with page.expect_response(lambda response: response.request.method == "PUT") as saved:
                page.evaluate("jupyterapp.commands.execute('docmanager:save')")
            assert saved.value.ok
            assert panel.is_visible()  # in the open tab the panel stays
        yield folder, alt


def test_the_file_holds_pictures_instead_of_widgets(days):
    folder, alt = days
    book = json.loads((folder / NAME).read_text())
    data = [output["data"] for cell in book["cells"] for output in cell["outputs"]]
    views = ["application/vnd.jupyter.widget-view+json" in each for each in data]
    assert views == [False, False, False, False, True]  # the learner's own slider is left alone
    state = book["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    assert 2 <= len(state) <= 4  # the slider, its layout and its style
    assert "You guessed <b>cross-entropy</b>" in "".join(data[0]["text/html"])
    assert f'alt="{alt}"' in "".join(data[2]["text/html"])
    assert not any("image/png" in each for each in data)


def test_on_the_second_day_everything_is_there(days):
    folder, alt = days
    with lab.jupyterlab(folder) as url, lab.browser() as page:
        page.goto(url.format(workspace="day-two", path=NAME))
        page.wait_for_function(lab.PANEL_IDLE)
        page.get_by_text("You guessed cross-entropy").wait_for()
        assert page.get_by_text("Your guess: cross-entropy. ✗").is_visible()
        assert page.locator(f'img[alt="{alt}"]').is_visible()
        assert page.get_by_text("Run this cell to use its controls.").count() == 2
        assert page.get_by_text("Error displaying widget").count() == 0
        assert lab.run_all(page, url, NAME) == []
        page.get_by_role("button", name="Guess again").wait_for()
        assert page.get_by_role("radio", name="cross-entropy").is_checked()
        assert page.get_by_text("Your guess: cross-entropy. ✗").is_visible()
        assert page.outside == []
