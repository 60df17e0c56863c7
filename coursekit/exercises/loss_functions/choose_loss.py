"""Exercise 02.6: which output and which loss fit a task."""

from coursekit.exercises.engine.exercise import Exercise, Misconception, Property

PRICE, DELIVERY, SPAM = "house price", "delivery time with gross outliers", "spam"
DIGIT, TAGS, RAIN = "digit", "tags of a photo", "rain tomorrow (probability)"


def _tasks(*tasks):
    return lambda rng: [(task,) for task in rng.permutation(tasks).tolist()]


def choose_loss(task):
    """The output activation and the loss that fit a task.

    The loss is the negative log-likelihood of the target's distribution, given the input.

    task: "house price", "delivery time with gross outliers", "spam", "digit", "tags of a photo" or
    "rain tomorrow (probability)"
    Returns (output, loss): output is "identity", "sigmoid" or "softmax"; loss is "mse", "mae",
    "sigmoid_cross_entropy" or "softmax_cross_entropy".
    """
    choices = {
        "house price": ("identity", "mse"),
        "delivery time with gross outliers": ("identity", "mae"),
        "spam": ("sigmoid", "sigmoid_cross_entropy"),
        "digit": ("softmax", "softmax_cross_entropy"),
        "tags of a photo": ("sigmoid", "sigmoid_cross_entropy"),
        "rain tomorrow (probability)": ("sigmoid", "sigmoid_cross_entropy"),
    }
    return choices[task]


def _reference(task):
    if task in (PRICE, DELIVERY):  # a number
        return "identity", "mae" if "outliers" in task else "mse"
    one_of_many = task == DIGIT
    output = "softmax" if one_of_many else "sigmoid"
    return output, f"{output}_cross_entropy"


def _but(**changes):
    """The right choice, but for the tasks named: price, delivery, spam, digit, tags, rain."""
    by_name = {"price": PRICE, "delivery": DELIVERY, "spam": SPAM, "digit": DIGIT, "tags": TAGS, "rain": RAIN}
    changed = {by_name[name]: choice for name, choice in changes.items()}
    return lambda task: changed.get(task, _reference(task))


def _misspelled(args, output):
    """The right names, but for capitals, blanks and hyphens."""
    names = [str(name).strip().lower().replace(" ", "_").replace("-", "_") for name in output]
    return list(output) != names == list(_reference(*args))


SIGMOID, SOFTMAX = ("sigmoid", "sigmoid_cross_entropy"), ("softmax", "softmax_cross_entropy")

