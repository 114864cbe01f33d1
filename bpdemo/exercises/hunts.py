"""The bug hunts, as data: short programs as a learner writes them, and the bugs to put in.

The right line and the wrong one stand here once. What is shown is what is compiled and run
(`bpdemo.exercises.hunt`); that the right code agrees with the gradient check, and that each bug
does not, is for the tests to say.
"""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from bpdemo import activations, losses, network

__all__ = ["TABLE", "Bug", "Hunt"]

BATCH = 4
"""How many examples a mini-batch of the hunt of 08 has."""


@dataclass(frozen=True)
class Bug:
    """One bug.

    Attributes
    ----------
    name : its name in this hunt.
    line : the number of the line, from 1.
    wrong : the line as it shouldn't be, without its indent.
    why : what is wrong with it.
    """

    name: str
    line: int
    wrong: str
    why: str


@dataclass(frozen=True)
class Hunt:
    """One hunt.

    Attributes
    ----------
    name : its notebook.
    about : what the code does, and on which network.
    lines : the right code: each line, and what it does, as an end of "Line 3 is right: …".
    bugs : the bugs; each exchanges one line.
    network : what to check it on: the arguments of `bpdemo.check_gradients`.
    adapt : from the function that the code defines to ``backward(trace, y, loss)``.
    """

    name: str
    about: str
    lines: tuple[tuple[str, str], ...]
    bugs: tuple[Bug, ...]
    network: Callable[[], Mapping[str, Any]]
    adapt: Callable[[Callable], Callable]


def names() -> dict[str, Any]:
    """What the programs may use."""
    return {
        "np": np,
        "sigma_prime": activations.TABLE["sigmoid"].derivative,
        "sigma": activations.TABLE["sigmoid"].f,
        "softmax": losses.softmax,
    }


# --- from the programs to `backward(trace, y, loss)` ---------------------------------------------


def _by_layer(arrays) -> dict[int, np.ndarray]:
    """{k: array} with copies: a program with a bug may change what it is given."""
    return {k: v.copy() for k, v in enumerate(arrays, arrays.first)}


def _gradients(trace, dL_dw, dL_db=None):
    """What a gradient check takes. A layer that the program left out has no gradient: 0."""

    def filled(found, like):
        return {
            k: np.asarray(found[k], dtype=float) if k in found else np.zeros_like(v)
            for k, v in enumerate(like, 1)
        }

    return SimpleNamespace(dL_dw=filled(dL_dw, trace.w), dL_db=filled(dL_db or {}, trace.b))


def _chain(run):
    def backward(trace, y, loss="squared_difference"):
        a, z, w = ({k: v.item() for k, v in _by_layer(u).items()} for u in trace_of(trace))
        found = run(a, z, w, np.asarray(y, dtype=float).item())
        return _gradients(trace, {k: [[v]] for k, v in found.items()})

    return backward


def trace_of(trace):
    """(a, z, w) of a trace."""
    return trace.a, trace.z, trace.w


def _matrices(run):
    def backward(trace, y, loss="squared_difference"):
        return _gradients(trace, run(*map(_by_layer, trace_of(trace)), np.array(y, dtype=float)))

    return backward


def _with_biases(run):
    def backward(trace, y, loss="squared_difference"):
        return _gradients(trace, *run(*map(_by_layer, trace_of(trace)), np.array(y, dtype=float)))

    return backward


def _checker(run):
    def backward(trace, y, loss="squared_difference"):
        entry, x, sigma = losses.get(loss), trace.a[0], [*trace.activation]
        b, y = [*trace.b] or None, np.array(y, dtype=float)

        def loss_of(k):
            def loss_with(w_k):
                w = [w_k if j == k else v for j, v in enumerate(trace.w, 1)]
                return float(entry(network.forward(x, w, activation=sigma, b=b).a[trace.L], y))

            return loss_with

        return _gradients(trace, {k: run(loss_of(k), w) for k, w in _by_layer(trace.w).items()})

    return backward


