"""Lesson 03's figures: an example of each, and what holds for them alone."""

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest

from coursekit import numpy_backend as ck
from coursekit import plots
from coursekit.plots.backpropagation import broken_backprop as bb
from coursekit.plots.backpropagation.backprop_views import COLUMNS, HEIGHTS, BackpropViews
from coursekit.plots.base.picture import png

STEPS = 10.0 ** np.arange(-6, 0)
RUNS = np.linspace(1, 0, 5)[:, None] * np.array([1.0, 0.5, 2.0]) + 0.01


@dataclass(eq=False)
class Node:
    """As lesson 03's Value."""

    number: float
    grad: float
    made_from: tuple = ()
    operation: str = ""


LEAF = Node(2.0, 6.0)
SQUARE = Node(4.0, 3.0, ((LEAF, 2.0), (Node(2.0, 6.0), 2.0)))
TRIPLE = Node(12.0, 1.0, ((SQUARE, 3.0), (Node(3.0, 4.0), 4.0)))

# Each figure: its arguments, and numbers worked out apart from it that its alt text must name.
FIGURES = {
    plots.backprop_views: (
        ("W⁽³⁾₁₂",),
        ("s − y", "(−0.876)", "= −0.703", "every weight", "cost 0.384"),  # −0.8763 · 0.8020
    ),
    plots.caught: (
        ({"sign": {"shapes": True, "differences": False}, "shape": {"shapes": False, "differences": None}},),
        ("sign: differences", "shape: shapes"),
    ),
    plots.chain_of_slopes: (
        (["x", "z", "C"], [2.0, 3.0, 4.5], [0.5, -2.0]),
        (
            "Chain of 3 numbers",
            "x is 2 with gradient −1",
            "z is 3 with gradient −2",
            "C is 4.5 with gradient 1",
        ),
    ),
    plots.computation: (
        (TRIPLE, {"x": LEAF, "C": TRIPLE}),
        ("Graph of 5 numbers that ends in 12", "x is 2 with gradient 6", "C is 12 with gradient 1"),
    ),
    plots.every_run: (
        ({"two units": RUNS}, "error", 0.015),
        ("3 runs, median at the end 0.01", "3 end below 0.015"),
    ),
    plots.hidden_codes: (
        (np.array([[0.1, 0.9], [0.8, 0.7], [0.2, 0.6]]),),
        ("input 2 11", "2 different codes"),
    ),
    plots.step_errors: (
        (STEPS, {"forward": STEPS, "central": STEPS**2 + 1e-12}),
        ("central: 2e−12 at h = 1e−06", "forward: 1e−06"),
    ),
}

every_bug = pytest.mark.parametrize("bug", [bug for bug in bb.BUGS if bug != "none"])
every_output = pytest.mark.parametrize("output", ["linear", "sigmoid"])


@every_output
def test_the_network_is_the_courses_own(output):
    """Forward pass and gradient are those of `mlp` with the loss ½(s − y)²."""
    net = ck.mlp(
        [4, 2, 2, 1],
        ck.sigmoid,
        rng=np.random.default_rng(0),
        output=getattr(ck, {"linear": "identity"}.get(output, output)),
    )
    for key, W, b in zip(("0", "2", "4"), bb.WEIGHTS, bb.BIASES, strict=True):
        net.parameters()[f"{key}.W"][...] = W
        net.parameters()[f"{key}.b"][...] = b
    before = {key: p.copy() for key, p in net.parameters().items()}
    there = bb.forward(bb.WEIGHTS, bb.BIASES, bb.X, bb.Y, output)
    assert ck.predict(net, bb.X[None]).item() == pytest.approx(there.s)
    back = bb.backward(bb.WEIGHTS, there, bb.Y, output)
    sgd = ck.SGD(net.parameters(), lr=0.5)  # mse has no ½
    ck.fit(net, bb.X[None], np.array([[bb.Y]]), loss=ck.mse, optimizer=sgd, epochs=1)
    for key, dW, db in zip(("0", "2", "4"), back.dW, back.db, strict=True):
        np.testing.assert_allclose(before[f"{key}.W"] - net.parameters()[f"{key}.W"], dW, rtol=1e-9)
        np.testing.assert_allclose((before[f"{key}.b"] - net.parameters()[f"{key}.b"])[0], db, rtol=1e-9)


@every_output
@pytest.mark.parametrize("y", [-1.0, 0.75, 2.0])
def test_without_a_bug_every_check_passes(output, y):
    for weight in range(19):
        found = bb.inspect(bb.WEIGHTS, bb.BIASES, bb.X, y, output, "none", weight)
        assert all(found.checks.values())
        assert found.wrong == 0


@every_bug
@every_output
def test_every_bug_is_caught_by_the_check_of_every_weight_or_by_its_shape(bug, output):
    found = bb.inspect(bb.WEIGHTS, bb.BIASES, bb.X, bb.Y, output, bug, 0)
    assert False in (found.checks["every weight"], found.checks["shapes fit"])


@pytest.fixture(scope="module")
def views():
    return BackpropViews(bb.WEIGHTS, bb.BIASES, bb.X)


