"""The explorers of chapter 05: what they show is what the core computes."""

from html import unescape

import numpy as np
import pytest

import bpdemo as bp
from bpdemo import activations, explorers
from bpdemo.diagrams import number
from bpdemo.explorers import vectors
from bpdemo.explorers.vectors import _WEIGHTS


def said(explorer):
    return unescape(explorer._picture.value.split('aria-label="', 1)[1].split('"', 1)[0])


@pytest.mark.parametrize("activation", activations.TABLE)
@pytest.mark.parametrize("weight", _WEIGHTS.values(), ids=str)
def test_the_paths_add_up_to_the_gradient(weight, activation):
    explorer = explorers.Paths(weight=weight, activation=activation, x1=1.5)
    k, i, j = weight
    w = [vectors._W1, vectors._W2]
    trace = bp.forward([[1.5, 1.0]], w, activation)
    dL_dw = bp.backward(trace, vectors._Y).dL_dw[k][i, j]
    text = said(explorer)
    assert f"the sum: product {number(dL_dw, True)}" in text
    assert f"the sum of the paths: {number(dL_dw, True)}" in text
    assert f"measured, by moving {next(n for n, v in _WEIGHTS.items() if v == weight)}" in text
    assert text.count("through a²") == (2 if k == 1 else 1)
    numeric, _ = bp.checking.numeric_gradients([[1.5, 1.0]], w, vectors._Y, activation)
    measured = vectors._measured(np.array([[1.5, 1.0]]), w, weight, activation)
    assert measured == pytest.approx(numeric[k - 1][i, j], rel=1e-6, abs=1e-9)


def test_a_cut_path_has_no_share():
    explorer = explorers.Paths(w21=0.0)
    first = said(explorer).split("through a²₁:", 1)[1].split(";", 1)[0]
    assert first.endswith("product 0.000")


@pytest.mark.parametrize(("path", "edges"), [(0, 3), (1, 2), (2, 2)])
def test_the_chosen_paths_are_lit(path, edges):
    assert explorers.Paths(path=path)._picture.value.count('class="s-mark"') == edges


@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize("examples", [1, 2, 3, 4])
@pytest.mark.parametrize("product", [0, 1, 2])
def test_the_products_are_those_of_backward(product, layer, examples):
    m = vectors._step(layer, examples, 3, "tanh")
    parts = explorers.Matrices._parts(m, layer, product, None, True)
    left, operator, right, _, result = parts
    if operator == "@":
        assert np.allclose(left.values @ right.values, result.values, rtol=1e-12)
    else:
        assert np.allclose(left.values * right.values, result.values, rtol=1e-12)
    assert result.values is (m.delta, m.dL_dw, m.dL_da_before)[product]


@pytest.mark.parametrize("turned", [True, False])
@pytest.mark.parametrize("product", [1, 2])
def test_the_framed_numbers_make_the_framed_entry(product, turned):
    m = vectors._step(2, 4, 0, "sigmoid")
    shape = (m.dL_dw if product == 1 else m.dL_da_before).shape
    for at in np.ndindex(*shape):
        left, _, right, _, result = explorers.Matrices._parts(m, 2, product, at, turned)
        a = [left.values[cell] for cell in left.marked]
        b = [right.values[cell] for cell in right.marked]
        assert result.values[at] == pytest.approx(np.dot(a, b), rel=1e-12)
        assert list(result.marked) == [at]
        runs = [{cell[axis] for cell in part.marked} for part in (left, right) for axis in (0, 1)]
        rows = [len(v) == 1 for v in (runs[0], runs[2])]
        # @ takes a row on the left and a column on the right; as they lie, both run alike.
        assert rows == ([True, False] if turned else [product == 2] * 2)


def test_the_sum_is_written_out():
    explorer = explorers.Matrices(product=1, row=2, column=1)
    m = vectors._step(2, 4, 0, "sigmoid")
    text = said(explorer)
    assert "∂ℒ/∂w^2_21 = a^1_12 δ^2_11 + a^1_22 δ^2_21 + a^1_32 δ^2_31 + a^1_42 δ^2_41" in text
    assert f": {number(m.dL_dw[1, 0])} = " in text


def test_one_product_is_highlighted_at_a_time():
    explorer = explorers.Matrices()
    for product in (0, 1, 2):
        explorer.settings = {"product": product}
        assert said(explorer).count("Highlighted: ") == 1


def test_row_and_column_stay_inside_the_result():
    explorer = explorers.Matrices(product=2, row=3, column=2)
    explorer.settings = {"product": 1, "layer": 1, "examples": 1}
    row, column = (explorer._controls[n].source for n in ("row", "column"))
    assert (row.max, column.max) == (2, 3) and row.value == 2
    explorer.reset()
    assert explorer.settings["row"] == 3
