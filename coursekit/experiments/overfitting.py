"""Difficulty 2, overfitting: every cure at every rate, after the last epoch and stopped early (lesson 07b).

The experiment is that of lesson 04, `regularization`: 300 digits, 200 epochs for everybody, 20 splits, correct labels
and labels of which 18 % are wrong. Here each cure is trained at each of `RATES`; table "overfitting" holds the results.
"""

import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np

from coursekit import numpy_backend as ck
from coursekit.experiments import grids
from coursekit.experiments import regularization as study
from coursekit.experiments.grids.seeds import row, values

RATES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
CURES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "dropout 0.5": {"dropout": 0.5},
    "L2, λ = 1": {"lam": 1.0},
    "L2, λ = 3": {"lam": 3.0},
    "L1, λ = 0.1": {"lam": 0.1, "penalty": ck.l1},
    "L1, λ = 0.3": {"lam": 0.3, "penalty": ck.l1},
    "augmentation": {"shifts": True},
}
STOPPED = ", stopped"


def grid(
    cures: Iterable[str] = tuple(CURES), rates: Iterable[float] = RATES, epochs: int = study.EPOCHS
) -> list[dict[str, Any]]:
    """Train these cures at these rates; the rows of table "overfitting".

    A contender is "correct labels: nothing", "redrawn labels: nothing, stopped" and so on. The columns test and moved
    hold the test error of each split on images as scanned, and on images moved by one pixel.
    """
    digits, rates = study.Digits(), np.array(tuple(rates))
    rows = []
    for name in cures:
        shape = (len(rates), len(study.LABELS), study.SPLITS)
        with warnings.catch_warnings():  # a rate may be too large; its error says so
            warnings.simplefilter("ignore", RuntimeWarning)
            run = study.train(digits, rates[:, None, None], ensemble=shape, epochs=epochs, **CURES[name])
        for end, of in (("", lambda errors: errors[-1]), (STOPPED, run.stopped)):
            errors = np.stack([of(kind) for kind in (run.validation, run.test, run.moved_test)])
            for label, of_label in zip(study.LABELS, np.moveaxis(errors, 2, 0), strict=True):
                for rate, (validation, test, moved) in zip(rates, np.moveaxis(of_label, 1, 0), strict=True):
                    rows.append(row(f"{label}: {name}{end}", rate, validation, test, moved=moved))
    return rows


CURVE_RATES = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1)
METHODS = {"plain": False, "augmented": True}  # whether images are shifted


def curves(rates: Iterable[float] = CURVE_RATES, epochs: int = study.EPOCHS) -> list[dict[str, Any]]:
    """Train with and without shifts on redrawn labels, and record the errors of every tenth epoch.

    The rows of table "augmentation_curves": method, rate, epoch, and the validation and test error of each split.
    """
    digits, rates = study.Digits(), np.array(tuple(rates))
    rows = []
    for method, shifts in METHODS.items():
        run = study.train(
            digits, rates[:, None], targets=digits.targets[1], ensemble=(len(rates), study.SPLITS), shifts=shifts,
            epochs=epochs,
        )  # fmt: skip
        for epoch, validation, test in zip(run.epochs, run.validation, run.test, strict=True):
            if epoch % 10:
                continue
            for rate, *errors in zip(rates, validation, test, strict=True):
                texts = (" ".join(f"{e:.4g}" for e in part) for part in errors)
                rows.append({"method": method, "rate": float(rate), "epoch": int(epoch),
                             **dict(zip(("validation", "test"), texts, strict=True))})  # fmt: skip
    return rows


def recorded() -> dict[str, Any]:
    """The table "augmentation_curves" as arrays: rates (R,), epochs (E,), and for each method a pair
    (validation, test) of errors in percent, (R, E, 20)."""
    rows = grids.read("augmentation_curves")
    found: dict[str, Any] = {
        name: np.unique([row[key] for row in rows]) for name, key in (("rates", "rate"), ("epochs", "epoch"))
    }
    shape = (len(found["rates"]), len(found["epochs"]), study.SPLITS)
    for method in METHODS:
        mine = sorted((row["rate"], row["epoch"], row) for row in rows if row["method"] == method)
        found[method] = tuple(
            np.reshape([values(row, part) for *_, row in mine], shape) for part in ("validation", "test")
        )
    return found
