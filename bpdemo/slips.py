"""Backward passes that are wrong on purpose, to be caught by the gradient check: the bug zoo.

Each entry of `TABLE` is `bpdemo.backward` with one line exchanged: a slip that people really make.
It runs like the right one, and training with it lowers the loss all the same (with one exception,
the wrong sign): only a measured gradient tells.
``check_gradients(x, w, y, backward=slips.TABLE["sigma_of_a"].backward)`` does.

The line is exchanged in the source of `bpdemo.backward` itself, and the result is compiled: what
the zoo shows is code that runs. `patched` does it for any slips, in any layers.

`problem` is a network small enough to look at, square enough for every slip to run on it.

Never use one of these for anything but being caught.
"""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from bpdemo import activations, network, validation
from bpdemo.network import Gradients, Layers, Trace

__all__ = ["OTHERS", "RATE", "TABLE", "Problem", "Slip", "get", "patched", "problem"]

RATE = 0.2
"""The learning rate of the training that `problem` is made for; η in the lines of the slips."""


@dataclass(frozen=True)
class Slip:
    """One slip.

    Attributes
    ----------
    name : its name in `TABLE`.
    says : what it gets wrong, in one sentence.
    line, right : the wrong line of `backward`, and the line as it should be.
    hidden : where it can't be seen, because the wrong line gives the right number.
    seen : which rows of the check fail, and so where to look.
    rows : these rows again, for a test: "w" and "b" mean those of all layers, "w-" and "b-" those
        of all but the last, "w1" and "b1" those of layer 1.
    where : the layers in which the line is exchanged: "all", "later" (k > 1: there is no w^0, and
        the weights don't need ∂ℒ/∂a^0), "relu" (those with that σ), "first" or "last".
    falls : does the loss still fall when `problem` is trained with it?
    activation : a σ of the hidden layers with which it shows.
    found : where the slip stood in published code or its results, where that is known.
    """

    name: str
    says: str
    line: str
    right: str
    hidden: str
    seen: str
    rows: tuple[str, ...]
    where: str = "all"
    falls: bool = True
    activation: str = "sigmoid"
    found: str = ""

    @cached_property
    def backward(self) -> Callable[..., Gradients]:
        """``backward(trace, y, loss)``, as `bpdemo.backward`, with the slip."""
        return patched((self, None))

    def layers(self, trace: Trace) -> tuple[int, ...]:
        """The layers of a network in which the line is exchanged."""
        every = tuple(range(1, trace.L + 1))
        if self.where == "relu":
            return tuple(k for k in every if trace.activation[k].name == "relu")
        return {"all": every, "later": every[1:], "first": every[:1], "last": every[-1:]}[
            self.where
        ]


def _change(name: str, value) -> tuple[Slip, Iterable[int] | None]:
    """A slip, and its layers or None."""
    if not (isinstance(value, tuple | list) and len(value) == 2 and isinstance(value[0], Slip)):
        raise TypeError(
            f"{name}: expected pairs of a slip and its layers or None, "
            f"received {validation.briefly(value)}"
        )
    layers = validation.each(validation.whole(1), "the numbers of layers")
    return value[0], validation.optional(layers)(f"{name}: layers", value[1])


@validation.checked(changes=_change, eta=validation.real())
def patched(
    *changes: tuple[Slip, Iterable[int] | None], eta: float = RATE, order=None
) -> Callable[..., Gradients]:
    """`bpdemo.backward` with the lines of some slips exchanged, each in its layers.

    Parameters
    ----------
    changes : pairs of a slip and the layers to have it in; None for all the layers where it
        belongs.
    eta, order : what the lines of two slips need: the learning rate η of a step taken too early,
        and an order of the examples, as an index.

    Returns
    -------
    ``backward(trace, y, loss)``. A gradient that it never computes is 0, as in the array of zeros
    that a learner's code starts from.
    """
    run = _compiled(tuple(slip for slip, _ in changes))

    def backward(trace: Trace, y, loss="squared_difference") -> Gradients:
        layers = [frozenset(slip.layers(trace) if ks is None else ks) for slip, ks in changes]
        grad = run(trace, y, loss, layers, eta, order)
        like = {"dL_da": trace.a, "dL_dz": trace.z, "dL_dw": trace.w, "dL_db": trace.b}
        return Gradients(**{n: _filled(n, getattr(grad, n), v) for n, v in like.items()})

    return backward


