"""Links between the documents of the repository, for pages of the site: what is not on the site is linked where it is."""

import posixpath
import re
from collections.abc import Set

from coursekit.site.settings import Settings

LINK = re.compile(r"(?<!!)\[(?P<text>[^\[\]]*)\]\((?P<target>[^()\s]*)\)")
MOVED = {"README.md": "index.md", "CHANGELOG.md": "changes.md", "coursekit/notation.md": "notation.md"}
SOURCE = "https://github.com/{repository}/blob/main/{path}"


def for_site(text: str, file: str, pages: Set[str], settings: Settings) -> str:
    """The Markdown `text` of `file` with its links as the site needs them.

    file, pages: paths in the repository, such as "docs/install.md": where the text is from, and what the site has. A link to
    another file leads to the repository if one is configured; if not, its text remains.
    """

    def link(found):
        target, _, anchor = found["target"].partition("#")
        if "://" in target or target.startswith("mailto:"):
            return found[0]
        if not target:
            return (
                f"[{found['text']}](#{anchor.lower()})"  # Jupyter's anchors have capitals, the site's do not
            )
        path = posixpath.normpath(posixpath.join(posixpath.dirname(file), target))
        path = MOVED.get(path, path)
        hook = f"#{anchor.lower()}" if anchor else ""
        if path in pages:
            start = posixpath.dirname(MOVED.get(file, file)) or "."
            return f"[{found['text']}]({posixpath.relpath(path, start)}{hook})"
        if settings.repository:
            return f"[{found['text']}]({SOURCE.format(repository=settings.repository, path=path)}{hook})"
        return found["text"]

    return LINK.sub(link, text)
