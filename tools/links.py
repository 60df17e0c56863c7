"""Check every local link and anchor of the documentation and the lessons: `python tools/links.py`. It needs no network.

Addresses that begin with https:// are not visited.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).parents[1]
PAGES = ("*.md", "docs/**/*.md", "jupyterhub/*.md", "lessons/*.md", "lessons/*.ipynb", "coursekit/**/*.md",
         "tests/**/*.md")  # fmt: skip
LINK = re.compile(r"""\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)|(?:href|src)=["']([^"']+)["']""")
ELSEWHERE = "coursekit/site/pages/"  # pages of the site, whose links are true there
CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]*`", re.MULTILINE | re.DOTALL)


def text_of(path: Path) -> str:
    """The Markdown of a page; of a notebook, that of its text cells."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    cells = json.loads(text)["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def anchors(path: Path) -> set[str]:
    """The anchors that a page's headings get, on GitHub or in JupyterLab, and those that it sets itself."""
    text = re.sub(CODE, lambda code: "" if code[1] else code[0], text_of(path))
    found = set(re.findall(r"""(?:id|name)=["']([^"']+)["']""", text))
    titles = re.findall(r"^#{1,6} +(.+?) *#*$", text, re.MULTILINE)
    if path.suffix == ".ipynb":
        return found | {title.replace(" ", "-") for title in titles}
    for title in titles:
        title = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", title).lower()
        slug = re.sub(r"[^\w\- ]", "", title).replace(" ", "-")
        repeated = sum(re.fullmatch(re.escape(slug) + r"(-\d+)?", other) is not None for other in found)
        found.add(f"{slug}-{repeated}" if repeated else slug)
    return found


def targets(path: Path) -> Iterator[str]:
    """What the page links to, outside of code."""
    for match in LINK.finditer(CODE.sub("", text_of(path))):
        yield match[1] or match[2]


def broken(root: Path = ROOT) -> list[str]:
    """One line for each link that leads nowhere."""
    lines = []
    pages = {path for pattern in PAGES for path in root.glob(pattern) if ELSEWHERE not in path.as_posix()}
    for page in sorted(pages):
        for target in targets(page):
            if re.match(r"[a-z][a-z0-9+.-]*:", target):  # https:, mailto:, data:, attachment:
                continue
            file, _, anchor = unquote(target).partition("#")
            leads_to = page.parent / file if file else page
            where = f"{page.relative_to(root)}: {target}"
            if not leads_to.exists():
                lines.append(f"{where}: there is no such file")
            elif anchor and leads_to.suffix in (".md", ".ipynb") and anchor not in anchors(leads_to):
                lines.append(f"{where}: there is no such heading")
    return lines


if __name__ == "__main__":
    found = broken()
    print(*found, f"Broken links: {len(found)}", sep="\n")
    sys.exit(bool(found))
