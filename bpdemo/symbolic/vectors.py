"""Vectors and a batch: for symbolic widths, and as matrices of chosen widths."""

from collections.abc import Callable

import sympy as sp
from sympy.concrete.delta import deltasummation

from bpdemo.symbolic.claims import DOWNSTREAM, LOSS, Claim, Proof, latex
from bpdemo.symbolic.scalars import minus, sigma_and_slope, times

_m, _n_in, _n_out = (sp.Symbol(s, integer=True, positive=True) for s in ("m", "n_{k-1}", "n_{k}"))
# The element that we look at: example e, neuron i of layer k − 1, neuron j of layer k.
_e, _i, _j = sp.symbols("e i j", integer=True, positive=True)
# The same, running: examples t, neurons p of layer k − 1 and q of layer k.
_t, _p, _q = sp.symbols("t p q", integer=True, positive=True)

_A, _W, _B, _Y = (sp.IndexedBase(s) for s in ("a^{k-1}", "w^{k}", "b^{k}", "y"))
_A_out, _Z, _DELTA = (sp.IndexedBase(s) for s in ("a^{k}", "z^{k}", r"\delta^{k}"))
_G = sp.IndexedBase(DOWNSTREAM + "a^{k}")  # G[e, j] = ∂ℒ/∂a^k_{ej}


class _DownstreamOf(sp.Expr):
    """ℒ as an undefined function of all a^k_{tq}, t = 1 … m, q = 1 … n_k.

    SymPy has no undefined function of a symbolic number of variables. So this class adds the one
    fact that SymPy lacks, the chain rule for such a function:
    dℒ/ds = Σ_t Σ_q ∂ℒ/∂a^k_{tq} · da^k_{tq}/ds. `matrices` doesn't need it.
    """

    @property
    def free_symbols(self):
        return self.args[0].free_symbols

    def _eval_derivative(self, s):
        activated, examples, neurons = self.args
        return sp.Sum(_G[_t, _q] * activated.diff(s), examples, neurons)


def _z_of(e, j, bias):
    """Eq. (1), element by element: z^k_{ej} = Σ_p a^{k-1}_{ep} w^k_{pj} (+ b^k_j)."""
    return sp.Sum(_A[e, _p] * _W[_p, j], (_p, 1, _n_in)) + (_B[j] if bias else 0)


def _collapse(expr):
    """Do every sum that a Kronecker delta cuts down to one term, the innermost first.

    δ_{pi} under Σ_p leaves the term p = i. This takes for granted that i is one of 1 … n, which
    is what an index of the matrix is; without that SymPy answers with a case for "i > n".
    """
    if not expr.args or not expr.has(sp.KroneckerDelta):
        return expr
    expr = expr.func(*(_collapse(arg) for arg in expr.args))
    if isinstance(expr, sp.Sum) and expr.function.has(sp.KroneckerDelta):
        term = sp.expand_mul(expr.function).replace(sp.Piecewise, _common_deltas)
        open_limits = []
        for limit in expr.limits:  # the first limit is the innermost sum
            if any(limit[0] in delta.free_symbols for delta in term.atoms(sp.KroneckerDelta)):
                term = deltasummation(term, limit, no_piecewise=True)
            else:
                open_limits.append(limit)
        expr = sp.Sum(term, *open_limits) if open_limits else term
    return expr


def _common_deltas(*cases):
    """A Kronecker delta that is a factor in every case is a factor of the whole."""
    deltas = {delta for value, _ in cases for delta in value.atoms(sp.KroneckerDelta)}
    for delta in sorted(deltas, key=sp.default_sort_key):
        divided = [(sp.expand_mul(value / delta), condition) for value, condition in cases]
        if not any(value.has(delta) for value, _ in divided):
            return delta * _common_deltas(*divided)
    return sp.Piecewise(*cases)


def _replace(expr, base, value):
    """Every element base[…] of expr replaced by value(…)."""
    return expr.replace(
        lambda v: isinstance(v, sp.Indexed) and v.base == base, lambda v: value(*v.indices)
    )


def _vector_claim(row, title, by, loss, form, activation, bias):
    """A claim whose form is written with δ^k = ∂ℒ/∂a^k · σ′(z^k), and written out with it."""
    sigma, slope = sigma_and_slope(activation)
    lhs = _collapse(loss(sigma, bias).diff(by))
    if loss is _squared_loss:  # then ∂ℒ/∂a^k is known, and is shown
        side = _replace(
            form,
            _DELTA,
            lambda e, j: 2 * (sigma(_z_of(e, j, bias)) - _Y[e, j]) * slope(_z_of(e, j, bias)),
        )
        form = _replace(
            form, _DELTA, lambda e, j: times(2, minus(_A_out[e, j], _Y[e, j]), slope(_Z[e, j]))
        )
    else:
        side = _replace(form, _DELTA, lambda e, j: _G[e, j] * slope(_z_of(e, j, bias)))
    short = tuple(
        pair
        for e in (_e, _t)
        for j in (_j, _q)
        for pair in (
            (_z_of(e, j, bias), _Z[e, j]),
            *([] if activation == "identity" else [(sigma(_Z[e, j]), _A_out[e, j])]),
        )
    )
    return Claim(row, title, (LOSS, latex(by)), lhs, (side,), (form,), short)


