"""The explorers of chapter 03."""

import re

import numpy as np
import pytest

import bpdemo as bp
from bpdemo import slips, training
from bpdemo.diagrams import number
from bpdemo.explorers import SlipSwitch, StepBack, slip
from bpdemo.explorers.chain import Chain
from bpdemo.explorers.explorer import numbers_of
from bpdemo.explorers.step_back import backward_lines, forward_lines, plan
from tests.pictures import drawn_curve, marked, outlined, parts, running
from tests.test_explorers_02 import chain

# StepBack


@pytest.mark.parametrize("L", [1, 2, 3])
def test_one_quantity_becomes_known_with_each_step(L):
    explorer = StepBack(depth=L)
    assert explorer.limited["step"].high == len(plan(L)) == 2 * L + 1 + 1 + 4 * L
    unknown = []
    for n in range(len(plan(L)) + 1):
        explorer.move("step", n)
        shown = dict(numbers_of(explorer.svg()))
        unknown.append(sum(text == "?" for text in shown.values()))
        assert n == 0 or shown[plan(L)[n - 1].target] != "?"
    assert unknown == [*range(len(plan(L)), -1, -1)]


def test_values_run_forward_before_the_gradients_come_back():
    targets = [step.target for step in plan(2)]
    assert targets == [
        "z1", "a1", "z2", "a2", "loss", "dL_da2",
        "da_dz2", "dL_dz2", "dL_dw2", "dL_da1", "da_dz1", "dL_dz1", "dL_dw1", "dL_da0",
    ]  # fmt: skip


@pytest.mark.parametrize("L", [1, 2, 3])
def test_each_step_needs_only_what_is_known_and_its_equation_holds(L):
    c = Chain(0.5, [0.8, -1.2, 1.5][:L], 0.7, activation="tanh")
    known = {"x", "y", *(f"w{k}" for k in range(1, L + 1))}
    functions = {"σ(": np.tanh, "σ′(": lambda z: 1 - np.tanh(z) ** 2}
    for step in plan(L):
        assert set(step.operands) <= known and step.target not in known
        known.add(step.target)
        text = step.equation.split(" = ")[1].replace("^2", "**2")
        for word in sorted(step.operands, key=len, reverse=True):
            text = re.sub(rf"(?<!\w){word}(?!\w)", f"c['{word}']", text)
        text = text.replace("·", "*").replace("−", "-")
        for word, name in (("σ′(", "slope("), ("σ(", "f(")):
            text = text.replace(word, name)
        value = eval(text, {"c": c, "f": functions["σ("], "slope": functions["σ′("]})
        assert value == pytest.approx(c[step.target]), step.equation


def test_a_dot_runs_along_the_edge_that_is_used():
    explorer = StepBack()
    for n, step in enumerate(plan(3), start=1):
        explorer.move("step", n)
        expected = {}
        if step.target.startswith("z"):
            expected = {f"w{step.k}": 1.0}  # it has arrived at the end
        elif step.target.startswith("dL_dw"):
            expected = {f"w{step.k}": 0.5}
        elif step.target.startswith("dL_da") and step.k == int(step.target[5:]) + 1:
            expected = {f"w{step.k}": 0.0}  # and is back at the start
        assert running(explorer.svg()) == pytest.approx(expected, abs=0.01)


def test_each_step_runs_the_line_of_code_that_computes_it():
    starts = {"z": "z[k] = ", "a": "a[k] = ", "loss": "return ", "da_dz": "da_dz = ",
              "dL_dz": "dL_dz[k] = ", "dL_dw": "dL_dw[k] = ", "dL_da": "dL_da["}  # fmt: skip
    explorer = StepBack()
    for n, step in enumerate(plan(3), start=1):
        explorer.move("step", n)
        running = explorer.alt.split("Running: ")[1]
        assert running.startswith(starts[step.target.rstrip("0123")]), step
    assert len(forward_lines()) == 5 and len(backward_lines()) == 6


def test_operands_and_target_are_marked_and_the_line_is_tied_to_them():
    explorer = StepBack()
    explorer.move("step", 1 + [s.target for s in plan(3)].index("dL_dw2"))
    state = explorer.state()
    assert state["operands"] == ["dL_dz2", "a1"] and state["target"] == ["dL_dw2"]
    assert marked(state["svg"], "target") == {"dL_dw2"}
    assert marked(state["svg"], "operand") == {"dL_dz2", "a1"}
    (line,) = parts(state["svg"], term="line4")
    assert {"dL_dw2", "dL_dz2", "a1"} == set(line.get("data-terms").split())


@pytest.mark.parametrize("L", [1, 3])
def test_a_press_on_a_quantity_goes_to_the_step_that_computes_it(L):
    explorer = StepBack(depth=L)
    explorer.move("step", 3)
    assert parts(explorer.svg(), term="dL_da1", pick="target")
    for n, step in enumerate(plan(L), start=1):
        explorer.receive({"do": "set", "settings": {"target": bp.diagrams.label(step.target)}})
        assert explorer.settings["step"] == n
    explorer.move("step", 2)
    explorer.move("target", "loss")
    assert explorer.settings["step"] == 2 * L + 1


def test_it_shortens_when_the_chain_does():
    explorer = StepBack()
    explorer.move("step", 20)
    explorer.move("depth", 1)
    assert explorer.settings["step"] == 8 and "Network 1-1:" in explorer.alt


