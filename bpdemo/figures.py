"""Pictures that stand still, drawn by Matplotlib for the back row.

Each function returns a `Picture`: a Matplotlib `Figure` that a notebook shows when it is the last
line of a cell, without pyplot and its global state. Every picture has a text, `picture.alt`,
that says what is to be seen in it, numbers included: the ``alt`` of the image, and the text form of
the cell's output.

Curves differ by colour, by line style and by marker, so none of these is needed to tell them
apart. The colours are those of Okabe and Ito (2008), chosen for colour-blind readers.
"""

import base64
import functools
import io
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
from matplotlib import ticker
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from bpdemo import activations, checking, data, validation

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

__all__ = [
    "Picture",
    "bend",
    "confusion_matrix",
    "curves",
    "dice_and_bell",
    "digit_grid",
    "log_lines",
    "loss_curve",
    "mirrored_slopes",
    "product_rectangle",
    "sigma_and_derivative",
    "stretched",
    "u_curve",
    "weight_pictures",
    "wrong_digits",
]

BLUE, ORANGE, GREEN, PURPLE, BLACK = "#0072B2", "#D55E00", "#009E73", "#AA4499", "#000000"
_CURVES = ((BLUE, "-", "o"), (ORANGE, "--", "s"), (GREEN, "-.", "^"), (PURPLE, ":", "D"))

_STYLE: "dict[RcKeyType, Any]" = {
    "font.family": "DejaVu Sans",  # comes with Matplotlib: the same picture everywhere
    "mathtext.fontset": "dejavusans",
    "font.size": 16,
    "axes.labelsize": 17,
    "axes.titlesize": 18,
    "legend.fontsize": 15,
    "xtick.labelsize": 15,
    "ytick.labelsize": 15,
    "lines.linewidth": 3,
    "lines.markersize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#DDDDDD",
    "axes.axisbelow": True,
    "legend.framealpha": 0.9,
}
_DPI = 120  # drawn at this, shown at 96: sharp on a projector


class Picture(Figure):
    """A Matplotlib figure with a text alternative.

    Once a notebook has shown it, only its PNG and its text are kept and the figure is empty: a
    figure holds megabytes, and IPython's ``Out`` keeps everything that was ever shown.

    Attributes
    ----------
    alt : what is to be seen, in words and numbers.
    """

    def __init__(self, width: float = 9, height: float = 5, alt: str = ""):
        super().__init__(figsize=(width, height), dpi=96, layout="constrained")
        self.alt = alt
        self._shown = b""

    def png(self) -> bytes:
        """The picture as a PNG file."""
        if self._shown and not self.axes:
            return self._shown
        buffer = io.BytesIO()
        with matplotlib.rc_context(_STYLE):
            self.savefig(
                buffer, format="png", dpi=_DPI, facecolor="white", metadata={"Software": None}
            )
        return buffer.getvalue()

    def _repr_mimebundle_(self, include=None, exclude=None):
        # An <img> in HTML, and not image/png: JupyterLab and nbconvert's lab template give a bare
        # PNG no text alternative. nbval does not compare the picture's bytes (nbval_sanitize.cfg).
        self._shown = self.png()
        self.clear()
        source = base64.b64encode(self._shown).decode()
        html = (
            f'<img alt="{escape(self.alt)}" width="{round(96 * self.get_figwidth())}" '
            f'style="max-width:100%;height:auto" src="data:image/png;base64,{source}">'
        )
        return {"text/html": html, "text/plain": self.alt}


def _picture(width=9.0, height=5.0, rows=1, columns=1, **options):
    """A picture and its axes, in the style."""
    picture = Picture(width, height)
    return picture, picture.subplots(rows, columns, **options)


def _say(number, digits=3) -> str:
    """A number for a text: short, with a true minus sign."""
    return f"{float(number):.{digits}g}".replace("-", "−")


def _styled(draw):
    """Make `draw` run in the style, whatever the reader's own settings are."""

    @functools.wraps(draw)
    def styled(*args, **kwargs):
        with matplotlib.rc_context(_STYLE):
            return draw(*args, **kwargs)

    return styled