def _filled(name: str, gradient: Layers, like: Layers) -> Layers:
    """The gradient with zeros where there is none."""
    arrays = [
        np.zeros_like(v) if got is None else got for got, v in zip(gradient, like, strict=True)
    ]
    return Layers(name, arrays, first=like.first)


@cache
def _compiled(changes: tuple[Slip, ...]) -> Callable:
    """The source of `backward` with each slip's line beside the right one, compiled.

    A line of the loop becomes ``if k in layers[n]: wrong, else: right``. The base case stands
    before the loop and belongs to layer L, the loop itself to layer 1.
    """
    source = inspect.getsource(network.backward)
    lines = source[source.index("def ") :].splitlines()  # without the decorator of a mutation tool
    lines[0] = "def backward(trace, y, loss, layers, eta, order):"
    for n, slip in enumerate(changes):
        code = [line.partition("#")[0].strip() for line in lines]
        if slip.right not in code:
            raise ValueError(f"slip {slip.name}: backward has no line {slip.right!r}")
        at = code.index(slip.right)
        indent = lines[at][: -len(lines[at].lstrip())]
        if slip.right == _LOOP:
            wrong, right = (line[len("for k in ") : -1] for line in (slip.line, slip.right))
            lines[at] = f"{indent}for k in {wrong} if 1 in layers[{n}] else {right}:"
            continue
        k = "L" if slip.right == _BASE else "k"
        lines[at : at + 1] = [
            f"{indent}if {k} in layers[{n}]:",
            f"{indent}    {slip.line}",
            f"{indent}else:",
            f"{indent}    {slip.right}",
        ]
    scope = dict(vars(network))
    exec(compile("\n".join(lines), "<backward with slips>", "exec"), scope)
    return scope["backward"]


# The lines of `backward` that the slips exchange.
_BASE = "dL_da[L] = loss.derivative(a[L], y)"
_LOOP = "for k in range(L, 0, -1):"
_SLOPE = "da_dz = sigma[k].derivative(z[k], a[k])"
_DELTA = "dL_dz[k] = dL_da[k] * da_dz"
_WEIGHTS = "dL_dw[k] = a[k - 1].mT @ dL_dz[k]"
_STEP_BACK = "dL_da[k - 1] = dL_dz[k] @ w[k].mT"
_BIASES = "dL_db[k] = dL_dz[k].sum(axis=-2)"

