"""The exercises of notebook 10, What it costs, and how frameworks do it."""

from itertools import pairwise

import numpy as np

from bpdemo import network
from bpdemo.exercises.base import Exercise, Slip
from bpdemo.exercises.draws import uniform

__all__ = ["ENTRIES"]


def _weights(widths) -> list[int]:
    """The number of weights in each set, as the core takes them."""
    w = [np.zeros((before, n)) for before, n in pairwise(widths)]
    return [w_k.size for w_k in network.forward(np.zeros((1, widths[0])), w).w]


def _draw_widths(rng):
    return {
        "widths": [int(n) for n in rng.permutation(np.arange(2, 9))[:4]],
        "m": int(rng.integers(3, 12)),
    }


def _divide(u, v):
    """The slopes of u / v by complex steps: no formula for them is written down."""
    h = 1e-20
    return ((u + 1j * h) / v).imag / h, (u / (v + 1j * h)).imag / h


def _draw_parts(rng):
    return {
        "mean_1": uniform(rng, 3, 2),
        "m_1": int(rng.integers(2, 9)),
        "mean_2": uniform(rng, 3, 2),
        "m_2": int(rng.integers(20, 40)),
    }


ENTRIES = (
    Exercise(
        name="10-count",
        place="## Counting (B50)",
        kind="write",
        prose=r"""
            Write the number of multiplications of one *forward* pass, for a list of widths
            $[n_0, \dots, n_L]$ and `m` examples.
            """,
        hints=(),
        starter="""
            def multiplications(widths, m):
                return ...
            """,
        solution="""
            def multiplications(widths, m):
                return m * sum(widths[k - 1] * widths[k] for k in range(1, len(widths)))
            """,
        wanted="a function multiplications(widths, m)",
        right="m P: each example meets each weight once (B50).",
        draw=_draw_widths,
        expected=lambda widths, m: m * sum(_weights(widths)),
        slips=(
            Slip(
                lambda widths, m: sum(_weights(widths)),
                "That is the number of weights, or one example's share. There are m examples.",
            ),
            Slip(
                lambda widths, m: 2 * m * sum(_weights(widths)),
                "That is a backward pass. Forward has one product in each layer.",
            ),
            Slip(
                lambda widths, m: 3 * m * sum(_weights(widths)),
                "That is forward and backward together. Wanted is forward alone.",
            ),
            Slip(
                lambda widths, m: m * int(np.prod(widths)),
                "That multiplies all widths. Each layer has its own product; add these up.",
            ),
            Slip(
                lambda widths, m: m * sum(widths),
                "That counts neurons. In layer k each of n_k neurons meets n_{k-1} numbers.",
            ),
            Slip(
                lambda widths, m: m * sum(_weights(widths)[:-1]),
                "The last layer is missing: k goes from 1 to L, so up to len(widths) - 1.",
            ),
            Slip(
                lambda widths, m: m * sum(_weights(widths)[1:]),
                "The first layer is missing: it has n_0 · n_1 weights.",
            ),
        ),
    ),
    Exercise(
        name="10-runs",
        place="## And finite differences (B51)",
        kind="compute",
        prose="""
            The network of notebook 04 that reads digits has the widths 64-32-10. How many forward runs do
            central differences need for one gradient?
            """,
        hints=(),
        starter="""
            runs = ...
            """,
        solution="""
            runs = 2 * (64 * 32 + 32 * 10)
            """,
        wanted="a number",
        right="4,736 runs for one step of gradient descent; back-propagation costs as much as 3.",
        expected=lambda: 2 * sum(_weights([64, 32, 10])),
        slips=(
            Slip(
                lambda: sum(_weights([64, 32, 10])),
                "Once for each weight is a forward difference. A central one runs twice.",
            ),
            Slip(
                lambda: 2 * 64 * 32,
                "That is for the first set of weights. There is a second one.",
            ),
            Slip(lambda: 2 * (64 + 32 + 10), "That counts neurons. A run is made for each weight."),
            Slip(
                lambda: 2 * (64 * 32 + 32 * 10 + 32 + 10),
                "That counts biases too. This network has none.",
            ),
            Slip(lambda: 3, "That is back-propagation's price, in forward runs."),
            Slip(
                lambda: sum(_weights([64, 32, 10])) + 1,
                "That is right for forward differences. Central ones run twice for each weight.",
            ),
        ),
    ),
    Exercise(
        name="10-divide",
        place="## An autograd of our own (B54, B55)",
        kind="write",
        prose="""
            Our `Value` can't divide. Which two slopes would its `__truediv__` have to note down for
            $u / v$?
            """,
        hints=(),
        starter="""
            def slopes_of_division(u, v):
                return ..., ...
            """,
        solution="""
            def slopes_of_division(u, v):
                return 1 / v, -u / v**2
            """,
        wanted="a function slopes(u, v) that returns two slopes",
        right="u · v⁻¹: the slope to v is that of a power, −v⁻², times u (B54).",
        draw=lambda rng: {"u": uniform(rng), "v": uniform(rng)},
        expected=_divide,
        parts=("the slope to u", "the slope to v"),
        slips=(
            Slip(
                lambda u, v: (1 / v, u / v**2),
                "A larger v makes u / v smaller in size: a sign is missing.",
            ),
            Slip(
                lambda u, v: (1 / v, -1 / v**2),
                "The first is right. The second is the slope of 1 / v; here u stands above.",
            ),
            Slip(lambda u, v: (v, u), "Those are the slopes of the product u · v."),
            Slip(lambda u, v: (1 / v, 1 / u), "The first is right. Write u / v as u · v⁻¹."),
            Slip(
                lambda u, v: (1 / v, -u / v),
                "The first is right. The slope of v⁻¹ is −v⁻²: the square is missing.",
            ),
            Slip(
                lambda u, v: (-u / v**2, 1 / v),
                "Both are right, in the wrong order: first the slope to u.",
            ),
        ),
    ),
    Exercise(
        name="10-together",
        place="## Many machines (B57, B58)",
        kind="write",
        prose="""
            Two machines had $m_1$ and $m_2$ examples, and each sends the gradient of its *mean* loss. Give
            the gradient of the mean loss of all.
            """,
        hints=(),
        starter="""
            def together(mean_1, m_1, mean_2, m_2):
                return ...
            """,
        solution="""
            def together(mean_1, m_1, mean_2, m_2):
                return (m_1 * mean_1 + m_2 * mean_2) / (m_1 + m_2)
            """,
        wanted="a function together(mean_1, m_1, mean_2, m_2)",
        right="Each mean, times its examples, is a sum; sums may be added (B57).",
        draw=_draw_parts,
        expected=lambda mean_1, m_1, mean_2, m_2: np.average(
            [mean_1, mean_2], axis=0, weights=[m_1, m_2]
        ),
        slips=(
            Slip(
                lambda mean_1, m_1, mean_2, m_2: (mean_1 + mean_2) / 2,
                "The mean of the means lets the smaller part count as much as the larger.",
            ),
            Slip(
                lambda mean_1, m_1, mean_2, m_2: mean_1 + mean_2,
                "Sums may be added, means may not. Make sums of them first.",
            ),
            Slip(
                lambda mean_1, m_1, mean_2, m_2: m_1 * mean_1 + m_2 * mean_2,
                "That is the gradient of the sum. Wanted is that of the mean.",
            ),
            Slip(
                lambda mean_1, m_1, mean_2, m_2: (m_1 * mean_1 + m_2 * mean_2) / 2,
                "Divide by the number of examples, not of machines.",
            ),
            Slip(
                lambda mean_1, m_1, mean_2, m_2: (mean_1 / m_1 + mean_2 / m_2) * (m_1 + m_2),
                "The larger part must weigh more: multiply by its size, don't divide.",
            ),
            Slip(
                lambda mean_1, m_1, mean_2, m_2: (m_2 * mean_1 + m_1 * mean_2) / (m_1 + m_2),
                "The sizes are swapped.",
            ),
            Slip(
                lambda mean_1, m_1, mean_2, m_2: (mean_1 + mean_2) / (m_1 + m_2),
                "These are means already. Multiply each by its own number of examples first.",
            ),
        ),
    ),
)
"""Every exercise of the chapter."""
