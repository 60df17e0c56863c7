"""Slider to new picture in Chromium for every interactive, against the bare round trip of a widget, in one run.

    python tests/benchmarks/slider_latency.py [--moves 20] [--seconds 3] [PANEL ...]

Latency: from the key press to the first animation frame that shows the new picture (median, over moves that
take turns between the panel and a bare slider → tiny SVG in the same cell; one animation frame is 17 ms).
Pictures a second: while the slider is dragged, 60 moves a second, with and without coursekit's server
extension. Of a panel that trains: from the key press to the first partial picture, from rest. Targets: a
median of at most twice the bare round trip, 20 pictures a second with the extension and 12 without, a first
partial picture within 0.3 s. Read ratios, not milliseconds.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))

import lab
from panels import PlaywrightTimeout, settled

from coursekit import widgets

BARE = """
import ipywidgets
from coursekit import widgets
def bare():
    slider, page = ipywidgets.FloatSlider(6, min=-5, max=25, step=0.5), ipywidgets.HTML()
    def show(change):
        page.value = f'<svg width="200" height="60"><circle cx="{60 + change["new"]}" cy="30" r="20"/></svg>'
    slider.observe(show, "value"); show({"new": 6.0})
    box = ipywidgets.VBox([slider, page])
    box.add_class("is-bare")
    return box"""
PANEL = """
panel = widgets.%s()
panel.panel.add_class("trains" if panel.trains else "answers")
ipywidgets.VBox([bare(), panel.panel])"""
# `shown`: when an animation frame first had a new picture; each picture is a new element.
PROBE = """
() => { window.probe = (output) => {
    const picture = () => {
        const element = output.querySelector('.widget-html-content img, .widget-html-content svg');
        return element && element.complete !== false ? element : null; };
    let last = picture(), pressed = 0, on = true;
    const shown = [];
    addEventListener('keydown', () => { pressed = performance.now(); }, {capture: true, once: true});
    const tick = () => {
        if (!on) return;
        const now = picture();
        if (now && now !== last) { shown.push(performance.now()); last = now; }
        requestAnimationFrame(tick); };
    requestAnimationFrame(tick);
    return {shown, stop: () => { on = false; return shown; }, latency: () => shown[0] - pressed}; }; }
"""
DRAG = """
([x, y, reach, ms]) => new Promise(done => {
    const start = performance.now();
    const step = () => {
        const t = performance.now() - start;
        if (t > ms) return done();
        const place = {clientX: x + reach * Math.sin(t / 480), clientY: y, buttons: 1, bubbles: true,
                       pointerId: 1, isPrimary: true};
        document.documentElement.dispatchEvent(new PointerEvent('pointermove', place));
        document.documentElement.dispatchEvent(new MouseEvent('mousemove', place));
        requestAnimationFrame(step); };
    step(); })
"""


def press(page, output, key):
    """Milliseconds from one key press to the new picture."""
    handle = output.locator(".noUi-handle").first
    handle.focus()
    for end, back in (("aria-valuemax", "ArrowLeft"), ("aria-valuemin", "ArrowRight")):
        key = back if handle.get_attribute("aria-valuenow") == handle.get_attribute(end) else key
    output.evaluate("(output) => { window.one = probe(output); }")
    handle.press(key)
    page.wait_for_function("() => one.shown.length", timeout=5000)
    page.wait_for_timeout(60)
    return page.evaluate("() => { one.stop(); return one.latency(); }")


def drag(page, output, seconds):
    """Pictures a second while the slider is dragged to and fro."""
    handle, track = output.locator(".noUi-handle").first, output.locator(".noUi-target").first
    handle.scroll_into_view_if_needed()
    box, whole = handle.bounding_box(), track.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    output.evaluate("(output) => { window.one = probe(output); }")
    page.evaluate(DRAG, [whole["x"] + whole["width"] / 2, y, whole["width"] * 0.4, seconds * 1000])
    shown = page.evaluate("() => one.stop()")
    page.mouse.up()
    page.wait_for_timeout(500)
    return (len(shown) - 1) / (shown[-1] - shown[0]) * 1000 if len(shown) > 1 else 0.0


def latencies(page, bare, panel, moves):
    """Milliseconds of moves in turns: (of the bare slider, of the panel)."""
    pairs = []
    for move in range(moves + 2):
        key = ("ArrowRight", "ArrowLeft")[move % 2]
        settled(page, panel)
        pairs.append([press(page, output, key) for output in (bare, panel)])
    return zip(*pairs[2:], strict=True)  # the first ones warm up


def measure(names, moves, seconds, without_delay):
    """{name: (trains, bare latencies, latencies, pictures a second)}; no moves: the last alone."""
    measured = {}
    with tempfile.TemporaryDirectory() as folder:
        book = lab.notebook(folder, BARE, *(PANEL % name for name in names))
        with lab.jupyterlab(folder, without_delay=without_delay) as url, lab.browser(height=1200) as page:
            if errors := lab.run_all(page, url, book, seconds=300):
                sys.exit("\n".join(errors))
            page.evaluate(PROBE)
            for i, name in enumerate(names, 1):
                page.evaluate(f"() => jupyterapp.shell.currentWidget.content.scrollToItem({i})")
                cell = page.locator(".jp-Notebook .jp-Cell").nth(i)
                bare, panel = cell.locator(".is-bare"), cell.locator(".coursekit-panel")
                panel.locator("img").wait_for()
                if panel.locator(".noUi-handle").count() == 0:
                    print(f"{name}: no slider", file=sys.stderr)
                    continue
                trains = "trains" in panel.get_attribute("class")
                try:
                    floor, own = latencies(page, bare, panel, moves) if moves else ((), ())
                    measured[name] = trains, floor, own, None if trains else drag(page, panel, seconds)
                except PlaywrightTimeout:
                    print(f"{name}: a move brought no picture within 5 s", file=sys.stderr)
    return measured


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("panels", nargs="*", help="names of widgets (default: every interactive)")
    parser.add_argument("--moves", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each slider is dragged")
    arguments = parser.parse_args()
    names = arguments.panels or list(widgets.interactives())
    quick = measure(names, arguments.moves, arguments.seconds, True)
    slow = measure(names, 0, arguments.seconds, False)
    print("| panel | bare ms | median ms | 90 % ms | ratio | pictures/s | without the extension |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, (trains, floor, own, pictures) in quick.items():
        if not trains and name not in slow:
            continue
        bare, median, late = (
            statistics.median(floor),
            statistics.median(own),
            sorted(own)[int(0.9 * len(own))],
        )
        rates = "trains | " if trains else f"{pictures:.1f} | {slow[name][3]:.1f}"
        print(f"| {name} | {bare:.0f} | {median:.0f} | {late:.0f} | {median / bare:.2f} | {rates} |")


if __name__ == "__main__":
    main()
