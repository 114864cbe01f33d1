"""The slopes of three functions, by the formulas of calculus."""

import math

_AT = {
    "x²": (lambda x: x * x, lambda x: 2 * x),
    "sin x": (math.sin, math.cos),
    "1 / (1 + e⁻ˣ)": (
        lambda x: 1 / (1 + math.exp(-x)),
        lambda x: 1 / (2 + math.exp(x) + math.exp(-x)),
    ),
}


def quantities(s):
    f, slope = _AT[s.function]
    here, there, exact = f(s.x), f(s.x + s.h), slope(s.x)
    secant = (there - here) / s.h
    at = {"x": s.x, "h": s.h, "x+h": s.x + s.h, "f(x)": here, "f(x+h)": there}
    return at | {"slope": secant, "f′(x)": exact, "error": secant - exact}
