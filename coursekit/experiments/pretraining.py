"""Greedy layer-wise training: a deep network grows by one hidden layer a stage.

    settings = {"rng": rng, "loss": ck.softmax_cross_entropy, "epochs": 25, "batch_size": 50}
    sgd = lambda parameters: ck.SGD(parameters, lr=0.5)
    net = greedy_supervised(ck, X, y, [64, 32, 32, 32, 10], ck.sigmoid, optimizer=sgd, **settings)
    ck.fit(net, X, y, optimizer=sgd(net.parameters()), **settings)    # fine-tuning: all layers at once

Hinton, Osindero & Teh (2006); Bengio et al. (2007).
"""

import collections
import itertools
from collections.abc import Callable, Iterator

import numpy as np

from coursekit import checks, initializers
from coursekit.training.history import History
from coursekit.training.members import copy_into, named_parameters, some_parameters


def greedy_supervised(
    ck, X, y, sizes, activation, *, optimizer: Callable, rng: np.random.Generator, ensemble=(),
    init=initializers.he, new_output=False, **fit_arguments,
):  # fmt: skip
    """The network of `greedy_stages` after its last stage, with layers of all `sizes`, to be fine-tuned."""
    stages = greedy_stages(
        ck, X, y, sizes, activation, optimizer=optimizer, rng=rng, ensemble=ensemble,
        init=init, new_output=new_output, **fit_arguments,
    )  # fmt: skip
    net, _ = collections.deque(stages, maxlen=1).pop()  # the last
    return net


def greedy_stages(
    ck, X, y, sizes, activation, *, optimizer: Callable, rng: np.random.Generator, ensemble=(),
    init=initializers.he, new_output=False, **fit_arguments,
) -> Iterator[tuple[object, History]]:  # fmt: skip
    """Train one hidden layer; then, stage by stage, freeze all, add a layer below the output, train both.

    Yields (net, history) after each stage: networks with 1, 2, …, len(sizes) − 2 hidden layers, so that
    held-out examples can choose the depth. Each network is a copy and stays as it is.

    sizes          [m, h, …, h, n]: inputs, hidden layers, outputs
    optimizer      function of the parameters to be trained, for example lambda p: ck.SGD(p, lr=0.5)
    rng            draws each layer when its stage begins, then the order of that stage's examples: a deeper
                   run begins exactly as the shallow one
    init, ensemble as in `ck.mlp`
    new_output     draw a new output layer at each stage, as Bengio et al. (2007) do. Without it the trained
                   one is put back, which wants hidden layers of one width
    fit_arguments  loss, epochs, batch_size, validation, folds, … of `ck.fit`, the same for each stage
    """
    _check("greedy_stages", sizes, optimizer, rng, fit_arguments)
    if not new_output and len(set(sizes[1:-1])) > 1:
        raise ValueError(
            f"greedy_stages: the hidden layers of sizes {list(sizes)} differ in width, so that the trained "
            "output layer does not fit the added layer. Take one width for all, or new_output=True."
        )
    kinds = {"rng": rng, "ensemble": ensemble, "init": init}
    return _stages(ck, X, y, list(sizes), activation, optimizer, kinds, new_output, fit_arguments)


