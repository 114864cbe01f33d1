"""What each picture shows: nbval never compares an image, so it is checked here."""

import base64
import gc
import io
import os
import re
import subprocess
import sys
import tracemalloc
import weakref
from html import unescape

import matplotlib
import numpy as np
import pytest

import bpdemo as bp
from bpdemo import checking, data, figures, training
from bpdemo.figures import base

CHAIN = [np.array([[0.8]]), np.array([[-1.2]]), np.array([[1.5]])]
X, Y = np.array([[0.5]]), np.array([[1.0]])
DICE = np.random.default_rng(0).integers(1, 7, size=(6000, 3))


def lines(axes):
    return {line.get_label(): line for line in axes.lines if not line.get_label().startswith("_")}


def descent(**settings):
    settings = {"learning_rate": 2.0, "epochs": 12, **settings}
    return list(training.descend(X, CHAIN, Y, **settings))


def some_digits():
    return data.digits()[:12]


PICTURES = {
    "u": lambda: figures.u_curve([1e-1, 1e-3], [1e-2, 1e-4], [1e-4, 1e-8]),
    "sigma": lambda: figures.sigma_and_derivative("tanh"),
    "loss": lambda: figures.loss_curve(descent(), np.linspace(2, 1, 13)),
    "u, three, and predictions": lambda: figures.u_curve(
        [1e-1, 1e-3],
        [1e-2, 1e-4],
        [1e-4, 1e-8],
        [1e-5, 1e-9],
        ceilings=([1, 1], [2, 2]),
        best=[0.01],
    ),
    "curves": lambda: figures.curves([0, 1, 2], {"flat": [1, 1, 1], "a rise": [0, 1, 4]}),
    "confusion": lambda: figures.confusion_matrix([0, 1, 8, 8], [0, 1, 1, 8]),
    "grid": lambda: figures.digit_grid(some_digits()),
    "wrong": lambda: figures.wrong_digits(
        some_digits(), (np.arange(12) - (np.arange(12) > 9)) % 10
    ),
    "rectangle": lambda: figures.product_rectangle(3, 5, 0.1, 0.2),
    "bend": lambda: figures.bend(np.exp, 1.0, 0.5),
    "mirror": lambda: figures.mirrored_slopes(2.0),
    "dice": lambda: figures.dice_and_bell(DICE.sum(axis=1), 3),
    "stretched": lambda: figures.stretched([[10], [20]], [1, 2, 3]),
    "weights": lambda: figures.weight_pictures(training.initial_weights([64, 8, 2])[0]),
}


# --- every picture ---


@pytest.mark.parametrize("make", PICTURES.values(), ids=PICTURES)
def test_a_picture_has_a_png_and_a_text_for_it(make):
    picture = make()
    bundle = picture._repr_mimebundle_()
    image = re.fullmatch(
        r'<img alt="(.*?)" width="(\d+)" style="[^"]*" src="data:image/png;base64,(.*)">',
        bundle["text/html"],
    )
    assert base64.b64decode(image[3]).startswith(b"\x89PNG")
    assert image[2] and int(image[2]) <= 1024
    assert bundle["text/plain"] == unescape(image[1]) == picture.alt
    assert len(picture.alt) > 30 and picture.alt.endswith(".") and "nan" not in picture.alt
    assert len(bundle["text/html"]) < 250_000


@pytest.mark.parametrize("make", PICTURES.values(), ids=PICTURES)
def test_a_picture_is_the_same_each_time_and_whatever_the_readers_settings(make):
    first = make().png()
    with matplotlib.rc_context({"font.size": 5, "lines.linewidth": 0.5, "axes.grid": False}):
        assert make().png() == first


@pytest.mark.parametrize("make", PICTURES.values(), ids=PICTURES)
def test_a_picture_can_be_read_from_the_back_row(make):
    picture = make()
    picture.png()  # draws it, so that the tick labels are there
    texts = [t for t in picture.findobj(matplotlib.text.Text) if t.get_text() and t.get_visible()]
    assert texts
    assert min(t.get_fontsize() for t in texts) >= 14


