"""The numbers and verdicts in the prose of lesson 04 agree with what its own cells compute."""

import numpy as np
import pytest
from lesson_cells import names_of

from coursekit import data
from coursekit import numpy_backend as ck
from coursekit.initializers import constant, he
from coursekit.plots.regularization import why_penalties


@pytest.fixture(scope="module")
def lesson():
    return names_of("04_regularization")


def gains(lesson, condition):
    """Mean difference to "nothing" in points, its standard error, and in how many of the 20 splits it is below 0."""
    errors = lesson["results"][condition]
    found = {}
    for name, e in errors.items():
        d = e - errors["nothing"]
        assert d.size == 20
        found[name] = d.mean(), d.std(ddof=1) / np.sqrt(20), int((d < 0).sum())
    return found


def test_the_factors_of_the_answers():
    for m, factor in ((1000, 0.9995), (10_000, 0.99995)):
        w = ck.asarray(np.ones((1, 1)))
        ck.SGD({"w": w}, lr=0.1, weight_decay=5 / m).step({"w": np.zeros((1, 1))})
        assert w.item() == pytest.approx(factor, abs=1e-12)


def test_too_little_and_too_much_both_cost(lesson):
    seen, unseen = lesson["seen"], lesson["unseen"]
    assert unseen.shape == (20, 3)
    assert round(seen[1, 0] * 30 / 100) == 0  # "every training point in the figure"
    assert seen.mean(axis=0)[0] < 1 < seen.mean(axis=0)[1] < seen.mean(axis=0)[2]
    overfitted, fitting, ruined = unseen.mean(axis=0)
    assert fitting < overfitted - 2
    assert ruined == pytest.approx(50, abs=2)  # "half of the new points are wrong"
    places = np.random.default_rng(0).uniform(-1, 2, (200, 2))
    scores = np.asarray(lesson["ck"].predict(lesson["nets"], places))[..., 0]  # (20, 3, 200)
    probability = 1 / (1 + np.exp(-scores))
    variance = probability.var(axis=0).mean(axis=-1)  # over the samples, then the mean over places
    assert variance[0] > 2 * variance[1]
    assert np.ptp(probability[:, 2], axis=-1).max() < 0.1  # λ = 30: "nearly the same output everywhere"
    ones = np.asarray(lesson["their_class"])[..., 0].mean(axis=(1, 2))  # share of class 1 among the 30 points
    majority = (scores[:, 2] > 0) == (ones > 0.5)[:, None]
    assert majority[ones != 0.5].all()  # "the class that is more common among its training points"
    parameters = lesson["nets"].parameters().values()
    assert sum(p[0, 0].size for p in parameters) == 129
    assert sum(p[0, 0].size for key, p in lesson["nets"].parameters().items() if key.endswith("W")) == 96


@pytest.mark.slow
def test_the_order_of_the_three_penalties_holds_at_other_rates():
    """The data, networks and steps of the cell, at six rates: the text says what the best of them reaches."""
    samples = [data.moons(1030, np.random.default_rng(seed), noise=0.3) for seed in range(20)]
    x, y = (np.stack([getattr(s, side) for s in samples])[:, None, None] for side in "xy")
    rates = np.array([0.01, 0.02, 0.05, 0.1, 0.2, 0.4])

    def alike(rng, shape):
        return np.repeat(np.repeat(he(rng, (20, 1, 1, *shape[3:])), 3, axis=1), 6, axis=2)

    net = ck.mlp([2, 32, 1], ck.tanh, rng=np.random.default_rng(0), ensemble=(20, 3, 6), init=alike)
    ck.fit(
        net, x[..., :30, :], y[..., :30, :1], loss=ck.sigmoid_cross_entropy, epochs=1500,
        optimizer=ck.SGD(net.parameters(), lr=rates[:, None, None], momentum=0.9),
        penalty=ck.l2, lam=np.array([0, 0.1, 30])[:, None],
    )  # fmt: skip
    error = 100 * np.asarray(ck.zero_one_loss(ck.predict(net, x[..., 30:, :]), y[..., 30:, :1]))
    none, weak, strong = error.mean(axis=0)  # (6 rates) each
    assert none.argmin() == 0
    assert none.min() == pytest.approx(15, abs=1)
    assert weak.min() == pytest.approx(14, abs=1)

    def standard_errors(rate, weak_rate):
        gain = error[:, 0, rate] - error[:, 1, weak_rate]
        return gain.mean() / (gain.std(ddof=1) / np.sqrt(20))

    assert abs(standard_errors(none.argmin(), weak.argmin())) < 2.5  # "no clear difference"
    assert all(standard_errors(i, i) > 2.5 for i in range(2, 6))  # "at most of them", clearly
    assert strong.min() > 45


