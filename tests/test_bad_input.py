"""Bad input to every public function of both backends: the error names the function, what it expects and received.

`test_no_public_function_is_forgotten` keeps the tables whole.
"""

import numpy as np
import pytest

from coursekit import initializers, numpy_backend, torch_backend

BACKENDS = {"numpy": numpy_backend, "torch": torch_backend}
RNG = np.random.default_rng(0)
X = RNG.normal(size=(6, 3))
LABEL = np.array([0, 1, 2, 0, 1, 2])
Y = np.eye(3)[LABEL]
WORD, RAGGED, NOTHING, UNKNOWN = "hello", [[1, 2], [3]], [], np.full((2, 2), np.nan)


def public(ck):
    return {name: f for name, f in vars(ck).items() if callable(f) and not name.startswith("_")}


def formulas(ck):
    return {name: f for name, f in public(ck).items() if hasattr(f, "domains")}


def raises_a_named_error(name, call, says=None):
    with pytest.raises((TypeError, ValueError), match=says) as raised:
        call()
    message = str(raised.value)
    assert message.startswith((f"{name}:", f"{name}(")), message
    return message


# --- formulas: what an argument of each kind may not be; the kinds are those of coursekit.checks ---

GOOD = {
    **dict.fromkeys(
        ("any", "real", "weights", "probability", "distribution"), np.array([[0.2, 0.8], [0.6, 0.4]])
    ),
    **dict.fromkeys(("threshold", "number", "positive"), 0.5),
    "count": 3,
}
NO_ARRAY = (WORD, [WORD], None, object(), RAGGED, NOTHING, [[1j]], UNKNOWN)
BAD = {
    "any": NO_ARRAY,
    "real": (*NO_ARRAY, [[np.inf, 0], [0, 0]]),
    "weights": (*NO_ARRAY, [1.0, 2.0], 3.0),
    "probability": (*NO_ARRAY, [[0.5, 1.5], [0, 0]], [[-0.5, 0], [0, 0]]),
    "distribution": (*NO_ARRAY, [[0.5, 1.5], [1, 0]], [[0, 0], [1, 0]], [[1, 1], [0, 1]]),
    "threshold": (*NO_ARRAY, -1.0, [[0.1, -0.1]]),
    "count": (WORD, None, 0, -3, 2.5, True),
    "number": (WORD, None, np.nan, [0.1, 0.2], True),
    "positive": (WORD, None, np.nan, 0.0, -1.0),
}
EACH_FORMULA = [
    pytest.param(f, id=f"{backend}-{name}")
    for backend, ck in BACKENDS.items()
    for name, f in formulas(ck).items()
]


@pytest.mark.parametrize("f", EACH_FORMULA)
def test_a_formula_names_the_argument_and_what_it_wants(f):
    good = {name: GOOD[kind] for name, kind in f.domains.items()}
    f(**good)
    for name, kind in f.domains.items():
        for bad in BAD[kind]:
            message = raises_a_named_error(f.__name__, lambda name=name, bad=bad: f(**{**good, name: bad}))
            assert name in message, (bad, message)
            assert "must" in message or "Find the step" in message or "equally long" in message, (
                bad,
                message,
            )


@pytest.mark.parametrize("f", [case for case in EACH_FORMULA if "y" in case.values[0].domains])
@pytest.mark.parametrize(
    ("p_shape", "y_shape", "says"),
    [
        ((4, 3), (4,), "one_hot"),  # class labels
        ((4, 1), (4,), "column"),  # a vector for a column
        ((4,), (4,), "column"),
        ((4, 3), (4, 1), "columns"),  # would broadcast in silence
        ((4, 3), (1, 3), "rows"),
        ((4, 3), (5, 3), "rows"),
        ((2, 4, 3), (5, 4, 3), "ensemble"),
    ],
)
def test_targets_of_another_shape_are_refused_before_they_broadcast(f, p_shape, y_shape, says):
    p, y = np.full(p_shape, 1 / p_shape[-1]), np.full(y_shape, 1 / y_shape[-1])
    message = raises_a_named_error(f.__name__, lambda: f(p, y), says)
    assert str(p_shape) in message
    assert str(y_shape) in message


@pytest.mark.parametrize("f", EACH_FORMULA)
def test_a_missing_or_superfluous_argument_is_named(f):
    raises_a_named_error(f.__name__, lambda: f(), "missing")
    raises_a_named_error(f.__name__, lambda: f(*[1] * 5), "too many")


