"""Matrices as tables of shaded cells, equations between them, and their products as data."""

import functools
import itertools
import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bpdemo import validation
from bpdemo.diagrams.base import (
    SMALLEST,
    Panel,
    math_text,
    math_width,
    number,
    quoted,
    rect,
    sketched,
    term,
    text,
    value,
    without_braces,
)
from bpdemo.diagrams.names import superscript
from bpdemo.diagrams.pixels import cut

__all__ = ["Matrix", "Product", "equation", "product", "short"]

_WORDS = {"⊙": "times, entry by entry,", "@": "times", "=": "equals", "Σ": "pairwise with"}
_HEAD, _FOOT = 28, 24  # room for the name above the cells and for the shape below them
_OPERATOR = 30.0
_DEEPEST = 0.3  # so that the number on the shade can be read in both themes

Place = tuple[int, int]


@dataclass(frozen=True)
class Matrix:
    """A matrix with its name.

    Attributes
    ----------
    name : a word of mathematics, "(a^1)^T".
    values : (rows, columns) numbers.
    marked : the (row, column) of the cells in the frame, counted from 0; they form one rectangle.
    cls : the class of the name and the colour of the cells: "f-grad", "f-weight", "f-act" or "".
    entry : the quantity of each cell, as in `bpdemo.diagrams.names`: a prefix, "dL_dw2" for
        ``dL_dw2_13``, or a function of row and column, counted from 0; "" names none.
    """

    name: str
    values: np.ndarray
    marked: Collection[Place] = ()
    cls: str = ""
    entry: str | Callable[[int, int], str] = ""

    def quantity(self, row: int, column: int) -> str:
        """The name of the quantity in a cell, counted from 0."""
        if callable(self.entry):
            return self.entry(row, column)
        return f"{self.entry}_{row + 1}{column + 1}" if self.entry else ""

    @property
    def T(self) -> "Matrix":
        """The transpose: the same quantities in the same frame, with rows for columns."""
        return replace(
            self,
            name=f"({self.name})^T",
            values=self.values.T,
            marked=[(c, r) for r, c in self.marked],
            entry=(lambda r, c: self.quantity(c, r)) if self.entry else "",
        )


@dataclass(frozen=True)
class Product:
    """A product of two matrices, and where each entry of the result comes from.

    Attributes
    ----------
    spec : as for `numpy.einsum`, "ei,ej->ij".
    left, right, result : matrices, each (rows, columns).
    """

    spec: str
    left: np.ndarray
    right: np.ndarray
    result: np.ndarray

    def pairs(self, row: int, column: int) -> list[tuple[Place, Place]]:
        """The cells that are multiplied and summed for one entry of the result, counted from 0.

        Raises
        ------
        IndexError : the result has no such entry.
        """
        rows, columns = self.result.shape
        if not (0 <= row < rows and 0 <= column < columns):
            raise IndexError(
                f"no entry ({row}, {column}) in a result of shape {self.result.shape}, "
                "counted from 0"
            )
        one, two, out = _letters(self.spec)
        size = dict(zip(one + two, self.left.shape + self.right.shape, strict=True))
        summed = [letter for letter in dict.fromkeys(one + two) if letter not in out]
        found = []
        for places in itertools.product(*(range(size[letter]) for letter in summed)):
            at = dict(zip(out, (row, column), strict=True)) | dict(zip(summed, places, strict=True))
            found.append(((at[one[0]], at[one[1]]), (at[two[0]], at[two[1]])))
        return found

    def framed(self, row: int, column: int) -> tuple[list[Place], list[Place]]:
        """The cells of the left and of the right matrix that one entry of the result needs."""
        pairs = self.pairs(row, column)
        return [one for one, _ in pairs], [two for _, two in pairs]

    def factors(self, row: int, column: int) -> list[tuple[float, float]]:
        """The numbers of the written-out sum: their products add up to the entry."""
        pairs = self.pairs(row, column)
        return [(float(self.left[one]), float(self.right[two])) for one, two in pairs]


