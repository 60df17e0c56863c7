"""Exercise 08.3: a stage of greedy training: gradient descent on the last two layers, the rest frozen."""

import numpy as np

from coursekit.exercises.deep_networks.inputs import activations, awkward, back, case, deltas, some_sizes
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property


def _one_step(rng):
    return [
        (*case(rng, [2, 3, 4, 2], 5), 0.5, 1),
        (*case(rng, [3, 2, 4], 5), 1.0, 1),
        (*case(rng, some_sizes(rng, 5), 6), 2.0, 1),
    ]


def _several_steps(rng):
    return [
        (*case(rng, [2, 3, 4, 2], 5), 2.0, 2),
        (*case(rng, some_sizes(rng, 4), 7), 1.0, int(rng.integers(5, 15))),
        (*case(rng, [4, 3, 2], 6), 0.5, 10),
    ]


def _awkward(rng):
    """Two layers, one sample, whole numbers, views; no step at all."""
    cases = [(*args, 0.5, 3) for args in awkward(rng, [3, 4, 2, 5])]
    return [*cases, (*case(rng, [2, 3, 2], 4), 0.5, 2), (*case(rng, [3, 4, 3, 2], 5), 0.5, 0)]


def _frozen(rng):
    return [(*case(rng, [3, 4, 2, 5, 2], 6), 0.7, 3), (*case(rng, some_sizes(rng, 5), 9), 1.0, 2)]


def greedy_stage(weights, biases, x, y, lr, steps):
    """The network after a stage: gradient descent on its last two layers, the others frozen.

    weights, biases: lists with W (n, m) and b (n,) for each layer; sigmoid hidden layers
    x: inputs (B, m); y: one-hot targets (B, K); cost: softmax cross-entropy averaged over the batch
    lr, steps: learning rate and number of steps, each on the whole batch
    Returns (weights, biases): new lists; frozen layers have the values they had.
    """
    weights, biases = [W.copy() for W in weights], [b.copy() for b in biases]
    features = x  # what the frozen layers make of x: the same at every step
    for layer in range(len(weights) - 2):
        features = 1 / (1 + np.exp(-(features @ weights[layer].T + biases[layer])))
    for _ in range(steps):
        h = 1 / (1 + np.exp(-(features @ weights[-2].T + biases[-2])))
        z = h @ weights[-1].T + biases[-1]
        e = np.exp(z - z.max(axis=1, keepdims=True))
        delta = (e / e.sum(axis=1, keepdims=True) - y) / len(x)
        delta_h = delta @ weights[-1] * h * (1 - h)  # with the output weights as they are
        weights[-1], biases[-1] = weights[-1] - lr * delta.T @ h, biases[-1] - lr * delta.sum(axis=0)
        weights[-2], biases[-2] = (
            weights[-2] - lr * delta_h.T @ features,
            biases[-2] - lr * delta_h.sum(axis=0),
        )
    return weights, biases


def _descend(
    weights,
    biases,
    x,
    y,
    lr,
    steps,
    *,
    last=2,
    first=False,
    sign=1,
    average=True,
    step_biases=True,
    step_weights=True,
    signals=deltas,
):
    """Gradient descent on the last (or first) layers, with one thing or another exchanged."""
    weights, biases, depth = list(weights), list(biases), len(weights)
    trained = range(min(last, depth)) if first else range(max(depth - last, 0), depth)
    for _ in range(steps):
        into = activations(weights, biases, x)
        for layer, d in enumerate(signals(weights, biases, x, y, average=average)):
            if layer in trained:
                weights[layer] = weights[layer] - step_weights * sign * lr * np.einsum(
                    "bn,bm->nm", d, into[layer]
                )
                biases[layer] = biases[layer] - step_biases * sign * lr * d.sum(axis=0)
    return weights, biases


def _but(**changes):
    return lambda *args: _descend(*args, **changes)


