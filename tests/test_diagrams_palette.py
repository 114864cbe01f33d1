"""The colours of the pictures have the contrast that WCAG 2.1 asks for, in both themes.

axe can't judge text in an SVG, so the palette itself is judged: 4.5 : 1 for text (1.4.3), 3 : 1 for
lines and shapes that carry meaning (1.4.11).
"""

import itertools

import pytest

from bpdemo.diagrams.base import DARK, LIGHT

THEMES = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])

GROUNDS = ("paper", "panel", "mark")
WORDS = ("ink", "soft", "act", "weight", "pos", "neg", "grad", "good", "bad")
LINES = (*WORDS, "rule")


def luminance(colour):
    """The relative luminance of "#rrggbb" (WCAG 2.1)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # just not enough


def test_both_themes_have_the_same_names():
    assert set(LIGHT) == set(DARK) == {*GROUNDS, *LINES}


@THEMES
@pytest.mark.parametrize(("word", "ground"), [*itertools.product(WORDS, GROUNDS)])
def test_text_is_readable(colours, word, ground):
    assert contrast(colours[word], colours[ground]) >= 4.5


@THEMES
@pytest.mark.parametrize(("line", "ground"), [*itertools.product(LINES, ("paper", "panel"))])
def test_lines_are_seen(colours, line, ground):
    assert contrast(colours[line], colours[ground]) >= 3
