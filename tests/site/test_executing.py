"""Laws of the lessons that are kept: run again exactly when something they depend on has changed."""

import nbformat
import pytest

pytest.importorskip("nbclient", reason="no nbclient: pip install -c constraints.txt -e '.[site]'")

from coursekit.site import executing


@pytest.fixture
def lessons(tmp_path, monkeypatch):
    """Two notebooks, and a list of those that were run: running means to fill in a number here."""
    ran = []
    paths = [tmp_path / "00_a.ipynb", tmp_path / "01_b.ipynb"]
    for path in paths:
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# a")]), path)

    def run(path):
        ran.append(path.stem)
        return nbformat.read(path, as_version=4)

    monkeypatch.setattr(executing, "run", run)
    return paths, ran


def test_a_lesson_is_run_once(lessons, tmp_path):
    paths, ran = lessons
    assert [new for _, new in executing.executed(paths, tmp_path / "cache")] == [True, True]
    assert [new for _, new in executing.executed(paths, tmp_path / "cache")] == [False, False]
    assert sorted(ran) == ["00_a", "01_b"]


def test_a_changed_lesson_is_run_again_and_its_older_result_is_removed(lessons, tmp_path):
    paths, ran = lessons
    list(executing.executed(paths, tmp_path / "cache"))
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# b")]), paths[0])
    assert [new for _, new in executing.executed(paths, tmp_path / "cache")] == [True, False]
    assert sorted(ran) == ["00_a", "00_a", "01_b"]
    assert len(list((tmp_path / "cache").iterdir())) == 2


def test_the_mark_depends_on_the_package_and_on_versions_but_not_on_the_site(lessons, monkeypatch, tmp_path):
    paths, _ = lessons
    package = tmp_path / "package"
    (package / "site").mkdir(parents=True)
    (package / "losses.py").write_text("a")
    monkeypatch.setattr(executing, "PACKAGE", package)

    def mark():
        executing._package_mark.cache_clear()
        return executing.mark(paths[0])

    first = mark()
    (package / "site" / "x.py").write_text("a")
    assert mark() == first
    (package / "losses.py").write_text("b")
    assert mark() != first
    second = mark()
    monkeypatch.setattr(executing, "_version", lambda name: "99")
    assert mark() != second
    executing._package_mark.cache_clear()
