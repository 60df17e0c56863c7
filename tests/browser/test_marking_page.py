"""The page for marking answers in words, in a browser: what is typed is kept, and saved as the file that is read."""

import csv
import io

import lab
import pytest

from coursekit.exercises.engine.verdict import Verdict
from coursekit.grading.assignment import Assignment, ProseQuestion
from coursekit.grading.file_names import student_id
from coursekit.grading.gradebook import Record
from coursekit.grading.marking_page import marking_page
from coursekit.grading.marks import Marking

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not lab.chromium(), reason="no Chromium")]
ASSIGNMENT = Assignment("Homework", ("02.1",), prose=(ProseQuestion("P1", "Why?", 4),))


def record(student, answer):
    verdict = Verdict("02.1", "mse", "passed", 3, 3)
    return Record(student, "", ("a.ipynb",), "d", (verdict,), prose={"P1": answer})


def test_marks_are_kept_and_saved_and_no_answer_runs_as_code(tmp_path):
    from playwright.sync_api import sync_playwright

    evil = "<script>document.title = 'x'</script><img src=x onerror=\"document.title='x'\">"
    records = [record("ana", evil), record("bo", 'It "pulls", strongly.')]
    path = tmp_path / "marking.html"
    path.write_text(marking_page(map(Marking(ASSIGNMENT).grade, records), ASSIGNMENT), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=lab.chromium(), args=["--no-sandbox"])
        page = browser.new_page()
        problems = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text))
        page.goto(path.as_uri())
        assert page.title() == "Homework: marking"
        assert page.locator("#state").inner_text() == "2 without points"
        mine = page.locator(f'article[data-student="{student_id("bo", "")}"]')
        mine.locator("input").fill("2.5")
        mine.locator("textarea").fill('Say "how far".\nTwice.')
        page.wait_for_timeout(500)  # another process of the browser keeps what the page stores
        page.reload()
        assert mine.locator("input").input_value() == "2.5"
        with page.expect_download() as saved:
            page.click("#save")
        text = saved.value.path().read_bytes().decode("utf-8-sig")
        browser.close()
    assert problems == []
    assert list(csv.DictReader(io.StringIO(text, newline=""))) == [
        {
            "student_id": student_id("bo", ""),
            "question": "P1",
            "points": "2.5",
            "comment": 'Say "how far".\nTwice.',
        }
    ]
