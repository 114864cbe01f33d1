"""A progress bar for a loop in a notebook: a bar and a line of text, nothing printed.

>>> [epoch for epoch in progress(range(3), total=3, display=None)]
[0, 1, 2]
"""

from collections.abc import Callable, Iterable, Iterator
from html import escape

import IPython.display
import ipywidgets

from bpdemo import validation

__all__ = ["Progress", "progress"]


class Progress(ipywidgets.HBox):
    """The bar. `progress` makes one, shows it and moves it.

    Its text form never changes, so a notebook run again has the same output.
    """

    def __init__(self, total: int):
        self.total = total
        self.bar = ipywidgets.IntProgress(min=0, max=max(1, total))
        self.line = ipywidgets.HTML()
        super().__init__([self.bar, self.line])

    def move(self, done: int, text: str) -> None:
        """Show that `done` of `total` are done, with a line of text beside the bar."""
        self.bar.value = done
        self.line.value = f'<span role="status">{escape(text)}</span>'

    def end(self, ok: bool) -> None:
        """Colour the bar for the end, good or bad; the text says which."""
        self.bar.bar_style = "success" if ok else "danger"

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        return {**bundle, "text/plain": f"A progress bar, 0 to {self.total}"}


@validation.checked(
    iterable=validation.instance(Iterable, "something to go through"),
    total=validation.whole(0),
    text=validation.function,
    display=validation.optional(validation.function),
)
def progress(
    iterable: Iterable,
    total: int,
    text: Callable[[object], str] = str,
    display: Callable | None = IPython.display.display,
) -> Iterator:
    """Go through `iterable` and show how far it is.

    Parameters
    ----------
    iterable : whatever makes the items, such as ``training.descend(…)``.
    total : how many steps there are, for the bar; `descend` makes one record more, its start.
    text : says in a line what an item brought; by default the item's own text.
    display : shows the bar; None shows nothing.

    The bar turns red if the loop fails, is left early, or its last item says ``diverged``.
    """
    bar = Progress(total)
    if display is not None:
        display(bar)
    diverged = done_all = False
    try:
        for count, item in enumerate(iterable, start=1):
            diverged = getattr(item, "diverged", False)
            bar.move(min(getattr(item, "epoch", count), total), text(item))
            yield item
        done_all = True
    finally:
        bar.end(ok=done_all and not diverged)
