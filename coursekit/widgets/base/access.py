"""What ipywidgets leaves out, added in the browser: accessible names, exact value texts, keys that stay in the
panel, a pointer, the screen's resolution.

ipywidgets' slider handles and Play buttons have no accessible name, their value text is rounded, and
JupyterLab runs its one-letter shortcuts (`a` inserts a cell) while a slider has the focus. Where anywidget's
front end is missing, a panel loses this and the pointer on the picture; its controls still work.
"""

from pathlib import Path

import anywidget
import ipywidgets
import traitlets

PANEL, CONTROL, PICTURE = "coursekit-panel", "coursekit-control", "coursekit-picture"
SAVED = "coursekit-saved"  # an HTML widget that stands for its panel in a saved notebook
VIEW = "application/vnd.jupyter.widget-view+json"


class Access(anywidget.AnyWidget):
    """An invisible widget: put it into a box of class PANEL together with controls of class CONTROL.

    names: one for each control, in the order of the page. pointer: [x, y, presses] of the pointer on the
    element of class PICTURE: fractions of the picture from its top left corner, and how often it was pressed
    so far. follows: "drag" sends it while the pointer is pressed, "click" at each press, "" never. partial:
    whether more pictures follow without a move; the page marks the panel as busy. ratio: device pixels per CSS
    pixel of the screen, 0 until the browser has reported it.
    """

    _esm = Path(__file__).with_name("access.js")
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    follows = traitlets.Enum(("", "click", "drag"), "").tag(sync=True)
    partial = traitlets.Bool(False).tag(sync=True)
    ratio = traitlets.Float(0.0).tag(sync=True)
    pointer = traitlets.List(traitlets.Float()).tag(sync=True)


def panel(children, named, follows=""):
    """A box of `children`; named: [(name, control), …] in the order of the page. Returns (box, access)."""
    for _, control in named:
        control.add_class(CONTROL)
    access = Access(names=[name for name, _ in named], follows=follows)
    access.layout.display = "none"
    box = ipywidgets.VBox([*children, access])
    box.add_class(PANEL)
    return box, access


def bundle(box, elsewhere):
    """What IPython shows of a panel's box: itself, and where widgets cannot run {type: content}.

    In Google Colab anywidget's metadata name the widget manager that can load anywidgets. Colab's ipywidgets is of
    version 7, whose boxes make no bundle of their own.
    """
    _, metadata = box.children[-1]._repr_mimebundle_()
    data = {VIEW: box.get_view_spec(), **elsewhere}
    return (data, metadata) if metadata else data
