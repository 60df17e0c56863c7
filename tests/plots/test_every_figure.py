"""Laws of the figures: they read with any eye and without one, and change nothing but their own picture."""

import base64
import html
import io
import itertools
import re
import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.text import Text
from PIL import Image

from coursekit import numpy_backend as ck
from coursekit import plots
from coursekit.plots import style
from coursekit.plots.caption import Caption
from coursekit.plots.picture import png

LOSSES = {"MSE": ck.mse, "MAE": ck.mae, "Huber": ck.huber}
RNG = np.random.default_rng(2)
X = RNG.uniform(-2, 2, 30)
Y = 1.5 * X - 1 + RNG.normal(0, 0.8, 30)
SEEDS = np.linspace(1, 0.1, 12)[:, None] + RNG.normal(0, 0.02, (12, 20))

# Every public figure: its arguments, and numbers worked out apart from it that its alt text must name.
FIGURES = {
    plots.loss_curves: (
        (LOSSES, np.linspace(-3, 3, 241)),
        ("MSE is 9 at −3 and 9 at 3, where its gradient is 6", "Huber is 2.5", "MAE is 3"),
    ),
    plots.surprise: (([0.5, 0.01],), ("p = 0.01 they are 4.61 and 0.98", "p = 0.5 they are 0.693 and 0.25")),
    plots.saturation: (
        ({"MSE": np.array([0.98, 0.97]), "CE": np.array([0.98, 0.5])},),
        ("from 0.98 to 0.97 in 1 steps", "from 0.98 to 0.5"),
    ),
    plots.softmax_bars: (
        (np.log([1.0, 2, 5]), np.array([0.0, 1, 0])),
        ("class 1: 0.693, 0.25, −0.75", "0.625, 0.625"),
    ),
    plots.loss_or_metric: (
        ({"A": np.array([0.9, 0.2]), "B": np.array([0.6, 0.4])}, np.array([1, 1])),
        ("A has loss 0.857 and accuracy 50%", "B has loss 0.714 and accuracy 50%"),
    ),
    plots.mean_and_median: ((np.array([1, 2, 3, 4, 20.0]),), ("mean is 6", "median is 3", "(7.07)", "(4.2)")),
    plots.bowl: (
        (np.array([0, 1, 2.0]), np.array([1, 3, 5.0]), 1.0, 1.0),
        ("MSE 1.67", "slope 2 and intercept 1"),
    ),
    plots.logit_panel: ((40.0, 0), ("naive inf, clipped 27.6 stable 40", "naive nan, clipped 0 stable 1")),
    plots.mean_and_spread: (
        ({"a": np.array([[3.0, 5], [1, 2]]), "b": SEEDS[:2]}, "loss"),
        ("a ends at 1.5 ± 0.71", "of 2 seeds", "of 20 seeds"),
    ),
    plots.rate_sweep: (
        (np.array([0.1, 1]), {"SGD": np.array([[1.0, 3], [4, 4]])}, "loss", np.log(10)),
        ("lowest at 0.1 with 2 ± 1.4", "4 at 1", "uniform guess has 2.3"),
    ),
    plots.paired_difference: (
        (np.array([3.0, 5, 1]), np.array([1.0, 2, 2])),
        ("3 seeds", "mean 1.33", "sd 2.1", "above 0 in 2 of 3"),
    ),
}
every_figure = pytest.mark.parametrize("draw", FIGURES, ids=lambda draw: draw.__name__)


def figure_of(axes):
    return axes.flat[0].figure if isinstance(axes, np.ndarray) else axes.figure


def arrays(value):
    """The arrays within an argument."""
    if isinstance(value, dict):
        return [a for v in value.values() for a in arrays(v)]
    return [value] if isinstance(value, np.ndarray) else []


# --- color ---

# Machado, Oliveira & Fernandes (2009), severity 1.0, on linear RGB.
EYES = {
    "usual": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.01182, 0.04294, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.3039],
    ],
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]]
)


