"""The explorers of chapter 09: how much of the gradient arrives, and what helps."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

from bpdemo import explorers
from bpdemo.diagrams import power
from bpdemo.explorers.depth import sizes


def middle(*settings):
    """The size of ∂ℒ/∂a^0 after 20 layers of 16 neurons."""
    return float(np.median(sizes(20, 16, *settings).grad[0]))


def test_the_sigmoid_vanishes_and_what_helps():
    assert 1e-14 < middle(1.0, "sigmoid", False) < 1e-12
    assert 0.02 < middle(10.0, "sigmoid", False) < 10
    assert 0.05 < middle(1.0, "tanh", False) < 2
    assert 0.1 < middle(1.4, "relu", False) < 10
    assert 0.5 < middle(1.0, "sigmoid", True) < 3
    assert "measured: one step 0.227, all steps 1.3·10⁻¹³" in explorers.Depth().alt


def test_every_network_on_offer_is_drawn():
    explorer = explorers.Depth()
    for settings in (
        {"layers": 2, "width": 1, "scale": 0.1},
        {"layers": 30, "width": 32, "scale": 12.0, "activation": "relu"},
        {"layers": 30, "width": 1, "scale": 0.1, "activation": "relu"},  # a dead one: all 0
        {"layers": 30, "width": 4, "scale": 12.0, "skip": True, "activation": "identity"},
    ):
        explorer.settings = settings
        assert not re.search(r"\bnan\b|\binf\b", explorer.svg())


def test_the_formula_is_the_prediction():
    """factor = scale · √(mean σ′²) is about right; a skip connection adds 1 under the root."""
    for skip in (False, True):
        alt = explorers.Depth(activation="tanh", scale=1.5, skip=skip).alt
        factor, scale, slope = map(float, re.findall(r"\d\.\d+", alt.split("B45")[1])[:3])
        assert scale == 1.5
        product = (scale * slope) ** 2 + skip
        assert factor == pytest.approx(product**0.5, rel=0.05)


@pytest.mark.parametrize(
    ("start", "true"),
    [({}, 0), ({"activation": "identity", "scale": 1.4}, 1), ({"layers": 2, "scale": 1.4}, 0),
     ({"activation": "leaky_relu", "scale": 1.4}, 2)],
)  # fmt: skip
def test_how_much_arrives_with_relu(start, true):
    explorer = explorers.Depth(**start)
    explorer.guess(true)
    explorer.move("width", 4)
    assert explorer.state()["guess"]["right"] is None
    explorer.move("activation", "relu")
    guess = explorer.state()["guess"]
    then, after = (
        float(np.median(sizes(s.layers, s.width, s.scale, s.activation, s.skip).grad[0]))
        for s in (
            SimpleNamespace(**explorer._start),
            SimpleNamespace(**{**explorer._start, "activation": "relu"}),
        )
    )
    assert guess["right"] and power(then) in guess["told"] and power(after) in guess["told"]
    explorer.reset()
    explorer.guess((true + 1) % 3)
    explorer.move("activation", "relu")
    assert explorer.state()["guess"]["right"] is False


@pytest.mark.parametrize("start", [{}, {"activation": "relu", "scale": 4.0}, {"skip": False}])
def test_a_small_scale_does_not_make_it_vanish(start):
    explorer = explorers.SkipConnection(**start)
    assert explorers.SkipConnection().settings["skip"] and not explorers.Depth().settings["skip"]
    explorer.guess(1)
    explorer.move("scale", 0.5)
    assert explorer.state()["guess"]["right"] is None
    explorer.move("scale", 0.2)
    guess = explorer.state()["guess"]
    size = middle(0.2, start.get("activation", "sigmoid"), True)
    assert guess["right"] and f"and {power(size)} at scale 0.2" in guess["told"]
    explorer.reset()
    explorer.guess(0)
    explorer.move("scale", 0.1)
    assert explorer.state()["guess"]["right"] is False
