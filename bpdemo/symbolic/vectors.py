"""Vectors and a batch: for symbolic widths, and as matrices of chosen widths."""

from collections.abc import Callable
from dataclasses import dataclass

import sympy as sp
from sympy.concrete.delta import deltasummation

from bpdemo import validation
from bpdemo.symbolic.claims import Claim, Proof
from bpdemo.symbolic.notation import DOWNSTREAM, LOSS, D, latex, minus, times, unknown
from bpdemo.symbolic.slopes import kinks, sigma_and_slope

m, n_in, n_out = (sp.Symbol(s, integer=True, positive=True) for s in ("m", "n_{k-1}", "n_{k}"))
# The element that we look at: example e, neuron i of layer k − 1, neuron j of layer k.
e, i, j = sp.symbols("e i j", integer=True, positive=True)
# The same, running: examples t, neurons p of layer k − 1 and q of layer k.
t, p, q = sp.symbols("t p q", integer=True, positive=True)

A, W, B, Y = (sp.IndexedBase(s) for s in ("a^{k-1}", "w^{k}", "b^{k}", "y"))
A_OUT, A_LAST, Z, DELTA = (sp.IndexedBase(s) for s in ("a^{k}", "a^{L}", "z^{k}", r"\delta^{k}"))
G = sp.IndexedBase(DOWNSTREAM + "a^{k}")
"""G[t, q] is ∂ℒ/∂a^k_{tq}, one number for each output of layer k."""


def over_outputs(term):
    """Σ_t Σ_q of a term: over all examples and all neurons of layer k."""
    return sp.Sum(term, (t, 1, m), (q, 1, n_out))


def linear_part(a):
    """ℒ near the place where we stand: Σ_t Σ_q ∂ℒ/∂a^k_{tq} · a^k_{tq}, but for a constant.

    That is what *differentiable* means: the remainder vanishes faster than the steps do, and has
    slope 0. So this stands for every differentiable ℒ, and SymPy differentiates it by itself.
    """
    return over_outputs(G[t, q] * a)


def squared_sum(a):
    """ℒ = Σ_t Σ_q (y_{tq} − a_{tq})²."""
    return over_outputs((Y[t, q] - a) ** 2)


def replace(expr, base, value):
    """Every element base[…] of expr replaced by value(…)."""
    return expr.replace(
        lambda v: isinstance(v, sp.Indexed) and v.base == base, lambda v: value(*v.indices)
    )


def collapse(expr):
    """Do every sum that a Kronecker delta cuts down to one term, the innermost first.

    δ_{pi} under Σ_p leaves the term p = i. This takes for granted that i is one of 1 … n, which
    is what an index of the matrix is; without that SymPy answers with a case for "i > n".
    """
    if not expr.args or not expr.has(sp.KroneckerDelta):
        return expr
    expr = expr.func(*(collapse(arg) for arg in expr.args))
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


