"""A new activation or loss is one entry: with three more in the tables, everything follows.

`tests.more_entries` has them: gaussian, swish, whose σ′ can't be had from a, and huber, whose slope
has kinks. They stand in the tables while this file runs, and only then.
"""

import itertools
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import bpdemo as bp
from bpdemo import activations, explorers, figures, losses, slips, symbolic, training
from bpdemo.explorers.explorer import numbers_of
from tests import more_entries
from tools import own_words
from tools.own_words import autograd

SIGMAS, ROOT = ("gaussian", "swish"), Path(__file__).parents[1]
each = pytest.mark.parametrize("name", SIGMAS)
each_loss = pytest.mark.parametrize(
    "loss", ["squared_difference", "softmax_cross_entropy", "huber"]
)


@pytest.fixture(autouse=True)
def more():
    """The three entries, in the tables for the time of a test."""
    more_entries.add()
    yield
    more_entries.remove()


def network(name, seed=0, m=5, widths=(3, 4, 2)):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(m, widths[0]))
    w = [rng.normal(size=shape) for shape in itertools.pairwise(widths)]
    b = [rng.normal(size=n) for n in widths[1:]]
    y = 2 * np.eye(widths[-1])[rng.integers(0, widths[-1], m)]
    return {"x": x, "w": w, "y": y, "b": b, "activation": name}


def run(net, loss):
    trace = bp.forward(net["x"], net["w"], activation=net["activation"], b=net["b"])
    return trace, bp.backward(trace, net["y"], loss)


# --- The core, against autograd on the formulas alone --------------------------------------------


@each
@each_loss
def test_every_gradient_is_that_of_autograd(name, loss):
    net, entry = network(name), losses.TABLE[loss]
    sigma = own_words.in_autograd(activations.TABLE[name].formula)
    theirs = own_words.loss_in_autograd(entry.formula, entry.total)

    def whole(parameters):
        a = net["x"]
        for w, b in zip(*parameters, strict=True):
            a = sigma(a @ w + b)
        return theirs(a, net["y"])

    trace, grad = run(net, loss)
    assert entry(trace.a[2], net["y"]) == pytest.approx(whole((net["w"], net["b"])), rel=1e-12)
    dL_dw, dL_db = autograd.grad(whole)((net["w"], net["b"]))
    for k in (1, 2):
        np.testing.assert_allclose(grad.dL_dw[k], dL_dw[k - 1], rtol=1e-9, atol=1e-11)
        np.testing.assert_allclose(grad.dL_db[k], dL_db[k - 1], rtol=1e-9, atol=1e-11)


def test_huber_was_tried_on_both_sides_of_its_kinks():
    net = network("swish")
    error = np.abs(run(net, "huber")[0].a[2] - net["y"])
    assert (error < 1).any() and (error > 1).any()


# --- The checks, the doctor and training ---------------------------------------------------------


@each
@each_loss
def test_the_check_agrees_with_a_right_pass_and_not_with_a_wrong_one(name, loss):
    net = network(name)
    report = bp.check_gradients(**net, loss=loss)
    assert report.ok and report.method == "complex step", str(report)
    for slip in ("sigma_of_a", "wrong_sign", "lost_factor_2"):
        wrong = slips.TABLE[slip].backward
        assert not bp.check_gradients(**net, loss=loss, backward=wrong).ok
    numeric = bp.checking.numeric_gradients(**net, loss=loss)
    for one, other in zip(numeric[0], run(net, loss)[1].dL_dw, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-8)


@each
@each_loss
def test_anybodys_code_with_it_is_checked(name, loss):
    net = network(name)
    entry, sigma = losses.TABLE[loss], activations.TABLE[name].f

    def their_loss(p):
        return entry(sigma(sigma(net["x"] @ p["w1"]) @ p["w2"]), net["y"])

    grad = run({**net, "b": None}, loss)[1]
    p = {f"w{k}": w for k, w in enumerate(net["w"], start=1)}
    right = {f"w{k}": grad.dL_dw[k] for k in (1, 2)}
    assert bp.gradcheck(their_loss, p, right).ok
    assert not bp.gradcheck(their_loss, p, {**right, "w1": 1.01 * right["w1"]}).ok


