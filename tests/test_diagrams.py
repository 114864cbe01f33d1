"""The live pictures: what they show is read back from their SVG."""

import base64
import re
import xml.etree.ElementTree as ET
from html import unescape

import numpy as np
import pytest

from bpdemo import diagrams
from bpdemo.diagrams import Curve, Tangent

SVG = "{http://www.w3.org/2000/svg}"


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


# --- the other parts ---


def test_a_tangent_has_the_slope_it_claims():
    panel = diagrams.curve(
        [Curve(np.linspace(0, 1, 5), np.linspace(0, 1, 5))],
        x_label="x",
        y_label="y",
        x_range=(0, 1),
        y_range=(0, 2),
        tangents=[Tangent(0.5, 0.5, 1.0, cls="s-bad")],
        width=478,  # a frame of 400 by 178
        height=260,
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
        [Curve(np.arange(5.0), y)], x_label="x", y_label="y", x_range=(0, 4), y_range=(0, 1)
    )
    assert "nan" not in panel.body and "inf" not in panel.body


@pytest.mark.parametrize(
    ("value", "limit"), [(0, 0.1), (0.1, 0.1), (0.11, 0.2), (0.6, 1), (1, 1), (3, 5), (51, 100)]
)
def test_an_axis_ends_at_a_round_number(value, limit):
    assert diagrams.nice_limit(value) == pytest.approx(limit)


def test_regions_shade_both_sides_and_draw_the_border():
    says = np.tile([0.0, 0.0, 1.0, 1.0], (4, 1))
    panel = diagrams.regions(says, np.array([[0.5, 0.0], [-0.5, 0.0]]), np.array([1, 0]), 1.0, 432)
    assert "says 1 on 50%" in panel.alt
    (path,) = re.findall(r'<path d="([^"]*)"', panel.body)
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