def greedy_autoencoder(
    ck, X, sizes, activation, *, optimizer: Callable, rng: np.random.Generator, ensemble=(),
    init=initializers.he, validation=None, **fit_arguments,
):  # fmt: skip
    """A network whose hidden layers were trained, one after another, to keep what reconstructs their input.

    Stage l trains x → h_l → x̂ with targets x, the outputs of stage l − 1; its encoder becomes layer l, the
    decoder is dropped. The output layer is drawn at the end and untrained: the labels come in when the
    whole is fine-tuned with `ck.fit`.

    X              (N, m), or (*ensemble, N, m)
    sizes          [m, h_1, …, n]: inputs, hidden layers, outputs
    optimizer      function of the parameters, for example lambda p: ck.Adam(p, lr=5e-3)
    rng            draws encoder and decoder when their stage begins, then the order of that stage's examples
    validation     inputs Xv whose reconstruction is watched
    fit_arguments  loss, epochs, batch_size, … of `ck.fit`. The decoder's outputs are linear: ck.mse compares
                   them with x; with ck.sigmoid_cross_entropy they are logits, for x in [0, 1]

    Bengio et al. (2007), sec. 4.
    """
    _check("greedy_autoencoder", sizes, optimizer, rng, fit_arguments)
    if "folds" in fit_arguments:
        raise ValueError(
            "greedy_autoencoder: folds are not taken, since each network of the ensemble has inputs of its "
            "own from stage 2 on; call it once for each fold, with the fold's training rows."
        )
    kinds = {"rng": rng, "ensemble": ensemble, "init": init}
    blank = kinds | {"init": initializers.constant(0.0)}  # weights that are copied later
    net = ck.mlp(sizes, activation, **blank)
    features, watched = X, validation
    for layer, (m, n) in enumerate(itertools.pairwise(sizes[:-1])):
        auto = ck.mlp([m, n, m], activation, **kinds)
        pair = None if watched is None else (watched, watched)
        trained = some_parameters(auto, named_parameters(auto))
        ck.fit(
            auto, features, features, optimizer=optimizer(trained), rng=rng, validation=pair, **fit_arguments
        )
        encoder = ck.mlp([m, n], activation, output=activation, **blank)
        learned = _layer(auto, 0)
        copy_into(named_parameters(encoder), _named(0, learned))
        copy_into(named_parameters(net), _named(layer, learned))
        features = ck.predict(encoder, features)
        watched = None if watched is None else ck.predict(encoder, watched)
    output = ck.mlp(sizes[-2:], activation, **kinds)
    copy_into(named_parameters(net), _named(len(sizes) - 2, _layer(output, 0)))
    return net


def _stages(ck, X, y, sizes, activation, optimizer, kinds, new_output, fit_arguments):
    m, *hidden, n = sizes
    net = None
    for depth in range(1, len(hidden) + 1):
        widths = [m, *hidden[:depth], n]
        if depth == 1:
            net = ck.mlp(widths, activation, **kinds)
        else:
            net = _deeper(ck, net, widths, activation, kinds, new_output)
        last_two = [key for i in (depth - 1, depth) for key in _named(i, _layer(net, i))]
        trained = some_parameters(net, last_two)
        history = ck.fit(net, X, y, optimizer=optimizer(trained), rng=kinds["rng"], **fit_arguments)
        yield net, history


def _deeper(ck, net, widths, activation, kinds, new_output):
    """A copy of net with one more hidden layer just before its output, drawn anew."""
    depth = len(widths) - 2
    drawn = ck.mlp(widths[-3:] if new_output else widths[-3:-1], activation, **kinds)
    deep = ck.mlp(widths, activation, **kinds | {"init": initializers.constant(0.0)})
    layers = [_layer(net, i) for i in range(depth - 1)]
    layers += [_layer(drawn, 0), _layer(drawn, 1) if new_output else _layer(net, depth - 1)]
    for i, layer in enumerate(layers):
        copy_into(named_parameters(deep), _named(i, layer))
    return deep


def _layer(net, i):
    """{"W": …, "b": …}, live, of the i-th linear layer of an mlp: activations between, its place is 2i."""
    live = named_parameters(net)
    return {name: live[f"{2 * i}.{name}"] for name in ("W", "b")}


def _named(i, layer):
    return {f"{2 * i}.{name}": value for name, value in layer.items()}


def _check(where, sizes, optimizer, rng, fit_arguments):
    if "checkpoint" in fit_arguments:
        raise TypeError(f"{where}: checkpoint is not taken, since each stage is a run of its own.")
    checks.generator(where, rng)
    if np.ndim(sizes) != 1 or len(sizes) < 3:
        raise ValueError(
            f"{where}: sizes is {sizes!r}; it wants inputs, at least one hidden layer, and outputs, for "
            "example [64, 32, 10]."
        )
    if not callable(optimizer):
        raise TypeError(
            f"{where}: optimizer is {type(optimizer).__name__}; it wants a function that makes one for the "
            "parameters of a stage: lambda p: ck.SGD(p, lr=0.5)."
        )
