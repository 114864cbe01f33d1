"""The explorer of chapter 06: the curve, the chain and the product of slopes."""

from html import unescape

import numpy as np
import pytest

import bpdemo as bp
from bpdemo import activations, explorers
from bpdemo.diagrams import number

W = [np.array([[0.8]]), np.array([[-1.2]]), np.array([[1.5]])]


def said(explorer):
    return unescape(explorer._picture.value.split('aria-label="', 1)[1].split('"', 1)[0])


@pytest.mark.parametrize("name", activations.TABLE)
@pytest.mark.parametrize("k", [1, 2, 3])
def test_the_product_of_slopes_is_the_gradient(name, k):
    explorer = explorers.Bends(activation=name, k=k, b1=0.3, b2=-0.4, b3=1.0)
    trace = bp.forward([[0.5]], W, name, [[0.3], [-0.4], [1.0]])
    grad = bp.backward(trace, [[1.0]])
    slopes = [activations.TABLE[name].derivative(trace.z[n]).item() for n in (1, 2, 3)]
    formula = said(explorer).split("B19 ", 1)[1].split(": ", 1)[1].split(".  ")[0]
    shown = formula.split(" = ")[0]
    assert shown == number(grad.dL_dw[1].item())
    for slope in slopes:
        assert number(slope) in formula
    product = grad.dL_da[3].item() * np.prod(slopes) * 1.5 * -1.2 * 0.5
    assert product == pytest.approx(grad.dL_dw[1].item(), rel=1e-12, abs=1e-15)
    assert f"slope {number(slopes[k - 1])} at {number(trace.z[k].item())}" in said(explorer)
    for n in (1, 2, 3):
        assert f"layer {n} {number(grad.dL_db[n].item(), True)}" in said(explorer)


def test_the_answer_to_its_question():
    explorer = explorers.Bends(activation="relu")
    assert all(f"dL/dw{k} = 0.000" in said(explorer) for k in (1, 2, 3))
    explorer.settings = {"b2": 1.0}
    assert not any(f"dL/dw{k} = 0.000" in said(explorer) for k in (1, 2, 3))


def test_the_slope_has_no_value_at_a_kink():
    explorer = explorers.Bends(activation="relu")
    _, slope = explorers.bends._curves("relu")
    assert np.isnan(slope.y).sum() == 1 and slope.x[np.isnan(slope.y)] == pytest.approx(0)
    assert "nan" not in explorer._picture.value


def test_a_point_beyond_the_frame_is_told():
    explorer = explorers.Bends(activation="identity", x=2.0, w1=4.0, k=1)
    assert "z = 8.000: outside" in explorer._picture.value
