"""The exercises of notebook 07, Can you trust a gradient?"""

import numpy as np

from bpdemo import activations, checking
from bpdemo.exercises.base import Exercise, Words, WrongAnswer
from bpdemo.exercises.draws import uniform

__all__ = ["ENTRIES"]


class _Curved:
    """A loss of a row of weights that takes complex numbers, with its gradient."""

    def __init__(self, c, d):
        self.c, self.d = c, d

    def __call__(self, w):
        return np.sum(self.c * w**3) + np.sum(self.d * w) ** 2

    def gradient(self, w):
        return 3 * self.c * w**2 + 2 * np.sum(self.d * w) * self.d


def _draw_loss(rng):
    return {"f": _Curved(uniform(rng, 4), uniform(rng, 4)), "w": uniform(rng, 4)}


def _draw_sizes(rng):
    f, f3 = np.abs(uniform(rng, 2))
    return {"f": float(f), "f3": float(f3), "eps": 2.0**-52}


def _draw_pairs(rng):
    """Of unequal sizes and signs, so that no two ways to compare agree; one 0, and two zeros."""
    analytic, numeric = uniform(rng, 5), 3 * uniform(rng, 5)
    analytic[3], numeric[3] = abs(analytic[3]), 0.0
    analytic[4] = numeric[4] = 0.0
    return {"analytic": analytic, "numeric": numeric}


def _over(error, size):
    return error / np.where(size == 0, 1, size)


def _shrinks(large=1e-2, small=1e-4):
    """By which power of ten the errors shrink from one h to another: forward, central."""
    sigmoid, z = activations.get("sigmoid"), 0.5
    found = []
    for difference in (checking.forward_difference, checking.central_difference):
        errors = [abs(difference(sigmoid, z, h) - sigmoid.derivative(z)) for h in (large, small)]
        found.append(10.0 ** round(np.log10(errors[0] / errors[1])))
    return tuple(found)


_TRUE, _WRONG = np.array([3.0, -4.0]), np.array([3.0, 4.0])


def _cosine():
    return float(_TRUE @ _WRONG / np.sqrt((_TRUE @ _TRUE) * (_WRONG @ _WRONG)))


_SUSPECTS = {
    1: "The base case feeds every layer. If it were wrong, layer 3 could not agree.",
    2: "The σ is the same in every layer, so this line computes the same in every layer. If it "
    "were wrong, layer 3 could not agree.",
    3: "If the product for the weights were wrong, the weights of layer 3 could not agree.",
    4: "If the sum for the biases were wrong, no weight would differ.",
}


