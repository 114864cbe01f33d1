"""The explorers of chapter 04."""

import json
import re
from types import SimpleNamespace

import numpy as np
import pytest

import bpdemo as bp
from bpdemo import training
from bpdemo.diagrams import number
from bpdemo.explorers import Descent, Training
from bpdemo.explorers.explorer import numbers_of
from tests.pictures import parts
from tests.test_explorers_02 import chain


@pytest.mark.parametrize("kind", [Descent, Training])
@pytest.mark.parametrize("eta", [0.1, 3.0, 400.0])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_the_walk_is_gradient_descent_as_the_core_does_it(kind, eta, activation):
    explorer = kind(eta=eta, activation=activation)
    walk = explorer.walk(SimpleNamespace(**explorer.settings))
    w, b = (walk._records or walk.to(0))[0].w, walk.to(0)[0].b
    sigma = [activation, "sigmoid"] if kind is Training else activation
    expected = [*training.descend(
        walk.x, w, walk.y, b=b, activation=sigma, learning_rate=eta, epochs=60
    )]  # fmt: skip
    for _ in range(2):  # the second time from the cache
        found = walk.to(60)
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            assert one.loss == pytest.approx(other.loss, rel=1e-9)
            assert (one.epoch, one.diverged) == (other.epoch, other.diverged)
            for mine, theirs in zip(one.w, other.w, strict=True):
                np.testing.assert_allclose(mine, theirs, rtol=1e-6)


@pytest.mark.parametrize("kind", [Descent, Training])
def test_the_picture_after_some_steps_depends_on_the_settings_alone(kind):
    one, two = kind(), kind()
    one.move("step", 70)
    for step in (10, 90, 40, 70):
        two.move("step", step)
    two.settings = {}
    one.settings = {}
    assert one.svg() == two.svg()


def test_descent_goes_where_gradient_descent_goes():
    explorer = Descent(eta=0.5)
    explorer.move("step", 3)
    w = [0.8, -1.2, 1.5]
    for _ in range(3):
        grad, _ = chain(w=w)
        w = [v - 0.5 * grad.dL_dw[k].item() for k, v in enumerate(w, start=1)]
    shown = dict(numbers_of(explorer.svg()))
    assert [shown[f"w{k}"].lstrip("+") for k in (1, 2, 3)] == [number(v) for v in w]


def test_the_formula_is_the_step_of_one_weight():
    explorer = Descent(eta=2.0)
    explorer.move("step", 5)
    symbols, numbers = re.search(r"N17 ([^:]*): (.*?)\. Pull", explorer.alt).groups()
    assert symbols == "new w^3 = w^3 − η · ∂ℒ/∂w^3"
    new, now, eta, slope = (
        float(n.replace("−", "-")) for n in re.findall(r"−?\d+\.\d+", numbers.replace("− ", ""))
    )
    assert new == pytest.approx(now - eta * slope, abs=2e-3)


def test_a_held_weight_begins_again_and_a_held_rate_does_not():
    explorer = Descent()
    explorer.move("step", 40)
    explorer.move("eta", 2.0)
    assert explorer.settings["step"] == 40
    explorer.move("w1", 2.0)
    assert explorer.settings["step"] == 0
    assert dict(numbers_of(explorer.svg()))["w1"].lstrip("+") == "2.000"


@pytest.mark.parametrize("kind", [Descent, Training])
def test_step_and_rate_can_be_held_in_the_picture(kind):
    svg = kind(step=20).svg()
    assert parts(svg, control="step", axis="x") and parts(svg, control="eta")


def test_what_diverged_ends_there_and_says_so():
    explorer = Descent(activation="identity", eta=50.0)
    explorer.move("step", 60)
    assert "η is too large" in explorer.alt
    last = explorer.settings["step"]
    assert explorer.limited["step"].high == last < 60
    explorer.move("eta", 0.01)
    assert explorer.limited["step"].high == 100 and "too large" not in explorer.alt


