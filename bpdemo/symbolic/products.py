"""Depth: the gradient as a product, how small it must be, and what keeps it up (B40 … B48)."""

import re
from itertools import product

import sympy as sp

from bpdemo import validation
from bpdemo.symbolic.claims import Claim, Proof
from bpdemo.symbolic.identity import Identity
from bpdemo.symbolic.notation import LOSS, a_, partial, times, unknown, w_, z_
from bpdemo.symbolic.scalars import claim_of, derivative, downstream, layers
from bpdemo.symbolic.slopes import sigma_and_slope


@validation.checked(n=validation.whole(1, 64))
def steps_back(n: int, activation=None) -> Claim:
    """B40: ∂ℒ/∂a^k = ∂ℒ/∂a^{k+n} times n factors σ′(z^j) w^j, one for each layer between.

    Left: ℒ as an unknown function of a^{k+n}, with n layers written out down to a^k, and
    differentiated. That n + 1 follows from n is row N15.

    Raises
    ------
    ValueError : n < 1.
    """
    if n < 1:
        raise ValueError(f"n: expected at least one step, received {n!r}")
    sigma, slope = sigma_and_slope(activation)
    names = ["k", *(f"k+{j}" for j in range(1, n + 1))]
    last, equations = a_(names[-1]), layers(names, sigma)
    factors = [f for name in reversed(names[1:]) for f in (slope(z_(name)), w_(name))]
    return claim_of(
        "B40",
        f"{n} step{'s' * (n > 1)} back: {n} factor{'s' * (n > 1)}",
        (LOSS, a_("k").name),
        derivative(downstream(last), equations, a_("k")),
        [times(partial(LOSS, last), *factors)],
        equations,
        [(partial(LOSS, last), unknown(LOSS, 1)(last))],
    )


def residual(activation=None) -> Claim:
    """B47: with a skip connection, a^{k+1} = a^k + σ(z^{k+1}), the step's factor is 1 + σ′ w."""
    sigma, slope = sigma_and_slope(activation)
    a, z, w, before = a_("k+1"), z_("k+1"), w_("k+1"), a_("k")
    equations = [(a, before + sigma(z)), (z, before * w)]
    return claim_of(
        "B47",
        "a skip connection adds 1 to the factor",
        (LOSS, before.name),
        derivative(downstream(a), equations, before),
        [times(partial(LOSS, a), 1 + slope(z) * w)],
        equations,
        [(partial(LOSS, a), unknown(LOSS, 1)(a))],
    )


@validation.checked(activation=validation.one_of(("sigmoid", "tanh")))
def slope_bound(activation="sigmoid") -> Identity:
    """B41: what the slope lacks to its bound is a square, so it is never negative.

    For the sigmoid ¼ − σ′(z) = (σ(z) − ½)²; for tanh 1 − tanh′(z) = tanh²(z).

    Raises
    ------
    ValueError : for any other activation.
    """
    bounds = {"sigmoid": (sp.Rational(1, 4), sp.Rational(1, 2)), "tanh": (sp.S.One, sp.S.Zero)}
    if activation not in bounds:
        raise ValueError(f"activation: expected one of {', '.join(bounds)}; got {activation!r}")
    most, middle = bounds[activation]
    sigma, slope = sigma_and_slope(activation)
    z = sp.Symbol("z", real=True)
    return Identity(
        "B41",
        f"the gap between the slope of {activation} and {most} is a square",
        rf"{sp.latex(most)} - \sigma'(z)",
        most - slope(z),
        (sigma(z) - middle) ** 2,
    )


def shrinks() -> Identity:
    """B42: what the factor of a step, σ′(z) |w|, lacks to |w|/4 is |w| times a square.

    So no factor is above its bound, and neither is a product of n of them.
    """
    sigma, slope = sigma_and_slope("sigmoid")
    z, w = sp.Symbol("z", real=True), sp.Symbol("|w|", nonnegative=True)
    quarter, half = sp.Rational(1, 4), sp.Rational(1, 2)
    return Identity(
        "B42",
        "the gap between a factor and its bound is never negative",
        r"\tfrac{1}{4} |w| - \sigma'(z)\, |w|",
        quarter * w - slope(z) * w,
        w * (sigma(z) - half) ** 2,
    )


def mean(expr: sp.Expr, moments: dict[sp.Symbol, tuple]) -> sp.Expr:
    """E[expr], for a polynomial in independent random numbers; moments[w] = (1, E[w], E[w²], …).

    Two rules are used. The mean is linear, so each term counts alone, with its coefficient as a
    factor. And of *independent* numbers, the mean of a product is the product of the means.
    """
    terms = sp.Poly(expr, *moments).terms()
    known = list(moments.values())
    return sp.Add(*(c * sp.prod(known[i][p] for i, p in enumerate(powers)) for powers, c in terms))


