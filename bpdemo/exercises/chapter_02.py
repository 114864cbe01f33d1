"""The exercises of notebook 02, Three terms."""

from bpdemo import network
from bpdemo.exercises.base import Exercise, Slip
from bpdemo.exercises.draws import (
    A_FOR_Z,
    LOST_2,
    SIGN,
    draw_neuron,
    dσ,
    linear,
    one_neuron,
    uniform,
    σ,
)

__all__ = ["ENTRIES"]

ENTRIES = (
    Exercise(
        name="02-gears",
        place="## The chain from the weight to the loss (N6)",
        kind="compute",
        prose="""
            Somewhere in a network, $z$ moves 3 times as far as $w$; $a$ moves 0.25 times as far as $z$;
            and the loss moves $-0.8$ times as far as $a$. How far does the loss move, per unit of $w$?
            """,
        hints=(),
        starter="""
            dL_dw_there = ...
            """,
        solution="""
            dL_dw_there = -0.8 * 0.25 * 3
            """,
        wanted="a number",
        right="Sensitivities in a row multiply (N6).",
        expected=lambda: 3 * 0.25 * -0.8,
        slips=(
            Slip(lambda: 3 * 0.25 * 0.8, "The size is right. What became of the minus?"),
            Slip(
                lambda: 3 + 0.25 - 0.8,
                "That adds them. When a wheel turns the next, sensitivities multiply (N6).",
            ),
            Slip(lambda: -0.8, "That is how far the loss moves with a. Go on back to w."),
            Slip(lambda: 0.25 * -0.8, "That is how far the loss moves with z. Go on to w."),
            Slip(lambda: 3 * 0.25, "That is how far a moves with w. Go on to the loss."),
        ),
    ),
    Exercise(
        name="02-dL_da",
        place="## Term 1: the slope of the loss (N7)",
        kind="write",
        prose="""
            Write term 1.
            """,
        hints=(),
        starter="""
            def dL_da_of(a, y):
                return ...
            """,
        solution="""
            def dL_da_of(a, y):
                return 2 * (a - y)
            """,
        wanted="a function dL_da_of(a, y)",
        right="2 (a − y): positive when a is too large, negative when it is too small (N7).",
        draw=lambda rng: {"a": uniform(rng), "y": uniform(rng)},
        adds=True,
        expected=lambda a, y: (
            network.backward(network.forward([[a]], [[[1.0]]], "identity"), [[y]]).dL_da[1].item()
        ),
        slips=(
            Slip(lambda a, y: 2 * (y - a), SIGN),
            Slip(lambda a, y: a - y, LOST_2),
            Slip(lambda a, y: y - a, f"{SIGN} And: {LOST_2}"),
            Slip(lambda a, y: (a - y) ** 2, "That is the loss itself. Wanted is its slope (N7)."),
            Slip(lambda a, y: 2 * a, "That would be the slope of a². What became of y?"),
        ),
    ),
    Exercise(
        name="02-da_dz",
        place="## Term 2: the slope of the activation (N8)",
        kind="write",
        prose="""
            Write term 2 for the sigmoid.
            """,
        hints=(),
        starter="""
            def da_dz_of(z):
                return ...
            """,
        solution="""
            def da_dz_of(z):
                a = 1 / (1 + np.exp(-z))
                return a * (1 - a)
            """,
        wanted="a function da_dz_of(z)",
        right="σ′(z) = σ(z)(1 − σ(z)): written in a, it is a(1 − a) (N8).",
        draw=lambda rng: {"z": uniform(rng)},
        adds=True,
        expected=dσ,
        slips=(
            Slip(σ, "That is σ(z) itself. Wanted is its slope (N8)."),
            Slip(
                lambda z: z * (1 - z),
                "a(1 − a) is right, but with a = σ(z). Here z stands in the place of a.",
            ),
            Slip(lambda z: dσ(σ(z)), f"{A_FOR_Z} σ is applied once too often."),
            Slip(lambda z: 1 - σ(z), "One factor is missing: σ′(z) is a times (1 − a)."),
            Slip(lambda z: σ(z) * (1 + σ(z)), "A sign is wrong: σ′(z) is a times (1 − a)."),
            Slip(
                lambda z: 1 - σ(z) ** 2,
                "1 − a² belongs to tanh. The sigmoid has a(1 − a).",
            ),
            Slip(lambda z: -dσ(z), "The sign is wrong: σ climbs everywhere, so σ′ > 0."),
        ),
    ),
    Exercise(
        name="02-dz_dw",
        place="## Term 3: what came in (N9)",
        kind="write",
        prose="""
            Write term 3. (It looks too easy. Which of the two numbers is the answer?)
            """,
        hints=(),
        starter="""
            def dz_dw_of(a_before, w):
                return ...
            """,
        solution="""
            def dz_dw_of(a_before, w):
                return a_before
            """,
        wanted="a function dz_dw_of(a_before, w)",
        right="z = a_before · w is a straight line in w; its slope is a_before (N9).",
        draw=lambda rng: {"a_before": uniform(rng), "w": uniform(rng)},
        adds=True,
        expected=lambda a_before, w: float(
            # With ℒ = (0 − z)² and σ = identity, ∂ℒ/∂w = ∂ℒ/∂z · ∂z/∂w; divide the first away.
            linear(a_before, w).dL_dw[1].item() / linear(a_before, w).dL_dz[1].item()
        ),
        slips=(
            Slip(
                lambda a_before, w: w,
                "That is ∂z/∂a_before. Which of the two numbers is moved here?",
            ),
            Slip(lambda a_before, w: a_before * w, "That is z itself. Wanted is its slope in w."),
            Slip(
                lambda a_before, w: 1.0,
                "The slope is 1 for a sum. In a product, the other factor stays (N9).",
            ),
            Slip(
                lambda a_before, w: a_before + w,
                "Only w moves; a_before stands still. What is the slope of 3·w?",
            ),
        ),
    ),
    Exercise(
        name="02-dL_dw",
        place="## The three together (N10)",
        kind="write",
        prose="""
            All three terms in one function, for the sigmoid. You get `a_before`, `z`, `a` and `y` from
            the forward pass.
            """,
        hints=(),
        starter="""
            def dL_dw_of(a_before, z, a, y):
                return ...
            """,
        solution="""
            def dL_dw_of(a_before, z, a, y):
                return 2 * (a - y) * a * (1 - a) * a_before
            """,
        why=r"""
            Here $a(1 - a)$ is used for $\sigma'(z)$: the same number, and no new exponential.
            """,
        wanted="a function dL_dw_of(a_before, z, a, y)",
        right="Three factors, each known from the forward pass (N10).",
        draw=draw_neuron,
        expected=lambda a_before, z, a, y: one_neuron(a_before, z, y).dL_dw[1].item(),
        slips=(
            Slip(lambda a_before, z, a, y: 2 * (y - a) * dσ(z) * a_before, SIGN),
            Slip(lambda a_before, z, a, y: (a - y) * dσ(z) * a_before, LOST_2),
            Slip(lambda a_before, z, a, y: (y - a) * dσ(z) * a_before, f"{SIGN} And: {LOST_2}"),
            Slip(lambda a_before, z, a, y: 2 * (a - y) * dσ(a) * a_before, A_FOR_Z),
            Slip(
                lambda a_before, z, a, y: 2 * (a - y) * z * (1 - z) * a_before,
                "σ′(z) is a(1 − a), with a in it. Here z stands in the place of a.",
            ),
            Slip(
                lambda a_before, z, a, y: 2 * (a - y) * a * a_before,
                "That has σ(z) where σ′(z) belongs (N8).",
            ),
            Slip(
                lambda a_before, z, a, y: 2 * (a - y) * a_before,
                "The middle factor σ′(z) is missing (N8).",
            ),
            Slip(
                lambda a_before, z, a, y: 2 * (a - y) * dσ(z),
                "The last factor is missing: ∂z/∂w is the activation BEFORE the weight (N9).",
            ),
            Slip(
                lambda a_before, z, a, y: 2 * (a - y) * dσ(z) * a,
                "The last factor is the activation BEFORE the weight, not behind it (N9).",
            ),
            Slip(
                lambda a_before, z, a, y: 2 * (a - y) * dσ(z) * z,
                "The last factor is ∂z/∂w, not z itself (N9).",
            ),
            Slip(
                lambda a_before, z, a, y: (a - y) ** 2 * dσ(z) * a_before,
                "The first factor is the slope of the loss, not the loss itself (N7).",
            ),
            Slip(
                lambda a_before, z, a, y: 2 * (a - y) + dσ(z) + a_before,
                "The chain rule multiplies its factors; here they are added (N6).",
            ),
        ),
    ),
)
