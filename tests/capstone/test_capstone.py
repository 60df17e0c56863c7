"""The capstone's parts: tasks, the meter, standings, decisions, the page."""

import base64
import datetime
import io

import numpy as np
import PIL.Image
import pytest

from coursekit import capstone, data, numpy_backend, torch_backend
from coursekit.capstone.hardest_images import hardest_images
from coursekit.capstone.settings import same
from coursekit.capstone.standings import DrawResult, Standings, not_worse, percent_wrong
from coursekit.training.history import History

BACKENDS = pytest.mark.parametrize("ck", [numpy_backend, torch_backend], ids=["numpy", "torch"])


@pytest.fixture(scope="module")
def task():
    return capstone.draw_task(np.random.default_rng(0))


def small(ck, **more):
    """A network, and the arguments to fit it with."""
    net = ck.mlp([64, 8, 10], ck.relu, rng=np.random.default_rng(0), **more)
    optimizer = ck.SGD(net.parameters(), lr=0.1)
    return net, {"loss": ck.softmax_cross_entropy, "optimizer": optimizer, "batch_size": 100}


def nearest_mean(ck, x, y, x_new, rng):
    """Scores by the distance to each class's mean: trains nothing."""
    means = (y.T @ x) / y.sum(axis=0)[:, None]
    return -((x_new[:, None] - means) ** 2).sum(axis=-1)


def test_a_task_has_wrong_labels_and_hidden_images(task):
    digits = data.digits()
    known = {row.tobytes(): label for row, label in zip(digits.x, digits.label, strict=True)}
    true = np.array([known[row.tobytes()] for row in task.x])
    np.testing.assert_array_equal(task.y.argmax(axis=1) != true, task.wrong)
    assert task.wrong.sum() == 180
    np.testing.assert_array_equal([known[row.tobytes()] for row in task.x_new], task.label)
    assert not {row.tobytes() for row in task.x} & {row.tobytes() for row in task.x_new}


def test_wrong_labels_are_spread_over_all_other_classes():
    tasks = [capstone.draw_task(np.random.default_rng(seed), noise=1.0) for seed in range(5)]
    clean = [capstone.draw_task(np.random.default_rng(seed), noise=0.0) for seed in range(5)]
    assert not any(task.wrong.any() for task in clean)
    shift = np.concatenate([
        (task.y.argmax(axis=1) - other.y.argmax(axis=1)) % 10 for task, other in zip(tasks, clean, strict=True)
    ])  # fmt: skip
    counts = np.bincount(shift, minlength=10)
    assert counts[0] == 0
    np.testing.assert_allclose(counts[1:], 3000 / 9, rtol=0.2)


def test_another_data_set_can_be_drawn_from():
    rng = np.random.default_rng(0)
    label = rng.integers(0, 3, 50)
    clothes = data.Dataset(
        rng.random((50, 784)),
        data.one_hot(label, 3),
        label,
        ("coat", "shirt", "shoe"),
        tuple("p" * 784),
        "drawn",
    )
    task = capstone.draw_task(rng, clothes, train=20, hidden=30)
    assert (task.x.shape, task.y.shape, task.x_new.shape) == ((20, 784), (20, 3), (30, 784))
    table = capstone.standings(
        lambda ck, x, y, x_new, rng: np.zeros((len(x_new), 3)), draws=2,
        dataset=data.Dataset(*(np.tile(v, (30, 1)) for v in (clothes.x, clothes.y)), np.tile(label, 30),
                             clothes.names, clothes.feature_names, "drawn"), budget=11 * capstone.BUDGET,
    )  # fmt: skip
    assert len(table.errors) == 6


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"train": 1500}, "are 2100 samples, but there are 1797"),
        ({"noise": 1.5}, r"noise must .*is 1.5"),
        ({"dataset": data.diabetes()}, "no classes"),
        ({"hidden": 0}, r"hidden must .*is 0"),
    ],
)
def test_tasks_that_cannot_be_drawn(arguments, words):
    with pytest.raises(ValueError, match=words):
        capstone.draw_task(np.random.default_rng(0), **arguments)
    with pytest.raises(TypeError, match="generator"):
        capstone.draw_task(0)


