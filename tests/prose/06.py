"""What the numbers in the prose of notebook 06 are tied to (see tools/prose.py)."""

import re
from types import SimpleNamespace

import numpy as np

import bpdemo as bp
from bpdemo import activations, symbolic
from bpdemo.checking import central_difference
from bpdemo.exercises import TABLE
from bpdemo.explorers import Bends
from tools.prose import Computed as n
from tools.prose import shown, word

table = activations.TABLE
line = np.linspace(-30, 30, 6001)
steepest = {name: float(entry.derivative(line).max()) for name, entry in table.items()}
relu = table["relu"]
far = 0.25 + 1.0, 0.25 - 1.0
ends = [Bends().limited[name].high for name in ("w3", "w2", "x")]
dead = Bends(activation="relu").settings
w = [[[dead[f"w{k}"]]] for k in (1, 2, 3)]
b = [[dead[f"b{k}"]] for k in (1, 2, 3)]


def _gradients(b_2):
    biases = [b[0], [b_2], b[2]]
    trace = bp.forward([[dead["x"]]], w, "relu", biases)
    return [g.item() for g in bp.backward(trace, [[1.0]]).dL_dw]


def _slope_w1(activation, w_2):
    """∂ℒ/∂w¹ of the explorer's chain with this w²."""
    chain = Bends.chain(SimpleNamespace(**Bends(activation=activation, w2=w_2).settings))
    return chain["dL_dw1"]


dead_z = 2 * np.arange(4.0) + TABLE["06-dead"].expected()  # z of the exercise's examples
_, middle, high = map(float, re.findall(r"[\d.]+", shown("06", r"for eta in .([\d., ]+).:")))


def swish(z):
    return z * table["sigmoid"](z)


def on_at(b):
    """The x of the exercise at which its unit is on, as a list in words."""
    *most, last = (n(x) for x in range(4) if 2 * x + b > 0)
    return ", ".join(f"{x}" for x in most) + f" and {last}"


running = bp.forward([[0.5]], [[[0.8]], [[-1.2]], [[1.5]]], "relu")  # the chain of 00 to 04

