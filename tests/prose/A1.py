"""What the numbers in the prose of notebook A1 are tied to (see tools/prose.py)."""

import numpy as np

from bpdemo.checking import central_difference, forward_difference
from tools.prose import Computed as n
from tools.prose import word


def slope(f, x):
    return central_difference(f, x, 1e-5)


def cube(x):
    return x**3


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


u_rise, v_rise = 3.1**2 - 3**2, 5 * 3.1 - 5 * 3
right, left = (forward_difference(cube, 2.0, h) for h in (0.1, -0.1))
square = (3 + 0.1j) ** 2
decade = [abs(forward_difference(np.exp, 0.0, h) - 1) for h in (1e-2, 1e-3)]
central_decade = [abs(central_difference(np.exp, 0.0, h) - 1) for h in (1e-1, 1e-2)]

COMPUTED = [
    f"Then $u$ rises by {n(u_rise):.2f}, as in",
    f"and $v$ by {n(v_rise):.1f}. So $u + v$ rises by",
    rf"$4 \cdot {n(u_rise):.2f} = {n(4 * 3.1**2 - 4 * 3**2):.2f}$, {word(4)} times as",
    f"= {n(slope(lambda x: x * x + 5 * x + 7, 3.0)):.0f}$. The 7 lifts",
    f"has the area {n(3 * 5)}. Make one side 3.1 and the other 5.2, and the area is\n"
    f"{n(3.1 * 5.2):.2f}. It grew by {n(3.1 * 5.2 - 15):.2f}: a strip",
    rf"a strip $0.1 \cdot 5 = {n(0.1 * 5):.1f}$, a strip $3 \cdot 0.2 = {n(3 * 0.2):.1f}$",
    rf"$0.1 \cdot 0.2 = {n(0.1 * 0.2):.2f}$.",
    f"at $x = 2$ it's ${n(slope(lambda x: 1 / x, 2.0)):.2f}$.",
    f"and at $x = 2$ that's {n(slope(lambda x: 4 * x**3 - x, 2.0)):.0f}.",
    f"At $x = 2$ we have $u = {n(3 * 2 + 1)}$. If $x$ rises by 0.01, $u$ rises {word(3)} times",
    f"as much, by {n(3 * 2.01 + 1 - 7):.2f}, and",
    f"about $2u = {n(2 * 7)}$ times",
    rf"by $14 \cdot 0.03 = {n(14 * 0.03):.2f}$. So",
    rf"$14 \cdot 3 = {n(slope(lambda x: (3 * x + 1) ** 2, 2.0)):.0f}$.",
    f"For base 2 that slope at 0 is under {n(np.ceil(np.log(2))):.0f}, for base 3 it's over "
    f"{n(np.floor(np.log(3))):.0f}, so",
    f"has the slope ${n(slope(lambda x: 5 - x, 1.0)):.0f}$, and $u^2$",
    f"and at $x = 0$ that's {n(slope(lambda x: np.exp(3 * x), 0.0)):.0f}.",
    f"the logarithm of the product, {n(np.log(np.exp(2) * np.exp(3))):.0f}, is",
    f"there it's ${n(-1 / 0.01):.0f}$, and for $0.9$ it's about ${n(-1 / 0.9):.2f}$.",
    rf"there $\sigma = {n(sigmoid(0)):.1f}$, and $0.5 \cdot 0.5 = {n(slope(sigmoid, 0.0)):.2f}$.",
    f"0.6 gives {n(0.6 * 0.4):.2f}.",
    f"At $x = 2$: height {n(cube(2))}, slope {n(slope(cube, 2.0)):.0f}, and the slope grows by "
    f"{n(slope(lambda x: 3 * x * x, 2.0)):.0f} per unit",
    f"$12 + 0.6 + 0.01 = {n(right):.2f}$. The slope is {n(slope(cube, 2.0)):.0f}, and",
    rf"$\frac{{h}}{{2}} f'' = {n(0.1 / 2 * 12):.1f}$.",
    f"to the right $12 + 0.6 + 0.01 = {n(right):.2f}$, to the left\n"
    f"$12 - 0.6 + 0.01 = {n(left):.2f}$; the mean",
    f"becomes a {word(round(decade[1] / decade[0], 2))}, to both sides",
    f"both sides a {word(round(central_decade[1] / central_decade[0], 3))}.",
    f"there $f = {n(1**2 + 2 / 1):.0f}$. To the left",
    f"$= {n(square.real):.2f} + {n(square.imag):.1f}i$",
    rf"$\;0.6 / 0.1 = {n(square.imag / 0.1):.0f}$",
    f"= 4 + 1 = {n(((2 + 1j) * (2 - 1j)).real):.0f}$",
]
TRUE = {}
GIVEN = r"""
needs about ten rules for
secant. **time:** 45 minutes. **to
for any two numbers that
has slope 0. $$\frac{d}{dx}(u
$x$ from 3 to 3.1. then
goes to 0 with $h$.
$x = 3$? <details>
11$. the 7 lifts the
and the two effects add:
rectangle of 3 by 5 has the
one side 3.1 and the other 5.2, and
strip $0.1 \cdot 5
$3 \cdot 0.2 = 0.6$,
corner $0.1 \cdot 0.2 = 0.02$.
$u\,v$ cancels: two strips and
$u = 1$ and
$u' = 0$ and
$v' = 1$, so
$x = 2$ it's
$x = 2$.
with slope 1: $\;\frac{1
slope is 1.
$n = -1$, which
$x = 2$:
$x = 2$? <details>
$x = 2$ that's
$x = 2$ we
rises by 0.01, $u$
$14 \cdot 0.03 = 0.42$.
numbers:* $2^x$ doubles with each
step of 1. how
$x = 0$ and
$x = 1$, and
slope at 0 | for base 2 that slope at 0 is under
for base 3 it's over
is exactly 1. **definition.**
slope at 0 is 1, and
slope at 0.
$x = 0$? <details>
$x = 0$ that's
it's `np.log`. three rules: $$\frac{d}{dx}\ln
swap the two axes, and
place is 1 divided by
must be 1. that
share between 0 and 1. its
in size, 0.9 or 0.01? <details>
for $0.01$: there
for $0.9$ it's
| as two factors; the
$z = 0.4$ as
$z = 0$: there
and $0.5 \cdot 0.5 = 0.25$.
gives less: 0.6 gives 0.24.
$f'''$, the third. *in
$f''' = 6$, everywhere.
$x = 2$: height
$f'' = 0$.
f''(x)$. the ½ is that
$f''' = 6$ |
$x = 2$ with
$h = 0.1$: $12 + 0.6 + 0.01 = 12.61$.
whatever its four numbers are:
sigmoid at 0.4.
$f'' = 2$ everywhere,
$x = 0$ the
derivative is 0. what
$x^3$ at 2 with $h = 0.1$: to
$12 + 0.6 + 0.01 = 12.61$,
$12 - 0.6 + 0.01 = 11.41$;
make $h$ ten times smaller.
to the two errors? <details>
slope is 0. if
slope is 0. if
$f'' > 0$ there,
$h > 0$. its
\frac{2}{h^2}$. that's 0 where $h^3 = 1$, so
$h = 1$; there
which is 0 at $x = 3$. and
$f'' = 2$ is
$i^2 = -1$. a
*real part* 3 and the
*imaginary part* 2. you
by $-1$ where
$(3 + 0.1i)^2 =
3 \cdot 0.1i + 0.01\,i^2$ |
9 + 0.6i - 0.01$ |
$i^2 = -1$ |
$h$: $\;0.6 / 0.1 = 6$
$x^2$ at 3, exactly
are the two parts.
| $0$ |
slope is 0. and
$i^2 = -1$. the other two notebooks of
is almost 0. where
go to 0, but
that of $3x + 1$ is 3
"""
