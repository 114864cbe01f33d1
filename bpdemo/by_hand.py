"""Networks for pencil and paper: small whole numbers, every step, and every slip worked out.

An `Exercise` is a network with the blanks that a learner fills in, in the order of the two passes.
Each blank knows its right answer, its step in one line, and the numbers that known slips would
give. Those are never typed in: each slip is the same step computed in a wrong way, from the right
numbers before it.

The hidden layers use σ(z) = z · z, whose slope σ′(z) = 2z is as easy as it is telling: σ′(a) is
another number. Nothing here draws or asks; `bpdemo.explorers.ByHand` does.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from itertools import product

import numpy as np

from bpdemo import activations, losses, validation
from bpdemo.activations import Activation

__all__ = [
    "LEVELS",
    "SHARES",
    "SLIPS",
    "SQUARE",
    "Answer",
    "Blank",
    "Sheet",
    "Level",
    "PaperSlip",
    "Solution",
    "make",
]

SQUARE = Activation(
    name="square",
    f=lambda z: z * z,
    derivative=lambda z, a=None: 2 * z,
    formula="z**2",
    latex=r"z \cdot z",
)
"""σ(z) = z · z: no activation to train with, but the one to learn σ′ with on paper."""


@dataclass(frozen=True)
class PaperSlip:
    """A slip: `about` is what to practise against it, `says` names it to the learner."""

    about: str
    says: str


SLIPS: dict[str, PaperSlip] = {
    "sign": PaperSlip("the sign", "The size is right; the sign is not."),
    "one_sign": PaperSlip(
        "the sign of each product", "One of the products that are added has the wrong sign."
    ),
    "rows_for_columns": PaperSlip(
        "the two indices of w",
        "That uses the weight with its indices swapped: the first index of w is the neuron that "
        "the edge leaves, the second the neuron that it enters.",
    ),
    "lost_bias": PaperSlip("the bias", "The bias is missing: z = a · w + b."),
    "missing_path": PaperSlip(
        "adding all the paths",
        "One path is missing: several edges meet here, and what they carry is added up.",
    ),
    "added": PaperSlip("multiplying along an edge", "That is a + w; along an edge it is a · w."),
    "no_sigma": PaperSlip("applying σ", "That is z itself: σ still has to be applied to it."),
    "slope_for_value": PaperSlip("σ, and not σ′", "That is σ′(z); here it takes σ(z)."),
    "not_squared": PaperSlip("the square", "That is the difference; the loss is its square."),
    "loss_for_slope": PaperSlip(
        "the slope of the loss", "That is the loss itself; its slope is 2 (a − y)."
    ),
    "lost_two": PaperSlip("the factor 2", "The 2 is lost: the slope of (y − a)² is 2 (a − y)."),
    "slope_at_a": PaperSlip(
        "σ′ at z", "That is σ′ at a. The slope is taken at z, where σ was applied."
    ),
    "no_slope": PaperSlip(
        "the factor σ′(z)", "The factor σ′(z) is missing: that still uses ∂ℒ/∂a instead of δ."
    ),
    "sigma_for_slope": PaperSlip("σ′, and not σ", "That multiplies by σ(z); the factor is σ′(z)."),
    "open_gate": PaperSlip(
        "ReLU's slope where z < 0",
        "This neuron is off: its z is below 0, so ReLU's slope there is 0.",
    ),
    "closed_gate": PaperSlip(
        "ReLU where z > 0",
        "This neuron is on: its z is above 0, where ReLU gives z and has the slope 1.",
    ),
    "wrong_input": PaperSlip(
        "the third factor",
        "That multiplies by what the layer gave out; it takes what came in, one layer before.",
    ),
    "weight_for_input": PaperSlip(
        "∂z/∂w",
        "That multiplies by the weight. The slope of a · w in w is a, what came in.",
    ),
    "input_for_weight": PaperSlip(
        "∂z/∂a",
        "That multiplies by a. The slope of a · w in a is w: the way back goes through the weight.",
    ),
    "wrong_layer": PaperSlip(
        "the layer of w",
        "That is the weight of another layer. The way back from z goes through the weights that "
        "led into it.",
    ),
    "mean_for_sum": PaperSlip(
        "the sum over examples", "That is the mean of the examples; ℒ is a sum, so they add up."
    ),
    "one_example": PaperSlip(
        "all examples",
        "That is one example alone. Both use the same number, so both shares are added.",
    ),
    "bias_like_weight": PaperSlip(
        "∂z/∂b", "That multiplies by a as for a weight. But b is only added: ∂z/∂b = 1."
    ),
    "other_class": PaperSlip("which class is which", "That is the share of the other class."),
    "share_of_logits": PaperSlip(
        "e^a before the shares", "Those are shares of a; p takes e^a first."
    ),
    "lost_label": PaperSlip("taking y off", "That is p alone: y still has to be subtracted."),
    "two_too_many": PaperSlip(
        "p − y",
        "There is a 2 too many. It belongs to the squared difference; with cross-entropy it is "
        "p − y.",
    ),
}
"""Every slip that a blank can name."""

ByName = dict[str, float]
_Way = Callable[[ByName], float]


@dataclass(frozen=True)
class _Step:
    """How one quantity follows from those before it, rightly and wrongly."""

    name: str
    formula: str
    put: Callable[[ByName], str]
    right: _Way
    wrong: tuple[tuple[str, _Way], ...]
    needs: tuple[str, ...]


@dataclass(frozen=True)
class Level:
    """One kind of network.

    Attributes
    ----------
    title : its name on the screen.
    widths : neurons per layer, the input first.
    activation : one per layer.
    says : its σ and its loss, in a line.
    m : how many examples.
    bias : whether there are biases.
    loss : the name of the loss.
    """

    title: str
    widths: tuple[int, ...]
    activation: tuple[Activation, ...]
    says: str
    m: int = 1
    bias: bool = False
    loss: str = "squared_difference"

    @property
    def L(self) -> int:
        """The number of the last layer."""
        return len(self.widths) - 1


_IDENTITY, _RELU = activations.TABLE["identity"], activations.TABLE["relu"]
_SQUARED = "Layer 1: σ(z) = z · z, so σ′(z) = 2z. Layer 2: a = z, so σ′ = 1. ℒ = (y − a)²"

LEVELS: dict[str, Level] = {
    "chain": Level("one neuron per layer", (1, 1, 1), (SQUARE, _IDENTITY), _SQUARED + "."),
    "2-2-1": Level("2-2-1", (2, 2, 1), (SQUARE, _IDENTITY), _SQUARED + "."),
    "two examples": Level(
        "two examples", (1, 1, 1), (SQUARE, _IDENTITY), _SQUARED + " of each, added.", m=2
    ),
    "bias": Level(
        "a bias", (1, 1, 1), (SQUARE, _IDENTITY), _SQUARED + ". z = a · w + b.", bias=True
    ),
    "relu": Level(
        "ReLU",
        (2, 2, 1),
        (_RELU, _IDENTITY),
        "Layer 1: ReLU, z where z > 0 and else 0. Layer 2: a = z, so σ′ = 1. ℒ = (y − a)².",
    ),
    "cross-entropy": Level(
        "cross-entropy",
        (1, 1, 2),
        (_IDENTITY, _IDENTITY),
        "Both layers: a = z, so σ′ = 1. p is the softmax of the last a; ℒ is the cross-entropy.",
        loss="softmax_cross_entropy",
    ),
}
"""The levels, from the easiest on."""

_MOST = 99
"""No number is larger than this: more is a matter of multiplying, not of back-propagation."""

_FAR = 30
"""Nor on the way forward than this."""

_MANY, _TRIES = 99, 3
"""Of so many networks the one is taken that tells its slips apart best."""


# --- names and numbers as they are written ---


def shown(value: float) -> str:
    """A number as one writes it: no more decimals than it has, two at the most.

    >>> shown(-2.0), shown(0.73), shown(2.5)
    ('−2', '0.73', '2.5')
    """
    text = f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")
    return text.replace("-", "\N{MINUS SIGN}")


def _put(value: float) -> str:
    """Likewise within a product or a sum: a negative number has its brackets."""
    return f"({shown(value)})" if value < 0 else shown(value)


class _Names:
    """What the quantities of a level are called, in the code and in a formula."""

    def __init__(self, level: Level):
        self.level = level

    def of(self, kind: str, k: int, i: int, e: int = 0) -> str:
        """Of neuron i of layer k, in example e, both counted from 0: "z2_1", "z2_e1"."""
        n = self.level.widths[k]
        if k == 0 and kind == "a":
            kind, k = "x", ""
            if n > 1:
                return f"x{i + 1}"
        if self.level.m > 1:
            return f"{kind}{k}_e{e + 1}"
        return f"{kind}{k}" if n == 1 else f"{kind}{k}_{i + 1}"

    def w(self, k: int, i: int, j: int, kind: str = "w") -> str:
        """The weight from neuron i of layer k − 1 to neuron j of layer k."""
        alone = self.level.widths[k - 1] == self.level.widths[k] == 1
        return f"{kind}{k}" if alone else f"{kind}{k}_{i + 1}{j + 1}"

    def b(self, k: int, kind: str = "b") -> str:
        """The bias of layer k: those levels have one neuron per layer."""
        return f"{kind}{k}"

    def y(self, j: int, e: int) -> str:
        """The label of output j."""
        if self.level.m > 1:
            return f"y_e{e + 1}"
        return "y" if self.level.widths[-1] == 1 else f"y{j + 1}"


_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def written(name: str) -> str:
    """A quantity as a formula writes it; δ stands for ∂ℒ/∂z, and the example goes without saying.

    >>> written("dL_dw2_12"), written("dL_dz1_e2"), written("x1"), written("loss")
    ('∂ℒ/∂w²₁₂', 'δ¹', 'x₁', 'ℒ')
    """
    if name == "loss":
        return "ℒ"
    head, _, entry = name.partition("_e")[0].removeprefix("dL_d").partition("_")
    letter, layer = head[0], head[1:]
    if letter in "xy":
        layer, entry = "", layer
    symbol = letter + layer.translate(_RAISED) + entry.translate(_LOWERED)
    if not name.startswith("dL_d"):
        return symbol
    return "δ" + symbol[1:] if letter == "z" else f"∂ℒ/∂{symbol}"


# --- the steps ---


def _product(q: ByName, *names: str) -> float:
    return math.prod(q[name] for name in names)


def _sum(pairs: Sequence[tuple[str, str]]) -> _Way:
    """Σ of products of two."""
    return lambda q: sum(q[one] * q[other] for one, other in pairs)


def _negative(way: _Way) -> tuple[str, _Way]:
    return "sign", lambda q: -way(q)


def _of_pairs(name: str, pairs: Sequence[tuple[str, str]], wrong, bias: str = "") -> _Step:
    """A step that adds products of two, and perhaps a bias."""
    terms_of = dict.fromkeys(f"{written(one)} · {written(other)}" for one, other in pairs)
    formula = " + ".join(terms_of)
    # With two examples both terms look the same.
    formula += " of both examples, added" if len(terms_of) < len(pairs) else ""
    formula += f" + {written(bias)}" if bias else ""
    names = list(dict.fromkeys(name for pair in pairs for name in pair)) + [bias] * bool(bias)
    terms = _sum(pairs)

    def right(q):
        return terms(q) + (q[bias] if bias else 0)

    def put(q):
        sum_of = " + ".join(f"{_put(q[one])} · {_put(q[other])}" for one, other in pairs)
        return sum_of + (f" + {_put(q[bias])}" if bias else "")

    turned = [
        ("one_sign", lambda q, one=pair: terms(q) - 2 * q[one[0]] * q[one[1]]) for pair in pairs
    ] * (len(pairs) > 1)
    return _Step(name, formula, put, right, (_negative(right), *turned, *wrong), tuple(names))


def _z(n: _Names, k: int, j: int, e: int) -> _Step:
    """z = Σ a · w (+ b): row N2."""
    before, after = n.level.widths[k - 1], n.level.widths[k]
    pairs = [(n.of("a", k - 1, i, e), n.w(k, i, j)) for i in range(before)]
    bias = n.b(k) if n.level.bias else ""
    wrong: list = []
    if before == after > 1:
        wrong.append(
            ("rows_for_columns", _sum([(a, n.w(k, j, i)) for i, (a, _) in enumerate(pairs)]))
        )
    if before > 1:
        wrong += [("missing_path", _sum([pair])) for pair in pairs]
    else:
        wrong.append(
            ("added", lambda q: sum(q[name] for name in (*pairs[0], *[bias] * bool(bias))))
        )
    if bias:
        wrong.append(("lost_bias", _sum(pairs)))
    return _of_pairs(n.of("z", k, j, e), pairs, wrong, bias)


def _a(n: _Names, k: int, j: int, e: int) -> _Step:
    """a = σ(z): row N3."""
    z, sigma = n.of("z", k, j, e), n.level.activation[k - 1]

    def right(q):
        return float(sigma.f(q[z]))

    put, formula = (lambda q: shown(q[z])), written(z)
    wrong: list = [_negative(right)]
    if sigma is not _IDENTITY:
        wrong.append(("no_sigma", lambda q: q[z]))
    if sigma is SQUARE:
        formula, put = f"{written(z)} · {written(z)}", lambda q: f"{_put(q[z])} · {_put(q[z])}"
        wrong.append(("slope_for_value", lambda q: float(sigma.derivative(q[z]))))
    elif sigma is _RELU:
        formula, put = f"ReLU({written(z)})", lambda q: f"ReLU({shown(q[z])})"
        wrong.append(("closed_gate", lambda q: 0.0))
    return _Step(n.of("a", k, j, e), formula, put, right, tuple(wrong), (z,))


def _loss(n: _Names) -> _Step:
    """ℒ = Σ (y − a)²: row N5."""
    L, m = n.level.L, n.level.m
    pairs = [(n.y(0, e), n.of("a", L, 0, e)) for e in range(m)]

    def right(q):
        return sum((q[y] - q[a]) ** 2 for y, a in pairs)

    wrong: list = [
        ("not_squared", lambda q: sum(q[y] - q[a] for y, a in pairs)),
        ("not_squared", lambda q: sum(q[a] - q[y] for y, a in pairs)),
        _negative(right),
    ]
    if m > 1:
        wrong.append(("mean_for_sum", lambda q: right(q) / m))
        wrong += [("one_example", lambda q, p=pair: (q[p[0]] - q[p[1]]) ** 2) for pair in pairs]
    formula = f"({written(pairs[0][0])} − {written(pairs[0][1])})²"
    return _Step(
        "loss",
        f"{formula} of both examples, added" if m > 1 else formula,
        lambda q: " + ".join(f"({shown(q[y])} − {_put(q[a])})²" for y, a in pairs),
        right,
        tuple(wrong),
        tuple(name for pair in pairs for name in pair),
    )


def _dL_da_L(n: _Names, e: int) -> _Step:
    """∂ℒ/∂a^L = 2 (a − y): row N12."""
    a, y = n.of("a", n.level.L, 0, e), n.y(0, e)

    def right(q):
        return 2 * (q[a] - q[y])

    wrong = (
        _negative(right),
        ("lost_two", lambda q: q[a] - q[y]),
        ("loss_for_slope", lambda q: (q[y] - q[a]) ** 2),
    )
    return _Step(
        n.of("dL_da", n.level.L, 0, e),
        f"2 · ({written(a)} − {written(y)})",
        lambda q: f"2 · ({shown(q[a])} − {_put(q[y])})",
        right,
        wrong,
        (a, y),
    )


def _p(n: _Names, j: int) -> _Step:
    """p = softmax(a), to two decimals, as the table beside it has them: row B31."""
    L, classes = n.level.L, range(n.level.widths[-1])
    names = [n.of("a", L, i) for i in classes]

    def shares(q):
        return losses.softmax(np.array([q[name] for name in names]))

    def right(q):
        return round(float(shares(q)[j]), 2)

    def of_logits(q):
        total = sum(q[name] for name in names)
        return round(q[names[j]] / total, 2) if total else math.nan

    def put(q):
        gap = q[names[j]] - q[names[1 - j]]
        return (
            f"its a is {shown(abs(gap))} {'above' if gap > 0 else 'below'} the other" * bool(gap)
            or "both a are equal"
        )

    wrong = (
        ("other_class", lambda q: round(float(shares(q)[1 - j]), 2)),
        ("share_of_logits", of_logits),
    )
    return _Step(f"p_{j + 1}", "from the table", put, right, wrong, tuple(names))


def _p_minus_y(n: _Names, j: int) -> _Step:
    """∂ℒ/∂a^L = p − y: row B34."""
    p, y = f"p_{j + 1}", n.y(j, 0)

    def right(q):
        return q[p] - q[y]

    wrong = (
        _negative(right),
        ("lost_label", lambda q: q[p]),
        ("two_too_many", lambda q: 2 * right(q)),
    )
    return _Step(
        n.of("dL_da", n.level.L, j),
        f"{written(p)} − {written(y)}",
        lambda q: f"{shown(q[p])} − {shown(q[y])}",
        right,
        wrong,
        (p, y),
    )


def _delta(n: _Names, k: int, j: int, e: int) -> _Step:
    """δ = ∂ℒ/∂a · σ′(z): rows N8 and N11."""
    dL_da, z, a = (n.of(kind, k, j, e) for kind in ("dL_da", "z", "a"))
    sigma = n.level.activation[k - 1]

    def slope(q):
        return float(sigma.derivative(np.float64(q[z])))

    def right(q):
        return q[dL_da] * slope(q)

    wrong: list = [_negative(right), ("sigma_for_slope", lambda q: q[dL_da] * q[a])]
    if sigma is _RELU:
        wrong = [
            _negative(right),
            ("open_gate", lambda q: q[dL_da] if q[z] < 0 else right(q)),
            ("closed_gate", lambda q: 0.0),
        ]
    elif sigma is SQUARE:
        wrong += [
            ("slope_at_a", lambda q: q[dL_da] * float(sigma.derivative(q[a]))),
            ("no_slope", lambda q: q[dL_da]),
        ]
    return _Step(
        n.of("dL_dz", k, j, e),
        f"{written(dL_da)} · σ′({written(z)})",
        lambda q: f"{_put(q[dL_da])} · {_put(slope(q))}",
        right,
        tuple(wrong),
        (dL_da, z),
    )


def _dL_dw(n: _Names, k: int, i: int, j: int) -> _Step:
    """∂ℒ/∂w = Σ over examples of a^{k-1} · δ: rows N9 and N10."""
    m, alike = n.level.m, n.level.widths[k - 1] == n.level.widths[k]
    before = [n.of("a", k - 1, i, e) for e in range(m)]
    delta = [n.of("dL_dz", k, j, e) for e in range(m)]
    after = [n.of("a", k, j, e) for e in range(m)]
    dL_da = [n.of("dL_da", k, j, e) for e in range(m)]
    pairs = list(zip(before, delta, strict=True))
    right, weight = _sum(pairs), n.w(k, i, j)
    wrong: list = [
        ("wrong_input", _sum(list(zip(after, delta, strict=True)))),
        ("weight_for_input", lambda q: q[weight] * sum(q[d] for d in delta)),
    ]
    if n.level.activation[k - 1] is not _IDENTITY:
        wrong.append(("no_slope", _sum(list(zip(before, dL_da, strict=True)))))
    if alike and i != j:
        wrong.append(("wrong_input", _sum([(n.of("a", k, i), delta[0])])))
        other = [(n.of("a", k - 1, j), n.of("dL_dz", k, i))]
        wrong.append(("rows_for_columns", _sum(other)))
    if m > 1:
        wrong.append(("mean_for_sum", lambda q: right(q) / m))
        wrong += [("one_example", _sum([pair])) for pair in pairs]
    return _of_pairs(n.w(k, i, j, "dL_dw"), pairs, wrong)


def _dL_db(n: _Names, k: int) -> _Step:
    """∂ℒ/∂b = δ: the levels with a bias have one example."""
    delta, before = n.of("dL_dz", k, 0), n.of("a", k - 1, 0)

    def right(q):
        return q[delta]

    wrong = (
        _negative(right),
        ("bias_like_weight", lambda q: q[delta] * q[before]),
        ("weight_for_input", lambda q: q[delta] * q[n.w(k, 0, 0)]),
    )
    return _Step(n.b(k, "dL_db"), written(delta), lambda q: shown(q[delta]), right, wrong, (delta,))


def _dL_da(n: _Names, k: int, i: int, e: int) -> _Step:
    """∂ℒ/∂a^k = Σ δ^{k+1} · w^{k+1}: row N15."""
    after = range(n.level.widths[k + 1])
    pairs = [(n.of("dL_dz", k + 1, j, e), n.w(k + 1, i, j)) for j in after]
    wrong: list = []
    if n.level.activation[k] is not _IDENTITY:
        wrong.append(
            ("no_slope", _sum([(n.of("dL_da", k + 1, j, e), w) for j, (_, w) in enumerate(pairs)]))
        )
    if len(pairs) > 1:
        wrong += [("missing_path", _sum([pair])) for pair in pairs]
        if n.level.widths[k] == len(pairs):
            swapped = [(d, n.w(k + 1, j, i)) for j, (d, _) in enumerate(pairs)]
            wrong.append(("rows_for_columns", _sum(swapped)))
    wrong += _wrong_layer(n, k, i, pairs)
    wrong.append(("input_for_weight", _sum([(d, n.of("a", k, i, e)) for d, _ in pairs])))
    return _of_pairs(n.of("dL_da", k, i, e), pairs, wrong)


def _wrong_layer(n: _Names, k: int, i: int, pairs) -> list[tuple[str, _Way]]:
    """The step back from layer k + 1 through the weights of another, where the shapes allow it."""
    other = k if k else k + 2
    if not (1 <= other <= n.level.L) or len(pairs) > 1:
        return []
    delta = pairs[0][0]
    if n.level.widths[other - 1] == 1 or n.level.widths[other] == 1:
        rows, columns = n.level.widths[other - 1 : other + 1]
        return [("wrong_layer", _sum([(delta, n.w(other, min(i, rows - 1), min(i, columns - 1)))]))]
    return [("wrong_layer", _sum([(delta, n.w(other, i, j))])) for j in range(2)]


def _steps(level: str) -> tuple[_Step, ...]:
    """Every step of a level, in the order of the two passes."""
    return _steps_of(LEVELS[level])


@cache
def _steps_of(kind: Level) -> tuple[_Step, ...]:
    n, L, widths = _Names(kind), kind.L, kind.widths
    examples, layers = range(kind.m), range(1, kind.L + 1)
    steps = []
    for e, k in product(examples, layers):
        for make_one in (_z, _a):
            steps += [make_one(n, k, j, e) for j in range(widths[k])]
    if kind.loss == "squared_difference":
        steps.append(_loss(n))
        steps += [_dL_da_L(n, e) for e in examples]
    else:
        for make_one in (_p, _p_minus_y):
            steps += [make_one(n, j) for j in range(widths[L])]
    for k in reversed(layers):
        steps += [_delta(n, k, j, e) for e in examples for j in range(widths[k])]
        steps += [_dL_dw(n, k, i, j) for i, j in np.ndindex(widths[k - 1], widths[k])]
        steps += [_dL_db(n, k)] * kind.bias
        steps += [_dL_da(n, k - 1, i, e) for e in examples for i in range(widths[k - 1])]
    return tuple(steps)


# --- the exercise ---


@dataclass(frozen=True)
class Blank:
    """One number to find.

    Attributes
    ----------
    name : the quantity.
    right : its number, as it comes out with pencil.
    within : how far from it an answer may be.
    formula : how it is found, in symbols; `step`, with the numbers put in.
    slips : (name, number) of every slip that shows here, that is, gives another number.
    """

    name: str
    right: float
    within: float
    formula: str
    step: str
    slips: tuple[tuple[str, float], ...]

    def is_right(self, value: float) -> bool:
        """Whether this is the answer."""
        return abs(value - self.right) <= self.within

    def named(self, value: float) -> tuple[str, ...]:
        """The slips that give this number; more than one where they can't be told apart."""
        if self.is_right(value):
            return ()
        near = 1e-6 if self.within < 1e-3 else 0.005 + 1e-6
        return tuple(dict.fromkeys(n for n, wrong in self.slips if abs(value - wrong) <= near))

    @property
    def ambiguous(self) -> dict[float, tuple[str, ...]]:
        """The numbers that more than one slip gives, with these slips."""
        named = {wrong: self.named(wrong) for _, wrong in self.slips}
        return {wrong: names for wrong, names in named.items() if len(names) > 1}


