"""What the numbers in the prose of notebook A2 are tied to (see tools/prose.py)."""

import math

import numpy as np

from tools.prose import Computed as n
from tools.prose import word

faces = np.arange(1, 7)
squares = (faces - 3.5) ** 2
pairs = faces[:, None] * faces
four = np.array([-3, -1, 1, 3])
coin = np.array([1, -1])


def within(deviations):
    """The share of the bell within so many deviations of its mean, in per cent."""
    return 100 * math.erf(deviations / math.sqrt(2))


COMPUTED = [
    rf"+ 6}}{{6}} = {n(faces.mean()):.1f}$$",
    f"{word(2)} dice have the mean {n(2 * faces.mean()):.0f}, and ten dice {n(10 * faces.mean()):.0f}.",
    f"{n(coin.mean()):.0f}, though it never shows 0.",
    f"the distances are ${', '.join(f'{n(d):.1f}' for d in faces - 3.5)}$; their",
    f"squares are {', '.join(f'{n(s):.2f}' for s in squares[:2])}, {n(squares[2]):.2f} and",
    rf"so the mean square is ${n(squares.sum()):.1f} / 6 \approx {n(squares.mean()):.3f}$",
    f"The mean is {n(coin.mean()):.0f} and each square is {n((coin**2).mean()):.0f}. So both are "
    f"{n(coin.std()):.0f}.",
    f"the {n(pairs.size)} pairs of",
    f"that is ${n(faces.mean()):.1f} \\cdot 3.5$.",
    f"the two add up to {n(1 + 6)}. The mean of top",
    rf"= 28 / 3 \approx {n((faces * (7 - faces)).mean()):.2f}$",
    rf"it's $2 \cdot (1 + 9) = {n(2 * (1 + 3**2))}$.",
    f"sum {n(6 + 1)} every time",
    f"The variance is {n(100)} times as large, so the standard deviation is "
    f"{n(math.sqrt(100)):.0f} times",
    f"about **{n(within(1)):.0f} %** lie",
    f"{n(within(2)):.0f} % within two, and {n(within(3)):.1f} % within",
    f"{n(within(1)):.0f} % are within one deviation, so {n(100 - within(1)):.0f} % are outside, "
    f"{word(0.5)} of them above: about {n((100 - within(1)) / 2):.0f} %.",
    f"The bell has {n(within(1)):.0f} % within",
    f"The squares are 9, 1, 1, 9, with the mean {n((four**2).mean()):.0f}. After",
    f"0, 0, 1, 9, with the mean {n((np.maximum(four, 0) ** 2).mean()):.1f}. No",
]
TRUE = {}
GIVEN = r"""
functions. **time:** 30 minutes. **to
two rules follow
7, and ten dice 35.
coin shows 1 or $-1$. what
never shows 0. </details>
mean is 0, the
coin shows 1 or $-1$. what
independence **say.** two random numbers
other, like two dice. then
$3.5 \cdot 3.5$.
top: the two add up
the mean 3.5.
bracket is 0 for independent
with mean 0 (a shift
**instance.** two dice with three faces each,
**measure.** two dice, twice the variance.
scatter: variance 0, and not twice that of
have mean 0 and variance
$v = 2$ and
sum of 100 dice compare
is flat. two dice make
a triangle. ten already make
bell has two settings, its
for mean 0 and $s = 1$. and
% within two, and
% within three. **measure.**
sum of six terms, because
they are 1 and 3 for $s = 1$, so
have mean 0 and standard deviation 0.1. about
is above 0.1? <details>
bell around 0 is *symmetric*:
up to 0, so
function is 0**. -
other by 0. of the two equal squares,
keeps **half** of
1$ or 3. the
squares are 9, 1, 1, 9, with
we have 0, 0, 1, 3; the
squares are 0, 0, 1, 9, with
that's the 2 in he's
with the 200,000 normal numbers
is it half the mean
$z$ is 0, and
$z$ and 0 have the
$z/2$, not 0. </details>
odd functions 0, and
relu keeps half of the
the other two notebooks of
"""
