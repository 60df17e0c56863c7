"""What is done with Sphinx's pages: no other host, no file that nobody reads, and what search engines and links show."""

import html
import re
import shutil
from pathlib import Path
from urllib.parse import quote

from bs4 import BeautifulSoup

from coursekit.site.settings import Settings

# what other hosts would give, and the theme's script that draws icons: its font has them already
ELSEWHERE = re.compile(
    r"""<(?:script|link)\b[^>]*\b(?:src|href)="(?:https?://[^"]*|[^"]*/fontawesome\.js[^"]*)"[^>]*>(?:</script>)?"""
)
SEARCH_ALONE = re.compile(
    r'<(?:script src|link rel="preload" as="script" href)="[^"]*(?:searchtools|language_data|searchindex)\.js[^>]*>(?:</script>)?'
)
TWICE = re.compile(r'<meta name="viewport" content="width=device-width, initial-scale=1"\s*/?>')
ICON = re.compile(r'(?:\.fa-[\w-]+,?)+\{--fa:"[^"]*"\}')
UNREAD = ("locales", "images", "vendor/fontawesome/webfonts/fa-brands-400.woff2", "vendor/fontawesome/webfonts/fa-regular-400.woff2",
          "sbt-webpack-macros.html", "webpack-macros.html", "file.png", "minus.png", "plus.png")  # fmt: skip
ICONS = Path(__file__).parent / "vendor" / "fa-solid-900.woff2"
CARD = "_static/card.png"
DESCRIPTION = 200  # characters, at most


def finish(made: Path, settings: Settings) -> None:
    """Finish every page in `made`; with an address, write the site map."""
    pages = sorted(made.rglob("*.html"))
    texts = {page: page.read_text(encoding="utf-8") for page in pages if "_static" not in page.parts}
    scripts = [
        script.read_text(encoding="utf-8")
        for script in (made / "_static").rglob("*.js")
        if not script.name.startswith("fontawesome")
    ]
    used = {icon for text in [*texts.values(), *scripts] for icon in re.findall(r"\bfa-[\w-]+", text)}
    for page, text in texts.items():
        page.write_text(_finished(text, page.relative_to(made), settings), encoding="utf-8")
    _trim(made, used)
    if settings.address:
        (made / "sitemap.xml").write_text(_sitemap(texts, made, settings.address), encoding="utf-8")


def _finished(text, page, settings):
    text = ELSEWHERE.sub("", text)
    if page.name != "search.html":
        text = SEARCH_ALONE.sub("", text)
    text = TWICE.sub("", text, count=1)
    text = text.replace("<summary><span", '<summary aria-label="pages of this part"><span')
    return text.replace("</title>", f"</title>\n{_head(text, page, settings)}", 1)


# -------------------------------------------------------------------------------------------------------------- head
def _head(text, page, settings):
    """What search engines and those who share a link see of the page."""
    soup = BeautifulSoup(text, "html.parser")
    title = soup.title.get_text().replace(" \u2014 ", " – ") if soup.title else ""
    described = description(soup)
    tags = [("name", "description", described)] if described else []
    tags += [("property", "og:title", title), ("property", "og:type", "website")]
    tags += [("property", "og:description", described)] if described else []
    tags += [("name", "twitter:card", "summary_large_image")] if settings.address else []
    if settings.address:
        tags.append(("property", "og:url", settings.address + quote(page.as_posix())))
        tags.append(("property", "og:image", settings.address + CARD))
        tags.append(
            ("property", "og:image:alt", "Decision regions of a small network beside the title of the course")
        )
    made = [
        f'<meta {kind}="{name}" content="{html.escape(value, quote=True)}">' for kind, name, value in tags
    ]
    if settings.address:
        made.append(f'<link rel="canonical" href="{settings.address}{quote(page.as_posix())}">')
    up = "../" * (len(page.parts) - 1)
    made.append(
        f'<link rel="alternate" type="application/atom+xml" title="What has changed" href="{up}feed.xml">'
    )
    return "\n".join(made)


GOALS = "After this lesson you can"
APART = ["coursekit-launch", "coursekit-question", "headerlink"]


def description(soup: BeautifulSoup) -> str:
    """The first sentences of a page, or a lesson's goals; of a page without sentences, its heading.

    The lines that say how long a lesson takes, and whose syllabus it follows, do not count.
    """
    for paragraph in soup.select("article p, main p"):
        said = " ".join(paragraph.get_text().split())
        if said == GOALS and (goals := paragraph.find_next_sibling("ol")):
            return _shortened(f"{GOALS} {' '.join(goals.get_text(' ').split())}")
        if paragraph.find_parent(["li", "noscript"]) or _is_apart(paragraph):
            continue
        emphasized = paragraph.find("em", recursive=False)
        is_about_time = emphasized and emphasized.get_text().startswith(("About", "Difficulties"))
        if len(said) >= 60 and not is_about_time and not said.startswith(("This course follows", "Its twin")):
            return _shortened(said)
    heading = soup.find("h1")
    return _shortened(heading.get_text().removesuffix("#").strip()) if heading else ""


def _is_apart(paragraph):
    return any(set(APART) & set(tag.get("class") or ()) for tag in (paragraph, *paragraph.parents))


def _shortened(text):
    return text if len(text) <= DESCRIPTION else text[: DESCRIPTION - 1].rpartition(" ")[0] + "…"


def _sitemap(pages, made, address):
    apart = {"search.html", "genindex.html", "404.html"}
    places = "".join(
        f"<url><loc>{address}{quote(page.relative_to(made).as_posix())}</loc></url>\n"
        for page in pages
        if page.name not in apart
    )
    return f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{places}</urlset>\n'


# ------------------------------------------------------------------------------------------------------------- files
def _trim(made, used):
    """Remove what no page reads, and of the theme's 2,000 icons all but those that are used."""
    for name in (".buildinfo", "objects.inv", "_sources"):
        _remove(made / name)
    static = made / "_static"
    for name in UNREAD:
        _remove(static / name)
    for unread in {*made.rglob("*.map"), *made.rglob("fontawesome.js*")}:
        unread.unlink()
    style = static / "styles" / "pydata-sphinx-theme.css"
    text = style.read_text(encoding="utf-8")
    style.write_text(
        ICON.sub(lambda rule: rule[0] if used & set(re.findall(r"fa-[\w-]+", rule[0])) else "", text),
        encoding="utf-8",
    )
    shutil.copy(ICONS, static / "vendor" / "fontawesome" / "webfonts" / ICONS.name)


def _remove(path):
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
