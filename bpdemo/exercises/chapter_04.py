"""The exercises of notebook 04, Learning."""

import numpy as np

from bpdemo import network, training
from bpdemo.exercises.base import Exercise, Words, WrongAnswer
from bpdemo.exercises.draws import (
    draw_network,
    stepped,
    stepped_one_by_one,
    stepped_through_new_weights,
    uniform,
)

__all__ = ["ENTRIES"]


def _draw_update(rng):
    """Weights and gradients of two layers of unequal width, by layer, and a learning rate."""
    shapes = {1: (3, 2), 2: (2, 1)}
    return {
        "w": {k: uniform(rng, *shape) for k, shape in shapes.items()},
        "dL_dw": {k: uniform(rng, *shape) for k, shape in shapes.items()},
        "learning_rate": 0.3,
    }


def _descended(x, w, y, learning_rate, steps):
    """The weights by k after so many steps, each with a gradient of its own."""
    *_, last = training.descend(x, w, y, learning_rate=learning_rate, epochs=steps)
    return dict(enumerate(last.w, start=1))


def _along_one_gradient(x, w, y, learning_rate, steps):
    """The slip of 04-bug: every step goes along the gradient of the start."""
    new = stepped(x, w, y, steps * learning_rate)
    return {k: np.array(v) for k, v in new.items()}


def _wrong_after_early_moves():
    """How many of the chain's new weights come out wrong where each moves before the step back."""
    given = {"x": [[0.5]], "y": [[1.0]], "learning_rate": 0.5}
    w = [np.array([[v]]) for v in (0.8, -1.2, 1.5)]
    right = stepped(w=w, layers=(1, 2, 3), **given)
    wrong = stepped_through_new_weights(w=w, **given)
    return sum(not np.allclose(wrong[k], right[k], rtol=1e-9) for k in right)


