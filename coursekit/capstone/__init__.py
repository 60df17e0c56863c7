"""The capstone: the learner's own recipe for images, some of whose labels are wrong, on a budget.

    from coursekit import capstone
    task = capstone.draw_task(np.random.default_rng(0))       # 600 images to learn from, 600 hidden ones
    scores = recipe(capstone.Metered(ck), task.x, task.y, task.x_new, rng)

task          the training images, some with wrong labels, and the hidden images
budget        count and limit the multiplications of training
recipes       five reference recipes, from memorizing to dropout
standings     errors of recipes on hidden images, and their ranks
decisions     a choice and the measurement behind it
report        all of it on one page
"""

from coursekit.capstone.budget import BUDGET, BudgetSpent, Metered, multiplications
from coursekit.capstone.decisions import Decision
from coursekit.capstone.recipes import RECIPES
from coursekit.capstone.report import Report, report
from coursekit.capstone.standings import Standings, error, standings
from coursekit.capstone.task import NOISE, Task, draw_task, noisy_error, splits

__all__ = [
    "BUDGET",
    "NOISE",
    "RECIPES",
    "BudgetSpent",
    "Decision",
    "Metered",
    "Report",
    "Standings",
    "Task",
    "draw_task",
    "error",
    "multiplications",
    "noisy_error",
    "report",
    "splits",
    "standings",
]
