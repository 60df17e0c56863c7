"""Ways to train a network with several hidden layers, each with three optimizers and over a grid of learning rates (lesson 08).

    found = train(ck, "plain", 3, "SGD", [0.5, 5.0], seeds=20)      # {(recipe, depth): Outcome}
    found = grid(ck, "plain", "SGD", [0.5, 5.0])                     # the same for depths 1 to 5
    rows(found, "SGD", [0.5, 5.0])                                  # as the table grids/greedy_training.csv has them

Every network of depth d, that is, with d hidden layers of 32 units, is trained for 25 (d + 1) epochs in all: this is what d
greedy stages of 25 epochs and 25 epochs of fine-tuning take. Frozen networks are judged before fine-tuning, after 25 d epochs.
"""

import warnings
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks, data, initializers
from coursekit.experiments import grids
from coursekit.experiments.pretraining import greedy_autoencoder, greedy_stages
from coursekit.training.members import copy_into, named_parameters

WIDTH, STAGE, BATCH = 32, 25, 30  # units per hidden layer, epochs per stage, images per step
ENCODER_EPOCHS, ENCODER_RATE = 15, 0.01  # of each autoencoder, trained with Adam
OPTIMIZERS = ("SGD", "momentum", "Adam")
TABLE, SEEDS_TABLE, ENCODER_TABLE = "greedy_training", "greedy_training_seeds", "greedy_training_encoders"


def small_uniform(rng: np.random.Generator, shape: initializers.Shape) -> np.ndarray:
    """Weights W (..., n, m) uniform in ±1/√m, as they were commonly drawn before 2010: variance 1/(3m)."""
    return rng.uniform(-1, 1, shape) / np.sqrt(np.atleast_1d(shape)[-1])