# --- derivatives ---------------------------------------------------------------------------------


@_styled
@validation.checked(
    h=validation.array("P", positive=True),
    forward_error=validation.array("P"),
    central_error=validation.optional(validation.array("P")),
    complex_error=validation.optional(validation.array("P")),
    ceilings=validation.each(validation.array("P"), "rows of errors, up to two", most=2),
    best=validation.each(validation.real(above=0), "steps, up to two", most=2),
)
def u_curve(
    h, forward_error, central_error=None, complex_error=None, ceilings=(), best=()
) -> Picture:
    """The error of a finite difference against the step h, both logarithmic: a U.

    Parameters
    ----------
    h : the steps, > 0.
    forward_error, central_error, complex_error : the size of the error for each h. An error of
        exactly 0 can't be drawn on a logarithmic axis and is left out.
    ceilings : predicted errors for each h, of the forward and of the central difference.
    best : predicted best steps, of the same two.

    Returns
    -------
    A `Picture`.
    """
    h = np.asarray(h, dtype=float)
    curves = [("forward difference", forward_error, _CURVES[1])]
    if central_error is not None:
        curves.append(("central difference", central_error, _CURVES[0]))
    if complex_error is not None:
        curves.append(("complex step", complex_error, _CURVES[2]))

    picture, axes = _picture()
    said = []
    for label, error, (colour, style, marker) in curves:
        error = np.abs(np.asarray(error, dtype=float))
        if error.shape != h.shape:
            raise ValueError(
                f"{label.split()[0]}_error: "
                f"expected errors of shape {h.shape}, one for each h; received {error.shape}"
            )
        seen = error > 0
        if not seen.any():
            raise ValueError(
                f"{label.split()[0]}_error: "
                "expected an error above 0, received none: nothing can be drawn"
            )
        axes.plot(
            h[seen], error[seen], color=colour, linestyle=style, marker=marker, markersize=7,
            label=label,
        )  # fmt: skip
        lowest = np.flatnonzero(seen)[np.argmin(error[seen])]
        axes.plot(
            h[lowest], error[lowest], color=colour, marker=marker, markersize=17,
            markerfacecolor="none", markeredgewidth=3,
        )  # fmt: skip
        # The bottom of the U is noise that differs from machine to machine: only the ends are said.
        ends = [
            f"{_say(error[i]) if error[i] > 1e-15 else 'under 1e−15'} at h = {_say(h[i])}"
            for i in (h.argmax(), h.argmin())
        ]
        said.append(f"{label} {', '.join(ends)}")
    for row in ceilings:
        if row.shape != h.shape:
            raise ValueError(f"ceilings: expected rows of shape {h.shape}, received {row.shape}")
    for ceiling, of, (colour, *_), style in zip(
        ceilings, ("forward", "central"), (_CURVES[1], _CURVES[0]), (":", (0, (6, 2))), strict=False
    ):
        axes.plot(h, ceiling, color=colour, linestyle=style, linewidth=2, label=f"{of}, predicted")
    for step, (colour, style, _) in zip(best, (_CURVES[1], _CURVES[0]), strict=False):
        axes.axvline(step, color=colour, linestyle=style, linewidth=1.5, label="_best")
    axes.set(xscale="log", yscale="log", xlabel="step h", ylabel="size of the error")
    axes.invert_xaxis()  # shrinking h reads from left to right
    axes.set_title("h too large: curvature  →  h too small: rounding", pad=14)
    axes.legend(loc="best")
    picture.alt = (
        f"The error against h, which shrinks to the right: it falls, then rises again, a U. "
        f"At the ends: {'; '.join(said)}."
    )
    if len(best):
        picture.alt += f" Best steps as predicted: {', '.join(_say(step, 2) for step in best)}."
    return picture


