"""A plot in powers of ten: for sizes that differ by a factor of millions."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bpdemo.diagrams.base import Panel, line, math_text, plain, rect, superscript, text

__all__ = ["Series", "decades", "power"]


@dataclass(frozen=True)
class Series:
    """Points (x, y), y ≥ 0, joined by a line; `dash` and `marker` tell it apart without colour.

    `low` and `high`, where given, are the ends of a stroke through each point.
    """

    x: Sequence[float]
    y: Sequence[float]
    label: str = ""
    cls: str = "pos"
    dash: bool = False
    marker: str = "circle"
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None


def power(value: float) -> str:
    """A size in words: plain where it is handy, else with its power of ten.

    >>> power(0.25), power(3.2e-9), power(5e12), power(0), power(120000)
    ('0.25', '3.2·10⁻⁹', '5.0·10¹²', '0', '120,000')
    """
    value = float(value)
    if not math.isfinite(value):
        return "too large"
    if value == 0 or 0.01 <= value < 1e6:
        whole = value == int(value) or value >= 1000
        return f"{value:,.0f}" if whole else f"{value:.3g}"
    digits, _, exponent = f"{value:.1e}".partition("e")
    return f"{digits}·10{superscript(int(exponent))}"


def decades(
    series: Sequence[Series],
    *,
    x_label: str,
    y_label: str,
    x_range: tuple[float, float],
    y_powers: tuple[int, int],
    x_powers: bool = False,
    here: float | None = None,
    width: float = 480,
    height: float = 300,
) -> Panel:
    """Draw series over a fixed frame with y, and perhaps x, in powers of ten.

    Parameters
    ----------
    x_range : the ends of the horizontal axis; powers of ten with `x_powers`.
    y_powers : the ends of the vertical axis, as powers of ten. A point outside is drawn at the
        edge, as a triangle that points to where it is.
    here : an x to mark by a vertical line.
    """
    left, right, top, bottom = 66.0, width - 16, 40.0, height - 46
    (x0, x1), (y0, y1) = x_range, y_powers

    def px(x):
        x = math.log10(x) if x_powers else x
        return left + (x - x0) / (x1 - x0) * (right - left)

    def py(y):
        """The place of y, and whether it is inside: −1 under the frame, +1 above, else 0."""
        exponent = math.log10(y) if y > 0 else -math.inf
        out = -1 if exponent < y0 else 1 if exponent > y1 else 0
        return bottom - (min(max(exponent, y0), y1) - y0) / (y1 - y0) * (bottom - top), out

    body = [rect(left, top, right - left, bottom - top, "f-panel", 0)]
    step = max(1, math.ceil((y1 - y0) / 7))
    for exponent in range(math.ceil(y0 / step) * step, y1 + 1, step):
        y, _ = py(10.0**exponent)
        body.append(line(left, y, right, y, "s-rule", 1.6 if exponent == 0 else 0.4))
        body.append(text(left - 8, y + 5, _tick(exponent), 14, "end", "f-soft"))
    for v in _marks(x0, x1):
        x = left + (v - x0) / (x1 - x0) * (right - left)
        body.append(line(x, bottom, x, bottom + 5, "s-ink", 1))
        shown = _tick(int(v)) if x_powers else f"{v:g}"
        body.append(text(x, bottom + 20, shown, 14, "middle", "f-soft"))
    if here is not None:
        body.append(line(px(here), top, px(here), bottom, "s-ink dash", 1.5))
    body.append(math_text((left + right) / 2, height - 8, x_label, 18))
    body.append(math_text(left, top - 14, y_label, 18, "start"))
    body.append(_legend(series, right, top - 14))
    said = []
    for s in series:
        body.append(_series(s, px, py))
        ends = f"{power(s.y[0])} at {power(s.x[0])}, {power(s.y[-1])} at {power(s.x[-1])}"
        said.append(f"{s.label or plain(y_label)} {ends}")
    alt = f"{plain(y_label)} over {plain(x_label)}, in powers of ten: {'; '.join(said)}."
    return Panel(width, height, "".join(body), alt)


def _tick(exponent: int) -> str:
    return {0: "1", 1: "10"}.get(exponent, f"10{superscript(exponent)}")


def _marks(low: float, high: float) -> list[float]:
    """At most nine whole numbers in low … high."""
    step = next(s for s in (1, 2, 5, 10, 20) if (high - low) / s <= 8)
    return [float(v) for v in np.arange(math.ceil(low / step) * step, high + 1e-9, step)]


def _series(s: Series, px, py) -> str:
    places = [(px(x), *py(y)) for x, y in zip(s.x, s.y, strict=True)]
    body = []
    if s.low is not None:
        for (x, *_), low, high in zip(places, s.low, s.high, strict=True):
            body.append(line(x, py(low)[0], x, py(high)[0], f"s-{s.cls}", 2))
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y, _ in places)
    dash = " dash" if s.dash else ""
    body.append(f'<path d="M{path}" fill="none" class="s-{s.cls}{dash}" stroke-width="2.5"/>')
    if s.marker:
        body += [
            _marker("up" if out > 0 else "down" if out else s.marker, x, y, s.cls)
            for x, y, out in places
        ]
    return "".join(body)


_SHAPES = {
    "square": "M{x0} {y0}H{x1}V{y1}H{x0}z",
    "diamond": "M{x} {y0}L{x1} {y}L{x} {y1}L{x0} {y}z",
    "up": "M{x} {y0}L{x1} {y1}H{x0}z",
    "down": "M{x} {y1}L{x1} {y0}H{x0}z",
}


def _marker(shape: str, x: float, y: float, cls: str, r: float = 5) -> str:
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}" class="f-{cls}"/>'
    corners = {"x": x, "y": y, "x0": x - r, "x1": x + r, "y0": y - r, "y1": y + r}
    path = _SHAPES[shape].format(**{k: f"{v:.1f}" for k, v in corners.items()})
    return f'<path d="{path}" class="f-{cls}"/>'


def _legend(series, right, y) -> str:
    """The labels in a line above the frame, each with its stroke and its marker."""
    body = []
    for s in reversed([s for s in series if s.label]):
        body.append(text(right, y, s.label, 14, "end"))
        right -= len(s.label) * 8 + 8
        body.append(line(right - 34, y - 5, right, y - 5, f"s-{s.cls}{' dash' * s.dash}", 2.5))
        if s.marker:
            body.append(_marker(s.marker, right - 17, y - 5, s.cls))
        right -= 52
    return "".join(body)
