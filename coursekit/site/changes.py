"""CHANGELOG as a page of the site and as a feed (Atom)."""

import datetime
import os
import re
import uuid
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from markdown_it import MarkdownIt

TITLE = "Training neural networks: what has changed"
RELEASE = re.compile(
    r"^## (?P<version>\S+) \((?P<date>[^)]*)\)\n(?P<text>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL
)


class Release(NamedTuple):
    """A version, the day it appeared (today for one that has not), and its changes as Markdown."""

    version: str
    day: datetime.date
    text: str


def releases(changelog: str) -> list[Release]:
    """The releases of a changelog whose headings read "## 0.2.0 (2027-01-31)" or "## 0.2.0 (unreleased)", newest first."""
    return [
        Release(found["version"], _day(found["date"]), found["text"].strip())
        for found in RELEASE.finditer(changelog)
    ]


def changes_page(changelog: str) -> str:
    """The page as Markdown."""
    return changelog.replace("# Changelog", "# What has changed", 1)


def feed(changelog: str, address: str = "") -> str:
    """The feed as XML. address: of the site; without it the links are relative, which readers of feeds allow."""
    entries = releases(changelog)
    updated = max((release.day for release in entries), default=_today())
    own = f'<link rel="self" href={quoteattr(address + "feed.xml")}/>' if address else ""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<title>{escape(TITLE)}</title>\n<id>{_identity('feed')}</id>\n<updated>{updated}T00:00:00Z</updated>\n"
        f"<author><name>The coursekit authors</name></author>\n{own}<link href={quoteattr(address + 'changes.html')}/>\n"
        + "".join(_entry(release, address) for release in entries)
        + "</feed>\n"
    )


def _entry(release, address):
    content = escape(MarkdownIt().render(release.text))
    return (
        f"<entry><title>Version {escape(release.version)}</title><id>{_identity(release.version)}</id>"
        f"<updated>{release.day}T00:00:00Z</updated><link href={quoteattr(address + 'changes.html')}/>"
        f'<content type="html">{content}</content></entry>\n'
    )


def _identity(name):
    return uuid.uuid5(uuid.NAMESPACE_DNS, f"coursekit-nn {name}").urn


def _day(text):
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return _today()


def _today():
    now = float(os.environ.get("SOURCE_DATE_EPOCH") or datetime.datetime.now(datetime.UTC).timestamp())
    return datetime.datetime.fromtimestamp(now, datetime.UTC).date()