v = sp.Symbol("v", nonnegative=True)
WEIGHT = (sp.S.One, sp.S.Zero, v)
"""1, mean and mean square of a random weight: E[w] = 0, E[w²] = v."""


def _letter(name: str, value) -> str:
    if not re.fullmatch(r"\\?[A-Za-zΑ-ω]+", validation.string(name, value)):
        raise ValueError(f"{name}: expected a letter, received {value!r}")
    return value


@validation.checked(n=validation.whole(1, 64), letter=_letter)
def variance(n: int, letter: str = "a") -> Identity:
    r"""B43: E[(Σ a_i w_i)²] = v Σ a_i², for n independent weights with mean 0 and variance v.

    Left: the square multiplied out, and the mean taken term by term. Nothing is asked of the a_i
    but that they don't depend on the weights. Backwards the same sum runs over δ: there that is
    an assumption (see `feedback`).

    Raises
    ------
    ValueError : n < 1.
    """
    if n < 1:
        raise ValueError(f"n: expected at least one weight, received {n!r}")
    a = [sp.Symbol(rf"{letter}_{{{i}}}", real=True) for i in range(1, n + 1)]
    w = sp.symbols(f"w_1:{n + 1}", real=True)
    z = sum(a_i * w_i for a_i, w_i in zip(a, w, strict=True))
    return Identity(
        "B43",
        f"the mean square of a sum over {n} random weights",
        rf"\mathrm{{E}}\left[\left(\sum_{{i=1}}^{{{n}}} {letter}_i w_i\right)^2\right]",
        mean(z**2, dict.fromkeys(w, WEIGHT)),
        v * sum(a_i**2 for a_i in a),
    )


def variance_step() -> Proof:
    """B43 for every n, by induction: a further weight adds v a² to the mean square.

    The sum z so far depends on the weights before, of which the new w is independent: all that is
    used of it is E[z] = 0 and E[z²] = M. So the mean stays 0, and M becomes M + v a².
    """
    z, w, a, m = sp.symbols("z w a_{n+1} M", real=True)
    moments = {z: (sp.S.One, sp.S.Zero, m), w: WEIGHT}
    return Proof(
        "one more weight",
        (
            Identity(
                "B43", "the mean stays", r"\mathrm{E}[z + a w]", mean(z + a * w, moments), sp.S.Zero
            ),
            Identity(
                "B43",
                "the mean square grows by v a²",
                r"\mathrm{E}[(z + a w)^2]",
                mean((z + a * w) ** 2, moments),
                m + v * a**2,
            ),
        ),
    )


@validation.checked(n=validation.whole(1, 64))
def feedback(n: int) -> Identity:
    """Against B43 backwards: where δ depends on w, its factor n v is off, here by 2 + 1/n.

    One identity layer, n inputs x into n outputs x w, and the label 0: so δ = 2 x w has in it the
    very weights that it meets on its way back, ∂ℒ/∂x_i = Σ_j δ_j w_ij. Left: E[Σ_i (∂ℒ/∂x_i)²] for
    normal weights, whose E[w⁴] is 3v². Right: what B43 gives, n v E[Σ_j δ_j²], times 2 + 1/n.
    """
    places = range(n)
    x = sp.symbols(f"x_1:{n + 1}", real=True)
    w = {at: sp.Symbol(f"w_{at[0]}{at[1]}", real=True) for at in product(places, places)}
    normal = dict.fromkeys(w.values(), (*WEIGHT, sp.S.Zero, 3 * v**2))
    delta = [2 * sum(x[i] * w[i, j] for i in places) for j in places]
    dL_dx = [sum(delta[j] * w[i, j] for j in places) for i in places]
    independent = n * v * mean(sum(d**2 for d in delta), normal)
    return Identity(
        "B43",
        "where δ depends on the weights, the factor is different",
        r"\mathrm{E}\left[\sum_i (\partial\mathcal{L}/\partial x_i)^2\right]",
        sp.factor(mean(sum(g**2 for g in dL_dx), normal)),
        sp.factor((2 + sp.Rational(1, n)) * independent),
    )


@validation.checked(what=validation.one_of(("output", "slope")))
def relu_half(what: str = "output") -> Identity:
    """B44: of z and −z, which are equally likely, relu keeps one: half of the squares is left.

    So it is for every pair, and so for the mean over all z that fall on both sides of 0 alike.

    Raises
    ------
    ValueError : what is neither "output" nor "slope".
    """
    z = sp.Symbol("z", positive=True)
    function = sigma_and_slope("relu")[what == "slope"]
    kept = sum(function(at) ** 2 for at in (z, -z)) / 2
    whole = (z**2 + (-z) ** 2) / 2 if what == "output" else sp.S.One
    name = r"\mathrm{relu}" if what == "output" else r"\mathrm{relu}'"
    return Identity(
        "B44",
        "relu keeps half of each pair z, −z",
        rf"\tfrac12 \left({name}(z)^2 + {name}(-z)^2\right)",
        kept,
        whole / 2,
    )
