r"""What each displayed formula is held against: a skeleton, and numbers in which it must be true.

The numbers come from the package (`forward`, `backward`, `softmax`, `step`), from complex steps and
from direct sums: never from the formula. At them every sign of a formula is evaluated.

A skeleton has one line for each statement, in order:

    "z^L ="         the statement's left side and its signs; it's true at every point
    " ="            the same, whatever the left side
    "! g"           the statement is written exactly so; nothing is evaluated
    "& z_{ej} ≤ 0"  both

`!` is for what isn't a truth about numbers: a chain of arrows, a list, a count, a name in words.
"""

import dataclasses
import itertools
import re
from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np

import bpdemo as bp
from bpdemo import activations, losses, training
from bpdemo.network import Layers
from tests.formulas import Node, Point, Statement, Unreadable, read, same

H = 1e-30  # of a complex step: nothing cancels


class Row(NamedTuple):
    """A row's skeleton, and where its statements are true.

    At each of `points` every statement is evaluated; at each of `equal`, a ≤ must be an equality
    (and a ≥ too): a bound that is too loose is wrong as well.
    """

    skeleton: tuple[str, ...]
    points: Callable[[], tuple[Point, ...]] = lambda: ()
    equal: Callable[[], tuple[Point, ...]] = lambda: ()


def _layers(values) -> dict:
    return dict(enumerate(values, values.first))


def _slope(f, at):
    return float(np.imag(f(at + 1j * H)) / H)


def _network(widths, m, activation, bias=False, loss="squared_difference", seed=0):
    """A trace and its gradients, with nothing round in them."""
    rng = np.random.default_rng(seed)
    shapes = itertools.pairwise(widths)  # no weight near 0: there tanh z is nearly z
    w = [rng.choice((-1, 1), shape) * rng.uniform(0.6, 1.6, shape) for shape in shapes]
    b = [rng.normal(size=n) for n in widths[1:]] if bias else None
    x, y = rng.normal(size=(m, widths[0])), rng.normal(size=(m, widths[-1]))
    trace = bp.forward(x, w, activation=activation, b=b)
    return SimpleNamespace(trace=trace, y=y, grad=bp.backward(trace, y, loss), loss=loss)


def _names(net, entry=lambda v: v) -> dict:
    """The symbols of a network. `entry` takes the number out of a 1 × 1 array, or leaves it."""
    trace, grad = net.trace, net.grad
    found = {"y": entry(net.y), "x": entry(trace.a[0])}
    for name in "azwb":
        found[name] = {k: entry(v) for k, v in _layers(getattr(trace, name)).items()}
    for name in ("da", "dz", "dw", "db"):
        found[f"∂ℒ/∂{name[1]}"] = {
            k: entry(v) for k, v in _layers(getattr(grad, f"dL_{name}")).items()
        }
    found["δ"] = found["∂ℒ/∂z"]
    return found


def _sigma(trace) -> dict:
    """σ and σ′; σ_k is that of layer k."""

    def at(what):
        def function(z, k=None):
            return getattr(trace.activation[int(k or trace.L)], what)(z)

        return function

    return {"σ": at("f"), "σ'": at("derivative")}


@cache
def scalar(L=4, k=2, bias=False, activation="tanh") -> Point:
    """One neuron per layer; each local slope is measured by a complex step."""
    net = _network([1] * (L + 1), 1, activation, bias)
    trace, entry = net.trace, lambda v: float(np.ravel(v)[0])
    names = _names(net, entry)
    a, w, sigma = names["a"], names["w"], trace.activation[1].f
    z = {j: (lambda before, weight, b: before * weight + b) for j in range(1, L + 1)}
    b = names["b"] or dict.fromkeys(range(1, L + 1), 0.0)
    names |= {
        "ℒ": float(bp.squared_difference(trace.a[L], net.y)),
        "∂a/∂z +0": {j: _slope(sigma, names["z"][j]) for j in z},
        "∂z/∂w +0": {j: _slope(lambda v, j=j: z[j](a[j - 1], v, b[j]), w[j]) for j in z},
        "∂z/∂b +0": {j: _slope(lambda v, j=j: z[j](a[j - 1], w[j], v), b[j]) for j in z},
        "∂z/∂a +1": {j - 1: _slope(lambda v, j=j: z[j](v, w[j], b[j]), a[j - 1]) for j in z},
        "η": (eta := 0.3),
        "←w": {
            j: entry(v)
            for j, v in enumerate(training.step([*trace.w], net.grad, learning_rate=eta), 1)
        },
        "n": 2,
    }
    return Point(names, _sigma(trace), {"k": k, "L": L})


def scalars():
    """At two layers, since a formula may be true at one by chance."""
    return scalar(), scalar(L=5, k=3)