def test_splits_share_no_row_and_lose_none(task):
    x = np.arange(80.0).reshape(40, 2)
    parts = capstone.splits(x, x, 7, np.random.default_rng(0))
    assert [part.shape for part in parts] == [(7, 30, 2)] * 2 + [(7, 10, 2)] * 2
    for left, held in zip(parts[0], parts[2], strict=True):
        np.testing.assert_array_equal(np.sort(np.concatenate([left, held]), axis=0), x)
    with pytest.raises(ValueError, match="at least one on either side"):
        capstone.splits(x[:1], x[:1], 2, np.random.default_rng(0))


def test_noisy_error_is_what_noisy_labels_measure():
    """By simulation: a classifier whose guesses are wrong in a share e, labels wrong in a share η, independently."""
    rng, n = np.random.default_rng(0), 200_000
    truth = rng.integers(0, 10, n)
    for e, eta in ((0.1, 0.3), (0.4, 0.3), (0.2, 0.9), (0.0, 0.5)):
        guess = (truth + np.where(rng.random(n) < e, rng.integers(1, 10, n), 0)) % 10
        given = (truth + np.where(rng.random(n) < eta, rng.integers(1, 10, n), 0)) % 10
        assert np.mean(guess != given) == pytest.approx(capstone.noisy_error(e, eta), abs=0.005)


@BACKENDS
def test_a_training_is_paid_by_weights_samples_and_epochs(ck, task):
    net, arguments = small(ck, ensemble=(3,))
    meter = capstone.Metered(ck)
    history = meter.fit(net, task.x, task.y, epochs=2, rng=np.random.default_rng(0), **arguments)
    assert meter.spent == 3 * (3 * (64 * 8 + 8 * 10)) * 600 * 2
    assert meter.left == capstone.BUDGET - meter.spent
    assert meter.histories == [history]
    assert meter.mlp is ck.mlp


@BACKENDS
def test_what_cannot_be_paid_is_refused_before_it_starts(ck, task):
    net, arguments = small(ck)
    before = ck.to_numpy(ck.predict(net, task.x))
    meter = capstone.Metered(ck, budget=3 * 592 * 600 * 5)
    with pytest.raises(capstone.BudgetSpent, match="enough for 5 epochs"):
        meter.fit(net, task.x, task.y, epochs=6, rng=np.random.default_rng(0), **arguments)
    np.testing.assert_array_equal(ck.to_numpy(ck.predict(net, task.x)), before)
    assert meter.spent == 0


def test_a_training_that_stops_early_pays_for_what_it_ran(task):
    net, arguments = small(numpy_backend)
    arguments["optimizer"] = numpy_backend.SGD(net.parameters(), lr=5.0)  # no progress: it stops soon
    meter = capstone.Metered(numpy_backend)
    held = {"validation": (task.x[:100], task.y[:100]), "early_stopping": 2}
    with np.errstate(all="ignore"):
        history = meter.fit(
            net, task.x, task.y, epochs=100, rng=np.random.default_rng(0), **held, **arguments
        )
    assert len(history.train) < 100
    assert meter.spent == capstone.multiplications(net, 600, len(history.train))


def test_watching_changes_nothing_but_the_history(task):
    weights = []
    for watched in (None, (task.x_new, data.one_hot(task.label, 10))):
        net, arguments = small(numpy_backend)
        meter = capstone.Metered(numpy_backend, watched=watched)
        history = meter.fit(net, task.x, task.y, epochs=3, rng=np.random.default_rng(0), **arguments)
        weights.append(net.parameters()["0.W"].copy())
    np.testing.assert_array_equal(*weights)
    assert history.metrics["error"][-1] == pytest.approx(
        percent_wrong(numpy_backend.predict(net, task.x_new), task.label) / 100
    )


