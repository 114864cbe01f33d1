"""Curves in a row: each stands where the one before has put it, and says its slope."""

import re

import numpy as np
import pytest

from bpdemo.diagrams.wheels import Wheel, wheels

SQUARE = Wheel(lambda p: p * p, "p", "q", (5, 25))
NINTH = Wheel(lambda q: q * q / 9, "q", "r", (25, 70))


def test_each_wheel_stands_where_the_one_before_has_put_it():
    said = wheels([SQUARE, NINTH], 3.0).alt
    found = re.findall(r"slope (\d\.\d+) at (\d\.\d+), height (\d\.\d+)", said)
    assert [tuple(map(float, numbers)) for numbers in found] == [(6, 3, 9), (2, 9, 9)]
    assert said.startswith("2 curves in a row, with the slopes 6, 2.")


def test_the_product_of_the_slopes_is_the_slope_of_the_row():
    p, h = 1.3, 1e-6
    slopes = re.search(r"slopes ([\d.]+), ([\d.]+)\.", wheels([SQUARE, NINTH], p).alt).groups()
    both = (NINTH.f(SQUARE.f(p + h)) - NINTH.f(SQUARE.f(p - h))) / (2 * h)
    assert np.isclose(float(slopes[0]) * float(slopes[1]), both, rtol=0.01)


def test_it_has_a_form_for_a_phone():
    assert wheels([SQUARE, NINTH], 3.0).narrow


@pytest.mark.parametrize("start", [-1.0, 5.5])
def test_a_wheel_outside_of_its_axes_is_refused(start):
    with pytest.raises(ValueError, match="outside of its axes"):
        wheels([SQUARE, NINTH], start)
