"""The frame of a plot: its scales, ticks, labels and legend, for every plot alike.

Where things stand depends on the width and on what is drawn, never on the numbers: a frame has room
for the widest tick, and as many places for ticks as fit, used or hidden. So two frames of one plot
have the same parts, and a page can glide from one to the next.
"""

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from bpdemo.diagrams.base import (
    SMALLEST,
    line,
    math_text,
    math_width,
    quoted,
    rect,
    term,
    text,
    text_width,
    value,
)
from bpdemo.diagrams.names import superscript

__all__ = ["Frame", "Key", "clipped", "marker", "plot", "tick"]

_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 22, 36, 52  # room for ticks and labels around the frame
_ROW = 21  # a row of the legend
_FIGURES = "−0.00000"  # as wide as a number can be


@dataclass(frozen=True)
class Frame:
    """Where the values stand in a panel.

    Attributes
    ----------
    x_range, y_range : the values at the ends of the axes; positive on an axis of powers of ten.
    left, right, top, bottom : the frame, in SVG units of the panel.
    log : the axes in powers of ten: "", "x", "y" or "xy".
    """

    x_range: tuple[float, float]
    y_range: tuple[float, float]
    left: float
    right: float
    top: float
    bottom: float
    log: str = ""

    @property
    def x_per(self) -> float:
        """SVG units for 1 on the x axis, or for a factor of ten."""
        low, high = _ends(self.x_range, "x" in self.log)
        return (self.right - self.left) / (high - low)

    @property
    def y_per(self) -> float:
        """SVG units for 1 on the y axis, or for a factor of ten; negative: upwards."""
        low, high = _ends(self.y_range, "y" in self.log)
        return (self.top - self.bottom) / (high - low)

    @overload
    def x(self, values: float) -> float: ...

    @overload
    def x(self, values: NDArray[Any]) -> NDArray[np.float64]: ...

    def x(self, values: float | NDArray[Any]) -> float | NDArray[np.float64]:
        """The place of a value, or of an array of values, along x; not finite where it has none."""
        low, _ = _ends(self.x_range, "x" in self.log)
        return self.left + (_log(values, "x" in self.log) - low) * self.x_per

    @overload
    def y(self, values: float) -> float: ...

    @overload
    def y(self, values: NDArray[Any]) -> NDArray[np.float64]: ...

    def y(self, values: float | NDArray[Any]) -> float | NDArray[np.float64]:
        """The place along y, likewise."""
        low, _ = _ends(self.y_range, "y" in self.log)
        return self.bottom + (_log(values, "y" in self.log) - low) * self.y_per

    def inside(self, x: float, y: float) -> tuple[float, float, str]:
        """The place of a point, moved to the edge where it is outside, and along which axes."""
        px, py = float(self.x(x)), float(self.y(y))
        cx = min(max(px, self.left), self.right) if px == px else self.left
        cy = min(max(py, self.top), self.bottom) if py == py else self.top
        out = ("" if abs(cx - px) < 1e-6 else "x") + ("" if abs(cy - py) < 1e-6 else "y")
        return cx, cy, out

    def handle(self, name: str, body: str, place: tuple[float, float], axis: str) -> str:
        """A `term` around a point at this place; moving it along `axis` sets its value."""
        cx, cy = place
        per = [{"x": self.x_per, "y": self.y_per}[a] for a in axis]
        log = "".join(a for a in axis if a in self.log)
        return term(name, body, (cx - 12, cy - 12, 24, 24), axis=axis, per=per, log=log)

    def group(self, body: str, more: str = "") -> str:
        """The group of all that stands in the frame; it says how to read places as values."""
        ends = (*self.x_range, *self.y_range, self.left, self.right, self.top, self.bottom)
        log = f' data-log="{quoted(self.log)}"' if self.log else ""
        return f'<g data-frame="{" ".join(f"{v:.10g}" for v in ends)}"{log}{more}>{body}</g>'


def _ends(ends: tuple[float, float], log: bool) -> tuple[float, float]:
    return (math.log10(ends[0]), math.log10(ends[1])) if log else ends


def _log(values: float | NDArray[Any], log: bool) -> float | NDArray[np.float64]:
    if not log:
        return values if isinstance(values, float | int) else np.asarray(values, float)
    if isinstance(values, float | int):
        return math.log10(values) if values > 0 else -math.inf if values <= 0 else math.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        powers: NDArray[np.float64] = np.log10(np.asarray(values, float))
    return powers


@dataclass(frozen=True)
class Key:
    """An entry of a legend: a stroke with its marker, a few words, and perhaps a number.

    Attributes
    ----------
    label : the words.
    cls : the class of the stroke, "s-grad"; a marker is filled with the same colour.
    name, shown : the quantity whose number follows the words, and its number.
    """

    label: str
    cls: str = "s-ink"
    dash: bool = False
    marker: str = ""
    name: str = ""
    shown: str = ""
    width: float = 3.0


