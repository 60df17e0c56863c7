"""The numbers and verdicts in the prose of lesson 02 agree with what its own cells compute."""

from statistics import NormalDist

import numpy as np
import pytest
from lesson_cells import names_of

from coursekit import data
from coursekit import numpy_backend as ck


@pytest.fixture(scope="module")
def lesson():
    return names_of("02_loss_functions")


def test_the_rise_over_the_bowl_is_quadratic(lesson):
    assert lesson["far"] / lesson["near"] == pytest.approx(4)


def test_one_hundred_steps_train_the_line(lesson):
    least_squares = np.polyfit(lesson["x"][:, 0], lesson["y"][:, 0], 1)
    assert lesson["my_slope"] == pytest.approx(least_squares[0], rel=1e-6)
    assert lesson["my_intercept"] == pytest.approx(least_squares[1], rel=1e-6)


def test_the_numbers_worked_out_by_hand():
    assert np.prod([0.9, 0.8, 0.6]) == pytest.approx(0.432)
    assert np.log([0.9, 0.8, 0.6]).sum() == pytest.approx(-0.839, abs=5e-4)
    exponentials = np.exp([2.0, 1.0, -1.0])
    assert exponentials.round(2).tolist() == [7.39, 2.72, 0.37]
    assert exponentials.sum() == pytest.approx(10.48, abs=5e-3)
    assert (exponentials / exponentials.sum()).round(3).tolist() == [0.705, 0.259, 0.035]
    assert -np.log(exponentials[1] / exponentials.sum()) == pytest.approx(1.35, abs=5e-3)
    assert [round(-np.log(p), 3) for p in (0.9, 0.1)] == [0.105, 2.303]
    entropy = -0.7 * np.log(0.7) - 0.3 * np.log(0.3)
    assert entropy == pytest.approx(0.611, abs=5e-4)
    a = 1 / (1 + np.exp(-4))
    assert a * a * (1 - a) == pytest.approx(0.017, abs=5e-4)
    assert [round(float(np.log(k)), 2) for k in (2, 10)] == [0.69, 2.30]
    assert 10 * np.log(2) == pytest.approx(6.9, abs=0.05)
    assert np.log(0.8 / 0.2) == pytest.approx(np.log(4))  # odds of 4 to 1
    assert np.log(np.finfo(float).max) == pytest.approx(709.8, abs=0.05)
    assert 2 * NormalDist().cdf(1) - 1 == pytest.approx(2 / 3, abs=0.02)  # within one standard deviation


def test_the_absolute_error_is_lowest_at_the_middle_of_the_sorted_list():
    grid = np.round(np.arange(0, 120, 0.5), 1)
    lowest = lambda y: grid[np.isclose(cost := np.abs(grid[:, None] - y).mean(axis=1), cost.min())]
    assert lowest([18, 20, 21, 22, 79]).tolist() == [21]
    assert lowest([18, 20, 21, 22, 179]).tolist() == [21]
    assert lowest([10] * 9 + [110]).tolist() == [10]  # question 1: ties, and an even number of values
    assert lowest([1, 3, 5, 9]).tolist() == [3, 3.5, 4, 4.5, 5]  # all between the two middle values


def naive(z, y):
    """(σ(z), loss, derivative with respect to z), computed from the probability."""
    with np.errstate(all="ignore"):
        q = 1 / (1 + np.exp(-np.float64(z)))
        loss = -(y * np.log(q) + (1 - y) * np.log(1 - q))
        return q, loss, (q - y) / (q * (1 - q)) * (q * (1 - q))


@pytest.mark.parametrize(("z", "wrong"), [(38, 0), (40, 0), (800, 0), (-720, 1), (-800, 1)])
def test_the_naive_loss_is_infinite_when_wrong_and_nan_when_right(z, wrong):
    assert naive(z, wrong)[0] == (z > 0)  # the probability is rounded to 1 or 0
    assert naive(z, wrong)[1] == np.inf
    assert np.isnan(naive(z, 1 - wrong)[1])
    assert np.isnan([naive(z, 0)[2], naive(z, 1)[2]]).all()


@pytest.mark.parametrize("z", [36, -38, -40, -700])
def test_the_naive_loss_works_much_longer_on_the_negative_side(z):
    assert 0 < naive(z, 0)[0] < 1
    assert naive(-40, 0)[0] == pytest.approx(4e-18, rel=0.1)
    for y in (0, 1):
        _, loss, slope = naive(z, y)
        exact = max(z, 0) - y * z + np.log1p(np.exp(-abs(z)))
        assert loss == pytest.approx(exact, rel=0.05, abs=1e-15)
        assert slope == pytest.approx((z > 0) - y, abs=1e-15)


def test_the_log_loss_depends_on_the_distance_alone():
    for q in (0.1, 0.5, 0.9):
        for y in (0.0, 1.0):
            assert float(ck.binary_cross_entropy([[q]], [[y]])) == pytest.approx(-np.log(1 - abs(q - y)))


def test_a_steeper_side_for_late_deliveries_moves_the_best_constant_to_a_higher_quantile():
    y = np.array([18.0, 20, 21, 22, 79])
    grid = np.arange(15, 90, 0.5)
    late, early = np.maximum(y - grid[:, None], 0), np.maximum(grid[:, None] - y, 0)
    lowest = lambda steepness: grid[(steepness * late + early).mean(axis=1).argmin()]
    assert lowest(1) == 21
    assert lowest(2) == 22
    assert lowest(9) == 79


