"""Backward passes that are wrong on purpose, to be caught by the gradient check: the bug zoo.

Each entry of `TABLE` is `bpdemo.backward` with one slip that people really make. They run like the
right one, and training with them lowers the loss all the same (with one exception, the wrong
sign): only a measured gradient tells.
``check_gradients(x, w, y, backward=slips.TABLE["sigma_of_a"].backward)`` does.

`problem` is a network small enough to look at, square enough for every slip to run on it.

Never use one of these for anything but being caught.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bpdemo import losses
from bpdemo.network import Gradients, Layers, Trace

__all__ = ["RATE", "TABLE", "Problem", "Slip", "get", "problem"]

RATE = 0.2
"""The learning rate of the training that `problem` is made for."""


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
    found : where the slip stood in published code or its results, where that is known.
    falls : does the loss still fall when `problem` is trained with it?
    activation : a σ of the hidden layers with which it shows.
    backward : ``backward(trace, y, loss)``, as `bpdemo.backward`, with the slip; it does not check
        its arguments.
    """

    name: str
    says: str
    line: str
    right: str
    hidden: str
    seen: str
    backward: Callable[..., Gradients]
    falls: bool = True
    activation: str = "sigmoid"
    found: str = ""


# The lines of the right backward pass, each to be overridden by a slip.


def _base_case(trace, y, loss):
    return loss.derivative(trace.a[trace.L], y)  # N12: (m, n_L)


def _through_sigma(trace, k, dL_da):
    return dL_da * trace.activation[k].derivative(trace.z[k])  # N8: (m, n_k)


def _by_weights(trace, k, dL_dz):
    return trace.a[k - 1].mT @ dL_dz  # N11: (n_{k-1}, m) @ (m, n_k)


def _by_biases(trace, k, dL_dz):
    return dL_dz.sum(axis=-2)  # (n_k,): every example adds its own


def _step_back(trace, k, dL_dz, dL_da, dL_dw):
    return dL_dz @ trace.w[k].mT  # N15: (m, n_k) @ (n_k, n_{k-1})


def _backward(
    *,
    base_case=_base_case,
    through_sigma=_through_sigma,
    by_weights=_by_weights,
    by_biases=_by_biases,
    step_back=_step_back,
):
    """A backward pass with some of its lines exchanged."""

    def backward(trace: Trace, y, loss="squared_difference") -> Gradients:
        loss, L = losses.get(loss), trace.L
        dL_da, dL_dz, dL_dw, dL_db = ([None] * (L + 1) for _ in range(4))
        dL_da[L] = base_case(trace, y, loss)
        for k in range(L, 0, -1):
            dL_dz[k] = through_sigma(trace, k, dL_da[k])
            dL_dw[k] = by_weights(trace, k, dL_dz[k])
            dL_db[k] = by_biases(trace, k, dL_dz[k])
            dL_da[k - 1] = step_back(trace, k, dL_dz[k], dL_da[k], dL_dw[k])
        return Gradients(
            dL_da=Layers("dL_da", dL_da, first=0),
            dL_dz=Layers("dL_dz", dL_dz[1:], first=1),
            dL_dw=Layers("dL_dw", dL_dw[1:], first=1),
            dL_db=Layers("dL_db", dL_db[1:] if trace.b else (), first=1),
        )

    return backward


# The wrong lines that need more than a lambda.


def _through_always_1(trace, k, dL_da):
    # ReLU's mask, taken after the activation and with >=. The other σ keep their slope.
    if trace.activation[k].name != "relu":
        return _through_sigma(trace, k, dL_da)
    return dL_da * (trace.a[k] >= 0)


def _through_old_habit(trace, k, dL_da):
    # Cross-entropy's short cut, p − y, with a loss that has no such short cut.
    return dL_da if k == trace.L else _through_sigma(trace, k, dL_da)


def _lost_transpose(trace, k, dL_dz, dL_da, dL_dw):
    # ∂ℒ/∂a^0 is of no use for the weights: left right, so that w^1 may have any shape.
    return dL_dz @ trace.w[k] if k > 1 else _step_back(trace, k, dL_dz, dL_da, dL_dw)


def _wrong_layer(trace, k, dL_dz, dL_da, dL_dw):
    # There is no w^0: the last step, to ∂ℒ/∂a^0, is left right.
    return dL_dz @ trace.w[k - 1].mT if k > 1 else _step_back(trace, k, dL_dz, dL_da, dL_dw)


def _last_path_only(trace, k, dL_dz, dL_da, dL_dw):
    for j in range(trace.w[k].shape[-1]):
        paths = dL_dz[..., j : j + 1] * trace.w[k][..., None, :, j]  # (m, n_{k-1})
    return paths  # the paths through the last neuron; those before it are overwritten


