"""Paths: the gradient of a weight is a sum, with one product for each path to the loss (B1)."""

from itertools import pairwise, product

import sympy as sp

from bpdemo import validation
from bpdemo.symbolic.claims import Claim
from bpdemo.symbolic.derivation import Derivation, Line
from bpdemo.symbolic.notation import LOSS, a_, latex, minus, times, unknown, w_, z_
from bpdemo.symbolic.rules import worked_out
from bpdemo.symbolic.slopes import sigma_and_slope


def _entry(symbol: sp.Symbol, *places: int) -> sp.Symbol:
    """a^k_i, z^k_i or w^k_{ij} as one symbol; neurons are counted from 1."""
    return sp.Symbol(f"{symbol.name}_{{{''.join(map(str, places))}}}", real=True)


@validation.checked(
    widths=validation.each(
        validation.whole(1, 16), "[n_0, …, n_L], whole numbers > 0, at least two", least=2
    ),
    k=validation.whole(1),
    i=validation.whole(1),
    j=validation.whole(1),
)
def paths(widths=(2, 2, 2), k: int = 1, i: int = 1, j: int = 1, activation=None) -> Claim:
    """∂ℒ/∂w^k_{ij} as a sum over the paths from this weight to the loss, for one example.

    A path goes from neuron j of layer k to one neuron of each later layer. Along a path the
    sensitivities multiply: a^{k-1}_i σ′(z^k_j), then w σ′(z) for each step on, and 2(a^L_q − y_q)
    at its end. Where paths join, the products are added.

    Left: the loss of the whole network written out as one expression, and differentiated; no path
    is known to SymPy. Right: the sum. σ is unknown, or the activation's formula.

    Parameters
    ----------
    widths : (n_0, …, n_L).
    k, i, j : the weight, from neuron i of layer k − 1 into neuron j of layer k, counted from 1.

    Raises
    ------
    ValueError : the network has no such weight.
    """
    L = len(widths) - 1
    if not (1 <= k <= L and 1 <= i <= widths[k - 1] and 1 <= j <= widths[k]):
        raise ValueError(
            f"k, i, j: expected a weight of a network of widths {widths}, received {k}, {i}, {j}"
        )
    sigma, slope = sigma_and_slope(activation)
    neurons = [range(1, width + 1) for width in widths]
    equations = []  # (symbol, value in the layer before), from the first layer to the last
    for n in range(1, L + 1):
        for q in neurons[n]:
            z = sum(_entry(a_(n - 1), p) * _entry(w_(n), p, q) for p in neurons[n - 1])
            equations.append((_entry(z_(n), q), z))
        equations += [(_entry(a_(n), q), sigma(_entry(z_(n), q))) for q in neurons[n]]

    def written_out(expr):
        """As one expression in x and w."""
        for symbol, value in reversed(equations):
            expr = expr.subs(symbol, value)
        return expr

    y = {q: sp.Symbol(f"y_{{{q}}}", real=True) for q in neurons[L]}
    loss = written_out(sum((y[q] - _entry(a_(L), q)) ** 2 for q in neurons[L]))
    weight = _entry(w_(k), i, j)

    def along(path):
        """The product along a path, a neuron for each of the layers k … L; the end comes first."""
        steps = list(zip(range(k + 1, L + 1), pairwise(path), strict=True))
        back = [
            f for n, (p, q) in steps[::-1] for f in (slope(_entry(z_(n), q)), _entry(w_(n), p, q))
        ]
        end = times(2, minus(_entry(a_(L), path[-1]), y[path[-1]]))
        return times(end, *back, slope(_entry(z_(k), j)), _entry(a_(k - 1), i))

    shares = [along((j, *rest)) for rest in product(*neurons[k + 1 :])]
    form = sp.Add(*shares, evaluate=False) if len(shares) > 1 else shares[0]
    return Claim(
        "B1",
        f"{len(shares)} path{'s' * (len(shares) > 1)} to the loss, added",
        (LOSS, weight.name),
        loss.diff(weight),
        (written_out(form),),
        (form,),
        tuple((value, symbol) for symbol, value in equations if value != symbol),
    )


