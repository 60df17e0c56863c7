"""The twins' one law: same names, same order, same signatures, same numbers. No formula is named here.

Whole training runs are compared in test_parity_of_runs.py.
"""

import functools
import inspect

import numpy as np
import pytest
import torch
from formulas import FORMULAS, at_the_edges, drawn

from coursekit import initializers, numpy_backend, torch_backend

TWINS = (numpy_backend, torch_backend)
DERIVATIVES = {
    "GRADIENTS",
    "gradient_for",
    "gradient_of",
    "numerical_gradient",
    "check_gradient",
    "stochastic_backprop",
}


def public(backend):
    return {
        name: value
        for name, value in vars(backend).items()
        if not name.startswith("_") and not inspect.ismodule(value)
    }


NAMES = [name for name in public(numpy_backend) if not name.endswith("_grad") and name not in DERIVATIVES]
every_formula = pytest.mark.parametrize("f", FORMULAS, ids=lambda f: f.__name__)


def test_the_torch_backend_has_the_same_names_in_the_same_order_without_the_derivatives():
    assert list(public(torch_backend)) == NAMES


TORCH_ONLY = {"fit": ["compile", "precision"], "epochs": ["compile", "precision"]}


@pytest.mark.parametrize("name", NAMES)
def test_signatures_are_the_same(name):
    """The torch `fit` has more at its end, by keyword alone."""
    a, b = (list(inspect.signature(getattr(backend, name)).parameters.values()) for backend in TWINS)
    b, more = b[: len(a)], b[len(a) :]
    assert [p.name for p in more] == TORCH_ONLY.get(name, [])
    assert all(p.kind is p.KEYWORD_ONLY for p in more)
    assert [(p.name, p.kind) for p in a] == [(p.name, p.kind) for p in b]
    for p, q in zip(a, b, strict=True):
        if p.name != "dtype":  # each backend has its own default precision
            assert getattr(p.default, "__name__", p.default) == getattr(q.default, "__name__", q.default)


@every_formula
def test_arguments_are_held_to_the_same_domains(f):
    assert getattr(torch_backend, f.__name__).domains == f.domains


@every_formula
@pytest.mark.parametrize("ensemble", [(), (4,), (2, 3)], ids=str)
def test_values_are_the_same(f, ensemble):
    arguments = drawn(f, np.random.default_rng(0), ensemble)
    value = getattr(torch_backend, f.__name__)(*arguments)
    np.testing.assert_allclose(np.asarray(value), f(*arguments), rtol=1e-12)


@every_formula
def test_values_are_the_same_at_kinks_and_extremes(f):
    arguments = at_the_edges(f)
    value = getattr(torch_backend, f.__name__)(*arguments)
    assert np.isfinite(np.asarray(value)).all()
    np.testing.assert_allclose(np.asarray(value), f(*arguments), rtol=1e-12)


