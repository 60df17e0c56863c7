"""The numbers and verdicts in the prose of lesson 07b agree with what its own cells compute.

Differences are judged in units of their standard errors over the 20 seeds.
"""

from itertools import combinations

import numpy as np
import pytest
from lesson_cells import names_of


@pytest.fixture(scope="module")
def lesson():
    return names_of("07b_deep_network_difficulties")


def errors_apart(a, b):
    """The mean difference a − b in units of its standard error."""
    gap = np.asarray(a) - np.asarray(b)
    return gap.mean() / (gap.std(ddof=1) / np.sqrt(gap.size))


def test_three_verdicts_on_one_method(lesson):
    gap = lesson["augmented"] - lesson["plain"]  # (epochs, seeds), at rate 0.05
    assert gap[1].mean() / gap[1].std(ddof=1) * np.sqrt(20) > 3  # after 20 epochs it harms
    assert gap[-1].mean() / gap[-1].std(ddof=1) * np.sqrt(20) < -4  # after 200 it helps
    lowest = [lesson[name].mean(axis=1).min() for name in ("plain", "augmented")]
    assert abs(lowest[0] - lowest[1]) < 1  # "they are nearly equal"


def test_the_fair_difference_is_within_two_standard_errors(lesson):
    difference, se = lesson["difference"], lesson["se"]
    assert -1.5 < difference < 0.5
    assert abs(difference) < 2 * se


def test_random_labels_are_memorized(lesson):
    errors = [curve[-1].mean() for curve in lesson["curves"].values()]
    assert max(errors) < 1
    assert lesson["tests"].mean(axis=0) == pytest.approx([8, 45, 90], abs=3)


def test_a_small_rate_is_a_kind_of_early_stopping(lesson):
    last = {
        row["rate"]: np.mean([float(v) for v in row["test"].split()]) for row in lesson["swept"]["nothing"]
    }
    assert min(last[rate] for rate in (0.02, 0.05, 0.1, 0.2)) > 19.5  # "above 20 %", as in lesson 04
    assert last[0.002] == pytest.approx(12, abs=1)
    noisy = lesson["noisy"]
    assert abs(errors_apart(noisy["nothing, stopped"], noisy["nothing"])) < 1
    assert last[0.05] - noisy["nothing"].mean() > 9  # "ten points"


def test_cures_against_wrong_labels(lesson):
    noisy = {name: errors_apart(errors, lesson["noisy"]["nothing"]) for name, errors in lesson["noisy"].items()
             if name != "nothing"}  # fmt: skip
    assert noisy["L2, λ = 3"] < -4
    assert -4.5 < noisy["dropout 0.5"] < -2.5
    for weak in ("L2, λ = 1", "augmentation", "L1, λ = 0.1", "L1, λ = 0.3", "nothing, stopped"):
        assert abs(noisy[weak]) < 2, weak
    stopped = {
        name.removeprefix("redrawn labels: "): errors
        for name, errors in lesson["cured"]["redrawn labels"].items()
    }
    for name, mean, se in (("dropout 0.5", -1.7, 0.3), ("L2, λ = 3", -1.2, 0.4)):
        extra = stopped[f"{name}, stopped"] - stopped["nothing, stopped"]
        assert (extra.mean(), extra.std(ddof=1) / np.sqrt(20)) == pytest.approx((mean, se), abs=0.05)
    gain = {name: (lesson["noisy"]["nothing"] - errors).mean() for name, errors in lesson["noisy"].items()}
    assert 1.5 < gain["L2, λ = 3"] < 2.2
    assert 1.2 < gain["dropout 0.5"] < 1.8


def test_correct_labels_leave_little_to_remove(lesson):
    apart = {name: errors_apart(errors, lesson["clean"]["nothing"]) for name, errors in lesson["clean"].items()
             if name != "nothing"}  # fmt: skip
    assert max(map(abs, apart.values())) < 3
    assert max(lesson["gains"].values()) < 1
    assert lesson["gains"]["augmentation"] == pytest.approx(0.6, abs=0.4)
    assert lesson["gains"]["L2, λ = 3"] == pytest.approx(-0.6, abs=0.4)


def test_on_moved_images_only_augmentation_helps(lesson):
    from coursekit.experiments.grids.seeds import results

    moved = {name: errors.mean() for name, errors in results(lesson["table"], "moved").items()
             if name.startswith("correct")}  # fmt: skip
    assert moved["correct labels: nothing"] == pytest.approx(59, abs=1.5)
    for name, error in moved.items():
        assert (
            error == pytest.approx(9 if "stopped" in name else 7.5, abs=0.5)
            if "augmentation" in name
            else error > 55
        )


def test_pruning(lesson):
    mean = {name: errors.mean(axis=1) for name, errors in lesson["rise"].items()}
    assert 4.3 < mean["smallest"][0] < 5  # "just below 5 %"
    assert 1 < mean["smallest"][1] - mean["smallest"][0] < 2.5
    assert mean["smallest"][2] == pytest.approx(13, abs=1.5)
    assert (mean["at random"][1:] > mean["smallest"][1:] + 15).all()
    assert mean["smallest, retrained"][2] < mean["smallest"][0] + 1
    assert mean["smallest, retrained"][4] / mean["smallest"][0] == pytest.approx(2, abs=0.3)
    assert abs(lesson["excess"]) < 1.5  # no better than a small network


def test_pruning_to_a_bound_removes_more_than_half(lesson):
    assert np.mean(lesson["smaller"] == 0) >= 0.5
    assert lesson["reached"] <= lesson["bound"]


