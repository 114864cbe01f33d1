"""Handwritten digits, what a network read for them, and the weights that look at them."""

import math
from collections.abc import Sequence

import numpy as np

from bpdemo import data, validation
from bpdemo.figures.base import Picture, framed, say, styled

__all__ = ["confusion_matrix", "digit_grid", "weight_pictures", "wrong_digits"]


def _some_digits(name: str, value) -> data.Digits:
    """At least one digit."""
    validation.instance(data.Digits, "digits of bpdemo.data")(name, value)
    if not len(value):
        raise ValueError(f"{name}: expected at least one digit, received none")
    return value


@styled
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


@styled
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

    picture, axes = framed(8, 7)
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


@styled
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


@styled
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
        f"picture of 8 × 8; the largest is {say(size)} in size. Purple is below 0, orange above."
    )
    return picture


def _grid(images, titles, columns, bar="", cell=1.5, **options) -> Picture:
    """Small pictures in rows, with their titles and perhaps one colour bar for all."""
    rows = max(1, math.ceil(len(images) / columns))
    lines = max((title.count("\n") + 1 for title in titles), default=1)
    picture, cells = framed(
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
