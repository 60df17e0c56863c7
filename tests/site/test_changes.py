"""Laws of the feed of changes."""

import datetime
import xml.etree.ElementTree as ET

import pytest

pytest.importorskip("markdown_it", reason="no Markdown: pip install -c constraints.txt -e '.[site]'")

from coursekit.site import changes

CHANGELOG = """# Changelog

All notable changes.

## 0.2.0 (unreleased)

### For learners

- Less < more & `code`.

## 0.1.0 (2027-01-31)

- The first.
"""
ATOM = "{http://www.w3.org/2005/Atom}"


def test_each_release_is_an_entry_with_its_day_newest_first(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1900000000")
    root = ET.fromstring(changes.feed(CHANGELOG, "https://example.org/"))
    entries = root.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["Version 0.2.0", "Version 0.1.0"]
    assert [entry.findtext(f"{ATOM}updated") for entry in entries] == [
        "2030-03-17T00:00:00Z",
        "2027-01-31T00:00:00Z",
    ]
    assert root.findtext(f"{ATOM}updated") == "2030-03-17T00:00:00Z"
    assert "<li>Less &lt; more &amp; <code>code</code>.</li>" in entries[0].findtext(f"{ATOM}content")
    assert {link.get("href") for link in root.iter(f"{ATOM}link")} == {
        "https://example.org/feed.xml",
        "https://example.org/changes.html",
    }


def test_identities_differ_by_release_and_stay_the_same():
    found = [[e.text for e in ET.fromstring(changes.feed(CHANGELOG)).iter(f"{ATOM}id")] for _ in range(2)]
    assert found[0] == found[1]
    assert len(set(found[0])) == 3


def test_without_an_address_links_are_relative():
    root = ET.fromstring(changes.feed(CHANGELOG))
    assert {link.get("href") for link in root.iter(f"{ATOM}link")} == {"changes.html"}


def test_the_changelog_of_this_repository_has_releases():
    from coursekit.lesson_files import lessons_folder

    found = changes.releases((lessons_folder().parent / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert found
    assert all(isinstance(release.day, datetime.date) and release.text for release in found)
