"""A layer with a batch: examples add (B6, B57), and equal neurons stay equal (B37)."""

import sympy as sp

from bpdemo import validation
from bpdemo.symbolic.claims import Claim, Proof
from bpdemo.symbolic.notation import DOWNSTREAM, LOSS, latex, partial, times, unknown
from bpdemo.symbolic.slopes import sigma_and_slope
from bpdemo.symbolic.vectors import A, collapse, i, j, m, n_in, p, q, replace, t


@validation.checked(examples=validation.optional(validation.whole(1, 64)))
def sum_of_gradients(examples: int | None = None, activation=None) -> Claim:
    """B6, B57: ∂ℒ/∂w = Σ_t ∂ℓ_t/∂w, where ℒ = Σ_t ℓ_t, and ℓ_t depends on example t alone.

    Left: the loss of all examples, which share w, differentiated as one expression. Right: N11 for
    each example alone, added up. All layers after a_t = σ(x_t w) are in the unknown ℓ(a_t, t).
    For a symbolic m SymPy differentiates the sum term by term; with a number of `examples` it is
    written out. Where examples meet, as in batch normalisation, ℓ_t is no function of a_t alone.
    """
    sigma, slope = sigma_and_slope(activation)
    ell, ell_slope = unknown("ℓ"), unknown("ℓ", 1)
    x, z, a, w = (*map(sp.IndexedBase, "xza"), sp.Symbol("w", real=True))

    def over_examples(term):
        if examples is None:
            return sp.Sum(term, (t, 1, m))
        return sp.Add(*(term.subs(t, one) for one in range(1, examples + 1)))

    def of_one(a_t, z_t):
        return times(ell_slope(a_t, t), slope(z_t), x[t])

    every = [t] if examples is None else range(1, examples + 1)
    return Claim(
        "B6",
        "the gradient of a sum over examples is the sum of their gradients",
        (LOSS, w.name),
        over_examples(ell(sigma(x[t] * w), t)).diff(w),
        (over_examples(of_one(sigma(x[t] * w), x[t] * w)),),
        (over_examples(of_one(a[t], z[t])),),
        tuple(pair for at in every for pair in ((x[at] * w, z[at]), (sigma(z[at]), a[at]))),
    )


@validation.checked(out=validation.flag)
def twins(out: bool = True, activation=None) -> Proof:
    """B37: two neurons with equal weights, in and out, get equal gradients, in and out.

    For any number of inputs i, outputs j and examples; the layer's other neurons are in R, and
    the layers after them in an unknown ℒ. Each side is ℒ, differentiated by a weight of neuron 1
    or of neuron 2; only then the equal weights are put in. Equal in and not out (`out` False) is
    not enough.
    """
    sigma, _ = sigma_and_slope(activation)
    u, v = sp.IndexedBase("w^{k}"), sp.IndexedBase("w^{k+1}")  # in and out
    g, rest = sp.IndexedBase(DOWNSTREAM + "z^{k+1}"), sp.IndexedBase("R")

    def z(neuron):
        return sp.Sum(A[t, p] * u[p, neuron], (p, 1, n_in))

    z_next = sigma(z(1)) * v[1, q] + sigma(z(2)) * v[2, q] + rest[t, q]
    loss = sp.Sum(g[t, q] * z_next, (t, 1, m), (q, 1, sp.Symbol("n_{k+1}", integer=True)))

    def slope(by):
        found = collapse(sp.expand(loss.diff(by)))
        found = replace(found, u, lambda p, neuron: u[p, 1])
        return replace(found, v, lambda neuron, q: v[1, q]) if out else found

    return Proof(
        "neurons 1 and 2 alike",
        tuple(
            Claim(
                "B37",
                f"equal gradients, weights {way}",
                (LOSS, latex(one)),
                slope(one),
                (slope(other),),
                (partial(LOSS, latex(other)),),
                ((z(1), sp.IndexedBase("z^{k}")[t, 1]),),
            )
            for way, one, other in (("in", u[i, 1], u[i, 2]), ("out", v[1, j], v[2, j]))
        ),
    )
