"""Bars: the factors of a product, each on its own fixed scale, and the product below them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bpdemo.diagrams.base import (
    Panel,
    line,
    math_text,
    math_width,
    number,
    quoted,
    rect,
    room,
    sketched,
    term,
    text,
    value,
    without_braces,
)
from bpdemo.diagrams.quantity import colour

__all__ = ["Bar", "bars"]

_SYMBOL, _NUMBER, _NOTE = 18, 16, 13
_ARROW = 14  # where a bar leaves its scale


@dataclass(frozen=True)
class Bar:
    """One factor: its word, its number, the range of its scale, a few words on what it says.

    `name` is the quantity, as in `bpdemo.diagrams.names`; it decides the colour.
    """

    symbol: str
    value: float
    low: float
    high: float
    note: str = ""
    total: bool = False
    name: str = ""


@sketched(300)
def bars(items: Sequence[Bar], *, width: float, height: float = 0.0) -> Panel:
    """Horizontal bars from 0; a bar that leaves its scale ends in an arrow.

    The last bar may be a `total`: it stands below a rule, like a sum on paper. The panel is as high
    as it needs to be, or `height`, if that is more.
    """
    left = 16 + _ARROW + max(math_width(bar.symbol, _SYMBOL) for bar in items)
    right = width - room(_NUMBER) - 16 - _ARROW
    # A note stands between the ends of its scale, or on a line of its own.
    longest = max(len(bar.note) for bar in items) * _NOTE * 0.6
    ends = 2 * max(len(_end(v)) for bar in items for v in (bar.low, bar.high)) * 8.5 + 16
    below = bool(longest) and longest + ends > right - left
    step = max(height / len(items), 68.0 if below else 52.0)
    body = [
        _bar(bar, place * step, step, (left, right), width, below)
        for place, bar in enumerate(items)
    ]
    said = "; ".join(f"{without_braces(bar.symbol)} = {number(bar.value)}" for bar in items)
    return Panel(width, step * len(items), "".join(body), f"Bars: {said}.")


def _end(v: float) -> str:
    return f"{v:g}".replace("-", "−")


def _bar(
    bar: Bar,
    top: float,
    step: float,
    frame: tuple[float, float],
    width: float,
    note_below: bool,
) -> str:
    """One bar on its scale."""
    (left, right), cls = frame, colour(bar.name)
    y = top + step / 2 - (11 if note_below else 3)
    unit = (right - left) / (bar.high - bar.low)
    zero = left - bar.low * unit
    # What is no number has no length.
    length = min(max(bar.value, bar.low), bar.high) if bar.value == bar.value else 0.0
    end = zero + length * unit
    ground = cls.replace("f-ink", "f-soft")
    out = not bar.low <= bar.value <= bar.high
    way = 1 if bar.value > 0 else -1
    base = y + 21
    body = [
        rect(left, y - 16, right - left, 22, "f-panel", 3),
        f'<rect x="{min(zero, end):.1f}" y="{y - 16:.1f}" width="{abs(end - zero):.1f}" '
        f'height="22" rx="2" class="{ground} s-ink" stroke-width="0.8" '
        f'data-bar="{quoted(bar.name)}" data-zero="{zero:.1f}" data-unit="{unit:.4g}" '
        f'data-low="{bar.low:.6g}" data-high="{bar.high:.6g}"/>',
        f'<path d="M{end:.1f} {y - 19:.1f}l{_ARROW * way} 14l{-_ARROW * way} 14z" '
        f'class="{ground} s-ink" visibility="{"visible" if out else "hidden"}"/>',
        line(zero, y - 21, zero, y + 11, "s-ink", 1.5),
        text(left, base, _end(bar.low), 12.5, "start", "f-soft"),
        text(right, base, _end(bar.high), 12.5, "end", "f-soft"),
        text(
            (left + right) / 2,
            base + (16 if note_below else 0),
            bar.note,
            _NOTE,
            "middle",
            "f-soft",
        ),
        math_text(left - 8 - _ARROW, y + 2, bar.symbol, _SYMBOL, "end", cls),
    ]
    shown, at = number(bar.value, True), (width - 8, y + 2)
    if bar.name:
        body.append(value(*at, bar.name, shown, _NUMBER, "end", f"{cls} b"))
    else:
        body.append(text(*at, shown, _NUMBER, "end", f"{cls} b"))
    rule = line(6, top, width - 6, top, "s-ink", 2) if bar.total else ""
    return rule + term(bar.name, "".join(body), (2, top + 2, width - 4, step - 4))