def _all_layers(weights, biases, x, y, lr, steps):
    weights, biases = [W.copy() for W in weights], [b.copy() for b in biases]
    for _ in range(steps):
        a = [x]
        for W, b in zip(weights, biases, strict=True):
            a.append(1 / (1 + np.exp(-(a[-1] @ W.T + b))))
        e = np.exp(a[-2] @ weights[-1].T + biases[-1])
        delta = (e / e.sum(axis=1, keepdims=True) - y) / len(x)
        for layer in range(len(weights) - 1, -1, -1):
            dW, db = delta.T @ a[layer], delta.sum(axis=0)
            delta = delta @ weights[layer] * a[layer] * (1 - a[layer])
            weights[layer], biases[layer] = weights[layer] - lr * dW, biases[layer] - lr * db
    return weights, biases


def _updated_weights_in_delta(weights, biases, x, y, lr, steps):
    """The hidden layer's δ through output weights that have been stepped already."""
    weights, biases = list(weights), list(biases)
    for _ in range(steps):
        *_, features, h, p = activations(weights, biases, x)
        delta = (p - y) / len(x)
        weights[-1], biases[-1] = weights[-1] - lr * delta.T @ h, biases[-1] - lr * delta.sum(axis=0)
        below = delta @ weights[-1] * h * (1 - h)
        weights[-2], biases[-2] = weights[-2] - lr * below.T @ features, biases[-2] - lr * below.sum(axis=0)
    return weights, biases


def _same_gradient_each_step(weights, biases, x, y, lr, steps):
    return _descend(weights, biases, x, y, lr * steps, min(steps, 1))


def _sample_by_sample(weights, biases, x, y, lr, steps):
    for _ in range(steps):
        for i in range(len(x)):
            weights, biases = _descend(weights, biases, x[i : i + 1], y[i : i + 1], lr, 1)
    return weights, biases


def _without_slope(weights, biases, x, y, average=True):
    return deltas(weights, biases, x, y, slope=lambda a: 1.0, average=average)


def _slope_at_the_output(weights, biases, x, y, average=True):
    _, *hidden, p = activations(weights, biases, x)
    return back((p - y) / len(x) * p * (1 - p), weights, [a * (1 - a) for a in hidden])


def _descend_hidden(weights, biases, x, y, lr, steps):
    """The layer before the last alone, the output layer held."""
    held = weights[-1], biases[-1]
    for _ in range(steps):
        weights, biases = _descend(weights, biases, x, y, lr, 1)
        weights, biases = [*weights[:-1], held[0]], [*biases[:-1], held[1]]
    return weights, biases


def _only_trained(*args):
    weights, biases = _descend(*args)
    return weights[-2:], biases[-2:]


def _untouched(args, output):
    """The frozen layers bit for bit, as float32 at least; what is said of an output that is not two lists is said elsewhere."""
    for name, before, after in zip(("weights", "biases"), args[:2], output, strict=False):
        for layer, (old, new) in enumerate(zip(before[:-2], after, strict=False)):
            new = np.asarray(new)
            if not np.array_equal(old, new) and not np.array_equal(np.float32(old), new):
                return f"`{name}`[{layer}] belongs to a frozen layer, but differs from what was given"
    return None


