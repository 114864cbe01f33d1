"""The live pictures: what they show is read back from their SVG."""

import base64
import itertools
import re
import xml.etree.ElementTree as ET
from html import unescape

import numpy as np
import pytest

import bpdemo as bp
from bpdemo import diagrams
from bpdemo.diagrams import Bar, Curve, Tangent, Term
from bpdemo.diagrams.network import layout

SVG = "{http://www.w3.org/2000/svg}"


def run(widths, seed=0):
    rng = np.random.default_rng(seed)
    w = [rng.normal(0, 1, shape) for shape in itertools.pairwise(widths)]
    x, y = rng.normal(0, 1, (1, widths[0])), rng.uniform(0, 1, (1, widths[-1]))
    trace = bp.forward(x, w)
    return trace, bp.backward(trace, y), y


def words(panel):
    """All texts of a panel, each put together from its pieces."""
    root = ET.fromstring(diagrams.picture([panel], "T."))
    return ["".join(node.itertext()) for node in root.iter(f"{SVG}text")]


# --- numbers ---


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0.000"),
        (-0.0, "0.000"),
        (0.8, "0.800"),
        (-1.2, "−1.200"),
        (12.345, "12.35"),
        (123.45, "123.5"),
        (12345.6, "12346"),
        (2.5e7, "2.5·10⁷"),
        (-9.99e6, "−1.0·10⁷"),
        (2e-4, "0.00020"),
        (0.00056, "0.00056"),
        (0.0312, "0.0312"),
        (9.9999, "10.00"),
        (999999.7, "1.0·10⁶"),
        (3e-7, "≈ 0"),
        (np.inf, "too large"),
        (np.nan, "too large"),
    ],
)
def test_a_number_is_short_and_has_a_true_minus(value, shown):
    assert diagrams.number(value) == shown


def test_a_signed_number_has_a_plus_where_it_is_positive():
    assert diagrams.number(0.5, sign=True) == "+0.500"
    assert diagrams.number(0.0, sign=True) == "0.000"


