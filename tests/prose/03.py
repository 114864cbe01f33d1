"""What the numbers in the prose of notebook 03 are tied to (see tools/prose.py)."""

from types import SimpleNamespace

import numpy as np

import bpdemo as bp
from bpdemo import activations, data, slips, training
from bpdemo.explorers import SlipSwitch
from tools.prose import Computed as n
from tools.prose import shown, word

on_chain = SlipSwitch().settings
slipped_now = SimpleNamespace(**SlipSwitch(slip=True).settings)
slip = slips.TABLE["sigma_of_a"].backward


def _losses(x, y, w, rate, epochs, backward):
    run = training.descend(x, w, y, learning_rate=rate, epochs=epochs, backward=backward)
    return np.array([record.loss for record in run])


rings = data.circles()
points = np.hstack([rings.x, np.ones((len(rings), 1))])
start = training.initial_weights([3, 6, 1], seed=1)
lost, learned = (_losses(points, rings.y, start, 0.05, 600, b) for b in (slip, bp.backward))
written_out = shown("03", r"for layers in \[([\d, ]+)\]").split(", ")

COMPUTED = [
    f"the loss falls from {n(round(learned[0]))} to about {n(round(learned[-1], 1))}: the network",
    f"it's still at {n(round(lost[-1]))} after {n(len(lost) - 1)} steps",
    f"SymPy writes out whole networks of {', '.join(f'{n(k)}' for k in written_out[:-1])} and "
    f"{n(written_out[-1])} layers",
    f"For $k = {n(shown('03', r' k = (.) dL_da_k ='))}$, with the missing factor measured",
    f"(Here $x = {n(on_chain['x']):.0f}$ and $w^1 = {n(on_chain['w1']):.0f}$, so that",
    rf"And $a^2 = \sigma(0) = {n(activations.TABLE['sigmoid'].f(0.0)):.1f}$, so",
    f"A network with {word(int(shown('03', r'initial_weights..3, (.), 1')))} neurons in the middle",
    f"takes {n(int(shown('03', r'epochs=(600), backward')))} small steps",
]
TRUE = {
    "its slope isn't the curve's slope any more": SlipSwitch.shown(slipped_now)["dL_dw1"]
    > 1.5 * SlipSwitch.chain(slipped_now)["dL_dw1"],
    "A falling loss proves nothing": SlipSwitch().judge(slipped_now, slipped_now) == 0,
    "At first both losses hardly move": min(learned[100], lost[100]) > 0.9 * learned[0],
    r"But the loss falls with the wrong gradient as well": lost[-1] < lost[0],
}
GIVEN = r"""
and ours chooses 0.) so
loop of two lines; -
terms](02-three-terms.ipynb). **time:** 50 minutes. **claims:**
of the three factors of
still has three links: $$\frac{\partial
the last two factors look
\;\longrightarrow\; \mathcal{l}$$ three links again. we already have two of the sensitivities
sensitivities. the third is new,
a^l = -0.8$, $\sigma'(z^l) = 0.25$ and
$w^l = 1.5$; what
$a^{l-1} = 0.4$. what
of the four numbers isn't
loss of two whole layers,
**say.** the two steps are
through layer 2 ends in
needs it twice and computes
or a hundred, is
<summary>hint 1</summary> three factors. two of them
the same three lines. (what
in the three lines. you
the same two first factors,
in the third: one
$w^2 = 0$ in
of the three $\partial\mathcal{l}/\partial w^k$
then exactly 0?
of the three gradients. in
$w^2 = 0$. the
it isn't 0: the
weight is 0, but
w^3$ isn't 0 either. </details>
that the two differ: with
slope is 0, with
points of two rings apart.
it starts twice from the
the network's third input is always 1.)
and makes 0 of a
slope is 1 where $z > 0$ and 0 where $z < 0$; and
answer in two or three sentences.
the same three factors; only
the same three formulas hold,
errors](https://doi.org/10.1038/323533a0), *nature*, 1986. -
error](https://doi.org/10.1007/bf01931367), *bit*, 1976: the
thesis of 1970 in english.
harvard university, 1974. -
learning](http://neuralnetworksanddeeplearning.com/), chapter 2: the
layer back three factors, and
notes. z(1 - z)
it's a(1 - a),
returns {1: dl_dw
of layer 1, 2: …}
(n8). a(1 - a)
right; z(1 - z)
a factor 2 is lost:
u² is 2u (n7).
has no ½ in front.
a[k - 1] acts
a[k - 1] acts
a[k - 1] (n9).
number from 0 to 3 only the
from. line 3 is right:
(n12). line 4 is right:
first. line 5 is right: a(1 - a)
σ(z). line 6 is right
it? line 2 is right:
l. line 8 is right:
found. line 1 only names
"""