EXERCISE = Exercise(
    id="08.3",
    points=5,
    returns=("weights", "biases"),
    solution=greedy_stage,
    reference=_descend,
    properties=(
        Property("one step moves the last two layers' weights, and no others", 1, _one_step, "weights"),
        Property("... and their biases", 1, _one_step, "biases"),
        Property("several steps, each from where the last one ended", 1, _several_steps),
        Property("frozen layers keep their values to the last bit", 1, _frozen, law=_untouched, robust=True),
        Property("no hidden layer below, one sample, whole numbers, views, no step", 1, _awkward),
    ),
    misconceptions=(
        Misconception(
            "trains every layer",
            _all_layers,
            "The layers below move too: that is fine-tuning. In a stage only the last two layers are "
            "trained; the others keep their values to the last bit.",
        ),
        Misconception(
            "trains the output layer only",
            _but(last=1),
            "The new hidden layer stays as it was drawn. The last two layers are trained, not one.",
        ),
        Misconception(
            "trains three layers",
            _but(last=3),
            "One layer too many moves: the frozen ones are all but the last two.",
        ),
        Misconception(
            "trains the hidden layer only",
            _descend_hidden,
            "The output layer stays as it was. It is one of the two that are trained.",
        ),
        Misconception(
            "trains the first two layers",
            _but(first=True),
            "You train the layers next to the inputs. A stage trains those next to the output.",
        ),
        Misconception(
            "uphill",
            _but(sign=-1),
            "Your steps go uphill: subtract the rate times the gradient.",
        ),
        Misconception(
            "sums over the batch",
            _but(average=False),
            "Your steps grow with the batch. The cost is an average over B samples, so δ at the output is "
            "(p − y)/B.",
        ),
        Misconception(
            "biases stay",
            _but(step_biases=False),
            "The weights move, the biases do not. Each trained layer has both.",
        ),
        Misconception(
            "weights stay",
            _but(step_weights=False),
            "The biases move, the weights do not. Each trained layer has both.",
        ),
        Misconception(
            "the updated output weights in δ",
            _updated_weights_in_delta,
            "You step the output layer first and send δ back through its new weights. All gradients of a step "
            "belong to one place: compute them before you update.",
        ),
        Misconception(
            "the same gradient at every step",
            _same_gradient_each_step,
            "After a step the gradient is different. Compute the outputs and the gradients again at each "
            "step.",
        ),
        Misconception(
            "one step only",
            lambda weights, biases, x, y, lr, steps: _descend(weights, biases, x, y, lr, min(steps, 1)),
            "You take one step. The exercise asks for `steps` of them.",
        ),
        Misconception(
            "the number of steps off by one",
            (
                lambda weights, biases, x, y, lr, steps: _descend(weights, biases, x, y, lr, steps + 1),
                lambda weights, biases, x, y, lr, steps: _descend(
                    weights, biases, x, y, lr, max(steps - 1, 0)
                ),
            ),
            "You take one step more, or one less, than `steps`.",
        ),
        Misconception(
            "one sample at a time",
            _sample_by_sample,
            "You step after each sample. The exercise asks for steps on the whole batch.",
        ),
        Misconception(
            "forgets the slope of the sigmoid",
            _but(signals=_without_slope),
            "On its way through the hidden layer the error passes the sigmoid's slope: times h(1 − h).",
        ),
        Misconception(
            "the slope applied at the output too",
            _but(signals=_slope_at_the_output),
            "For softmax with cross-entropy δ at the output is (p − y)/B itself.",
        ),
        Misconception(
            "returns the trained layers only",
            _only_trained,
            "You return the last two layers. The network has more: the frozen ones go back in front.",
        ),
        Misconception(
            "returns the network as it was",
            lambda weights, biases, *rest: (list(weights), list(biases)),
            "Nothing has moved. Return the layers after the last step.",
        ),
    ),
    hints=(
        "Which numbers stay the same at every step, so that you can compute them once?",
        "features: x through the frozen layers; h = σ(features (W⁽ᴸ⁻¹⁾)ᵀ + b⁽ᴸ⁻¹⁾); δ⁽ᴸ⁾ = (p − y)/B; "
        "δ⁽ᴸ⁻¹⁾ = (δ⁽ᴸ⁾ W⁽ᴸ⁾) ⊙ h(1 − h); each dW = δᵀ · input, db = Σ δ over the batch.",
        "Copy the lists. For each step: h, p, `delta`, `delta_h = delta @ weights[-1] * ___`; then step both "
        "layers: `weights[-2] = weights[-2] - lr * delta_h.T @ features`, …",
    ),
    explanation=(
        "What the frozen layers compute is a fixed set of features, so a stage is nothing but a network with "
        "one hidden layer on other inputs: as cheap and as safe to train, at any depth. It is also all that a "
        "stage can do: if a frozen layer has lost something, no later stage can get it back."
    ),
    same_as=("greedy_supervised", "greedy_stages"),
)
