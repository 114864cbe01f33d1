"""The core: `forward` and `backward`, to be held beside the notes and matched line to line.

Row-vector convention: an example is a row, so x has shape (m, n_0), w^k has shape
(n_{k-1}, n_k), and eq. (1) reads z^k = a^{k-1} · w^k. The superscript k of a formula is the index
in the code: `a[k]`, `z[k]`, `w[k]`.

Both functions are pure. `forward` returns everything it computed as a `Trace`, and `backward`
takes that trace; nothing is kept in between that could go stale. What they take is checked in
`bpdemo.edge`, what they return is in `bpdemo.trace`.
"""

from collections.abc import Iterable

from numpy.typing import ArrayLike

from bpdemo import edge
from bpdemo.activations import OneOrMore
from bpdemo.losses import Loss
from bpdemo.trace import NOTHING, Gradients, Layers, Trace
from bpdemo.validation import Array

__all__ = ["Gradients", "Layers", "Trace", "backward", "forward"]


def forward(
    x: ArrayLike,
    w: Iterable[ArrayLike],
    *,
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
    x, w, b, sigma = edge.arguments(x, w, activation=activation, b=b)
    L, biased = len(w), bool(b)
    w, b, sigma = [NOTHING, *w], [NOTHING, *b], [NOTHING, *sigma]  # so that w[k] is w^k
    a: list[Array] = [x] + [NOTHING] * L
    z: list[Array] = [NOTHING] * (L + 1)

    for k in range(1, L + 1):
        z[k] = a[k - 1] @ w[k]  # N2: (…, m, n_{k-1}) @ (…, n_{k-1}, n_k) -> (…, m, n_k)
        if biased:
            z[k] = z[k] + b[k][..., None, :]  # the same b^k for all m examples
        a[k] = sigma[k].f(z[k])  # N3: (…, m, n_k)

    return Trace(  # each with the number of its first layer
        Layers("a", a, 0),
        Layers("z", z[1:], 1),
        Layers("w", w[1:], 1),
        Layers("b", b[1:], 1),
        Layers("activation", sigma[1:], 1),
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
    y, loss, L = edge.labels_and_loss(trace, y, loss)
    a, z, w = [*trace.a], [NOTHING, *trace.z], [NOTHING, *trace.w]
    sigma = [NOTHING, *trace.activation]
    biased = len(trace.b) > 0
    empty: list[Array] = [NOTHING] * (L + 1)
    dL_da, dL_dz, dL_dw, dL_db = empty, empty.copy(), empty.copy(), empty.copy()

    dL_da[L] = loss.derivative(a[L], y)  # N12: (…, m, n_L)

    for k in range(L, 0, -1):
        da_dz = sigma[k].derivative(z[k], a[k])  # N8: σ′(z^k), (…, m, n_k)
        dL_dz[k] = dL_da[k] * da_dz  # δ^k: (…, m, n_k)
        dL_dw[k] = a[k - 1].mT @ dL_dz[k]  # N11: (…, n_{k-1}, m) @ (…, m, n_k)
        dL_da[k - 1] = dL_dz[k] @ w[k].mT  # N15: (…, m, n_k) @ (…, n_k, n_{k-1})
        if biased:
            dL_db[k] = dL_dz[k].sum(axis=-2)  # (…, n_k)

    return Gradients(
        Layers("dL_da", dL_da, 0),
        Layers("dL_dz", dL_dz[1:], 1),
        Layers("dL_dw", dL_dw[1:], 1),
        Layers("dL_db", dL_db[1:] if biased else (), 1),
    )
