"""Chance: throws of dice, with the normal bell on top."""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib import ticker

from bpdemo import validation
from bpdemo.figures.base import BLUE, HATCHED, Picture, framed, say, styled

__all__ = ["dice_and_bell"]


@styled
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

    picture, axes = framed(9, 4.5)
    near = np.abs(faces - mean) <= deviation
    axes.bar(faces[near], share[near], width=0.85, label="within one deviation", **HATCHED)
    axes.bar(faces[~near], share[~near], width=0.85, color="#BBBBBB", label="farther out")
    axes.plot(at, bell, color=BLUE, linewidth=4, label="the normal bell")
    axes.xaxis.set_major_locator(ticker.MaxNLocator(integer=True))
    axes.set(xlabel=f"sum of {dice} dice" if dice > 1 else "one die", ylabel="share of throws")
    axes.set_ylim(0, 1.5 * max(share.max(), bell.max()))
    axes.legend(loc="upper right", ncols=2)
    picture.alt = (
        f"{len(sums):,} throws of {dice} {'dice' if dice > 1 else 'die'}: a bar for each sum from "
        f"{faces[0]} to {faces[-1]}, the highest {share.max():.1%} at {faces[share.argmax()]}. "
        f"The bell on top has the mean {say(mean)} and the standard deviation "
        f"{say(deviation)}; {within.mean():.0%} of the throws are within one deviation."
    )
    return picture