@dataclass(frozen=True)
class VectorRow:
    """∂ℒ/∂(by) is `form`, element by element; `form` may have δ^k = ∂ℒ/∂a^k ⊙ σ′(z^k) in it.

    `loss` is ℒ as a function of a^k_{tq}, and `dL_da` its ∂ℒ/∂a^k_{ej}.
    """

    name: str
    title: str
    by: sp.Indexed
    form: sp.Expr
    loss: Callable = linear_part
    dL_da: Callable = lambda e, j: G[e, j]
    bias: bool = False

    def z(self, e, j):
        """Eq. (1), element by element: z^k_{ej} = Σ_p a^{k-1}_{ep} w^k_{pj} (+ b^k_j)."""
        return sp.Sum(A[e, p] * W[p, j], (p, 1, n_in)) + (B[j] if self.bias else 0)

    def equations(self, sigma, e, j):
        """Eqs. (2) and (1) for one element."""
        return [(A_OUT[e, j], sigma(Z[e, j])), (Z[e, j], self.z(e, j))]

    def composed(self, sigma):
        """ℒ written out, down to what it is differentiated by."""
        if self.by.base == A_LAST:
            return self.loss(A_LAST[t, q])
        return self.loss(sigma(Z[t, q] if self.by.base == Z else self.z(t, q)))

    def claim(self, activation=None) -> Claim:
        """The claim: `composed`, differentiated by SymPy, against the form written out."""
        sigma, slope = sigma_and_slope(activation)
        shown = side = replace(
            self.form, DELTA, lambda e, j: times(self.dL_da(e, j), slope(Z[e, j]))
        )
        side = replace(side, A_OUT, lambda e, j: sigma(Z[e, j]))
        if self.by.base != Z:
            side = replace(side, Z, self.z)
        return Claim(
            self.name,
            self.title,
            (LOSS, latex(self.by)),
            collapse(D(self.composed(sigma), self.by).value),
            (side,),
            (self.form if self.loss is linear_part and self.form.has(sp.Sum) else shown,),
            tuple(
                (value, symbol)
                for at in ((e, j), (e, q), (t, j), (t, q))
                for symbol, value in reversed(self.equations(sigma, *at))
                if not isinstance(value, sp.Indexed)  # σ(z) = z, the identity
            ),
            kinks(activation) if self.by.base != A_LAST else (),
        )


def _rows(bias) -> dict[str, VectorRow]:
    by_example = sp.Sum(times(A[t, i], DELTA[t, j]), (t, 1, m))
    return {
        "dL_dw": VectorRow(
            "B3 (N11, vectors)",
            "entry (i, j) of (a^{k-1})ᵀ δ^k: the sum runs over the examples",
            W[i, j],
            by_example,
            bias=bias,
        ),
        "dL_da": VectorRow(
            "B4 (N15, vectors)",
            "entry (e, i) of δ^k (w^k)ᵀ: the sum runs over the neurons of layer k",
            A[e, i],
            sp.Sum(times(DELTA[e, q], W[i, q]), (q, 1, n_out)),
            bias=bias,
        ),
        "dL_dz": VectorRow(
            "B2", "δ^k, entry by entry: no sum is left", Z[e, j], DELTA[e, j], bias=bias
        ),
        "dL_db": VectorRow(
            "bias, vectors",
            "entry j of the sum of δ^k over the examples",
            B[j],
            sp.Sum(DELTA[t, j], (t, 1, m)),
            bias=True,
        ),
        "base_case": VectorRow(
            "N12, vectors",
            "the base case, element by element",
            A_LAST[e, j],
            times(2, minus(A_LAST[e, j], Y[e, j])),
            squared_sum,
        ),
        "last_layer": VectorRow(
            "N10, vectors",
            "the three terms together (N10), with vectors, for k = L",
            W[i, j],
            by_example,
            squared_sum,
            lambda e, j: times(2, minus(A_OUT[e, j], Y[e, j])),
            bias,
        ),
    }


VECTOR: tuple[str, ...] = tuple(_rows(False))
"""What `vector` can prove, by name."""


def vector_row(name: str, bias: bool = False) -> VectorRow:
    """The row of this name.

    Raises
    ------
    ValueError : no such name.
    """
    if name not in VECTOR:
        raise ValueError(f"name: expected one of {', '.join(VECTOR)}; received {name!r}")
    return _rows(bias)[name]


