"""What the numbers in the prose of notebook 08 are tied to (see tools/prose.py)."""

import ast
import math

import numpy as np

from bpdemo import data, losses, training
from bpdemo.exercises import TABLE
from bpdemo.explorers import Softmax
from bpdemo.explorers.explorer import numbers_of
from tools.prose import Computed as n
from tools.prose import number, said, shown, word

split = data.digits_split(validation=200)
train, test = len(split.train), len(split.held_out)
reader, classes = training.RELU_SETTINGS, split.train.y.shape[1]
older = training.SIGMOID_SETTINGS
batches = math.ceil(train / reader["batch_size"])
mistakes, read = (
    float(shown("08", r"([\d]+) of 360 wrong")),
    float(shown("08", r"([\d.]+)% of the digits are read correctly")),
)
entry = losses.TABLE["softmax_cross_entropy"]
sure, wrong = np.array([[1000.0, 0.0]]), np.array([[0.0, 1.0]])
widths = shown("08", r"widths, sigma = .(64, 128, 10).").split(", ")
pulls = number(r"∂ℒ/∂z = p − y: .*?2 ([−0-9.]+)", said(Softmax(z_1=6.0)))
losses_shown = [name for name in ("loss", "Q") if name in dict(numbers_of(Softmax().svg()))]

# The example of the first sections, in the table, in the secant, and along the paths.
z, label = np.array([2.0, 0.5, -1.0]), 1
e, p = np.exp(z), losses.softmax(z[None])[0]
slope = np.diag(p) - np.outer(p, p)
secant = (losses.softmax(z[None] + [[0.1, 0, 0]])[0] - p) / 0.1
per_path = -1 / p[label], slope[label, 0]

# What was gained over notebook 04.
starts = {
    who: [int(v) for v in shown("08", rf"three starts: .*?{who} .([\d, ]+).").split(",")]
    for who in ("notebook 04", "this one")
}
found = ast.literal_eval(shown("08", r"in three starts together: (\{.*?\})"))
worst_old, worst_new = (
    [int(v) for v in shown("08", rf"weights x 10, 5 epoch.s.: .*?{which} .([\d, ]+).").split(",")]
    for which in ("squared difference", "cross-entropy")
)


def m(value: float) -> n:
    """Three decimals, as they stand in a table."""
    return n(f"{value:.3f}".replace("-", "−"))


