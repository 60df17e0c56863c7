"""Links and anchors of the documentation and the lessons lead somewhere."""

import json

import links


def test_no_link_of_this_repository_is_broken():
    assert links.broken() == []
    assert (
        sum(1 for page in ("README.md", "lessons/README.md") for _ in links.targets(links.ROOT / page)) > 20
    )


def test_a_broken_link_is_named(tmp_path):
    (tmp_path / "lessons").mkdir()
    cells = [
        {"cell_type": "markdown", "source": ["## A heading\n", "[a](#A-heading) [b](#a-heading) [c](no.md)"]}
    ]
    (tmp_path / "lessons" / "00_x.ipynb").write_text(json.dumps({"cells": cells}))
    (tmp_path / "README.md").write_text(
        "# One: two\n\n[fine](#one-two) [fine](lessons/00_x.ipynb#A-heading) [fine](https://example.org/none)\n"
        "[wrong](#two) `[code](none.md)` ![gone](docs/none.png)\n```\n[code](none.md)\n```\n"
    )
    assert links.broken(tmp_path) == [
        "README.md: #two: there is no such heading",
        "README.md: docs/none.png: there is no such file",
        "lessons/00_x.ipynb: #a-heading: there is no such heading",
        "lessons/00_x.ipynb: no.md: there is no such file",
    ]
