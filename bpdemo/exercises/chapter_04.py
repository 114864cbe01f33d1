"""The exercises of notebook 04, Learning."""

from bpdemo import network, training
from bpdemo.exercises.base import Exercise, Slip
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


ENTRIES = (
    Exercise(
        name="04-step",
        place="## The step (N17)",
        kind="write",
        prose="""
            Write the step for any network: new weights from `x`, the list `w`, `y` and the learning
            rate. You may use `bp.forward` and `bp.backward`.
            """,
        hints=(),
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
            Slip(
                lambda x, w, y, learning_rate: stepped(x, w, y, -learning_rate),
                "That goes uphill. The gradient points to where the loss grows; go against it.",
            ),
            Slip(
                lambda x, w, y, learning_rate: stepped(x, w, y, 1.0),
                "The learning rate is missing.",
            ),
            Slip(
                lambda x, w, y, learning_rate: stepped(x, w, y, learning_rate, layers=(2,)),
                "Only the last layer has moved. N17 updates every set of weights.",
            ),
            Slip(
                lambda x, w, y, learning_rate: stepped(x, w, y, learning_rate, layers=(1,)),
                "Only the first layer has moved. N17 updates every set of weights.",
            ),
            Slip(
                lambda x, w, y, learning_rate: dict(enumerate(w, start=1)),
                "The weights have not moved.",
            ),
            Slip(
                lambda x, w, y, learning_rate: {
                    k: w[k - 1] - moved for k, moved in stepped(x, w, y, learning_rate).items()
                },
                "That is the step alone. The new weights are the old ones minus the step.",
            ),
            Slip(
                stepped_through_new_weights,
                "The gradient went back through weights that had already moved. Compute all "
                "gradients first, then move all weights.",
            ),
            *(
                Slip(
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
            the layer's number as key, `w[k]` and `dL_dw[k]`, and the learning rate. Return a new dictionary;
            leave the old one as it is.
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
            Slip(
                lambda w, dL_dw, learning_rate: {k: w[k] + learning_rate * dL_dw[k] for k in w},
                "That goes uphill. The gradient points to where the loss grows; go against it.",
            ),
            Slip(
                lambda w, dL_dw, learning_rate: {k: w[k] - dL_dw[k] for k in w},
                "The learning rate is missing.",
            ),
            Slip(
                lambda w, dL_dw, learning_rate: {k: learning_rate * dL_dw[k] for k in w},
                "That is the step alone. The new weights are the old ones minus the step.",
            ),
            Slip(
                lambda w, dL_dw, learning_rate: {k: -learning_rate * dL_dw[k] for k in w},
                "That is the step alone. Add it to the old weights.",
            ),
            Slip(
                lambda w, dL_dw, learning_rate: {
                    k: w[k] - learning_rate * dL_dw[k] if k == max(w) else w[k] for k in w
                },
                "Only the last layer has moved. N17 updates every set of weights.",
            ),
            Slip(
                lambda w, dL_dw, learning_rate: {k: w[k] * (1 - learning_rate) for k in w},
                "That shrinks the weights. The step is along the gradient, not along w.",
            ),
        ),
    ),
    Exercise(
        name="04-rate",
        place="## Too large a step",
        kind="compute",
        prose=r"""
            In this landscape, one step takes $w$ to $w - \eta \cdot 2w$. At which learning rate does the
            descent no longer come nearer to 0, but jump between $w$ and $-w$ forever?
            """,
        hints=(),
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
        right="w jumps to -w and back for ever; any larger rate makes it grow.",
        # w − η · 2w = −w: the step is as long as the way to the other side.
        expected=lambda: (
            2
            / network.backward(network.forward([[1.0]], [[[1.0]]], "identity"), [[0.0]])
            .dL_dw[1]
            .item()
        ),
        slips=(
            Slip(
                lambda: 0.5,
                "With 0.5, one step lands at the minimum: w − 0.5 · 2w = 0. How far can it go?",
            ),
            Slip(lambda: 2, "With 2, one step leads to w − 2 · 2w = −3w: already further away."),
            Slip(lambda: 0, "With 0 nothing moves at all. Look for the upper end."),
        ),
    ),
)
