"""What `forward` and `backward` take, checked: the shapes that a network has must fit together.

`bpdemo.validation` looks at one array; here they are held against each other. A message names the
argument or layer, what was expected and what was received.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from bpdemo import activations, losses
from bpdemo.activations import Activation, OneOrMore
from bpdemo.losses import Loss
from bpdemo.trace import Trace
from bpdemo.validation import Array, leading_axes, real_array, real_arrays

__all__ = ["arguments", "labels_and_loss"]


def arguments(
    x: ArrayLike, w: Iterable[ArrayLike], *, activation: OneOrMore, b: Iterable[ArrayLike] | None
) -> tuple[Array, list[Array], list[Array], list[Activation]]:
    """x, [w1, …, wL], [b1, …, bL] (or []) in one dtype, and σ for each layer.

    Raises
    ------
    ValueError, TypeError : the message names the argument or layer, what was expected and what
        was received.
    """
    x = real_array(x, "x")
    if x.ndim != 2:
        raise ValueError(f"x: expected shape (m, n_0), received {x.shape}")
    w = real_arrays(w, "w", "[w1, …, wL]")
    L = len(w)
    b = [] if b is None else real_arrays(b, "b", f"[b1, …, bL] with L = {L}, or None")
    if b and len(b) != L:
        raise ValueError(f"b: expected {L} biases, one per layer, received {len(b)}")

    one_network, one_dtype, dtype = True, True, x.dtype
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
        one_dtype &= w_k.dtype == dtype
    for k, b_k in enumerate(b, start=1):
        n_k = w[k - 1].shape[-1]
        if b_k.ndim < 1 or b_k.shape[-1] != n_k:
            raise ValueError(
                f"b{k}: expected shape (…, n_{k}) with n_{k} = {n_k}, received {b_k.shape}"
            )
        one_network &= b_k.ndim == 1
        one_dtype &= b_k.dtype == dtype

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
    L = trace.L
    a_L = trace.a[L]
    y = real_array(y, "y", a_L.dtype)
    if y.shape != a_L.shape[-2:]:
        raise ValueError(
            f"y: expected shape (m, n_L) = {a_L.shape[-2:]}, that of a^L with L = {L}; "
            f"received {y.shape}"
        )
    return y, loss, L


def _per_layer(activation: OneOrMore, L: int) -> list[Activation]:
    if isinstance(activation, (str, Activation)):
        return [activations.get(activation)] * L
    if isinstance(activation, (bytes, dict, set)) or not hasattr(activation, "__iter__"):
        activations.get(activation)  # type: ignore[arg-type]  # says what is wrong with it
    sigma = [activations.get(v, f"activation of layer {k}") for k, v in enumerate(activation, 1)]
    if len(sigma) != L:
        raise ValueError(f"activation: expected one or {L}, one per layer; received {len(sigma)}")
    return sigma
