"""A small picture as squares, and shares of a whole as bars: what the digits need."""

from collections.abc import Sequence

import numpy as np

from bpdemo.diagrams.base import Panel, line, number, rect, text

__all__ = ["pixels", "shares"]


def pixels(
    values: np.ndarray,
    title: str,
    *,
    signed: bool = False,
    most: float = 1.0,
    marked: tuple[int, int] | None = None,
    size: float = 300,
) -> Panel:
    """Draw a picture, a square for each number.

    Parameters
    ----------
    values : (rows, columns) numbers; ink 0 … 1, or with `signed` from −most to most: blue for
        positive, orange for negative, and the sign in every square that counts.
    most : the size that gets the full colour.
    marked : the (row, column) of a square to frame, counted from 0.
    """
    rows, columns = values.shape
    top, cell = 34.0, (size - 16) / max(rows, columns)
    side = cell * columns
    body = [text(8, 22, title, 15, cls="b")]
    body.append(rect(8, top, side, cell * rows, "f-paper s-rule", 0, 1))
    for (r, c), value in np.ndenumerate(values):
        depth = min(abs(float(value)) / most, 1.0) if most > 0 else 0.0
        if depth < 0.02:
            continue
        x, y = 8 + cell * c, top + cell * r
        colour = "ink" if not signed else "pos" if value > 0 else "neg"
        body.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{cell:.1f}" height="{cell:.1f}" '
            f'class="f-{colour}" fill-opacity="{depth * (0.6 if signed else 1):.2f}"/>'
        )
        if signed and depth > 0.15:
            sign = "+" if value > 0 else "−"
            body.append(text(x + cell / 2, y + cell / 2 + 6, sign, 18, "middle", "b"))
    if marked is not None:
        r, c = marked
        frame = 'fill="none" class="s-grad" stroke-width="3.5"'
        body.append(
            f'<rect x="{8 + cell * c:.1f}" y="{top + cell * r:.1f}" width="{cell:.1f}" '
            f'height="{cell:.1f}" {frame}/>'
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
    return Panel(size, top + cell * rows + 8, "".join(body), alt)


def shares(
    values: Sequence[float],
    labels: Sequence[str],
    title: str,
    *,
    marked: int | None = None,
    width: float = 340,
    height: float = 326,
) -> Panel:
    """Bars of numbers that sum to 1, in percent; the label of the marked one gets a ring."""
    top, left, right = 34.0, 46.0, width - 70
    step = (height - top - 8) / len(values)
    body, said = [text(8, 22, title, 15, cls="b")], []
    best = int(np.argmax(values))
    for place, (value, label) in enumerate(zip(values, labels, strict=True)):
        y = top + step * (place + 0.5)
        if place == marked:
            body.append(
                f'<circle cx="24" cy="{y:.1f}" r="13" class="f-mark s-ink" stroke-width="1.5"/>'
            )
        cls = "b" if place == best else ""
        body.append(text(24, y + 6, label, 17, "middle", cls))
        body.append(rect(left, y - step * 0.34, right - left, step * 0.68, "f-panel", 3))
        long = max((right - left) * float(value), 1.5)
        body.append(rect(left, y - step * 0.34, long, step * 0.68, "f-pos", 3))
        shown = f"{100 * float(value):.1f} %"
        body.append(text(width - 8, y + 6, shown, 15, "end", cls))
        said.append(f"{label} {shown}")
    body.append(line(left, top, left, height - 8, "s-ink", 1.5))
    return Panel(width, height, "".join(body), f"{title}: {', '.join(said)}.")