EXERCISE = Exercise(
    id="02.6",
    points=3,
    returns=("output", "loss"),
    solution=choose_loss,
    reference=_reference,
    properties=(
        Property(
            "numbers: a house price, and a delivery time with gross outliers", 1, _tasks(PRICE, DELIVERY)
        ),
        Property("one label or many: a digit, and the tags of a photo", 1, _tasks(DIGIT, TAGS)),
        # The price is asked again: who answers "sigmoid" to everything has not distinguished a number from a yes or no.
        Property("yes or no: spam and rain, and no probability for a price", 1, _tasks(SPAM, RAIN, PRICE)),
    ),
    misconceptions=(
        Misconception(
            "softmax for tags",
            lambda task: (
                ("identity", "mae" if "outliers" in task else "mse")
                if task in ("house price", "delivery time with gross outliers")
                else ("softmax", "softmax_cross_entropy")
                if task in ("digit", "tags of a photo")
                else ("sigmoid", "sigmoid_cross_entropy")
            ),
            "A photo may have several tags at once. Softmax makes them compete for one probability; give "
            "each tag a sigmoid of its own.",
        ),
        Misconception(
            "squared error for classes",
            (
                _but(
                    spam=("sigmoid", "mse"),
                    rain=("sigmoid", "mse"),
                    digit=("softmax", "mse"),
                    tags=("sigmoid", "mse"),
                ),
                _but(spam=("sigmoid", "mse"), digit=("softmax", "mse"), tags=("sigmoid", "mse")),
                _but(spam=("sigmoid", "mse"), rain=("sigmoid", "mse"), digit=("softmax", "mse")),
                _but(spam=("sigmoid", "mse"), rain=("sigmoid", "mse")),
                _but(spam=("sigmoid", "mse"), digit=("softmax", "mse")),
                _but(digit=("softmax", "mse")),
                _but(spam=("sigmoid", "mse")),
                _but(tags=("sigmoid", "mse")),
            ),
            "With a sigmoid or softmax output, squared error learns slowly where the answer is confidently "
            "wrong. Cross-entropy is the likelihood of a class.",
        ),
        Misconception(
            "squared error for a probability",
            (_but(rain=("sigmoid", "mse")), _but(rain=("identity", "mse"))),
            "Whether it rains is a yes or no, so the loss is the sigmoid cross-entropy. "
            "Squared error has the same best prediction, but learns slowly where the network is confidently wrong.",
        ),
        Misconception(
            "squared error despite outliers",
            _but(delivery=("identity", "mse")),
            "A few gross outliers dominate a mean of squares. The absolute error, whose best constant is "
            "the median, holds against them.",
        ),
        Misconception(
            "absolute error without outliers",
            _but(price=("identity", "mae")),
            "The task mentions no outliers, so the target counts as normally distributed: squared error. (With a few castles "
            "among the houses, the absolute error would be a good choice.)",
        ),
        Misconception(
            "mse and mae swapped",
            _but(price=("identity", "mae"), delivery=("identity", "mse")),
            "It is the other way round: squared error suffers from outliers, absolute error does not.",
        ),
        Misconception(
            "softmax for a yes-no task",
            (_but(spam=SOFTMAX, rain=SOFTMAX), _but(spam=SOFTMAX), _but(rain=SOFTMAX)),
            "A yes or no needs one number, the probability of yes: a sigmoid. (A softmax over two outputs "
            "would do the same with twice the weights; over one output it is always 1.)",
        ),
        Misconception(
            "softmax for every class",
            _but(spam=SOFTMAX, rain=SOFTMAX, tags=SOFTMAX),
            "Softmax fits exactly one label among many. A yes or no, and each of several tags, gets a "
            "sigmoid.",
        ),
        Misconception(
            "sigmoid for a digit",
            _but(digit=SIGMOID),
            "A digit is exactly one of ten. Ten sigmoids may say yes to two of them or to none; softmax "
            "makes them share one.",
        ),
        Misconception(
            "no activation under a classification loss",
            (
                _but(
                    spam=("identity", SIGMOID[1]),
                    rain=("identity", SIGMOID[1]),
                    tags=("identity", SIGMOID[1]),
                    digit=("identity", SOFTMAX[1]),
                ),
                _but(spam=("identity", SIGMOID[1]), rain=("identity", SIGMOID[1])),
                _but(digit=("identity", SOFTMAX[1])),
            ),
            "In code the logits go into the loss, but the model's output, what it says about the task, "
            "is the sigmoid or softmax of them.",
        ),
        Misconception(
            "a number squeezed into a probability",
            (_but(price=("sigmoid", "mse")), _but(price=("sigmoid", "mse"), delivery=("sigmoid", "mae"))),
            "A sigmoid gives numbers between 0 and 1. A price or a time is any number: identity.",
        ),
        Misconception(
            "output and loss swapped",
            lambda task: _reference(task)[::-1],
            "The order is `return output, loss`: first the activation, then the loss.",
        ),
        Misconception(
            "the sigmoid's loss under a softmax",
            _but(digit=(SOFTMAX[0], SIGMOID[1])),
            "For a digit you pair a softmax output with the sigmoid's loss. The loss that belongs to a softmax is the softmax cross-entropy.",
        ),
        Misconception(
            "names spelled differently",
            lambda task: tuple(name.replace("_", " ").title() for name in _reference(task)),
            "Your choices are right, but the names are spelled differently. Use exactly the names that the docstring lists.",
            symptom=_misspelled,
        ),
    ),
    hints=(
        "For each task: is the answer a number, one label, or several labels at once? If a number: are "
        "there gross outliers?",
        "Ask which distribution the target has: normal noise → mse, heavy tails → mae, a coin → "
        "sigmoid, one of K → softmax.",
        'A dictionary with six lines, such as `"digit": ("softmax", ___)`, then `return choices[task]`.',
    ),
    explanation=(
        "Each loss is the negative log-likelihood of an assumption about the target: normal (mse), "
        "Laplace (mae), yes or no (sigmoid cross-entropy), one of K (softmax cross-entropy). The output "
        "activation makes the prediction a parameter of that distribution. So the task decides both "
        "together."
    ),
)
