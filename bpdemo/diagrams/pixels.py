"""A small picture as squares, and shares of a whole as bars: what the digits need."""

import math
from collections.abc import Sequence

import numpy as np

from bpdemo.diagrams.base import (
    Panel,
    line,
    number,
    quoted,
    rect,
    sketched,
    term,
    text,
    text_width,
    value,
)

__all__ = ["pixels", "shares"]


@sketched(300)
def pixels(
    values: np.ndarray,
    title: str,
    *,
    signed: bool = False,
    most: float = 1.0,
    marked: tuple[int, int] | None = None,
    paint: str = "",
    size: float = 360,
    width: float,
) -> Panel:
    """Draw a picture, a square for each number.

    Every square is there, blank or not, and says its place as ``data-cell="row,column"``, counted
    from 0.

    Parameters
    ----------
    values : (rows, columns) numbers; ink 0 … 1, dark on light in both themes, or with `signed` a
        gradient from −most to most: its sign stands in every square that counts, and a negative
        square has its corners cut off by a stroke.
    most : the size that gets the full colour.
    marked : the (row, column) of a square to frame, counted from 0.
    paint : the control that a hand sets by drawing on the squares.
    size : as wide as the picture gets, where there is room.
    """
    rows, columns = values.shape
    top, cell = 34.0, math.floor((min(width, size) - 16) / max(rows, columns))
    left = (width - cell * columns) / 2
    depths = np.nan_to_num(np.abs(values) / most if most > 0 else values * 0.0)
    depths = np.minimum(depths, 1.0).tolist()  # (rows, columns), 0 … 1
    body = [text(left, 22, title, 15, cls="b")]
    ground = "f-panel" if signed else "f-sheet"
    body.append(rect(left, top, cell * columns, cell * rows, f"{ground} s-rule", 0, 1))
    colour, full = ("f-grad", 0.55) if signed else ("f-drawn", 1.0)
    squares, signs, cuts = [], [], []
    for r, (line_of, shades) in enumerate(zip(values.tolist(), depths, strict=True)):
        y = top + cell * r
        for c, (v, depth) in enumerate(zip(line_of, shades, strict=True)):
            x = left + cell * c
            squares.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{cell}" height="{cell}" class="{colour}" '
                f'fill-opacity="{depth * full:.2f}" data-cell="{r},{c}"/>'
            )
            if signed:
                seen = depth > 0.15
                sign = ("−" if v < 0 else "+") if seen else ""
                signs.append(
                    f'<text x="{x + cell / 2:.1f}" y="{y + cell / 2 + 6:.1f}" font-size="18" '
                    f'text-anchor="middle" class="b">{sign}</text>'
                )
                if seen and v < 0:
                    cuts.append(cut(x, y, cell, cell))
    body += squares
    if signed:
        body.append(f'<path d="{"".join(cuts)}" class="s-grad" fill="none" stroke-width="2"/>')
        body += signs
    r, c = marked or (0, 0)
    hidden = "" if marked else ' visibility="hidden"'
    # On a drawn picture the frame has a light edge, to be seen on paper and on ink.
    strokes = [("s-grad", 3.5)] if signed else [("s-sheet", 7), ("s-drawn", 3)]
    for cls, stroke in strokes:
        body.append(
            f'<rect x="{left + cell * c:.1f}" y="{top + cell * r:.1f}" width="{cell}" '
            f'height="{cell}" fill="none" pointer-events="none" class="{cls}" '
            f'stroke-width="{stroke}"{hidden}/>'
        )
    group = (
        f'<g data-paint="{quoted(paint)}">{"".join(body[1:])}</g>' if paint else "".join(body[1:])
    )
    if signed:
        at = np.unravel_index(int(np.argmax(np.abs(values))), values.shape)
        alt = (
            f"{title}: {rows} by {columns} numbers, the largest {number(values[at])} in row "
            f"{at[0] + 1}, column {at[1] + 1}."
        )
    else:
        said = "; ".join("".join(f"{v:.1f} " for v in row).strip() for row in values)
        alt = f"{title}: {rows} by {columns} dots, from 0, paper, to 1, ink: {said}."
    return Panel(width, top + cell * rows + 8, body[0] + group, alt)


def cut(x: float, y: float, wide: float, high: float) -> str:
    """The strokes that cut off two corners of a negative cell, as commands of a path."""
    a = round(min(wide, high) * 0.36, 1)
    return (
        f"M{x + 1:.1f} {y + a:.1f}L{x + a:.1f} {y + 1:.1f}"
        f"M{x + wide - a:.1f} {y + high - 1:.1f}L{x + wide - 1:.1f} {y + high - a:.1f}"
    )


@sketched(240)
def shares(
    values: Sequence[float],
    labels: Sequence[str],
    title: str,
    *,
    marked: int | None = None,
    name: str = "p",
    width: float,
    height: float = 326,
) -> Panel:
    """Bars of numbers that sum to 1, in percent; the label of the marked one gets a ring.

    `name` with the place counted from 1, ``p_3``, is the quantity of each number and bar.
    """
    room = text_width("100.0 %", 15, bold=True)
    top, left, right = 34.0, 46.0, width - 16 - room
    step = max((height - top - 8) / len(values), 27.0)
    height = top + 8 + step * len(values)
    body, said = [text(8, 22, title, 15, cls="b")], []
    best = int(np.argmax(values))
    unit = right - left
    for place, (v, label) in enumerate(zip(values, labels, strict=True)):
        v, quantity = float(v), f"{name}_{place + 1}"
        y = top + step * (place + 0.5)
        ring = "" if place == marked else ' visibility="hidden"'
        body.append(
            f'<circle cx="24" cy="{y:.1f}" r="12.5" class="f-mark s-ink" stroke-width="1.5"{ring}/>'
        )
        cls = "b" if place == best else ""
        body.append(text(24, y + 6, label, 17, "middle", cls))
        bar = rect(left, y - step * 0.34, unit, step * 0.68, "f-panel", 3)
        long = unit * v if math.isfinite(v) else 0.0
        bar += (
            f'<rect x="{left:g}" y="{y - step * 0.34:.1f}" width="{long:.2f}" '
            f'height="{step * 0.68:.1f}" class="f-act" '
            f'data-bar="{quoted(quantity)}" data-zero="{left:g}" data-unit="{unit:.6g}"/>'
        )
        shown = f"{100 * v:.1f} %" if math.isfinite(v) else "too large"
        bar += value(width - 8, y + 6, quantity, shown, 15, "end", cls)
        body.append(term(quantity, bar, (left - 2, y - step / 2 + 1, width - left - 2, step - 2)))
        said.append(f"{label} {shown}")
    body.append(line(left, top, left, height - 8, "s-ink", 1.5))
    return Panel(width, height, "".join(body), f"{title}: {', '.join(said)}.")
