"""Learning and its cost: losses over epochs, and sizes in powers of ten."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import ticker

from bpdemo import validation
from bpdemo.figures.base import BLACK, LINES, Picture, framed, say, styled

__all__ = ["log_lines", "loss_curve"]


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


@styled
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
    curves = [("training", loss, LINES[0])]
    if held_out is not None:
        held_out = np.asarray(held_out, dtype=float)
        if held_out.shape != loss.shape:
            raise ValueError(
                f"held_out: expected {len(loss)} held-out losses, one per record; "
                f"received shape {held_out.shape}"
            )
        curves.append((name, held_out, LINES[1]))

    picture, axes = framed()
    said = []
    for label, value, (colour, style, marker) in curves:
        finite = np.isfinite(value)
        axes.plot(
            epoch[finite], value[finite], color=colour, linestyle=style, marker=marker,
            markevery=max(1, len(epoch) // 12), label=label,
        )  # fmt: skip
        shown = value[finite]
        said.append(f"{label} from {say(shown[0])} to {say(shown[-1])}" if len(shown) else label)
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


@styled
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
    picture, axes = framed()
    styles = (*LINES, (BLACK, "-", "v"), ("#996600", "--", "P"))
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
