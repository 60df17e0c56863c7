"""The comparison of regularizers: its splits, its shifts, its records, and the rates it uses."""

import numpy as np
import pytest

from coursekit.data.augmentation import STEPS, shift
from coursekit.experiments import regularization as study


@pytest.fixture(scope="module")
def digits():
    return study.Digits()


@pytest.fixture(scope="module")
def short(digits):
    return study.train(digits, 0.1, epochs=10)


def test_no_image_is_in_two_parts_of_a_split(digits):
    for images, validation, test in zip(digits.images, digits.validation[0], digits.test[0], strict=True):
        rows = np.concatenate([images, validation, test])
        assert len(np.unique(rows, axis=0)) == study.TRAINING + study.VALIDATION + study.TEST


def test_a_tenth_of_the_redrawn_labels_is_right_by_chance(digits):
    is_changed = (digits.targets[0] != digits.targets[1]).any(axis=-1)
    np.testing.assert_array_equal(is_changed, digits.wrong)
    assert digits.wrong.mean() == pytest.approx(0.2 * 0.9, abs=0.01)


@pytest.mark.parametrize("stay", [False, True])
def test_each_image_moves_to_one_of_the_four_sides_or_stays(digits, stay):
    images = digits.images[:2]
    versions = [shift(images, *step) for step in STEPS] + [images] * stay
    moved = study.one_of(np.stack(versions), np.random.default_rng(0))
    np.testing.assert_array_equal(study.moved(images), np.stack(versions[:4]))
    share = [(moved == version).all(axis=-1).mean() for version in versions]
    assert sum(share) == pytest.approx(1)
    assert min(share) > 0.5 / len(versions)


def test_the_records_are_those_of_one_run(short):
    assert short.epochs.tolist() == [1, *range(study.EVERY, 11, study.EVERY)]
    for errors in (short.train, short.validation, short.test, short.moved_validation, short.moved_test):
        assert errors.shape == (len(short.epochs), 2, study.SPLITS)
        assert ((errors >= 0) & (errors <= 100)).all()
    assert (short.loss[-1] < short.loss[0]).all()


def test_stopping_takes_the_record_with_the_lowest_validation_loss(short):
    stopped = short.stopped(short.loss)
    np.testing.assert_array_equal(stopped, short.loss.min(axis=0))


def test_a_repeated_run_is_the_same(digits, short):
    again = study.train(digits, 0.1, epochs=study.EVERY)
    np.testing.assert_array_equal(again.test, short.test[: len(again.epochs)])


@pytest.mark.slow
@pytest.mark.parametrize("name", study.RATES)
def test_every_method_has_its_best_rate_of_the_grid(digits, name):
    settings = {"dropout": 0.5} if "dropout" in name else {}
    settings |= {"lam": study.STRENGTH} if name.endswith("L2") else {}
    runs = [study.train(digits, rate, shifts="shifts" in name, **settings) for rate in study.GRID]
    validation = np.stack([run.stopped(run.validation).mean(axis=-1) for run in runs])  # (rates, 2)
    chosen = [study.GRID.index(rate) for rate in study.RATES[name][:, 0]]
    assert (validation[chosen, [0, 1]] <= validation.min(axis=0) + 0.5).all(), validation


@pytest.mark.slow
def test_with_three_times_the_epochs_shifts_without_stopping_harm(digits):
    """Lesson 04 says so of redrawn labels; with early stopping, shifts are as good as early stopping alone."""
    runs = [
        study.train(digits, study.RATES[name], shifts=name == "shifts", epochs=3 * study.EPOCHS)
        for name in ("nothing", "shifts")
    ]
    nothing, shifts = (run.test[-1, 1] for run in runs)
    assert 1 < (shifts - nothing).mean() < 4
    nothing, shifts = (run.stopped(run.test)[1] for run in runs)
    assert abs((shifts - nothing).mean()) < 1
