"""The public edge: what comes in is checked here, and a message says what is wrong with it.

Each function returns what it was given, in the form that the rooms above compute with, or raises.
A message names the argument, what was expected and what was received.
"""

import math
from collections.abc import Iterable, Sequence
from numbers import Real
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

__all__ = [
    "Array",
    "NotFinite",
    "Numbers",
    "whole_number",
    "finite",
    "leading_axes",
    "number_array",
    "one_network",
    "positive",
    "real_array",
    "real_arrays",
    "tables",
]

Array: TypeAlias = NDArray[np.floating[Any]]
"""An array of real numbers, float32 or float64."""

Numbers: TypeAlias = NDArray[np.inexact[Any]]
"""An array of real or complex numbers."""

_KINDS = {"c": "complex numbers", "O": "objects", "U": "strings", "S": "bytes"}


class NotFinite(ValueError):
    """There is an inf or a nan where a finite number is expected."""


class _Network(Protocol):
    """What `one_network` looks at of a trace."""

    @property
    def w(self) -> Iterable[Array]: ...

    @property
    def b(self) -> Iterable[Array]: ...


def real_array(value: ArrayLike, name: str, dtype: DTypeLike | None = None) -> Array:
    """`value` as a float array; itself where it is one already.

    float32 and float64 stay what they are, everything else becomes float64; `dtype` asks for one.

    Raises
    ------
    ValueError : ragged, empty or masked; NotFinite where a number isn't finite.
    TypeError : complex numbers, strings, objects.
    """
    if type(value) is np.ndarray:
        array = value
    else:
        array = _as_array(value, name)
        if _is_masked(value):
            raise ValueError(f"{name}: expected a number in every place, received masked ones")
    if array.dtype.char not in "fd" or not array.dtype.isnative:
        if array.dtype.kind not in "fiub":
            kind = _KINDS.get(array.dtype.kind, f"dtype {array.dtype}")
            raise TypeError(f"{name}: expected real numbers, received {kind}")
        if dtype is None:  # float32 stays float32, whatever its byte order
            dtype = np.float32 if array.dtype.type is np.float32 else np.float64
    if dtype is not None and array.dtype != dtype:
        with np.errstate(over="ignore"):  # 1e300 is no float32: it becomes inf, refused below
            array = array.astype(dtype)
    _refuse_empty(array, name)
    # One inf or nan shows in the sum of squares, which BLAS takes in one pass without a temporary
    # array. Large finite numbers may overflow it, so what it suspects is looked at again.
    if not math.isfinite(np.vdot(array, array)):
        finite(array, name)
    return array


def real_arrays(values: Iterable[ArrayLike], name: str, expected: str) -> list[Array]:
    """A list of `real_array`, one per layer, called name1, name2, …

    Raises
    ------
    ValueError : the list is empty. TypeError : it's one array, or no list.
    """
    if isinstance(values, np.ndarray) and values.dtype != object:
        raise TypeError(f"{name}: expected a list {expected}, received one array {values.shape}")
    if isinstance(values, (str, bytes, dict, set)) or not hasattr(values, "__iter__"):
        raise TypeError(f"{name}: expected a list {expected}, received {type(values).__name__}")
    arrays = [real_array(value, f"{name}{k}") for k, value in enumerate(values, start=1)]
    if not arrays:
        raise ValueError(f"{name}: expected a list {expected}, received an empty one")
    return arrays


def number_array(value: ArrayLike, name: str) -> Numbers:
    """`value` as an array of real or complex numbers, finite or not; integers become float64.

    (Unsigned ones would wrap in a − y.)

    Raises
    ------
    ValueError : ragged or empty. TypeError : not made of numbers.
    """
    array = _as_array(value, name)
    if array.dtype.kind not in "fciub":
        raise TypeError(f"{name}: expected numbers, received {array.dtype}")
    _refuse_empty(array, name)
    return array.astype(np.float64) if array.dtype.kind in "iub" else array


