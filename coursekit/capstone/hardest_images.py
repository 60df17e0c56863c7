"""The hidden images that a recipe misreads most often over its draws, as small pictures for the page."""

import base64
import io
import math
from collections import Counter
from dataclasses import dataclass

import numpy as np

from coursekit.capstone.standings import Standings

SHOWN = 20


@dataclass(frozen=True)
class Misread:
    """An image (m,), its true class and its most frequent wrong guess; misread in `times` of the `seen` draws."""

    image: np.ndarray
    label: int
    guess: int
    times: int
    seen: int

    @property
    def picture(self) -> str:
        """The image as the base64 of a PNG, dark where the value is high; not square: one row of pixels."""
        from PIL import Image

        side = math.isqrt(self.image.size)
        shape = (side, side) if side**2 == self.image.size else (1, self.image.size)
        low, high = float(self.image.min()), float(self.image.max())
        gray = 255 * (high - self.image.reshape(shape)) / max(high - low, 1e-12)
        out = io.BytesIO()
        Image.fromarray(gray.astype(np.uint8)).save(out, "PNG")
        return base64.b64encode(out.getvalue()).decode()


def hardest_images(standings: Standings, count: int = SHOWN) -> list[Misread]:
    """At most `count` images that are misread in the largest share of the draws in which they were hidden.

    Of equal shares, those seen more often come first, because one misreading of one says little.
    """
    seen: Counter = Counter()
    wrong: dict[bytes, Counter] = {}
    known: dict[bytes, tuple[np.ndarray, int]] = {}
    for run in standings.runs:
        guesses = np.argmax(np.where(np.isnan(run.scores), -np.inf, run.scores), axis=1)
        for image, label, guess in zip(run.images, run.label, guesses, strict=True):
            key = np.ascontiguousarray(image).tobytes()
            seen[key] += 1
            if guess != label:
                wrong.setdefault(key, Counter())[int(guess)] += 1
                known[key] = image, int(label)
    found = [
        Misread(*known[key], guesses.most_common(1)[0][0], guesses.total(), seen[key])
        for key, guesses in wrong.items()
    ]
    return sorted(found, key=lambda m: (-m.times / m.seen, -m.seen))[:count]
