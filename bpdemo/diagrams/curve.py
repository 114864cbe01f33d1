"""Curves: a function over one number, the point where we stand, the tangent there."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bpdemo.diagrams.base import (
    Panel,
    line,
    number,
    quoted,
    sketched,
    text,
    text_width,
    value,
    without_braces,
)
from bpdemo.diagrams.frame import Frame, Key, clipped, plot

__all__ = ["Curve", "Point", "Tangent", "curve", "nice_limit"]

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """A line through the points (x, y); `cls` colours it, `dash` tells it apart without colour."""

    x: NDArray[Any]
    y: NDArray[Any]
    label: str = ""
    cls: str = "s-ink"
    dash: bool = False


@dataclass(frozen=True)
class Tangent:
    """A straight line of this slope through (x, y), with the point marked.

    Attributes
    ----------
    label : the words of the legend; `slope_name` adds the number of the slope, under that name.
    name : the control that moving the point along x sets; "" where the point is no handle.
    at, of : the quantities along x and y; `at` is `name` where it isn't given.
    """

    x: float
    y: float
    slope: float
    label: str = ""
    cls: str = "s-grad"
    name: str = ""
    of: str = ""
    slope_name: str = ""
    at: str = ""


@dataclass(frozen=True)
class Point:
    """A point marked with a ring and a word.

    Attributes
    ----------
    label : the word beside it; `value` adds the number of y, under that name.
    name : the control that moving the point sets.
    at, of : the quantities along x and y; `at` is `name` where it isn't given.
    axis : along which axes a hand moves it: "x", "y" or "xy".
    rule : a line through the whole frame at its x.
    """

    x: float
    y: float
    label: str = ""
    name: str = ""
    at: str = ""
    of: str = ""
    value: str = ""
    axis: str = "x"
    rule: bool = False


def nice_limit(value: float) -> float:
    """The smallest of 0.1, 0.2, 0.5, 1, 2, 5 … not under `value`: axes that seldom jump."""
    if not np.isfinite(value):
        return 1.0
    value = max(value, 0.1)
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(step * power for step in (1, 2, 5, 10) if step * power >= value * (1 - 1e-9)))


@sketched(300)
def curve(
    curves: Sequence[Curve],
    *,
    x_label: str,
    y_label: str,
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    tangents: Sequence[Tangent] = (),
    points: Sequence[Point | tuple[float, float, str]] = (),
    width: float,
    height: float = 260,
    title: str = "",
    log: str = "",
) -> Panel:
    """Draw curves over a fixed frame; what leaves the frame is cut at its edge.

    Parameters
    ----------
    tangents : drawn through their point across a third of the frame; their words stand in the
        legend, where no curve runs.
    points : each a `Point`, or (x, y, label). A point outside is drawn at the edge, its ring
        dashed. Two at the same x are joined: the gap between what was predicted and what is.
    title : a few words beside the legend.
    log : the axes in powers of ten, "x", "y" or "xy"; their ranges and values are positive.
    """
    points = _marked(points)
    keys = [Key(c.label, c.cls, c.dash) for c in curves]
    keys += [
        Key(t.label, t.cls, name=t.slope_name, shown=number(t.slope, sign=True), width=3.5)
        for t in tangents
    ]
    frame, around, height = plot(
        x_range, y_range, width=width, height=height, x_label=x_label, y_label=y_label,
        keys=keys, title=title, log=log,
    )  # fmt: skip
    drawn = [(frame.x(c.x), frame.y(c.y)) for c in curves]
    lines = [_path(x, y, c) for (x, y), c in zip(drawn, curves, strict=True)]
    lines += [_straight(t, frame) for t in tangents]
    lines += [_rule(p, frame) for p in points if p.rule]
    body = [around, clipped(frame, "".join(lines)), _gap(points, frame)]
    said = []
    for t in tangents:
        ring = _ring(frame, t.x, t.y, t.at or t.name, t.of, 7)
        body.append(frame.handle(t.name, ring, frame.inside(t.x, t.y)[:2], "x"))
        what = f"{t.label}: slope" if t.label else "slope"
        said.append(f"{what} {number(t.slope)} at {number(t.x)}, height {number(t.y)}")
    places = [frame.inside(p.x, p.y)[:2] for p in points]
    rings = places + [frame.inside(t.x, t.y)[:2] for t in tangents]
    taken: list[tuple[float, float, float, float]] = []
    crowd = _crowd(drawn) if any(p.label or p.value for p in points) else None
    for p, place in zip(points, places, strict=True):
        inner = _ring(frame, p.x, p.y, p.at or p.name, p.of, 6)
        if crowd is not None and (p.label or p.value):
            others = [r for r in rings if r != place]
            inner += _word(p, place, frame, crowd, others, taken)
        body.append(frame.handle(p.name, inner, place, p.axis))
        said.append(f"{p.label} at ({number(p.x)}, {number(p.y)})".strip())
    said = f": {'; '.join(said)}" if said else ""
    alt = f"Curve of {without_braces(y_label)} over {without_braces(x_label)}{said}."
    return Panel(width, height, frame.group("".join(body)), alt)


def _marked(points: Sequence[Point | tuple[float, float, str]]) -> list[Point]:
    return [p if isinstance(p, Point) else Point(*p) for p in points]


def _path(x: Floats, y: Floats, c: Curve) -> str:
    """The curve as one path with one command for each point.

    What is too large runs out of the frame. Where y is no number the pen waits at the point before,
    or at the first, and is lifted to the point after.
    """
    y = np.clip(y, -3000, 3000)  # (n,)
    lost = np.isnan(y) | ~np.isfinite(x)
    lifts = np.zeros(len(y), bool)
    lifts[:1] = True
    if lost.any() and not lost.all():
        known = np.flatnonzero(~lost)
        # (n,): each point, or the last one before it that is known
        at = known[np.maximum(np.searchsorted(known, np.arange(len(y)), side="right") - 1, 0)]
        x, y = x[at], y[at]
        lifts[1:] |= lost[:-1] & ~lost[1:] & (np.arange(1, len(y)) > known[0])
    elif lost.any():
        x, y = np.zeros(len(y)), np.full(len(y), -3000.0)
    # One format for all points is twice as fast as one for each.
    pattern = "".join(["M%.1f %.1f" if lift else "L%.1f %.1f" for lift in lifts.tolist()])
    d = pattern % tuple(np.stack([x, y], axis=1).ravel().tolist())
    return f'<path d="{d}" fill="none" class="{quoted(c.cls)}{" dash" * c.dash}" stroke-width="3"/>'


def _straight(t: Tangent, frame: Frame) -> str:
    """The tangent, a third of the frame wide, or shorter where it is steep."""
    if not (math.isfinite(t.y) and math.isfinite(t.slope) and math.isfinite(t.x)):
        place = f'x1="{frame.left}" y1="{frame.top}" x2="{frame.left}" y2="{frame.top}"'
        return f'<line {place} class="{quoted(t.cls)}" stroke-width="3.5" visibility="hidden"/>'
    cx, cy = float(frame.x(t.x)), min(max(float(frame.y(t.y)), -3000.0), 3000.0)
    # On an axis of powers of ten the slope there is d log y / d log x.
    up = t.slope / (t.y * math.log(10)) if "y" in frame.log else t.slope
    along = 1 / (t.x * math.log(10)) if "x" in frame.log else 1.0
    dx, dy = frame.x_per * along, frame.y_per * up
    reach = min((frame.right - frame.left) / 6, 110.0)
    scale = min(reach / abs(dx), 0.4 * (frame.bottom - frame.top) / max(abs(dy), 1e-9))
    dx, dy = dx * scale, dy * scale
    return (
        f'<line x1="{cx - dx:.2f}" y1="{cy - dy:.2f}" x2="{cx + dx:.2f}" y2="{cy + dy:.2f}" '
        f'class="{quoted(t.cls)}" stroke-width="3.5"/>'
    )


def _rule(p: Point, frame: Frame) -> str:
    cx, _, _ = frame.inside(p.x, p.y)
    return (
        f'<line x1="{cx:.1f}" y1="{frame.top}" x2="{cx:.1f}" y2="{frame.bottom}" '
        'class="s-ink" stroke-width="2"/>'
    )


def _ring(frame: Frame, x: float, y: float, at: str, of: str, radius: float) -> str:
    """The ring of a point; it names what its place says, and where it lies outside the frame."""
    cx, cy, out = frame.inside(x, y)
    lost = ' visibility="hidden"' if math.isnan(x) or math.isnan(y) else ""
    return (
        f'<circle cx="{cx:.2f}" cy="{cy:.2f}" r="{radius:g}" class="f-paper s-ink'
        f'{" dash" if out else ""}" stroke-width="3"'
        + (f' data-x="{quoted(at)}"' if at else "")
        + (f' data-y="{quoted(of)}"' if of else "")
        + (f' data-out="{out}"' if out else "")
        + f"{lost}/>"
    )


def _gap(points: Sequence[Point], frame: Frame) -> str:
    """A dashed stroke between points that stand one above the other."""
    body = []
    for place, p in enumerate(points):
        for q in points[place + 1 :]:
            if p.x == q.x:
                cx, top, _ = frame.inside(p.x, p.y)
                _, low, _ = frame.inside(q.x, q.y)
                body.append(
                    f'<line x1="{cx:.1f}" y1="{top:.1f}" x2="{cx:.1f}" y2="{low:.1f}" '
                    'class="s-bad dash" stroke-width="2.5"/>'
                )
    return "".join(body)


_SIZE = 15
_FAR = 6  # the first of the places that are not beside the point


def _word(
    p: Point,
    place: tuple[float, float],
    frame: Frame,
    crowd: Floats,
    rings: Sequence[tuple[float, float]],
    taken: list[tuple[float, float, float, float]],
) -> str:
    """The word beside a point, where it hides the least of the curves.

    Its place is one of eight around the point, so it seldom changes while the point moves.
    """
    cx, cy = place
    words = text_width(p.label, _SIZE)
    wide = words + (text_width("−0.00000", _SIZE, bold=True) + 6 if p.value else 0)
    high = _SIZE * 1.25
    inner = min(max(cx - wide / 2, frame.left + 3), max(frame.right - wide - 3, 4))
    spots = [
        (cx + 12, cy - high - 6), (cx - 12 - wide, cy - high - 6),
        (cx + 12, cy + 6), (cx - 12 - wide, cy + 6),
        (inner, cy - high - 12), (inner, cy + 12),
        (inner, cy - high - 40), (inner, cy + 40),
    ]  # fmt: skip
    u, v = crowd  # (n,) each
    corners = np.array(spots)[:, :, None]  # (8, 2, 1)
    x, y = corners[:, 0], corners[:, 1]  # (8, 1)
    near = (u > x - 4) & (u < x + wide + 4) & (v > y - 2) & (v < y + high + 2)  # (8, n)
    best, least, far = spots[0], math.inf, False
    for spot, cost in enumerate(near.sum(axis=1).tolist()):
        x, y = spots[spot]
        cost += 6 * (spot >= _FAR)
        if x < frame.left or x + wide > frame.right or y < frame.top or y + high > frame.bottom:
            cost += 1000
        for a, b in rings:
            cost += 100 * (x - 10 < a < x + wide + 10 and y - 10 < b < y + high + 10)
        for a, b, w, h in taken:
            cost += 5000 * (a < x + wide and x < a + w and b < y + high and y < b + h)
        if cost < least:
            best, least, far = (x, y), cost, spot >= _FAR
    x, y = best
    x = min(max(x, 4.0), max(frame.right + 18 - wide, 4.0))
    y = min(max(y, frame.top + 2), frame.bottom - high - 2)
    taken.append((x, y, wide, high))
    base = y + _SIZE
    # From a far place a stroke leads to the point.
    end, start = (y + high, cy - 8) if y < cy else (y, cy + 8)
    lead = line(min(max(cx, x + 4), x + wide - 4), end, cx, start, "s-soft", 1.2)
    shown = lead if far else lead.replace("<line ", '<line visibility="hidden" ', 1)
    shown += text(x, base, p.label, _SIZE, cls="halo") if p.label else ""
    if p.value:
        at = x + (words + 6 if p.label else 0)
        shown += value(at, base, p.value, number(p.y), _SIZE, cls="b halo")
    return shown


def _crowd(drawn: Sequence[tuple[Floats, Floats]]) -> Floats:
    """Places along all curves, at least 60 on each: (2, n)."""
    places = [np.zeros((2, 0))]
    for x, y in drawn:
        at = np.arange(len(x))
        if 2 <= len(x) < 60:
            at = np.linspace(0, len(x) - 1, 60)
            x, y = (np.interp(at, np.arange(len(x)), v) for v in (x, y))
        places.append(np.stack([x, y]))
    return np.concatenate(places, axis=1)
