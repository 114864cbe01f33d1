"""The formula line: an equation in symbols and, below each symbol, this moment's number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict, Unpack

from bpdemo.diagrams.base import (
    SMALLEST,
    Panel,
    line,
    math_text,
    math_width,
    number,
    rect,
    room,
    sketched,
    term,
    text,
    value,
    without_braces,
)
from bpdemo.diagrams.names import symbol
from bpdemo.diagrams.quantity import colour

__all__ = ["Term", "formula", "quantity"]

_SIZES = (20, 18, 16, 14)  # of the numbers; a symbol is two units larger
_NOTE = 13
_BREAKS = "=≈+−·⊙×/<>≤≥→"  # a line of a formula may begin with one of these


@dataclass(frozen=True)
class Term:
    """One column of a formula.

    Attributes
    ----------
    symbol : a word of mathematics, "a^{k-1}", or a fraction, "∂ℒ/∂w^3" (the first "/" splits it).
    value : the number below it; None for an operator, which then stands in both rows.
    name : the quantity, as in `bpdemo.diagrams.names`.
    cls : the colour of symbol and number; by default that of the quantity.
    note : a few words under the number.
    hidden : the number is not known yet; a "?" stands for it.
    form : how the number is written, for brackets and powers: "({}", "{})²".
    """

    symbol: str
    value: float | None = None
    name: str = ""
    cls: str = ""
    note: str = ""
    hidden: bool = False
    form: str = "{}"

    @property
    def is_operator(self) -> bool:
        """Whether it has no number of its own."""
        return self.value is None and not self.hidden

    @property
    def number(self) -> str:
        """The number alone, without its brackets."""
        return "?" if self.hidden or self.value is None else number(self.value)

    @property
    def shown(self) -> str:
        """The number as it is printed; the operator itself for an operator."""
        return self.symbol if self.is_operator else self.form.format(self.number)

    @property
    def fraction(self) -> tuple[str, str] | None:
        """Above and below the rule, where the symbol is a fraction."""
        over, _, under = self.symbol.partition("/")
        return (over, under) if over and under else None

    def width(self, size: float) -> float:
        """The width of the column, where numbers have this size: the same for every number."""
        wide = max(math_width(part, size + 2) for part in self.fraction or (self.symbol,))
        if self.is_operator:
            return wide + 0.6 * size
        around = (len(self.form) - 2) * size * 0.45
        return max(wide, room(size) + around, len(self.note) * _NOTE * 0.6) + 0.7 * size


class _More(TypedDict, total=False):
    """What else a `Term` may have."""

    cls: str
    note: str
    hidden: bool
    form: str


def quantity(name: str, value: float | None, word: str = "", **more: Unpack[_More]) -> Term:
    """The column of a quantity, by its name.

    >>> quantity("dL_da3", 0.25).symbol, quantity("dL_da3", 0.25).shown
    ('∂ℒ/∂a^3', '0.250')
    """
    return Term(word or symbol(name), value, name, **more)


@sketched(300)
def formula(
    terms: Sequence[Term], *, width: float, row: str = "", height: float | None = None
) -> Panel:
    """An equation over its numbers, aligned term by term, in the middle of a panel.

    Where it is too long for one line, it goes on below, under its first operator.

    Parameters
    ----------
    terms : the columns, operators ("=", "·", "−", "(", ")") included.
    row : the row of the notes, "N10", set at the left.
    height : the least height.
    """
    label = 10.0 * len(row) + 14 if row else 0.0
    size, lines, indent = _fitted(terms, width - 24, label)
    wide = max(
        _line_width(line, size) + (indent if place else 0) for place, line in enumerate(lines)
    )
    # The row's name stands beside the first line, or above it.
    beside = wide <= width - 24 - 2 * label or (wide <= width - 24 - label and len(lines) == 1)
    top = 4.0 if beside or not row else 26.0
    left = max((width - wide) / 2, 12 + label * beside)
    body = []
    for place, columns in enumerate(lines):
        x = left + (indent if place else 0)
        drawn, tall = _line(columns, x, top, size)
        body.append(drawn)
        top += tall
    height = max(height or 0, top + 8)
    frame = [rect(4, 2, width - 8, height - 4)]
    if row:
        frame.append(text(16, 38 if beside else 22, row, 15, cls="f-soft b"))
    symbols = " ".join(without_braces(term.symbol) for term in terms)
    numbers = " ".join(term.shown for term in terms)
    alt = f"{row} {symbols}: {numbers}.".strip()
    return Panel(width, height, "".join(frame + body), alt)


def _line_width(columns: Sequence[Term], size: float) -> float:
    return sum(term.width(size) for term in columns)


def _fitted(
    terms: Sequence[Term], space: float, label: float
) -> tuple[float, list[list[Term]], float]:
    """(size, lines, indent): one line as large as it fits, else as few lines as will do.

    Of the others, those that begin under the first operator are preferred, then the largest.
    """
    for size in _SIZES:
        if _line_width(terms, size) <= space - label:
            return size, [list(terms)], 0.0
    units = _units(terms)
    tries = []
    for size in (*_SIZES[1:], SMALLEST):
        for indent in (_line_width(units[0], size), size):
            lines = _wrapped(units, space, size, indent)
            wide = max(_line_width(line, size) + indent * (n > 0) for n, line in enumerate(lines))
            tries.append((wide > space, len(lines), indent == size, -size, lines, indent))
    *_, size, lines, indent = min(tries, key=lambda one: one[:4])
    return -size, lines, indent


def _wrapped(
    units: Sequence[list[Term]], space: float, size: float, indent: float
) -> list[list[Term]]:
    """The units in lines, each as long as it can be."""
    lines: list[list[Term]] = [[]]
    for unit in units:
        used = _line_width(lines[-1], size) + (indent if len(lines) > 1 else 0)
        if lines[-1] and used + _line_width(unit, size) > space:
            lines.append([])
        lines[-1] += unit
    return lines


def _units(terms: Sequence[Term]) -> list[list[Term]]:
    """What stays together: an operator with all up to the next place where a line may break."""
    units: list[list[Term]] = [[]]
    for one in terms:
        may_break = one.is_operator and one.symbol.strip()[0] in _BREAKS
        if may_break and units[-1]:
            units.append([])
        units[-1].append(one)
    return units


def _line(columns: Sequence[Term], x: float, top: float, size: float) -> tuple[str, float]:
    """One line of the formula: its SVG and its height."""
    tall = any(term.fraction for term in columns)
    noted = any(term.note for term in columns)
    centre = top + size * (1.6 if tall else 1.1)
    below = centre + size * (2.75 if tall else 1.85)
    height = below - top + (_NOTE + 9 if noted else 5)
    body = []
    for one in columns:
        wide = one.width(size)
        body.append(_column(one, x, wide, (top, height), (centre, below), size))
        x += wide
    return "".join(body), height


def _column(
    one: Term,
    x: float,
    wide: float,
    ground: tuple[float, float],
    rows: tuple[float, float],
    size: float,
) -> str:
    """One column: the symbol over its number, and the note."""
    middle, (centre, below), (top, height) = x + wide / 2, rows, ground
    cls = one.cls or (colour(one.name) if one.name else "f-ink")
    drawn = _symbol(middle, centre, one, size + 2, cls)
    if one.is_operator:
        return drawn + math_text(middle, below, one.symbol, size, cls="u")
    drawn += _number(one, middle, below, size, cls)
    if one.note:
        drawn += text(middle, below + _NOTE + 4, one.note, _NOTE, "middle", "f-soft")
    return term(one.name, drawn, (x + 2, top, wide - 4, height))


def _number(one: Term, middle: float, base: float, size: float, cls: str) -> str:
    """The number, with what its form puts before and behind it."""
    before, _, behind = one.form.partition("{}")
    half = len(one.number) * size * 0.34
    drawn = [
        value(middle, base, one.name, one.number, size, "middle", f"{cls} b")
        if one.name
        else text(middle, base, one.number, size, "middle", f"{cls} b")
    ]
    if before:
        drawn.append(text(middle - half, base, before, size, "end", "f-ink"))
    if behind:
        drawn.append(text(middle + half, base, behind, size, "start", "f-ink"))
    return "".join(drawn)


def _symbol(x: float, y: float, one: Term, size: float, cls: str) -> str:
    """A word, or a fraction with its rule."""
    if one.fraction is None:
        return math_text(x, y + size * 0.32, one.symbol, size, cls=cls)
    over, under = one.fraction
    half = max(math_width(over, size), math_width(under, size)) / 2 * 0.85 + 2
    return (
        math_text(x, y - size * 0.32, over, size, cls=cls)
        + line(x - half, y, x + half, y, "s-ink", 1.5)
        + math_text(x, y + size, under, size, cls=cls)
    )
