"""The exercises of notebook 09, Depth."""

import numpy as np

from bpdemo import activations, depth, network
from bpdemo.exercises.base import Exercise, Words, WrongAnswer
from bpdemo.exercises.draws import uniform

__all__ = ["ENTRIES"]

_tanh = activations.get("tanh")


def _product(factor: float, layers: int = 12) -> float:
    """∂ℒ/∂a^0 divided by ∂ℒ/∂a^L in a chain whose every factor is this: the core's."""
    trace = network.forward([[1.0]], [[[factor]]] * layers, activation="identity")
    grad = network.backward(trace, [[0.0]])
    return grad.dL_da[0].item() / grad.dL_da[layers].item()


def _grown(times: float, layers: int = 10) -> tuple[float, float]:
    """What ∂ℒ/∂a^0 and ∂ℒ/∂w^1 of a relu network are multiplied by if its weights are: the core's.

    ∂ℒ/∂a^L is the same before and after.
    """
    rng = np.random.default_rng(0)
    w = list(rng.uniform(0.1, 1.0, size=(layers, 3, 3)))
    x, dL_da_L = rng.uniform(size=(2, 3)), rng.uniform(size=(2, 3))
    before, after = (
        network.backward(
            network.forward(x, [c * w_k for w_k in w], activation="relu"), dL_da_L, depth.FIXED
        )
        for c in (1.0, times)
    )
    return (
        float(after.dL_da[0][0, 0] / before.dL_da[0][0, 0]),
        float(after.dL_dw[1][0, 0] / before.dL_dw[1][0, 0]),
    )


def _draw_step(rng):
    return {"dL_da": uniform(rng, 4, 3), "z": uniform(rng, 4, 3), "w": uniform(rng, 3, 3)}


def _step_back(dL_da, z, w):
    """The way through the layer, by the core, and the skip connection's 1."""
    return dL_da + _through(dL_da, z, w)


def _through(dL_da, z, w):
    trace = network.forward(z @ np.linalg.inv(w), [w], activation="tanh")
    return network.backward(trace, trace.a[1] - dL_da / 2).dL_da[0]


def _flat_variance(reach: float) -> float:
    """The variance of numbers spread evenly from −reach to reach: a mean over thin slices."""
    edges = np.linspace(-reach, reach, 2_000_001)
    middles = (edges[1:] + edges[:-1]) / 2
    return float((middles**2).mean())