TABLE: dict[str, Slip] = {
    entry.name: entry
    for entry in (
        Slip(
            name="sigma_of_a",
            says="It takes σ′ at a^k, the activated output, instead of at z^k.",
            line="da_dz = sigma[k].derivative(a[k])",
            right=_SLOPE,
            hidden="with identity, relu and leaky relu, where σ′(a) = σ′(z)",
            seen="every layer, the last one too: a local slope is wrong",
            rows=("w", "b"),
        ),
        Slip(
            name="wrong_sign",
            says="It starts from y − a^L, so that every gradient points the other way.",
            line="dL_da[L] = -loss.derivative(a[L], y)",
            right=_BASE,
            hidden="nowhere, unless a^L = y",
            seen="every layer, with a relative error of exactly 2: the base case",
            rows=("w", "b"),
            where="last",
            falls=False,
        ),
        Slip(
            name="lost_factor_2",
            says="It starts from a^L − y, without the 2 of the squared difference.",
            line="dL_da[L] = loss.derivative(a[L], y) / 2",
            right=_BASE,
            hidden="nowhere, unless a^L = y; the direction is right, so training only looks slower",
            seen="every layer, with a relative error of exactly ½: the base case",
            rows=("w", "b"),
            where="last",
        ),
        Slip(
            name="mean_for_sum",
            says="It divides by the number of examples, though the loss is a sum and not a mean.",
            line="dL_da[L] = loss.derivative(a[L], y) / len(y)",
            right=_BASE,
            hidden="with one example",
            seen="every layer, with the same relative error, 1 − 1/m: the base case",
            rows=("w", "b"),
            where="last",
        ),
        Slip(
            name="lost_transpose",
            says="It steps back through w^k where it should be the transpose of w^k.",
            line="dL_da[k - 1] = dL_dz[k] @ w[k]",
            right=_STEP_BACK,
            hidden="with one neuron per layer; it runs only where each later w^k is square",
            seen="all layers but the last: the step back",
            rows=("w-", "b-"),
            where="later",
        ),
        Slip(
            name="wrong_layer",
            says="It steps back from layer k through the weights w^{k-1} instead of w^k.",
            line="dL_da[k - 1] = dL_dz[k] @ w[k - 1].mT",
            right=_STEP_BACK,
            hidden="where the two weights are equal; it runs only where they have the same shape",
            seen="all layers but the last: the step back",
            rows=("w-", "b-"),
            where="later",
        ),
        Slip(
            name="relu_mask",
            says=(
                "It takes ReLU's mask from a^k and with >=. But a^k is never below 0, "
                "so the mask is always true and lets everything through."
            ),
            line="da_dz = a[k] >= 0",
            right=_SLOPE,
            hidden="with any activation but relu; or where no neuron is below 0",
            seen="all layers but the last, in the weights of neurons that are off: a local slope",
            rows=("w-", "b-"),
            where="relu",
            activation="relu",
            found="the NumPy tutorial Deep learning on MNIST",
        ),
        Slip(
            name="updated_weights",
            says="It moves w^k first, and then steps back through the weights it has just moved.",
            line="dL_da[k - 1] = dL_dz[k] @ (w[k] - eta * dL_dw[k]).mT",
            right=_STEP_BACK,
            hidden="as η goes to 0; in a network of one layer",
            seen="all layers but the last, by little, and by more for a larger η: the step back",
            rows=("w-", "b-"),
            where="later",
            found="Mazur's worked example, whose published loss comes from it",
        ),
        Slip(
            name="skipped_slope",
            says=(
                "It starts from 2 (a^L − y) as ∂ℒ/∂z^L, as if the last σ′ cancelled. "
                "It does so with cross-entropy, not with the squared difference."
            ),
            line="dL_dz[k] = dL_da[k]",
            right=_DELTA,
            hidden="where the last activation is the identity",
            seen="every layer: wrong from the last one on",
            rows=("w", "b"),
            where="last",
            found="pull request 3 of Bot-Academy/NeuralNetworkFromScratch",
        ),
        Slip(
            name="unbent_step",
            says=(
                "It steps back from ∂ℒ/∂a^k instead of ∂ℒ/∂z^k: the local slope "
                "gets lost on the way."
            ),
            line="dL_da[k - 1] = dL_da[k] @ w[k].mT",
            right=_STEP_BACK,
            hidden="where every later activation is the identity",
            seen="all layers but the last, and much too large: the step back",
            rows=("w-", "b-"),
            where="later",
        ),
        Slip(
            name="last_path_only",
            says=(
                "It writes = for += where paths join, so that only the path through "
                "the last neuron counts."
            ),
            line="dL_da[k - 1] = dL_dz[k][..., -1:] @ w[k][..., -1:].mT",
            right=_STEP_BACK,
            hidden="with one neuron per layer",
            seen="all layers but the last: the step back",
            rows=("w-", "b-"),
            where="later",
        ),
        Slip(
            name="last_example_only",
            says=(
                "It writes = for += over the examples, so that only the last one "
                "teaches the weights."
            ),
            line="dL_dw[k] = a[k - 1][..., -1:, :].mT @ dL_dz[k][..., -1:, :]",
            right=_WEIGHTS,
            hidden="with one example",
            seen="the weights of every layer, but no bias: the product over the examples",
            rows=("w",),
        ),
        Slip(
            name="wrong_input",
            says="It multiplies by a^k, what the layer put out, instead of a^{k-1}, what came in.",
            line="dL_dw[k] = a[k].mT @ dL_dz[k]",
            right=_WEIGHTS,
            hidden="nowhere, unless a^k = a^{k-1}; it runs only where the layers are equally wide",
            seen="the weights of every layer, but no bias: the third factor",
            rows=("w",),
        ),
        Slip(
            name="transposed_product",
            says="It multiplies δᵀ a instead of aᵀ δ: the gradient comes out transposed.",
            line="dL_dw[k] = dL_dz[k].mT @ a[k - 1]",
            right=_WEIGHTS,
            hidden="with one neuron per layer; it fits only where the layers are equally wide",
            seen="the weights of every layer, but no bias: the third factor",
            rows=("w",),
        ),
        Slip(
            name="bias_mean",
            says="It takes the mean of the examples for the bias, and the sum for the weights.",
            line="dL_db[k] = dL_dz[k].mean(axis=-2)",
            right=_BIASES,
            hidden="with one example; in a network without biases",
            seen="the biases of every layer, but no weight: the sum over the examples",
            rows=("b",),
        ),
        Slip(
            name="stops_early",
            says="Its loop ends before layer 1, so that the first weights never learn.",
            line="for k in range(L, 1, -1):",
            right=_LOOP,
            hidden="nowhere",
            seen="layer 1 alone, with the gradient 0: the loop",
            rows=("w1", "b1"),
            where="first",
            found=(
                "notebook 7.2 of Understanding Deep Learning until December 2024, and there in the "
                "test: its finite differences left out the last layer, and its loop was complete"
            ),
        ),
    )
}
"""Every slip, by name."""

