"""The public edge: what comes in is checked here, and a message says what is wrong with it.

Each function returns what it was given, in the form that the rooms above compute with, or raises.
A message names the argument, what was expected and what was received.
"""

import functools
import inspect
import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from numbers import Real
from typing import Any, ParamSpec, Protocol, TypeAlias, TypeGuard, TypeVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

__all__ = [
    "Array",
    "Check",
    "NotFinite",
    "Numbers",
    "array",
    "as_array",
    "briefly",
    "checked",
    "each",
    "finite",
    "flag",
    "function",
    "instance",
    "interval",
    "leading_axes",
    "mapping",
    "number_array",
    "one_network",
    "one_of",
    "optional",
    "real",
    "real_array",
    "real_arrays",
    "real_numbers",
    "string",
    "tables",
    "whole",
    "whole_numbers",
    "widths",
]

Array: TypeAlias = NDArray[np.floating[Any]]
"""An array of real numbers, float32 or float64."""

Numbers: TypeAlias = NDArray[np.inexact[Any]]
"""An array of real or complex numbers."""

_FLOATS = (np.dtype(np.float64), np.dtype(np.float32))
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
    if _usual(value, _FLOATS if dtype is None else (dtype,)):
        return value
    array = _floats(value, name, dtype)
    _refuse_empty(array, name)
    finite(array, name)
    return array


def _usual(value: object, dtypes: tuple[DTypeLike, ...]) -> TypeGuard[Array]:
    """Is it, at a glance, an array with nothing to change or refuse? Nearly every one is.

    One inf or nan shows in the sum of squares, which BLAS takes in one pass without a temporary
    array. Large finite numbers may overflow it: what looks unusual is looked at again.
    """
    return (
        type(value) is np.ndarray
        and value.dtype in dtypes
        and value.size > 0
        and math.isfinite(np.vdot(value, value))
    )


def _floats(value: ArrayLike, name: str, dtype: DTypeLike | None) -> Array:
    """What `real_array` is given, as an array of floats, empty or not, finite or not."""
    array = real_numbers(value, name)
    if dtype is None:  # float32 stays float32, whatever its byte order
        dtype = np.float32 if array.dtype.type is np.float32 else np.float64
    if array.dtype == dtype:
        return array
    with np.errstate(over="ignore"):  # 1e300 is no float32: it becomes inf, refused afterwards
        return array.astype(dtype)


def real_arrays(values: Iterable[ArrayLike], name: str, expected: str) -> list[Array]:
    """A list of `real_array`, one per layer, called name1, name2, …

    Raises
    ------
    ValueError : the list is empty. TypeError : it's one array, or no list.
    """
    if type(values) is not list:
        _refuse_no_list(values, name, expected)
    arrays = [
        value if _usual(value, _FLOATS) else real_array(value, f"{name}{k}")
        for k, value in enumerate(values, start=1)
    ]
    if not arrays:
        raise ValueError(f"{name}: expected a list {expected}, received an empty one")
    return arrays


def _refuse_no_list(values: object, name: str, expected: str) -> None:
    if isinstance(values, np.ndarray) and values.dtype != object:
        raise TypeError(f"{name}: expected a list {expected}, received one array {values.shape}")
    if isinstance(values, (str, bytes, dict, set)) or not hasattr(values, "__iter__"):
        raise TypeError(f"{name}: expected a list {expected}, received {type(values).__name__}")


def real_numbers(value: ArrayLike, name: str) -> NDArray[Any]:
    """`value` as an array of real numbers in its own dtype, empty or not, finite or not.

    Raises
    ------
    ValueError : ragged or masked. TypeError : complex numbers, strings, objects.
    """
    array = as_array(value, name)
    if _is_masked(value):
        raise ValueError(f"{name}: expected a number in every place, received masked ones")
    if array.dtype.kind not in "fiub":
        kind = _KINDS.get(array.dtype.kind, f"dtype {array.dtype}")
        raise TypeError(f"{name}: expected real numbers, received {kind}")
    return array


def number_array(value: ArrayLike, name: str) -> Numbers:
    """`value` as an array of real or complex numbers, finite or not; integers become float64.

    (Unsigned ones would wrap in a − y.)

    Raises
    ------
    ValueError : ragged or empty. TypeError : not made of numbers.
    """
    array = as_array(value, name)
    if array.dtype.kind not in "fciub":
        raise TypeError(f"{name}: expected numbers, received {array.dtype}")
    if _is_masked(value):
        raise ValueError(f"{name}: expected a number in every place, received masked ones")
    _refuse_empty(array, name)
    return array.astype(np.float64) if array.dtype.kind in "iub" else array


