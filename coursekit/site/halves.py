"""Where a picture of two parts side by side can be cut, so that a narrow screen shows one below the other."""

import io
from collections.abc import Iterable

import numpy as np
from PIL import Image

WIDE = 1.6  # a picture that is at least this much wider than high
MIDDLE = 0.3, 0.7  # where the gap between the parts must be, as shares of the width
GAP = 0.008  # its smallest width, as a share of the picture's


def cut(pictures: Iterable[bytes]) -> float | None:
    """The middle of the most central gap that all pictures (PNG, of one size) have, as a share of the width, or None."""
    free = None
    for picture in pictures:
        image = Image.open(io.BytesIO(picture))
        if image.width < WIDE * image.height:
            return None
        pixels = np.asarray(image if image.mode in ("P", "L") else image.convert("RGB"))
        pixels = pixels.reshape(*pixels.shape[:2], -1)
        empty = (pixels == pixels[:1, :1]).all(axis=(0, 2))
        if free is not None and len(free) != len(empty):
            return None
        free = empty if free is None else free & empty
    return None if free is None else _central(free)


def _central(free):
    first, last = (int(share * len(free)) for share in MIDDLE)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], free.astype(int), [0]])))
    pairs = zip(edges[::2], edges[1::2], strict=True)
    middles = [(start + end) / 2 for start, end in pairs if end - start >= GAP * len(free)]
    middles = [middle for middle in middles if first <= middle <= last]
    return (
        round(min(middles, key=lambda middle: abs(middle - len(free) / 2)) / len(free), 3)
        if middles
        else None
    )
