"""The explorer of chapter 06: the curve, the chain and the product of slopes."""

import numpy as np
import pytest

import bpdemo as bp
from bpdemo import activations, explorers
from bpdemo.diagrams import number

W = [np.array([[0.8]]), np.array([[-1.2]]), np.array([[1.5]])]


@pytest.mark.parametrize("name", activations.TABLE)
def test_the_product_of_slopes_is_the_gradient(name):
    explorer = explorers.Bends(activation=name, b1=0.3, b2=-0.4, b3=1.0)
    trace = bp.forward([[0.5]], W, activation=name, b=[[0.3], [-0.4], [1.0]])
    grad = bp.backward(trace, [[1.0]])
    slopes = [activations.TABLE[name].derivative(trace.z[n]).item() for n in (1, 2, 3)]
    formula = explorer.alt.split("B19 ", 1)[1].split(": ", 1)[1]
    factors = [grad.dL_da[3].item(), slopes[2], 1.5, slopes[1], -1.2, slopes[0], 0.5]
    assert np.prod(factors) == pytest.approx(grad.dL_dw[1].item(), rel=1e-12, abs=1e-15)
    assert formula.startswith(
        f"{number(grad.dL_dw[1].item())} = {' · '.join(map(number, factors))}."
    )


@pytest.mark.parametrize("k", [1, 2, 3])
def test_the_point_on_the_curve_moves_the_bias_of_its_layer(k):
    explorer = explorers.Bends(k=k)
    assert f'data-x="z{k}" data-y="a{k}"' in explorer.svg()
    handles = [part for part in explorer.svg().split("<g ") if "data-axis" in part]
    assert len(handles) == 1 and f'data-control="b{k}"' in handles[0]


def test_a_neuron_chooses_the_layer():
    explorer = explorers.Bends()
    picks = explorer.spec()["controls"][-1]["picks"]
    assert all(meant == part[-1] for part, meant in picks.items()) and len(picks) == 9
    assert 'data-term="a1" data-pick="k"' in explorer.svg()
    explorer.receive({"do": "set", "settings": {"k": "1"}})
    assert explorer.settings["k"] == 1


@pytest.mark.parametrize(
    ("start", "zeros"), [({}, 3), ({"b2": 2.0}, 0), ({"w1": -1.0, "b2": 2.0}, 2)]
)
def test_how_many_gradients_become_0(start, zeros):
    explorer = explorers.Bends(**start)
    explorer.guess(zeros)
    # Other moves are not what was asked for, so they don't count.
    explorer.settings = {"b2": -1.0} if start else {"b2": 3.0}
    assert explorer.state()["guess"]["right"] is None
    explorer.move("activation", "relu")
    guess = explorer.state()["guess"]
    assert guess["right"] and guess["told"].count("0.000") == zeros
    explorer.reset()
    explorer.guess((zeros + 1) % 4)
    explorer.move("activation", "relu")
    assert explorer.state()["guess"]["right"] is False


def test_a_bias_brings_dead_gradients_back():
    explorer = explorers.Bends(activation="relu")
    assert explorer.alt.count("∂ℒ/∂w: layer 1 0.000, layer 2 0.000, layer 3 0.000") == 1
    explorer.move("b2", 1.0)
    assert "∂ℒ/∂w: layer 1 0.000" not in explorer.alt


def test_the_slope_has_no_value_at_a_kink():
    _, slope = explorers.bends._curves("relu")
    assert np.isnan(slope.y).sum() == 1 and slope.x[np.isnan(slope.y)] == pytest.approx(0)
    assert "nan" not in explorers.Bends(activation="relu").svg()


def test_a_point_beyond_the_frame_stands_at_its_edge():
    explorer = explorers.Bends(activation="identity", x=2.0, w1=4.0, k=1)
    assert 'data-out="x' in explorer.svg()