def test_an_untrained_classifier_costs_about_the_logarithm_of_the_number_of_classes():
    digits = data.digits()
    for seed in range(20):
        net = ck.mlp([64, 32, 10], ck.relu, rng=np.random.default_rng(seed))
        z = ck.predict(net, digits.x)
        assert float(ck.softmax_cross_entropy(z, digits.y)) == pytest.approx(np.log(10), rel=0.25)
        assert 10 * float(ck.sigmoid_cross_entropy(z, digits.y)) == pytest.approx(10 * np.log(2), rel=0.25)


def test_the_rises_over_the_bowl(lesson):
    assert lesson["near"] == pytest.approx(100)  # x has the variance 1
    assert lesson["far"] == pytest.approx(400)


def test_a_larger_gradient_for_a_larger_mistake_only_up_to_two_thirds():
    a = np.linspace(0, 1, 3001)
    assert a[(a * a * (1 - a)).argmax()] == pytest.approx(2 / 3, abs=1e-3)


def test_a_saturated_neuron_learns_late_with_squared_error(lesson):
    paths = lesson["paths"]
    assert paths["squared error"][-1] == pytest.approx(0.964, abs=5e-3)
    assert paths["cross-entropy"][-1] == pytest.approx(0.041, abs=5e-3)
    assert lesson["weaker"] == pytest.approx(56.6, abs=0.1)


def test_the_proper_losses_are_lowest_at_the_true_probability(lesson):
    at = lesson["lowest_at"]
    assert at["cross-entropy"] == pytest.approx(0.7)
    assert at["squared"] == pytest.approx(0.7)
    assert at["absolute"] == pytest.approx(0.99)  # the end of the range


def test_the_classifier_with_moderate_probabilities_has_the_lower_loss_and_the_lower_accuracy(lesson):
    assert lesson["loss_A"] < lesson["loss_B"]
    assert np.mean(lesson["A"] > 0.5) < np.mean(lesson["B"] > 0.5)
    assert -np.log(lesson["B"].min()) == pytest.approx(9.2, abs=0.05)
    assert -np.log(lesson["B"].min()) > -np.log(lesson["A"]).sum()  # "more than all of A's ten cases"


def at_best_rate(lesson, epoch=-1):
    """{contender: validation errors (20,) after an epoch}, at the rate with the lowest mean after that epoch."""
    results = {name: errors.validation[epoch] for name, errors in lesson["results"].items()}
    return {name: values[:, values.mean(axis=0).argmin()] for name, values in results.items()}


def test_each_loss_has_its_valley_inside_the_grid(lesson):
    for name, i in lesson["best"].items():
        assert 0 < i < lesson["rates"].size - 1, name


def test_the_verdict_depends_on_the_rate(lesson):
    at = {float(rate): i for i, rate in enumerate(lesson["rates"])}
    error = {name: values.mean(axis=1) for name, values in lesson["final"].items()}
    softmax, sigmoids, squared = (error[name] for name in error)
    assert squared[at[0.125]] > 1.5 * max(softmax[at[0.125]], sigmoids[at[0.125]])  # "far better"
    assert min(softmax[at[2.0]], sigmoids[at[2.0]]) > 85  # "near 90 % errors"
    assert squared[at[2.0]] < 5  # "works well at this rate"
    collapsed = lesson["final"]["sigmoids, squared error"][at[4.0]] > 80
    assert collapsed.sum() >= 2  # "some of its runs collapse"


def test_after_forty_epochs_the_squared_error_is_as_good(lesson):
    gap = lesson["gap"]
    assert gap.size == 20
    assert abs(gap.mean()) < 0.5  # "less than half a percentage point"
    assert abs(gap.mean()) < gap.std(ddof=1) / np.sqrt(20)  # "smaller than its standard error"
    assert 4 <= (gap < 0).sum() <= 16  # "in many of the 20 splits the other loss has the lower error"
    corrected = np.sqrt(
        (1 / 20 + 397 / 1000) / (1 / 20)
    )  # Nadeau & Bengio (2003): 397 test, 1000 training images
    assert corrected == pytest.approx(3, abs=0.05)  # "about three times as large"


def test_the_shorter_the_training_the_larger_the_advantage_of_cross_entropy(lesson):
    ahead = []
    for epoch in (5, 10, 40):
        *entropies, squared = (values.mean() for values in at_best_rate(lesson, epoch - 1).values())
        ahead.append(squared - max(entropies))
        assert lesson["budgets"][epoch]["sigmoids, squared error"] == pytest.approx(squared)
    assert ahead[0] > ahead[1] > ahead[2]
    assert ahead[0] > 1


def test_the_slope_of_the_sigmoid_is_at_most_a_quarter():
    p = np.linspace(0, 1, 101)
    assert (p * (1 - p)).max() == pytest.approx(0.25)


def test_the_four_losses_have_these_names_in_pytorch():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    z, numbers, yes_no = rng.normal(0, 3, (7, 3)), rng.normal(size=(7, 3)), rng.integers(0, 2, (7, 3)) * 1.0
    label = rng.integers(0, 3, 7)
    tensor = torch.tensor
    for ours, theirs, target in (
        (ck.mse, torch.nn.MSELoss(), numbers),
        (ck.mae, torch.nn.L1Loss(), numbers),
        (ck.sigmoid_cross_entropy, torch.nn.BCEWithLogitsLoss(), yes_no),
        (ck.softmax_cross_entropy, torch.nn.CrossEntropyLoss(), data.one_hot(label, 3)),
    ):
        assert float(ours(z, target)) == pytest.approx(float(theirs(tensor(z), tensor(target))))
    by_number = torch.nn.CrossEntropyLoss()(tensor(z), tensor(label))
    assert float(by_number) == pytest.approx(float(ck.softmax_cross_entropy(z, data.one_hot(label, 3))))