# --- everything else: (function, what is wrong) -> call and words of the message ---


def network(ck, **options):
    return ck.mlp([3, 4, 3], ck.tanh, rng=np.random.default_rng(0), **options)


def fit(ck, x=X, y=Y, net=None, **options):
    net = net or network(ck)
    chosen = {"loss": ck.softmax_cross_entropy, "optimizer": ck.SGD(net.parameters(), 0.1), "epochs": 1}
    return ck.fit(net, x, y, **{**chosen, **options})


def mlp(ck, sizes=(3, 4, 3), hidden=None, rng=RNG, **options):
    return ck.mlp(sizes, hidden or ck.relu, rng=rng, **options)


def optimizer(name, *args, **options):
    return lambda ck: getattr(ck, name)(network(ck).parameters(), *args, **options)


LABELLED = ("confusion_matrix", "precision", "recall", "specificity", "f1", "balanced_accuracy")
SCORED = ("roc_curve", "auc", "average_precision")
SCHEDULES = {"constant": (), "step_decay": (), "exponential_decay": (), "inverse_time": (), "cosine": (10,)}
OPTIMIZERS = ("SGD", "AdaGrad", "RMSprop", "Adam", "AdamW")

TABLE = [
    ("asarray", lambda ck: ck.asarray(WORD), "string"),
    ("asarray", lambda ck: ck.asarray(RAGGED), "equally long"),
    ("asarray", lambda ck: ck.asarray(NOTHING), "at least one entry"),
    ("fit", lambda ck: fit(ck, y=LABEL), "one_hot"),
    ("fit", lambda ck: fit(ck, y=LABEL[:, None]), r"outputs, 3, .*\(6, 1\).*one_hot"),
    ("fit", lambda ck: fit(ck, y=2 * Y), r"y must be in \[0, 1\], but ranges from 0 to 2"),
    ("fit", lambda ck: fit(ck, y=Y / 2), "sum to 1"),
    ("fit", lambda ck: fit(ck, y=Y[:5]), "6 samples against 5"),
    ("fit", lambda ck: fit(ck, x=WORD), "X must .*is a string"),
    ("fit", lambda ck: fit(ck, x=X[0]), r"X must be a matrix.*\(3,\)"),
    ("fit", lambda ck: fit(ck, x=X[:0], y=Y[:0]), "X must have at least one entry"),
    ("fit", lambda ck: fit(ck, x=X * np.nan), "X holds nan"),
    ("fit", lambda ck: fit(ck, y=Y * np.nan), "y holds nan"),
    ("fit", lambda ck: fit(ck, x=X / 0.0), "X must be finite, but holds an infinity"),
    ("fit", lambda ck: fit(ck, x=np.stack([X] * 5)), "ensemble"),
    ("fit", lambda ck: fit(ck, loss="mse"), "loss must be .*ck.mse, but is 'mse'"),
    ("fit", lambda ck: fit(ck, loss=ck.binary_cross_entropy), "needs probabilities.*logits"),
    ("fit", lambda ck: fit(ck, optimizer="sgd"), "optimizer must be .*ck.SGD.*str"),
    ("fit", lambda ck: fit(ck, optimizer=ck.SGD(network(ck).parameters(), 0.1)), "not this network's"),
    ("fit", lambda ck: fit(ck, epochs=0), "epochs must .*is 0"),
    ("fit", lambda ck: fit(ck, epochs="ten"), "epochs must .*is 'ten'"),
    ("fit", lambda ck: fit(ck, batch_size=0, rng=RNG), "batch_size must .*is 0"),
    ("fit", lambda ck: fit(ck, batch_size=2.5, rng=RNG), "batch_size must .*is 2.5"),
    ("fit", lambda ck: fit(ck, batch_size=2), "default_rng"),
    ("fit", lambda ck: fit(ck, batch_size=2, rng=0), "rng must be .*default_rng.*is 0"),
    ("fit", lambda ck: fit(ck, penalty="l2"), "penalty must be .*ck.l2, but is 'l2'"),
    ("fit", lambda ck: fit(ck, penalty=ck.l2, lam=-1), "lam must not be negative, but is -1"),
    ("fit", lambda ck: fit(ck, penalty=ck.l2, lam="much"), "lam must .*is a string"),
    ("fit", lambda ck: fit(ck, penalty=ck.l2, lam=[1, 2]), r"lam must be .*has shape \(2,\)"),
    ("fit", lambda ck: fit(ck, penalty=ck.l2, proximal=True), "penalty=l1"),
    ("fit", lambda ck: fit(ck, validation=X), "pair"),
    ("fit", lambda ck: fit(ck, validation=(X,)), "pair.*1 parts"),
    ("fit", lambda ck: fit(ck, validation=(X, LABEL)), r"validation\[1\].*one_hot"),
    ("fit", lambda ck: fit(ck, validation=(X, Y[:, :1])), r"validation\[1\] must have 3 columns"),
    ("fit", lambda ck: fit(ck, validation=(X[:, :1], Y)), r"validation\[0\] must have 3 columns"),
    ("fit", lambda ck: fit(ck, metrics=[ck.accuracy]), "names and functions"),
    ("fit", lambda ck: fit(ck, early_stopping=3), "pass validation"),
    ("fit", lambda ck: fit(ck, early_stopping=0, validation=(X, Y)), "early_stopping must .*is 0"),
    ("fit", lambda ck: fit(ck, clip_norm=0), "clip_norm must .*is 0"),
    ("fit", lambda ck: fit(ck, folds=3), "pairs"),
    ("fit", lambda ck: fit(ck, folds=[([0], [1])]), "first axis of the ensemble must be the 1 folds"),
    (
        "fit",
        lambda ck: fit(ck, net=network(ck, ensemble=(1,)), folds=[([0], [9])]),
        "row numbers from 0 to 5",
    ),
    ("fit", lambda ck: fit(ck, net=network(ck, ensemble=(1,)), folds=[([], [1])]), "non-empty"),
    ("fit", lambda ck: ck.fit(WORD, X, Y, loss=ck.mse, optimizer=None, epochs=1), "net must be .*str"),
    ("predict", lambda ck: ck.predict(WORD, X), "net must be .*str"),
    ("predict", lambda ck: ck.predict(network(ck), X[0]), "matrix"),
    ("predict", lambda ck: ck.predict(network(ck), X * np.nan), "X holds nan"),
    ("cost_gradients", lambda ck: ck.cost_gradients(WORD, X, Y, loss=ck.mse), "net must be .*str"),
    (
        "cost_gradients",
        lambda ck: ck.cost_gradients(network(ck), X[0], Y, loss=ck.mse),
        "X must be a matrix",
    ),
    ("delta_norms", lambda ck: ck.delta_norms(WORD, X, Y, loss=ck.mse), "net must be .*str"),
    (
        "delta_norms",
        lambda ck: ck.delta_norms(network(ck), X, LABEL, loss=ck.mse),
        "y must be a matrix.*one_hot",
    ),
    ("Linear", lambda ck: ck.predict(network(ck), X[:, :2]), r"m = 3 columns.*\(6, 2\)"),
    ("Linear", lambda ck: ck.Linear(0, 2, rng=RNG), "m must .*is 0"),
    ("Linear", lambda ck: ck.Linear(2, WORD, rng=RNG), "n must .*is 'hello'"),
    ("Linear", lambda ck: ck.Linear(2, 2, rng=7), "default_rng"),
    ("Linear", lambda ck: ck.Linear(2, 2, rng=RNG, ensemble=-1), r"ensemble\[0\] must be .*is -1"),
    ("Linear", lambda ck: ck.Linear(2, 2, rng=RNG, init="he"), "init.*'he'"),
    (
        "Linear",
        lambda ck: ck.Linear(2, 2, rng=RNG, init=lambda rng, shape: np.ones(2)),
        r"\(2,\)",
    ),
    ("BatchNorm", lambda ck: ck.BatchNorm(0), "n must .*is 0"),
    ("BatchNorm", lambda ck: ck.BatchNorm(3, momentum=2), "momentum must .*is 2"),
    ("BatchNorm", lambda ck: ck.BatchNorm(3).forward(ck.asarray(X[:, :2])), "n = 3 columns"),
    ("BatchNorm", lambda ck: ck.BatchNorm(3).forward(ck.asarray(X[:1])), "one sample.*at least 2"),
    ("Dropout", lambda ck: ck.Dropout(1, rng=RNG), r"p must be .*\[0, 1\), but is 1"),
    ("Dropout", lambda ck: ck.Dropout(0.5, rng=None), "default_rng"),
    ("Sequential", lambda ck: ck.Sequential(WORD), "layers.*'hello'"),
    ("Sequential", lambda ck: ck.Sequential(), "at least one"),
    ("mlp", lambda ck: mlp(ck, [3]), "at least inputs and outputs"),
    ("mlp", lambda ck: mlp(ck, 3), "at least inputs and outputs"),
    ("mlp", lambda ck: mlp(ck, dropout=1.5), "dropout must .*is 1.5"),
    *((name, optimizer(name, -1), "lr must .*is -1") for name in OPTIMIZERS),
    *((name, optimizer(name, WORD), "lr must .*is 'hello'") for name in OPTIMIZERS),
    *((name, optimizer(name, [0.1, 0.2]), r"lr must be .*\(E, 1, 1\).*\(2,\)") for name in OPTIMIZERS),
    *((name, optimizer(name, 0.1, weight_decay=-1), "weight_decay must .*is -1") for name in OPTIMIZERS),
    ("SGD", optimizer("SGD", 0.1, momentum=np.nan), "momentum must .*is nan"),
    ("SGD", optimizer("SGD", 0.1, nesterov=True), "momentum above 0"),
    ("Adam", optimizer("Adam", 0.1, betas=0.9), "two numbers"),
    ("Adam", optimizer("Adam", 0.1, betas=(0.9, 1)), "beta2 must .*is 1"),
    *(
        (name, lambda ck, name=name: getattr(ck, name)(-1, *SCHEDULES[name]), "lr must .*is -1")
        for name in SCHEDULES
    ),
    *(
        (name, lambda ck, name=name: getattr(ck, name)(WORD, *SCHEDULES[name]), "number")
        for name in SCHEDULES
    ),
    ("step_decay", lambda ck: ck.step_decay(0.1, every=0), "every must .*is 0"),
    ("exponential_decay", lambda ck: ck.exponential_decay(0.1, 0), "gamma must .*is 0"),
    ("inverse_time", lambda ck: ck.inverse_time(0.1, -1), "decay must .*is -1"),
    ("cosine", lambda ck: ck.cosine(0.1, 0), "steps must .*is 0"),
    ("warmup", lambda ck: ck.warmup(0, 0.1), "steps must .*is 0"),
    *((name, lambda ck, name=name: getattr(ck, name)(Y, LABEL), "argmax") for name in LABELLED + SCORED),
    *((name, lambda ck, name=name: getattr(ck, name)(LABEL, LABEL[:4]), "6 samples.*4") for name in LABELLED),
    *((name, lambda ck, name=name: getattr(ck, name)([], []), "empty") for name in LABELLED + SCORED),
    *((name, lambda ck, name=name: getattr(ck, name)([np.nan], [1]), "nan") for name in LABELLED + SCORED),
    *(
        (name, lambda ck, name=name: getattr(ck, name)([None], [1]), "numbers or strings")
        for name in LABELLED
    ),
    *((name, lambda ck, name=name: getattr(ck, name)(RAGGED, LABEL), "rectangular") for name in LABELLED),
    *((name, lambda ck, name=name: getattr(ck, name)(["a"], [1]), "same kind") for name in LABELLED),
    *((name, lambda ck, name=name: getattr(ck, name)(["a", "b"], [0, 1]), "real numbers") for name in SCORED),
    *((name, lambda ck, name=name: getattr(ck, name)([1, 2], [1, 1]), "both classes") for name in SCORED),
    ("confusion_matrix", lambda ck: ck.confusion_matrix([0], [1], classes=[0]), r"\[1\] are not among"),
    ("confusion_matrix", lambda ck: ck.confusion_matrix([0], [1], classes=2), "list"),
]
NUMPY_ONLY = [
    ("SGD", lambda ck: ck.SGD(WORD, 0.1), r"params must be .*parameters\(\).*str"),
    ("SGD", lambda ck: ck.SGD({"W": X}, 0.1).step(WORD), "dict"),
    ("SGD", lambda ck: ck.SGD({"W": X}, 0.1).step({"b": X}), r"\['W'\].*\['b'\]"),
    ("SGD", lambda ck: ck.SGD({"W": X}, 0.1).step({"W": X[0]}), r"\(6, 3\).*\(3,\)"),
    ("gradient_of", lambda ck: ck.gradient_of(WORD), "function"),
    ("gradient_of", lambda ck: ck.Activation("relu"), "function.*'relu'"),
    ("numerical_gradient", lambda ck: ck.numerical_gradient(WORD, X), "function"),
    ("numerical_gradient", lambda ck: ck.numerical_gradient(np.sum, WORD), "string"),
    ("numerical_gradient", lambda ck: ck.numerical_gradient(np.sum, UNKNOWN), "nan"),
    ("numerical_gradient", lambda ck: ck.numerical_gradient(np.sum, X, h=0), "h must .*is 0"),
    ("check_gradient", lambda ck: ck.check_gradient(ck.tanh, WORD), "string"),
]
# refused by torch in its own words, tested elsewhere, or taking whatever comes
ELSEWHERE = {"Activation", "epochs", "stochastic_backprop", "gradient_for", "to_numpy", "device"}


