"""The exercises of lesson 07, Deep-network difficulties."""

from coursekit.exercises.deep_networks import (
    batch_norm,
    delta_norms,
    diagnose,
    initialize,
    successive_halving,
    symmetry_spread,
)

__all__ = ["EXERCISES"]

EXERCISES = (
    delta_norms.EXERCISE,
    initialize.EXERCISE,
    batch_norm.EXERCISE,
    symmetry_spread.EXERCISE,
    successive_halving.EXERCISE,
    diagnose.EXERCISE,
)
