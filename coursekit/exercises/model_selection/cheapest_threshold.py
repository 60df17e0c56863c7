"""Exercise 05.7: the threshold with the lowest total cost of mistakes."""

import numpy as np

from coursekit.exercises.engine.draws import strided
from coursekit.exercises.engine.exercise import Case, Exercise, Misconception, Property
from coursekit.exercises.model_selection.inputs import distinct_scores, mixed_labels


def _case(rng, n, positives, miss, false_alarm):
    """Overlapping classes, drawn again until one threshold inside is the cheapest and the usual slips end elsewhere."""
    while True:
        label = mixed_labels(rng, n, positives)
        score = distinct_scores(rng, n) + np.where(label == 1, 1.0, 0.0)
        score = np.round(score, 1)
        thresholds, costs = _costs(score, label, miss, false_alarm)
        two = np.sort(costs)[:2]
        best, cost = _reference(score, label, miss, false_alarm)
        slips = [f(score, label, miss, false_alarm)[0] for f in (_swapped, _unpriced, _by_rates)]
        inside = np.isfinite(best) and best > thresholds[-1] and two[1] - two[0] > 0.01 and cost > 0
        if inside and all(abs(slip - best) > 0.05 for slip in slips):
            return score, label, miss, false_alarm


def _misses_cost_more(rng):
    return [_case(rng, 11, 4, 3, 1), _case(rng, 13, 5, 4, 1)]


def _alarms_cost_more(rng):
    return [_case(rng, 12, 5, 1, 2), _case(rng, 14, 6, 1, 3)]


def _special(rng) -> list[tuple]:
    """Ties of score and of cost; calling nothing, or everything, is cheapest; whole numbers; a view."""
    n = int(rng.integers(8, 11))
    score, label = distinct_scores(rng, n), mixed_labels(rng, n, 3)
    worse = np.sort(distinct_scores(rng, 9)), np.repeat([1, 0], [3, 6])
    return [
        Case("equally cheap thresholds", (np.array([0.9, 0.7, 0.5, 0.3]), np.array([1, 0, 1, 0]), 1, 1)),
        Case("tied scores", (np.array([0.8, 0.4, 0.4, 0.4, 0.1, 0.6]), np.array([1, 1, 0, 1, 0, 0]), 2, 1)),
        Case("scores that are worse than chance", (*worse, 1, 2)),
        Case("false alarms that cost nothing", (score, label, 4, 0)),
        Case("whole-number scores", (np.array([3, -2, 5, 0, 1]), np.array([0, 0, 1, 0, 1]), 2, 1)),
        Case("a view", (strided(score), label, 3, 1)),
    ]


def cheapest_threshold(score, label, miss, false_alarm):
    """The threshold with the lowest total cost of mistakes, and that cost per example.

    score: (N,), high means positive; label: (N,) of 0 and 1; miss, false_alarm: the cost of one
    mistake of each kind; a score >= threshold is called positive
    Returns (threshold, cost): one of the distinct scores, or inf to call nothing positive (the
    largest of equally cheap ones), and the cost of all mistakes divided by N.
    """
    thresholds = np.append(np.inf, np.unique(score)[::-1])  # every decision that can be made
    called = score >= thresholds[:, np.newaxis]  # (T + 1, N)
    misses = np.sum(~called & (label == 1), axis=1)
    false_alarms = np.sum(called & (label == 0), axis=1)
    cost = (miss * misses + false_alarm * false_alarms) / len(label)
    best = np.argmin(cost)  # the first of equal ones, and thresholds descend
    return thresholds[best], cost[best]


def _costs(score, label, miss, false_alarm):
    """All thresholds, descending, and the cost per example of each."""
    thresholds = [np.inf, *sorted(set(np.asarray(score).tolist()), reverse=True)]
    pairs = list(zip(np.asarray(score).tolist(), np.asarray(label).tolist(), strict=True))
    costs = [
        (
            miss * sum(y == 1 and s < t for s, y in pairs)
            + false_alarm * sum(y == 0 and s >= t for s, y in pairs)
        )
        / len(pairs)
        for t in thresholds
    ]
    return thresholds, costs


def _reference(score, label, miss, false_alarm):
    thresholds, costs = _costs(score, label, miss, false_alarm)
    return min(zip(thresholds, costs, strict=True), key=lambda pair: (pair[1], -pair[0]))


def _swapped(score, label, miss, false_alarm):
    thresholds = np.append(np.inf, np.unique(score)[::-1])
    called = score >= thresholds[:, np.newaxis]
    misses, alarms = np.sum(~called & (label == 1), axis=1), np.sum(called & (label == 0), axis=1)
    cost = (false_alarm * misses + miss * alarms) / len(label)
    best = np.argmin(cost)
    return thresholds[best], cost[best]


def _unpriced(score, label, miss, false_alarm):
    return _reference(score, label, 1, 1)


def _by_rates(score, label, miss, false_alarm):
    """Prices the share of each class that is wrong, in place of the counts."""
    return _reference(score, label, miss / np.sum(label == 1), false_alarm / np.sum(label == 0))


def _above(score, label, miss, false_alarm):
    """score > threshold in place of score >= threshold, at the distinct scores."""
    thresholds = [np.inf, *np.unique(score)[::-1]]
    costs = [
        np.mean(miss * ((label == 1) & (score <= t)) + false_alarm * ((label == 0) & (score > t)))
        for t in thresholds
    ]
    best = int(np.argmin(costs))
    return thresholds[best], costs[best]


