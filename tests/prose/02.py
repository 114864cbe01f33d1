"""What the numbers in the prose of notebook 02 are tied to (see tools/prose.py)."""

from types import SimpleNamespace

import numpy as np

import bpdemo as bp
from bpdemo.explorers import Nudge, ThreeTerms
from tools.prose import Computed as n
from tools.prose import number, said, word

asked = Nudge().settings["dw"]


def _loss(kind, dw):
    """The change of the loss that the explorer shows, for a nudge of the last weight."""
    return number(rf"{kind}: [^;]*Δℒ ([-−+\d.]+\d)", said(Nudge(dw=dw)))


whole, large = _loss("real", asked), _loss("real", 2.0)
off = [_loss("real", dw) - _loss("predicted", dw) for dw in (asked, asked / 2)]
sigma = bp.activations.TABLE["sigmoid"]


def _chain(**changed):
    """The chain that the explorer shows, with these settings changed."""
    return ThreeTerms.chain(SimpleNamespace(**{**ThreeTerms().settings, **changed}))


at_start, without_input = _chain(), _chain(x=0.0)
right = round(at_start["a3"], 2)
slopes = sigma.derivative(np.linspace(-8, 8, 1601))

COMPUTED = [
    f"half the nudge, about a {word(round(off[1] / off[0] * 4) / 4)} of the error",
    rf"wheel $r$ turns by $3 \cdot 2 = {n(3 * 2)}$",
    f"For a nudge of {n(asked)} the predicted change of the loss is near the real one. For a nudge of "
    f"2 it is ${n(_loss('predicted', 2.0)):.3f}$, and the real one is ${n(large):.4f}$",
    f"Drag $y$ down to {n(right)}, and the factor is almost",
    f"It is largest, {n(float(slopes.max()))}, where $z^3 = {n(abs(slopes.argmax() - 800))}$: drag",
    f"that isn't 0, since already $a^1 = \\sigma(0) = {n(without_input['a1'])}$",
    f"its third factor is $x = {n(_chain(x=0.0, depth=1)['dz_dw1']):.0f}$",
]
TRUE = {
    "the predicted change of the loss is near the real one": abs(off[0]) < 0.1 * abs(whole),
    "the factor is almost 0, for the output is right": abs(_chain(y=right)["dL_da3"]) < 0.002,
    "the product is almost 0 too, and the straight line is level": abs(_chain(y=right)["dL_dw3"])
    < 0.001,
    "drag $w^3$ to 0. On either side of that it shrinks": _chain(w3=0.0)["da_dz3"]
    > max(_chain(w3=w)["da_dz3"] for w in (-0.1, 0.1)),
    "The last weight still learns: what": without_input["dL_dw3"] != 0,
    "The first weight doesn't learn: choose": _chain(x=0.0, depth=1)["dL_dw1"] == 0,
    "so ∂a³/∂z³ = σ′(z³) is almost 0, and": max(slopes[0], slopes[-1]) < 0.001,
}
GIVEN = r"""
half as large, or
set y to 0, so that
factor near 0 is near 0. the slope
per layer, three layers, the
nudge of 2 it is
half the nudge, about
about all three factors. it
drag $x$ to 0. the
that isn't 0, since
choose 1 layer, so
its third factor is
all three factors, their
product of three factors, and
rule with two gear wheels;
name the three factors, and
forward](01-forward.ipynb). **time:** 40 minutes. **claims:**
$q$ turns 3 times as
$r$ turns 2 times as
$p$ by 1, wheel
loss? in three stages: $$w^l
- a^l)^2$$ three wheels in
row, so three sensitivities multiply.
of the three must be
code the three factors are
$z$ moves 3 times as
$a$ moves 0.25 times as
moves $-0.8$ times
write term 1.
go to 0, as
write term 2 for the
write term 3. (it
of the two numbers is
put the three into the
the label 0, the
**use.** all three terms in
- the three factors are
factor is 0, the
dl_da_of(a, y) 2 (a -
a factor 2 is lost:
u² is 2u (n7).
has no ½ in front.
= σ(z)(1 - σ(z)):
is a(1 - a)
(n8). a(1 - a)
times (1 - a).
times (1 - a). 1 - a²
has a(1 - a).
σ′ > 0.
slope is 1 for a
slope of 3·w?
a, y) three factors, each
r_g(\Delta u) \to 0$ and $r_g(0) = 0$
let $h$ go to 0. sympy
"""