@cache
def batch(widths=(2, 3, 4, 2), k=2, m=5, bias=False, activation="tanh", at=(2, 3, 4)) -> Point:
    """Vectors and several examples; e, i, j are `at`."""
    net = _network(widths, m, activation, bias)
    trace, L = net.trace, len(widths) - 1
    names = _names(net)
    names["g"] = names["∂ℒ/∂w"]
    names |= {"η": 0.3, "m": m}
    for e in range(1, m + 1):  # ∂ℒ_e: the gradients of one example alone
        alone = bp.forward(trace.a[0][e - 1 : e], [*trace.w], activation=activation)
        names[f"∂ℒ/∂w_{e}"] = _layers(bp.backward(alone, net.y[e - 1 : e]).dL_dw)
    names["∂ℒ/∂w of a loss times c"] = _layers(
        bp.backward(trace, net.y, _times_c("squared_difference", 1.7)).dL_dw
    )
    names |= {"∂ℒ̃/∂w": names["∂ℒ/∂w of a loss times c"], "c": 1.7}
    names["ℒ"] = float(bp.squared_difference(trace.a[L], net.y))
    names["ℒ̃"] = float(_times_c("squared_difference", 1.7)(trace.a[L], net.y))
    indices = dict(zip("eij", at, strict=True)) | {"k": k, "L": L}
    ranges = {"e": m, "i": widths[k - 1], "j": widths[k]}
    return Point(names, _sigma(trace), indices, ranges)


def batches(**settings):
    return batch(**settings), batch((3, 2, 4, 3), k=1, at=(1, 2, 1), **settings)


def _times_c(name, c):
    entry = losses.get(name)
    return dataclasses.replace(
        entry,
        value=lambda a, y: c * entry.value(a, y),
        derivative=lambda a, y: c * entry.derivative(a, y),
    )


def paths():
    """One example through 2-2-2-1: ∂ℒ/∂w^1_11 goes through both neurons of layer 2."""
    return (batch((2, 2, 2, 1), k=2, m=1, at=(1, 1, 1)),)


def _changed(net, w):
    """What `backward` gives where it's handed other weights than forward used."""
    return bp.backward(dataclasses.replace(net.trace, w=Layers("w", w, first=1)), net.y)


def lost_transpose():
    net = _network((2, 3, 3, 2), 4, "tanh")
    w = [*net.trace.w]
    wrong = _changed(net, [w[0], w[1].T, w[2]]).dL_da[1]
    names = _names(net) | {"?∂ℒ/∂a": {1: wrong}}
    return (Point(names, _sigma(net.trace), {"k": 2, "L": 3}),)


def updated_weights():
    net, eta = _network((2, 3, 2), 4, "sigmoid"), 0.4
    new = training.step([*net.trace.w], net.grad, eta)
    names = _names(net) | {"?∂ℒ/∂a": {1: _changed(net, new).dL_da[1]}, "η": eta}
    return (Point(names, _sigma(net.trace), {"L": 2}),)


def slipped():
    """σ′ at a^{k+1}: `backward` with a table entry that makes the slip, in the last layer."""
    point, tanh = scalar(L=4, k=3), activations.get("tanh")
    wrong = dataclasses.replace(tanh, derivative=lambda z, a: tanh.derivative(a))
    trace = bp.forward(
        [[point.names["x"]]], [[[v]] for v in point.names["w"].values()], activation=wrong
    )
    slip = bp.backward(trace, [[point.names["y"]]]).dL_da[3].item()
    return (dataclasses.replace(point, names={**point.names, "?∂ℒ/∂a": {3: slip}}),)


def two_tables():
    rng = np.random.default_rng(4)
    names = {"P": rng.normal(size=(3, 4)), "Q": rng.normal(size=(4, 2))}
    return (Point(names, {}, {"i": 3, "j": 2}, {"e": 4}),)


def mazur():
    """His example's shapes and loss: 2-2-2, biases, one half, η = ½."""
    half = _times_c("squared_difference", 0.5)
    net = _network((2, 2, 2), 1, "sigmoid", bias=True, loss=half)
    names = _names(net) | {"ℒ": float(half(net.trace.a[2], net.y))}
    names["←w"] = dict(enumerate(training.step([*net.trace.w], net.grad, 0.5), 1))
    return tuple(Point(names, _sigma(net.trace), {"k": k, "L": 2}, {"j": 2}) for k in (1, 2))


def each_its_own():
    """Three layers, three activations."""
    return tuple(
        dataclasses.replace(p, indices={**p.indices, "k": k})
        for p in (batch(activation=("tanh", "sigmoid", "softplus")),)
        for k in (1, 2)
    )


def one_z(name, *zs, **names):
    """An activation alone, at each z."""
    entry = activations.get(name)
    calls = {"σ": entry.f, "σ'": entry.derivative, "max": np.maximum, "relu": entry.f}
    return lambda: tuple(
        Point({"z": z, "a": entry.f(z)} | names, calls | {"ρ": _in_a(name)}) for z in zs
    )


def _in_a(name):
    return {"sigmoid": lambda a: a - a * a}.get(name)


def two_z():
    """σ = z²: one output from two z, with two slopes."""
    calls = {"σ": lambda z: z * z, "σ'": lambda z: 2 * z}
    return (Point({"z": np.array([1.3, -1.3])}, calls),)