def _undefined_loss(sigma, bias):
    return _DownstreamOf(sigma(_z_of(_t, _q, bias)), sp.Tuple(_t, 1, _m), sp.Tuple(_q, 1, _n_out))


def _squared_loss(sigma, bias):
    return sp.Sum((_Y[_t, _q] - sigma(_z_of(_t, _q, bias))) ** 2, (_t, 1, _m), (_q, 1, _n_out))


def _vector_dL_dw(activation=None, bias=False) -> Claim:
    """∂ℒ/∂w^k_{ij} = Σ_t a^{k-1}_{ti} δ^k_{tj}: row i of (a^{k-1})ᵀ times column j of δ^k."""
    form = sp.Sum(times(_A[_t, _i], _DELTA[_t, _j]), (_t, 1, _m))
    title = "entry (i, j) of (a^{k-1})ᵀ δ^k: the sum runs over the examples"
    return _vector_claim("N11, vectors", title, _W[_i, _j], _undefined_loss, form, activation, bias)


def _vector_dL_da(activation=None, bias=False) -> Claim:
    """∂ℒ/∂a^{k-1}_{ei} = Σ_q δ^k_{eq} w^k_{iq}: row e of δ^k times column i of (w^k)ᵀ."""
    form = sp.Sum(times(_DELTA[_e, _q], _W[_i, _q]), (_q, 1, _n_out))
    title = "entry (e, i) of δ^k (w^k)ᵀ: the sum runs over the neurons of layer k"
    return _vector_claim("N15, vectors", title, _A[_e, _i], _undefined_loss, form, activation, bias)


def _vector_dL_db(activation=None, bias=True) -> Claim:
    """∂ℒ/∂b^k_j = Σ_t δ^k_{tj}: every example adds its δ^k."""
    form = sp.Sum(_DELTA[_t, _j], (_t, 1, _m))
    title = "entry j of the sum of δ^k over the examples"
    return _vector_claim("bias, vectors", title, _B[_j], _undefined_loss, form, activation, True)


def _vector_base_case(activation=None, bias=False) -> Claim:
    """∂ℒ/∂a^L_{ej} = 2(a^L_{ej} − y_{ej}) for ℒ = Σ_t Σ_q (y_{tq} − a^L_{tq})²."""
    a = sp.IndexedBase("a^{L}")
    loss = sp.Sum((_Y[_t, _q] - a[_t, _q]) ** 2, (_t, 1, _m), (_q, 1, _n_out))
    form = times(2, minus(a[_e, _j], _Y[_e, _j]))
    title = "the base case, element by element"
    by = a[_e, _j]
    lhs = _collapse(loss.diff(by))
    return Claim("N12, vectors", title, (LOSS, latex(by)), lhs, (form.doit(),), (form,))


def _vector_last_layer(activation=None, bias=False) -> Claim:
    """Row N10 with vectors: ∂ℒ/∂w_{ij} = Σ_t a^{k-1}_{ti} · 2(a_{tj} − y_{tj}) σ′(z_{tj}), k = L.

    With ℒ written out as the sum of squared differences, SymPy needs to be told nothing.
    """
    form = sp.Sum(times(_A[_t, _i], _DELTA[_t, _j]), (_t, 1, _m))
    title = "the three terms together (N10), with vectors, for k = L"
    return _vector_claim("N10, vectors", title, _W[_i, _j], _squared_loss, form, activation, bias)


VECTOR: dict[str, Callable[..., Claim]] = {
    "dL_dw": _vector_dL_dw,
    "dL_da": _vector_dL_da,
    "dL_db": _vector_dL_db,
    "base_case": _vector_base_case,
    "last_layer": _vector_last_layer,
}
"""What `vector` can prove, by name."""


