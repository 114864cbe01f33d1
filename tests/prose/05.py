"""What the numbers in the prose of notebook 05 are tied to (see tools/prose.py)."""

import re

from bpdemo.exercises import TABLE
from bpdemo.explorers import Paths
from tools.prose import Computed as n
from tools.prose import everything, said, shown, word

text = everything("05")
from_1, from_2 = (shown("05", rf'"dEo{q}/dout h1", .*?, "([-.\d]+)"').lstrip("-") for q in (1, 2))
ours, published = shown("05", r"with our new weights +([\d.]+)"), "0.291027924"
compared = re.findall(r'\("[^"]+", [^"]+, "(-?[\d.]+)"\)', text)
off = re.findall(r"-?[\d.]+ +<- last digit", text)
exact = [name for name, value in re.findall(r"(\d) [a-z ]+?([\d.]+) <- 0\.291027924", text)]
seven_same = next(i for i, (a, b) in enumerate(zip(ours, published, strict=False)) if a != b) - 1
side, layers = shown("05", r"size=.(3), 3.. for"), shown("05", r"for _ in range.(3).. wrong")
outputs = len(re.findall(r"0\.\d{9}", shown("05", r"new w.2: outputs ([.\d ]+) error")))
deep = shown("05", r"widths = \[100\] \* (\d+)")

COMPUTED = [
    *(
        f"Take a network with {n(a)} inputs, {n(b)} neurons in the middle and {n(c)} outputs"
        for a, b, c in [said(Paths()).split("Network ")[1].split(":")[0].split("-")]
    ),
    f"SymPy gets the whole {'-'.join(f'{n(v)}' for v in shown('05', r'paths..(2, 2, 2)').split(', '))} network",
    f"a network with {word(int(deep) - 1)} layers of {n(shown('05', r'widths = .(100).'))} neurons",
    f"{n(shown('05', r'm, n_before, n_k = (.), 3, 2'))} examples, and a network "
    f"{n(shown('05', r'W = .rng.normal.size=.(2), 3..'))}-{n(shown('05', r'm, n_before, n_k = 4, (.), 2'))}-{n(shown('05', r'm, n_before, n_k = 4, 3, (.)'))}",
    f"here {n(shown('05', r'matrices.m=(2), n_in=3'))} examples and {n(shown('05', r'matrices.m=2, n_in=(3)'))} "
    f"neurons into {n(shown('05', r'matrices.m=2, n_in=3, n_out=(.)'))}",
    f"Here is one, {'-'.join(f'{n(side)}' for _ in range(int(layers) + 1))}, with the transpose",
    f"All {n(len(compared))} agree",
    f"${n(from_1)} - {n(from_2)} = {n(float(from_1) - float(from_2)):.9f}$",
    rf"His step has $\eta = {n(shown('05', r' eta = ([.0-9]+) '))}$ and the ½",
    f"Here are {word(len(re.findall(r'[1-4] [a-z ]+ 0[.]29[0-9]+', text)))}. 1. The printed weights",
    f"at least {word(1 + outputs)} wrong numbers",
    f"All {word(1 + outputs)} are exactly what comes out",
    f"the {word(outputs)} outputs after {n(int(shown('05', r'run.(10000), early'))):,}",
    f"lines for {word(int(shown('05', r'sum_over_paths_proof.([0-9]).')))} paths; SymPy",
    f"written out for {word(int(shown('05', r'sum_of_gradients.([0-9]).')))} examples it",
]
TRUE = {
    "one of them, the share of $E_{o2}$, is one off in the ninth place": len(off) == 1
    and off[0].startswith("-0.019049119"),
    "They differ from the seventh digit on, and the text prints nine": seven_same == 7
    and len(published) - 2 == 9,
    "It is the third, to all nine digits": exact == ["3"],
    "All gradients are twice as large: half the rate, the same step": TABLE["05-half"].expected()
    == 0.5 / 2,
    "Without ½ all gradients are twice as large, so half the rate takes the same step": TABLE[
        "05-half"
    ].expected()
    == 0.5 / 2,
}
GIVEN = r"""
loss by two paths. set
so that becomes 0; the
a weight of layer 2 leads into one output: it has one path
w²₁₁ to 0, so
in δwᵀ two rows meet,
layers have hundreds of neurons,
once. the three formulas stay;
dot between two letters now
and what ½ or a
learning](04-learning.ipynb). **time:** 60 minutes. **claims:**
counts from 0, so
there *two* ways
nudged, the two answers come
a path twice. **use.**
off these three. the
layer of three, as
**instance.** with two neurons and
that is 0: for
some write ½ before the
that the 2 of the
example](https://mattmazur.com/2015/03/17/a-step-by-step-backpropagation-example/): a 2-2-2 network with
and the ½: $$z^k
numbers. the two shares are the two paths of
biases and ½ included.
and the ½. which
notes, without ½, to
write down two suspicions.* here
gradients (b6); ½ or a
c counts twice there: once
rate without ½ all gradients
(b7). without ½, are
rate of 1? the
a step twice as long,
gradients are twice as large. 2 is by
for the ½ twice.
goes to 0 with $h$. move
$R_q$ goes to 0 too
brackets are 1 where their equation holds, and else 0.
sympy is told two things: that
a bracket is 1 where its equation holds, and else 0.
the same two things.
its two halves.
"""
