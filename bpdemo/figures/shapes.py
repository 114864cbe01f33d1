"""Shapes of arrays: what NumPy stretches before it adds."""

import numpy as np
from matplotlib.patches import Rectangle

from bpdemo import validation
from bpdemo.figures.base import BLACK, BLUE, Picture, framed, say, styled

__all__ = ["stretched"]


def _table(name: str, value) -> np.ndarray:
    """Real numbers; whole ones stay whole, as they are shown."""
    validation.real_array(value, name)
    return np.asarray(value)


@styled
@validation.checked(left=_table, right=_table)
def stretched(left, right) -> Picture:
    """How NumPy adds two tables of different shapes: each as a table, stretched to fit.

    Parameters
    ----------
    left, right : arrays of at most two axes, up to 6 rows and columns, whose shapes fit.

    The entries that are there are in a solid frame; the copies that NumPy only imagines are grey
    and dashed.

    Raises
    ------
    ValueError : the shapes don't fit, or there are too many axes or entries.
    """
    try:
        shape = np.broadcast_shapes(left.shape, right.shape)
    except ValueError:
        raise ValueError(
            f"left, right: expected shapes that fit, received {left.shape} and {right.shape}"
        ) from None
    if len(shape) > 2 or max(shape, default=1) > 6:
        raise ValueError(
            f"left, right: expected at most (6, 6), received {left.shape} and {right.shape}"
        )
    rows, columns = (1, 1, *shape)[-2:]
    picture, axes = framed(3.6 + 1.85 * columns, 1.3 + 0.62 * rows)
    tables = [(left, left.shape), (right, right.shape), (left + right, shape)]
    for place, (table, own) in enumerate(tables):
        start = place * (columns + 1)
        real_rows, real_columns = (1, 1, *own)[-2:]
        whole = np.broadcast_to(table, shape).reshape(rows, columns)
        for (i, j), number in np.ndenumerate(whole):
            real = i < real_rows and j < real_columns
            axes.add_patch(
                Rectangle(
                    (start + j, -i), 1, -1, linewidth=2.5 if real else 1.5,
                    facecolor="#CCE3F0" if real else "white",
                    edgecolor=BLUE if real else "#888888", linestyle="-" if real else "--",
                    zorder=2 if real else 1,
                )
            )  # fmt: skip
            axes.text(
                start + j + 0.5, -i - 0.5, say(number), ha="center", va="center", fontsize=17,
                color=BLACK if real else "#666666", zorder=3,
            )  # fmt: skip
        axes.text(start + columns / 2, 0.35, str(tuple(own)), ha="center", va="bottom", fontsize=17)
        if place:
            sign = "+" if place == 1 else "="
            axes.text(start - 0.5, -rows / 2, sign, ha="center", va="center", fontsize=22)
    axes.set(xlim=(-0.1, 3 * columns + 2.1), ylim=(-rows - 0.1, 1.1))
    axes.set_axis_off()
    picture.alt = (
        f"A table of shape {left.shape} plus one of shape {right.shape}. Each is stretched to "
        f"{shape}: where it has one row or column, that one is repeated. Then they are added "
        f"entry by entry. The result is {(left + right).tolist()}."
    )
    return picture
