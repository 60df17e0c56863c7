"""The numbers and verdicts in the prose of lesson 08 agree with what its own cells compute."""

import numpy as np
import pytest
from lesson_cells import names_of

from coursekit import numpy_backend as ck


@pytest.fixture(scope="module")
def lesson():
    return names_of("08_greedy_layerwise_training")


def means(values):
    return np.mean(values, axis=-1)


def test_every_comparison_has_twenty_seeds_and_as_many_epochs(lesson):
    assert lesson["plain"].shape == lesson["frozen"].shape == lesson["tuned"].shape == (4, 20)
    assert [len(stage) for stage in lesson["by_stage"]] == [25] * 4
    assert lesson["fine_tuning"].shape == (25, 20)


def test_the_signal_shrinks_by_a_factor_with_every_layer(lesson):
    signal = lesson["signal"].mean(axis=1)
    assert signal[3] == pytest.approx(1 / 2600, rel=0.15)  # "about 1/3,000"
    assert lesson["factor"] == pytest.approx(7.2, abs=0.3)
    np.testing.assert_allclose(signal[:-1] / signal[1:], 7.2, rtol=0.06)


def test_plain_training_falls_off_a_cliff(lesson):
    assert (abs(means(lesson["plain"]) - [5.0, 6.7, 71.8, 90.8]) < [0.5, 0.5, 6, 0.5]).all()
    # "most have begun to move": a guess is wrong in nine of ten cases
    assert (lesson["plain"][2] < 80).sum() > 10


@pytest.mark.slow
def test_at_three_layers_it_is_a_plateau_and_not_a_wall(lesson):
    """400 epochs, eight of the seeds: "they come down to about 7 %"."""
    net = ck.mlp([64, 32, 32, 32, 10], ck.sigmoid, rng=np.random.default_rng(0), ensemble=(8,),
                 init=lesson["of_the_time"])  # fmt: skip
    optimizer = ck.SGD(net.parameters(), lr=0.5)
    ck.fit(net, lesson["X"][:8], lesson["Y"][:8], optimizer=optimizer, epochs=400,
           rng=np.random.default_rng(1), **lesson["settings"])  # fmt: skip
    rows = lesson["test"][:8]
    guess = ck.predict(net, lesson["digits"].x[rows]).argmax(axis=-1)
    assert 100 * np.mean(guess != lesson["digits"].label[rows]) == pytest.approx(6.8, abs=1)


def test_a_random_layer_scrambles_and_no_stage_gains(lesson):
    ends = np.array([stage[-1].mean() for stage in lesson["by_stage"]])
    starts = np.array([stage[0].mean() for stage in lesson["by_stage"]])
    assert ends[0] == pytest.approx(5.9, abs=0.4)  # "about 6 %"
    assert (starts[1:] > 2 * ends[:-1]).all()
    assert (np.diff(ends) > 0).all()
    assert (np.diff(means(lesson["frozen"])) > 0).all()  # "a little worse with every layer"


def test_the_trained_output_is_better_kept(lesson):
    gap = lesson["drawn_anew"] - lesson["frozen"][1]
    assert gap.mean() == pytest.approx(1.2, abs=0.4)
    assert (gap > 0).sum() > 15


def test_fine_tuning_does_the_work(lesson):
    assert (lesson["tuned"][3] < lesson["frozen"][3]).sum() >= 19
    np.testing.assert_allclose(means(lesson["tuned"]), [5.0, 5.2, 5.4, 5.6], atol=0.4)
    np.testing.assert_allclose(means(lesson["frozen"]), [6.2, 6.3, 6.5, 7.0], atol=0.4)


def test_depth_does_not_pay_on_digits(lesson):
    further = lesson["tuned"][3] - lesson["tuned"][0]
    assert means(lesson["tuned"]).argmin() == 0
    assert (further > 0).sum() > 13


def test_the_rule_chooses_one_layer_mostly_and_the_minimum_does_not(lesson):
    assert (lesson["chosen"] == 1).sum() >= 15
    assert (lesson["lowest"] == 1).sum() < (lesson["chosen"] == 1).sum()
    assert lesson["wrong"]["frozen"].shape == (4, 20, 1197)


def test_multiplications(lesson):
    np.testing.assert_allclose(lesson["grown"], [126.4, 126.4, 152.0, 177.6])
    np.testing.assert_allclose(lesson["afresh"], [252.8, 609.6, 1120.0, 1784.0])
    assert lesson["once"] == pytest.approx(713.6)


def test_two_of_three_need_no_pretraining(lesson):
    now, tuned = lesson["now"], lesson["tuned"]
    assert lesson["better"] == 2
    assert now["Xavier + Adam"][1].mean() > tuned[3].mean()
    assert now["Xavier + Adam"][1].mean() == pytest.approx(8.8, abs=1.2)
    assert now["ReLU + He"][1].mean() == pytest.approx(5.1, abs=0.5)
    assert now["batch norm"][1].mean() == pytest.approx(5.1, abs=0.8)
    assert (now["batch norm"][1] > 10).sum() <= 2  # "one of its 20 networks is far off"


def test_autoencoders_come_out_above_supervised_stages_here(lesson):
    for encoded, tuned in zip(lesson["encoded"], lesson["tuned"][[1, 3]], strict=True):
        assert (encoded > tuned).sum() > 12
    assert lesson["encoded"][1].mean() < 15  # and learn, where plain training does not


def test_lower_error_than_plain_comes_from_training_further(lesson):
    assert (lesson["tuned"][1] < lesson["plain"][1]).sum() >= 18  # "in every seed"
    cost = {name: values[1] for name, values in lesson["cost"].items()}
    assert (cost["greedy, fine-tuned"] < cost["plain"]).all()


def test_against_relu_there_is_no_clear_difference(lesson):
    gap = lesson["tuned"][1] - lesson["relu"]
    assert 0 < gap.mean() < gap.std(ddof=1)
    assert 5 <= (gap < 0).sum() <= 15


def test_the_third_decision_follows_the_rule(lesson):
    assert lesson["pick"] == 1
