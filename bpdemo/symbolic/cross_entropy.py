"""Softmax and cross-entropy: why ∂ℒ/∂z is p − y, for any number of outputs (B31 … B35)."""

from collections.abc import Callable

import sympy as sp

from bpdemo import validation
from bpdemo.symbolic.claims import Claim, Proof
from bpdemo.symbolic.identity import Identity
from bpdemo.symbolic.notation import LOSS, latex, minus, times
from bpdemo.symbolic.vectors import collapse, i, j, q, t

n = sp.Symbol("n", integer=True, positive=True)
Z, Y, P = (sp.IndexedBase(letter) for letter in "zyp")


def over(index, term):
    """Σ of a term over the n outputs."""
    return sp.Sum(term, (index, 1, n))


TOTAL = over(t, sp.exp(Z[t]))  # Σ_t e^{z_t}


def p(at):
    """softmax(z) at an output."""
    return sp.exp(Z[at]) / TOTAL


def _by_logit(row, title, of, value, written, form) -> Claim:
    """∂(of)/∂z_j for a symbolic number of outputs; `value` is what is differentiated."""
    lhs = collapse(sp.expand(value.diff(Z[j])))
    names = tuple((p(at), P[at]) for at in (i, j, q))
    title += ", any number n of outputs"
    return Claim(row, title, (of, latex(Z[j])), lhs, (written,), (form,), names)


def _shift() -> Identity:
    """softmax(z + c) = softmax(z): e^c is a factor above and of every term below."""
    c = sp.Symbol("c", real=True)
    shifted = sp.exp(Z[j] + c) / over(t, sp.exp(Z[t] + c))
    title = "a number c added to all logits changes no share, any number n of outputs"
    name = r"\operatorname{softmax}(z + c)_j"
    return Identity("B31", title, name, sp.factor_terms(sp.expand(shifted)), p(j))


def _slope() -> Claim:
    """∂p_i/∂z_j = p_i (δ_ij − p_j): every p depends on every z."""
    delta = sp.KroneckerDelta(i, j)
    form = times(P[i], minus(delta, P[j]))
    title = "the slope of softmax, output i by logit j"
    return _by_logit("B33", title, "p_{i}", p(i), p(i) * (delta - p(j)), form)


def _cross_entropy() -> Claim:
    """∂ℒ/∂z_j = p_j Σ_q y_q − y_j, which is p_j − y_j where the labels sum to 1."""
    loss = -over(q, Y[q] * (Z[q] - sp.log(TOTAL)))  # −Σ y ln p
    labels = over(q, Y[q])
    form = minus(times(P[j], labels), Y[j])
    title = "cross-entropy after softmax"
    return _by_logit("B34", title, LOSS, loss, p(j) * labels - Y[j], form)


def _squared() -> Claim:
    """∂ℒ/∂z_j = 2 p_j (p_j − y_j − Σ_q p_q (p_q − y_q)): the slope of softmax stays in it."""
    loss = over(q, (Y[q] - p(q)) ** 2)
    # The sum in two parts, in SymPy's own order, so that it can take the one from the other.
    squares = over(q, sp.exp(2 * Z[q])) / TOTAL**2
    rights = over(q, sp.exp(Z[q]) * Y[q]) / TOTAL
    written = 2 * p(j) * (p(j) - Y[j] - squares + rights)
    form = times(2, P[j], minus(minus(P[j], Y[j]), over(q, P[q] * (P[q] - Y[q]))))
    title = "squared difference after softmax: the slope stays"
    return _by_logit("B35", title, LOSS, loss, written, form)


def _one_output(title, loss, form) -> Claim:
    """One sigmoid output a = σ(z), the smallest softmax (of z and 0), in one of the two losses."""
    z, y, a = sp.symbols("z y a", real=True)
    s = 1 / (1 + sp.exp(-z))
    sides, forms = (form(s, y),), (form(a, y),)
    return Claim("B35", title, (LOSS, "z"), loss(s, y).diff(z), sides, forms, ((s, a),))


SOFTMAX: dict[str, Callable[[], Claim | Identity]] = {
    "shift": _shift,
    "slope": _slope,
    "cross_entropy": _cross_entropy,
    "squared": _squared,
    "cancels": lambda: _one_output(
        "cross-entropy with a = σ(z): σ′ cancels",
        lambda a, y: -y * sp.log(a) - (1 - y) * sp.log(1 - a),
        minus,
    ),
    "stays": lambda: _one_output(
        "squared difference with a = σ(z): σ′ = a(1 − a) stays",
        lambda a, y: (y - a) ** 2,
        lambda a, y: times(2, minus(a, y), a, minus(1, a)),
    ),
}
"""What `softmax` can prove, by name."""


@validation.checked(name=validation.one_of(lambda: SOFTMAX))
def softmax_claim(name: str) -> Claim | Identity:
    """A claim about softmax and cross-entropy; `name` is a key of `SOFTMAX`.

    - "shift" (B31): softmax(z + c) = softmax(z).
    - "slope" (B33): ∂p_i/∂z_j = p_i (δ_ij − p_j).
    - "cross_entropy" (B34): ∂ℒ/∂z_j = p_j Σ_q y_q − y_j, for any labels.
    - "squared" (B35): of the squared difference after softmax.
    - "cancels", "stays" (B35): with one output a = σ(z), σ′ cancels in the cross-entropy's ∂ℒ/∂z
      and stays in that of the squared difference.

    But for the last two, the number n of outputs is symbolic: SymPy differentiates sums with a
    symbolic upper end; it is told that j is one of 1 … n.

    Raises
    ------
    ValueError : no such name.
    """
    if name not in SOFTMAX:
        raise ValueError(f"name: expected one of {', '.join(SOFTMAX)}; received {name!r}")
    return SOFTMAX[name]()


@validation.checked(n=validation.whole(1, 64))
def softmax_of(n: int) -> Proof:
    """∂ℒ/∂z_j for each j = 1 … n, for n outputs written out one by one: SymPy is told nothing.

    The labels are 1 at the first output and 0 elsewhere, so each is p_j − y_j.
    """
    z = sp.symbols(f"z_1:{n + 1}", real=True)
    share = [sp.exp(z_j) / sp.Add(*map(sp.exp, z)) for z_j in z]
    names = sp.symbols(f"p_1:{n + 1}")
    y = [sp.S.One, *(n - 1) * [sp.S.Zero]]
    loss = -sum(y_j * sp.log(p_j) for y_j, p_j in zip(y, share, strict=True))
    return Proof(
        f"softmax with cross-entropy, {n} outputs",
        tuple(
            Claim(
                "B34",
                f"output {at + 1} of {n}, the right one is 1",
                (LOSS, f"z_{{{at + 1}}}"),
                loss.diff(z[at]),
                (share[at] - y[at],),
                (minus(names[at], y[at]) if y[at] else names[at],),
                tuple(zip(share, names, strict=True)),
            )
            for at in range(n)
        ),
    )
