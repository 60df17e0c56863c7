"""Laws of what is configured: buttons and absolute addresses appear only where it is known where they lead."""

from coursekit.site import settings as module
from coursekit.site.settings import Settings, settings


def checkout(tmp_path, monkeypatch, owner):
    (tmp_path / "pyproject.toml").write_text(f'[tool.coursekit]\nowner = "{owner}"\nrepository = "course"\n')
    monkeypatch.setattr(module, "lessons_folder", lambda: tmp_path / "lessons")


def test_without_an_owner_nothing_is_configured(tmp_path, monkeypatch):
    checkout(tmp_path, monkeypatch, "")
    assert settings() == Settings()
    assert settings().launchers("00_a.ipynb") == []


def test_the_repository_gives_launchers_and_the_address_of_its_pages(tmp_path, monkeypatch):
    checkout(tmp_path, monkeypatch, "Ada")
    its = settings(lite="lite")
    assert its == Settings("Ada/course", "https://ada.github.io/course/", "lite/")
    assert dict(its.launchers("00_a.ipynb")) == {
        "Run in this browser": "../lite/00_a.html",
        "Open in Colab": "https://colab.research.google.com/github/Ada/course/blob/main/lessons/00_a.ipynb",
        "Launch on Binder": "https://mybinder.org/v2/gh/Ada/course/HEAD?urlpath=lab/tree/lessons/00_a.ipynb",
        "Report a problem": "https://github.com/Ada/course/issues/new?title=00_a.ipynb",
    }


def test_another_address_may_be_given_and_a_wheel_knows_none(tmp_path, monkeypatch):
    checkout(tmp_path, monkeypatch, "Ada")
    assert settings("https://example.org/x").address == "https://example.org/x/"
    assert settings("").address == ""
    monkeypatch.setattr(
        module, "lessons_folder", lambda: tmp_path / "site-packages" / "coursekit" / "lessons"
    )
    assert settings() == Settings()


def test_notebooks_on_another_host_are_linked_there():
    its = Settings(lite="https://example.org/lite/")
    assert its.launchers("00_a.ipynb") == [("Run in this browser", "https://example.org/lite/00_a.html")]