@_styled
@validation.checked(span=validation.interval)
def sigma_and_derivative(activation="sigmoid", span: tuple[float, float] = (-6.0, 6.0)) -> Picture:
    """An activation σ(z) and, below it, its derivative σ′(z), over the same z."""
    sigma = activations.get(activation)
    z = np.linspace(*span, 601)
    a, da_dz = sigma(z), sigma.derivative(z)
    for kink in sigma.kinks:  # σ′ jumps there: no line across
        da_dz = np.where(np.abs(z - kink) < 1e-9, np.nan, da_dz)

    picture, (top, bottom) = _picture(9, 6.5, rows=2, sharex=True)
    top.plot(z, a, color=BLUE, label="$\\sigma(z)$")
    bottom.plot(z, da_dz, color=ORANGE, linestyle="--", label="$\\sigma'(z)$")
    top.set(ylabel="$a = \\sigma(z)$", title=f"{sigma.name.replace('_', ' ')} and its derivative")
    bottom.set(xlabel="z", ylabel="$\\sigma'(z)$")
    bottom.set_ylim(min(0, np.nanmin(da_dz)) - 0.05, max(np.nanmax(da_dz) * 1.15, 0.1))
    for axes in (top, bottom):
        axes.axvline(0, color=BLACK, linewidth=1)
    largest = int(np.nanargmax(da_dz))
    ends = f"at z = {_say(z[0])} it is {_say(da_dz[0])}, at z = {_say(z[-1])} {_say(da_dz[-1])}"
    picture.alt = (
        f"Above, {sigma.name}: from {_say(a[0])} at z = {_say(z[0])} to {_say(a[-1])} "
        f"at z = {_say(z[-1])}. Below, its derivative: {ends}; "
        f"its largest value is {_say(da_dz[largest])}."
    )
    return picture


