"""The capstone's page: settings recorded from the run, decisions checked against them, the images misread."""

import base64
import datetime
import io

import numpy as np
import PIL.Image
import pytest
from small_recipes import nearest_mean, twice

from coursekit import capstone, numpy_backend, torch_backend
from coursekit.capstone.hardest_images import hardest_images
from coursekit.capstone.settings import same
from coursekit.capstone.standings import DrawResult, Standings
from coursekit.training.history import History

BACKENDS = pytest.mark.parametrize("ck", [numpy_backend, torch_backend], ids=["numpy", "torch"])


def test_a_decision_says_what_was_measured():
    gain = np.linspace(0.5, 1.5, 20)

    def decision(gain=None, because="a reason", **more):
        return capstone.Decision("dropout", 0.5, 0.0, because, gain, **more)

    better = decision(gain)
    assert better.finding == "better"
    assert "+1.0 ± 0.3 points of validation error (mean ± sd, better in 20 of 20)" in better.evidence
    assert decision(-gain).finding == "worse"
    assert decision(gain - 1).finding == "no difference measured"
    assert decision().evidence == "not measured"
    for empty in ("", "...", " … "):  # the dots are those of the line that `questions` prints
        with pytest.raises(ValueError, match="because must be a few words"):
            decision(because=empty)
    with pytest.raises(ValueError, match="one number per seed"):
        decision([1.0])
    with pytest.raises(ValueError, match="nan"):
        decision([1.0, np.nan])
    with pytest.raises(ValueError, match=r"both are 0\.5"):
        capstone.Decision("dropout", 0.5, 0.5, "a reason")


@BACKENDS
def test_settings_are_read_from_the_training(ck, task):
    meter = capstone.Metered(ck, given=(task.x, task.y))
    twice(meter, task.x, task.y, task.x_new, np.random.default_rng(0))
    first, second = meter.settings
    assert (first["networks"], first["width"], first["activation"], first["batch_norm"]) == (
        3,
        (16,),
        "tanh",
        True,
    )
    assert (first["optimizer"], first["rate"], first["schedule"]) == ("Adam", pytest.approx(0.01), "constant")
    assert (first["penalty"], first["lam"], first["dropout"], first["relabeled"]) == ("l2", 2.0, 0.0, 0.0)
    assert (second["networks"], second["dropout"], second["schedule"], second["epochs"]) == (
        1,
        0.25,
        "falling",
        4,
    )
    assert second["last_rate"] < 0.01 * second["rate"]
    assert 20 < second["relabeled"] < 60  # most of the 30 % wrong labels, and some right ones
    words = capstone.in_a_sentence(meter.settings)
    assert words.startswith(
        "It trains twice: (1) 3 networks side by side with 16 hidden units (tanh), batch norm, l2"
    )
    assert (
        "(2) a network with 16 hidden units (relu), dropout 0.25, SGD at rate 0.5 and falling, 4 epochs"
        in words
    )
    assert capstone.in_a_sentence([]) == "It trains no network with fit."


CONTRADICTED = [  # setting, as it was run, otherwise
    ("dropout", 0.25, 0.5),
    ("width", 16, 32),
    ("width", (16,), (16, 16)),
    ("epochs", 4, 40),
    ("schedule", "falling", "rising"),
    ("trainings", 2, 1),
    ("networks", 3, 5),
    ("batch_norm", True, 3),
    ("lam", 2.0, 10.0),
]


def test_the_page_reports_no_decision_that_the_run_contradicts(trained_twice):
    decisions = []
    for i, (setting, runs, contradicts) in enumerate(CONTRADICTED):
        kept = capstone.Decision(setting, runs, instead_of="something else", because=f"my reason {i} for it")
        false = capstone.Decision(setting, contradicts, instead_of="something else", because="a false reason")
        assert kept.contradiction(trained_twice) is None
        assert "in the recipe that was run it was" in false.contradiction(trained_twice)
        decisions += [kept, false]
    page = capstone.report(trained_twice, decisions, author="Ada")
    assert all(f"my reason {i} for it" in page.html for i in range(len(CONTRADICTED)))
    assert "a false reason" not in page.html + page.body
    assert len(page.notices) == len(CONTRADICTED)
    assert all(notice.startswith("Left out of the page. ") for notice in page.notices)
    assert "Left out of the page" in page._repr_html_()
    assert "Left out of the page" not in page.html


def test_a_value_that_differs_from_draw_to_draw_may_be_stated_roughly(trained_twice):
    shares = [run.settings[1]["relabeled"] for run in trained_twice.runs]
    middle = capstone.Decision("relabeled", sum(shares) / 2, instead_of=0, because="a reason")
    assert middle.contradiction(trained_twice) is None
    assert capstone.Decision("relabeled", 90, instead_of=0, because="a reason").contradiction(trained_twice)


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (64, (64,), True),
        ("64", (64,), True),
        ((64, 32), [64, 32], True),
        ((64, 32), (64, 64), False),
        (True, "yes", True),
        (False, "no", True),
        (True, 1.5, False),
        (0.05, 0.0501, True),
        (0.05, 0.06, False),
        ("Falling", "falling", True),
        (0.5, "half", False),
        (None, 0.5, False),
    ],
)
def test_values_of_a_setting_are_compared_as_a_reader_would(one, other, equal):
    assert same(one, other) is equal
    assert same(other, one) is equal


