"""Figures of lessons 06a and 06b."""

__all__: list[str] = []
