"""The project of lesson 09, the capstone."""

from coursekit.exercises.capstone import my_recipe

__all__ = ["PROJECTS"]

PROJECTS = (my_recipe.EXERCISE,)