@pytest.mark.parametrize(
    "start", [{}, {"w3": 0.1, "w2": 4.0, "x": -2.0}, {"w1": 0.0, "w2": 2.0, "w3": 4.0, "x": 2.0}]
)
def test_the_guess_which_weight_moves_farthest(start):
    explorer = Descent(**start)
    explorer.move("step", 10)
    moved = [abs(a - b) for a, b in explorer._moves(SimpleNamespace(**explorer.settings))]
    true = int(np.argmax(moved))
    for chosen in range(3):
        explorer.reset()
        explorer.guess(chosen)
        explorer.move("y", explorer.settings["y"])
        assert explorer.state()["guess"]["right"] is None
        explorer.move("step", 10)
        assert explorer.state()["guess"]["right"] is (chosen == true)


# Training


def test_training_learns_the_circles():
    explorer = Training()
    explorer.move("step", 300)
    assert dict(numbers_of(explorer.svg()))["accuracy"] == "100 %"


def test_the_plane_is_shaded_by_what_the_network_says_now():
    explorer = Training(step=120)
    points = np.array(explorer.settings["points"])
    *_, last = training.descend(
        points[:, :2], training.initial_weights([2, 4, 1], 0), points[:, 2:],
        b=training.initial_biases([2, 4, 1]), activation=["tanh", "sigmoid"], epochs=120,
    )  # fmt: skip
    axis = np.linspace(-1.3, 1.3, 36)
    grid = np.stack(np.meshgrid(axis, -axis), axis=-1).reshape(-1, 2)  # (36², 2)
    says = bp.forward(grid, last.w, activation=["tanh", "sigmoid"], b=last.b).a[2]
    assert f"says 1 on {(says > 0.5).mean():.0%} of it" in explorer.alt


def test_points_are_placed_and_moved():
    explorer = Training(step=50)
    page = json.loads(json.dumps(explorer.state()["settings"]["points"]))
    assert len(page) == 100
    page.append([0.5, 0.25, 1])
    explorer.receive({"do": "set", "settings": {"points": page}})
    assert explorer.settings["problem"] == "" and len(explorer.settings["points"]) == 101
    assert explorer.svg().count("data-point=") == 101 and 'data-place="points"' in explorer.svg()
    before = dict(numbers_of(explorer.svg()))["loss"]
    page[-1] = [-1.0, 1.0, 1]
    explorer.receive({"do": "set", "settings": {"points": page}})
    assert dict(numbers_of(explorer.svg()))["loss"] != before
    explorer.move("problem", "xor")
    assert len(explorer.settings["points"]) == 4


def test_an_empty_plane_is_a_beginning():
    explorer = Training(step=20)
    explorer.move("problem", "")
    assert explorer.settings["points"] == () and "0 points" in explorer.alt
    explorer.move("points", [(0.1, 0.2, 1)])
    assert dict(numbers_of(explorer.svg()))["accuracy"] in ("0 %", "100 %")


def test_training_says_so_when_it_diverges():
    explorer = Training(activation="relu", eta=500.0, problem="moons", hidden=8)
    explorer.move("step", 200)
    assert "nan" not in explorer.svg()
    assert (explorer.limited["step"].high < 500) == ("η is too large" in explorer.alt)


@pytest.mark.parametrize(("times", "true"), [(10, 2), (5, None)])
def test_the_guess_what_a_larger_rate_does(times, true):
    for chosen in range(3):
        explorer = Training()
        explorer.guess(chosen)
        explorer.move("eta", 0.1 * times)
        assert explorer.state()["guess"]["right"] is None, "it hasn't learned yet"
        explorer.move("step", 200)
        told = explorer.state()["guess"]
        loss = [[*_records(explorer, eta)][-1].loss for eta in (0.1, 0.1 * times)]
        start = next(iter(_records(explorer, 0.1))).loss
        came = 2 if loss[1] > 0.8 * start else 0 if loss[1] <= loss[0] else 1
        assert true in (None, came)
        assert told["right"] is (chosen == came)
        assert f"ℒ is {number(loss[1])}; with η = 0.100, it is {number(loss[0])}" in told["told"]


def _records(explorer, eta):
    """The core's own 200 epochs on the explorer's points."""
    points = np.array(explorer.settings["points"])
    return training.descend(
        points[:, :2], training.initial_weights([2, 4, 1], 0), points[:, 2:],
        b=training.initial_biases([2, 4, 1]), activation=["tanh", "sigmoid"],
        learning_rate=eta, epochs=200,
    )  # fmt: skip
