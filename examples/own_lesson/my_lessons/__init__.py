"""Lessons of our own: each module here with a tuple EXERCISES is one, and its notebook is in lessons/."""
