"""Known mistakes of exercise 07.5: rules left out, changed, or in another order."""

import math

import numpy as np

from coursekit.exercises.engine.exercise import Misconception
from coursekit.experiments.clinic import (
    DEAD,
    EXPLODING,
    HEALTHY,
    OSCILLATION,
    OVERFITTING,
    SLOW,
    SYMMETRY,
    VANISHING,
)


def _reads_backward(log):
    train, val, norms = log["train_loss"], log["val_loss"], log["delta_norms"][::-1]
    if not np.isfinite(train + val).all() or norms[0] > 1e3 * norms[-1]:
        return "exploding gradients"
    if log["unit_spread"] < 1e-12:
        return "weight symmetry"
    if log["active_fraction"] < 0.05:
        return "dead relu"
    if norms[0] < 1e-3 * norms[-1]:
        return "vanishing gradients"
    if np.mean(np.diff(train) > 0) >= 1 / 3:
        return "oscillation"
    if val[-1] > 1.1 * min(val) and train[-1] < train[-2]:
        return "overfitting"
    return "slow progress" if train[0] - train[-1] < 0.1 * train[0] else "healthy"


def _not_finite(log):
    return not np.isfinite([*log["train_loss"], *log["val_loss"]]).all()


def _ratio_explodes(log):
    return log["delta_norms"][0] > 1e3 * log["delta_norms"][-1]


def _rises(curve):
    return float(np.mean(np.diff(curve) > 0))


def _first(*rules):
    """The name of the first rule that holds, else "healthy"; rules: (name, condition of a log)."""
    return lambda log: next((name for name, holds in rules if holds(log)), HEALTHY)


RULES = {
    EXPLODING: lambda log: _not_finite(log) or _ratio_explodes(log),
    SYMMETRY: lambda log: log["unit_spread"] < 1e-12,
    DEAD: lambda log: log["active_fraction"] < 0.05,
    VANISHING: lambda log: log["delta_norms"][0] < 1e-3 * log["delta_norms"][-1],
    OSCILLATION: lambda log: _rises(log["train_loss"]) >= 1 / 3,
    OVERFITTING: lambda log: (
        log["val_loss"][-1] > 1.1 * min(log["val_loss"]) and log["train_loss"][-1] < log["train_loss"][-2]
    ),
    SLOW: lambda log: log["train_loss"][0] - log["train_loss"][-1] < 0.1 * log["train_loss"][0],
}


def _but(**changes):
    """The right rules, but for those named (exploding, symmetry, dead, …); None leaves one out."""
    names = {name.split()[0] if name != SYMMETRY else "symmetry": name for name in RULES}
    rules = RULES | {names[short]: rule for short, rule in changes.items()}
    return _first(*((name, rule) for name, rule in rules.items() if rule))


def _moved(name, before):
    """The right rules with one of them moved up or down, to come before another (None: at the end)."""
    others = [other for other in RULES if other != name]
    place = others.index(before) if before else len(others)
    order = [*others[:place], name, *others[place:]]
    return _first(*((name, RULES[name]) for name in order))


_SWAPPED = {VANISHING: EXPLODING, EXPLODING: VANISHING}


def _misspelled(args, output):
    """The right name, but for capitals, blanks and hyphens."""
    right = _first(*RULES.items())(*args)
    return isinstance(output, str) and output != right == " ".join(
        output.replace("_", " ").replace("-", " ").lower().split()
    )


