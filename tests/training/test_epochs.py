"""`epochs` is `fit`, one epoch at a time; a plain call enters few files."""

import itertools
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from training_runs import CASES, X, Y, backends, build, close, everything, fit_arguments, train

import coursekit

PACKAGE = Path(coursekit.__file__).parent


def started(ck, run):
    """The network of a run, and its generator."""
    net = build(ck, **run)
    arguments = fit_arguments(ck, net, run["optimizer"], run["fit"])
    epochs = arguments.pop("epochs")
    return net, ck.epochs(net, run["X"], run["y"], **arguments), epochs


@backends
@pytest.mark.parametrize("name", [name for name in CASES if name != "dropout"])
def test_epochs_one_at_a_time_are_fit(ck, name):
    run = CASES[name]
    whole = build(ck, **run)
    history = train(ck, **run | {"net": whole})
    net, loop, epochs = started(ck, run)
    taken = list(itertools.islice(loop, epochs))
    loop.close()
    assert [epoch.number for epoch in taken] == list(range(history.epochs))
    for key, value in everything(whole).items():
        np.testing.assert_array_equal(everything(net)[key], value)
    np.testing.assert_array_equal([epoch.train for epoch in taken], history.train)
    last = taken[-1].history
    np.testing.assert_array_equal(last.train, history.train)
    np.testing.assert_array_equal(last.best, history.best)
    if history.val is not None:
        np.testing.assert_array_equal([epoch.val for epoch in taken], history.val)
    for metric, values in history.metrics.items():
        np.testing.assert_array_equal([epoch.metrics[metric] for epoch in taken], values)
    assert taken[0].history.epochs == 1


def small(ck, **options):
    net = ck.mlp([5, 6, 3], ck.tanh, rng=np.random.default_rng(0), dtype="float64", **options)
    return net, {"loss": ck.softmax_cross_entropy, "optimizer": ck.SGD(net.parameters(), lr=0.5)}


@backends
def test_the_loop_may_be_left_and_then_has_the_best_weights(ck):
    net, arguments = small(ck)
    wrong = (X, np.roll(Y, 1, axis=1))
    for epoch in ck.epochs(net, X, Y, validation=wrong, early_stopping=100, **arguments):
        if epoch.number == 9:
            break
    best = epoch.history.val.min()
    assert epoch.history.val[-1] > best
    close(ck.to_numpy(ck.softmax_cross_entropy(ck.predict(net, X), ck.asarray(wrong[1]))), best)


@backends
def test_weights_may_be_changed_between_two_epochs(ck):
    """What pruning does: the next epoch starts from the changed weights."""
    net, arguments = small(ck)
    losses = []
    for epoch in itertools.islice(ck.epochs(net, X, Y, **arguments), 3):
        losses.append(float(epoch.train))
        for W in dict(
            net.named_parameters() if hasattr(net, "named_parameters") else net.parameters()
        ).values():
            (W.data if hasattr(W, "detach") else W)[...] = 0
    np.testing.assert_allclose(losses[1:], np.log(3), rtol=1e-12)


@backends
def test_the_arguments_are_checked_when_it_is_called(ck):
    net, arguments = small(ck)
    with pytest.raises(ValueError, match="same number N of samples"):
        ck.epochs(net, X, Y[:5], **arguments)
    with pytest.raises(TypeError, match="epochs"):
        ck.epochs(net, X, Y, epochs=3, **arguments)


@backends
def test_it_ends_when_no_network_is_left(ck):
    net, arguments = small(ck, output=ck.identity)
    arguments |= {"loss": ck.mse, "optimizer": ck.SGD(net.parameters(), lr=1e200)}
    with pytest.warns(RuntimeWarning, match="no longer finite") as caught:
        taken = list(itertools.islice(ck.epochs(net, X, Y, **arguments), 50))
    assert len(taken) < 50
    assert len(caught) == 1
    assert caught[0].filename == __file__


@backends
def test_the_settings_of_the_process_are_the_callers_between_two_epochs(ck):
    net, arguments = small(ck)
    for _ in itertools.islice(ck.epochs(net, X, Y, **arguments), 2):
        with pytest.warns(RuntimeWarning, match="overflow"):
            np.exp(np.array([1e4]))