def dead():
    """A unit of a hidden ReLU layer that is off for every example; e, i, j name it."""
    rng = np.random.default_rng(3)
    x, w = np.abs(rng.normal(size=(4, 3))), [rng.normal(size=(3, 2)), rng.normal(size=(2, 1))]
    w[0][:, 1] = -np.abs(w[0][:, 1])
    trace = bp.forward(x, w, activation="relu", b=[np.zeros(2), np.zeros(1)])
    grad = bp.backward(trace, np.ones((4, 1)))
    names = {
        "z": trace.z[1], "a": trace.a[0], "δ": grad.dL_dz[1],
        "∂ℒ/∂w": grad.dL_dw[1], "∂ℒ/∂b": grad.dL_db[1],
    }  # fmt: skip
    return tuple(
        Point(names, {}, {"e": e, "i": i, "j": 2}, {"e": 4}) for e in range(1, 5) for i in (1, 3)
    )


def known_functions():
    calls = {"σ": lambda z, s=0: 1 / (1 + np.exp(-z)), "tanh": np.tanh, "ln": np.log, "exp": np.exp}
    return tuple(Point({"z": z, "s": 0}, calls) for z in (0.7, -1.9))


def polynomial(degree):
    """f is a polynomial of this degree: the terms behind the dots are 0."""

    def points():
        found = []
        for z, h in ((0.7, 0.3), (-1.1, 0.7)):
            f = np.polynomial.Polynomial([0.3, -0.8, 0.6, 0.9][: degree + 1])
            calls = {"f" + "'" * n: f.deriv(n) if n else f for n in range(4)}
            names = {"z": z, "h": h, "i": 1j}
            found.append(Point(names, calls | {"Im": np.imag}))
        return tuple(found)

    return points


def remainder():
    """The definition of a slope: r_f(h) is what f(x) + f′(x) h leaves of f(x + h), for each h."""
    x, f = 0.7, np.polynomial.Polynomial([0.3, -0.8, 0.6, 0.9])
    calls = {"f": f, "f'": f.deriv(), "r": lambda h, of: of * (0.6 * h + 0.9 * h * (3 * x + h))}
    return tuple(Point({"x": x, "h": h, "f": 1}, calls) for h in (0.3, -0.2))  # f: the f of r_f


def relative_error():
    return tuple(
        Point({"analytic": p, "numeric": q, "relative error": abs(p - q) / max(abs(p), abs(q))},
              {"max": max})
        for p, q in ((1.3, -2.0), (-2.5, -2.0))
    )  # fmt: skip


def moving():
    """Numbers u and v that move with x; d/dx of an expression is its complex step."""

    def at(x):
        return {"x": x, "u": 0.4 + x * x, "v": 1.3 - 0.5 * x, "c": 1.7, "n": 3.5, "h": 0.3, "i": 1j}

    def special(point, node):
        if node.kind != "slope" or node.parts[1] != Node("symbol", ("x", None, ())):
            return NotImplemented
        moved = dataclasses.replace(point, names=at(point.names["x"] + 1j * H))
        return float(np.imag(moved.value(node.parts[0])) / H)

    calls = {"exp": np.exp, "ln": np.log, "f": np.sin, "f'": np.cos}
    slopes = {x: {"u'": 2 * x, "v'": -0.5} for x in (0.7, 1.9)}
    return tuple(Point({**at(x), **slopes[x]}, calls, special=special) for x in slopes)


def cubics():
    """A cubic with its slopes, with a step that isn't small."""
    f = np.polynomial.Polynomial([0.3, -0.8, 0.6, 0.9])
    calls = {"f" + "'" * k: f.deriv(k) if k else f for k in range(4)}
    return tuple(Point({"x": x, "h": h}, calls) for x, h in ((0.7, 0.3), (-0.4, 0.5)))


def a_sigmoid():
    sigma = activations.get("sigmoid")
    slope = {"σ": sigma, "σ'": lambda z: _slope(sigma.f, z)}
    return tuple(Point({"z": z}, slope) for z in (0.4, -1.3))


def _draws(outcomes, **names):
    """Chance, where each outcome is as likely: E and Var go through all of them."""

    def special(point, node):
        if node.kind != "call" or node.parts[0] not in {"E", "Var"}:
            return NotImplemented
        values = [
            dataclasses.replace(point, names={**point.names, **outcome}).value(node.parts[1])
            for outcome in outcomes
        ]
        return float({"E": np.mean, "Var": np.var}[node.parts[0]](values))

    calls = {"relu": lambda z: max(z, 0.0)}
    return Point({"c": 1.7, **names}, calls, special=special)


def a_die():
    return (_draws([{"x": x} for x in range(1, 7)], μ=3.5),)


def two_dice():
    """Independent ones, with other numbers on them."""
    pairs = itertools.product((1.0, 2.5, 7.0), (-1.0, 4.0))
    return (_draws([{"x": x, "y": y} for x, y in pairs]),)


def dependent():
    """Three pairs, so that knowing one tells the other."""
    return (_draws([{"x": x, "y": y} for x, y in ((1.0, 2.0), (2.5, -1.0), (7.0, 4.0))]),)


