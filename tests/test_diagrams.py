"""The live pictures: what they show is read back from their SVG."""

import base64
import hashlib
import re
import xml.etree.ElementTree as ET
from html import unescape

import numpy as np
import pytest

from bpdemo import diagrams
from bpdemo.diagrams import Curve, Tangent, frame

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


IMAGE = (
    r'<img alt="(.*?)" data-of="([0-9a-f]{16})" width="960" style="[^"]*" '
    r'src="data:image/svg\+xml;base64,([^"]*)">'
)


def test_a_drawing_is_an_image_with_its_text_and_its_digest():
    drawn = diagrams.drawing([diagrams.words(["a < b"], width=960)], 'The "title".')
    bundle = drawn._repr_mimebundle_()
    alt, digest, source = re.fullmatch(IMAGE, bundle["text/html"]).groups()
    shown = base64.b64decode(source).decode()
    # Dark where the page is: a rule that the live picture, which follows JupyterLab, doesn't have.
    themed, rule = re.subn(r"@media\(prefers-color-scheme:dark\)\{\.bp\{[^}]*\}\}", "", shown)
    assert (themed, rule) == (drawn.svg, 1)
    assert unescape(alt) == bundle["text/plain"] == drawn.alt == 'The "title". a < b'
    assert digest == drawn.digest == hashlib.sha256(shown.encode()).hexdigest()[:16]
    other = diagrams.drawing([diagrams.words(["a < c"], width=960)], 'The "title".')
    assert digest != other.digest


def test_a_drawing_may_have_a_narrow_form_for_a_phone():
    wide = diagrams.picture([diagrams.words(["a"])], "Title.")
    narrow = diagrams.picture([diagrams.words(["a"])], "Title.", width=390)
    assert diagrams.drawing([diagrams.words(["a"])], "Title.") == diagrams.Drawing(wide, narrow)
    html = diagrams.Drawing(wide, narrow).html()
    source, image = re.fullmatch(
        r'<picture><source media="\(max-width:700px\)" type="image/svg\+xml" '
        rf'srcset="data:image/svg\+xml;base64,([^"]*)">({IMAGE})</picture>',
        html,
    ).group(1, 2)
    assert 'width="390"' in base64.b64decode(source).decode()
    assert diagrams.Drawing(wide, narrow).digest != diagrams.Drawing(wide).digest
    assert "data:image" in image


def test_what_has_changed_has_a_frame_of_its_own():
    """Not told by color alone: a broken line around the plate."""
    (rule,) = re.findall(r"\.bp \.changed>\.plate\{([^}]*)\}", diagrams.base.STYLE)
    assert "stroke:var(--bp-rule)" in rule and "stroke-dasharray:6 4" in rule


@pytest.mark.parametrize("per", [0.03, 0.05, 0.1, 0.2, 1.0])
def test_the_numbers_along_an_axis_do_not_meet(per):
    """They are as many as fit, at so many units per unit of the axis."""
    places = [p for p in frame._ticks((-2000, 2000), per, 4, False, beside=True) if p is not None]
    widest = max(frame.text_width(frame.tick(place), 13) for place in places)
    gaps = np.diff(places) * per
    assert len(places) > 1 and gaps.min() >= widest + 12
