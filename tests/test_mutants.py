"""The tests notice mistakes: ten mutants of ten packages, each run by the tests of its package."""

import mutants
import pytest

each_mutant = pytest.mark.parametrize("mutant", mutants.MUTANTS, ids=lambda mutant: mutant.mistake)


@each_mutant
def test_a_mutant_changes_one_place(mutant):
    text = (mutants.ROOT / mutant.file).read_text(encoding="utf-8")
    assert text.count(mutant.right) == 1
    assert mutant.right != mutant.wrong
    assert (mutants.ROOT / mutant.tests).exists()


def test_there_are_ten_in_ten_packages():
    assert len({mutant.file.split("/")[1] for mutant in mutants.MUTANTS}) == len(mutants.MUTANTS) == 10


@pytest.mark.slow
@pytest.mark.nightly
@each_mutant
def test_the_nearest_tests_notice_it(mutant):
    assert mutants.killed(mutant, ["-n", "0", mutant.tests])
