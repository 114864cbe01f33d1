"""Depth: the gradient as a product, how small it must be, and what keeps it up (B40 … B46)."""

import sympy as sp

from bpdemo.symbolic.claims import LOSS, Claim
from bpdemo.symbolic.identity import Identity
from bpdemo.symbolic.scalars import (
    _claim,
    _d,
    _derivative,
    _downstream,
    _layers,
    a_,
    sigma_and_slope,
    times,
    w_,
    z_,
)


def steps_back(n: int, activation=None) -> Claim:
    """B40: ∂ℒ/∂a^k = ∂ℒ/∂a^{k+n} times n factors σ′(z^j) w^j, one for each layer between.

    Left: ℒ as an undefined function of a^{k+n}, with n layers written out down to a^k, and
    differentiated. That n + 1 follows from n is row N15.

    Raises
    ------
    ValueError : n < 1.
    """
    if n < 1:
        raise ValueError(f"n: expected at least one step, received {n!r}")
    sigma, slope = sigma_and_slope(activation)
    names = ["k", *(f"k+{j}" for j in range(1, n + 1))]
    last, equations = a_(names[-1]), _layers(names, sigma)
    factors = [f for name in reversed(names[1:]) for f in (slope(z_(name)), w_(name))]
    return _claim(
        "B40",
        f"{n} step{'s' * (n > 1)} back: {n} factor{'s' * (n > 1)}",
        (LOSS, a_("k").name),
        _derivative(_downstream(last), equations, a_("k")),
        [times(_d(LOSS, last), *factors)],
        equations,
        [(_d(LOSS, last), _downstream(last).diff(last))],
    )


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
        f"what the slope of {activation} lacks to {most} is a square",
        rf"{sp.latex(most)} - \sigma'(z)",
        most - slope(z),
        (sigma(z) - middle) ** 2,
    )


def shrinks() -> Identity:
    """B42: if the size g of ∂ℒ/∂a^{k+1} is at most B, one step back it is at most B · |w|/4.

    Write B = g + d and σ′ = ¼ − e, with d, e ≥ 0. What the new size, σ′ |w| g, lacks to its bound
    is then a sum of products of numbers ≥ 0. Induction does the rest: after n steps, (¼)^n Π |w|.
    """
    g, d, e, w = sp.symbols("g d e |w|", nonnegative=True)
    quarter = sp.Rational(1, 4)
    return Identity(
        "B42",
        "what one step lacks to its bound is not negative",
        r"\tfrac{1}{4} |w| B - \sigma' |w| g",
        quarter * w * (g + d) - (quarter - e) * w * g,
        w * (d / 4 + e * g),
    )


def variance(way: str = "forward") -> Identity:
    r"""B43: a sum of n products with random weights, and the mean of its square over the weights.

    The weights have mean 0 and variance v, and are independent: E[w_i w_j] is v where i = j, and
    else 0. So of the double sum for z² = (Σ a_i w_i)² only n terms stay: E[z²] = v Σ a_i². Nothing
    is asked of the a_i, and the width n is symbolic. Backwards it is the same sum, with δ for a.

    Raises
    ------
    ValueError : way is neither "forward" nor "backward".
    """
    letters = {"forward": ("a", "z"), "backward": (r"\delta", r"(\partial\mathcal{L}/\partial a)")}
    if way not in letters:
        raise ValueError(f"way: expected one of {', '.join(letters)}; received {way!r}")
    letter, of = letters[way]
    n, i, j = sp.symbols("n i j", integer=True, positive=True)
    v = sp.Symbol("v", nonnegative=True)
    a = sp.IndexedBase(letter, real=True)
    mean_of_pair = v * sp.KroneckerDelta(i, j)  # E[w_i w_j]
    over_j = sp.Sum(mean_of_pair * a[i] * a[j], (j, 1, n)).doit()
    over_j = over_j.subs(sp.Le(i, n), True)  # i runs from 1 to n too
    return Identity(
        "B43",
        "the mean square of a sum over n random weights",
        rf"\mathrm{{E}}[{of}^2]",
        sp.Sum(over_j, (i, 1, n)),
        sp.Sum(v * a[i] ** 2, (i, 1, n)),
    )


def relu_half(what: str = "output") -> Identity:
    """B44: relu keeps half: E[relu(z)²] = ½ E[z²], and E[relu′(z)²] = ½, for z ~ N(0, s²).

    Raises
    ------
    ValueError : what is neither "output" nor "slope".
    """
    if what not in ("output", "slope"):
        raise ValueError(f"what: expected output or slope, received {what!r}")
    z, s = sp.Symbol("z", real=True), sp.Symbol("s", positive=True)
    sigma, slope = sigma_and_slope("relu")
    density = sp.exp(-(z**2) / (2 * s**2)) / (s * sp.sqrt(2 * sp.pi))
    square = sp.refine((sigma(z) if what == "output" else slope(z)) ** 2, sp.Q.positive(z))
    square = square.subs(z > 0, True)  # below 0 both are 0, so the integral starts there
    whole = sp.integrate(z**2 * density, (z, -sp.oo, sp.oo)) if what == "output" else sp.S.One
    return Identity(
        "B44",
        "relu keeps half",
        r"\mathrm{E}[\sigma(z)^2]" if what == "output" else r"\mathrm{E}[\sigma'(z)^2]",
        sp.integrate(square * density, (z, 0, sp.oo)),
        whole / 2,
    )


def residual(activation=None) -> Claim:
    """B46: with a short cut, a^{k+1} = a^k + σ(z^{k+1}), the factor of the step is 1 + σ′ w."""
    sigma, slope = sigma_and_slope(activation)
    a, z, w, before = a_("k+1"), z_("k+1"), w_("k+1"), a_("k")
    equations = [(a, before + sigma(z)), (z, before * w)]
    return _claim(
        "B46",
        "a short cut adds 1 to the factor",
        (LOSS, before.name),
        _derivative(_downstream(a), equations, before),
        [times(_d(LOSS, a), 1 + slope(z) * w)],
        equations,
        [(_d(LOSS, a), _downstream(a).diff(a))],
    )
