"""Write the sources of the site, let Sphinx build it, and make it independent of every other host."""

import contextlib
import io
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import nbformat

from coursekit import __version__
from coursekit.exercises.engine.lesson_sources import find_notebook, notebook_paths
from coursekit.lesson_files import lessons_folder
from coursekit.site import SiteError
from coursekit.site.executing import CellExecutionError, executed
from coursekit.site.gallery import gallery
from coursekit.site.lesson_page import lesson_page
from coursekit.site.reference import reference_pages
from coursekit.widgets.playground import bundle

HERE = Path(__file__).parent
TITLE = "Training neural networks"
DOCS = ("learners.md", "install.md", "instructors.md", "grading.md", "own_lesson.md")
# what other hosts would give, and the theme's script that draws icons: its font has them already, in a third of the bytes
NOT_NEEDED = re.compile(
    r"""<(?:script|link)\b[^>]*\b(?:src|href)="(?:https?://[^"]*|[^"]*/fontawesome\.js[^"]*)"[^>]*>(?:</script>)?"""
)
CONFIGURATION = {
    "project": TITLE,
    "author": "the authors of coursekit",
    "version": __version__,
    "release": __version__,
    "extensions": ["myst_nb", "sphinx_copybutton", "sphinx-mathjax-offline"],
    "myst_enable_extensions": ["dollarmath", "amsmath"],
    "myst_heading_anchors": 3,
    "nb_execution_mode": "off",
    "nb_ipywidgets_js": {},  # panels are flipbooks
    "nb_code_prompt_hide": "Hide the code",
    "nb_code_prompt_show": "Show the code (optional reading)",
    "suppress_warnings": ["myst.xref_missing", "myst.header", "mystnb.unknown_mime_type"],
    "html_theme": "sphinx_book_theme",
    "html_title": TITLE,
    "html_static_path": ["_static"],
    "html_css_files": ["course.css", "playground.css"],
    "html_js_files": ["course.js"],
    "html_favicon": "_static/favicon.svg",
    "html_copy_source": False,
    "html_show_sourcelink": False,
    "html_show_sphinx": False,
    "html_theme_options": {
        "use_download_button": False,
        "use_fullscreen_button": False,
        "show_toc_level": 2,
        "home_page_in_toc": False,
    },
    "copybutton_selector": ".cell_input div.highlight pre, div.highlight-bash pre, div.highlight-python pre",
    "language": "en",
}


def build(folder: str | Path, lessons: Sequence[str | int], report: Callable[[str], object]) -> Path:
    """Write the site: see `coursekit.site.write_site`."""
    paths = [find_notebook(lesson) for lesson in lessons] or notebook_paths()
    paths = sorted(dict.fromkeys(paths), key=lambda path: path.name)
    folder = Path(folder).expanduser()
    with _said(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="coursekit-site-") as place:
        source, made = Path(place) / "source", Path(place) / "html"
        _write_sources(source, paths, report)
        _run_sphinx(source, Path(place))
        _without_elsewhere(made)
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
def _write_sources(source: Path, paths: list[Path], report: Callable[[str], object]) -> None:
    static = source / "_static"
    pictures = static / "pictures"
    for made in (pictures, source / "lessons", source / "docs", source / "reference"):
        made.mkdir(parents=True)
    shown = []
    for path in paths:
        try:
            notebook = executed(path)
        except CellExecutionError as error:
            raise SiteError(f"{path.name} could not be run.\n{error}") from None
        page = lesson_page(notebook, pictures, "../_static/pictures")
        nbformat.write(notebook, source / "lessons" / path.name)
        title = notebook.cells[0].source.partition("\n")[0].lstrip("# ") or path.stem
        shown.append((title, f"lessons/{path.stem}", page))
        report(f"{title}: {len(page)} pictures")
    shutil.copy(lessons_folder() / "README.md", source / "lessons" / "README.md")
    docs = [name for name in DOCS if (lessons_folder().parent / "docs" / name).exists()]  # not in a wheel
    for name in docs:
        shutil.copy(lessons_folder().parent / "docs" / name, source / "docs" / name)
    for name, text in reference_pages().items():
        (source / "reference" / name).write_text(text, encoding="utf-8")
    (source / "gallery.md").write_text(gallery(shown), encoding="utf-8")
    for page in (HERE / "pages").glob("*.md"):
        text = page.read_text(encoding="utf-8")
        text = text.replace("LESSONS", "\n".join(f"lessons/{path.stem}" for path in paths))
        text = text.replace("DOCS", "\n".join(f"docs/{name.removesuffix('.md')}" for name in docs))
        (source / page.name).write_text(text, encoding="utf-8")
    shutil.copytree(HERE / "static", static, dirs_exist_ok=True)
    (static / "playground.js").write_text(bundle.classic_script(), encoding="utf-8")
    (static / "playground.css").write_text(bundle.styles(), encoding="utf-8")


# ------------------------------------------------------------------------------------------------------------- Sphinx
def _run_sphinx(source: Path, place: Path) -> None:
    try:
        from sphinx.application import Sphinx
        from sphinx.util.docutils import docutils_namespace
    except ImportError as error:
        raise SiteError(
            f'the website needs Sphinx and its theme ({error.name} is missing). Install them: pip install "coursekit-nn[site]"'
        ) from None
    said = io.StringIO()
    with docutils_namespace():
        app = Sphinx(
            source, None, place / "html", place / "doctrees", "html", CONFIGURATION, status=None, warning=said,
            freshenv=True,
        )  # fmt: skip
        app.build(force_all=True)
    if app.statuscode:
        raise SiteError(f"Sphinx could not build the site.\n{said.getvalue()}")


def _without_elsewhere(made: Path) -> None:
    """Remove every script and style sheet that would be fetched from another host, and what only Sphinx needs."""
    for page in made.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        text = NOT_NEEDED.sub("", text).replace(
            "<summary><span", '<summary aria-label="pages of this part"><span'
        )
        page.write_text(text, encoding="utf-8")
    for name in (".buildinfo", "objects.inv"):
        (made / name).unlink(missing_ok=True)
    shutil.rmtree(made / "_sources", ignore_errors=True)
    for unused in {*made.rglob("*.map"), *made.rglob("fontawesome.js*")}:
        unused.unlink()
