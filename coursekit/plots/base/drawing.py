"""Figures of which some parts move: a still figure shows one state, a widget steers through many."""

from collections.abc import Sequence
from typing import Any

from matplotlib.artist import Artist


class Drawing:
    """Base of the figures that `widgets.Explorer` can move.

    A subclass sets `axes` (Axes or Panels) and `moving` (the artists that change), and defines
    `update(**state)`, which gives those artists their new data and the figure its new alt text. Everything
    that is not in `moving` is drawn once for each `scene`.
    """

    axes: Any = None
    moving: Sequence[Artist] = ()

    @property
    def figure(self) -> Any:
        """The figure that all panels share."""
        axes = self.axes.flat[0] if hasattr(self.axes, "flat") else self.axes
        return axes.figure

    def update(self, **state: Any) -> None:
        """Show this state."""
        raise NotImplementedError(f"{type(self).__name__} needs a method update(**state).")

    def scene(self, **state: Any) -> Any:
        """What of the state the still parts depend on: nothing, unless a subclass says otherwise."""