@validation.checked(name=validation.one_of(lambda: VECTOR), bias=validation.flag)
def vector(name: str, activation=None, bias: bool = False) -> Claim:
    r"""The form with vectors and a batch, for symbolic widths n_{k-1}, n_k and m examples.

    `name` is one of

    - "dL_dw": ∂ℒ/∂w^k_{ij} = Σ_t a^{k-1}_{ti} δ^k_{tj}, that is (a^{k-1})ᵀ δ^k;
    - "dL_da": ∂ℒ/∂a^{k-1}_{ei} = Σ_q δ^k_{eq} w^k_{iq}, that is δ^k (w^k)ᵀ;
    - "dL_dz": ∂ℒ/∂z^k_{ej} = ∂ℒ/∂a^k_{ej} · σ′(z^k_{ej}), that is δ^k;
    - "dL_db": ∂ℒ/∂b^k_j = Σ_t δ^k_{tj};
    - "base_case": ∂ℒ/∂a^L_{ej} = 2(a^L_{ej} − y_{ej});
    - "last_layer": N10 with vectors, for ℒ = Σ_t Σ_q (y_{tq} − a^L_{tq})².

    Here δ^k_{tj} = ∂ℒ/∂a^k_{tj} · σ′(z^k_{tj}). With an unknown σ and an unknown ℒ this proves
    rows N11 and N15 for every layer, width, batch and activation at once.

    SymPy differentiates sums with a symbolic end, by its own rules. It is told two things:

    1. what it means that ℒ is differentiable (`linear_part`), since it has no unknown function of
       a symbolic number of variables. "base_case" and "last_layer" don't need this, nor does
       `matrices`;
    2. that i and j are indices of the matrix (`collapse`): 1 ≤ i ≤ n_{k-1}, 1 ≤ j ≤ n_k.

    Which sums remain, over the examples or over the neurons, and with which index in which place,
    is what it finds: that is where the transposes come from.

    Raises
    ------
    ValueError : no such name.
    """
    return vector_row(name, bias).claim(activation)


@validation.checked(
    m=validation.whole(1, 16), n_in=validation.whole(1, 16), n_out=validation.whole(1, 16)
)
def matrices(m: int = 2, n_in: int = 3, n_out: int = 2, activation=None) -> Proof:
    """The vector form for chosen widths, as matrices: the transposes are SymPy's own.

    ℒ is an unknown function of the m · n_out numbers a^k_{ej}, and SymPy is told nothing: the
    chain rule for many variables, too, is its own. Left: the matrix of ∂ℒ/∂w^k_{ij}, each
    differentiated alone. Right: the matrix product (a^{k-1})ᵀ δ^k; and so on for a^{k-1} and b^k.
    """
    sigma, slope = sigma_and_slope(activation)

    def entries(name, *shape):
        return sp.Matrix(*shape, lambda r, c: sp.Symbol(f"{name}_{{{r + 1},{c + 1}}}", real=True))

    a_in, w, b = (
        entries("a^{k-1}", m, n_in),
        entries("w^{k}", n_in, n_out),
        entries("b^{k}", 1, n_out),
    )
    z = a_in * w + sp.ones(m, 1) * b  # (m, n_out); the same b^k for every example
    loss = unknown(LOSS)(*z.applyfunc(sigma))
    dL_da = sp.Matrix(m, n_out, lambda e, j: loss.fdiff(e * n_out + j + 1))
    delta = dL_da.multiply_elementwise(z.applyfunc(slope))  # (m, n_out)

    z_k, a_k = entries("z^{k}", m, n_out), entries("a^{k}", m, n_out)
    short = [*zip(z, z_k, strict=True), *zip(z_k.applyfunc(sigma), a_k, strict=True)]
    A, W, one, DELTA = (
        sp.MatrixSymbol(name, *shape)
        for name, shape in (
            ("a^{k-1}", a_in.shape),
            ("w^{k}", w.shape),
            (r"\mathbf{1}", (m, 1)),
            (r"\delta^{k}", delta.shape),
        )
    )

    def claim(row, title, name, by, product, form):
        left = by.applyfunc(lambda entry: D(loss, entry).value)
        of, at = (LOSS, name), kinks(activation)
        return Claim(row, title, of, left, (product,), (form,), tuple(short), at)

    return Proof(
        f"matrices, {m} examples, {n_in} neurons into {n_out}",
        (
            claim("N11, matrices", "(a^{k-1})ᵀ δ^k", "w^{k}", w, a_in.T * delta, A.T * DELTA),
            claim("N15, matrices", "δ^k (w^k)ᵀ", "a^{k-1}", a_in, delta * w.T, DELTA * W.T),
            claim("bias, matrices", "1ᵀ δ^k", "b^{k}", b, sp.ones(1, m) * delta, one.T * DELTA),
        ),
    )