def _in_batches(run):
    def backward(trace, y, loss="softmax_cross_entropy"):
        w, b = _by_layer(trace.w), _by_layer(trace.b)
        return _gradients(trace, *run(trace.a[0].copy(), np.array(y, dtype=float), w, b, BATCH))

    return backward


# --- the networks to check them on ---------------------------------------------------------------


def _network(widths, m, seed, activation="sigmoid", biases=False):
    rng = np.random.default_rng(seed)
    pairs = [*itertools.pairwise(widths)]
    return {
        "x": rng.normal(size=(m, widths[0])),
        "w": [rng.normal(size=pair) for pair in pairs],
        "y": rng.uniform(0.1, 0.9, size=(m, widths[-1])),
        "activation": activation,
        "b": [rng.normal(scale=0.5, size=n) for _, n in pairs] if biases else None,
        "loss": "squared_difference",
    }


def _network_03():
    w = [np.array([[v]]) for v in (0.8, -1.2, 1.5)]  # the chain of the series
    return {
        "x": np.array([[0.5]]),
        "w": w,
        "y": np.array([[1.0]]),
        "activation": "sigmoid",
        "b": None,
        "loss": "squared_difference",
    }


def _network_08():
    made = _network([3, 4, 3], 10, 8, ["relu", "identity"], biases=True)
    labels = np.eye(3)[np.random.default_rng(1).integers(3, size=10)]  # (10, 3)
    return {**made, "y": labels, "loss": "softmax_cross_entropy"}


# --- the programs --------------------------------------------------------------------------------

_INPUTS = "it only names what comes in."
_RETURN = "it hands over what was found."
_EMPTY = "it makes room for the results."
_LAST = "w has a key for each layer, and the largest is L."
_BASE = "it's the base case, ∂ℒ/∂aᴸ = 2(aᴸ − y)."

_03 = Hunt(
    name="03",
    about=(
        "The way back through a chain with one sigmoid neuron per layer, in plain numbers. "
        "a, z and w are dictionaries with the layer's number as the key."
    ),
    lines=(
        ("def backward(a, z, w, y):", _INPUTS),
        ("    L = max(w)", _LAST),
        ("    dL_da = {L: 2 * (a[L] - y)}", _BASE),
        (
            "    for k in range(L - 1, 0, -1):",
            "layer by layer from the last but one down to the first, each needs the one after it.",
        ),
        (
            "        dL_da[k] = dL_da[k + 1] * sigma_prime(z[k + 1]) * w[k + 1]",
            "it's the step back, ∂ℒ/∂aᵏ = ∂ℒ/∂aᵏ⁺¹ · σ′(zᵏ⁺¹) · wᵏ⁺¹.",
        ),
        ("    dL_dw = {}", _EMPTY),
        ("    for k in range(L, 0, -1):", "it visits every layer."),
        (
            "        dL_dw[k] = dL_da[k] * sigma_prime(z[k]) * a[k - 1]",
            "it's the three factors, ∂ℒ/∂wᵏ = ∂ℒ/∂aᵏ · σ′(zᵏ) · aᵏ⁻¹.",
        ),
        ("    return dL_dw", _RETURN),
    ),
    bugs=(
        Bug(
            "slip-of-the-notes",
            5,
            "dL_da[k] = dL_da[k + 1] * sigma_prime(a[k + 1]) * w[k + 1]",
            "It takes the slope at a instead of z, the slip of the notes. The last layer doesn't "
            "step back, so its gradient is right.",
        ),
        Bug(
            "lost-2",
            3,
            "dL_da = {L: a[L] - y}",
            "The slope of a square has a factor 2. Lost in the base case, it's missing everywhere.",
        ),
        Bug(
            "wrong-weight",
            5,
            "dL_da[k] = dL_da[k + 1] * sigma_prime(z[k + 1]) * w[k]",
            "aᵏ acts on the loss through the weight that leads out of it, wᵏ⁺¹. wᵏ leads in.",
        ),
        Bug(
            "wrong-input",
            8,
            "dL_dw[k] = dL_da[k] * sigma_prime(z[k]) * a[k]",
            "The third factor is what came into the layer, aᵏ⁻¹, not what it put out.",
        ),
        Bug(
            "sign",
            3,
            "dL_da = {L: 2 * (y - a[L])}",
            "It should be a − y. Now every gradient has the wrong sign, and a step against it goes "
            "uphill.",
        ),
        Bug(
            "lost-slope",
            5,
            "dL_da[k] = dL_da[k + 1] * w[k + 1]",
            "σ′ is missing on the way back: from ∂ℒ/∂aᵏ⁺¹ it must go through the curve first.",
        ),
        Bug(
            "slope-at-a",
            8,
            "dL_dw[k] = dL_da[k] * sigma_prime(a[k]) * a[k - 1]",
            "It takes the slope at a instead of z. The step back does it right, so only this line "
            "is to blame, in every layer.",
        ),
        Bug(
            "slope-one-early",
            5,
            "dL_da[k] = dL_da[k + 1] * sigma_prime(z[k]) * w[k + 1]",
            "The curve between aᵏ and the loss is that of the next layer, at zᵏ⁺¹. With zᵏ the "
            "slope belongs to the layer before it.",
        ),
        Bug(
            "stops-early",
            7,
            "for k in range(L, 1, -1):",
            "range stops before its end, so layer 1 is never visited and its weight gets no "
            "gradient. It would never learn.",
        ),
    ),
    network=_network_03,
    adapt=_chain,
)

