"""Exercise 07.8: many configurations for a short time, the better ones for longer."""

import math

import numpy as np

from coursekit.exercises.deep_networks.halvings import (
    CONSTANT_BUDGET,
    FULL_BUDGET,
    NAN_BEST,
    averaged,
    but,
    by_addition,
    by_one,
    doubled,
    drops,
    either_order,
    keeps_half,
    keeps_the_worst,
    last_budget,
    nan_as,
    one_round,
    rounds_up,
    sorted_with_nan,
    starts_late,
    stops_early,
    winner,
)
from coursekit.exercises.engine.callables import Named, live
from coursekit.exercises.engine.exercise import Case, Exercise, Misconception, Property


def successive_halving(configs, budget, eta, evaluate):
    """The configuration that survives all rounds of successive halving.

    configs: list of configurations; budget: epochs of the first round; eta: an integer >= 2
    evaluate(config, budget): the validation loss after that many epochs; nan (diverged) is worst
    Each round evaluates all that are left, keeps the best ⌊n/eta⌋ of n, but at least one, and
    multiplies the budget by eta; ties keep the earlier configuration. It ends when one is left.
    Returns that configuration.
    """
    alive = list(configs)
    while len(alive) > 1:
        losses = np.array([evaluate(config, budget) for config in alive])
        losses[np.isnan(losses)] = np.inf
        order = np.argsort(losses, kind="stable")  # of equal losses the earlier comes first
        alive = [alive[i] for i in sorted(order[: max(len(alive) // eta, 1)])]
        budget = budget * eta
    return alive[0]


def _curves(rng, n, diverging=0):
    """n learning curves that cross: a low floor is often reached late. No two losses of a round are equal."""
    drops = rng.permutation(np.arange(1, 60))[:n] / 10
    floors = rng.permutation(np.arange(1, 30))[:n] / 10 + 0.01 * np.arange(n)
    configs = [
        {"floor": f, "drop": d} for f, d in zip(np.round(floors, 2).tolist(), drops.tolist(), strict=True)
    ]
    for i in rng.permutation(n)[:diverging]:
        configs[i]["diverges"] = int(rng.integers(1, 10))
    return configs


_later = but(later_ties=True)  # the same winner, or losses are tied by chance


def _distinguishing(rng, n, budget, eta, wrongs, diverging=0):
    """A case in which these wrong functions find wrong configurations, each another, if one is drawn soon."""
    for _ in range(300):
        args = _curves(rng, n, diverging), budget, eta, Named("learning_curve")
        given = tuple(map(live, args))
        right = winner(*given)
        found = [right, *(wrong(*given) for wrong in wrongs)]
        if right == successive_halving(*given) == _later(*given) and all(
            found.count(config) == 1 for config in found
        ):
            break
    return args


def _ordinary(rng):
    return [
        _distinguishing(rng, 9, 1, 3, [starts_late, FULL_BUDGET]),
        _distinguishing(rng, 8, 1, 2, [CONSTANT_BUDGET, stops_early]),
        _distinguishing(rng, 16, 2, 4, [CONSTANT_BUDGET, FULL_BUDGET]),
        _distinguishing(rng, 9, 1, 3, [averaged, FULL_BUDGET]),
        _distinguishing(rng, 9, 1, 3, [but(keep=keeps_half)]),
        _distinguishing(rng, 9, 4, 3, [but(grow=by_addition)]),
        _distinguishing(rng, 9, 1, 3, [but(grow=doubled)]),
        _distinguishing(rng, 8, 3, 2, [but(grow=by_one)]),  # with eta = 2, doubling is right
        _distinguishing(rng, 8, 1, 2, [one_round]),
    ]


def _uneven(rng):
    """n is no power of eta: ⌊n/eta⌋ matters."""
    return [
        _distinguishing(rng, 5, 1, 3, [but(keep=rounds_up)]),
        _distinguishing(rng, 11, 2, 4, [but(keep=rounds_up), CONSTANT_BUDGET]),
        _distinguishing(rng, 7, 1, 2, [but(keep=rounds_up)]),
        _distinguishing(rng, 3, 1, 4, [FULL_BUDGET]),
        _distinguishing(rng, 10, 1, 3, [but(keep=drops), but(keep=rounds_up)]),
    ]


def _diverging(rng):
    """n is a power of eta, so that how n/eta is rounded does not matter here."""
    wrongs = [NAN_BEST, sorted_with_nan]
    return [
        _distinguishing(rng, n, 1, eta, wrongs, k)
        for n, eta, k in ((8, 2, 3), (9, 3, 4), (16, 4, 6), (8, 2, 4))
    ]


def _edges(rng):
    """Ties, one configuration, numbers as configurations."""
    twins = [{"floor": 0.5, "drop": 1.0, "name": name} for name in "abcd"]
    worse = [{"floor": 2.0, "drop": 1.0, "name": "e"}]
    rates = rng.permutation([0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.5, 0.8, 0.9]).tolist()
    return [
        Case("tied losses", (worse + twins, 1, 2, Named("learning_curve"))),
        Case("a single configuration", (_curves(rng, 1), 3, 2, Named("learning_curve"))),
        (rates, 1, 3, Named("loss_at_rate")),
        (rates[:0:-1], 8, 2, Named("loss_at_rate")),
    ]


EXERCISE = Exercise(
    id="07.8",
    points=5,
    returns="configuration",
    solution=successive_halving,
    reference=winner,
    properties=(
        Property("the best ⌊n/η⌋ continue, for η times the budget", 2, _ordinary),
        Property("⌊n/η⌋ where n is no power of η", 1, _uneven, robust=True),
        Property("nan is the worst loss of all", 1, _diverging, special="trainings that diverged"),
        Property(
            "ties keep the earlier one; one configuration; numbers as configurations", 1, _edges, robust=True
        ),
    ),
    misconceptions=(
        Misconception(
            "keeps the worst",
            keeps_the_worst,
            "You keep the configurations with the largest loss. The smallest is the best.",
        ),
        Misconception(
            "the budget never grows",
            CONSTANT_BUDGET,
            "Only the first, small budget decides, so the early leader wins. Each round must give the "
            "survivors eta times as much as the one before.",
        ),
        Misconception(
            "trains everything to the end",
            FULL_BUDGET,
            "You judge all configurations at the last budget. That is a random search, at many times the "
            "cost: halving drops most of them early, on less evidence.",
        ),
        Misconception(
            "the budget grows by addition",
            (
                but(grow=by_addition),
                but(grow=by_one),
            ),
            "Your budget grows by a constant. It is multiplied by eta each round, so that each round costs "
            "about the same.",
        ),
        Misconception(
            "multiplies the budget before the first round",
            starts_late,
            "Your first round already has eta times the budget. It starts with `budget`; the multiplication "
            "comes after a round.",
        ),
        Misconception(
            "rounds n/η up",
            but(keep=rounds_up),
            "You keep ⌈n/eta⌉. It is ⌊n/eta⌋, `n // eta`.",
        ),
        Misconception(
            "drops n/η in place of keeping it",
            but(keep=drops),
            "You drop ⌊n/eta⌋ and keep the rest. It is the other way round: keep ⌊n/eta⌋.",
        ),
        Misconception(
            "halves whatever η is",
            (but(keep=keeps_half), but(keep=keeps_half, grow=doubled)),
            "You keep one half. In spite of its name, successive halving keeps ⌊n/eta⌋ of n.",
        ),
        Misconception(
            "doubles the budget whatever η is",
            but(grow=doubled),
            "Your budget doubles. It is multiplied by eta.",
        ),
        Misconception(
            "nan counts as good",
            (*either_order(key=nan_as(-math.inf)), *either_order(key=nan_as(0.0))),
            "A configuration that diverged survives. nan has to lose against every number: replace it by "
            "infinity before you sort.",
        ),
        Misconception(
            "sorts with nan in the list",
            sorted_with_nan,
            "Every comparison with nan is False, so Python's `sorted` leaves the list half sorted. Replace "
            "nan by infinity first (np.argsort would put it last by itself).",
        ),
        Misconception(
            "stops a round early",
            stops_early,
            "Once no more than eta are left you return the leader of the round before. One more round "
            "follows: they are evaluated again, at the larger budget.",
        ),
        Misconception(
            "ranks by an average over the rounds",
            averaged,
            "You average a configuration's losses over the rounds. Its latest loss, at the largest budget, "
            "is the better evidence.",
        ),
        Misconception(
            "ties keep the later one",
            either_order(later_ties=True),
            "Of equal losses yours keeps the later configuration. A stable sort of the list in its order "
            "keeps the earlier.",
        ),
        Misconception(
            "one round only",
            one_round,
            "After one round you pick the best of the survivors at the next budget. Continue until one is left.",
        ),
        Misconception(
            "returns the loss",
            tuple(
                lambda configs, budget, eta, evaluate, back=back: evaluate(
                    winner(configs, budget, eta, evaluate),
                    last_budget(len(configs), budget, eta) / (eta if back and len(configs) > 1 else 1),
                )
                for back in (False, True)
            ),
            "You return a loss. The exercise asks for the configuration that has it.",
        ),
        Misconception(
            "returns the place in the list",
            lambda *args: args[0].index(winner(*args)),
            "You return an index. The exercise asks for the configuration itself.",
        ),
        Misconception(
            "returns a list of one",
            lambda *args: [winner(*args)],
            "You return the list of survivors. One is left: return it, `alive[0]`.",
        ),
        Misconception(
            "never sorts",
            lambda configs, budget, eta, evaluate: configs[0],
            "Your answer is always the first configuration, whatever the losses are. Sort by loss before you keep the first ⌊n/eta⌋.",
        ),
    ),
    hints=(
        "After one epoch, which is the easier question: which of 27 runs is the best, or which 18 are not?",
        "Round: losses of the n that are left at this budget; keep the ⌊n/η⌋ smallest (at least 1; nan is "
        "∞); budget ← η · budget. Until n = 1.",
        '`while len(alive) > 1:` evaluate all, `order = np.argsort(losses, kind="stable")`, then '
        "`alive = [alive[i] for i in order[:___]]` and `budget = budget * eta`.",
    ),
    explanation=(
        "Every round costs about the same: with eta = 3, a third of the configurations is trained three times as long. "
        "Only the winner gets the long training. Halving relies on early losses to predict late ones, so it loses a "
        "configuration that starts slowly but ends best. This is why Hyperband runs several such searches with "
        "different first budgets."
    ),
    same_as=("halving_schedule",),
)