@every_formula
def test_float32_data_is_computed_in_float32(f):
    arguments = [
        x.astype(np.float32) if isinstance(x, np.ndarray) else x for x in drawn(f, np.random.default_rng(1))
    ]
    value = getattr(torch_backend, f.__name__)(*arguments)
    assert value.dtype == torch.float32
    np.testing.assert_allclose(np.asarray(value), f(*arguments), rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize(
    "name", ["confusion_matrix", "precision", "recall", "specificity", "f1", "balanced_accuracy"]
)
@pytest.mark.parametrize("kind", [list, np.asarray, torch.as_tensor], ids=["list", "array", "tensor"])
def test_measures_of_labels_are_the_same(name, kind):
    label, guess = np.random.default_rng(2).integers(0, 2, (2, 40))
    expected, got = (getattr(ck, name)(kind(label), guess=kind(guess)) for ck in TWINS)
    np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize("name", ["roc_curve", "auc", "average_precision"])
def test_measures_of_scores_take_the_outputs_of_a_network(name):
    rng = np.random.default_rng(3)
    score, label = np.round(rng.normal(size=40), 1), rng.integers(0, 2, 40)
    with_graph = torch.tensor(score, requires_grad=True)
    expected = getattr(numpy_backend, name)(score, label)
    np.testing.assert_array_equal(getattr(torch_backend, name)(with_graph, torch.tensor(label)), expected)


@pytest.mark.parametrize("init", [initializers.he, initializers.orthogonal, initializers.constant(0.5)])
def test_networks_start_from_the_same_numbers(init):
    made = [
        ck.mlp(
            [5, 4, 3],
            ck.tanh,
            rng=np.random.default_rng(4),
            ensemble=(2,),
            init=init,
            batch_norm=True,
            dropout=0.5,
        )
        for ck in TWINS
    ]
    theirs = dict(made[1].named_parameters())
    assert list(made[0].parameters()) == list(theirs)
    for key, p in made[0].parameters().items():
        np.testing.assert_array_equal(theirs[key].detach().numpy(), p.astype(np.float32))
    assert list(made[0].named_buffers()) == [key for key, _ in made[1].named_buffers()]


@pytest.mark.parametrize("shape", [(7, 5), (1, 7, 5), (3, 7, 5), (3, 1, 7, 5)], ids=str)
@pytest.mark.parametrize("hidden", ["tanh", "sigmoid", "elu", "leaky_relu", "softplus"])
def test_gradients_of_a_network_are_autograds(hidden, shape):
    """In training mode, through every kind of layer, with respect to parameters and inputs."""
    ensemble, rng = (3, 2) if len(shape) == 4 else (3,), np.random.default_rng(5)
    ours, theirs = (
        ck.mlp([5, 4, 3], getattr(ck, hidden), rng=np.random.default_rng(6), ensemble=ensemble, dropout=0.4,
               batch_norm=True, dtype=np.float64) for ck in TWINS
    )  # fmt: skip
    mask = rng.integers(0, 2, (*ensemble, 7, 4)) / 0.6
    dropout = [layer for layer in theirs if isinstance(layer, torch_backend.Dropout)]
    ours.layers[3].mask = lambda shape, dtype: mask
    dropout[0].mask = lambda shape, dtype: torch.tensor(mask)
    x, dy = rng.normal(size=shape), rng.normal(size=(*ensemble, 7, 3))

    y, caches = ours.forward(x)
    dx, grads = ours.backward(dy, caches)
    x = torch.tensor(x, requires_grad=True)
    z = theirs(x)
    z.backward(torch.tensor(dy))

    close = functools.partial(np.testing.assert_allclose, rtol=1e-9, atol=1e-12)
    close(z.detach(), y)
    close(
        x.grad, torch.tensor(dx).sum_to_size(shape)
    )  # inputs that members share: the sum of their gradients
    for key, p in theirs.named_parameters():
        close(p.grad, grads[key])
    for key, buffer in theirs.named_buffers():
        close(buffer, ours.named_buffers()[key])


OPTIMIZERS = [
    ("SGD", torch.optim.SGD, {"lr": 0.1}),
    ("SGD", torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
    ("SGD", torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.3}),
    ("SGD", torch.optim.SGD, {"lr": 0.1, "weight_decay": 0.3}),
    ("AdaGrad", torch.optim.Adagrad, {}),
    ("AdaGrad", torch.optim.Adagrad, {"lr": 0.2, "weight_decay": 0.3}),
    ("RMSprop", torch.optim.RMSprop, {}),
    ("RMSprop", torch.optim.RMSprop, {"lr": 0.2, "alpha": 0.8, "eps": 1e-3, "weight_decay": 0.3}),
    ("Adam", torch.optim.Adam, {}),
    ("Adam", torch.optim.Adam, {"lr": 0.2, "betas": (0.7, 0.95), "eps": 1e-3, "weight_decay": 0.3}),
    ("AdamW", torch.optim.AdamW, {}),
    ("AdamW", torch.optim.AdamW, {"lr": 0.2, "betas": (0.7, 0.95), "eps": 1e-3, "weight_decay": 0.3}),
]


@pytest.mark.parametrize(("name", "reference", "settings"), OPTIMIZERS, ids=str)
def test_optimizers_are_torchs(name, reference, settings):
    """Settings left out are torch's defaults too."""
    rng = np.random.default_rng(7)
    start, steps = rng.normal(size=(3, 4)), rng.normal(size=(6, 3, 4))
    array = {"W": start.copy()}
    tensors = [torch.tensor(start, requires_grad=True) for _ in range(2)]
    ours = getattr(numpy_backend, name)(array, **settings)
    others = [getattr(torch_backend, name)([tensors[0]], **settings), reference([tensors[1]], **settings)]
    for g in steps:
        ours.step({"W": g})
        for p, optimizer in zip(tensors, others, strict=True):
            p.grad = torch.tensor(g)
            optimizer.step()
        for got in (array["W"], tensors[0].detach()):
            np.testing.assert_allclose(got, tensors[1].detach(), rtol=1e-12)


GOOD_Z, GOOD_Y = np.zeros((4, 3)), np.eye(3)[[0, 1, 2, 0]]
REFUSED = {
    "a string": lambda ck: ck.relu("2.0"),
    "words": lambda ck: ck.relu(["a", "b"]),
    "nothing": lambda ck: ck.sigmoid([]),
    "None": lambda ck: ck.sigmoid(None),
    "ragged rows": lambda ck: ck.tanh([[1, 2], [3]]),
    "complex": lambda ck: ck.tanh(np.array([1j])),
    "nan": lambda ck: ck.mse([[np.nan]], [[0.0]]),
    "infinity": lambda ck: ck.mse([[np.inf]], [[0.0]]),
    "labels for one-hot": lambda ck: ck.softmax_cross_entropy(GOOD_Z, np.array([0, 1, 2, 0])),
    "other rows": lambda ck: ck.mse(GOOD_Z, GOOD_Y[:3]),
    "a vector": lambda ck: ck.mse(np.zeros(4), np.zeros(4)),
    "logits for probabilities": lambda ck: ck.binary_cross_entropy(GOOD_Z + 7, GOOD_Y),
    "targets that sum to 2": lambda ck: ck.softmax_cross_entropy(GOOD_Z, 2 * GOOD_Y),
    "a parameter that is no number": lambda ck: ck.leaky_relu(GOOD_Z, slope="steep"),
    "no examples": lambda ck: ck.l2(GOOD_Z, 0),
    "one size": lambda ck: ck.mlp([3], ck.relu, rng=np.random.default_rng(0)),
    "half a unit": lambda ck: ck.mlp([3, 2.5, 1], ck.relu, rng=np.random.default_rng(0)),
    "a seed for a generator": lambda ck: ck.mlp([3, 2], ck.relu, rng=0),
    "dropout of everything": lambda ck: ck.mlp([3, 2], ck.relu, rng=np.random.default_rng(0), dropout=1.0),
    "no layers": lambda ck: ck.Sequential(),
    "a number for a layer": lambda ck: ck.Sequential(3),
    "a negative rate": lambda ck: ck.SGD(net_of(ck).parameters(), lr=-1),
    "a rate for another ensemble": lambda ck: ck.SGD(net_of(ck).parameters(), lr=np.ones((2, 1, 1))),
    "nesterov without momentum": lambda ck: ck.SGD(net_of(ck).parameters(), lr=1, nesterov=True),
    "beta above 1": lambda ck: ck.Adam(net_of(ck).parameters(), betas=(0.9, 1.5)),
    "one beta": lambda ck: ck.Adam(net_of(ck).parameters(), betas=(0.9,)),
    "inputs of another width": lambda ck: net_of(ck)(np.zeros((4, 5))),
    "predict nan": lambda ck: ck.predict(net_of(ck), np.full((4, 3), np.nan)),
    "fit labels": lambda ck: fit(ck, y=np.array([0, 1, 2, 0])),
    "fit other rows": lambda ck: fit(ck, y=GOOD_Y[:3]),
    "fit words": lambda ck: fit(ck, y=["cat", "dog", "cat", "dog"]),
    "fit without epochs": lambda ck: fit(ck, epochs=0),
    "fit without rng": lambda ck: fit(ck, batch_size=2),
    "fit with half a batch": lambda ck: fit(ck, batch_size=0.5),
    "fit without a loss": lambda ck: fit(ck, loss="mse"),
    "fit with a negative penalty": lambda ck: fit(ck, penalty=ck.l2, lam=-1),
    "fit with two strengths": lambda ck: fit(ck, penalty=ck.l2, lam=[1, 2]),
    "fit proximal without l1": lambda ck: fit(ck, penalty=ck.l2, proximal=True),
    "early stopping on nothing": lambda ck: fit(ck, early_stopping=3),
    "fit clipped at 0": lambda ck: fit(ck, clip_norm=0),
    "fit two outputs to three columns": lambda ck: fit(ck, y=GOOD_Y[:, :2]),
    "fit to rows that sum to 2": lambda ck: fit(ck, y=2 * GOOD_Y),
    "fit logits as probabilities": lambda ck: fit(ck, x=GOOD_Z + 3, loss=ck.categorical_cross_entropy),
    "fit with a number for a penalty": lambda ck: fit(ck, penalty=0.1),
    "validation without targets": lambda ck: fit(ck, validation=(GOOD_Z,)),
    "validation that is no pair": lambda ck: fit(ck, validation=GOOD_Z[0, 0]),
    "folds of another ensemble": lambda ck: fit(ck, folds=[([0, 1], [2, 3]), ([2, 3], [0, 1])]),
    "initial weights of another shape": lambda ck: net_of(ck, init=lambda rng, shape: np.ones(3)),
    "a name for an initializer": lambda ck: net_of(ck, init="he"),
    "weights of integers": lambda ck: net_of(ck, dtype=np.int64),
    "batch norm of another width": lambda ck: ck.Sequential(ck.BatchNorm(2, dtype=np.float64))(GOOD_Z),
    "metrics without names": lambda ck: fit(ck, metrics="accuracy"),
    "another network's optimizer": lambda ck: fit(ck, optimizer=ck.SGD(net_of(ck).parameters(), lr=1)),
}


def net_of(ck, **options):
    return ck.mlp([3, 3], ck.relu, rng=np.random.default_rng(0), **{"dtype": np.float64} | options)


def fit(ck, x=GOOD_Z, **arguments):
    net = net_of(ck)
    usual = {
        "y": GOOD_Y,
        "loss": ck.softmax_cross_entropy,
        "optimizer": ck.SGD(net.parameters(), lr=1),
        "epochs": 1,
    }
    return ck.fit(net, x, **usual | arguments)


@pytest.mark.parametrize("call", REFUSED.values(), ids=REFUSED)
def test_bad_input_is_refused_with_the_same_words(call):
    said = []
    for ck in TWINS:
        with pytest.raises((ValueError, TypeError)) as refusal:
            call(ck)
        said.append((refusal.type, str(refusal.value).replace("parameter 0 is", "0.W is")))
    assert said[0] == said[1]


def test_schedules_are_the_same_functions():
    for name in ("constant", "cosine", "exponential_decay", "inverse_time", "step_decay", "warmup"):
        assert getattr(torch_backend, name) is getattr(numpy_backend, name)
