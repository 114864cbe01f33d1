"""What the numbers in the prose of notebook 03 are tied to (see tools/prose.py)."""

from types import SimpleNamespace

import numpy as np

import bpdemo as bp
from bpdemo import data, slips, training
from bpdemo.explorers import SlipSwitch
from tools.prose import Computed as n
from tools.prose import shown, word

on_chain = SlipSwitch().settings
slipped_now = SimpleNamespace(**SlipSwitch(slip=True).settings)
slip = slips.TABLE["sigma_of_a"].backward


def _losses(x, y, w, rate, epochs, backward):
    run = training.descend(x, y, w, learning_rate=rate, epochs=epochs, backward=backward)
    return np.array([record.loss for record in run])


rings = data.circles()
points = np.hstack([rings.x, np.ones((len(rings), 1))])
start = training.initial_weights([3, 6, 1], seed=1)
lost, learned = (_losses(points, rings.y, start, 0.05, 600, b) for b in (slip, bp.backward))
written_out = shown("03", r"for layers in \[([\d, ]+)\]").split(", ")

COMPUTED = [
    f"SymPy writes out whole networks of {', '.join(f'{n(k)}' for k in written_out[:-1])} and "
    f"{n(written_out[-1])} layers",
    f"For $k = {n(shown('03', r' k = (.) dL_da_k ='))}$, with the missing factor measured",
    f"(Here $x = {n(on_chain['x']):.0f}$ and $w^1 = {n(on_chain['w1']):.0f}$: so",
    f"A network with {word(int(shown('03', r'initial_weights..3, (.), 1')))} neurons in the middle",
    f"a network that is {n(shown('03', r'rng.normal.size=.(.), 3.., rng'))}-"
    f"{n(shown('03', r'rng.normal.size=.2, (.).., rng'))}-1 wide, with "
    f"{word(int(shown('03', r'X, Y = rng.normal.size=.(.), 2')))} examples",
    f"{word(int(shown('03', r'matrices.m=([0-9]), n_in=3')))} examples, and {word(int(shown('03', r'matrices.m=2, n_in=([0-9])')))} "
    f"neurons into {word(int(shown('03', r'matrices.m=2, n_in=3, n_out=([0-9])')))}, with",
]
TRUE = {
    "its slope isn't the curve's slope any more": SlipSwitch.shown(slipped_now)["dL_dw1"]
    > 1.5 * SlipSwitch.chain(slipped_now)["dL_dw1"],
    "A falling loss proves nothing": SlipSwitch().judge(slipped_now, slipped_now) == 0,
    r"with $\sigma'(a)$ it is lost for hundreds of epochs": np.sum(lost > 20 * learned.min()) > 200,
    r"But the loss falls with the wrong gradient as well": lost[-1] < lost[0],
}
GIVEN = r"""
back through layer 2 ends
needs it twice and
terms](02-three-terms.ipynb). **time:** 45 minutes. **claims:**
still has three links: $$\frac{\partial
the last two factors are
is term 1 of notebook
\;\longrightarrow\; \mathcal{l}$$ three wheels in
row again. two of their
have; the third is new,
loss of two whole layers,
**say.** the two steps are
or a hundred, is
the same three lines. (what
in the three lines.
that the two differ: with
difference is 0, with
points of two rings apart (a third input is always 1). it starts twice from the
three things that
z)$, the two agree by
the same three; but
is 2-3-1 wide, with
the same three factors; only
notes. a(1 - a)
returns {1: dl_dw
of layer 1, 2: …}
(n8). a(1 - a)
right; z(1 - z)
a factor 2 is lost:
u² is 2u (n7).
has no ½ in front.
a[k - 1] the
a[k - 1] (n9).
product elementwise, two with a
brackets are 1 where their equation holds and else 0; they
"""
