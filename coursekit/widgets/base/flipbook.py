"""A panel for a page without a kernel: pictures of its main control, drawn beforehand and flipped by a slider.

Plain HTML with a few lines of JavaScript of its own: any static page can hold it, and without JavaScript the
first picture stays.
"""

import base64
import html
import json

import numpy as np

from coursekit.plots.base.picture import img
from coursekit.widgets.base import controls

BYTES = 1_000_000  # of a panel, at most
FRAMES, FRAMES_OF_TRAINING = 25, 7  # at most; the second, where each picture takes a training run

SCRIPT = """
(() => {
    const book = document.currentScript.parentElement, slider = book.querySelector("input");
    const frames = JSON.parse(book.querySelector("[type='application/json']").textContent);
    const flip = () => {
        const { value, alt, data, src } = frames[slider.value], picture = book.querySelector("img");
        Object.assign(picture, { alt, src: src ?? "data:image/png;base64," + data });
        slider.setAttribute("aria-valuetext", value);
        book.querySelector("output").textContent = value;
    };
    slider.addEventListener("input", flip);
    flip();
})();
"""


def flipbook(explorer):
    """The explorer as HTML of at most BYTES: its first control goes through its range, the others stay.

    Both ends and the present value are among the pictures. A model that trains is run to its end for each.
    """
    name, main = next(iter(explorer.controls.items()))
    every = controls.values(main)
    present = controls.position(main)
    count = min(len(every), FRAMES_OF_TRAINING if explorer.trains else FRAMES)
    drawn = {}
    while True:
        chosen = _spread(len(every), count, present)
        for i in chosen:
            if i not in drawn:
                data, alt = explorer.still(**{**explorer.state, name: every[i]})
                data = base64.b64encode(data).decode()
                drawn[i] = {"value": controls.say(main, every[i]), "alt": alt, "data": data}
        page = _page(explorer, main, [drawn[i] for i in chosen], chosen.index(present), len(every))
        if len(page.encode()) <= BYTES or count <= 2:
            return page
        count -= 1


def _spread(length, count, present):
    """`count` places of a list of this length: both ends, others evenly between them, one of them `present`."""
    places = np.linspace(0, length - 1, count).round().astype(int)
    nearest = abs(places[1:-1] - present).argmin() + 1 if count > 2 else abs(places - present).argmin()
    if present not in places:
        places[nearest] = present
    return sorted(set(places.tolist()))


def _page(explorer, main, frames, at, values):
    name, now = html.escape(main.description), frames[at]
    others = [control.description for control in explorer.controls.values() if control is not main]
    note = f"{len(frames)} of {values} values" if len(frames) < values else f"all {values} values"
    note += f"; in JupyterLab you also choose {', '.join(others)}" if others else ""
    picture = img(base64.b64decode(now["data"]), now["alt"], *explorer.size)
    data = json.dumps(frames, ensure_ascii=False).replace("<", "\\u003c")
    return (
        f'<figure class="coursekit-flipbook"><label>{name} <input type="range" min="0" max="{len(frames) - 1}" '
        f'value="{at}" aria-valuetext="{html.escape(now["value"])}"></label> <output>{html.escape(now["value"])}'
        f"</output>{picture}<figcaption>Drawn beforehand: {html.escape(note)}.</figcaption>"
        f'<script type="application/json">{data}</script><script>{SCRIPT}</script></figure>'
    )