@pytest.mark.slow
@pytest.mark.parametrize("rate", [0.05, 0.1, 0.2])
def test_the_number_of_zeros_does_not_depend_on_the_rate(lesson, rate):
    line = ck.mlp([30, 1], ck.identity, rng=np.random.default_rng(0), ensemble=(20,), init=constant(0))
    ck.fit(
        line, lesson["inputs"], lesson["outputs"], loss=ck.mse, epochs=2000, penalty=ck.l1, lam=100.0,
        proximal=True, optimizer=ck.SGD(line.parameters(), lr=rate),
    )  # fmt: skip
    zeros = np.sum(line.parameters()["0.W"][..., 0, :] == 0, axis=-1)
    np.testing.assert_array_equal(zeros, lesson["zeros"]["L1, proximal steps"])


def test_half_the_weights_give_half_the_function_of_half_the_input():
    w, b, v = why_penalties.random_units()
    x = np.linspace(-40, 40, 40001)

    def f(x, factor=1.0):
        return np.tanh(factor * w * x[:, None] + b) @ (factor * v)

    np.testing.assert_allclose(f(x, 0.5), f(x / 2) / 2, atol=1e-12)
    steepest = [abs(np.gradient(f(x, factor), x)).max() for factor in (0.5, 1)]
    assert steepest[0] == pytest.approx(steepest[1] / 4, rel=1e-2)
    drawn = [abs(why_penalties.output_and_slope(factor, w, b, v)[1]).max() for factor in (0.5, 1, 3)]
    np.testing.assert_allclose(drawn, np.array([0.25, 1, 9]) * steepest[1], rtol=1e-2)  # the figure shows it
    assert drawn == pytest.approx([0.32, 1.3, 12], rel=0.05)
    bound = np.sum(abs(v * w)) / 4
    assert bound == pytest.approx(2.5, abs=0.05)
    assert steepest[0] < bound < drawn[2]


def test_the_arithmetic_of_the_text():
    assert pytest.approx(1.05) == 4 / (2 * 10) * (2**2 + 1 + 0.5**2)
    assert pytest.approx(0.37, abs=0.005) == 0.999**1000
    assert np.tanh(1) == pytest.approx(0.76, abs=0.005)
    assert np.linalg.norm([3, 4]) == 5
    assert pytest.approx((0.01, -0.02)) == (1 - 33 * 0.03, 1 - 34 * 0.03)


def test_a_gradient_step_on_either_penalty_never_arrives(lesson):
    paths = lesson["paths"]
    assert min(abs(np.array(paths["L1, gradient steps"]))) > 1e-3
    np.testing.assert_allclose(paths["L1, gradient steps"][33:35], [0.01, -0.02], atol=1e-9)
    assert paths["L2, gradient steps"][-1] == pytest.approx(0.9**60)


def test_only_proximal_steps_give_exact_zeros(lesson):
    zeros = lesson["zeros"]
    assert zeros["L1, proximal steps"].size == 20
    assert zeros["L1, proximal steps"].mean() == pytest.approx(24.3, abs=0.8)
    assert zeros["L1, gradient steps"].max() == zeros["L2"].max() == 0
    nonzero = lesson["found"]["L1, proximal steps"][:, :5]
    assert (abs(nonzero) < abs(lesson["truth"][:5])).mean() > 0.9  # "too close to 0"


