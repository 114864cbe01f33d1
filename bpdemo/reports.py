"""The report of a gradient check: one row per array, three verdicts, and a guess at the slip."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bpdemo import validation
from bpdemo.measuring import Floats, Slopes

__all__ = ["Direction", "Report", "Row", "compare", "gravest", "relative_error"]

Measured: TypeAlias = tuple[Slopes, Sequence[NDArray[Any]], float]
"""Along a random direction: the slope, the signs in blocks of rows, and what rounding may do."""

SHARP = 10.0  # an error bar may be so many times the tolerance before a slope counts as unknown
_KINK = "a kink within reach"


def _sized(value: ArrayLike, name: str) -> NDArray[Any]:
    """An array of numbers; it may be empty, and need not be finite."""
    empty = isinstance(value, np.ndarray) and value.size == 0
    return np.asarray(value) if empty else validation.number_array(value, name)


@validation.checked(floor=validation.real(least=0))
def relative_error(analytic: ArrayLike, numeric: ArrayLike, floor: float = 0.0) -> Any:
    """|analytic − numeric| / max(|analytic|, |numeric|, floor), elementwise; 0 where both are 0.

    Where one of the two is nan or inf the error is nan: never small. `floor` is the size below
    which the numeric value is nothing but rounding.
    """
    analytic, numeric = _sized(analytic, "analytic"), _sized(numeric, "numeric")
    try:
        np.broadcast_shapes(analytic.shape, numeric.shape)
    except ValueError:
        raise ValueError(
            f"analytic, numeric: expected shapes that broadcast, "
            f"received {analytic.shape} and {numeric.shape}"
        ) from None
    size = np.maximum(np.maximum(np.abs(analytic), np.abs(numeric)), floor)
    with np.errstate(invalid="ignore"):  # inf − inf and inf / inf are nan: that is the answer
        error = np.abs(np.subtract(analytic, numeric))
        out = np.zeros(np.broadcast_shapes(error.shape, np.shape(size)))
        # "!= 0" and not "> 0", which is False for a nan and would call a nan right
        return np.divide(error, size, out=out, where=size != 0)[()]


@dataclass(frozen=True)
class Direction:
    """The check along one direction in which every parameter of an array moves by +1 or −1.

    Attributes
    ----------
    analytic, numeric, bar : the gradient's own sum, the measured slope, and its error bar.
    verdict : "agrees", "differs" or "can't tell".
    """

    analytic: float
    numeric: float
    bar: float
    verdict: str


@dataclass(frozen=True, eq=False)
class Row:
    """The check of one array of parameters.

    Attributes
    ----------
    name, k : "w" or "b" and the layer; for `gradcheck` the parameter's own name, and None.
    verdict : "agrees", "differs" or "can't tell".
    expected, received : the shape of the parameter and that of its analytic gradient.
    at : (P,) the flat indices of the parameters that were measured, in rising order.
    gradients, slopes, bars : (P,) the gradient, the measured slope and its error bar there.
    arms : (P,) at a kink, half the difference of the slopes on both sides; else 0.
    verdicts : (P,) the verdict of each.
    error : (P,) the relative error of each; empty where the shapes differ.
    directions : for an array that was only sampled, the check along some random directions in
        which all of its parameters move.
    tolerance : the relative error up to which a gradient agrees.
    reason : why, where the verdict isn't "agrees"; with a guess at the slip where there is one.
    """

    name: str
    k: int | None
    verdict: str
    expected: tuple[int, ...]
    received: tuple[int, ...]
    at: NDArray[np.intp]
    gradients: Floats
    slopes: Floats
    bars: Floats
    arms: Floats
    verdicts: NDArray[np.str_]
    error: Floats
    directions: tuple[Direction, ...]
    tolerance: float
    reason: str = ""

    @property
    def ok(self) -> bool:
        """Was everything in the row measured, and does it agree?"""
        return self.verdict == "agrees"

    @property
    def size(self) -> int:
        """The number of parameters in the array."""
        return int(np.prod(self.expected))

    @property
    def max_error(self) -> float:
        """The largest relative error; inf where the shapes differ or a gradient is not finite."""
        if self.expected != self.received:
            return np.inf
        return float(self.error.max(initial=0.0))

    @property
    def worst(self) -> tuple[int, ...]:
        """The index of the parameter with the gravest verdict and the largest error in it."""
        if not self.error.size:
            return ()
        return tuple(int(i) for i in np.unravel_index(self.at[self._worst], self.expected))

    @property
    def analytic(self) -> float:
        """The gradient at `worst`; nan where the shapes differ."""
        return float(self.gradients[self._worst]) if self.error.size else np.nan

    @property
    def numeric(self) -> float:
        """The measured slope at `worst`; nan where the shapes differ."""
        return float(self.slopes[self._worst]) if self.error.size else np.nan

    @property
    def bar(self) -> float:
        """The error bar of the measured slope at `worst`; nan where the shapes differ."""
        return float(self.bars[self._worst]) if self.error.size else np.nan

    @property
    def _worst(self) -> int:
        return int(np.argmax(np.where(self.verdicts == self.verdict, self.error, -1.0)))

    def _numeric(self, p: int) -> str:
        value, arms = self.slopes[p], abs(self.arms[p])
        if self.reason != _KINK:
            return _measured(value, self.bars[p])
        if arms <= 1e-6 * abs(value):
            return f"{value:+.6g} on both sides"
        left, right = value - self.arms[p], value + self.arms[p]
        return f"{left:+.6g} on the left, {right:+.6g} on the right"

    @property
    def label(self) -> str:
        """What a report calls the row: dL_dw[2], or the parameter's own name."""
        return self.name if self.k is None else f"dL_d{self.name}[{self.k}]"

    def __str__(self) -> str:
        head = "" if self.k is None else f"layer {self.k}: "
        if self.expected != self.received:
            hint = " (is it transposed?)" if self.received == self.expected[::-1] else ""
            return f"{head}{self.label} has shape {self.received}, expected {self.expected}{hint}"
        if self.ok:
            return f"{head}{self.label} agrees"
        if not np.any(self.verdicts == self.verdict):
            return f"{head}{self.label} {self.verdict}: {self.reason}"
        p = self._worst
        pair = f"analytic {self.analytic:+.6g}, numeric {self._numeric(p)}"
        count = int(np.count_nonzero(self.verdicts == self.verdict))
        at = ", ".join(map(str, self.worst))
        says = f"{self.verdict} in {count} of {len(self.at)}"
        if len(self.at) < self.size:
            says += " measured"
        if self.verdict == "can't tell":
            return f"{head}{self.label} {says}: {self.reason}; as at [{at}]: {pair}"
        guess = f"; {self.reason}" if self.reason else ""
        return (
            f"{head}{self.label} {says}; worst at [{at}]: {pair}, "
            f"relative error {self.error[p]:.2g}{guess}"
        )


