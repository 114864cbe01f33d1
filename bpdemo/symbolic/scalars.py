"""One neuron per layer: the rows N6 … N15, the induction, the bias, and whole networks."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise, takewhile

import sympy as sp

from bpdemo import losses, validation
from bpdemo.symbolic.claims import Claim, Proof
from bpdemo.symbolic.notation import LOSS, D, a_, b_, minus, partial, times, unknown, w_, z_
from bpdemo.symbolic.reading import read
from bpdemo.symbolic.slopes import kinks, sigma_and_slope, slope_by_limit

y = sp.Symbol("y", real=True)
downstream = unknown(LOSS)
"""ℒ as an unknown function of the one number that reaches it."""


def squared(a):
    """(y − a)², from the text of the table of losses (row N5)."""
    output = sp.Symbol("a", real=True)
    return read(losses.get("squared_difference").formula, a=output, y=y).subs(output, a)


def layers(ks, sigma, bias=False):
    """Eqs. (1) and (2) for the layers ks[1:], the last first: a^k = σ(z^k), z^k = a^{k-1} w^k."""
    equations = []
    for before, k in reversed(list(pairwise(ks))):
        equations.append((a_(k), sigma(z_(k))))
        equations.append((z_(k), a_(before) * w_(k) + (b_(k) if bias else 0)))
    return equations


def write_out(expr, equations):
    """Put the equations into expr, one after the other: the last layer first."""
    for symbol, value in equations:
        expr = expr.subs(symbol, value)
    return expr


def factors(ks, loss, sigma, bias=False) -> dict[sp.Symbol, D]:
    """What the factors of a chain stand for, each to be differentiated alone.

    ∂ℒ/∂a^k for every layer k, with ℒ written out down to a^k; and ∂a^k/∂z^k, ∂z^k/∂w^k,
    ∂z^k/∂a^{k-1} and ∂z^k/∂b^k.
    """
    meanings = {
        partial(symbol, by): D(value, by)
        for symbol, value in layers(ks, sigma, bias)
        for by in value.free_symbols
    }
    for n, k in enumerate(ks):
        composed = write_out(loss(a_(ks[-1])), layers(ks[n:], sigma, bias))
        meanings[partial(LOSS, a_(k))] = D(composed, a_(k))
    return meanings


def claim_of(row, title, of, lhs, forms, equations=(), meanings=(), *kinks) -> Claim:
    """A claim whose sides are the forms, with the meanings and then the equations put in."""
    sides = tuple(write_out(write_out(form, meanings), equations) for form in forms)
    short = tuple((value, symbol) for symbol, value in reversed(equations) if not value.is_Symbol)
    return Claim(row, title, of, lhs, sides, tuple(forms), short, *kinks)


def derivative(expr, equations, by):
    """The independent side: write everything out as one expression, then let SymPy differentiate.

    Written out down to `by`: an a^k that we differentiate by must stay a symbol.
    """
    return D(write_out(expr, equations), by).value


@dataclass(frozen=True)
class ScalarRow:
    """A row of the notes: ∂(of)/∂(by) is each of `forms`.

    Attributes
    ----------
    title : what is claimed, in words.
    of, by : ℒ, or the symbol that is differentiated; and by which symbol.
    forms : the formula, in each of the forms that it takes, as a tuple of factors.
    ks : the layers that are written out; ks[0] is the layer whose output comes in.
    loss : ℒ as a function of the last layer's output: what comes after layer ks[-1].
    bias : does z^k = a^{k-1} w^k + b^k have a bias?
    """

    title: str
    of: sp.Symbol | str
    by: sp.Symbol
    forms: tuple[tuple, ...]
    ks: tuple = ("L-1", "L")
    loss: Callable = squared
    bias: bool = False

    def composed(self, sigma) -> tuple[sp.Expr, list]:
        """What is differentiated, written out down to `by`; and the equations that were put in."""
        equations = layers(self.ks, sigma, self.bias)
        equations = list(takewhile(lambda equation: equation[0] != self.by, equations))
        of = self.loss(a_(self.ks[-1])) if self.of == LOSS else self.of
        return write_out(of, equations), equations

    @validation.checked(row=validation.one_of(lambda: ROWS))
    def claim(self, name, activation=None, meanings=None) -> Claim:
        """The claim: `composed`, differentiated by SymPy, against the forms written out."""
        sigma, _ = sigma_and_slope(activation)
        composed, equations = self.composed(sigma)
        if meanings is None:
            found = factors(self.ks, self.loss, sigma, self.bias)
            meanings = [(symbol, d.value) for symbol, d in found.items()]
        lhs = D(composed, self.by).value
        is_n8 = self.of == a_(self.ks[-1]) and self.by == z_(self.ks[-1])
        if activation and is_n8:
            lhs = slope_by_limit(sigma, self.by)
        unknown_sigma = unknown(r"\sigma")
        return claim_of(
            name,
            self.title,
            (self.of if isinstance(self.of, str) else self.of.name, self.by.name),
            lhs,
            [times(*form) if len(form) > 1 else form[0] for form in self.forms],
            equations,
            meanings,
            kinks(activation) if self.composed(unknown_sigma)[0].atoms(unknown_sigma) else (),
            is_n8,
        )


def _rows(slope) -> dict[str, ScalarRow]:
    """The rows N6 … N15, with σ′ in their formulas."""
    a, z, w, a1, a2 = a_("L"), z_("L"), w_("L"), a_("L-1"), a_("L-2")
    ak, zk, wk = a_("k"), z_("k"), w_("k")
    dL_da = partial(LOSS, a)
    to_w = (dL_da, partial(a, z), partial(z, w))
    to_a1 = (dL_da, partial(a, z), partial(z, a1))
    to_wk = (partial(LOSS, ak), partial(ak, zk), partial(zk, wk))
    n10 = (2, minus(a, y), slope(z), a1)
    n11 = (partial(LOSS, ak), slope(zk), a_("k-1"))
    n14 = (partial(LOSS, a1), slope(z_("L-1")), w_("L-1"))
    return {
        "N6": ScalarRow("the chain rule: three factors", LOSS, w, (to_w,)),
        "N7": ScalarRow(
            "term 1, the slope of the loss", LOSS, a, ((-2, minus(y, a)), (2, minus(a, y)))
        ),
        "N8": ScalarRow("term 2, the slope of the activation", a, z, ((slope(z),),)),
        "N9": ScalarRow("term 3, what comes in", z, w, ((a1,),)),
        "N10": ScalarRow("the three terms together", LOSS, w, (n10,)),
        "N11": ScalarRow(
            "any layer: only ∂ℒ/∂a^k is missing", LOSS, wk, (to_wk, n11), ("k-1", "k"), downstream
        ),
        "N12": ScalarRow("the base case", LOSS, a, ((2, minus(a, y)),)),
        "N13": ScalarRow("one step back", LOSS, a1, (to_a1, (dL_da, slope(z), w))),
        "N14": ScalarRow("two steps back", LOSS, a2, (n14,), ("L-2", "L-1", "L")),
        "N15": step_back(slope, z_("k+1")),
    }


def step_back(slope, at) -> ScalarRow:
    """Row N15 with σ′ taken at z^{k+1} or, as in the slip of the notes, at a^{k+1}."""
    form = (partial(LOSS, a_("k+1")), slope(at), w_("k+1"))
    return ScalarRow("the inductive step", LOSS, a_("k"), (form,), ("k", "k+1"), downstream)


ROWS: tuple[str, ...] = tuple(_rows(unknown(r"\sigma", 1)))
"""The rows of the notes that `claim` proves."""


def row_of(name: str, activation=None) -> ScalarRow:
    """The row "N6" … "N15", with the activation's σ′ in its formula.

    Raises
    ------
    ValueError : there is no such row here, or no such activation.
    """
    if name not in ROWS:
        raise ValueError(f"row: expected one of {', '.join(ROWS)}; received {name!r}")
    return _rows(sigma_and_slope(activation)[1])[name]


def claim(row: str, activation=None) -> Claim:
    r"""The claim of a row, "N6" … "N15"; σ is unknown, or the activation's formula.

    On the left SymPy differentiates the composed expression, such as (y − σ(a^{L-1} w^L))². In
    N11 and N15 all that comes after the layer is one unknown ℒ(a^k), so they hold for every k.
    With an unknown σ, N8 is what σ′ means; with a chosen one its left side is the limit of the
    secant's slope, and where σ has a kink there is none: N8 with relu holds only
    `away_from_kinks`. The other rows claim nothing there.

    Raises
    ------
    ValueError : there is no such row here, or no such activation.
    """
    return row_of(row, activation).claim(row, activation)


def induction(activation=None) -> Proof:
    """The proof for every layer: the base case N12, the inductive step N15, and N11.

    N12 gives ∂ℒ/∂a^L. N15 carries it from k + 1 to k, for every k < L, since ℒ is unknown in it.
    So ∂ℒ/∂a^k is known for every k, and N11 turns each into ∂ℒ/∂w^k: row N16.
    """
    three = tuple(claim(name, activation) for name in ("N12", "N15", "N11"))
    return Proof("the induction, for every layer k", three)


def bias(activation=None) -> Proof:
    """With a bias, z^k = a^{k-1} w^k + b^k: ∂z^k/∂b^k = 1 and ∂ℒ/∂b^k = ∂ℒ/∂a^k · σ′(z^k).

    And the two gradients that were there before are what they were.
    """
    z, w, b, before = z_("k"), w_("k"), b_("k"), a_("k-1")
    delta = partial(LOSS, a_("k")), sigma_and_slope(activation)[1](z)
    found = (
        ScalarRow(title, of, by, (form,), ("k-1", "k"), downstream, bias=True)
        for title, of, by, form in (
            ("the bias moves z one for one", z, b, (sp.S.One,)),
            ("the gradient of the bias", LOSS, b, delta),
            ("that of the weight stays", LOSS, w, (*delta, before)),
            ("that of what comes in stays", LOSS, before, (*delta, w)),
        )
    )
    return Proof("a layer with a bias", tuple(row.claim("bias", activation) for row in found))


@validation.checked(L=validation.whole(1, 32))
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
    _, slope = sigma_and_slope(activation)
    step: dict[int, tuple[sp.Expr, ...]] = {L: (2, minus(a_(L), y))}  # N12
    for k in range(L - 1, -1, -1):
        step[k] = (partial(LOSS, a_(k + 1)), slope(z_(k + 1)), w_(k + 1))  # N15
    recursion = [(partial(LOSS, a_(k)), times(*step[k])) for k in range(L + 1)]
    title = "differentiated directly"
    found = [
        ScalarRow(title, LOSS, a_(k), (step[k],), (*range(k, L + 1),)) for k in range(L, -1, -1)
    ]
    for k in range(L, 0, -1):
        form = (partial(LOSS, a_(k)), slope(z_(k)), a_(k - 1))  # N11
        found.append(ScalarRow(title, LOSS, w_(k), (form,), (*range(L + 1),)))
    return Proof(
        f"a network of {L} layers, differentiated directly",
        tuple(row.claim(f"L = {L}", activation, recursion) for row in found),
    )