def test_other_decisions_are_the_authors_own_words(trained):
    decision = capstone.Decision("the name of the recipe", "Otto", instead_of="Emma", because="it is short")
    assert "the author’s statement" in capstone.report(trained, [decision]).html


def test_questions_are_asked_about_each_difference_from_the_plain_recipe(trained_twice, trained, table):
    asked = capstone.questions(trained_twice).settings
    assert asked["trainings"] == (2, 1)
    assert asked["networks"] == (3, 1)
    assert asked["dropout"] == (0.25, 0.0)
    assert {"images", "last_rate"}.isdisjoint(asked)
    assert "trainings" not in capstone.questions(trained).settings
    assert "no decision to explain yet" in repr(capstone.questions(trained, trained.runs[0].settings[0]))
    assert capstone.questions(table).settings == {"trainings": (0, 1)}  # it trains nothing
    for line in repr(capstone.questions(trained_twice)).splitlines()[
        1:
    ]:  # a line to copy is Python, and no answer yet
        with pytest.raises(ValueError, match="because must be a few words"):
            eval(line.split("   #")[0].strip().rstrip(","), {"capstone": capstone})


def test_the_page_has_all_its_parts_and_loads_nothing(table, tmp_path):
    decision = capstone.Decision("<b>bold</b>", "loud", "shy", "it <i>leans</i>", np.array([1.0, 2.0]))
    names = ["<script>", *"123456789"]  # of classes: they appear in figures and their alt texts
    page = capstone.report(
        table, [decision], author="Ada <Lovelace>", title="My <page>", summary="I tried & won.",
        date=datetime.date(2026, 11, 5), names=names,
    )  # fmt: skip
    for part in (
        "by Ada &lt;Lovelace&gt;, 5 November 2026",
        "<h1>My &lt;page&gt;</h1>",
        "<title>My &lt;page&gt;</title>",
        "I tried &amp; won.",
        "How it compares",
        "Which classes it mixes up",
        "the evidence for them",
        "nearest_mean",
    ):
        assert part in page.html
    assert "It trained no network" in page.html
    assert "<b>bold</b>" not in page.html
    assert "&lt;b&gt;bold&lt;/b&gt;" in page.html
    assert "&amp;lt;" not in page.html  # nothing is escaped twice
    assert "<script" not in page.html
    assert (
        page.html.count('class="coursekit-figure') == 2 or page.html.count("<img") == 22
    )  # ranks, matrix; 20 misread
    assert "http" not in page.html.replace("http-equiv", "")
    path = page.save(tmp_path / "mine.html")
    assert path.read_text(encoding="utf-8") == page.html
    with pytest.raises(FileExistsError):
        page.save(path)
    assert 'download="my_capstone.html"' in page._repr_html_()
    assert page.notices == ()
    with pytest.raises(TypeError, match="one is a str"):
        capstone.report(table, ["a decision"])


def test_a_page_without_author_and_decisions_says_so_to_its_author_alone(table):
    page = capstone.report(table)
    assert [notice.split(":")[0] for notice in page.notices] == [
        "The page does not have your name yet",
        "The page has no decisions yet",
    ]
    assert "your name yet" not in page.html
    assert "your name yet" in repr(page)


def test_the_twenty_images_are_those_misread_in_the_largest_share_of_draws(table):
    found = hardest_images(table)
    assert len(found) == 20
    shares = [image.times / image.seen for image in found]
    assert shares == sorted(shares, reverse=True)
    assert all(image.guess != image.label for image in found)
    assert len({image.image.tobytes() for image in found}) == 20
    wrong = sum(int((run.scores.argmax(axis=1) != run.label).sum()) for run in table.runs)
    assert sum(image.times for image in hardest_images(table, 10**6)) == wrong
    with PIL.Image.open(io.BytesIO(base64.b64decode(found[0].picture))) as picture:
        assert picture.size == (8, 8)
        assert (
            np.asarray(picture)[found[0].image.reshape(8, 8).argmax() // 8].min() == 0
        )  # dark where it is high


def test_the_page_shows_how_the_last_training_went(trained):
    page = capstone.report(trained)
    assert "hidden images ends at" in page.html
    assert "It trains once: a network with 16 hidden units" in page.html
    assert "learning rate at the start" in page.html


def test_a_recipe_that_diverged_still_has_its_page():
    label = np.arange(600) % 10
    history = History(np.array([np.nan, np.nan]))
    runs = tuple(
        DrawResult(np.full((600, 10), np.nan), label, (history,), 0, np.eye(600, 64)) for _ in range(2)
    )
    table = Standings({"yours": np.array([100.0, 100.0])}, "yours", nearest_mean, runs)
    assert "A training diverged" in capstone.report(table).html
