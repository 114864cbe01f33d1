"""What the numbers in the prose of notebook 05 are tied to (see tools/prose.py)."""

import numpy as np

import bpdemo as bp
from bpdemo import data, training
from bpdemo.data import mazur
from bpdemo.exercises import TABLE, chapter_05
from bpdemo.explorers import Paths
from tools.prose import Computed as n
from tools.prose import said, shown, word

his = mazur.example()
trace = bp.forward(his.x, his.w, b=his.b)
grad = bp.backward(trace, his.y, loss=mazur.HALF)
new_w = training.step(his.w, grad, his.eta)
compared = mazur.compared(trace, grad, new_w)
from_1, from_2 = (mazur.PRINTED[f"dEo{q}/dout h1"].lstrip("-") for q in (1, 2))
ours, published = f"{mazur.error(new_w):.12f}", mazur.AFTER_ONE_STEP
exact = [name[0] for name, v in mazur.suspects().items() if mazur.agrees(v, published)]
seven_same = next(i for i, (a, b) in enumerate(zip(ours, published, strict=False)) if a != b) - 1
side, layers = shown("05", r"size=.(3), 3.. for"), shown("05", r"for _ in range.(3).. wrong")
outputs = len(mazur.run(1, early=True).outputs)
early_off = np.abs(mazur.run(1, early=True).dL_dw_1 / grad.dL_dw[1] - 1)
steps = training.SIGMOID_SETTINGS["epochs"] * -(-1437 // training.SIGMOID_SETTINGS["batch_size"])
deep = shown("05", r"widths = \[100\] \* (\d+)")

COMPUTED = [
    f"in {n(len(compared.rows) - len(compared.off_by_one))} of the {n(len(compared.rows))} numbers on the way",
    f"seems to make {n(0.339 + 0.198)}",
    *(
        f"Take a network with {n(a)} inputs, {n(b)} neurons in the middle and {n(c)} outputs"
        for a, b, c in [said(Paths()).split("Network ")[1].split(":")[0].split("-")]
    ),
    f"SymPy gets the whole {'-'.join(f'{n(v)}' for v in shown('05', r'paths..(2, 2, 2)').split(', '))} network",
    f"a network with {word(int(deep) - 1)} layers of {n(shown('05', r'widths = .(100).'))} neurons",
    f"{n(shown('05', r'm, n_before, n_k = 2, (.), 3, 2'))} examples, and a network "
    f"{n(shown('05', r'W = .rng.normal.size=.(2), 3..'))}-{n(shown('05', r'm, n_before, n_k = 2, 4, (.), 2'))}-{n(shown('05', r'm, n_before, n_k = 2, 4, 3, (.)'))}",
    f"with {n(shown('05', r'matrices.m=(2), n_in=3'))} examples and {n(shown('05', r'matrices.m=2, n_in=(3)'))} "
    f"neurons into {n(shown('05', r'matrices.m=2, n_in=3, n_out=(.)'))}",
    f"Here is one, {'-'.join(f'{n(side)}' for _ in range(int(layers) + 1))}, with the transpose",
    f"${n(from_1)} - {n(from_2)} = {n(float(from_1) - float(from_2)):.9f}$",
    rf"takes a step with $\eta = {n(his.eta)}$",
    f"weights move by *your* `step` (from 04): {n(steps):,} times",
    f"the same number twice, {n(100 * int(shown('04', r'after: ([0-9]+) of 360')) / 360):.1f} %?",
    f"read the {n(len(data.digits_split().held_out))} held-out digits",
    f"Raise $a^1_1$ by {n(float(shown('05', r'..([0-9.]+), 0... @ w.2.')))}, and",
    f"gradient of a whole batch of {n(int(shown('05', r'X_8, Y_8 = rng.normal.size=.(.), 2')))}, and",
    f"Here are {word(len(mazur.suspects()))}: 1. The printed weights",
    f"at least {word(1 + outputs)} wrong numbers",
    f"All {word(1 + outputs)} are exactly what comes out",
    f"the {word(outputs)} outputs after {n(int(shown('05', r'run.(10000), early=True'))):,}",
    f"Here are the lines for {word(int(shown('05', r'sum_over_paths_proof.([0-9]).')))} paths; for",
    f"$1 \\cdot 10 + 2 \\cdot 20 = {n(1 * 10 + 2 * 20)}$, but",
    f"$(1 + 2)(10 + 20) = {n((1 + 2) * (10 + 20))}$.",
    f"Then {n(chapter_05._WIDTHS[2])} ways to go on, and from each of them {n(chapter_05._WIDTHS[3])}.",
    f"cell also checks {word(int(shown('05', r'sum_of_gradients.([0-9]).')))} examples with",
    f"a network is {'-'.join(f'{n(v)}' for v in chapter_05._WIDTHS)} wide",
    f"Layer 1 has {n(chapter_05._WIDTHS[1])} neurons",
]
TRUE = {
    "The share of $E_{o2}$ is 1 off in the ninth place": compared.off_by_one == ["dEo2/dout h1"]
    and len(mazur.PRINTED["dEo2/dout h1"].split(".")[1]) == 9,
    "The early gradient of the first layer is off by more than 10 %": early_off.min() > 0.1,
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
let $q$ be 1, then 2, and
layers have hundreds of neurons,
once. the three formulas stay;
dot between two letters now
and what ½ or a
learning](04-learning.ipynb). **time:** 75 minutes, and 20 more for
counts from 0, so
it *two* paths
where the two paths join?
digits: 0.01 is small,
weight has two paths to
sum of two products. (the sign
goes to 0 the remainders
of layer 1. to
``` layer 1 has 32
a path twice.
`total = 0.0`, go
off these three formulas. the
$\odot$ multiplies two tables of
e]$ is 1 where $t$
and 0 otherwise: so
layer of three: sympy's
diagonal isn't 0: no
of the two has its
return the two things that
of the two results is
**instance.** with two neurons and
test with? two or three sentences.
answer</summary> if two layers are
of its two halves.
numbers. for two examples it's
1</summary> take two examples with
$a = 1$ and
$a = 2$, $\delta = 10$ and
$\delta = 20$. what
of the two sums has
`a` (from 0), `z`
`w` (from 1), and
loop from 03, with
`.t` in two places.
down to 1, as in 03. in
is the 64-32-10 network of
`layer` (from 01), back
`step` (from 04): 5,760
some put ½ in front
cancel the 2 of the
has the ½ in its
loss, without ½, to
with the ½ the gradient
step $0.5 \cdot \tfrac{1}{2}
example](https://mattmazur.com/2015/03/17/a-step-by-step-backpropagation-example/): a 2-2-2 network with
has the ½, and
b$ is 1, and
numbers. his two shares are the two paths of
biases and ½ included:
write down two suspicions.* here
(b6). a ½ or a
deep learning](https://arxiv.org/abs/1802.01528), 2018: the
mit press, 2016, section 6.5: back-propagation
derivatives](https://doi.org/10.1137/1.9780898717761), siam, 2008: why
of layer 1, not
of layer 1. each
into layer 2 has all
into layer 3 behind it:
to layer 2. and
entry, and two with a
c counts twice there: once
product of two sums: in
product of two means. multiply
returns {1: dl_dw
of layer 1, 2: …}
(n8). a(1 - a)
right; z(1 - z)
a factor 2 is lost:
u² is 2u (n7).
has no ½ in front.
rate without ½ all gradients
(b7). without ½, are
rate of 1? the
gradients are twice as large,
a step twice as long. 2 is by
for the ½ twice.
loss by two paths. set
w²₁₁ to 0, so
that becomes 0; the
of layer 2 leads into
in δwᵀ two rows meet,
same number twice, 98.6
(the two lines differ
$r_q(h)$ goes to 0. in
loss with ½. and a
step of 0.1 with it
one of 0.05 without
"""
