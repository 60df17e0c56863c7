"""`fit` trains a network, or an ensemble of networks at once; `predict` uses it."""

from coursekit import checks
from coursekit.torch_backend.distributed import SharedRun
from coursekit.torch_backend.modules import (
    check_network,
    ensemble_parameters,
    inputs,
    moving_parameters,
    outputs,
    threads,
)
from coursekit.torch_backend.precisions import convert, float32_products
from coursekit.torch_backend.processes import join
from coursekit.torch_backend.run import Run
from coursekit.training.arguments import FitArguments, pair_of


def predict(net, X):
    """The network's output f(X), (..., N, n), in evaluation mode.

    Dropout is off, batch norm uses its running statistics.
    """
    X = inputs("predict", "X", X, net)
    checks.finite("predict", "X", X)
    return outputs(net, X)


def fit(
    net,
    X,
    y,
    *,
    loss,
    optimizer,
    epochs,
    batch_size=None,
    rng=None,
    penalty=None,
    lam=0.0,
    proximal=False,
    validation=None,
    metrics=None,
    early_stopping=None,
    clip_norm=None,
    folds=None,
    progress=False,
    checkpoint=None,
    compile=False,  # noqa: A002  (torch's word for it)
    capture=None,
    precision=None,
    memory=None,
):
    """Train `net` in place on inputs X (..., N, m) and targets y (..., N, n); return its `History`.

    net               any `nn.Module`; ensembles are made of this backend's layers
    loss, optimizer   what is minimized, and how the parameters move: `ck.mse`, `ck.SGD(net.parameters(),
                      lr=0.1)`, or any function of (outputs, targets) and any torch optimizer
    epochs            passes over the data
    batch_size        None: batch gradient descent, one step an epoch · 1: stochastic · else mini-batch; a
                      short last batch is kept
    rng               draws the order of the examples anew each epoch. Members of an ensemble see the same
                      order; a list of generators, one for each fold, gives each fold its own
    penalty, lam      adds lam · penalty(W, m) for every weight matrix W, m = number of training examples; lam
                      is a number or an array of the ensemble's shape. Biases are not penalized
    proximal          with penalty=l1 and plain SGD: take its proximal step, which gives exact zeros
    validation        (Xv, yv): its loss and metrics are taken after each epoch, in evaluation mode
    metrics           name -> function of (outputs, targets), on the validation set if there is one
    early_stopping    patience in epochs: a member stops when its validation loss has not improved for so
                      long, and every member ends with the weights of its best epoch
    clip_norm         a gradient of larger norm (over all parameters of one network) is scaled down to it
    folds             pairs (train, val) of row numbers, as `kfold(N, k, rng)` gives them: the networks at
                      place i of the ensemble's first axis train on folds[i][0] of X (N, m) and are validated
                      on folds[i][1]. Folds of unequal size lose no example: the shorter ones sit out an extra
                      step
    progress          show a progress bar
    checkpoint        path of a file, for example "run.npz", written anew after every epoch; if it is there, the
                      run goes on from it
    compile           run the steps through torch.compile: repays its seconds of preparation on long runs. Wants
                      a C++ compiler on a CPU. What Python does in a module's `forward` is fixed at the first step
    capture           run the steps as a CUDA graph, one launch for all operations. None: where `compile` is True
                      and the network is on a CUDA device
    precision         None: that of the parameters · "float64" · "float32": with full float32 products · "tf32":
                      factors of products are rounded to 10 bits where the device has TF32, else as float32 ·
                      "bfloat16": products of bfloat16; parameters, loss, updates and validation in float32.
                      Network and optimizer become float64 for the first, float32 for the others, and stay so
    memory            bytes that the members of an ensemble may take while they train; None: what the device has
                      free. If they take more, they train in parts, and in smaller ones if the device runs out
                      of memory all the same: the result does not depend on it. Members of torch's own optimizers
                      train together

    `compile` and `capture` change speed, not numbers (beyond rounding); short last batches do without. The data
    are moved once to where the network's parameters are. When a loss stops being finite, a RuntimeWarning says
    where and what to try; that network's history is nan from there on, other members go on, and the run ends
    when none is left.

    With a checkpoint, a run that was interrupted, even killed, goes on after its last whole epoch when the same
    call is made again, with network, optimizer and rng made as before. It ends as if never interrupted, on the
    CPU bit for bit. A finished run is not repeated: its history is returned and the network has its weights;
    with more epochs it goes on. A file of another run, or a damaged one, is a ValueError that says what is
    wrong. The file, a .npz without pickle, is replaced in one step and is the same for both backends: each goes
    on from the other's, unless there is dropout, whose random streams differ.

    In a script that torchrun starts, the processes share each batch: see distributed.py.
    """
    check_network("fit", net)
    moving_parameters(net, optimizer)
    convert(net, optimizer, precision)
    X, y = inputs("fit", "X", X, net), inputs("fit", "y", y, net)
    if validation is not None:
        parts = enumerate(pair_of(validation))
        validation = tuple(inputs("fit", f"validation[{i}]", part, net) for i, part in parts)
    arguments = FitArguments(
        ensemble_parameters(net), X, y, loss, epochs, batch_size, rng, lam, validation, metrics,
        early_stopping, clip_norm, folds,
    )  # fmt: skip
    settings = (net, loss, optimizer, arguments, penalty, proximal, compile, capture, precision, memory)
    told = {"loss": loss, "penalty": penalty, "proximal": proximal, "precision": precision}
    processes = join(net)
    with threads(net, arguments), float32_products(precision), processes.held_together(checkpoint):
        run = Run(*settings) if processes.size == 1 else SharedRun(processes, *settings)
        try:
            return run.train(progress, checkpoint, **told)
        finally:
            net.train()
            run.release()
