"""The exercises of notebook 06, Biases and other activations."""

import numpy as np

from bpdemo import activations, network
from bpdemo.checking import central_difference, forward_difference
from bpdemo.exercises.base import Exercise, Words, WrongAnswer
from bpdemo.exercises.draws import A_FOR_Z, dσ, uniform, σ

__all__ = ["ENTRIES"]

_tanh, _relu = activations.get("tanh"), activations.get("relu")


def _dL_db(dL_da, a):
    """The core's ∂ℒ/∂b for a layer of sigmoids with these outputs and this ∂ℒ/∂a."""
    z = np.log(a / (1 - a))  # (m, n), so that σ(z) = a
    n = a.shape[1]
    trace = network.forward(z, [np.eye(n)], b=[np.zeros(n)])
    return network.backward(trace, trace.a[1] - dL_da / 2).dL_db[1]


def _dead_from(w=2.0, x=(0.0, 1.0, 2.0, 3.0)):
    """The largest b at which a ReLU unit has z ≤ 0 for every example."""
    z = network.forward(np.array(x)[:, None], [[[w]]], activation="relu", b=[[0.0]]).z[1]  # (m, 1)
    return -float(z.max())


def _kink(z, h):
    return float(central_difference(_relu, z, h))


def _draw_from(rng):
    """A 3-4-2 network after its forward pass, and ∂ℒ/∂z of its last layer."""
    a0, w = uniform(rng, 5, 3), [uniform(rng, 3, 4), uniform(rng, 4, 2)]
    b = [uniform(rng, 4), uniform(rng, 2)]
    trace = network.forward(a0, w, activation=["softplus", "identity"], b=b)
    return {
        "dL_dz": uniform(rng, 5, 2),
        "a": {k: trace.a[k] for k in range(3)},
        "z": {k: trace.z[k] for k in (1, 2)},
        "w": {k: trace.w[k] for k in (1, 2)},
        "slope": activations.get("softplus").derivative,
    }


def _from_expected(dL_dz, a, z, w, slope):
    """The core's (∂ℒ/∂w by layer, ∂ℒ/∂b by layer); the loss is the one with that ∂ℒ/∂z."""
    b = [z[k][0] - a[k - 1][0] @ w[k] for k in w]
    trace = network.forward(a[0], list(w.values()), activation=["softplus", "identity"], b=b)
    grad = network.backward(trace, trace.a[2] - dL_dz / 2)
    return {k: grad.dL_dw[k] for k in w}, {k: grad.dL_db[k] for k in w}


def _from_wrong(
    back=lambda dL_dz, w, z, a, slope, k: dL_dz @ w[k].T * slope(z[k - 1]),
    dL_dw_of=lambda a, dL_dz, k: a[k - 1].T @ dL_dz,
    dL_db_of=lambda dL_dz: dL_dz.sum(axis=0),
):
    """The loop from ∂ℒ/∂z of the last layer, with one of its parts gone wrong."""

    def wrong(dL_dz, a, z, w, slope):
        dL_dw, dL_db = {}, {}
        for k in range(max(w), 0, -1):
            dL_dw[k], dL_db[k] = dL_dw_of(a, dL_dz, k), dL_db_of(dL_dz)
            if k > 1:
                dL_dz = back(dL_dz, w, z, a, slope, k)  # (m, n_{k-1})
        return dict(sorted(dL_dw.items())), dict(sorted(dL_db.items()))

    return wrong


