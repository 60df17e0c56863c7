"""The second task of the capstone: photographs of clothes, many of them, with right labels and a published baseline.

clothes = capstone.fashion(download=True)                # 31 MB, once; None, with the reason, if it cannot be had
capstone.fashion_exam(recipe, clothes)                   # trains on torch's backend, on a GPU if there is one
"""

import time
from dataclasses import dataclass
from types import ModuleType

import numpy as np

from coursekit import data
from coursekit.capstone.recipes import Recipe
from coursekit.capstone.standings import percent_wrong, scores_of
from coursekit.capstone.task import Task

# Percent of the test images misread by a network with 256, 128 and 64 hidden units, in the table of submitted results of
# the data set's README (github.com/zalandoresearch/fashion-mnist). Its maintainers did not check it, and this repository
# has not measured it. The same table has 16.5 % for people without training, of 1,000 images.
BASELINE, PEOPLE = 10.0, 16.5


def fashion(download: bool = False) -> Task | None:
    """Fashion-MNIST as a task: x (60000, 784) to learn from, all labels right, x_new (10000, 784), the test set.

    Without download=True nothing is loaded. None, with a message that says why and what to do, if there are no images.
    """
    if not download:
        print(
            "Fashion-MNIST was not loaded. fashion(download=True) downloads it (31 MB, checked by SHA-256) and keeps it for "
            "the next time."
        )
        return None
    try:
        train, test = data.fashion_mnist("train"), data.fashion_mnist("test")
    except ConnectionError as error:
        print(
            f"This machine could not download Fashion-MNIST, so the second task cannot be run here.\n{error}"
        )
        return None
    return Task(train.x, train.y, test.x, test.label, wrong=np.zeros(len(train.x), bool), true=train.label)


@dataclass(frozen=True)
class FashionResult:
    """Percent of test images misread, of how many; seconds of the run and the device that trained."""

    error: float
    images: int
    seconds: float
    device: str

    @property
    def standard_error(self) -> float:
        """Of the error, in percent: √(e(1 − e)/n), for test images drawn independently."""
        share = self.error / 100
        return 100 * float(np.sqrt(share * (1 - share) / self.images))

    @property
    def verdict(self) -> str:
        """How the error compares with the baseline: beyond two standard errors, or not."""
        gap = self.error - BASELINE
        if abs(gap) <= 2 * self.standard_error:
            return "as good as the baseline, as far as this test set can tell"
        return "better than the baseline" if gap < 0 else "not yet as good as the baseline"

    def __repr__(self):
        return (
            f"{self.error:.1f} ± {self.standard_error:.1f} % of {self.images:,} test images misread (± one standard error); "
            f"baseline {BASELINE:g} %: {self.verdict}. Trained on {self.device} in {self.seconds:.0f} s."
        )


def fashion_exam(recipe: Recipe, task: Task, ck: ModuleType | None = None, seed: int = 0) -> FashionResult:
    """Train a recipe on a task and measure its error on the test images. ck: torch's backend unless given.

    There is no budget of multiplications. Choose between recipes on a validation part of `task.x`, and run this once.
    """
    if ck is None:
        from coursekit import torch_backend as ck
    begun = time.perf_counter()
    scores = scores_of(recipe, task, ck, np.random.default_rng(seed))
    device = ck.device() if hasattr(ck, "device") else "cpu"
    return FashionResult(
        percent_wrong(scores, task.label), len(task.label), time.perf_counter() - begun, device
    )
