"""The exercises of notebook 07, Can you trust a gradient?"""

import numpy as np

from bpdemo import checking
from bpdemo.exercises.base import Exercise, Slip
from bpdemo.exercises.draws import uniform

__all__ = ["ENTRIES"]

_TINY = 1e-20


def _draw_sizes(rng):
    f, f3 = np.abs(uniform(rng, 2))
    return {"f": float(f), "f3": float(f3), "eps": 2.0**-52}


def _draw_pair(rng):
    # Of unequal size and sign, so that no two ways to compare agree.
    return {"analytic": uniform(rng), "numeric": 3 * uniform(rng)}


_SUSPECTS = {
    1: "The base case feeds every layer. If it were wrong, layer 3 could not agree.",
    2: "σ′ is used in every layer. If it were wrong, layer 3 could not agree.",
    3: "If the product for the weights were wrong, the weights of layer 3 could not agree.",
    4: "If the sum for the biases were wrong, no weight would differ.",
}


ENTRIES = (
    Exercise(
        name="07-complex",
        place="## A step sideways (B22)",
        kind="write",
        prose="""
            Write the complex step for any function `f` that takes complex numbers.
            """,
        hints=(),
        starter="""
            def complex_slope(f, x):
                return ...
            """,
        solution="""
            def complex_slope(f, x):
                h = 1e-20
                return f(x + 1j * h).imag / h
            """,
        wanted="a function slope(f, x)",
        right="Nothing is subtracted, so nothing is lost: h may be as small as you like (B22).",
        draw=lambda rng: {
            "f": np.polynomial.Polynomial(uniform(rng, 4)),
            "x": uniform(rng),
        },
        expected=lambda f, x: float(f.deriv()(x)),
        slips=(
            Slip(
                lambda f, x: f(x + 1j * _TINY).imag,
                "That is as good as 0. The imaginary part is h times the slope: divide by h. (Or "
                "did you subtract? At so small an h nothing is left of f(x + h) − f(x).)",
            ),
            Slip(
                lambda f, x: f(x + 1j * _TINY).real,
                "The real part is f(x) itself. The slope is in the imaginary part (B22).",
            ),
            Slip(lambda f, x: -float(f.deriv()(x)), "The sign is the other way round."),
            Slip(lambda f, x: 2 * float(f.deriv()(x)), "That is twice the slope. One step: h."),
            Slip(
                lambda f, x: float(f.deriv()(x)) / 2,
                "That is half the slope. There is only one step here, of h and not of 2h.",
            ),
        ),
    ),
    Exercise(
        name="07-best-h",
        place="## Smaller is not better (B23)",
        kind="write",
        prose="""
            Write the best step of the central difference for a function of the size `f`, with a third
            derivative of the size `f3`, in numbers with the precision `eps`.
            """,
        hints=(),
        starter="""
            def best_h(f, f3, eps):
                return ...
            """,
        solution="""
            def best_h(f, f3, eps):
                return (3 * eps * f / f3) ** (1 / 3)
            """,
        why="""
            If $f$ and $f'''$ are of one size, that is near $10^{-5}$: the step that most courses recommend.
            """,
        wanted="a function best_h(f, f3, eps)",
        right="Where the two arms balance: near 1e-5 for numbers of ordinary size (B23).",
        draw=_draw_sizes,
        expected=lambda f, f3, eps: (3 * eps * f / f3) ** (1 / 3),
        slips=(
            Slip(
                lambda f, f3, eps: 2 * (eps * f / f3) ** 0.5,
                "That is the best step of the FORWARD difference, a square root. Here the "
                "truncation grows with h²: the slope of h² f3/6 is h f3/3.",
            ),
            Slip(
                lambda f, f3, eps: (eps * f / f3) ** (1 / 3),
                "Nearly: a factor is lost. The slope of h² f3/6 is h f3/3, so 3 goes to the top.",
            ),
            Slip(
                lambda f, f3, eps: (6 * eps * f / f3) ** (1 / 3),
                "That is where the two arms are EQUAL. Where their sum is lowest, their slopes "
                "cancel: differentiate first.",
            ),
            Slip(
                lambda f, f3, eps: (3 * eps * f3 / f) ** (1 / 3),
                "f and f3 have changed places. The more the function bends, the smaller a step.",
            ),
            Slip(
                lambda f, f3, eps: (3 * eps * f / f3) ** 0.5,
                "A cube root: h² goes with 1/h, so h³ is what is found.",
            ),
            Slip(
                lambda f, f3, eps: 3 * eps * f / f3,
                "That is h³. The third root of it is h.",
            ),
        ),
    ),
    Exercise(
        name="07-relative",
        place="## When do two numbers agree? (B24)",
        kind="write",
        prose="""
            Write the relative error of two numbers. (Neither of them is 0 here.)
            """,
        hints=(),
        starter="""
            def relative_error_of(analytic, numeric):
                return ...
            """,
        solution="""
            def relative_error_of(analytic, numeric):
                return abs(analytic - numeric) / max(abs(analytic), abs(numeric))
            """,
        wanted="a function relative_error(analytic, numeric)",
        right="A difference means something only beside the size of what differs (B24).",
        draw=_draw_pair,
        expected=lambda analytic, numeric: float(checking.relative_error(analytic, numeric)),
        slips=(
            Slip(
                lambda analytic, numeric: abs(analytic - numeric),
                "That is the absolute error. Divide it by the size of the larger of the two.",
            ),
            Slip(
                lambda analytic, numeric: (analytic - numeric) / max(abs(analytic), abs(numeric)),
                "An error is a size: it has no sign. Take the absolute value of the difference.",
            ),
            Slip(
                lambda analytic, numeric: abs(analytic - numeric) / max(analytic, numeric),
                "The larger in SIZE: take absolute values before you take the maximum.",
            ),
            Slip(
                lambda analytic, numeric: abs(analytic - numeric) / abs(numeric),
                "Nearly. If the numeric one is 0 that divides by 0: take the larger of the two.",
            ),
            Slip(
                lambda analytic, numeric: abs(analytic - numeric) / abs(analytic),
                "Nearly. If the analytic one is 0 that divides by 0: take the larger of the two.",
            ),
            Slip(
                lambda analytic, numeric: abs(analytic - numeric) / (abs(analytic) + abs(numeric)),
                "That is used too, and is up to half as large. Here it is the larger, not the sum.",
            ),
        ),
    ),
    Exercise(
        name="07-detective",
        place="## Reading a report",
        kind="compute",
        prose="""
            Which of the five lines is wrong in that network? Give its number.
            """,
        hints=(),
        starter="""
            wrong_line = ...
            """,
        solution="""
            wrong_line = 5
            """,
        why=r"""
            Layer 3 is right in weights and biases, so lines 1 to 4 work there. In layers 1 and 2 they are the same lines
            with the same $\sigma$, so they work there too. Line 5 is left: layer 3 doesn't use what it makes. (The report
            under B28 has the same pattern, and its bug is in line 2. It can be, because layer 3 of that network has another
            $\sigma$.)
            """,
        wanted="a number, 1 to 5, the line that is wrong",
        right="The last layer is right, so base case and σ′ are; what is wrong is the way back.",
        expected=lambda: 5,
        slips=tuple(Slip(lambda n=n: n, hint) for n, hint in _SUSPECTS.items()),
    ),
)
