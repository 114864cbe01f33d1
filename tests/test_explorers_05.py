"""The explorers of chapter 05: what they show is what the core computes."""

from types import SimpleNamespace

import numpy as np
import pytest

import bpdemo as bp
from bpdemo import activations, explorers
from bpdemo.diagrams import label, number
from bpdemo.explorers import vectors


def settings(explorer):
    return SimpleNamespace(**explorer.settings)


@pytest.mark.parametrize("activation", activations.TABLE)
@pytest.mark.parametrize("weight", vectors._WEIGHTS)
def test_the_paths_add_up_to_the_gradient(weight, activation):
    explorer = explorers.Paths(weight=weight, activation=activation, x1=1.5)
    k, i, j = int(weight[1]), int(weight[3]) - 1, int(weight[4]) - 1
    trace = bp.forward([[1.5, 1.0]], vectors._W, activation=activation)
    y = np.array([[1.0, 0.0]])
    dL_dw = bp.backward(trace, y).dL_dw[k][i, j]
    assert f"the sum: product {number(dL_dw, True)}" in explorer.alt
    assert explorer.alt.count("through a²") == (2 if k == 1 else 1)
    assert sum(explorer.shares(settings(explorer)).values()) == pytest.approx(dL_dw, rel=1e-9)
    numeric, _ = bp.checking.numeric_gradients([[1.5, 1.0]], vectors._W, y, activation=activation)
    measured = vectors._measured(trace, y, settings(explorer))
    assert measured == pytest.approx(numeric[k - 1][i, j], rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(
    ("weight", "path", "edges"),
    [("w1_12", 0, {"w1_12", "w2_21", "w2_22"}), ("w1_12", 1, {"w1_12", "w2_21"}),
     ("w1_21", 2, {"w1_21", "w2_12"}), ("w2_12", 0, {"w2_12"})],
)  # fmt: skip
def test_the_chosen_paths_are_lit(weight, path, edges):
    svg = explorers.Paths(weight=weight, path=path).svg()
    lit = set()
    for part in svg.split('<g data-edge="')[1:]:
        band = part.split("<line ")[2]
        if 's-mark"' in band and 'stroke-width="0"' not in band:
            lit.add(part[:5])
    assert lit == edges


def test_an_edge_chooses_the_weight_and_an_output_the_path():
    explorer = explorers.Paths()
    svg = explorer.svg()
    for weight in vectors._WEIGHTS:
        assert f'data-edge="{weight}" data-pick="weight"' in svg
    assert 'data-term="a2_2" data-pick="path"' in svg
    picks = {c["name"]: c["picks"] for c in explorer.spec()["controls"]}
    assert picks["path"] == {f"a2_{q}": f"through output {q}" for q in (1, 2)}
    assert picks["weight"] == {weight: label(weight) for weight in vectors._WEIGHTS}
    explorer.receive({"do": "set", "settings": {"weight": "w²₁₂"}})
    assert explorer.settings["weight"] == "w2_12"


@pytest.mark.parametrize(
    ("start", "true"),
    [({}, 1), ({"x1": 0.0}, 2), ({"w2_12": 0.0}, 0), ({"activation": "relu", "w1_12": 2.0}, 1)],
)
def test_what_a_cut_path_leaves(start, true):
    explorer = explorers.Paths(**start)
    explorer.guess(true)
    explorer.move("w2_21", 1.0)
    assert explorer.state()["guess"]["right"] is None
    explorer.move("w2_11", 0.0)
    guess = explorer.state()["guess"]
    then = SimpleNamespace(**explorer._start)
    before, after = explorer.shares(then, "w1_11"), explorer.shares(then, "w1_11", w2_11=0.0)
    parts = [(before[1], after[1]), (before[2], after[2]), (sum(before.values()), after[2])]
    assert guess["right"]
    for said, (old, new) in zip(guess["told"].split("; "), parts, strict=True):
        assert said.rstrip(".").endswith(
            f"from {number(old)} to {number(new)}" if number(old) != number(new)
            else f"stayed at {number(new)}"
        )  # fmt: skip
    explorer.reset()
    explorer.guess((true + 1) % 3)
    explorer.move("w2_11", 0.0)
    assert explorer.state()["guess"]["right"] is False


@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize("examples", [1, 2, 3, 4])
def test_the_products_are_those_of_backward(layer, examples):
    s = settings(explorers.Matrices(layer=layer, examples=examples, activation="tanh"))
    _, grad = explorers.Matrices.model(s)
    own = grad.dL_dz[layer], grad.dL_dw[layer], grad.dL_da[layer - 1]
    for made, values in zip(explorers.Matrices.steps(s), own, strict=True):
        np.testing.assert_allclose(made.result, values, rtol=1e-12)


@pytest.mark.parametrize("product", [1, 2])
@pytest.mark.parametrize("transposed", [True, False])
def test_as_at_wants_them_rows_meet_columns(product, transposed, monkeypatch):
    drawn = []
    monkeypatch.setattr(vectors, "equation", lambda parts, **_: drawn.append(parts))
    explorer = explorers.Matrices(entry="dL_dw2_21", product=product, transposed=transposed)
    list(explorer.panels(settings(explorer)))
    left, sign, right, _, result = drawn[-1]
    if transposed:
        assert sign == "@"
        np.testing.assert_allclose(left.values @ right.values, result.values, rtol=1e-12)
    (at,) = result.marked
    factors = [[part.values[cell] for cell in part.marked] for part in (left, right)]
    assert np.dot(*factors) == pytest.approx(result.values[at], rel=1e-12)
    rows = [len({r for r, _ in part.marked}) == 1 for part in (left, right)]
    assert rows == ([True, False] if transposed else [product == 2] * 2)


def test_the_sum_is_written_out():
    explorer = explorers.Matrices()
    _, grad = explorer.model(settings(explorer))
    terms = "a^1_12 δ^2_11 + a^1_22 δ^2_21 + a^1_32 δ^2_31 + a^1_42 δ^2_41"
    assert f"∂ℒ/∂w^2_21 = {terms}: {number(grad.dL_dw[2][1, 0])} = " in explorer.alt


def test_a_pressed_entry_is_framed_and_its_product_shown():
    explorer = explorers.Matrices()
    assert 'data-term="dL_dz2_32" data-pick="entry"' in explorer.svg()
    picks = next(c["picks"] for c in explorer.spec()["controls"] if c["name"] == "entry")
    assert all(meant == label(part) for part, meant in picks.items()) and len(picks) == 52
    explorer.move("entry", "dL_dz2_32")  # a factor just now: then the product that it comes from
    assert (
        explorer.settings["product"] == 0 and "B2 δ^2_32 = ∂ℒ/∂a^2_32 · σ′(z^2_32)" in explorer.alt
    )
    explorer.move("examples", 1)
    assert explorer.settings["entry"] == "dL_dz2_12"
    explorer.move("layer", 1)
    explorer.move("product", 1)
    assert explorer.settings["entry"] == "dL_dw1_12" and "B3 ∂ℒ/∂w^1_12" in explorer.alt


def test_the_numbers_are_one_choice_until_a_hand_changes_one():
    explorer = explorers.Matrices()
    explorer.move("numbers", 3)
    drawn = explorer.settings
    assert all(drawn[name] == value for name, value in vectors._drawn(3).items())
    explorer.move("w1_12", 2.0)
    assert explorer.settings["numbers"] == 0
    assert explorer.settings == drawn | {"w1_12": 2.0, "numbers": 0}
    explorer.move("numbers", 3)
    assert explorer.settings == drawn


@pytest.mark.parametrize("start", [{}, {"layer": 1, "product": 2}, {"examples": 1}])
def test_how_the_numbers_of_an_entry_lie(start):
    explorer = explorers.Matrices(**start)
    explorer.guess(1)
    explorer.move("examples", 3)
    assert explorer.state()["guess"]["right"] is None
    explorer.move("transposed", False)
    guess = explorer.state()["guess"]
    assert guess["right"] and f"{start.get('examples', 4)} products" in guess["told"]
    explorer.reset()
    explorer.guess(0)
    explorer.move("transposed", False)
    assert explorer.state()["guess"]["right"] is False
