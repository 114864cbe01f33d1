"""What the numbers in the prose of notebook 05b are tied to (see tools/prose.py)."""

from bpdemo import activations, by_hand
from tools.prose import Computed as n
from tools.prose import word

relu, levels = activations.TABLE["relu"], by_hand.LEVELS
chain = levels["chain"]
slope = chain.activation[1].derivative(3.0)
shares = {e.blanks["p_1"].right for e in (by_hand.make("cross-entropy", i) for i in range(9))}
decimals = max(len(f"{share}".partition(".")[2]) for share in shares)
after_last = len(levels) - list(levels).index("bias")

COMPUTED = [
    f"The last {word(after_last)} use biases",
    f"does nothing: $a = z$, and its slope is {n(slope):.0f}",
    f"lets $z$ through if it's above {n(relu.f(0.0)):.0f}, and gives {n(relu.f(-2.0)):.0f} if it's below",
    f"So its slope is {n(relu.derivative(3.0)):.0f} or {n(relu.derivative(-3.0)):.0f}.",
    f"With {word(levels['cross-entropy'].widths[-1])} classes, the last layer gives "
    f"{word(levels['cross-entropy'].widths[-1])} numbers",
    f"how far apart the {word(levels['cross-entropy'].widths[-1])} numbers are",
    f"rounded to {word(decimals)} decimals",
]
GIVEN = """
which is 1 for the right class and 0 for the other
20 minutes per level
−0.6, −0,6 or 3/4
the same network twice in a row
make the same slip twice, the next
Layer 1 squares
All three questions are
come straight from 03, leave them until the level "2-2-1"
(why? see [08 real
Layer 2 does nothing
there are two things to watch
leaves neuron 1 and enters neuron 2
both neurons of layer 1
b = 1$, and
shares $p$ that add up to 1
the same three products
A ReLU that is off makes it 0
"""
TRUE = {}
