"""A budget of multiplications: a backend whose `fit` counts the cost of training and refuses to exceed the budget.

Seconds would depend on the machine, and epochs say nothing about the size of the network. Counted are 3
multiplications per weight and sample: one in the forward pass and two in the backward pass, for the gradients of the
inputs and of the weights.
"""

import math
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from coursekit import checks
from coursekit.capstone.settings import Settings, settings_of
from coursekit.training.history import History
from coursekit.training.members import named_parameters

BUDGET = 500_000_000


class BudgetSpent(RuntimeError):
    """A training would cost more than the budget that is left; the message says how much."""


def multiplications(net: Any, samples: int, epochs: int) -> int:
    """Multiplications of a training: 3 · weights · samples · epochs, over all members of an ensemble, without biases."""
    weights = sum(math.prod(p.shape) for key, p in named_parameters(net).items() if key.endswith("W"))
    return 3 * weights * samples * epochs


class Metered:
    """The backend `ck`, except that `fit` pays from a budget of multiplications.

    A training that needs more than is left raises BudgetSpent before it begins; one that stops early pays for the
    epochs that it ran. `spent`, `left`: multiplications; `histories`, `settings`: of each training. watched: (x, y) of
    a validation set for the histories of trainings that have none of their own; it changes nothing else. given: (x, y)
    as the recipe receives them, so that `settings` can say how many labels it replaced.
    """

    def __init__(
        self,
        ck: ModuleType,
        budget: float = BUDGET,
        watched: tuple[ArrayLike, ArrayLike] | None = None,
        given: tuple[ArrayLike, ArrayLike] | None = None,
    ):
        checks.number("Metered", "budget", budget, 0, float("inf"), open_high=True)
        self._ck, self._watched, self._given = ck, watched, _labels(given)
        self.budget, self.spent = budget, 0
        self.histories: list[History] = []
        self.settings: list[Settings] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ck, name)

    @property
    def left(self) -> float:
        """Multiplications that are left."""
        return self.budget - self.spent

    def fit(self, net: Any, X: ArrayLike, y: ArrayLike, *, epochs: int, **arguments: Any) -> History:
        """Train with `ck.fit`, and pay for it."""
        price = multiplications(net, np.shape(X)[-2], 1)
        if price * epochs > self.left:
            raise BudgetSpent(
                f"fit: {epochs} epochs of this network cost {_millions(price * epochs)} multiplications, but "
                f"{_millions(self.left)} of {_millions(self.budget)} are left, which is enough for {self.left // price} "
                "epochs. Train for fewer epochs, on fewer samples, or a smaller network."
            )
        if self._watched and "validation" not in arguments:
            arguments = {
                "metrics": {"error": self._ck.zero_one_loss},
                **arguments,
                "validation": self._watched,
            }
        history = self._ck.fit(net, X, y, epochs=epochs, **arguments)
        self.spent += price * len(history.train)
        self.histories.append(history)
        self.settings.append(settings_of(net, X, y, arguments, history.epochs, self._given))
        return history


def _labels(given):
    """{bytes of an image: its label}."""
    if given is None:
        return {}
    x, y = (np.asarray(part, dtype=float) for part in given)
    return {row.tobytes(): int(label) for row, label in zip(x, y.argmax(axis=1), strict=True)}


def _millions(count: float) -> str:
    return f"{count / 1e6:,.0f} M"


Backend = ModuleType | Metered  # numpy_backend or torch_backend, metered or not
