"""Chapter 00: the secant becomes the tangent."""

from types import SimpleNamespace

import numpy as np

from bpdemo import checking
from bpdemo.diagrams import Curve, Tangent, Term, curve, formula, number
from bpdemo.explorers.parts import Control, Explorer, choice, slider

__all__ = ["Secant"]

# name: (f, f′, range of x, range of y)
_FUNCTIONS = {
    "x²": (np.square, lambda x: 2 * x, (-2.5, 2.5), (-1, 6)),
    "sin x": (np.sin, np.cos, (-3.5, 3.5), (-1.5, 1.5)),
    "1 / (1 + e⁻ˣ)": (
        lambda x: 1 / (1 + np.exp(-x)),
        lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2,
        (-6, 6),
        (-0.2, 1.2),
    ),
}


class Secant(Explorer):
    """The slope between two points of a curve, and what it becomes as they move together."""

    title = "The secant becomes the tangent."
    question = "Make h smaller. Does the slope of the secant go to 0, or to something else?"
    answer = (
        "To something else: both the rise and the run go to 0, but their ratio goes to the slope "
        "of the curve at x. That limit is the derivative."
    )

    def controls(self) -> dict[str, Control]:
        return {
            "function": choice("f(x) =", list(_FUNCTIONS), "x²", "200px"),
            "x": slider("x", 0.5, -2, 2),
            "h": slider("h", 1.0, -3, 0.2, step=0.05, log=True),
        }

    def panels(self, s: SimpleNamespace) -> list:
        f, slope, x_range, y_range = _FUNCTIONS[s.function]
        x, h = s.x, s.h
        secant, exact = float(checking.forward_difference(f, x, h)), float(slope(x))
        span = np.linspace(*x_range, 161)
        chord = f(x) + secant * (span - x)
        terms = [
            Term("slope", secant, cls="f-neg"),
            Term("="),
            Term("( f(x+h)", float(f(x + h)), "x" in s.touched, form="({}"),
            Term("−"),
            Term("f(x) )", float(f(x)), "x" in s.touched, form="{})"),
            Term("/"),
            Term("h", h, "h" in s.touched),
        ]
        limit = [
            Term("slope", secant, cls="f-neg"),
            Term("−"),
            Term("f ′(x)", exact, cls="f-grad", form="({})" if exact < 0 else "{}"),
            Term("="),
            Term("error", secant - exact),
        ]
        return [
            curve(
                [
                    Curve(span, f(span), "f"),
                    Curve(span, chord, "secant through x and x + h", "s-neg", dash=True),
                ],
                x_label="x",
                y_label="f(x)",
                x_range=x_range,
                y_range=y_range,
                tangents=[
                    Tangent(x, float(f(x)), exact, f"tangent, slope {number(exact)}", "s-grad")
                ],
                points=[(x + h, float(f(x + h)), "x + h")],
                width=960,
                height=300,
            ),
            [formula(terms, 540), formula(limit, 420)],
        ]