@pytest.mark.parametrize("weight", range(19))
@every_output
def test_the_printed_factors_multiply_to_the_derivative(views, weight, output):
    views.update(weight=weight, bug="none", y=bb.Y, output=output)
    numbers = views.factors.text.splitlines()[2].strip("= ").rsplit("=", 1)
    product = numbers[0].replace("−", "-").replace(" · ", " * ").replace("[", "(").replace("]", ")")
    product = (
        product.replace(") 0.", ") * 0.")
        .replace(" (", " * (")
        .replace("* * (", "* (")
        .replace("+ * (", "+ (")
    )
    right = bb.inspect(bb.WEIGHTS, bb.BIASES, bb.X, bb.Y, output, "none", weight).numerical[weight]
    assert eval(product) == pytest.approx(right, abs=2e-3)
    assert float(numbers[1].replace("−", "-")) == pytest.approx(right, abs=5e-4)


def test_a_press_on_an_edge_or_a_unit_finds_its_parameter():
    drawing, names = BackpropViews(bb.WEIGHTS, bb.BIASES, bb.X), bb.parameter_names()
    third_input, first_unit = (COLUMNS[0], HEIGHTS[0][2]), (COLUMNS[1], HEIGHTS[1][0])
    on_edge = np.add(third_input, 0.6 * np.subtract(first_unit, third_input))
    assert names[drawing.nearest(*on_edge)] == "W⁽¹⁾₁₃"
    assert names[drawing.nearest(*first_unit)] == "b⁽¹⁾₁"
    assert drawing.nearest(9.5, 3.0) is None


@every_bug
def test_a_bug_is_marked_in_one_of_the_views(bug):
    drawing = BackpropViews(bb.WEIGHTS, bb.BIASES, bb.X)
    for output in ("linear", "sigmoid"):
        marks = []
        for weight in range(19):
            drawing.update(weight=weight, bug=bug, y=bb.Y, output=output)
            marks.append("✗" in drawing.table.text + drawing.matrices.text)
        assert any(marks)


@every_bug
@every_output
def test_numbers_that_a_mark_says_differ_are_printed_differently(bug, output):
    drawing = BackpropViews(bb.WEIGHTS, bb.BIASES, bb.X)
    for weight in range(19):
        for y in (0.25, 1.0):
            drawing.update(weight=weight, y=y, bug=bug, output=output)
            if "✗ this weight" in drawing.verdict.text:
                code, measured = re.findall(r"(?:code|differences): (−?[\d.]+)", drawing.verdict.text)
                assert code != measured
            lines = drawing.table.text.splitlines()
            for line, following in pairwise(lines):
                if "✗ the code has" in following:
                    assert line.rsplit(" = ", 1)[1] != following.rsplit(" has ", 1)[1]


slow = pytest.mark.slow
SIGMOID, OTHERS = [("sigmoid", 0.25)], [("sigmoid", 0.5), ("linear", 0.25), ("linear", 0.5)]


@pytest.mark.parametrize(("output", "y"), [*SIGMOID, *(pytest.param(*other, marks=slow) for other in OTHERS)])
def test_no_words_leave_the_page_or_meet(output, y):
    drawing = BackpropViews(bb.WEIGHTS, bb.BIASES, bb.X)
    png(drawing.figure, 1)  # places the axes
    right = drawing.figure.bbox.width
    for bug in bb.BUGS:
        for weight in range(19):
            drawing.update(weight=weight, y=y, bug=bug, output=output)
            boxes = {
                name: getattr(drawing, name).get_window_extent()
                for name in ("factors", "table", "matrices", "verdict")
            }
            assert max(box.x1 for box in boxes.values()) < right, (bug, weight, boxes)
            assert boxes["table"].x1 < boxes["matrices"].x0, (bug, weight)
            assert boxes["verdict"].y1 < boxes["table"].y0 < boxes["table"].y1 < boxes["factors"].y0
            assert boxes["verdict"].y1 < boxes["matrices"].y0


def test_with_only_the_chain_nothing_else_is_said():
    drawing = BackpropViews(bb.WEIGHTS, bb.BIASES, bb.X, only_chain=True)
    drawing.update(weight=2, y=1.0)
    assert drawing.factors.text.splitlines()[1].startswith("∂C/∂W⁽¹⁾₁₃")
    assert drawing.table.text + drawing.matrices.text + drawing.verdict.text == ""
    assert "Checks" not in plots.alt(drawing.figure)


def test_steps_have_to_ascend():
    with pytest.raises(ValueError, match="ascending"):
        plots.step_errors(STEPS[::-1], {"central": STEPS})


def test_a_graph_that_would_overlap_is_refused():
    leaves = [Node(1.0, 1.0) for _ in range(4)]
    lower, upper = (Node(2.0, 1.0, ((a, 1.0), (b, 1.0))) for a, b in (leaves[:2], leaves[2:]))
    with pytest.raises(ValueError, match="smaller expression"):
        plots.computation(Node(4.0, 1.0, ((lower, 1.0), (upper, 1.0))))


def test_an_operation_is_written_beside_the_name():
    tripled = Node(6.0, 1.0, ((LEAF, 3.0), (Node(3.0, 2.0), 2.0)), "×")
    texts = [text.get_text() for text in plots.computation(tripled, {"C": tripled}).texts]
    assert any(text.split() == ["C", "×"] for text in texts)


def test_a_chain_has_one_slope_fewer_than_numbers():
    with pytest.raises(ValueError, match="n − 1 slopes"):
        plots.chain_of_slopes(["x", "C"], [1.0, 2.0], [1.0, 1.0])
