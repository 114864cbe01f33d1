"""Gradient descent: with all ∂ℒ/∂w^k in hand, every set of weights takes a step (row N17).

    w^k ← w^k − η ∂ℒ/∂w^k,   k = 1 … L

Back-propagation is how the gradient is found; gradient descent is what is done with it. Nothing
here changes an array in place: a step returns new weights, so the gradient of every layer belongs
to the same, old weights.

>>> import bpdemo as bp
>>> x, y, w = [[0.5]], [[1.0]], [[[0.8]], [[-1.2]], [[1.5]]]
>>> for record in descend(x, w, y, learning_rate=2.0, epochs=3):
...     print(record)
before the first step: ℒ = 0.144
after epoch 1: ℒ = 0.1345
after epoch 2: ℒ = 0.1251
after epoch 3: ℒ = 0.1158
"""

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypedDict, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bpdemo import edge, losses, network, validation
from bpdemo.activations import OneOrMore
from bpdemo.losses import Loss
from bpdemo.network import Gradients
from bpdemo.validation import Array

__all__ = [
    "SIGMOID_SETTINGS",
    "RELU_SETTINGS",
    "Epoch",
    "accuracy",
    "batches",
    "descend",
    "initial_biases",
    "initial_weights",
    "mean_loss",
    "predict",
    "step",
    "trained",
]

Weights: TypeAlias = tuple[list[Array], list[Array] | None]
"""(w, b); b is None where there are no biases."""


class Settings(TypedDict, total=False):
    """How `descend` goes about it, by keyword; every one may be left out."""

    activation: OneOrMore
    loss: str | Loss
    learning_rate: float
    epochs: int
    batch_size: int | None
    seed: int
    backward: Callable[..., Any]


SIGMOID_SETTINGS: Settings = {"learning_rate": 0.2, "epochs": 40, "batch_size": 10}
"""Settings with which a 64-32-10 sigmoid network without biases learns to read the digits."""

RELU_SETTINGS: Settings = {
    "activation": ["relu", "identity"],
    "loss": "softmax_cross_entropy",
    "learning_rate": 0.01,
    "epochs": 40,
    "batch_size": 16,
}
"""Settings with which a 64-128-10 network with biases reads over 97.5 % of the held-out digits.

Chosen on the validation digits of ``digits_split(validation=200)``, though the held-out result of
some ten settings was seen on the way: it may be a little too kind. Its first weights are
``initial_weights([64, 128, 10], scale=2**0.5)``, He's scale for relu. For `descend`.
"""


@validation.checked(widths=validation.widths, seed=validation.whole(0), scale=validation.real())
def initial_weights(
    widths: Sequence[int], seed: int = 0, scale: float = 1.0
) -> list[NDArray[np.float64]]:
    """Random weights for a network of these widths: w^k ~ N(0, scale² / n_{k-1}).

    Divided by the number of inputs, so that z^k is of the size of a^{k-1} whatever the width. Not
    all equal, or the neurons of a layer would have the same gradient and stay equal forever.

    Parameters
    ----------
    widths : [n_0, n_1, …, n_L], at least two.
    seed : any integer ≥ 0; the same seed gives the same weights.
    scale : a factor on all weights.

    Returns
    -------
    [w1, …, wL], w_k of shape (n_{k-1}, n_k).

    >>> [w.shape for w in initial_weights([2, 3, 1])]
    [(2, 3), (3, 1)]
    """
    rng = np.random.default_rng(seed)
    return [
        rng.normal(0, scale / math.sqrt(n_before), (n_before, n))
        for n_before, n in itertools.pairwise(widths)
    ]


@validation.checked(widths=validation.widths)
def initial_biases(widths: Sequence[int]) -> list[NDArray[np.float64]]:
    """Biases for a network of these widths: [b1, …, bL], b_k of shape (n_k,), all 0.

    >>> initial_biases([2, 3, 1])
    [array([0., 0., 0.]), array([0.])]
    """
    return [np.zeros(n) for n in widths[1:]]