def vector(name: str, activation=None, bias: bool = False) -> Claim:
    r"""The form with vectors and a batch, for symbolic widths n_{k-1}, n_k and m examples.

    `name` is one of

    - "dL_dw": ∂ℒ/∂w^k_{ij} = Σ_t a^{k-1}_{ti} δ^k_{tj}, that is (a^{k-1})ᵀ δ^k;
    - "dL_da": ∂ℒ/∂a^{k-1}_{ei} = Σ_q δ^k_{eq} w^k_{iq}, that is δ^k (w^k)ᵀ;
    - "dL_db": ∂ℒ/∂b^k_j = Σ_t δ^k_{tj};
    - "base_case": ∂ℒ/∂a^L_{ej} = 2(a^L_{ej} − y_{ej});
    - "last_layer": N10 with vectors.

    Here δ^k_{tj} = ∂ℒ/∂a^k_{tj} · σ′(z^k_{tj}). With an undefined σ and an undefined ℒ this proves
    rows N11 and N15 for every layer, width, batch and activation at once.

    What SymPy does and what it is told:

    1. z^k_{tq} = Σ_p a^{k-1}_{tp} w^k_{pq} is a sum with a symbolic upper end, and a^k = σ(z^k).
    2. ℒ is an undefined function of all a^k_{tq}. SymPy is *told* the chain rule for it,
       dℒ/ds = Σ_t Σ_q ∂ℒ/∂a^k_{tq} · da^k_{tq}/ds, because it has no function of a symbolic
       number of variables. ("base_case" and "last_layer" don't need this, nor does `matrices`.)
    3. SymPy differentiates σ(Σ_p …): its own chain rule, and ∂w_{pq}/∂w_{ij} = δ_{pi} δ_{qj} as
       Kronecker deltas.
    4. SymPy does the sums that a delta cuts down to one term. It is *told* that i and j are
       indices of the matrix (1 ≤ i ≤ n_{k-1}, 1 ≤ j ≤ n_k). Which sums remain, over the examples
       or over the neurons, and with which index in which place, comes out of this step: that is
       where the transposes come from.
    5. The difference to the formula is 0.

    Raises
    ------
    ValueError : no such name.
    """
    if name not in VECTOR:
        raise ValueError(f"name: expected one of {', '.join(VECTOR)}; received {name!r}")
    return VECTOR[name](activation, bias)


def matrices(m: int = 2, n_in: int = 3, n_out: int = 2, activation=None) -> Proof:
    """The vector form for chosen widths, as matrices: the transposes are SymPy's own.

    ℒ is an undefined function of the m · n_out numbers a^k_{ej}, so here SymPy knows the chain
    rule itself and is told nothing. Left: the matrix of ∂ℒ/∂w^k_{ij}, each differentiated alone.
    Right: the matrix product (a^{k-1})ᵀ δ^k; and so on for a^{k-1} and b^k.
    """
    sigma, slope = sigma_and_slope(activation)

    def symbols(name, rows, columns):
        return sp.Matrix(
            rows, columns, lambda r, c: sp.Symbol(f"{name}_{{{r + 1},{c + 1}}}", real=True)
        )

    a_in, w, b = (
        symbols("a^{k-1}", m, n_in),
        symbols("w^{k}", n_in, n_out),
        symbols("b^{k}", 1, n_out),
    )
    z = a_in * w + sp.ones(m, 1) * b  # the same b^k for every example
    a = z.applyfunc(sigma)
    loss = sp.Function(LOSS)(*a)
    dL_da = sp.Matrix(m, n_out, lambda e, j: loss.fdiff(e * n_out + j + 1))
    delta = dL_da.multiply_elementwise(z.applyfunc(slope))

    delta_k = sp.MatrixSymbol(r"\delta^{k}", m, n_out)
    a_k, w_k, one = (
        sp.MatrixSymbol(name, *shape)
        for name, shape in (("a^{k-1}", a_in.shape), ("w^{k}", w.shape), (r"\mathbf{1}", (m, 1)))
    )
    short = []
    for long, name in ((z, "z^{k}"), (symbols("z^{k}", m, n_out).applyfunc(sigma), "a^{k}")):
        short += zip(long, symbols(name, m, n_out), strict=True)
    return Proof(
        f"matrices, {m} examples, {n_in} neurons into {n_out}",
        tuple(
            Claim(
                row, title, (LOSS, name), _by_entries(loss, by), (product,), (form,), tuple(short)
            )
            for row, title, name, by, product, form in (
                ("N11, matrices", "(a^{k-1})ᵀ δ^k", "w^{k}", w, a_in.T * delta, a_k.T * delta_k),
                ("N15, matrices", "δ^k (w^k)ᵀ", "a^{k-1}", a_in, delta * w.T, delta_k * w_k.T),
                ("bias, matrices", "1ᵀ δ^k", "b^{k}", b, sp.ones(1, m) * delta, one.T * delta_k),
            )
        ),
    )


def _by_entries(loss, matrix):
    """The matrix of the derivatives of a number by each entry of a matrix."""
    return matrix.applyfunc(loss.diff)
