"""A budget of multiplications: a backend whose `fit` counts what training costs, and refuses what is too much.

Seconds would depend on the machine, and epochs say nothing about the network. The rule of thumb: for each weight
and sample a multiplication on the way forward, and two on the way back, for the inputs' gradient and the weights'.
"""

import math

import numpy as np

from coursekit import checks
from coursekit.training.members import named_parameters

BUDGET = 500_000_000


class BudgetSpent(RuntimeError):
    """A training would cost more than is left; the text says how much."""


def multiplications(net, samples: int, epochs: int) -> int:
    """Multiplications of a training: 3 · weights · samples · epochs, over all members of an ensemble; biases aside."""
    weights = sum(math.prod(p.shape) for key, p in named_parameters(net).items() if key.endswith("W"))
    return 3 * weights * samples * epochs


class Metered:
    """The backend `ck`, with the one difference that `fit` pays from a budget of multiplications.

    A training that asks for more epochs than can be paid raises BudgetSpent before it begins; one that stops early
    pays for the epochs that it ran. `spent`, `left`: multiplications; `histories`: the History of each training.
    watched: (x, y) of a validation set for the histories of trainings that have none of their own; it changes
    nothing else.
    """

    def __init__(self, ck, budget=BUDGET, watched=None):
        checks.number("Metered", "budget", budget, 0, float("inf"), open_high=True)
        self._ck, self._watched = ck, watched
        self.budget, self.spent, self.histories = budget, 0, []

    def __getattr__(self, name):
        return getattr(self._ck, name)

    @property
    def left(self):
        """Multiplications that can still be paid."""
        return self.budget - self.spent

    def fit(self, net, X, y, *, epochs, **arguments):
        """`ck.fit`, paid for."""
        price = multiplications(net, np.shape(X)[-2], 1)
        if price * epochs > self.left:
            raise BudgetSpent(
                f"fit: {epochs} epochs of this network cost {_millions(price * epochs)} multiplications, and "
                f"{_millions(self.left)} of {_millions(self.budget)} are left: enough for {self.left // price} "
                "epochs. Train for fewer, on fewer samples, or a smaller network."
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
        return history


def _millions(count):
    return f"{count / 1e6:,.0f} M"
