"""Each σ against exact values, each σ′ against the complex step, and both at their limits."""

import numpy as np
import pytest
from mpmath import mp

from bpdemo import activations
from bpdemo.activations import LEAK, TABLE, Activation
from tools import own_words

ALL = list(TABLE.values())
Z = np.array([-30.0, -3.0, -1.0, -0.25, 1e-8, 0.5, 1.0, 2.0, 30.0])  # no kink among them

each = pytest.mark.parametrize("sigma", ALL, ids=lambda sigma: sigma.name)
both = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def test_the_table_holds_each_under_its_own_name():
    assert len(TABLE) >= 6
    assert all(name == entry.name for name, entry in TABLE.items())


@pytest.mark.parametrize(
    ("name", "z", "a", "da_dz"),
    [
        ("sigmoid", 0.0, 0.5, 0.25),
        ("sigmoid", np.log(3.0), 0.75, 0.1875),
        ("tanh", 0.0, 0.0, 1.0),
        ("tanh", np.log(2.0), 0.6, 0.64),
        ("relu", 2.0, 2.0, 1.0),
        ("relu", -2.0, 0.0, 0.0),
        ("relu", 0.0, 0.0, 0.0),
        ("identity", -3.5, -3.5, 1.0),
        ("softplus", 0.0, np.log(2.0), 0.5),
        ("softplus", np.log(3.0), np.log(4.0), 0.75),
        ("leaky_relu", 2.0, 2.0, 1.0),
        ("leaky_relu", -2.0, -2.0 * LEAK, LEAK),
        ("leaky_relu", 0.0, 0.0, LEAK),
    ],
)
def test_values_known_by_hand(name, z, a, da_dz):
    sigma = TABLE[name]
    assert sigma(z) == pytest.approx(a, rel=1e-15)
    assert sigma.derivative(z) == pytest.approx(da_dz, rel=1e-15)


@each
def test_the_derivative_is_that_of_f_by_the_complex_step(sigma):
    h = 1e-30  # Im σ(z + ih) / h: no subtraction, so no rounding
    slope = sigma.f(Z + 1j * h).imag / h
    np.testing.assert_allclose(sigma.derivative(Z), slope, rtol=1e-13)


@pytest.mark.parametrize(
    ("dtype", "reach", "within"), [(np.float64, 700, 3e-14), (np.float32, 80, 2e-5)]
)
@each
def test_no_digit_is_lost_however_small_the_number(sigma, dtype, reach, within):
    """Against 50 digits, relatively: there's no absolute floor, so σ′(37) = 8.5e-17 counts."""
    with np.errstate(under="ignore"):  # as far as σ and σ′ are numbers that this dtype has
        while not own_words.straight(sigma.formula):
            ends = dtype([-reach, reach])
            if np.abs([sigma.f(ends), sigma.derivative(ends)]).min() >= np.finfo(dtype).tiny:
                break
            reach *= 0.9
    near = min(13, reach)
    z = np.concatenate([np.linspace(-reach, reach, 281), np.linspace(-near, near, 261)]).astype(
        dtype
    )
    words = own_words.sigma(sigma.formula, "mpmath")
    for computed, exact, slope in zip(
        (sigma.f(z), sigma.derivative(z)), words, words[1:], strict=False
    ):
        for at, v in zip(z, computed, strict=True):
            with mp.workdps(50 + int(abs(at))):  # e^-z is to be seen beside 1
                at, v = mp.mpf(float(at)), mp.mpf(float(v))
                right, bend = exact(at), slope(at)
                error = abs(v - right) / abs(right) if right else abs(v)
                # Where a small change of z is a large one of the number, nobody can do better.
                sharp = abs(at * bend / right) if right else 0
                assert error < max(within, sharp * np.finfo(dtype).eps / 2)


def test_the_slope_of_the_sigmoid_is_not_0_where_its_output_is_1():
    sigmoid = TABLE["sigmoid"]
    assert sigmoid(37.0) == 1.0
    assert sigmoid.derivative(37.0) == pytest.approx(np.exp(-37.0), rel=1e-14)


@each
def test_the_derivative_is_the_same_with_a_at_hand(sigma):
    for z in (Z, Z.astype(np.float32)):
        np.testing.assert_array_equal(sigma.derivative(z, sigma.f(z)), sigma.derivative(z))


def test_an_a_at_hand_is_what_the_slope_is_computed_from():
    """Then no exponential is computed a second time; a is not looked at, so it must be σ(z)."""
    assert TABLE["sigmoid"].derivative(0.0, 0.25) == 0.1875
    assert TABLE["tanh"].derivative(0.0, 0.5) == 0.75