@dataclass(frozen=True, eq=False)
class Report:
    """What a gradient check found: one row per array of parameters.

    A report is true only where everything was measured and agrees. `str` names the arrays where
    analytic and numeric part.

    Attributes
    ----------
    rows : a `Row` for each array.
    tolerance : the relative error up to which a gradient agrees.
    method : how the slopes were measured.
    """

    rows: tuple[Row, ...]
    tolerance: float
    method: str

    @property
    def verdict(self) -> str:
        """The gravest verdict of all rows: "differs", else "can't tell", else "agrees"."""
        return gravest(row.verdict for row in self.rows)

    @property
    def ok(self) -> bool:
        """Was everything measured, and does it agree?"""
        return self.verdict == "agrees"

    def __bool__(self) -> bool:
        """So that ``assert check_gradients(…)`` can fail."""
        return self.ok

    @property
    def max_error(self) -> float:
        """The largest relative error of all parameters that were measured."""
        return max(row.max_error for row in self.rows)

    def __str__(self) -> str:
        count, measured = sum(row.size for row in self.rows), sum(len(row.at) for row in self.rows)
        if self.ok:
            directions = sum(len(row.directions) for row in self.rows)
            how = f"{count} parameters"
            if measured < count:
                how = f"{measured} of {count} parameters, and {directions} directions through all"
            return (
                f"gradient check passed: {how}, every relative error "
                f"below {self.tolerance:.0e} ({self.method})"
            )
        verdict = {"differs": "FAILED", "can't tell": "CAN'T TELL"}[self.verdict]
        return "\n".join(
            [
                f"gradient check {verdict} (tolerance {self.tolerance:.0e}, {self.method})",
                *(f"  {row}" for row in self.rows),
            ]
        )