def random_weights():
    """Three independent weights, each √1.3 or −√1.3."""
    weights = itertools.product((-np.sqrt(1.3), np.sqrt(1.3)), repeat=3)
    return (
        _draws([{"w": np.array(w)} for w in weights], a=np.array([0.5, -2.0, 3.0]), v=1.3, n=3),
    )


def symmetric():
    return (_draws([{"z": z} for z in (-3.0, -1.0, 1.0, 3.0)]),)


def logits(n=3, **names):
    """Softmax and its cross-entropy at n logits; the slopes are central differences."""
    rng = np.random.default_rng(5)
    z, y = rng.normal(size=n), np.array([0.2, 0.5, 0.3])
    slopes = [
        (bp.losses.softmax(z + step) - bp.losses.softmax(z - step)) / 2e-5
        for step in 1e-5 * np.eye(n)
    ]
    net_loss = losses.get("softmax_cross_entropy")
    found = {
        "z": z, "y": y, "p": bp.losses.softmax(z), "c": 2.3, "n": n,
        "∂ℒ/∂z": net_loss.derivative(z[None], y[None])[0],
        "ℒ": float(net_loss(z[None], y[None])),
    }  # fmt: skip
    found |= {f"∂p/∂z_{i}": np.array([s[i - 1] for s in slopes]) for i in range(1, n + 1)}
    calls = {"softmax": bp.losses.softmax, "exp": np.exp, "ln": np.log}
    return tuple(
        Point(found | names, calls, {"i": i, "j": j}, {"q": n, "j": n})
        for i, j in ((1, 2), (2, 2), (3, 1))
    )


def no_opinion():
    """All logits 0: every p_j is 1/n."""
    net_loss, n = losses.get("softmax_cross_entropy"), 7
    value = float(net_loss(np.zeros((1, n)), np.eye(n)[:1]))
    names = {"p": bp.losses.softmax(np.zeros(n)), "n": n, "ℒ": value}
    return (Point(names, {"ln": np.log}, {"j": 3}),)


def one_output():
    sigmoid, z, y = activations.get("sigmoid"), 0.8, 0.3
    a = float(sigmoid(z))
    names = {
        "z": z, "a": a, "y": y,
        "∂ℒ/∂a, cross-entropy": _slope(lambda v: -y * np.log(v) - (1 - y) * np.log(1 - v), a),
        "∂ℒ/∂a, squared": _slope(lambda v: (y - v) ** 2, a),
    }  # fmt: skip
    return (Point(names, {"σ'": lambda v: _slope(sigmoid, v)}),)


def alike():
    """Two hidden neurons with the same weights, in and out."""
    rng = np.random.default_rng(2)
    w = [rng.normal(size=(3, 3)), rng.normal(size=(3, 2))]
    w[0][:, 1], w[1][1] = w[0][:, 0], w[1][0]
    x, y = rng.normal(size=(4, 3)), rng.normal(size=(4, 2))
    grad = bp.backward(bp.forward(x, w, activation="tanh"), y)
    names = {"w": {1: w[0], 2: w[1]}, "∂ℒ/∂w": _layers(grad.dL_dw)}
    return tuple(Point(names, {}, {"i": i, "j": j, "k": 1}) for i, j in ((1, 1), (2, 2)))


def mini_batches():
    net = _network((2, 3, 1), 6, "tanh")
    names = {"∂ℒ/∂w": net.grad.dL_dw[1]}
    for part in range(3):
        rows = slice(2 * part, 2 * part + 2)
        trace = bp.forward(net.trace.a[0][rows], [*net.trace.w], activation="tanh")
        names[f"∂ℒ/∂w_{part + 1}"] = bp.backward(trace, net.y[rows]).dL_dw[1]
    return (Point(names, {}, {}, {"B": 3}),)


def balanced(L=5, k=1, n=3):
    """Biases that make every z 0, where the sigmoid is steepest: its bound is met."""
    w, b, a = [0.7, -1.3, 2.1, 0.4, -0.9], [], 0.5
    for weight in w:
        b.append(-a * weight)
        a = 0.5
    trace = bp.forward([[0.5]], [[[v]] for v in w], activation="sigmoid", b=[[v] for v in b])
    net = SimpleNamespace(trace=trace, y=[[1.0]], grad=bp.backward(trace, [[1.0]]))
    names = _names(net, lambda v: float(np.ravel(v)[0]))
    return (Point(names, _sigma(trace), {"k": k, "L": L, "n": n}),)


def vanishing():
    point = scalar(L=5, k=1, activation="sigmoid")
    return (point.at(n=2), point.at(n=3))


def signs():
    """Every pattern of n weights ±√v: all averages over them are exact."""
    n, v = 4, 0.7
    a = np.array([0.3, -1.1, 0.8, 1.9])
    z = np.array(list(itertools.product((1, -1), repeat=n))) @ (np.sqrt(v) * a)
    calls = {"E": np.mean, "relu": lambda z: np.maximum(z, 0), "relu'": lambda z: 1.0 * (z > 0)}
    return (Point({"a": a, "z": z, "v": v, "n": n}, calls, {}, {}),)


