"""The exercises of notebook 08, Real data."""

import math

import numpy as np

from bpdemo import losses
from bpdemo.exercises.base import Exercise, Slip
from bpdemo.exercises.draws import uniform

__all__ = ["ENTRIES"]

_EXAMPLES, _BATCH, _EPOCHS = 1237, 16, 40
_STEPS = math.ceil(_EXAMPLES / _BATCH)


def _draw(rng):
    return {"z": 2 * uniform(rng, 4, 3), "y": np.eye(3)[rng.integers(0, 3, 4)]}


def _dL_dz(z, y):
    return losses.TABLE["softmax_cross_entropy"].derivative(z, y)


_p = losses.softmax


ENTRIES = (
    Exercise(
        name="08-softmax",
        place="## From numbers to shares: softmax (B30)",
        kind="write",
        prose="""
            Write softmax for a table `z` with an example in each row.
            """,
        hints=(),
        starter="""
            def softmax(z):
                return ...
            """,
        solution="""
            def softmax(z):
                e = np.exp(z)
                return e / e.sum(axis=1, keepdims=True)
            """,
        wanted="a function softmax(z)",
        right="Positive, and 1 in all, for every example (B30). Does it stay finite at 1000, too?",
        draw=lambda rng: {"z": 2 * uniform(rng, 4, 3)},
        adds=True,
        expected=lambda z: _p(z),
        slips=(
            Slip(
                lambda z: np.exp(z),
                "Positive they are, but they don't sum to 1 yet. Divide by their sum.",
            ),
            Slip(
                lambda z: np.exp(z) / np.exp(z).sum(),
                "All examples together sum to 1. Each example, each row, must: sum over axis 1.",
            ),
            Slip(
                lambda z: np.exp(z) / np.exp(z).sum(axis=0),
                "That makes each column sum to 1. An example is a row: sum over axis 1.",
            ),
            Slip(
                lambda z: z / z.sum(axis=1, keepdims=True),
                "Without the exponential: then a negative z gives a negative probability.",
            ),
            Slip(
                lambda z: np.exp(-z) / np.exp(-z).sum(axis=1, keepdims=True),
                "The largest z must get the largest share: e to the z, without a minus.",
            ),
            Slip(lambda z: np.log(_p(z)), "That is the logarithm of it."),
        ),
    ),
    Exercise(
        name="08-dL_dz",
        place="## What is left is $p - y$ (B34)",
        kind="write",
        prose=r"""
            Write $\partial\mathcal{L}/\partial z$ for logits `z` and labels `y`, examples in rows.
            """,
        hints=(),
        starter="""
            def dL_dz_of(z, y):
                return ...
            """,
        solution="""
            def dL_dz_of(z, y):
                e = np.exp(z - z.max(axis=1, keepdims=True))
                return e / e.sum(axis=1, keepdims=True) - y
            """,
        wanted="a function dL_dz(z, y)",
        right="What it said, minus what it should have said; no σ′ anywhere (B34).",
        draw=_draw,
        adds=True,
        expected=_dL_dz,
        slips=(
            Slip(
                lambda z, y: y - _p(z),
                "The sign is the other way round. Should a larger z at the right output make the "
                "loss larger or smaller?",
            ),
            Slip(
                lambda z, y: 2 * (_p(z) - y),
                "The 2 belongs to the squared difference. The slope of ln brings none.",
            ),
            Slip(lambda z, y: z - y, "p is the softmax of z, not z itself."),
            Slip(
                lambda z, y: (_p(z) - y) * _p(z) * (1 - _p(z)),
                "With cross-entropy the slope of the activation has cancelled already (B35).",
            ),
            Slip(
                lambda z, y: 2 * (_p(z) - y) * _p(z) * (1 - _p(z)),
                "With cross-entropy the slope of the activation has cancelled already (B35), and "
                "there is no 2.",
            ),
            Slip(
                lambda z, y: (_p(z) - y) / len(z),
                "That divides by the number of examples. The loss is a sum, not a mean.",
            ),
            Slip(
                lambda z, y: -y / _p(z),
                "That is ∂ℒ/∂p. There is one more factor on the way to z: the slope of softmax.",
            ),
            Slip(lambda z, y: _p(z), "That is p alone. What should it have said?"),
        ),
    ),
    Exercise(
        name="08-start",
        place='## The loss for "one of many": cross-entropy',
        kind="compute",
        prose="""
            And that is, with ten classes?
            """,
        hints=(),
        starter="""
            loss_at_the_start = ...
            """,
        solution="""
            loss_at_the_start = -np.log(1 / 10)
            """,
        why="""
            About 2.3. Remember it: a new network that doesn't start near it has a mistake in it, or too large weights.
            """,
        wanted="a number, the loss of one example",
        right="Far above it at the start: too large weights. Far below: look for a mistake.",
        expected=lambda: math.log(10),
        slips=(
            Slip(lambda: -math.log(10), "The loss is MINUS the logarithm, and never negative."),
            Slip(lambda: 0.1, "That is the probability p. The loss is −ln p."),
            Slip(lambda: 0.9, "That is 1 − p. The loss is −ln p."),
            Slip(lambda: 1.0, "That is the logarithm with the base 10. Take the natural one."),
            Slip(
                lambda: 10 * math.log(10),
                "The labels are 0 at nine of the ten outputs: only one of them counts.",
            ),
            Slip(
                lambda: math.log(2),
                "That would be for two outputs. Each of ten gets p = 0.1.",
            ),
        ),
    ),
    Exercise(
        name="08-steps",
        place="## A few at a time (B38)",
        kind="compute",
        prose="""
            1,237 digits in batches of 16, and 40 epochs of that. How many steps does the network take? (The
            last batch of an epoch may be smaller.)
            """,
        hints=(),
        starter="""
            how_many_steps = ...
            """,
        solution="""
            how_many_steps = 40 * int(np.ceil(1237 / 16))
            """,
        wanted="a number of steps",
        right="Every step is one forward, one backward, one small move of all the weights.",
        expected=lambda: _EPOCHS * _STEPS,
        slips=(
            Slip(
                lambda: _EPOCHS * (_STEPS - 1),
                "What is left over at the end of an epoch makes one more batch, a small one.",
            ),
            Slip(
                lambda: _EPOCHS * _EXAMPLES / _BATCH,
                "There is no part of a step. What is left over makes one more batch, a small one.",
            ),
            Slip(lambda: _STEPS, "That is one epoch. There are 40."),
            Slip(
                lambda: _EPOCHS * _EXAMPLES,
                "That would be a step for each example. A batch of 16 takes one together.",
            ),
            Slip(lambda: _EPOCHS, "That would be a step for each epoch, all examples in one."),
        ),
    ),
)
