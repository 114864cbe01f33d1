"""Chapter 00: the secant becomes the tangent."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from bpdemo import checking
from bpdemo.diagrams import Curve, Point, Tangent, Term, curve, formula, number
from bpdemo.explorers.controls import Control, choice, slider
from bpdemo.explorers.explorer import Explorer, went

__all__ = ["Secant"]

_Ends = tuple[float, float]

# name: (f, f′, range of x, range of y)
_FUNCTIONS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any], _Ends, _Ends]] = {
    "x²": (np.square, lambda x: 2 * x, (-2.5, 2.5), (-1, 6)),
    "sin x": (np.sin, np.cos, (-3.5, 3.5), (-1.5, 1.5)),
    "1 / (1 + e⁻ˣ)": (
        lambda x: 1 / (1 + np.exp(-x)),
        lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2,
        (-6, 6),
        (-0.2, 1.2),
    ),
}


class _Slopes(NamedTuple):
    """f at x and at x + h, the slope between, and the slope at x."""

    here: float
    there: float
    secant: float
    exact: float


def _slopes(function: str, x: float, h: float) -> _Slopes:
    f, slope, *_ = _FUNCTIONS[function]
    secant = checking.forward_difference(f, x, h)
    return _Slopes(*map(float, (f(x), f(x + h), secant, slope(x))))


class Secant(Explorer):
    """The slope between two points of a curve, and what it becomes as they move together."""

    title = "The secant becomes the tangent."
    question = "Pull x + h towards x, until h is almost 0. Where does the slope of the secant go?"
    choices = ("to 0", "to another number", "it stays as it is")
    answer = (
        "Both the rise and the run go to 0, but their ratio goes to the slope of the curve at x. "
        "That limit is the derivative."
    )

    def controls(self) -> dict[str, Control]:
        return {
            "function": choice(list(_FUNCTIONS), "x²", label="f(x) ="),
            "x": slider(0.5, -2, 2, fold=False),
            "h": slider(1.0, 0.001, 1.6, 0.05, log=True, fold=False),
        }

    def judge(self, before, now):
        if now.h > max(before.h / 5, 0.02):
            return None
        then, after = self._asked(before, now)
        if number(then.secant) == number(after.secant):
            return 2
        return 0 if abs(after.exact) < 0.01 else 1

    def tell(self, before, now):
        then, after = self._asked(before, now)
        moved = went("h", before.h, now.h)
        slope = went("the slope", then.secant, after.secant)
        return f"{moved}, and {slope}. The slope of the curve at x is {number(after.exact)}."

    @staticmethod
    def _asked(before, now) -> tuple[_Slopes, _Slopes]:
        """The slopes before and after the move of h alone."""
        f, x = before.function, before.x
        return _slopes(f, x, before.h), _slopes(f, x, now.h)

    def panels(self, s: SimpleNamespace) -> list:
        f, _, x_range, y_range = _FUNCTIONS[s.function]
        at = _slopes(s.function, s.x, s.h)
        span = np.linspace(*x_range, 161)
        chord = at.here + at.secant * (span - s.x)
        slope = Term("slope", at.secant, "slope", cls="f-ink")
        terms = [
            slope,
            Term("="),
            Term("("),
            Term("f(x+h)", at.there, "f(x+h)"),
            Term("−"),
            Term("f(x)", at.here, "f(x)"),
            Term(")"),
            Term("/"),
            Term("h", s.h, "h"),
        ]
        brackets = "({})" if at.exact < 0 else "{}"
        limit = [
            slope,
            Term("−"),
            Term("f ′(x)", at.exact, "f′(x)", cls="f-grad", form=brackets),
            Term("="),
            Term("error", at.secant - at.exact, "error"),
        ]
        tangent = Tangent(s.x, at.here, at.exact, "tangent", "s-grad", slope_name="f′(x)")
        points = [
            Point(s.x, at.here, "x", "x", of="f(x)"),
            Point(s.x + s.h, at.there, "x + h", "h", at="x+h", of="f(x+h)"),
        ]
        return [
            curve(
                [Curve(span, f(span), "f"), Curve(span, chord, "secant", "s-ink", dash=True)],
                x_label="x",
                y_label="f(x)",
                x_range=x_range,
                y_range=y_range,
                tangents=[tangent],
                points=points,
                height=350,
            ),
            [
                formula(terms, height=_HEIGHT).by(1.25, 400),
                formula(limit, height=_HEIGHT).by(1, 300),
            ],
        ]


_HEIGHT = 78  # of both formulas