_05 = Hunt(
    name="05",
    about=(
        "The way back with matrices and a batch. a[k] has the shape (m, n_k) and w[k] the shape "
        "(n_{k−1}, n_k). The network is square, 3-3-3-3, on purpose: a lost transpose runs there."
    ),
    lines=(
        ("def backward(a, z, w, y):", _INPUTS),
        ("    L = max(w)", _LAST),
        ("    dL_da = 2 * (a[L] - y)", _BASE),
        ("    dL_dw = {}", _EMPTY),
        ("    for k in range(L, 0, -1):", "it visits every layer, from the last to the first."),
        (
            "        delta = dL_da * sigma_prime(z[k])",
            "entry by entry, δᵏ = ∂ℒ/∂aᵏ ⊙ σ′(zᵏ).",
        ),
        (
            "        dL_dw[k] = a[k - 1].T @ delta",
            "it sums over the examples, ∂ℒ/∂wᵏ = (aᵏ⁻¹)ᵀ δᵏ.",
        ),
        (
            "        dL_da = delta @ w[k].T",
            "it sums over the neurons of layer k, ∂ℒ/∂aᵏ⁻¹ = δᵏ (wᵏ)ᵀ.",
        ),
        ("    return dL_dw", _RETURN),
    ),
    bugs=(
        Bug(
            "lost-transpose",
            8,
            "dL_da = delta @ w[k]",
            "The transpose is missing. The sum must run over the neurons of layer k, and these are "
            "the columns of wᵏ. A square w hides it: both products have the same shape.",
        ),
        Bug(
            "transposed-product",
            7,
            "dL_dw[k] = delta.T @ a[k - 1]",
            "The two factors are swapped, so the gradient comes out transposed: row and column, "
            "from and to, have changed places.",
        ),
        Bug(
            "slope-at-a",
            6,
            "delta = dL_da * sigma_prime(a[k])",
            "It takes the slope at a instead of z. So every layer is off, the last one too.",
        ),
        Bug(
            "mean-for-sum",
            3,
            "dL_da = 2 * (a[L] - y) / len(y)",
            "It divides by the number of examples, but this loss is a sum and not a mean.",
        ),
        Bug(
            "no-delta",
            7,
            "dL_dw[k] = a[k - 1].T @ dL_da",
            "It multiplies by ∂ℒ/∂a where δ belongs: σ′ is missing in every ∂ℒ/∂w.",
        ),
        Bug(
            "step-without-slope",
            8,
            "dL_da = dL_da @ w[k].T",
            "It steps back from ∂ℒ/∂a instead of δ: σ′ gets lost with every step, but the last "
            "layer is right.",
        ),
        Bug(
            "last-example",
            7,
            "dL_dw[k] = a[k - 1][-1:].T @ delta[-1:]",
            "Only the last example counts, as with = for +=. Each example is a path of its own, "
            "and paths add.",
        ),
        Bug(
            "last-path",
            8,
            "dL_da = delta[:, -1:] @ w[k][:, -1:].T",
            "Only the path through the last neuron counts. A neuron feeds all neurons of the next "
            "layer, and all these paths add.",
        ),
        Bug(
            "wrong-input",
            7,
            "dL_dw[k] = a[k].T @ delta",
            "It multiplies by what the layer put out. The weight was multiplied by what came in, "
            "aᵏ⁻¹.",
        ),
        Bug(
            "lost-2",
            3,
            "dL_da = a[L] - y",
            "The slope of a square has a factor 2. Lost in the base case, it's missing everywhere.",
        ),
    ),
    network=lambda: _network([3, 3, 3, 3], 4, 5),
    adapt=_matrices,
)

