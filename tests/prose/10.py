"""What the numbers in the prose of notebook 10 are tied to (see tools/prose.py)."""

import subprocess
import sys

import sympy as sp

from bpdemo import symbolic
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

few, many = 1, 100
made = Cost(inputs=few, outputs=many)
widths = [few, *[made.settings["neurons"]] * (made.settings["layers"] - 1), many]
mode = {
    name: float(dict(numbers_of(Cost().svg()))[name].replace(",", ""))
    for name in ("runs_forward_mode", "weights")
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
    f"Beside the {word(int(back))} forward passes' worth",
    f"networks with {word(int(shown('10', r'initial_weights..n. . (4), seed')) - 1)} layers of "
    f"{', '.join(f'{n(v)}' for v in shown('10', r'for n in .(4, 8, 16)').split(', '))} … neurons, "
    f"{n(shown('10', r'x_n, y_n = rng.normal.size=.(10), n'))} examples",
    f"with {n({2: 'twice'}[passes])} the multiplications",
    f"Drag $n_0$ down to {n(few)} and $n_L$ up to {n(many)}",
    f"for each weight a pass that does the work of {word(round((mode['runs_forward_mode'] - 1) / mode['weights']))}, "
    "and one plain forward pass",
    f"{word(int(shown('10', r'for k in range.1, (6).. # .n_k')) - 1)} layers of {n(shown('10', r'w_5 = training.initial_weights..(12)'))}, with numbers",
    f"a pass for each of the {word(int(shown('10', r'([0-9]+) passes for the 12 weights')))} weights",
    f"{n(int(shown('10', r'many_x, many_y = rng.normal.size=.(1000), 3'))):,} examples, in "
    f"{word(shown('10', r'parts = .(slice.*?).].*?pieces').count('slice'))} parts of unequal size",
    f"Now on {word(int(mesh))} devices (B58). JAX takes this computer for {word(int(mesh))}",
    f"makes it take this computer for {word(int(mesh))}",
    f"{n(runs):,} runs for one step of gradient descent; back-propagation costs as much as {n(int(back))}",
]
TRUE = {
    "now the way from the input on is cheaper": jacobian(widths)[1] < jacobian(widths)[0],
    "as in 784-128-10, that halves the price: backward costs hardly more than forward then": (
        round(images["backward"] / images["weights_only"], 1) == 2
        and 1 < images["weights_only"] / images["forward"] < 1.02
    ),
    "Two thirds of the number of weights": ratio == sp.Rational(2, 3),
    "a million weights: the difference between a second and a week": 6 < days < 9,
    "A central difference runs forward twice": runs == 2 * (64 * 32 + 32 * 10),
}
GIVEN = r"""
double all widths: n₀ to 128, n to 64, the outputs to 20
run forward twice for every
examples](05-vectors-and-batches.ipynb). **time:** 60 minutes. **claims:**
comes in twice: once
the widths 64-32-10. how
has a million inputs (the
**write.** two lines more
of layer 1, on
| $1$ | $1$ |
two things are
be used twice, and then two paths lead
$1$ | $0$ |
start at 0 again each time
begins with `zero_grad()`. two things differ
divide. which two slopes would
bring all three; pytorch
**use.** two machines had
but you: thirty people want
install something. two kinds of
are in two environments, the
holds about 150 mb, measured
meets n_{k-1} numbers.
goes from 1 to l,
len(widths) - 1. the
one runs twice. that
ones run twice for each
that returns two slopes u
slope of 1 / v;
"""
