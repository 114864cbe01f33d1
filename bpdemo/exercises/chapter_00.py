"""The exercises of notebook 00, Start here."""

import numpy as np

from bpdemo.checking import central_difference, forward_difference
from bpdemo.exercises.base import Exercise, Words, WrongAnswer
from bpdemo.exercises.draws import uniform

__all__ = ["ENTRIES"]

_FAR, _TINY = 1e6, 1e-11  # where the step is too small to be noticed

ENTRIES = (
    Exercise(
        name="00-nudge",
        place="## A derivative is a sensitivity",
        kind="compute",
        prose="""
            A machine shows the number 0.30. Its sensitivity to a knob is $-0.4$. You turn the knob up
            by 0.05. About what does the display show now? Replace the dots with your answer.
            """,
        hints=(
            """
            The sensitivity is the change of the display for a turn of 1. You turned much less than 1.
            """,
            """
            Multiply the sensitivity by the turn: that is how far the display moves, minus sign
            included. It moves from 0.30.
            """,
        ),
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
            WrongAnswer(
                lambda: 0.30 + 0.4 * 0.05,
                "The sensitivity is negative: when the knob goes up, the display goes down.",
            ),
            WrongAnswer(
                lambda: -0.4 * 0.05, "That is how far the display moves. Where does it end up?"
            ),
            WrongAnswer(
                lambda: 0.4 * 0.05,
                "That is how far the display moves, but which way? And where does it end up?",
            ),
            WrongAnswer(
                lambda: 0.30 - 0.4,
                "The sensitivity is the change for a turn of 1. The turn is only 0.05.",
            ),
            WrongAnswer(
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
        hints=(
            """
            A slope is rise divided by run. The two ends are now $x - h$ and $x + h$.
            """,
            """
            The rise is the value of `f` at the right end minus its value at the left end. For the run,
            draw the three places on a line: how many steps of $h$ is it from end to end?
            """,
        ),
        starter="""
            def slope(f, x, h):
                return ...
            """,
        solution="""
            def slope(f, x, h):
                return (f(x + h) - f(x - h)) / (2 * h)
            """,
        why="""
            From $x - h$ to $x + h$ the distance is $2h$, and that is where the 2 comes from.
            """,
        wanted="a function slope(f, x, h)",
        right="A step to each side: what leans one way on the right leans the other way on the left.",
        draw=lambda rng: {
            "f": np.polynomial.Polynomial(uniform(rng, 4)),
            "x": uniform(rng),
            "h": 0.1,
        },
        expected=central_difference,
        slips=(
            WrongAnswer(
                forward_difference,
                "That is the secant from x to x + h: a slope, but a step to one side only. "
                "Go from x - h to x + h.",
            ),
            WrongAnswer(
                lambda f, x, h: forward_difference(f, x, -h),
                "That is the secant from x - h to x: a step to one side only. "
                "Go from x - h to x + h.",
            ),
            WrongAnswer(
                lambda f, x, h: (f(x + h) - f(x - h)) / h,
                "Twice too large. How far is it from x - h to x + h?",
            ),
            WrongAnswer(
                lambda f, x, h: (f(x + h) - f(x - h)) / 2 * h,
                "`/ 2 * h` divides by 2 and then multiplies by h. Write `/ (2 * h)`.",
            ),
            WrongAnswer(
                lambda f, x, h: f(x + h) - f(x - h),
                "That is the rise alone. A slope is rise divided by run.",
            ),
            WrongAnswer(
                lambda f, x, h: (f(x - h) - f(x + h)) / (2 * h),
                "The sign is the other way round: take the value on the right minus the one on "
                "the left.",
            ),
        ),
    ),
    Exercise(
        name="00-rounding",
        place="## Why smaller is not always better",
        kind="predict",
        prose=r"""
            *Before you run it:* what does `forward_difference(f, 1000000.0, 1e-11)` give? The true
            slope of `f` at $w = 1{,}000{,}000$ is 2,000,000, and a computer keeps about 16 digits.
            """,
        hints=(
            """
            Write $1{,}000{,}000 + 10^{-11}$ out in full, and count its digits, from the first to the last.
            """,
            """
            It has more than 16 digits, so the last one is lost. Which number is left, and what is `f`
            there minus `f` at 1,000,000?
            """,
        ),
        starter="""
            it_gives = ...
            """,
        solution="""
            it_gives = 0.0
            """,
        why="""
            $1{,}000{,}000 + 10^{-11}$ has 18 digits, 7 before the point and 11 after it. It is rounded
            back to 1,000,000, and nothing has moved. At $w = 3$ the same step works well: the larger a
            number, the larger the smallest step that it can notice.
            """,
        wanted="a number, what Python would give",
        right="w + h is rounded back to w: the knob has not moved, so the display hasn't either.",
        expected=lambda: float(forward_difference(lambda w: w * w, _FAR, _TINY)),
        slips=(
            WrongAnswer(
                lambda: 2 * _FAR,
                "That is the true slope, and on paper the answer would be close to it. But can the "
                "computer tell w + h from w here?",
            ),
            WrongAnswer(
                lambda: 2 * _FAR * _TINY,
                "That would be the rise, on paper, not yet divided by h. And can the computer tell "
                "w + h from w here?",
            ),
        ),
    ),
    Words(
        name="00-in-words",
        place="## From one knob to a network",
        prose=r"""
            Somebody reads $\frac{\partial \mathcal{L}}{\partial w} = -3$ and asks you what it means.
            Say it in a sentence or two, without the words *derivative* and *slope*.
            """,
        hints=(
            """
            Start with: "If you turn this weight up a little, …".
            """,
            """
            Say which way the loss goes, and how far, compared with the turn. And what do the other
            weights do in the meantime?
            """,
        ),
        model="If you turn this weight up a little and leave all others alone, the loss goes down "
        "by about three times as much.",
        points=(
            "a little: it holds for small turns",
            "the loss goes down, because of the minus sign",
            "by about three times the turn",
            "all other weights stand still",
        ),
    ),
)
