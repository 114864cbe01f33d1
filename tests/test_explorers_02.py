"""The explorers of chapter 02."""

import numpy as np
import pytest

import bpdemo as bp
from bpdemo.diagrams import number
from bpdemo.explorers import Nudge, ThreeTerms
from bpdemo.explorers.explorer import numbers_of
from tests.pictures import lit, marked, parts


def chain(x=0.5, w=(0.8, -1.2, 1.5), y=1.0):
    trace = bp.forward([[x]], [[[v]] for v in w])
    return bp.backward(trace, [[y]]), float(bp.squared_difference(trace.a[trace.L], [[y]]))


# ThreeTerms


def test_every_factor_that_changed_is_marked_and_what_is_held_is_framed():
    explorer = ThreeTerms()
    explorer.move("w3", 8.0)
    assert marked(explorer.svg(), "held") == {"w3"}
    assert marked(explorer.svg(), "changed") == {"a3", "loss", "dL_dw3", "dL_da3", "da_dz3"}
    explorer.move("y", 0.0)
    assert marked(explorer.svg(), "held") == {"y"}
    assert marked(explorer.svg(), "changed") == {"loss", "dL_dw3", "dL_da3"}


@pytest.mark.parametrize("w3", [-8.0, -1.0, 0.0, 2.5, 8.0])
def test_three_terms_multiply_to_the_slope(w3):
    explorer = ThreeTerms()
    explorer.move("w3", w3)
    grad, _ = chain(w=(0.8, -1.2, w3))
    slope = number(grad.dL_dw[3].item())
    assert f"N10 ∂ℒ/∂w^3 = ∂ℒ/∂a^3 · ∂a^3/∂z^3 · ∂z^3/∂w^3: {slope} =" in explorer.alt
    assert f"slope {slope} at {number(w3)}" in explorer.alt
    assert f"∂ℒ/∂w^3 = {slope}" in explorer.alt


def test_saturation_kills_the_product():
    shown = dict(numbers_of(ThreeTerms(w1=4, x=2, w2=4, w3=8).svg()))
    assert shown["dL_dw3"] in ("≈ 0", "−0.00002") and float(shown["dz_dw3"]) > 0.9
    assert float(shown["da_dz3"]) < 1e-3


@pytest.mark.parametrize(
    ("start", "true"),
    [
        ({}, 1),
        ({"activation": "relu", "w2": 1.0}, 3),  # relu is never flat above 0
        ({"w3": -8.0}, 3),  # from −8 to 8 all grow or stay
    ],
)
def test_the_guess_which_factor_shrinks(start, true):
    explorer = ThreeTerms(**start)
    for chosen in range(4):
        explorer.reset()
        explorer.guess(chosen)
        explorer.move("y", 0.0)
        explorer.move("w2", start.get("w2", -1.2))
        assert explorer.state()["guess"]["right"] is None, "w³ hasn't moved"
        explorer.move("w3", 8.0)
        assert explorer.state()["guess"]["right"] is (chosen == true), explorer.state()["guess"]


def test_it_tells_each_factor():
    explorer = ThreeTerms()
    explorer.guess(1)
    explorer.move("w3", 8.0)
    assert explorer.state()["guess"]["right"] is None, "y is still 1"
    explorer.move("y", 0.0)
    then, _ = chain(y=0.0)
    now, _ = chain(w=(0.8, -1.2, 8.0), y=0.0)
    told = explorer.state()["guess"]["told"]
    then, now = (number(grad.dL_da[3].item()) for grad in (then, now))
    assert f"∂ℒ/∂a³ went from {then} to {now}" in told and "∂z³/∂w³ stayed at 0.328" in told


# Nudge


def test_nudge_predicts_by_the_gradient_and_shows_what_is():
    shown = dict(numbers_of(Nudge(nudge=2, step=5, dw=0.6).svg()))
    grad, loss = chain()
    _, new = chain(w=(0.8, -0.6, 1.5))
    assert shown["predicted:loss"] == number(grad.dL_dw[2].item() * 0.6)
    assert shown["actual:loss"] == number(new - loss)


