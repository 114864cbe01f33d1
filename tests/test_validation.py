"""What comes in at the edge: returned in the form that the core computes with, or refused."""

import subprocess
import sys

import numpy as np
import pytest

import bpdemo as bp
from bpdemo import memory, validation


def test_a_float_array_is_returned_as_it_is_and_integers_become_float64():
    for dtype in (np.float32, np.float64):
        array = np.ones((2, 3), dtype)
        assert validation.real_array(array, "x") is array
    assert validation.real_array([1, 2], "x").dtype == np.float64
    assert validation.real_array(np.ones(2, ">f4"), "x").dtype == np.float32
    assert validation.real_array([1.0], "x", np.float32).dtype == np.float32


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ([1.0, np.nan], validation.NotFinite, "v: expected finite numbers, received nan at index"),
        ([[1.0], [2.0, 3.0]], ValueError, "v: expected a rectangular array"),
        ([], ValueError, r"v: expected at least one number, received shape \(0,\)"),
        ([1j], TypeError, "v: expected real numbers, received complex numbers"),
        (["1"], TypeError, "v: expected real numbers, received strings"),
        (np.ma.masked_equal([1.0, 2.0], 2.0), ValueError, "received masked ones"),
    ],
)
def test_what_is_no_real_array_is_refused(value, error, message):
    with pytest.raises(error, match=message):
        validation.real_array(value, "v")


def test_large_numbers_whose_squares_overflow_are_finite():
    assert validation.real_array([1e200, -1e200], "v")[0] == 1e200
    with pytest.raises(validation.NotFinite, match=r"received inf at index \(1,\)"):
        validation.real_array([1e200, np.inf], "v")


@pytest.mark.parametrize("value", [0, -1.0, np.inf, np.nan, "1", None, 1j])
def test_a_number_above_0_is_one(value):
    above_0 = validation.real(above=0)
    kind = ValueError if isinstance(value, int | float) else TypeError
    with pytest.raises(kind, match="h: expected a finite number > 0, received"):
        above_0("h", value)
    assert above_0("h", 1e-5) == 1e-5


def test_a_whole_number_refuses_fractions_and_too_few():
    some = validation.optional(validation.whole(1))
    assert some("sample", None) is None
    assert some("sample", np.int64(3)) == 3 and some("sample", 1) == 1
    with pytest.raises(TypeError, match=r"sample: expected a whole number ≥ 1, received 2\.5"):
        some("sample", 2.5)
    with pytest.raises(ValueError, match="sample: expected a whole number ≥ 1, received 0"):
        some("sample", 0)


def test_one_network_refuses_leading_axes():
    x, w = np.ones((2, 3)), np.ones((3, 1))
    validation.one_network(bp.forward(x, [w], b=[np.zeros(1)]))
    with pytest.raises(ValueError, match=r"w1: expected 2 axes \(one network at a time\)"):
        validation.one_network(bp.forward(x, [np.stack([w, w])]))


def test_the_allocator_is_asked_by_a_call_and_not_by_the_import():
    imported = "import bpdemo, sys; print('bpdemo.memory' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", imported], capture_output=True, text=True)
    assert done.stdout.strip() == "False"
    assert memory.keep_freed() is (sys.platform == "linux")
