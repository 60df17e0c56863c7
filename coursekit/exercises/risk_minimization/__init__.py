"""The exercises of lesson 01, Risk minimization."""

from coursekit.exercises.risk_minimization import (
    choose_class,
    empirical_error,
    erm_threshold,
    hoeffding_sample_size,
    true_error,
)

__all__ = ["EXERCISES"]

EXERCISES = (
    empirical_error.EXERCISE,
    true_error.EXERCISE,
    erm_threshold.EXERCISE,
    hoeffding_sample_size.EXERCISE,
    choose_class.EXERCISE,
)
