"""Figures of lesson 00."""

__all__: list[str] = []
