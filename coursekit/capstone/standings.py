"""How a recipe does on hidden images, beside the five reference recipes: errors over many draws, and ranks."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from coursekit import checks, data, numpy_backend
from coursekit.capstone.budget import BUDGET, Metered
from coursekit.capstone.recipes import RECIPES
from coursekit.capstone.task import Task, draw
from coursekit.training.history import History


@dataclass(frozen=True, eq=False)
class Run:
    """A recipe on one draw: scores (M, K) of the hidden images, their label (M,), and what its trainings took.

    histories: of each training; where it had no validation part of its own, `val` and `metrics["error"]` are those of
    the hidden images, which steered nothing.
    """

    scores: np.ndarray
    label: np.ndarray
    histories: tuple[History, ...]
    spent: int


@dataclass(frozen=True, eq=False)
class Standings:
    """errors: {name of a recipe: (draws,)}, in percent of hidden images; the same draws for all, in the same order.

    name, recipe, runs: of the recipe that was ranked, a run a draw.
    """

    errors: dict[str, np.ndarray]
    name: str
    recipe: Callable
    runs: tuple[Run, ...]

    @property
    def order(self) -> list[str]:
        """The recipes from the lowest mean error to the highest."""
        return sorted(self.errors, key=lambda name: self.errors[name].mean())

    def rank(self, name: str) -> int:
        """1 for the lowest mean error."""
        return self.order.index(name) + 1

    def gap(self, name: str, other: str) -> tuple[float, float]:
        """Mean of the difference of two errors, draw by draw, and its standard error."""
        return mean_and_se(self.errors[name] - self.errors[other])

    def __repr__(self):
        draws = len(next(iter(self.errors.values())))
        rows = [
            f"{place}. {name:<24} {self.errors[name].mean():5.1f} % ± {self.errors[name].std(ddof=1):.1f}"
            for place, name in enumerate(self.order, 1)
        ]
        return "\n".join([*rows, f"error on hidden images, mean ± sd of {draws} draws"])


def mean_and_se(values) -> tuple[float, float]:
    """Mean of (n,) and its standard error, sd / √n."""
    return float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(len(values)))


def not_worse(gaps) -> bool:
    """Whether errors are as low as others, given their differences draw by draw, in points.

    To within one standard error, or half a point, which is three images of 600: chance alone should cost nobody a
    rank.
    """
    mean, se = mean_and_se(gaps)
    return mean <= max(se, 0.5)


def scores_of(recipe: Callable, task: Task, ck, rng) -> np.ndarray:
    """A recipe's scores (M, K) on the hidden images of a task, as a NumPy array.

    ck: a backend, metered or not. The recipe gets copies. Raises ValueError if it returns anything else.
    """
    given = [part.copy() for part in (task.x, task.y, task.x_new)]
    scores = ck.to_numpy(recipe(ck, *given, rng))
    want = len(task.x_new), task.y.shape[-1]
    if np.shape(scores) != want:
        raise ValueError(
            f"the recipe returns an array of shape {np.shape(scores)}; it wants scores {want}, a row for each new "
            "image and a column for each class."
        )
    return scores


def percent_wrong(scores, label) -> float:
    """Percent of rows of scores (M, K) whose largest entry is not at the label. nan is never right."""
    scores = np.where(np.isnan(scores), -np.inf, scores)
    guess = np.where(np.isneginf(scores).all(axis=1), -1, scores.argmax(axis=1))
    return float(100 * np.mean(guess != label))


def error(recipe: Callable, task: Task, ck, rng, budget: float = BUDGET) -> float:
    """Percent of the hidden images that a recipe gets wrong, trained within the budget."""
    return percent_wrong(scores_of(recipe, task, Metered(ck, budget), rng), task.label)


def standings(
    recipe: Callable,
    *,
    draws: int = 20,
    dataset=None,
    budget: float = BUDGET,
    name: str = "yours",
    ck=None,
    seed: int = 2026,
) -> Standings:
    """The errors of a recipe and of the five reference recipes over `draws` tasks.

    Each draw has its own images, wrong labels and hidden images, all from one data set (`data.digits()` unless
    given), so draws overlap. ck: NumPy's backend unless given, the quicker one for networks so small. Raises
    ValueError if the name is that of a reference, and what the recipe raises.
    """
    if name in RECIPES:
        raise ValueError(f"standings: {name!r} is a reference recipe; give yours another name.")
    draws = checks.positive_integer("standings", "draws", draws, least=2)
    ck = numpy_backend if ck is None else ck
    tasks = [draw(np.random.default_rng([seed, i]), dataset) for i in range(draws)]
    runs = tuple(_run(recipe, task, ck, np.random.default_rng(i), budget) for i, task in enumerate(tasks))
    errors = {name: [percent_wrong(run.scores, run.label) for run in runs]}
    for reference, known in RECIPES.items():
        errors[reference] = [
            error(known, task, ck, np.random.default_rng(i), budget) for i, task in enumerate(tasks)
        ]
    return Standings({key: np.array(values) for key, values in errors.items()}, name, recipe, runs)


def _run(recipe, task, ck, rng, budget):
    hidden = task.x_new, data.one_hot(task.label, task.y.shape[-1])
    meter = Metered(ck, budget, watched=hidden)
    scores = scores_of(recipe, task, meter, rng)
    return Run(scores, task.label, tuple(meter.histories), meter.spent)
