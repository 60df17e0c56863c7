"""Laws of the schedules: the first argument is the rate at t = 0, then each is its formula."""

import numpy as np
import pytest

from coursekit import numpy_backend as ck

T = np.arange(200)
SCHEDULES = {
    "constant": ck.constant(0.3),
    "step_decay": ck.step_decay(0.3, factor=0.5, every=20),
    "exponential_decay": ck.exponential_decay(0.3, gamma=0.98),
    "inverse_time": ck.inverse_time(0.3, decay=0.1),
    "cosine": ck.cosine(0.3, steps=100),
}
every_schedule = pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)


def rates(schedule):
    return np.array([float(schedule(t)) for t in T])


@every_schedule
def test_the_first_rate_is_the_first_argument_and_none_is_larger(schedule):
    eta = rates(schedule)
    assert eta[0] == 0.3
    assert (np.diff(eta) <= 0).all()
    assert (eta >= 0).all()


@every_schedule
def test_steps_of_many_members_at_once_are_steps_one_by_one(schedule):
    np.testing.assert_allclose(schedule(T) + 0 * T, rates(schedule), rtol=1e-12)


def test_constant_stays():
    assert (rates(ck.constant(0.3)) == 0.3).all()


def test_step_decay_falls_by_the_factor_every_so_many_steps():
    eta = rates(SCHEDULES["step_decay"])
    assert (eta[:20] == 0.3).all()
    np.testing.assert_allclose(eta[20:], eta[:-20] * 0.5)


def test_exponential_decay_has_a_constant_ratio():
    eta = rates(SCHEDULES["exponential_decay"])
    np.testing.assert_allclose(eta[1:] / eta[:-1], 0.98)


def test_inverse_time_is_linear_in_its_reciprocal():
    np.testing.assert_allclose(1 / rates(SCHEDULES["inverse_time"]), (1 + 0.1 * T) / 0.3)


def test_cosine_is_half_way_at_half_time_symmetric_and_0_from_its_end_on():
    eta = rates(SCHEDULES["cosine"])
    np.testing.assert_allclose(eta[50], 0.15)
    np.testing.assert_allclose(eta[:101] + eta[100::-1], 0.3)
    np.testing.assert_allclose(eta[100:], 0, atol=1e-16)


def test_warmup_rises_linearly_from_0_into_the_next_schedule():
    then = SCHEDULES["cosine"]
    eta = rates(ck.warmup(10, then))
    np.testing.assert_allclose(eta[:11], 0.03 * T[:11])
    np.testing.assert_allclose(eta[10:], [then(t) for t in T[:-10]])


def test_warmup_accepts_a_number():
    np.testing.assert_allclose(rates(ck.warmup(4, 0.2)), np.minimum(T / 4, 1) * 0.2)
    np.testing.assert_allclose(ck.warmup(4, 0.2)(np.array([0, 2, 9])), [0, 0.1, 0.2])


def test_robbins_and_monro_hold_for_inverse_time_only():
    """Σ η grows without end (by log 10 / decay · lr a decade) while Σ η² does not."""
    t = np.arange(1_000_000)
    inverse, exponential = SCHEDULES["inverse_time"](t), SCHEDULES["exponential_decay"](t)
    decade = inverse[100_000:].sum()
    np.testing.assert_allclose(decade, 3 * np.log(10), rtol=1e-3)
    assert (inverse[100_000:] ** 2).sum() < 1e-3
    assert exponential[100_000:].sum() < 1e-9
