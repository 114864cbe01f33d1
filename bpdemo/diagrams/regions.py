"""The plane of a two-input problem: what the network says everywhere, and the points."""

from typing import cast

import numpy as np
from numpy.typing import NDArray

from bpdemo.diagrams.base import Panel, line, quoted, rect, sketched, text, text_width
from bpdemo.diagrams.frame import Frame

__all__ = ["regions"]

_SHADES = 8
_DEEPEST = 0.55  # so that ink can be seen on the shade


@sketched(300)
def regions(
    says: np.ndarray,
    x: np.ndarray,
    labels: np.ndarray,
    reach: float,
    size: float = 470,
    *,
    width: float,
    place: str = "",
) -> Panel:
    """Shade the plane by the output, draw the boundary at ½, and the points in two shapes.

    Parameters
    ----------
    says : (n, n) outputs 0 … 1 on a grid from −reach to reach, first row at the top.
    x, labels : (m, 2) the points and (m,) their classes: 0 a ring, 1 a filled square.
    size : as wide as the plane gets, with its margins, where there is room.
    place : the control that a hand sets by placing and moving points.
    """
    n = len(says)
    side = int(min(width, size) - 32)
    left = int((width - side) / 2)
    legend, top = _legend(left, width)
    cell = side / n
    frame = Frame((-reach, reach), (-reach, reach), left, left + side, top, top + side)
    # (n, n): 0 where the output is nearly 0, 8 where it is nearly 1
    level = np.clip(np.rint(np.nan_to_num(says, nan=0.0) * _SHADES), 0, _SHADES).astype(int)
    body = [rect(left, top, side, side, "f-panel", 0)]
    # Runs of one shade in a row become one rectangle, and all of one shade one path, in cells.
    begins = np.ones((n, n), bool)
    begins[:, 1:] = level[:, 1:] != level[:, :-1]
    starts = np.flatnonzero(begins)  # (runs,)
    widths = np.diff(starts, append=n * n)  # a row's last run ends where the next row begins
    rows, columns = np.divmod(starts, n)
    shades = level.ravel()[starts]
    runs: list[list[str]] = [[] for _ in range(_SHADES + 1)]
    parts = zip(*(v.tolist() for v in (shades, columns, rows, widths)), strict=True)
    for shade, column, row, wide in parts:
        runs[shade].append(f"M{column} {row}h{wide}v1h-{wide}z")
    body.append(f'<g transform="translate({left} {top}) scale({cell:.6g})">')
    for shade in range(1, _SHADES + 1):
        body.append(
            f'<path d="{"".join(runs[shade])}" class="f-act" stroke="none" '
            f'fill-opacity="{_DEEPEST * shade / _SHADES:.2f}" shape-rendering="crispEdges"/>'
        )
    body.append("</g>")
    body.append(_boundary(says, left + cell / 2, top + cell / 2, cell))
    for index, ((u, v), label) in enumerate(zip(x, labels, strict=True)):
        px, py, out = frame.inside(float(u), float(v))
        body.append(
            _point(px, py, label, f' data-point="{index}"' + f' data-out="{out}"' * bool(out))
        )
    share = float((says > 0.5).mean())
    alt = f"Plane: the network says 1 on {share:.0%} of it; {len(labels)} points."
    more = f' data-place="{quoted(place)}"' if place else ""
    return Panel(width, top + side + 12, frame.group("".join(body), more) + legend, alt)


def _point(x: float, y: float, label: int, more: str = "") -> str:
    """A filled square for 1, a ring for 0: both of one element, so a class can change."""
    shape = "M-5 -5H5V5H-5z" if label else "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z"
    cls = "f-ink s-paper" if label else "f-paper s-ink"
    return (
        f'<path d="{shape}" transform="translate({x:.1f} {y:.1f})" class="{cls}" '
        f'stroke-width="{1.2 if label else 2.6}"{more}/>'
    )


def _legend(left: float, width: float) -> tuple[str, float]:
    """What shapes and line mean, in as many rows as it takes, and where the plane begins."""
    entries = (
        ("y = 1", 1),
        ("y = 0", 0),
        ("shade: the output", "shade"),
        ("line: it is ½", "line"),
    )
    x, y, body = float(left), 24, []
    for words, kind in entries:
        wide = 26 + text_width(words, 14)
        if x > left and x + wide > width - 4:
            x, y = float(left), y + 22
        if isinstance(kind, int):
            body.append(_point(x + 8, y - 5, kind))
        elif kind == "line":
            body.append(line(x, y - 5, x + 18, y - 5, "s-ink", 3))
        else:
            shade = f'class="f-act" fill-opacity="{_DEEPEST}"'
            body.append(f'<rect x="{x:.1f}" y="{y - 12}" width="18" height="14" {shade}/>')
        body.append(text(x + 24, y, words, 14))
        x += wide + 14
    return "".join(body), y + 12


def _boundary(says: np.ndarray, left: float, top: float, cell: float) -> str:
    """Where the output crosses ½, as one path; (left, top) is the middle of the first cell."""
    import contourpy  # comes with Matplotlib; a web page fetches it for this picture alone

    # each (points, 2), in cells: a generator's own kind of lines, where none is asked for
    lines = cast(list[NDArray[np.float64]], contourpy.contour_generator(z=says).lines(0.5))
    moves = "".join(
        "M" + "L".join([f"{u:.1f} {v:.1f}" for u, v in (points * cell + (left, top)).tolist()])
        for points in lines
    )
    return f'<path d="{moves}" class="s-ink" stroke-width="3" fill="none"/>'
