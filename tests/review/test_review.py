"""Review: what was missed comes back on the right days, with fresh numbers, ever more rarely once it is known."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from coursekit.exercises.engine.guess_store import record_answer, record_guess
from coursekit.exercises.engine.progress_store import record
from coursekit.exercises.engine.registry import exercises, lookup
from coursekit.exercises.engine.verdict import Verdict
from coursekit.review import DAYS, Schedule, card, due_items, next_day, review, session
from coursekit.review.items import Item, items
from coursekit.review.mutations import mutations, wrong_versions
from coursekit.review.questions import question

DAY_0 = date(2026, 11, 29)
NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path))
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)


def day(number):
    return DAY_0 + timedelta(days=number)


def miss_a_guess(name="q", lesson="02", when=NOON, guess="a"):
    record_guess(lesson, name, f"Question {name}?", guess, ["a", "b", "c"], when)
    record_answer(name, False, "b")


def try_exercise(key, *outcomes, when=NOON):
    """outcomes: "passed", or the name of a recognized mistake, or "" for a mistake that is not recognized."""
    for source, outcome in enumerate(outcomes):
        state = "passed" if outcome == "passed" else "wrong"
        mistake = outcome if outcome not in ("passed", "") else None
        record(Verdict(key, lookup(key).name, state, 1, 3, misconception=mistake), str(source), when)


# The schedule


def test_always_right_comes_up_four_times_at_growing_intervals():
    schedule, days = Schedule.start(DAY_0), []
    while schedule.due is not None:
        days.append((schedule.due - DAY_0).days)
        schedule = schedule.after(True, schedule.due)
    assert days == [1, 4, 11, 32]
    assert np.diff([0, *days]).tolist() == list(DAYS)


def test_a_wrong_answer_starts_again_the_next_day():
    known = Schedule(3, day(0))
    again = known.after(False, day(5))
    assert again == Schedule(0, day(6)) == Schedule.start(day(5))


def test_an_item_that_waited_is_still_due_and_counts_from_the_day_of_the_answer():
    schedule = Schedule.start(day(0))
    assert not schedule.is_due(day(0))
    assert schedule.is_due(day(1))
    assert schedule.is_due(day(20))
    assert schedule.after(True, day(20)) == Schedule(1, day(23))


# What comes back


def test_missed_guesses_and_exercises_passed_after_a_recognized_mistake_come_back():
    miss_a_guess("missed")
    record_guess("02", "right", "Question right?", "b", ["a", "b"], NOON)
    record_answer("right", True, "b")
    record_guess("02", "open", "Question open?", "b", ["a", "b"], NOON)
    try_exercise("02.1", "halves the loss", "passed")
    try_exercise("02.2", "passed")
    try_exercise("02.4", "", "passed")
    try_exercise("02.5", "loses the minus sign")  # not passed yet: the lesson itself asks it
    try_exercise("03.1", "passed", "wrong sign")  # a mistake made afterwards
    assert [item.key for item in items()] == ["exercise:02.1", "guess:missed"]
    assert items()[0].mistake == "halves the loss"


def test_a_guess_made_again_is_still_the_guess_that_was_missed():
    miss_a_guess()
    record_guess("02", "q", "Question q?", "b", ["a", "b", "c"], NOON)
    record_answer("q", True, "b")
    assert [item.key for item in items()] == ["guess:q"]


def test_nothing_is_due_on_the_day_itself():
    miss_a_guess()
    assert due_items(DAY_0) == []
    assert next_day(DAY_0) == (day(1), 1)
    assert [item.key for item in due_items(day(1))] == ["guess:q"]


# A month


def answer_day(today, knows):
    """Answer every question of a day; knows(item) says whether the answer is right. Returns the items asked."""
    asked = []
    for item in due_items(today)[: session.MOST]:
        made = question(item, np.random.default_rng(0))
        session.record(made, knows(item.key, today), today)
        asked.append(item.key)
    return asked


def test_a_month_in_which_everything_is_known():
    miss_a_guess("a")
    miss_a_guess("b", lesson="03")
    try_exercise("02.1", "halves the loss", "passed")
    calendar = {n: answer_day(day(n), lambda key, today: True) for n in range(1, 40)}
    assert {n: len(asked) for n, asked in calendar.items() if asked} == {1: 3, 4: 3, 11: 3, 32: 3}
    assert next_day(day(40)) is None


def test_a_month_in_which_one_item_stays_hard():
    """Known items come up ever more rarely, the hard one day after day until it is known."""
    for name in "abcd":
        miss_a_guess(name)
    learned = day(10)
    times, calendar = Counter(), {}
    for n in range(1, 61):
        asked = answer_day(day(n), lambda key, today: key != "guess:d" or today >= learned)
        calendar[n] = asked
        times.update(asked)
    assert [times[f"guess:{name}"] for name in "abc"] == [4, 4, 4]
    hard = [n for n, asked in calendar.items() if "guess:d" in asked]
    assert hard == [*range(1, 11), 13, 20, 41]
    for name in "abcd":
        days = [n for n, asked in calendar.items() if f"guess:{name}" in asked and (name != "d" or n >= 10)]
        assert (np.diff(days, n=2) > 0).all()  # each interval is longer than the one before


def test_days_off_pile_up_no_more_than_a_session():
    for i in range(20):
        miss_a_guess(f"q{i:02d}")
    assert len(session.questions(day(9), np.random.default_rng(0))) == session.MOST
    asked = [answer_day(day(9 + n), lambda key, today: True) for n in range(3)]
    assert [len(a) for a in asked] == [8, 8, 4]
    assert len({key for one_day in asked for key in one_day}) == 20


def test_lessons_take_turns():
    for name, lesson in [("a", "02"), ("b", "02"), ("c", "02"), ("d", "05"), ("e", "06")]:
        miss_a_guess(name, lesson)
    found = session.interleaved(due_items(day(1)))
    assert [item.lesson for item in found] == ["02", "05", "06", "02", "02"]
    assert session.interleaved([]) == []


# Questions


def item_of(exercise):
    return Item(f"exercise:{exercise.id}", exercise.id[:2], DAY_0, None, exercise.misconceptions[0].name)


FIRST = {key[:2]: key for key in reversed(exercises())}.values()  # of each lesson


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "exercise",
    [
        pytest.param(e, id=key, marks=[pytest.mark.slow] * (key not in FIRST))
        for key, e in exercises().items()
    ],
)
def test_every_exercise_has_questions_with_one_right_option(exercise, seed):
    made = question(item_of(exercise), np.random.default_rng(seed))
    assert 2 <= len(made.options) <= 4
    assert len(set(made.options)) == len(made.options)
    assert 0 <= made.answer < len(made.options)
    assert made.explanation.endswith(exercise.explanation)


def test_a_value_is_that_of_the_solution_with_fresh_numbers():
    calls = set()
    for seed in range(12):
        made = question(item_of(lookup("02.2")), np.random.default_rng(seed))
        if made.text.startswith("Which loss"):
            given = {}
            exec("\n".join(made.code), given)
            loss, _ = lookup("02.2").solution(np.array(given["p"]), np.array(given["y"]))
            assert made.options[made.answer] == f"{loss:.4g}"
            calls.add(made.code)
    assert len(calls) >= 3


def test_a_changed_line_is_the_only_one_and_makes_the_solution_fail():
    exercise = lookup("02.5")
    rng = np.random.default_rng(0)
    found = wrong_versions(exercise, rng, 3)
    assert len(found) == 3
    for changed in found:
        assert changed.wrong != changed.right
    assert all(len(change.lines) == 4 for change in mutations(exercise))


def test_a_change_that_changes_nothing_is_not_offered():
    """x.size / x.size and the like: only what fails the check is wrong."""
    changed = wrong_versions(lookup("08.2"), np.random.default_rng(0), 10)
    assert changed
    for mutation in changed:
        namespace = {}
        exec(
            "def trainable(layers, stage):\n" + "\n".join(f"    {line}" for line in mutation.lines), namespace
        )
        cases = [(layers, stage) for layers in range(1, 6) for stage in range(1, layers)]
        right = lookup("08.2").solution
        assert any(_result(namespace["trainable"], case) != right(*case) for case in cases)


def _result(function, case):
    try:
        return function(*case)
    except Exception as error:
        return type(error)


def test_a_number_is_asked_among_others_the_own_guess_included():
    record_guess("02", "n", "How many weights?", 100, when=NOON, unit="weights")
    record_answer("n", False, 2368)
    (item,) = items()
    made = question(item, np.random.default_rng(0))
    assert made.options[made.answer] == "2368 weights"
    assert "100 weights" in made.options
    assert len(set(made.options)) == len(made.options) >= 4


def test_options_come_in_another_order_each_time():
    miss_a_guess()
    (item,) = items()
    orders = {question(item, np.random.default_rng(seed)).options for seed in range(20)}
    assert len(orders) > 3
    assert {tuple(sorted(order)) for order in orders} == {("a", "b", "c")}


# In the terminal and in a notebook


def test_in_the_terminal_answers_are_letters_and_enter_stops(capsys):
    for name in "abc":
        miss_a_guess(name)
    asked = session.questions(day(1), np.random.default_rng(0))
    typed = iter(["abcdefgh"[asked[0].answer], "z", "abcdefgh"[1 - min(1, asked[1].answer)], ""])
    card.ask_in_terminal(asked, day(1), read=lambda prompt: next(typed))
    said = capsys.readouterr().out
    assert said.count("✓ Right.") == 1
    assert said.count("✗ Not quite. It is") == 1
    assert "Stopped. What you have not answered stays due." in said
    assert [item.key for item in due_items(day(1))] == [asked[2].item]


def test_without_an_input_the_session_stops(monkeypatch, capsys):
    miss_a_guess()

    def closed(prompt):
        raise EOFError

    monkeypatch.setattr("builtins.input", closed)
    card.ask_in_terminal(session.questions(day(1), np.random.default_rng(0)), day(1), read=closed)
    assert "Stopped" in capsys.readouterr().out


def test_a_day_without_questions_says_when_the_next_come(capsys):
    review(today=DAY_0)
    assert "There is nothing to review. Questions come up here after" in capsys.readouterr().out
    miss_a_guess()
    review(today=DAY_0)
    assert (
        "nothing to review today. The next 1 question will come up on 30 November 2026."
        in capsys.readouterr().out
    )


def test_the_card_asks_replies_and_ends():
    for name in "ab":
        miss_a_guess(name)
    asked = session.questions(day(1), np.random.default_rng(0))
    shown = card._Card(asked, day(1))
    shown.button.click()
    assert "Choose an answer first" in shown.reply.value
    assert len(due_items(day(1))) == 2
    shown.options.index = asked[0].answer
    shown.button.click()
    assert "✓ Right." in shown.reply.value
    assert shown.options.disabled
    assert len(due_items(day(1))) == 1
    shown.button.click()  # Next
    assert "2 of 2" in shown.text.value
    shown.options.index = (asked[1].answer + 1) % 3
    shown.button.click()
    assert "✗ Not quite. It is: b." in shown.reply.value
    assert shown.button.description == "Finish"
    shown.button.click()
    assert shown.text.value.startswith("1 of 2 right. There is nothing to review today.")
