"""Write the site: one page per lesson, an index, and a search that runs in the page."""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import nbformat

from coursekit import __version__
from coursekit.exercises.engine.lesson_sources import find_notebook, notebook_paths
from coursekit.html_page import render
from coursekit.site import SiteError
from coursekit.site.executing import CellExecutionError, executed
from coursekit.site.page import body, parts

HERE = Path(__file__).parent


def write(folder: str | Path, lessons: Sequence[str | int], report: Callable[[str], object]) -> Path:
    """Write the site: see `coursekit.site.write_site`."""
    paths = [find_notebook(lesson) for lesson in lessons] or notebook_paths()
    paths = sorted(dict.fromkeys(paths), key=lambda path: path.name)
    folder = Path(folder).expanduser()
    heads = [_head(path) for path in paths]

    def page(name: str, **values: object) -> None:
        text = render("site/page.html", lessons=heads, version=__version__, **values)
        (folder / name).write_text(text, encoding="utf-8")

    found = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for i, (path, head) in enumerate(zip(paths, heads, strict=True)):
            html = body(executed(path))
            neighbors = {
                "before": heads[i - 1] if i else None,
                "after": heads[i + 1] if path != paths[-1] else None,
            }
            page(head["file"], title=head["title"], body=html, **neighbors)
            found += [[head["file"], head["title"], *part] for part in parts(html)]
            size = (folder / head["file"]).stat().st_size / 1e6
            report(f"{head['title']}: {html.count('<img')} pictures, {size:.1f} MB")
        page("index.html", title="Training neural networks", body=None, before=None, after=None)
        search = "const PARTS = " + json.dumps(found, ensure_ascii=False, separators=(",", ":")) + ";\n"
        (folder / "search.js").write_text(search, encoding="utf-8")
        for name in ("site.css", "site.js"):
            (folder / name).write_text((HERE / name).read_text(encoding="utf-8"), encoding="utf-8")
    except CellExecutionError as error:
        raise SiteError(f"{path.name} could not be run.\n{error}") from None
    except OSError as error:
        raise SiteError(
            f"can't write to {folder} ({error.strerror}). Choose another folder: coursekit site -o DIR"
        ) from None
    return folder / "index.html"


def _head(path):
    """Title, first sentence and file name of the page of a lesson."""
    first = nbformat.read(path, as_version=4).cells[0].source
    title, _, rest = first.partition("\n")
    line = next((line for line in rest.splitlines() if line.strip()), "")
    return {
        "title": title.lstrip("# ").strip() or path.stem,
        "about": re.sub(r"[*_`]", "", line).strip(),
        "file": f"{path.stem}.html",
    }
