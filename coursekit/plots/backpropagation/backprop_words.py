"""Lesson 03: one backward pass in words: a chain of factors, Mitchell's lines, matrices, and what the checks say.

`found` is what `broken_backprop.inspect` returns. Where the code departs from a line's formula, the line says so.
"""

import math

import numpy as np

from coursekit.plots.backpropagation import broken_backprop as bb
from coursekit.plots.backpropagation.broken_backprop import of_layer

SUB = "₁₂₃₄"


def say(value, figures=3):
    """Three decimals, or this many significant digits below 0.1, so that small numbers that differ look different."""
    size = abs(value)
    decimals = (
        3 if size >= 0.1 or size < 1e-6 else min(figures + 3, figures - 1 - math.floor(math.log10(size)))
    )
    return f"{value:.{decimals}f}".replace("-", "−")


def apart(one, other):
    """Two numbers that differ, with as many digits as it takes to see it."""
    texts = say(one), say(other)
    decimals = len(texts[0].partition(".")[2])
    while texts[0] == texts[1] and decimals < 12:
        decimals += 1
        texts = tuple(f"{value:.{decimals}f}".replace("-", "−") for value in (one, other))
    return texts


def row(values, marked=None):
    """Numbers in a row, one of them in ▸ ◂. In a row of four, small ones have two significant digits, or it gets too wide."""
    gap, figures = (" ", 2) if len(values) > 2 else ("  ", 3)
    return gap.join(f"▸{say(v, figures)}◂" if i == marked else say(v, figures) for i, v in enumerate(values))


def _agree(right, got):
    return np.allclose(right, got, rtol=1e-9)


def factors(found, weight, weights, y, output):
    """∂C/∂w factor by factor, in symbols and in numbers: right, whatever the bug does."""
    l, j, k = bb.place(weight)
    a = found.there.a
    slope = lambda layer, i: say(a[layer][i] * (1 - a[layer][i]))
    unit = lambda symbol, layer, *indices: of_layer(symbol, layer) + "".join(SUB[i] for i in indices)
    bend = lambda layer, i: f"{unit('a', layer, i)}(1 − {unit('a', layer, i)})"
    signs, numbers = ["(s − y)"], [f"({say(a[3][0] - y)})"]
    if output == "sigmoid":
        signs.append("s(1 − s)")
        numbers.append(slope(3, 0))
    if l == 1:
        signs += [unit("W", 3, 0, j), bend(2, j)]
        numbers += [f"({weights[2][0, j]:g})", slope(2, j)]
    if l == 0:
        paths = [f"{unit('W', 3, 0, i)} {bend(2, i)} {unit('W', 2, i, j)}" for i in (0, 1)]
        values = [f"({weights[2][0, i]:g}) {slope(2, i)} ({weights[1][i, j]:g})" for i in (0, 1)]
        signs += [f"[{' + '.join(paths)}]", bend(1, j)]
        numbers += [f"[{' + '.join(values)}]", slope(1, j)]
    if k is not None:
        signs.append(unit("a", l, k) if l else f"x{SUB[k]}")
        numbers.append(f"({say(a[l][k])})")
    lines = [
        "The chain rule, factor by factor",
        f"∂C/∂{bb.parameter_names()[weight]}  =  {' · '.join(signs)}",
        f"=  {' · '.join(numbers)}  =  {say(found.numerical[weight])}",
    ]
    return "\n".join(lines).replace("(-", "(−")


