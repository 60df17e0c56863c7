"""Errors of a recipe and of the five reference recipes on hidden images over many draws, and their ranks."""

from dataclasses import dataclass
from types import ModuleType

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks, data, numpy_backend
from coursekit.capstone.budget import BUDGET, Backend, Metered
from coursekit.capstone.recipes import RECIPES, Recipe
from coursekit.capstone.settings import Settings
from coursekit.capstone.task import Task, draw_task, splits
from coursekit.training.history import History


@dataclass(frozen=True, eq=False)
class DrawResult:
    """The result of a recipe on one draw: scores (M, K) of the hidden images, their labels (M,), and the cost.

    histories: of each training. If it had no validation part of its own, `val` and `metrics["error"]` are those of the
    hidden images, which had no influence on the training. settings: of each training, read from what `fit` was given.
    spent: multiplications. images (M, m): the hidden images.
    """

    scores: np.ndarray
    label: np.ndarray
    histories: tuple[History, ...]
    spent: int
    images: np.ndarray
    settings: tuple[Settings, ...] = ()


@dataclass(frozen=True, eq=False)
class Standings:
    """Errors of recipes on the same draws.

    errors: {name of a recipe: (draws,)}, in percent of hidden images, in the order of the draws. name, recipe, runs: of
    the recipe that was ranked, with one run per draw. budget: multiplications that each run could spend.
    """

    errors: dict[str, np.ndarray]
    name: str
    recipe: Recipe
    runs: tuple[DrawResult, ...]
    budget: float = BUDGET

    @property
    def order(self) -> list[str]:
        """The recipes from the lowest mean error to the highest."""
        return sorted(self.errors, key=lambda name: self.errors[name].mean())

    def rank(self, name: str) -> int:
        """The rank of a recipe, 1 for the lowest mean error."""
        return self.order.index(name) + 1

    def gap(self, name: str, other: str) -> tuple[float, float]:
        """Mean difference of the errors of two recipes, draw by draw, and its standard error."""
        return mean_and_se(self.errors[name] - self.errors[other])

    def __repr__(self):
        draws = len(next(iter(self.errors.values())))
        rows = [
            f"{place}. {name:<24} {self.errors[name].mean():5.1f} % ± {self.errors[name].std(ddof=1):.1f}"
            for place, name in enumerate(self.order, 1)
        ]
        return "\n".join([*rows, f"error on hidden images, mean ± sd of {draws} draws"])


def mean_and_se(values: ArrayLike) -> tuple[float, float]:
    """Return the mean of (n,) and its standard error, sd / √n."""
    values = np.asarray(values)
    return float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(len(values)))


def not_worse(gaps: ArrayLike) -> bool:
    """Whether one recipe is as good as another, given the differences of their errors draw by draw, in points.

    A mean difference within one standard error, or within half a point (three images of 600), does not count,
    because chance alone should not cost a rank.
    """
    mean, se = mean_and_se(gaps)
    return mean <= max(se, 0.5)


def scores_of(recipe: Recipe, task: Task, ck: Backend, rng: np.random.Generator) -> np.ndarray:
    """Run a recipe on a task and return its scores (M, K) of the hidden images as a NumPy array.

    The recipe receives copies of the data. Raises ValueError if it returns an array of another shape.
    """
    scores = ck.to_numpy(recipe(ck, task.x.copy(), task.y.copy(), task.x_new.copy(), rng))
    expected = len(task.x_new), task.y.shape[-1]
    if np.shape(scores) != expected:
        raise ValueError(
            f"the recipe must return scores of shape {expected}, one row per new image and one column per class, but it "
            f"returns an array of shape {np.shape(scores)}."
        )
    return scores


def percent_wrong(scores: ArrayLike, label: ArrayLike) -> float:
    """Return the percentage of rows of scores (M, K) whose largest entry is not at the label; nan is never right."""
    scores = np.asarray(scores)
    scores = np.where(np.isnan(scores), -np.inf, scores)
    guess = np.where(np.isneginf(scores).all(axis=1), -1, scores.argmax(axis=1))
    return float(100 * np.mean(guess != label))


def error(
    recipe: Recipe, task: Task, ck: ModuleType, rng: np.random.Generator, budget: float = BUDGET
) -> float:
    """Return the percentage of hidden images that a recipe gets wrong, trained within the budget."""
    return percent_wrong(scores_of(recipe, task, Metered(ck, budget), rng), task.label)


def held_out(
    recipe: Recipe,
    x: np.ndarray,
    y: np.ndarray,
    count: int = 10,
    *,
    budget: float = BUDGET,
    ck: ModuleType | None = None,
    seed: int = 1,
) -> np.ndarray:
    """Percent of held-out labels that a recipe gets wrong, (count,): for `count` random splits of (x, y), a quarter held out.

    The held-out labels may be wrong themselves, as in `noisy_error`. Two recipes with the same seed see the same splits,
    so their errors can be compared split by split.
    """
    ck = numpy_backend if ck is None else ck
    parts = splits(x, y, count, np.random.default_rng(seed))
    errors = []
    for i, (x_left, y_left, x_held, y_held) in enumerate(zip(*parts, strict=True)):
        label = y_held.argmax(axis=1)
        task = Task(x_left, y_left, x_held, label, wrong=np.zeros(len(x_left), bool))  # not known, not used
        errors.append(error(recipe, task, ck, np.random.default_rng(i), budget))
    return np.array(errors)


def standings(
    recipe: Recipe,
    *,
    draws: int = 20,
    dataset: data.Dataset | None = None,
    budget: float = BUDGET,
    name: str = "yours",
    ck: ModuleType | None = None,
    seed: int = 2026,
) -> Standings:
    """Measure the errors of a recipe and of the five reference recipes over `draws` tasks.

    Each draw has its own training images, wrong labels and hidden images, all from one data set (`data.digits()`
    unless given), so draws overlap. ck: NumPy's backend unless given, because it is faster for networks this small.
    Raises ValueError if the name is that of a reference; errors of the recipe itself pass through.
    """
    if name in RECIPES:
        raise ValueError(f"standings: {name!r} is a reference recipe. Give yours another name.")
    draws = checks.positive_integer("standings", "draws", draws, least=2)
    ck = numpy_backend if ck is None else ck
    tasks = [draw_task(np.random.default_rng([seed, i]), dataset) for i in range(draws)]
    runs = tuple(_run(recipe, task, ck, np.random.default_rng(i), budget) for i, task in enumerate(tasks))
    errors = {name: [percent_wrong(run.scores, run.label) for run in runs]}
    for reference, known in RECIPES.items():
        errors[reference] = [
            error(known, task, ck, np.random.default_rng(i), budget) for i, task in enumerate(tasks)
        ]
    return Standings({key: np.array(values) for key, values in errors.items()}, name, recipe, runs, budget)


def _run(recipe: Recipe, task: Task, ck: ModuleType, rng: np.random.Generator, budget: float) -> DrawResult:
    hidden = task.x_new, data.one_hot(task.label, task.y.shape[-1])
    meter = Metered(ck, budget, watched=hidden, given=(task.x, task.y))
    scores = scores_of(recipe, task, meter, rng)
    return DrawResult(
        scores, task.label, tuple(meter.histories), meter.spent, task.x_new, tuple(meter.settings)
    )
