"""Figures of lesson 06."""

__all__: list[str] = []
