"""When an item comes up again: 1, 3, 7, then 21 days after each right answer.

A wrong answer starts from the beginning: the item comes up the next day. After a right answer at the last interval the
item is known and does not come up again. So an item that is always answered right is asked four times, at growing
intervals, over 32 days. (Growing intervals: Cepeda et al., "Distributed practice in verbal recall tasks", 2006.)
"""

from dataclasses import dataclass
from datetime import date, timedelta

DAYS = (1, 3, 7, 21)


@dataclass(frozen=True)
class Schedule:
    """stage: the number of right answers in a row; due: the day from which the item is asked, None when it is known."""

    stage: int
    due: date | None

    @classmethod
    def start(cls, missed: date) -> "Schedule":
        """The schedule of an item that was missed on this day."""
        return cls(0, missed + timedelta(days=DAYS[0]))

    def after(self, right: bool, today: date) -> "Schedule":
        """The schedule after an answer given today."""
        stage = self.stage + 1 if right else 0
        return Schedule(stage, today + timedelta(days=DAYS[stage]) if stage < len(DAYS) else None)

    def is_due(self, today: date) -> bool:
        """Whether the item is to be asked today."""
        return self.due is not None and self.due <= today