def plot(
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    *,
    width: float,
    height: float,
    x_label: str,
    y_label: str,
    keys: Sequence[Key] = (),
    title: str = "",
    log: str = "",
    whole: bool = False,
    grid: bool = False,
) -> tuple[Frame, str, float]:
    """A frame with all that stands around it.

    Parameters
    ----------
    height : of the panel with one row above the frame; a legend that needs more makes it higher.
    title : a few words beside the legend.
    log : the axes in powers of ten.
    whole : ticks of the x axis are whole numbers.
    grid : a thin line across the frame at each tick of y.

    Returns
    -------
    The frame, what stands around and under it as SVG, and the height of the panel.
    """
    rows, legend = _legend(tuple(keys), title, math_width(y_label, 18), width)
    height = height + _ROW * rows
    frame = Frame(
        (float(x_range[0]), float(x_range[1])),
        (float(y_range[0]), float(y_range[1])),
        _LEFT,
        round(width - _RIGHT),
        _TOP + _ROW * rows,
        round(height - _BOTTOM),
        log,
    )
    axes = _axes(frame, x_label, y_label, round(width, 1), whole, grid)
    return frame, axes + legend, height


@lru_cache(maxsize=512)
def _axes(frame: Frame, x_label: str, y_label: str, width: float, whole: bool, grid: bool) -> str:
    """The ground, ticks and labels."""
    left, right, top, bottom = frame.left, frame.right, frame.top, frame.bottom
    body = [rect(left, top, right - left, bottom - top, "f-panel", 0)]
    for v in _ticks(frame.x_range, frame.x_per, 38, "x" in frame.log, whole, beside=True):
        shown = "" if v is None else tick(v, "x" in frame.log)
        x = right if v is None else float(frame.x(v))
        body.append(_hidden(line(x, bottom, x, bottom + 5, "s-ink", 1), v is None))
        half = text_width(shown, 13) / 2
        at = min(max(x, half + 2), width - half - 2)
        body.append(text(at, bottom + 21, shown, 13, "middle", "f-soft"))
    for v in _ticks(frame.y_range, -frame.y_per, 24, "y" in frame.log):
        y = top if v is None else float(frame.y(v))
        across = right if grid else left
        strong = 1.6 if grid and v == 1 else 0.5 if grid else 1
        ruled = line(left - 5, y, across, y, "s-rule" if grid else "s-ink", strong)
        body.append(_hidden(ruled, v is None))
        shown = "" if v is None else tick(v, "y" in frame.log)
        shown = shown if text_width(shown, 13) <= left - 11 else ""
        body.append(text(left - 11, y + 5, shown, 13, "end", "f-soft"))
    # The lines through 0.
    for axis, (low, high) in (("x", frame.x_range), ("y", frame.y_range)):
        crossed = axis not in frame.log and low < 0 < high
        zero = float((frame.x if axis == "x" else frame.y)(0.0)) if crossed else left
        ends = (zero, top, zero, bottom) if axis == "x" else (left, zero, right, zero)
        body.append(_hidden(line(*ends, "s-rule", 0.8), not crossed))
    middle, wide = (left + right) / 2, math_width(x_label, 17)
    size = max(SMALLEST, min(17, 17 * (width - 16) / wide))
    half = math_width(x_label, size) / 2
    middle = min(max(middle, half + 4), max(width - half - 4, width / 2))
    body.append(math_text(middle, bottom + 44, x_label, round(size, 1)))
    size = max(SMALLEST, min(18, 18 * (width - 16) / math_width(y_label, 18)))
    body.append(math_text(8, top - 12, y_label, round(size, 1), "start"))
    return "".join(body)


def _hidden(element: str, hidden: bool) -> str:
    """The element, there but not seen where `hidden`: the parts stay the same."""
    return element.replace("<line ", '<line visibility="hidden" ', 1) if hidden else element


def _ticks(
    ends: tuple[float, float],
    per: float,
    least: float,
    log: bool,
    whole: bool = False,
    beside: bool = False,
) -> list[float | None]:
    """Round numbers in the range, as many as fit, and None for the places left over.

    They stand `least` units apart or more, and, with `beside`, so that their numbers do not meet.
    """
    low, high = sorted(_ends(ends, log))  # an axis may run backwards
    per = abs(per)
    places = max(3, min(9, int((high - low) * per / least) + 1))
    if log:
        steps: Sequence[float] = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 50, 100)
    else:
        power = 10.0 ** math.floor(math.log10((high - low) / places))
        steps = [s * power for s in (1, 2, 5, 10, 20, 50, 100)]
        steps = [s for s in steps if s >= 1 or not whole]
    found: list[float] = []
    for step in steps:
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first + 1 > places:
            continue
        found = [10.0 ** (n * step) if log else n * step for n in range(first, last + 1)]
        wide = max((text_width(tick(v, log), 13) for v in found), default=0) if beside else 0
        if step * per >= max(least, wide + 12):
            break
    return [*found, *[None] * (places - len(found))]


