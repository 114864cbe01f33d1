"""What the numbers in the prose of notebook 08 are tied to (see tools/prose.py)."""

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
reader, classes = training.READER, split.train.y.shape[1]
batches = math.ceil(train / reader["batch_size"])
read = float(shown("08", r"([\d.]+)% of 360 digits"))
shares = [
    float(shown("08", rf"median share of its answer: .*?{w}"))
    for w in (r"([.\d]+) where it is right", r"right, ([.\d]+) where")
]
sure, wrong = np.array([[1000.0, 0.0]]), np.array([[0.0, 1.0]])
entry = losses.TABLE["softmax_cross_entropy"]
widths = shown("08", r"widths = .(64, 128, 10).").split(", ")
pulls = number(r"∂ℒ/∂z = p − y: .*?2 ([−0-9.]+)", said(Softmax(z_1=6.0)))
losses_shown = [name for name in ("loss", "Q") if name in dict(numbers_of(Softmax().svg()))]
logits = said(Softmax()).split("z: ")[1].split(";")[0].split(", ")

COMPUTED = [
    f"p₂ − y₂, almost {n(round(pulls))} where the network is sure and wrong",
    rf"\text{{over }} {n(float(shown('08', r'right > ([.0-9]+)')) * 100):.1f}\,\% \text{{ of the test digits "
    f"read rightly, in under {n(shown('08', r'seconds < ([0-9]+)'))} seconds}}",
    f"one of {word(classes)}*",
    f"turn {word(classes)} numbers into probabilities",
    f"read {n(int(read))} of 100 unseen digits",
    f"It is {n(-math.log(1.0) + 0.0):.0f} for $p = 1$",
    f"And that is, with {word(classes)} classes?",
    f"About {n(TABLE['08-start'].expected()):.1f}. Remember",
    f"{word(len(logits))} logits and their shares",
    f"(The {word(len(losses_shown))} losses in the picture",
    f"The last {word(len(losses_shown))} rows are the gradients of both losses",
    f"A network could learn {n(train):,} pictures by heart",
    f"{n(batches)} rough steps in the time of one",
    f"a step after every {n(reader['batch_size'])} digits",
    f"One step with all {n(train):,} must",
    f"{n(train):,} digits in batches of {n(reader['batch_size'])}, and {n(reader['epochs'])} epochs",
    f"{n(widths[0])} inputs, {n(widths[1])} ReLU neurons, {n(widths[2])} logits, cross-entropy, batches of "
    f"{n(reader['batch_size'])}, {n(reader['epochs'])} epochs, learning rate {n(reader['learning_rate'])}",
    f"of {n(test)}, one picture more or less is {n(100 / test):.1f} %",
    f"the same {n(test)} digits were the held-out ones of notebook 04",
    f"each of the {n(widths[1])} neurons has a weight for each dot. These are "
    f"{n(shown('08', r'The weights into ([0-9]+) of 128'))} of them",
    f"over {n(float(shown('08', r'right > ([.0-9]+)')) * 100):.1f} % (B39)",
    f"{word(int(shown('08', r'np.full..64, (8)., 0.05')))} neurons with one start between them: after "
    f"{word(int(shown('08', r'READER, .epochs.: (10)')))} epochs",
    f"{word(int(shown('08', r'0.0005, (5) ')))} epochs, once with one step each",
    f"{word(len(widths) - 1)} layers read digits",
    f"There are {n(reader['epochs'])}.",
    f"A batch of {n(reader['batch_size'])} takes one together",
    f"so those {n(batches)} are no longer",
    f"each of ten gets p = {n(1 / classes):.1f}.",
]
TRUE = {
    "Where it errs, it is less sure than elsewhere": shares[1] < shares[0],
    "$p - y$ lies between $-1$ and 1": np.abs(entry.derivative(sure, wrong)).max() == 1,
    "the same 360 digits": set(data.digits_split().held_out.index) == set(split.held_out.index),
    "and it hardly reads any digit": float(shown("08", r"([\d]+)% of the training digits")) < 50,
}
GIVEN = r"""
the right output is 2. drag z₁ up to 6: the
shift right” to 1: you
labels that sum to 1. the lines
is almost 0 there: it
98 of 100 unseen digits
gradient?](07-can-you-trust-a-gradient.ipynb). **time:** 60 minutes. **claims:**
sum to 1 is plain
for *two* classes
on a thousand random rows;
is above 0: $$\operatorname{softmax}(z
$y$ is 1 at the
class and 0 elsewhere: $-\ln
$p = 1$, and
goes to 0: confident
sum to 1, it
**instance.** three classes written
softmax with two classes; cross-entropy is
($z = 8$) of
($y = 0$). let
for their sum stays 1
comes near 0 only when
you try twenty settings and
there are three parts: |
is in two parts, every
limit: the 13 writers are
in all three parts. the
all weights 0 is no
start. if two neurons of
which throws half of it
two neurons as good
weight of neuron 1 and
that of neuron 2, and
of some ten settings. they
back through fifty?
positive, and 1 in all,
finite at 1000, too?
sum to 1 yet. divide
sum to 1. each
over axis 1. that
sum to 1. an
over axis 1. without
smaller? the 2 belongs to
is no 2. that
that is 1 - p.
the base 10. take
labels are 0 at nine of the ten outputs: only
be for two outputs. each of ten gets
logit off twice, from
with two logits both
it goes twice as
get half the rate
"""