@dataclass(frozen=True)
class Answer:
    """What a number in a blank is: right, or which slips give it; `says` is the kind word."""

    right: bool
    slips: tuple[str, ...]
    says: str


@dataclass(frozen=True)
class Solution:
    """The steps of an exercise, a line each."""

    steps: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(self.steps)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        lines = "".join(f"<li>{escape(step)}</li>" for step in self.steps)
        summary = "<summary>The whole solution, step by step</summary>"
        return f"<details>{summary}<ol>{lines}</ol></details>"


@dataclass(frozen=True, eq=False)
class Sheet:
    """A network, and what is to be found.

    Attributes
    ----------
    level, number, practise : what it was made from; `practise` is "" or the name of a slip.
    x, w, y, b : as `bpdemo.forward` and `bpdemo.backward` take them; b is None without biases.
    given : every number that is given, by name.
    blanks : what is to be found, by name, in order.
    """

    level: str
    number: int
    practise: str
    x: np.ndarray
    w: tuple[np.ndarray, ...]
    y: np.ndarray
    b: tuple[np.ndarray, ...] | None
    given: Mapping[str, float]
    blanks: Mapping[str, Blank]

    @property
    def kind(self) -> Level:
        """The level that it is of."""
        return LEVELS[self.level]

    @property
    def right(self) -> ByName:
        """Every number, by name: given or to be found."""
        return {**self.given, **{name: blank.right for name, blank in self.blanks.items()}}

    @property
    def solution(self) -> "Solution":
        """Every step, folded away in a notebook until somebody opens it."""
        return Solution(tuple(_whose(name) + blank.step for name, blank in self.blanks.items()))

    def answer(self, name: str, value: float, filled: Mapping[str, float] | None = None) -> Answer:
        """Say what this number in this blank is.

        Parameters
        ----------
        filled : what stands in the other blanks, right or wrong: a right step from a wrong number
            is told apart from a slip.
        """
        blank = self.blanks[name]
        if blank.is_right(value):
            return Answer(True, (), f"Yes: {blank.step}.")
        slips = blank.named(value)
        if slips:
            said = " Or: ".join(SLIPS[slip].says for slip in slips)
            many = "More than one slip gives this number. " if len(slips) > 1 else ""
            return Answer(False, slips, f"{many}{said}")
        wrong = self._carried(name, value, filled or {})
        if wrong:
            return Answer(
                False,
                (),
                f"The step is right, but it starts from a number that isn't: look at "
                f"{' and '.join(written(n) for n in wrong)} again.",
            )
        return Answer(
            False, (), f"Not yet, and not a slip that I recognise. {_formula(name, blank.formula)}."
        )

    def _carried(self, name: str, value: float, filled: Mapping[str, float]) -> list[str]:
        """The wrong numbers that this answer follows from, if it does."""
        step = next(step for step in _steps(self.level) if step.name == name)
        wrong = [
            n
            for n in step.needs
            if n in self.blanks and filled.get(n) is not None
            and not self.blanks[n].is_right(filled[n])
        ]  # fmt: skip
        if not wrong:
            return []
        there = step.right({**self.right, **{n: filled[n] for n in wrong}})
        return wrong if abs(there - value) <= self.blanks[name].within else []


