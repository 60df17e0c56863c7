"""Greedy layer-wise training: a deep network grows by one hidden layer per stage.

    settings = {"rng": rng, "loss": ck.softmax_cross_entropy, "epochs": 25, "batch_size": 50}
    sgd = lambda parameters: ck.SGD(parameters, lr=0.5)
    net = greedy_supervised(ck, X, y, [64, 32, 32, 32, 10], ck.sigmoid, optimizer=sgd, **settings)
    ck.fit(net, X, y, optimizer=sgd(net.parameters()), **settings)    # fine-tuning: all layers at once

Hinton, Osindero & Teh (2006); Bengio et al. (2007).
"""

import collections
import itertools
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks, initializers
from coursekit.training.history import History
from coursekit.training.members import copy_into, named_parameters, some_parameters


def greedy_supervised(
    ck: ModuleType, X: ArrayLike, y: ArrayLike, sizes: Sequence[int], activation: Callable, *, optimizer: Callable,
    rng: np.random.Generator, ensemble: tuple[int, ...] = (), init: initializers.Initializer = initializers.he,
    new_output: bool = False, dtype: Any = None, **fit_arguments: Any,
) -> Any:  # fmt: skip
    """Run all stages of `greedy_stages` and return the last network, with layers of all `sizes`, for fine-tuning."""
    stages = greedy_stages(
        ck, X, y, sizes, activation, optimizer=optimizer, rng=rng, ensemble=ensemble,
        init=init, new_output=new_output, dtype=dtype, **fit_arguments,
    )  # fmt: skip
    net, _ = collections.deque(stages, maxlen=1).pop()  # the last
    return net


def greedy_stages(
    ck: ModuleType, X: ArrayLike, y: ArrayLike, sizes: Sequence[int], activation: Callable, *, optimizer: Callable,
    rng: np.random.Generator, ensemble: tuple[int, ...] = (), init: initializers.Initializer = initializers.he,
    new_output: bool = False, dtype: Any = None, **fit_arguments: Any,
) -> Iterator[tuple[Any, History]]:  # fmt: skip
    """Train one hidden layer; in each later stage freeze all layers, add one below the output, and train these two.

    Yields (net, history) after each stage: networks with 1, 2, …, len(sizes) − 2 hidden layers, so that
    held-out examples can choose the depth. Each network is a copy that later stages do not change.

    sizes          [m, h, …, h, n]: inputs, hidden layers, outputs
    optimizer      function of the parameters to be trained, for example lambda p: ck.SGD(p, lr=0.5)
    rng            draws each layer when its stage begins, then the order of the examples in that stage, so that
                   a deeper run begins exactly as a shallower one
    init, ensemble, dtype   as in `ck.mlp`
    new_output     draw a new output layer in each stage, as Bengio et al. (2007) do. Otherwise the trained
                   one is kept, so all hidden layers must have the same width
    fit_arguments  loss, epochs, batch_size, validation, folds, … of `ck.fit`, the same for each stage
    """
    _check("greedy_stages", sizes, optimizer, rng, fit_arguments)
    if not new_output and len(set(sizes[1:-1])) > 1:
        raise ValueError(
            "greedy_stages: all hidden layers must have the same width, because the trained output layer is kept, "
            f"but sizes is {list(sizes)}. Use one width, or new_output=True."
        )
    kinds = {"rng": rng, "ensemble": ensemble, "init": init, "dtype": dtype}
    return _stages(ck, X, y, list(sizes), activation, optimizer, kinds, new_output, fit_arguments)


def greedy_autoencoder(
    ck: ModuleType, X: ArrayLike, sizes: Sequence[int], activation: Callable, *, optimizer: Callable,
    rng: np.random.Generator, ensemble: tuple[int, ...] = (), init: initializers.Initializer = initializers.he,
    validation: ArrayLike | None = None, dtype: Any = None, **fit_arguments: Any,
) -> Any:  # fmt: skip
    """Train hidden layers one after another as encoders of autoencoders, and return the network.

    Stage l trains x → h_l → x̂ with targets x, the outputs of stage l − 1. Its encoder becomes layer l, and its
    decoder is dropped. The output layer is drawn at the end and is not trained, because labels are used only when
    `ck.fit` fine-tunes the whole network.

    X              (N, m), or (*ensemble, N, m)
    sizes          [m, h_1, …, n]: inputs, hidden layers, outputs
    optimizer      function of the parameters, for example lambda p: ck.Adam(p, lr=5e-3)
    rng            draws encoder and decoder when their stage begins, then the order of the examples in it
    validation     inputs Xv for the reconstruction error in the histories
    fit_arguments  loss, epochs, batch_size, … of `ck.fit`. The decoder's outputs are linear: ck.mse compares
                   them with x; with ck.sigmoid_cross_entropy they are logits, for x in [0, 1]

    Bengio et al. (2007), sec. 4.
    """
    _check("greedy_autoencoder", sizes, optimizer, rng, fit_arguments)
    if "folds" in fit_arguments:
        raise ValueError(
            "greedy_autoencoder: leave out folds, because from stage 2 on each network of the ensemble has inputs of its "
            "own. Call greedy_autoencoder once per fold, with the training rows of the fold."
        )
    kinds = {"rng": rng, "ensemble": ensemble, "init": init, "dtype": dtype}
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
    """A copy of net with one more hidden layer, newly drawn, just before its output."""
    depth = len(widths) - 2
    drawn = ck.mlp(widths[-3:] if new_output else widths[-3:-1], activation, **kinds)
    deep = ck.mlp(widths, activation, **kinds | {"init": initializers.constant(0.0)})
    layers = [_layer(net, i) for i in range(depth - 1)]
    layers += [_layer(drawn, 0), _layer(drawn, 1) if new_output else _layer(net, depth - 1)]
    for i, layer in enumerate(layers):
        copy_into(named_parameters(deep), _named(i, layer))
    return deep


def _layer(net, i):
    """The parameters {"W": …, "b": …}, not copies, of the i-th linear layer of an mlp, which is its layer 2i."""
    live = named_parameters(net)
    return {name: live[f"{2 * i}.{name}"] for name in ("W", "b")}


def _named(i, layer):
    return {f"{2 * i}.{name}": value for name, value in layer.items()}


def _check(where, sizes, optimizer, rng, fit_arguments):
    if "checkpoint" in fit_arguments:
        raise TypeError(f"{where}: leave out checkpoint, because each stage is a run of its own.")
    checks.generator(where, rng)
    if np.ndim(sizes) != 1 or len(sizes) < 3:
        raise ValueError(
            f"{where}: sizes must list inputs, at least one hidden layer, and outputs, for example [64, 32, 10], but it "
            f"is {sizes!r}."
        )
    if not callable(optimizer):
        raise TypeError(
            f"{where}: optimizer must be a function that makes an optimizer for the parameters of a stage, for example "
            f"lambda p: ck.SGD(p, lr=0.5), but it is {type(optimizer).__name__}."
        )
