"""Figures of lessons 07a and 07b."""

__all__: list[str] = []