COMPUTED = [
    f"and the point of layer {n(Bends().settings['k'])} along its curve",
    f"up to $z = {n(int(activations._FAR))}$",
    rf"\sigma(z) = \max(z,\ {n(activations.LEAK)}\, z), \qquad \sigma'(z) \ge {n(activations.LEAK)}",
    f"This package says {n(float(relu.derivative(0.0))):.0f}, the slope on the left",
    f"a central difference measures {word(central_difference(relu, 0.0))} of the slope on the right",
    f"\\max(0, 1.25) = {n(float(relu(far[0])))}$",
    f"\\max(0, {n(far[1])}) = {n(float(relu(far[1]))):.0f}$; the difference over $2h = {n(2)}$",
    f"so three layers leave at most 1/{n(round(1 / steepest['sigmoid']) ** 3)} of the weights",
    f"here, the slopes leave 1/{n(round(1 / steepest['sigmoid']) ** 3)}",
    f"go up to {n(ends[0]):.0f}, {n(ends[1]):.0f} and {n(ends[2]):.0f}, so",
    rf"$2 \cdot 4 \cdot 4 \cdot 2 / 64 = {n(2 * np.prod(ends) / 64):.0f}$",
    f"So tanh is {word(steepest['tanh'] / steepest['sigmoid'])} times as steep as the sigmoid",
    f"Its slope is at most {n(steepest['tanh']):.0f}, the sigmoid's at most",
    f"| tanh | at most {n(steepest['tanh']):.0f} |",
    f"a small slope on the left, here {n(activations.LEAK)}",
    f"| leaky ReLU | {n(activations.LEAK)} or {n(steepest['leaky_relu']):.0f} |",
    f"Its gradient is a {word(1 / activations.LEAK)} times smaller there",
    f"Nobody sets a bias to {n(int(float(shown('06', r'b_rings.0..1. = (-10.0)'))))}",
    f"the same bias of {n(int(float(shown('06', r'b_rings.0..1. = (-10.0)'))))}",
    f"of {n(shown('06', r'initial_weights..2, (20), 1'))} units, how many will be dead after "
    f"{n(shown('06', r'learning_rate=eta, epochs=(100)'))} steps",
    f"{word(int(shown('06', r'learning_rate=0.05, epochs=(300)')) / 100)} hundred steps later",
    f"{word(int(shown('06', r'initial_weights..2, (6), 1')))} units, the second one",
    f"starts dead, at $b = {n(float(shown('06', r'b_line = .*?(-2.0)'))):.0f}$",
    f"Over {n(int(shown('06', r'size=.(100000), 3'))):,} random points",
    f"{word(len(symbolic.bias()))} claims at once",
    f"that the slope is ${n(int(shown('06', r'numeric (-?[0-9]+) on both sides')))}$ on both sides of it",
    f"From the right its slope is {n(relu.f(1e-3) / 1e-3):.0f}, from the left {n(relu.f(-1e-3) / -1e-3 + 0.0):.0f}. A",
    rf"leaky ReLU | $\max(z,\ {n(activations.LEAK)}\, z)$ |",
    f"with a rate of {n(middle)}? And with a rate of {n(high):.0f}?",
    f"Take $z_1 = {n(float(shown('06', r'z_1, candidates = (-0.5)')))}$ and look",
    f"**measure.** At $z = {n(float(shown('06', r'z_0 = (0.5)')))}$: the slope",
    rf"There $z$ is {n(dead_z.max() + 0.0):.0f} for $x = {n(int(dead_z.argmax()))}$, and negative",
    f"The curve is {word(3.0)} times as high, so it's {word(3 * steepest['tanh'])} times as steep",
    f"At b = 0 the unit is on for x = {on_at(0.0)}",
]
TRUE = {
    "Swish comes from 0 on the far left, dips, and rises through 0. So it meets each height in the dip "
    "twice": (
        abs(swish(-40.0)) < 1e-12
        and list(np.unique(np.sign(np.diff(swish(line))))) == [-1, 1]
        and np.count_nonzero(np.diff(np.sign(np.diff(swish(line))))) == 1
        and np.array_equal(np.sign(swish(np.array([-1.0, 0.0, 1.0]))), [-1, 0, 1])
    ),
    "tanh is the sigmoid made twice as high, squeezed to half the width, and shifted so that it's "
    "centred at 0": np.allclose(np.tanh(line), 2 * table["sigmoid"](2 * line) - 1),
    "ReLU is the constant 0 wherever $z < 0$; and a constant has slope 0": not np.any(
        relu.f(line[line < 0]) + relu.derivative(line[line < 0])
    ),
    "a straight line, with slope 1 or $\\frac{1}{100}$": set(table["leaky_relu"].derivative(line))
    == {1, 0.01},
    "with slope 1 everywhere": set(table["identity"].derivative(line)) == {1},
    "Step aside a little, and it passes": bp.check_gradients(
        [[1.0, float(shown("06", r"w_kink, aside = .*?, (0.99)"))]],
        [[[0.7], [-0.7]]],
        [[1.0]],
        "relu",
    ).ok,
    "with ReLU and biases that are all 0, layer 2 is dead, so $z^3 = 0$": (
        running.a[2].item() == running.z[3].item() == 0 and running.z[1].item() > 0
    ),
    "relu switches the neuron of layer 2 off like this, and a larger $b^2$ revives it": (
        _gradients(0.0) == [0.0, 0.0, 0.0] and all(_gradients(1.0))
    ),
    "With relu it's easy: choose it, and drag $w^2$ up to 3": abs(_slope_w1("relu", 3.0)) > 1,
    "no setting brings $\\partial\\mathcal{L}/\\partial w^1$ beyond 1 in size": (
        2 * np.prod(ends) * steepest["sigmoid"] ** 3 <= 1
    ),
    "sigmoid's at most ¼": steepest["sigmoid"] == 0.25,
    "The sigmoid's slopes are ¼ at best": steepest["sigmoid"] == 0.25,
    "| sigmoid | at most ¼ |": steepest["sigmoid"] == 0.25,
    "a central difference says ½ for every $h$": central_difference(relu, 0.0, 1e-3) == 0.5,
    "relu | 1 if $z > 0$, else 0 | 1 if $a > 0$, else 0 |": [
        float(relu.derivative(z, relu.f(z))) for z in (-1e-9, 0.0, 1e-9)
    ]
    == [0, 0, 1],
    "relu | 0 or 1 | cheap": set(relu.derivative(line)) == {0, 1},
    "| between 0 and 1 | smooth": 0
    < table["softplus"].derivative(line).min()
    < table["softplus"].derivative(line).max()
    < 1,
    "identity | 1 | outputs": set(table["identity"].derivative(line)) == {1},
}
GIVEN = r"""
"""
