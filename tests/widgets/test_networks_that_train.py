"""Laws of models that take long: partial results, and a move that ends old work."""

import asyncio
import time

import numpy as np
import pytest
from looking import alt, bring, made
from test_explorer import Dot

from coursekit import numpy_backend as ck
from coursekit import widgets
from coursekit.widgets.base import controls, slices
from coursekit.widgets.base import explorer as engine
from coursekit.widgets.base.training import epochs_of


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """A new panel shows the first result at once, and the run as it happens."""
    monkeypatch.setattr(engine, "PATIENCE", 0)


class Model:
    """Yields 0, 1, … up to x, and writes down which runs began, were closed and came to their end."""

    def __init__(self, seconds=0.0):
        self.begun, self.closed, self.ended, self.seconds = [], [], [], seconds

    def __call__(self, x):
        self.begun.append(x)
        try:
            for i in range(x + 1):
                if i:
                    time.sleep(self.seconds)
                yield {"x": i}
            self.ended.append(x)
        finally:
            self.closed.append(x)


def explorer(model, x=3):
    return widgets.Explorer(Dot(), {"x": controls.slider("x", 0, 500, x, 1)}, model=model)


async def finished(panel):
    while panel.working:
        await asyncio.sleep(0.01)


def test_a_script_sees_the_last_result():
    model = Model()
    panel = explorer(model)
    assert panel.trains
    assert (alt(panel), panel.working, model.ended) == ("dot at 3", False, [3])
    panel.controls["x"].value = 7
    assert (alt(panel), model.ended) == ("dot at 7", [3, 7])


def test_a_new_panel_shows_the_end_of_its_run_and_a_move_shows_the_run(monkeypatch):
    monkeypatch.setattr(engine, "PATIENCE", 60)

    async def notebook():
        panel = explorer(Model(slices.SLICE))
        assert (alt(panel), panel.working) == ("dot at 3", False)
        panel.controls["x"].value = 2
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert panel.working
        assert alt(panel) != "dot at 2"
        await finished(panel)
        return panel

    assert alt(asyncio.run(notebook())) == "dot at 2"


def test_after_some_time_the_result_so_far_is_shown_and_the_others_follow():
    async def notebook():
        panel = explorer(Model(slices.SLICE))
        assert (alt(panel), panel.working) == ("dot at 0", True)
        await finished(panel)
        return panel

    panel = asyncio.run(notebook())
    assert panel.drawing.shown[-4:] == [0, 1, 2, 3]


def test_results_that_come_faster_than_pictures_are_left_out():
    async def notebook():
        panel = explorer(Model(0.001), x=200)
        await finished(panel)
        return panel

    shown = asyncio.run(notebook()).drawing.shown
    assert shown[-1] == 200
    assert len(shown) < 100
    assert shown == sorted(shown)


def test_a_move_ends_the_old_work_at_its_next_yield():
    model = Model(0.01)

    async def notebook():
        panel = explorer(model, x=500)
        await asyncio.sleep(0.1)
        panel.controls["x"].value = 2
        await finished(panel)
        return panel

    panel = asyncio.run(notebook())
    assert (model.begun, model.closed, model.ended) == ([500, 2], [500, 2], [2])
    assert panel.drawing.shown[-1] == 2


def test_moves_in_a_row_begin_one_run():
    model = Model()

    async def notebook():
        panel = explorer(model)
        for x in (5, 6, 7):
            panel.controls["x"].value = x
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await finished(panel)

    asyncio.run(notebook())
    assert model.begun == [3, 7]


def test_between_slices_the_event_loop_is_free():
    async def notebook():
        panel = explorer(Model(0.01), x=100)
        turns = 0
        while panel.working:
            await asyncio.sleep(0)
            turns += 1
        return turns

    assert asyncio.run(notebook()) > 5


def test_the_page_knows_whether_more_is_to_come():
    async def notebook():
        panel = explorer(Model(0.01), x=20)
        reported = [panel._access.partial]
        panel._access.observe(lambda change: reported.append(change["new"]), "partial")
        await finished(panel)
        return reported

    assert asyncio.run(notebook()) == [True, False]


def test_an_error_on_the_way_is_shown_and_ends_the_work():
    def model(x):
        yield {"x": x}
        if x == 4:
            raise ArithmeticError("diverged")

    panel = made(lambda: explorer(model))
    panel.controls["x"].value = 4
    assert "ArithmeticError: diverged (at x = 4)" in panel.error.value
    assert not panel.working
    bring(panel, x=5)
    assert panel.error.value == ""


def test_epoch_by_epoch_gives_what_one_fit_gives():
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=(30, 4)), np.eye(3)[rng.integers(0, 3, 30)]

    def arguments():
        rng = np.random.default_rng(0)
        net = ck.mlp([4, 5, 3], ck.tanh, rng=rng, ensemble=(2,))
        return (net, X, y), {
            "loss": ck.softmax_cross_entropy,
            "optimizer": ck.Adam(net.parameters(), lr=0.05),
            "batch_size": 7,
            "rng": rng,
            "validation": (X[:10], y[:10]),
            "metrics": {"accuracy": ck.accuracy},
        }

    (net, *data), fit_arguments = arguments()
    whole = ck.fit(net, *data, epochs=4, **fit_arguments)
    (net, *data), fit_arguments = arguments()
    parts = list(epochs_of(ck, net, *data, epochs=4, **fit_arguments))
    assert [part.epochs for part in parts] == [1, 2, 3, 4]
    np.testing.assert_array_equal(parts[-1].train, whole.train)
    np.testing.assert_array_equal(parts[-1].val, whole.val)
    np.testing.assert_array_equal(parts[-1].metrics["accuracy"], whole.metrics["accuracy"])
    np.testing.assert_array_equal(parts[-1].best, whole.best)


def test_a_network_that_diverges_is_nan_without_a_warning():
    rng = np.random.default_rng(0)
    net = ck.mlp([1, 1], ck.identity, rng=rng)
    X = np.arange(8.0)[:, None]
    optimizer = ck.SGD(net.parameters(), lr=1e9)
    *_, history = epochs_of(ck, net, X, X, epochs=30, loss=ck.mse, optimizer=optimizer)
    assert np.isnan(history.train[-1])


def test_a_model_that_yields_nothing_is_refused():
    with pytest.raises(ValueError, match="yielded nothing"):
        explorer(lambda x: iter([]))
