"""A plot in powers of ten: for sizes that differ by a factor of millions."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from bpdemo.diagrams.base import Panel, line, quoted, sketched, without_braces
from bpdemo.diagrams.frame import Frame, Key, marker, plot
from bpdemo.diagrams.names import superscript

__all__ = ["Series", "decades", "power"]


@dataclass(frozen=True)
class Series:
    """Points (x, y), y ≥ 0, joined by a line; `dash` and `marker` tell it apart without colour.

    `low` and `high`, where given, are the ends of a stroke through each point, and `names` the
    quantities that the points show.
    """

    x: Sequence[float] | NDArray[Any]
    y: Sequence[float] | NDArray[Any]
    label: str = ""
    cls: str = "pos"
    dash: bool = False
    marker: str = "circle"
    low: Sequence[float] | NDArray[Any] | None = None
    high: Sequence[float] | NDArray[Any] | None = None
    names: Sequence[str] = ()


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


@sketched(300)
def decades(
    series: Sequence[Series],
    *,
    x_label: str,
    y_label: str,
    x_range: tuple[float, float],
    y_powers: tuple[int, int],
    x_powers: bool = False,
    here: float | None = None,
    name: str = "",
    width: float,
    height: float = 300,
) -> Panel:
    """Draw series over a fixed frame with y, and perhaps x, in powers of ten.

    Parameters
    ----------
    x_range : the ends of the horizontal axis; powers of ten with `x_powers`.
    y_powers : the ends of the vertical axis, as powers of ten. A point outside is drawn at the
        edge, as a triangle that points to where it is.
    here : an x to mark by a vertical line.
    name : the quantity that `here` is; with it the line is a handle that sets it.
    """
    if x_powers:
        x_range = (10.0 ** x_range[0], 10.0 ** x_range[1])
    frame, around, height = plot(
        x_range, (10.0 ** y_powers[0], 10.0 ** y_powers[1]), width=width, height=height,
        x_label=x_label, y_label=y_label, grid=True, whole=not x_powers,
        log="xy" if x_powers else "y",
        keys=[Key(s.label, f"s-{s.cls}", s.dash, s.marker, width=2.5) for s in series],
    )  # fmt: skip
    body = [around]
    if here is not None:
        cx, _, out = frame.inside(here, frame.y_range[0])
        named = f' data-x="{quoted(name)}"' * bool(name) + f' data-out="{out}"' * bool(out)
        ruled = (
            f'<line x1="{cx:.2f}" y1="{frame.top}" x2="{cx:.2f}" y2="{frame.bottom}" '
            'class="s-ink dash" stroke-width="1.5"/>'
        )
        if name:
            ruled += (
                f'<circle cx="{cx:.2f}" cy="{frame.bottom}" r="6" class="f-paper s-ink" '
                f'stroke-width="3"{named}/>'
            )
        body.append(frame.handle(name, ruled, (cx, frame.bottom), "x"))
    said = []
    for s in series:
        body.append(_series(s, frame))
        ends = f"{power(s.y[0])} at {power(s.x[0])}, {power(s.y[-1])} at {power(s.x[-1])}"
        said.append(f"{s.label or without_braces(y_label)} {ends}")
    axes = f"{without_braces(y_label)} over {without_braces(x_label)}"
    alt = f"{axes}, in powers of ten: {'; '.join(said)}."
    return Panel(width, height, frame.group("".join(body)), alt)


def _series(s: Series, frame: Frame) -> str:
    places = [frame.inside(float(x), float(y)) for x, y in zip(s.x, s.y, strict=True)]
    body = []
    if s.low is not None and s.high is not None:
        for (x, *_), low, high in zip(places, s.low, s.high, strict=True):
            ends = (frame.inside(frame.x_range[0], float(v))[1] for v in (low, high))
            body.append(line(x, next(ends), x, next(ends), f"s-{s.cls}", 2))
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y, _ in places)
    dash = " dash" if s.dash else ""
    body.append(
        f'<path d="M{path}" fill="none" class="s-{quoted(s.cls)}{dash}" stroke-width="2.5"/>'
    )
    if s.marker:
        names = [f' data-y="{quoted(name)}"' for name in s.names] or [""] * len(places)
        for (x, y, out), name in zip(places, names, strict=True):
            way = "up" if y <= frame.top + 1 else "down"
            outside = f' data-out="{out}"' if out else ""
            shape = way if "y" in out else s.marker
            body.append(marker(shape, x, y, f"f-{s.cls}", name + outside))
    return "".join(body)
