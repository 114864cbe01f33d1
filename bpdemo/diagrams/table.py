"""A table of numbers under mathematical headings, each row told apart by its own first word."""

import textwrap
from collections.abc import Sequence
from typing import TypeAlias

from bpdemo.diagrams.base import (
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
from bpdemo.diagrams.quantity import marked

__all__ = ["table"]

Cell: TypeAlias = float | str | None
TableRow: TypeAlias = (
    tuple[str, Sequence[Cell], str]
    | tuple[str, Sequence[Cell], str, Sequence[str]]
    | tuple[str, Sequence[Cell], str, Sequence[str], Sequence[str]]
)

_SIZES = (18, 16, 14)
_WORD = 15


@sketched(300)
def table(
    heads: Sequence[str],
    rows: Sequence[TableRow],
    *,
    width: float,
    label_width: float = 150,
    title: str = "",
) -> Panel:
    """Draw rows of numbers; on a narrow place the columns stand in groups, one below the other.

    Parameters
    ----------
    heads : a word of mathematics per column.
    rows : (name, values, class), (name, values, class, quantities) or that and marks; a value is a
        number, a few words, or None for an empty cell; a quantity is the name of a cell's number,
        or ""; a mark is "✓", "✗" or "" behind a quantity that was filled in.
    label_width : the room for the rows' names, which wrap where they are longer.
    """
    label_width = min(label_width, 0.42 * width)
    size, many = _columns(heads, rows, width - label_width - 16)
    wide = (width - label_width - 16) / many
    most = int((label_width - 18) / (_WORD * 0.58))
    words = [textwrap.wrap(row[0], max(most, 6)) or [""] for row in rows]
    steps = [max(32, 14 + 18 * len(pieces)) for pieces in words]
    y = 4.0
    body = []
    if title:
        beside = len(title) * _WORD * 0.62 <= label_width - 14
        body.append(text(14, 28 if beside else 24, title, _WORD, cls="b"))
        y += 0 if beside else 24
    for first in range(0, len(heads), many):
        places = range(first, min(first + many, len(heads)))
        for column in places:
            x = label_width + wide * (column - first + 0.5)
            body.append(math_text(x, y + 26, heads[column], _head_size(size)))
        y += 38
        body.append(line(12, y - 2, width - 12, y - 2, "s-rule", 1))
        for row, pieces, step in zip(rows, words, steps, strict=True):
            if all(row[1][column] is None for column in places):
                continue
            body += [text(14, y + 21 + 18 * at, piece, _WORD) for at, piece in enumerate(pieces)]
            body += [
                _cell(row, column, label_width + wide * (column - first), y, wide, step, size)
                for column in places
            ]
            y += step
        y += 6
    height = y + 4
    said = "; ".join(f"{row[0]}: {', '.join(_said(heads, row))}" for row in rows)
    return Panel(
        width, height, rect(4, 2, width - 8, height - 4) + "".join(body), f"Table. {said}."
    )


def _head_size(size: float) -> float:
    return size + 2


def _columns(heads: Sequence[str], rows: Sequence[TableRow], space: float) -> tuple[float, int]:
    """(size, how many columns beside each other): all of them, if that can be done."""
    # In a row with marks the words are numbers that somebody has written.
    worded = [row for row in rows if len(row) < 5]
    words = [cell for row in worded for cell in row[1] if isinstance(cell, str) and cell != "?"]

    def need(size: float) -> float:
        # The longest verdict, "can't tell", has its room whatever stands there now.
        longest = max((len(word) for word in words), default=0)
        head = max(math_width(head, _head_size(size)) for head in heads)
        return max(room(size), head, max(longest, 10 if words else 0) * size * 0.66) + 8

    for size in _SIZES:
        if need(size) * len(heads) <= space:
            return size, len(heads)
    many = max(int(space // need(_SIZES[-1])), 1)
    groups = -(-len(heads) // many)
    return _SIZES[-1], -(-len(heads) // groups)


def _shown(cell: float | str) -> str:
    return cell if isinstance(cell, str) else number(cell, True)


def _said(heads: Sequence[str], row: TableRow) -> list[str]:
    return [
        f"{without_braces(heads[column])} {_shown(cell)}"
        for column, cell in enumerate(row[1])
        if cell is not None
    ]


def _cell(
    row: TableRow, column: int, x: float, y: float, wide: float, step: float, size: float
) -> str:
    """One cell: a number that says its quantity, if the row names it."""
    _, values, cls, *more = row
    name = more[0][column] if more else ""
    cell = values[column]
    if cell is None:
        return ""
    place = (x + wide / 2, y + 22)
    if not name:
        return text(*place, _shown(cell), size, "middle", f"{cls} b")
    drawn = value(*place, name, _shown(cell), size, "middle", f"{cls} b")
    if len(more) > 1:
        drawn += marked(more[1][column], x + wide / 2 + 2.6 * size, y + 22, size, "middle")
    return term(name, drawn, (x + 3, y + 1, wide - 6, step - 3))
