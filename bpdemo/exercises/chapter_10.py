"""The exercises of notebook 10, What it costs, and how frameworks do it."""

from itertools import pairwise

import numpy as np

from bpdemo import network
from bpdemo.exercises.base import Exercise, Words, WrongAnswer
from bpdemo.exercises.draws import uniform

__all__ = ["ENTRIES"]


def _weights(widths) -> list[int]:
    """The number of weights in each set, as the core takes them."""
    w = [np.zeros((before, n)) for before, n in pairwise(widths)]
    return [w_k.size for w_k in network.forward(np.zeros((1, widths[0])), w).w]


def _biases(widths) -> int:
    """The number of biases, as the core takes them."""
    w = [np.zeros((before, n)) for before, n in pairwise(widths)]
    b = [np.zeros(n) for n in widths[1:]]
    return sum(b_k.size for b_k in network.forward(np.zeros((1, widths[0])), w, b=b).b)


def _draw_widths(rng):
    return {
        "widths": [int(n) for n in rng.permutation(np.arange(2, 9))[:4]],
        "m": int(rng.integers(3, 12)),
    }


def _doubled_times(u: float) -> tuple[float, float]:
    """The slope of (u + u) · u by a complex step, and what two backward passes leave in u.grad."""
    h = 1e-20
    moved = u + 1j * h
    slope = ((moved + moved) * moved).imag / h
    return slope, 2 * slope


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
            Training needs the gradients of the *weights*, and not $\partial\mathcal{L}/\partial a^0$. Write the number of
            multiplications of such a backward pass, for a list of widths $[n_0, \dots, n_L]$ and `m` examples.
            """,
        hints=(
            "Begin with the whole backward pass, two products per layer. Which single product does "
            "nobody need, and what are its shapes?",
            r"The whole pass takes $2mP$. Take away $\delta^1 (w^1)^T$, which has as many "
            r"multiplications as layer 1 has going forward.",
        ),
        starter="""
            def multiplications(widths, m):
                return ...
            """,
        solution="""
            def multiplications(widths, m):
                P = sum(widths[k - 1] * widths[k] for k in range(1, len(widths)))
                return 2 * m * P - m * widths[0] * widths[1]
            """,
        wanted="a function multiplications(widths, m)",
        right="Two products per layer, except in layer 1: there the second one isn't needed (B50).",
        draw=_draw_widths,
        expected=lambda widths, m: m * (_weights(widths)[0] + 2 * sum(_weights(widths)[1:])),
        slips=(
            WrongAnswer(
                lambda widths, m: 2 * m * sum(_weights(widths)),
                "That is the whole backward pass, with ∂ℒ/∂a^0. Which product can be left out?",
            ),
            WrongAnswer(
                lambda widths, m: m * sum(_weights(widths)),
                "That is a forward pass. Going back, most layers have two products.",
            ),
            WrongAnswer(
                lambda widths, m: 2 * sum(_weights(widths)) - _weights(widths)[0],
                "That is right for one example. There are m of them.",
            ),
            WrongAnswer(
                lambda widths, m: 2 * m * sum(_weights(widths)[1:]),
                "Layer 1 still needs one product: the one that gives ∂ℒ/∂w^1.",
            ),
            WrongAnswer(
                lambda widths, m: m * (2 * sum(_weights(widths)) - _weights(widths)[-1]),
                "The product that's left out belongs to layer 1, not to layer L: it would give "
                "∂ℒ/∂a^0.",
            ),
            WrongAnswer(
                lambda widths, m: 3 * m * sum(_weights(widths)),
                "That is forward and backward together. Count the way back alone.",
            ),
            WrongAnswer(
                lambda widths, m: 2 * m * sum(_weights(widths)) - _weights(widths)[0],
                "Almost: the product that's left out is made for all m examples.",
            ),
        ),
    ),
    Exercise(
        name="10-runs",
        place="## And finite differences (B51)",
        kind="compute",
        prose="""
            The reader of digits in notebook 08 has the widths 64-128-10, and biases. How many forward runs
            do central differences need for one gradient of all its parameters?
            """,
        hints=(
            "How many runs does one parameter take? And which parameters are there, besides the weights?",
            "The weights are 64 · 128 and 128 · 10. Each of the 128 and 10 neurons has a bias. Two "
            "runs for each of all these.",
        ),
        starter="""
            runs = ...
            """,
        solution="""
            runs = 2 * (64 * 128 + 128 * 10 + 128 + 10)
            """,
        wanted="a number",
        right="19,220 runs for one step of gradient descent; back-propagation costs as much as 3.",
        expected=lambda: 2 * (sum(_weights([64, 128, 10])) + _biases([64, 128, 10])),
        slips=(
            WrongAnswer(
                lambda: 2 * sum(_weights([64, 128, 10])),
                "That is for the weights. The biases are parameters too.",
            ),
            WrongAnswer(
                lambda: sum(_weights([64, 128, 10])) + _biases([64, 128, 10]),
                "That is one run for each parameter. A central difference runs twice.",
            ),
            WrongAnswer(
                lambda: sum(_weights([64, 128, 10])) + _biases([64, 128, 10]) + 1,
                "That is right for forward differences. Central ones run twice for each parameter.",
            ),
            WrongAnswer(
                lambda: 2 * 64 * 128,
                "That is for the first set of weights. There is a second one, and there are biases.",
            ),
            WrongAnswer(
                lambda: 2 * (sum(_weights([64, 128, 10])) + 64 + 128 + 10),
                "The 64 inputs have no biases: only the neurons after them do.",
            ),
            WrongAnswer(
                lambda: 2 * (64 + 128 + 10),
                "That counts neurons. A run is made for each weight and each bias.",
            ),
            WrongAnswer(lambda: 3, "That is back-propagation's price, in forward runs."),
        ),
    ),
    Words(
        name="10-forward-or-reverse",
        place="## What one forward-mode pass gives (B53)",
        prose="""
            A colleague wants to train a network with a million weights, and suggests forward mode: "it comes with the forward
            pass, and nothing has to be stored for a way back." What do you answer?
            """,
        hints=(
            "What does one forward-mode pass give: the whole gradient, or one number? And one reverse pass?",
            "Count the passes for a million weights. Then be fair: is there something in what the colleague says about "
            "storing?",
        ),
        model="One forward-mode pass tells how the loss moves in a single direction, so the whole gradient takes a pass "
        "for each of the million weights. One backward pass gives all of it, for about the price of two forward "
        "passes, because the loss is one number and its row is carried back. You're right that reverse mode has to "
        "keep every a and z until the way back; that memory is the price, and it's worth it.",
        points=(
            "a forward-mode pass gives one direction, not the gradient;",
            "so it takes as many passes as there are weights;",
            "one backward pass gives every weight's slope, for about two forward passes;",
            "it's true that the way back needs the stored a and z.",
        ),
    ),
    Exercise(
        name="10-predict",
        place="## An autograd of our own (B54, B55)",
        kind="predict",
        prose="""
            *Before you run anything:* `u = Value(3.0)`, then `result = (u + u) * u`, then `result.backward()`. What is
            `u.grad`? And what is it after a second `result.backward()`?
            """,
        hints=(
            "Draw it: which numbers are made, and how many paths lead from `result` back to `u`? Multiply along "
            "each, and add.",
            "In letters, (u + u) · u is 2u². For the second part: does the `grad` of an input like `u` start again at 0, or does it add up?",
        ),
        starter="""
            grads = (..., ...)
            """,
        solution="""
            grads = (12, 24)
            """,
        why="""
            Three paths: two through the sum, each with the slope $1 \\cdot u = 3$, and one straight from the product, with the
            slope $u + u = 6$. They add up to 12, and 2u² has the slope 4u = 12. The second call adds the same again.
            """,
        wanted="a pair of numbers, after the first call and after the second",
        right="Three paths, 3 + 3 + 6; and a leaf adds up what the calls bring (B55).",
        expected=lambda: _doubled_times(3.0),
        parts=("after the first call", "after the second"),
        slips=(
            WrongAnswer(
                lambda: (12.0, 12.0),
                "The first is right. A leaf keeps what it has, and the second call adds to it.",
            ),
            WrongAnswer(
                lambda: (6.0, 12.0),
                "6 is one of the shares: straight from the product, or both through the sum. Add "
                "them.",
            ),
            WrongAnswer(
                lambda: (9.0, 18.0),
                "One of the two paths through the sum is missing: u stands in it twice.",
            ),
            WrongAnswer(
                lambda: (18.0, 36.0),
                "18 is the value of the result, not its slope.",
            ),
            WrongAnswer(
                lambda: (12.0, 30.0),
                "The first is right. 30 comes out if the sum u + u keeps its share of the first call "
                "and hands it on once more; numbers on the way start again at 0.",
            ),
            WrongAnswer(
                lambda: (12.0, 144.0),
                "The first is right. The second call adds; it doesn't multiply.",
            ),
        ),
    ),
    Exercise(
        name="10-bug",
        place="## An autograd of our own (B54, B55)",
        kind="find the bug",
        prose="""
            Somebody has added three operations to `Value`. All three give the right value; one notes down a wrong slope. In
            which line is the bug?

            ```
            1  def sqrt(self):
            2      return Value(self.data**0.5, (self,), (0.5 * self.data**-0.5,))
            3  def tanh(self):
            4      t = math.tanh(self.data)
            5      return Value(t, (self,), (1 - t**2,))
            6  def sigmoid(self):
            7      a = 1 / (1 + math.exp(-self.data))
            8      return Value(a, (self,), (self.data * (1 - self.data),))
            ```
            """,
        hints=(
            "Go through the slopes one by one. Which rule of A1 or of notebook 06 gives each, and of what is it a "
            "formula: of u, or of the value that was made?",
            "You can measure: copy the three functions into a cell as ordinary functions of a number, and take a "
            "central difference of each at 0.5.",
        ),
        starter="""
            line = ...
            """,
        solution="""
            line = 8
            """,
        why="""
            The sigmoid's slope is $a(1 - a)$, with the value `a` that was made. Here it is taken with $u$, the number before:
            the slip of notebook 03, the other way round. With `a * (1 - a)` it's right. (`self.data` is called $z$ there.)
            """,
        wanted="a number, the line",
        right="a(1 − a) is a formula of the output: a, not self.data, belongs in it.",
        expected=lambda: 8.0,
        slips=(
            WrongAnswer(
                lambda: 2.0,
                "The power rule with n = ½: the slope is ½ · u to the power of −½. Right.",
            ),
            WrongAnswer(lambda: 4.0, "That is the value, and it is right. Look at the slopes."),
            WrongAnswer(
                lambda: 5.0,
                "1 − t² is tanh's slope, written in its own output t. That's right.",
            ),
            WrongAnswer(lambda: 7.0, "That is the value, and it is right. Look at the slopes."),
            WrongAnswer(
                lambda: 1.0, "Nothing can be wrong in the line of the def. Look at the slopes."
            ),
            WrongAnswer(
                lambda: 3.0, "Nothing can be wrong in the line of the def. Look at the slopes."
            ),
            WrongAnswer(lambda: 6.0, "Close: it's in this function. But in which line?"),
        ),
    ),
    Exercise(
        name="10-divide",
        place="## An autograd of our own (B54, B55)",
        kind="write",
        prose="""
            Our `Value` can't divide. For `u / v` Python calls `u.__truediv__(v)`
            ([A3](A3-python.ipynb#A-class-with-its-own-multiplication) has a table of such names), and it would return
            `Value(self.data / other.data, (self, other), (..., ...))`. Which two slopes belong instead of the dots?
            """,
        hints=(
            "Write $u / v$ as $u \\cdot v^{-1}$. While one of them moves, the other one stands still.",
            "To $u$: a constant factor stays in front. To $v$: the power rule says that $v^{-1}$ has the slope "
            "$-v^{-2}$, and $u$ is a constant factor in front of it.",
        ),
        starter="""
            def slopes_of_division(u, v):
                return ..., ...
            """,
        solution="""
            def slopes_of_division(u, v):
                return 1 / v, -u / v**2
            """,
        wanted="a function slopes_of_division(u, v) that returns two slopes",
        right="u · v⁻¹: the slope to v is that of a power, −v⁻², times u (B54).",
        draw=lambda rng: {"u": uniform(rng), "v": uniform(rng)},
        expected=_divide,
        parts=("the slope to u", "the slope to v"),
        slips=(
            WrongAnswer(
                lambda u, v: (1 / v, u / v**2),
                "A larger v makes u / v smaller in size: a sign is missing.",
            ),
            WrongAnswer(
                lambda u, v: (1 / v, -1 / v**2),
                "The first is right. The second is the slope of 1 / v; here u stands above.",
            ),
            WrongAnswer(lambda u, v: (v, u), "Those are the slopes of the product u · v."),
            WrongAnswer(lambda u, v: (1 / v, 1 / u), "The first is right. Write u / v as u · v⁻¹."),
            WrongAnswer(
                lambda u, v: (1 / v, -u / v),
                "The first is right. The slope of v⁻¹ is −v⁻²: the square is missing.",
            ),
            WrongAnswer(
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
            the gradient of the mean loss over all examples.
            """,
        hints=(
            "Means can't be added, sums can. How do you make a sum of each mean?",
            "`m_1 * mean_1` is the sum over the first machine's examples. Add the two sums; then by how many "
            "examples do you divide?",
        ),
        starter="""
            def together(mean_1, m_1, mean_2, m_2):
                return ...
            """,
        solution="""
            def together(mean_1, m_1, mean_2, m_2):
                return (m_1 * mean_1 + m_2 * mean_2) / (m_1 + m_2)
            """,
        wanted="a function together(mean_1, m_1, mean_2, m_2)",
        right="Each mean, times its number of examples, is a sum, and sums may be added (B57).",
        draw=_draw_parts,
        expected=lambda mean_1, m_1, mean_2, m_2: np.average(
            [mean_1, mean_2], axis=0, weights=[m_1, m_2]
        ),
        slips=(
            WrongAnswer(
                lambda mean_1, m_1, mean_2, m_2: (mean_1 + mean_2) / 2,
                "The mean of the means lets the smaller part count as much as the larger.",
            ),
            WrongAnswer(
                lambda mean_1, m_1, mean_2, m_2: mean_1 + mean_2,
                "Sums may be added, means may not. Make sums of them first.",
            ),
            WrongAnswer(
                lambda mean_1, m_1, mean_2, m_2: m_1 * mean_1 + m_2 * mean_2,
                "That is the gradient of the sum. You need that of the mean.",
            ),
            WrongAnswer(
                lambda mean_1, m_1, mean_2, m_2: (m_1 * mean_1 + m_2 * mean_2) / 2,
                "Divide by the number of examples, not of machines.",
            ),
            WrongAnswer(
                lambda mean_1, m_1, mean_2, m_2: (mean_1 / m_1 + mean_2 / m_2) * (m_1 + m_2),
                "The larger part must count more: multiply by its size, don't divide.",
            ),
            WrongAnswer(
                lambda mean_1, m_1, mean_2, m_2: (m_2 * mean_1 + m_1 * mean_2) / (m_1 + m_2),
                "The sizes are swapped.",
            ),
            WrongAnswer(
                lambda mean_1, m_1, mean_2, m_2: (mean_1 + mean_2) / (m_1 + m_2),
                "These are means already. Multiply each by its own number of examples first.",
            ),
        ),
    ),
)
"""Every exercise of the chapter."""