def test_where_proximal_steps_end_the_loss_pulls_no_harder_than_the_penalty(lesson):
    X, target = lesson["inputs"][0], lesson["outputs"][0, :, 0]
    w, most = lesson["found"]["L1, proximal steps"][0], 100 / (2 * 100)
    slope = 2 / 100 * (X - X.mean(axis=0)).T @ (X @ w - target)  # centered, because there is a bias
    assert 0 < np.sum(w == 0) < 30
    assert (abs(slope[w == 0]) <= most).all()
    np.testing.assert_allclose(slope[w != 0], -most * np.sign(w[w != 0]), atol=1e-9)


def test_three_answers_for_ten(lesson):
    length = {name: np.linalg.norm(w) for name, w in lesson["answers"].items()}
    ours = length["scikit-learn, alpha = 10"]
    assert length["mse, weight_decay = 2 · 10 / 50"] == pytest.approx(ours, rel=1e-6)
    assert length["mse + 20 · ck.l2"] == pytest.approx(ours, rel=1e-6)
    assert length["mse, weight_decay = 10"] < 0.5 * ours < ours < length["mse + 10 · ck.l2"]
    for lam, name in ((10, "scikit-learn, alpha = 10"), (5, "mse + 10 · ck.l2")):  # λ/2 in front of ‖w‖²
        w = np.linalg.solve(lesson["xc"].T @ lesson["xc"] + lam * np.eye(10), lesson["xc"].T @ lesson["yc"])
        assert length[name] == pytest.approx(np.linalg.norm(w), rel=1e-6)


def test_early_stopping_is_ridge_within_a_fifth(lesson):
    gap, q = lesson["gap"], lesson["q"]
    assert gap.max() == pytest.approx(0.20363, abs=1e-5)  # "at most 0.204"
    assert q[gap.argmax()] == pytest.approx(2.513, abs=1e-3)
    assert gap.min() >= 0


def test_the_formula_of_early_stopping_is_what_training_does(lesson):
    np.testing.assert_allclose(
        lesson["ck"].predict(lesson["line"], np.eye(10))[:, 0], lesson["formula"], atol=1e-8
    )
    assert pytest.approx(5, abs=0.01) == 50 / (lesson["rate"] * lesson["steps"])  # "correspond to λ = 5"
    assert lesson["lost"] == ["s1", "s2"]
    assert 500 < lesson["h"][-1] / lesson["h"][0] < 1000  # "a factor of nearly a thousand"


def test_redrawn_labels_make_the_validation_loss_a_u(lesson):
    plain, best = lesson["plain"], lesson["best"]
    assert lesson["digits"].wrong.mean() == pytest.approx(0.18, abs=0.01)
    assert best.shape == (2, 20)
    loss = plain.loss[:, 1].mean(axis=-1)
    assert loss[-1] > 1.2 * loss.min()
    assert (np.diff(plain.train_loss[:, 1].mean(axis=-1)) < 0).all()  # "falls to the end"
    assert plain.epochs[2] == 10  # "begins at epoch 10"
    assert loss[2] < plain.train_loss[2, 1].mean()  # "at first the validation loss is the lower one"
    assert 50 < best[1].mean() < 60
    learned = plain.stopped(plain.train)[1].mean()
    assert learned == pytest.approx(17, abs=1)  # "nearly the share of the wrong ones"
    assert learned == pytest.approx(100 * lesson["digits"].wrong.mean(), abs=1.5)
    assert plain.train[-1, 1].mean() == pytest.approx(3, abs=1)
    stopped, last = plain.stopped(plain.test)[1], plain.test[-1, 1]
    assert stopped.mean() == pytest.approx(12, abs=1.5)
    assert last.mean() == pytest.approx(20, abs=2)


