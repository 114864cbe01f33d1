"""What the numbers in the prose of notebook 06 are tied to (see tools/prose.py)."""

import re
from types import SimpleNamespace

import numpy as np

import bpdemo as bp
from bpdemo import activations, symbolic
from bpdemo.checking import central_difference
from bpdemo.exercises import TABLE
from bpdemo.explorers import Bends
from tools.prose import Computed as n
from tools.prose import shown, word

table = activations.TABLE
line = np.linspace(-30, 30, 6001)
steepest = {name: float(entry.derivative(line).max()) for name, entry in table.items()}
relu = table["relu"]
far = 0.25 + 1.0, 0.25 - 1.0
ends = [Bends().limited[name].high for name in ("w3", "w2", "x")]
dead = Bends(activation="relu").settings
w = [[[dead[f"w{k}"]]] for k in (1, 2, 3)]
b = [[dead[f"b{k}"]] for k in (1, 2, 3)]


def _gradients(b_2):
    biases = [b[0], [b_2], b[2]]
    trace = bp.forward([[dead["x"]]], w, activation="relu", b=biases)
    return [g.item() for g in bp.backward(trace, [[1.0]]).dL_dw]


def _slope_w1(activation, w_2):
    """∂ℒ/∂w¹ of the explorer's chain with this w²."""
    chain = Bends.chain(SimpleNamespace(**Bends(activation=activation, w2=w_2).settings))
    return chain["dL_dw1"]


dead_z = 2 * np.arange(4.0) + TABLE["06-dead"].expected()  # z of the exercise's examples
_, middle, high = map(float, re.findall(r"[\d.]+", shown("06", r"for eta in .([\d., ]+).:")))


def swish(z):
    return z * table["sigmoid"](z)


def on_at(b):
    """The x of the exercise at which its unit is on, as a list in words."""
    *most, last = (n(x) for x in range(4) if 2 * x + b > 0)
    return ", ".join(f"{x}" for x in most) + f" and {last}"


running = bp.forward(
    [[0.5]], [[[0.8]], [[-1.2]], [[1.5]]], activation="relu"
)  # the chain of 00 to 04

