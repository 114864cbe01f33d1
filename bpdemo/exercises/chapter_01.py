"""The exercises of notebook 01, Forward."""

import numpy as np

from bpdemo import losses, network
from bpdemo.exercises.base import Exercise, Words, WrongAnswer
from bpdemo.exercises.draws import dσ, uniform, σ
from bpdemo.exercises.listings import lines_that_differ, numbered

__all__ = ["ENTRIES"]

BUGGY_CHAIN = """
def loss_of_chain(x, w, y):
    a = {0: x}
    for k in [1, 2, 3]:
        z = a[0] * w[k]
        a[k] = sigma(z)
    return (y - a[3]) ** 2
"""
CHAIN = BUGGY_CHAIN.replace("a[0] * w[k]", "a[k - 1] * w[k]")


def _widths_3_4_2_1():
    """The sets of weights of a network with 3 inputs and layers of 4, 2 and 1 neurons."""
    w = [np.ones((3, 4)), np.ones((4, 2)), np.ones((2, 1))]
    return network.forward(np.ones((1, 3)), w).w


ENTRIES = (
    Exercise(
        name="01-zero-in",
        place="## The activation (N3)",
        kind="predict",
        prose="""
            *Before you move anything* in the next picture: suppose that the input is $x = 0$. What is
            $a^1$ then? (The weight is $w^1 = 0.8$, as before.)
            """,
        hints=(
            """
            Go step by step: first $z^1$, by N2. Only then $a^1$, by N3.
            """,
            """
            $z^1$ is 0, whatever $w^1$ is. How high is the sigmoid's curve above $z = 0$? Any number to
            the power of 0 is 1.
            """,
        ),
        starter="""
            a_1 = ...
            """,
        solution="""
            a_1 = 1 / (1 + np.exp(-0 * 0.8))
            """,
        why=r"""
            $z^1 = 0 \cdot 0.8 = 0$, and $\sigma(0) = 1 / (1 + 1) = 0.5$. Nothing comes in, and still the
            neuron says one half. Drag $x$ to 0 in the picture, then move $w^1$: $a^1$ stays.
            """,
        wanted="a number",
        right="z¹ is 0, and the sigmoid of 0 is one half, whatever the weight is.",
        expected=lambda: float(network.forward([[0.0]], [[[0.8]]]).a[1].item()),
        slips=(
            WrongAnswer(
                lambda: 0.0,
                "That is z¹. It still goes through the curve: how high is the sigmoid at 0?",
            ),
            WrongAnswer(lambda: 0.8, "That is w¹. It is multiplied by x = 0 first (N2)."),
            WrongAnswer(
                lambda: 1.0,
                "e to the power of 0 is 1, but that is not the whole of 1 / (1 + e⁰).",
            ),
            WrongAnswer(lambda: float(σ(0.8)), "That would be so for x = 1. Here z¹ = 0 · 0.8."),
            WrongAnswer(
                lambda: float(σ(0.4)),
                "That is a¹ for the old input, x = 0.5. Now x is 0.",
            ),
        ),
    ),
    Exercise(
        name="01-layer",
        place="## More than one neuron",
        kind="write",
        prose="""
            Write one whole layer, N2 and N3, for a table `a_before` with an example in each row, and a
            table `w`. The activation is the sigmoid. Nothing in it may depend on how many rows or
            columns there are. (This is the first function of a library of your own: see the end of
            this notebook.)
            """,
        hints=(
            """
            Two lines: first the table of all $z$, then the curve. For the first one, which of `*` and
            `@` adds up what arrives from all neurons?
            """,
            """
            `np.exp` takes a whole table and works entry by entry, so the sigmoid looks the same as for
            one number. Rows stay rows.
            """,
        ),
        starter="""
            def layer(a_before, w):
                return ...
            """,
        solution="""
            def layer(a_before, w):
                z = a_before @ w
                return 1 / (1 + np.exp(-z))
            """,
        wanted="a function layer(a_before, w)",
        right="z = a_before @ w (N2), then a = σ(z) (N3).",
        draw=lambda rng: {"a_before": uniform(rng, 4, 3), "w": uniform(rng, 3, 2)},
        adds=True,
        expected=lambda a_before, w: network.forward(a_before, [w]).a[1],
        slips=(
            WrongAnswer(
                lambda a_before, w: a_before @ w, "That is z. The activation σ is missing (N3)."
            ),
            WrongAnswer(
                lambda a_before, w: σ(a_before) @ w,
                "σ comes after the product, not before it: a = σ(z) (N3).",
            ),
            WrongAnswer(
                lambda a_before, w: dσ(a_before @ w),
                "That is σ′(z). Going forward, it is σ(z) (N3).",
            ),
            WrongAnswer(
                lambda a_before, w: σ(-(a_before @ w)),
                "That is σ(-z). The sigmoid has e to the power -z: 1 / (1 + np.exp(-z)).",
            ),
            WrongAnswer(
                lambda a_before, w: σ(a_before @ w).T,
                "Rows and columns are swapped. An example is a row, before and after.",
            ),
        ),
    ),
    Exercise(
        name="01-loss",
        place="## The loss (N5)",
        kind="write",
        prose="""
            Write the loss for tables `a` and `y` of the same shape, of any size: one number, the sum
            over all outputs of all examples.
            """,
        hints=(
            """
            `-` and `**` work entry by entry on tables, so N5 can stand there as it is. What is left of
            it is a table. How do you get one number from it?
            """,
            """
            Square first, then add up: `.sum()` after a bracket adds up everything in the table.
            """,
        ),
        starter="""
            def loss_of(a, y):
                return ...
            """,
        solution="""
            def loss_of(a, y):
                return ((y - a) ** 2).sum()
            """,
        wanted="a function loss_of(a, y)",
        right="Square each difference, then add up all outputs of all examples (N5).",
        draw=lambda rng: {"a": uniform(rng, 4, 2), "y": uniform(rng, 4, 2)},
        adds=True,
        expected=losses.squared_difference,
        slips=(
            WrongAnswer(
                lambda a, y: (y - a) ** 2,
                "One square for each output. Add them up: the loss is one number.",
            ),
            WrongAnswer(
                lambda a, y: ((y - a) ** 2).sum(axis=1),
                "One sum for each example. Add those up as well: the loss is one number.",
            ),
            WrongAnswer(
                lambda a, y: ((y - a) ** 2).sum(axis=0),
                "One sum for each output. Add those up as well: the loss is one number.",
            ),
            WrongAnswer(
                lambda a, y: ((y - a) ** 2).sum() / 2,
                "There is an extra factor ½: the loss of the notes has none (N5).",
            ),
            WrongAnswer(
                lambda a, y: ((y - a) ** 2).mean(),
                "That is the mean. The loss of the notes is the sum (N5).",
            ),
            WrongAnswer(
                lambda a, y: ((y - a) ** 2).sum() / len(a),
                "That is the mean over the examples. The loss of the notes is the sum (N5).",
            ),
            WrongAnswer(
                lambda a, y: (y - a).sum(),
                "The square is missing: errors of opposite sign would cancel.",
            ),
            WrongAnswer(
                lambda a, y: np.abs(y - a).sum(),
                "That adds up the sizes of the differences. Square them instead (N5).",
            ),
            WrongAnswer(
                lambda a, y: (y - a).sum() ** 2,
                "Square first, then add up: here errors of opposite sign cancel.",
            ),
            WrongAnswer(
                lambda a, y: np.sqrt(((y - a) ** 2).sum()),
                "There is an extra square root: the loss of the notes has none (N5).",
            ),
        ),
    ),
    Exercise(
        name="01-bug",
        place="## The loss (N5)",
        kind="find the bug",
        prose=f"""
            Somebody has written the whole chain as one function:

            {numbered(BUGGY_CHAIN).replace(chr(10), chr(10) + " " * 12)}

            It runs and gives a number. But its loss doesn't change at all when `w[1]` or `w[2]` does:
            only `w[3]` has an effect. In which line is the bug?
            """,
        hints=(
            """
            $w^1$ acts on $a^1$. How does $a^1$ get into $z^2$ here?
            """,
            """
            Go through the loop by hand for $k = 3$: which output is taken, and which should be?
            """,
        ),
        starter="""
            line = ...
            """,
        solution="""
            line = 4
            """,
        why="""
            Line 4 takes the input, `a[0]`, in every layer. It must be the output of the layer before:
            `z = a[k - 1] * w[k]` (N2). As it stands, each layer starts from the input again, and only the
            last one counts.
            """,
        wanted="the number of a line",
        right="Layer k takes what layer k − 1 put out, a[k - 1], and not the input again (N2).",
        expected=lambda: lines_that_differ(BUGGY_CHAIN, CHAIN)[0],
        slips=(
            WrongAnswer(lambda: 1, "That line only names what comes in, and it's all there."),
            WrongAnswer(lambda: 2, "Output 0 is the input: that line is right."),
            WrongAnswer(lambda: 3, "The layers are numbered from 1 to L = 3: that line is right."),
            WrongAnswer(lambda: 5, "That is N3, as it should be. Is its z the right one?"),
            WrongAnswer(lambda: 6, "That is N5, as it should be. Is its a[3] the right one?"),
        ),
    ),
    Exercise(
        name="01-count",
        place="## What learning needs to know (N4)",
        kind="compute",
        prose="""
            A network has 3 inputs, then layers of 4, 2 and 1 neurons. How many weights does it have,
            that is, how many sensitivities must be known?
            """,
        hints=(
            """
            Draw it: a column of dots for the inputs, and one for each layer. A weight is a line between
            two dots.
            """,
            """
            Between two columns there is a line from each dot to each dot. Count the lines of each of the
            three gaps, and add them up.
            """,
        ),
        starter="""
            how_many = ...
            """,
        solution="""
            how_many = 3 * 4 + 4 * 2 + 2 * 1
            """,
        why="""
            Each neuron is joined to each neuron of the layer before: 12 + 8 + 2.
            """,
        wanted="a number",
        right="Gradient descent needs the gradient for every single one of them (N4).",
        expected=lambda: sum(w_k.size for w_k in _widths_3_4_2_1()),
        slips=(
            WrongAnswer(
                lambda: 3, "That counts the sets of weights. How many numbers are in each?"
            ),
            WrongAnswer(
                lambda: 3 + 4 + 2 + 1,
                "That counts the inputs and the neurons. Count the lines between them.",
            ),
            WrongAnswer(
                lambda: 4 + 2 + 1, "That counts the neurons. Count the lines between them."
            ),
            WrongAnswer(
                lambda: 3 * 4 * 2 * 1,
                "That counts the paths from input to output. A weight belongs to one line.",
            ),
            WrongAnswer(
                lambda: 3 * 4 + 4 * 2 + 2 * 1 + 4 + 2 + 1,
                "That counts biases too, one for each neuron. The networks of the notes have none.",
            ),
            WrongAnswer(
                lambda: 3 * 4 + 4 * 2,
                "One set is missing. There is a set of weights INTO each of the three layers.",
            ),
        ),
    ),
    Words(
        name="01-first-weight",
        place="## What learning needs to know (N4)",
        prose=r"""
            $w^1$ is at one end of the network and $\mathcal{L}$ at the other. How can a nudge of $w^1$
            change the loss at all? Tell it step by step, for a network of three layers.
            """,
        hints=(
            """
            Which numbers of the network are computed from $w^1$ directly?
            """,
            """
            Follow the picture from left to right, and name each number that changes on the way:
            first a $z$, then an $a$, and so on. Do $w^2$ and $w^3$ change?
            """,
        ),
        model="A nudge of w¹ changes z¹, and so a¹. That is what comes into layer 2, so z² and a² "
        "change, then z³ and a³ in the same way. And the loss compares a³ with y, so it changes too. "
        "The other weights stay what they are.",
        points=(
            "first z¹ = a⁰ · w¹, then a¹ = σ(z¹)",
            "each layer takes the output of the one before, so the change is handed on",
            "it arrives at a³, and the loss is made from a³",
            "w² and w³ don't change; they only pass the change on",
        ),
    ),
)
