"""What the numbers in the prose of notebook 02 are tied to (see tools/prose.py)."""

from types import SimpleNamespace

import numpy as np

import bpdemo as bp
from bpdemo.checking import central_difference
from bpdemo.exercises import TABLE
from bpdemo.explorers import Nudge, ThreeTerms
from tools.prose import Computed as n
from tools.prose import number, said, word

asked = Nudge().settings["dw"]


def _loss(kind, dw):
    """The change of the loss that the explorer shows, for a nudge of the last weight."""
    return number(rf"{kind}: [^;]*Δℒ ([-−+\d.]+\d)", said(Nudge(dw=dw)))


whole, large = _loss("actual", asked), _loss("actual", 2.0)
off = [_loss("actual", dw) - _loss("predicted", dw) for dw in (asked, asked / 2)]
sigma = bp.activations.TABLE["sigmoid"]


def _chain(**changed):
    """The chain that the explorer shows, with these settings changed."""
    return ThreeTerms.chain(SimpleNamespace(**{**ThreeTerms().settings, **changed}))


at_start, without_input = _chain(), _chain(x=0.0)
right = round(at_start["a3"], 2)
slopes = sigma.derivative(np.linspace(-8, 8, 1601))
p, q = 3, 3**2  # where the two curves of "Two gear wheels" stand
whole_row = central_difference(lambda p: (p**2) ** 2 / 9, p)
half = float(sigma(0.0))
by_core = bp.backward(bp.forward([[0.8]], [[[0.0]]]), [[0.0]]).dL_dw[1].item()
bug = TABLE["02-bug"].expected()