@pytest.mark.parametrize("value", np.geomspace(1e-12, 1e12, 97))
def test_a_shown_number_is_the_number(value):
    shown = diagrams.number(value)
    if shown == "≈ 0":
        assert value < 2e-5
        return
    digits, _, power = shown.partition("·10")
    exponent = int(power.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789"))) if power else 0
    within = 0.005 if 1e-3 <= value < 1e6 else 0.05 if value > 1e-4 else 0.25
    assert float(digits) * 10**exponent == pytest.approx(value, rel=within)
    assert len(shown) <= 8


# --- the network ---


@pytest.mark.parametrize("widths", [(1, 1), (1, 1, 1, 1), (2, 3, 1), (2, 2, 2), (4, 6, 6, 3)])
@pytest.mark.parametrize("show", ["forward", "backward", "both"])
@pytest.mark.parametrize("with_z", [False, True])
def test_a_network_picture_is_well_formed_and_says_its_numbers(widths, show, with_z):
    trace, grad, y = run(widths)
    panel = diagrams.network(trace, grad, y=y[0], loss=0.5, show=show, with_z=with_z)
    ET.fromstring(diagrams.picture([panel], "T."))
    for k in range(1, trace.L + 1):
        for value in trace.w[k].ravel():
            assert diagrams.number(value) in panel.alt
        if show != "forward":
            for value in grad.dL_dw[k].ravel():
                assert diagrams.number(value) in panel.alt
    assert ("dL/d" in panel.alt) == (show != "forward")


def test_the_values_stand_in_the_picture_itself():
    trace, grad, y = run((1, 1, 1))
    shown = " ".join(words(diagrams.network(trace, grad, y=y[0], loss=0.25, with_z=True)))
    for k in (1, 2):
        assert diagrams.number(trace.a[k].item()) in shown
        assert f"z = {diagrams.number(trace.z[k].item())}" in shown
        assert diagrams.number(trace.w[k].item(), sign=True) in shown
        assert diagrams.number(grad.dL_dw[k].item(), sign=True) in shown
    assert diagrams.number(0.25) in shown


def test_what_is_not_known_yet_shows_a_question_mark_and_no_number():
    trace, grad, y = run((1, 1, 1))
    panel = diagrams.network(trace, grad, y=y[0], loss=0.25, known={"a2"})
    shown = words(panel)
    assert diagrams.number(grad.dL_da[2].item(), sign=True) in shown
    assert diagrams.number(grad.dL_da[1].item(), sign=True) not in shown
    assert shown.count("?") == 4  # a^0, a^1, w^1, w^2
    assert "dL/da1" not in panel.alt and "dL/dw2" not in panel.alt and "dL/da2" in panel.alt


def test_a_negative_weight_is_dashed_and_a_larger_one_is_wider():
    trace = bp.forward([[1.0]], [[[2.0]], [[-0.5]]])
    root = ET.fromstring(diagrams.picture([diagrams.network(trace, show="forward")], "T."))
    first, second = [
        node
        for node in root.iter(f"{SVG}line")
        if node.get("class").split()[0] in ("s-pos", "s-neg")
    ]
    assert "dash" not in first.get("class") and "dash" in second.get("class")
    assert float(first.get("stroke-width")) > float(second.get("stroke-width"))


@pytest.mark.parametrize("widths", [(1, 1, 1, 1, 1), (1, 1, 1, 1), (2, 3, 1), (2, 2, 2), (3, 2, 3)])
@pytest.mark.parametrize(("rows", "with_z"), [(1, False), (2, True), (2, False)])
def test_labels_meet_neither_each_other_nor_a_neuron(widths, rows, with_z):
    place = layout(widths, 960, rows, with_z, True)
    for (_, b), (_, o) in itertools.combinations(place.tags.items(), 2):
        apart = max(abs(b[0] - o[0]) - (b[2] + o[2]) / 2, abs(b[1] - o[1]) - (b[3] + o[3]) / 2)
        assert apart > -1
    for x, y, wide, high in place.tags.values():
        for cx, cy in place.nodes.values():
            dx = max(abs(x - cx) - wide / 2, 0)
            dy = max(abs(y - cy) - high / 2, 0)
            assert np.hypot(dx, dy) > place.r - 1
        assert wide / 2 <= x <= 960 - wide / 2 and 0 < y < place.height


def test_the_layout_does_not_move_with_the_values():
    first, second = (diagrams.network(*run((2, 3, 1), seed)[:2]) for seed in (1, 2))
    circles = [re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', panel.body) for panel in (first, second)]
    assert circles[0] == circles[1]
    assert first.height == second.height


# --- the other parts ---


def test_a_formula_puts_each_number_under_its_symbol_and_marks_what_moved():
    panel = diagrams.formula(
        [
            Term("z^3", 0.492),
            Term("="),
            Term("a^2", 0.328),
            Term("·"),
            Term("w^3", 1.5, touched=True),
        ]
    )
    root = ET.fromstring(diagrams.picture([panel], "T."))
    places = {"".join(t.itertext()): float(t.get("x")) for t in root.iter(f"{SVG}text")}
    assert places["z3"] == places["0.492"] and places["w3"] == places["1.500"]
    assert places["z3"] < places["a2"] < places["w3"]
    assert panel.body.count("f-mark") == 1
    assert "Last moved: w^3" in panel.alt and "z^3 = a^2 · w^3: 0.492 = 0.328 · 1.500" in panel.alt


def test_a_fraction_is_drawn_over_a_rule():
    panel = diagrams.formula([Term("∂ℒ/∂w^3", -0.04)])
    assert {"∂ℒ", "∂w3"} <= set(words(panel)) and "<line" in panel.body


def test_a_hidden_term_does_not_give_its_number_away():
    panel = diagrams.formula([Term("∂ℒ/∂a^3", 0.125, hidden=True)])
    assert "0.125" not in panel.body + panel.alt and "?" in words(panel)


def test_a_tangent_has_the_slope_it_claims():
    panel = diagrams.curve(
        [Curve(np.linspace(0, 1, 5), np.linspace(0, 1, 5))],
        x_label="x",
        y_label="y",
        x_range=(0, 1),
        y_range=(0, 2),
        tangents=[Tangent(0.5, 0.5, 1.0, cls="s-bad")],
        width=486,  # a frame of 400 by 178
        height=266,
    )
    (drawn,) = re.findall(
        r'<line x1="(\S+)" y1="(\S+)" x2="(\S+)" y2="(\S+)" class="s-bad"', panel.body
    )
    x1, y1, x2, y2 = map(float, drawn)
    assert (y1 - y2) / (x2 - x1) == pytest.approx((178 / 2) / (400 / 1), rel=0.02)
    assert "slope 1.000" in panel.alt


def test_a_curve_with_gaps_draws_no_nan():
    y = np.array([0.1, np.nan, 0.3, np.inf, 0.2])
    panel = diagrams.curve(
        [Curve(np.arange(5.0), y)],
        x_label="x",
        y_label="y",
        x_range=(0, 4),
        y_range=(0, 1),
        width=480,
    )
    assert "nan" not in panel.body and "inf" not in panel.body
    (path,) = re.findall(r'<path d="([^"]*)"', panel.body)
    # The pen waits where y is no number and is lifted after it; the too large leaves the frame.
    assert re.findall("[ML]", path) == list("MLMLL") and " -3000" in path
    places = re.findall(r"[ML]([^ML]*)", path)
    assert places[0] == places[1] != places[2]


def test_a_curve_that_has_just_begun_has_all_its_commands():
    def commands(n):
        y = np.where(np.arange(8) < n, 0.5, np.nan)
        frame = {"x_label": "x", "y_label": "y", "x_range": (0, 7), "y_range": (0, 1)}
        panel = diagrams.curve([Curve(np.arange(8.0), y)], width=480, **frame)
        (path,) = re.findall(r'<path d="([^"]*)"', panel.body)
        return re.findall("[ML]", path), re.findall(r"[ML]([^ML]*)", path)

    for n in range(9):
        letters, places = commands(n)
        assert letters == list("MLLLLLLL") and len(set(places)) == max(n, 1)


@pytest.mark.parametrize(
    ("value", "limit"), [(0, 0.1), (0.1, 0.1), (0.11, 0.2), (0.6, 1), (1, 1), (3, 5), (51, 100)]
)
def test_an_axis_ends_at_a_round_number(value, limit):
    assert diagrams.nice_limit(value) == pytest.approx(limit)


def test_bars_show_sign_and_size_and_an_arrow_where_the_scale_ends():
    panel = diagrams.bars(
        [Bar("p", 0.5, -1, 1), Bar("q", -0.25, -1, 1), Bar("r", 7.0, -1, 1, total=True)]
    )
    widths = [float(v) for v in re.findall(r'width="([\d.]+)" height="22" rx="2"', panel.body)]
    assert widths[0] == pytest.approx(2 * widths[1], rel=0.01)
    assert panel.body.count("<path") == 1
    assert "p = 0.500; q = −0.250; r = 7.000" in panel.alt


def test_code_marks_the_line_that_runs():
    panel = diagrams.code(["one", "two"], 1)
    assert panel.alt == "Running: two" and panel.body.count("f-mark") == 1
    assert "▶" not in diagrams.code(["one", "two"], None).body


def test_regions_shade_both_sides_and_draw_the_border():
    says = np.tile([0.0, 0.0, 1.0, 1.0], (4, 1))
    points = np.array([[0.5, 0.0], [-0.5, 0.0]])
    panel = diagrams.regions(says, points, np.array([1, 0]), 1.0, width=432)
    assert "says 1 on 50%" in panel.alt
    (path,) = re.findall(r'<path d="([^"]*)" class="s-ink" stroke-width="3" fill', panel.body)
    assert {float(x) for x in re.findall(r"[ML]([\d.]+) ", path)} == {216.0}  # the middle


def test_a_picture_says_everything_its_panels_say():
    one, two = diagrams.words(["first"]), diagrams.words(["second & third"])
    root = ET.fromstring(diagrams.picture([one, [two]], "The title."))
    assert root.get("aria-label") == "The title. first second & third"
    assert root.get("role") == "img"


def test_a_drawing_is_an_image_with_its_text_and_the_svg_itself():
    drawn = diagrams.drawing([diagrams.words(["a < b"])], 'The "title".')
    bundle = drawn._repr_mimebundle_()
    alt, source = re.fullmatch(
        r'<img alt="(.*?)" width="960" style="[^"]*" src="data:image/svg\+xml;base64,(.*)">',
        bundle["text/html"],
    ).groups()
    assert base64.b64decode(source).decode() == bundle["image/svg+xml"] == drawn.svg
    assert unescape(alt) == bundle["text/plain"] == drawn.alt == 'The "title". a < b'


def test_no_word_is_smaller_than_12_units():
    trace, grad, y = run((4, 6, 6, 3))
    panel = diagrams.network(trace, grad, y=y[0], loss=0.5)
    sizes = [float(v) for v in re.findall(r'<text[^>]* font-size="([\d.]+)"', panel.body)]
    assert min(sizes) >= 12