@_styled
@validation.checked(
    x=validation.array("P", rising=True),
    heights=validation.mapping(validation.array("P"), "curves by name"),
    x_label=validation.string,
    y_label=validation.string,
)
def curves(x, heights: Mapping[str, Sequence[float]], x_label="z", y_label="a") -> Picture:
    """Curves over one axis, each in its own colour and line style.

    Parameters
    ----------
    x : (P,) where the curves are known, in rising order.
    heights : one to four curves by name, (P,) each.
    x_label, y_label : what the axes are called.

    Raises
    ------
    ValueError : there are more than four curves, which nobody can tell apart, or none.
    """
    if not 1 <= len(heights) <= len(_CURVES):
        raise ValueError(f"heights: expected one to {len(_CURVES)} curves, received {len(heights)}")
    x = np.asarray(x, dtype=float)
    picture, axes = _picture()
    said = []
    for (name, values), (colour, style, marker) in zip(heights.items(), _CURVES, strict=False):
        y = np.asarray(values, dtype=float)
        if y.shape != x.shape:
            raise ValueError(f"heights: {name}: expected shape {x.shape}, received {y.shape}")
        axes.plot(
            x,
            y,
            color=colour,
            linestyle=style,
            marker=marker,
            markevery=max(1, len(x) // 8),
            label=name,
        )
        top = int(y.argmax())
        said.append(
            f"{name} from {_say(y[0])} to {_say(y[-1])}, highest at {x_label} = {_say(x[top])} "
            f"with {_say(y[top])}"
        )
    axes.axvline(0, color=BLACK, linewidth=1)
    axes.axhline(0, color=BLACK, linewidth=1)
    axes.set(xlim=(x[0], x[-1]), xlabel=x_label, ylabel=y_label)
    axes.legend(loc="best")
    picture.alt = (
        f"Curves of {y_label} over {x_label} from {_say(x[0])} to {_say(x[-1])}: {'; '.join(said)}."
    )
    return picture


# --- rules: slopes, chance, shapes ---------------------------------------------------------------

_HATCHED: dict[str, Any] = {"facecolor": "#FFE2CC", "edgecolor": ORANGE, "hatch": "//"}
_DOTTED: dict[str, Any] = {"facecolor": "#CCEBE1", "edgecolor": GREEN, "hatch": ".."}


@_styled
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
    picture, axes = _picture(8, 5)
    wide, high = max(du, u / 4), max(dv, v / 4)
    plain: dict[str, Any] = {"facecolor": "#CCE3F0", "edgecolor": BLUE}
    blank: dict[str, Any] = {"facecolor": "white", "edgecolor": BLACK}
    parts = [
        ((0, 0), u, v, plain, (u, v)),
        ((u, 0), wide, v, _HATCHED, (du, v)),
        ((0, v), u, high, _DOTTED, (u, dv)),
        ((u, v), wide, high, blank, (du, dv)),
    ]
    for (left, low), width, height, look, sides in parts:
        axes.add_patch(Rectangle((left, low), width, height, linewidth=2.5, **look))
        text = f"{_say(sides[0])} · {_say(sides[1])}\n= {_say(sides[0] * sides[1])}"
        axes.text(
            left + width / 2, low + height / 2, text, ha="center", va="center", fontsize=18,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 2},
        )  # fmt: skip
    axes.set(xlim=(-0.01 * u, u + 1.01 * wide), ylim=(-0.01 * v, v + 1.01 * high))
    axes.set_xticks([u / 2, u + wide / 2], [f"u = {_say(u)}", f"+ {_say(du)}"])
    axes.set_yticks([v / 2, v + high / 2], [f"v = {_say(v)}", f"+ {_say(dv)}"])
    axes.grid(False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(length=0)
    picture.alt = (
        f"A rectangle {_say(u)} by {_say(v)}, with the area {_say(u * v)}. Its sides grow by "
        f"{_say(du)} and {_say(dv)}. What is new is a strip {_say(du)} · {_say(v)} = "
        f"{_say(du * v)}, a strip {_say(u)} · {_say(dv)} = {_say(u * dv)}, and a corner of only "
        f"{_say(du)} · {_say(dv)} = {_say(du * dv)}. The strips are drawn wider than they are."
    )
    return picture


@_styled
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

    picture, axes = _picture(9, 5.5)
    axes.plot(at, f(at), color=BLACK, linewidth=4, label="the curve")
    axes.plot(
        ahead, here + (there - here) / h * (ahead - x), color=ORANGE, linestyle="--",
        label=f"secant: slope {_say((there - here) / h, 4)}",
    )  # fmt: skip
    axes.plot(
        ahead, here + slope * (ahead - x), color=BLUE, linestyle="-.",
        label=f"tangent: slope {_say(slope, 4)}",
    )  # fmt: skip
    axes.plot([x, x + h], [here, there], "o", color=BLACK, markersize=11)
    axes.annotate(
        "", (x + h, there), (x + h, on_tangent),
        arrowprops={"arrowstyle": "<->", "color": PURPLE, "linewidth": 3, "shrinkA": 0},
    )  # fmt: skip
    axes.annotate(
        f"gap {_say(gap)},\nabout $\\frac{{h^2}}{{2}} f''$ = {_say(h * h / 2 * second)}",
        (x + h, (there + on_tangent) / 2), (14, 0), textcoords="offset points", va="center",
        fontsize=17, color=PURPLE, bbox={"facecolor": "white", "edgecolor": "none", "pad": 2},
    )  # fmt: skip
    axes.set_xlim(at[0], x + 1.75 * h)
    axes.set_xticks([x, x + h], ["x", "x + h"])
    axes.set_ylabel(f"{name}(x)")
    axes.legend(loc="upper left")
    picture.alt = (
        f"From x = {_say(x)} to x + h with h = {_say(h)}, the curve bends away from its tangent. "
        f"At x + h the gap between the two is {_say(gap)}, and h²/2 times the second derivative "
        f"is {_say(h * h / 2 * second)}. The tangent has the slope {_say(slope, 4)}, the secant "
        f"{_say((there - here) / h, 4)}: more by the gap divided by h, {_say(gap / h)}."
    )
    return picture


@_styled
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

    picture, axes = _picture(7.5, 6.5)
    axes.plot([low, high], [low, high], color="#666666", linestyle=":", linewidth=2.5)
    axes.plot(across, np.exp(across), color=BLUE, label="$e^x$")
    axes.plot(positive, np.log(positive), color=ORANGE, linestyle="--", label="$\\ln x$")
    near = np.array([-1.0, 1.0])
    for (x, y), slope, aside, (colour, _, marker) in zip(
        ((log, u), (u, log)), (u, 1 / u), ((-100, 2), (16, -24)), _CURVES, strict=False
    ):
        run = near / math.hypot(1, slope) * 1.3
        axes.plot(x + run, y + slope * run, color=BLACK, linewidth=2.5)
        axes.plot([x], [y], color=colour, marker=marker, markersize=12)
        axes.annotate(
            f"slope {_say(slope)}", (x, y), aside, textcoords="offset points", fontsize=17,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 2},
        )  # fmt: skip
    axes.set(xlim=(low, high), ylim=(low, high), aspect="equal", xlabel="x")
    axes.legend(loc="upper left")
    picture.alt = (
        f"The curves of e to the x and of ln x are each other's mirror image in the diagonal. At "
        f"({_say(log)}, {_say(u)}) the first has the slope {_say(u)}; at the mirrored point, "
        f"({_say(u)}, {_say(log)}), the second has the slope 1/{_say(u)} = {_say(1 / u)}."
    )
    return picture


