"""Slider to new picture in Chromium, against the bare round trip of a widget (slider → tiny SVG), in one run.

    python tests/benchmarks/slider_latency.py [--moves 30] [--seconds 3]

Latency: from the key press to the first animation frame that shows the new picture (median, over moves that
take turns between the panels; one animation frame is 17 ms). Pictures a second: while the slider is dragged,
60 moves a second. Target: a median of at most twice the bare round trip. Read ratios, not milliseconds.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))

import lab

SOURCES = {
    "bare round trip": """
import ipywidgets
slider, page = ipywidgets.FloatSlider(6, min=-5, max=25, step=0.5), ipywidgets.HTML()
def show(change):
    page.value = f'<svg width="200" height="120"><circle cx="{60 + change["new"]}" cy="60" r="20"/></svg>'
slider.observe(show, "value"); show({"new": 6.0})
ipywidgets.VBox([slider, page])""",
    "mean_or_median": "from coursekit import widgets\nwidgets.mean_or_median()",
    "logit": "widgets.logit()",
    "slope_intercept": """
import numpy as np
x = np.linspace(-2, 2, 30)
widgets.slope_intercept(x, 1.5 * x + np.sin(9 * x))""",
}
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
    return (len(shown) - 1) / (shown[-1] - shown[0]) * 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moves", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each slider is dragged")
    arguments = parser.parse_args()
    times = {name: [] for name in SOURCES}
    with tempfile.TemporaryDirectory() as folder:
        name = lab.notebook(folder, *SOURCES.values())
        with lab.jupyterlab(folder) as url, lab.browser(height=2400) as page:
            if errors := lab.run_all(page, url, name):
                sys.exit("\n".join(errors))
            outputs = dict(zip(SOURCES, page.locator(".jp-OutputArea-output").all(), strict=True))
            for output in outputs.values():
                output.locator(".noUi-handle").first.wait_for()
            page.evaluate(PROBE)
            for move in range(arguments.moves + 2):
                for panel, output in outputs.items():
                    latency = press(page, output, ("ArrowRight", "ArrowLeft")[move // 4 % 2])
                    if move >= 2:  # the first ones warm up
                        times[panel].append(latency)
            pictures = {panel: drag(page, output, arguments.seconds) for panel, output in outputs.items()}
    floor = statistics.median(times["bare round trip"])
    print(f"{'panel':18}{'median ms':>10}{'90 % ms':>9}{'ratio':>7}{'pictures/s':>12}")
    for panel, values in times.items():
        median, late = statistics.median(values), sorted(values)[int(0.9 * len(values))]
        print(f"{panel:18}{median:10.0f}{late:9.0f}{median / floor:7.2f}{pictures[panel]:12.1f}")


if __name__ == "__main__":
    main()
