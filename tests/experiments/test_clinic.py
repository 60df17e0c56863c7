"""The ward of lesson 07: every patient has the disease it is there for, and there is a cure."""

import dataclasses

import numpy as np
import pytest

from coursekit import numpy_backend, torch_backend
from coursekit.exercises.deep_networks.reference_diagnosis import first_condition
from coursekit.experiments import clinic

DISEASES = {
    "A": clinic.SLOW, "B": clinic.VANISHING, "C": clinic.HEALTHY, "D": clinic.EXPLODING,
    "E": clinic.OVERFITTING, "F": clinic.DEAD, "G": clinic.SYMMETRY, "H": clinic.OSCILLATION,
}  # fmt: skip
CURES = {
    "A": "rate × 30", "B": "batch norm", "D": "He initialization", "E": "dropout 0.5", "F": "rate ÷ 10",
    "G": "Glorot initialization", "H": "rate ÷ 10",
}  # fmt: skip


@pytest.mark.parametrize("ck", [numpy_backend, torch_backend], ids=["numpy", "torch"])
def test_each_disease_has_its_patient(ck):
    found = {
        name: first_condition(clinic.training_log(ck, recipe)) for name, recipe in clinic.PATIENTS.items()
    }
    assert found == DISEASES
    assert set(found.values()) == set(clinic.DIAGNOSES)


@pytest.mark.parametrize("patient", CURES)
def test_the_cure_helps_beyond_its_spread(patient):
    gain = clinic.gain(numpy_backend, patient, CURES[patient], seeds=6)
    assert gain.mean() > 4
    assert gain.mean() > gain.std(ddof=1)


def test_a_healthy_network_is_best_left_alone_by_a_larger_rate():
    assert clinic.gain(numpy_backend, "C", "rate × 30", seeds=4).mean() < -50
    np.testing.assert_array_equal(clinic.gain(numpy_backend, "C", "none", seeds=4), 0)


def test_treatments_change_what_they_say():
    sick = clinic.PATIENTS["B"]
    assert clinic.treated(sick, "rate ÷ 10").rate == pytest.approx(sick.rate / 10)
    assert clinic.treated(sick, "none") == sick
    assert clinic.treated(sick, "batch norm") == dataclasses.replace(sick, batch_norm=True)
    with pytest.raises(ValueError, match="treatment"):
        clinic.treated(sick, "rest")


def test_the_heuristic_has_a_third_of_the_variance():
    W = clinic.heuristic(np.random.default_rng(0), (200, 50))
    assert np.abs(W).max() <= 1 / np.sqrt(50)
    assert W.var() == pytest.approx(1 / 150, rel=0.03)
