"""The explorer of chapter 00."""

import math

import pytest

from bpdemo.explorers import Secant
from bpdemo.explorers.explorer import numbers_of
from tests.pictures import parts


def test_the_secant_comes_to_the_tangent():
    explorer = Secant(function="x²", x=0.5, h=1.0)
    assert dict(numbers_of(explorer.svg()))["slope"] == "2.000"
    explorer.move("h", 0.001)
    shown = dict(numbers_of(explorer.svg()))
    assert (shown["slope"], shown["f′(x)"], shown["error"]) == ("1.001", "1.000", "0.00100")


@pytest.mark.parametrize("name", ["x", "h"])
def test_both_points_are_handles_along_x(name):
    explorer = Secant()
    (handle,) = parts(explorer.svg(), control=name, axis="x")
    assert handle.get("data-log") is None, "h grows with the way, as x does"
    before = place(explorer, name)
    value = explorer.settings[name] + 0.25
    explorer.move(name, value)
    assert place(explorer, name) - before == pytest.approx(
        0.25 * float(handle.get("data-per")), abs=0.1
    )


def place(explorer, name):
    of = {"x": "x", "h": "x+h"}[name]
    (ring,) = parts(explorer.svg(), x=of)
    return float(ring.get("cx"))


def test_both_formulas_are_equally_high():
    grounds = [
        float(rect.get("height"))
        for rect in parts(Secant().svg())
        if rect.get("class") == "f-panel" and rect.get("rx") == "6"
    ]
    assert len(grounds) == 2 and grounds[0] == grounds[1]


@pytest.mark.parametrize(
    ("start", "true"),
    [
        ({}, 1),
        ({"x": 0.0}, 0),  # the curve is flat there
        ({"function": "sin x", "x": math.pi / 2}, 0),
        ({"function": "1 / (1 + e⁻ˣ)", "x": -1.0}, 1),
    ],
)
def test_the_guess(start, true):
    explorer = Secant(**start)
    for chosen in range(3):
        explorer.reset()
        explorer.guess(chosen)
        explorer.move("x", explorer.settings["x"])  # not what was asked
        assert explorer.state()["guess"]["right"] is None
        explorer.move("h", 0.5)
        assert explorer.state()["guess"]["right"] is None, "h is far from 0"
        explorer.move("h", 0.001)
        assert explorer.state()["guess"]["right"] is (chosen == true)


def test_it_tells_the_numbers_of_h_alone():
    explorer = Secant()
    explorer.guess(1)
    explorer.move("h", 0.01)
    explorer.move("x", 1.0)
    assert explorer.state()["guess"]["told"] == (
        "h went from 1.000 to 0.0100, and the slope went from 2.000 to 1.010. "
        "The slope of the curve at x is 1.000."
    )
