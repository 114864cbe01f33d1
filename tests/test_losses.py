"""The losses: the squared difference, softmax with cross-entropy, and their derivatives."""

import warnings

import numpy as np
import pytest
import sympy as sp

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


@pytest.mark.parametrize("name", losses.TABLE)
def test_the_derivative_agrees_with_the_complex_step(name):
    entry, h = losses.TABLE[name], 1e-30
    dL_da = entry.derivative(A, Y)
    for i in np.ndindex(A.shape):
        moved = A.astype(complex)
        moved[i] += 1j * h
        assert entry.value(moved, Y).imag / h == pytest.approx(dL_da[i], rel=1e-15, abs=1e-15)


@pytest.mark.parametrize("name", losses.TABLE)
def test_leading_axes_are_kept(name):
    entry = losses.TABLE[name]
    many = np.stack([A, A + 1, 2 * A, -A]).reshape(2, 2, *A.shape)
    loss, dL_da = entry(many, Y), entry.derivative(many, Y)
    assert loss.shape == (2, 2)
    assert dL_da.shape == many.shape
    for i in np.ndindex(2, 2):
        assert loss[i] == entry(many[i], Y)
        np.testing.assert_array_equal(dL_da[i], entry.derivative(many[i], Y))


def test_an_entry_can_be_called():
    assert losses.TABLE["squared_difference"](A, Y) == bp.squared_difference(A, Y)


@pytest.mark.parametrize("name", losses.TABLE)
def test_nothing_is_changed_in_place(name):
    a, y = A.copy(), Y.copy()
    a.flags.writeable = y.flags.writeable = False
    losses.TABLE[name].value(a, y)
    losses.TABLE[name].derivative(a, y)


@pytest.mark.parametrize("name", losses.TABLE)
def test_float32_stays(name):
    a, y = A.astype(np.float32), Y.astype(np.float32)
    assert losses.TABLE[name](a, y).dtype == np.float32
    assert losses.TABLE[name].derivative(a, y).dtype == np.float32


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
        ([[1, 2], [3]], Y, ValueError, r"a: expected a rectangular array, received ragged lists"),
        (A, [[1, 2], [3]], ValueError, r"y: expected a rectangular array"),
        (A[:0], Y[:0], ValueError, r"a: expected at least one number, received shape \(0, 3\)"),
        (A[:, :0], Y, ValueError, r"a: expected at least one number, received shape \(2, 0\)"),
        (A, Y * np.nan, ValueError, r"y: expected finite numbers, received nan"),
        (A, Y - np.inf, ValueError, r"y: expected finite numbers, received -inf"),
        (A, [[1, np.inf, 1], [1, 1, np.nan]], ValueError, r"finite numbers, received inf$"),
    ],
)
def test_bad_input_is_named(a, y, error, message):
    for name in losses.TABLE:
        with pytest.raises(error, match=name + ": .*" + message):
            losses.TABLE[name](a, y)


def test_the_loss_of_what_left_the_finite_numbers_did_so_too():
    assert bp.squared_difference(A + np.inf, Y) == np.inf


# --- softmax with cross-entropy ------------------------------------------------------------------

Z = np.array([[0.5, 2.0, -1.0], [0.0, 1.0, 4.0]])
ONE_HOT = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])


def test_softmax_is_positive_sums_to_1_and_keeps_the_order():
    p = losses.softmax(Z)
    np.testing.assert_allclose(p, np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True), rtol=1e-15)
    np.testing.assert_allclose(p.sum(axis=-1), 1, rtol=1e-15)
    assert (p > 0).all()
    np.testing.assert_array_equal(p.argsort(), Z.argsort())
    np.testing.assert_allclose(losses.softmax(Z + 7), p, rtol=1e-14)
    np.testing.assert_array_equal(losses.softmax([0, 0, 0, 0]), [0.25] * 4)


def test_softmax_of_nothing_is_refused():
    with pytest.raises(ValueError, match=r"softmax: a: expected at least one number"):
        losses.softmax([])


def test_cross_entropy_is_minus_y_log_p():
    expected = -(ONE_HOT * np.log(losses.softmax(Z))).sum()
    assert losses.softmax_cross_entropy(Z, ONE_HOT) == pytest.approx(expected, rel=1e-14)
    soft = np.array([[0.2, 0.5, 0.3], [0.1, 0.1, 0.8]])
    expected = -(soft * np.log(losses.softmax(Z))).sum()
    assert losses.softmax_cross_entropy(Z, soft) == pytest.approx(expected, rel=1e-14)