def tables(a: ArrayLike, y: ArrayLike, name: str) -> tuple[Numbers, Numbers]:
    """a of shape (…, m, n) and finite y of shape (m, n), as arrays; `name` is who asks.

    Raises
    ------
    ValueError : the shapes don't fit; NotFinite where y isn't finite. TypeError : no numbers.
    """
    a, y = number_array(a, f"{name}: a"), number_array(y, f"{name}: y")
    if a.ndim < 2 or y.shape[-2:] != a.shape[-2:]:
        raise ValueError(
            f"{name}: expected a of shape (…, m, n_L) and y of shape (m, n_L); "
            f"received a {a.shape} and y {y.shape}"
        )
    if not np.isfinite(y).all():
        raise NotFinite(f"{name}: y: expected finite numbers, received {y[~np.isfinite(y)][0]}")
    return a, y


def finite(array: NDArray[Any], name: str) -> None:
    """Raise NotFinite, which says where, unless every number is finite."""
    wrong = np.argwhere(~np.isfinite(array))
    if len(wrong):
        at = tuple(map(int, wrong[0]))
        raise NotFinite(f"{name}: expected finite numbers, received {array[at]} at index {at}")


def positive(name: str, what: str, value: float) -> None:
    """Raise ValueError unless `value` is a finite number above 0; `what` says what it means."""
    if not (isinstance(value, Real) and 0 < value < np.inf):
        raise ValueError(f"{name}: expected {what} > 0, received {value!r}")


def whole_number(name: str, value: int | None, least: int, otherwise: str) -> None:
    """Raise unless `value` is None or an integer of at least `least`."""
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name}: expected an integer, {otherwise}; received {value!r}")
    if value < least:
        raise ValueError(f"{name}: expected an integer ≥ {least}, {otherwise}; received {value}")


def leading_axes(w: Sequence[Array], b: Sequence[Array]) -> None:
    """Raise ValueError unless the leading axes of w_k (…, n, n′) and b_k (…, n) say one thing.

    They must broadcast. And (1, n) is no bias of one network: it would make a leading axis of
    every z, a and gradient, though its writer most likely meant a row.
    """
    if all(v.ndim == 2 for v in w) and all(v.ndim == 1 or v.shape[:-1] == (1,) for v in b):
        k = next(k for k, v in enumerate(b, start=1) if v.ndim == 2)
        n = b[k - 1].shape[-1]
        raise ValueError(
            f"b{k}: expected shape (n_{k},) = ({n},), received (1, {n}); "
            f"b{k}[0] is the row, and more than one row means more than one network"
        )
    shapes = {f"w{k}": v.shape[:-2] for k, v in enumerate(w, start=1)}
    shapes |= {f"b{k}": v.shape[:-1] for k, v in enumerate(b, start=1)}
    try:
        np.broadcast_shapes(*shapes.values())
    except ValueError:
        raise ValueError(
            "leading axes: expected shapes that broadcast, received "
            + ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        ) from None


def one_network(trace: _Network) -> None:
    """Raise ValueError where a w or a b of the trace has leading axes."""
    for name, layers, ndim in (("w", trace.w, 2), ("b", trace.b, 1)):
        for k, v in enumerate(layers, start=1):
            if v.ndim != ndim:
                raise ValueError(
                    f"{name}{k}: expected {ndim} axes (one network at a time), received {v.shape}"
                )


def _as_array(value: ArrayLike, name: str) -> NDArray[Any]:
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(f"{name}: expected a rectangular array, received ragged lists") from None


def _refuse_empty(array: NDArray[Any], name: str) -> None:
    if array.size == 0:
        raise ValueError(f"{name}: expected at least one number, received shape {array.shape}")


def _is_masked(value: object) -> bool:
    # Asked of the array itself, since np.ma is a module that NumPy loads only when it is named.
    return isinstance(value, np.ndarray) and bool(np.any(getattr(value, "mask", False)))