# Verdicts


def compare(
    name: str,
    k: int | None,
    shape: tuple[int, ...],
    analytic: NDArray[Any],
    at: NDArray[np.intp],
    slopes: Slopes,
    rounding: Floats | float,
    directions: Iterable[Measured],
    tolerance: float,
    m: int | None = None,
) -> Row:
    """The row of one array of parameters.

    Parameters
    ----------
    name, k, shape : of the array of parameters, as in `Row`.
    analytic : the gradient to check, whatever its shape.
    at, slopes : which parameters were measured, and their slopes, P of each.
    rounding : (P,) how far a right gradient may be off by rounding.
    directions : for each random direction its slope, its signs in blocks of rows of the array, and
        how far the sum of a right gradient along it may be off by rounding.
    tolerance : the relative error up to which a gradient agrees.
    m : the number of examples, where it is known, to tell a mean from a sum.
    """
    if analytic.shape != shape:  # shapes before values
        none = np.empty(0)
        return Row(
            name, k, "differs", shape, analytic.shape, at, none, none, none, none,
            none.astype("<U10"), none, (), tolerance, "its shape",
        )  # fmt: skip
    got = analytic.reshape(-1)[at].astype(np.float64)  # (P,)
    # Where a kink has one slope on both sides, and the gradient is that slope, it does no harm.
    bar = slopes.bar + np.where(slopes.kink, np.abs(slopes.arms), 0.0)
    # Near the smallest normal number a float loses its digits, and measuring needs some room above.
    lowest = max(1e-250, float(np.finfo(analytic.dtype).tiny) if analytic.dtype.kind == "f" else 0)
    verdicts = _verdicts(
        got, slopes.value, bar, rounding, slopes.kink, tolerance,
        np.maximum(np.abs(got), np.abs(slopes.value)), lowest,
    )  # fmt: skip
    error = relative_error(got, slopes.value)
    error = np.where(np.isfinite(error), error, np.inf)  # a nan is as wrong as can be
    along = tuple(_along(analytic, *one, tolerance) for one in directions)
    alone = [verdict for verdict in ("differs", "can't tell") if np.any(verdicts == verdict)]
    verdict = gravest([*alone, *(one.verdict for one in along)])
    row = Row(
        name, k, verdict, shape, analytic.shape, at, got, slopes.value, slopes.bar,
        np.where(slopes.kink, slopes.arms, 0.0), verdicts, error, along,
        tolerance,
    )  # fmt: skip
    return replace(row, reason=_reason(row, slopes.kink, m))


def gravest(verdicts: Iterable[str]) -> str:
    """ "differs" where there is one, else "can't tell" where there is one, else "agrees"."""
    found = set(verdicts)
    return next((v for v in ("differs", "can't tell") if v in found), "agrees")


def _verdicts(
    analytic: Floats,
    numeric: Floats,
    bar: Floats,
    rounding: Floats | float,
    kink: NDArray[np.bool_],
    tolerance: float,
    size: Floats,
    lowest: float = 0.0,
) -> NDArray[np.str_]:
    """The verdict of each number: all arguments are arrays of one shape, but for the tolerance."""
    with np.errstate(invalid="ignore"):
        off = np.abs(analytic - numeric)
        allowed = tolerance * size + bar
        agrees = (off <= allowed) & (bar <= SHARP * tolerance * size)  # also where all are 0
        agrees &= np.isfinite(numeric)  # with a slope of inf, all of these are inf
        # What rounding leaves is 0 or of its own size: a far smaller gradient was computed sharply.
        sharply = (analytic != 0) & (np.abs(analytic) < 1e-6 * rounding)
        slack = np.where(sharply, 0.0, rounding) + lowest
        differs = (off > allowed + slack) & ~kink & np.isfinite(numeric)
    differs |= ~np.isfinite(analytic)
    return np.where(differs, "differs", np.where(agrees, "agrees", "can't tell"))


