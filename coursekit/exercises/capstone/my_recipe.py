"""Project 09.1: a recipe of one's own, judged by its rank among five reference recipes on hidden images."""

import functools
import hashlib

import numpy as np

from coursekit import capstone, data
from coursekit import numpy_backend as backend
from coursekit.capstone.standings import mean_and_se, not_worse, percent_wrong, scores_of
from coursekit.exercises.engine.callables import Made, Rng
from coursekit.exercises.engine.exercise import Exercise, Misconception, Property

DRAWS = 5  # of each rank; 25 in all
LOWEST = 3.0  # percent; no recipe that learned from these labels alone has come near it


def my_recipe(ck, x, y, x_new, rng):
    """Scores of new images, after learning from images some of whose labels are wrong.

    ck: a backend with a meter: all training runs together may take 500 million multiplications
    x: images (600, 64); y: one-hot labels (600, 10), 30 % of them wrong; x_new: images (600, 64)
    rng: the only source of random numbers
    Returns scores (600, 10): the largest of a row is the answer.
    """

    inputs, classes = x.shape[-1], y.shape[-1]

    def train(labels, members):
        net = ck.mlp([inputs, 64, classes], ck.relu, rng=rng, ensemble=(members,), dropout=0.5)
        rate = ck.cosine(0.05, 19 * -(-len(x) // 32))  # falls to 0 within 19 epochs of batches
        optimizer = ck.SGD(net.parameters(), lr=rate, momentum=0.9)
        settings = {"loss": ck.softmax_cross_entropy, "optimizer": optimizer, "rng": rng}
        ck.fit(net, x, labels, epochs=19, batch_size=32, **settings)
        return net

    def chances(net, images):  # averaged over the members
        return ck.to_numpy(ck.softmax(ck.predict(net, images))).mean(axis=0)

    teachers = train(y, members=2)
    believed = np.eye(classes)[chances(teachers, x).argmax(axis=1)]
    return chances(train(believed, members=1), x_new)


@functools.cache
def _labels():
    """{bytes of an image: its label} of all digits."""
    digits = data.digits()
    return {row.tobytes(): int(label) for row, label in zip(digits.x, digits.label, strict=True)}


def true_labels(x_new):
    """The classes of hidden images, which no question holds."""
    return np.array([_labels()[row.tobytes()] for row in np.ascontiguousarray(x_new)])


def perfect(ck, x, y, x_new, rng):
    """Scores that are right for every image."""
    return data.one_hot(true_labels(x_new), 10)


def _draws(rng):
    tasks = [capstone.draw_task(rng) for _ in range(DRAWS)]
    seeds = rng.integers(2**32, size=DRAWS).tolist()
    return [
        (Made("metered_backend"), task.x, task.y, task.x_new, Rng(seed))
        for task, seed in zip(tasks, seeds, strict=True)
    ]


def _form(args, output):
    want = (len(args[3]), 10)
    if np.shape(output) != want:
        return f"it returns an array of shape {np.shape(output)} instead of scores {want}, one row per image of x_new"
    if not np.isfinite(np.asarray(output, dtype=float)).all():
        return "its scores contain nan or infinity: did a training diverge?"
    return None


_reference_errors: dict[tuple, float] = {}  # by recipe and question: trained once for a whole class


def _reference_error(name, args):
    """Percent of the hidden images of a question that a reference recipe gets wrong."""
    _, x, y, x_new, rng = args
    digest = hashlib.sha256(b"".join(part.tobytes() for part in (x, y, x_new))).digest()
    key = name, digest, rng.seed
    if key not in _reference_errors:
        task = capstone.Task(x, y, x_new, true_labels(x_new), wrong=np.zeros(len(x), bool))
        meter = capstone.Metered(backend)
        scores = scores_of(capstone.RECIPES[name], task, meter, np.random.default_rng(rng.seed))
        _reference_errors[key] = percent_wrong(scores, task.label)
    return _reference_errors[key]


def _percent(args, output):
    return percent_wrong(np.asarray(output, dtype=float), true_labels(args[3]))


def _as_good_as(name):
    """What is wrong with outputs that are to have no more errors than a reference recipe, over all draws."""

    def overall(cases, outputs):
        mine = np.array([_percent(*pair) for pair in zip(cases, outputs, strict=True)])
        if mine.mean() < LOWEST:
            return f"only {mine.mean():.1f} % of the hidden images are wrong; it must know more labels than it was given"
        theirs = np.array([_reference_error(name, args) for args in cases])
        if not_worse(mine - theirs):
            return None
        gap, se = mean_and_se(mine - theirs)
        return (
            f"of the hidden images {mine.mean():.1f} % are wrong, and {theirs.mean():.1f} % with the recipe '{name}' "
            f"({len(mine)} draws; {gap:.1f} ± {se:.1f} points more, mean ± standard error)"
        )

    return overall


def _property(name):
    what = {
        "to the end": "a training to the end, at a fixed rate",
        "early stopping": "early stopping",
        "shrunk weights": "an L2 penalty",
        "short and decaying": "a short training at a falling rate",
        "dropped units": "dropout and a falling rate",
    }[name]
    return Property(f"no more errors than {what}", 2, _draws, law=_form, overall=_as_good_as(name))


def description(recipe):
    """What a recipe trains, as its settings were recorded while it learned a task."""
    task = capstone.draw_task(np.random.default_rng(0))
    meter = capstone.Metered(backend, given=(task.x, task.y))
    recipe(meter, task.x, task.y, task.x_new, np.random.default_rng(0))
    sentence = capstone.in_a_sentence(meter.settings)
    return f"This is what was recorded when your recipe learned one draw. {sentence}"


def memorizing(ck, x, y, x_new, rng):
    """A fixed rate until the labels are learned, the wrong ones too."""
    net = ck.mlp([64, 64, 10], ck.relu, rng=rng)
    optimizer = ck.SGD(net.parameters(), lr=0.2, momentum=0.9)
    ck.fit(net, x, y, loss=ck.softmax_cross_entropy, optimizer=optimizer, epochs=50, batch_size=32, rng=rng)
    return ck.predict(net, x_new)


EXERCISE = Exercise(
    id="09.1",
    points=10,
    returns="scores",
    solution=my_recipe,
    reference=perfect,
    properties=tuple(_property(name) for name in capstone.RECIPES),
    misconceptions=(
        Misconception(
            "learns the wrong labels too",
            memorizing,
            "Your network is wrong about as often as one that memorizes all labels, including the wrong ones. Make "
            "memorizing harder: fewer epochs, a smaller or a falling rate, a penalty, dropout. (If it trains for only an "
            "epoch or two, the reason may be the opposite: it has hardly begun to learn.)",
            symptom=lambda args, output: 14 < _percent(args, output) < 60,
        ),
        Misconception(
            "has learned nothing",
            (
                lambda ck, x, y, x_new, rng: np.zeros((600, 10)),
                lambda ck, x, y, x_new, rng: rng.random((600, 10)),
            ),
            "The guesses are about as good as chance. Was the network trained at all, at a rate that is neither tiny "
            "nor so large that the loss diverges? Does each row of x still have its own label in y?",
            symptom=lambda args, output: 80 < _percent(args, output) < 97,
        ),
        Misconception(
            "returns labels, not scores",
            lambda ck, x, y, x_new, rng: perfect(ck, x, y, x_new, rng).argmax(axis=1),
            "You return one label per image. Return the scores (600, 10) that ck.predict gives; the largest score of a "
            "row is taken as the guess.",
            symptom=lambda args, output: np.shape(output) == (600,),
        ),
        Misconception(
            "the smallest score is the guess",
            lambda ck, x, y, x_new, rng: -perfect(ck, x, y, x_new, rng),
            "Your smallest scores are where the largest should be. Are they losses or distances? Then return their "
            "negatives.",
            symptom=lambda args, output: _percent(args, -np.asarray(output)) < 40,
        ),
        Misconception(
            "scores are transposed",
            lambda ck, x, y, x_new, rng: perfect(ck, x, y, x_new, rng).T,
            "Each row must belong to an image and each column to a digit: return scores of shape (600, 10).",
            symptom=lambda args, output: np.shape(output) == (10, 600),
        ),
        Misconception(
            "knows labels that it was not given",
            perfect,
            "So few errors cannot be learned from these labels. Does your function look the digits up, in scikit-learn "
            "or elsewhere?",
            symptom=lambda args, output: _percent(args, output) < LOWEST,
        ),
    ),
    hints=(
        "A network learns the wrong labels last, because what many images have in common comes first. What ends "
        "the training before the wrong labels are learned, and what makes them hard to learn?",
        "A falling rate: lr = ck.cosine(0.05, steps) with steps = epochs · ⌈600/32⌉. Dropout: ck.mlp(…, dropout=0.5). "
        "The cost is 3 · weights · 600 · epochs for each network, and all of them together may cost 500 million.",
        "net = ck.mlp([64, 64, 10], ck.relu, rng=rng, dropout=___); ck.fit(net, x, y, …, epochs=___); "
        "return ck.predict(net, x_new). If this passes, ask what the trained network would say about the labels y.",
    ),
    explanation=(
        "This recipe trains twice. Two networks with dropout learn from the labels as they are, and stop before they have "
        "memorized the wrong ones. Then a third network learns from the answers of these two instead of the given labels, "
        "so that most of the wrong labels are gone. It is one of many recipes that pass."
    ),
    praise="Your recipe is as good as each of the five reference recipes on draws that it has never seen.",
    describe=description,
    same_as=("digits", *(recipe.__name__ for recipe in capstone.RECIPES.values())),
    seconds=60.0,
)