_06 = Hunt(
    name="06",
    about=(
        "Three layers with biases: first tanh, then ReLU, and no curve at the end (the identity, "
        "with slope 1). The widths are 2-3-3-2, with five examples."
    ),
    lines=(
        ("def backward(a, z, w, y):", _INPUTS),
        ("    delta, dL_dw, dL_db = {}, {}, {}", _EMPTY),
        (
            "    delta[3] = 2 * (a[3] - y)",
            "the identity has the slope 1, so δ³ = ∂ℒ/∂a³ = 2(a³ − y).",
        ),
        (
            "    delta[2] = delta[3] @ w[3].T * (z[2] > 0)",
            "the step back to layer 2, and ReLU's slope: 1 where z > 0, else 0.",
        ),
        (
            "    delta[1] = delta[2] @ w[2].T * (1 - a[1] ** 2)",
            "the step back to layer 1, and tanh's slope written in a, 1 − a · a.",
        ),
        ("    for k in (3, 2, 1):", "it visits every layer."),
        (
            "        dL_dw[k] = a[k - 1].T @ delta[k]",
            "it sums over the examples, ∂ℒ/∂wᵏ = (aᵏ⁻¹)ᵀ δᵏ.",
        ),
        (
            "        dL_db[k] = delta[k].sum(axis=0)",
            "∂z/∂b = 1, and each example has its share, so ∂ℒ/∂bᵏ is the sum of the δᵏ.",
        ),
        ("    return dL_dw, dL_db", _RETURN),
    ),
    bugs=(
        Bug(
            "relu-mask",
            4,
            "delta[2] = delta[3] @ w[3].T * (a[2] >= 0)",
            "ReLU's output is never below 0, so this mask is always true: neurons that are off "
            "get a gradient.",
        ),
        Bug(
            "bias-mean",
            8,
            "dL_db[k] = delta[k].mean(axis=0)",
            "It takes the mean over the examples, though the loss is a sum. Only the biases "
            "are off.",
        ),
        Bug(
            "tanh-in-z",
            5,
            "delta[1] = delta[2] @ w[2].T * (1 - z[1] ** 2)",
            "1 − a · a is written in a, the output of tanh. With z it's another function. Only "
            "layer 1 has tanh, so only layer 1 is off.",
        ),
        Bug(
            "slope-of-the-sigmoid",
            5,
            "delta[1] = delta[2] @ w[2].T * a[1] * (1 - a[1])",
            "a(1 − a) belongs to the sigmoid. Layer 1 has tanh, with 1 − a · a.",
        ),
        Bug(
            "slope-at-the-end",
            3,
            "delta[3] = 2 * (a[3] - y) * a[3] * (1 - a[3])",
            "It puts in the sigmoid's slope, but the last layer has no curve: its slope is 1.",
        ),
        Bug(
            "bias-of-one",
            8,
            "dL_db[k] = delta[k][-1]",
            "Only the last example counts, as with = for +=. One bias serves all of them.",
        ),
        Bug(
            "mask-of-another-layer",
            4,
            "delta[2] = delta[3] @ w[3].T * (z[1] > 0)",
            "The mask is made from z of layer 1. Each layer is bent by its own curve, at its "
            "own z.",
        ),
        Bug(
            "lost-transpose",
            5,
            "delta[1] = delta[2] @ w[2] * (1 - a[1] ** 2)",
            "The transpose is missing. w² is square here, so it runs, but it sums over the wrong "
            "index.",
        ),
        Bug(
            "stops-early",
            6,
            "for k in (3, 2):",
            "Layer 1 is left out: its weights and biases get no gradient, and would never learn.",
        ),
        Bug(
            "tanh-twice",
            5,
            "delta[1] = delta[2] @ w[2].T * (1 - np.tanh(a[1]) ** 2)",
            "a is tanh(z) already. With tanh once more it's the slope at a instead of z.",
        ),
    ),
    network=lambda: _network([2, 3, 3, 2], 5, 6, ["tanh", "relu", "identity"], biases=True),
    adapt=_with_biases,
)

