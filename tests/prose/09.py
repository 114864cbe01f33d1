"""What the numbers in the prose of notebook 09 are tied to (see tools/prose.py)."""

import math
import re
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import sympy as sp

import bpdemo as bp
from bpdemo.exercises import TABLE
from bpdemo.explorers import Depth, SkipConnection, depth
from bpdemo.explorers.explorer import numbers_of
from tools.prose import Computed as n
from tools.prose import everything, number, said, shown, word

half, double = TABLE["09-products"].expected()
to_a0, to_w1 = TABLE["09-predict"].expected()
relu, pair = bp.activations.TABLE["relu"], np.array([-1.7, 1.7])
factors = sp.symbols(shown("09", r'sp.symbols\("(f1:\d)"\)'))
expanded = [sp.expand(sp.prod(1 + f for f in factors[:n])) for n in range(1, len(factors) + 1)]
steepest = float(bp.activations.TABLE["sigmoid"].derivative(0.0))
gradient = abs(float(shown("09", r"their product = ([-.\de]+)")))
loss = (0.7278 / 2) ** 2  # dL_da[L] is 2(a − y), and ℒ its half squared
moved = 2e-5 * gradient  # by a step of 1e-5 to each side
place = math.ceil(-math.log10(moved))
left = math.floor(math.log10(moved / (np.finfo(float).eps * loss)))
L, layer_width, draws = shown("09", r"L, n, draws = ([\d, ]+?) scales").split(", ")
scales = re.findall(r"[\d.]+", shown("09", r"scales = np.array\(\[([^\]]*)\]"))


def _measured(**settings):
    """How large the gradient is at a⁰, with 1 at a^L, in the middle of the eight networks."""
    return number(r"measured ([^ ]+) at 0", said(Depth(**settings)))


def _power(value):
    """The power of ten that a number begins with, and `_mantissa` what stands before it."""
    return n(math.floor(math.log10(value)))


def _mantissa(value):
    return n(round(value / 10 ** math.floor(math.log10(value))))


def _shown(**settings):
    """What the explorer shows, by quantity."""
    return dict(numbers_of(Depth(**settings).svg()))


def _factor(**settings):
    """The predicted factor of one step back."""
    return number("(.*)", _shown(**settings)["factor"])


def _slope(scale, activation="sigmoid"):
    """The size of σ′ over all layers."""
    return number("([^²]*)", _shown(scale=scale, activation=activation)["slope"])


def _arrives(**settings):
    """How large the gradient is at a⁰."""
    return Depth.arrives(SimpleNamespace(**Depth(**settings).settings))


with_relu, with_sigmoid = _measured(activation="relu"), _measured(activation="sigmoid")
# The factors of one step for each scale; the products of twenty; and how far off the forecast is.
table, products, off = {}, {}, {}
for name in ("sigmoid", "tanh", "relu"):
    text = everything("09")
    table[name] = [float(v) for v in re.search(rf"{name} +((?:\d\.\d\d *){{4}})", text)[1].split()]
    row = re.search(rf"{name} +(\S+·10\S+ +\S+ +\S+ +\S+)", text)[1].split()
    products[name] = [number("(.*)", v) for v in row]
    fixed, own = re.search(rf"{name} +fixed \[(.*?)\] +own loss \[(.*?)\]", text).groups()
    off[name] = [[float(v) for v in found.split()] for found in (fixed, own)]
starts = [float(v) for v in shown("09", r"starts, rates = np.array..([^]]*)").split(", ")]
rates = re.findall(r"rate ([\d.]+) +(\d+)% +(\d+)% +(\d+)% +(\d+)%", everything("09"))
first = {
    float(start): number("(.*)", size)
    for start, size in re.findall(r"scale ([\d.]+) +gradient +(\S+), saturated", everything("09"))
}
per_step = 1000 ** (1 / 20)
label_0 = {
    (int(wide), int(deep)): float(size)
    for wide, deep, size in re.findall(
        r"n = (\d+), layers (\d+): .*?label 0 ([\d.]+)", everything("09")
    )
}
layers = max(deep for _, deep in label_0)
saturated = [int(v) for v in re.findall(r"gradient \S+, saturated +(\d+)%", everything("09"))]
read = [[int(v) for v in row[1:]] for row in rates]  # per cent, by rate and scale
factor = number(r"B45 factor.*?: ([\d.]+)", said(SkipConnection(activation="relu", scale=4.0)))
# With a loss of their own and with a fixed slope, at the largest scale.
tanh_fixed, tanh_own = (found[-1] for found in off["tanh"])
lowest, highest = (end(v for row in products.values() for v in row) for end in (min, max))
worst = math.ceil(max(max(v, 1 / v) for rows in off.values() for row in rows for v in row))
scale_list = ", ".join(f"{n(float(s)):g}" for s in scales)