def test_a_little_patience_finds_the_best_record(lesson):
    plain, stopping = lesson["plain"], lesson["stopping"]
    share = {}
    for patience in (1, 5):
        kept = [stopping(curve, patience)[0] for curve in plain.loss[:, 1].T]
        share[patience] = np.mean(kept == plain.best[1])
    assert share[1] < 0.5  # "in most splits it stops at a short rise"
    assert share[5] > 0.9


def test_validation_chooses_a_strength_only_where_labels_are_wrong(lesson):
    val, training = lesson["of_val"].mean(axis=-1), lesson["swept"].train[-1].mean(axis=-1)
    assert lesson["lams"].tolist() == [0, 1, 3, 10, 30]
    assert lesson["chosen"][1] == 3
    assert val[1, 0] > 20  # "above 20 %"
    assert val[1, 2] == pytest.approx(val[1, 0] / 2, abs=2)  # "about half of that"
    assert 0 < val[1, 3] - val[1, 2] < 1.5  # "hardly higher at λ = 10"
    assert training[1, 2] == pytest.approx(16, abs=1.5)  # "close to the share of wrong labels"
    assert (np.diff(training[1]) > 0).all()
    difference = lesson["of_val"][0] - lesson["of_val"][0, 0]  # split by split, (5 strengths, 20 splits)
    error = difference.std(axis=1, ddof=1) / np.sqrt(20)
    assert abs(difference[1].mean()) < error[1]
    assert difference[2].mean() > 3 * error[2]
    assert val[0, -1] - val[0, 0] == pytest.approx(30, abs=5)  # λ = 30 underfits


def test_half_of_the_units_give_half_of_the_sum(lesson):
    assert lesson["half"].mean() == pytest.approx(5, abs=0.2)


def test_the_verdict_on_shifts_depends_on_when_one_looks(lesson):
    plain, shifted = lesson["plain"], lesson["shifted"]
    difference = (shifted.validation - plain.validation).mean(axis=-1)  # (records, 2 kinds of labels)
    at = {epoch: row for row, epoch in enumerate(plain.epochs)}
    assert difference[at[20], 0] == pytest.approx(4, abs=1.5)
    assert difference[at[60], 0] > -0.5
    assert difference[at[100] :, 0].mean() < 0
    last, lowest = difference[-1, 1], [run.validation[:, 1].mean(axis=-1).min() for run in (shifted, plain)]
    assert last < -2
    assert abs(lowest[0] - lowest[1]) < 1.5  # "about equally low"


def test_with_correct_labels_hardly_anything_helps(lesson):
    found = gains(lesson, "correct labels")
    assert lesson["results"]["correct labels"]["nothing"].mean() == pytest.approx(6, abs=0.5)
    for name in ("L2", "L2, stopped", "dropout", "dropout, stopped"):
        mean, error, _ = found[name]
        assert abs(mean) < 2 * error, name  # no more than chance
    mean, error, _ = found["shifts"]
    assert mean == pytest.approx(-0.6, abs=0.4)
    assert 1.5 < -mean / error < 3.5  # "between two and three standard errors"
    mean, error, _ = found["nothing, stopped"]
    assert mean == pytest.approx(0.5, abs=0.3)


def test_with_redrawn_labels_early_stopping_is_what_helps(lesson):
    found = gains(lesson, "redrawn labels")
    stopped, _, below = found["nothing, stopped"]
    assert stopped == pytest.approx(-8, abs=1.2)
    assert below == 20  # "in every one of the 20 splits"
    assert found["L2"][0] < stopped + 0.5  # "at least as well, without stopping"
    assert found["L2"][0] == pytest.approx(-9, abs=1)
    assert min(found, key=lambda name: found[name][0]) in ("L2", "L2, stopped")  # "what helps most"
    assert found["dropout"][0] == pytest.approx(-5, abs=1)
    assert found["shifts"][0] == pytest.approx(-4, abs=1)
    for name in ("dropout, stopped", "shifts, stopped"):  # no more than early stopping by itself
        assert abs(found[name][0] - stopped) < 1, name
    assert lesson["results"]["redrawn labels"]["nothing"].mean() == pytest.approx(20, abs=2)