ENTRIES = (
    Exercise(
        name="06-bias",
        place="## A bias and a batch (B11)",
        kind="write",
        prose=r"""
            A layer of sigmoids has the outputs `a`, and `dL_da` is $\partial\mathcal{L}/\partial a^k$; both
            are $(m, n_k)$. Return $\partial\mathcal{L}/\partial b^k$, in the shape of $b^k$.
            """,
        hints=(
            r"""
            First go from $a^k$ back to $z^k$, entry by entry: that is $\delta^k$. Then ask how many paths lead
            from one bias to the loss.
            """,
            r"""
            The slope of the sigmoid is $a(1 - a)$, so $\delta^k$ has a row for each example and a column for
            each neuron. A neuron has one bias for all examples. Which axis has to go?
            """,
        ),
        starter="""
            def dL_db_of(dL_da, a):
                return ...
            """,
        solution="""
            def dL_db_of(dL_da, a):
                dL_dz = dL_da * a * (1 - a)  # (m, n_k)
                return dL_dz.sum(axis=0)  # (n_k,)
            """,
        wanted="a function dL_db_of(dL_da, a)",
        right="One bias serves all examples, so their shares are added (B11).",
        draw=lambda rng: {"dL_da": uniform(rng, 4, 3), "a": σ(uniform(rng, 4, 3))},
        expected=_dL_db,
        slips=(
            WrongAnswer(
                lambda dL_da, a: dL_da * a * (1 - a),
                "That has a row for each example. One bias serves them all: add up the rows.",
            ),
            WrongAnswer(
                lambda dL_da, a: (dL_da * a * (1 - a)).mean(axis=0),
                "That is the mean over the examples. The loss is a sum, and so is its gradient.",
            ),
            WrongAnswer(
                lambda dL_da, a: (dL_da * a * (1 - a)).sum(axis=1),
                "That adds up the neurons of an example. Each neuron has a bias of its own.",
            ),
            WrongAnswer(
                lambda dL_da, a: (dL_da * a * (1 - a)).sum(),
                "That adds up everything. Each neuron has a bias of its own: add up the rows.",
            ),
            WrongAnswer(
                lambda dL_da, a: (dL_da * a * (1 - a)).sum(axis=0, keepdims=True),
                "Nearly: the numbers are right, but b has the shape (n,), not (1, n).",
            ),
            WrongAnswer(
                lambda dL_da, a: dL_da.sum(axis=0),
                "You added up ∂ℒ/∂a. The way from a bias leads through z first: the factor σ′(z) "
                "is missing.",
            ),
            WrongAnswer(
                lambda dL_da, a: dL_da.sum(axis=0) * (a * (1 - a)).sum(axis=0),
                "You added up first and multiplied then. Each example has a slope of its own: "
                "multiply first.",
            ),
            WrongAnswer(lambda dL_da, a: (dL_da * dσ(a)).sum(axis=0), A_FOR_Z),
            WrongAnswer(
                lambda dL_da, a: (a * (1 - a)).sum(axis=0),
                "That is the sum of the σ′. It says what b does to a; the factor ∂ℒ/∂a is missing.",
            ),
            WrongAnswer(
                lambda dL_da, a: np.ones(a.shape[1]),
                "That is ∂z/∂b. The chain goes on from z to the loss (B10).",
            ),
            WrongAnswer(
                lambda dL_da, a: (dL_da * a * (1 - a))[0],
                "Only the first example counts here. One bias serves them all: add up the rows.",
            ),
            WrongAnswer(
                lambda dL_da, a: (dL_da * a * (1 - a))[-1],
                "Only the last example counts here. One bias serves them all: add up the rows.",
            ),
        ),
    ),
    Exercise(
        name="06-backward",
        place="## Any activation will do (B12)",
        kind="write",
        prose=r"""
            Your loop from 05 grows: it gets biases, and any $\sigma$ in the hidden layers. You get
            $\partial\mathcal{L}/\partial z^L$ of the last layer as `dL_dz` (so it fits any loss), the dictionaries
            `a`, `z` and `w`, and the function `slope`, which is $\sigma'$ of the hidden layers. Return two
            dictionaries: `dL_dw` and `dL_db`.
            """,
        hints=(
            """
            `dL_dz` always belongs to the layer you are in. Three things to do there: the gradient of its weights
            (B3), that of its biases (B11), and then, if $k > 1$, make `dL_dz` that of the layer before.
            """,
            r"""
            One layer back takes two steps: through the weights, with a transpose, to
            $\partial\mathcal{L}/\partial a^{k-1}$ (B4); and through the curve of *that* layer, entry by entry, to
            $z^{k-1}$.
            """,
        ),
        starter="""
            def backward_from(dL_dz, a, z, w, slope):
                dL_dw, dL_db = {}, {}
                for k in range(max(w), 0, -1):
                    dL_dw[k] = ...
                    dL_db[k] = ...
                    if k > 1:
                        dL_dz = ...
                return dL_dw, dL_db
            """,
        solution="""
            def backward_from(dL_dz, a, z, w, slope):
                dL_dw, dL_db = {}, {}
                for k in range(max(w), 0, -1):
                    dL_dw[k] = a[k - 1].T @ dL_dz  # (n_{k-1}, m) @ (m, n_k)
                    dL_db[k] = dL_dz.sum(axis=0)  # (n_k,)
                    if k > 1:
                        dL_dz = dL_dz @ w[k].T * slope(z[k - 1])  # (m, n_{k-1})
                return dL_dw, dL_db
            """,
        wanted="a function backward_from(dL_dz, a, z, w, slope) that returns dL_dw, dL_db",
        right="Weights, biases, any activation, any loss: it's all there.",
        draw=_draw_from,
        parts=("dL_dw", "dL_db"),
        adds=True,
        expected=_from_expected,
        slips=(
            WrongAnswer(
                _from_wrong(back=lambda dL_dz, w, z, a, slope, k: dL_dz @ w[k].T * slope(a[k - 1])),
                A_FOR_Z,
            ),
            WrongAnswer(
                _from_wrong(back=lambda dL_dz, w, z, a, slope, k: dL_dz @ w[k].T),
                "σ′(z) is missing in the step back (N15): multiply by slope(z[k - 1]).",
            ),
            WrongAnswer(
                _from_wrong(dL_db_of=lambda dL_dz: dL_dz.mean(axis=0)),
                "dL_db is the mean over the examples. The loss is a sum; so is its gradient.",
            ),
            WrongAnswer(
                _from_wrong(dL_db_of=lambda dL_dz: dL_dz),
                "dL_db has a row for each example. One bias serves them all: add up the rows.",
            ),
            WrongAnswer(
                _from_wrong(dL_db_of=lambda dL_dz: dL_dz.sum()),
                "dL_db adds up everything. Each neuron has a bias of its own: sum over the rows.",
            ),
            WrongAnswer(
                _from_wrong(dL_dw_of=lambda a, dL_dz, k: dL_dz.T @ a[k - 1]),
                "Rows and columns are swapped in dL_dw. A gradient has the shape of its weights.",
            ),
            WrongAnswer(
                lambda dL_dz, a, z, w, slope: _from_wrong()(dL_dz, a, z, w, slope)[::-1],
                "Both are right, in the wrong order: return dL_dw first.",
            ),
        ),
    ),
    Exercise(
        name="06-slope-in-a",
        place="## One number, two functions (B13)",
        kind="write",
        prose=r"""
            A layer has a curve that isn't in the table: $\sigma(z) = 3 \tanh z$. You get its outputs `a`, and
            nothing else. Write the slopes.
            """,
        hints=(
            r"""
            The slope of $3 \tanh z$ is 3 times the slope of $\tanh z$. That one is in the table, written in the
            output of tanh.
            """,
            r"""
            The output of tanh isn't `a` here, it's `a / 3`. Put that where the table has $a$, and keep the
            factor in front.
            """,
        ),
        starter="""
            def slope_of(a):
                return ...
            """,
        solution="""
            def slope_of(a):
                return 3 * (1 - (a / 3) ** 2)
            """,
        wanted="a function slope_of(a)",
        right="The slope at z, computed from a alone: that is what ρ is for (B13).",
        draw=lambda rng: {"a": 3 * np.tanh(uniform(rng, 5))},
        expected=lambda a: 3 * _tanh.derivative(np.arctanh(a / 3)),
        slips=(
            WrongAnswer(
                lambda a: 1 - a**2,
                "That is for tanh itself. Here tanh z isn't a, it's a / 3.",
            ),
            WrongAnswer(
                lambda a: 1 - (a / 3) ** 2,
                "That is the slope of tanh z. The curve is three times as high, so it's three "
                "times as steep.",
            ),
            WrongAnswer(
                lambda a: 3 * (1 - a**2),
                "The factor 3 in front is right. But tanh z isn't a, it's a / 3.",
            ),
            WrongAnswer(
                lambda a: 3 * (1 - a / 3),
                "That falls all the way from left to right; the slope of tanh falls on both sides "
                "of 0. Did you forget the square?",
            ),
            WrongAnswer(
                lambda a: a * (1 - a), "a(1 − a) belongs to the sigmoid. tanh has another ρ."
            ),
            WrongAnswer(
                lambda a: 3 * (1 - np.tanh(a / 3) ** 2),
                "tanh is applied once too often: a / 3 is tanh(z) already.",
            ),
            WrongAnswer(
                lambda a: 3 * (1 - np.tanh(a) ** 2),
                "That is σ′(a), the slope at a. It belongs at z, and a / 3 is tanh(z) already.",
            ),
            WrongAnswer(
                lambda a: 3 * ((a / 3) ** 2 - 1),
                "The sign is wrong: this curve rises everywhere.",
            ),
            WrongAnswer(lambda a: np.arctanh(a / 3), "That is z. What is the slope there?"),
        ),
    ),
    Words(
        name="06-why-z",
        place="## Where no such function exists (B14)",
        prose="""
            To save memory, a friend keeps only $a$ of each layer and throws $z$ away. Explain to her why that
            works with tanh, and why it can't work with swish.
            """,
        hints=(
            """
            Sketch swish, and draw a level line a little below 0 through it. How often do they meet?
            """,
            r"""
            At each place where they meet, $a$ is the same. Is the slope? And for tanh: how often can a level
            line meet it?
            """,
        ),
        model="""
            tanh never turns back, so each a comes from one z only, and the slope at that z can be
            written as a function of a: 1 − a · a. Swish goes down and up again. Two different z
            give the same a, and the slope is negative at one of them and positive at the other.
            So no function of a can give the slope, and a backward pass must keep z.
            """,
        points=(
            "The slope belongs to z; it can be found from a only where a tells enough about z.",
            "tanh never turns back, so a has one z, and 1 − a · a is the slope there.",
            "With swish, two z have the same a and different slopes.",
        ),
    ),
    Exercise(
        name="06-product",
        place="## Where no such function exists (B14)",
        kind="write",
        prose=r"""
            Another product: $\sigma(z) = z \tanh z$. Write its slope.
            """,
        hints=(
            r"""
            Two factors move with $z$. Give each of them its own slope first.
            """,
            r"""
            The factors are $z$, with slope 1, and $\tanh z$, with slope $1 - \tanh^2 z$. In each of the two terms
            of the product rule one of them stands still.
            """,
        ),
        starter="""
            def slope_of_z_tanh(z):
                return ...
            """,
        solution="""
            def slope_of_z_tanh(z):
                return np.tanh(z) + z * (1 - np.tanh(z) ** 2)
            """,
        wanted="a function slope_of_z_tanh(z)",
        right="Two paths from z: one through the factor z, one through tanh z. Paths add.",
        draw=lambda rng: {"z": uniform(rng, 5)},
        expected=lambda z: _tanh(z) + z * _tanh.derivative(z),
        slips=(
            WrongAnswer(
                lambda z: z * _tanh.derivative(z),
                "That is one of two terms: tanh z moves. But the factor z moves as well.",
            ),
            WrongAnswer(
                lambda z: np.tanh(z),
                "That is one of two terms: the factor z moves. But tanh z moves as well.",
            ),
            WrongAnswer(
                lambda z: _tanh.derivative(z),
                "The slope of a product isn't the product of the slopes: 1 times tanh′ z.",
            ),
            WrongAnswer(lambda z: z * np.tanh(z), "That is σ(z) itself. What is its slope?"),
            WrongAnswer(
                lambda z: np.tanh(z) + _tanh.derivative(z),
                "In the second part the factor z is missing.",
            ),
            WrongAnswer(
                lambda z: np.tanh(z) + z * (1 - z**2),
                "In 1 − a · a, the a is tanh z and not z.",
            ),
        ),
    ),
    Exercise(
        name="06-kink",
        place="## A kink (B15)",
        kind="compute",
        prose="""
            A unit with ReLU stands at $z = 0.25$. Somebody measures its slope with a central difference and
            a step that is far too large, $h = 1$. What do they get?
            """,
        hints=(
            r"""
            Where are the two ends of the step, and what does ReLU say at each?
            """,
            r"""
            The left end is on the flat side, so its height is 0. The rise is the height of the right end. How
            long is the run from one end to the other?
            """,
        ),
        starter="""
            measured_there = ...
            """,
        solution="""
            measured_there = (0.25 + 1) / 2
            """,
        why=r"""
            $\max(0, 1.25) = 1.25$ and $\max(0, -0.75) = 0$; the difference over $2h = 2$.
            """,
        wanted="a number",
        right="(z + h) / 2h: a mixture of the slopes on both sides, 0 and 1 (B15).",
        expected=lambda: _kink(0.25, 1.0),
        slips=(
            WrongAnswer(
                lambda: float(_relu.derivative(np.float64(0.25))),
                "That is the true slope at 0.25. But the step reaches beyond the kink.",
            ),
            WrongAnswer(lambda: _kink(0.0, 1.0), "That would be right at z = 0. Here z is 0.25."),
            WrongAnswer(
                lambda: 2 * _kink(0.25, 1.0),
                "Twice too large. How far is it from z − h to z + h?",
            ),
            WrongAnswer(
                lambda: float(forward_difference(_relu, 0.25, -1.0)),
                "That goes from z − h to z. A central difference goes from z − h to z + h.",
            ),
            WrongAnswer(lambda: 0.0, "That would be the slope on the left. z + h is on the right."),
        ),
    ),
    Exercise(
        name="06-dead",
        place="## A dead unit (B16)",
        kind="predict",
        prose="""
            Before you run anything: a ReLU unit computes $z = 2x + b$, and its training set has only $x = 0$, 1, 2
            and 3. Push $b$ down. What is the largest $b$ at which the unit is dead?
            """,
        hints=(
            r"""
            A unit is dead if $z \le 0$ for every example. Which example holds out longest?
            """,
            """
            $x = 3$ has the largest $z$. Write that $z$ down with $b$ in it, and ask when it's just not positive
            any more.
            """,
        ),
        starter="""
            largest_b = ...
            """,
        solution="""
            largest_b = -2 * 3
            """,
        why="""
            There $z$ is 0 for $x = 3$, and negative for the others. With a slightly larger $b$, this one example
            still teaches the unit.
            """,
        wanted="a number",
        right="The last example that was on has just been switched off (B16).",
        expected=_dead_from,
        slips=(
            WrongAnswer(lambda: 0.0, "At b = 0 the unit is on for x = 1, 2 and 3."),
            WrongAnswer(lambda: -_dead_from(), "That lifts every z. Which way does b have to go?"),
            WrongAnswer(
                lambda: _dead_from(w=1.0), "There x = 3 still has z = 3: it arrives as 2 · 3."
            ),
            WrongAnswer(
                lambda: _dead_from(x=(0.0, 1.0, 2.0)),
                "There x = 3 still has z = 2, so this example is on.",
            ),
            WrongAnswer(
                lambda: _dead_from(x=(0.0, 1.0)),
                "There x = 2 and x = 3 still have z > 0. Every example must be off.",
            ),
            WrongAnswer(
                lambda: _dead_from(x=(6.0,)),
                "You added up the examples. Each of them is on or off by itself.",
            ),
            WrongAnswer(
                lambda: _dead_from() - 1,
                "It's dead there, but it is already dead at a larger b.",
            ),
        ),
    ),
    Exercise(
        name="06-leaky-bug",
        place="## Leaky ReLU (B17)",
        kind="find the bug",
        prose="""
            One line of this backward pass through a layer with leaky ReLU is wrong. Give its number.

            ```python
            def backward_leaky(dL_da, a, a_before):  # 1
                slope = np.where(a > 0, 1.0, 0.01)   # 2
                dL_dz = dL_da * slope                # 3
                dL_dw = a_before.T @ dL_dz           # 4
                dL_db = dL_da.sum(axis=0)            # 5
                return dL_dw, dL_db                  # 6
            ```
            """,
        hints=(
            """
            Put the formula next to each line: B17, B2, B3, B11.
            """,
            r"""
            Both gradients begin with $\delta^k$. Does each of the two lines use it?
            """,
        ),
        starter="""
            wrong_line = ...
            """,
        solution="""
            wrong_line = 5
            """,
        why=r"""
            The sum must be over `dL_dz`, that is $\delta^k$. Line 2 looks odd, since it asks $a$ and not $z$;
            but leaky ReLU keeps the sign, so $a > 0$ just where $z > 0$.
            """,
        wanted="a number, 1 to 6, the line that is wrong",
        right="The bias is added to z, so its gradient comes from δ, with σ′ in it (B10).",
        expected=lambda: 5,
        slips=tuple(
            WrongAnswer(lambda n=n: n, hint)
            for n, hint in {
                1: "Line 1 only says what the function gets. It's all that is needed.",
                2: "It asks a and not z, which looks wrong. But is there a z for which leaky ReLU "
                "gives an a with another sign?",
                3: "δ = ∂ℒ/∂a ⊙ σ′(z), entry by entry: that is right.",
                4: "The transpose of what came in, times δ: that is right (B3).",
                6: "Line 6 hands back both gradients; it computes nothing.",
            }.items()
        ),
    ),
)
"""Every exercise of the chapter."""