@validation.checked(learning_rate=validation.real())
def step(
    w: Sequence[ArrayLike], grad: Gradients | Iterable[ArrayLike], learning_rate: float
) -> list[Array]:
    """One step of gradient descent (row N17): new weights w^k − η ∂ℒ/∂w^k; w is not changed.

    Parameters
    ----------
    w : [w1, …, wL].
    grad : what `backward` returned, or the gradients themselves, one per layer. For biases:
        ``b = step(b, grad.dL_db, learning_rate)``.
    learning_rate : η.

    Raises
    ------
    ValueError : not one gradient per layer, or a gradient that has not the shape of its weights.

    >>> step([[[1.0, 2.0]]], [[[10.0, -10.0]]], learning_rate=0.1)
    [array([[0., 3.]])]
    """
    slopes = grad.dL_dw if isinstance(grad, Gradients) else grad
    return _stepped(_layered("w", w), _layered("grad", slopes), learning_rate)


def _layered(name: str, values: Any) -> list[Array]:
    """A list of real arrays, one per layer; inf and nan are taken, as where a descent diverges."""
    one, expected = validation.array(finite=False), "a list of arrays, one per layer"
    found: list[Array] = validation.each(one, expected, least=1)(name, values)
    return found


def _stepped(w: Sequence[Array], slopes: Sequence[Array], learning_rate: float) -> list[Array]:
    if len(slopes) != len(w):
        raise ValueError(
            f"grad: expected {len(w)} gradients, one per layer; received {len(slopes)}"
        )
    rate = float(learning_rate)  # not NumPy's float64, which would make float64 of float32 weights
    new: list[Array] = []
    for k, (w_k, dL_dw_k) in enumerate(zip(w, slopes, strict=True), start=1):
        if w_k.shape != dL_dw_k.shape:
            raise ValueError(
                f"grad: layer {k}: expected a gradient of shape {w_k.shape}, that of the weights; "
                f"received {dL_dw_k.shape}"
            )
        new.append(w_k - rate * dL_dw_k)  # N17
    return new


@dataclass(frozen=True, eq=False)
class Epoch:
    """Where the descent stands after an epoch: once through all examples.

    Attributes
    ----------
    epoch : 0 before the first step, then 1, 2, …
    w, b : the weights and biases now; b is None where the network has none.
    loss : ℒ of all examples with these weights, summed as always; inf where it diverged.
    m : the number of examples, so that ``loss / m`` can be compared between data sets.
    diverged : the steps were too large: ℒ, or a weight, left the finite numbers in this epoch.
        Then this record is the last, and w and b are the last ones that were finite.
    learning_rate : η.
    """

    epoch: int
    w: list[Array]
    b: list[Array] | None
    loss: float
    m: int
    diverged: bool
    learning_rate: float

    def __str__(self) -> str:
        if self.diverged:
            return (
                f"diverged in epoch {self.epoch}: the loss is no longer a finite number. "
                f"The learning rate, {self.learning_rate:g}, is too large here."
            )
        when = f"after epoch {self.epoch}" if self.epoch else "before the first step"
        return f"{when}: ℒ = {self.loss:.4g}"


