"""What the numbers in the prose of notebook 04 are tied to (see tools/prose.py)."""

import numpy as np

import bpdemo as bp
from bpdemo import data, training
from bpdemo.explorers import Descent, Training
from tools.prose import Computed as n
from tools.prose import number, said, shown, word

digits, parts = data.digits(), data.digits_split()
widths = [int(v) for v in shown("04", r"initial_weights\(\[(64, \d+, \d+)\]").split(", ")]
at_once, too_early = (
    float(shown("04", rf"{how}: +([\d.]+)")) for how in ("all at once", "too early")
)
slopes = bp.backward(bp.forward([[0.5]], [[[0.8]], [[-1.2]], [[1.5]]]), [[1.0]]).dL_dw
steepest = max((1, 2, 3), key=lambda k: abs(slopes[k].item()))
over_the_valley = [
    number(r"ℒ = ([\d.]+),", said(Descent(y=0.7, eta=200.0, steps=k))) for k in (0, 1)
]
set_here = Training().settings["eta"]
too_fast = Training(eta=1.0, steps=40)
side = digits.images.shape[1]

COMPUTED = [
    f"ℒ is {word(round(over_the_valley[1] / over_the_valley[0]))} times what it was",
    f"what will a learning rate {word(1 / set_here)} times as large do",
    f"over {n(shown('04', r'range.(100).'))} steps from the same start",
    f"The one with the steepest slope, $w^{n(steepest)}$",
    f"with a rate of 1, {word(1 / set_here)} times what is set here, the loss goes *up* to "
    f"{n(number(r'ℒ = ([0-9.]+) over', said(too_fast))):.0f} in a few steps",
    f"{n(len(digits)):,} handwritten digits, each a picture of {n(side)} × {n(side)} grey dots",
    f"{n(len(parts.held_out))} of them are set",
    f"A picture is a row of {n(side**2)} numbers",
    f"Then come {n(widths[1])} neurons, then {n(widths[2])}, one for each digit",
    f"All {n(widths[0] * widths[1] + widths[1] * widths[2]):,} weights are moved",
    f"It sees {word(training.DIGITS['batch_size'])} digits",
    f"sees the next {word(training.DIGITS['batch_size'])}",
    f"once through all {n(len(parts.train)):,} is",
    f"the largest of its {word(widths[2])} outputs",
    f"Each neuron of the first layer has {n(widths[0])} weights",
    f"w - 0.5 · 2w = {n(1 - 0.5 * 2):.0f}. How",
    f"w - 2 · 2w = {n(1 - 2 * 2)}w: already",
]
TRUE = {
    "∂ℒ/∂w² is negative here, so w² grows": slopes[2].item() < 0,
    "The loss falls all the same, here even a hair further": too_early < at_once,
    "Its slope is negative, so the step goes up": slopes[steepest].item() < 0
    and "step" in said(Descent()),
    "The loss fell, most of the digits are read": float(
        shown("04", r"accuracy\(wrong_output, digits.held_out.labels\) > ([\d.]+)")
    )
    > 0.5,
    "the network says the same at every place": np.isclose(
        number(r"says 1 on ([0-9.]+)% of it", said(too_fast)) % 100, 0
    ),
}
GIVEN = r"""
grows, towards 0 and beyond;
y = 1 even a
y = 0.7 and η = 200, and
part these two classes. how
the boundary; two can be
circles want three or more.
starts with three weights by
step](03-inductive-step.ipynb). **time:** 35 minutes. **claims:**
finds, for three layers and
$\eta = 0$: $$-\left(g^1\,
slopes are 0.
has, at 0, exactly
of the three weights will
descent the two are often
they are two things: |
nearer to 0, but
network with two inputs learns
to tell two kinds of
rate of 1, ten
is almost 0. </details>
$y$ is 1 at the
digit and 0 elsewhere. the
grow. with 0.5, one
go? with 2, one
away. with 0 nothing moves
w - 0.5 · 2w =
w - 2 · 2w =
"""
