"""What the numbers in the prose of notebook 02 are tied to (see tools/prose.py)."""

import bpdemo as bp
from bpdemo.explorers import Nudge
from tools.prose import Computed as n
from tools.prose import number, said, word

asked = Nudge().settings["dw"]


def _loss(kind, dw):
    """The change of the loss that the explorer shows, for a nudge of the last weight."""
    return number(rf"{kind}:\s+Δℒ = ([^ ]+)", said(Nudge(dw=dw)))


whole, halved, large = (_loss("real", dw) for dw in (asked, asked / 2, 2.0))
off = [_loss("real", dw) - _loss("predicted", dw) for dw in (asked, asked / 2)]
sigma_0 = bp.activations.TABLE["sigmoid"](0.0)
stuck = bp.backward(bp.forward([[1.0]], [[[4.0]], [[12.0]]]), [[0.0]])
without_input = bp.backward(bp.forward([[0.0]], [[[0.8]], [[-1.2]], [[1.5]]]), [[1.0]])

COMPUTED = [
    f"halve Δw, and the error shrinks to about a {word(round(off[1] / off[0] * 4) / 4)}",
    rf"wheel $r$ turns by $3 \cdot 2 = {n(3 * 2)}$",
    f"halve the nudge of {n(asked)}",
    f"${n(whole):.4f}$ becomes ${n(halved):.4f}$",
    f"For a nudge of 2 the forecast is ${n(_loss('predicted', 2.0)):.3f}$, but the loss really "
    f"changes by ${n(large):.4f}$",
    rf"$a^1 = \sigma(0) = {n(float(sigma_0))}$",
]
TRUE = {
    "Nearly: ": 0.5 < halved / whole < 0.53,
    r"the sigmoid is flat: $\sigma'(z)$ is almost 0": abs(stuck.dL_dw[2].item()) < 1e-4,
    "The last weight is not:": without_input.dL_dw[3].item() != 0,
    "The first is:": without_input.dL_dw[1].item() == 0,
}
GIVEN = r"""
y = 0 and w² = 4, so
of the three factors dies,
almost to 0, for
factor near 0 is near 0, so
product of three factors, and
rule with two gear wheels;
name the three factors, and
forward](01-forward.ipynb). **time:** 40 minutes. **claims:**
a layer, three layers, the
$q$ turns 3 times as
$r$ turns 2 times as
$p$ by 1, wheel
loss? in three stages: $$w^l
- a^l)^2$$ three wheels in
row, so three sensitivities multiply.
of the three must be
code the three factors are
the loss halved too? and
nudge of 2?* <details>
nudge of 2 the forecast
$z$ moves 3 times as
$a$ moves 0.25 times as
moves $-0.8$ times
down](#the-three-together-%28n10%29); question 1 there is
write term 1.
go to 0, as
down](#the-three-together-%28n10%29); question 2 there is
write term 2 for the
is the third bar of
below](#the-three-together-%28n10%29); question 3 there is
write term 3. (it
of the two numbers is
put the three into the
are all three factors, their
factor becomes 0?* 2.
$y = 0$, $w^2 = 4$, and
$x = 0$: is
1. term 1. nothing
2. term 2. far
is not 0, since
its term 3 is $a^0
x = 0$ (choose 1 layer to
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
