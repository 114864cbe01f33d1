"""The exercises of notebook 02, Three terms."""

from bpdemo import network
from bpdemo.exercises.base import Exercise, Words, WrongAnswer
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
from bpdemo.exercises.listings import lines_that_differ, numbered

__all__ = ["ENTRIES"]

BUGGY_SLOPE = """
def slope_of_loss(a_before, w, y):
    z = a_before * w
    a = sigma(z)
    dL_da = 2 * (a - y)
    da_dz = a * (1 - a)
    dz_dw = w
    return dL_da * da_dz * dz_dw
"""
SLOPE = BUGGY_SLOPE.replace("dz_dw = w", "dz_dw = a_before")


def one_neuron_at(a_before, w, y):
    """The core's ∂ℒ/∂w of one neuron with this weight; unlike `one_neuron`, w may be 0."""
    trace = network.forward([[a_before]], [[[w]]])
    return network.backward(trace, [[y]]).dL_dw[1].item()


ENTRIES = (
    Exercise(
        name="02-gears",
        place="## The chain from the weight to the loss (N6)",
        kind="compute",
        prose="""
            Somewhere in a network, $z$ moves 3 times as far as $w$; $a$ moves 0.25 times as far as $z$;
            and the loss moves $-0.8$ times as far as $a$. How far does the loss move, per unit of $w$?
            """,
        hints=(
            """
            Three wheels in a row: $w$ turns $z$, $z$ turns $a$, $a$ turns the loss.
            """,
            """
            Turn $w$ by 1. Then $z$ moves by 3. How far does $a$ move, and then the loss? Keep the minus sign.
            """,
        ),
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
            WrongAnswer(
                lambda: 3 * 0.25 * 0.8,
                "The size is right, but one of the three sensitivities is negative.",
            ),
            WrongAnswer(
                lambda: 3 + 0.25 - 0.8,
                "That adds them. When a wheel turns the next, sensitivities multiply (N6).",
            ),
            WrongAnswer(lambda: -0.8, "That is how far the loss moves with a. Go on back to w."),
            WrongAnswer(lambda: 0.25 * -0.8, "That is how far the loss moves with z. Go on to w."),
            WrongAnswer(lambda: 3 * 0.25, "That is how far a moves with w. Go on to the loss."),
        ),
    ),
    Words(
        name="02-why-multiply",
        place="## The chain from the weight to the loss (N6)",
        prose=r"""
            Why are the sensitivities along the chain *multiplied*, and not added? Explain it to a friend,
            with any example you like.
            """,
        hints=(
            """
            Take two wheels with the ratios 3 and 2, and turn the first one by 1. Then by 2.
            """,
            """
            What the first wheel does is the nudge for the second. Say it in that order.
            """,
        ),
        model="If z moves 3 times as far as w, and a moves 2 times as far as z, then a moves 2 times "
        "as far as something that has moved 3 already: 6 times as far as w. What one stage does is "
        "the nudge for the next, and each stage scales it.",
        points=(
            "the move of one number is the nudge of the next one",
            "each stage scales that move by its own sensitivity",
            "a stage with sensitivity 0 stops everything: a product shows that, a sum doesn't",
        ),
    ),
    Exercise(
        name="02-dL_da",
        place="## Term 1: the slope of the loss (N7)",
        kind="write",
        prose="""
            Without scrolling up: write term 1 so that its sign can be read off: positive if the output `a` is too large, negative
            if it is too small.
            """,
        hints=(
            """
            Write $u = y - a$, so that the loss is $u^2$. It is two wheels: how far does $u$ move with $a$, and
            how far does $u^2$ move with $u$?
            """,
            """
            The slope of $u^2$ is $2u$, and $u$ goes down when $a$ goes up. Then test your sign: for `a` larger
            than `y`, a larger `a` is more wrong, so the loss goes up.
            """,
        ),
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
            network.backward(network.forward([[a]], [[[1.0]]], activation="identity"), [[y]])
            .dL_da[1]
            .item()
        ),
        slips=(
            WrongAnswer(lambda a, y: 2 * (y - a), SIGN),
            WrongAnswer(lambda a, y: a - y, LOST_2),
            WrongAnswer(lambda a, y: y - a, f"{SIGN} And: {LOST_2}"),
            WrongAnswer(
                lambda a, y: (a - y) ** 2, "That is the loss itself. Term 1 is its slope (N7)."
            ),
            WrongAnswer(
                lambda a, y: 2 * a,
                "That would be the slope of a². The loss is (y − a)², so y is missing.",
            ),
        ),
    ),
    Exercise(
        name="02-da_dz",
        place="## Term 2: the slope of the activation (N8)",
        kind="write",
        prose="""
            Without scrolling up: write term 2 for the sigmoid. You get `z` alone, so compute what you need; one `np.exp` is
            enough.
            """,
        hints=(
            """
            The slope of the sigmoid can be written with its height alone. So compute the height first.
            """,
            """
            Call the height `a`; it is the sigmoid of `z`. Then you need two numbers: `a`, and how far `a` is from 1.
            """,
        ),
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
            WrongAnswer(σ, "That is σ(z) itself. Term 2 is its slope (N8)."),
            WrongAnswer(
                lambda z: z * (1 - z),
                "a(1 − a) is right, but with a = σ(z). You used z instead of a.",
            ),
            WrongAnswer(lambda z: dσ(σ(z)), f"{A_FOR_Z} σ is applied once too often."),
            WrongAnswer(lambda z: 1 - σ(z), "One factor is missing: σ′(z) is a times (1 − a)."),
            WrongAnswer(lambda z: σ(z) * (1 + σ(z)), "A sign is wrong: σ′(z) is a times (1 − a)."),
            WrongAnswer(
                lambda z: 1 - σ(z) ** 2,
                "1 − a² belongs to tanh. The sigmoid has a(1 − a).",
            ),
            WrongAnswer(lambda z: -dσ(z), "The sign is wrong: σ rises everywhere, so σ′ > 0."),
        ),
    ),
    Exercise(
        name="02-dz_dw",
        place="## Term 3: what came in (N9)",
        kind="write",
        prose="""
            Without scrolling up: write term 3. It looks too easy. But both numbers are there, and only one of them is the answer.
            """,
        hints=(
            """
            Take numbers: `a_before` is 3 and `w` is 2, so $z$ is 6. Now `w` goes up by 0.1.
            """,
            """
            $z$ goes from 6 to 6.3. By how much is that per unit of `w`? It's one of the two numbers. Which one
            would you have to change to get another slope?
            """,
        ),
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
            WrongAnswer(
                lambda a_before, w: w,
                "That is ∂z/∂a_before. Which of the two numbers is moved here?",
            ),
            WrongAnswer(
                lambda a_before, w: a_before * w,
                "That is z itself. Term 3 is how far z moves with w.",
            ),
            WrongAnswer(
                lambda a_before, w: 1.0,
                "The slope would be 1 for a sum, a_before + w. In a product it is the other factor (N9).",
            ),
            WrongAnswer(
                lambda a_before, w: a_before + w,
                "Only w moves; a_before stands still. What is the slope of 3·w?",
            ),
        ),
    ),
    Exercise(
        name="02-at-zero",
        place="## The three together (N10)",
        kind="predict",
        prose=r"""
            *Before you compute:* the last weight of a network is $w^L = 0$. What comes in is
            $a^{L-1} = 0.4$, the label is $y = 1$, the activation the sigmoid. Can such a weight learn
            anything? What is $\partial\mathcal{L}/\partial w^L$? Pencil and paper will do.
            """,
        hints=(
            r"""
            Go forward first: what is $z^L$, and so what is $a^L$? Then the three factors, one by one.
            """,
            r"""
            $a^L$ is one half. So how wrong is it, and what is $a^L (1 - a^L)$? None of the three factors
            has $w^L$ in it directly.
            """,
        ),
        starter="""
            dL_dw_at_zero = ...
            """,
        solution="""
            dL_dw_at_zero = 2 * (0.5 - 1) * 0.5 * (1 - 0.5) * 0.4
            """,
        why=r"""
            $z^L = 0$, so $a^L = 0.5$. The factors are $-1$, $0.25$ and $0.4$. A weight of 0 lets nothing
            through, and still it learns: its own value is in none of the factors directly.
            """,
        wanted="a number",
        right="A weight of 0 lets nothing through, but it has a slope, and so it can learn.",
        expected=lambda: one_neuron_at(0.4, 0.0, 1.0),
        slips=(
            WrongAnswer(
                lambda: 0.0,
                "z is 0, but the slope isn't: the third factor is what comes in, and not the "
                "weight (N9).",
            ),
            WrongAnswer(lambda: -one_neuron_at(0.4, 0.0, 1.0), SIGN),
            WrongAnswer(lambda: one_neuron_at(0.4, 0.0, 1.0) / 2, LOST_2),
            WrongAnswer(
                lambda: 2 * (0.5 - 1) * 0.4,
                "The middle factor σ′(z) is missing (N8). How steep is the sigmoid at 0?",
            ),
            WrongAnswer(
                lambda: 2 * (0.5 - 1) * 0.5 * 0.4,
                "The middle factor is the slope of the sigmoid, not its height: σ′(0), not σ(0).",
            ),
            WrongAnswer(
                lambda: 2 * (0.5 - 1) * float(dσ(0.5)) * 0.4,
                "The slope is taken at z = 0, not at a = 0.5 (N8).",
            ),
            WrongAnswer(
                lambda: 2 * (0.5 - 1) * 0.25,
                "That is how far the loss moves with z. The third factor is missing (N9).",
            ),
        ),
    ),
    Exercise(
        name="02-dL_dw",
        place="## The three together (N10)",
        kind="write",
        prose="""
            All three terms in one function, for the sigmoid. You get `a_before`, `z`, `a` and `y` from
            the forward pass. Can you do it without `np.exp`, and without calling another function?
            """,
        hints=(
            """
            Three factors, and you have just written each of them. Only the middle one can be had more cheaply
            here: `a` is given.
            """,
            """
            The middle factor, written in `a`, needs no `np.exp`. The last factor is what came in, so one of the
            four arguments isn't needed at all.
            """,
        ),
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
            WrongAnswer(lambda a_before, z, a, y: 2 * (y - a) * dσ(z) * a_before, SIGN),
            WrongAnswer(lambda a_before, z, a, y: (a - y) * dσ(z) * a_before, LOST_2),
            WrongAnswer(
                lambda a_before, z, a, y: (y - a) * dσ(z) * a_before, f"{SIGN} And: {LOST_2}"
            ),
            WrongAnswer(lambda a_before, z, a, y: 2 * (a - y) * dσ(a) * a_before, A_FOR_Z),
            WrongAnswer(
                lambda a_before, z, a, y: 2 * (a - y) * z * (1 - z) * a_before,
                "σ′(z) is a(1 − a). You used z instead of a.",
            ),
            WrongAnswer(
                lambda a_before, z, a, y: 2 * (a - y) * a * a_before,
                "That has σ(z) where σ′(z) belongs (N8).",
            ),
            WrongAnswer(
                lambda a_before, z, a, y: 2 * (a - y) * a_before,
                "The middle factor σ′(z) is missing (N8).",
            ),
            WrongAnswer(
                lambda a_before, z, a, y: 2 * (a - y) * dσ(z),
                "The last factor is missing: ∂z/∂w is the activation BEFORE the weight (N9).",
            ),
            WrongAnswer(
                lambda a_before, z, a, y: 2 * (a - y) * dσ(z) * a,
                "The last factor is the activation BEFORE the weight, not the one after it (N9).",
            ),
            WrongAnswer(
                lambda a_before, z, a, y: 2 * (a - y) * dσ(z) * z,
                "The last factor is ∂z/∂w, not z itself (N9).",
            ),
            WrongAnswer(
                lambda a_before, z, a, y: (a - y) ** 2 * dσ(z) * a_before,
                "The first factor is the slope of the loss, not the loss itself (N7).",
            ),
            WrongAnswer(
                lambda a_before, z, a, y: 2 * (a - y) + dσ(z) + a_before,
                "The chain rule multiplies its factors; here they are added (N6).",
            ),
        ),
    ),
    Exercise(
        name="02-bug",
        place="## The three together (N10)",
        kind="find the bug",
        prose=f"""
            Here is the slope of one neuron, with a forward pass of its own:

            {numbered(BUGGY_SLOPE).replace(chr(10), chr(10) + " " * 12)}

            Wherever `w` is 0, it says that the slope is 0. But for `a_before = 0.8`, `w = 0` and
            `y = 0` a small step measures 0.2. In which line is the bug?
            """,
        hints=(
            """
            Run it in your head with these numbers, line by line. Which of the three factors is 0?
            """,
            """
            The other two factors are 1 and 0.25, and they are right. What must the third one be to make
            the product 0.2?
            """,
        ),
        starter="""
            line = ...
            """,
        solution="""
            line = 6
            """,
        why=r"""
            In line 6, $\partial z / \partial w$ must be `a_before`, what came in (N9). `w` itself is
            $\partial z / \partial a^{L-1}$: you'll need that one in notebook 03.
            """,
        wanted="the number of a line",
        right="z = a_before · w moves with w as fast as a_before says (N9).",
        expected=lambda: lines_that_differ(BUGGY_SLOPE, SLOPE)[0],
        slips=(
            WrongAnswer(lambda: 1, "That line only names what comes in, and it's all there."),
            WrongAnswer(
                lambda: 2, "That is N2. z is 0 when w is, true, but z is none of the factors."
            ),
            WrongAnswer(lambda: 3, "That is N3: σ(0) is 0.5, and not 0."),
            WrongAnswer(lambda: 4, "With a = 0.5 and y = 0 this is 1, as it should be (N7)."),
            WrongAnswer(
                lambda: 5, "With a = 0.5 this is 0.25, the slope of the sigmoid at 0 (N8)."
            ),
            WrongAnswer(
                lambda: 7, "Three factors, multiplied: that is N10. Which of them is 0 here?"
            ),
        ),
    ),
)