def wide():
    """A wide layer whose δ doesn't depend on its weights, as B45 assumes: within 5 %."""
    rng = np.random.default_rng(7)
    m, before, n, v = 60, 500, 700, 0.003
    z, dL_da = rng.normal(size=(m, n)), rng.normal(size=(m, n))
    w = rng.choice([-1, 1], size=(before, n)) * np.sqrt(v)
    tanh = activations.get("tanh")
    back = (dL_da * tanh.derivative(z)) @ w.T
    names = {"v": v, "n": {4: n, 3: before}, "z": {4: z, 3: z[:, :before] / 2}}
    names["∂ℒ/∂a"] = {4: dL_da, 3: back}
    return (Point(names, {"σ'": tanh.derivative}, {"k": 4}),)


def skip_connection():
    """a^{k+1} = a^k + σ(z^{k+1}), written out here; slopes by a complex step."""
    w, sigma, y = {3: 0.8, 4: -1.2}, np.tanh, 0.4

    def run(a, k):
        z = {}
        for j in range(k + 1, 5):
            z[j] = a[j - 1] * w[j]
            a[j] = a[j - 1] + sigma(z[j])
        return a, z, (y - a[4]) ** 2

    a, z, _ = run({2: 0.5}, 2)
    slopes = {j: _slope(lambda v, j=j: run({j: v}, j)[2], a[j]) for j in (2, 3, 4)}
    names = {"a": a, "z": z, "w": w, "∂ℒ/∂a": slopes}
    calls = {"σ": sigma, "σ'": lambda v: _slope(sigma, v)}
    return tuple(Point(names, calls, {"k": k}) for k in (2, 3))


def skip_connections():
    """The same over two layers, the n of B48."""
    return (dataclasses.replace(skip_connection()[0], indices={"k": 2, "n": 2}),)


def direction():
    """A forward-mode pass: everything's slope along v, by a complex step of a loop."""
    net = _network((2, 3, 4), 3, "tanh")
    rng = np.random.default_rng(1)
    v = {k: rng.normal(size=w.shape) for k, w in _layers(net.trace.w).items()}
    a, along = net.trace.a[0] + 0j, {"ȧ": {0: np.zeros(net.trace.a[0].shape)}, "ż": {}}
    for k, w in _layers(net.trace.w).items():
        z = a @ (w + 1j * H * v[k])
        a = np.tanh(z)
        along["ż"][k], along["ȧ"][k] = z.imag / H, a.imag / H
    names = _names(net) | along | {"v": v}
    return (Point(names, _sigma(net.trace), {"k": 2}),)


def counts():
    return (Point({"n": {0: 2, 1: 5, 2: 3, 3: 7}, "P": 2 * 5 + 5 * 3 + 3 * 7}, ranges={"k": 3}),)


def sum_of_losses():
    """∂/∂w of Σ ℒ_e is one backward pass over all; ∂ℒ_e/∂w one over example e alone."""
    point = batch()
    names = {f"∂ℒ/∂w_{e}": point.names[f"∂ℒ/∂w_{e}"][2] for e in range(1, 6)} | {"m": 5}
    whole = Node("series sum", (
        "e", Node("number", (1,)), Node("symbol", ("m", None, ())),
        Node("symbol", ("ℒ", None, (Node("symbol", ("e", None, ())),))),
    ))  # fmt: skip

    def special(point_, node):
        if node.kind != "slope" or not node.parts[0].kind.startswith("series"):
            return NotImplemented
        if node != Node("slope", (whole, Node("symbol", ("w", None, ())))):
            raise Unreadable(f"the derivative of {node.parts[0]}")
        return point.names["∂ℒ/∂w"][2]

    return (Point(names, {}, {}, {}, special),)


def alike_in_writing(left: Statement, right: Statement) -> bool:
    """Are two statements written alike, up to the order of factors and terms?"""
    return (
        left.signs == right.signs
        and len(left.sides) == len(right.sides)
        and all(_alike(*pair) for pair in zip(left.sides, right.sides, strict=True))
    )


def _alike(left: Node, right: Node) -> bool:
    if left == right:
        return True
    try:
        return same(left, right)
    except Unreadable:
        return False


def holds(statement: Statement, point: Point, equal=False) -> bool:
    """Is the statement true at the point?

    ← is true where the right side is the left one's new value; ?= where the right side is *not*
    the left one but the wrong number that the named slip gives.
    """
    if statement.signs == ("←",):
        return _as_another("←", statement, point)
    if statement.signs == ("?=",):
        right = Statement(statement.sides, ("≠",))
        return point.holds(right) and _as_another("?", statement, point)
    if equal:
        signs = tuple({"≤": "=", "≥": "="}.get(sign, sign) for sign in statement.signs)
        statement = Statement(statement.sides, signs)
    return point.holds(statement)


def _as_another(mark, statement, point):
    left, right = statement.sides
    named = {f"{mark}{name}": name for name in point.names if f"{mark}{name}" in point.names}
    names = {**point.names, **{name: point.names[other] for other, name in named.items()}}
    value = point.value(right)
    new = dataclasses.replace(point, names=names).value(left)
    return np.shape(value) == np.shape(new) and np.allclose(value, new, rtol=1e-12)