@pytest.mark.parametrize("name", ["u", "loss", "bend", "curves"])
def test_curves_differ_by_more_than_colour(name):
    drawn = lines(PICTURES[name]().axes[0]).values()
    looks = [(line.get_linestyle(), line.get_marker()) for line in drawn]
    widths = [line.get_linewidth() for line in drawn]
    colours = [line.get_color() for line in drawn]
    assert len(set(colours)) == len(colours) > 1
    assert len(set(looks)) == len(looks)
    assert min(widths) >= 2.5


def test_a_notebook_shows_a_picture_once_with_or_without_pyplot():
    """What IPython makes of it: one output, whose richest form is the image with its text."""
    code = """
from IPython.core.interactiveshell import InteractiveShell
from bpdemo import figures
import sys
assert "matplotlib.pyplot" not in sys.modules
shell = InteractiveShell.instance()
picture = figures.sigma_and_derivative()
def check():
    data, metadata = shell.display_formatter.format(picture)
    assert {"text/html", "text/plain"} <= set(data) <= {"text/html", "text/plain", "image/png"}
    assert data["text/html"].startswith("<img alt=") and data["text/plain"] == picture.alt
check()
import matplotlib.pyplot as plt
from IPython.core.pylabtools import select_figure_formats
select_figure_formats(shell, {"png"})
check()
assert plt.get_fignums() == []
"""
    environment = {**os.environ, "MPLBACKEND": "agg"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("make", PICTURES.values(), ids=PICTURES)
def test_a_picture_that_was_shown_lets_its_figure_go(make):
    picture = make()
    axes = [weakref.ref(one) for one in picture.axes]
    shown = picture._repr_mimebundle_()
    gc.collect()
    assert axes and not any(one() for one in axes)
    again = picture._repr_mimebundle_()
    assert again == shown and base64.b64encode(picture.png()).decode() in shown["text/html"]


def test_a_picture_that_was_shown_weighs_little_more_than_its_png():
    """IPython's Out keeps it: with its figure, 11 MB for these weights in every run of a cell."""
    w_1 = training.initial_weights([64, 32, 10])[0]
    figures.weight_pictures(w_1)._repr_mimebundle_()  # fonts and the like, which are kept once
    gc.collect()
    tracemalloc.start()
    try:
        picture = figures.weight_pictures(w_1)
        picture._repr_mimebundle_()
        gc.collect()
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert held < len(picture.png()) + 300_000


def test_a_picture_that_was_shown_is_saved_as_it_was_shown(tmp_path):
    picture = figures.sigma_and_derivative("sigmoid")
    picture._repr_mimebundle_()
    shown, buffer = picture.png(), io.BytesIO()
    picture.savefig(tmp_path / "picture.png", dpi=300)
    picture.savefig(buffer)
    assert (tmp_path / "picture.png").read_bytes() == buffer.getvalue() == shown
    for options in ({"fname": tmp_path / "picture.svg"}, {"fname": buffer, "format": "pdf"}):
        with pytest.raises(ValueError, match=r"fname: expected a PNG, .* received (svg|pdf)"):
            picture.savefig(**options)
    assert not (tmp_path / "picture.svg").exists()


def test_what_is_drawn_on_a_picture_that_was_shown_is_seen():
    picture = figures.mirrored_slopes(2.0)
    shown = picture._repr_mimebundle_()
    picture.subplots().plot([0, 1], [0, 1])
    assert picture._repr_mimebundle_() != shown


# --- one by one ---


def test_the_u_curve_draws_the_errors_and_leaves_out_exact_zeros():
    h = 10.0 ** -np.arange(0, 16)
    forward = np.abs(checking.forward_difference(np.exp, 0.0, h) - 1)
    central = np.abs(checking.central_difference(np.exp, 0.0, h) - 1)
    central[3] = 0
    axes = figures.u_curve(h, forward, central).axes[0]
    assert axes.get_xscale() == axes.get_yscale() == "log" and axes.xaxis_inverted()
    drawn = lines(axes)
    np.testing.assert_array_equal(drawn["forward difference"].get_ydata(), forward[forward > 0])
    np.testing.assert_array_equal(drawn["central difference"].get_xdata(), h[central > 0])
    with pytest.raises(ValueError, match=r"errors of shape \(16,\)"):
        figures.u_curve(h, forward[:3])


@pytest.mark.parametrize("name", bp.activations.TABLE)
def test_sigma_and_derivative_draws_the_entry_of_the_table(name):
    entry = bp.activations.TABLE[name]
    top, bottom = figures.sigma_and_derivative(name).axes
    z, a = top.lines[0].get_data()
    np.testing.assert_array_equal(a, entry.f(z))
    _, da_dz = bottom.lines[0].get_data()
    away = np.abs(z[:, None] - np.array(entry.kinks)).min(axis=1, initial=np.inf) > 1e-9
    np.testing.assert_array_equal(da_dz[away], entry.derivative(z)[away])
    assert np.isnan(da_dz[~away]).all()  # a jump is not joined by a line
    low, high = bottom.get_ylim()
    assert low < np.nanmin(da_dz) and high > np.nanmax(da_dz)


def test_curves_are_drawn_as_they_were_handed_over_and_said():
    x, heights = np.linspace(-1, 1, 21), {"up": np.linspace(0, 3, 21), "hill": np.arange(21) % 15}
    picture = figures.curves(x, heights, x_label="u", y_label="slope")
    drawn = lines(picture.axes[0])
    assert list(drawn) == ["up", "hill"]
    for name, y in heights.items():
        np.testing.assert_array_equal(drawn[name].get_data(), [x, y])
    assert (
        "up from 0 to 3, highest at u = 1 with 3; hill from 0 to 5, highest at u = 0.4 with 14"
        in (picture.alt)
    )
    assert picture.axes[0].get_ylabel() == "slope" in picture.alt


@pytest.mark.parametrize("count", [0, 5])
def test_no_more_curves_than_can_be_told_apart(count):
    with pytest.raises(ValueError, match=f"one to 4 curves, received {count}"):
        figures.curves([0, 1], {str(n): [0, 1] for n in range(count)})


def test_the_loss_curve_is_per_example():
    records = descent()
    held_out = np.linspace(0.2, 0.1, 13)
    picture = figures.loss_curve(iter(records), held_out)
    drawn = lines(picture.axes[0])
    np.testing.assert_array_equal(drawn["training"].get_xdata(), np.arange(13))
    np.testing.assert_array_equal(drawn["training"].get_ydata(), [r.loss / r.m for r in records])
    np.testing.assert_array_equal(drawn["held out"].get_ydata(), held_out)
    assert "over 12 epochs" in picture.alt and "held out from 0.2 to 0.1" in picture.alt
    with pytest.raises(ValueError, match="13 held-out losses"):
        figures.loss_curve(records, held_out[:4])


def test_a_descent_that_diverged_says_so_on_its_curve():
    records = descent(activation="identity", learning_rate=5)
    picture = figures.loss_curve(records, [r.loss for r in records])
    assert picture.axes[0].get_title() == f"diverged in epoch {records[-1].epoch}"
    assert "It diverged in epoch" in picture.alt and "inf" not in picture.alt
    assert np.isfinite(lines(picture.axes[0])["training"].get_ydata()).all()


def test_the_digit_grid_draws_each_digit_under_its_label():
    digits = some_digits()
    cells = [axes for axes in figures.digit_grid(digits, columns=5).axes if axes.images]
    assert [axes.get_title() for axes in cells] == [str(label) for label in digits.labels]
    for axes, image in zip(cells, digits.images, strict=True):
        np.testing.assert_array_equal(axes.images[0].get_array(), image)


def test_wrong_digits_are_those_that_differ_and_no_others():
    digits = some_digits()
    said = digits.labels.copy()
    said[[2, 8]] = 0, 3
    picture = figures.wrong_digits(digits, said)
    cells = [axes for axes in picture.axes if axes.images]
    assert [axes.get_title() for axes in cells] == ["read 0\nmeant 2", "read 3\nmeant 8"]
    np.testing.assert_array_equal(cells[0].images[0].get_array(), digits.images[2])
    text = "2 of 12 digits are read wrongly: a 2 read as 0, an 8 read as 3."
    assert picture.alt == text
    few = figures.wrong_digits(digits, said, most=1)
    assert "2 of 12" in few.alt and few.alt.endswith("and others.")
    none = figures.wrong_digits(digits, digits.labels)
    assert none.alt == "0 of 12 digits are read wrongly."
    with pytest.raises(ValueError, match="12 readings"):
        figures.wrong_digits(digits, said[:3])


def test_weight_pictures_share_one_scale_about_zero():
    w_1 = training.initial_weights([64, 10, 2])[0]
    picture = figures.weight_pictures(w_1)
    cells = [axes for axes in picture.axes if axes.images]
    assert len(cells) == 10
    np.testing.assert_array_equal(cells[3].images[0].get_array(), w_1[:, 3].reshape(8, 8))
    size = np.abs(w_1).max()
    assert {axes.images[0].get_clim() for axes in cells} == {(-size, size)}
    with pytest.raises(ValueError, match=r"shape \(64, n_1\)"):
        figures.weight_pictures(w_1.T)


def test_the_confusion_matrix_counts_what_was_read_for_what():
    labels, said = np.array([3, 3, 3, 8, 5]), np.array([3, 8, 8, 8, 9])
    picture = figures.confusion_matrix(said, labels)
    (axes,) = picture.axes
    shown = {text.get_position(): text.get_text() for text in axes.texts}
    assert shown == {(3, 3): "1", (8, 3): "2", (8, 8): "1", (9, 5): "1"}  # (read, meant)
    assert "2 of 5 on the diagonal" in picture.alt
    assert "a 3 read as an 8 (2 times)" in picture.alt and "a 5 read as a 9" in picture.alt
    assert axes.get_title() == "2 of 5 read rightly"
    with pytest.raises(ValueError, match=r"received shapes \(2,\) and \(1,\)"):
        figures.confusion_matrix([0, 1], [0])
    assert "beside" not in figures.confusion_matrix([4], [4]).alt


def test_the_u_curve_draws_ceilings_and_best_steps():
    h, error = np.array([1e-1, 1e-3, 1e-5]), np.array([1e-2, 1e-4, 1e-3])
    picture = figures.u_curve(h, error, error / 2, error / 4, (2 * error, 3 * error), (1e-3, 1e-2))
    (axes,) = picture.axes
    drawn = [line.get_ydata() for line in axes.lines if "predicted" in str(line.get_label())]
    np.testing.assert_array_equal(drawn, [2 * error, 3 * error])
    assert [line.get_xdata()[0] for line in axes.lines if line.get_label() == "_best"] == [
        1e-3,
        1e-2,
    ]
    assert "complex step" in picture.alt and "Best steps as predicted: 0.001, 0.01" in picture.alt


def test_the_other_data_on_a_loss_curve_has_its_own_name():
    (axes,) = figures.loss_curve(descent(), np.linspace(2, 1, 13), "validation").axes
    assert set(lines(axes)) == {"training", "validation"}


# --- rules ---------------------------------------------------------------------------------------


def test_the_parts_of_the_rectangle_are_labelled_with_their_areas():
    picture = figures.product_rectangle(3, 5, 0.1, 0.2)
    (axes,) = picture.axes
    labels = [text.get_text().replace("\n", " ") for text in axes.texts]
    assert labels == ["3 · 5 = 15", "0.1 · 5 = 0.5", "3 · 0.2 = 0.6", "0.1 · 0.2 = 0.02"]
    boxes = [patch.get_bbox() for patch in axes.patches]
    assert [box.bounds[:2] for box in boxes] == [(0, 0), (3, 0), (0, 5), (3, 5)]
    assert len({patch.get_hatch() for patch in axes.patches}) == 3  # not by colour alone
    for label in labels[1:]:
        assert label in picture.alt
    with pytest.raises(ValueError, match=r"(u|v|du|dv): expected a finite number > 0"):
        figures.product_rectangle(3, 5, -0.1, 0.2)


@pytest.mark.parametrize(("f", "x", "h"), [(np.exp, 1.0, 0.5), (np.square, -1.0, 2.0)])
def test_the_bend_is_the_gap_between_the_curve_and_its_tangent(f, x, h):
    picture = figures.bend(f, x, h)
    (axes,) = picture.axes
    slope, second = {np.exp: (np.exp(x), np.exp(x)), np.square: (2 * x, 2.0)}[f]
    gap = f(x + h) - f(x) - h * slope
    arrow, words = axes.texts
    assert arrow.xy == pytest.approx((x + h, f(x + h)))
    assert arrow.xyann == pytest.approx((x + h, f(x) + h * slope), rel=1e-6)
    text = f"gap {gap:.3g},\nabout $\\frac{{h^2}}{{2}} f''$ = {h * h / 2 * second:.3g}"
    assert words.get_text() == text
    drawn = {label.split(":")[0]: line.get_data() for label, line in lines(axes).items()}
    for name, expected in (("tangent", slope), ("secant", (f(x + h) - f(x)) / h)):
        across, up = drawn[name]
        assert (up[-1] - up[0]) / (across[-1] - across[0]) == pytest.approx(expected, rel=1e-6)
    assert f"{gap:.3g}" in picture.alt and f"{h * h / 2 * second:.3g}" in picture.alt


@pytest.mark.parametrize("u", [0.5, 2.0, 3.0])
def test_the_mirrored_slopes_are_one_over_each_other(u):
    picture = figures.mirrored_slopes(u)
    (axes,) = picture.axes
    tangents = [line for line in axes.lines if line.get_color() == base.BLACK]
    slopes = [np.diff(line.get_ydata())[0] / np.diff(line.get_xdata())[0] for line in tangents]
    assert slopes == pytest.approx([u, 1 / u])
    middles = [(np.mean(line.get_xdata()), np.mean(line.get_ydata())) for line in tangents]
    assert np.allclose(middles, [(np.log(u), u), (u, np.log(u))])
    assert [text.get_text() for text in axes.texts] == [f"slope {u:.3g}", f"slope {1 / u:.3g}"]
    with pytest.raises(ValueError, match=r"u: expected a number from 0\.3 to 4"):
        figures.mirrored_slopes(-1.0)


def test_the_bars_are_the_shares_of_the_throws_and_the_bell_has_their_mean_and_variance():
    sums = DICE.sum(axis=1)
    picture = figures.dice_and_bell(sums, 3)
    (axes,) = picture.axes
    bars = {round(bar.get_x() + bar.get_width() / 2): bar.get_height() for bar in axes.patches}
    assert bars == {face: (sums == face).mean() for face in range(3, 19)}
    near = [bar for bar in axes.patches if bar.get_hatch()]
    assert sorted(round(bar.get_x() + 0.425) for bar in near) == [8, 9, 10, 11, 12, 13]
    at, bell = lines(axes)["the normal bell"].get_data()
    share = bell * np.diff(at)[0]
    assert share.sum() == pytest.approx(1, abs=0.02)
    assert (at * share).sum() / share.sum() == pytest.approx(10.5)
    variance = np.var(np.arange(1, 7)) * 3
    assert bell.max() / bell[0] == pytest.approx(np.exp(8**2 / (2 * variance)))
    assert f"{np.mean(abs(sums - 10.5) <= np.sqrt(8.75)):.0%} of the throws" in picture.alt
    for wrong in ([2], [19], []):
        with pytest.raises(ValueError, match=r"sums: expected .*(3 to 18|one number)"):
            figures.dice_and_bell(wrong, 3)


def test_stretched_tables_show_what_numpy_adds_and_what_is_only_imagined():
    left, right = np.array([[10], [20]]), np.array([1, 2, 3])
    picture = figures.stretched(left, right)
    (axes,) = picture.axes
    texts = [text.get_text() for text in axes.texts]
    assert [text for text in texts if text[0] == "("] == ["(2, 1)", "(3,)", "(2, 3)"]
    numbers = [int(text) for text in texts if text.isdigit()]
    assert numbers == [10, 10, 10, 20, 20, 20, 1, 2, 3, 1, 2, 3, 11, 12, 13, 21, 22, 23]
    real = [patch.get_linestyle() == "-" for patch in axes.patches]
    assert real == [True, False, False] * 2 + [True] * 3 + [False] * 3 + [True] * 6
    assert str((left + right).tolist()) in picture.alt
    with pytest.raises(ValueError, match="left, right: expected shapes that fit"):
        figures.stretched(np.ones((2, 2)), right)
    with pytest.raises(ValueError, match="at most"):
        figures.stretched(np.ones((7, 1)), right)
