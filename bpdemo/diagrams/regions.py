"""The plane of a two-input problem: what the network says everywhere, and the points."""

import contourpy  # comes with Matplotlib
import numpy as np

from bpdemo.diagrams.base import Panel, line, rect, text

__all__ = ["regions"]


def regions(
    says: np.ndarray, x: np.ndarray, labels: np.ndarray, reach: float, size: float
) -> Panel:
    """Shade the plane by the output, draw the boundary at ½, and the points in two shapes.

    Parameters
    ----------
    says : (n, n) outputs 0 … 1 on a grid from −reach to reach, first row at the top.
    x, labels : (m, 2) the points and (m,) their classes: 0 a ring, 1 a filled square.
    """
    n = len(says)
    left, top = 16.0, 40.0
    side = size - 32
    cell = side / n
    level = np.clip(np.round((says - 0.5) * 8), -4, 4).astype(int)  # (n, n)
    body = [rect(left, top, side, side, "f-panel", 0)]
    for row in range(n):
        # Runs of one shade become one rectangle.
        edges = np.flatnonzero(np.diff(level[row])) + 1
        for start, stop in zip([0, *edges], [*edges, n], strict=True):
            shade = level[row, start]
            if shade:
                colour = "pos" if shade > 0 else "neg"
                body.append(
                    f'<rect x="{left + start * cell:.1f}" y="{top + row * cell:.1f}" '
                    f'width="{(stop - start) * cell:.1f}" height="{cell:.1f}" '
                    f'class="f-{colour}" fill-opacity="{0.09 * abs(shade):.2f}" '
                    'shape-rendering="crispEdges"/>'
                )
    body.append(_boundary(says, left + cell / 2, top + cell / 2, cell))
    scale = side / (2 * reach)
    for (u, v), label in zip(x, labels, strict=True):
        px, py = left + (u + reach) * scale, top + (reach - v) * scale
        if label:
            body.append(rect(px - 5, py - 5, 10, 10, "f-pos s-paper", 1, 1.2))
        else:
            body.append(
                f'<circle cx="{px:.1f}" cy="{py:.1f}" r="5" class="f-paper s-neg" '
                'stroke-width="2.6"/>'
            )
    body.append(rect(left + 2, 14, 10, 10, "f-pos s-paper", 1, 1))
    body.append(text(left + 18, 24, "y = 1", 15))
    body.append(
        f'<circle cx="{left + 90:.1f}" cy="19" r="5" class="f-paper s-neg" stroke-width="2.6"/>'
    )
    body.append(text(left + 101, 24, "y = 0", 15))
    body.append(line(left + 170, 19, left + 196, 19, "s-ink", 3))
    body.append(text(left + 202, 24, "boundary: the output is ½", 15))
    share = float((says > 0.5).mean())
    alt = f"Plane: the network says 1 on {share:.0%} of it; {len(labels)} points."
    return Panel(size, top + side + 12, "".join(body), alt)


def _boundary(says: np.ndarray, left: float, top: float, cell: float) -> str:
    """Where the output crosses ½, as one path; (left, top) is the middle of the first cell."""
    lines = contourpy.contour_generator(z=says).lines(0.5)  # each (points, 2), in cells
    moves = "".join(
        "M" + "L".join(f"{left + u * cell:.1f} {top + v * cell:.1f}" for u, v in points)
        for points in lines
    )
    return f'<path d="{moves}" class="s-ink" stroke-width="3" fill="none"/>'