WRONG = (Unreadable, ArithmeticError, TypeError, ValueError, RuntimeWarning)
"""What a wrong formula raises, such as a product of shapes that don't fit."""


def complaint(row: str, formula: str) -> str:
    """What is wrong with a row's displayed formula; "" where nothing is.

    Raises
    ------
    KeyError : the row is not in the table.
    """
    expected = ROWS[row] if row in ROWS else UNTAGGED[row]
    try:
        statements = read(formula)
        if len(statements) != len(expected.skeleton):
            return f"{row}: expected {len(expected.skeleton)} statements, found {len(statements)}"
        for statement, line in zip(statements, expected.skeleton, strict=True):
            if found := _complaint(statement, line, expected):
                return f"{row}: {found}"
    except WRONG as problem:
        return f"{row}: can't be computed: {problem}"
    return ""


def _complaint(statement, line, expected) -> str:
    if line[0] in "!&":
        (reference,) = read(line[1:])
        if not alike_in_writing(statement, reference):
            return f"expected {line[2:]}, found {statement}"
        if line[0] == "!":
            return ""
    else:
        left, signs = re.fullmatch(r"(.*?)((?: (?:=|\?=|[←≤≥≠≈]))+)", line).groups()
        if statement.signs != tuple(signs.split()):
            return f"expected {line}, found {statement}"
        if left and not _alike(statement.sides[0], read(left)[0].sides[0]):
            return f"expected {line}, found {statement}"
    return _untrue(statement, expected)


def _untrue(statement, expected) -> str:
    for points, equal in ((expected.points(), False), (expected.equal(), True)):
        for point in points:
            if not holds(statement, point, equal):
                return f"not true at {dict(point.indices)}: {statement}"
    return ""


def complaint_of_one(row: str, statement: Statement) -> str:
    """What is wrong with one statement where others of its row, or sides, may be left out."""
    subjects = []
    for line in ROWS[row].skeleton:
        if line[0] == "!":
            if alike_in_writing(statement, read(line[1:])[0]):
                return ""
        elif line[0] == "&":
            subjects.append(read(line[1:])[0].sides[0])
        else:
            subjects.append(read(re.sub("( (=|\\?=|[←≤≥≠≈]))+$", "", line))[0].sides[0])
    if not any(_alike(statement.sides[0], subject) for subject in subjects):
        return f"{row}: isn't about {statement.sides[0]}"
    return _untrue(statement, ROWS[row]) or ("" if statement.signs else "no statement")


def points_for(formula: str) -> tuple[Point, ...]:
    """Vectors and a batch where the formula has ᵀ or ⊙, else one neuron per layer."""
    return batches() if re.search("[ᵀ⊙]", formula) else scalars()


