"""One neuron a layer: the rows N6 … N15, the induction, the bias, and whole networks directly."""

from collections.abc import Callable
from itertools import pairwise

import sympy as sp

from bpdemo import activations, losses
from bpdemo.symbolic.claims import LOSS, Claim, Proof

# The symbols of the notes. A superscript is an index, so it is a part of the name.


def a_(k) -> sp.Symbol:
    """a^k as one symbol: k may be a number or text such as "L-1"."""
    return sp.Symbol(f"a^{{{k}}}", real=True)


def z_(k) -> sp.Symbol:
    """z^k as one symbol."""
    return sp.Symbol(f"z^{{{k}}}", real=True)


def w_(k) -> sp.Symbol:
    """w^k as one symbol."""
    return sp.Symbol(f"w^{{{k}}}", real=True)


def b_(k) -> sp.Symbol:
    """b^k as one symbol."""
    return sp.Symbol(f"b^{{{k}}}", real=True)


_y = sp.Symbol("y", real=True)
_h = sp.Symbol("h", real=True)


def _d(of, by):
    """A factor such as ∂ℒ/∂a^k as one symbol, to stand in a formula."""
    of, by = (v if isinstance(v, str) else v.name for v in (of, by))
    return sp.Symbol(rf"\frac{{\partial {of}}}{{\partial {by}}}", real=True)


def times(*factors):
    """A product that stays in the order in which it is written."""
    return sp.Mul(*factors, evaluate=False)


def minus(left, right):
    """A difference that stays in the order in which it is written."""
    return sp.Add(left, -right, evaluate=False)


def sigma_and_slope(activation) -> tuple[Callable, Callable]:
    """σ and σ′ as functions of an expression; undefined where activation is None."""
    if activation is None:
        sigma = sp.Function("sigma")
        u = sp.Symbol("u", real=True)
        slope = sp.Derivative(sigma(u), u)
        return sigma, lambda z: slope.subs(u, z)
    z = sp.Symbol("z", real=True)
    formula = sp.sympify(activations.get(activation).formula, locals={"z": z})
    slope = formula.diff(z)
    return (lambda at: formula.subs(z, at)), (lambda at: slope.subs(z, at))


_downstream = sp.Function(LOSS)  # ℒ as an undefined function of the one number that reaches it


def _loss(a):
    """(y − a)², from the text of the table of losses (row N5)."""
    names = {"a": sp.Symbol("a", real=True), "y": _y}
    formula = sp.sympify(losses.get("squared_difference").formula, locals=names)
    return formula.subs(names["a"], a)


def _layers(ks, sigma, bias=False):
    """Eqs. (1) and (2) for the layers ks[1:], the last first: a^k = σ(z^k), z^k = a^{k-1} w^k."""
    equations = []
    for before, k in reversed(list(pairwise(ks))):
        equations.append((a_(k), sigma(z_(k))))
        equations.append((z_(k), a_(before) * w_(k) + (b_(k) if bias else 0)))
    return equations


def _compose(expr, equations):
    """Put the equations into expr, one after the other: the last layer first."""
    for symbol, value in equations:
        expr = expr.subs(symbol, value)
    return expr


def _claim(row, title, of, lhs, forms, equations=(), factors=()):
    """A claim whose sides are the forms with their factors and then the equations put in."""
    sides = tuple(_compose(_compose(form, factors), equations) for form in forms)
    short = tuple((value, symbol) for symbol, value in reversed(equations) if value != symbol)
    return Claim(row, title, of, lhs, sides, tuple(forms), short)


def _derivative(expr, equations, by):
    """The independent side: write everything out as one expression, then let SymPy differentiate.

    Written out down to `by`: an a^k that we differentiate by must stay a symbol.
    """
    return _compose(expr, equations).diff(by)


# The three terms


def chain_rule(activation=None) -> Claim:
    """Row N6: ∂ℒ/∂w^L = ∂ℒ/∂a^L · ∂a^L/∂z^L · ∂z^L/∂w^L.

    Left: the composed loss (y − σ(a^{L-1} w^L))², differentiated. Right: each factor
    differentiated alone, and multiplied.
    """
    sigma, _ = sigma_and_slope(activation)
    a, z, w, before = a_("L"), z_("L"), w_("L"), a_("L-1")
    equations = _layers(["L-1", "L"], sigma)
    factors = [
        (_d(LOSS, a), _loss(a).diff(a)),
        (_d(a, z), sigma(z).diff(z)),
        (_d(z, w), (before * w).diff(w)),
    ]
    return _claim(
        "N6",
        "the chain rule: three factors",
        (LOSS, w.name),
        _derivative(_loss(a), equations, w),
        [times(_d(LOSS, a), _d(a, z), _d(z, w))],
        equations,
        factors,
    )


