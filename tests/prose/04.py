"""What the numbers in the prose of notebook 04 are tied to (see tools/prose.py)."""

import re
from types import SimpleNamespace

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


def _gone(steps):
    """ℒ on the rings after so many steps along the gradient of the start, as 04-bug takes them."""
    rings = data.circles()
    x = np.hstack([rings.x, np.ones((len(rings), 1))])
    w = training.initial_weights([3, 6, 1], seed=1)
    grad = bp.backward(bp.forward(x, w), rings.y)
    there = training.step(w, grad, steps * 0.05)
    return bp.squared_difference(bp.forward(x, there).a[2], rings.y)


assert _gone(1) < _gone(0)
assert (steps_taken := shown("04", r"learning_rate=([\d.]+), epochs=40, batch_size=10"))
assert float(steps_taken) == training.SIGMOID_SETTINGS["learning_rate"]

leap = _descent(200.0)
too_fast, upwards = _plane(10 * Training().settings["eta"])
too_fast.settings = {"step": Training.most}
side = digits.images.shape[1]


def _learned(how):
    """(ℒ before the first step, ℒ after the last, digits read), as printed."""
    row = shown("04", rf"{how}: (loss \d+ -> \d+, \d+ of 360 read)")
    return [int(found) for found in re.findall(r"\d+", row)][:3]


with_slip, without = _learned("σ′.a."), _learned("σ′.z.")
steps_in_an_epoch = -(-len(parts.train) // training.SIGMOID_SETTINGS["batch_size"])

COMPUTED = [
    f"over {n(shown('04', r'range.(100).'))} steps from the same start",
    f"Here the learning rate is {n(too_long.settings['eta']):.0f}. Press Step: the loss goes from "
    f"{n(leap[0]):.5f} to {n(leap[1]):.4f}.",
    f"{n(len(digits)):,} handwritten digits, each a picture of {n(side)} × {n(side)} grey dots",
    f"{n(len(parts.held_out))} of them are set",
    f"A picture is a row of {n(side**2)} numbers",
    f"Then come {n(widths[1])} neurons, then {n(widths[2])}, one for each digit",
    f"All {n(widths[0] * widths[1] + widths[1] * widths[2]):,} weights are moved",
    f"It sees {word(training.SIGMOID_SETTINGS['batch_size'])} digits",
    f"sees the next {word(training.SIGMOID_SETTINGS['batch_size'])}",
    f"once through all {n(len(parts.train)):,} is",
    f"now that's {n(steps_in_an_epoch)} steps",
    rf"The learning rate is $\eta = {n(training.SIGMOID_SETTINGS['learning_rate'])}$",
    f"With the slip the loss fell from {n(with_slip[0])} to {n(with_slip[1])}, and "
    f"{n(with_slip[2])} of 360 digits",
    f"only {n(without[2] - with_slip[2])} fewer than with the true gradient",
    f"the loss falls in the first step and then rises, from {n(_gone(0)):.0f} to {n(_gone(100)):.0f}",
    f"the largest of its {word(widths[2])} outputs",
    f"Each neuron of the first layer has {n(widths[0])} weights",
    f"w - 0.5 · 2w = {n(1 - 0.5 * 2):.0f}. How",
    f"w - 2 · 2w = {n(1 - 2 * 2)}w: already",
]
TRUE = {
    "as in notebook 02, and the gradient is almost 0": np.ptp(upwards[10:]) < 1e-3 * upwards[0],
    "The loss falls all the same; here, by luck, it even falls a hair further": too_early < at_once,
    r"drag $\eta$ down to 20, and press Play: now it falls with every step": all(
        np.diff(_descent(20.0)) <= 0
    ),
    "Where the loss goes *up* and stays": upwards[10] > upwards[0]
    and np.ptp(upwards[10:]) < 1e-3 * upwards[0],
    "the network gives the same answer everywhere": np.isclose(
        number(r"says 1 on ([0-9.]+)% of it", said(too_fast)) % 100, 0
    ),
}
GIVEN = r"""
starts with three weights by
step](03-inductive-step.ipynb). **time:** 45 minutes. **claims:**
it in 1847. he
**two changes in
stands in double brackets, `[[0.5]]`: a
list from 0: `w[0]`
counts from 1, like
to layer 1. so
compare the two, over
goes through two lists side
slope is 0. and
$\eta = 0.001$:
**instance.** for three layers, an
$\eta = 0$. it's
sum of three effects: $$-\left(g^1\,
slopes are 0.
has, at 0, exactly
<summary>hint 1</summary> three things in
you get two dictionaries with
on the two rings of
`layer` (from 01) and
package's, until 05. as
from layer 3, each
of the three new weights
the two are often
they are two things: |
closer to 0, but
$w = 1$. where
$\eta = 0.5$ lead,
$\eta = 0.9$? </details>
on the two rings of
learning rate 0.05, the
network learn two inputs, some
to tell two kinds of
$y$ is 1 at the
digit and 0 elsewhere. the
over the ten outputs and
gradients, on 20 of the
gradients**, on 20 examples or
fell from 3 to 0.1, and
it reads nine digits in ten. so
`bpdemo/network.py`: after 05 and 06
des sciences 25, 1847: gradient
descent, on three pages. -
mathematical statistics*, 1951: why
learning repository, 1998. -
learning](http://neuralnetworksanddeeplearning.com/), chapter 1: another
returns {1: new
of layer 1, 2: …}
number from 0 to 3 the last
grow. with 0.5, one
w - 0.5 · 2w =
go? with 2, one
w - 2 · 2w =
away. with 0 nothing moves
y = 0.7 and η = 200, and
rate η ten times as
learning in 600 steps. so
"""