MISDIAGNOSES = (
    Misconception(
        "reads the norms from the output side",
        _reads_backward,
        "delta_norms[0] belongs to the layer next to the input. The signal comes from the output, at the "
        "end of the list, and vanishes on its way to the front.",
    ),
    Misconception(
        "numbers that are not finite go unnoticed",
        (
            _but(exploding=_ratio_explodes),
            _but(
                exploding=lambda log: math.inf in log["train_loss"] + log["val_loss"] or _ratio_explodes(log)
            ),
            _but(
                exploding=lambda log: (
                    any(map(math.isnan, log["train_loss"] + log["val_loss"])) or _ratio_explodes(log)
                )
            ),
        ),
        "A loss of nan or inf gets past your first rule. `np.isfinite` is False for both; nan is neither "
        "larger nor smaller than anything.",
    ),
    Misconception(
        "looks at the training loss only",
        _but(exploding=lambda log: not np.isfinite(log["train_loss"]).all() or _ratio_explodes(log)),
        "The validation loss is not finite, and you did not look: either loss counts.",
    ),
    Misconception(
        "looks at the last loss only",
        _but(
            exploding=lambda log: (
                not np.isfinite([log["train_loss"][-1], log["val_loss"][-1]]).all() or _ratio_explodes(log)
            )
        ),
        "A loss that was infinite once, and came back, goes unnoticed. Any epoch counts.",
    ),
    Misconception(
        "norms against a fixed number",
        (
            _but(
                vanishing=lambda log: log["delta_norms"][0] < 1e-3,
                exploding=lambda log: _not_finite(log) or log["delta_norms"][0] > 1e3,
            ),
            _but(vanishing=lambda log: log["delta_norms"][0] < 1e-3),
            _but(exploding=lambda log: _not_finite(log) or log["delta_norms"][0] > 1e3),
            _but(vanishing=lambda log: min(log["delta_norms"]) < 1e-3),
        ),
        "You compare a norm with a fixed number. The scale of the loss is arbitrary: what vanishes or "
        "explodes is the first norm relative to the last.",
    ),
    Misconception(
        "vanishing before clones and dead units",
        (
            _moved(VANISHING, SYMMETRY),
            _moved(VANISHING, DEAD),
            _moved(VANISHING, EXPLODING),
        ),
        "Clones and dead units can make the signal vanish as well. They are the cause, so they are asked "
        "for first.",
    ),
    Misconception(
        "dead units before clones",
        _moved(DEAD, SYMMETRY),
        "Where both hold, the order says weight symmetry: clones die together.",
    ),
    Misconception(
        "clones only if the spread is exactly 0",
        _but(symmetry=lambda log: log["unit_spread"] == 0),
        "A spread of 3e-16 is round-off. The threshold is 1e-12.",
    ),
    Misconception(
        "clones only if nothing is learned",
        _but(symmetry=lambda log: RULES[SYMMETRY](log) and RULES[SLOW](log)),
        "Clones learn too, as one unit. The spread alone decides.",
    ),
    Misconception(
        "dead only if no unit is active",
        _but(dead=lambda log: log["active_fraction"] == 0),
        "2 % active is dead enough: the threshold is 0.05.",
    ),
    Misconception(
        "a percentage taken for a fraction",
        _but(dead=lambda log: log["active_fraction"] < 5),
        "active_fraction runs from 0 to 1: 5 % is 0.05.",
    ),
    Misconception(
        "any rise is an oscillation",
        (
            _but(oscillation=lambda log: _rises(log["train_loss"]) > 0),
            _but(oscillation=lambda log: log["train_loss"][-1] > log["train_loss"][-2]),
        ),
        "One spike does not make an oscillation: the training loss has to rise in a third of its steps.",
    ),
    Misconception(
        "oscillation seen in the validation loss",
        (
            _but(oscillation=lambda log: _rises(log["val_loss"]) >= 1 / 3),
            _but(oscillation=lambda log: max(_rises(log["val_loss"]), _rises(log["train_loss"])) >= 1 / 3),
        ),
        "The validation loss is a noisy estimate, and it rises when the network overfits. Steps that are "
        "too large show in the training loss.",
    ),
    Misconception(
        "a gap taken for overfitting",
        (
            _but(overfitting=lambda log: log["val_loss"][-1] > 1.1 * log["train_loss"][-1]),
            _but(overfitting=lambda log: log["val_loss"][-1] > log["train_loss"][-1]),
            _but(
                overfitting=lambda log: (
                    log["val_loss"][-1] > log["train_loss"][-1]
                    and log["train_loss"][-1] < log["train_loss"][-2]
                )
            ),
            _but(
                overfitting=lambda log: (
                    log["val_loss"][-1] > 1.1 * log["train_loss"][-1]
                    and log["train_loss"][-1] < log["train_loss"][-2]
                )
            ),
        ),
        "A validation loss above the training loss is the rule, not a disease. Overfitting is the "
        "validation loss turning up while the training loss still falls.",
    ),
    Misconception(
        "compares with the first validation loss",
        (
            _but(overfitting=lambda log: log["val_loss"][-1] > log["val_loss"][0]),
            _but(overfitting=lambda log: log["val_loss"][-1] > 1.1 * log["val_loss"][0]),
        ),
        "The validation loss may end below its start and still be far above its minimum. Compare with "
        "the minimum.",
    ),
    Misconception(
        "overfitting without looking at the training loss",
        _but(overfitting=lambda log: log["val_loss"][-1] > 1.1 * min(log["val_loss"])),
        "In this log the training loss rises at the end too: that is not overfitting. It has to fall "
        "while the validation loss rises.",
    ),
    Misconception(
        "overfitting before oscillation",
        _moved(OVERFITTING, OSCILLATION),
        "While the training itself oscillates, the validation loss says little. Oscillation comes first.",
    ),
    Misconception(
        "slow progress too early in the order",
        (
            _moved(SLOW, EXPLODING),
            _moved(SLOW, SYMMETRY),
            _moved(SLOW, DEAD),
            _moved(SLOW, VANISHING),
            _moved(SLOW, OSCILLATION),
        ),
        "Slow progress is what many diseases look like. It is the diagnosis only where nothing more "
        "definite holds.",
    ),
    Misconception(
        "progress in absolute numbers",
        (
            _but(slow=lambda log: log["train_loss"][0] - log["train_loss"][-1] < 0.1),
            _but(slow=lambda log: log["train_loss"][-1] > 0.9),
            _but(slow=lambda log: log["train_loss"][-1] > 1),
        ),
        "You compare with a fixed number. A fall from 0.08 to 0.03 is progress, one from 40 to 39 is not: "
        "10 % of the first loss is the measure.",
    ),
    Misconception(
        "progress of the validation loss",
        _but(slow=lambda log: log["val_loss"][0] - log["val_loss"][-1] < 0.1 * log["val_loss"][0]),
        "You look at the validation loss. Progress of the training is that of the training loss.",
    ),
    Misconception(
        "diagnoses the learning rate",
        (
            _but(slow=lambda log: log["rate"] < 1e-3),
            _but(slow=lambda log: RULES[SLOW](log) or log["rate"] < 1e-3),
            _but(oscillation=lambda log: log["rate"] > 1),
            _but(oscillation=lambda log: RULES[OSCILLATION](log) or log["rate"] > 1),
        ),
        "The rate is for information: which one is small or large depends on the network. The symptoms "
        "decide.",
    ),
    Misconception(
        "the last condition instead of the first",
        _first(*reversed(RULES.items())),
        "Where several conditions hold, yours returns the last of them. The first one in the list counts: return as soon as a condition holds.",
    ),
    Misconception(
        "vanishing and exploding swapped",
        lambda log: _SWAPPED.get(_first(*RULES.items())(log), _first(*RULES.items())(log)),
        "You call vanishing gradients exploding and the other way round. Gradients vanish on their way to the input, so the first norm is then much smaller than the last.",
    ),
    Misconception(
        "overfitting seen in the training loss",
        _but(overfitting=lambda log: log["train_loss"][-1] > 1.1 * min(log["train_loss"])),
        "Your condition for overfitting looks at the training loss alone. Overfitting shows in the validation loss: it ends well above its minimum.",
    ),
    Misconception(
        "half of the steps instead of a third",
        (
            _but(oscillation=lambda log: _rises(log["train_loss"]) > 0.5),
            _but(oscillation=lambda log: _rises(log["train_loss"]) >= 0.5),
        ),
        "A training loss that rises in every other step rises in about half of them, and a third is enough: the limit is 1/3.",
    ),
    Misconception(
        "never looks for dead units",
        _but(dead=None),
        'No log is called "dead relu". Look at active_fraction: below 0.05 is the condition.',
    ),
    Misconception(
        "never looks for clones",
        _but(symmetry=None),
        'No log is called "weight symmetry". Look at unit_spread: below 1e-12 is the condition.',
    ),
    Misconception(
        "nothing for a healthy log",
        lambda log: next((name for name, holds in RULES.items() if holds(log)), None),
        'Where no condition holds you return None. The diagnosis is then "healthy".',
    ),
    Misconception(
        "names spelled differently",
        lambda log: _first(*RULES.items())(log).title(),
        "Your diagnoses are right, but the names are spelled differently. Use exactly the names that the docstring lists.",
        symptom=_misspelled,
    ),
    Misconception(
        "all conditions instead of the first",
        lambda log: [name for name, holds in RULES.items() if holds(log)] or [HEALTHY],
        "You return a list of all conditions that hold. The exercise asks for one text: the first of them.",
    ),
)