ENTRIES = (
    Exercise(
        name="07-shrinks",
        place="## One step to each side (B21)",
        kind="predict",
        prose="""
            Before you run anything: somebody changes $h$ from 0.01 to 0.0001. By which factor does the error of
            the forward difference shrink, and by which that of the central one? Give both, in this order,
            with a comma between them.
            """,
        hints=(
            """
            How many times smaller is the new $h$? One error goes along with $h$, the other with $h^2$.
            """,
            r"""
            $h$ becomes a hundred times smaller. What does that do to $h \cdot h$?
            """,
        ),
        starter="""
            shrinks_by = ...
            """,
        solution="""
            shrinks_by = 100, 100 * 100
            """,
        wanted="two numbers: forward, central",
        right="The error of one goes with h, that of the other with h · h (B20, B21).",
        expected=_shrinks,
        parts=("forward", "central"),
        slips=(
            WrongAnswer(
                lambda: (_shrinks()[0],) * 2,
                "The first is right. But the error of the central difference goes with h · h.",
            ),
            WrongAnswer(
                lambda: (_shrinks()[1],) * 2,
                "The second is right. But the error of the forward difference goes with h itself.",
            ),
            WrongAnswer(
                lambda: _shrinks()[::-1], "The other way round: the forward difference first."
            ),
            WrongAnswer(
                lambda: _shrinks(1e-2, 1e-3),
                "That would be so for a tenth of h. Here h becomes a hundredth.",
            ),
            WrongAnswer(
                lambda: tuple(1 / factor for factor in _shrinks()),
                "That is what is left of the errors. Say how many times smaller they are.",
            ),
        ),
    ),
    Exercise(
        name="07-complex",
        place="## A step sideways (B22)",
        kind="write",
        prose="""
            Measure a whole gradient by the complex step. `f` takes a row of weights `w` and returns a number; move
            one weight at a time, and return the slopes in an array of the shape of `w`.
            """,
        hints=(
            """
            `w` holds real numbers only. `w.astype(complex)` makes a copy that has room for an imaginary part.
            Make a new copy for each weight.
            """,
            """
            In the loop: a copy, then add `1e-20j` to its entry `i`, then call `f`. The slope is in one of the two
            parts of what comes out, multiplied by the step.
            """,
        ),
        starter="""
            def complex_gradient(f, w):
                slopes = np.zeros_like(w)
                for i in range(len(w)):
                    slopes[i] = ...
                return slopes
            """,
        solution="""
            def complex_gradient(f, w):
                slopes = np.zeros_like(w)
                for i in range(len(w)):
                    moved = w.astype(complex)
                    moved[i] += 1e-20j
                    slopes[i] = f(moved).imag / 1e-20
                return slopes
            """,
        wanted="a function complex_gradient(f, w)",
        right="Nothing is subtracted, so nothing is lost, however small the step is (B22).",
        draw=_draw_loss,
        expected=lambda f, w: f.gradient(w),
        slips=(
            WrongAnswer(
                lambda f, w: np.zeros_like(w),
                "All of them are as good as 0. The imaginary part is the slope times the step: "
                "divide by the step. (Or did you subtract f(w)? At so small a step nothing is left.)",
            ),
            WrongAnswer(
                lambda f, w: np.full_like(w, f(w)),
                "That is f(w) itself, the real part. The slope is in the imaginary part (B22).",
            ),
            WrongAnswer(
                lambda f, w: np.full_like(w, f(w) / 1e-20),
                "You divided the real part, f(w) itself. The slope is in the imaginary part.",
            ),
            WrongAnswer(
                lambda f, w: np.full_like(w, f.gradient(w).sum()),
                "All weights moved at once, so their slopes were added. Move one at a time.",
            ),
            WrongAnswer(
                lambda f, w: np.cumsum(f.gradient(w)),
                "The first one is right. For the others, the weights before them were still moved: "
                "begin with a new copy each time.",
            ),
            WrongAnswer(lambda f, w: -f.gradient(w), "The sign is the other way round."),
            WrongAnswer(
                lambda f, w: f.gradient(w) / 2,
                "That is half the slope. There is only one step here, of h and not of 2h.",
            ),
        ),
    ),
    Exercise(
        name="07-best-h",
        place="## Smaller is not better (B23)",
        kind="write",
        prose=r"""
            Now you: find the best step of the *central* difference, for a function of size `f` with a third
            derivative of size `f3`, in numbers of precision `eps`. Its two arms are $h^2 f_3/6$ and
            $\varepsilon f/h$.
            """,
        hints=(
            """
            The sum of the two arms is lowest where their slopes cancel. What is the slope of each, as $h$ moves?
            """,
            r"""
            The slopes are $\frac{h f_3}{3}$ and $-\frac{\varepsilon f}{h^2}$. Set the first equal to
            $\frac{\varepsilon f}{h^2}$, and bring all the $h$ to one side. You get
            $h \cdot h \cdot h$ = something, so $h$ is its *cube root*: in Python `** (1 / 3)`.
            """,
        ),
        starter="""
            def best_h(f, f3, eps):
                return ...
            """,
        solution="""
            def best_h(f, f3, eps):
                return (3 * eps * f / f3) ** (1 / 3)
            """,
        why=r"""
            From $h f_3/3 = \varepsilon f/h^2$ comes $h^3 = 3\varepsilon f/f_3$. If $f$ and $f_3$ are of one size,
            $h$ is near $10^{-5}$: the step that most courses recommend.
            """,
        wanted="a function best_h(f, f3, eps)",
        right="That is where the sum of the two arms is lowest: near 1e-5 for ordinary sizes (B23).",
        draw=_draw_sizes,
        expected=lambda f, f3, eps: (3 * eps * f / f3) ** (1 / 3),
        slips=(
            WrongAnswer(
                lambda f, f3, eps: 2 * (eps * f / f3) ** 0.5,
                "That is the best step of the FORWARD difference, a square root. Here the "
                "truncation grows with h²: the slope of h² f3/6 is h f3/3.",
            ),
            WrongAnswer(
                lambda f, f3, eps: (eps * f / f3) ** (1 / 3),
                "Nearly: a factor got lost. The slope of h² f3/6 is h f3/3, so a 3 goes to the top.",
            ),
            WrongAnswer(
                lambda f, f3, eps: (6 * eps * f / f3) ** (1 / 3),
                "That is where the two arms are EQUAL. Their sum is lowest where their slopes "
                "cancel: differentiate first.",
            ),
            WrongAnswer(
                lambda f, f3, eps: (3 * eps * f3 / f) ** (1 / 3),
                "f and f3 have changed places. The larger f3 is, the smaller h must be.",
            ),
            WrongAnswer(
                lambda f, f3, eps: (3 * eps * f / f3) ** 0.5,
                "You need a cube root: h times h² is h³.",
            ),
            WrongAnswer(
                lambda f, f3, eps: 3 * eps * f / f3,
                "That is h³. Its cube root is h.",
            ),
        ),
    ),
    Exercise(
        name="07-relative",
        place="## When do two numbers agree? (B24)",
        kind="write",
        prose="""
            Write the relative error of two arrays, entry by entry. Where both entries are 0, the answer should be
            0, and nothing should be divided by 0.
            """,
        hints=(
            """
            `max` compares two numbers, `np.maximum` two arrays, entry by entry. `abs` takes both.
            """,
            """
            Where the larger size is 0, the difference is 0 too. So it may be divided by any other number there:
            `np.where(size == 0, 1, size)` is such a divisor.
            """,
        ),
        starter="""
            def relative_error_of(analytic, numeric):
                return ...
            """,
        solution="""
            def relative_error_of(analytic, numeric):
                size = np.maximum(abs(analytic), abs(numeric))
                return abs(analytic - numeric) / np.where(size == 0, 1, size)
            """,
        wanted="a function relative_error_of(analytic, numeric)",
        right="A difference means little until you know the size of what differs (B24).",
        draw=_draw_pairs,
        expected=checking.relative_error,
        slips=(
            WrongAnswer(
                lambda analytic, numeric: abs(analytic - numeric),
                "That is the absolute error. Divide it by the size of the larger of the two.",
            ),
            WrongAnswer(
                lambda analytic, numeric: _over(
                    analytic - numeric, np.maximum(abs(analytic), abs(numeric))
                ),
                "An error is a size: it has no sign. Take the absolute value of the difference.",
            ),
            WrongAnswer(
                lambda analytic, numeric: _over(
                    abs(analytic - numeric), np.maximum(analytic, numeric)
                ),
                "The larger in SIZE: take absolute values before you take the maximum.",
            ),
            WrongAnswer(
                lambda analytic, numeric: _over(abs(analytic - numeric), abs(analytic)),
                "Nearly. Divide by the larger of the two sizes, not always by that of `analytic`.",
            ),
            WrongAnswer(
                lambda analytic, numeric: _over(abs(analytic - numeric), abs(numeric)),
                "Nearly. Divide by the larger of the two sizes, not always by that of `numeric`.",
            ),
            WrongAnswer(
                lambda analytic, numeric: _over(
                    abs(analytic - numeric), abs(analytic) + abs(numeric)
                ),
                "That is used too, but it's another measure. Divide by the larger size, not by the "
                "sum.",
            ),
            WrongAnswer(
                lambda analytic, numeric: (
                    abs(analytic - numeric) / max(abs(analytic).max(), abs(numeric).max())
                ),
                "You divided all of them by one size, the largest anywhere. Each pair has its own.",
            ),
            WrongAnswer(
                lambda analytic, numeric: float(checking.relative_error(analytic, numeric).max()),
                "That is the largest of them. Return one for each pair.",
            ),
        ),
    ),
    Exercise(
        name="07-angle",
        place="## The bug zoo (B27)",
        kind="compute",
        prose=r"""
            The true gradient is $g = (3, -4)$. Somebody's code loses the signs and gives $v = (3, 4)$. How many degrees
            are between them? And what will the loss do, in a small step $-\eta\, v$?
            """,
        hints=(
            r"""
            $\langle g, v \rangle$ is the sum of the products of their entries. Mind the sign of the second one.
            """,
            """
            Divide by both lengths, which are 5 each. That's the cosine; `np.arccos` makes an angle of it, and
            `np.degrees` turns it into degrees.
            """,
        ),
        starter="""
            angle = ...
            """,
        solution="""
            angle = np.degrees(np.arccos((3 * 3 - 4 * 4) / (5 * 5)))
            """,
        why=r"""
            $\langle g, v \rangle = 9 - 16 = -7$ is negative, so the angle is more than 90°, and the loss rises.
            """,
        wanted="a number, in degrees",
        right="More than 90°: a small step along −v makes the loss rise (B27).",
        expected=lambda: float(np.degrees(np.arccos(_cosine()))),
        slips=(
            WrongAnswer(_cosine, "That is the cosine of the angle. np.arccos undoes it."),
            WrongAnswer(
                lambda: float(np.arccos(_cosine())), "That is in radians. np.degrees converts."
            ),
            WrongAnswer(
                lambda: float(np.degrees(np.arccos(-_cosine()))),
                "That would be less than 90°. But the second product is −16, and it's larger "
                "than the 9.",
            ),
            WrongAnswer(
                lambda: float(_TRUE @ _WRONG),
                "That is ⟨g, v⟩. Divide it by both lengths, and turn the cosine into an angle.",
            ),
            WrongAnswer(
                lambda: 0.0,
                "That would be the same direction. Draw both arrows: one points up, one down.",
            ),
            WrongAnswer(lambda: 90.0, "Then ⟨g, v⟩ would be 0. It's 9 − 16."),
            WrongAnswer(lambda: 180.0, "Opposite arrows have both signs turned. Here only one is."),
        ),
    ),
    Words(
        name="07-falling",
        place="## The bug zoo (B27)",
        prose="""
            A friend says: "My loss falls, and even faster than yours. So my gradient is right." What do you answer?
            """,
        hints=(
            """
            How many directions lead downhill from a point on a slope?
            """,
            """
            Which angle to the gradient is enough for the loss to fall? And which line of the list above ends lowest?
            """,
        ),
        model="""
            A falling loss proves nothing. In a small step the loss falls along any direction that
            is less than 90° from minus the gradient, and most bugs leave the direction that far
            right. Faster isn't better evidence: minus the gradient is the steepest way only for
            the smallest of steps. Only measured slopes can tell.
            """,
        points=(
            "Every direction within 90° of minus the gradient goes downhill.",
            "So wrong gradients train too; some even end lower than the right one.",
            "What would convince you is a gradient check: measured slopes.",
        ),
    ),
    Exercise(
        name="07-detective",
        place="## Reading a report",
        kind="find the bug",
        prose="""
            Which of the five lines is wrong in that network? Give its number.
            """,
        hints=(
            """
            Look at the layer that is right. Which of the five lines does it use?
            """,
            r"""
            A line that works in layer 3 works in the other layers too: it's the same line with the same $\sigma$. Which
            line makes something that layer 3 never uses?
            """,
        ),
        starter="""
            wrong_line = ...
            """,
        solution="""
            wrong_line = 5
            """,
        why=r"""
            The weights and biases of layer 3 agree, so lines 1 to 4 work there. In layers 1 and 2 they are the same
            lines. Line 2 alone has something of its own in each layer, $\sigma'$; but here it's the sigmoid's in every
            layer, so what works in layer 3 works in the others. Line 5 is left, and layer 3 doesn't use what it makes.
            """,
        wanted="a number, 1 to 5, the line that is wrong",
        right="What is wrong is the way back: the last layer doesn't need it, so it agrees.",
        expected=lambda: 5,
        slips=tuple(WrongAnswer(lambda n=n: n, hint) for n, hint in _SUSPECTS.items()),
    ),
)
"""Every exercise of the chapter."""
