"""The exercises of notebook 09, Depth."""

import numpy as np

from bpdemo import activations, network
from bpdemo.exercises.base import Exercise, Slip
from bpdemo.exercises.draws import uniform

__all__ = ["ENTRIES"]

_tanh = activations.get("tanh")


def _product(factor: float, layers: int = 12) -> float:
    """∂ℒ/∂a^0 beside ∂ℒ/∂a^L in a chain whose every factor is this: the core's."""
    trace = network.forward([[1.0]], [[[factor]]] * layers, "identity")
    grad = network.backward(trace, [[0.0]])
    return grad.dL_da[0].item() / grad.dL_da[layers].item()


def _draw_step(rng):
    return {"dL_da": uniform(rng, 4, 3), "z": uniform(rng, 4, 3), "w": uniform(rng, 3, 3)}


def _step_back(dL_da, z, w):
    """The way through the layer, by the core, and the skip connection's 1."""
    return dL_da + _through(dL_da, z, w)


def _through(dL_da, z, w):
    trace = network.forward(z @ np.linalg.inv(w), [w], "tanh")
    return network.backward(trace, trace.a[1] - dL_da / 2).dL_da[0]


_STD = "That is the variance. The standard deviation is its square root."

ENTRIES = (
    Exercise(
        name="09-products",
        place="## A long product (B40)",
        kind="compute",
        prose="""
            On the way back through 12 layers each factor is 0.5. And once more with 2 in each. What are
            the two products?
            """,
        hints=(),
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
        right="One step halves or doubles; twelve steps take a factor of four thousand.",
        expected=lambda: (_product(0.5), _product(2.0)),
        parts=("0.5", "2"),
        slips=(
            Slip(
                lambda: (0.5 * 12, 2.0 * 12),
                "That adds twelve factors. Along a chain they are multiplied (N6).",
            ),
            Slip(
                lambda: (_product(2.0), _product(0.5)),
                "The two are swapped: halving twelve times makes small.",
            ),
            Slip(
                lambda: (_product(0.5, 11), _product(2.0, 11)),
                "That is eleven factors. Twelve layers, a factor for each.",
            ),
            Slip(
                lambda: (_product(0.5, 13), _product(2.0, 13)),
                "That is thirteen factors. Twelve layers, a factor for each.",
            ),
            Slip(
                lambda: (_product(0.125), _product(0.5)),
                "0.5 and 2 are the whole factors σ′ w already: no ¼ comes to them.",
            ),
        ),
    ),
    Exercise(
        name="09-bound",
        place="## A quarter at most (B41, B42)",
        kind="write",
        prose=r"""
            Write the bound: given all the weights of a chain of sigmoids, by how much at most can
            $\partial\mathcal{L}/\partial a^L$ be multiplied on its way to $a^0$?
            """,
        hints=(),
        starter="""
            def bound_of(w):
                return ...
            """,
        solution="""
            def bound_of(w):
                return np.prod(np.abs(w) / 4)
            """,
        wanted="a function bound(w)",
        right="A quarter of the weight's size, layer after layer (B42).",
        draw=lambda rng: {"w": uniform(rng, 5)},
        expected=lambda w: np.exp(np.log(np.abs(w)).sum()) * 0.25 ** len(w),
        slips=(
            Slip(
                lambda w: np.prod(w / 4),
                "Right but for the sign: a bound is about sizes, so take each |w|.",
            ),
            Slip(
                lambda w: np.prod(np.abs(w)),
                "The slopes are missing: each layer multiplies by σ′ too, at most ¼ (B41).",
            ),
            Slip(
                lambda w: 0.25 ** len(w),
                "That is right for weights of size 1. These have other sizes.",
            ),
            Slip(
                lambda w: np.prod(np.abs(w)) / 4,
                "That is one quarter for all layers together. Each layer has its own.",
            ),
            Slip(
                lambda w: np.sum(np.abs(w) / 4),
                "That adds up. Along a chain the factors are multiplied.",
            ),
            Slip(
                lambda w: np.prod(np.abs(w) / 2),
                "½ is σ(0). The slope there, σ′(0), is ½ · (1 − ½).",
            ),
        ),
    ),
    Exercise(
        name="09-xavier",
        place="## How large should a weight be at the start? (B43)",
        kind="write",
        prose="""
            Give the standard deviation of the random weights of a layer with `n` inputs, by Xavier's
            rule. (The standard deviation is the square root of the variance.)
            """,
        hints=(),
        starter="""
            def xavier(n):
                return ...
            """,
        solution="""
            def xavier(n):
                return 1 / np.sqrt(n)
            """,
        wanted="a function xavier(n)",
        right="Variance 1/n: then z is as large as what came in (B43).",
        draw=lambda rng: {"n": float(rng.integers(5, 500))},
        expected=lambda n: float(np.sqrt(np.divide(1, n))),
        slips=(
            Slip(lambda n: 1 / n, _STD),
            Slip(lambda n: np.sqrt(n), "More inputs need smaller weights, not larger ones."),
            Slip(lambda n: np.sqrt(2 / n), "That is He's rule, for relu: no half is lost here."),
            Slip(lambda n: 1 / n**2, "A square root is wanted, not a square."),
        ),
    ),
    Exercise(
        name="09-he",
        place="## And for relu? (B44)",
        kind="write",
        prose="""
            Give the standard deviation of the random weights of a relu layer with `n` inputs, by He's
            rule.
            """,
        hints=(),
        starter="""
            def he(n):
                return ...
            """,
        solution="""
            def he(n):
                return np.sqrt(2 / n)
            """,
        wanted="a function he(n)",
        right="Variance 2/n: relu keeps half of the mean square (B44).",
        draw=lambda rng: {"n": float(rng.integers(5, 500))},
        expected=lambda n: float(np.sqrt(np.divide(2, n))),
        slips=(
            Slip(lambda n: 2 / n, _STD),
            Slip(lambda n: 1 / np.sqrt(n), "That is Xavier's rule. relu throws half away (B44)."),
            Slip(
                lambda n: 2 / np.sqrt(n),
                "The 2 belongs under the root: it is the variance that doubles.",
            ),
            Slip(
                lambda n: np.sqrt(1 / (2 * n)),
                "The half is lost in relu, so the weights must make up for it: larger.",
            ),
        ),
    ),
    Exercise(
        name="09-skip-connection",
        place="## A skip connection adds 1 (B47)",
        kind="write",
        prose=r"""
            Write one step back for a layer with a skip connection: given `dL_da` and `z` of layer $k+1$, and
            `w`, return $\partial\mathcal{L}/\partial a^k$. The activation is tanh; examples stand in rows.
            """,
        hints=(),
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
        right="Two paths from a^k: the skip connection, and the way through the layer. They add (B47).",
        draw=_draw_step,
        expected=_step_back,
        slips=(
            Slip(
                _through, "That is one of two paths. The skip connection's share is missing (B47)."
            ),
            Slip(
                lambda dL_da, z, w: 1 + _through(dL_da, z, w),
                "The 1 is a factor of ∂ℒ/∂a^{k+1}: the skip connection hands that on, not 1.",
            ),
            Slip(
                lambda dL_da, z, w: dL_da + (dL_da * _tanh.derivative(z)) @ w,
                "On the way back w is transposed: @ w.T. On a square layer no shape tells you.",
            ),
            Slip(
                lambda dL_da, z, w: dL_da + dL_da @ w.T,
                "σ′(z) is missing on the way through the layer.",
            ),
            Slip(
                lambda dL_da, z, w: (dL_da + dL_da * _tanh.derivative(z)) @ w.T,
                "The skip connection goes around w as well: add dL_da after the product with w.",
            ),
            Slip(
                lambda dL_da, z, w: dL_da,
                "That is the skip connection alone. What about the layer?",
            ),
        ),
    ),
)
"""Every exercise of the chapter."""
