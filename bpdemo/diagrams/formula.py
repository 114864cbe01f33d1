"""The formula line: an equation in symbols and, below each symbol, this moment's number."""

from collections.abc import Sequence
from dataclasses import dataclass

from bpdemo.diagrams.base import (
    WIDTH,
    Panel,
    line,
    math_text,
    math_width,
    number,
    plain,
    rect,
    text,
)

__all__ = ["Term", "formula"]

_SYMBOL, _NUMBER = 22, 20


@dataclass(frozen=True)
class Term:
    """One column of a formula.

    Attributes
    ----------
    symbol : a word of mathematics, "a^{k-1}", or a fraction, "∂ℒ/∂w^3" (the first "/" splits it).
    value : the number below it; None for an operator, which then stands in both rows.
    touched : mark it as what moved last.
    cls : the colour of the number, "f-grad" for a gradient.
    note : a few words under the number.
    hidden : the number is not known yet; a "?" stands for it.
    form : how the number is written, for brackets and powers: "({}", "{})²".
    """

    symbol: str
    value: float | None = None
    touched: bool = False
    cls: str = "f-ink"
    note: str = ""
    hidden: bool = False
    form: str = "{}"

    @property
    def shown(self) -> str:
        """The number as it is printed; the operator itself for an operator."""
        if self.hidden:
            return self.form.format("?")
        return self.symbol if self.value is None else self.form.format(number(self.value))

    @property
    def width(self) -> float:
        """The width of the column."""
        symbol = max(math_width(part, _SYMBOL) for part in self.symbol.split("/", 1))
        if self.value is None and not self.hidden:
            return symbol + 14
        return max(symbol, len(self.shown) * _NUMBER * 0.62, len(self.note) * 7.6) + 20


def formula(
    terms: Sequence[Term], width: float = WIDTH, row: str = "", height: float | None = None
) -> Panel:
    """An equation over its numbers, aligned term by term, in the middle of a panel.

    Parameters
    ----------
    terms : the columns, operators ("=", "·", "−", "(", ")") included.
    row : the row of the notes, "N10", set at the left.
    """
    tall = any("/" in term.symbol for term in terms)
    notes = any(term.note for term in terms)
    centre = 34 if tall else 24
    below = centre + (50 if tall else 32)
    height = height or below + (42 if notes else 22)
    scale = min(1.0, (width - 60) / sum(term.width for term in terms))
    x = (width - scale * sum(term.width for term in terms)) / 2
    body = [rect(4, 2, width - 8, height - 4)]
    if row:
        body.append(text(16, centre + 6, row, 15, cls="f-soft b"))
    for term in terms:
        w = term.width * scale
        middle = x + w / 2
        if term.touched:
            body.append(rect(x + 2, 5, w - 4, height - 18, "f-mark s-ink", 5, 1.5))
            body.append(_triangle(middle, height - 8))
        body.append(_symbol(middle, centre, term.symbol, scale))
        if term.value is None and not term.hidden:
            body.append(math_text(middle, below + 6, term.symbol, _NUMBER, cls="u"))
        else:
            body.append(text(middle, below + 6, term.shown, _NUMBER, "middle", f"{term.cls} b"))
        if term.note:
            body.append(text(middle, below + 25, term.note, 13, "middle", "f-soft"))
        x += w
    symbols = " ".join(plain(term.symbol) for term in terms)
    numbers = " ".join(term.shown for term in terms)
    moved = "".join(f" Last moved: {plain(t.symbol)}." for t in terms if t.touched)
    return Panel(width, height, "".join(body), f"{row} {symbols}: {numbers}.{moved}".strip())


def _symbol(x, y, symbol, scale) -> str:
    """A word, or a fraction with its rule."""
    size = round(_SYMBOL * max(scale, 0.8))
    over, _, under = symbol.partition("/")
    if not under:
        return math_text(x, y + 7, symbol, size)
    half = max(math_width(over, size), math_width(under, size)) / 2 * 0.85 + 2
    return (
        math_text(x, y - 7, over, size)
        + line(x - half, y, x + half, y, "s-ink", 1.5)
        + math_text(x, y + 22, under, size)
    )


def _triangle(x, y) -> str:
    return f'<path d="M{x - 7:.1f} {y + 5:.1f}h14l-7 -9z" class="f-ink"/>'