ROWS: dict[str, Row] = {
    "N1": Row(("! a^{L-2} → a^{L-1} → a^L",)),
    "N2": Row(("z^L =",), scalars),
    "N3": Row(("a^L =",), scalars),
    "N4": Row(("! ∂ℒ/∂w^L", "! ∂ℒ/∂w^{L-1}", "! …", "! ∂ℒ/∂w^1")),
    "N5": Row(("ℒ =",), scalars),
    "N6": Row(("∂ℒ/∂w^L =",), scalars),
    "N7": Row(("∂ℒ/∂a^L = =",), scalars),
    "N8": Row(("∂a^L/∂z^L =",), scalars),
    "N9": Row(("∂z^L/∂w^L =",), scalars),
    "N10": Row(("∂ℒ/∂w^L =", "∂ℒ/∂a^L =", "∂a^L/∂z^L =", "∂z^L/∂w^L ="), scalars),
    "N11": Row(("∂ℒ/∂w^k = =",), scalars),
    "N12": Row(("∂ℒ/∂a^L =",), scalars),
    "N13": Row(("∂ℒ/∂a^{L-1} = =",), scalars),
    "N14": Row(("∂ℒ/∂a^{L-2} =",), scalars),
    "N15": Row(("∂ℒ/∂a^k =", "& k < L"), scalars),
    "N16": Row(("! ∂ℒ/∂a^L → ∂ℒ/∂a^{L-1} → … → ∂ℒ/∂a^1",)),
    "N17": Row(("w^k ←", "! k = 1 … L"), scalars),
    "B1": Row(("∂ℒ/∂w^1_{11} =",), paths),
    "B2": Row(("δ^k_{ej} = =", "δ^k ="), batches),
    "B3": Row(("∂ℒ/∂w^k =",), batches),
    "B4": Row(("∂ℒ/∂a^{k-1} =",), batches),
    "B5": Row(("∂ℒ/∂a^{k-1} ?=",), lost_transpose),
    "B6": Row(("∂ℒ/∂w^k =",), batches),
    "B7": Row(("ℒ̃ =", "∂ℒ̃/∂w^k ="), batches),
    "B8": Row(("z^k =", "ℒ =", "w^k ←"), mazur),
    "B9": Row(("∂ℒ/∂a^1 ?=",), updated_weights),
    "B10": Row(("z^k =", "∂z^k/∂b^k =", "∂ℒ/∂b^k = ="), lambda: (scalar(bias=True),)),
    "B11": Row(("∂ℒ/∂b^k_j =",), lambda: batches(bias=True)),
    "B12": Row(("∂ℒ/∂w^k =",), each_its_own),
    "B13": Row(("σ'(z) =", "a ="), one_z("sigmoid", 0.7, -1.9)),
    "B14": Row(("& σ(z_1) = σ(z_2)", "& σ'(z_1) ≠ σ'(z_2)", "! ρ", "! σ'(z) = ρ(a)"), two_z),
    "B15": Row(
        (r"\frac{σ(z+h) - σ(z-h)}{2h} =", "& |z| < h", "! z = 0", "! ½", "! h"),
        one_z("relu", 0.1, -0.2, 0.0, h=0.4),
    ),
    "B16": Row(
        ("& z_{ej} ≤ 0", "! e", "& ∂ℒ/∂w_{ij} = Σ_e a_{ei} δ_{ej} = 0", "& ∂ℒ/∂b_j = 0"), dead
    ),
    "B17": Row((r"& σ(z) = \max(z, 0.01 z)", "& σ'(z) ≥ 0.01"), one_z("leaky_relu", 1.7, -0.9)),
    "B18": Row((r"\tanh z =", r"\frac{d}{dz} \ln(1 + e^z) =", "! σ_s"), known_functions),
    "B19": Row(("∂ℒ/∂w^1 =",), lambda: (scalar(L=3, k=1),)),
    "B20": Row((r"\frac{f(z + h) - f(z)}{h} =",), polynomial(2)),
    "B21": Row((r"\frac{f(z + h) - f(z - h)}{2h} =",), polynomial(3)),
    "B22": Row((r"\frac{\operatorname{Im} f(z + ih)}{h} =",), polynomial(3)),
    "B23": Row(
        (
            r"! \text{error} ≤ \frac{h}{2} |f''|"
            r" + \frac{2 \varepsilon |f| + \varepsilon |z| |f'|}{h}",
            r"! \text{error} ≤ \frac{h^2}{6} |f'''|"
            r" + \frac{\varepsilon |f| + \varepsilon |z| |f'|}{h}",
        )
    ),
    "B24": Row((r"\text{relative error} =",), relative_error),
    "B25": Row(
        (r"! \text{error} \approx \frac{3}{2} \frac{\varepsilon |f|}{h} \sim \varepsilon^{2/3}",)
    ),
    "B26": Row(
        (r"\frac{\operatorname{relu}(h) - \operatorname{relu}(-h)}{2h} =",),
        one_z("relu", 0.0, h=0.4),
    ),
    "B27": Row((r"! \langle g, v \rangle > 0", "! ℒ", "! η", "! -η v", "! v", "! g")),
    "B28": Row(
        (r"& a = \operatorname{relu}(z) ≥ 0", "! z", "& [a ≥ 0]"),
        one_z("relu", -1.2, 0.0, 3.1),
    ),
    "B29": Row(("δ^k (w^k - η g^k)^T - δ^k (w^k)^T =", "g^k ="), batches),
    "B30": Row((r"p_j = =", "& p_j > 0", r"\sum_j p_j ="), logits),
    "B31": Row((r"\operatorname{softmax}(z + c) =",), logits),
    "B32": Row((r"& p_j = \frac{1}{n}", "ℒ = ="), no_opinion),
    "B33": Row((r"\frac{\partial p_i}{\partial z_j} =", "! [i = j] = 1", "! i = j", "! 0"), logits),
    "B34": Row((r"\frac{\partial ℒ}{\partial z_j} =",), logits),
    "B35": Row((" =",) * 6, one_output),
    "B36": Row(
        (
            r"! \text{training} \cap \text{validation} = \text{training} \cap \text{test}"
            r" = \text{validation} \cap \text{test} = \emptyset",
        )
    ),
    "B37": Row(
        (
            "& w^k_{i1} = w^k_{i2}",
            "& w^{k+1}_{1j} = w^{k+1}_{2j}",
            "! i",
            "! j",
            "& ∂ℒ/∂w^k_{i1} = ∂ℒ/∂w^k_{i2}",
            "& ∂ℒ/∂w^{k+1}_{1j} = ∂ℒ/∂w^{k+1}_{2j}",
        ),
        alike,
    ),
    "B38": Row((r"\sum_B \frac{\partial ℒ_B}{\partial w} =",), mini_batches),
    "B39": Row((r"! 97.5 \%",)),
    "B40": Row(("∂ℒ/∂a^k =",), scalars),
    "B41": Row((r"& 0 < σ'(z) ≤ ¼",), one_z("sigmoid", -2.0, 0.0, 3.0), one_z("sigmoid", 0.0)),
    "B42": Row((r"\left|\frac{\partial ℒ}{\partial a^k}\right| ≤",), vanishing, balanced),
    "B43": Row((r"\mathrm{E}[(z)^2] = =",), signs),
    "B44": Row((r"\mathrm{E}[\mathrm{relu}(z)^2] =", r"\mathrm{E}[\mathrm{relu}'(z)^2] ="), signs),
    "B45": Row((r"\overline{\left(\frac{\partial ℒ}{\partial a^{k-1}}\right)^2} ≈",), wide),
    "B46": Row((r"! ∂ℒ/∂a^k → c^n ∂ℒ/∂a^k", "! ∂ℒ/∂a^{k+n}")),
    "B47": Row((r"\frac{\partial ℒ}{\partial a^k} =",), skip_connection),
    "B48": Row(("∂ℒ/∂a^k =",), skip_connections),
    "B50": Row(("! m P", "! 2 m P", "P ="), counts),
    "B51": Row(("! 2 P", r"! 2 P \cdot m P")),
    "B52": Row((r"! \sum_k n_k n_{k-1}", r"! n_0 \sum_{k \ge 2} n_k n_{k-1} + n_0 n_L")),
    "B53": Row((r"\dot z^k =", r"\dot a^k ="), direction),
    "B57": Row((r"\frac{\partial}{\partial w} \sum_{e=1}^{m} ℒ_e =",), sum_of_losses),
}
"""Every row with a displayed formula."""