def linear(color):
    rgb = np.array(mpl.colors.to_rgb(color))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIE L*a*b* under D65 of linear RGB."""
    t = TO_XYZ @ rgb / [0.95047, 1, 1.08883]
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def seen(color, eye):
    return lab(np.clip(EYES[eye] @ linear(color), 0, 1))


@pytest.mark.parametrize("color", [*style.PALETTE, style.MUTED])
def test_each_color_stands_out_from_white(color):
    luminance = TO_XYZ[1] @ linear(color)
    assert (
        1.05 / (luminance + 0.05) >= 3
    )  # WCAG 2.1, 1.4.11; text in the two paler colors is at least 10 points


@pytest.mark.parametrize("eye", EYES)
def test_any_two_colors_stay_apart(eye):
    for one, other in itertools.combinations(style.PALETTE, 2):
        # A distance of 2.3 is just noticeable; ten times that is plain in a thin line.
        assert np.linalg.norm(seen(one, eye) - seen(other, eye)) > 23, (one, other)


@pytest.mark.parametrize("eye", EYES)
def test_the_field_darkens_step_by_step(eye):
    lightness = [seen(color, eye)[0] for color in style.FIELD.colors]
    assert (np.diff(lightness) < 0).all()


def test_series_differ_without_color():
    looks = [style.series(i) for i in range(5)]
    for name in ("color", "linestyle", "marker"):
        assert len({str(look[name]) for look in looks}) == 5


# --- every figure ---


def test_the_table_holds_every_public_figure():
    assert {draw.__name__ for draw in FIGURES} == set(plots.__all__) - {"alt", "describe"}


@every_figure
def test_alt_text_names_the_numbers(draw):
    arguments, numbers = FIGURES[draw]
    alt = plots.alt(draw(*arguments))
    for number in numbers:
        assert number in alt


@every_figure
def test_a_figure_shows_itself_with_its_alt_text(draw):
    axes = draw(*FIGURES[draw][0])
    bundle = axes._repr_mimebundle_()
    assert bundle["text/plain"] == plots.alt(axes)
    assert f'alt="{html.escape(plots.alt(axes))}"' in bundle["text/html"]
    picture = Image.open(io.BytesIO(base64.b64decode(bundle["image/png"])))
    width, height = (
        int(re.search(rf'{side}="(\d+)"', bundle["text/html"])[1]) for side in ("width", "height")
    )
    assert picture.size == (2 * width, 2 * height)
    assert width <= 900
    assert picture.convert("RGB").getpixel((1, 1)) == (255, 255, 255)


@every_figure
def test_drawing_leaves_its_arguments_and_matplotlib_alone(draw):
    arguments, _ = FIGURES[draw]
    inputs = arrays(dict(enumerate(arguments)))
    before, settings = [a.copy() for a in inputs], str(mpl.rcParams)
    png(figure_of(draw(*arguments)))
    assert str(mpl.rcParams) == settings
    for a, b in zip(inputs, before, strict=True):
        np.testing.assert_array_equal(a, b)


@every_figure
def test_text_is_legible_and_inside_the_figure(draw):
    figure = figure_of(draw(*FIGURES[draw][0]))
    figure.canvas.draw()
    for text in figure.findobj(Text):
        assert text.get_fontsize() >= 10
    drawn = figure.get_tightbbox()  # of everything, in inches
    np.testing.assert_array_less([-drawn.x0, -drawn.y0], 0.02)
    np.testing.assert_array_less([drawn.x1, drawn.y1], figure.get_size_inches() + 0.02)


@every_figure
def test_lines_of_a_panel_differ_without_color(draw):
    for axes in figure_of(draw(*FIGURES[draw][0])).axes:
        labeled = [line for line in axes.lines if not line.get_label().startswith("_") and line.get_visible()]
        looks = [(line.get_linestyle(), line.get_marker(), line.get_linewidth()) for line in labeled]
        assert len(set(looks)) == len(looks)


def test_the_readers_own_settings_do_not_show():
    plain = png(plots.surprise().figure, 1)
    theirs = {
        "axes.facecolor": "black",
        "font.size": 30,
        "xtick.direction": "in",
        "savefig.transparent": True,
    }
    with mpl.rc_context(theirs):
        assert png(plots.surprise().figure, 1) == plain


def test_no_pyplot():
    code = "import sys; from coursekit import plots; plots.surprise()._repr_mimebundle_(); "
    code += "sys.exit('matplotlib.pyplot' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_formulas_of_the_torch_backend_draw_the_same_curves():
    from coursekit import torch_backend

    theirs = {"MSE": torch_backend.mse, "MAE": torch_backend.mae, "Huber": torch_backend.huber}
    for ours, twin in zip(plots.loss_curves(LOSSES), plots.loss_curves(theirs), strict=True):
        for a, b in zip(ours.lines, twin.lines, strict=True):
            np.testing.assert_allclose(a.get_ydata(), b.get_ydata(), atol=1e-3)


# --- single figures ---


@pytest.mark.parametrize("y", [[1.0, 2, 7], [0.5, 0.5, 3, 4], RNG.exponential(size=9)])
def test_the_curves_are_lowest_at_mean_and_median(y):
    _, losses = plots.mean_and_median(y)
    mse, mae = losses.lines[:2]
    step = np.diff(mse.get_xdata())[0]
    assert abs(mse.get_xdata()[mse.get_ydata().argmin()] - np.mean(y)) <= step
    at_median = np.interp(np.median(y), mae.get_xdata(), mae.get_ydata())
    assert at_median <= mae.get_ydata().min() + step


def test_a_band_that_reaches_below_zero_is_drawn_on_a_logarithmic_axis():
    curve = np.array([[0.1, 0.2], [0.001, 0.1]])  # mean − sd < 0 in the second epoch
    (band,) = plots.mean_and_spread({"a": curve}, "loss", log=True).collections
    assert band.get_paths()[0].vertices[:, 1].min() < 0
    assert len(png(band.figure)) > 1000


def test_stable_arithmetic_agrees_with_the_backend():
    z = np.array([-1000.0, -40, -1, 0, 3, 800])[:, None, None]
    for target in (0, 1):
        loss = ck.sigmoid_cross_entropy(z, np.full_like(z, target))
        for value, expected in zip(z.ravel(), loss, strict=True):
            alt = plots.alt(plots.logit_panel(float(value), target))
            assert f"stable {style.number(expected)}. Gradient" in alt


def test_a_caption_stands_where_it_is_placed():
    ax = plots.surprise()
    caption = Caption(0.5, 0.5, "HHH", across=0.5, up=0.5, transform=ax.transAxes, color="#00FF00")
    ax.add_artist(caption)

    def green():
        ax.figure.canvas.draw()
        red, green, blue, _ = np.moveaxis(np.asarray(ax.figure.canvas.buffer_rgba()).astype(int), -1, 0)
        return np.argwhere(green - np.maximum(red, blue) > 60)

    row, column = green().mean(axis=0)
    x, y = ax.transAxes.transform((0.5, 0.5))
    np.testing.assert_allclose([column, ax.figure.bbox.height - row], [x, y], atol=2)
    caption.set_visible(False)
    assert green().size == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.loss_curves({}), "at least 1"),
        (lambda: plots.loss_curves(LOSSES, [3, 2, 1]), "increasing"),
        (lambda: plots.loss_curves(LOSSES, "abc"), "string"),
        (lambda: plots.surprise([0.0]), "infinite"),
        (lambda: plots.surprise([1.5]), r"\[0, 1\]"),
        (lambda: plots.saturation({}), "at least 1"),
        (lambda: plots.saturation({"MSE": []}), "empty"),
        (lambda: plots.softmax_bars([1, 2, 3], [1, 2]), "as many"),
        (lambda: plots.softmax_bars([1, 2], [1, 1]), "sum to 1"),
        (lambda: plots.softmax_bars([1, 2], [1, 0], ["a"]), "one name a class"),
        (lambda: plots.loss_or_metric({"A": [0.5], "B": [1]}, [0, 1]), "as many"),
        (lambda: plots.loss_or_metric({}, [0, 1]), "at least 2"),
        (lambda: plots.mean_and_median([1, np.nan]), "nan"),
        (lambda: plots.bowl([1, 1], [1, 2], 0, 0), "every x"),
        (lambda: plots.bowl([1, 2], [1, 2, 3], 0, 0), "bowl"),
        (lambda: plots.bowl([1, 2], [1, 2], "0", 0), "slope is '0'"),
        (lambda: plots.bowl([1, 2], [1, 2], 0, 0, slopes=(3, 1)), "low < high"),
        (lambda: plots.logit_panel(2000, 0), "1000"),
        (lambda: plots.logit_panel(0, 2), "one of 0, 1"),
        (lambda: plots.mean_and_spread({}, "loss"), "at least 1"),
        (lambda: plots.mean_and_spread({"a": [1, 2, 3]}, "loss"), "seeds"),
        (lambda: plots.mean_and_spread({"a": [[1], [2]]}, "loss"), "at least 2 seeds"),
        (lambda: plots.mean_and_spread({"a": SEEDS, "b": SEEDS[:3]}, "loss"), "3 points, but 12"),
        (lambda: plots.mean_and_spread({"a": [[np.inf, 1]]}, "loss"), "infinity"),
        (lambda: plots.rate_sweep([0, 1], {"a": SEEDS[:2]}), "above 0"),
        (lambda: plots.rate_sweep([1], {"a": SEEDS}), "12 points, but 1"),
        (lambda: plots.paired_difference([1, 2], [1, 2, 3]), "as many"),
        (lambda: plots.describe(plots.surprise(), " "), "empty"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
