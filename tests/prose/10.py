"""What the numbers in the prose of notebook 10 are tied to (see tools/prose.py)."""

import ast
import inspect
import subprocess
import sys

import numpy as np
import sympy as sp

from bpdemo import clock, symbolic
from bpdemo.exercises import TABLE
from bpdemo.explorers import Cost
from bpdemo.explorers.cost import jacobian
from bpdemo.explorers.explorer import numbers_of
from tools.prose import Computed as n
from tools.prose import number, said, shown, word

cost = {name: symbolic.multiplications(name) for name in ("forward", "backward", "differences")}
back = sp.simplify((cost["forward"] + cost["backward"]) / cost["forward"])
passes = int(sp.simplify(cost["backward"] / cost["forward"]))
weights = cost["forward"] / symbolic.costs.m  # one multiplication for each weight and example
ratio = sp.simplify(cost["differences"] / (cost["forward"] + cost["backward"]) / weights)
days = float(ratio) * 1e6 / 86_400  # where a backward and a forward pass take a second


def _count(way, scale):
    """How many multiplications the explorer counts, with all widths times `scale`."""
    made = Cost(inputs=8 * scale, neurons=8 * scale, outputs=4 * scale)
    return number(rf"{way}: × ([^,]+(?:,\d+)*), runs", said(made))


grown = {
    way: round(_count(way, 2) / _count(way, 1), 1) for way in ("back-propagation", "differences")
}
runs = TABLE["10-runs"].expected()
mesh = shown("10", r"device_count=(4)")

# A pass over 784-128-10 costs so many times m, as notebook 10 prints it.
images = {name: int(shown("10", rf"{name} +([0-9]+)[*]m")) for name in symbolic.PASSES[:3]}
limit = "import sys; print(sys.getrecursionlimit())"  # of a new Python; tests may have another
calls = int(subprocess.run([sys.executable, "-c", limit], capture_output=True, check=True).stdout)

default = {k: v.default for k, v in inspect.signature(clock.gradients).parameters.items()}
timed = default["widths"]

# The example of two inputs and two outputs, as the cell after it has it.
J = ast.literal_eval(shown("10", r"np.array\((\[\[0.2, 0.5\], .*?\]\])\)"))
back_row = np.array([2.0, 4.0]) @ J
once, _ = TABLE["10-predict"].expected()
value_3 = (3 + 3) * 3

few, many = 1, 100
made = Cost(inputs=few, outputs=many)
widths = [few, *[made.settings["neurons"]] * (made.settings["layers"] - 1), many]
mode = {
    name: float(dict(numbers_of(Cost().svg()))[name].replace(",", ""))
    for name in ("runs_forward_mode", "runs_differences", "weights")
}