@validation.checked(n=validation.whole(1, 64))
def sum_over_paths_proof(n: int = 2) -> Derivation:
    """Where paths join they add, from the definition of a slope: ∂ℒ/∂x = Σ_q ∂ℒ/∂a_q a_q′(x).

    x moves by h, and so each a_q by Δa_q = a_q(x + h) − a_q(x) = (a_q′(x) + r_q(h)) h. The loss
    moves as if one a_q moved after the other: step q changes it by (∂ℒ/∂a_q + R_q(h)) Δa_q. That
    a_q is differentiable means r_q(h) → 0, and that ℒ has continuous slopes means R_q(h) → 0.
    Nothing is differentiated: SymPy checks each line with the remainders r_q and R_q written out.

    Raises
    ------
    ValueError : n < 1.
    """
    if n < 1:
        raise ValueError(f"n: expected at least one path, received {n!r}")
    x, h = sp.symbols("x h", real=True)
    qs = range(1, n + 1)
    a, k = ([sp.Symbol(f"{v}_{{{q}}}", real=True) for q in qs] for v in ("a", r"\Delta a"))
    out, r, s = ([unknown(f"{v}_{{{q}}}") for q in qs] for v in "arR")
    loss = unknown(LOSS)
    there = sp.Add(x, h, evaluate=False)  # shown as x + h; SymPy's own order is h + x
    moved = [f(x + h) - f(x) for f in out]
    g, d = [loss(*a).fdiff(q) for q in qs], [f(x).fdiff() for f in out]

    def after(q):
        """ℒ when the first q of the a have moved."""
        return loss(*(sum(pair) for pair in zip(a[:q], k[:q], strict=True)), *a[q:])

    remainders = [(s[q](h), (after(q + 1) - after(q)) / k[q] - g[q]) for q in range(n)]
    remainders += [(r[q](h), moved[q] / h - d[q]) for q in range(n)]
    names = [*zip(k, moved, strict=True), *zip(a, (f(x) for f in out), strict=True)]

    def value(expr):
        return worked_out(expr).subs(remainders).subs(names)

    def limit(expr):
        return expr.subs(names).subs(h, 0).subs([(f(0), 0) for f in (*r, *s)])

    def add(*terms):
        return sp.Add(*terms, evaluate=False) if len(terms) > 1 else terms[0]

    of_loss = [add(g[q], s[q](h)) for q in range(n)]
    of_a = [add(d[q], r[q](h)) for q in range(n)]
    before, behind = loss(*(f(x) for f in out)), loss(*(f(there) for f in out))
    all_moved = [sp.Add(*pair, evaluate=False) for pair in zip(a, k, strict=True)]
    one_by_one = r"\text{one } a_q \text{ moves after the other}"
    made = [
        ("written out", times(minus(behind, before), 1 / h), ""),
        (
            "names put in",
            times(minus(loss(*all_moved), after(0)), 1 / h),
            f"{latex(k[0])} = {latex(minus(out[0](there), out[0](x)), order='none')}",
        ),
        ("ℒ is differentiable", times(add(*map(times, of_loss, k)), 1 / h), one_by_one),
        (
            "each a is differentiable",
            times(add(*map(times, of_loss, of_a, n * [h])), 1 / h),
            f"{latex(k[0])} = ({latex(of_a[0])})\\,h",
        ),
        ("h cancels", add(*map(times, of_loss, of_a)), ""),
    ]
    exprs = [expr for _, expr, _ in made]
    lines = [
        Line(expr, rule, last, value, note)
        for (rule, expr, note), last in zip(made, exprs[:1] + exprs, strict=False)
    ]
    formula = add(*map(times, g, d))
    to_zero = r"h \to 0: \text{ so } r_q(h) \to 0,\ R_q(h) \to 0"
    lines.append(Line(formula, "limit", exprs[-1], limit, to_zero, sign="→"))
    title, head = "where paths join, add", r"\text{slope of the secant}"
    return Derivation("B1", title, head, formula, tuple(lines))
