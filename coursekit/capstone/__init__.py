"""The capstone: the learner's own recipe for images, some of whose labels are wrong, on a budget.

    from coursekit import capstone
    task = capstone.draw_task(np.random.default_rng(0))       # 600 images to learn from, 600 hidden ones
    scores = recipe(capstone.Metered(ck), task.x, task.y, task.x_new, rng)

task          the training images, some with wrong labels, and the hidden images
budget        count and limit the multiplications of training
settings      what a training did, read from the arguments of `fit`
recipes       five reference recipes, from memorizing to dropout
standings     errors of recipes on hidden images, and their ranks; on held-out images of one draw
decisions     a choice and the measurement behind it, checked against the run
hardest_images  the hidden images that are misread most often
report        all of it on one page
rate_grid     the lesson's comparisons at every rate tried
fashion       the second task: Fashion-MNIST, with a published baseline
"""

from coursekit.capstone.budget import BUDGET, BudgetSpent, Metered, multiplications
from coursekit.capstone.decisions import Decision, Questions, questions
from coursekit.capstone.fashion import FashionResult, fashion, fashion_exam
from coursekit.capstone.rate_grid import held_out_errors
from coursekit.capstone.recipes import RECIPES
from coursekit.capstone.report import Report, report
from coursekit.capstone.settings import NAMES, in_a_sentence
from coursekit.capstone.standings import Standings, error, held_out, standings
from coursekit.capstone.task import NOISE, Task, draw_task, noisy_error, splits

__all__ = [
    "BUDGET",
    "NAMES",
    "NOISE",
    "RECIPES",
    "BudgetSpent",
    "Decision",
    "FashionResult",
    "Metered",
    "Questions",
    "Report",
    "Standings",
    "Task",
    "draw_task",
    "error",
    "fashion",
    "fashion_exam",
    "held_out",
    "held_out_errors",
    "in_a_sentence",
    "multiplications",
    "noisy_error",
    "questions",
    "report",
    "splits",
    "standings",
]
