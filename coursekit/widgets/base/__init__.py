"""What the interactive figures of all lessons share: the engine, the controls, accessibility, predictions."""

__all__: list[str] = []