_07 = Hunt(
    name="07",
    about=(
        "This time the checker has the bug. It measures the slope along every entry of w with a "
        "step to each side; w.flat[i] is entry number i, row by row. The package measures in its "
        "own way, and compares."
    ),
    lines=(
        (
            "def measured(loss, w, h=1e-5):",
            "near 10⁻⁵ the error of the bend and that of rounding are both small.",
        ),
        ("    slopes = np.zeros_like(w)", "it makes a table of zeros, of the shape of w."),
        ("    for i in range(w.size):", "it visits every entry."),
        ("        kept = w.flat[i]", "it remembers the entry before moving it."),
        ("        w.flat[i] = kept + h", "one step forward."),
        ("        up = loss(w)", "the loss after the step forward."),
        ("        w.flat[i] = kept - h", "one step back from where it stood."),
        ("        down = loss(w)", "the loss after the step back."),
        ("        w.flat[i] = kept", "it puts the entry back before the next one is moved."),
        (
            "        slopes.flat[i] = (up - down) / (2 * h)",
            "it's the central difference: from w − h to w + h is a way of 2h.",
        ),
        ("    return slopes", _RETURN),
    ),
    bugs=(
        Bug(
            "precedence",
            10,
            "slopes.flat[i] = (up - down) / 2 * h",
            "Python divides by 2 and then multiplies by h. The parentheses around 2 * h are "
            "needed.",
        ),
        Bug(
            "one-h",
            10,
            "slopes.flat[i] = (up - down) / h",
            "From w − h to w + h is a way of 2h. Divided by h alone, every slope is doubled.",
        ),
        Bug(
            "not-put-back",
            9,
            "kept = w.flat[i]",
            "It's the wrong way round: the entry is never put back. From the second entry on, each "
            "slope is measured a little away from where it should be: too little to see by eye.",
        ),
        Bug(
            "smaller-is-better",
            1,
            "def measured(loss, w, h=1e-16):",
            "Such a step is lost in rounding: for most entries w + h is w, and the slope comes out "
            "as 0.",
        ),
        Bug(
            "one-sided",
            7,
            "w.flat[i] = kept",
            "It doesn't step back, so the way is h and not 2h: every slope is about half of "
            "what it "
            "should be.",
        ),
        Bug(
            "rows-only",
            3,
            "for i in range(len(w)):",
            "len(w) is the number of rows, not of entries. All the later entries keep the slope 0.",
        ),
        Bug(
            "same-table",
            2,
            "slopes = w",
            "That's no new table but a second name for w: each slope is written over a weight, and "
            "the next one is measured on a changed network.",
        ),
        Bug(
            "down-minus-up",
            10,
            "slopes.flat[i] = (down - up) / (2 * h)",
            "The sign is the other way round: rise is where it goes forward minus where it goes "
            "back.",
        ),
        Bug(
            "too-wide",
            1,
            "def measured(loss, w, h=0.5):",
            "Over such a wide step the loss bends, and the secant isn't the tangent.",
        ),
        Bug(
            "first-entry",
            4,
            "kept = w.flat[0]",
            "It remembers the first entry of w every time, and puts that back for all the others.",
        ),
    ),
    network=lambda: _network([2, 3, 2], 4, 7),
    adapt=_checker,
)

