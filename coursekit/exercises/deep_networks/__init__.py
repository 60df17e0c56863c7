"""The exercises of lesson 07, Deep-network difficulties."""

from coursekit.exercises.deep_networks import (
    batch_norm,
    compare_fairly,
    delta_norms,
    diagnose,
    expected_improvement,
    initialize,
    prune_to_bound,
    successive_halving,
    symmetry_spread,
)

__all__ = ["EXERCISES"]

EXERCISES = (
    delta_norms.EXERCISE,
    initialize.EXERCISE,
    batch_norm.EXERCISE,
    symmetry_spread.EXERCISE,
    diagnose.EXERCISE,
    compare_fairly.EXERCISE,
    prune_to_bound.EXERCISE,
    successive_halving.EXERCISE,
    expected_improvement.EXERCISE,
)