ENTRIES = (
    Exercise(
        name="04-step",
        place="## The step (N17)",
        kind="write",
        prose="""
            The whole of learning in one function: make the new weights from `x`, the list `w`, `y` and the
            learning rate. `bp.forward` and `bp.backward` are yours to use. It must work for any network, so
            don't count the layers yourself.
            """,
        hints=(
            "Three things in a row: forward, backward, step. What does each need from the one before?",
            """
            You can loop over `w` and `grad.dL_dw` together: `for w_k, dL_dw_k in zip(w, grad.dL_dw)`.
            """,
        ),
        starter="""
            def new_weights(x, w, y, learning_rate):
                return ...
            """,
        solution="""
            def new_weights(x, w, y, learning_rate):
                grad = bp.backward(bp.forward(x, w), y)
                return [w_k - learning_rate * dL_dw_k for w_k, dL_dw_k in zip(w, grad.dL_dw)]
            """,
        wanted="a function new_weights(x, w, y, learning_rate) that returns the list of new weights",
        right="All layers at once, with gradients from the old weights (N17).",
        draw=draw_network,
        expected=stepped,
        slips=(
            WrongAnswer(
                lambda x, w, y, learning_rate: stepped(x, w, y, -learning_rate),
                "That goes uphill. The gradient points to where the loss grows; go against it.",
            ),
            WrongAnswer(
                lambda x, w, y, learning_rate: stepped(x, w, y, 1.0),
                "The learning rate is missing.",
            ),
            WrongAnswer(
                lambda x, w, y, learning_rate: stepped(x, w, y, learning_rate, layers=(2,)),
                "Only the last layer has moved. N17 updates every set of weights.",
            ),
            WrongAnswer(
                lambda x, w, y, learning_rate: stepped(x, w, y, learning_rate, layers=(1,)),
                "Only the first layer has moved. N17 updates every set of weights.",
            ),
            WrongAnswer(
                lambda x, w, y, learning_rate: dict(enumerate(w, start=1)),
                "The weights have not moved.",
            ),
            WrongAnswer(
                lambda x, w, y, learning_rate: {
                    k: w[k - 1] - moved for k, moved in stepped(x, w, y, learning_rate).items()
                },
                "That is the step alone. The new weights are the old ones minus the step.",
            ),
            WrongAnswer(
                stepped_through_new_weights,
                "The gradient went back through weights that had already moved. Compute all "
                "gradients first, then move all weights.",
            ),
            *(
                WrongAnswer(
                    stepped_one_by_one(order),
                    "A gradient was computed after some weights had already moved. Compute "
                    "all gradients first, then move all weights.",
                )
                for order in ((1, 2), (2, 1))
            ),
        ),
    ),
    Exercise(
        name="04-update",
        place="## The step (N17)",
        kind="write",
        prose=r"""
            Now N17 alone, for your own library: the gradients are there already. You get two dictionaries with
            the layer's number as the key, `w[k]` and `dL_dw[k]`, and the learning rate. Return a *new* dictionary,
            and leave the old one as it is: somebody may still need it.
            """,
        hints=(
            "Take one layer after the other: `for k in w`.",
            "`{k: ... for k in w}` makes a new dictionary with the same keys.",
        ),
        starter="""
            def step(w, dL_dw, learning_rate):
                return ...
            """,
        solution="""
            def step(w, dL_dw, learning_rate):
                return {k: w[k] - learning_rate * dL_dw[k] for k in w}
            """,
        wanted="a function step(w, dL_dw, learning_rate) that returns {1: new w of layer 1, 2: …}",
        right="Every set of weights, against its own slope (N17).",
        draw=_draw_update,
        adds=True,
        expected=lambda w, dL_dw, learning_rate: dict(
            enumerate(training.step(list(w.values()), list(dL_dw.values()), learning_rate), start=1)
        ),
        slips=(
            WrongAnswer(
                lambda w, dL_dw, learning_rate: {k: w[k] + learning_rate * dL_dw[k] for k in w},
                "That goes uphill. The gradient points to where the loss grows; go against it.",
            ),
            WrongAnswer(
                lambda w, dL_dw, learning_rate: {k: w[k] - dL_dw[k] for k in w},
                "The learning rate is missing.",
            ),
            WrongAnswer(
                lambda w, dL_dw, learning_rate: {k: learning_rate * dL_dw[k] for k in w},
                "That is the step alone. The new weights are the old ones minus the step.",
            ),
            WrongAnswer(
                lambda w, dL_dw, learning_rate: {k: -learning_rate * dL_dw[k] for k in w},
                "That is the step alone. Add it to the old weights.",
            ),
            WrongAnswer(
                lambda w, dL_dw, learning_rate: {
                    k: w[k] - learning_rate * dL_dw[k] if k == max(w) else w[k] for k in w
                },
                "Only the last layer has moved. N17 updates every set of weights.",
            ),
            WrongAnswer(
                lambda w, dL_dw, learning_rate: {k: w[k] * (1 - learning_rate) for k in w},
                "That shrinks the weights. The step is along the gradient, not along w.",
            ),
        ),
    ),
    Exercise(
        name="04-early",
        place="## First all gradients, then all weights",
        kind="predict",
        prose=r"""
            Before you run the next cell: going back from layer 3, each weight is moved as soon as its gradient
            is known, and the gradient goes on back through the *moved* weight. How many of the three new weights
            come out wrong?
            """,
        hints=(
            r"Which weights does $\partial\mathcal{L}/\partial w^3$ need? Has any of them moved by then?",
            r"""
            Go on with $w^2$, then $w^1$: has their way back led through a weight that has moved?
            """,
        ),
        starter="""
            how_many_wrong = ...
            """,
        solution="""
            how_many_wrong = 2
            """,
        why=r"""
            $w^3$ is right: nothing has moved when its gradient is found. The gradients of $w^2$ and $w^1$ went
            through the moved $w^3$, that of $w^1$ through the moved $w^2$ as well.
            """,
        wanted="a whole number from 0 to 3",
        right="The last layer is right; every layer before it gets a wrong gradient.",
        expected=_wrong_after_early_moves,
        slips=(
            WrongAnswer(
                lambda: 3,
                "When the gradient of the last layer is found, nothing has moved yet. Is w³ wrong then?",
            ),
            WrongAnswer(
                lambda: 1,
                "Start with w²: on the way to its gradient, through which weight did you go back?",
            ),
            WrongAnswer(
                lambda: 0,
                "The step back to a² has w³ as a factor (N13). Is it still the w³ of the forward pass?",
            ),
        ),
    ),
    Exercise(
        name="04-rate",
        place="## Too large a step",
        kind="compute",
        prose=r"""
            In this landscape, one step takes $w$ to $w - \eta \cdot 2w$. At which learning rate does the
            descent no longer get closer to 0, but jump between $w$ and $-w$ forever?
            """,
        hints=(
            "Try $w = 1$. Where does a step with $\\eta = 0.5$ lead, and one with $\\eta = 0.9$?",
            "After such a step $w$ must have become $-w$. Write that as an equation, and solve it for $\\eta$.",
        ),
        starter="""
            largest_rate = ...
            """,
        solution="""
            largest_rate = 1.0
            """,
        why=r"""
            $w - 1 \cdot 2w = -w$: as far away as before, on the other side.
            """,
        wanted="a number, the learning rate",
        right="w jumps to −w and back forever; any larger rate makes it grow.",
        # w − η · 2w = −w: the step is as long as the way to the other side.
        expected=lambda: (
            2
            / network.backward(network.forward([[1.0]], [[[1.0]]], activation="identity"), [[0.0]])
            .dL_dw[1]
            .item()
        ),
        slips=(
            WrongAnswer(
                lambda: 0.5,
                "With 0.5, one step lands at the minimum: w − 0.5 · 2w = 0. How far can it go?",
            ),
            WrongAnswer(
                lambda: 2, "With 2, one step leads to w − 2 · 2w = −3w: already further away."
            ),
            WrongAnswer(lambda: 0, "With 0 nothing moves at all. Look for the upper end."),
        ),
    ),
    Exercise(
        name="04-bug",
        place="## Too large a step",
        kind="find the bug",
        prose="""
            Somebody wrote a whole descent. It runs without an error. But on the two rings of notebook 03, with the
            small learning rate 0.05, the loss falls in the first step and then rises, from 25 to 50. Find the bug,
            and hand in the repaired function.

            ```python
            def descend(x, w, y, learning_rate, steps):
                grad = bp.backward(bp.forward(x, w), y)
                for _ in range(steps):
                    w = [w_k - learning_rate * dL_dw_k for w_k, dL_dw_k in zip(w, grad.dL_dw)]
                return w
            ```
            """,
        hints=(
            "Follow one round of the loop with pencil, then the second. What is different in the second?",
            "A slope is true where you stand. After the first step, do you still stand there?",
        ),
        starter="""
            def descend(x, w, y, learning_rate, steps):
                return ...
            """,
        solution="""
            def descend(x, w, y, learning_rate, steps):
                for _ in range(steps):
                    grad = bp.backward(bp.forward(x, w), y)
                    w = [w_k - learning_rate * dL_dw_k for w_k, dL_dw_k in zip(w, grad.dL_dw)]
                return w
            """,
        why="""
            The gradient must be found again before each step, with the weights of this moment. The faulty
            version goes straight on along the first slope, as far as `steps` allow.
            """,
        wanted="a function descend(x, w, y, learning_rate, steps) that returns the list of new weights",
        right="A new gradient before each step: look again, then move.",
        draw=lambda rng: {**draw_network(rng), "learning_rate": 0.1, "steps": 3},
        expected=_descended,
        slips=(
            WrongAnswer(
                _along_one_gradient,
                "All steps still go along the gradient of the start. It must be found again before "
                "each step.",
            ),
            WrongAnswer(
                lambda x, w, y, learning_rate, steps: _descended(x, w, y, learning_rate, 1),
                "Only one step was taken. Is the return inside the loop, or w always the old one?",
            ),
            WrongAnswer(
                lambda x, w, y, learning_rate, steps: dict(enumerate(w, start=1)),
                "The weights have not moved.",
            ),
            WrongAnswer(
                lambda x, w, y, learning_rate, steps: _descended(x, w, y, learning_rate, steps - 1),
                "One step is missing. How often does the loop run?",
            ),
            WrongAnswer(
                lambda x, w, y, learning_rate, steps: _descended(x, w, y, learning_rate, steps + 1),
                "One step too many. How often does the loop run?",
            ),
        ),
    ),
    Words(
        name="04-proof",
        place="## A falling loss proves nothing",
        prose="""
            A friend has written a backward pass. "The loss fell from 3 to 0.1, and it reads nine digits in ten. So my
            gradients are right." What do you answer, and what should the friend do instead?
            """,
        hints=(
            "Think of the landscape: is the steepest way down the only way down?",
            "Name one thing that a falling loss does show, one that it doesn't, and the test that settles it.",
        ),
        model=(
            "A falling loss only shows that the steps lead downhill. Many directions do, and the gradient "
            "is only one of them: the network with σ′(a) for σ′(z) also learned to read. On another task "
            "the same bug may stop it from learning. The friend should check the gradient: nudge each "
            "weight, measure how the loss answers, and compare. A few examples are enough."
        ),
        points=(
            "many directions lead downhill, so a falling loss doesn't single out the gradient",
            "a wrong gradient may do here, and fail on another task",
            "compare with measured slopes: the gradient check",
        ),
    ),
)