OTHERS: dict[str, Slip] = {
    entry.name: entry
    for entry in (
        Slip(
            name="doubled",
            says="It takes the factor 2 twice.",
            line="dL_da[L] = 2 * loss.derivative(a[L], y)",
            right=_BASE,
            hidden="nowhere, unless a^L = y",
            seen="every layer, with a relative error of exactly ½: the base case",
            rows=("w", "b"),
            where="last",
        ),
        Slip(
            name="sum_for_mean",
            says="It multiplies by the number of examples: a sum where the loss is a mean.",
            line="dL_da[L] = len(y) * loss.derivative(a[L], y)",
            right=_BASE,
            hidden="with one example",
            seen="every layer, with the same relative error, 1 − 1/m: the base case",
            rows=("w", "b"),
            where="last",
        ),
        Slip(
            name="swapped_examples",
            says="The labels stand in another order than the examples they belong to.",
            line="dL_da[L] = loss.derivative(a[L], y[order])",
            right=_BASE,
            hidden="with one example, or where the labels that change places are equal",
            seen="every layer: the base case",
            rows=("w", "b"),
            where="last",
        ),
    )
}
"""What `diagnose` knows besides: they aren't in the zoo, but a check meets them."""


@dataclass(frozen=True, eq=False)
class Problem:
    """A network and its task, for showing what a slip does.

    Attributes
    ----------
    x : (8, 3) the corners of a cube.
    w : the weights of a 3-3-3-3 network.
    y : (8, 3) which of three questions each corner answers with yes.
    b : the biases.
    activation : one per layer; the last is the sigmoid.
    """

    x: np.ndarray
    w: list[np.ndarray]
    y: np.ndarray
    b: list[np.ndarray]
    activation: list[str]


@validation.checked(
    activation=lambda name, value: activations.get(value, name).name,
    seed=validation.optional(validation.whole(0)),
)
def problem(activation: str = "sigmoid", seed: int | None = None) -> Problem:
    """A task on which every slip runs: all layers have three neurons, and there are biases.

    The three questions about a corner (p, q, r) of 0s and 1s: is exactly one of p and q 1? are both
    q and r? is p or r?

    Parameters
    ----------
    activation : of the two hidden layers.
    seed : any integer ≥ 0, for the first weights. By default one with which the right backward
        pass learns, no loss rises above its start in 200 steps, and that of every slip but the
        wrong sign ends at least 40 % lower, and a rounding error in the start doesn't grow.
    """
    x = np.array([[p, q, r] for p in (0.0, 1.0) for q in (0.0, 1.0) for r in (0.0, 1.0)])  # (8, 3)
    p, q, r = x.T > 0
    y = np.stack([p ^ q, q & r, p | r], axis=1).astype(np.float64)  # (8, 3)
    if seed is None:
        seed = 59 if activation == "relu" else 7
    rng = np.random.default_rng(seed)
    w = [rng.normal(size=(3, 3)) for _ in range(3)]
    b = [rng.normal(0, 0.1, 3) for _ in range(3)]
    return Problem(x, w, y, b, [activation, activation, "sigmoid"])


@validation.checked(name=validation.one_of(lambda: TABLE))
def get(name: str) -> Slip:
    """The slip with this name.

    Raises
    ------
    ValueError : there is none; the message lists those there are.
    """
    return TABLE[name]
