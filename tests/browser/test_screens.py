"""Pictures of panels on screens with one and with two device pixels per CSS pixel."""

import lab
import pytest
from panels import changed, picture

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("ratio", [1, 2])
def test_pictures_have_the_pixels_of_the_screen(tmp_path, ratio):
    lab.notebook(tmp_path, "from coursekit import widgets\nwidgets.mean_or_median()")
    with lab.jupyterlab(tmp_path) as url, lab.browser(ratio=ratio) as page:
        assert lab.run_all(page, url, "widgets.ipynb") == []
        panel, slider = page.locator(".coursekit-panel"), page.get_by_role("slider", name="moving point")
        changed(page, panel, lambda: slider.press("ArrowRight"))
        size = picture(panel).evaluate("image => [image.naturalWidth, image.width]")
        assert size == [ratio * 860, 860]
