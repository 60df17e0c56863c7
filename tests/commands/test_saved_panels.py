"""Laws of what a saved notebook keeps of its widgets."""

import copy

from coursekit.commands.base.saved_panels import NOTE, STATE, VIEW, keep_pictures
from coursekit.plots.base.picture import img
from coursekit.widgets.base import access

PICTURE = '<img alt="last">'
MODELS = {
    "box": {"model_name": "VBoxModel", "state": {"children": ["IPY_MODEL_row", "IPY_MODEL_pic"]}},
    "row": {"state": {"children": ["IPY_MODEL_slider"], "layout": "IPY_MODEL_layout"}},
    "slider": {"state": {"value": 3}},
    "pic": {"state": {"value": PICTURE, "_dom_classes": ["coursekit-picture", "coursekit-saved"]}},
    "own": {"state": {"value": 5, "layout": "IPY_MODEL_layout"}},
    "layout": {"state": {}},
    "forgotten": {"state": {}},
}


def shown(identity, **more):
    return {"output_type": "display_data", "data": {VIEW: {"model_id": identity}, **more}, "metadata": {}}


def saved(*outputs, models=MODELS):
    cells = [{"cell_type": "code", "outputs": list(outputs)}, {"cell_type": "markdown", "source": ""}]
    metadata = {"widgets": {STATE: {"state": copy.deepcopy(models)}}} if models else {}
    model = {"type": "notebook", "content": {"cells": cells, "metadata": metadata}}
    keep_pictures(model, path="a.ipynb", contents_manager=None)
    return model["content"]


def test_a_panel_is_saved_as_its_last_picture_without_models():
    panel = shown("box", **{"text/html": '<img alt="first">', "text/plain": "alt", "image/png": "AAAA"})
    content = saved(panel)
    assert content["cells"][0]["outputs"][0]["data"] == {"text/html": PICTURE + NOTE, "text/plain": "alt"}
    assert content["metadata"] == {}


def test_other_widgets_keep_what_they_need():
    content = saved(shown("box"), shown("own"))
    assert VIEW in content["cells"][0]["outputs"][1]["data"]
    assert set(content["metadata"]["widgets"][STATE]["state"]) == {"own", "layout"}


def test_without_saved_models_outputs_stay_as_they_are():
    panel = shown("box", **{"text/html": "first"})
    before = copy.deepcopy(panel)
    assert saved(panel, models=None)["cells"][0]["outputs"] == [before]


def test_a_figure_is_saved_once():
    data = {"text/html": img(b"png", "alt", 1, 1), "image/png": "AAAA", "text/plain": "alt"}
    others = {"text/html": "<img>", "image/png": "AAAA"}
    content = saved({"data": data}, {"data": dict(others)}, models=None)
    first, second = (output["data"] for output in content["cells"][0]["outputs"])
    assert set(first) == {"text/html", "text/plain"}
    assert second == others


def test_other_files_are_none_of_its_business():
    model = {"type": "file", "content": "text"}
    keep_pictures(model)
    assert model == {"type": "file", "content": "text"}


def test_the_class_is_the_one_that_panels_carry():
    assert access.SAVED in MODELS["pic"]["state"]["_dom_classes"]
