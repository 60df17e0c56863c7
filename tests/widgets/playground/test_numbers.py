"""The playground's JavaScript and `numpy_backend` compute the same: same weights and batches, same losses."""

import functools
import itertools
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from pairwise import covering

from coursekit import numpy_backend as ck
from coursekit.numpy_backend.layers import Dropout
from coursekit.widgets.playground import bundle

STEPS = 200
CHOICES = bundle.choices()
pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="no Node.js: apt install nodejs")

SETTINGS = {
    name: list(choice.get("options") or choice.get("values") or []) for name, choice in CHOICES.items()
} | {
    "layers": [[], [1], [4, 2], [8, 8], [3, 3, 3, 3]],
    "norm": [False, True],
    "seed": [0, 7],
    "guide": ["none"],
    # larger rates and weights amplify rounding to any size within 200 steps: that is chaos, not a different formula
    "rate": [0.0001, 0.001, 0.003, 0.01],
    "init": ["glorot", "he", "heuristic", "small", "equal"],
    "dropout": [0, 0.1, 0.5],
    "lam": [0.01, 1],
    "batch": [1, 8, 32, 128],
    "noise": [0, 0.2],
    "train": [0.1, 0.5, 0.9],
}
STATES = [
    state | {"loss": "squared"} if state["task"] == "curve" and state["loss"] == "cross_entropy" else state
    for state in covering(SETTINGS)
]
LOSSES = {"cross_entropy": ck.sigmoid_cross_entropy, "squared": ck.mse, "absolute": ck.mae}
OPTIMIZERS = {
    "sgd": ck.SGD,
    "momentum": functools.partial(ck.SGD, momentum=0.9),
    "nesterov": functools.partial(ck.SGD, momentum=0.9, nesterov=True),
    "rmsprop": ck.RMSprop,
    "adam": ck.Adam,
}
PENALTIES = {"l1": ck.l1_grad, "l2": ck.l2_grad}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """What the page's script did for each of STATES."""
    script = tmp_path_factory.mktemp("playground") / "playground.mjs"
    script.write_text(bundle.script(), encoding="utf-8")
    command = ["node", Path(__file__).with_name("run.mjs"), script]
    asked = json.dumps({"states": STATES, "steps": STEPS})
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


class Repeated:
    """A stand-in for dropout's generator that gives the numbers the page has drawn."""

    def __init__(self):
        self.numbers = iter(())

    def random(self, shape, dtype):
        return np.fromiter(itertools.islice(self.numbers, int(np.prod(shape))), float).reshape(shape)


def network(state, run):
    """The same network, with the weights that the page began from, and the numbers its dropout will see."""
    sizes = [run["inputs"], *state["layers"], 1]
    is_probability = state["task"] != "curve" and state["loss"] != "cross_entropy"
    activation = {"linear": ck.identity}.get(state["activation"]) or getattr(ck, state["activation"])
    net = ck.mlp(
        sizes, activation, rng=np.random.default_rng(0), dropout=state["dropout"], batch_norm=state["norm"],
        output=ck.sigmoid if is_probability else None,
    )  # fmt: skip
    weights = [p for name, p in net.parameters().items() if name.endswith(".W")]
    for W, page in zip(weights, run["weights"], strict=True):
        W[...] = np.reshape(page["W"], (page["n"], page["m"]))
    numbers = Repeated()
    for layer in net.layers:
        if isinstance(layer, Dropout):
            layer.rng = numbers
    return net, numbers


def trained(state, run, perturbed=0.0):
    """Losses of the batches and of the validation points, from the page's weights times 1 + perturbed · N(0, 1)."""
    net, numbers = network(state, run)
    rng = np.random.default_rng(0)
    for name, p in net.parameters().items():
        if name.endswith(".W"):
            p *= 1 + perturbed * rng.normal(size=p.shape)
    loss = LOSSES[state["loss"]]
    optimizer = OPTIMIZERS[state["optimizer"]](net.parameters(), lr=state["rate"])
    losses = []
    for batch in run["batches"]:
        x, y = np.reshape(batch["x"], (-1, run["inputs"])), np.reshape(batch["y"], (-1, 1))
        numbers.numbers = iter(batch["drawn"])
        outputs, caches = net.forward(x)
        losses.append(loss(outputs, y))
        grads = net.backward(ck.gradient_of(loss)(outputs, y), caches)[1]
        for name, p in net.parameters().items():
            if name.endswith(".W") and state["penalty"] != "none":
                grads[name] += state["lam"] * PENALTIES[state["penalty"]](p, run["trained"])
        optimizer.step(grads)
    outputs = ck.predict(net, np.reshape(run["x"], (-1, run["inputs"])))
    return np.array([*losses, loss(outputs, np.reshape(run["y"], (-1, 1)))])


def steps_that_rounding_allows(state, run):
    """The number of losses before rounding alone, a change of 1e−15 in the weights, changes one by more than 1e−11."""
    apart = abs(trained(state, run) - trained(state, run, perturbed=1e-15)) > 1e-11
    return int(np.argmax(apart)) if apart.any() else len(apart)


@pytest.mark.parametrize(
    "at", range(len(STATES)), ids=lambda at: f"{at}-{STATES[at]['task']}-{STATES[at]['optimizer']}"
)
def test_the_page_and_the_package_have_the_same_losses(runs, at):
    state, run = STATES[at], runs[at]
    page = [*(batch["loss"] for batch in run["batches"]), run["end"]]
    steps = steps_that_rounding_allows(state, run)
    assert steps > 20
    np.testing.assert_allclose(page[:steps], trained(state, run)[:steps], rtol=1e-9, atol=1e-9)


def test_most_are_compared_to_their_end(runs):
    """Training is chaotic in a few of them: batch norm after a single input makes the units of a layer equal."""
    steps = [steps_that_rounding_allows(state, run) for state, run in zip(STATES, runs, strict=True)]
    assert np.mean(np.array(steps) == STEPS + 1) > 0.9


def test_every_two_settings_meet():
    rows = covering(SETTINGS)
    for (a, those), (b, others) in itertools.combinations(SETTINGS.items(), 2):
        met = {(str(row[a]), str(row[b])) for row in rows}
        assert met == {(str(x), str(y)) for x in those for y in others}