def _letters(spec: str) -> tuple[str, str, str]:
    """The letters of the left matrix, the right one and the result."""
    parts = spec.replace("->", ",").split(",")
    if len(parts) != 3 or "->" not in spec or any(len(set(p)) != 2 or len(p) != 2 for p in parts):
        raise ValueError(
            f'spec: expected a product of two matrices, such as "ei,ej->ij", received {spec!r}'
        )
    one, two, out = parts
    if not set(out) <= {*one, *two}:
        raise ValueError(
            f"spec: expected letters of the two matrices in the result, received {spec!r}"
        )
    return one, two, out


def _numbers(name: str, value: ArrayLike) -> NDArray[Any]:
    """Real numbers; whole ones stay whole, as they are shown."""
    validation.real_array(value, name)
    return np.asarray(value)


@validation.checked(spec=validation.string)
def product(spec: str, left: ArrayLike, right: ArrayLike) -> Product:
    """The product of two matrices as data: the result, and what each of its entries is made of.

    Parameters
    ----------
    spec : as for `numpy.einsum`: "ei,ej->ij" for (a^{k−1})ᵀ δ^k, "ej,ij->ei" for δ^k (w^k)ᵀ,
        "ei,ij->ej" for a^{k−1} w^k, "ej,ej->ej" entry by entry.
    left, right : (rows, columns) numbers.

    Raises
    ------
    ValueError : the spec is no such product, or one letter has two sizes.

    >>> p = product("ei,ej->ij", [[1, 2], [3, 4]], [[10], [100]])
    >>> p.result.tolist(), p.framed(1, 0), p.factors(1, 0)
    ([[310], [420]], ([(0, 1), (1, 1)], [(0, 0), (1, 0)]), [(2.0, 10.0), (4.0, 100.0)])
    """
    one, two, _ = _letters(spec)
    left, right = _numbers("left", left), _numbers("right", right)
    size: dict[str, int] = {}
    for name, letters, values in (("left", one, left), ("right", two, right)):
        if values.ndim != 2:
            raise ValueError(f"{name}: expected a matrix, received shape {values.shape}")
        for letter, n in zip(letters, values.shape, strict=True):
            if size.setdefault(letter, n) != n:
                raise ValueError(
                    f'left, right: expected one size for "{letter}" in {spec!r}, '
                    f"received the shapes {left.shape} and {right.shape}"
                )
    return Product(spec, left, right, np.einsum(spec, left, right))


@functools.lru_cache(maxsize=4096)
def short(value: float, figures: int = 8) -> str:
    """A number with its sign for a cell with room for this many characters, 4 or more.

    With room for 8 it is `number`; with less it has fewer decimals, and what is too large for the
    cell is "≫ 0" or "≪ 0".

    >>> short(0.0123), short(0.0123, 6), short(-120.5, 6), short(3e-4, 6), short(0.123, 4)
    ('+0.0123', '+0.012', '−120.5', '≈ 0', '+0.1')
    >>> short(-2.6e9, 6), short(-2.6e9, 5), short(0, 6)
    ('−3·10⁹', '≪ 0', '0.000')
    """
    value = float(value)
    vast = "≫ 0" if value > 0 else "≪ 0"
    if figures >= 8 and math.isfinite(value):
        shown = number(value, sign=True)
        return shown if len(shown) <= 9 else vast
    if math.isnan(value):
        return "?"
    sign = "−" if value < 0 else "+" if value > 0 else ""
    size, room = abs(value), figures - 1
    if math.isinf(size):
        return sign + "∞"
    for decimals in range(min(room - 2, 3), -1, -1):
        shown = f"{size:.{decimals}f}"
        if len(shown) <= room:
            zero = size > 0 and float(shown) == 0
            return "≈ 0" if zero else sign + shown
    power = math.floor(math.log10(size))
    digit = round(size / 10.0**power)
    if digit == 10:
        digit, power = 1, power + 1
    shown = f"{sign}{digit}·10{superscript(power)}"
    return shown if len(shown) <= figures else vast