COMPUTED = [
    f"Here are {word(len(factors))} layers, multiplied out",
    f"{n(to_a0):,.0f} and {n(to_w1):,.0f}. {word(round(math.log(to_a0, 3)))} steps lead to $a^0$, and "
    f"{word(round(math.log(to_w1, 3)))} to $a^1$",
    f"{word(round(math.log(to_a0, 3)))} steps back to a^0; {word(round(math.log(to_w1, 3)))} to a^1, and",
    rf"$v = 0.5$ it's $0.5 \cdot (1 + 9) = {n(0.5 * (1**2 + 3**2)):.0f}$",
    f"| ({n(len(scales))}, {n(1)}, {n(1)}, {n(1)}) |",
    f"the {n(draws)} draws of one layer | ({n(draws)}, {n(layer_width)}, {n(layer_width)}) |",
    f"from, to | ({n(len(scales))}, {n(draws)}, {n(layer_width)}, {n(layer_width)}) |",
    f"{word(depth.NETWORKS)} networks at a time, with up to {n(Depth().limited['layers'].high)} layers",
    f"The same {word(depth.NETWORKS)} networks as above",
    f"the largest of the {word(depth.NETWORKS)}.",
    f"A scale of √2 = {n(math.sqrt(2)):.2f} (He)",
    rf"$0.8^{{30}} \approx {n(0.8**30):.3f}$, and $1.25^{{30}} \approx {n(float(f'{1.25**30:.1g}')):.0f}$",
    f"A chain of {word(int(shown('09', r'uniform.0.5, 1.5, size=.(10), 1, 1')))} layers",
    f"differentiates {word(int(shown('09', r'steps_back.(3)')))} layers written out",
    f"would change only in its {n(place)}th digit, and {word(left)} digits of the gradient would be left",
    f"About {n(half):.5f} and {n(double):.0f}: halving",
    f"{word(int(shown('09', r'chains, L = (1000), 20')))} chains of {n(shown('09', r'chains, L = 1000, (20)'))} layers",
    f"half of its slopes are 1, and after {n(L)} layers something near "
    f"$10^{{{n(round(math.log10(with_relu)))}}}$ is left, not "
    f"$10^{{{n(round(math.log10(with_sigmoid)))}}}$ (the median of these eight networks is "
    rf"${n(with_relu * 1e4):.0f} \cdot 10^{{{n(-4)}}}$)",
    f"It needs a scale above {n(1 / steepest):.0f}, since its slope is a {word(steepest)} at most",
    f"{n(L)} layers of {n(layer_width)} neurons, {n(len(scales))} scales, {n(draws)} draws each",
    f"A column for each scale {scale_list}: the measured product",
    f"Over {n(L)} layers small errors",
    f"from ${_mantissa(lowest)} \\cdot 10^{{{_power(lowest)}}}$ to ${_mantissa(highest)} "
    f"\\cdot 10^{_power(highest)}$ (the table above), and the forward pass alone predicts them to within a "
    f"factor of {word(worst)}.",
    f"Where tanh saturates, at scale {n(float(scales[-1])):.0f}, the measured product is less than "
    f"{word(0.5)} of the predicted one",
    f"relu gets {word(round(off['relu'][1][-1]))} times as much at the larger scales. (A factor of "
    f"{word(worst)} over {n(L)} layers is {n(100 * (worst ** (1 / int(L)) - 1)):.0f} % per step.)",
    f"a factor of {word(round(label_0[64, 1]))} in one layer, and about {word(round(label_0[32, 20], -1))} in "
    f"{word(20)}.",
    f"Then the same through {n(int(layers))} layers. The rule says 1",
    f"{n(int(shown('09', r'size=.(20000), n.'))):,} draws of the weights of one neuron with "
    f"{n(shown('09', r'n, v = (50), 0.03'))} inputs",
    rf"relu would be 1 at $\sqrt2 \approx {n(math.sqrt(2)):.2f}$",
    f"Then make it {n(round(math.sqrt(2) * per_step))}. The factor is about "
    f"{n(_factor(activation='relu', scale=2)):.1f} now, and over {n(Depth().settings['layers'])} layers that makes a "
    rf"{word(1000)}: $1.41^{{20}} \approx {n(round(1.41**20 / 1000))}{{,}}000$.",
    f"Choose relu and drag the scale to {n(math.sqrt(2)):.1f}, which",
    f"the same {n(draws)} networks of {n(L)} sigmoid layers",
    rf"$\sqrt{{1 + 16 \cdot \frac12}} = {n(math.sqrt(1 + 16 / 2)):.0f}$",
    f"to read {n(shown('09', r'data.digits...:([0-9]+).'))} digits",
    f"{word(int(shown('09', r'32. . (9) .')) + 1)} layers of tanh",
    f"{word(len(starts))} starts that differ",
    f"each with {word(len(rates))} learning rates",
    f"At {n(starts[0])} the gradient has *vanished*: in the first layer it is over "
    f"{n(10 ** math.floor(math.log10(first[1.0] / first[0.25]))):,} times smaller than at scale {n(starts[1]):.0f}",
    f"{['Zero', 'One'][max(row[0] for row in read)]} digit of {n(shown('09', r'data.digits...:([0-9]+).'))} is read "
    f"correctly, at all {word(len(rates))}. At scale {n(starts[1]):.0f} it's {n(min(row[1] for row in read))} or more",
    f"Scale {n(starts[2]):.0f} does as well as {n(starts[1]):.0f} at the smallest rate and drops to",
    f"At {n(starts[3]):.0f} the gradient is nearly {n(math.ceil(first[4.0] / first[1.0] / 5) * 5)} times "
    f"as large as at {n(starts[1]):.0f}, and {n(round(saturated[3] / 10))} of {n(10)} neurons are saturated: the loss "
    f"falls, but after {n(int(shown('09', r'def learn.rate, steps=([0-9]+)')))} steps",
    f"a factor of about {word(round(double / 1000))} {word(1000)}.",
]
TRUE = {
    "relu keeps one of the two and makes the other 0, so of the two equal squares one is left, and of "
    "the two slopes one is 1": [*relu.f(pair), *relu.derivative(pair)] == [0, 1.7, 0, 1],
    "each factor doubles the terms": [len(product.args) for product in expanded] == [2, 4, 8, 16],
    "they stay as they are, for the 1, and appear once more": expanded[1]
    == sp.expand(expanded[0] + expanded[0] * factors[1]),
    "So the 1 stays as well": all(
        product.subs(dict.fromkeys(factors, 0)) == 1 for product in expanded
    ),
    "none of the rates makes up for that": all(int(row[1]) < 20 for row in rates),
    "at the smallest rate and drops to": read[0][2] >= read[0][1],
    "drops to under a quarter at the largest": read[-1][2] < 25,
    "fewer than half of the\ndigits are read correctly": max(row[3] for row in read) < 50,
    "most neurons are saturated": saturated[3] > 50,
    "at scale 1 a little under ¼ for the sigmoid": 0.2 < with_sigmoid ** (1 / 20) < 0.25,
    "about √½ for relu, since half of its slopes are 1": abs(with_relu ** (1 / 20) / 0.5**0.5 - 1)
    < 0.1,
    "ten layers leave a millionth": 0.5e-6 < steepest**10 < 2e-6,
    "even there it's only ¼": steepest == 0.25,
    "with a slope of ¼ at most": steepest == 0.25,
    "multiplies by at most a quarter of the weight": steepest == 0.25,
    "It takes about 10, and even then the curve isn't quite level": 0.01
    < _measured(activation="sigmoid", scale=10.0)
    < 0.5,
    "tanh is nearest to 1 at scale 1, which is Xavier's": min(
        abs(row[1] - 1) for row in table.values()
    )
    == abs(table["tanh"][1] - 1),
    "is far under 1 at every one of them": max(table["sigmoid"]) < 0.8,
    "relu does better": with_relu > 1e6 * with_sigmoid,
    "with a scale of 4 and relu every factor is about": 2.5 < factor < 3.5,
    "So a small scale doesn't make the gradient vanish": _arrives(scale=0.1, skip=True) > 0.1,
    "which is He's: the factor is near 1": abs(_factor(activation="relu", scale=1.4) - 1) < 0.05,
    "with the sigmoid the slope is never over ¼, and larger weights make it smaller": (
        all(u > v for u, v in pairwise([steepest + 1e-12, *map(_slope, (0.1, 1, 3, 6, 12))]))
    ),
    "half of its slopes are 1, and": abs(_slope(1, "relu") ** 2 - 0.5) < 0.1,
    "where the slope is much less than a quarter": _slope(10) < 0.15,
}
GIVEN = r"""
at scale 1 hardly any
the scale 0.2 or less
each factor near 1: the
every factor is over 1, about
level, 1 (xavier) nearly
√2 = 1.41 (he)
which adds 1.
about √(1 + scale²
may have three layers or three hundred. the
little under 1, it
goes to 0; if
little over 1, it
away. $0.8^{30} \approx
and $1.25^{30} \approx
= 10^{-5}$ this
back through 12 layers each
are the two products?
up to 1 in size
$z = 0$.
we need $n\,v\cdot\frac12 = 1$, both
of these eight networks is
with mean 0 and variance
bengio (2010) take
relu throws half away. if
sides of 0 alike, half of the
replaced by 0: $$\mathrm{e}[\mathrm{relu}(z)^2]
*he* (2015). **prove.**
put the two together. a
would be 1 at $\sqrt2
copy with doubled weights. to
$a^{k+1}$ by two paths, and
the sensitivity 1: $$\frac{\partial\mathcal{l}}{\partial
stays near 1. this
and others, 2015), and
at scale 1, with
which keeps half (b44, he).
product for 0.5 and the
product for 2 one step
that adds twelve factors. along
(n6). the two are swapped: halving twelve times makes
that is eleven factors. twelve layers, a
that is thirteen factors. twelve layers, a
for each. 0.5 and 2 are the
at most ¼ (b41). that
of size 1. these
is one quarter for all
are multiplied. ½ is σ(0). the
there, σ′(0), is ½ · (1 - ½).
z, w) two paths from
(b47). the 1 is a
of ∂ℒ/∂a^{k+1}: the
on, not 1. on
their mean is 0 and their
$(z)^2$ and half of the
has the factor 1 (
= 0$ and $\mathrm{E}[(w_i)^2]
\mathrm{E}[z] = 0$ and
leaves the mean at 0 and adds
two more remedies are
them. **time:** 60 minutes. **claims:**
at scale 1 their mean
left. with ten more layers,
factor is 0.5. in
network it's 2. what
it with 3 layers first: half of a half of a half is 0.5 · 0.5 · 0.5. in
slope and ¼ is a
one is 0 only at
thesis of 1991, when
they are two more axes
of length 1, and
the [mean](a2-chance.ipynb#the-mean) 0 and the
form in 1998).
**derive** it. two rules of
\mathrm{e}[x]\,\mathrm{e}[y]$. for two weights, line
the mean 0 | |
$v = 0.5$ it's $0.5 \cdot (1
product gives 0.
it with three weights, by
the same two rules.
set the two equal, $(r)^2/3
the label 0. then
rule says 1 each time.
than by 0. give
of relu's two squares one
is (1 + slope²)/2, and
must be 1. then
`slope = 0` that's
`slope = 1`, the
read the two rules off
$c > 0$. then
biases has 10 layers, and
weights by 3. $\partial\mathcal{l}/\partial
are these two multiplied: $\partial\mathcal{l}/\partial
is exactly 1: the
goes [through two lists](a3-python.ipynb#two-lists-side-by-side) together.
there are two paths from
right. with three layers it
it with two layers. what
so the two are the
is under 0.1 (those are the factors between layer 1 and
at scale 0.25 the network
at scale 4 hardly anything.
these are two different troubles.
odd at 0.25, and
which at 4? </details>
answer</summary> at 0.25 every factor
are near 1, but after ten layers hardly
move. at 4 the weights
are near 0, the
- at 0.25 the slopes
- at 4 most neurons
are near 0; -
connection adds 1 to the
neural networks* 5 (1994), [doi:10.1109/72.279181](https://doi.org/10.1109/72.279181): vanishing gradients, three years after
networks", aistats 2010, [pmlr volume 9](https://proceedings.mlr.press/v9/glorot10a.html): xavier's
rectifiers", iccv 2015, [doi:10.1109/iccv.2015.123](https://doi.org/10.1109/iccv.2015.123): he's
recognition", cvpr 2016, [doi:10.1109/cvpr.2016.90](https://doi.org/10.1109/cvpr.2016.90): skip
trade*, springer 1998: how
halves or doubles; twelve steps make
multiply by ¼ again.
bound_of(w) a quarter of the
variance is 1/n, so
it? the 3 is on
side: (r)²/3 = 1/n gives
(r)² = 3/n. that
the variance 2/n, which
relu. no half is lost
with slope 0 this is
with slope 1 it's xavier's.
which keeps half. leaky
the pair: half of 1 + slope².
for ∂ℒ/∂a^0 and for ∂ℒ/∂w^1 ten steps
to a^0; nine
to a^1, and ∂ℒ/∂w^1 needs no
right. ∂ℒ/∂w^1 is made
from ∂ℒ/∂a^1, one
for ∂ℒ/∂w^1 it's one
multiplies by 3. that
up. the two are swapped: a^0 lies one
than a^1. the
to a^0 it's one
more: from 10 to 0. that
there are ten layers. one
from a^10 back to a^0 there are ten.
line dl_da[-1] is
is dl_da[0]. the
is at 0. right.
from layer 0 to layer
of the eight networks (half of them have more, half have
hidden layers 2 to 9 is
about one in ten, no
"""
