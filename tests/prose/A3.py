"""What the numbers in the prose of notebook A3 are tied to (see tools/prose.py)."""

import numpy as np

from tools.prose import Computed as n

P, Q = np.array([[1, 2], [3, 4]]), np.array([[5, 6], [7, 8]])
g, v = np.array([3.0, 0.0]), np.array([2.0, 2.0])
cosine = g @ v / np.sqrt((g @ g) * (v @ v))
after_lambda = [(lambda v, k=5: v + k)(1), (lambda v, k=5: v + k)(1, 2)]

COMPUTED = [
    *(
        rf"${P[i, 0]} \cdot {Q[0, j]} + {P[i, 1]} \cdot {Q[1, j]} = {n((P @ Q)[i, j])}$"
        for i, j in np.ndindex(2, 2)
    ),
    f"{n(after_lambda[0])} and {n(after_lambda[1])}. The default counts",
    rf"+ 0 \cdot 2 = {n(g @ v):.0f}$, the",
    rf"the lengths are {n(np.sqrt(g @ g)):.0f} and $\sqrt8 \approx {n(np.sqrt(v @ v)):.3f}$",
    rf"$6 / {n(np.sqrt((g @ g) * (v @ v))):.3f} \approx {n(cosine):.3f}$, and the angle "
    f"{n(np.degrees(np.arccos(cosine))):.0f}°",
    rf"+ 2 \cdot 1 = {n(np.array([1, 2]) @ np.array([-2, 1]))}$, so it's a right angle, "
    f"{n(np.degrees(np.arccos(0))):.0f}°",
    *(rf"${first} \cdot {rest} = {n(first * rest)}$" for first, rest in ((2, 21), (3, 7), (7, 1))),
]
TRUE = {}
GIVEN = r"""
loops. **time:** 30 minutes. **to
counts from 0. a
start at 1, as
dictionary from 1 | `w[k]`
weights of five layers. which
one, and two stars hand
goes through two lists together,
along, from 1 on. and
** 2, 3.0)` it's
it's made. three functions made
table: axis 0 goes down
rows, axis 1 along its
counted from 0: `table[1,
is row 1, column 0. a
that's a 1 by 1 table, `[[0.8]]`. the
so `[[[0.8]], [[-1.2]], [[1.5]]]` are three layers.
layer with 64 inputs and 10 outputs: what's
along axis 0, and
column. `axis=-1` is
the last two. with
the length 1. the
shape (30, 4, 32). what
the last two axes are
axis the two lengths must
must be 1, or
of length 1. so four scales can meet thirty tables each:
| (4, 1, 1, 1) |
| (30, 32, 32) |
| (4, 30, 32, 32) |
count as 1 and 0: a
shapes (3, 4) and (3,) fit?
and (3, 4) and (3, 1)? <details>
the right, 4 meets 3. the
second do: 4 meets 1, and 3 meets 3. </details>
column (5, 7) |
column (6, 8) |
row (1, 2) |
row (3, 4) |
more than two axes, `@`
the last two and broadcasts
the others: thirty tables in
the last two; `.t`
is (5, 3) and
is (5, 2). which
shape (3, 2)? <details>
dl_dz`: (3, 5) times (5, 2). the 5 goes away:
numbers **say.** two numbers $(g_1,
v` of two arrows says
lengths it's 1 for the
same direction, 0 for a
angle, $-1$ for
more than two numbers, this
...)` | 2 times `product_from(1,
...)` | 3 times `product_from(2,
...)` | 7 times `product_from(3,
| $1$ |
methods with two underscores on
`.2f` | two digits after
power of ten: `1.23e+03`
\cdot 10^3$ |
after the thousands | | `>10` | ten characters wide,
count from 0; `trace.w[k]`
layers, from 1. -
length is 1; (m,
the other two notebooks of
"""
