"""Exercise 01.3: the threshold with the least empirical error."""

import numpy as np

from coursekit.exercises.engine.exercise import Exercise, Misconception, Property
from coursekit.exercises.risk_minimization.threshold_samples import (
    awkward,
    beyond,
    error_at,
    ordinary,
    split_ties,
)


def erm_threshold(x, label):
    """Empirical risk minimization over the thresholds h_t(x) = 1 if x > t, else 0.

    x: (m,) numbers, in any order, some of them perhaps equal
    label: (m,) of 0 and 1
    Returns (t, error): a finite t with the smallest empirical error of all real t, and that
    error, the fraction misclassified.
    """
    cuts = np.append(np.min(x) - 1, x)
    errors = [np.mean((x > t) != label) for t in cuts]
    best = np.argmin(errors)
    return cuts[best], errors[best]


def _reference(x, label):
    """Passing the examples in order: moving t past a 0 removes a mistake, past a 1 adds one."""
    values, group = np.unique(np.asarray(x, float), return_inverse=True)
    change = np.bincount(group, weights=np.where(np.asarray(label) == 1, 1, -1))
    mistakes = np.sum(np.asarray(label) == 0) + np.concatenate([[0], np.cumsum(change)])
    best = int(np.argmin(mistakes))
    return float(values[0] - 1 if best == 0 else values[best - 1]), float(mistakes[best] / len(x))


def _best_of(cuts, guess=np.greater):
    """ERM over the cuts, a function of x, with h(x) = guess(x, t)."""

    def wrong(x, label):
        tried = np.asarray(cuts(x), float)
        if not tried.size:
            return float("nan"), 1.0
        errors = [float(np.mean(guess(x, t) != label)) for t in tried]
        return float(tried[np.argmin(errors)]), min(errors)

    return wrong


def _at_the_examples(x, label):
    errors = [np.mean((x > t) != label) for t in x]
    best = np.argmin(errors)
    return x[best], errors[best]


def _middles(x):
    values = np.unique(x)
    return (values[1:] + values[:-1]) / 2


def _everywhere(x):
    return np.concatenate([[np.min(x) - 1], _middles(x), [np.max(x) + 1]])


def _unsorted(x, label):
    """Cuts between the examples in the order they come in."""
    mistakes = [int(np.sum(label[:i] == 1) + np.sum(label[i:] == 0)) for i in range(len(x) + 1)]
    best = int(np.argmin(mistakes))
    return float(x[0] - 1 if best == 0 else x[best - 1]), mistakes[best] / len(x)


def _at(threshold):
    """A threshold by a rule of thumb, with its true empirical error."""

    def wrong(x, label):
        t = float(threshold(np.asarray(x, float), label))
        return t, float(np.mean((x > t) != label))

    return wrong


def _midway(x, label):
    if label.min() == label.max():
        return x.mean()
    return (x[label == 0].mean() + x[label == 1].mean()) / 2


def _gap(x, label):
    if label.min() == label.max():
        return x.mean()
    return (x[label == 0].max() + x[label == 1].min()) / 2


def _reported(error):
    """The right t beside another number."""

    def wrong(x, label):
        t, least = _reference(x, label)
        return t, error(least, len(x))

    return wrong


def _either_way(x, label):
    up, down = _best_of(_everywhere)(x, label), _best_of(_everywhere, np.less)(x, label)
    return min(up, down, key=lambda found: found[1])


def _better_of_e_and_1_minus_e(x, label):
    tried = np.concatenate([[np.min(x) - 1], np.sort(x)])
    errors = [min(e, 1 - e) for e in (float(np.mean((x > t) != label)) for t in tried)]
    return float(tried[np.argmin(errors)]), min(errors)


def _position(x, label):
    tried = np.concatenate([[np.min(x) - 1], np.sort(x)])
    errors = [float(np.mean((x > t) != label)) for t in tried]
    return float(np.argmin(errors)), min(errors)


def _largest(x, label):
    tried = _everywhere(x)
    errors = [float(np.mean((x > t) != label)) for t in tried]
    return float(tried[np.argmax(errors)]), max(errors)


def _number(value):
    return float(np.asarray(value).item())


def _attains_the_least(args, output):
    if output[0] is None:
        return "t is None; even one example can be cut in two ways, below it and above it"
    t = _number(output[0])
    if not np.isfinite(t):
        return f"t must be a finite number, but is {t} (any number below all x calls everything 1)"
    x, label = args
    least, mine = _reference(x, label)[1], error_at(x, label, t)
    if mine > least + 1e-9:
        return f"t = {t:.4g} misclassifies {mine:.4g} of the sample; another t only {least:.4g}"
    return None


def _both(args, output):
    if complaint := _attains_the_least(args, output):
        return complaint
    least, said = _reference(*args)[1], _number(output[1])
    return None if abs(said - least) < 1e-4 else f"the error is {said:.4g} instead of {least:.4g}"


def _mistake(name, wrong, says):
    """Recognized by the quality of t, since many t are equally good, and by the error that is reported."""
    wrongs = wrong if isinstance(wrong, tuple) else (wrong,)

    def symptom(args, output):
        x, label = args
        if len(x) < 2:  # where some have nothing to try, and return None
            return True
        t, error = map(_number, output)
        for one in wrongs:
            other, reported = one(x, label)
            if abs(error - reported) < 1e-4 and abs(error_at(x, label, t) - error_at(x, label, other)) < 1e-9:
                return True
        return False

    return Misconception(name, wrong, says, symptom)


