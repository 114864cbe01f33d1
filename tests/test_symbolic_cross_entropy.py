"""Softmax and cross-entropy: the claims hold, a wrong one does not, and the numbers agree."""

import numpy as np
import pytest
import sympy as sp

from bpdemo import losses, symbolic
from bpdemo.symbolic.claims import Claim
from bpdemo.symbolic.cross_entropy import SOFTMAX, softmax_claim, softmax_of


@pytest.mark.parametrize("name", SOFTMAX)
def test_the_claim_holds(name):
    claim = softmax_claim(name)
    assert claim.holds and claim.difference == 0


@pytest.mark.parametrize("n", [2, 3, 5])
def test_it_holds_written_out(n):
    proof = softmax_of(n)
    assert len(proof) == n and proof.holds


def test_a_wrong_formula_does_not_hold():
    right = softmax_claim("cross_entropy")
    wrong = Claim(right.row, right.title, right.of, right.lhs, (-right.rhs,), right.forms)
    assert not wrong.holds
    stays, cancels = softmax_claim("stays"), softmax_claim("cancels")
    assert not Claim("", "", stays.of, stays.lhs, (cancels.rhs,), cancels.forms).holds


@pytest.mark.parametrize(
    ("name", "loss"),
    [("cross_entropy", "softmax_cross_entropy"), ("squared", None)],
)
def test_the_symbols_are_the_numbers_of_the_code(name, loss):
    rng = np.random.default_rng(0)
    z, y = rng.normal(size=4), np.array([0.1, 0.2, 0.6, 0.1])
    claim = softmax_claim(name)
    n, j = (next(s for s in claim.rhs.free_symbols if s.name == letter) for letter in "nj")
    Z, Y = sp.IndexedBase("z"), sp.IndexedBase("y")
    numbers = {base[i + 1]: v for base, of in ((Z, z), (Y, y)) for i, v in enumerate(of)}
    found = [float(claim.rhs.subs({n: 4, j: k}).doit().subs(numbers)) for k in (1, 2, 3, 4)]
    if loss:
        expected = losses.TABLE[loss].derivative(z[None], y[None])[0]
    else:
        h = 1e-30
        expected = [
            ((y - losses.softmax(z + 1j * h * np.eye(4)[k])) ** 2).sum().imag / h for k in range(4)
        ]
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)


def test_an_unknown_name_is_named():
    with pytest.raises(ValueError, match=r"expected one of shift, slope, .*received 'x'"):
        symbolic.softmax_claim("x")
