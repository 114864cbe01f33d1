"""Each slip is caught by the gradient check, and only the slips are."""

from itertools import pairwise

import numpy as np
import pytest

import bpdemo as bp
from bpdemo import slips

SQUARE = (3, 3, 3, 3)


def network(widths, m=4, seed=0):
    rng = np.random.default_rng(seed)
    w = [rng.normal(size=shape) for shape in pairwise(widths)]
    return rng.normal(size=(m, widths[0])), w, rng.normal(size=(m, widths[-1]))


@pytest.mark.parametrize("slip", slips.TABLE.values(), ids=lambda slip: slip.name)
def test_the_gradient_check_catches_each_slip(slip):
    x, w, y = network(SQUARE)
    assert bp.check_gradients(x, w, y).ok
    report = bp.check_gradients(x, w, y, backward=slip.backward)
    assert not report.ok
    assert report.max_error > 1e-3
    assert "FAILED" in str(report)


@pytest.mark.parametrize("slip", slips.TABLE.values(), ids=lambda slip: slip.name)
def test_a_slip_says_what_it_is(slip):
    assert slips.TABLE[slip.name] is slip
    assert slip.says.endswith(".") and slip.line != slip.right and slip.hidden


def test_without_a_slip_the_backward_pass_here_is_the_right_one():
    x, w, y = network(SQUARE)
    trace = bp.forward(x, w, "tanh")
    got, right = slips._backward()(trace, y), bp.backward(trace, y)
    for name in ("dL_da", "dL_dz", "dL_dw"):
        layers, expected = getattr(got, name), getattr(right, name)
        assert (layers.first, layers.last) == (expected.first, expected.last)
        for mine, theirs in zip(layers, expected, strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=1e-13)


@pytest.mark.parametrize("activation", ["identity", "relu", "leaky_relu"])
def test_sigma_of_a_hides_where_sigma_keeps_the_sign(activation):
    x, w, y = network(SQUARE)
    slip = slips.get("sigma_of_a").backward
    assert bp.check_gradients(x, w, y, activation, backward=slip).ok


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "softplus"])
def test_sigma_of_a_shows_with_the_others(activation):
    x, w, y = network(SQUARE)
    slip = slips.get("sigma_of_a").backward
    assert not bp.check_gradients(x, w, y, activation, backward=slip).ok


def test_a_lost_transpose_hides_with_one_neuron_a_layer():
    x, w, y = network((1, 1, 1, 1))
    assert bp.check_gradients(x, w, y, backward=slips.get("lost_transpose").backward).ok


@pytest.mark.parametrize("name", ["lost_transpose", "wrong_layer"])
def test_shapes_give_these_away_on_a_network_that_is_not_square(name):
    x, w, y = network((3, 4, 2, 1))
    with pytest.raises(ValueError, match="matmul"):
        slips.get(name).backward(bp.forward(x, w), y)


@pytest.mark.parametrize("name", ["lost_transpose", "wrong_layer"])
def test_a_slip_in_the_step_back_leaves_the_last_layer_right(name):
    x, w, y = network(SQUARE)
    trace = bp.forward(x, w)
    right, wrong = bp.backward(trace, y), slips.get(name).backward(trace, y)
    np.testing.assert_allclose(wrong.dL_dw[3], right.dL_dw[3])
    assert not np.allclose(wrong.dL_dw[2], right.dL_dw[2])


def test_slips_know_biases():
    x, w, y = network(SQUARE)
    b = [np.full(3, 0.1 * k) for k in range(3)]
    assert bp.check_gradients(x, w, y, b=b, backward=slips._backward()).ok
    report = bp.check_gradients(x, w, y, b=b, backward=slips.get("wrong_sign").backward)
    assert not any(row.ok for row in report.rows)


def test_an_unknown_slip_lists_those_there_are():
    with pytest.raises(ValueError, match=r"sigma_of_a, wrong_sign.*received 'nonsense'"):
        slips.get("nonsense")
