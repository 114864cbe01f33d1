"""A quiz or a bug hunt in a notebook: the live view, one front end for both."""

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from bpdemo.exercises.practice import Practice
from bpdemo.explorers import view

__all__ = ["PracticeView"]

_HERE = Path(__file__).parent


class PracticeView(anywidget.AnyWidget):
    """The live view of one quiz or hunt; displayed twice, both follow each other."""

    _esm = view.front_end(_HERE / "practice.js")
    _css = _HERE / "practice.css"

    state = traitlets.Dict().tag(sync=True)

    def __init__(self, practice: Practice):
        self._practice = practice
        super().__init__(state={**practice.state(), "sequence": 0})
        self.on_msg(self._receive)

    def refresh(self) -> None:
        """Show what Python changed."""
        self.state = {**self._practice.state(), "sequence": self.state["sequence"]}

    def _receive(self, _, message: dict[str, Any], buffers) -> None:
        self.state = self._practice.respond(message)
