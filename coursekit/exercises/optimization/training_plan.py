"""Exercise 06.8: settings that reach a loss within a budget, judged by training networks with them."""

import numpy as np

from coursekit.exercises.engine.exercise import Exercise, Misconception, Property
from coursekit.experiments.budget import SCHEDULES, UPDATES, loss_within_budget

PASS = 300 * 2528  # multiplications of one pass over the images, without the updates
GENEROUS, TIGHT, VERY_TIGHT = (
    (0.1, (20 * PASS, 22 * PASS)),
    (0.15, (10 * PASS, 11 * PASS)),
    (0.4, (4 * PASS, 4.4 * PASS)),
)


def _draw(task):
    return lambda rng: [(float(budget),) for budget in task[1]]


def _settings(output):
    """(optimizer, batch_size, lr, schedule) as plain values, or None if the form is another one."""
    optimizer, batch_size, lr, schedule = output
    size, rate = int(batch_size), float(lr)
    known = optimizer in UPDATES and schedule in SCHEDULES and size == float(batch_size) and 1 <= size <= 300
    return (str(optimizer), size, rate, str(schedule)) if known and np.isfinite(rate) and rate > 0 else None


def _reaches(target):
    """What is wrong with a plan that does not reach the target, or None."""

    def law(args, output):
        plan = _settings(output)
        if plan is None:
            return (
                'it returns something other than a plan: (optimizer, batch_size, lr, schedule), for example ("SGD", 20, '
                '0.1, "constant"), with a batch_size from 1 to 300 and a rate above 0'
            )
        loss = loss_within_budget(*plan, args[0])
        if loss < target:
            return None
        return f"five networks end at a mean loss of {loss:.2f}, and the target is {target:g}"

    return law


def training_plan(budget):
    """Settings that train a network 64-16-10 on 300 images to a low loss within a budget.

    budget: multiplications; an example costs 2528, and an update 1210 with "SGD", 2420 with
    "momentum" (0.9) or "RMSprop", 3630 with "Adam"
    Returns (optimizer, batch_size, lr, schedule): one of these four names, a whole number from 1
    to 300, the rate of the first step, and "constant" or "cosine" (0 when the budget is spent).
    """
    return "SGD", 5, 0.2, "constant"


def _reference(budget):
    return ("Adam", 10, 0.03, "constant") if budget > 0 else None


def _cause(args, output):
    """Why a plan does not reach its target: the first reason that holds."""
    plan = _settings(output)
    if plan is None:
        return "not a plan"
    optimizer, batch_size, lr, schedule = plan
    loss = loss_within_budget(optimizer, batch_size, lr, schedule, args[0])
    if batch_size >= 60:
        return "few updates"
    if lr >= 0.1 and loss > 1.5:
        return "high rate"
    if lr < 0.02 and loss > 0.8:
        return "low rate"
    if (
        schedule == "cosine"
        and loss_within_budget(optimizer, batch_size, lr, "constant", args[0]) < 0.9 * loss
    ):
        return "cosine"
    return "not good enough"


def _because_of(cause):
    return lambda args, output: _cause(args, output) == cause


def _plan(*plan):
    return lambda budget: plan


EXERCISE = Exercise(
    id="06.8",
    points=4,
    returns="plan",
    solution=training_plan,
    reference=_reference,
    properties=(
        Property(
            f"a loss below {GENEROUS[0]:g} in about 20 passes", 1, _draw(GENEROUS), law=_reaches(GENEROUS[0])
        ),
        Property(f"a loss below {TIGHT[0]:g} in about 10 passes", 1, _draw(TIGHT), law=_reaches(TIGHT[0])),
        Property(
            f"a loss below {VERY_TIGHT[0]:g} in about 4 passes",
            2,
            _draw(VERY_TIGHT),
            law=_reaches(VERY_TIGHT[0]),
        ),
    ),
    misconceptions=(
        Misconception(
            "too few updates",
            (lambda budget: ("SGD", 300, 0.3, "constant"), _plan("Adam", 150, 0.03, "cosine")),
            "With batches this large the budget pays for few updates, and they do not get far. Smaller batches have noisier "
            "gradients, but many more updates for nearly the same price.",
            symptom=_because_of("few updates"),
        ),
        Misconception(
            "the rate is too high",
            (
                _plan("Adam", 20, 0.5, "constant"),
                _plan("momentum", 20, 0.5, "constant"),
                _plan("SGD", 10, 3.0, "cosine"),
            ),
            "The loss ends near that of guessing: at this rate the units die or the weights jump about. Look at the "
            "right-hand ends of the valleys, and remember that each optimizer has its own.",
            symptom=_because_of("high rate"),
        ),
        Misconception(
            "the rate is too low",
            (_plan("SGD", 20, 0.003, "constant"), _plan("Adam", 20, 0.0003, "constant")),
            "The networks have hardly moved when the budget ends. A rate that suits one optimizer is too low for another "
            "one: look at the left-hand sides of the valleys.",
            symptom=_because_of("low rate"),
        ),
        Misconception(
            "the cosine ends too early",
            (_plan("SGD", 20, 0.3, "cosine"), _plan("SGD", 20, 0.5, "cosine")),
            "With the same settings and a constant rate, the loss would be lower. A cosine halves the average rate. It pays "
            "where noise is what keeps the loss up; here the budget ends long before that.",
            symptom=_because_of("cosine"),
        ),
        Misconception(
            "not good enough yet",
            (_plan("SGD", 20, 0.3, "constant"), _plan("SGD", 20, 0.2, "constant")),
            "Your networks learn, but not fast enough for this budget. Count the updates that it pays for, and try a change "
            "of one setting at a time: a smaller batch, or a rate closer to the bottom of the optimizer's valley.",
            symptom=_because_of("not good enough"),
        ),
    ),
    hints=(
        "How many updates does the budget pay for, at batches of 300, 30 and 3? And where is your optimizer's valley?",
        "Price of an update: 2528 · batch_size plus 1210, 2420 or 3630. Aim at a few hundred updates or more, at a rate near "
        "the bottom of the valley. Ask whether the budget is long enough for a noise floor, against which a schedule helps.",
        'Return for example ("SGD", ___, 0.2, "constant"), with a batch size between 1 and 20.',
    ),
    explanation=(
        "Several plans pass. They have in common that they spend the budget on many cheap updates, at a rate near the bottom "
        "of their optimizer's valley. Small batches win although each update costs extra. A schedule does not pay here, "
        "because the budget ends before the noise matters. All this holds for this network, these images and these budgets; "
        "for different ones, measure again."
    ),
)