_08 = Hunt(
    name="08",
    about=(
        "Softmax with cross-entropy, after one layer of ReLU. The gradient of the whole loss, "
        "a sum "
        f"over ten examples, is gathered from mini-batches of {BATCH}; the last one is smaller."
    ),
    lines=(
        ("def backward(x, y, w, b, size):", _INPUTS),
        ("    dL_dw, dL_db = {1: 0, 2: 0}, {1: 0, 2: 0}", "the sums start at 0."),
        (
            "    for i in range(0, len(x), size):",
            "it goes through all mini-batches, the small one at the end too.",
        ),
        (
            "        x_part, y_part = x[i : i + size], y[i : i + size]",
            "it takes the same examples of x and of y.",
        ),
        ("        a1 = np.maximum(0, x_part @ w[1] + b[1])", "it's layer 1, with ReLU."),
        (
            "        p = softmax(a1 @ w[2] + b[2])",
            "it makes shares of the logits, a row for each example.",
        ),
        ("        delta2 = p - y_part", "softmax and cross-entropy together leave p − y."),
        (
            "        delta1 = delta2 @ w[2].T * (a1 > 0)",
            "it's the step back and ReLU's slope; a > 0 just where z > 0.",
        ),
        (
            "        for k, a, delta in [(1, x_part, delta1), (2, a1, delta2)]:",
            "each layer has what came in and its own δ.",
        ),
        (
            "            dL_dw[k] += a.T @ delta",
            "it adds this mini-batch's share, summed over its examples.",
        ),
        (
            "            dL_db[k] += delta.sum(axis=0)",
            "it adds this mini-batch's share, summed over its examples.",
        ),
        ("    return dL_dw, dL_db", _RETURN),
    ),
    bugs=(
        Bug(
            "slope-twice",
            7,
            "delta2 = (p - y_part) * p * (1 - p)",
            "It puts in a slope once more. The slope of softmax is in p − y already.",
        ),
        Bug(
            "last-batch-only",
            10,
            "dL_dw[k] = a.T @ delta",
            "With = instead of += each mini-batch wipes out the one before; only the last one "
            "counts. The biases are right.",
        ),
        Bug(
            "labels-out-of-step",
            4,
            "x_part, y_part = x[i : i + size], np.roll(y, 1, axis=0)[i : i + size]",
            "The labels are one example late: each x meets the label of the example before it.",
        ),
        Bug(
            "drops-the-last",
            3,
            "for i in range(0, len(x) - size, size):",
            "It ends too early: the last mini-batch, the small one, is left out.",
        ),
        Bug(
            "mean-of-a-batch",
            7,
            "delta2 = (p - y_part) / len(y_part)",
            "It takes the mean over each mini-batch, though the loss is a sum. And the small "
            "one at "
            "the end gets another factor than the rest.",
        ),
        Bug(
            "no-mask",
            8,
            "delta1 = delta2 @ w[2].T",
            "ReLU's slope is missing: neurons that are off get a gradient. Layer 2 is right.",
        ),
        Bug(
            "sigmoid-for-softmax",
            6,
            "p = sigma(a1 @ w[2] + b[2])",
            "A sigmoid for each class gives numbers that don't sum to 1. The loss is made from "
            "softmax's shares.",
        ),
        Bug(
            "wrong-axis",
            6,
            "p = softmax((a1 @ w[2] + b[2]).T).T",
            "It shares out over the examples instead of the classes: columns sum to 1, rows don't.",
        ),
        Bug(
            "no-bias",
            5,
            "a1 = np.maximum(0, x_part @ w[1])",
            "The bias is missing on the way forward, so the gradient belongs to another network.",
        ),
        Bug(
            "sign",
            7,
            "delta2 = y_part - p",
            "It's the other way round, so every gradient has the wrong sign.",
        ),
        Bug(
            "bias-mean",
            11,
            "dL_db[k] += delta.mean(axis=0)",
            "It takes the mean for the bias and the sum for the weights. The loss is a sum.",
        ),
    ),
    network=_network_08,
    adapt=_in_batches,
)

TABLE: dict[str, Hunt] = {hunt.name: hunt for hunt in (_03, _05, _06, _07, _08)}
"""Every hunt, by its notebook."""
