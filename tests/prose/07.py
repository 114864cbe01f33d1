"""What the numbers in the prose of notebook 07 are tied to (see tools/prose.py)."""

import re

import numpy as np

import bpdemo as bp
from bpdemo import activations, slips, training
from bpdemo.checking import central_difference
from bpdemo.exercises import TABLE
from bpdemo.explorers import StepSize
from bpdemo.explorers.explorer import numbers_of
from bpdemo.explorers.trust import _STEPS, losses_of
from tools.prose import Computed as n
from tools.prose import cells, everything, shown, word

eps, eps_32 = np.finfo(np.float64).eps, np.finfo(np.float32).eps
f = activations.TABLE["sigmoid"]
relu = activations.TABLE["relu"]


def _power(value):
    """The power of ten that is nearest."""
    return n(round(np.log10(value)))


def _digits_in_float32(h):
    """How many digits of a slope are right in float32, over some steps of about this size."""
    steps = (h * np.geomspace(0.5, 2, 41)).astype(np.float32)
    slope = float(f.derivative(np.float64(0.5)))
    errors = np.abs(central_difference(f, np.float32(0.5), steps).astype(float) / slope - 1)
    return -np.log10(np.median(errors))


zoo = {
    name: (float(start), float(end))
    for name, start, end in re.findall(r"(\w+) +loss +([\d.]+) -> +([\d.]+)", everything("07"))
}
right = float(shown("07", r"updated_weights +loss +8.65 -> +2.92 .right: ([\d.]+)"))
lower = [name for name, (_, end) in zoo.items() if name != "relu_mask" and end < right]
falling = [name for name, (start, end) in zoo.items() if name in slips.TABLE and end < start]
count = len(slips.TABLE)
rows_of_table = sum(len(re.findall(r"\| \d \| `d", cell.text)) for cell in cells("07"))
line = TABLE["07-detective"].expected()
left_64, left_32 = ((3 * e) ** (2 / 3) / 2 for e in (eps, eps_32))


def _off(name):
    """The relative error of a slip's ∂ℒ/∂w in layers 1, 2, 3, as a whole."""
    p = slips.problem(slips.get(name).activation)
    trace = bp.forward(p.x, p.w, activation=p.activation, b=p.b)
    wrong, true = slips.get(name).backward(trace, p.y).dL_dw, bp.backward(trace, p.y).dL_dw
    return [np.linalg.norm(wrong[k] - true[k]) / np.linalg.norm(true[k]) for k in (1, 2, 3)]


def _starts_from_which_it_rises(name):
    """The share of 20 starts from which the loss is once above where it began, in 200 steps."""
    count = 0
    for seed in range(10, 30):
        p = slips.problem(slips.get(name).activation, seed)
        losses = [
            record.loss
            for record in training.descend(
                p.x, p.w, p.y, b=p.b, activation=p.activation,
                learning_rate=slips.RATE, epochs=200, backward=slips.get(name).backward,
            )
        ]  # fmt: skip
        count += max(losses) > 1.0001 * losses[0]
    return count / 20


square = (3 + 0.1j) ** 2


def _rounding(z):
    """The error at about h = 1e-10, absolute and relative."""
    slope = float(f.derivative(np.float64(z)))
    error = np.median(abs(central_difference(f, z, 1e-10 * np.geomspace(0.3, 3, 101)) - slope))
    return error, error / slope


near, far = _rounding(0.5), _rounding(4.0)
half, double, mean = (_off(name) for name in ("lost_factor_2", "wrong_sign", "mean_for_sum"))
deeper = _off("lost_transpose")

# The chain of twenty sigmoids.
deep_x, deep_w, deep_y = [[0.5]], [[[1.5]]] * 20, [[1.0]]
deep = bp.forward(deep_x, deep_w)
deep_grad = bp.backward(deep, deep_y)
first, sixth = (abs(deep_grad.dL_dw[k].item()) for k in (1, 6))
one_rounding = abs(deep_grad.dL_da[20].item()) * eps / 2 * deep.a[20].item()  # of a^L, in the loss
deep_loss = float(bp.squared_difference(deep.a[20], deep_y))

