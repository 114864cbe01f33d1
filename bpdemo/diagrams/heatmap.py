"""Matrices as tables of shaded cells, and equations between them, one row and column marked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from bpdemo.diagrams.base import WIDTH, Panel, math_text, math_width, plain, rect, text

__all__ = ["Matrix", "equation"]

_WORDS = {"⊙": "times, entry by entry,", "@": "times", "=": "equals", "Σ": "pairwise with"}
_HEAD, _FOOT = 26, 24  # room for the name above the cells and for the shape below them


@dataclass(frozen=True)
class Matrix:
    """A matrix with its name.

    Attributes
    ----------
    name : a word of mathematics, "(a^1)^T".
    values : (rows, columns) numbers.
    marked : the (row, column) of the cells in the frame, counted from 0; they form one rectangle.
    cls : the class of the name, "f-grad" for a gradient.
    """

    name: str
    values: np.ndarray
    marked: Collection[tuple[int, int]] = ()
    cls: str = ""


def equation(
    parts: Sequence[Matrix | str],
    *,
    width: float = WIDTH,
    cell: tuple[float, float] = (60, 32),
    numbers: bool = True,
    active: bool = False,
    height: float | None = None,
) -> Panel:
    """Draw matrices and the operators between them in a row.

    A cell is shaded by its size, each matrix on its own scale: blue for positive, orange for
    negative. Its number stands in it, or only its sign where there is no room for numbers.

    Parameters
    ----------
    parts : a `Matrix`, or an operator such as "=".
    cell : the width and height of a cell.
    numbers : write numbers, or signs.
    active : draw a heavy frame around the whole.
    """
    wide, high = cell
    widths = [
        max(wide * part.values.shape[1], math_width(part.name, 18)) + 8
        if isinstance(part, Matrix)
        else 30.0
        for part in parts
    ]
    rows = max(part.values.shape[0] for part in parts if isinstance(part, Matrix))
    top = 8.0
    height = height or top + _HEAD + high * rows + _FOOT + 8
    middle = top + _HEAD + (height - 8 - top - _HEAD - _FOOT) / 2
    frame = ("f-mark s-ink", 3) if active else ("f-panel", 0)
    body = [rect(4, 3, width - 8, height - 6, frame[0], 6, frame[1])]
    if active:
        body.append(rect(8, 7, width - 16, height - 14, "f-paper", 4))
    x, said = (width - sum(widths)) / 2, []
    for part, taken in zip(parts, widths, strict=True):
        if isinstance(part, Matrix):
            n, columns = part.values.shape
            left, up = x + (taken - wide * columns) / 2, middle - high * n / 2
            body.append(_cells(part, left, up, wide, high, numbers))
            body.append(math_text(x + taken / 2, up - 9, part.name, 18, cls=part.cls))
            shape = f"({n}, {columns})"
            body.append(text(x + taken / 2, up + high * n + 18, shape, 14, "middle", "f-soft"))
            said.append(f"{plain(part.name)} {shape}" + _said(part, numbers))
        else:
            body.append(text(x + taken / 2, middle + 8, part, 24, "middle"))
            said.append(_WORDS.get(part, part))
        x += taken
    mark = "Highlighted: " if active else ""
    return Panel(width, height, "".join(body), f"{mark}{' '.join(said)}.")


def _cells(part, left, up, wide, high, numbers) -> str:
    sizes = np.where(np.isfinite(part.values), np.abs(part.values), 0.0)
    sizes = sizes / max(float(sizes.max()), 1e-12)  # from 0 to 1
    body = []
    for (r, c), value in np.ndenumerate(part.values):
        x, y = left + wide * c, up + high * r
        colour = "pos" if value > 0 else "neg" if value < 0 else "panel"
        depth = 0.08 + 0.37 * sizes[r, c]
        body.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" '
            f'class="f-{colour} s-rule" fill-opacity="{depth:.2f}" stroke-width="0.7"/>'
        )
        sign = "+" if value > 0 else "−" if value < 0 else "0"
        shown = _short(value) if numbers else sign
        body.append(text(x + wide / 2, y + high / 2 + 5, shown, 14, "middle", "b"))
    if part.marked:
        rows, columns = ([at[axis] for at in part.marked] for axis in (0, 1))
        x, y = left + wide * min(columns), up + high * min(rows)
        w, h = (1 + max(columns) - min(columns)) * wide, (1 + max(rows) - min(rows)) * high
        body.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" rx="4" fill="none" '
            'class="s-ink" stroke-width="4"/>'
        )
    return "".join(body)


def _said(part, numbers) -> str:
    if not numbers:
        return ""
    rows = "; ".join(" ".join(map(_short, row)) for row in part.values)
    framed = ", ".join(f"[{r + 1}, {c + 1}]" for r, c in sorted(part.marked))
    return f" = [{rows}]" + (f", framed {framed}" if framed else "")


def _short(value) -> str:
    """A number with its sign, of one width for all cells of a matrix."""
    size = abs(float(value))
    if not np.isfinite(size):
        return "too large"
    if 0 < size < 5e-4:
        return "≈ 0"
    shown = f"{size:.3f}" if size < 100 else f"{size:.3g}"
    return ("−" if value < 0 else "+" if value > 0 else "") + shown
