"""Runs of training_runs.py that are interrupted, for the tests of checkpoints."""

import pytest
from training_runs import build, train

from coursekit.training import checkpoint


def counting(run, interrupt_at=None):
    """The run with an optimizer whose steps are counted, and interrupted by Ctrl-C at one of them."""
    steps = []

    def optimizer(ck, params):
        made = run["optimizer"](ck, params)
        step = made.step

        def counted(*args, **kwargs):
            steps.append(0)
            if len(steps) == interrupt_at:
                raise KeyboardInterrupt
            return step(*args, **kwargs)

        made.step = counted
        return made

    return run | {"optimizer": optimizer}, steps


def with_fit(run, **arguments):
    return run | {"fit": run["fit"] | arguments}


def trained(ck, run, **arguments):
    net = build(ck, **run)
    return net, train(ck, **with_fit(run, **arguments) | {"net": net})


def interrupted(ck, run, path, share=0.6):
    """Begin the run and stop it within an epoch."""
    counted, steps = counting(run)
    trained(ck, counted)
    counted, _ = counting(run, interrupt_at=max(2, int(share * len(steps))))
    with pytest.raises(KeyboardInterrupt):
        trained(ck, counted, checkpoint=path)


def epochs_in(path):
    return len(checkpoint.load(path)["history"].get("train", ()))