COMPUTED = [
    f"p₂ − y₂, which is almost {n(round(pulls))} where the network is sure and wrong",
    rf"\text{{over }} {n(float(shown('08', r'right > ([.0-9]+)')) * 100):.1f}\,\% \text{{ of the test digits "
    f"are read correctly}}",
    f"one out of {word(classes)}*",
    f"how large is that loss with {word(classes)} classes",
    f"Each of the {word(classes)} classes gets the same share",
    f"at nine of the {word(classes)} outputs",
    f"with {word(classes)}, each one gets",
    f"the {word(classes)} outputs of softmax are shares of a whole",
    f"probability. {word(classes)} separate sigmoids",
    f"turn {word(classes)} numbers into probabilities",
    f"reads {n(int(read))} of 100 unseen digits",
    # B30, B32: the example
    *(
        f"| {n(row)} | {n(z_)} | {m(e_)} | {m(p_)} |"
        for row, z_, e_, p_ in zip((1, 2, 3), ("2", "0.5", "−1"), e, p, strict=True)
    ),
    f"| sum | | {m(e.sum())} | {n(round(p.sum()))} |",
    f"| loss $-\\ln p$ | {n(round(-math.log(1.0)))} | "
    + " | ".join(f"{m(-math.log(q))}" for q in (0.9, 0.5, 0.1, 0.01)),
    f"It is {n(round(-math.log(1.0)))} for $p = 1$",
    f"and $e^{{1000}}$ is over $10^{{{n(int(1000 / math.log(10)))}}}$",
    rf"the largest is about ${n(np.finfo(float).max / 1e308):.1f} \cdot 10^{{{n(int(math.log10(np.finfo(float).max)))}}}$",
    f"It's about {n(TABLE['08-start'].expected()):.1f}. Remember",
    f"The last {word(len(losses_shown))} rows are the gradients of both losses",
    f"(The {word(len(losses_shown))} losses in the picture",
    # B33, B34: the slopes and the paths, by hand
    *(
        rf"${n(p[i]):.3f} \cdot ({int(i == 0)} - {n(p[0]):.3f}) = {n(slope[i, 0]):.3f}$"
        for i in range(3)
    ),
    f"| $p_1$ | {n(0)} | {m(slope[0, 0])} | {n(0)} |",
    f"| $p_2$ | $-1/{n(-1 / per_path[0]):.4f} = {n(per_path[0]):.3f}$ | {m(per_path[1])} | {m(per_path[0] * per_path[1])} |",
    f"| $p_3$ | {n(0)} | {m(slope[2, 0])} | {n(0)} |",
    f"| | | sum | {m((-np.eye(3)[label] / p) @ slope[:, 0])} |",
    f"All {word(slope.size)} at once",
    # B35: the loss of two classes
    rf"the loss is $-\ln 0.8 = {n(-math.log(0.8)):.3f}$, and its slope is $-1/0.8 = {n(-1 / 0.8):.2f}$",
    rf"the loss is $-\ln 0.2 = {n(-math.log(0.2)):.3f}$, and its slope is $1/0.2 = {n(1 / 0.2):.0f}$",
    f"$-0.2 / 0.16 = {n((0.8 - 1) / (0.8 * (1 - 0.8))):.2f}$, as above",
    f"That's about {n(round(TABLE['08-sure'].expected(), -1)):.0f} times",
    f"at $a = 0.999$ it's about {n(round(1 / (2 * 0.999 * 0.001), -2)):.0f}",
    f"for {n(shown('08', r'learning_rate=0.5, epochs=(50)'))} steps",
    f"they get {word(0.25 / float(shown('08', r'learning_rate=(0.5), epochs=50')))} the rate",
    # The exercise 08-slope
    f"({n(0.6 * (1 - 0.6)):.2f}, {n(-0.3 * 0.6):.2f}, {n(-0.1 * 0.6):.2f})",
    # The digits
    f"in each part every digit makes up about a {word(1 / classes)}",
    f"{n(batches)} rough steps for the work of one",
    f"so those {n(batches)} are no longer",
    f"a step after every {n(reader['batch_size'])} digits",
    f"a step with the learning rate {n(reader['learning_rate'])} after every {n(reader['batch_size'])} digits; and "
    f"{n(reader['epochs'])} *epochs*, {n(reader['epochs'])} times through",
    f"The step with all {n(train):,} must",
    f"You train for {n(reader['epochs'])} epochs on {n(train):,} digits in batches of {n(reader['batch_size'])}",
    f"{n(widths[0])} inputs, {n(widths[1])} ReLU neurons, {n(widths[2])} logits, cross-entropy, batches of "
    f"{n(reader['batch_size'])}, {n(reader['epochs'])} epochs and learning rate {n(reader['learning_rate'])}",
    f"the same {n(test)} digits were the held-out ones of notebook 04",
    f"that we take: {n(widths[1])} neurons, and random",
    f"each of the {n(widths[1])} neurons has a weight for each dot. These are "
    f"{n(shown('08', r'The weights into ([0-9]+) of 128'))} of them",
    f"Over {n(float(shown('08', r'right > ([.0-9]+)')) * 100):.1f} % of unseen digits",
    f"{word(int(shown('08', r'np.full..64, (8)., 0.05')))} neurons start equal",
    f"After {word(int(shown('08', r'RELU_SETTINGS, .epochs.: (10)')))} epochs they are still equal",
    f"train for {word(int(shown('08', r'RELU_SETTINGS, .epochs.: (5), .batch_size.')))} epochs, once with one step",
    f"{word(len(widths) - 1)} layers read digits",
    f"There are {n(reader['epochs'])}.",
    f"The {n(reader['batch_size'])} examples of a batch share one step",
    f"$1237 / 16$ is {n(train // reader['batch_size'])} and a bit",
    f"each one gets p = {n(1 / classes):.1f}.",
    # What was gained
    f"there, too, {n(int(shown('04', r'([0-9]+) of 360 digits are read wrongly')))} of the {n(test)} digits",
    f"with {n(shown('04', r'initial_weights..64, (32), 10'))} neurons instead of {n(widths[1])}",
    f"That's {n(sum(starts['notebook 04']))} mistakes against {n(sum(starts['this one']))}.",
    f"same network makes {n(np.ptp(starts['this one']))} or {n(np.ptp(starts['notebook 04']))} mistakes more or fewer",
    f"The rates are {n(older['learning_rate'])} and {n(older['learning_rate'] / 2)}: "
    f"{word(0.5)} the rate for cross-entropy",
    f"in mistakes among {n(len(split.validation))} digits",
    f"make {n(found[1, 1][1])} mistakes, instead of {n(found[1, 1][0])}",
    f"it's {n(found[1, 5][1])} against {n(found[1, 5][0])}",
    f"one of them {n(max(worst_old))}: it guesses",
    f"makes over {n(shown('08', r'min.found.10, 5..0.. > ([0-9]+)'))} mistakes after {word(max(e for _, e in found))} epochs",
    f"with weights {word(max(scale for scale, _ in found))} times too large",
    f"after {word(max(epochs for _, epochs in found))} epochs it's",
    f"from {word(len(starts['this one']))} starts, on the same digits",
    f"Again {word(len(starts['this one']))} starts: first",
    f"the {word(len(starts['this one']))} networks together",
    f"{word(len(range(10, 210, 10)))} networks are compared on the test digits",
    f"Trying {word(len(range(10, 210, 10)))} widths is fine",
    f"none makes more than {n(max(worst_new))}.",
]
TRUE = {
    "For the digits that it read wrongly, that share is smaller": float(
        shown("08", r"right, ([.\d]+) where it is wrong")
    )
    < float(shown("08", r"([.\d]+) where it is right")),
    "$p - y$ lies between $-1$ and 1": np.abs(entry.derivative(sure, wrong)).max() == 1,
    "the same 360 digits": set(data.digits_split().held_out.index) == set(split.held_out.index),
    "it's 34 against 39, and that difference is too small to count": abs(
        found[1, 5][0] - found[1, 5][1]
    )
    < math.sqrt(sum(found[1, 5])),  # what counting alone makes two counts differ by
}
GIVEN = r"""
the product of every two shares
98 of 100 unseen digits,
for the two derivations by
also need three rules from
x$. **time:** 75 minutes. **claims:**
numbers,* with three classes: |
sum to 1: you
for *two* classes
on a thousand random rows.
<summary>hint 1</summary> two steps: make
sum to 1, and
over axis 1, and
logit becomes 0, and
is above 0. (in
$y_j$ is 1 at the
class and 0 elsewhere. so
$p = 1$, and
goes to 0: confident
class | 1 | 0.9 | 0.5 | 0.1 | 0.01 | |
it to 0, and
at least 1, since
and the third class it
this example. two of them are 0 in float64.
logarithm of 0? </details>
rounded to 0. the
sum stays 1. *in
$z_1$ from 2 to 2.1, and
the other two lose together
the first two lines put
= (0.6,\ 0.3,\ 0.1)$. give the three slopes $\partial
you the three signs. </details>
check: the three slopes sum to 0. </details>
sums to 0: the
where class 2 is right:
$y_1 = 0$. that's
y_i$ | two sums; $p_j$
sum to 1 |
comes near 0 only when
sum to 1. sympy
same for three classes, written
slope is 1, and
logit of 1000 too.
went, take two classes and
has just two terms: $\mathcal{l}
$a = 0.8$. if
$y = 1$, the
is $-\ln 0.8 = 0.223$,
is $-1/0.8 = -1.25$:
$y = 0$, the
is $-\ln 0.2 = 1.609$,
is $1/0.2 = 5$.
slope $-1$ |
$a = 0.8$ and
$y = 1$: $-0.2 / 0.16 = -1.25$,
gradient near 0.
product of every two shares
($z = 8$) of
($y = 0$). which
counts. with two logits both
it goes twice as fast.
$a = 0.99$ and
should say 0. how
$a = 0.99$. </details>
should say 0, and
her in two or three sentences.
product of two factors: one
is almost 0 and the
gradient has two factors, and
is almost 0 where the
factor near 0 is near 0, however
you try twenty settings and
there are three parts: |
words: no two parts share
is what two sets share,
is in two parts, each
limit: the 13 writers are
in all three parts. the
all weights 0 is no
start. if two neurons of
equal forever: two neurons do
which throws half of it
of neuron 1 and by
of neuron 2, and
of some ten settings. they
so that 0.9 can be
back through fifty?
outputs* (1990), [doi:10.1007/978-3-642-76153-9_28](https://doi.org/10.1007/978-3-642-76153-9_28). -
[complex systems 2 (1988)](https://www.complex-systems.com/abstracts/v02_i06_a01/). -
learning*, [chapter 3](http://neuralnetworksanddeeplearning.com/chap3.html): the
learning* (2016), [chapters 5 and 6](https://www.deeplearningbook.org): honest
kaynak (1998), [doi:10.24432/c50p49](https://doi.org/10.24432/c50p49).
sum to 1 for every
z is 1000? all
sum to 1 yet. divide
sum to 1 over all
over axis 1. in
sums to 1. an
over axis 1. the
p. that's 1 - p.
to base 10. use
labels are 0 at nine of the
that's for two classes. with
is only half of -ln
list of three numbers they
sum to 0: the
are p(1 - p)
in all three. the
the other two shares move
j] is 1 there. each
the other two is a
product of two shares: its
smaller? the 2 belongs to
is no 2. you
between the two losses. you
forgot the 2 of the
is. the 2 stands in
= a(1 - a),
of the two gradients contains
a = 0.99?
unseen. line 3 trains on
choose. line 1 only says
output is 2. drag
up to 6: the
is almost 0 there: it
right” to 1: you
"""
