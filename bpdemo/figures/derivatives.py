"""Curves with their derivatives, and the error of a measured derivative."""

from collections.abc import Mapping, Sequence

import numpy as np

from bpdemo import activations, validation
from bpdemo.figures.base import BLACK, BLUE, LINES, ORANGE, Picture, framed, say, styled

__all__ = ["curves", "sigma_and_derivative", "u_curve"]


@styled
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
    curves = [("forward difference", forward_error, LINES[1])]
    if central_error is not None:
        curves.append(("central difference", central_error, LINES[0]))
    if complex_error is not None:
        curves.append(("complex step", complex_error, LINES[2]))

    picture, axes = framed()
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
            f"{say(error[i]) if error[i] > 1e-15 else 'under 1e−15'} at h = {say(h[i])}"
            for i in (h.argmax(), h.argmin())
        ]
        said.append(f"{label} {', '.join(ends)}")
    for row in ceilings:
        if row.shape != h.shape:
            raise ValueError(f"ceilings: expected rows of shape {h.shape}, received {row.shape}")
    for ceiling, of, (colour, *_), style in zip(
        ceilings, ("forward", "central"), (LINES[1], LINES[0]), (":", (0, (6, 2))), strict=False
    ):
        axes.plot(h, ceiling, color=colour, linestyle=style, linewidth=2, label=f"{of}, predicted")
    for step, (colour, style, _) in zip(best, (LINES[1], LINES[0]), strict=False):
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
        picture.alt += f" Best steps as predicted: {', '.join(say(step, 2) for step in best)}."
    return picture


@styled
@validation.checked(span=validation.interval)
def sigma_and_derivative(activation="sigmoid", span: tuple[float, float] = (-6.0, 6.0)) -> Picture:
    """An activation σ(z) and, below it, its derivative σ′(z), over the same z."""
    sigma = activations.get(activation)
    z = np.linspace(*span, 601)
    a, da_dz = sigma(z), sigma.derivative(z)
    for kink in sigma.kinks:  # σ′ jumps there: no line across
        da_dz = np.where(np.abs(z - kink) < 1e-9, np.nan, da_dz)

    picture, (top, bottom) = framed(9, 6.5, rows=2, sharex=True)
    top.plot(z, a, color=BLUE, label="$\\sigma(z)$")
    bottom.plot(z, da_dz, color=ORANGE, linestyle="--", label="$\\sigma'(z)$")
    top.set(ylabel="$a = \\sigma(z)$", title=f"{sigma.name.replace('_', ' ')} and its derivative")
    bottom.set(xlabel="z", ylabel="$\\sigma'(z)$")
    bottom.set_ylim(min(0, np.nanmin(da_dz)) - 0.05, max(np.nanmax(da_dz) * 1.15, 0.1))
    for axes in (top, bottom):
        axes.axvline(0, color=BLACK, linewidth=1)
    largest = int(np.nanargmax(da_dz))
    ends = f"at z = {say(z[0])} it is {say(da_dz[0])}, at z = {say(z[-1])} {say(da_dz[-1])}"
    picture.alt = (
        f"Above, {sigma.name}: from {say(a[0])} at z = {say(z[0])} to {say(a[-1])} "
        f"at z = {say(z[-1])}. Below, its derivative: {ends}; "
        f"its largest value is {say(da_dz[largest])}."
    )
    return picture


@styled
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
    if not 1 <= len(heights) <= len(LINES):
        raise ValueError(f"heights: expected one to {len(LINES)} curves, received {len(heights)}")
    x = np.asarray(x, dtype=float)
    picture, axes = framed()
    said = []
    for (name, values), (colour, style, marker) in zip(heights.items(), LINES, strict=False):
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
            f"{name} from {say(y[0])} to {say(y[-1])}, highest at {x_label} = {say(x[top])} "
            f"with {say(y[top])}"
        )
    axes.axvline(0, color=BLACK, linewidth=1)
    axes.axhline(0, color=BLACK, linewidth=1)
    axes.set(xlim=(x[0], x[-1]), xlabel=x_label, ylabel=y_label)
    axes.legend(loc="best")
    picture.alt = (
        f"Curves of {y_label} over {x_label} from {say(x[0])} to {say(x[-1])}: {'; '.join(said)}."
    )
    return picture
