"""Curves in a row, each with its tangent where it stands: wheels whose ratio is a slope."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bpdemo.checking import central_difference
from bpdemo.diagrams.curve import Curve, Tangent, curve
from bpdemo.diagrams.still import Drawing, drawing

__all__ = ["Wheel", "wheels"]


class Wheel(NamedTuple):
    """A function of numbers or arrays, what it takes and gives, how far its axes go from 0."""

    f: Callable[[Any], NDArray[Any]]
    takes: str
    gives: str
    to: tuple[float, float]


def wheels(row: Sequence[Wheel], start: float) -> Drawing:
    """Draw each wheel's curve and its tangent, where `start` and the wheels before it put it.

    Raises
    ------
    ValueError : a wheel stands outside of its axes.
    """
    panels, at, said = [], float(start), []
    for f, takes, gives, (right, top) in row:
        height, slope = float(f(at)), float(central_difference(f, at))
        if not (0 <= at <= right and 0 <= height <= top):
            raise ValueError(f"wheels: {gives} is at ({at:g}, {height:g}), outside of its axes")
        span = np.linspace(0, right, 121)
        panels.append(
            curve(
                [Curve(span, f(span), gives)],
                x_label=takes,
                y_label=gives,
                x_range=(0, right),
                y_range=(0, top),
                tangents=[Tangent(at, height, slope, "tangent", slope_name="slope")],
                height=300,
            )
        )
        said.append(f"{slope:.3g}")
        at = height
    return drawing([panels], f"{len(row)} curves in a row, with the slopes {', '.join(said)}.")