def _along(
    analytic: NDArray[Any],
    slopes: Slopes,
    signs: Iterable[NDArray[Any]],
    rounding: float,
    tolerance: float,
) -> Direction:
    """A direction in which every parameter moves by +1 or −1, times a scale."""
    total, squares, start = 0.0, 0.0, 0
    flat = analytic.reshape(-1)
    for block in signs:
        part = flat[start : start + block.size] * block.reshape(-1).astype(np.float64)
        total, squares = total + float(part.sum()), squares + float(part @ part)
        start += block.size
    value, bar = slopes.value, slopes.bar
    (verdict,) = _verdicts(
        np.array([total]), value, bar, np.array([rounding]), slopes.kink, tolerance,
        np.maximum(np.sqrt(squares), np.abs(value)),
    )  # fmt: skip
    return Direction(total, float(value[0]), float(bar[0]), str(verdict))


def _reason(row: Row, kink: NDArray[np.bool_], m: int | None) -> str:
    here = row.verdicts == row.verdict
    if row.ok:
        return ""
    if not here.any():
        return (
            "those measured alone agree, but the sum along a random direction doesn't"
            if row.verdict == "differs"
            else "a random direction meets a kink, or drowns in rounding"
        )
    if row.verdict == "can't tell":
        return _KINK if (kink & here).any() else "too small compared with rounding"
    return _guess(row, m)


def _guess(row: Row, m: int | None) -> str:
    """What a gradient that differs looks like: a factor, a transpose."""
    got, numeric, shape, tolerance = row.gradients, row.slopes, row.expected, row.tolerance
    if not np.isfinite(got).all() or not np.isfinite(numeric).all() or not numeric.any():
        return ""
    if not got.any():
        return "it is 0 everywhere"
    scale = np.abs(numeric).max()
    factor = float((got / scale) @ (numeric / scale)) / float((numeric / scale) @ (numeric / scale))
    slack = 4 * (tolerance * np.abs(numeric) + row.bars)
    if len(got) > 1 and np.all(np.abs(got - factor * numeric) <= slack * max(1.0, abs(factor))):
        return _factor_in_words(factor, m, 4 * tolerance)
    if len(got) == 1:
        return _factor_in_words(factor, m, 4 * tolerance, only_known=True)
    if len(got) == row.size and len(shape) == 2 and shape[0] == shape[1]:
        if np.all(np.abs(got.reshape(shape).T.reshape(-1) - numeric) <= slack):
            return "it is the transpose of the measured one"
    return ""


def _factor_in_words(
    factor: float, m: int | None, tolerance: float, only_known: bool = False
) -> str:
    """The factor between a gradient and the measured one, and what it may come from.

    only_known: say nothing of an unknown factor, since one number always has one.
    """
    known = {-1.0: ("−1", "the sign"), 0.5: ("½", "a factor 2 got lost")}
    known[2.0] = ("2", "a factor 2 too many")
    most = 100 if only_known else 10_000
    for n in {m, round(factor), round(1 / factor) if factor else 0}:
        if n is not None and (n == m or 3 <= n <= most):
            known.setdefault(1 / n, (f"1/{n}", f"a mean of {n} instead of a sum"))
            known.setdefault(float(n), (f"{n}", f"a sum of {n} instead of a mean"))
    for value, (text, words) in known.items():
        if value != 1 and abs(factor - value) <= min(tolerance, 1e-4) * abs(value):
            return f"it is {text} times the measured one: {words}"
    return "" if only_known else f"it is {factor:.4g} times the measured one"


def _measured(value: float, bar: float) -> str:
    """A measured slope with its error bar, a power of ten, so that it prints alike everywhere."""
    if not np.isfinite(bar):
        return f"{value:+.6g} ± ?"
    return f"{value:+.6g} ± {10.0 ** np.ceil(np.log10(bar)):.0e}" if bar > 0 else f"{value:+.6g}"
