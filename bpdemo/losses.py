"""The losses: each ℒ stands beside its derivative ∂ℒ/∂a^L.

Adding a loss is adding one entry to `TABLE`. Its `value` and `derivative` are bare mathematics:
who calls them has looked at a and y. That is `Loss.__call__` for a value, and
`bpdemo.network.backward` for a derivative.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bpdemo import validation
from bpdemo.validation import Array, Numbers

__all__ = ["TABLE", "Loss", "get", "softmax", "softmax_cross_entropy", "squared_difference"]


Summed: TypeAlias = Any
"""A number, or an array of the leading axes' shape: the shape decides, so no type can say more."""


@dataclass(frozen=True)
class Loss:
    """One loss ℒ with its derivative.

    Attributes
    ----------
    name : the name by which `backward` knows it.
    value : ``value(a, y)``, a of shape (…, m, n_L) and y of shape (m, n_L), arrays of floats;
        returns ℒ of shape (…), summed over outputs and examples. It takes complex a too, as
        `check_gradients` measures by the complex step.
    derivative : ``derivative(a, y)``; returns dL_da of the shape of a.
    formula : one output's share of ℒ in SymPy's syntax, with the symbols ``a`` and ``y``; where
        the outputs share a sum over all of them, that sum is the symbol ``total``.
    latex : the same for a reader.
    total : one output's share of the symbol ``total``, with the symbol ``a``; "" where the formula
        has none. Then the loss is elementwise: each output has its own share of ℒ.
    """

    name: str
    value: Callable[[NDArray[Any], NDArray[Any]], Summed]
    derivative: Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]]
    formula: str
    latex: str
    total: str = ""

    def __call__(self, a: ArrayLike, y: ArrayLike) -> Summed:
        """ℒ(a, y), summed over outputs and examples: a number, or one for each leading index.

        Parameters
        ----------
        a : (…, m, n_L) the activated output a^L; leading axes are kept.
        y : (m, n_L) the labels.

        Raises
        ------
        ValueError : y does not have as many examples and outputs as a; one of them is empty; y is
            not finite (an a that left the finite numbers has a loss that did so too); or `value`
            summed over leading axes too, or not over outputs and examples.
        TypeError : a or y is not made of numbers.
        """
        a, y = validation.tables(a, y, self.name)
        found = self.value(a, y)
        if np.shape(found) != np.shape(a)[:-2]:
            raise ValueError(
                f"loss {self.name!r}: expected a value of shape {np.shape(a)[:-2]}, that of the "
                f"leading axes, received {np.shape(found)}; sum over axis=(-2, -1) alone"
            )
        return found


def squared_difference(a: ArrayLike, y: ArrayLike) -> Summed:
    """ℒ = Σ (y − a)², summed over outputs and examples: no ½, no mean (row N5).

    Parameters
    ----------
    a : (…, m, n_L) the activated output a^L; leading axes are kept.
    y : (m, n_L) the labels.

    Returns
    -------
    The loss: a number, or an array of the leading axes' shape.

    Raises
    ------
    ValueError, TypeError : as any `Loss` does that is called.
    """
    return TABLE["squared_difference"](a, y)


def _squared_difference(a: Numbers, y: Numbers) -> Summed:
    error = a - y  # (…, m, n_L)
    return np.einsum("...ij,...ij->...", error, error)[()]


def _squared_difference_derivative(a: Numbers, y: Numbers) -> Numbers:
    return 2 * (a - y)  # row N7: (…, m, n_L)


def softmax(a: ArrayLike) -> Numbers:
    """p_j = e^{a_j} / Σ_q e^{a_q} over the last axis: positive numbers that sum to 1.

    Adding the same number to all a_j changes nothing, so the largest is taken off first: then no
    exponential overflows, and a = ±1000 is as good as any (B31).

    Parameters
    ----------
    a : (…, n) the logits, any real numbers.

    Returns
    -------
    p : of the shape of a.

    Raises
    ------
    ValueError, TypeError : a is empty, or not made of numbers.
    """
    a = validation.number_array(a, "softmax: a")
    if a.ndim == 0:
        raise ValueError(f"softmax: a: expected shape (…, n), received one number, {a}")
    return _softmax(a)


def _softmax(a: Numbers) -> Numbers:
    e: Numbers = np.exp(a - _largest(a))  # every exponent ≤ 0
    p: Numbers = e / e.sum(axis=-1, keepdims=True)
    return p


def softmax_cross_entropy(a: ArrayLike, y: ArrayLike) -> Summed:
    """ℒ = −Σ y · ln softmax(a), summed over outputs and examples, from logits a = a^L.

    The last layer's activation is the identity, so a^L = z^L: the softmax is in the loss. Written
    out, an example's share is Σ y · ln Σ e^a − Σ y · a. The largest a is taken off first from both:
    then nothing overflows, and nothing is lost where all a are large (B31).

    Parameters
    ----------
    a : (…, m, n_L) the logits a^L; leading axes are kept.
    y : (m, n_L) the labels; each row ≥ 0 and with the sum 1, such as 1 at the right class.

    Returns
    -------
    The loss ≥ 0: a number, or an array of the leading axes' shape.

    Raises
    ------
    ValueError, TypeError : as any `Loss` does that is called.
    """
    return TABLE["softmax_cross_entropy"](a, y)


def _softmax_cross_entropy(a: Numbers, y: Numbers) -> Summed:
    d = a - _largest(a)  # (…, m, n_L); ln p = d − ln Σ e^d, whatever the offset
    log_sum = np.log(np.exp(d).sum(axis=-1, keepdims=True))  # ln Σ e^d ≥ 0
    return np.einsum("...ij,...ij->...", log_sum - d, np.broadcast_to(y, a.shape))[()]


def _softmax_cross_entropy_derivative(a: Numbers, y: Numbers) -> Numbers:
    slope: Numbers = _softmax(a) * y.sum(axis=-1, keepdims=True) - y  # B34: p − y where Σ y = 1
    return slope  # (…, m, n_L)


def _largest(a: Numbers) -> Array:
    largest: Array = np.real(a).max(axis=-1, keepdims=True)  # (…, 1)
    return largest


TABLE: dict[str, Loss] = {
    entry.name: entry
    for entry in (
        Loss(
            name="squared_difference",
            value=_squared_difference,
            derivative=_squared_difference_derivative,
            formula="(y - a)**2",
            latex=r"\sum (y - a^L)^2",
        ),
        Loss(
            name="softmax_cross_entropy",
            value=_softmax_cross_entropy,
            derivative=_softmax_cross_entropy_derivative,
            formula="y*(log(total) - a)",
            total="exp(a)",
            latex=r"-\sum y \ln \mathrm{softmax}(a^L)",
        ),
    )
}
"""Every loss that `backward` knows by name."""


def get(loss: str | Loss) -> Loss:
    """The entry of the table with this name; a `Loss` is returned as it is.

    Raises
    ------
    ValueError : no loss has this name; the message lists those there are.
    TypeError : neither a name nor a `Loss`.
    """
    if isinstance(loss, Loss):
        return loss
    if not isinstance(loss, str):
        raise TypeError(f"loss: expected a name or a Loss, received {type(loss).__name__}")
    if loss not in TABLE:
        raise ValueError(f"loss: expected one of {', '.join(TABLE)}; received {loss!r}")
    return TABLE[loss]