@dataclass(frozen=True)
class _Plan:
    """How an equation is laid out: the size of a cell, its figures (0: only signs), the lines.

    Without `named` the cells are too small for a hand, and name no quantities.
    """

    wide: float
    high: float
    figures: int
    named: bool
    lines: list[list[tuple[str, Matrix]]]  # (operator before it or "", matrix)


def _width(operator: str, matrix: Matrix, wide: float) -> float:
    cells: float = max(wide * matrix.values.shape[1], math_width(matrix.name, 18)) + 8
    return cells + (_OPERATOR if operator else 0)


def _plan(
    parts: Sequence[Matrix | str], width: float, cell: tuple[float, float], numbers: bool
) -> _Plan:
    """One line with cells as large as they get; else several lines."""
    groups: list[tuple[str, Matrix]] = []
    before = ""
    for part in parts:
        if isinstance(part, Matrix):
            groups.append((before, part))
            before = ""
        else:
            before = part
    room = width - 24
    # The cells that hold a number of 8, 6, 5 and 4 characters, and then only a sign.
    sizes = [(72.0, 8), (60.0, 6), (54.0, 6), (46.0, 5), (38.0, 4)] if numbers else []
    sizes = [(w, f) for w, f in sizes if w <= cell[0]]
    signs = [(w, 0) for w in (24.0, 20.0, 17.0, 14.0) if numbers or w <= cell[0]]
    # First on one line with every decimal, then on several lines, at last with fewer decimals.
    full = [size for size in sizes if size[1] >= 6] or signs[:-1]
    for wide, figures in full:
        if sum(_width(*group, wide) for group in groups) <= room:
            return _Plan(wide, cell[1], figures, numbers, [groups])
    fitting = (
        (wide, figures)
        for wide, figures in sizes + signs
        if all(_width(*group, wide) <= room for group in groups)
    )
    wide, figures = next(fitting, signs[-1])
    lines: list[list[tuple[str, Matrix]]] = [[]]
    taken = 0.0
    for group in groups:
        needs = _width(*group, wide)
        if lines[-1] and taken + needs > room:
            lines.append([])
            taken = 0.0
        lines[-1].append(group)
        taken += needs
    high = cell[1] if figures or not numbers else min(cell[1], 26)
    return _Plan(wide, high, figures, numbers, lines)


@sketched(300)
def equation(
    parts: Sequence[Matrix | str],
    *,
    width: float,
    cell: tuple[float, float] = (72, 34),
    numbers: bool = True,
    height: float = 0,
    name: str = "",
) -> Panel:
    """Draw matrices and the operators between them, on as many lines as it takes.

    A cell is shaded by its size, each matrix on its own scale, in the colour of its quantity; two
    corners of a negative cell are cut off. Its number stands in it, with fewer decimals in a narrow
    picture, or only its sign.

    Parameters
    ----------
    parts : a `Matrix`, or an operator such as "=", which leads the line where it breaks.
    cell : the width and height of a cell, where there is room.
    numbers : write numbers; without, only signs in cells that name no quantities: an overview.
    height : the least height; what is drawn stands in the middle.
    name : makes the whole a quantity that can be marked and picked.
    """
    plan = _plan(parts, width, cell, numbers)
    highs = [
        _HEAD + _FOOT + plan.high * max(m.values.shape[0] for _, m in line) for line in plan.lines
    ]
    height = max(height, sum(highs) + 16 + 6 * (len(highs) - 1))
    body = [] if name else [rect(4, 3, width - 8, height - 6)]
    said = []
    up = (height - sum(highs) - 6 * (len(highs) - 1)) / 2
    for line, high in zip(plan.lines, highs, strict=True):
        x = (width - sum(_width(*group, plan.wide) for group in line)) / 2
        middle = up + _HEAD + (high - _HEAD - _FOOT) / 2
        for operator, matrix in line:
            if operator:
                body.append(text(x + _OPERATOR / 2, middle + 8, operator, 24, "middle"))
                said.append(_WORDS.get(operator, operator))
                x += _OPERATOR
            taken = _width("", matrix, plan.wide)
            body.append(_matrix(matrix, x, taken, middle, plan))
            n, columns = matrix.values.shape
            said.append(f"{without_braces(matrix.name)} ({n}, {columns})" + _said(matrix, numbers))
            x += taken
        up += high + 6
    drawn = "".join(body)
    if name:
        ground = rect(4, 3, width - 8, height - 6)
        drawn = ground + term(name, drawn, (4, 3, width - 8, height - 6))
    return Panel(width, height, drawn, f"{' '.join(said)}.")


