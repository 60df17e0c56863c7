"""What the figures of all lessons share: style and palette, axes that show themselves, drawings that move."""

__all__: list[str] = []