COMPUTED = [
    f"half the nudge, about a {word(round(off[1] / off[0] * 4) / 4)} of the error",
    rf"wheel $q$ turns by 3 and wheel $r$ by $3 \cdot 2 = {n(3 * 2)}$",
    rf"stand at $p = {n(p)}$. Then $q = {n(q)}$",
    rf"$2p = {n(2 * p)}$, as in notebook 00 | $q$ moves {n(2 * p)} times",
    rf"$2q / 9 = {n(2 * q // 9)}$ | $r$ moves {n(2 * q // 9)} times",
    rf"$6 \cdot 2 = {n(round(whole_row))}$ | $r$ moves {n(round(whole_row))} times",
    f"Does it come to {n(round(whole_row))}?",
    f"at $p = 1$ they are {n(2 * 1)} and $2/9$",
    rf"$z^L = 0$, so $a^L = {n(half)}$. The factors are ${n(2 * (half - 1)):.0f}$, "
    rf"${n(half * (1 - half))}$ and ${n(0.4)}$",
    f"The other two factors are {n(2 * half):.0f} and {n(half * (1 - half))}, and they are right. What must "
    f"the third one be to make the product {n(2 * half * half * (1 - half) * 0.8)}",
    f"for `a_before = {n(0.8)}`, `w = 0` and `y = 0` a small step measures {n(by_core)}",
    f"With a = {n(half)} and y = 0 this is {n(2 * half):.0f}, as it",
    f"With a = {n(half)} this is {n(half * (1 - half))}, the slope of the sigmoid at 0",
    f"σ(0) is {n(half)}, and not 0",
    f"line = {n(bug)}\n```\n\nIn line {n(bug)}, ",
    f"$z$ is {n(3 * 2)}. Now `w` goes up by 0.1",
    f"$z$ goes from {n(3 * 2)} to {n(3 * 2.1):.1f}",
    f"For a nudge of {n(asked)} the predicted change of the loss is near the actual one. For a nudge of "
    f"2 the prediction is ${n(_loss('predicted', 2.0)):.3f}$, and the actual one is ${n(large):.4f}$",
    f"Drag $y$ down to {n(right)}, and the factor is almost",
    f"It is largest, {n(float(slopes.max()))}, where $z^3 = {n(abs(slopes.argmax() - 800))}$: drag",
    f"that isn't 0, since already $a^1 = \\sigma(0) = {n(without_input['a1'])}$",
    f"its third factor is $x = {n(_chain(x=0.0, depth=1)['dz_dw1']):.0f}$",
]
TRUE = {
    "the predicted change of the loss is near the actual one": abs(off[0]) < 0.1 * abs(whole),
    "the factor is almost 0, because the output is right": abs(_chain(y=right)["dL_da3"]) < 0.002,
    "the product is almost 0 too, and the straight line is level": abs(_chain(y=right)["dL_dw3"])
    < 0.001,
    "drag $w^3$ to 0. On either side of that it shrinks": _chain(w3=0.0)["da_dz3"]
    > max(_chain(w3=w)["da_dz3"] for w in (-0.1, 0.1)),
    "The last weight still learns: what": without_input["dL_dw3"] != 0,
    "The first weight doesn't learn. To see it": _chain(x=0.0, depth=1)["dL_dw1"] == 0,
    "so ∂a³/∂z³ = σ′(z³) is almost 0, and": max(slopes[0], slopes[-1]) < 0.001,
}
GIVEN = r"""
then you need two numbers
half as large, or
set y to 0, so that
factor near 0 is near 0. the slope
per layer, three layers, the
nudge of 2 the prediction is
half the nudge, about
drag $x$ to 0. the
that isn't 0, since
set the number of layers to 1: now
its third factor is
all three factors, their
product of three factors, and
name the three factors, and
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
write term 2 for the
of the two numbers is
put the three into the
the label 0, the
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
slope of 3·w?
a, y) three factors, each
r_g(\Delta u) \to 0$ and $r_g(0) = 0$
rule with two gear wheels,
forward](01-forward.ipynb). **time:** 60 minutes. **claims:**
turns by 3 and wheel
$p = 3$ |
$q = 9$ |
$p = 1$ they
for any two curves? let
go to 0. here
it in 1676, in
<summary>hint 1</summary> three wheels in
$w$ by 1. then
moves by 3. how
1</summary> take two wheels with
the ratios 3 and 2, and
one by 1. then by 2. </details>
z moves 3 times as
a moves 2 times as
has moved 3 already: 6 times as
with sensitivity 0 stops everything:
it is two wheels. call
grows by 1, $u$
*shrinks* by 1: the
is $-1$. and
write term 1 so that
it is two wheels: how
sigmoid is four small wheels
| $-1$ |
| $1$ | adding 1 lifts a
| the two minus signs
| as two fractions |
$v$ is 1 | |
the same two forms in
corner at 0. there
far `a` is from 1. </details>
write term 3. it
`a_before` is 3 and `w` is 2, so
up by 0.1. </details>
of the two numbers. which
$w^l = 0$. what
$a^{l-1} = 0.4$, the
$y = 1$, the
then the three factors, one
is one half. so
of the three factors has
$z^l = 0$, so
weight of 0 lets nothing
write.** all three terms in
<summary>hint 1</summary> three factors, and
of the four arguments isn't
`w` is 0, it
slope is 0. but
`w = 0` and
`y = 0` a
of the three factors is 0? </details>
the other two factors are
must the third one be
library the three terms have
learning*](http://neuralnetworksanddeeplearning.com) (2015), chapter 3: why
backpropagation*](https://colah.github.io/posts/2015-08-backprop/) (2015): the
mathematics enthusiast* 7 (2010), pages 321–332: where
of the three sensitivities is
itself. term 1 is its
itself. term 2 is its
itself. term 3 is how
would be 1 for a
z is 0, but
isn't: the third factor is
sigmoid at 0? the
height: σ′(0), not σ(0). the
z = 0, not
a = 0.5 (n8). that
z. the third factor is
z is 0 when w
n3: σ(0) is
and not 0. with
y = 0 this is
sigmoid at 0 (n8). three factors, multiplied:
them is 0 here?
watch the third factor, $a^2$.
go to 0. multiply the four slopes, and
"""