def tick(value: float, log: bool = False) -> str:
    """The number at a tick: short, with its power of ten where it would be long.

    >>> tick(0.25), tick(-4.0), tick(200000.0), tick(1e-6, log=True), tick(10.0, log=True)
    ('0.25', '−4', '2·10⁵', '10⁻⁶', '10')
    """
    if log:
        power = round(math.log10(value))
        return {0: "1", 1: "10"}.get(power, f"10{superscript(power)}")
    if abs(value) < 1e-12:
        return "0"
    if 1e-3 <= abs(value) < 99_999.5:
        return f"{value:.5g}".replace("-", "−")
    digits, _, power = f"{value:.2e}".partition("e")
    return f"{float(digits):g}·10{superscript(int(power))}".replace("-", "−")


def _legend(keys: tuple[Key, ...], title: str, taken: float, width: float) -> tuple[int, str]:
    """The keys in the row of the y label if they fit there, else in rows of their own above it.

    Returns
    -------
    The number of rows added, and the SVG.
    """
    shown = [key for key in keys if key.label or key.name]
    if not shown and not title:
        return 0, ""
    most = width - 16
    entries: list[tuple[Key | None, list[str], float]] = []
    entries += [(key, *_lines(key, most)) for key in shown]
    if title:
        for part in textwrap.wrap(title, max(int(most / 9), 12)):
            entries.append((None, [part], text_width(part, 14)))
    total = sum(wide for *_, wide in entries) + 18 * (len(entries) - 1)
    high = max(len(lines) for _, lines, _ in entries)
    body = []
    if high == 1 and total <= width - _RIGHT - 8 - taken - 24:
        x = width - _RIGHT - total
        for key, lines, wide in entries:
            body.append(_entry(key, lines, x, _TOP - 12))
            x += wide + 18
        return 0, "".join(body)
    x, row, rows = 8.0, 0, 0
    for key, lines, wide in entries:
        if x > 8 and x + wide > width - 8:
            x, row = 8.0, rows
        body.append(_entry(key, lines, x, 18 + _ROW * row))
        x += wide + 18
        rows = max(rows, row + len(lines))
    return rows, "".join(body)


def _lines(key: Key, most: float) -> tuple[list[str], float]:
    """The words of a key in lines that fit, and how wide it is with its stroke and number."""
    room = text_width(_FIGURES, 14) + 7 if key.name else 0.0
    wide = 34 + text_width(key.label, 14) + room
    if wide <= most:
        return [key.label], wide
    lines = textwrap.wrap(key.label, max(int((most - 34 - room) / 9), 8))
    return lines, 34 + max(text_width(part, 14) for part in lines) + room


def _entry(key: Key | None, lines: list[str], x: float, y: float) -> str:
    if key is None:  # the title
        return text(x, y, lines[0], 14, cls="f-soft")
    body = [line(x, y - 5, x + 28, y - 5, key.cls + " dash" * key.dash, key.width)]
    if key.marker:
        body.append(marker(key.marker, x + 14, y - 5, key.cls.replace("s-", "f-")))
    for place, part in enumerate(lines):
        body.append(text(x + 34, y + _ROW * place, part, 14))
    if not key.name:
        return "".join(body)
    y += _ROW * (len(lines) - 1)
    at = x + 34 + (text_width(lines[-1], 14) + 7 if lines[-1] else 0)
    body.append(value(at, y, key.name, key.shown, 14, cls="b"))
    wide = at + text_width(_FIGURES, 14) - x
    return term(key.name, "".join(body), (x - 3, y - 16, wide + 4, 21))


_SHAPES = {
    "circle": "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z",
    "square": "M-5 -5H5V5H-5z",
    "diamond": "M0 -6L6 0L0 6L-6 0z",
    "up": "M0 -5L5 5H-5z",
    "down": "M0 5L5 -5H-5z",
}


def marker(shape: str, x: float, y: float, cls: str, more: str = "") -> str:
    """A point in one of the shapes; every shape is one path, so the parts stay the same."""
    place = f'transform="translate({x:.1f} {y:.1f})"'
    return f'<path d="{_SHAPES[shape]}" {place} class="{quoted(cls)}"{more}/>'


def clipped(frame: Frame, body: str) -> str:
    """What is drawn, cut at the edges of the frame."""
    x, y = frame.left, frame.top
    w, h = frame.right - x, frame.bottom - y
    size = f'x="{x}" y="{y}" width="{w}" height="{h}"'
    return f'<svg {size} viewBox="{x} {y} {w} {h}">{body}</svg>'
