"""The digit explorer: the core's own probabilities and ∂ℒ/∂x, and what is done to the picture."""

import re

import numpy as np
import pytest

import bpdemo as bp
from bpdemo import data, explorers, losses, training
from bpdemo.diagrams import number

WIDTHS = [64, 16, 10]
HELD_OUT = data.digits_split().held_out


@pytest.fixture(scope="module")
def network():
    parts = data.digits_split()
    *_, record = training.descend(
        parts.train.pixels, parts.train.y, training.initial_weights(WIDTHS, 0, 2**0.5),
        training.initial_biases(WIDTHS), ["relu", "identity"], "softmax_cross_entropy",
        learning_rate=0.01, epochs=3, batch_size=16,
    )  # fmt: skip
    return record.w, record.b


def shown(explorer):
    return explorer._picture.value.split('aria-label="', 1)[1].split('">', 1)[0]


def test_it_shows_what_the_core_says(network):
    explorer = explorers.DigitExplorer(*network, which=5)
    digit = HELD_OUT[4]
    trace = bp.forward(digit.pixels, network[0], ["relu", "identity"], network[1])
    p = losses.softmax(trace.a[2])[0]
    for n in range(10):
        assert f"{n} {100 * p[n]:.1f} %" in shown(explorer)
    loss = losses.softmax_cross_entropy(trace.a[2], digit.y)
    assert f"ℒ = {number(loss)} for the label {digit.labels[0]}" in shown(explorer)
    dL_dx = bp.backward(trace, digit.y, "softmax_cross_entropy").dL_da[0].reshape(8, 8)
    assert f"∂ℒ/∂x = {number(dL_dx[3, 3], True)}" in shown(explorer)


def test_ink_where_the_gradient_is_negative_lowers_the_loss(network):
    explorer = explorers.DigitExplorer(*network, which=3)

    def loss():
        return float(re.search(r"ℒ = ([\d.]+) for", shown(explorer))[1])

    digit = HELD_OUT[2]
    trace = bp.forward(digit.pixels, network[0], ["relu", "identity"], network[1])
    dL_dx = bp.backward(trace, digit.y, "softmax_cross_entropy").dL_da[0]
    free = np.where(digit.pixels < 0.8, dL_dx, np.inf)  # room for ink
    row, column = divmod(int(free.argmin()), 8)
    before = loss()
    explorer.settings = {"row": row + 1, "column": column + 1, "ink": 0.2}
    assert loss() < before


def test_the_picture_is_shifted_and_stays_within_0_and_1(network):
    from types import SimpleNamespace

    from bpdemo.explorers.digit import _perturbed

    image = HELD_OUT.images[0]
    still = {"right": 0, "down": 0, "noise": 0.0, "row": 1, "column": 1, "ink": 0.0}
    np.testing.assert_array_equal(_perturbed(image, SimpleNamespace(**still)), image)
    moved = _perturbed(image, SimpleNamespace(**{**still, "right": 2, "down": -1}))
    np.testing.assert_array_equal(moved[:-1, 2:], image[1:, :-2])
    assert not moved[-1].any() and not moved[:, :2].any()
    noisy = _perturbed(image, SimpleNamespace(**{**still, "noise": 0.5, "ink": 1.0}))
    assert noisy.min() == 0 and noisy.max() == 1 and noisy[0, 0] == 1


def test_another_label_asks_another_question(network):
    explorer = explorers.DigitExplorer(*network)
    right = shown(explorer)
    explorer.settings = {"label": (int(HELD_OUT.labels[0]) + 1) % 10}
    assert shown(explorer) != right


def test_other_digits_and_a_network_without_biases(network):
    few = data.digits_split().train[:4]
    explorer = explorers.DigitExplorer(network[0], digits=few)
    assert explorer._controls["which"].source.max == 4


def test_the_softmax_explorer_shows_both_gradients():
    explorer = explorers.Softmax(z1=6, z2=-2, z3=0, label=2)
    z, y = np.array([[6.0, -2.0, 0.0]]), np.array([[0.0, 1.0, 0.0]])
    p, h = losses.softmax(z), 1e-30
    for n in range(3):
        moved = z + 1j * h * np.eye(3)[n]
        assert f"{n + 1} {number(p[0, n] - y[0, n], True)}" in shown(explorer)
        squared = ((y - losses.softmax(moved)) ** 2).sum().imag / h
        assert f"{n + 1} {number(squared, True)}" in shown(explorer)
    assert f"= {number(losses.softmax_cross_entropy(z, y))}," in shown(explorer)


def test_a_shift_changes_no_share():
    one, two = explorers.Softmax(), explorers.Softmax(shift=1000)
    bars = [shown(explorer).split("Table.")[0] for explorer in (one, two)]
    assert bars[0] == bars[1]