COMPUTED = [
    f"and the point of layer {n(Bends().settings['k'])} along its curve",
    f"up to $z = {n(int(activations._FAR))}$",
    rf"\sigma(z) = \max(z,\ {n(activations.LEAK)}\, z), \qquad \sigma'(z) \ge {n(activations.LEAK)}",
    f"This package says {n(float(relu.derivative(0.0))):.0f}, the slope on the left",
    f"a central difference measures {word(central_difference(relu, 0.0))} of the slope on the right",
    f"\\max(0, 1.25) = {n(float(relu(far[0])))}$",
    f"\\max(0, {n(far[1])}) = {n(float(relu(far[1]))):.0f}$; the difference over $2h = {n(2)}$",
    f"so three layers leave at most 1/{n(round(1 / steepest['sigmoid']) ** 3)} of the weights",
    f"here, the slopes leave 1/{n(round(1 / steepest['sigmoid']) ** 3)}",
    f"go up to {n(ends[0]):.0f}, {n(ends[1]):.0f} and {n(ends[2]):.0f}, so",
    rf"$2 \cdot 4 \cdot 4 \cdot 2 / 64 = {n(2 * np.prod(ends) / 64):.0f}$",
    f"So in the middle tanh is {word(steepest['tanh'] / steepest['sigmoid'])} times as steep as the sigmoid",
    f"Its slope is at most {n(steepest['tanh']):.0f}, the sigmoid's at most",
    f"| tanh | at most {n(steepest['tanh']):.0f} |",
    f"a small slope on the left, here {n(activations.LEAK)}",
    f"| leaky ReLU | {n(activations.LEAK)} or {n(steepest['leaky_relu']):.0f} |",
    f"Its gradient is a {word(1 / activations.LEAK)} times smaller there",
    f"Nobody sets a bias to {n(int(float(shown('06', r'b_rings.0..1. = (-10.0)'))))}",
    f"the same bias of {n(int(float(shown('06', r'b_rings.0..1. = (-10.0)'))))}",
    f"of {n(shown('06', r'initial_weights..2, (20), 1'))} units, how many will be dead after "
    f"{n(shown('06', r'learning_rate=eta, epochs=(100)'))} steps",
    f"{word(int(shown('06', r'learning_rate=0.05, epochs=(300)')) / 100)} hundred steps later",
    f"{word(int(shown('06', r'initial_weights..2, (6), 1')))} units, the second one",
    f"starts dead, at $b = {n(float(shown('06', r'b_line = .*?(-2.0)'))):.0f}$",
    f"Over {n(int(shown('06', r'size=.(100000), 3'))):,} random points",
    f"{word(len(symbolic.bias()))} claims at once",
    f"the slope ${n(int(shown('06', r'numeric (-?[0-9]+) on both sides')))}$ on both sides of it",
    f"From the right its slope is {n(relu.f(1e-3) / 1e-3):.0f}, from the left {n(relu.f(-1e-3) / -1e-3 + 0.0):.0f}. A",
    rf"leaky ReLU | $\max(z,\ {n(activations.LEAK)}\, z)$ |",
    f"with a rate of {n(middle)}? And with a rate of {n(high):.0f}?",
    f"Take $z_1 = {n(float(shown('06', r'z_1, candidates = (-0.5)')))}$ and look",
    f"**measure.** At $z = {n(float(shown('06', r'z_0 = (0.5)')))}$: the slope",
    rf"There $z$ is {n(dead_z.max() + 0.0):.0f} for $x = {n(int(dead_z.argmax()))}$, and negative",
    f"The curve is {word(3.0)} times as high, so it's {word(3 * steepest['tanh'])} times as steep",
    f"At b = 0 the unit is on for x = {on_at(0.0)}",
]
TRUE = {
    "Swish comes from 0 on the far left, dips, and rises through 0. So it meets each height in the dip "
    "twice": (
        abs(swish(-40.0)) < 1e-12
        and list(np.unique(np.sign(np.diff(swish(line))))) == [-1, 1]
        and np.count_nonzero(np.diff(np.sign(np.diff(swish(line))))) == 1
        and np.array_equal(np.sign(swish(np.array([-1.0, 0.0, 1.0]))), [-1, 0, 1])
    ),
    "tanh is the sigmoid made twice as high, squeezed to half the width, and shifted so that it's "
    "centred at 0": np.allclose(np.tanh(line), 2 * table["sigmoid"](2 * line) - 1),
    "ReLU is the constant 0 wherever $z < 0$; and a constant has slope 0": not np.any(
        relu.f(line[line < 0]) + relu.derivative(line[line < 0])
    ),
    "a straight line, with slope 1 or $\\frac{1}{100}$": set(table["leaky_relu"].derivative(line))
    == {1, 0.01},
    "with slope 1 everywhere": set(table["identity"].derivative(line)) == {1},
    "Step aside a little, and it passes": bp.check_gradients(
        [[1.0, float(shown("06", r"w_kink, aside = .*?, (0.99)"))]],
        [[[0.7], [-0.7]]],
        [[1.0]],
        activation="relu",
    ).ok,
    "with ReLU and biases that are all 0, $a^2 = 0$, so $z^3 = 0$": (
        running.a[2].item() == running.z[3].item() == 0 and running.z[1].item() > 0
    ),
    "relu switches the neuron of layer 2 off like this, and a larger $b^2$ revives it": (
        _gradients(0.0) == [0.0, 0.0, 0.0] and all(_gradients(1.0))
    ),
    "With relu it's easy: choose it, and drag $w^2$ up to 3": abs(_slope_w1("relu", 3.0)) > 1,
    "no setting brings $\\partial\\mathcal{L}/\\partial w^1$ beyond 1 in size": (
        2 * np.prod(ends) * steepest["sigmoid"] ** 3 <= 1
    ),
    "sigmoid's at most ¼": steepest["sigmoid"] == 0.25,
    "The sigmoid's slopes are ¼ at best": steepest["sigmoid"] == 0.25,
    "| sigmoid | at most ¼ |": steepest["sigmoid"] == 0.25,
    "a central difference says ½ for every $h$": central_difference(relu, 0.0, 1e-3) == 0.5,
    "relu | 1 if $z > 0$, else 0 | 1 if $a > 0$, else 0 |": [
        float(relu.derivative(z, relu.f(z))) for z in (-1e-9, 0.0, 1e-9)
    ]
    == [0, 0, 1],
    "relu | 0 or 1 | cheap": set(relu.derivative(line)) == {0, 1},
    "| between 0 and 1 | smooth": 0
    < table["softplus"].derivative(line).min()
    < table["softplus"].derivative(line).max()
    < 1,
    "identity | 1 | outputs": set(table["identity"].derivative(line)) == {1},
}
GIVEN = r"""
this difference at $z = 0$, the
back-propagation says 0: the check
the true slope is $-2$, and
its output is always 0
layers have two things more:
number but two functions; -
do. **time:** 80 minutes. **claims:**
the input 0. then
w = 0$, whatever
run is 1. so
has slope 0. **move.**
b = 1$, the
**write.** `axis=0` runs
always says 1. (in 1986, rumelhart,
is always 1. the
05, between 0 and 1 | |
shape, between -1 and 1 (say "tanch")
positive, else 0; short
early as 1969. the
since about 2010 relu and
loop from 05 grows: it
layers. return two dictionaries: `dl_dw`
are in. three things to
$k > 1$, make
back takes two steps: through
$\ln$ is 1 over what
are plainly two functions: both
warning: the two numbers are
computer keeps 16 digits of
is nearly 1 the subtraction
z$ is 3 times the
$\rho$? if two different $z$
to be two numbers at
and le, 2017). both
the slope 1 and $v
is enough: two $z$ with
little below 0 through it.
of a: 1 - a
up again. two different z
z, and 1 - a
with swish, two z have
<summary>hint 1</summary> two factors move
with slope 1, and
of the two terms of
has slope 1 wherever it
$z = 0$ it
h)$ is 0.
it to 0 or to 1. that
point all three agree better
be any two positive numbers;
of exactly 0 isn't rare.
sides of 0: a
with slope 1. the two kinks cancel,
back-propagation takes 0, the
them to 0. (kakade
and lee, 2018, and
and pauwels, 2020, work
$z = 0.25$. somebody
$h = 1$. what
are the two ends of
height is 0. the
``` $\max(0, 1.25) =
$\sigma'(z_{ej}) = 0$. so
**measure.** three hundred steps later
$x = 0$, 1, 2 and 3. push
$x = 3$ has
and ng, 2013): $$\sigma(z)
but not 0. so
of the two lines use
$\delta^k$. line 2 looks odd,
$a > 0$ just
$z > 0$. </details>
| as two fractions |
the sigmoid: twice from the
height, and twice from the
and the ¼: the gap
slope and ¼ is a square
$z > 0$ the
chain of three: $$\frac{\partial\mathcal{l}}{\partial
best, so three layers leave
at most 1/64 of
relu's are 1, or
them is 0 and all
**move.** the three slopes are
slopes leave 1/64, and
it: the three slopes of
outputs between 0 and 1 | its
outputs around 0 | flat
b = 1$, so
of $10^{-7}$ means.
errors*](https://doi.org/10.1038/323533a0), nature, 1986: four pages, with
networks*](https://proceedings.mlr.press/v15/glorot11a.html), aistats 2011: why
activation functions*](https://arxiv.org/abs/1710.05941), 2017: how
qualified programs*](https://arxiv.org/abs/1809.08530), 2018, and
machine learning*](https://arxiv.org/abs/2006.02080), 2020: what
not (1, n).
slope(z[k - 1]). dl_db
a / 3. that
the factor 3 in front
sides of 0. did
square? a(1 - a)
a / 3 is tanh(z)
function slope_of_z_tanh(z) two paths from
one of two terms: tanh
one of two terms: the
the slopes: 1 times tanh′
missing. in 1 - a
h) / 2h: a
both sides, 0 and 1 (b15). that
slope at 0.25. but
z = 0. here
z is 0.25. twice too large.
b = 0 the unit
x = 3 still has
z = 3: it
arrives as 2 · 3. there
z = 2, so
x = 2 and x = 3 still have
z > 0. every
a number, 1 to 6, the
(b10). line 1 only says
(b3). line 6 hands back
∂ℒ/∂w³ become 0? with
σ′(z²) = 0, a
a² = 0 is a
small, not 0.
that is 1 where $z^k$
positive, and 0 elsewhere.
does that 0 come from?
and two of them have
biases that aren't 0.
both rise to ¼, but
does so at $u = 0$ and
"""