@validation.checked(backward=validation.function, learning_rate=validation.real(least=0))
def descend(
    x: ArrayLike,
    w: Iterable[ArrayLike],
    y: ArrayLike,
    *,
    activation: OneOrMore = "sigmoid",
    b: Iterable[ArrayLike] | None = None,
    loss: str | Loss = "squared_difference",
    learning_rate: float = 0.1,
    epochs: int | None = 100,
    batch_size: int | None = None,
    seed: int | None = 0,
    backward: Callable[..., Any] = network.backward,
) -> Iterator[Epoch]:
    """Gradient descent, an epoch at a time: forward, backward, step, for each batch of examples.

    It is an iterator, so the caller sets the pace: a loop, a progress bar or
    a button. The first record, epoch 0, is where it starts. If it diverges, it says so in its
    last record and ends; no exception and no warning.

    Parameters
    ----------
    x, w, y, activation, b, loss : as for `forward` and `backward`, without leading axes.
    learning_rate : η ≥ 0. ℒ sums over examples, so a larger batch makes a larger step.
    epochs : how many; None goes on for as long as it is asked.
    batch_size : how many examples a step takes; None takes all. The examples are shuffled again in
        each epoch, and the last batch may be smaller.
    seed : decides the order of the examples; an integer ≥ 0, or None for another one each time.
    backward : the function that finds the gradient; for showing what a wrong one does.

    Raises
    ------
    ValueError, TypeError : at once, not at the first epoch: as `forward` and `backward` do, for
        leading axes, and for settings out of range.
    """
    validation.optional(validation.whole())("seed", seed)
    validation.optional(validation.whole())("epochs", epochs)
    validation.optional(validation.whole(1))("batch_size", batch_size)
    loss = losses.get(loss)
    with _quiet():
        trace = network.forward(x, w, activation=activation, b=b)
        network.backward(trace, y, loss)  # refuses a y that doesn't fit
    if any(v.ndim > 2 for v in trace.w) or any(v.ndim > 1 for v in trace.b):
        shapes = [v.shape for v in (*trace.w, *trace.b)]
        raise ValueError(f"w, b: expected no leading axes, received the shapes {shapes}")
    x, y = trace.a[0], np.asarray(y, dtype=trace.a[0].dtype)
    start: Weights = [*trace.w], [*trace.b] or None
    activation = [*trace.activation]

    def run() -> Iterator[Epoch]:
        m = len(x)
        size = m if batch_size is None else min(batch_size, m)
        rng = np.random.default_rng(seed)

        def record(epoch: int, now: Weights, value: float) -> Epoch:
            ok = math.isfinite(value)
            return Epoch(epoch, *now, value if ok else math.inf, m, not ok, learning_rate)

        now, value = start, _loss(x, y, start, activation, loss)
        yield record(0, now, value)
        for epoch in itertools.count(1) if epochs is None else range(1, epochs + 1):
            if not math.isfinite(value):
                return
            for batch in _batches(m, size, rng):
                new = _step(x[batch], y[batch], now, activation, loss, learning_rate, backward)
                if new is None:
                    break
                now = new
            value = math.nan if new is None else _loss(x, y, now, activation, loss)
            yield record(epoch, now, value)

    return run()


@validation.checked(
    m=validation.whole(1, 10**9),
    size=validation.whole(1),
    rng=validation.instance(np.random.Generator, "a generator of np.random"),
)
def batches(m: int, size: int, rng: np.random.Generator) -> Iterator[NDArray[np.int_]]:
    """The examples of each step of an epoch, by number: shuffled, unless one step takes all.

    >>> [len(batch) for batch in batches(5, 2, np.random.default_rng(0))]
    [2, 2, 1]
    """
    return _batches(m, size, rng)