UNTAGGED: dict[str, Row | None] = {
    "00.1": Row((r"! \text{slope} = \frac{f(w + h) - f(w)}{h}",)),
    "00.2": Row((r"! \text{slope} \approx \frac{f(w + h) - f(w - h)}{2h}",)),
    "00.3": Row((r"! \frac{\partial ℒ}{\partial w}", "! ℒ", "! w")),
    "02.1": Row(("f(x + h) =", "! r_f(h) → 0", "! h → 0"), remainder),
    "02.2": Row(("! w^L → z^L = a^{L-1} w^L → a^L = σ(z^L) → ℒ = (y − a^L)²",)),
    "03.1": Row(("! a^{L-1} → z^L = a^{L-1} w^L → a^L = σ(z^L) → ℒ",)),
    "03.2": Row(("∂ℒ/∂a^k ?=",), slipped),
    "04.1": Row(("! -(g^1 ∂ℒ/∂w^1 + g^2 ∂ℒ/∂w^2 + g^3 ∂ℒ/∂w^3)",)),
    "05.1": None,  # a drawing of two paths, with arrows up and down
    "05.2": Row(("z^k_{ej} =", "a^k_{ej} =", "ℒ ="), lambda: (batch(k=3, at=(4, 3, 2)),)),
    "05.3": Row(("∂ℒ/∂w^k_{ij} =",), batches),
    "05.4": Row(("(P Q)_{ij} =",), two_tables),
    "05.5": Row(("∂ℒ/∂a^{k-1}_{ei} =",), batches),
    "05.6": Row(("δ^k =", "∂ℒ/∂w^k =", "∂ℒ/∂a^{k-1} ="), batches),
    "08.1": Row(("ℒ =",), logits),
    "09.1": Row(("a^{k+1} =", "z^{k+1} ="), skip_connection),
    "10.1": Row(("! ∂ℒ/∂a^0 = ∂ℒ/∂a^L J^L J^{L-1} … J^1",)),
    "A1.1": Row((r"\frac{d}{dx}(u + v) =", r"\frac{d}{dx}(c u) ="), moving),
    "A1.2": Row((r"\frac{d}{dx}(u v) =",), moving),
    "A1.3": Row((r"\frac{d}{dx}(\frac{u}{v}) =", r"\frac{d}{dx}(\frac{1}{v}) ="), moving),
    "A1.4": Row((r"\frac{d}{dx} x^n =",), moving),
    "A1.5": Row((r"\frac{d}{dx} f(u) =",), moving),
    "A1.6": Row((r"\frac{d}{dx} e^x =",), moving),
    "A1.7": Row((r"\frac{d}{dx} e^u =", r"\frac{d}{dx} e^{-x} ="), moving),
    "A1.8": Row((r"\frac{d}{dx} \ln x =", r"\ln(u v) =", r"\ln\frac{1}{u} ="), moving),
    "A1.9": Row(("σ'(z) =",), a_sigmoid),
    "A1.10": Row((r"\frac{f(x + h) - f(x)}{h} =",), cubics),
    "A1.11": Row((r"\frac{f(x + h) - f(x - h)}{2h} =",), cubics),
    "A1.12": Row(("(x + ih)^2 =",), moving),
    "A2.1": Row((r"\mathrm{E}[x] = =",), a_die),
    "A2.2": Row((r"\mathrm{E}[x + y] =", r"\mathrm{E}[c x] ="), dependent),
    "A2.3": Row((r"\mathrm{Var}[x] = =", r"\mu ="), a_die),
    "A2.4": Row((r"\mathrm{E}[x y] =",), two_dice),
    "A2.5": Row((r"\mathrm{Var}[x + y] =",), dependent),
    "A2.6": Row((r"\mathrm{Var}[\sum_{i=1}^{n} a_i w_i] =",), random_weights),
    "A2.7": Row((r"\mathrm{E}[\mathrm{relu}(z)^2] =",), symmetric),
    "A3.1": Row(("(P Q)_{ij} =",), two_tables),
}
"""The displayed formulas without a tag, by notebook and place; None: the one that isn't read."""