EXERCISE = Exercise(
    id="01.3",
    points=4,
    returns=("t", "error"),
    solution=erm_threshold,
    reference=_reference,
    properties=(
        Property("the least empirical error of any threshold", 1, ordinary, "error"),
        Property("a threshold that has it", 1, ordinary, law=_attains_the_least),
        Property("also where it is best to call everything 1, or everything 0", 1, beyond, law=_both),
        Property("equal x, whole numbers, views", 1, awkward, law=_both),
    ),
    misconceptions=(
        _mistake(
            "misses the threshold below all x",
            (
                _at_the_examples,
                _best_of(lambda x: np.append(_middles(x), np.max(x) + 1)),
            ),
            "You try thresholds at the examples, or between and above them, but none below: then x > t holds "
            "for all, the hypothesis that calls everything 1. m different x can be cut in m + 1 ways.",
        ),
        _mistake(
            "misses the threshold above all x",
            _best_of(lambda x: np.append(np.min(x) - 1, _middles(x))),
            "None of your thresholds lies at or above the largest x, so that nothing is called 1. m "
            "different x can be cut in m + 1 ways.",
        ),
        _mistake(
            "thresholds between the examples only",
            _best_of(_middles),
            "Your thresholds all lie between two examples. Calling everything 1 (t below all x) or "
            "everything 0 (t above) is in the class too, and sometimes best.",
        ),
        _mistake(
            "splits equal x",
            split_ties,
            "You cut between two examples with the same x, but no t does that: x > t is the same for both. "
            "Move all equal x to the other side at once.",
        ),
        _mistake(
            "takes the sample as sorted",
            _unsorted,
            "You cut the sample in the order in which it comes. It is not sorted: sort x, and the labels "
            "along with it.",
        ),
        _mistake(
            "calls small x 1",
            (_best_of(_everywhere, np.less), _best_of(lambda x: np.append(x, np.max(x) + 1), np.less)),
            "Your hypothesis says 1 below the threshold. This class says 1 where x > t, and nothing else.",
        ),
        _mistake(
            "tries both directions",
            (_either_way, _better_of_e_and_1_minus_e),
            "You also try 1[x < t] and take the better one. That is a larger class, which fits more samples; "
            "this one holds only 1[x > t].",
        ),
        _mistake(
            "x ≥ t instead of x > t",
            (
                _best_of(lambda x: np.append(np.unique(x), np.max(x) + 1), np.greater_equal),
                _best_of(lambda x: np.append(x, np.min(x) - 1), np.greater_equal),
            ),
            "Your error is right, but for 1[x ≥ t]: an example at t itself counts as 1. With x > t the same "
            "t puts it on the other side.",
        ),
        _mistake(
            "the accuracy instead of the error",
            _reported(lambda least, m: 1 - least),
            "The number beside your t is the fraction that is classified rightly; the error is the rest.",
        ),
        _mistake(
            "a count instead of a fraction",
            _reported(lambda least, m: least * m),
            "The number beside your t is the number of mistakes. Divide it by m.",
        ),
        _mistake(
            "takes the worst threshold",
            _largest,
            "You take the threshold with the most mistakes. Is there an argmax of errors, or an argmin of "
            "hits?",
        ),
        _mistake(
            "midway between the means of the classes",
            _at(_midway),
            "Halfway between the means is a reasonable guess, but it minimizes something else. Compute the "
            "error for every threshold that makes a difference and take the least.",
        ),
        _mistake(
            "in the gap between the classes",
            _at(_gap),
            "You place t between the largest 0 and the smallest 1. That works for separable samples; here "
            "the classes overlap, so count mistakes.",
        ),
        _mistake(
            "does not look at the labels",
            (
                _at(lambda x, label: x.mean()),
                _at(lambda x, label: np.median(x)),
                _at(lambda x, label: (x.min() + x.max()) / 2),
            ),
            "Your t does not depend on the labels at all. Which t misclassifies the fewest of them?",
        ),
        _mistake(
            "a fixed threshold",
            (_at(lambda x, label: 0.5), _at(lambda x, label: 0.0)),
            "Your t is the same for every sample. Minimizing means trying: which t misclassifies the fewest examples?",
        ),
        _mistake(
            "error first",
            lambda x, label: _reference(x, label)[::-1],
            "The two results are in the wrong order: `return t, error`.",
        ),
        Misconception(
            "an infinite threshold",
            lambda x, label: (
                (-np.inf, float(np.mean(label != 1)))
                if np.mean(label != 1) <= _reference(x, label)[1] + 1e-9
                else _reference(x, label)
            ),
            "Your t can be infinite. t must be a finite number: any number below all x, such as min(x) − 1, calls everything 1 as well.",
            symptom=lambda args, output: bool(np.isinf(_number(output[0]))),
        ),
        _mistake(
            "the position instead of the threshold",
            _position,
            "You return the position of the best threshold in your list. The exercise asks for the threshold there.",
        ),
    ),
    hints=(
        "In how many different ways can a threshold label m different x? Choose one t for each way.",
        "L_S(t) = (1/m) Σ 1[1[x_i > t] ≠ y_i]. Only m + 1 cuts differ: one below all x, and one at each x.",
        "`cuts = np.append(np.min(x) - 1, x)`, then `errors = [np.mean(___) for t in cuts]` and np.argmin.",
    ),
    explanation=(
        "This is all of empirical risk minimization: a class of hypotheses, a sample, and the hypothesis of the "
        "class that makes the fewest mistakes on it. There are infinitely many thresholds, but they fall into m + 1 "
        "groups that the sample cannot distinguish, so trying one of each group is enough. The error found is the smallest "
        "of many, which is why it is too optimistic on average."
    ),
)