@each
def test_the_doctor_names_the_slip(name):
    found = bp.diagnose(**network(name), loss="huber", backward=slips.TABLE["sigma_of_a"].backward)
    assert not found.ok and "sigma_of_a" in [slip for slip, _ in found.slips]
    assert bp.diagnose(**network(name), loss="huber").ok


@each
@each_loss
def test_it_trains(name, loss):
    net = network(name)
    *_, last = training.descend(**net, loss=loss, learning_rate=0.02, epochs=300)
    first = next(iter(training.descend(**net, loss=loss)))
    assert not last.diverged and last.loss < 0.8 * first.loss


@each
def test_leading_axes_run_many_networks_at_once(name):
    net, other = network(name), network(name, seed=1)
    many = {**net, "w": [np.stack(pair) for pair in zip(net["w"], other["w"], strict=True)]}
    grad = run(many, "huber")[1]
    for i, w in enumerate((net["w"], other["w"])):
        one = run({**net, "w": w}, "huber")[1]
        np.testing.assert_allclose(grad.dL_dw[1][i], one.dL_dw[1], rtol=1e-12)


def test_validation_is_done_for_the_entry():
    huber = losses.TABLE["huber"]
    with pytest.raises(ValueError, match=r"huber: y: expected finite numbers"):
        huber([[1.0]], [[np.nan]])
    with pytest.raises(ValueError, match=r"huber: expected a of shape"):
        huber([[1.0, 2.0]], [[1.0]])
    assert huber([[3]], np.array([[1]], np.uint8)) == 1.5  # integers became float64


# --- SymPy ---------------------------------------------------------------------------------------


@each
def test_sympy_finds_the_same_slope_and_every_claim_holds(name):
    assert symbolic.check_activation(name, points=81).ok
    assert all(symbolic.claim(row, name).holds for row in symbolic.ROWS)
    assert symbolic.induction(name).holds and symbolic.depth(3, name).holds
    for bias in (False, True):
        assert all(symbolic.vector(row, name, bias).holds for row in symbolic.VECTOR)
    assert symbolic.tie(3, name, points=5).ok and symbolic.tie_vector(activation=name).ok
    assert not symbolic.slip(name).wrong.holds


@pytest.mark.parametrize("loss", ["squared_difference", "softmax_cross_entropy", "huber"])
def test_sympy_finds_the_slope_of_the_loss(loss):
    tie = symbolic.check_loss(loss)
    assert tie.ok, tie
    right = losses.TABLE[loss]
    wrong = losses.Loss(
        loss, right.value, lambda a, y: 1.001 * right.derivative(a, y), right.formula, "",
        right.total,
    )  # fmt: skip
    assert not symbolic.check_loss(wrong).ok


def test_a_slope_in_a_is_asked_for_where_there_is_one():
    with pytest.raises(ValueError, match="none is known for swish"):
        symbolic.slope_in_a("swish")
    assert not symbolic.slope_in_a("swish", "a*(1 - a)").holds


# --- Explorers and figures -----------------------------------------------------------------------

# In each of the others σ is a part of what the explorer is about.
NO_CHOICE = {
    "BugZoo": "the slip brings its σ",
    "ByHand": "the level brings its σ",
    "Cost": "costs hardly depend on σ",
    "DigitExplorer": "a trained network brings its σ",
    "Secant": "it has no network",
    "SkipConnection": "ask Depth",
    "Softmax": "it has no σ",
}
CLASSES = [name for name in explorers.__all__ if name != "progress"]
CHOOSE = [name for name in CLASSES if "activation" in getattr(explorers, name)().settings]
ANY_LOSS = ("Bends", "Descent", "Training")


def test_each_explorer_offers_every_sigma_or_has_a_reason():
    assert {*CLASSES} - {*CHOOSE} <= {*NO_CHOICE}
    for kind in CHOOSE:
        offered = getattr(explorers, kind)().controls()["activation"].choices.values()
        kinks = (
            {n for n, e in activations.TABLE.items() if e.kinks} if kind == "StepSize" else set()
        )
        straight = {"identity"} if kind == "StepSize" else set()  # whose error has no U
        assert {*offered} == {*activations.TABLE} - kinks - straight, kind


@each
@pytest.mark.parametrize("kind", CHOOSE)
def test_each_explorer_draws_it(kind, name):
    explorer = getattr(explorers, kind)()
    before = explorer.svg()
    explorer.move("activation", name)
    assert explorer.settings["activation"] == name and explorer.svg() != before
    assert "nan" not in explorer.svg() and "nan" not in explorer.alt