COMPUTED = [
    f"It goes through the {word(1 + passes)} products of",
    f"The costs, for {word(int(shown('10', r'symbolic.orders.([0-9]+).')))} layers of any widths",
    f"here it is for {word(len(shown('10', r'(., ., .) = . sp.Matrix.[*]shape').split(', ')))} matrices of letters",
    f"added to the {n(int(shown('10', r'du at 3: ([0-9]+)')))} that it has from the first call",
    f"only about a {word(calls)} calls deep",
    f"Here are {word(int(shown('10', r'sum_of_gradients.([0-9]+).')))}, written out",
    f"{word(grown['back-propagation'])} times as many weights, so {word(grown['back-propagation'])} times the cost, "
    f"and {word(round(grown['differences']))} times for finite differences",
    f"Going back it has {word(passes)}, $",
    f"A backward pass costs {word(passes)} forward passes",
    f"costs {word(int(back))} forward passes (one forward, and {word(passes)} for the way back)",
    f"networks with {word(3)} layers of {', '.join(f'{n(v)}' for v in timed[:3])} … neurons, "
    f"{n(default['examples'])} examples",
    f"with {n({2: 'twice'}[passes])} the multiplications",
    f"Drag $n_0$ down to {n(few)} and $n_L$ up to {n(many)}",
    f"does the work of {word(round((mode['runs_forward_mode'] - 1) / mode['weights']))} forward passes",
    f"pictures above has {n(mode['weights']):,.0f} weights, and *forward mode* says 1 + {n(2)} · "
    f"{n(mode['weights']):,.0f} = {n(mode['runs_forward_mode']):,.0f} runs",
    f"Your network has {n(mode['weights']):,.0f} weights, so they need {n(2)} · {n(mode['weights']):,.0f} = "
    f"{n(mode['runs_differences']):,.0f} runs",
    rf"for input 1 it's $2 \cdot 0.2 + 4 \cdot 0.1 = {n(back_row[0]):.1f}$, for input 2 it's "
    rf"$2 \cdot 0.5 + 4 \cdot 0.3 = {n(back_row[1]):.1f}$",
    f"| **output 1** | {n(J[0][0])} | {n(J[0][1])} | | **output 2** | {n(J[1][0])} | {n(J[1][1])} |",
    f"They add up to {n(once):.0f}, and 2u² has the slope 4u = {n(once):.0f}",
    f"{n(value_3):.0f} is the value of the result",
    f"{word(int(shown('10', r'for k in range.1, (6).. # .n_k')) - 1)} layers of {n(shown('10', r'w_5 = training.initial_weights..(12)'))}, with numbers",
    f"a pass for each of the {word(int(shown('10', r'([0-9]+) passes for the 12 weights')))} weights",
    f"{n(int(shown('10', r'many_x, many_y = rng.normal.size=.(1000), 3'))):,} examples, in "
    f"{word(shown('10', r'parts = .(slice.*?).].*?pieces').count('slice'))} parts of unequal size",
    f"(B58). JAX takes this computer for {word(int(mesh))}, and each",
    f"treat this computer as {word(int(mesh))} devices",
    f"{n(runs):,} runs for one step of gradient descent; back-propagation costs as much as {n(int(back))}",
]
TRUE = {
    "now the way from the input on is cheaper": jacobian(widths)[1] < jacobian(widths)[0],
    "as in 784-128-10, that halves the price: backward then costs hardly more than forward": (
        round(images["backward"] / images["weights_only"], 1) == 2
        and 1 < images["weights_only"] / images["forward"] < 1.02
    ),
    "Two thirds of the number of weights": ratio == sp.Rational(2, 3),
    "a million weights, that's the difference between a second and a week": 6 < days < 9,
    "A central difference runs forward twice": runs == 2 * (64 * 128 + 128 * 10 + 128 + 10),
}
GIVEN = r"""
list `waiting` twice
double all widths: n₀ to 128, n to 64, the outputs to 20
run forward twice for every
comes in twice: once
has a million inputs (the
**write.** two lines more
of layer 1, on
| $1$ | $1$ |
two things are
be used twice, and then two paths lead
$1$ | $0$ |
start at 0 again each time
begins with `zero_grad()`. two things differ
bring all three; pytorch
ones run twice for each
that returns two slopes u
slope of 1 / v;
for the two programs [a
multiplication](a3-python.ipynb#a-class-with-its-own-multiplication). **time:** 60 minutes. **claims:**
backward pass, two products per
as layer 1 has going
the widths 64-128-10, and
weights are 64 · 128
128 · 10. each
128 and 10 neurons has
a bias. two runs for
layer has two inputs and two outputs. its
moves by 0.2 when the
moves by 1, and by 0.5 when the
moves by 0.1 and by 0.3. that's
| input 1 | input 2 | |
| **output 1** |
| **output 2** |
move by 2 when output 1 moves by 1, and by 4 for output 2. how
for input 1 it's $2 \cdot 0.2 + 4 \cdot 0.1 = 0.8$,
for input 2 it's $2 \cdot 0.5 + 4 \cdot 0.3 = 2.2$.
j`. with two such layers
times table, twice. or
multiply the two tables first.
with a 1 at this
weight and 0 elsewhere in
has the two products of
mode* says 1 + 2
with a million weights, and
for a million weights. then
of the million weights. one
price of two forward passes,
for about two forward passes;
= value(3.0)`, then
u is 2u². for
again at 0, or
24) ``` three paths: two through the
u = 3$, and
u = 6$. they
12, and 2u² has
the slope 4u =
has added three operations to
`value`. all three give the
copy the three functions into
each at 0.5. </details>
...))`. which two slopes belong
its own quarter. without
jax the quarters are computed
turn: write.** two machines had
add the two sums; then
from **1970.** seppo
it. **1974.** paul
later, in 1982, he
notices. **1986.** david
williams publish four pages in
ismp (2012). -
error", *bit* 16 (1976), [doi:10.1007/bf01931367](https://doi.org/10.1007/bf01931367) (the
thesis of 1970 is in
harvard university, 1974; reprinted
backpropagation*, wiley 1994. -
williams, *nature* 323 (1986), [doi:10.1038/323533a0](https://doi.org/10.1038/323533a0).
*evaluating derivatives*, 2nd edition, siam 2008, [doi:10.1137/1.9780898717761](https://doi.org/10.1137/1.9780898717761): the
learning research* 18 (2018), [jmlr.org/papers/v18/17-468.html](https://jmlr.org/papers/v18/17-468.html). -
mit press 2023: what
mit press 2016. -
learning*, springer 2006: for
layer, the three terms, the
multiplications(widths, m) two products per
in layer 1: there
with ∂ℒ/∂a^0. which
layers have two products. that
them. layer 1 still needs
gives ∂ℒ/∂w^1. the
to layer 1, not
give ∂ℒ/∂a^0. that
difference runs twice. that
biases. the 64 inputs have
the second three paths, 3 + 3 + 6; and
to it. 6 is one
of the two paths through
in it twice. 18
is right. 30 comes out
again at 0. the
line a(1 - a)
n = ½: the
slope is ½ · u
of -½. right.
the slopes. 1 - t²
for four layers of
of the twelve functions that
"""
