"""The losses: each ℒ stands beside its derivative ∂ℒ/∂a^L.

Adding a loss is adding one entry to `TABLE`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

__all__ = ["TABLE", "Loss", "get", "squared_difference"]


@dataclass(frozen=True)
class Loss:
    """One loss ℒ with its derivative.

    Attributes
    ----------
    name : the name by which `backward` knows it.
    value : ``value(a, y)``, a and y of shape (…, m, n_L); returns ℒ of shape (…), summed over
        outputs and examples.
    derivative : ``derivative(a, y)``; returns dL_da of the shape of a.
    formula : one output's share of ℒ in SymPy's syntax, with the symbols ``a`` and ``y``.
    latex : the same for a reader.
    """

    name: str
    value: Callable[[np.ndarray, np.ndarray], np.ndarray]
    derivative: Callable[[np.ndarray, np.ndarray], np.ndarray]
    formula: str
    latex: str

    def __call__(self, a, y):
        """ℒ(a, y), summed over outputs and examples."""
        return self.value(a, y)


def squared_difference(a, y):
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
    ValueError : y does not have as many examples and outputs as a.
    TypeError : a or y is not made of numbers.
    """
    a, y = _as_numbers(a, "a"), _as_numbers(y, "y")
    if a.ndim < 2 or y.shape[-2:] != a.shape[-2:]:
        raise ValueError(
            f"squared_difference: expected a of shape (…, m, n_L) and y of shape (m, n_L); "
            f"received a {a.shape} and y {y.shape}"
        )
    error = a - y  # (…, m, n_L)
    return np.einsum("...ij,...ij->...", error, error)[()]


def _as_numbers(value, name):
    """`value` as an array; integers become float64, because unsigned ones would wrap in a − y."""
    array = np.asarray(value)
    if array.dtype.kind not in "fciub":
        raise TypeError(f"squared_difference: {name}: expected numbers, received {array.dtype}")
    return array.astype(np.float64) if array.dtype.kind in "iub" else array


def _squared_difference_derivative(a, y):
    return 2 * (a - y)  # row N7: (…, m, n_L)


TABLE: dict[str, Loss] = {
    entry.name: entry
    for entry in (
        Loss(
            name="squared_difference",
            value=squared_difference,
            derivative=_squared_difference_derivative,
            formula="(y - a)**2",
            latex=r"\sum (y - a^L)^2",
        ),
    )
}
"""Every loss that `backward` knows by name."""


def get(loss: "str | Loss") -> Loss:
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