def mitchell(found, weight, weights, y, output):
    """The lines of Mitchell's table that lead to this weight, in his names and with his sign, δ = −∂E/∂net."""
    l, j, k = bb.place(weight)
    o, delta = found.there.a, [-d for d in found.back.delta]
    lines = ["Mitchell's lines, δ = −∂E/∂net, η = 0.5"]

    def line(number, formula, right, got):
        if _agree(right, got):
            lines.append(f"{number}. {formula} = {say(right)}")
        else:
            ours, theirs = apart(right, got)
            lines.extend([f"{number}. {formula} = {ours}", f"         ✗ the code has {theirs}"])

    error, slope = y - o[3][0], o[3][0] * (1 - o[3][0])
    if output == "sigmoid":
        line("2", f"δₖ ← oₖ(1 − oₖ)(tₖ − oₖ) = {say(slope)} ({say(error)})", error * slope, delta[2][0])
    else:
        line("2", "δₖ ← tₖ − oₖ", error, delta[2][0])
    for layer, units in ((2, (j,) if l == 1 else (0, 1)), (1, (j,)))[: 2 - l]:
        for i in units:
            w, deltas = weights[layer][:, i], delta[layer]
            figures = 2 if len(w) > 1 else 3  # of small numbers, or the line gets too long
            terms = " + ".join(
                f"({one:g})({say(other, figures)})" for one, other in zip(w, deltas, strict=True)
            )
            slope = o[layer][i] * (1 - o[layer][i])
            sums = f"[{terms}]" if len(w) > 1 else terms
            line("3", f"δₕ ← {say(slope)} {sums}", slope * (w @ deltas), delta[layer - 1][i])
    entering, gradient = (1.0, found.back.db[l][j]) if k is None else (o[l][k], found.back.dW[l][j, k])
    step = bb.ETA * delta[l][j] * entering
    line("4", f"Δw = η δⱼ xⱼᵢ = 0.5 ({say(delta[l][j])})({say(entering)})", step, -bb.ETA * gradient)
    return "\n".join(lines).replace("(-", "(−")


def matrices(found, weight, weights, y, output):
    """The δ of all layers and the gradient of the weight's matrix, the weight's entry marked; δ = ∂C/∂z."""
    l, j, k = bb.place(weight)
    a, delta = found.there.a, found.back.delta
    slopes = [v * (1 - v) for v in a]
    lines = ["Matrices, δ = ∂C/∂z"]

    def line(formula, right, got):
        lines.append(f"{formula} = ({row(got)})" + ("" if _agree(right, got) else "  ✗"))

    if output == "sigmoid":
        line("δ⁽³⁾ = (s − y) s(1 − s)", (a[3] - y) * slopes[3], delta[2])
    else:
        line("δ⁽³⁾ = s − y", a[3] - y, delta[2])
    line("δ⁽²⁾ = [(W⁽³⁾)ᵀδ⁽³⁾] ⊙ f′(z⁽²⁾)\n     ", weights[2].T @ delta[2] * slopes[2], delta[1])
    line("δ⁽¹⁾ = [(W⁽²⁾)ᵀδ⁽²⁾] ⊙ f′(z⁽¹⁾)\n     ", weights[1].T @ delta[1] * slopes[1], delta[0])
    signal = of_layer("δ", l + 1)
    if k is None:
        got = found.back.db[l]
        mark = "" if _agree(delta[l], got) else "  ✗"
        lines.append(f"∂C/∂{of_layer('b', l + 1)} = {signal} = ({row(got, j)}){mark}")
        return "\n".join(lines)
    got, right = found.back.dW[l], np.outer(delta[l], a[l])
    fits = got.shape == right.shape and _agree(right, got)
    lines.append(
        f"∂C/∂{of_layer('W', l + 1)} = {signal} ({of_layer('a', l) if l else 'x'})ᵀ ="
        + ("" if fits else f"  ✗ {got.shape}, not {right.shape}")
    )
    lines += [f"[{row(values, k if i == j and fits else None)}]" for i, values in enumerate(got)]
    return "\n".join(lines)


def verdict(found, weight, bug):
    """The bug, what it does to this weight, and what each check says."""
    notes = dict.fromkeys(bb.CHECKS, "")
    by_code, measured = "no number, its shape does not fit", say(found.numerical[weight])
    if found.gradient is not None:
        notes["cost falls"] = f" ({say(found.there.cost)} → {say(found.falls)})"
        notes["every weight"] = f" ({found.wrong} of 19 differ)" if found.wrong else ""
        by_code = say(found.gradient[weight])
        if found.checks["this weight"] is False:
            by_code, measured = apart(found.gradient[weight], found.numerical[weight])
    marks = {True: "✓", False: "✗", None: "–"}
    said = [f"{marks[answer]} {name}{notes[name]}" for name, answer in found.checks.items()]
    return (
        f"Bug: {bug}  ({bb.BUGS[bug]})\n"
        f"∂C/∂{bb.parameter_names()[weight]} by the code: {by_code}, by central differences: {measured}\n"
        f"Checks:  {'    '.join(said)}"
    )
