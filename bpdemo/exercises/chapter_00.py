"""The exercises of notebook 00, Start here."""

import numpy as np

from bpdemo.checking import central_difference, forward_difference
from bpdemo.exercises.base import Exercise, Slip
from bpdemo.exercises.draws import uniform

__all__ = ["ENTRIES"]

ENTRIES = (
    Exercise(
        name="00-nudge",
        place="## A derivative is a sensitivity",
        kind="compute",
        prose="""
            A machine shows the number 0.30. Its sensitivity to a knob is $-0.4$. You turn the knob up
            by 0.05. About what does the display show now? Replace the dots with your answer.
            """,
        hints=(),
        starter="""
            display_now = ...
            """,
        solution="""
            display_now = 0.30 + (-0.4) * 0.05
            """,
        why="""
            The change is about sensitivity times nudge, −0.02. So the display shows about 0.28.
            """,
        wanted="a number, what the display shows",
        right="It moves by about sensitivity times nudge: that is all a derivative says.",
        expected=lambda: 0.30 + (-0.4) * 0.05,
        slips=(
            Slip(
                lambda: 0.30 + 0.4 * 0.05,
                "The sensitivity is negative: when the knob goes up, the display goes down.",
            ),
            Slip(lambda: -0.4 * 0.05, "That is how far the display moves. Where does it end?"),
            Slip(lambda: 0.4 * 0.05, "That is how far the display moves. Where does it end?"),
            Slip(
                lambda: 0.30 - 0.4,
                "The sensitivity is the change for a turn of 1. The turn is only 0.05.",
            ),
            Slip(
                lambda: 0.30 + 0.05,
                "That adds the turn itself. Multiply it by the sensitivity first.",
            ),
        ),
    ),
    Exercise(
        name="00-slope",
        place="## A step to each side",
        kind="write",
        prose="""
            Write the central difference yourself. `f` is a function, `x` the place where you want its
            slope, `h` the step.
            """,
        hints=(),
        starter="""
            def slope(f, x, h):
                return ...
            """,
        solution="""
            def slope(f, x, h):
                return (f(x + h) - f(x - h)) / (2 * h)
            """,
        why="""
            From $x - h$ to $x + h$ it is $2h$ far: hence the 2.
            """,
        wanted="a function slope(f, x, h)",
        right="A step to each side: the errors of first order cancel.",
        draw=lambda rng: {
            "f": np.polynomial.Polynomial(uniform(rng, 4)),
            "x": uniform(rng),
            "h": 0.1,
        },
        expected=central_difference,
        slips=(
            Slip(
                forward_difference,
                "That is the secant from x to x + h: a slope, but a step to one side only. "
                "Go from x - h to x + h.",
            ),
            Slip(
                lambda f, x, h: forward_difference(f, x, -h),
                "That is the secant from x - h to x: a step to one side only. "
                "Go from x - h to x + h.",
            ),
            Slip(
                lambda f, x, h: (f(x + h) - f(x - h)) / h,
                "Twice too large. How far is it from x - h to x + h?",
            ),
            Slip(
                lambda f, x, h: (f(x + h) - f(x - h)) / 2 * h,
                "`/ 2 * h` divides by 2 and then multiplies by h. Write `/ (2 * h)`.",
            ),
            Slip(
                lambda f, x, h: f(x + h) - f(x - h),
                "That is how far f climbs. A slope is the climb divided by the way.",
            ),
            Slip(
                lambda f, x, h: (f(x - h) - f(x + h)) / (2 * h),
                "The sign is the other way round: the later value minus the earlier one.",
            ),
        ),
    ),
)
