"""Curves: a function over one number, the point where we stand, the tangent there."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bpdemo.diagrams.base import (
    Panel,
    line,
    math_text,
    number,
    plain,
    rect,
    text,
)

__all__ = ["Curve", "Tangent", "curve", "nice_limit"]


@dataclass(frozen=True)
class Curve:
    """A line through the points (x, y); `cls` colours it, `dash` tells it apart without colour."""

    x: np.ndarray
    y: np.ndarray
    label: str = ""
    cls: str = "s-pos"
    dash: bool = False


@dataclass(frozen=True)
class Tangent:
    """A straight line of this slope through (x, y), with the point marked."""

    x: float
    y: float
    slope: float
    label: str = ""
    cls: str = "s-neg"


def nice_limit(value: float) -> float:
    """The smallest of 0.1, 0.2, 0.5, 1, 2, 5 … not under `value`: axes that seldom jump."""
    if not np.isfinite(value):
        return 1.0
    value = max(value, 0.1)
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(step * power for step in (1, 2, 5, 10) if step * power >= value * (1 - 1e-9)))


def curve(
    curves: Sequence[Curve],
    *,
    x_label: str,
    y_label: str,
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    tangents: Sequence[Tangent] = (),
    points: Sequence[tuple[float, float, str]] = (),
    width: float = 480,
    height: float = 260,
    title: str = "",
) -> Panel:
    """Draw curves over a fixed frame; what leaves the frame is cut at its edge.

    Parameters
    ----------
    tangents : drawn through their point across a third of the frame.
    points : (x, y, label) to mark with a ring and a word.
    """
    left, right, top, bottom = 62.0, width - 20, 36.0, height - 46
    (x0, x1), (y0, y1) = x_range, y_range

    def px(x):
        return left + (np.asarray(x, float) - x0) / (x1 - x0) * (right - left)

    def py(y):
        return bottom - (np.asarray(y, float) - y0) / (y1 - y0) * (bottom - top)

    body = [rect(left, top, right - left, bottom - top, "f-panel", 0)]
    for v in _ticks(x0, x1):
        body.append(line(px(v), bottom, px(v), bottom + 5, "s-ink", 1))
        body.append(text(px(v), bottom + 20, _tick(v), 13, "middle", "f-soft"))
    for v in _ticks(y0, y1):
        body.append(line(left - 5, py(v), left, py(v), "s-ink", 1))
        body.append(text(left - 8, py(v) + 5, _tick(v), 13, "end", "f-soft"))
    if x0 < 0 < x1:
        body.append(line(px(0), top, px(0), bottom, "s-rule", 0.7))
    if y0 < 0 < y1:
        body.append(line(left, py(0), right, py(0), "s-rule", 0.7))
    body.append(math_text((left + right) / 2, height - 8, x_label, 18))
    body.append(math_text(left, top - 12, y_label, 18, "start"))
    if title:
        body.append(text(right, top - 12, title, 14, "end", "f-soft"))
    body.append(_legend(curves, right - (len(title) * 8 + 24 if title else 0), top - 12))
    # A nested <svg> cuts off what leaves the frame.
    frame = f"{left:.0f} {top:.0f} {right - left:.0f} {bottom - top:.0f}"
    x, y, w, h = frame.split()
    body.append(f'<svg x="{x}" y="{y}" width="{w}" height="{h}" viewBox="{frame}">')
    body += [_polyline(px(c.x), py(c.y), c.cls, c.dash) for c in curves]
    body += [_straight(t, px, py, (x1 - x0) / 5) for t in tangents]
    body.append("</svg>")
    said = []
    for t in tangents:
        body.append(_point(t, px, py, (left, right, top, bottom)))
        said.append(f"slope {number(t.slope)} at {number(t.x)}, height {number(t.y)}")
    heights = [y for _, y, _ in points]
    for x, y, label in points:
        cx, cy = float(px(x)), float(np.clip(py(y), top, bottom))
        if len(set(heights)) > 1 and y == max(heights):  # the gap between predicted and real
            low = float(np.clip(py(min(heights)), top, bottom))
            body.append(line(cx, cy, cx, low, "s-bad dash", 2.5))
        body.append(
            f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="6" class="f-paper s-ink" stroke-width="3"/>'
        )
        # Two words never meet: the higher point has its word above, the lower one below.
        base = cy - 11 if y == max(heights) else cy + 22
        anchor, shift = ("start", 10) if cx < right - 90 else ("end", -10)
        body.append(text(cx + shift, base, label, 15, anchor, "halo"))
        said.append(f"{label} at ({number(x)}, {number(y)})")
    said = f": {'; '.join(said)}" if said else ""
    alt = f"Curve of {plain(y_label)} over {plain(x_label)}{said}."
    return Panel(width, height, "".join(body), alt)


def _ticks(low: float, high: float) -> np.ndarray:
    """Four to seven round numbers in low … high."""
    raw = (high - low) / 5
    power = 10.0 ** np.floor(np.log10(raw))
    step = next(s * power for s in (1, 2, 5, 10) if s * power >= raw * (1 - 1e-9))
    return np.arange(np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9) + 1) * step


def _tick(value: float) -> str:
    if abs(value) >= 1e6:
        return number(value)
    return f"{value:.6g}".replace("-", "−") if abs(value) > 1e-12 else "0"


def _legend(curves, right, y) -> str:
    """The labels of the curves in a line above the frame, each with its stroke."""
    body = []
    for c in reversed([c for c in curves if c.label]):
        body.append(text(right, y, c.label, 14, "end"))
        right -= len(c.label) * 8 + 8
        body.append(line(right - 34, y - 5, right, y - 5, c.cls + (" dash" if c.dash else ""), 3))
        right -= 54
    return "".join(body)


def _polyline(x, y, cls, dash) -> str:
    """The curve, in pieces where it is not finite."""
    y = np.where(np.isfinite(y), np.clip(y, -3000, 3000), np.nan)
    commands, pen = [], "M"
    for u, v in zip(np.round(x, 1).tolist(), np.round(y, 1).tolist(), strict=True):
        if v != v:
            pen = "M"
            continue
        commands.append(f"{pen}{u} {v}")
        pen = "L"
    dashed = " dash" if dash else ""
    return f'<path d="{"".join(commands)}" fill="none" class="{cls}{dashed}" stroke-width="3"/>'


def _straight(t: Tangent, px, py, reach) -> str:
    """The tangent, of one length on the screen whatever its slope."""
    if not (np.isfinite(t.y) and np.isfinite(t.slope)):
        return ""
    cx, cy = float(px(t.x)), float(py(t.y))
    dx = float(px(t.x + reach)) - cx
    dy = float(py(t.y + t.slope * reach)) - cy
    short = min(1.0, 110 / max(np.hypot(dx, dy), 1e-9))
    dx, dy = dx * short, dy * short
    return line(cx - dx, cy - dy, cx + dx, cy + dy, t.cls, 3.5)


def _point(t: Tangent, px, py, frame) -> str:
    """The ring where the tangent touches, and its label."""
    left, right, top, bottom = frame
    if not np.isfinite(t.y):
        return ""
    cx, cy = float(px(t.x)), float(np.clip(py(t.y), top, bottom))
    ring = f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="7" class="f-paper s-ink" stroke-width="3"/>'
    return ring + (_tangent_label(t, cx, cy, left, right, top, bottom) if t.label else "")


def _tangent_label(t, cx, cy, left, right, top, bottom) -> str:
    """Beside the point, on the side where there is room."""
    anchor, x = ("start", cx + 14) if cx < (left + right) / 2 else ("end", cx - 14)
    rising = (t.slope > 0) == (anchor == "start")
    y = cy + 26 if rising else cy - 16
    y = min(max(y, top + 16), bottom - 6)
    return text(x, y, t.label, 16, anchor, "b halo")
