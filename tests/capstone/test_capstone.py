"""The capstone's parts: tasks, the meter, standings."""

import numpy as np
import pytest
from small_recipes import nearest_mean

from coursekit import capstone, data, numpy_backend, torch_backend
from coursekit.capstone.standings import not_worse, percent_wrong

BACKENDS = pytest.mark.parametrize("ck", [numpy_backend, torch_backend], ids=["numpy", "torch"])


def small(ck, **more):
    """A network, and the arguments to fit it with."""
    net = ck.mlp([64, 8, 10], ck.relu, rng=np.random.default_rng(0), **more)
    optimizer = ck.SGD(net.parameters(), lr=0.1)
    return net, {"loss": ck.softmax_cross_entropy, "optimizer": optimizer, "batch_size": 100}


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


def test_held_out_errors_of_two_recipes_are_of_the_same_splits(task):
    one, other = (capstone.held_out(nearest_mean, task.x, task.y, 4) for _ in range(2))
    np.testing.assert_array_equal(one, other)
    assert one.shape == (4,)
    true_error = capstone.error(nearest_mean, task, numpy_backend, np.random.default_rng(0)) / 100
    assert one.mean() == pytest.approx(100 * capstone.noisy_error(true_error), abs=6)