def files_entered(call):
    """The files of coursekit of which a function is entered during the call."""
    entered = set()

    def profile(frame, event, argument):
        if event == "call":
            entered.add(frame.f_code.co_filename)

    sys.setprofile(profile)
    try:
        call()
    finally:
        sys.setprofile(None)
    return {Path(name).relative_to(PACKAGE).as_posix() for name in entered if name.startswith(str(PACKAGE))}


@pytest.mark.parametrize(("name", "most"), [("numpy_backend", 10), ("torch_backend", 12)])
def test_a_plain_fit_enters_few_files(name, most):
    ck = __import__(f"coursekit.{name}", fromlist=[name])
    net = ck.mlp([5, 6, 3], ck.tanh, rng=np.random.default_rng(0))
    optimizer, rng = ck.SGD(net.parameters(), lr=0.1), np.random.default_rng(1)
    files = files_entered(
        lambda: ck.fit(
            net,
            X[:40],
            Y[:40],
            loss=ck.softmax_cross_entropy,
            optimizer=optimizer,
            epochs=1,
            batch_size=20,
            rng=rng,
        )
    )
    assert f"{name}/training.py" in files
    assert len(files) <= most, sorted(files)
    assert not any("checkpoint" in file or "resume" in file or "state" in file for file in files)


@backends
@pytest.mark.parametrize(
    ("loss", "output", "says"),
    [
        (
            "softmax_cross_entropy",
            "softmax",
            "softmax_cross_entropy applies softmax itself.*categorical_cross_entropy",
        ),
        (
            "sigmoid_cross_entropy",
            "sigmoid",
            "sigmoid_cross_entropy applies sigmoid itself.*binary_cross_entropy",
        ),
    ],
)
def test_an_output_that_the_loss_applies_again_is_a_warning(ck, loss, output, says):
    net, arguments = small(ck, output=getattr(ck, output))
    arguments |= {"loss": getattr(ck, loss)}
    with pytest.warns(UserWarning, match=f"fit: {says}") as caught:
        ck.fit(net, X, Y, epochs=1, **arguments)
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ck.fit(net, X, Y, epochs=1, **arguments | {"loss": ck.mse})


@backends
def test_images_are_to_be_flattened(ck):
    net, arguments = small(ck)
    images, targets = np.zeros((400, 8, 8)), np.eye(3)[np.zeros(400, int)]
    with pytest.raises(
        ValueError, match=r"X must be a matrix with one row per sample, but has shape \(400, 8, 8\)\. Flatten each image "
        r"first: X\.reshape\(len\(X\), -1\)\.",
    ):  # fmt: skip
        ck.fit(net, images, targets, epochs=1, **arguments)


@backends
@pytest.mark.parametrize("rng", [0, "seed", [0, 1], np.random])
def test_folds_need_generators(ck, rng):
    net, arguments = small(ck, ensemble=(2,))
    folds = [(np.arange(20), np.arange(20, 43)), (np.arange(20, 43), np.arange(20))]
    with pytest.raises(TypeError, match=r"fit: rng .*must be .*NumPy generator"):
        ck.fit(net, X, Y, epochs=1, folds=folds, batch_size=5, rng=rng, **arguments)


@backends
def test_a_rate_may_be_an_array_without_axes(ck):
    histories = []
    for rate in (0.3, np.array(0.3), np.float32(0.3).astype(np.float64)):
        net, arguments = small(ck)
        arguments["optimizer"] = ck.SGD(net.parameters(), lr=rate)
        histories.append(ck.fit(net, X, Y, epochs=3, **arguments).train)
    np.testing.assert_array_equal(histories[0], histories[1])
    np.testing.assert_allclose(histories[0], histories[2], rtol=1e-6)


@backends
def test_gradients_that_are_switched_off_are_named(ck):
    import torch

    for off in (torch.no_grad, torch.inference_mode):
        net, arguments = small(ck)
        if ck.__name__.endswith("numpy_backend"):  # it computes its gradients itself
            with off():
                ck.fit(net, X, Y, epochs=1, **arguments)
            continue
        with (
            pytest.raises(
                ValueError, match=r"gradients must be on, but are switched off .* Call fit outside"
            ),
            off(),
        ):
            ck.fit(net, X, Y, epochs=1, **arguments)