def dL_da(activation=None) -> Claim:
    """Row N7, term 1: ∂ℒ/∂a^L = −2(y − a^L) = 2(a^L − y); σ has no part in it."""
    a = a_("L")
    return _claim(
        "N7",
        "term 1, the slope of the loss",
        (LOSS, a.name),
        _loss(a).diff(a),
        [times(-2, minus(_y, a)), times(2, minus(a, _y))],
    )


def da_dz(activation=None) -> Claim:
    """Row N8, term 2: ∂a^L/∂z^L = σ′(z^L).

    For an undefined σ this is no more than what σ′ means. For a chosen activation the left side
    is the limit of the secant's slope, (σ(z + h) − σ(z)) / h for h → 0, on each branch where σ is
    given by cases, and the right side SymPy's rules of differentiation.
    """
    sigma, slope = sigma_and_slope(activation)
    z = z_("L")
    lhs = sigma(z).diff(z) if activation is None else _limit_of_secant(sigma(z), z)
    return _claim(
        "N8",
        "term 2, the slope of the activation",
        (a_("L").name, z.name),
        lhs,
        [slope(z)],
    )


def _limit_of_secant(expr, z):
    if isinstance(expr, sp.Piecewise):
        return sp.Piecewise(*((_limit_of_secant(e, z), c) for e, c in expr.args))
    return sp.limit((expr.subs(z, z + _h) - expr) / _h, _h, 0)


def dz_dw(activation=None) -> Claim:
    """Row N9, term 3: ∂z^L/∂w^L = a^{L-1}; σ has no part in it."""
    z, w, before = z_("L"), w_("L"), a_("L-1")
    return _claim("N9", "term 3, what comes in", (z.name, w.name), (before * w).diff(w), [before])


def three_terms_together(activation=None) -> Claim:
    """Row N10: ∂ℒ/∂w^L = 2(a^L − y) σ′(z^L) a^{L-1}."""
    sigma, slope = sigma_and_slope(activation)
    a, z, w, before = a_("L"), z_("L"), w_("L"), a_("L-1")
    equations = _layers(["L-1", "L"], sigma)
    return _claim(
        "N10",
        "the three terms together",
        (LOSS, w.name),
        _derivative(_loss(a), equations, w),
        [times(2, minus(a, _y), slope(z), before)],
        equations,
    )


# Any layer


def any_layer(activation=None) -> Claim:
    """Row N11, eq. (4): ∂ℒ/∂w^k = ∂ℒ/∂a^k · ∂a^k/∂z^k · ∂z^k/∂w^k = ∂ℒ/∂a^k · σ′(z^k) · a^{k-1}.

    All that comes after layer k is one undefined function ℒ(a^k), so this holds for every k.
    """
    sigma, slope = sigma_and_slope(activation)
    a, z, w, before = a_("k"), z_("k"), w_("k"), a_("k-1")
    equations = _layers(["k-1", "k"], sigma)
    factors = [
        (_d(LOSS, a), _downstream(a).diff(a)),
        (_d(a, z), sigma(z).diff(z)),
        (_d(z, w), (before * w).diff(w)),
    ]
    return _claim(
        "N11",
        "any layer: only ∂ℒ/∂a^k is missing",
        (LOSS, w.name),
        _derivative(_downstream(a), equations, w),
        [times(_d(LOSS, a), _d(a, z), _d(z, w)), times(_d(LOSS, a), slope(z), before)],
        equations,
        factors,
    )


def base_case(activation=None) -> Claim:
    """Row N12, where the induction starts: ∂ℒ/∂a^L = 2(a^L − y), known from the forward pass."""
    a = a_("L")
    return _claim(
        "N12",
        "the base case",
        (LOSS, a.name),
        _loss(a).diff(a),
        [times(2, minus(a, _y))],
    )