def test_rounding(lesson):
    two, _, four, _, eight = lesson["rounded"]["rounded"].mean(axis=1)
    assert abs(eight) < 0.25
    assert four < 2
    assert two > 40


def test_the_panel_of_the_compressed_network():
    from coursekit import widgets
    from coursekit.experiments import pruning

    model = widgets.compressed()._model
    original = model(0.0, 32)["here"].mean()
    assert original == pytest.approx(5.8, abs=0.05)
    assert model(0.0, 4)["here"].mean() - original == pytest.approx(0.4, abs=0.05)
    assert model(0.0, 4)["size"] == 1 / 8
    fractions = np.round(np.linspace(0, 0.95, 20), 2).tolist()
    smaller = [(f, b) for f in fractions for b in (2, 3, 4, 5, 6, 8, 12, 16, 32)
               if pruning.bytes_per_weight(f, b) / 4 < 1 / 8 - 1e-9]  # fmt: skip
    assert all(model(f, b)["here"].mean() - original > 1 for f, b in smaller)


def test_operations_per_example():
    sizes = [64, 32, 10]
    assert 4 * sizes[0] * sizes[1] + 6 * sizes[1] * sizes[2] == 10_112


def test_the_learning_curve_is_a_power_law(lesson):
    mean = lesson["curve"].mean(axis=1)
    assert mean[1] == pytest.approx(11, abs=1)
    assert 3 < mean[-1] < 4.3
    ratios = mean[1:] / mean[:-1]
    assert ((ratios > 0.55) & (ratios < 0.78)).all()  # "about two thirds" per doubling


def test_transfer_works_in_one_case(lesson):
    found = lesson["transferred"]
    parity, digits = "odd or even: ", "digits 5–9: "
    assert errors_apart(found[parity + "fine-tuned"], found[parity + "from scratch"]) < -3
    assert found[parity + "fine-tuned"].mean() / found[parity + "from scratch"].mean() == pytest.approx(
        0.7, abs=0.07
    )
    assert errors_apart(found[digits + "fine-tuned"], found[digits + "from scratch"]) > 2
    assert (found[digits + "fine-tuned"] - found[digits + "from scratch"]).mean() == pytest.approx(4, abs=1)
    assert found[digits + "frozen"].mean() / found[digits + "from scratch"].mean() > 1.7
    for task, mean, se in ((parity, -6.8, 1.2), (digits, 4.4, 1.1)):
        gap = found[task + "fine-tuned"] - found[task + "from scratch"]
        assert (gap.mean(), gap.std(ddof=1) / np.sqrt(20)) == pytest.approx((mean, se), abs=0.05)


def test_transfer_with_100_images():
    from coursekit.experiments import grids
    from coursekit.experiments.grids.seeds import results

    found = {name: errors for name, errors in results(grids.read("transfer")).items() if "100 images" in name}
    parity, digits = "odd or even, 100 images: ", "digits 5–9, 100 images: "
    assert errors_apart(found[parity + "fine-tuned"], found[parity + "from scratch"]) < -3
    assert abs(errors_apart(found[digits + "fine-tuned"], found[digits + "from scratch"])) < 2
    assert errors_apart(found[digits + "frozen"], found[digits + "from scratch"]) > 5


def test_a_generator_adds_its_assumption(lesson):
    found = lesson["synthetic"]
    apart = {name: errors_apart(errors, found[name.split(": ")[0] + ": as they are"]) for name, errors in found.items()
             if "as they are" not in name}  # fmt: skip
    assert apart["Gaussian classes: Gaussian"] < -4
    gap = found["Gaussian classes: Gaussian"] - found["Gaussian classes: as they are"]
    assert (gap.mean(), gap.std(ddof=1) / np.sqrt(20)) == pytest.approx((-4.4, 0.8), abs=0.05)
    assert apart["two moons: Gaussian"] > 4
    assert apart["Gaussian classes: between pairs"] < -2.5
    assert apart["two moons: between pairs"] > 2.5
    assert min(apart["digits: Gaussian"], apart["digits: between pairs"]) > 0  # neither helps
    assert found["two moons: Gaussian"].mean() / found["two moons: as they are"].mean() == pytest.approx(
        1.9, abs=0.25
    )


def test_grid_against_random(lesson):
    assert lesson["hits"] == pytest.approx({"one matters": 0.2, "both matter": 0.8})
    assert lesson["chance"] == pytest.approx(0.56, abs=0.005)


def test_searches_with_a_small_budget(lesson):
    cheap = lesson["cheap"]
    assert (cheap["random"] > 30).sum() == 3  # "three times above 30 %"
    assert (cheap["random"] < 7.5).sum() == 13
    assert (cheap["random"] > 8.9).sum() == 7  # "about 9 % or more"
    assert np.median(cheap["random"]) == pytest.approx(6, abs=1.5)
    assert (cheap["halving"] < 7.5).all()
    assert (cheap["grid"] < 10).all()


def test_searches_with_a_large_budget(lesson):
    rich = lesson["rich"]
    assert lesson["apart"] < 1
    assert lesson["apart"] < 0.45
    for one, two in combinations(("random", "Bayesian", "halving", "hyperband"), 2):
        assert abs(errors_apart(rich[one], rich[two])) < 2
    assert (rich["grid"] > 12).sum() >= 2  # "in several searches" a lucky rate of 1


def test_larger_batches_make_an_epoch_faster(lesson):
    assert lesson["speedup"] > 1.5  # usually ten times and more; the machine may be busy
