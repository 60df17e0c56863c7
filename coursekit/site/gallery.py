"""One page with every figure and panel of the lessons."""

import html

from coursekit.site.lesson_page import Shown


def gallery(lessons: list[tuple[str, str, list[Shown]]]) -> str:
    """The page as Markdown. lessons: (title, address of the page without its ending, its pictures)."""
    parts = [
        "---\nhtml_theme.sidebar_secondary.remove: true\n---",
        "# Gallery",
        "Every figure and panel of the lessons. A picture leads to its lesson.",
    ]
    for title, page, pictures in lessons:
        if not pictures:
            continue
        items = "\n".join(_item(page, picture) for picture in pictures)
        parts.append(f'## {title}\n\n```{{raw}} html\n<div class="coursekit-gallery">\n{items}\n</div>\n```')
    return "\n\n".join(parts) + "\n"


def _item(page: str, picture: Shown) -> str:
    alt = html.escape(picture.alt, quote=True)
    kind = '<span class="coursekit-kind">panel</span>' if picture.is_panel else ""
    image = (
        f'<img class="coursekit-figure" src="_static/pictures/{picture.file}" alt="{alt}" width="{picture.width}" '
        f'height="{picture.height}" loading="lazy">'
    )
    return f'<a href="{page}.html">{image}{kind}</a>'
