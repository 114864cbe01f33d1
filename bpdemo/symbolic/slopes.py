"""σ and its slope: as SymPy's rules give it, as a limit, at a kink, and written in a."""

from collections.abc import Callable

import sympy as sp

from bpdemo import activations, validation
from bpdemo.symbolic.claims import Claim
from bpdemo.symbolic.notation import D, a_, unknown, z_
from bpdemo.symbolic.reading import read

_z = sp.Symbol("z", real=True)


def _formula(activation):
    return read(activations.get(activation).formula, z=_z)


def sigma_and_slope(activation=None) -> tuple[Callable, Callable]:
    """σ and σ′ as functions of an expression; unknown where activation is None."""
    if activation is None:
        return unknown(r"\sigma"), unknown(r"\sigma", 1)
    formula = _formula(activation)
    slope = D(formula, _z).value
    return (lambda at: formula.subs(_z, at)), (lambda at: slope.subs(_z, at))


def slope_by_limit(sigma, z):
    """The limit of (σ(z + h) − σ(z)) / h for h → 0, on each branch of σ; no rule is used."""
    h = sp.Symbol("h", real=True)

    def limit(branch):
        return sp.limit((branch.subs(z, z + h) - branch) / h, h, 0)

    curve = sigma(z)
    if isinstance(curve, sp.Piecewise):
        return sp.Piecewise(*((limit(branch), condition) for branch, condition in curve.args))
    return limit(curve)


def kinks(activation) -> tuple[sp.Expr, ...]:
    """The z where σ has two slopes: the secants to the left and to the right don't agree."""
    formula = _formula(activation) if activation else sp.S.Zero
    h = sp.Symbol("h", positive=True)

    def slope(at, step):
        secant = (formula.subs(_z, at + step) - formula.subs(_z, at)) / step
        return sp.limit(sp.piecewise_fold(secant), h, 0, "+")

    edges = {
        root
        for condition in formula.atoms(sp.core.relational.Relational)
        for root in sp.solve(sp.Eq(condition.lhs, condition.rhs), _z)
    }
    return tuple(sorted(at for at in edges if slope(at, -h) != slope(at, h)))


@validation.checked(g=validation.optional(validation.string))
def slope_in_a(activation, g: str | None = None) -> Claim:
    """σ′(z) = g(a) with a = σ(z), for every z: two functions, one number.

    Left: σ′, by SymPy's rules. Right: g, with σ(z) put in for a. By default g is the
    entry's `in_a`; with another text for g the claim may fail, and its difference says by what.

    Raises
    ------
    ValueError : no such activation, or no g is known for it.
    """
    entry = activations.get(activation)
    name = entry.name
    if g is None and not (g := entry.in_a):
        raise ValueError(f"g: expected a formula in a, received none; none is known for {name}")
    sigma, slope = sigma_and_slope(activation)
    a, z = a_("k"), z_("k")
    form = read(g, a=a)
    if form.free_symbols - {a}:
        raise ValueError(f"g: expected a formula in a alone, received {g!r}")
    title = f"the slope of {name}, written in a"
    side = form.subs(a, sigma(z))
    return Claim("B13", title, (a.name, z.name), slope(z), (side,), (form,), ((sigma(z), a),))
