"""The squared difference: Σ (y − a)², no ½ and no mean, and its derivative."""

import numpy as np
import pytest

import bpdemo as bp
from bpdemo import losses

A = np.array([[0.5, 2.0, -1.0], [0.0, 1.0, 4.0]])
Y = np.array([[1.0, 2.0, 1.0], [3.0, 0.0, 4.0]])


def test_it_sums_over_outputs_and_examples_without_a_half_or_a_mean():
    assert bp.squared_difference(A, Y) == 0.25 + 0 + 4 + 9 + 1 + 0
    assert np.shape(bp.squared_difference(A, Y)) == ()


def test_the_derivative_is_twice_a_minus_y():
    dL_da = losses.TABLE["squared_difference"].derivative(A, Y)
    np.testing.assert_array_equal(dL_da, [[-1, 0, -4], [-6, 2, 0]])


def test_the_derivative_agrees_with_the_complex_step():
    entry, h = losses.TABLE["squared_difference"], 1e-30
    dL_da = entry.derivative(A, Y)
    for i in np.ndindex(A.shape):
        moved = A.astype(complex)
        moved[i] += 1j * h
        assert entry.value(moved, Y).imag / h == pytest.approx(dL_da[i], rel=1e-15)


def test_leading_axes_are_kept():
    many = np.stack([A, A + 1, 2 * A, -A]).reshape(2, 2, *A.shape)
    loss = bp.squared_difference(many, Y)
    assert loss.shape == (2, 2)
    for i in np.ndindex(2, 2):
        assert loss[i] == bp.squared_difference(many[i], Y)


def test_an_entry_can_be_called():
    assert losses.TABLE["squared_difference"](A, Y) == bp.squared_difference(A, Y)


def test_nothing_is_changed_in_place():
    a, y = A.copy(), Y.copy()
    a.flags.writeable = y.flags.writeable = False
    bp.squared_difference(a, y)
    losses.TABLE["squared_difference"].derivative(a, y)


def test_float32_stays_and_integers_become_float64():
    loss = bp.squared_difference(A.astype(np.float32), Y.astype(np.float32))
    assert loss == 14.25
    assert loss.dtype == np.float32
    loss = bp.squared_difference([[0, 255]], np.array([[1, 0]]))
    assert loss == 1 + 255**2
    assert loss.dtype == np.float64


def test_unsigned_integers_do_not_wrap():
    a, y = np.array([[0]], np.uint8), np.array([[20]], np.uint8)
    assert bp.squared_difference(a, y) == 400


@pytest.mark.parametrize(
    ("a", "y", "error", "message"),
    [
        (A, Y[:, :2], ValueError, r"received a \(2, 3\) and y \(2, 2\)"),
        (A, Y[:1], ValueError, r"expected a of shape \(…, m, n_L\) .* y \(1, 3\)"),
        (A, Y[0], ValueError, r"y \(3,\)"),
        (A[0], Y[0], ValueError, r"received a \(3,\)"),
        (A, 1.0, ValueError, r"y \(\)"),
        (A, [["a"]], TypeError, r"y: expected numbers, received <U1"),
        ([[None]], Y, TypeError, r"a: expected numbers, received object"),
    ],
)
def test_bad_input_is_named(a, y, error, message):
    with pytest.raises(error, match="squared_difference: .*" + message):
        bp.squared_difference(a, y)


def test_get_takes_a_name_or_an_entry_and_says_what_is_wrong():
    entry = losses.TABLE["squared_difference"]
    assert losses.get("squared_difference") is entry
    assert losses.get(entry) is entry
    with pytest.raises(ValueError, match="loss: expected one of squared_difference; received 'x'"):
        losses.get("x")
    with pytest.raises(TypeError, match="loss: expected a name or a Loss, received int"):
        losses.get(2)