def _whose(name: str) -> str:
    """Which example a quantity belongs to, where there are several: else two steps look alike."""
    example = name.partition("_e")[2]
    return f"Example {example}: " if example else ""


def _formula(name: str, formula: str) -> str:
    return f"{written(name)} = {formula}"


@validation.checked(
    level=validation.one_of(lambda: LEVELS),
    number=validation.whole(0),
    practise=validation.one_of(lambda: ("", *SLIPS)),
)
@lru_cache(maxsize=256)
def make(level: str, number: int, practise: str = "") -> Sheet:
    """The exercise of this level and number: the same arguments, the same exercise.

    Two with successive numbers always differ.

    Parameters
    ----------
    level : one of `LEVELS`.
    number : any integer ≥ 0.
    practise : the name of a slip: then the numbers are such that it shows in as many blanks as
        can be, and nowhere looks like another. "" for none; so is a slip that the level hasn't.

    Raises
    ------
    ValueError : there is no such level or slip.
    """
    if practise not in slips_of(level):
        practise = ""
    if few := _all(level, practise):
        # In long strides, so that the next is another network, and none comes back before all
        # have been there.
        stride = next(
            i for i in range(5 * len(few) // 8, 2 * len(few)) if math.gcd(i, len(few)) == 1
        )
        return _exercise(level, number, practise, *few[number * stride % len(few)])
    # Not the slip's place in the table, which may change: the same exercise, whatever is added.
    rng = np.random.default_rng([list(LEVELS).index(level), number, *practise.encode()])
    best, most = None, None
    for turn in range(_MANY):
        # A slip that is practised has to show.
        enough = turn >= _TRIES * (4 if practise else 1)
        if enough and (not practise or (most is not None and most[0])):
            break
        drawn = _fit(level, number, rng)
        slips = _slips(level, drawn)
        worth = _worth(slips, practise)
        if most is None or worth > most:
            best, most = (drawn, slips), worth
    assert best is not None
    return _exercise(level, number, practise, *best)


_FEW, _ENOUGH = 2000, 24


@cache
def _all(level: str, practise: str) -> list[tuple[ByName, dict]]:
    """All good networks of a level, with their slips, where there are few; else nothing.

    The better half, by `_worth`; with a slip to practise, those that show it best.
    """
    kind = LEVELS[level]
    choices = [values for _, values in _choices(kind)]
    choices += [_WIDER] if kind.loss == "squared_difference" else [(0, 1)]
    if kind.m > 1 or math.prod(map(len, choices)) > _FEW:
        return []
    found = []
    for places in product(*(range(len(values)) for values in choices)):
        # The middle of each share, as `_draw` takes a number between 0 and 1.
        chances = [(at + 0.5) / len(v) for at, v in zip(places, choices, strict=True)]
        # The first x goes by the number.
        q = _fitting(level, places[0], iter(chances))
        if q is not None:
            slips = _slips(level, q)
            found.append((_worth(slips, practise), q, slips))
    ranked = sorted((worth for worth, _, _ in found), reverse=True)
    if practise:
        shown = [worth for worth in ranked if worth[0] == ranked[0][0]]
        least = max((1, 0), min(shown[-1], ranked[_ENOUGH]))
    else:
        least = ranked[len(ranked) // 2]
    return [(q, slips) for worth, q, slips in found if worth >= least]


@cache
def names_of(level: str) -> tuple[str, ...]:
    """The names of the blanks of this level, in order."""
    return tuple(step.name for step in _steps(level))


@cache
def slips_of(level: str) -> frozenset[str]:
    """The names of the slips that can be made at this level."""
    return frozenset(name for step in _steps(level) for name, _ in step.wrong)


def _fit(level: str, number: int, rng) -> ByName:
    """Numbers for this level with which a pencil is enough."""
    while True:
        for chances in rng.random((16, 24)).tolist():
            if (q := _fitting(level, number, iter(chances))) is not None:
                return q


def _fitting(level: str, number: int, chances: Iterator[float]) -> ByName | None:
    """The numbers that these chances decide, all blanks filled in; None where one is too large."""
    q = _draw(LEVELS[level], number, chances)
    if q is None:
        return None
    for step in _steps(level):
        q[step.name] = step.right(q)
        if abs(q[step.name]) > _MOST:
            return None
    return q


_X = (1, 2, 3, -1, -2, -3)
_SMALL = (1, 2, -1, -2)
_WIDER = (1, 2, 3, -1, -2, -3)


@cache
def _choices(kind: Level) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """What is given, x and w and b, and what it may be."""
    n = _Names(kind)
    found: list[tuple[str, tuple[int, ...]]] = []
    found += [(n.of("a", 0, i, e), _X) for e in range(kind.m) for i in range(kind.widths[0])]
    for k in range(1, kind.L + 1):
        before, after = kind.widths[k - 1 : k + 1]
        values = _WIDER if before == after == 1 else _SMALL
        found += [(n.w(k, i, j), values) for i, j in product(range(before), range(after))]
        found += [(n.b(k), _WIDER)] * kind.bias
    return tuple(found)


def _draw(kind: Level, number: int, chances: Iterator[float]) -> ByName | None:
    """The given numbers: whole, small and never 0; None where they teach too little.

    Each of `chances`, between 0 and 1, decides one of them.
    """
    q = {name: float(v[int(next(chances) * len(v))]) for name, v in _choices(kind)}
    # The first x goes by the number, so that no network is like the one before it.
    q[next(iter(q))] = float(_X[number % len(_X)])
    if not _teaches(kind, q):
        return None
    if kind.loss == "squared_difference":
        n = _Names(kind)
        for e in range(kind.m):
            # Near the output, so that the way back stays small.
            off = _WIDER[int(next(chances) * len(_WIDER))]
            q[n.y(0, e)] = q[n.of("a", kind.L, 0, e)] + off
    else:
        first = next(chances) < 0.5
        q |= {"y1": float(first), "y2": float(not first)}
    return q


def _teaches(kind: Level, q: ByName) -> bool:
    """Whether nothing vanishes and no two are alike; fills in the forward pass."""
    x = [v for name, v in q.items() if name[0] == "x"]
    if len(set(x)) < len(x):
        return False
    for step in _steps_of(kind):
        if step.name == "loss" or step.name.startswith(("p_", "dL")):
            break
        q[step.name] = step.right(q)
        if abs(q[step.name]) > _FAR:
            return False
    hidden = [v for name, v in q.items() if name.startswith("z1")]
    if 0 in hidden or len(set(map(abs, hidden))) < len(hidden):
        return False
    if kind.activation[0] is _RELU:
        return min(hidden) < 0 < max(hidden)
    if kind.activation[0] is SQUARE:
        return max(map(abs, hidden)) <= 4
    return abs(q["a2_1"] - q["a2_2"]) in SHARES


SHARES = (0, 1, 2, 3)
"""How far apart two logits may be: so many rows has the table of the softmax."""


def _slips(level: str, q: ByName) -> dict[str, tuple[tuple[str, float], ...]]:
    """For each blank the slips that show there, with their numbers."""
    exact = LEVELS[level].loss == "squared_difference"
    near, found = 1e-9 if exact else 0.02, {}
    for step in _steps(level):
        numbers = ((name, way(q)) for name, way in step.wrong)
        found[step.name] = tuple(
            dict.fromkeys(
                (name, v + 0.0 if exact else round(v, 9) + 0.0)
                for name, v in numbers
                if math.isfinite(v) and abs(v - q[step.name]) > near
            )
        )
    return found


def _worth(slips: Mapping[str, Iterable[tuple[str, float]]], practise: str) -> tuple[int, int]:
    """How good these numbers are: in how many blanks the slip stands alone; how many slips do."""
    alone, apart = 0, 0
    for pairs in slips.values():
        by_number: dict[float, set] = {}
        for name, v in pairs:
            by_number.setdefault(v, set()).add(name)
        single = [next(iter(names)) for names in by_number.values() if len(names) == 1]
        alone += practise in single
        apart += len(set(single))
    return alone, apart


def _exercise(level: str, number: int, practise: str, q: ByName, slips) -> Sheet:
    kind, n = LEVELS[level], _Names(LEVELS[level])
    L, widths = kind.L, kind.widths
    x = np.array([[q[n.of("a", 0, i, e)] for i in range(widths[0])] for e in range(kind.m)])
    w = tuple(
        np.array([[q[n.w(k, i, j)] for j in range(widths[k])] for i in range(widths[k - 1])])
        for k in range(1, L + 1)
    )
    b = tuple(np.array([q[n.b(k)]]) for k in range(1, L + 1)) if kind.bias else None
    y = np.array([[q[n.y(j, e)] for j in range(widths[L])] for e in range(kind.m)])
    names = {step.name for step in _steps(level)}
    given = {name: value for name, value in q.items() if name not in names}
    exact = _exact(level, given)
    blanks = {
        step.name: Blank(
            step.name,
            right := round(q[step.name], 9) + 0.0,
            # Who rounds p to two decimals and who keeps more are both right.
            1e-6
            if exact is None or right == exact[step.name]
            else abs(right - exact[step.name]) + 0.0051,
            step.formula,
            _line(step, q),
            slips[step.name],
        )
        for step in _steps(level)
    }
    return Sheet(level, number, practise, x, w, y, b, given, blanks)


def _exact(level: str, given: ByName) -> ByName | None:
    """Every number without rounding p, where a level has p."""
    if LEVELS[level].loss == "squared_difference":
        return None
    q = dict(given)
    for step in _steps(level):
        if step.name.startswith("p_"):
            names = step.needs
            shares = losses.softmax(np.array([q[name] for name in names]))
            q[step.name] = float(shares[int(step.name[2:]) - 1])
        else:
            q[step.name] = step.right(q)
    return q


def _line(step: _Step, q: ByName) -> str:
    """The step with its numbers: "z¹ = x · w¹ = 2 · (−1) = −2"."""
    put, right = step.put(q), shown(q[step.name])
    parts = [written(step.name), step.formula, *([put] if put != right else []), right]
    if step.name.startswith("p_"):
        return f"{parts[0]} = {right}: {put}, and the table has the rest"
    return " = ".join(parts)