def _at(choose):
    """The threshold that `choose` picks, with its right cost."""

    def wrong(score, label, miss, false_alarm):
        t = choose(score, label, miss, false_alarm)
        return t, np.mean(miss * ((label == 1) & (score < t)) + false_alarm * ((label == 0) & (score >= t)))

    return wrong


def _with_cost(change):
    """The right threshold with a changed cost."""

    def wrong(score, label, miss, false_alarm):
        t, cost = _reference(score, label, miss, false_alarm)
        return t, change(t, cost, score, label)

    return wrong


def _most_expensive(score, label, miss, false_alarm):
    thresholds, costs = _costs(score, label, miss, false_alarm)
    return thresholds[int(np.argmax(costs))], max(costs)


def _last_of_equal(score, label, miss, false_alarm):
    return min(
        zip(*_costs(score, label, miss, false_alarm), strict=True), key=lambda pair: (pair[1], pair[0])
    )


def _without_inf(score, label, miss, false_alarm):
    pairs = list(zip(*_costs(score, label, miss, false_alarm), strict=True))[1:]
    return min(pairs, key=lambda pair: (pair[1], -pair[0]))


EXERCISE = Exercise(
    id="05.7",
    points=4,
    returns=("threshold", "cost"),
    solution=cheapest_threshold,
    reference=_reference,
    properties=(
        Property("threshold and cost where a miss costs more", 2, _misses_cost_more),
        Property("threshold and cost where a false alarm costs more", 1, _alarms_cost_more),
        Property("threshold and cost in special cases", 1, _special),
    ),
    misconceptions=(
        Misconception(
            "costs swapped",
            _swapped,
            "A miss is a positive below the threshold and costs `miss`; a false alarm is a negative from the "
            "threshold on and costs `false_alarm`. You have the two costs the other way round.",
        ),
        Misconception(
            "all mistakes cost the same",
            (
                _unpriced,
                lambda score, label, miss, false_alarm: (
                    _reference(score, label, 1, 1)[0],
                    _at(lambda *args: _unpriced(*args)[0])(score, label, miss, false_alarm)[1],
                ),
            ),
            "You look for the threshold with the fewest mistakes. The two kinds of mistake have different costs: "
            "weight each count with its own.",
        ),
        Misconception(
            "rates in place of counts",
            (_by_rates, _at(lambda *args: _by_rates(*args)[0])),
            "You weight the share of missed positives and the share of false alarms among the negatives. The "
            "classes have different sizes, so the total cost depends on the numbers of mistakes, not on "
            "their shares of a class.",
        ),
        Misconception(
            "positive only above the threshold",
            _above,
            "An example whose score equals the threshold is called positive: `score >= threshold`.",
        ),
        Misconception(
            "threshold from the costs alone",
            (
                _at(lambda score, label, miss, false_alarm: false_alarm / (miss + false_alarm)),
                _at(lambda score, label, miss, false_alarm: miss / (miss + false_alarm)),
            ),
            "false_alarm / (miss + false_alarm) is the best threshold for scores that are true "
            "probabilities. Here the scores need not be probabilities: try each threshold on the data and "
            "compare the costs.",
        ),
        Misconception(
            "threshold 0.5",
            _at(lambda *_: 0.5),
            "0.5 is a convention and takes no account of the costs. Try each threshold and compare the costs.",
        ),
        Misconception(
            "total cost",
            _with_cost(lambda t, cost, score, label: cost * len(label)),
            "You return the cost of all mistakes together. Divide it by the number of examples.",
        ),
        Misconception(
            "divides by the number of mistakes",
            _with_cost(
                lambda t, cost, score, label: cost * len(label) / max(1, np.sum((score >= t) != (label == 1)))
            ),
            "You return the cost per mistake. Divide by the number of all examples, the right ones included.",
        ),
        Misconception(
            "the most expensive threshold",
            _most_expensive,
            "You return the threshold with the highest cost. `argmin` finds the lowest.",
        ),
        Misconception(
            "the smallest of equally cheap thresholds",
            _last_of_equal,
            "Of several equally cheap thresholds the largest is asked for. `argmin` returns the first of equal "
            "entries, so the order of your thresholds decides.",
        ),
        Misconception(
            "never calls nothing positive",
            _without_inf,
            "One decision is missing among those you try: to call nothing positive, with the threshold inf. It is "
            "the cheapest if false alarms are expensive and the scores are poor.",
        ),
    ),
    hints=(
        "How does the decision change if the threshold moves from one score to just below it, and how if it moves "
        "between two scores? So which thresholds have to be tried?",
        "Try inf and each distinct score. For each: cost = (miss · number of positives below it + false_alarm · "
        "number of negatives from it on) / N. Then take the lowest, and the largest threshold among equal ones.",
        "`thresholds = np.append(np.inf, np.unique(score)[::-1])`, a table `called = score >= thresholds[:, None]`, "
        "two sums over the columns weighted with ___ and ___, and `np.argmin`.",
    ),
    explanation=(
        "Only the distinct scores, and inf, lead to different decisions, so at most N + 1 of the infinitely "
        "many thresholds have to be tried. If the scores were true probabilities, the threshold false_alarm "
        "/ (miss + false_alarm) would be the cheapest. Searching the data needs no such assumption. However, "
        "the threshold found has the lowest of many measured costs on these examples, so its cost here is a "
        "little too low. Measure it on examples that took no part in the choice."
    ),
)