def tables(a: ArrayLike, y: ArrayLike, name: str) -> tuple[Numbers, Numbers]:
    """a of shape (…, m, n) and finite y of shape (m, n), as arrays; `name` is who asks.

    Raises
    ------
    ValueError : the shapes don't fit; NotFinite where y isn't finite. TypeError : no numbers.
    """
    a, y = number_array(a, f"{name}: a"), number_array(y, f"{name}: y")
    if a.ndim < 2 or y.shape != a.shape[-2:]:
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


def as_array(value: ArrayLike, name: str) -> NDArray[Any]:
    """`value` as an array of anything; ValueError where its lists are ragged."""
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


# Whole functions. `checked` has each argument looked at by name, before anything else is done. The
# core's two functions don't use it: they are called a thousand times a second.

Check: TypeAlias = Callable[[str, Any], Any]
"""Takes an argument's name and its value; returns what the function is handed, or raises."""

P = ParamSpec("P")
R = TypeVar("R")


def checked(**checks: Check) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Have the arguments of a function looked at, each by its name; what is left out is not.

    Of an argument ``*names`` each is looked at.

    >>> @checked(sides=whole(1))
    ... def dice(sides=6):
    ...     return sides
    >>> dice(0)
    Traceback (most recent call last):
    ValueError: sides: expected a whole number ≥ 1, received 0
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)
        many = {n for n, p in signature.parameters.items() if p.kind is p.VAR_POSITIONAL}

        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                bound = signature.bind(*args, **kwargs)
            except TypeError:
                return function(*args, **kwargs)  # which says what is missing or too many
            given = bound.arguments
            for name, check in checks.items():
                if name in many and name in given:
                    given[name] = tuple(check(name, value) for value in given[name])
                elif name in given:
                    given[name] = check(name, given[name])
            return function(*bound.args, **bound.kwargs)

        return run

    return decorate


def optional(check: Check) -> Check:
    """None, or what the check takes."""
    return lambda name, value: None if value is None else check(name, value)


def whole(least: int = 0, most: int | None = None) -> Check:
    """A whole number: an int or NumPy's, no bool, and no float with nothing behind the point."""
    expected = (
        f"a whole number ≥ {least}" if most is None else _range("a whole number", least, most)
    )

    def check(name: str, value: Any) -> int:
        if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer):
            raise TypeError(f"{name}: expected {expected}, received {value!r}")
        if value < least or (most is not None and value > most):
            raise ValueError(f"{name}: expected {expected}, received {value}")
        return int(value)

    return check


def real(
    least: float | None = None, most: float | None = None, *, above: float | None = None
) -> Check:
    """A finite real number, of Python or NumPy; `above` is a bound that it must not reach."""
    expected = "a finite number"
    if above is not None:
        expected += f" > {above:g}" + (f", at most {most:g}" if most is not None else "")
    elif least is not None and most is not None:
        expected = _range("a number", least, most)
    elif least is not None:
        expected += f" ≥ {least:g}"

    def check(name: str, value: Any) -> Any:
        if isinstance(value, bool | np.bool_) or not isinstance(value, Real):
            if not (
                isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind in "fiu"
            ):
                raise TypeError(f"{name}: expected {expected}, received {briefly(value)}")
        low = -math.inf if least is None else least
        high = math.inf if most is None else most
        try:
            inside = math.isfinite(value) and low <= value <= high
        except OverflowError:
            inside = False
        if not inside or (above is not None and value <= above):
            raise ValueError(f"{name}: expected {expected}, received {value!r}")
        return value

    return check


def _range(what: str, least: float, most: float) -> str:
    return (
        f"{what} from {least:,} to {most:,}"
        if isinstance(most, int)
        else (f"{what} from {least:g} to {most:g}")
    )


def string(name: str, value: Any) -> str:
    """A text."""
    if not isinstance(value, str):
        raise TypeError(f"{name}: expected a text, received {briefly(value)}")
    return value


def flag(name: str, value: Any) -> bool:
    """True or False; NumPy's, and 0 and 1, are taken too."""
    if not isinstance(value, bool | np.bool_ | int) or value not in (0, 1):
        raise TypeError(f"{name}: expected True or False, received {briefly(value)}")
    return bool(value)


def function(name: str, value: Any) -> Callable[..., Any]:
    """Something to call."""
    if not callable(value):
        raise TypeError(f"{name}: expected a function, received {briefly(value)}")
    called: Callable[..., Any] = value
    return called


def one_of(names: Callable[[], Iterable[str]] | Iterable[str]) -> Check:
    """One of these names; or of those that a function gives, when it's asked."""

    def check(name: str, value: Any) -> str:
        known = list(names() if callable(names) else names)
        if isinstance(value, str) and value in known:
            return value
        kind = ValueError if isinstance(value, str) else TypeError
        raise kind(f"{name}: expected one of {', '.join(known)}; received {briefly(value)}")

    return check


