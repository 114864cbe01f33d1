"""What a quiz and a bug hunt have in common: cards to answer, and two ways to be shown.

Nothing here knows of widgets or of a kernel. `receive` takes what a hand did, as a plain message,
and returns all that a page shows; in a notebook `bpdemo.exercises.practice_view` carries both.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from bpdemo import validation

__all__ = ["Practice", "Remark", "card", "code_html", "folded"]

WAKE = "Run this notebook (<b>Run ▸ Run All Cells</b>), and you can answer here."

_STYLE = (
    "div.bp-still pre{white-space:pre-wrap;overflow-wrap:break-word;word-break:normal;"
    "font:14px/20px monospace}"
    ".bp-still details{margin:4px 0 16px}"
    ".bp-still summary{cursor:pointer;min-height:24px}"
)


class Remark(tuple):
    """(kind, mark, says): "right", "wrong" or "none"; a mark in words; and paragraphs."""

    __slots__ = ()

    def __new__(cls, kind: str, *says: str):
        """The verdict of this kind, with its mark."""
        mark = {"right": "✓ Right.", "wrong": "✗ Not yet.", "none": "Choose first."}[kind]
        return super().__new__(cls, (kind, mark, says))


def card(
    place: int,
    name: str,
    ask: str,
    choices: Sequence[str],
    actions: Mapping[str, str],
    *,
    code: bool = False,
    chosen: int | None = None,
    verdict: Remark | None = None,
    report: str = "",
) -> dict[str, Any]:
    """One card as a page has it.

    Parameters
    ----------
    place : which of the cards; `name` says which question stands there now.
    ask : what is asked.
    choices : what can be chosen; with `code`, the lines of a program.
    actions : the buttons, from what one does to what it says.
    chosen, verdict : what was checked, and what came of it.
    report : what a gradient check said.
    """
    kind, mark, says = verdict or ("", "", ())
    return {
        "place": place,
        "name": name,
        "ask": ask,
        "code": code,
        "choices": list(choices),
        "actions": [{"does": does, "label": label} for does, label in actions.items()],
        "chosen": chosen,
        "kind": kind,
        "mark": mark,
        "says": list(says),
        "report": report,
    }


class Practice:
    """Something to answer. A subclass says what: `cards`, `do`, `still_html` and `text`."""

    front = "practice"
    """Which front end shows it on a page."""

    title = ""
    intro = ""

    def __init__(self):
        self.front_end = None

    def cards(self) -> list[dict[str, Any]]:
        """The cards as they are now; see `card`."""
        raise NotImplementedError

    def do(self, what: str, name: str, choice: int | None) -> None:
        """What a button does: on the card of this name, with this choice.

        Raises ValueError for what can't be.
        """
        raise NotImplementedError

    def still_html(self) -> str:
        """What a reader without a kernel sees, answers folded."""
        raise NotImplementedError

    def text(self) -> str:
        """The same as plain text."""
        raise NotImplementedError

    def state(self) -> dict[str, Any]:
        """All that a page shows."""
        return {"title": self.title, "intro": self.intro, "cards": self.cards()}

    @validation.checked(message=validation.instance(Mapping, "a message of a page, a dict"))
    def receive(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Do what a hand did on a page, and return the new `state`.

        Parameters
        ----------
        message : "do" is what the pressed button does, "card" the name of its card, "choice" the
            number of what is chosen there, from 0, or None.

        Raises
        ------
        ValueError : there is no such button, card or choice.
        """
        for part in ("do", "card"):
            validation.string(part, message.get(part, ""))
        choice = message.get("choice")
        if choice is not None and (isinstance(choice, bool) or not isinstance(choice, int)):
            raise ValueError(f"choice: expected a number or None, received {choice!r}")
        self.do(message.get("do", ""), message.get("card", ""), choice)
        return self.state()

    def respond(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """`receive` for what really comes from a page: it never raises.

        The answer has the "sequence" of the message, by which a page knows what is answered.
        """
        try:
            state = self.receive(message)
        # An interrupt meant for a cell must not leave the page without an answer.
        except (ValueError, KeyboardInterrupt):
            state = self.state()
        return {**state, "sequence": message.get("sequence", 0)}

    def bundle(self) -> dict[str, str]:
        """The still, as a notebook's output."""
        from bpdemo.explorers.view import still_css

        html = (
            f"<style>{still_css('.bp-practice:not(.bp-asleep)')}{_STYLE}</style>"
            f'<div class="bp-still"><p><b>{escape(self.title)}</b></p>'
            f"<p><em>{WAKE}</em></p>{self.still_html()}</div>"
        )
        return {"text/html": html, "text/plain": self.text()}

    def _ipython_display_(self) -> None:
        from bpdemo.explorers.view import publish

        publish(self.bundle(), self._display_())

    def _display_(self) -> Any:
        # marimo's way of asking; it shows the live view by itself.
        from bpdemo.exercises import practice_view

        if self.front_end is None:
            self.front_end = practice_view.PracticeView(self)
        return self.front_end

    def _show(self) -> None:
        """Bring a notebook's view up to date, where there is one."""
        if self.front_end is not None:
            self.front_end.refresh()


def folded(summary: str, html: str) -> str:
    """What opens at a press."""
    return f"<details><summary>{escape(summary)}</summary>{html}</details>"


def code_html(lines: Sequence[str], *, numbered: bool = True) -> str:
    """Lines of code or of a report; a long one goes on below."""
    shown = [f"{n:2}  {line}" for n, line in enumerate(lines, 1)] if numbered else lines
    return f"<pre>{escape(chr(10).join(shown))}</pre>"