def test_the_derivative_is_p_minus_y():
    dL_da = losses.TABLE["softmax_cross_entropy"].derivative(Z, ONE_HOT)
    np.testing.assert_allclose(dL_da, losses.softmax(Z) - ONE_HOT, rtol=1e-15)
    np.testing.assert_allclose(dL_da.sum(axis=-1), 0, atol=1e-15)


def test_logits_of_1000_stay_finite_without_a_warning():
    a = np.array([[1000.0, -1000.0, 0.0], [-1000.0, -1000.0, 1000.0]])
    entry = losses.TABLE["softmax_cross_entropy"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert entry(a, [[0, 1, 0], [0, 0, 1]]) == 2000.0  # as wrong as can be, and quite right
        dL_da = entry.derivative(a, np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]))
        assert entry(a[:1].astype(np.float32), [[1, 0, 0]]) == 0.0
    np.testing.assert_array_equal(dL_da, [[1, -1, 0], [0, 0, 0]])


@pytest.mark.parametrize("offset", [0.0, 1e4, -1e4, 1e8])
def test_a_number_added_to_all_logits_loses_no_digit(offset):
    y = np.eye(2)
    loss = losses.softmax_cross_entropy(np.array([[offset + 1, offset]]), y[1:])
    assert loss == pytest.approx(1.3132616875182228, rel=1e-15)  # ln(1 + e)
    loss = losses.softmax_cross_entropy(np.array([[offset + 1, offset]]), y[:1])
    assert loss == pytest.approx(0.31326168751822286, rel=1e-15)  # ln(1 + 1/e)


def test_a_value_that_is_not_summed_over_the_right_axes_is_refused():
    def mine(axis):
        return losses.Loss("mine", lambda a, y: ((a - y) ** 2).sum(axis), lambda a, y: a, "", "")

    many = np.stack([A, A + 1, 2 * A])
    assert mine((-2, -1))(many, Y).shape == (3,)
    assert mine(None)(A, Y) == bp.squared_difference(A, Y)  # one network: a plain number will do
    message = r"loss 'mine': expected a value of shape \(3,\), .* received \(\); sum over axis"
    with pytest.raises(ValueError, match=message):
        mine(None)(many, Y)
    with pytest.raises(ValueError, match=r"expected a value of shape \(\), .* received \(2,\)"):
        mine(-1)(A, Y)


def test_the_gradient_check_refuses_a_sum_over_the_wrong_axes():
    """It measures many networks in one call, and one number for all of them says nothing."""
    total = losses.Loss("mine", lambda a, y: ((a - y) ** 2).sum(), lambda a, y: 2 * (a - y), "", "")
    with pytest.raises(ValueError, match=r"sum over axis=\(-2, -1\) alone"):
        bp.check_gradients([[0.1, 0.2], [0.3, -0.4]], [np.ones((2, 2))], np.eye(2), loss=total)


def test_the_formula_of_an_output_is_what_sympy_sums():
    names = sp.symbols("a y total")
    formula = sp.sympify(
        losses.TABLE["softmax_cross_entropy"].formula,
        locals=dict(zip("ay", names[:2], strict=True)),
    )
    total = np.exp(Z[0]).sum()
    loss = sum(
        formula.subs(dict(zip(names, (*pair, total), strict=True)))
        for pair in zip(Z[0], ONE_HOT[0], strict=True)
    )
    right = losses.softmax_cross_entropy(Z[:1], ONE_HOT[:1])
    assert float(loss) == pytest.approx(right, rel=1e-14)


@pytest.mark.parametrize("seed", range(3))
def test_the_gradients_of_a_network_with_it_are_right(seed):
    rng = np.random.default_rng(seed)
    w = [rng.normal(size=(3, 5)), rng.normal(size=(5, 4))]
    b = [rng.normal(size=5), rng.normal(size=4)]
    x, y = rng.normal(size=(6, 3)), np.eye(4)[rng.integers(0, 4, 6)]
    for labels in (y, 0.9 * y + 0.025, 2 * y):  # hard, smoothed, and not even a distribution
        report = bp.check_gradients(
            x, w, labels, activation=["tanh", "identity"], b=b, loss="softmax_cross_entropy"
        )
        assert report.ok, report


def test_get_takes_a_name_or_an_entry_and_says_what_is_wrong():
    entry = losses.TABLE["squared_difference"]
    assert losses.get("squared_difference") is entry
    assert losses.get(entry) is entry
    with pytest.raises(
        ValueError, match=r"loss: expected one of squared_difference, .*; received 'x'"
    ):
        losses.get("x")
    with pytest.raises(TypeError, match="loss: expected a name or a Loss, received int"):
        losses.get(2)
