"""The explorers of chapter 08: the core's own probabilities and ∂ℒ/∂x, and what a hand draws."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

import bpdemo as bp
from bpdemo import data, explorers, losses, training
from bpdemo.diagrams import number
from bpdemo.explorers.digit import perturbed

WIDTHS = [64, 16, 10]
HELD_OUT = data.digits_split().held_out


@pytest.fixture(scope="module")
def network():
    parts = data.digits_split()
    *_, record = training.descend(
        parts.train.pixels, training.initial_weights(WIDTHS, 0, 2**0.5), parts.train.y,
        b=training.initial_biases(WIDTHS), activation=["relu", "identity"],
        loss="softmax_cross_entropy", learning_rate=0.01, epochs=3, batch_size=16,
    )  # fmt: skip
    return record.w, record.b


def shades(svg, group):
    """The fill opacity of each square of one of the two pictures, (8, 8)."""
    found = re.findall(r'class="f-(drawn|grad)" fill-opacity="([\d.]+)" data-cell', svg)
    return np.array([float(v) for g, v in found if g == group]).reshape(8, 8)


def test_it_shows_what_the_core_says(network):
    explorer = explorers.DigitExplorer(*network, which=5, label=3)
    digit = HELD_OUT[4]
    trace = bp.forward(digit.pixels, network[0], activation=["relu", "identity"], b=network[1])
    p = losses.softmax(trace.a[2])[0]
    for n in range(10):
        assert f"{n} {100 * p[n]:.1f} %" in explorer.alt
    y = np.eye(10)[[3]]
    assert number(losses.softmax_cross_entropy(trace.a[2], y)) in explorer.alt
    dL_dx = bp.backward(trace, y, "softmax_cross_entropy").dL_da[0].reshape(8, 8)
    svg = explorer.svg()
    np.testing.assert_allclose(shades(svg, "drawn"), digit.images[0], atol=0.006)
    deep = 0.55 * np.abs(dL_dx) / np.abs(dL_dx).max()
    np.testing.assert_allclose(shades(svg, "grad"), deep, atol=0.006)
    said, right = int(p.argmax()), int(digit.labels[0])
    assert f"It reads {said}. The right one is {right}" in explorer.alt
    assert ("WRONG" in explorer.alt) == (said != right)


def test_ink_where_the_gradient_is_negative_lowers_the_loss(network):
    explorer = explorers.DigitExplorer(*network, which=3)
    digit = HELD_OUT[2]
    trace = bp.forward(digit.pixels, network[0], activation=["relu", "identity"], b=network[1])
    dL_dx = bp.backward(trace, digit.y, "softmax_cross_entropy").dL_da[0]
    free = np.where(digit.pixels < 0.8, dL_dx, np.inf)  # room for ink
    ink = np.zeros(64)
    ink[int(free.argmin())] = 0.2
    before = explorer.model(SimpleNamespace(**explorer.settings)).loss
    explorer.receive({"do": "set", "settings": {"ink": ink.tolist()}})
    assert explorer.model(SimpleNamespace(**explorer.settings)).loss < before
    explorer.receive({"do": "reset", "names": ["ink"]})  # Clear
    assert not any(explorer.settings["ink"])


def test_the_digit_is_drawn_on_and_a_share_chooses_the_label(network):
    svg = explorers.DigitExplorer(*network).svg()
    sheet = svg.split('data-paint="ink"')[1].split("</g>")[0]
    assert sheet.count("data-cell") == 64
    for n in range(10):
        assert f'data-term="p_{n + 1}" data-pick="label"' in svg
    picks = next(
        c["picks"] for c in explorers.DigitExplorer(*network).spec()["controls"]
        if c["name"] == "label"
    )  # fmt: skip
    assert picks["p_1"] == "0" and picks["p_10"] == "9"


@pytest.mark.parametrize("label", [-1, 0, 9])
def test_the_label_of_the_loss_has_a_ring(network, label):
    svg = explorers.DigitExplorer(*network, which=5, label=label).svg()
    rings = re.findall(r'<circle cx="24" [^>]*class="f-mark[^>]*>', svg)
    seen = [n for n, ring in enumerate(rings) if "hidden" not in ring]
    assert len(rings) == 10 and seen == [HELD_OUT[4].labels[0] if label < 0 else label]


def test_the_picture_is_shifted_and_stays_within_0_and_1():
    image = HELD_OUT.images[0]
    still = {"right": 0, "down": 0, "noise": 0.0, "ink": (0.0,) * 64}
    np.testing.assert_array_equal(perturbed(image, SimpleNamespace(**still)), image)
    moved = perturbed(image, SimpleNamespace(**{**still, "right": 2, "down": -1}))
    np.testing.assert_array_equal(moved[:-1, 2:], image[1:, :-2])
    assert not moved[-1].any() and not moved[:, :2].any()
    ink = (1.0, -1.0) + (0.0,) * 62
    noisy = perturbed(image, SimpleNamespace(**{**still, "noise": 0.5, "ink": ink}))
    assert noisy.min() == 0 and noisy.max() == 1 and noisy[0, 0] == 1 and noisy[0, 1] == 0


def test_other_digits_and_a_network_without_biases(network):
    few = data.digits_split().train[:4]
    explorer = explorers.DigitExplorer(network[0], digits=few)
    assert explorer.limited["which"].high == 4


def test_what_a_shift_does_is_judged(network):
    outcomes = set()
    for which in range(1, 25):
        explorer = explorers.DigitExplorer(*network, which=which)

        def read(images):
            out = bp.forward(
                images.reshape(1, 64), network[0], activation=["relu", "identity"], b=network[1]
            )
            p = losses.softmax(out.a[2])[0]
            return p.argmax(), p.max()

        image = HELD_OUT.images[which - 1]
        shifted = np.zeros((8, 8))
        shifted[:, 1:] = image[:, :-1]
        (then, sure), (after, surer) = read(image), read(shifted)
        true = 2 if then != after else 0 if surer >= sure else 1
        outcomes.add(true)
        explorer.guess(true)
        explorer.move("noise", 0.1)
        assert explorer.state()["guess"]["right"] is None
        explorer.move("right", 1)
        guess = explorer.state()["guess"]
        assert guess["right"] and f"read {then}, sure to {sure:.1%}" in guess["told"]
        explorer.reset()
        explorer.guess((true + 1) % 3)
        explorer.move("right", 1)
        assert explorer.state()["guess"]["right"] is False
    assert outcomes == {0, 1, 2}


def test_a_shift_of_the_logits_changes_no_share():
    one, two = explorers.Softmax(), explorers.Softmax(shift=1000)
    bars = [explorer.alt.split("Table.")[0] for explorer in (one, two)]
    assert bars[0] == bars[1]


def test_a_bar_or_a_column_chooses_the_right_output():
    svg = explorers.Softmax().svg()
    picks = explorers.Softmax().spec()["controls"][-1]["picks"]
    for name in ("p_1", "p_3", "y_1", "y_3"):
        assert f'data-term="{name}" data-pick="label"' in svg
        assert picks[name] == name[-1]


@pytest.mark.parametrize("start", [{}, {"z_2": -3.0, "label": 1}, {"z_3": 2.0}])
def test_which_loss_pulls_harder(start):
    explorer = explorers.Softmax(**start)
    explorer.guess(0)
    explorer.move("z_1", 5.0)
    assert explorer.state()["guess"]["right"] is None
    explorer.move("z_1", 6.0)
    guess = explorer.state()["guess"]
    z = np.array([[6.0, start.get("z_2", 0.5), start.get("z_3", -1.0)]])
    assert guess["right"] and number(losses.softmax(z)[0, 1] - 1) in guess["told"]
    explorer.reset()
    explorer.guess(1)
    explorer.move("z_1", 6.0)
    assert explorer.state()["guess"]["right"] is False


def test_other_moves_do_not_decide_which_loss_pulls_harder():
    explorer = explorers.Softmax()
    explorer.guess(0)
    explorer.move("z_2", 6.0)  # with z_1 = 6 both would pull alike
    explorer.move("label", 1)
    explorer.move("z_1", 6.0)
    assert explorer.state()["guess"]["right"]


def test_the_squared_difference_can_pull_harder():
    """Near p = ½ its slope and its factor 2 make up for it."""
    explorer = explorers.Softmax(z_1=-6, z_2=6, z_3=-6)
    explorer.guess(1)
    explorer.move("z_1", 6.0)
    found = explorer.model(SimpleNamespace(**explorer.settings))
    assert explorer.state()["guess"]["right"] == bool(
        abs(found["dQ_dz"][1]) > 1.01 * abs(found["dL_dz"][1])
    )
