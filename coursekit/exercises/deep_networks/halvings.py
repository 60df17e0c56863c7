"""Successive halving, right and with each of its parts wrong: the known mistakes of exercise 07.8."""

import math

import numpy as np


def halve(
    configs,
    budget,
    eta,
    evaluate,
    *,
    keep=lambda n, eta: n // eta,
    grow=lambda budget, eta: budget * eta,
    key=lambda loss: math.inf if math.isnan(loss) else loss,
    until=1,
    later_ties=False,
    by_rank=False,
):
    """Successive halving with one part exchanged: how many to keep, the next budget, the order, the end.

    by_rank: those kept continue in the order of their losses, not in that of the list; it shows where losses tie.
    """
    alive = list(configs)
    while len(alive) > until:
        order = range(len(alive))[:: -1 if later_ties else 1]
        ranked = sorted(order, key=lambda i: key(evaluate(alive[i], budget)))
        kept = ranked[: min(max(keep(len(alive), eta), 1), len(alive) - 1)]
        alive = [alive[i] for i in (kept if by_rank else sorted(kept))]
        budget = grow(budget, eta)
    return alive, budget


def but(**changes):
    """Successive halving but for these parts, as an answer to the exercise."""
    return lambda *args: halve(*args, **changes)[0][0]


def either_order(**changes):
    """Both ways to continue: in the order of the list, and in that of the losses."""
    return but(**changes), but(**changes, by_rank=True)


def _best_at(budget_of):
    """The best of all configurations at one budget."""

    def wrong(configs, budget, eta, evaluate):
        losses = [evaluate(config, budget_of(len(configs), budget, eta)) for config in configs]
        return configs[int(np.argmin(np.where(np.isnan(losses), np.inf, losses)))]

    return wrong


def last_budget(n, budget, eta):
    """The budget of the last round of all."""
    while n > 1:
        n, budget = max(n // eta, 1), budget * eta
    return budget


def stops_early(configs, budget, eta, evaluate):
    """Picks the best of the last few by the losses it has: without the last round."""
    while len(configs) > eta:
        losses = [evaluate(config, budget) for config in configs]
        order = np.argsort(losses, kind="stable")[: max(len(configs) // eta, 1)]
        configs, budget = [configs[i] for i in order], budget * eta
    return configs[0]


def one_round(configs, budget, eta, evaluate):
    alive, budget = halve(configs, budget, eta, evaluate, until=max(len(configs) // eta, 1))
    return CONSTANT_BUDGET(alive, budget, eta, evaluate)


def averaged(configs, budget, eta, evaluate):
    """Ranks by the mean of all losses seen, not by the last one."""
    history = [[] for _ in configs]
    alive = list(range(len(configs)))
    while len(alive) > 1:
        for i in alive:
            history[i].append(evaluate(configs[i], budget))
        means = [np.mean(history[i]) for i in alive]
        alive = [alive[j] for j in np.argsort(means, kind="stable")[: max(len(alive) // eta, 1)]]
        budget *= eta
    return configs[alive[0]]


def keeps_half(n, eta):
    return n // 2


def rounds_up(n, eta):
    return math.ceil(n / eta)


def drops(n, eta):
    return n - n // eta


def by_addition(budget, eta):
    return budget + eta


def by_one(budget, eta):
    return budget + 1


def doubled(budget, eta):
    return budget * 2


def keeps_the_worst(configs, budget, eta, evaluate):
    while len(configs) > 1:
        order = np.argsort([-evaluate(config, budget) for config in configs], kind="stable")
        configs = [configs[i] for i in sorted(order[: max(len(configs) // eta, 1)])]
        budget = budget * eta
    return configs[0]


def sorted_with_nan(configs, budget, eta, evaluate):
    """Python's sort with nan in it: every comparison with nan is False, so the order is broken."""
    while len(configs) > 1:
        configs = sorted(configs, key=lambda c: evaluate(c, budget))[: max(len(configs) // eta, 1)]
        budget *= eta
    return configs[0]


def winner(configs, budget, eta, evaluate):
    """The right answer, by recursion."""
    if len(configs) < 2:
        return configs[0]
    ranked = sorted(configs, key=lambda c: (math.isnan(loss := evaluate(c, budget)), loss))
    return winner(ranked[: len(configs) // eta or 1], budget * eta, eta, evaluate)


def starts_late(configs, budget, eta, evaluate):
    return winner(configs, budget * eta, eta, evaluate)


CONSTANT_BUDGET = _best_at(lambda n, budget, eta: budget)
FULL_BUDGET = _best_at(last_budget)


def nan_as(value):
    """The order of losses in which nan counts as this value."""
    return lambda loss: value if math.isnan(loss) else loss


NAN_BEST = but(key=nan_as(-math.inf))
