"""Lesson 03: one backward pass in words: a chain of factors, Mitchell's lines, matrices, and what the checks say.

`found` is what `broken_backprop.inspect` returns. Where the code departs from a line's formula, the line says so.
"""

import math

import numpy as np

from coursekit.plots.backpropagation import broken_backprop as bb

SUPER, SUB = "⁰¹²³", "₁₂₃₄"


def say(value):
    """Three decimals, or three significant digits below 0.1, so that small numbers that differ look different."""
    size = abs(value)
    decimals = 3 if size >= 0.1 or size < 1e-6 else min(6, 2 - math.floor(math.log10(size)))
    return f"{value:.{decimals}f}".replace("-", "−")


def row(values, marked=None):
    """Numbers in a row, one of them in ▸ ◂."""
    return "  ".join(f"▸{say(v)}◂" if i == marked else say(v) for i, v in enumerate(values))


def _agree(right, got):
    return np.allclose(right, got, rtol=1e-9)


def factors(found, weight, weights, y, output):
    """∂C/∂w factor by factor, in symbols and in numbers: right, whatever the bug does."""
    l, j, k = bb.place(weight)
    a = found.there.a
    slope = lambda layer, i: say(a[layer][i] * (1 - a[layer][i]))
    bend = lambda layer, i: f"a{SUPER[layer]}{SUB[i]}(1 − a{SUPER[layer]}{SUB[i]})"
    signs, numbers = ["(s − y)"], [f"({say(a[3][0] - y)})"]
    if output == "sigmoid":
        signs.append("s(1 − s)")
        numbers.append(slope(3, 0))
    if l == 1:
        signs += [f"w³₁{SUB[j]}", bend(2, j)]
        numbers += [f"({weights[2][0, j]:g})", slope(2, j)]
    if l == 0:
        paths = [f"w³₁{SUB[i]} {bend(2, i)} w²{SUB[i]}{SUB[j]}" for i in (0, 1)]
        values = [f"({weights[2][0, i]:g}) {slope(2, i)} ({weights[1][i, j]:g})" for i in (0, 1)]
        signs += [f"[{' + '.join(paths)}]", bend(1, j)]
        numbers += [f"[{' + '.join(values)}]", slope(1, j)]
    if k is not None:
        signs.append((f"x{SUB[k]}", f"a¹{SUB[k]}", f"a²{SUB[k]}")[l])
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
        lines.append(f"{number}  {formula} = {say(right)}")
        if not _agree(right, got):
            lines.append(f"         ✗ the code has {say(got)}")

    error, slope = y - o[3][0], o[3][0] * (1 - o[3][0])
    if output == "sigmoid":
        line("2", f"δₖ ← oₖ(1 − oₖ)(tₖ − oₖ) = {say(slope)} ({say(error)})", error * slope, delta[2][0])
    else:
        line("2", "δₖ ← tₖ − oₖ", error, delta[2][0])
    for layer, units in ((2, (j,) if l == 1 else (0, 1)), (1, (j,)))[: 2 - l]:
        for i in units:
            w, deltas = weights[layer][:, i], delta[layer]
            terms = " + ".join(f"({one:g})({say(other)})" for one, other in zip(w, deltas, strict=True))
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
        line("δ³ = (s − y) s(1 − s)", (a[3] - y) * slopes[3], delta[2])
    else:
        line("δ³ = s − y", a[3] - y, delta[2])
    line("δ² = (W³)ᵀδ³ ⊙ a²(1 − a²)", weights[2].T @ delta[2] * slopes[2], delta[1])
    line("δ¹ = (W²)ᵀδ² ⊙ a¹(1 − a¹)", weights[1].T @ delta[1] * slopes[1], delta[0])
    sign = SUPER[l + 1]
    if k is None:
        got = found.back.db[l]
        lines.append(f"∂C/∂b{sign} = δ{sign} = ({row(got, j)})" + ("" if _agree(delta[l], got) else "  ✗"))
        return "\n".join(lines)
    got, right = found.back.dW[l], np.outer(delta[l], a[l])
    fits = got.shape == right.shape and _agree(right, got)
    lines.append(
        f"∂C/∂W{sign} = δ{sign} ({('x', 'a¹', 'a²')[l]})ᵀ ="
        + ("" if fits else f"  ✗ {got.shape} instead of {right.shape}")
    )
    lines += [f"    [ {row(values, k if i == j and fits else None)} ]" for i, values in enumerate(got)]
    return "\n".join(lines)


def verdict(found, weight, bug):
    """The bug, what it does to this weight, and what each check says."""
    notes = dict.fromkeys(bb.CHECKS, "")
    by_code = "no number, its shape does not fit"
    if found.gradient is not None:
        notes["cost falls"] = f" ({say(found.there.cost)} → {say(found.falls)})"
        notes["every weight"] = f" ({found.wrong} of 19 differ)" if found.wrong else ""
        by_code = say(found.gradient[weight])
    marks = {True: "✓", False: "✗", None: "–"}
    said = [f"{marks[answer]} {name}{notes[name]}" for name, answer in found.checks.items()]
    return (
        f"Bug: {bug}  ({bb.BUGS[bug]})\n"
        f"∂C/∂{bb.parameter_names()[weight]} by the code: {by_code}, by central differences: {say(found.numerical[weight])}\n"
        f"Checks:   {'      '.join(said)}"
    )
