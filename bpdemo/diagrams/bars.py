"""Bars: the factors of a product, each on its own fixed scale, and the product below them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bpdemo.diagrams.base import Panel, line, math_text, number, plain, rect, text

__all__ = ["Bar", "bars"]


@dataclass(frozen=True)
class Bar:
    """One factor: its word, its number, the range of its scale, a few words on what it says."""

    symbol: str
    value: float
    low: float
    high: float
    note: str = ""
    total: bool = False
    touched: bool = False


def bars(items: Sequence[Bar], *, width: float = 480, height: float = 260) -> Panel:
    """Horizontal bars from 0; a bar that leaves its scale ends in an arrow.

    The last bar may be a `total`: it stands below a rule, like a sum on paper.
    """
    step = height / len(items)
    left, right = 112.0, width - 104
    body, said = [], []
    for place, bar in enumerate(items):
        y = place * step + step / 2
        if bar.touched:
            body.append(rect(2, y - step / 2 + 3, width - 4, step - 6, "f-mark s-ink", 5, 1.5))
        if bar.total:
            body.append(line(6, y - step / 2, width - 6, y - step / 2, "s-ink", 2))

        def px(v, bar=bar):
            return left + (v - bar.low) / (bar.high - bar.low) * (right - left)

        body.append(rect(left, y - 14, right - left, 22, "f-panel", 3))
        zero, end = px(0.0), px(min(max(bar.value, bar.low), bar.high))
        sign = "pos" if bar.value >= 0 else "neg"
        a, b = min(zero, end), max(zero, end)
        body.append(rect(a, y - 14, max(b - a, 1.5), 22, f"f-{sign} s-ink", 2, 0.8))
        if not bar.low <= bar.value <= bar.high:
            way = 1 if bar.value > 0 else -1
            body.append(
                f'<path d="M{end:.1f} {y - 17:.1f}l{14 * way} 14l{-14 * way} 14z" '
                f'class="f-{sign} s-ink"/>'
            )
        body.append(line(zero, y - 19, zero, y + 13, "s-ink", 1.5))
        for v, anchor in ((bar.low, "start"), (bar.high, "end")):
            body.append(text(px(v), y + 23, f"{v:g}".replace("-", "−"), 12.5, anchor, "f-soft"))
        if bar.note:
            body.append(text((left + right) / 2, y + 23, bar.note, 13, "middle", "f-soft"))
        body.append(math_text(left - 10, y + 4, bar.symbol, 18, "end"))
        body.append(text(width - 8, y + 4, number(bar.value, True), 17, "end", f"f-{sign} b"))
        said.append(f"{plain(bar.symbol)} = {number(bar.value)}")
    return Panel(width, height, "".join(body), f"Bars: {'; '.join(said)}.")
