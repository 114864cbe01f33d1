"""The rules of slopes: the product as a rectangle, the bend, and two mirrored curves."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.patches import Rectangle

from bpdemo import checking, validation
from bpdemo.figures.base import (
    BLACK,
    BLUE,
    GREEN,
    HATCHED,
    LINES,
    ORANGE,
    PURPLE,
    Picture,
    framed,
    say,
    styled,
)

__all__ = ["bend", "mirrored_slopes", "product_rectangle"]

_DOTTED: dict[str, Any] = {"facecolor": "#CCEBE1", "edgecolor": GREEN, "hatch": ".."}


@styled
@validation.checked(
    u=validation.real(above=0),
    v=validation.real(above=0),
    du=validation.real(above=0),
    dv=validation.real(above=0),
)
def product_rectangle(u: float, v: float, du: float, dv: float) -> Picture:
    """A rectangle u by v whose sides grow by du and dv: two strips and a corner.

    The strips are drawn as wide as they must be to be seen, a quarter of a side at least; the
    labels say what they are.

    Raises
    ------
    ValueError : a side or a growth isn't positive.
    """
    if min(u, v, du, dv) <= 0:
        raise ValueError(f"product_rectangle: expected positive sides, received {u, v, du, dv}")
    picture, axes = framed(8, 5)
    wide, high = max(du, u / 4), max(dv, v / 4)
    plain: dict[str, Any] = {"facecolor": "#CCE3F0", "edgecolor": BLUE}
    blank: dict[str, Any] = {"facecolor": "white", "edgecolor": BLACK}
    parts = [
        ((0, 0), u, v, plain, (u, v)),
        ((u, 0), wide, v, HATCHED, (du, v)),
        ((0, v), u, high, _DOTTED, (u, dv)),
        ((u, v), wide, high, blank, (du, dv)),
    ]
    for (left, low), width, height, look, sides in parts:
        axes.add_patch(Rectangle((left, low), width, height, linewidth=2.5, **look))
        text = f"{say(sides[0])} · {say(sides[1])}\n= {say(sides[0] * sides[1])}"
        axes.text(
            left + width / 2, low + height / 2, text, ha="center", va="center", fontsize=18,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 2},
        )  # fmt: skip
    axes.set(xlim=(-0.01 * u, u + 1.01 * wide), ylim=(-0.01 * v, v + 1.01 * high))
    axes.set_xticks([u / 2, u + wide / 2], [f"u = {say(u)}", f"+ {say(du)}"])
    axes.set_yticks([v / 2, v + high / 2], [f"v = {say(v)}", f"+ {say(dv)}"])
    axes.grid(False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(length=0)
    picture.alt = (
        f"A rectangle {say(u)} by {say(v)}, with the area {say(u * v)}. Its sides grow by "
        f"{say(du)} and {say(dv)}. What is new is a strip {say(du)} · {say(v)} = "
        f"{say(du * v)}, a strip {say(u)} · {say(dv)} = {say(u * dv)}, and a corner of only "
        f"{say(du)} · {say(dv)} = {say(du * dv)}. The strips are drawn wider than they are."
    )
    return picture


@styled
@validation.checked(
    f=validation.function, x=validation.real(), h=validation.real(above=0), name=validation.string
)
def bend(f: Callable, x: float, h: float, name: str = "f") -> Picture:
    """A curve, its tangent at x, its secant to x + h, and the gap between curve and tangent.

    Parameters
    ----------
    f : a smooth function of an array, elementwise.
    x, h : where the tangent touches, and the step, > 0.
    name : what to call f on the axis.
    """
    validation.array()("f: what it returns", f(np.array([x, x + h])))
    slope = float(checking.central_difference(f, x, 1e-6))
    second = float(
        checking.central_difference(lambda t: checking.central_difference(f, t, 1e-4), x, 1e-3)
    )
    here, there = float(f(np.float64(x))), float(f(np.float64(x + h)))
    on_tangent = here + slope * h
    gap = there - on_tangent
    at = np.linspace(x - 0.35 * h, x + 1.3 * h, 301)
    ahead = at[at >= x - 0.1 * h]

    picture, axes = framed(9, 5.5)
    axes.plot(at, f(at), color=BLACK, linewidth=4, label="the curve")
    axes.plot(
        ahead, here + (there - here) / h * (ahead - x), color=ORANGE, linestyle="--",
        label=f"secant: slope {say((there - here) / h, 4)}",
    )  # fmt: skip
    axes.plot(
        ahead, here + slope * (ahead - x), color=BLUE, linestyle="-.",
        label=f"tangent: slope {say(slope, 4)}",
    )  # fmt: skip
    axes.plot([x, x + h], [here, there], "o", color=BLACK, markersize=11)
    axes.annotate(
        "", (x + h, there), (x + h, on_tangent),
        arrowprops={"arrowstyle": "<->", "color": PURPLE, "linewidth": 3, "shrinkA": 0},
    )  # fmt: skip
    axes.annotate(
        f"gap {say(gap)},\nabout $\\frac{{h^2}}{{2}} f''$ = {say(h * h / 2 * second)}",
        (x + h, (there + on_tangent) / 2), (14, 0), textcoords="offset points", va="center",
        fontsize=17, color=PURPLE, bbox={"facecolor": "white", "edgecolor": "none", "pad": 2},
    )  # fmt: skip
    axes.set_xlim(at[0], x + 1.75 * h)
    axes.set_xticks([x, x + h], ["x", "x + h"])
    axes.set_ylabel(f"{name}(x)")
    axes.legend(loc="upper left")
    picture.alt = (
        f"From x = {say(x)} to x + h with h = {say(h)}, the curve bends away from its tangent. "
        f"At x + h the gap between the two is {say(gap)}, and h²/2 times the second derivative "
        f"is {say(h * h / 2 * second)}. The tangent has the slope {say(slope, 4)}, the secant "
        f"{say((there - here) / h, 4)}: more by the gap divided by h, {say(gap / h)}."
    )
    return picture


@styled
@validation.checked(u=validation.real(0.3, 4))
def mirrored_slopes(u: float) -> Picture:
    """The curves of eˣ and ln x, mirrored in the diagonal, with their tangents at ln u and at u.

    Parameters
    ----------
    u : where the tangent touches ln, between 0.3 and 4.
    """
    if not 0.3 <= u <= 4:
        raise ValueError(f"mirrored_slopes: expected u between 0.3 and 4, received {u}")
    log = math.log(u)
    low, high = -2.2, 5.0
    across, positive = np.linspace(low, np.log(high), 301), np.linspace(math.exp(low), high, 301)

    picture, axes = framed(7.5, 6.5)
    axes.plot([low, high], [low, high], color="#666666", linestyle=":", linewidth=2.5)
    axes.plot(across, np.exp(across), color=BLUE, label="$e^x$")
    axes.plot(positive, np.log(positive), color=ORANGE, linestyle="--", label="$\\ln x$")
    near = np.array([-1.0, 1.0])
    for (x, y), slope, aside, (colour, _, marker) in zip(
        ((log, u), (u, log)), (u, 1 / u), ((-100, 2), (16, -24)), LINES, strict=False
    ):
        run = near / math.hypot(1, slope) * 1.3
        axes.plot(x + run, y + slope * run, color=BLACK, linewidth=2.5)
        axes.plot([x], [y], color=colour, marker=marker, markersize=12)
        axes.annotate(
            f"slope {say(slope)}", (x, y), aside, textcoords="offset points", fontsize=17,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 2},
        )  # fmt: skip
    axes.set(xlim=(low, high), ylim=(low, high), aspect="equal", xlabel="x")
    axes.legend(loc="upper left")
    picture.alt = (
        f"The curves of e to the x and of ln x are each other's mirror image in the diagonal. At "
        f"({say(log)}, {say(u)}) the first has the slope {say(u)}; at the mirrored point, "
        f"({say(u)}, {say(log)}), the second has the slope 1/{say(u)} = {say(1 / u)}."
    )
    return picture
