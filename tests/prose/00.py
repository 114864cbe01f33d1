"""What the numbers in the prose of notebook 00 are tied to (see tools/prose.py)."""

import sys

import numpy as np

from bpdemo.checking import central_difference, forward_difference
from bpdemo.exercises import TABLE
from tools.notebooks import number_of
from tools.prose import NOTEBOOKS, cells, flat, word
from tools.prose import Computed as n


def f(w):
    return w * w


def sigmoid(w):
    return 1 / (1 + np.exp(-w))


def _error(difference, h):
    return abs(difference(sigmoid, 0.4, h) - sigmoid(0.4) * (1 - sigmoid(0.4)))


def _header(chapter, pattern):
    """What a notebook says about itself: its time, its claims."""
    import re

    text = " ".join(flat(cell.text) for cell in cells(chapter)[:3])
    found = re.search(pattern, text)
    return found and found[1]


def _on_the_map():
    """The numbers of the notebooks that 00's map leads to."""
    text = "\n".join(cell.text for cell in cells("00"))
    paths = sorted(NOTEBOOKS.glob("*.ipynb"))[1:]
    return [number_of(path) for path in paths if f"]({path.name}) |" in text]


rise, slope = f(3.1) - f(3.0), central_difference(f, 3.0)
new_display = TABLE["00-nudge"].expected()
both = _error(central_difference, 0.05) / _error(central_difference, 0.1)
one = _error(forward_difference, 0.05) / _error(forward_difference, 0.1)
digits = sys.float_info.dig + 1

COMPUTED = [
    f"The knob went up by 0.1 and the display by {n(rise):.2f}. That is {n(rise / 0.1):.1f} for",
    f"The slopes settle at {n(slope):.0f}, though",
    f"the derivative is {n(slope):.0f}, so a nudge of 0.01",
    rf"$6 \cdot 0.01 = {n(slope * 0.01):.2f}$",
    f"sensitivity times nudge, {n(new_display - 0.30):.2f}. So the display shows about {n(new_display):.2f}",
    f"becomes a *{word(round(both, 2))}* of what it was",
    f"A computer keeps about {n(digits)} digits",
    f"$3 + 10^{{-16}}$ needs {n(digits + 1)}, so",
    f"slopes, symbols, the map | | {n(_header('00', 'time:.. (.*?) minutes'))} |",
    *(
        f"{_header(name, 'claims:.. (.*?)(?: .b: beyond .*)?[.] ') or ' |'} | {n(_header(name, 'time:.. (.*?) minutes'))} |"
        for name in _on_the_map()
    ),
    rf"At $w = 3$ it is $2 \cdot 3 = {n(slope):.0f}$; and with $h = {n(0.1)}$ the secant's slope is "
    rf"${n(slope):.0f} + {n(round(rise / 0.1 - slope, 6))}$, as you measured",
    f"**Prove.** Why {n(slope):.0f}, and what is it",
    rf"$1{{,}}000{{,}}000 + 10^{{-11}}$ has {n(len('1000000' + '00000000001'))} digits, "
    rf"{n(len('1000000'))} before the point and {n(len('00000000001'))} after it",
    f"The true slope of `f` at $w = 1{{,}}000{{,}}000$ is {n(2 * 1_000_000):,}, and",
    rf"by about ${n(2 * 3)} \cdot 0.01 = {n(2 * 3 * 0.01):.2f}$. The",
]
TRUE = {
    "and the error to one side is halved": abs(one - 0.5) < 0.02,
    "the central difference improves much faster": both < 0.6 * one,
}
GIVEN = r"""
h is almost 0. where
go to 0, but
the bar with the three dots
up by 0.1 and the
between the two settings. call
through the two points of
$w = 3$, written
go to 0, and
$w = 3$ the
nudge of 0.01 should change
both go to 0. the secant
the number 0.30. its
is $-0.4$. you
up by 0.05. about
slope at 0.4 comes from
where the 2 comes from. </details>
= 10^{-16}$?*
<details> <summary>why 0?</summary> a
+ 10^{-16}$ needs
back to 3: the
difference of two nearly equal
between the two lies the
= 10^{-5}$, and
say "the two agree" when
in a million or so.
not by 0: a
left, passes three weights, and
| the three factors of
**two letters l.**
of layer 2, not
of layer 2, times
product of three | n6–n10
the same three factors at
turn of 1. the
is only 0.05. that
+ h. twice too large.
divides by 2 and then
`i == j` | 1 if the statement
in the brackets is true, 0 otherwise
the number 2.718…
alone; another loss (both in
$\eta$ (04, 07) |
\sigma'(z)$ (06) |
their scale (09) |
of rounding (07) |
of a weight (09) |
\cdot 0.01 =
calculus. **time:** 30 minutes. that's
more, and three short notebooks
$\ln x$; 07, 08 and 10 use them
often from 04 on |
the same six moves, though
curve too. double-click to
below are two hints and
$w = 3$. what
goes to 0: the
$w = 3$ it
see whether two expressions are
are if 0 is left.
turn of 1. you
less than 1. </details>
moves from 0.30. </details>
run. the two ends are
draw the three places on
does `forward_difference(f, 1000000.0, 1e-11)`
+ 10^{-11}$ out
`f` at 1,000,000? </details>
+ 10^{-11}$ has
back to 1,000,000, and
weight, `0.8`, is
written `[[0.8]]`, a
a table. three layers make
list of three such tables,
w} = -3$ and
sentence or two, without
by about three times as
by about three times the
thesis (helsinki, 1970), to
thesis, harvard, 1974), and
famous in 1986: they
paper has four pages, and
well (06) |
(b). the three with an
| | 20 | |
slopes, before 06 | |
bell, before 09 | |
easy* (1910; free
learning*](http://neuralnetworksanddeeplearning.com) (2015): a
errors", *nature* 323 (1986), [doi:10.1038/323533a0](https://doi.org/10.1038/323533a0): the famous four pages. -
ismp (2012): the
more than 16 digits, so
on either axis, is a factor of 100
"""
