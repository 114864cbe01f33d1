"""An explorer in a notebook: a still picture for every reader, a live one where a kernel runs.

The front end is one file, `view.js`, for all explorers: it gives behaviour to what the picture
names (`data-control`, `data-term`), and glides from one picture to the next. The numbers come from
Python alone.
"""

import os
from html import escape
from pathlib import Path
from typing import Any

import anywidget
import traitlets
from IPython.display import publish_display_data

from bpdemo import diagrams
from bpdemo.explorers.explorer import Explorer

__all__ = ["View", "front_end", "live", "publish", "show_explorer", "still_css"]

_HERE = Path(__file__).parent
_WIDGET = "application/vnd.jupyter.widget-view+json"

_PHONE = 390

_WAKE = (
    "This picture stands still. Run this notebook (<b>Run ▸ Run All Cells</b>), "
    "and you can move it."
)


def front_end(module: Path) -> str:
    """The source of a view's module, with what every view listens to before it."""
    return (_HERE / "listen.js").read_text("utf-8") + module.read_text("utf-8")


def still_css(live: str) -> str:
    """The style by which a still (``bp-still``) and its live view share one output area.

    A still hides while its live view stands in the same output. Where the view's kernel is gone,
    ipywidgets leaves a bare line of text, "Error displaying widget": that is hidden, not the still.

    Parameters
    ----------
    live : the selector of the live view.
    """
    return (
        f".jp-OutputArea:has({live}) .bp-still{{display:none}}"
        ".jp-OutputArea:has(.bp-still) .jp-OutputArea-output.jupyter-widgets:not(:has(*))"
        "{display:none}"
    )


class View(anywidget.AnyWidget):
    """The live view of one explorer; displayed twice, both follow each other."""

    _esm = front_end(_HERE / "view.js")
    _css = _HERE / "view.css"

    spec = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)

    def __init__(self, explorer: Explorer):
        self._explorer = explorer
        self._width = diagrams.WIDTH
        super().__init__(
            spec=explorer.page_spec(os.environ.get("JPY_SESSION_NAME", "")),
            state={**explorer.state(self._width), "sequence": 0},
        )
        self.on_msg(self._receive)

    def refresh(self) -> None:
        """Show what Python changed."""
        self.state = {
            **self._explorer.state(self._width),
            "sequence": self.state["sequence"],
        }

    def _receive(self, _, message: dict[str, Any], buffers) -> None:
        self._width = message.get("width", self._width)
        self.state = self._explorer.respond({**message, "width": self._width})


def still(explorer: Explorer) -> dict[str, str]:
    """The picture that stands still, as a notebook's output: what every reader sees."""
    drawing = diagrams.Drawing(explorer.still_svg(), explorer.still_svg(_PHONE))
    answer = f"<details><summary>Why?</summary><p>{escape(explorer.answer)}</p></details>"
    html = (
        f"<style>{still_css('.bp-explorer')}</style>"
        f'<div class="bp-still"><p><em>{_WAKE}</em></p>'
        f"<p><b>Before you move:</b> {escape(explorer.question)}</p>"
        f"{drawing.html()}{answer if explorer.answer else ''}</div>"
    )
    return {"text/html": html, "text/plain": drawing.alt}


def live(explorer: Explorer) -> View:
    """The live view of an explorer, which has one."""
    if explorer.front_end is None:
        explorer.front_end = View(explorer)
    return explorer.front_end


def show_explorer(explorer: Explorer) -> None:
    """Show an explorer as a notebook's cell does: its still, and below it the live view."""
    publish(still(explorer), live(explorer))


def publish(still: dict[str, str], view: anywidget.AnyWidget) -> None:
    """Publish what stands still, as a bundle of media types, and below it the live view.

    They are two outputs. In one, a viewer would choose the live view, and show an error in its
    place once its kernel is gone; so the still is always there, and hides while it isn't needed.
    """
    publish_display_data(still)
    live = {"version_major": 2, "version_minor": 0, "model_id": view.model_id}
    publish_display_data({_WIDGET: live})
