"""Finite differences, and the gradient check a learner calls.

A derivative is a claim about the loss, so it can be measured: move one number by ±h, see what the
loss does, and compare. `check_gradients` does so for every weight and bias of a network.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from numbers import Real

import numpy as np

from bpdemo import losses, network

__all__ = [
    "Report",
    "Row",
    "central_difference",
    "check_gradients",
    "forward_difference",
    "numeric_gradients",
    "relative_error",
]

_BLOCK = 2**21  # numbers per array in one forward call of `numeric_gradients`: 16 MB in float64

_LEAST_STEP = 1e-12  # of `check_gradients`; of a smaller step, rounding leaves nothing to compare


def forward_difference(f: Callable, x, h):
    """The slope of the secant from x to x + h: (f(x + h) − f(x)) / h; error of order h.

    f, x and h broadcast: an array of h gives an array of slopes.
    """
    return (f(x + h) - f(x)) / h


def central_difference(f: Callable, x, h=1e-5):
    """The slope of the secant from x − h to x + h: (f(x + h) − f(x − h)) / 2h; error of order h².

    f, x and h broadcast: an array of h gives an array of slopes.
    """
    return (f(x + h) - f(x - h)) / (2 * h)


def relative_error(analytic, numeric, floor=0.0):
    """|analytic − numeric| / max(|analytic|, |numeric|, floor), elementwise; 0 where both are 0.

    Where one of the two is nan or inf the error is nan: never small. `floor` is the size below
    which the numeric value is nothing but rounding.
    """
    size = np.maximum(np.maximum(np.abs(analytic), np.abs(numeric)), floor)
    with np.errstate(invalid="ignore"):  # inf − inf and inf / inf are nan: that is the answer
        error = np.abs(np.subtract(analytic, numeric))
        out = np.zeros(np.broadcast_shapes(error.shape, np.shape(size)))
        # "!= 0" and not "> 0", which is False for a nan and would call a nan right
        return np.divide(error, size, out=out, where=size != 0)[()]


def numeric_gradients(x, w, y, activation="sigmoid", b=None, loss="squared_difference", h=1e-5):
    """The gradient of ℒ by central differences: every parameter moved by ±h, alone.

    The moved copies of w^k stand on a leading axis, so one `forward` runs them all.

    Returns
    -------
    dL_dw, dL_db : lists of L arrays, of the shapes of w_k and b_k, in float64; dL_db is empty
        where b is None.

    Raises
    ------
    ValueError, TypeError : as `forward` and `backward` do; ValueError too for leading axes on w
        or b, which this function needs for itself, and for an h that is not a number > 0.
    """
    _refuse_unless_positive("h", "a step", h)
    trace = network.forward(x, w, activation, b)
    _refuse_leading_axes(trace)
    y, loss, _ = network._validate_backward(trace, y, loss)
    activation = [*trace.activation]
    x = trace.a[0].astype(np.float64)  # float32 is checked too, but measured in float64
    y = y.astype(np.float64)
    w = [v.astype(np.float64) for v in trace.w]
    b = [v.astype(np.float64) for v in trace.b] or None
    widest = max(v.shape[-1] for v in trace.a) * x.shape[0]

    def loss_of(w, b):
        return loss.value(network.forward(x, w, activation, b).a[trace.L], y)  # (…)

    def slopes(values, k, run):
        """The slope of ℒ along each number of values[k]."""
        v = values[k]
        slope = np.empty(v.size)
        for rows in _blocks(v.size, max(1, _BLOCK // widest)):
            step = np.zeros((rows.stop - rows.start, v.size))  # one parameter moved per row
            step[np.arange(len(step)), np.arange(v.size)[rows]] = h
            step = step.reshape(-1, *v.shape)
            moved = [*values[:k], np.stack([v + step, v - step]), *values[k + 1 :]]
            plus, minus = run(moved)  # 2 × (rows,)
            slope[rows] = (plus - minus) / (2 * h)
        return slope.reshape(v.shape)

    dL_dw = [slopes(w, k, lambda moved: loss_of(moved, b)) for k in range(len(w))]
    dL_db = [slopes(b, k, lambda moved: loss_of(w, moved)) for k in range(len(b or ()))]
    return dL_dw, dL_db


@dataclass(frozen=True, eq=False)
class Row:
    """The check of one array of parameters, w^k or b^k.

    Attributes
    ----------
    name, k : "w" or "b", and the layer.
    expected, received : the shape of the parameter and that of its analytic gradient.
    error : the relative error of each parameter; empty where the shapes differ.
    worst : the index of the largest error.
    analytic, numeric : the two gradients there.
    tolerance : the error up to which the row passes.
    """

    name: str
    k: int
    expected: tuple[int, ...]
    received: tuple[int, ...]
    error: np.ndarray
    worst: tuple[int, ...]
    analytic: float
    numeric: float
    tolerance: float

    @property
    def max_error(self) -> float:
        """The largest relative error; inf where the shapes differ or a gradient is not finite."""
        return float(self.error.max()) if self.error.size else np.inf

    @property
    def ok(self) -> bool:
        """Does every parameter of the row agree?"""
        return self.max_error <= self.tolerance

    def __str__(self) -> str:
        name = f"dL_d{self.name}[{self.k}]"
        if self.expected != self.received:
            return f"layer {self.k}: {name} has shape {self.received}, expected {self.expected}"
        if self.ok:
            return f"layer {self.k}: {name} agrees"
        wrong = int(np.count_nonzero(~(self.error <= self.tolerance)))
        at = ", ".join(map(str, self.worst))
        return (
            f"layer {self.k}: {name} differs in {wrong} of {self.error.size}; worst at [{at}]: "
            f"analytic {self.analytic:+.6g}, numeric {self.numeric:+.6g}, "
            f"relative error {self.max_error:.2g}"
        )


@dataclass(frozen=True, eq=False)
class Report:
    """What `check_gradients` found: one row per array of parameters.

    `str` names the layers where analytic and numeric part. It prints no error that is only
    rounding, so that the same check prints the same text on every machine.
    """

    rows: tuple[Row, ...]
    h: float
    tolerance: float

    @property
    def ok(self) -> bool:
        """Do all gradients agree?"""
        return all(row.ok for row in self.rows)

    def __bool__(self) -> bool:
        """A report is true where all is well, so that ``assert check_gradients(…)`` can fail."""
        return self.ok

    @property
    def max_error(self) -> float:
        """The largest relative error of all parameters."""
        return max(row.max_error for row in self.rows)

    def __str__(self) -> str:
        count = sum(int(np.prod(row.expected)) for row in self.rows)
        if self.ok:
            return (
                f"gradient check passed: {count} parameters, every relative error "
                f"below {self.tolerance:.0e} (central differences, h = {self.h:.0e})"
            )
        return "\n".join(
            [
                f"gradient check FAILED (tolerance {self.tolerance:.0e}, h = {self.h:.0e})",
                *(f"  {row}" for row in self.rows),
            ]
        )


def check_gradients(
    x,
    w,
    y,
    activation="sigmoid",
    b=None,
    loss="squared_difference",
    *,
    backward: Callable = network.backward,
    h: float = 1e-5,
    tolerance: float | None = None,
) -> Report:
    """Compare the gradient of every weight and bias with a central difference.

    Parameters
    ----------
    x, w, y, activation, b, loss : as for `forward` and `backward`; w and b without leading axes.
    backward : the function to check: ``backward(trace, y, loss)`` must return an object with
        ``dL_dw[k]`` and, where there are biases, ``dL_db[k]``, for k = 1 … L.
    h : the step, ≥ 1e-12.
    tolerance : the largest relative error to accept; by default 1e-6, and 1e-3 for float32.

    A gradient smaller than what rounding leaves of the difference can't be told from 0 by
    measuring; there the error is taken relative to that size (see `relative_error`).

    At a kink, as of relu at z = 0, there is no derivative: the difference is the mean of the
    slopes on both sides, `backward` takes the left one, and the check says that they differ. Move
    the weights or biases a little, away from the kink.

    Raises
    ------
    ValueError, TypeError : as `forward` and `backward` do, for leading axes, for h or a tolerance
        out of range, and where `backward` returned something else than gradients.
    """
    _refuse_unless_positive("h", "a step", h)
    if h < _LEAST_STEP:
        raise ValueError(f"h: expected a step ≥ {_LEAST_STEP}, received {h!r}: rounding drowns it")
    trace = network.forward(x, w, activation, b)
    eps = np.finfo(trace.a[trace.L].dtype).eps
    if tolerance is None:
        tolerance = 1e-6 if eps < 1e-12 else 1e-3
    _refuse_unless_positive("tolerance", "a relative error", tolerance)
    parts = trace.a[0], [*trace.w], y, [*trace.activation], [*trace.b] or None
    dL_dw, dL_db = numeric_gradients(*parts, loss, h)
    grad = backward(trace, y, loss)  # after measuring: a wrong one may change the weights in place

    size = float(losses.get(loss).value(trace.a[trace.L], np.asarray(y)))
    rounding = 8 * np.finfo(np.float64).eps * max(abs(size), 1.0) / h

    rows = []
    for name, numeric_layers in (("w", dL_dw), ("b", dL_db)):
        for k, numeric in enumerate(numeric_layers, start=1):
            analytic = _analytic(grad, f"dL_d{name}", k)
            noise = max(rounding, 8 * eps * float(np.abs(numeric).max()))
            rows.append(_row(name, k, analytic, numeric, noise / tolerance, tolerance))
    rows.sort(key=lambda row: row.k)
    return Report(tuple(rows), h, tolerance)


def _analytic(grad, name, k) -> np.ndarray:
    try:
        value = getattr(grad, name)[k]
    except (AttributeError, IndexError, KeyError, TypeError):
        raise TypeError(
            f"backward: expected an object with {name}[k] for every layer k = 1 … L; "
            f"received {type(grad).__name__} without {name}[{k}]"
        ) from None
    try:
        analytic = np.asarray(value)
    except ValueError:
        raise ValueError(
            f"backward: {name}[{k}]: expected an array, received ragged lists"
        ) from None
    if analytic.dtype.kind not in "fiub":
        raise TypeError(f"backward: {name}[{k}]: expected real numbers, received {analytic.dtype}")
    return analytic


def _row(name, k, analytic, numeric, floor, tolerance) -> Row:
    if analytic.shape != numeric.shape:  # shapes before values
        return Row(
            name, k, numeric.shape, analytic.shape, np.empty(0), (), np.nan, np.nan, tolerance
        )
    error = relative_error(analytic.astype(np.float64), numeric, floor)
    error = np.where(np.isfinite(error), error, np.inf)  # a nan is as wrong as can be
    worst = tuple(int(i) for i in np.unravel_index(int(np.argmax(error)), error.shape))
    return Row(
        name,
        k,
        numeric.shape,
        analytic.shape,
        error,
        worst,
        float(analytic[worst]),
        float(numeric[worst]),
        tolerance,
    )


def _refuse_unless_positive(name, what, value) -> None:
    if not (isinstance(value, Real) and 0 < value < np.inf):
        raise ValueError(f"{name}: expected {what} > 0, received {value!r}")


def _refuse_leading_axes(trace) -> None:
    for name, layers, ndim in (("w", trace.w, 2), ("b", trace.b, 1)):
        for k, v in enumerate(layers, start=1):
            if v.ndim != ndim:
                raise ValueError(
                    f"{name}{k}: expected {ndim} axes (one network at a time), received {v.shape}"
                )


def _blocks(size: int, length: int) -> Iterator[slice]:
    """Slices that cut ``range(size)`` into pieces of at most `length`."""
    return (slice(start, min(start + length, size)) for start in range(0, size, length))