def test_a_recipe_gets_copies_and_has_to_return_scores(task):
    before = task.x.copy()

    def careless(ck, x, y, x_new, rng):
        x[...] = 0
        return np.zeros((600, 10))

    assert capstone.error(careless, task, numpy_backend, np.random.default_rng(0)) > 80
    np.testing.assert_array_equal(task.x, before)
    with pytest.raises(ValueError, match=r"scores of shape \(600, 10\), .* shape \(600,\)"):
        capstone.error(lambda *_: np.zeros(600), task, numpy_backend, np.random.default_rng(0))


def test_nan_is_never_right():
    scores = np.array([[np.nan, np.nan], [np.nan, 0.0], [0.0, 1.0]])
    assert percent_wrong(scores, [0, 1, 1]) == pytest.approx(100 / 3)


@pytest.fixture(scope="module")
def table():
    return capstone.standings(nearest_mean, draws=3)


def test_standings_rank_by_mean_error_on_the_same_draws(table):
    again = capstone.standings(nearest_mean, draws=3, name="means")
    for name in capstone.RECIPES:
        np.testing.assert_array_equal(again.errors[name], table.errors[name])
    assert table.order == sorted(table.errors, key=lambda name: table.errors[name].mean())
    assert table.order[table.rank("yours") - 1] == "yours"
    gap, se = table.gap("yours", "to the end")
    difference = table.errors["yours"] - table.errors["to the end"]
    assert (gap, se) == pytest.approx((difference.mean(), difference.std(ddof=1) / np.sqrt(3)))
    assert "mean ± sd of 3 draws" in repr(table)
    with pytest.raises(ValueError, match="is a reference recipe"):
        capstone.standings(nearest_mean, name="early stopping")


def test_every_reference_recipe_is_within_the_budget_and_uses_no_other_randomness(task):
    for recipe in capstone.RECIPES.values():
        first, second = (
            capstone.error(recipe, task, numpy_backend, np.random.default_rng(7)) for _ in range(2)
        )
        assert first == second


@pytest.mark.slow
def test_references_are_ranked_in_their_order():
    """Over 20 draws each is better than the one before, by more than two standard errors of the difference."""
    tasks = [capstone.draw_task(np.random.default_rng([1, seed])) for seed in range(20)]
    errors = {
        name: np.array([capstone.error(r, t, numpy_backend, np.random.default_rng(i)) for i, t in enumerate(tasks)])
        for name, r in capstone.RECIPES.items()
    }  # fmt: skip
    for worse, better in zip(list(errors), list(errors)[1:], strict=False):
        gap = errors[worse] - errors[better]
        assert gap.mean() > 2 * gap.std(ddof=1) / np.sqrt(20), (worse, better, gap.mean())


def test_half_a_point_or_one_standard_error_costs_no_rank():
    assert not_worse(np.array([0.4, 0.4, 0.5]))
    assert not_worse(np.array([-3.0, 5.0, 1.0]))
    assert not not_worse(np.array([1.0, 1.1, 0.9]))


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