@_styled
@validation.checked(sums=validation.whole_numbers(1, 6000), dice=validation.whole(1, 1000))
def dice_and_bell(sums: Sequence[int], dice: int) -> Picture:
    """How often each sum of several dice came up, as bars, with the normal bell on top.

    Parameters
    ----------
    sums : the sum of each throw.
    dice : how many dice a throw has; mean and variance of the bell follow from it.

    Raises
    ------
    ValueError : a sum that so many dice can't have.
    """
    sums = np.asarray(sums)
    if sums.size == 0 or sums.min() < dice or sums.max() > 6 * dice:
        raise ValueError(
            f"sums: expected sums of {dice} dice, from {dice} to {6 * dice}; "
            f"received {sums.min()} to {sums.max()}"
        )
    faces = np.arange(dice, 6 * dice + 1)
    share = np.bincount(sums, minlength=6 * dice + 1)[dice:] / len(sums)
    mean, deviation = 3.5 * dice, math.sqrt(35 / 12 * dice)
    at = np.linspace(faces[0] - 0.5, faces[-1] + 0.5, 401)
    bell = np.exp(-(((at - mean) / deviation) ** 2) / 2) / (deviation * math.sqrt(2 * math.pi))
    within = np.abs(sums - mean) <= deviation

    picture, axes = _picture(9, 4.5)
    near = np.abs(faces - mean) <= deviation
    axes.bar(faces[near], share[near], width=0.85, label="within one deviation", **_HATCHED)
    axes.bar(faces[~near], share[~near], width=0.85, color="#BBBBBB", label="farther out")
    axes.plot(at, bell, color=BLUE, linewidth=4, label="the normal bell")
    axes.xaxis.set_major_locator(ticker.MaxNLocator(integer=True))
    axes.set(xlabel=f"sum of {dice} dice" if dice > 1 else "one die", ylabel="share of throws")
    axes.set_ylim(0, 1.5 * max(share.max(), bell.max()))
    axes.legend(loc="upper right", ncols=2)
    picture.alt = (
        f"{len(sums):,} throws of {dice} {'dice' if dice > 1 else 'die'}: a bar for each sum from "
        f"{faces[0]} to {faces[-1]}, the highest {share.max():.1%} at {faces[share.argmax()]}. "
        f"The bell on top has the mean {_say(mean)} and the standard deviation "
        f"{_say(deviation)}; {within.mean():.0%} of the throws are within one deviation."
    )
    return picture


def _table(name: str, value) -> np.ndarray:
    """Real numbers; whole ones stay whole, as they are shown."""
    validation.real_array(value, name)
    return np.asarray(value)


@_styled
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
    picture, axes = _picture(3.6 + 1.85 * columns, 1.3 + 0.62 * rows)
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
                start + j + 0.5, -i - 0.5, _say(number), ha="center", va="center", fontsize=17,
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


def _record(name: str, value) -> Any:
    """A record of a descent, or what has as much to show."""
    for needed in ("epoch", "loss", "m", "diverged"):
        if not hasattr(value, needed):
            raise TypeError(
                f"{name}: expected a record of descend, received {validation.briefly(value)}"
            )
    return value


