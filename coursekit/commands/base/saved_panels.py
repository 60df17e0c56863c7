"""What a saved notebook keeps of its panels: their last picture as plain HTML, instead of widgets that are gone.

An output with a widget refers to a model in the kernel's memory. When the notebook is opened again, JupyterLab shows
"Error displaying widget: model not found" in its place. JupyterLab can save the models (jupyter/lab_settings.json
switches that on), but they triple the size of a lesson. So the server takes the picture out of the saved models each
time a notebook is saved, puts it where the widget was, and drops the models. The notebook in the open tab keeps its
live panels. Of a still figure the PNG beside its HTML is dropped as well: the HTML contains the same picture.
"""

import re
from typing import Any

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
FIGURE = 'class="coursekit-figure"'  # the <img> of a figure; coursekit.plots.base.picture writes it
SAVED = "coursekit-saved"  # class of the HTML widgets to keep; coursekit.widgets.base.access sets it
NOTE = '<p style="opacity:.75;margin:.2em 0"><small>Run this cell to use its controls.</small></p>'
_REFERENCE = re.compile(r"IPY_MODEL_(\w+)")


def keep_pictures(model: dict[str, Any], **_: Any) -> None:
    """Jupyter's hook before a notebook is saved: replace coursekit's widgets in its outputs, in place."""
    if model.get("type") != "notebook":
        return
    notebook = model["content"]
    metadata = notebook.get("metadata", {})
    models = metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", ())]
    roots = set()
    for output in outputs:
        data = output.get("data", {})
        if FIGURE in data.get("text/html", ""):
            data.pop("image/png", None)
        if VIEW not in data:
            continue
        root = data[VIEW]["model_id"]
        pictures = _saved_html(root, models)
        if pictures:
            text = data.get("text/plain", "")
            data.clear()
            data |= {"text/html": "".join(pictures) + NOTE, "text/plain": text}
        else:
            roots.add(root)
    _drop_unused(metadata, models, roots)


def _parts(identity: str, models: dict[str, Any]) -> list[str]:
    """The ids of a model and of all models that it refers to, in the order of the page."""
    found, waiting = [], [identity]
    while waiting:
        here = waiting.pop(0)
        if here in models and here not in found:
            found.append(here)
            waiting += _REFERENCE.findall(str(models[here].get("state", {})))
    return found


def _saved_html(identity: str, models: dict[str, Any]) -> list[str]:
    """What the panels inside a widget have marked to be kept."""
    states = [models[part].get("state", {}) for part in _parts(identity, models)]
    return [state.get("value", "") for state in states if SAVED in state.get("_dom_classes", ())]


def _drop_unused(metadata: dict[str, Any], models: dict[str, Any], roots: set[str]) -> None:
    """Keep only the models of the widgets that are still in the outputs."""
    if "widgets" not in metadata:
        return
    used = {part for root in roots for part in _parts(root, models)}
    for identity in set(models) - used:
        del models[identity]
    if not models:
        del metadata["widgets"]