# The detective's report, and the one under B28.
sigmas, wrong_rows = {}, {}
for name in ("unbent_step", "relu_mask"):
    p = slips.problem(slips.get(name).activation)
    report = bp.check_gradients(
        p.x, p.w, p.y, activation=p.activation, b=p.b, backward=slips.get(name).backward
    )
    sigmas[name] = [sigma if isinstance(sigma, str) else sigma.name for sigma in p.activation]
    wrong_rows[name] = [(row.k, row.name) for row in report.rows if not row.ok]

# Of the check, in float64 and in float32.
tolerances = [
    bp.check_gradients(
        np.zeros((1, 1), kind), [np.ones((1, 1), kind)], np.ones((1, 1), kind)
    ).tolerance
    for kind in (np.float64, np.float32)
]

COMPUTED = [
    f"{word(sum(bool(slip.found) for slip in slips.TABLE.values()))} have a known source",
    f"a rounding is {n(round(eps_32 / eps / 1e8) * 100)} {word(1e6)} times as large",
    f"then use it to catch {word(count)} bugs",
    f"Here are {word(count)} backward passes",
    f"at $z = {n(shown('07', r'f, z = sigmoid.f, ([.0-9]+)'))}$. Its slope",
    f"a {word(0.1)} of the step leaves a {word(0.1)} of the error",
    f"a {word(0.1)} of the step leaves a *{word(0.1**2)}* of the error",
    f"At $h = 10^{{-30}}$ the truncation is $10^{{{_power(1e-30**2)}}}$",
    f"an error of $10^{{{_power(1e-12**2)}}}$",
    f"usual number with a point, holds {n(np.finfo(np.float64).nmant + 1)} binary digits (0 or 1), which are about {n(round(53 * np.log10(2)))} decimal ones",
    rf"\varepsilon = 2^{{-52}} \approx {n(eps * 1e16):.1f} \cdot 10^{{{n(-16)}}}$. That is tiny",
    rf"\varepsilon = 2^{{-23}} \approx {n(eps_32 * 1e7):.1f} \cdot 10^{{{n(-7)}}}$. What",
    f"$h$ is near $10^{{{_power((3 * eps) ** (1 / 3))}}}$: the step that most",
    f"$(3 + 0.1i)^2 = {n(square.real):.2f} + {n(square.imag):.1f}i$, and $0.6 / 0.1 = {n(square.imag / 0.1):.0f}$",
    f"on the {word(count)} bugs that you'll meet below",
    f"{word(len(lower))} of the wrong ones, `{lower[0]}` and `{lower[1]}`, even end lower than the right",
    f"at steps {word(int(shown('07', r'best [*] ([0-9]+).')))} times larger and "
    f"{word(int(shown('07', r'best / ([0-9]+).')))} times smaller",
    rf"\langle g, v \rangle = 9 - 16 = {n(3 * 3 - 4 * 4)}$ is negative",
    f"The weights and biases of layer {n(wrong_rows['unbent_step'][-1][0] + 1)} agree, so lines",
    f"If the argument is right, all of them are in line {n(line)}.",
    f"The network has {word(len(sigmas['unbent_step']))} layers, **with",
    f"a best step, near $10^{{{_power(float(shown('07', r'central ([0-9.e-]+) steps')))}}}$ for the central",
    f"leaves about $10^{{{_power(eps ** (2 / 3))}}}$ (B25 says why)",
    f"That is ${n(left_64 * 1e11):.0f} \\cdot 10^{{{n(-11)}}}$ in float64, but only "
    f"${n(left_32 * 1e5):.0f} \\cdot 10^{{{n(-5)}}}$ in float32",
    f"one check in {word(1 / (2 * 1e-5 * 100 * 10))} meets one",
    f"{word(int(_digits_in_float32(1e-5)))} digits are left, perhaps {word(int(_digits_in_float32(1e-5)) + 1)}. A check",
    f"the losses are {n(zoo['updated_weights'][1]):.2f} and {n(right):.2f}",
    f"The {word(len(re.search(r'check: ([.X]+)', everything('07'))[1]))} letters are the rows",
    f"{word(rows_of_table)} lines make a backward pass",
    f"Which of the {word(rows_of_table)} lines is wrong",
    f"Take {word(int(shown('07', r'np.array...1.5.... [*] ([0-9]+), ')))} layers of sigmoids, and flip the signs of the "
    f"gradients in the first {word(int(shown('07', r'for k in range.1, (7).: grad')) - 1)}. The slopes there go from "
    f"$10^{{{_power(first)}}}$ to $10^{{{_power(sixth)}}}$, and the loss is {n(deep_loss):.2f}",
    f"Then the relative error is about {n(float(bp.checking.relative_error(first, 0.0))):.0f}, though",
    f"and $10^{{{_power(tolerances[0])}}}$ stands in its middle",
    f"what float32 can give, $10^{{{_power(tolerances[1])}}}$. That is",
    f"at $h = 10^{{{_power((3 * eps) ** (1 / 3))}}}$, the best step of float64",
    f"and read its {word(sum(name.startswith('error_') for name in dict(numbers_of(StepSize().svg()))))} errors below",
    f"After {n(_STEPS)} steps the losses",
    f"layers {n(wrong_rows['relu_mask'][0][0])} and {n(wrong_rows['relu_mask'][-1][0])} differ, the last agrees",
]
TRUE = {
    "often with *one* relative error: ½, 2, $1 - 1/m$": np.allclose(
        [half, double, mean], [[0.5] * 3, [2.0] * 3, [1 - 1 / 8] * 3]
    ),
    "all layers but the last": deeper[0] > deeper[1] > deeper[2] == 0,
    "with ReLU's mask the loss climbs above its start more often than not, with the skipped slope "
    "now and then": 0.5 < _starts_from_which_it_rises("relu_mask") < 1
    and 0 < _starts_from_which_it_rises("skipped_slope") < 0.4,
    "the absolute error stays about as large": 0.5 < far[0] / near[0] < 2,
    "So the *relative* error grows": far[1] > 5 * near[1],
    "The central difference has its best step near 10⁻⁵": round(np.log10((3 * eps) ** (1 / 3)))
    == -5,
    "In all of them but one, the loss falls": len(falling) == count - 1,
    "Next to the loss of each stands what the right gradient reaches from the same start": all(
        abs(float(said) - losses_of("", slips.get(name).activation)[-1]) < 0.01
        for name, said in re.findall(
            r"(\w+) +loss +[\d.]+ -> +[\d.]+ .right: ([\d.]+)", everything("07")
        )
    ),
    "It is 0 for equal numbers, 1 if one of them is 0, and 2 for opposite ones": [
        float(bp.checking.relative_error(*pair)) for pair in ((0.3, 0.3), (0.3, 0), (0.3, -0.3))
    ]
    == [0, 1, 2],
    "numbers of half the length": np.finfo(np.float32).bits * 2 == np.finfo(np.float64).bits,
    "**with the sigmoid in each of them, the last one too**": sigmas["unbent_step"]
    == ["sigmoid"] * 3,
    "but here it's the sigmoid's in every layer, so what works in layer 3 works in the others. Line 5 is "
    "left, and layer 3 doesn't use what it makes": (
        wrong_rows["unbent_step"] == [(1, "w"), (1, "b"), (2, "w"), (2, "b")]
        and slips.get("unbent_step").line.startswith("dL_da[k - 1] =")
        and line == 5
    ),
    "The report under B28 looks the same, and yet its bug is in line 2. There the argument fails: that "
    "network has ReLU in layers 1 and 2 and the sigmoid in layer 3": (
        wrong_rows["relu_mask"] == wrong_rows["unbent_step"]
        and slips.get("relu_mask").line.startswith("da_dz =")
        and sigmas["relu_mask"] == ["relu", "relu", "sigmoid"]
    ),
    "which is nearly 1 there": 0.95 < float(f(4.0)) < 1,
    "its curve lies on top of the right one": np.allclose(
        losses_of("updated_weights", "sigmoid"), losses_of("", "sigmoid"), rtol=0.01
    ),
    "in the first layer a plain difference sees only rounding": 2 * 1e-5 * first < one_rounding,
    "`check_gradients` stumbles only where a $z$ is exactly 0": [
        bp.check_gradients([[1.0]], [[[z]], [[1.5]]], [[1.0]], activation=["relu", "identity"]).ok
        for z in (1e-300, -1e-300, 0.0)
    ]
    == [True, True, False],
}
GIVEN = r"""
truncation is half as large as the rounding
digits (0 or 1), which
say when two numbers agree,
[a3](a3-python.ipynb)). **time:** 90 minutes. **claims:**
from $-2$ to 0 (its
so the two errors have
is the third derivative, the
mean of two secants, one
of the two is 0. what
$h$ from 0.01 to 0.0001. by
becomes a hundred times smaller.
$i^2 = -1$. a
*real part*, 3, and
*imaginary part*, 2. you
put $-1$ for
$i^2 = -1$; sorted
$z = 3$ and
$h = 0.1$: $(3 + 0.1i)^2 =
and $0.6 / 0.1 = 6$.
formulas in 1967; squire
known in 1998.) **write.**
= 10^{-30}$ the
of the two parts of
= 10^{-12}$ then
you subtract two numbers that
of the two. the
u with two arms. **move.**
[slope is 0](a1-slopes.ipynb#where-a-curve-is-lowest): if
sum of two arms this
with a third derivative of
`eps`. its two arms are
of the two arms is
power of ten in $h$
and by two powers of ten, and
of $0.001$ is
slope of 5000, and
of $0.0005$. so
put in twice, always
$c > 1$. then
for the 2 of the
one of three verdicts. it
is exactly 0, measured
as exactly 0, agrees.
$z$ to 4 and look
error of two arrays, entry
entries are 0, the
should be 0, and
divided by 0.
`max` compares two numbers, `np.maximum` two arrays, entry
size is 0, the
difference is 0 too. so
`np.where(size == 0, 1,
$|f'''|$ near 1, $$\text{error}
|f'''| = 1$ what
$\operatorname{relu}(-h) = 0$. [notebook
stands $10^{-6}$ above
of about 1, a
= 10^{-5}$ and 100 neurons for 10 examples, one
| the 2 of the
a[k] >= 0` |
before layer 1 | (`.mt`
of layer 1, of layer 2, of layer 3; `x`
less than 90° from
\tag{b27}$$ why 90°? two numbers in
between them: 1 for the
same direction, 0 for a
angle, $-1$ for
numbers than two, this
loss of two weights:
which are 5 each. that's
more than 90°, and
direction within 90° of
at least 0. and
$a > 0$ just
$z > 0$: where
it is 0.
out: the two $\delta^k (w^k)^t$
| | 1 | `dl_da[l]
| | 2 | `dl_dz[k]
| | 3 | `dl_dw[k]
| | 4 | `dl_db[k]
| | 5 | `dl_da[k
of the five lines is
of the five lines does
in layer 3 works in
that layer 3 never uses?
so lines 1 to 4 work there.
in layers 1 and 2 they are
lines. line 2 alone has
break layers 1 and 2 and leave layer 3 alone? if
so line 2 can be
in layer 3 and wrong
of any two together. `bp.diagnose`
gradient (b27). two of the
computing surveys, 1991: where
second edition 2002: the
numerical analysis, 1967, and
siam review, 1998: the
second is three pages long.
two numbers: forward,
for a tenth of h.
becomes a hundredth. that
good as 0. the
that is half the slope.
not of 2h.
lowest: near 1e-5 for ordinary
h² f3/6 is h f3/3. nearly:
h² f3/6 is h f3/3, so a 3 goes to
where the two arms are
of the two. an
of the two sizes, not
more than 90°: a
less than 90°. but
product is -16, and
than the 9. that
would be 0. it's 9 - 16. opposite
a number, 1 to 5, the
wrong, layer 3 could not
of layer 3 could not
own lines 2 to 4, and at line 5 of
"""