@pytest.mark.parametrize("L", [1, 2, 3])
def test_the_guess_which_gradient_comes_first(L):
    for chosen in range(3):
        explorer = StepBack(depth=L)
        explorer.guess(chosen)
        explorer.move("step", 2 * L + 1)
        assert explorer.state()["guess"]["right"] is None, "only values are known"
        explorer.move("step", 2 * L + 4)
        told = explorer.state()["guess"]
        assert told["right"] is (chosen == 2)
    grad, _ = chain(w=(0.8, -1.2, 1.5)[:L])
    value = number(grad.dL_da[L].item())
    assert told["told"] == f"The first was {bp.diagrams.label(f'dL_da{L}')} = {value}."


# SlipSwitch


def test_the_slip_turns_the_check_red_and_the_line_off_the_curve():
    explorer = SlipSwitch()
    right = explorer.alt
    assert "WRONG" not in right and right.count("agrees") == 3
    explorer.move("slip", True)
    wrong = explorer.alt
    assert "agrees" not in wrong and wrong.count("WRONG") == 3
    grad, _ = chain(x=1.0, w=(3.0, -1.2, 1.5))
    slope = number(grad.dL_dw[1].item())
    assert f"slope {slope} at" in right and f"slope {slope} at" not in wrong


@pytest.mark.parametrize("k", [1, 2, 3])
def test_a_press_on_an_edge_or_its_gradient_chooses_the_weight(k):
    explorer = SlipSwitch()
    picks = explorer.spec()["controls"][1]["picks"]
    label = {1: "w¹", 2: "w²", 3: "w³"}[k]
    assert picks[f"w{k}"] == picks[f"dL_dw{k}"] == label
    explorer.receive({"do": "set", "settings": {"k": label}})
    assert parts(explorer.svg(), edge=f"w{k}", pick="k")
    assert outlined(explorer.svg()) == {f"w{k}"}
    assert explorer.settings["k"] == k and parts(explorer.svg(), control=f"w{k}", axis="x")


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "softplus"])
def test_the_slips_two_trainings_are_those_of_the_core(activation):
    w = [0.8, -1.2, 1.5]
    found = slip._losses(Chain(1.0, w, 1.0, activation=activation), activation)  # (steps + 1, 2)
    for column, backward in enumerate((bp.backward, slips.get("sigma_of_a").backward)):
        records = training.descend(
            [[1.0]], [np.array([[v]]) for v in w], [[1.0]], activation=activation,
            learning_rate=slip._RATE, epochs=len(found) - 1, backward=backward,
        )  # fmt: skip
        # √ℒ = |y − a|: near 0 it has the digits of y and a, and each processor rounds e^z its way.
        there = [r.loss for r in records]
        np.testing.assert_allclose(np.sqrt(found[:, column]), np.sqrt(there), 1e-12, 1e-14)


def test_the_second_training_is_drawn_once_the_slip_is_on():
    explorer = SlipSwitch(w2=-3.0)
    loss = slip._losses(
        Chain(1.0, [3.0, -3.0, 1.5], 1.0, activation="sigmoid"), "sigmoid"
    )  # (steps + 1, 2)
    for on in (False, True):
        explorer.move("slip", on)
        svg = explorer.svg()
        right, slipped = (drawn_curve(svg, cls) for cls in ("s-grad", "s-bad dash"))
        np.testing.assert_allclose([y for _, y in right], loss[:, 0], atol=2e-3)
        assert on or all(y > 1 for _, y in slipped), "far above the frame"
    np.testing.assert_allclose([y for _, y in slipped], loss[:, 1], atol=2e-3)
    assert abs(loss[-1, 0] - loss[-1, 1]) > 8e-3, "so that the two can be told apart"


@pytest.mark.parametrize(("start", "true"), [({}, 0), ({"w3": 0.0, "w2": 0.0, "x": 0.0}, 0)])
def test_the_guess_whether_the_loss_falls(start, true):
    for chosen in range(3):
        explorer = SlipSwitch(**start)
        explorer.guess(chosen)
        explorer.move("k", 2)
        assert explorer.state()["guess"]["right"] is None
        explorer.move("slip", True)
        assert explorer.state()["guess"]["right"] is (chosen == true)


def test_it_tells_the_losses_of_the_wrong_training():
    explorer = SlipSwitch(w2=-3.0)
    explorer.guess(0)
    explorer.move("slip", True)
    loss = slip._losses(Chain(1.0, [3.0, -3.0, 1.5], 1.0, activation="sigmoid"), "sigmoid")[:, 1]
    wrong, right = (
        number(Chain(1.0, [3.0, -3.0, 1.5], 1.0, activation="sigmoid", backward=backward)["dL_dw1"])
        for backward in (slips.get("sigma_of_a").backward, bp.backward)
    )
    assert explorer.state()["guess"]["told"] == (
        f"In 6 steps with σ′(a), ℒ went from {number(loss[0])} to {number(loss[-1])}, "
        f"although ∂ℒ/∂w¹ is {wrong} there instead of {right}."
    )


def test_the_guess_can_come_out_otherwise():
    # Where nothing is wrong any more, nothing falls.
    explorer = SlipSwitch(activation="identity", w1=1.0, w2=1.0, w3=1.0)
    explorer.guess(2)
    explorer.move("slip", True)
    assert explorer.state()["guess"]["right"] is True
