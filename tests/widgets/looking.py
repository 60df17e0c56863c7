"""How the tests look at a panel, and how they operate it."""

import asyncio
import base64
import html
import io
import re

import numpy as np
from PIL import Image


def alt(panel):
    """The alt text on the page."""
    return html.unescape(re.search('alt="([^"]*)"', panel.picture.value)[1])


def pixels(panel):
    """The picture on the page (height, width, 3)."""
    data = base64.b64decode(re.search('base64,([^"]+)', panel.picture.value)[1])
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)


def made(make):
    """The panel, made within an event loop as in a notebook: one that trains shows the end of its run."""

    async def in_a_loop():
        panel = make()
        panel.stop()
        return panel

    return asyncio.run(in_a_loop())


def bring(panel, **state):
    """Move controls to a state within an event loop; one that trains shows its first result there."""

    async def in_a_loop():
        for name, value in state.items():
            panel.controls[name].value = value
        await asyncio.sleep(0)  # the frame is due in the loop
        await asyncio.sleep(0)
        panel.stop()

    asyncio.run(in_a_loop())


def finish(panel, **state):
    """Move controls to a state without an event loop: one that trains shows the end of its run there."""
    for name, value in state.items():
        panel.controls[name].value = value


def inside(widget):
    """The widget and all it holds."""
    return [widget, *(w for child in getattr(widget, "children", ()) for w in inside(child))]
