"""Figures of lesson 08."""

__all__: list[str] = []
