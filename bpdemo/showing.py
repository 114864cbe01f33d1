"""Where what a cell says goes: under a notebook's cell, onto a page, or to print."""

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar

from bpdemo import validation

__all__ = ["show", "shown_by"]

_page: ContextVar[Callable[[str], None] | None] = ContextVar("_page", default=None)


@contextlib.contextmanager
@validation.checked(page=validation.function)
def shown_by(page: Callable[[str], None]) -> Iterator[None]:
    """While this lasts, `show` gives the HTML to this function."""
    token = _page.set(page)
    try:
        yield
    finally:
        _page.reset(token)


def show(html: str, text: str) -> None:
    """Show this where the reader looks: as HTML where HTML can be shown, else as text."""
    if (page := _page.get()) is not None:
        page(html)
        return
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        get_ipython = None
    if get_ipython is None or get_ipython() is None:
        print(text)
    else:
        display({"text/html": html, "text/plain": text}, raw=True)