def test_the_explorers_that_are_true_of_any_loss_offer_each_of_one_output():
    controls = {name: getattr(explorers, name)().controls() for name in CLASSES}
    # (In ByHand "loss" is a number that a hand fills in.)
    offering = {n for n, made in controls.items() if "loss" in made and made["loss"].choices}
    assert offering == {*ANY_LOSS}
    for kind in ANY_LOSS:
        control = getattr(explorers, kind)().controls()["loss"]
        assert [*control.choices.values()] == ["squared_difference", "huber"]


def test_while_there_is_one_such_loss_nothing_is_asked():
    more_entries.remove()
    assert all("loss" not in getattr(explorers, kind)().settings for kind in ANY_LOSS)


@pytest.mark.parametrize("kind", ["Bends", "Descent"])
def test_the_numbers_of_a_chain_are_those_of_the_chosen_loss(kind):
    explorer = getattr(explorers, kind)(y=0.0, w3=4.0, activation="swish")
    shown = {}
    for loss in ("squared_difference", "huber"):
        explorer.move("loss", loss)
        s = explorer.settings
        w = [[[s[f"w{k}"]]] for k in (1, 2, 3)]
        trace = bp.forward([[s["x"]]], w, activation="swish")
        grad = bp.backward(trace, [[0.0]], loss)
        found = dict(numbers_of(explorer.svg()))
        value = float(found["dL_dw1"].replace("−", "-").replace("+", ""))
        assert value == pytest.approx(grad.dL_dw[1].item(), abs=6e-4, rel=1e-3)
        shown[loss] = value
    assert shown["huber"] != shown["squared_difference"]


def test_a_descent_with_the_chosen_loss_is_that_of_the_core():
    explorer = explorers.Training(activation="gaussian", loss="huber", eta=0.3, step=40)
    s = explorer.settings
    points = np.array(s["points"])
    *_, last = training.descend(
        x=points[:, :2],
        w=training.initial_weights([2, s["hidden"], 1], s["seed"]),
        y=points[:, 2:],
        b=training.initial_biases([2, s["hidden"], 1]),
        activation=["gaussian", "sigmoid"],
        loss="huber",
        learning_rate=0.3,
        epochs=40,
    )
    assert float(dict(numbers_of(explorer.svg()))["loss"]) == pytest.approx(last.loss, rel=1e-3)


@each
def test_figures_draw_it(name):
    picture = figures.sigma_and_derivative(name)
    assert name in picture.alt
    z = np.linspace(-3, 3, 7)
    assert figures.curves(z, {name: activations.TABLE[name](z)}).alt


# --- What goes through the tables ----------------------------------------------------------------


def inside(*arguments):
    """A Python of its own, in which the three entries stand in the tables from the start."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=600
    )


def test_the_tests_of_the_tables_take_them_in():
    files = ("activations", "losses", "symbolic_paths", "figures")
    found = inside(
        "-m", "pytest", "-q", "-p", "tests.more_entries",
        "-p", "no:cacheprovider", "-p", "no:nbval",
        "-o", "addopts=--import-mode=importlib", "-k", "gaussian or swish or huber",
        *(f"tests/test_{name}.py" for name in files),
    )  # fmt: skip
    assert found.returncode == 0, found.stdout[-3000:] + found.stderr[-1000:]
    assert int(re.search(r"(\d+) passed", found.stdout)[1]) >= 60


RUN_CELLS = """
import json, sys
from tests import more_entries
more_entries.add()
names = {}
for cell in json.load(open(sys.argv[1], encoding="utf-8"))["cells"]:
    if cell["cell_type"] == "code":
        exec(compile("".join(cell["source"]), "cell", "exec"), names)
"""


@pytest.mark.parametrize("notebook", ["06-biases-and-activations"])
def test_a_notebooks_tables_follow_and_its_asserts_hold(notebook):
    found = inside("-c", RUN_CELLS, f"notebooks/{notebook}.ipynb")
    assert found.returncode == 0, found.stderr[-2000:]
    for name in SIGMAS:
        assert re.search(rf"^{name} +slopes", found.stdout, re.M)
        assert re.search(rf"holds for: .*{name}", found.stdout)