@pytest.mark.parametrize("name", ["relu", "leaky_relu"])
def test_a_step_of_integers_is_made_of_floats(name):
    for z in (np.array([-1, 2]), -1, 2):
        slope = TABLE[name].derivative(z)
        assert np.asarray(slope).dtype == np.float64
        np.testing.assert_array_equal(slope, TABLE[name].derivative(np.asarray(z, np.float64)))


@each
def test_the_slip_is_wrong_for_every_curved_activation(sigma):
    straight = own_words.straight(sigma.formula)  # and a has the sign of z: same slope
    slip = sigma.derivative(sigma.f(Z))  # σ′(a)
    assert np.allclose(slip, sigma.derivative(Z)) == straight


@each
@both
def test_far_from_zero_nothing_warns_and_nothing_is_nan(sigma, dtype):
    z = np.array([-1e4, -800, -104, -89, 0, 89, 104, 800, 1e4], dtype=dtype)
    with np.errstate(all="raise", under="ignore"):
        a, da_dz = sigma.f(z), sigma.derivative(z)
        da_dz_from_a = sigma.derivative(z, a)
    assert np.isfinite([a, da_dz, da_dz_from_a]).all()
    assert a.dtype == da_dz.dtype == da_dz_from_a.dtype == dtype


@pytest.mark.parametrize(
    ("name", "below", "above", "slope_below", "slope_above"),
    [
        ("sigmoid", 0, 1, 0, 0),
        ("tanh", -1, 1, 0, 0),
        ("relu", 0, 1e4, 0, 1),
        ("identity", -1e4, 1e4, 1, 1),
        ("softplus", 0, 1e4, 0, 1),
        ("leaky_relu", -1e4 * LEAK, 1e4, LEAK, 1),
    ],
)
@both
def test_the_limits_are_the_right_ones(name, below, above, slope_below, slope_above, dtype):
    z = np.array([-1e4, 1e4], dtype=dtype)
    np.testing.assert_array_equal(TABLE[name].f(z), np.array([below, above], dtype))
    np.testing.assert_array_equal(
        TABLE[name].derivative(z), np.array([slope_below, slope_above], dtype)
    )


def test_small_values_keep_their_digits():
    assert TABLE["sigmoid"](-40.0) == pytest.approx(np.exp(-40.0), rel=1e-15)
    assert TABLE["softplus"](-40.0) == pytest.approx(np.exp(-40.0), rel=1e-15)


@each
@pytest.mark.parametrize("shape", [(), (1,), (3, 2), (2, 1, 3)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
def test_shape_and_dtype_are_those_of_z_and_z_is_left_alone(sigma, shape, dtype):
    z = np.full(shape, 0.75, dtype=dtype)
    z.flags.writeable = False
    for result in (sigma.f(z), sigma.derivative(z), sigma(z), sigma.derivative(z, sigma.f(z))):
        assert np.shape(result) == shape
        assert result.dtype == dtype
        assert not np.shares_memory(result, z)


@each
def test_a_python_number_is_enough(sigma):
    for z in (0.3, -0.3, 1):
        at = np.array([float(z)])
        assert sigma(z) == sigma.f(at)[0]
        assert sigma.f(float(z)) == sigma.f(at)[0]
        assert sigma.derivative(float(z)) == sigma.derivative(at)[0]


@each
@pytest.mark.parametrize("dtype", [np.uint8, np.int64, bool])
def test_a_call_takes_integers_as_float64(sigma, dtype):
    np.testing.assert_array_equal(sigma(np.array([0, 1], dtype)), sigma.f(np.array([0.0, 1.0])))
    assert sigma(np.array([0, 1], dtype)).dtype == np.float64


@each
def test_kinks_are_where_the_slopes_on_both_sides_differ(sigma):
    def slopes(z, h=1e-6):
        a = sigma.f(np.array([z - h, z, z + h]))
        return (a[1] - a[0]) / h, (a[2] - a[1]) / h

    for z in sigma.kinks:
        left, right = slopes(z)
        assert abs(left - right) > 0.5
        assert sigma.derivative(z) == pytest.approx(left, abs=1e-5)
    for z in (-1.0, 0.0, 1.0):
        if z not in sigma.kinks:
            assert np.subtract(*slopes(z)) == pytest.approx(0, abs=1e-5)


def test_get_takes_a_name_or_an_entry():
    mine = Activation("mine", np.sin, lambda z, a=None: np.cos(z), "sin(z)", "", "")
    assert activations.get("tanh") is TABLE["tanh"]
    assert activations.get(mine) is mine


def test_get_says_what_is_wrong():
    with pytest.raises(ValueError, match=r"activation: expected one of sigmoid, .*; received 'si'"):
        activations.get("si")
    with pytest.raises(TypeError, match=r"activation: expected a name or an Activation.*int"):
        activations.get(3)
    with pytest.raises(TypeError, match=r"activation of layer 2: .* received NoneType"):
        activations.get(None, "activation of layer 2")