def _line(name: str, value) -> tuple[np.ndarray, np.ndarray]:
    """(x, y) of a curve on a logarithmic axis."""
    x, y = validation.each(validation.array("P"), "a pair of x and y", count=2)(name, value)
    if x.shape != y.shape or not (y > 0).all():
        raise ValueError(
            f"{name}: expected as many x as y, and y > 0; received {x.shape}, {y.shape}, "
            f"and {y.min():g} as the least y"
        )
    return x, y


def _here(name: str, value) -> tuple[float, str]:
    """A place on the horizontal axis, and a word for it."""
    at, word = validation.each(lambda _, one: one, "a pair of a number and a word", count=2)(
        name, value
    )
    return validation.real()(name, at), validation.string(name, word)


def _some_digits(name: str, value) -> data.Digits:
    """At least one digit."""
    validation.instance(data.Digits, "digits of bpdemo.data")(name, value)
    if not len(value):
        raise ValueError(f"{name}: expected at least one digit, received none")
    return value


# --- learning ------------------------------------------------------------------------------------


@_styled
@validation.checked(
    records=validation.each(_record, "the records of a descent", least=1),
    held_out=validation.optional(validation.array("E", finite=False)),
    name=validation.string,
)
def loss_curve(
    records: Iterable, held_out: Sequence[float] | None = None, name: str = "held out"
) -> Picture:
    """The loss per example after each epoch, and that of held-out data beside it.

    Parameters
    ----------
    records : the records of `training.descend`.
    held_out : one number per record, from `training.mean_loss`.
    name : what the other data is called, such as "validation".

    The vertical axis is logarithmic where the loss changes more than twentyfold.
    """
    records = list(records)
    epoch = np.array([r.epoch for r in records])
    loss = np.array([r.loss / r.m for r in records])
    curves = [("training", loss, _CURVES[0])]
    if held_out is not None:
        held_out = np.asarray(held_out, dtype=float)
        if held_out.shape != loss.shape:
            raise ValueError(
                f"held_out: expected {len(loss)} held-out losses, one per record; "
                f"received shape {held_out.shape}"
            )
        curves.append((name, held_out, _CURVES[1]))

    picture, axes = _picture()
    said = []
    for label, value, (colour, style, marker) in curves:
        finite = np.isfinite(value)
        axes.plot(
            epoch[finite], value[finite], color=colour, linestyle=style, marker=marker,
            markevery=max(1, len(epoch) // 12), label=label,
        )  # fmt: skip
        shown = value[finite]
        said.append(f"{label} from {_say(shown[0])} to {_say(shown[-1])}" if len(shown) else label)
    diverged = bool(records) and records[-1].diverged
    if diverged:
        axes.axvline(epoch[-1], color=BLACK, linestyle=":")
        axes.set_title(f"diverged in epoch {epoch[-1]}")
    drawn = np.concatenate([value[np.isfinite(value) & (value > 0)] for _, value, _ in curves])
    if drawn.size and drawn.max() > 20 * drawn.min():
        axes.set_yscale("log")
        axes.yaxis.set_minor_formatter(ticker.NullFormatter())
        if drawn.max() < 1e4 * drawn.min():  # 0.01 rather than 10⁻² where there is room
            axes.yaxis.set_major_formatter(ticker.FuncFormatter(lambda v, _: f"{v:g}"))
    else:
        axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(ticker.MaxNLocator(integer=True))
    axes.set(xlabel="epoch", ylabel="$\\mathcal{L}$ per example")
    axes.legend(loc="best")
    picture.alt = (
        f"The loss per example over {epoch[-1]} epochs: {'; '.join(said)}."
        f"{f' It diverged in epoch {epoch[-1]}.' if diverged else ''}"
    )
    return picture


# --- sizes and costs ----------------------------------------------------------------------------


@_styled
@validation.checked(
    curves=validation.mapping(_line, "curves by name", least=1),
    x_label=validation.string,
    y_label=validation.string,
    alt=validation.string,
    log_x=validation.flag,
    here=validation.optional(_here),
)
def log_lines(
    curves: Mapping[str, tuple[Sequence, Sequence]],
    x_label: str,
    y_label: str,
    alt: str,
    log_x: bool = False,
    here: tuple[float, str] | None = None,
) -> Picture:
    """Up to six curves with a vertical axis in powers of ten.

    Parameters
    ----------
    curves : label → (x, y), y > 0.
    alt : what is to be seen. The caller says it: only he knows whether the numbers, timings say,
        are the same on every machine.
    log_x : powers of ten on the horizontal axis too.
    here : an x to mark by a vertical line, and a word for it.
    """
    picture, axes = _picture()
    styles = (*_CURVES, (BLACK, "-", "v"), ("#996600", "--", "P"))
    if len(curves) > len(styles):
        raise ValueError(f"curves: expected at most {len(styles)}, received {len(curves)}")
    for (label, (x, y)), (colour, style, marker) in zip(curves.items(), styles, strict=False):
        axes.plot(x, y, color=colour, linestyle=style, marker=marker, markersize=7, label=label)
    if here is not None:
        axes.axvline(here[0], color=BLACK, linestyle=":", linewidth=2)
        axes.annotate(
            here[1], (here[0], 1), xycoords=("data", "axes fraction"), ha="left", va="bottom",
            fontsize=14,
        )  # fmt: skip
    axes.set(yscale="log", xlabel=x_label, ylabel=y_label)
    if log_x:
        axes.set_xscale("log")
    else:
        axes.xaxis.set_major_locator(ticker.MaxNLocator(integer=True))
    axes.legend(loc="best", fontsize=13)
    picture.alt = alt
    return picture


# --- digits --------------------------------------------------------------------------------------


@_styled
@validation.checked(
    digits=_some_digits,
    titles=validation.optional(validation.each(validation.string, "a title for each digit")),
    columns=validation.whole(1, 30),
)
def digit_grid(digits, titles: Sequence[str] | None = None, columns: int = 6) -> Picture:
    """Pictures of digits in rows, each with a title; by default the digit that was meant."""
    if titles is None:
        titles = [str(label) for label in digits.labels]
    if len(titles) != len(digits):
        raise ValueError(f"titles: expected {len(digits)}, received {len(titles)}")
    picture = _grid(digits.images, titles, columns, cmap="gray_r", vmin=0, vmax=1)
    picture.alt = f"{len(digits)} handwritten digits: {', '.join(titles)}."
    return picture


@_styled
@validation.checked(
    said=validation.whole_numbers(0, 99),
    labels=validation.whole_numbers(0, 99),
    classes=validation.whole(1, 100),
)
def confusion_matrix(said, labels, classes: int = 10) -> Picture:
    """How often each class was read as which: right readings on the diagonal, slips beside it.

    Parameters
    ----------
    said : (m,) what the network read, from `training.predict`.
    labels : (m,) what was meant.
    classes : both are integers from 0 to classes − 1.
    """
    said, labels = np.asarray(said), np.asarray(labels)
    if said.shape != labels.shape or said.ndim != 1:
        raise ValueError(
            f"said, labels: expected as many readings as labels, "
            f"received shapes {said.shape} and {labels.shape}"
        )
    if max(said.max(), labels.max()) >= classes:
        raise ValueError(
            f"said, labels: expected classes from 0 to {classes - 1}, "
            f"received {max(said.max(), labels.max())}"
        )
    counts = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(counts, (labels, said), 1)  # (meant, read)

    picture, axes = _picture(8, 7)
    slips = counts - np.diag(np.diag(counts))
    # The diagonal is the rule and stays pale; what is off it must catch the eye.
    axes.imshow(slips, cmap="OrRd", vmin=0, vmax=max(2 * slips.max(), 1))
    for (meant, read), count in np.ndenumerate(counts):
        if count:
            weight = "normal" if meant == read else "bold"
            axes.text(read, meant, str(count), ha="center", va="center", fontsize=15, weight=weight)
    axes.set(xticks=range(classes), yticks=range(classes), xlabel="read", ylabel="meant")
    axes.grid(False)
    wrong = [
        f"{_article(meant)} read as {_article(read)}" + (f" ({count} times)" if count > 1 else "")
        for (meant, read), count in np.ndenumerate(slips)
        if count
    ]
    right = int(np.trace(counts))
    axes.set_title(f"{right} of {len(labels)} read rightly")
    picture.alt = (
        f"What was meant, down, against what was read, across: {right} of {len(labels)} on the "
        f"diagonal{'; beside it ' + ', '.join(wrong) if wrong else ''}."
    )
    return picture


def _article(digit: int) -> str:
    return f"{'an' if digit == 8 else 'a'} {digit}"


@_styled
@validation.checked(
    digits=_some_digits,
    said=validation.whole_numbers(0, 9),
    most=validation.whole(0),
    columns=validation.whole(1, 30),
)
def wrong_digits(digits, said, most: int = 12, columns: int = 6) -> Picture:
    """The digits that the network reads wrongly, with what it read and what was meant.

    Parameters
    ----------
    digits : the digits it was shown.
    said : (m,) what it read, from `training.predict`.
    most : how many to draw; the text gives the count of all.
    """
    said = np.asarray(said)
    if said.shape != digits.labels.shape:
        raise ValueError(f"said: expected {len(digits)} readings, received shape {said.shape}")
    wrong = np.flatnonzero(said != digits.labels)
    shown = digits[wrong[:most]]
    pairs = [(int(s), int(t)) for s, t in zip(said[wrong[:most]], shown.labels, strict=True)]
    titles = [f"read {s}\nmeant {t}" for s, t in pairs]
    picture = _grid(shown.images, titles, columns, cmap="gray_r", vmin=0, vmax=1)
    count = f"{len(wrong)} of {len(digits)} digits are read wrongly"
    picture.suptitle(count)
    listed = ", ".join(f"{_article(t)} read as {s}" for s, t in pairs)
    more = " and others" if len(wrong) > most else ""
    picture.alt = f"{count}{': ' + listed + more if pairs else ''}."
    return picture


@_styled
@validation.checked(
    w_1=validation.array(64, "n_1"), columns=validation.whole(1, 30), most=validation.whole(1)
)
def weight_pictures(w_1, columns: int = 8, most: int = 32) -> Picture:
    """The weights into each neuron of the first layer, drawn over the 8 × 8 pixels they look at.

    Parameters
    ----------
    w_1 : (64, n_1) the weights of layer 1.
    """
    w_1 = np.asarray(w_1)
    if w_1.ndim != 2 or w_1.shape[0] != 64:
        raise ValueError(f"weight_pictures: expected shape (64, n_1), received {w_1.shape}")
    images = w_1.T[:most].reshape(-1, 8, 8)
    size = float(np.abs(images).max()) or 1.0
    # Purple and orange, light at 0: not red and green.
    picture = _grid(
        images, [str(j + 1) for j in range(len(images))], columns, cell=1.1, cmap="PuOr_r",
        vmin=-size, vmax=size, bar="− ink is against,  + ink is for",
    )  # fmt: skip
    picture.alt = (
        f"The weights into {len(images)} of {w_1.shape[1]} neurons of the first layer, each as a "
        f"picture of 8 × 8; the largest is {_say(size)} in size. Purple is below 0, orange above."
    )
    return picture


def _grid(images, titles, columns, bar="", cell=1.5, **options) -> Picture:
    """Small pictures in rows, with their titles and perhaps one colour bar for all."""
    rows = max(1, math.ceil(len(images) / columns))
    lines = max((title.count("\n") + 1 for title in titles), default=1)
    picture, cells = _picture(
        cell * columns + (1.2 if bar else 0), (cell - 0.1 + 0.35 * lines) * rows + 0.4,
        rows=rows, columns=columns, squeeze=False,
    )  # fmt: skip
    image = None
    for axes in cells.flat:
        axes.set_axis_off()
    for axes, pixels, title in zip(cells.flat, images, titles, strict=False):
        image = axes.imshow(pixels, interpolation="nearest", **options)
        axes.set_title(title, fontsize=15)
    if bar and image is not None:
        picture.colorbar(image, ax=cells, label=bar)
    return picture