def _batches(m: int, size: int, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    order = rng.permutation(m) if size < m else np.arange(m)
    for start in range(0, m, size):
        yield order[start : start + size]


@validation.checked(
    widths=validation.widths,
    start=validation.whole(0),
    scale=validation.real(),
    biases=validation.flag,
    epochs=validation.whole(0),
)
def trained(
    x: ArrayLike,
    y: ArrayLike,
    *,
    widths: Sequence[int],
    start: int = 0,
    scale: float = 1.0,
    biases: bool = True,
    **settings: Unpack[Settings],
) -> Epoch:
    """The last record of a descent from random weights: the network, and where it stands.

    Parameters
    ----------
    x, y : the examples, as for `descend`.
    widths, scale : as for `initial_weights`.
    start : the seed of the first weights; an integer ≥ 0.
    biases : whether the network has any; they start at 0.
    settings : the rest of what `descend` takes; `SIGMOID_SETTINGS`, or `RELU_SETTINGS`.

    Raises
    ------
    ValueError, TypeError : as `descend` does, and for widths that are none.

    >>> x, y = [[0.0], [1.0]], [[1.0], [0.0]]
    >>> print(trained(x, y, widths=[1, 2, 1], epochs=200, learning_rate=2.0))
    after epoch 200: ℒ = 0.003816
    """
    w = initial_weights(widths, start, scale)
    b = initial_biases(widths) if biases else None
    *_, last = descend(x, w, y, b=b, **settings)
    return last


def predict(a: ArrayLike) -> NDArray[np.int_]:
    """What the network says: the largest of its outputs; of a single output, whether a^L ≥ ½.

    Parameters
    ----------
    a : (…, m, n_L) the activated output a^L.

    Returns
    -------
    (…, m) integers: 0 … n_L − 1, or 0 and 1 where n_L = 1.
    """
    a = validation.number_array(a, "a")
    if a.ndim < 2 or a.dtype.kind == "c":
        raise ValueError(
            f"a: expected real numbers of shape (…, m, n_L), received {a.dtype} {a.shape}"
        )
    if np.isnan(a).any():
        raise validation.NotFinite("a: expected numbers, received nan: nothing is the largest")
    return a.argmax(axis=-1) if a.shape[-1] > 1 else (a[..., 0] >= 0.5).astype(np.int64)


def accuracy(a: ArrayLike, labels: ArrayLike) -> float:
    """The share of examples that the network reads as their label, 0 … 1.

    Parameters
    ----------
    a : (…, m, n_L) the activated output a^L.
    labels : (m,) integers.

    Raises
    ------
    ValueError : not one label per example (one-hot labels are not taken).

    >>> accuracy([[0.9, 0.2], [0.3, 0.4]], [0, 0])
    0.5
    """
    said = predict(a)
    labels = validation.whole_numbers(0, 2**62, "one label for each example")("labels", labels)
    if labels.shape != said.shape[-1:]:
        raise ValueError(
            f"labels: expected {said.shape[-1]} labels, shape {said.shape[-1:]}; "
            f"received shape {labels.shape}"
        )
    right = (said == labels).mean(axis=-1)
    return float(right) if right.ndim == 0 else right


@validation.checked(record=validation.instance(Epoch, "a record of descend"))
def mean_loss(
    x: ArrayLike,
    y: ArrayLike,
    *,
    record: Epoch,
    activation: OneOrMore = "sigmoid",
    loss: str | Loss = "squared_difference",
) -> float:
    """ℒ per example of any data, with the weights of a record: for a held-out loss curve.

    Like `Epoch.loss`, it is inf where the descent diverged.
    """
    if record.diverged:
        return math.inf
    with _quiet():
        trace = network.forward(x, record.w, activation=activation, b=record.b)
        y, loss, L = edge.labels_and_loss(trace, y, loss)
        return float(loss(trace.a[L], y)) / len(trace.a[0])


class _Found:
    """What a `backward` of somebody's found; raises where it found something else."""

    def __init__(self, grad: Any, biases: bool) -> None:
        self.dL_dw = self._layers(grad, "dL_dw")
        self.dL_db = self._layers(grad, "dL_db") if biases else []

    @staticmethod
    def _layers(grad: Any, name: str) -> list[Array]:
        try:
            return _layered(f"backward: {name}", getattr(grad, name))
        except AttributeError:
            raise TypeError(
                f"backward: expected an object with {name}, "
                f"received {type(grad).__name__} without it"
            ) from None


# Where numbers may leave the finite: no warning, the record says so.


def _quiet() -> np.errstate:
    return np.errstate(over="ignore", invalid="ignore")


def _loss(x: ArrayLike, y: Array, now: Weights, activation: OneOrMore, loss: Loss) -> float:
    with _quiet():
        trace = network.forward(x, now[0], activation=activation, b=now[1])
        return float(loss.value(trace.a[trace.L], y))


def _step(
    x: Array,
    y: Array,
    now: Weights,
    activation: OneOrMore,
    loss: Loss,
    learning_rate: float,
    backward: Callable[..., Any],
) -> Weights | None:
    """The next (w, b), or None where a number is no longer finite."""
    w, b = now
    with _quiet():
        trace = network.forward(x, w, activation=activation, b=b)
        grad = backward(trace, y, loss)
        if not isinstance(grad, Gradients):  # ours are what they should be
            grad = _Found(grad, bool(b))
        try:
            w = _stepped(w, [*grad.dL_dw], learning_rate)
            b = _stepped(b, [*grad.dL_db], learning_rate) if b else None
        except ValueError as wrong:
            raise ValueError(f"backward: {wrong}") from None
    return (w, b) if all(np.isfinite(v).all() for v in (*w, *(b or ()))) else None
