"""Lesson 08's figures: an example of each, and what holds for them alone."""

import numpy as np
import pytest

from coursekit import numpy_backend as ck
from coursekit import plots
from coursekit.plots.greedy_training.greedy_stages import GreedyStages, layers_at, plan

STAGES = [np.array([[40.0, 60.0], [8.0, 12.0]]), np.array([[20.0, 20.0], [9.0, 11.0]])]
FINE = np.array([[8.0, 8.0], [5.0, 7.0]])
WRONG = np.zeros((3, 20), dtype=bool)
WRONG[0, :5] = WRONG[1, 1:5] = WRONG[2, [2, 18]] = True  # of the first ten: 5, 4, 1; of the others 0, 0, 1
ERROR = np.array([[4.0, 6.0], [89.0, 91.0]])

# Each figure: its arguments, and numbers worked out apart from it that its alt text must name.
FIGURES = {
    plots.depth_choice: (
        (WRONG, 10),
        ("10 validation images", "depth 1 50.0 ± 15.8", "depth 3 10.0 ± 9.5", "chosen: depth 3, 10.0 %"),
    ),
    plots.greedy_stages: (
        (STAGES, FINE, 7, (4, 3, 2)),
        (
            "Step 7 of 8, stage 2: train",
            "20 of 35 parameters",  # 3·3 + 3 + 3·2 + 2, and 4·3 + 3 more
            "hidden 1 frozen, hidden 2 trains, output trains",
            "epoch 4: 10.0 ± 1.4 %",
        ),
    ),
    plots.greedy_steps: (
        (),
        (
            "1 · train: h1 trains, out trains",
            "3 · cut, add: h1 frozen, h2 random, out cut off",
            "5 · train: h1 frozen",
        ),
    ),
    plots.recipes: (
        ({"plain": ERROR, "greedy": ERROR[::-1]}, [1, 2]),
        ("2 seeds", "plain: 5.0 ± 1.4 at depth 1, 90.0 ± 1.4 at depth 2", "greedy: 90.0"),
    ),
    plots.search_costs: (
        ({"afresh": np.array([1.0, 2.0, 3.0]), "greedy": np.array([1.0, 0.5, 0.5])},),
        ("afresh 6", "greedy 2"),
    ),
    plots.error_by_rate: (
        (
            {
                "SGD": {"depth 1": ([0.5, 1, 2], [6.0, 4.0, 80.0])},
                "Adam": {"depth 1": ([0.01, 0.1], [5.0, 9.0])},
            },
            20,
        ),
        (
            "20 seeds",
            "SGD, depth 1: lowest 4 % at 1, 6 % at 0.5, 80 % at 2",
            "Adam, depth 1: lowest 5 % at 0.01",
        ),
    ),
}


def test_the_plan_is_the_procedure():
    assert plan(2) == [
        (1, "draw"), (1, "train"),
        (2, "freeze"), (2, "cut"), (2, "add"), (2, "re-attach"), (2, "train"),
        (2, "fine-tune"),
    ]  # fmt: skip
    assert len(plan(4)) == 18


@pytest.mark.parametrize("stage", [2, 3, 5])
def test_a_later_stage_trains_the_last_two_layers(stage):
    looks = layers_at(stage, "train")
    assert looks == ["frozen"] * (stage - 1) + ["trains", "trains"]
    assert layers_at(stage, "re-attach") == ["frozen"] * (stage - 1) + ["random", "kept"]
    assert layers_at(stage, "cut") == ["frozen"] * (stage - 1) + ["cut off"]
    assert layers_at(stage, "fine-tune") == ["trains"] * (stage + 1)


def test_parameters_are_counted_as_the_network_has_them():
    drawing = GreedyStages([*STAGES, STAGES[1]], FINE, (64, 32, 10))
    drawing.update(step=len(drawing.plan))
    net = ck.mlp([64, 32, 32, 32, 10], ck.sigmoid, rng=np.random.default_rng(0))
    assert f"{sum(p.size for p in net.parameters().values()):,} parameters" in plots.alt(drawing.axes)


def test_the_curve_stops_at_the_step():
    drawing = GreedyStages(STAGES, FINE, (4, 3, 2))
    for step, epochs in ((1, 0), (2, 2), (6, 2), (7, 4), (8, 6)):
        drawing.update(step=step)
        assert len(drawing.line.get_xdata()) == epochs
    np.testing.assert_allclose(drawing.line.get_ydata(), [50, 10, 20, 10, 8, 6])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.greedy_stages(STAGES[:1], FINE), "at least 2"),
        (lambda: plots.greedy_stages(STAGES, FINE[:, :1]), "seeds"),
        (lambda: plots.greedy_stages(STAGES, FINE, step=9), "8 steps"),
        (lambda: plots.depth_choice(WRONG.astype(float), 10), "bools"),
        (lambda: plots.depth_choice(WRONG, 20), "others"),
        (lambda: plots.recipes({"a": ERROR, "b": ERROR}, [1, 2, 3]), "a row for each depth"),
        (lambda: plots.recipes({"a": ERROR, "b": 0 * ERROR}, [1, 2]), "logarithmic"),
        (lambda: plots.error_by_rate({"SGD": {"depth 1": ([1, 0.5], [6.0, 4.0])}}, 20), "increasing rates"),
        (lambda: plots.error_by_rate({"SGD": {"depth 1": ([0.5, 1], [6.0, 0.0])}}, 20), "above 0"),
    ],
)
def test_bad_arguments_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
