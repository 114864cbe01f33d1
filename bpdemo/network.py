"""The core: `forward` and `backward`, to be held beside the notes and matched line to line.

Row-vector convention: an example is a row, so x has shape (m, n_0), w^k has shape
(n_{k-1}, n_k), and eq. (1) reads z^k = a^{k-1} · w^k. The superscript k of a formula is the index
in the code: `a[k]`, `z[k]`, `w[k]`.

Both functions are pure. `forward` returns everything it computed as a `Trace`, and `backward`
takes that trace; nothing is kept in between that could go stale.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Never, TypeVar, cast

import numpy as np
from numpy.typing import ArrayLike

from bpdemo import activations, losses
from bpdemo.activations import Activation, OneOrMore
from bpdemo.losses import Loss
from bpdemo.validation import Array, leading_axes, real_array, real_arrays

__all__ = ["Gradients", "Layers", "Trace", "backward", "forward"]

T = TypeVar("T")

_NOTHING: Never = cast(Never, None)  # stands where no layer is, or none yet; nobody reads it


class Layers(Iterable[T]):
    """One array per layer, indexed by the layer's own number k, as in the notes.

    Iterating gives the arrays in the order of k. Every k outside ``first … last`` raises
    IndexError, negative ones too: there is no layer −1.

    It is not a `collections.abc.Sequence`, because those count from 0.
    """

    __slots__ = ("_arrays", "_name", "first", "last")

    def __init__(self, name: str, arrays: Iterable[T], first: int) -> None:
        self._name = name
        self._arrays = tuple(arrays)
        self.first = first
        self.last = first + len(self._arrays) - 1

    def __getitem__(self, k: int) -> T:
        try:
            if k >= self.first:
                return self._arrays[k - self.first]
        except (IndexError, TypeError):
            pass
        if not self._arrays:
            raise IndexError(f"{self._name}[{k}] does not exist: this network has no biases")
        raise IndexError(
            f"{self._name}[{k!r}] does not exist: "
            f"k is a layer's number, from {self.first} to L = {self.last}"
        )

    def __len__(self) -> int:
        return len(self._arrays)

    def __iter__(self) -> Iterator[T]:
        return iter(self._arrays)

    def __reversed__(self) -> Iterator[T]:
        return reversed(self._arrays)

    def __repr__(self) -> str:
        shapes = ", ".join(
            f"{self._name}[{k}] {getattr(v, 'shape', v)}" for k, v in enumerate(self, self.first)
        )
        return f"<{shapes or self._name + ': no biases'}>"


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """Everything `forward` computed. It holds references to x, w and b, not copies.

    Attributes
    ----------
    a : a[k] of shape (…, m, n_k), k = 0 … L; a[0] is x.
    z : z[k] of shape (…, m, n_k), k = 1 … L.
    w : w[k] of shape (…, n_{k-1}, n_k), k = 1 … L.
    b : b[k] of shape (…, n_k), k = 1 … L; empty where the network has no biases.
    activation : activation[k], the `Activation` of layer k, k = 1 … L.
    """

    a: Layers[Array]
    z: Layers[Array]
    w: Layers[Array]
    b: Layers[Array]
    activation: Layers[Activation]

    @property
    def L(self) -> int:
        """The number of the last layer."""
        return self.a.last

    @property
    def m(self) -> int:
        """The number of examples."""
        return len(self.a[0])


@dataclass(frozen=True, slots=True, eq=False)
class Gradients:
    """Everything `backward` computed: the gradient of ℒ with respect to each quantity.

    Attributes
    ----------
    dL_da : dL_da[k] of shape (…, m, n_k), k = 0 … L.
    dL_dz : dL_dz[k] of shape (…, m, n_k), k = 1 … L; often written δ^k.
    dL_dw : dL_dw[k] of shape (…, n_{k-1}, n_k), k = 1 … L.
    dL_db : dL_db[k] of shape (…, n_k), k = 1 … L; empty where the network has no biases.

    Many networks have many losses. So where any w or b has leading axes, every gradient has the
    leading axes of all of them, broadcast: one gradient for each network.
    """

    dL_da: Layers[Array]
    dL_dz: Layers[Array]
    dL_dw: Layers[Array]
    dL_db: Layers[Array]


def forward(
    x: ArrayLike,
    w: Iterable[ArrayLike],
    activation: OneOrMore = "sigmoid",
    b: Iterable[ArrayLike] | None = None,
) -> Trace:
    """Run x through the network: rows N2 and N3 of the notes, for k = 1 … L.

        z^k = a^{k-1} · w^k (+ b^k),   a^k = σ(z^k),   a^0 = x

    Parameters
    ----------
    x : (m, n_0) the inputs, an example a row.
    w : [w1, …, wL], w_k of shape (n_{k-1}, n_k). With leading axes, (…, n_{k-1}, n_k), many
        networks run in one call; the leading axes of all w_k and b_k broadcast.
    activation : a name, an `Activation`, or a list of L of these, one per layer.
    b : [b1, …, bL], b_k of shape (n_k,) or (…, n_k), or None for no biases.

    float32 in, float32 out; integers become float64. The inputs are never changed.

    Raises
    ------
    ValueError, TypeError : the message names the argument or layer, what was expected and what
        was received.

    Examples
    --------
    >>> trace = forward([[1.0, 2.0]], [[[0.5], [-0.25]]], activation="identity")
    >>> trace.z[1], trace.a[1]
    (array([[0.]]), array([[0.]]))
    """
    x, w, b, sigma = _validate_forward(x, w, activation, b)
    L = len(w)
    w, b, sigma = [_NOTHING, *w], [_NOTHING, *b], [_NOTHING, *sigma]  # so that w[k] is w^k
    a: list[Array] = [x] + [_NOTHING] * L
    z: list[Array] = [_NOTHING] * (L + 1)

    for k in range(1, L + 1):
        z[k] = a[k - 1] @ w[k]  # N2: (…, m, n_{k-1}) @ (…, n_{k-1}, n_k) -> (…, m, n_k)
        if b[1:]:
            z[k] = z[k] + b[k][..., None, :]  # the same b^k for all m examples
        a[k] = sigma[k].f(z[k])  # N3: (…, m, n_k)

    return Trace(
        a=Layers("a", a, first=0),
        z=Layers("z", z[1:], first=1),
        w=Layers("w", w[1:], first=1),
        b=Layers("b", b[1:], first=1),
        activation=Layers("activation", sigma[1:], first=1),
    )


def backward(trace: Trace, y: ArrayLike, loss: str | Loss = "squared_difference") -> Gradients:
    """The gradient of ℒ with respect to every a^k, z^k, w^k (and b^k), from the last layer back.

    The derivation, in the rows of the notes:

    The chain rule splits the gradient of one set of weights into three factors (N11),

        ∂ℒ/∂w^k = ∂ℒ/∂a^k · ∂a^k/∂z^k · ∂z^k/∂w^k.

    The last two are known from the forward pass: ∂a^k/∂z^k = σ′(z^k), because a^k = σ(z^k) (N8),
    and ∂z^k/∂w^k = a^{k-1}, because z^k = a^{k-1} · w^k (N9). Only ∂ℒ/∂a^k is missing.
    At the last layer the loss itself gives it (N12); for the squared difference,

        ∂ℒ/∂a^L = 2 (a^L − y).

    And if it is known at layer k, it is known one layer back (N13, N14, N15), because ℒ depends
    on a^{k-1} only through z^k, and ∂z^k/∂a^{k-1} = w^k:

        ∂ℒ/∂a^{k-1} = ∂ℒ/∂a^k · σ′(z^k) · w^k.

    With vectors and a batch, write δ^k = ∂ℒ/∂z^k = ∂ℒ/∂a^k ⊙ σ′(z^k), elementwise. Then
    ∂ℒ/∂w^k = (a^{k-1})ᵀ δ^k, where the product sums over the examples, and
    ∂ℒ/∂a^{k-1} = δ^k (w^k)ᵀ, where it sums over the neurons of layer k. Each example adds δ^k
    to the same b^k, since ∂z^k/∂b^k = 1.

    Parameters
    ----------
    trace : what `forward` returned.
    y : (m, n_L) the labels; taken to the dtype of the trace.
    loss : a name or a `Loss`.

    Raises
    ------
    ValueError, TypeError : y or loss is not what it should be; the message says how.
    """
    y, loss, L = labels_and_loss(trace, y, loss)
    a, z, w = [*trace.a], [_NOTHING, *trace.z], [_NOTHING, *trace.w]
    sigma = [_NOTHING, *trace.activation]
    empty: list[Array] = [_NOTHING] * (L + 1)
    dL_da, dL_dz, dL_dw, dL_db = (empty.copy() for _ in range(4))

    dL_da[L] = loss.derivative(a[L], y)  # N12: (…, m, n_L)

    for k in range(L, 0, -1):
        da_dz = sigma[k].derivative(z[k], a[k])  # N8: σ′(z^k), (…, m, n_k)
        dL_dz[k] = dL_da[k] * da_dz  # δ^k: (…, m, n_k)
        dL_dw[k] = a[k - 1].mT @ dL_dz[k]  # N11: (…, n_{k-1}, m) @ (…, m, n_k)
        dL_da[k - 1] = dL_dz[k] @ w[k].mT  # N15: (…, m, n_k) @ (…, n_k, n_{k-1})
        if trace.b:
            dL_db[k] = dL_dz[k].sum(axis=-2)  # (…, n_k)

    return Gradients(
        dL_da=Layers("dL_da", dL_da, first=0),
        dL_dz=Layers("dL_dz", dL_dz[1:], first=1),
        dL_dw=Layers("dL_dw", dL_dw[1:], first=1),
        dL_db=Layers("dL_db", dL_db[1:] if trace.b else (), first=1),
    )


# The public edge: what follows checks the shapes that a network has, with `validation`'s help.


def _validate_forward(
    x: ArrayLike, w: Iterable[ArrayLike], activation: OneOrMore, b: Iterable[ArrayLike] | None
) -> tuple[Array, list[Array], list[Array], list[Activation]]:
    x = real_array(x, "x")
    if x.ndim != 2:
        raise ValueError(f"x: expected shape (m, n_0), received {x.shape}")
    w = real_arrays(w, "w", "[w1, …, wL]")
    L = len(w)
    b = [] if b is None else real_arrays(b, "b", f"[b1, …, bL] with L = {L}, or None")
    if b and len(b) != L:
        raise ValueError(f"b: expected {L} biases, one per layer, received {len(b)}")

    one_network, one_dtype = True, True
    n_before = x.shape[1]
    for k, w_k in enumerate(w, start=1):
        shape = w_k.shape
        if len(shape) < 2 or shape[-2] != n_before:
            raise ValueError(
                f"w{k}: expected shape (…, n_{k - 1}, n_{k}) with n_{k - 1} = {n_before}, "
                f"received {shape}"
            )
        n_before = shape[-1]
        one_network &= len(shape) == 2
        one_dtype &= w_k.dtype == x.dtype
    for k, (w_k, b_k) in enumerate(zip(w, b, strict=False), start=1):
        if b_k.ndim < 1 or b_k.shape[-1] != w_k.shape[-1]:
            raise ValueError(
                f"b{k}: expected shape (…, n_{k}) with n_{k} = {w_k.shape[-1]}, "
                f"received {b_k.shape}"
            )
        one_network &= b_k.ndim == 1
        one_dtype &= b_k.dtype == x.dtype

    if not one_network:
        leading_axes(w, b)
    if not one_dtype:
        dtype = np.result_type(x, *w, *b)
        x, w, b = x.astype(dtype), [v.astype(dtype) for v in w], [v.astype(dtype) for v in b]
    return x, w, b, _per_layer(activation, L)


def labels_and_loss(trace: Trace, y: ArrayLike, loss: str | Loss) -> tuple[Array, Loss, int]:
    """y in the dtype of the trace, the entry of the loss, and L; raises where they don't fit."""
    if not isinstance(trace, Trace):
        raise TypeError(f"trace: expected what forward returned, received {type(trace).__name__}")
    loss = losses.get(loss)
    a_L = trace.a[trace.L]
    y = real_array(y, "y", a_L.dtype)
    if y.shape != a_L.shape[-2:]:
        raise ValueError(
            f"y: expected shape (m, n_L) = {a_L.shape[-2:]}, that of a^L with L = {trace.L}; "
            f"received {y.shape}"
        )
    return y, loss, trace.L


def _per_layer(activation: OneOrMore, L: int) -> list[Activation]:
    if isinstance(activation, (str, Activation)):
        return [activations.get(activation)] * L
    if isinstance(activation, (bytes, dict, set)) or not hasattr(activation, "__iter__"):
        activations.get(activation)  # type: ignore[arg-type]  # says what is wrong with it
    sigma = [activations.get(v, f"activation of layer {k}") for k, v in enumerate(activation, 1)]
    if len(sigma) != L:
        raise ValueError(f"activation: expected one or {L}, one per layer; received {len(sigma)}")
    return sigma