def one_net(ck, x, y, x_new, rng):
    """A small network, trained at a falling rate."""
    net = ck.mlp([64, 16, 10], ck.relu, rng=rng, dropout=0.25)
    steps = 4 * -(-len(x) // 50)
    ck.fit(net, x, y, loss=ck.softmax_cross_entropy, optimizer=ck.SGD(net.parameters(), lr=ck.cosine(0.5, steps)),
           epochs=4, batch_size=50, rng=rng)  # fmt: skip
    return ck.predict(net, x_new)


def twice(ck, x, y, x_new, rng):
    """A committee of three, then one network on the labels that the committee gives."""
    first = ck.mlp([64, 16, 10], ck.tanh, rng=rng, ensemble=(3,), batch_norm=True)
    ck.fit(first, x, y, loss=ck.softmax_cross_entropy, optimizer=ck.Adam(first.parameters(), lr=0.01), epochs=2,
           batch_size=50, rng=rng, penalty=ck.l2, lam=2.0)  # fmt: skip
    labels = np.eye(10)[ck.to_numpy(ck.predict(first, x)).mean(axis=0).argmax(axis=1)]
    return one_net(ck, x, labels, x_new, rng)


@pytest.fixture(scope="module")
def trained():
    return capstone.standings(one_net, draws=2)


@pytest.fixture(scope="module")
def trained_twice():
    return capstone.standings(twice, draws=2)


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


@pytest.mark.parametrize(
    ("setting", "runs", "contradicts"),
    [
        ("dropout", 0.25, 0.5),
        ("width", 16, 32),
        ("width", (16,), (16, 16)),
        ("epochs", 4, 40),
        ("schedule", "falling", "rising"),
        ("trainings", 2, 1),
        ("networks", 3, 5),
        ("batch_norm", True, 3),
        ("lam", 2.0, 10.0),
    ],
)
def test_the_page_reports_no_decision_that_the_run_contradicts(trained_twice, setting, runs, contradicts):
    kept = capstone.Decision(setting, runs, instead_of="something else", because="a reason of mine")
    false = capstone.Decision(
        setting, contradicts, instead_of="something else", because="a reason that is false"
    )
    assert kept.contradiction(trained_twice) is None
    assert "in the recipe that was run it was" in false.contradiction(trained_twice)
    page = capstone.report(trained_twice, [kept, false], author="Ada")
    assert "a reason of mine" in page.html
    assert "a reason that is false" not in page.html + page.body
    assert len(page.notices) == 1
    assert page.notices[0].startswith("Left out of the page. ")
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


def test_held_out_errors_of_two_recipes_are_of_the_same_splits(task):
    one, other = (capstone.held_out(nearest_mean, task.x, task.y, 4) for _ in range(2))
    np.testing.assert_array_equal(one, other)
    assert one.shape == (4,)
    true_error = capstone.error(nearest_mean, task, numpy_backend, np.random.default_rng(0)) / 100
    assert one.mean() == pytest.approx(100 * capstone.noisy_error(true_error), abs=6)


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


def small_task():
    rng = np.random.default_rng(0)
    digits = data.digits()
    order = rng.permutation(len(digits.x))
    known, new = order[:300], order[300:500]
    return capstone.Task(
        digits.x[known], digits.y[known], digits.x[new], digits.label[new], np.zeros(300, bool)
    )


@BACKENDS
def test_the_second_task_is_measured_against_its_baseline(ck):
    result = capstone.fashion_exam(one_net, small_task(), ck)
    assert result.images == 200
    assert f"{result.error:.1f} ± {result.standard_error:.1f} % of 200 test images" in repr(result)
    assert result.device in repr(result)

    def verdict(error):
        return capstone.FashionResult(error, 10_000, 1.0, "cpu").verdict

    assert verdict(9.0) == "better than the baseline"
    assert verdict(11.0) == "not yet as good as the baseline"
    assert "as good as the baseline" in verdict(9.7)  # within two standard errors, 0.6 points


def test_without_a_network_the_second_task_says_so_and_what_to_do(monkeypatch, capsys, tmp_path):
    assert capstone.fashion() is None
    assert "download=True" in capsys.readouterr().out

    def unreachable(*_, **__):
        raise ConnectionError("no route. If you have the file, put it here: somewhere")

    monkeypatch.setattr(data, "fashion_mnist", unreachable)
    assert capstone.fashion(download=True) is None
    said = capsys.readouterr().out
    assert "could not download Fashion-MNIST" in said
    assert "If you have the file, put it here" in said


def test_a_recipe_that_diverged_still_has_its_page():
    label = np.arange(600) % 10
    history = History(np.array([np.nan, np.nan]))
    runs = tuple(
        DrawResult(np.full((600, 10), np.nan), label, (history,), 0, np.eye(600, 64)) for _ in range(2)
    )
    table = Standings({"yours": np.array([100.0, 100.0])}, "yours", nearest_mean, runs)
    assert "A training diverged" in capstone.report(table).html