def one_step_back(activation=None) -> Claim:
    """Row N13: ∂ℒ/∂a^{L-1} = ∂ℒ/∂a^L · ∂a^L/∂z^L · ∂z^L/∂a^{L-1} = ∂ℒ/∂a^L · σ′(z^L) · w^L."""
    sigma, slope = sigma_and_slope(activation)
    a, z, w, before = a_("L"), z_("L"), w_("L"), a_("L-1")
    equations = _layers(["L-1", "L"], sigma)
    factors = [
        (_d(LOSS, a), _loss(a).diff(a)),
        (_d(a, z), sigma(z).diff(z)),
        (_d(z, before), (before * w).diff(before)),
    ]
    return _claim(
        "N13",
        "one step back",
        (LOSS, before.name),
        _derivative(_loss(a), equations, before),
        [times(_d(LOSS, a), _d(a, z), _d(z, before)), times(_d(LOSS, a), slope(z), w)],
        equations,
        factors,
    )


def two_steps_back(activation=None) -> Claim:
    """Row N14: ∂ℒ/∂a^{L-2} = ∂ℒ/∂a^{L-1} · σ′(z^{L-1}) · w^{L-1}.

    Left: (y − σ(σ(a^{L-2} w^{L-1}) w^L))², differentiated by a^{L-2}. Right: with the ∂ℒ/∂a^{L-1}
    of row N13.
    """
    sigma, slope = sigma_and_slope(activation)
    equations = _layers(["L-2", "L-1", "L"], sigma)
    factors = [
        (_d(LOSS, a_("L-1")), _d(LOSS, a_("L")) * slope(z_("L")) * w_("L")),  # N13
        (_d(LOSS, a_("L")), 2 * (a_("L") - _y)),  # N12
    ]
    return _claim(
        "N14",
        "two steps back",
        (LOSS, a_("L-2").name),
        _derivative(_loss(a_("L")), equations, a_("L-2")),
        [times(_d(LOSS, a_("L-1")), slope(z_("L-1")), w_("L-1"))],
        equations,
        factors,
    )


def inductive_step(activation=None) -> Claim:
    """Row N15: ∂ℒ/∂a^k = ∂ℒ/∂a^{k+1} · σ′(z^{k+1}) · w^{k+1} for k < L.

    All that comes after layer k + 1 is one undefined function ℒ(a^{k+1}): whatever it is, however
    many layers it has, the step is the same. So the step holds for every k.
    """
    return step_back(activation, "N15", "the inductive step", at="z")


def step_back(activation, row: str, title: str, at: str) -> Claim:
    """Row N15 with σ′ taken at z^{k+1} (at="z") or, as in the slip, at a^{k+1} (at="a")."""
    sigma, slope = sigma_and_slope(activation)
    a, z, w, before = a_("k+1"), z_("k+1"), w_("k+1"), a_("k")
    equations = _layers(["k", "k+1"], sigma)
    return _claim(
        row,
        title,
        (LOSS, before.name),
        _derivative(_downstream(a), equations, before),
        [times(_d(LOSS, a), slope({"z": z, "a": a}[at]), w)],
        equations,
        [(_d(LOSS, a), _downstream(a).diff(a))],
    )


def activated_output(activation=None) -> Proof:
    """Rows N2 and N3 written out: ∂a^L/∂w^L = σ′(z^L) a^{L-1}, ∂a^L/∂a^{L-1} = σ′(z^L) w^L.

    The bridge between the forward pass and row N6: no loss in it yet.
    """
    sigma, slope = sigma_and_slope(activation)
    a, z, w, before = a_("L"), z_("L"), w_("L"), a_("L-1")
    equations = _layers(["L-1", "L"], sigma)
    by_w = _claim(
        "N3",
        "the activated output, by its weight",
        (a.name, w.name),
        _derivative(a, equations, w),
        [times(slope(z), before)],
        equations,
    )
    by_a = _claim(
        "N3",
        "the activated output, by what comes in",
        (a.name, before.name),
        _derivative(a, equations, before),
        [times(slope(z), w)],
        equations,
    )
    return Proof("the activated output a^L = σ(a^{L-1} w^L)", (by_w, by_a))


ROWS: dict[str, Callable[..., Claim]] = {
    "N6": chain_rule,
    "N7": dL_da,
    "N8": da_dz,
    "N9": dz_dw,
    "N10": three_terms_together,
    "N11": any_layer,
    "N12": base_case,
    "N13": one_step_back,
    "N14": two_steps_back,
    "N15": inductive_step,
}
"""The function that proves each row of the notes."""


