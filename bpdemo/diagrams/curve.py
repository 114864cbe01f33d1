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
    """The smallest of 1, 2, 5, 10, 20, 50 … that is not under `value`: axes that seldom jump."""
    if not np.isfinite(value) or value <= 1:
        return 1.0
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
    left, right, top, bottom = 62.0, width - 16, 36.0, height - 46
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
    for place, c in enumerate(curves):
        body.append(_polyline(px(c.x), py(c.y), c.cls, c.dash, top, bottom))
        if c.label:
            y = top + 20 + 20 * place
            dash = " dash" if c.dash else ""
            body.append(line(right - 34, y - 5, right - 8, y - 5, c.cls + dash, 3))
            body.append(text(right - 40, y, c.label, 14, "end"))
    said = []
    for t in tangents:
        body.append(_tangent(t, px, py, (x1 - x0) / 5, (left, right, top, bottom)))
        said.append(f"slope {number(t.slope)} at {number(t.x)}, height {number(t.y)}")
    for x, y, label in points:
        cx, cy = px(x), float(np.clip(py(y), top, bottom))
        body.append(f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="6" class="f-paper s-ink" ')
        body.append('stroke-width="3"/>')
        body.append(text(cx + 10, cy - 9, label, 14))
        said.append(f"{label} at ({number(x)}, {number(y)})")
    alt = f"Curve of {plain(y_label)} over {plain(x_label)}: {'; '.join(said)}."
    return Panel(width, height, "".join(body), alt)


def _ticks(low: float, high: float) -> np.ndarray:
    """Four to seven round numbers in low … high."""
    raw = (high - low) / 5
    power = 10.0 ** np.floor(np.log10(raw))
    step = next(s * power for s in (1, 2, 5, 10) if s * power >= raw * (1 - 1e-9))
    return np.arange(np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9) + 1) * step


def _tick(value: float) -> str:
    return f"{value:.6g}".replace("-", "−") if abs(value) > 1e-12 else "0"


def _polyline(x, y, cls, dash, top, bottom) -> str:
    """The curve, in pieces where it leaves the frame or is not finite."""
    inside = np.isfinite(y) & (y >= top - 400) & (y <= bottom + 400)
    y = np.where(inside, np.clip(y, top, bottom), np.nan)
    commands, pen = [], "M"
    for u, v in zip(np.round(x, 1).tolist(), np.round(y, 1).tolist(), strict=True):
        if v != v:
            pen = "M"
            continue
        commands.append(f"{pen}{u} {v}")
        pen = "L"
    dashed = " dash" if dash else ""
    return f'<path d="{"".join(commands)}" fill="none" class="{cls}{dashed}" stroke-width="3"/>'


def _tangent(t: Tangent, px, py, reach, frame) -> str:
    left, right, top, bottom = frame
    if not (np.isfinite(t.y) and np.isfinite(t.slope)):
        return ""
    cx, cy = float(px(t.x)), float(py(t.y))
    # The direction on the screen, cut to a length that fits whatever the slope.
    dx = float(px(t.x + reach)) - cx
    dy = float(py(t.y + t.slope * reach)) - cy
    short = min(1.0, 110 / max(np.hypot(dx, dy), 1e-9))
    dx, dy = dx * short, dy * short
    cy = min(max(cy, top), bottom)
    return (
        line(cx - dx, cy - dy, cx + dx, cy + dy, t.cls, 3.5)
        + f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="7" class="f-paper s-ink" stroke-width="3"/>'
        + (_tangent_label(t, cx, cy, left, right, top, bottom) if t.label else "")
    )


def _tangent_label(t, cx, cy, left, right, top, bottom) -> str:
    """Beside the point, on the side where there is room."""
    anchor, x = ("start", cx + 14) if cx < (left + right) / 2 else ("end", cx - 14)
    rising = (t.slope > 0) == (anchor == "start")
    y = cy + 26 if rising else cy - 16
    y = min(max(y, top + 16), bottom - 6)
    return text(x, y, t.label, 16, anchor, "b")