@pytest.mark.parametrize(("k", "count"), [(1, 7), (2, 5), (3, 3)])
def test_the_nudge_goes_from_wheel_to_wheel(k, count):
    explorer = Nudge()
    explorer.move("nudge", k)
    assert explorer.limited["step"].high == explorer.settings["step"] == count
    targets = []
    for step in range(count + 1):
        explorer.move("step", step)
        shown = dict(numbers_of(explorer.svg()))
        known = {n for n, v in shown.items() if n.startswith("predicted") and v != "?"}
        assert len(known) == step, "one wheel more with each step; Δw is known from the start"
        state = explorer.state()
        if step == 1:
            assert state["operands"][-1] == ("x" if k == 1 else f"a{k - 1}")
        if step:
            assert set(state["target"]) <= known
            assert set(state["operands"]) <= set(shown), "an operand has its place"
        targets += state["target"]
    assert targets[0] == "dw" and targets[-1] == "predicted:loss"
    assert len(set(targets)) == count + 1


@pytest.mark.parametrize("k", [1, 2, 3])
def test_a_press_on_an_edge_chooses_the_weight_and_its_way_is_lit(k):
    explorer = Nudge()
    (chooser,) = (c for c in explorer.spec()["controls"] if c["name"] == "nudge")
    assert parts(explorer.svg(), edge=f"w{k}", pick="nudge")
    explorer.receive({"do": "set", "settings": {"nudge": chooser["picks"][f"w{k}"]}})
    assert explorer.settings["nudge"] == k
    assert lit(explorer.svg()) == {f"w{n}" for n in range(k, 4)}
    explorer.move("step", 0)
    assert lit(explorer.svg()) == {f"w{k}"}


def test_each_wheel_is_the_one_before_times_its_factor():
    explorer = Nudge(nudge=1, step=7, w1=0.7, x=0.9)
    for step in range(1, 8):
        explorer.move("step", step)
        state = explorer.state()
        shown = dict(numbers_of(explorer.svg()))
        value = {n: float(v.replace("−", "-")) for n, v in shown.items() if v != "?"}
        before, factor, *_ = state["operands"]
        expected = value[before] * value[factor]
        assert value[state["target"][0]] == pytest.approx(expected, rel=0.02, abs=2e-3)


def test_the_nudged_point_is_a_handle_for_the_nudge():
    svg = Nudge().svg()
    (nudged,), (weight,) = parts(svg, control="dw", axis="x"), parts(svg, control="w3", axis="x")
    assert float(nudged.get("data-per")) == float(weight.get("data-per")) > 0


def test_where_the_curve_is_straight_there_is_no_error():
    explorer = Nudge(activation="relu", w2=-1.2)  # a² = 0: nothing comes in
    explorer.guess(0)
    explorer.move("dw", 0.1)
    assert explorer.state()["guess"]["right"] is True


def test_the_guess_what_half_a_nudge_does_to_the_error():
    for chosen in range(3):
        explorer = Nudge()
        explorer.guess(chosen)
        explorer.move("dw", 0.5)
        assert explorer.state()["guess"]["right"] is None
        explorer.move("dw", -0.6)
        assert explorer.state()["guess"]["right"] is None, "as large, the other way"
        explorer.move("dw", 0.3)
        assert explorer.state()["guess"]["right"] is (chosen == 2)
    explorer.move("w1", 3.0)  # what else moves changes nothing of the answer
    grad, loss = chain()
    errors = [abs(grad.dL_dw[3].item() * d - chain(w=(0.8, -1.2, 1.5 + d))[1] + loss)
              for d in (0.6, 0.3)]  # fmt: skip
    assert np.log2(errors[0] / errors[1]) == pytest.approx(2, abs=0.3)
    expected = f"the error went from {number(errors[0])} to {number(errors[1])}."
    assert explorer.state()["guess"]["told"].endswith(expected)