# recipe: activation, initial weights, and whether there is batch normalization
RECIPES = {
    "plain": ("sigmoid", small_uniform, False),
    "plain, Glorot": ("sigmoid", initializers.glorot, False),
    "greedy": ("sigmoid", small_uniform, False),
    "autoencoders": ("sigmoid", small_uniform, False),
    "batch norm": ("sigmoid", small_uniform, True),
    "ReLU + He": ("relu", initializers.he, False),
}
# the learning rates that are tried; those of a recipe that is not named here are in the row "sigmoids"
RATES = {
    "sigmoids": {
        "SGD": (0.5, 1, 2, 3, 5, 7, 10),
        "momentum": (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 2),
        "Adam": (0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1),
    },
    "batch norm": {
        "SGD": (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
        "momentum": (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2),
        "Adam": (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1),
    },
    "ReLU + He": {
        "SGD": (0.02, 0.05, 0.1, 0.2, 0.3, 0.5),
        "momentum": (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3),
        "Adam": (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05),
    },
}
DEPTHS = (1, 2, 3, 4, 5)


class Outcome(NamedTuple):
    """Errors in percent on validation and test images, and the cost of the last epoch: each (rates, seeds)."""

    validation: np.ndarray
    test: np.ndarray
    cost: np.ndarray


def rates_of(recipe: str, optimizer: str) -> tuple[float, ...]:
    """The learning rates that are tried for a recipe with an optimizer."""
    return RATES.get(recipe, RATES["sigmoids"])[optimizer]


def split(seeds: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Indices of 600 training, 400 validation and 797 test images, each (seeds, images), in a random order per seed."""
    order = np.stack([np.random.default_rng(seed).permutation(1797) for seed in range(seeds)])
    train, validation, test = np.split(order, [600, 1000], axis=1)
    return train, validation, test


def sizes(depth: int) -> list[int]:
    """The layer sizes of a network with `depth` hidden layers."""
    return [64, *[WIDTH] * depth, 10]


def epochs(depth: int) -> int:
    """The number of epochs that every recipe may use for a network of this depth."""
    return STAGE * (depth + 1)


def optimizer_at(ck: ModuleType, name: str, rates: ArrayLike) -> Callable[[Any], Any]:
    """A function of the parameters (rates, seeds, n, m) that makes an optimizer with one learning rate per row."""
    checks.one_of("optimizer_at", "name", name, OPTIMIZERS)
    lr = np.asarray(rates, dtype=float)[:, None, None, None]
    if name == "Adam":
        return lambda parameters: ck.Adam(parameters, lr=lr)
    return lambda parameters: ck.SGD(parameters, lr=lr, momentum=0.9 if name == "momentum" else 0.0)


def train(
    ck: ModuleType, recipe: str, depth: int, optimizer: str, rates: Sequence[float], seeds: int = 20,
    encoder_rate: float = ENCODER_RATE,
) -> dict[tuple[str, int], Outcome]:  # fmt: skip
    """Train as many networks as seeds at each rate; {(recipe, depth): Outcome}.

    depth: the number of hidden layers. "greedy" passes through all smaller depths on its way and reports each, before
    and after fine-tuning, as "greedy, frozen" and "greedy, fine-tuned". All recipes see the same batches in the same order.
    encoder_rate: Adam's rate in the stages of "autoencoders"; the optimizer and its rates then fine-tune.
    """
    checks.one_of("train", "recipe", recipe, tuple(RECIPES))
    activation, init, batch_norm = RECIPES[recipe]
    activation, make = getattr(ck, activation), optimizer_at(ck, optimizer, rates)
    digits, (shown, _, _) = data.digits(), split(seeds)
    X, Y = digits.x[shown].astype(np.float32), digits.y[shown].astype(np.float32)
    settings = {"loss": ck.softmax_cross_entropy, "batch_size": BATCH}
    kinds = {"ensemble": (len(rates), seeds), "init": init, "dtype": "float32"}
    found = {}

    def fit(net, count):
        rng = np.random.default_rng(1)
        return ck.fit(net, X, Y, optimizer=make(net.parameters()), epochs=count, rng=rng, **settings)

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # a rate that is too high diverges: its error says so
        rng = np.random.default_rng(0)
        if recipe == "greedy":
            stages = list(
                greedy_stages(
                    ck,
                    X,
                    Y,
                    sizes(depth),
                    activation,
                    optimizer=make,
                    rng=rng,
                    epochs=STAGE,
                    **kinds,
                    **settings,
                )
            )  # all of them before any is fine-tuned: a stage starts from the network that the one before yielded
            for reached, (net, history) in enumerate(stages, 1):
                found["greedy, frozen", reached] = _outcome(ck, net, history, seeds)
                found["greedy, fine-tuned", reached] = _outcome(ck, net, fit(net, STAGE), seeds)
            return found
        net = ck.mlp(sizes(depth), activation, rng=rng, batch_norm=batch_norm, **kinds)
        count = epochs(depth)
        if recipe == "autoencoders":
            copy_into(named_parameters(net), named_parameters(_encoders(ck, X, depth, seeds, encoder_rate)))
            count -= ENCODER_EPOCHS * depth
        found[recipe, depth] = _outcome(ck, net, fit(net, count), seeds)
    return found


def grid(
    ck: ModuleType,
    recipe: str,
    optimizer: str,
    rates: Sequence[float],
    depths: Sequence[int] = DEPTHS,
    seeds: int = 20,
) -> dict[tuple[str, int], Outcome]:
    """`train` for several depths: {(recipe, depth): Outcome}. "greedy" needs one run for all depths up to the largest."""
    found = {}
    for depth in [max(depths)] if recipe == "greedy" else depths:
        found |= train(ck, recipe, depth, optimizer, rates, seeds)
    return found


def rows(
    found: dict[tuple[str, int], Outcome], optimizer: str, rates: Sequence[float]
) -> list[dict[str, Any]]:
    """Rows of the table `greedy_training`: one per recipe, depth, optimizer and rate.

    mean, sd       of the validation error in %, over the seeds: it chooses the rate
    test, test_sd  of the test error in %, which is reported
    cost           mean training cost of the last epoch
    """
    return [
        {
            "contender": f"{name}, depth {depth}, {optimizer}", "recipe": name, "depth": depth, "optimizer": optimizer,
            "rate": rate, "mean": validation.mean(), "sd": validation.std(ddof=1), "test": test.mean(),
            "test_sd": test.std(ddof=1), "cost": cost.mean(), "n": len(test),
        }
        for (name, depth), outcome in found.items()
        for rate, validation, test, cost in zip(rates, *outcome, strict=True)
    ]  # fmt: skip


def encoder_rows(
    ck: ModuleType, depths: Sequence[int], encoder_rates: Sequence[float], seeds: int = 20
) -> list[dict[str, Any]]:
    """Rows of the table `greedy_training_encoders`: autoencoders trained at several rates, fine-tuned with momentum at 0.5."""
    table = []
    for depth in depths:
        for rate in encoder_rates:
            found = train(ck, "autoencoders", depth, "momentum", [0.5], seeds, encoder_rate=rate)
            (row,) = rows(found, "momentum", [0.5])
            table.append(row | {"contender": f"autoencoders, depth {depth}", "rate": rate})
    return table


def best(recipe: str) -> dict[tuple[int, str], dict[str, Any]]:
    """{(depth, optimizer): the row of the table with the lowest mean validation error} for a recipe."""
    of_recipe = [row for row in grids.read(TABLE) if row["recipe"] == recipe]
    if not of_recipe:
        raise ValueError(f"best: the table has no recipe named {recipe!r}.")
    return {(row["depth"], row["optimizer"]): row for row in grids.best(of_recipe, "contender").values()}


def rate_curves(recipe: str) -> dict[str, dict[str, tuple[list[float], list[float]]]]:
    """{optimizer: {"depth 1": (rates, mean validation errors), …}} of a recipe, from the table."""
    curves = {name: {} for name in OPTIMIZERS}
    for row in grids.read(TABLE):
        if row["recipe"] == recipe:
            rates, errors = curves[row["optimizer"]].setdefault(f"depth {row['depth']}", ([], []))
            rates.append(row["rate"])
            errors.append(row["mean"])
    return curves


def errors_at_best() -> dict[str, np.ndarray]:
    """{recipe: test errors in % (depths, seeds)}, for each depth with the optimizer and rate of lowest validation error."""
    found = {}
    for row in grids.read(SEEDS_TABLE):
        found.setdefault(row["recipe"], {}).setdefault(row["depth"], []).append(row["test"])
    return {recipe: np.array(list(by_depth.values())) for recipe, by_depth in found.items()}


def rows_at_best(
    results: list[tuple[str, Sequence[float], dict[tuple[str, int], Outcome]]],
) -> list[dict[str, Any]]:
    """Rows of the table `greedy_training_seeds`: one per recipe, depth and seed, at the best of all optimizers and rates.

    results: (optimizer, rates, what `train` or `grid` found) of every run; equal recipes and depths compete.
    """
    lowest = {}
    for optimizer, rates, found in results:
        for key, outcome in found.items():
            means = outcome.validation.mean(axis=1)
            i = int(means.argmin())
            if key not in lowest or means[i] < lowest[key][0]:
                lowest[key] = means[i], optimizer, rates[i], outcome.test[i], outcome.cost[i]
    return [
        {"recipe": recipe, "depth": depth, "optimizer": optimizer, "rate": rate, "seed": seed, "test": test, "cost": cost}
        for (recipe, depth), (_, optimizer, rate, tests, costs) in lowest.items()
        for seed, (test, cost) in enumerate(zip(tests, costs, strict=True))
    ]  # fmt: skip


def _encoders(ck, X, depth, seeds, rate):
    """Networks (seeds,) whose hidden layers were trained as autoencoders, without labels."""
    return greedy_autoencoder(
        ck, X, sizes(depth), ck.sigmoid, optimizer=lambda p: ck.Adam(p, lr=rate), rng=np.random.default_rng(0),
        ensemble=(seeds,), init=small_uniform, dtype="float32", loss=ck.sigmoid_cross_entropy, epochs=ENCODER_EPOCHS,
        batch_size=BATCH,
    )  # fmt: skip


def _outcome(ck, net, history, seeds):
    digits, (_, validation, test) = data.digits(), split(seeds)

    def error(held_out):
        guess = np.asarray(ck.to_numpy(ck.predict(net, digits.x[held_out]))).argmax(axis=-1)
        return 100 * np.mean(guess != digits.label[held_out], axis=-1)

    return Outcome(error(validation), error(test), history.train[-1])