def claim(row: str, activation=None) -> Claim:
    """The claim of a row, "N6" … "N15"; σ is undefined, or the activation's formula.

    Raises
    ------
    ValueError : there is no such row here, or no such activation.
    """
    if row not in ROWS:
        raise ValueError(f"row: expected one of {', '.join(ROWS)}; received {row!r}")
    return ROWS[row](activation)


def rows(activation=None) -> Proof:
    """All rows N6 … N15."""
    return Proof("rows N6 … N15", tuple(prove(activation) for prove in ROWS.values()))


def induction(activation=None) -> Proof:
    """The proof for every layer: the base case N12, the inductive step N15, and N11.

    N12 gives ∂ℒ/∂a^L. N15 carries it from k + 1 to k, for every k < L, since ℒ is undefined in it.
    So ∂ℒ/∂a^k is known for every k, and N11 turns each into ∂ℒ/∂w^k: row N16.
    """
    return Proof(
        "the induction, for every layer k",
        (base_case(activation), inductive_step(activation), any_layer(activation)),
    )


def bias(activation=None) -> Proof:
    """With a bias, z^k = a^{k-1} w^k + b^k: ∂z^k/∂b^k = 1 and ∂ℒ/∂b^k = ∂ℒ/∂a^k · σ′(z^k).

    And the two gradients that were there before are what they were.
    """
    sigma, slope = sigma_and_slope(activation)
    a, z, w, b, before = a_("k"), z_("k"), w_("k"), b_("k"), a_("k-1")
    equations = _layers(["k-1", "k"], sigma, bias=True)
    factors = [(_d(LOSS, a), _downstream(a).diff(a))]
    dz_db = _claim(
        "bias",
        "the bias moves z one for one",
        (z.name, b.name),
        (before * w + b).diff(b),
        [sp.S.One],
    )
    dL_db, dL_dw, dL_da = (
        _claim(
            "bias",
            title,
            (LOSS, by.name),
            _derivative(_downstream(a), equations, by),
            [times(_d(LOSS, a), slope(z), *factor)],
            equations,
            factors,
        )
        for title, by, factor in (
            ("the gradient of the bias", b, ()),
            ("that of the weight stays", w, (before,)),
            ("that of what comes in stays", before, (w,)),
        )
    )
    return Proof("a layer with a bias", (dz_db, dL_db, dL_dw, dL_da))


def depth(L: int, activation=None) -> Proof:
    """A network of L layers: every ∂ℒ/∂a^k (k = L … 0) and every ∂ℒ/∂w^k (k = L … 1).

    Left: the fully composed loss, differentiated in one go. Right: the recursion, N12 and then
    N15 step by step, and N11. No induction is used, so this checks the induction's result.

    Raises
    ------
    ValueError : L < 1.
    """
    if L < 1:
        raise ValueError(f"L: expected at least one layer, received {L!r}")
    sigma, slope = sigma_and_slope(activation)
    ks = list(range(L + 1))
    step = {L: times(2, minus(a_(L), _y))}  # N12
    for k in range(L - 1, -1, -1):
        step[k] = times(_d(LOSS, a_(k + 1)), slope(z_(k + 1)), w_(k + 1))  # N15
    factors = [(_d(LOSS, a_(k)), step[k]) for k in ks]  # the recursion, down to 2 (a^L − y)

    claims = []
    for k in reversed(ks):
        equations = _layers(ks[k:], sigma)  # written out down to a^k
        lhs = _derivative(_loss(a_(L)), equations, a_(k))
        by = (LOSS, a_(k).name)
        claims.append(
            _claim(
                f"L = {L}", "differentiated directly", by, lhs, [step[k]], equations, factors[k:]
            )
        )
    for k in range(L, 0, -1):
        equations = _layers(ks, sigma)  # written out down to a^0 = x
        lhs = _derivative(_loss(a_(L)), equations, w_(k))
        form = times(_d(LOSS, a_(k)), slope(z_(k)), a_(k - 1))  # N11
        by = (LOSS, w_(k).name)
        claims.append(
            _claim(f"L = {L}", "differentiated directly", by, lhs, [form], equations, factors)
        )
    return Proof(f"a network of {L} layers, differentiated directly", tuple(claims))