TABLE: dict[str, Slip] = {
    entry.name: entry
    for entry in (
        Slip(
            name="sigma_of_a",
            says="It takes σ′ at a^k, the activated output, in the place of z^k.",
            line="da_dz = sigma[k].derivative(a[k])",
            right="da_dz = sigma[k].derivative(z[k])",
            hidden="with identity, relu and leaky relu, where σ′(a) = σ′(z)",
            seen="every layer, the last one too: a local slope is wrong",
            backward=_backward(
                through_sigma=lambda trace, k, dL_da: (
                    dL_da * trace.activation[k].derivative(trace.a[k])
                )
            ),
        ),
        Slip(
            name="wrong_sign",
            says="It starts from 2 (y − a^L), so that every gradient points the other way.",
            line="dL_da[L] = 2 * (y - a[L])",
            right="dL_da[L] = 2 * (a[L] - y)",
            hidden="nowhere, unless a^L = y",
            seen="every layer, with a relative error of exactly 2: the base case",
            backward=_backward(base_case=lambda trace, y, loss: -_base_case(trace, y, loss)),
            falls=False,
        ),
        Slip(
            name="lost_factor_2",
            says="It starts from a^L − y, without the 2 of the squared difference.",
            line="dL_da[L] = a[L] - y",
            right="dL_da[L] = 2 * (a[L] - y)",
            hidden="nowhere, unless a^L = y; the direction is right, so training only looks slower",
            seen="every layer, with a relative error of exactly ½: the base case",
            backward=_backward(base_case=lambda trace, y, loss: _base_case(trace, y, loss) / 2),
        ),
        Slip(
            name="mean_for_sum",
            says="It divides by the number of examples, though the loss is a sum and not a mean.",
            line="dL_da[L] = 2 * (a[L] - y) / m",
            right="dL_da[L] = 2 * (a[L] - y)",
            hidden="with one example",
            seen="every layer, with the same relative error, 1 − 1/m: the base case",
            backward=_backward(
                base_case=lambda trace, y, loss: _base_case(trace, y, loss) / trace.m
            ),
        ),
        Slip(
            name="lost_transpose",
            says="It steps back through w^k where it should be the transpose of w^k.",
            line="dL_da[k - 1] = dL_dz[k] @ w[k]",
            right="dL_da[k - 1] = dL_dz[k] @ w[k].T",
            hidden="with one neuron a layer; it runs only where each later w^k is square",
            seen="all layers but the last: the step back",
            backward=_backward(step_back=_lost_transpose),
        ),
        Slip(
            name="wrong_layer",
            says="It steps back from layer k through the weights w^{k-1} in the place of w^k.",
            line="dL_da[k - 1] = dL_dz[k] @ w[k - 1].T",
            right="dL_da[k - 1] = dL_dz[k] @ w[k].T",
            hidden="where the two weights are equal; it runs only where they have the same shape",
            seen="all layers but the last: the step back",
            backward=_backward(step_back=_wrong_layer),
        ),
        Slip(
            name="relu_mask",
            says=(
                "It takes ReLU's mask from a^k and with >=. But a^k is never below 0, "
                "so the mask is always true and lets everything through."
            ),
            line="da_dz = a[k] >= 0",
            right="da_dz = z[k] > 0",
            hidden="with any activation but relu; or where no neuron is below 0",
            seen="all layers but the last, in the weights of neurons that are off: a local slope",
            backward=_backward(through_sigma=_through_always_1),
            activation="relu",
            found="the NumPy tutorial Deep learning on MNIST",
        ),
        Slip(
            name="updated_weights",
            says="It moves w^k first, and then steps back through the weights it has just moved.",
            line="w[k] -= eta * dL_dw[k]; dL_da[k - 1] = dL_dz[k] @ w[k].T",
            right="dL_da[k - 1] = dL_dz[k] @ w[k].T, and every step after the last gradient",
            hidden="as η goes to 0; in a network of one layer",
            seen="all layers but the last, by little, and by more for a larger η: the step back",
            backward=_backward(
                step_back=lambda trace, k, dL_dz, dL_da, dL_dw: (
                    dL_dz @ (trace.w[k] - RATE * dL_dw).mT
                )
            ),
            found="Mazur's worked example, whose published loss comes from it",
        ),
        Slip(
            name="skipped_slope",
            says=(
                "It starts from 2 (a^L − y) as ∂ℒ/∂z^L, as if the last σ′ cancelled. "
                "It does so with cross-entropy, not with the squared difference."
            ),
            line="dL_dz[L] = dL_da[L]",
            right="dL_dz[L] = dL_da[L] * sigma[L].derivative(z[L])",
            hidden="where the last activation is the identity",
            seen="every layer: wrong from the last one on",
            backward=_backward(through_sigma=_through_old_habit),
            found="pull request 3 of Bot-Academy/NeuralNetworkFromScratch",
        ),
        Slip(
            name="unbent_step",
            says=(
                "It steps back from ∂ℒ/∂a^k in the place of ∂ℒ/∂z^k: the local slope "
                "gets lost on the way."
            ),
            line="dL_da[k - 1] = dL_da[k] @ w[k].T",
            right="dL_da[k - 1] = dL_dz[k] @ w[k].T",
            hidden="where every later activation is the identity",
            seen="all layers but the last, and much too large: the step back",
            backward=_backward(
                step_back=lambda trace, k, dL_dz, dL_da, dL_dw: dL_da @ trace.w[k].mT
            ),
        ),
        Slip(
            name="last_path_only",
            says=(
                "It writes = for += where paths join, so that only the path through "
                "the last neuron counts."
            ),
            line="dL_da[k - 1] = dL_dz[k][:, j] * w[k][:, j]",
            right="dL_da[k - 1] += dL_dz[k][:, j] * w[k][:, j]",
            hidden="with one neuron a layer",
            seen="all layers but the last: the step back",
            backward=_backward(step_back=_last_path_only),
        ),
        Slip(
            name="last_example_only",
            says=(
                "It writes = for += over the examples, so that only the last one "
                "teaches the weights."
            ),
            line="dL_dw[k] = outer(a[k - 1][e], dL_dz[k][e])",
            right="dL_dw[k] += outer(a[k - 1][e], dL_dz[k][e])",
            hidden="with one example",
            seen="the weights of every layer, but no bias: the product over the examples",
            backward=_backward(
                by_weights=lambda trace, k, dL_dz: trace.a[k - 1][-1:].mT @ dL_dz[-1:]
            ),
        ),
        Slip(
            name="wrong_input",
            says=(
                "It multiplies by a^k, what the layer put out, in the place of "
                "a^{k-1}, what came in."
            ),
            line="dL_dw[k] = a[k].T @ dL_dz[k]",
            right="dL_dw[k] = a[k - 1].T @ dL_dz[k]",
            hidden="nowhere, unless a^k = a^{k-1}; it runs only where the layers are equally wide",
            seen="the weights of every layer, but no bias: the third factor",
            backward=_backward(by_weights=lambda trace, k, dL_dz: trace.a[k].mT @ dL_dz),
        ),
        Slip(
            name="bias_mean",
            says="It takes the mean of the examples for the bias, and the sum for the weights.",
            line="dL_db[k] = dL_dz[k].mean(axis=0)",
            right="dL_db[k] = dL_dz[k].sum(axis=0)",
            hidden="with one example; in a network without biases",
            seen="the biases of every layer, but no weight: the sum over the examples",
            backward=_backward(by_biases=lambda trace, k, dL_dz: dL_dz.mean(axis=-2)),
        ),
        Slip(
            name="stops_early",
            says="Its loop ends before layer 1, so that the first weights never learn.",
            line="for k in range(L, 1, -1):",
            right="for k in range(L, 0, -1):",
            hidden="nowhere",
            seen="layer 1 alone, with the gradient 0: the loop",
            backward=_backward(
                by_weights=lambda trace, k, dL_dz: _by_weights(trace, k, dL_dz) * (k > 1),
                by_biases=lambda trace, k, dL_dz: _by_biases(trace, k, dL_dz) * (k > 1),
            ),
            found="notebook 7.2 of Understanding Deep Learning, whose loop leaves out a layer",
        ),
    )
}
"""Every slip, by name."""


@dataclass(frozen=True, eq=False)
class Problem:
    """A network and its task, for showing what a slip does.

    Attributes
    ----------
    x, y : (8, 3) the corners of a cube, and which of three questions each answers with yes.
    w, b : the weights and biases of a 3-3-3-3 network.
    activation : one per layer; the last is the sigmoid.
    """

    x: np.ndarray
    y: np.ndarray
    w: list[np.ndarray]
    b: list[np.ndarray]
    activation: list[str]


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
    return Problem(x, y, w, b, [activation, activation, "sigmoid"])


def get(name: str) -> Slip:
    """The slip with this name.

    Raises
    ------
    ValueError : there is none; the message lists those there are.
    """
    if name not in TABLE:
        raise ValueError(f"slip: expected one of {', '.join(TABLE)}; received {name!r}")
    return TABLE[name]
