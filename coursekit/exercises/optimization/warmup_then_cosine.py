"""Exercise 06.7: a learning-rate schedule with a warm-up."""

import numpy as np

from coursekit.exercises.engine.exercise import Case, Exercise, Misconception, Property


def _sizes(rng):
    """(steps, warmup, peak), no two of them alike."""
    warmup = int(rng.integers(4, 12))
    return warmup + 2 * int(rng.integers(12, 30)), warmup, int(rng.integers(2, 9)) / 10


def _rising(rng):
    first, second = _sizes(rng), _sizes(rng)
    return [
        (1, 40, 4, 0.5),
        (int(rng.integers(1, first[1] - 1)), *first),
        (0, *second),
        (second[1] - 1, *second),
    ]


def _falling(rng):
    cases = [(13, 40, 4, 0.5)]
    for part in (0.2, 0.5, 0.8):
        steps, warmup, peak = _sizes(rng)
        cases.append((warmup + round(part * (steps - warmup)), steps, warmup, peak))
    steps, warmup, peak = _sizes(rng)
    return [*cases, (warmup, steps, warmup, peak), (steps - 1, steps, warmup, peak)]


def _edges(rng):
    steps, warmup, peak = _sizes(rng)
    cases: list[tuple] = [
        Case("steps after the last one", (steps, steps, warmup, peak)),
        Case("steps after the last one", (steps + int(rng.integers(3, 20)), steps, warmup, peak)),
        Case("no warm-up", (0, steps, 0, peak)),
        Case("no warm-up", (steps // 3, steps, 0, peak)),
    ]
    return cases


def warmup_then_cosine(t, steps, warmup, peak):
    """The learning rate of step t: a linear warm-up, then half a cosine wave down to 0.

    t: number of the step, 0 for the first; steps: how many steps there are; warmup: how many of
    them belong to the warm-up, at least 0 and below steps; peak: the highest rate
    Returns a number.
    """
    if t < warmup:
        return peak * (t + 1) / warmup
    s = min((t - warmup) / (steps - warmup), 1)  # 0 at the first step after the warm-up, 1 at the end
    return peak * (1 + np.cos(np.pi * s)) / 2


def _reference(t, steps, warmup, peak):
    if t >= steps:
        return 0.0
    if t + 1 <= warmup:
        return peak / warmup * (t + 1)
    return peak * np.square(np.cos(np.pi / 2 * (t - warmup) / (steps - warmup)))


def _from_zero(t, steps, warmup, peak):
    if t < warmup:
        return peak * t / warmup
    s = min((t - warmup) / (steps - warmup), 1)
    return peak * (1 + np.cos(np.pi * s)) / 2


def _with(rise=None, share=None, wave=None, end=True):
    """The schedule with another warm-up rise(t, warmup), share s(t, steps, warmup), or wave(s)."""
    rise = rise or (lambda t, warmup: (t + 1) / warmup)
    share = share or (lambda t, steps, warmup: (t - warmup) / (steps - warmup))
    wave = wave or (lambda s: (1 + np.cos(np.pi * s)) / 2)

    def wrong(t, steps, warmup, peak):
        if t < warmup:
            return peak * rise(t, warmup)
        s = share(t, steps, warmup)
        return peak * wave(min(s, 1) if end else s)

    return wrong


EXERCISE = Exercise(
    id="06.7",
    points=3,
    returns="rate",
    solution=warmup_then_cosine,
    reference=_reference,
    properties=(
        Property("the warm-up", 1, _rising),
        Property("the cosine", 1, _falling),
        Property("without a warm-up, and after the last step", 1, _edges),
    ),
    misconceptions=(
        Misconception(
            "starts at rate 0",
            _from_zero,
            "Your first step has rate 0, so it is wasted, and the warm-up ends below the peak. Step 0 should use one part "
            "out of `warmup`, and step warmup − 1 all of them.",
        ),
        Misconception(
            "reaches the peak too early",
            _with(rise=lambda t, warmup: t / (warmup - 1)),
            "Your warm-up reaches the peak at the right step, but it starts at 0. It has `warmup` equal stages, and step 0 "
            "already is at the first one.",
        ),
        Misconception(
            "the cosine over the whole training",
            _with(share=lambda t, steps, warmup: t / steps),
            "Your wave begins at step 0, so the rate drops when the warm-up ends. It should begin where the warm-up ends, "
            "and take the remaining steps.",
        ),
        Misconception(
            "the wave does not end in time",
            _with(share=lambda t, steps, warmup: (t - warmup) / steps),
            "You count from the end of the warm-up, but divide by all steps, so the wave is not at 0 when the training "
            "ends. Only the remaining steps belong to it.",
        ),
        Misconception(
            "reaches 0 one step early",
            _with(share=lambda t, steps, warmup: (t - warmup) / (steps - warmup - 1)),
            "Your last step has rate 0, so it is wasted. The wave reaches 0 at step `steps`, which is not taken any more.",
        ),
        Misconception(
            "a whole wave",
            _with(wave=lambda s: (1 + np.cos(2 * np.pi * s)) / 2),
            "Your rate falls to 0 in the middle and rises again: that is a whole wave. Half a wave ends at cos(π).",
        ),
        Misconception(
            "the cosine without its shift",
            (_with(wave=lambda s: np.cos(np.pi * s)), _with(wave=lambda s: np.cos(np.pi * s / 2))),
            "cos(πs) falls from 1 to −1, and cos(πs/2) is not half as high in the middle. Shift and halve the wave: "
            "½(1 + cos(πs)).",
        ),
        Misconception(
            "twice the peak",
            _with(wave=lambda s: 1 + np.cos(np.pi * s)),
            "1 + cos(πs) begins at 2, so your rate jumps to twice the peak. It needs the factor ½.",
        ),
        Misconception(
            "a straight line down",
            _with(wave=lambda s: 1 - s),
            "Your rate falls along a straight line. The cosine stays high at first and falls fastest in the middle.",
        ),
        Misconception(
            "rises again after the end",
            _with(end=False),
            "After step `steps` your wave rises again. Keep s at 1 there, so that the rate stays 0.",
        ),
    ),
    hints=(
        "Which value must s have at the first step after the warm-up, and which at step `steps`? How many steps lie between?",
        "Warm-up: (t + 1)/warmup of the peak. Then s = (t − warmup)/(steps − warmup), at most 1, and ½(1 + cos(πs)) of the "
        "peak.",
        "`if t < warmup: return peak * (t + 1) / warmup`, then `s = min(___ / (steps - warmup), 1)` and "
        "`return peak * (1 + np.cos(np.pi * s)) / 2`.",
    ),
    explanation=(
        "Off-by-one errors are the usual mistakes in a schedule, and they do not raise an error: the training is only a "
        "little worse. So check a schedule at its corners: step 0, the last step of the warm-up, the first one after it, "
        "the middle, and the end. `ck.warmup` and `ck.cosine` are combined in the same way; theirs begins at rate 0."
    ),
)