@pytest.mark.parametrize("ck", BACKENDS.values(), ids=BACKENDS)
@pytest.mark.parametrize(("name", "call", "says"), TABLE)
def test_a_call_names_what_is_wrong(ck, name, call, says):
    with np.errstate(all="ignore"):
        raises_a_named_error(name, lambda: call(ck), says)


@pytest.mark.parametrize(("name", "call", "says"), NUMPY_ONLY)
def test_a_call_of_the_numpy_side_names_what_is_wrong(name, call, says):
    raises_a_named_error(name, lambda: call(numpy_backend), says)


@pytest.mark.parametrize("ck", BACKENDS.values(), ids=BACKENDS)
@pytest.mark.parametrize("dtype", [int, bool, "int32"])
def test_parameters_are_floating_point_numbers(ck, dtype):
    with pytest.raises(TypeError, match=r"dtype must be a floating-point type"):
        mlp(ck, dtype=dtype)


@pytest.mark.parametrize("ck", BACKENDS.values(), ids=BACKENDS)
def test_no_public_function_is_forgotten(ck):
    tested = {name for name, _, _ in TABLE + NUMPY_ONLY}
    assert set(public(ck)) - set(formulas(ck)) - ELSEWHERE <= tested


@pytest.mark.parametrize("name", ["glorot", "he", "orthogonal", "normal", "small_uniform", "constant"])
@pytest.mark.parametrize(
    ("rng", "shape", "says"),
    [
        (0, (3, 2), "default_rng"),
        (np.random, (3, 2), "default_rng"),
        (RNG, (3,), r"\(3,\)"),
        (RNG, 3, "shape"),
        (RNG, (3, 0), r"shape\[1\] must be .*is 0"),
        (RNG, (3, 2.5), r"shape\[1\] must be .*is 2.5"),
        (RNG, (3, WORD), r"shape\[1\] must .*is 'hello'"),
    ],
)
def test_an_initializer_names_what_is_wrong(name, rng, shape, says):
    init = getattr(initializers, name)
    init = init if name in ("glorot", "he", "orthogonal") else init(0.1)
    raises_a_named_error(name, lambda: init(rng, shape), says)


@pytest.mark.parametrize("name", ["normal", "small_uniform", "constant"])
@pytest.mark.parametrize("value", [WORD, None, np.nan, [1]])
def test_an_initializer_is_made_from_a_number(name, value):
    raises_a_named_error(name, lambda: getattr(initializers, name)(value), "number")


@pytest.mark.parametrize("ck", BACKENDS.values(), ids=BACKENDS)
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"lam": 0.1}, "lam is given without a penalty"),
        (
            {"lam": 0.1, "penalty": "l1", "proximal": True, "momentum": 0.9},
            "proximal=True is a step of plain SGD",
        ),
    ],
)
def test_fit_refuses_what_would_have_no_effect(ck, arguments, words):
    net = ck.mlp([3, 2], ck.relu, rng=np.random.default_rng(0))
    settings = dict(arguments)
    optimizer = ck.SGD(net.parameters(), lr=0.1, momentum=settings.pop("momentum", 0.0))
    if "penalty" in settings:
        settings["penalty"] = getattr(ck, settings["penalty"])
    with pytest.raises(ValueError, match=words):
        ck.fit(net, np.ones((4, 3)), np.ones((4, 2)), loss=ck.mse, optimizer=optimizer, epochs=1, **settings)