def _matrix(part: Matrix, x: float, taken: float, middle: float, plan: _Plan) -> str:
    """The name, the cells, the frame and the shape."""
    n, columns = part.values.shape
    wide, high = plan.wide, plan.high
    left, up = x + (taken - wide * columns) / 2, middle - high * n / 2
    shape = f"({n}, {columns})"
    return (
        math_text(x + taken / 2, up - 9, part.name, 18, cls=part.cls)
        + _cells(part, left, up, plan)
        + text(x + taken / 2, up + high * n + 18, shape, 14, "middle", "f-soft")
    )


def _cells(part: Matrix, left: float, up: float, plan: _Plan) -> str:
    wide, high, figures = plan.wide, plan.high, plan.figures
    sizes = np.where(np.isfinite(part.values), np.abs(part.values), 0.0)
    sizes = (sizes / max(float(sizes.max()), 1e-12)).tolist()  # from 0 to 1
    colour = part.cls if part.cls.startswith("f-") else "f-ink"
    size = SMALLEST if figures else 15
    if figures and wide >= 60:
        size = 13
    body = []
    for r, row in enumerate(part.values.tolist()):
        for c, v in enumerate(row):
            x, y = left + wide * c, up + high * r
            depth = 0.05 + (_DEEPEST - 0.05) * sizes[r][c] if v else 0.0
            square = (
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:g}" height="{high:g}" '
                f'class="{quoted(colour)} s-rule" fill-opacity="{depth:.3f}" stroke-width="0.7"/>'
                f'<path d="{cut(x, y, wide, high)}" class="{quoted(colour.replace("f-", "s-"))}" '
                f'fill="none" stroke-width="1.5"{"" if v < 0 else _HIDDEN}/>'
            )
            sign = "+" if v > 0 else "−" if v < 0 else "0" if v == 0 else "?"
            shown = short(v, figures) if figures else sign
            at, base = x + wide / 2, y + high / 2 + 5
            name = part.quantity(r, c) if plan.named else ""
            # A sign alone is no number: it does not claim to be the quantity's.
            if name and figures:
                square += value(at, base, name, shown, size, "middle", "b" * (size > 14))
            else:
                square += text(at, base, shown, size, "middle", "b" * (size > 14))
            body.append(term(name, square, (x + 2, y + 2, wide - 4, high - 4)))
    rows, across = ([at[axis] for at in part.marked] or [0] for axis in (0, 1))
    x, y = left + wide * min(across), up + high * min(rows)
    w, h = (1 + max(across) - min(across)) * wide, (1 + max(rows) - min(rows)) * high
    body.append(
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" rx="4" fill="none" '
        f'class="s-ink" stroke-width="4"{"" if part.marked else _HIDDEN}/>'
    )
    return "".join(body)


_HIDDEN = ' visibility="hidden"'


def _said(part: Matrix, numbers: bool) -> str:
    if not numbers:
        return ""
    rows = "; ".join(" ".join(map(short, row)) for row in part.values.tolist())
    framed = ", ".join(f"[{r + 1}, {c + 1}]" for r, c in sorted(part.marked))
    return f" = [{rows}]" + (f", framed {framed}" if framed else "")
