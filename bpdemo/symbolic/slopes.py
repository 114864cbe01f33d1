"""σ′ written in a: the same number as σ′(z), by another function."""

import sympy as sp

from bpdemo import activations
from bpdemo.symbolic.claims import Claim
from bpdemo.symbolic.notation import a_, z_
from bpdemo.symbolic.scalars import sigma_and_slope

IN_A: dict[str, str] = {
    "sigmoid": "a*(1 - a)",
    "tanh": "1 - a**2",
    "relu": "Piecewise((1, a > 0), (0, True))",
    "identity": "1",
    "softplus": "1 - exp(-a)",
    "leaky_relu": "Piecewise((1, a > 0), (Rational(1, 100), True))",
}
"""The slope of each activation of the table as a function g of its output, in SymPy's syntax."""


def slope_in_a(activation, g: str | None = None) -> Claim:
    """σ′(z) = g(a) with a = σ(z), for every z: two functions, one number.

    Left: σ′, by SymPy's rules. Right: g, with σ(z) put in for a. By default g is the
    entry of `IN_A`; with another text for g the claim may fail, and its difference says by what.

    Raises
    ------
    ValueError : no such activation, or no g is known for it.
    """
    name = activations.get(activation).name
    if g is None:
        if name not in IN_A:
            raise ValueError(f"g: expected a formula in a, none is known for {name}")
        g = IN_A[name]
    sigma, slope = sigma_and_slope(activation)
    a, z = a_("k"), z_("k")
    form = sp.sympify(g, locals={"a": a})
    return Claim(
        "B13",
        f"the slope of {name}, written in a",
        (a.name, z.name),
        slope(z),
        (form.subs(a, sigma(z)),),
        (form,),
        ((sigma(z), a),),
    )