def instance(kind: type | tuple[type, ...], expected: str) -> Check:
    """An object of this class; `expected` says in words what that is."""

    def check(name: str, value: Any) -> Any:
        if not isinstance(value, kind):
            raise TypeError(f"{name}: expected {expected}, received {briefly(value)}")
        return value

    return check


def each(
    check: Check,
    expected: str,
    *,
    least: int = 0,
    count: int | None = None,
    most: int | None = None,
) -> Check:
    """A list, or what can be gone through, of what the check takes; `expected` says it in words."""

    def checked_list(name: str, value: Any) -> list[Any]:
        wrong = isinstance(value, str | bytes | Mapping | set) or not hasattr(value, "__iter__")
        if wrong or (isinstance(value, np.ndarray) and value.ndim == 0):
            raise TypeError(f"{name}: expected {expected}, received {briefly(value)}")
        found = [check(f"{name}[{place}]", one) for place, one in enumerate(value)]
        if len(found) < least or (count is not None and len(found) != count):
            raise ValueError(f"{name}: expected {expected}, received {len(found)}")
        if most is not None and len(found) > most:
            raise ValueError(f"{name}: expected {expected}, at most {most}, received {len(found)}")
        return found

    return checked_list


def mapping(check: Check, expected: str, *, keys: Check = string, least: int = 0) -> Check:
    """A dict, from what `keys` takes to what the check takes; `expected` says it in words."""

    def checked_mapping(name: str, value: Any) -> dict[Any, Any]:
        if not isinstance(value, Mapping):
            raise TypeError(f"{name}: expected {expected}, received {briefly(value)}")
        if len(value) < least:
            raise ValueError(f"{name}: expected {expected}, received none")
        return {keys(f"{name}: key", k): check(f"{name}[{k!r}]", v) for k, v in value.items()}

    return checked_mapping


def array(
    *axes: int | str, positive: bool = False, finite: bool = True, rising: bool = False
) -> Check:
    """Real numbers with these axes: a length, or a letter for any length. Without axes, of any.

    Integers become float64; where `finite` is False, inf and nan are taken.
    """
    shape = f"({', '.join(map(str, axes))}{',' * (len(axes) == 1)})"

    def check(name: str, value: Any) -> Array:
        if finite:
            found = real_array(value, name)
        else:
            loose = number_array(value, name)
            if loose.dtype.kind == "c":
                raise TypeError(f"{name}: expected real numbers, received complex numbers")
            found = loose.real
        if axes and (
            found.ndim != len(axes)
            or any(isinstance(n, int) and n != m for n, m in zip(axes, found.shape, strict=True))
        ):
            raise ValueError(f"{name}: expected shape {shape}, received {found.shape}")
        if positive and not (found > 0).all():
            raise ValueError(f"{name}: expected numbers > 0, received {found[~(found > 0)][0]}")
        if rising and not (len(found) > 1 and (np.diff(found) > 0).all()):
            raise ValueError(f"{name}: expected at least two numbers, each above the one before; "
                             f"received {briefly(value)}")  # fmt: skip
        return found

    return check


def whole_numbers(least: int, most: int, expected: str = "one whole number for each") -> Check:
    """A row (m,) of whole numbers in these bounds, as integers."""

    def check(name: str, value: Any) -> NDArray[np.int64]:
        found = as_array(value, name)
        _refuse_empty(found, name)
        if found.dtype.kind not in "iu" or found.ndim != 1:
            what = f"{found.dtype} of shape {found.shape}"
            kind = ValueError if found.dtype.kind in "iuf" else TypeError
            raise kind(f"{name}: expected shape (m,), {expected}; received {what}")
        if found.min() < least or found.max() > most:
            wrong = found[(found < least) | (found > most)][0]
            raise ValueError(f"{name}: expected whole numbers from {least} to {most}, "
                             f"received {wrong}")  # fmt: skip
        return found.astype(np.int64)

    return check


def interval(name: str, value: Any) -> tuple[float, float]:
    """Two finite numbers, the first below the second."""
    pair = each(real(), "two numbers (low, high)", count=2)(name, value)
    if not pair[0] < pair[1]:
        raise ValueError(f"{name}: expected (low, high) with low < high, received {briefly(value)}")
    return pair[0], pair[1]


def widths(name: str, value: Any, most: int = 2**28) -> list[int]:
    """[n_0, …, n_L], at least two, with no more than `most` weights in all."""
    expected = "[n_0, …, n_L], whole numbers > 0"
    found: list[int] = each(whole(1), f"{expected}, at least two", least=2)(name, value)
    weights = sum(n * m for n, m in itertools.pairwise(found))
    if weights > most:
        raise ValueError(f"{name}: expected at most {most:,} weights in all, received {weights:,}")
    return found


def briefly(value: object) -> str:
    """A value for a message: what it is, or of what class and shape."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    said = repr(value)
    return said if len(said) < 60 else f"{type(value).__name__} {said[:50]}…"
