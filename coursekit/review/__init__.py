"""Review: what went wrong in a lesson comes back after 1, 3, 7 and 21 days, with fresh numbers.

schedule     when an item comes up again: a few lines of arithmetic on dates
items        what is worth asking again: guesses that were off, exercises passed only after a recognized mistake
mutations    a solution with one line changed, so that it is wrong
questions    a short multiple-choice question about an item
session      the questions of a day, interleaved
card         `review()`: the session in a notebook or in a terminal
"""

from coursekit.review.card import review
from coursekit.review.schedule import DAYS, Schedule
from coursekit.review.session import due_items, next_day

__all__ = ["DAYS", "Schedule", "due_items", "next_day", "review"]
