"""Operating the panels of a page: what the browser tests share."""

import contextlib

try:
    from playwright.sync_api import TimeoutError as PlaywrightTimeout
except ImportError:  # without Playwright these tests skip
    PlaywrightTimeout = TimeoutError


def picture(panel):
    return panel.locator(".coursekit-picture img")


def changed(page, panel, move):
    """Make the move and wait for another picture; returns the alt texts before and after."""
    before, source = picture(panel).get_attribute("alt"), picture(panel).get_attribute("src")
    for patience in (10_000, 30_000):  # a busy Lab may take the focus between a test's focus and its key
        move()
        with contextlib.suppress(*[PlaywrightTimeout] if patience == 10_000 else []):
            page.wait_for_function(
                "([panel, source]) => panel.querySelector('.coursekit-picture img').src !== source",
                arg=[panel.element_handle(), source],
                timeout=patience,
                polling=50,
            )
            break
    return before, picture(panel).get_attribute("alt")


def settled(page, panel, quiet=700):
    """Wait until no more pictures come; returns the alt text of the last one.

    None comes if the kernel is idle, the panel is not busy, and `quiet` milliseconds brought no other picture.
    """
    page.evaluate(
        """([panel, quiet]) => new Promise((done, fail) => {
            let last = null, since = 0;
            setTimeout(() => fail(new Error('the picture does not come to rest')), 120_000);
            const look = () => {
                const now = performance.now(), source = panel.querySelector('.coursekit-picture img').src;
                const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel.status;
                if (source !== last || kernel !== 'idle' || panel.getAttribute('aria-busy') === 'true') {
                    last = source;
                    since = now;
                }
                now - since > quiet ? done() : setTimeout(look, 50); };
            look(); })""",
        [panel.element_handle(), quiet],
    )
    return picture(panel).get_attribute("alt")


def shows(page, panel, alt, wanted=True, seconds=30):
    """Wait until the picture has this alt text, or (not `wanted`) another one; returns the alt text at rest.

    The kernel of a busy machine may be idle for a while before a move has reached it.
    """
    with contextlib.suppress(PlaywrightTimeout):
        page.wait_for_function(
            "([panel, alt, wanted]) => (panel.querySelector('.coursekit-picture img').alt === alt) === wanted",
            arg=[panel.element_handle(), alt, wanted],
            timeout=1000 * seconds,
            polling=50,
        )
    return settled(page, panel)
