"""What the numbers in the prose of notebook 01 are tied to (see tools/prose.py)."""

import math

import numpy as np

import bpdemo as bp
from bpdemo.exercises import TABLE
from bpdemo.explorers import ForwardNetwork
from tools.prose import Computed as n
from tools.prose import said, shown, word

trace = bp.forward([[0.5]], [[[0.8]], [[-1.2]], [[1.5]]])
L = trace.L
z_for_03 = math.log(0.3 / 0.7)  # σ(z) = 0.3
w_for_03 = z_for_03 / trace.a[L - 1].item()
two_columns = np.array([1.0, 2.0]) @ np.array([0.5, 0.25])
grown = bp.squared_difference([[2.0]], [[0.0]]) / bp.squared_difference([[1.0]], [[0.0]])
widths = said(ForwardNetwork()).split("Network ")[1].split(":")[0]
inputs, hidden, outputs = map(int, widths.split("-"))
at_zero, bug = TABLE["01-zero-in"].expected(), TABLE["01-bug"].expected()

COMPUTED = [
    f"is one number, and $L = {n(L)}$",
    f"measures the right slope, $a^0 = {n(trace.a[0].item())}$",
    rf"the number $e = {n(math.floor(math.e * 1000) / 1000)}\dots$",
    rf"$1 \cdot {n(0.5)} + 2 \cdot {n(0.25)} = {n(two_columns):.0f}$: the row",
    rf"turn $x$ into $3 \cdot (2 x)$, and one layer with the weight {n(2 * 3)} does the same",
    rf"$z^1 = 0 \cdot {n(0.8)} = {n(0 * 0.8):.0f}$, and $\sigma(0) = 1 / (1 + 1) = {n(at_zero)}$. Nothing",
    f"and still the neuron says one {word(at_zero)}. Drag",
    f"the sigmoid of 0 is one {word(at_zero)}, whatever",
    f"line = {n(bug)}\n```\n\nLine {n(bug)} takes the input",
    f"A network with {n(inputs)} inputs, {n(hidden)} neurons in between, and {n(outputs)} output",
    f"being twice as far off counts {word(grown)} times",
    f"Twice as far off, {word(grown)} times the loss",
    f"then $w^3$ to about ${n(w_for_03):.1f}$, which makes $z^3$ about ${n(z_for_03):.2f}$",
    f"has {n(64 * 32 + 32 * 10):,} weights",
    # One pass forward, and a backward pass that costs two.
    f"about the price of two or {word(1 + 2)} runs",
    f"{n(3 * 4)} + {n(4 * 2)} + {n(2 * 1)}",
    f"with letters, {word(int(shown('01', r'row, table = sp.Matrix.1, ([0-9]),')))} numbers into "
    f"{word(int(shown('01', r'sp.Matrix.2, ([0-9]), sp.symbols..w1:3')))}: entry by entry",
]
TRUE = {
    "A larger w¹ makes a¹ larger, and w² is negative, so z² goes down": bp.forward(
        [[0.5]], [[[1.0]], [[-1.2]]]
    ).z[2]
    < trace.z[2],
    "Second, its slope is never negative": shown("01", r"is_(nonnegative)") == "nonnegative",
    "Each neuron is joined to each neuron of the layer before": TABLE["01-count"].expected() == 22,
}
GIVEN = r"""
positive: almost 0 where the number
of layer 1 feed other
two numbers into three neurons:
$y = 1$ it is never quite 0: large
with $y = 0.3$ you can
y = 1: the loss
of layer 2 come after
the last three outputs: $$a^{l-2}
range from 0 to 1.
the same two lines again.
**prove.** two facts about
from neuron 1 into neuron 3 of layer
the other two by hand.
makes it 0 if the
and being twice as far off
value is 0, at
**measure.** twice as far
and no ½ in front.
near to 1 as you
$x$ is 0, nothing
$w^1$ is 0 everywhere.)
the network twice, divide.
model has billions. nobody
price of two or three
is worth three notebooks.
network has 3 inputs, then
layers of 4, 2 and 1 neurons. how
power -z: 1 / (1 + np.exp(-z)).
of the three layers.
here](00-start-here.ipynb). **time:** 40 minutes. **claims:**
3$. between two neurons there
count from 0, and
the weights 2 and 3, two layers turn
$x = 0$. what
$w^1 = 0.8$, as
$z^1$ is 0, whatever
$z = 0$? any
power of 0 is 1. </details>
$x$ to 0 in the
**write.** layer 1 needs one
number has double brackets, so
<summary>hint 1</summary> two lines: first
of the two numbers you
$k = 3$: which
these takes two runs of
line between two dots. </details>
2</summary> between two columns there
of the three gaps, and
network of three layers.
into layer 2, so
the first two. by
learning*](http://neuralnetworksanddeeplearning.com) (2015), chapter 1: why
learning*](https://www.deeplearningbook.org) (2016), chapter 6: networks
and systems* 2 (1989), [doi:10.1007/bf02551274](https://doi.org/10.1007/bf02551274): one
z¹ is 0, and
sigmoid of 0 is one
sigmoid at 0? that
x = 0 first (n2).
power of 0 is 1, but
whole of 1 / (1 + e⁰).
x = 1. here
z¹ = 0 · 0.8. that
x = 0.5. now
x is 0.
extra factor ½: the
k - 1 put out,
a[k - 1], and
there. output 0 is the
numbered from 1 to l = 3: that
its a[3] the
e^{-z} = 1$): this is
so $1 + e^{-z}$ shrinks, and 1 divided by it
"""