ENTRIES = (
    Exercise(
        name="09-products",
        place="## A long product (B40)",
        kind="compute",
        prose="""
            On the way back through 12 layers each factor is 0.5. In a second network it's 2. What are
            the two products?
            """,
        hints=(
            "Along a chain the factors are multiplied. How many of them are there?",
            "Try it with 3 layers first: half of a half of a half is 0.5 · 0.5 · 0.5. In Python a "
            "power is `**`.",
        ),
        starter="""
            two_products = (..., ...)
            """,
        solution="""
            two_products = (0.5**12, 2**12)
            """,
        why="""
            About 0.00024 and 4096: halving and doubling look harmless, one step at a time.
            """,
        wanted="a pair of numbers, the product for 0.5 and the product for 2",
        right="One step halves or doubles; twelve steps make a factor of about four thousand.",
        expected=lambda: (_product(0.5), _product(2.0)),
        parts=("0.5", "2"),
        slips=(
            WrongAnswer(
                lambda: (0.5 * 12, 2.0 * 12),
                "That adds twelve factors. Along a chain they are multiplied (N6).",
            ),
            WrongAnswer(
                lambda: (_product(2.0), _product(0.5)),
                "The two are swapped: halving twelve times makes a number small.",
            ),
            WrongAnswer(
                lambda: (_product(0.5, 11), _product(2.0, 11)),
                "That is eleven factors. Twelve layers, a factor for each.",
            ),
            WrongAnswer(
                lambda: (_product(0.5, 13), _product(2.0, 13)),
                "That is thirteen factors. Twelve layers, a factor for each.",
            ),
            WrongAnswer(
                lambda: (_product(0.125), _product(0.5)),
                "0.5 and 2 are the whole factors σ′ w already: don't multiply by ¼ again.",
            ),
        ),
    ),
    Exercise(
        name="09-bound",
        place="## A quarter at most (B41, B42)",
        kind="write",
        prose=r"""
            Write the bound: given all the weights of a chain of sigmoids (an array `w`), by how much at
            most can $\partial\mathcal{L}/\partial a^L$ be multiplied on its way to $a^0$?
            """,
        hints=(
            "What is the bound for one layer with the weight `w_k`? A bound is about sizes, so what "
            "becomes of a negative weight?",
            "`np.abs` takes the sizes of a whole array, and `np.prod` multiplies all its entries.",
        ),
        starter="""
            def bound_of(w):
                return ...
            """,
        solution="""
            def bound_of(w):
                return np.prod(np.abs(w) / 4)
            """,
        wanted="a function bound_of(w)",
        right="A quarter of the weight's size, layer after layer (B42).",
        draw=lambda rng: {"w": uniform(rng, 5)},
        expected=lambda w: np.exp(np.log(np.abs(w)).sum()) * 0.25 ** len(w),
        slips=(
            WrongAnswer(
                lambda w: np.prod(w / 4),
                "Right except for the sign: a bound is about sizes, so take each |w|.",
            ),
            WrongAnswer(
                lambda w: np.prod(np.abs(w)),
                "The slopes are missing: each layer multiplies by σ′ too, at most ¼ (B41).",
            ),
            WrongAnswer(
                lambda w: 0.25 ** len(w),
                "That is right for weights of size 1. These have other sizes.",
            ),
            WrongAnswer(
                lambda w: np.prod(np.abs(w)) / 4,
                "That is one quarter for all layers together. Each layer has its own.",
            ),
            WrongAnswer(
                lambda w: np.sum(np.abs(w) / 4),
                "That adds up. Along a chain the factors are multiplied.",
            ),
            WrongAnswer(
                lambda w: np.prod(np.abs(w) / 2),
                "½ is σ(0). The slope there, σ′(0), is ½ · (1 − ½).",
            ),
        ),
    ),
    Exercise(
        name="09-xavier",
        place="## How large should a weight be at the start? (B43)",
        kind="write",
        prose=r"""
            Many programs draw the first weights *evenly* from $-r$ to $r$. The variance of such numbers
            is $(r)^2/3$. Give the $r$ for which a layer with `n` inputs keeps the size of what comes in, by
            Xavier's rule.
            """,
        hints=(
            "Which variance does the rule ask for? And which one do numbers between −r and r have?",
            r"Set the two equal, $(r)^2/3 = 1/n$, and solve for $r$.",
        ),
        starter="""
            def reach(n):
                return ...
            """,
        solution="""
            def reach(n):
                return np.sqrt(3 / n)
            """,
        wanted="a function reach(n)",
        right="Its variance is 1/n, so z is as large as what came in (B43).",
        draw=lambda rng: {"n": float(rng.integers(5, 500))},
        expected=lambda n: float(np.sqrt(1 / n / _flat_variance(1.0))),
        slips=(
            WrongAnswer(
                lambda n: 1 / np.sqrt(n),
                "That is the standard deviation. r is larger: most of the numbers are well inside.",
            ),
            WrongAnswer(lambda n: 3 / n, "That is (r)². Take the square root."),
            WrongAnswer(
                lambda n: 1 / n, "That is the variance that the rule asks for. What r gives it?"
            ),
            WrongAnswer(
                lambda n: np.sqrt(1 / (3 * n)),
                "The 3 is on the wrong side: (r)²/3 = 1/n gives (r)² = 3/n.",
            ),
            WrongAnswer(
                lambda n: np.sqrt(6 / n),
                "That has the variance 2/n, which is He's rule, for relu. No half is lost here.",
            ),
            WrongAnswer(
                lambda n: np.sqrt(n / 3), "More inputs need smaller weights, not larger ones."
            ),
        ),
    ),
    Exercise(
        name="09-he",
        place="## And for relu? (B44)",
        kind="write",
        prose="""
            *Leaky* relu (B17) multiplies negative `z` by a small `slope`, rather than by 0. Give the standard
            deviation of the first weights that keeps the mean square, for a layer with `n` inputs.
            """,
        hints=(
            "Take z and −z as a pair again. Of relu's two squares one is left. What is left of the "
            "other one here?",
            "The share kept is (1 + slope²)/2, and n · v times this share must be 1. "
            "Then the standard deviation is the root of v.",
        ),
        starter="""
            def he(n, slope):
                return ...
            """,
        solution="""
            def he(n, slope):
                return np.sqrt(2 / (n * (1 + slope**2)))
            """,
        why="""
            With `slope = 0` that's He's rule for relu, with `slope = 1`, the identity, it's Xavier's. He and
            others give this form too, in the same paper.
            """,
        wanted="a function he(n, slope)",
        right="With slope 0 this is He's rule, with slope 1 it's Xavier's.",
        draw=lambda rng: {"n": float(rng.integers(5, 500)), "slope": float(rng.uniform(0.1, 0.4))},
        expected=lambda n, slope: float(n * np.mean(np.square([1.0, slope]))) ** -0.5,
        slips=(
            WrongAnswer(
                lambda n, slope: 2 / (n * (1 + slope**2)),
                "That is the variance. The standard deviation is its square root.",
            ),
            WrongAnswer(
                lambda n, slope: np.sqrt(2 / n),
                "That is for relu itself, which keeps half. Leaky relu keeps a little more.",
            ),
            WrongAnswer(
                lambda n, slope: np.sqrt(2 / (n * (1 + slope))),
                "B44 is about squares: a z multiplied by the slope has slope² times its square.",
            ),
            WrongAnswer(
                lambda n, slope: np.sqrt(1 / (n * (1 + slope**2))),
                "The share kept is the mean over the pair: half of 1 + slope².",
            ),
            WrongAnswer(
                lambda n, slope: 1 / np.sqrt(n),
                "That is Xavier's rule. Leaky relu loses something too (B44).",
            ),
            WrongAnswer(
                lambda n, slope: np.sqrt((1 + slope**2) / (2 * n)),
                "What is lost must be made up for: the smaller the share kept, the larger the weights.",
            ),
        ),
    ),
    Exercise(
        name="09-predict",
        place="## Twice the weights, 2ⁿ times the gradient (B46)",
        kind="predict",
        prose=r"""
            *Before you run anything:* a relu network without biases has 10 layers, and you multiply all its
            weights by 3. $\partial\mathcal{L}/\partial a^{10}$ is to stay what it was. By what are these two
            multiplied: $\partial\mathcal{L}/\partial a^0$, and $\partial\mathcal{L}/\partial w^1$?
            """,
        hints=(
            r"Count the steps from $a^{10}$ back to $a^0$. For $w^1$: which product is "
            r"$\partial\mathcal{L}/\partial w^1$, and which weights are in it?",
            r"$\partial\mathcal{L}/\partial w^1 = x^T \delta^1$ with "
            r"$\delta^1 = \partial\mathcal{L}/\partial a^1 \odot \sigma'(z^1)$. So the last step, through $w^1$ "
            r"itself, isn't taken.",
        ),
        starter="""
            grown = (..., ...)
            """,
        solution="""
            grown = (3**10, 3**9)
            """,
        why=r"""
            59,049 and 19,683. Ten steps lead to $a^0$, and nine to $a^1$, from which $\partial\mathcal{L}/\partial w^1$
            is made: neither $x$ nor the slopes have changed.
            """,
        wanted="a pair of numbers, for ∂ℒ/∂a^0 and for ∂ℒ/∂w^1",
        right="Ten steps back to a^0; nine to a^1, and ∂ℒ/∂w^1 needs no more (B46).",
        expected=lambda: _grown(3.0),
        parts=("∂ℒ/∂a^0", "∂ℒ/∂w^1"),
        slips=(
            WrongAnswer(
                lambda: (3.0**10, 3.0**10),
                "The first is right. ∂ℒ/∂w^1 is made from ∂ℒ/∂a^1, one step earlier.",
            ),
            WrongAnswer(
                lambda: (3.0**10, 3.0**11),
                "The first is right. For ∂ℒ/∂w^1 it's one step less, not one more.",
            ),
            WrongAnswer(
                lambda: (30.0, 27.0), "Right steps, but each multiplies by 3. That adds them up."
            ),
            WrongAnswer(
                lambda: (3.0**9, 3.0**10),
                "The two are swapped: a^0 lies one step further back than a^1.",
            ),
            WrongAnswer(
                lambda: (3.0**9, 3.0**9),
                "The second is right. To a^0 it's one step more: from 10 to 0.",
            ),
            WrongAnswer(lambda: (3.0, 3.0), "That is one step back. There are ten layers."),
            WrongAnswer(
                lambda: (3.0**9, 3.0**8),
                "One step too few in both: from a^10 back to a^0 there are ten.",
            ),
        ),
    ),
    Exercise(
        name="09-skip-connection",
        place="## A skip connection adds 1 (B47)",
        kind="write",
        prose=r"""
            Write one step back for a layer with a skip connection: given `dL_da` and `z` of layer $k+1$,
            and `w`, return $\partial\mathcal{L}/\partial a^k$. The activation is tanh; examples stand in rows.
            """,
        hints=(
            "There are two paths from $a^k$ to $a^{k+1}$. What does each of them contribute, and what "
            "happens where they join?",
            r"Through the layer: multiply by the slope, `1 - np.tanh(z) ** 2`, and go back through "
            r"`w.T`. Around it: `dL_da`, unchanged.",
        ),
        starter="""
            def step_back(dL_da, z, w):
                return ...
            """,
        solution="""
            def step_back(dL_da, z, w):
                dL_dz = dL_da * (1 - np.tanh(z) ** 2)
                return dL_da + dL_dz @ w.T
            """,
        wanted="a function step_back(dL_da, z, w)",
        right="Two paths from a^k: around the layer, and through it. Their contributions add (B47).",
        draw=_draw_step,
        expected=_step_back,
        slips=(
            WrongAnswer(
                _through, "That is the way through the layer. The other path is missing (B47)."
            ),
            WrongAnswer(
                lambda dL_da, z, w: 1 + _through(dL_da, z, w),
                "The 1 is a factor of ∂ℒ/∂a^{k+1}: the skip connection hands that on, not 1.",
            ),
            WrongAnswer(
                lambda dL_da, z, w: dL_da + (dL_da * _tanh.derivative(z)) @ w,
                "On the way back w is transposed: @ w.T. On a square layer no shape tells you.",
            ),
            WrongAnswer(
                lambda dL_da, z, w: dL_da + dL_da @ w.T,
                "σ′(z) is missing on the way through the layer.",
            ),
            WrongAnswer(
                lambda dL_da, z, w: (dL_da + dL_da * _tanh.derivative(z)) @ w.T,
                "The skip connection goes around w as well: add dL_da after the product with w.",
            ),
            WrongAnswer(
                lambda dL_da, z, w: dL_da, "That is the way around. What about the layer itself?"
            ),
        ),
    ),
    Exercise(
        name="09-bug",
        place="## A skip connection adds 1 (B47)",
        kind="find the bug",
        prose="""
            This backward pass is for layers with skip connections. It runs, and with one layer its gradient is right.
            With three layers it isn't. In which line is the bug?

            ```
            1  def backward(dL_da_L, slopes, w):
            2      dL_da = [dL_da_L]
            3      for slope, w_k in zip(reversed(slopes), reversed(w), strict=True):
            4          dL_dz = dL_da[0] * slope
            5          dL_da.insert(0, dL_da[-1] + dL_dz @ w_k.T)
            6      return dL_da
            ```
            """,
        hints=(
            "Go through it with two layers. What is in the list when the second step begins, and which "
            "entry belongs to the layer above?",
            "New entries come in at the front. So which index has the newest one, and which the "
            "oldest?",
        ),
        starter="""
            line = ...
            """,
        solution="""
            line = 5
            """,
        why="""
            `dL_da[-1]` is the last entry of the list, the gradient of the *last* layer, at every step. The skip
            connection hands on the gradient of the layer just above: `dL_da[0]`. In the first step the list has one
            entry, so the two are the same: that's why one layer doesn't show it.
            """,
        wanted="a number, the line",
        right="dL_da[-1] is always ∂ℒ/∂a^L; the layer just above is dL_da[0].",
        expected=lambda: 5.0,
        slips=(
            WrongAnswer(
                lambda: 1.0, "The arguments are all that's needed. The bug is further down."
            ),
            WrongAnswer(
                lambda: 2.0, "The list begins with ∂ℒ/∂a^L: that is the base case, and it's right."
            ),
            WrongAnswer(
                lambda: 3.0,
                "From the last layer to the first, slope and weights side by side: that's right.",
            ),
            WrongAnswer(
                lambda: 4.0,
                "δ is ∂ℒ/∂a of the layer above times the slope, and the newest entry is at 0. Right.",
            ),
            WrongAnswer(lambda: 6.0, "That returns all of them, from layer 0 to layer L. Right."),
        ),
    ),
    Words(
        name="09-two-troubles",
        place="## Does it matter? (B49)",
        prose="""
            At scale 0.25 the network learns nothing, and at scale 4 hardly anything. Explain to a friend why these are two
            different troubles.
            """,
        hints=(
            "Look at the numbers measured before the training: the size of the gradient, and how many neurons are "
            "saturated. Which of them is odd at 0.25, and which at 4?",
            "Write the factor of one step, σ′ w, for both: where is w small, and where is σ′ small? Then think of what "
            "a step of descent does with a tiny gradient, and with a huge one.",
        ),
        model="At 0.25 every factor σ′w is small because w is: the slopes are near 1, but after ten layers hardly "
        "anything of the gradient is left, so the first layers don't move. At 4 the weights are so large that most "
        "neurons are saturated. Their slopes are near 0, the other factors are large, the gradient is huge, and its "
        "steps throw the weights around without reading the digits any better.",
        points=(
            "at 0.25 the slopes are fine, and the small weights make the product vanish;",
            "so the gradient is right, but the first layers hardly move;",
            "at 4 most neurons are saturated: their slopes are near 0;",
            "and the gradient is large, not small, because the weights in it are.",
        ),
    ),
)
"""Every exercise of the chapter."""
