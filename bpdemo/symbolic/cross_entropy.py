"""Softmax and cross-entropy: why ∂ℒ/∂z is p − y, for any number of outputs (B32, B33, B34)."""

from collections.abc import Callable

import sympy as sp

from bpdemo.symbolic.claims import LOSS, Claim, Proof, latex
from bpdemo.symbolic.scalars import minus, times
from bpdemo.symbolic.vectors import _collapse as collapse

_n = sp.Symbol("n", integer=True, positive=True)
# The outputs we look at, i and j, and running ones, q and t.
_i, _j, _q, _t = sp.symbols("i j q t", integer=True, positive=True)
_Z, _Y, _P = (sp.IndexedBase(s) for s in ("z", "y", "p"))
_TOTAL = sp.Sum(sp.exp(_Z[_t]), (_t, 1, _n))  # Σ_t e^{z_t}


def _p(q):
    return sp.exp(_Z[q]) / _TOTAL


def _claim(row, title, of, loss, by, written, form) -> Claim:
    lhs = collapse(sp.expand(loss.diff(by)))
    pairs = [(sp.exp(_Z[q]) / _TOTAL, _P[q]) for q in (_i, _j, _q)]
    return Claim(row, title, (of, latex(by)), lhs, (written,), (form,), tuple(pairs))


def _slope_of_softmax() -> Claim:
    """∂p_i/∂z_j = p_i (δ_ij − p_j): every p depends on every z."""
    delta = sp.KroneckerDelta(_i, _j)
    return _claim(
        "B32",
        "the slope of softmax, output i by logit j, any number n of outputs",
        "p_{i}",
        _p(_i),
        _Z[_j],
        _p(_i) * (delta - _p(_j)),
        times(_P[_i], minus(delta, _P[_j])),
    )


def _cross_entropy() -> Claim:
    """∂ℒ/∂z_j = p_j Σ_q y_q − y_j, which is p_j − y_j where the labels sum to 1."""
    loss = -sp.Sum(_Y[_q] * (_Z[_q] - sp.log(_TOTAL)), (_q, 1, _n))  # −Σ y ln p
    total = sp.Sum(_Y[_q], (_q, 1, _n))
    return _claim(
        "B33",
        "cross-entropy after softmax, any number n of outputs",
        LOSS,
        loss,
        _Z[_j],
        _p(_j) * total - _Y[_j],
        minus(times(_P[_j], total), _Y[_j]),
    )


def _squared() -> Claim:
    """∂ℒ/∂z_j = 2 p_j (p_j − y_j − Σ_q p_q (p_q − y_q)): the slope of softmax stays in it."""
    inner = sp.Sum(_P[_q] * (_P[_q] - _Y[_q]), (_q, 1, _n))
    # Written as two sums, in SymPy's own order, so that it can take the one from the other.
    squares = sp.Sum(sp.exp(2 * _Z[_q]), (_q, 1, _n)) / _TOTAL**2
    rights = sp.Sum(sp.exp(_Z[_q]) * _Y[_q], (_q, 1, _n)) / _TOTAL
    written = 2 * _p(_j) * (_p(_j) - _Y[_j] - squares + rights)
    return _claim(
        "B34",
        "squared difference after softmax, any number n of outputs: the slope stays",
        LOSS,
        sp.Sum((_Y[_q] - _p(_q)) ** 2, (_q, 1, _n)),
        _Z[_j],
        written,
        times(2, _P[_j], minus(minus(_P[_j], _Y[_j]), inner)),
    )


def _two_outcomes(loss, title, form) -> Claim:
    """One sigmoid output a = σ(z), the smallest softmax (of z and 0), in one of the two losses."""
    z, y, a = sp.symbols("z y a", real=True)
    s = 1 / (1 + sp.exp(-z))
    lhs = loss(s, y).diff(z)
    return Claim("B34", title, (LOSS, "z"), lhs, (form(s, y),), (form(a, y),), ((s, a),))


def _cancels() -> Claim:
    return _two_outcomes(
        lambda a, y: -y * sp.log(a) - (1 - y) * sp.log(1 - a),
        "cross-entropy with a = σ(z): σ′ cancels",
        lambda a, y: minus(a, y),
    )


def _stays() -> Claim:
    return _two_outcomes(
        lambda a, y: (y - a) ** 2,
        "squared difference with a = σ(z): σ′ = a(1 − a) stays",
        lambda a, y: times(2, minus(a, y), a, minus(1, a)),
    )


SOFTMAX: dict[str, Callable[[], Claim]] = {
    "slope": _slope_of_softmax,
    "cross_entropy": _cross_entropy,
    "squared": _squared,
    "cancels": _cancels,
    "stays": _stays,
}
"""What `softmax` can prove, by name."""


def softmax(name: str) -> Claim:
    """A claim about softmax and cross-entropy; `name` is a key of `SOFTMAX`.

    - "slope" (B32): ∂p_i/∂z_j = p_i (δ_ij − p_j), for a symbolic number n of outputs.
    - "cross_entropy" (B33): ∂ℒ/∂z_j = p_j Σ_q y_q − y_j, for symbolic n and any labels.
    - "cancels", "stays" (B34): with one output a = σ(z), σ′ cancels in the cross-entropy's ∂ℒ/∂z
      and stays in that of the squared difference.

    SymPy differentiates sums with a symbolic upper end; it is told that j is one of 1 … n.

    Raises
    ------
    ValueError : no such name.
    """
    if name not in SOFTMAX:
        raise ValueError(f"name: expected one of {', '.join(SOFTMAX)}; received {name!r}")
    return SOFTMAX[name]()


def softmax_of(n: int) -> Proof:
    """∂ℒ/∂z_j for each j = 1 … n, for n outputs written out one by one: SymPy is told nothing.

    The labels are 1 at the first output and 0 elsewhere, so each is p_j − y_j.
    """
    z = sp.symbols(f"z_1:{n + 1}", real=True)
    p = [sp.exp(v) / sp.Add(*map(sp.exp, z)) for v in z]
    short = sp.symbols(f"p_1:{n + 1}")
    loss = -sp.log(p[0])
    return Proof(
        f"softmax with cross-entropy, {n} outputs",
        tuple(
            Claim(
                "B33",
                f"output {j + 1} of {n}, the right one is 1",
                (LOSS, f"z_{{{j + 1}}}"),
                loss.diff(z[j]),
                (p[j] - int(j == 0),),
                (minus(short[j], sp.S.One) if j == 0 else short[j],),
                tuple(zip(p, short, strict=True)),
            )
            for j in range(n)
        ),
    )
