"""What the numbers in the prose of notebook 04 are tied to (see tools/prose.py)."""

from types import SimpleNamespace

import numpy as np

from bpdemo import data, training
from bpdemo.explorers import Descent, Training
from tools.prose import Computed as n
from tools.prose import number, said, shown, word

digits, parts = data.digits(), data.digits_split()
widths = [int(v) for v in shown("04", r"initial_weights\(\[(64, \d+, \d+)\]").split(", ")]
at_once, too_early = (
    float(shown("04", rf"{how}: +([\d.]+)")) for how in ("all at once", "too early")
)
too_long = Descent(y=0.7, eta=200.0)


def _descent(eta):
    """ℒ before the first step and after each, as the explorer of the longer steps has it."""
    s = SimpleNamespace(**{**too_long.settings, "eta": eta, "step": 100})
    return np.array([record.loss for record in too_long.records(s)])


def _plane(eta):
    """ℒ on the plane, as far as the explorer goes."""
    training_now = Training(eta=eta)
    s = SimpleNamespace(**{**training_now.settings, "step": Training.most})
    return training_now, np.array([record.loss for record in training_now.records(s)])


leap = _descent(200.0)
too_fast, upwards = _plane(10 * Training().settings["eta"])
too_fast.settings = {"step": Training.most}
side = digits.images.shape[1]

COMPUTED = [
    f"over {n(shown('04', r'range.(100).'))} steps from the same start",
    f"Here the learning rate is {n(too_long.settings['eta']):.0f}. Press Step: the loss goes from "
    f"{n(leap[0]):.5f} to {n(leap[1]):.4f}.",
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
    "as in notebook 02, and the gradient is almost 0": np.ptp(upwards[10:]) < 1e-3 * upwards[0],
    "The loss falls all the same, here even a hair further": too_early < at_once,
    r"drag $\eta$ down to 20, and press Play: now it falls with every step": all(
        np.diff(_descent(20.0)) <= 0
    ),
    "Where the loss goes *up* and stays": upwards[10] > upwards[0]
    and np.ptp(upwards[10:]) < 1e-3 * upwards[0],
    "The loss fell, most of the digits are read": float(
        shown("04", r"accuracy\(wrong_output, digits.held_out.labels\) > ([\d.]+)")
    )
    > 0.5,
    "the network says the same at every place": np.isclose(
        number(r"says 1 on ([0-9.]+)% of it", said(too_fast)) % 100, 0
    ),
}
GIVEN = r"""
learning rate η ten times as
y = 0.7 and η = 200, and
starts with three weights by
step](03-inductive-step.ipynb). **time:** 35 minutes. **claims:**
finds, for three layers and
$\eta = 0$: $$-\left(g^1\,
slopes are 0.
has, at 0, exactly
descent the two are often
they are two things: |
nearer to 0, but
network with two inputs learns
to tell two kinds of
$y$ is 1 at the
digit and 0 elsewhere. the
grow. with 0.5, one
go? with 2, one
away. with 0 nothing moves
w - 0.5 · 2w =
w - 2 · 2w =
"""
