"""The exercises of notebook 01, Forward."""

import numpy as np

from bpdemo import losses, network
from bpdemo.exercises.base import Exercise, Slip
from bpdemo.exercises.draws import dσ, uniform, σ

__all__ = ["ENTRIES"]

ENTRIES = (
    Exercise(
        name="01-layer",
        place="## More than one neuron",
        kind="write",
        prose="""
            Write one whole layer, N2 and N3, for a table `a_before` with an example in each row, and a
            table `w`. The activation is the sigmoid.
            """,
        hints=(),
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
            Slip(lambda a_before, w: a_before @ w, "That is z. The activation σ is missing (N3)."),
            Slip(
                lambda a_before, w: σ(a_before) @ w,
                "σ comes after the product, not before it: a = σ(z) (N3).",
            ),
            Slip(
                lambda a_before, w: dσ(a_before @ w),
                "That is σ′(z). Going forward, it is σ(z) (N3).",
            ),
            Slip(
                lambda a_before, w: σ(-(a_before @ w)),
                "That is σ(-z). The sigmoid has e to the power -z: 1 / (1 + np.exp(-z)).",
            ),
            Slip(
                lambda a_before, w: σ(a_before @ w).T,
                "Rows and columns are swapped. An example is a row, before and after.",
            ),
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
        hints=(),
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
        expected=lambda: sum(
            w_k.size
            for w_k in network.forward(
                np.ones((1, 3)), [np.ones((3, 4)), np.ones((4, 2)), np.ones((2, 1))]
            ).w
        ),
        slips=(
            Slip(lambda: 3, "That counts the sets of weights. How many numbers are in each?"),
            Slip(lambda: 3 + 4 + 2 + 1, "That counts the neurons. Count the lines between them."),
            Slip(lambda: 4 + 2 + 1, "That counts the neurons. Count the lines between them."),
            Slip(
                lambda: 3 * 4 * 2 * 1,
                "That counts the paths from input to output. A weight belongs to one line.",
            ),
            Slip(
                lambda: 3 * 4 + 4 * 2 + 2 * 1 + 4 + 2 + 1,
                "That counts biases too. The networks of the notes have none.",
            ),
            Slip(
                lambda: 3 * 4 + 4 * 2,
                "One set is missing. There is a set of weights INTO each of the three layers.",
            ),
        ),
    ),
    Exercise(
        name="01-loss",
        place="## The loss (N5)",
        kind="write",
        prose="""
            Write the loss for tables `a` and `y` of the same shape: the sum over all outputs of all
            examples.
            """,
        hints=(),
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
            Slip(
                lambda a, y: (y - a) ** 2,
                "One square for each output. Add them up: the loss is one number.",
            ),
            Slip(
                lambda a, y: ((y - a) ** 2).sum(axis=1),
                "One sum for each example. Add those up as well: the loss is one number.",
            ),
            Slip(
                lambda a, y: ((y - a) ** 2).sum(axis=0),
                "One sum for each output. Add those up as well: the loss is one number.",
            ),
            Slip(
                lambda a, y: ((y - a) ** 2).sum() / 2,
                "There is a ½ too many: the loss of the notes has none (N5).",
            ),
            Slip(
                lambda a, y: ((y - a) ** 2).mean(),
                "That is the mean. The loss of the notes is the sum (N5).",
            ),
            Slip(
                lambda a, y: ((y - a) ** 2).sum() / len(a),
                "That is the mean over the examples. The loss of the notes is the sum (N5).",
            ),
            Slip(
                lambda a, y: (y - a).sum(),
                "The square is missing: errors of opposite sign would cancel.",
            ),
            Slip(
                lambda a, y: np.abs(y - a).sum(),
                "That adds up the sizes of the differences. Square them instead (N5).",
            ),
            Slip(
                lambda a, y: (y - a).sum() ** 2,
                "Square first, then add up: here errors of opposite sign cancel.",
            ),
            Slip(
                lambda a, y: np.sqrt(((y - a) ** 2).sum()),
                "There is a square root too many (N5).",
            ),
        ),
    ),
)