def test_moved_images_need_moved_images(lesson):
    moved = lesson["results"]["moved test images"]
    assert moved["nothing"].mean() == pytest.approx(58, abs=2)
    assert moved["shifts"].mean() == pytest.approx(8, abs=1.5)
    for name, (mean, _, _) in gains(lesson, "moved test images").items():
        assert "shifts" in name or abs(mean) < 1.5, name  # "within about a point"


def test_the_best_combination_is_about_a_point_better_than_shifts(lesson):
    scores = {name: error for name, (error, _) in lesson["scores"].items()}
    assert lesson["winner"] == "shifts and L2"
    assert lesson["scores"]["shifts and L2"][1].startswith("λ = 1,")
    assert 0.2 < scores["shifts"] - scores["shifts and L2"] < 2.5
    on_test = [
        lesson["candidates"][name, lesson["scores"][name][1]][1] for name in ("shifts and L2", "shifts")
    ]
    d = on_test[0] - on_test[1]
    assert d.mean() < -2 * d.std(ddof=1) / np.sqrt(20)  # "also better on the test images"
    assert min(scores["L2"], scores["dropout"]) - scores["shifts"] > 40
    strong, weak = (
        min(
            v
            for key, v in lesson["mean"].items()
            if key[0] == "shifts and L2" and key[1].startswith(f"λ = {lam},")
        )
        for lam in (3, 1)
    )
    assert weak < strong - 2  # "together with shifts a smaller λ is better"


def test_the_defaults_of_pytorch():
    torch = pytest.importorskip("torch")
    assert torch.nn.Dropout().p == 0.5
    assert torch.optim.AdamW([torch.zeros(1)]).defaults["weight_decay"] == 0.01


def test_adam_with_l2_does_not_decay_what_has_large_gradients(lesson):
    after, kinds, decayed = lesson["after"], lesson["kinds"], lesson["decayed"]
    assert after(3, kinds["Adam with L2"], (1, 1), 0.1, 0.1)[-1] == pytest.approx(0.700, abs=5e-4)
    assert after(3, kinds["AdamW"], (1, 1), 0.1, 0.1)[-1] == pytest.approx(0.673, abs=5e-4)
    np.testing.assert_allclose(decayed["AdamW"], 0.095, atol=1e-3)
    for name in ("SGD with L2", "AdamW"):
        assert 0.090 < decayed[name].min() < decayed[name].max() < 0.096, name
    assert decayed["Adam with L2"][-1] < 0.095 / 90
    assert (np.diff(decayed["Adam with L2"]) < 0).all()  # "the larger the gradients are, the less it decays"


def test_the_penalty_keeps_most_of_the_wrong_labels_from_being_learned(lesson):
    digits, study = lesson["digits"], lesson["study"]
    rng = np.random.default_rng(0)
    net = ck.mlp([64, study.WIDTH, 10], ck.relu, rng=rng, ensemble=(20,), dtype=np.float32)
    optimizer = ck.SGD(net.parameters(), lr=study.RATES["L2"][1, 0], momentum=0.9)
    ck.fit(
        net, digits.images, digits.targets[1], loss=ck.softmax_cross_entropy, epochs=study.EPOCHS,
        batch_size=study.BATCH, rng=rng, optimizer=optimizer, penalty=ck.l2, lam=3.0,
    )  # fmt: skip
    answer = np.asarray(ck.predict(net, digits.images)).argmax(axis=-1)
    disagrees = answer != digits.targets[1].argmax(axis=-1)
    assert disagrees[digits.wrong].mean() > 0.8  # "more than 80 % of the wrong labels"
    assert disagrees[~digits.wrong].mean() == pytest.approx(0.02, abs=0.007)
