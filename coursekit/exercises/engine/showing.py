"""Show something: a panel in a notebook, plain text anywhere else."""

import html
import sys

from coursekit.exercises.engine.markup import rich


def in_notebook():
    """IPython's shell if one is running, else None. IPython is not imported for it."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def show(text: str, markup: str, metadata: dict | None = None) -> None:
    """Display the markup with the text as its plain form; print the text outside IPython."""
    if in_notebook() is None:
        print(text)
        return
    from IPython.display import display

    display({"text/plain": text, "text/html": markup}, raw=True, metadata=metadata or {})


def say(text: str, label: str) -> None:
    """Show one paragraph."""
    show(text.replace("`", ""), box(f'<p style="margin:0">{rich(text)}</p>', label, "#6b7280"))


def box(inside: str, label: str, color: str) -> str:
    """A panel with a colored edge; its text keeps the color of the notebook's theme."""
    style = f"border-left:5px solid {color};padding:.4em .9em;margin:.3em 0;line-height:1.5;overflow-x:auto"
    return f'<section role="status" aria-label="{html.escape(label)}" style="{style}">{inside}</section>'
