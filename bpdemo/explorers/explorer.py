"""The base of all explorers: named controls, and a pure function from their values to a picture.

Nothing here knows of widgets or of a kernel. `receive` takes what a hand did, as a plain message,
and returns all that a page shows; in a notebook `bpdemo.explorers.view` carries both.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from html import unescape
from types import SimpleNamespace
from typing import Any, ClassVar

from bpdemo import diagrams, record, validation
from bpdemo.diagrams import label, number
from bpdemo.diagrams.base import BLANKS, STYLE, quoted
from bpdemo.explorers.controls import Control

__all__ = ["Explorer", "numbers_of", "went"]

_VALUE = re.compile(r'<text[^>]* data-value="([^"]+)"[^>]*>([^<]*)')


def numbers_of(svg: str) -> list[tuple[str, str]]:
    """Every number of a picture: the quantity that it is said to be, and what is shown."""
    return [(unescape(name), unescape(shown)) for name, shown in _VALUE.findall(svg)]


class Explorer:
    """The base of all explorers.

    A subclass says what can be set (`controls`) and what it looks like (`panels`, rows of panels
    from the values); the rest is here. A control that has the name of a quantity in the picture
    can be set there.

    Keyword arguments set the controls' first values by name; Reset returns to these.

    Raises
    ------
    TypeError : an unknown name, or a value of another type.
    ValueError : a value that the control can't have.
    """

    front = "explorer"
    """Which front end shows it on a page."""

    title = ""

    question = ""
    """What to guess before the first move."""

    choices: tuple[str, ...] = ()
    """The guesses to choose from."""

    answer = ""
    """Why it is so: told when the guess has been tried, and to a reader without a kernel."""

    still: ClassVar[dict[str, Any]] = {}
    """What is set otherwise in the still picture: where the start is empty, it says more later."""

    def __init__(self, **start):
        self._controls = self.controls()
        self._refuse_unknown(type(self).__name__, start, TypeError)
        self._start = {
            name: control.checked(name, start.get(name, control.value))
            for name, control in self._controls.items()
        }
        self._given = frozenset(start)
        self._made_with = self._fitting(self._start)
        self._settings = dict(self._made_with)
        self._numbered = [n for n, c in self._controls.items() if c.is_number]
        self._blanks = [n for n, c in self._controls.items() if c.kind == "blank"]
        self._picks = {term: n for n, c in self._controls.items() for term in c.picks}
        self._held: tuple[str, ...] = ()
        self._changed: tuple[str, ...] = ()
        self._lit: tuple[str, ...] = ()
        self._guess: dict[str, Any] = {}
        self._last: tuple[Any, Any, Any] = (None, None, None)
        self.front_end = None

    # What a subclass says.

    def controls(self) -> dict[str, Control]:
        """The controls by name, in the order in which they stand."""
        raise NotImplementedError

    def panels(self, s: SimpleNamespace) -> Iterable:
        """Rows of panels; `s` has the controls' values by name."""
        raise NotImplementedError

    def limits(self, s: SimpleNamespace) -> Mapping[str, Mapping[str, Any]]:
        """What the settings change of the controls: ``{"step": {"high": 9}, "w4": {"hidden": …}}``.

        `s` has the values as a hand set them, perhaps outside of these limits.
        """
        return {}

    def moved(self, name: str, s: SimpleNamespace) -> Mapping[str, Any]:
        """What else is set when a hand sets this control."""
        return {}

    def marks(self, s: SimpleNamespace) -> Mapping[str, Iterable[str]]:
        """The quantities that are marked as "operand" or "target"."""
        return {}

    def judge(self, before: SimpleNamespace, now: SimpleNamespace) -> int | None:
        """Which of `choices` came true, from the settings then to those now; None for not yet."""
        return None

    def tell(self, before: SimpleNamespace, now: SimpleNamespace) -> str:
        """What happened since the guess, in numbers."""
        return ""

    def lapsed(self, before: SimpleNamespace, now: SimpleNamespace) -> bool:
        """Whether the guess no longer belongs to what is shown, so that another can be made."""
        return False

    def verdict(self, s: SimpleNamespace) -> tuple[bool | None, str]:
        """What to say below the picture, and whether something is right; "" for nothing."""
        return None, ""

    # What every explorer has.

    @property
    def settings(self) -> dict[str, Any]:
        """The whole state, as a plain dict; assign one, or a part of one, to restore it.

        A value beyond what the other settings allow becomes the nearest that they do.
        """
        return dict(self._settings)

    @settings.setter
    def settings(self, values: Mapping[str, Any]) -> None:
        validation.instance(Mapping, "a dict of settings by name")("settings", values)
        self._refuse_unknown("settings", values)
        kept = {name: self._controls[name].checked(name, value) for name, value in values.items()}
        self._settings = self._fitting({**self._settings, **kept})
        self._held = self._changed = ()
        self._show()

    @validation.checked(name=validation.string)
    def move(self, name: str, value: Any) -> None:
        """Set one control as a hand does: the picture marks it, and what changed with it.

        Raises ValueError or TypeError for an unknown name or a value that it can't have.
        """
        self._refuse_unknown("name", [name])
        self._hand({name: self._controls[name].checked(name, value)})
        self._show()

    @validation.checked(names=validation.string)
    def reset(self, *names: str) -> None:
        """Back to the values the explorer was made with: all, the guess too, or those named.

        Raises ValueError for an unknown name.
        """
        self._restart(names)
        self._show()

    def _restart(self, names: Sequence[str]) -> None:
        self._refuse_unknown("names", names)
        if not names:
            self._guess = {}
        back = {name: self._start[name] for name in names or self._start}
        self._settings = self._fitting({**self._settings, **back})
        self._held = self._changed = ()

    @validation.checked(names=validation.string)
    def point_at(self, *names: str) -> "Explorer":
        """Light these quantities up wherever they are shown, from the start; returns the explorer.

        Raises ValueError where the picture has no quantity of that name.
        """
        shown = self.svg(styled=False)
        for name in names:
            if f'data-term="{quoted(name)}"' not in shown:
                raise ValueError(
                    f"names: expected quantities that {type(self).__name__} shows, "
                    f"received {name!r}"
                )
        self._lit = names
        self._show()
        return self

    @validation.checked(width=validation.real(above=0, most=10_000))
    def svg(self, width: float = diagrams.WIDTH, *, styled: bool = True, **changed) -> str:
        """The picture of the present settings, computed afresh; complete if `styled`.

        With `changed`, the picture as it would be if these settings were changed.
        """
        settings = self._settings
        if changed:
            self._refuse_unknown("svg", changed, TypeError)
            changed = {name: self._controls[name].checked(name, v) for name, v in changed.items()}
            settings = self._fitting({**settings, **changed})
        return self._drawn(settings, width, styled=styled)

    def still_svg(self, width: float = diagrams.WIDTH) -> str:
        """The picture that stands still: where the start says little, it says more later."""
        later = {n: v for n, v in self.still.items() if n not in self._given}
        return self.svg(width, **later)

    @property
    def alt(self) -> str:
        """The text alternative of the present picture."""
        return diagrams.Drawing(self.svg(styled=False)).alt

    @property
    def limited(self) -> dict[str, Control]:
        """The controls as they are now, with the bounds that the settings give them."""
        limits = self.limits(SimpleNamespace(**self._settings))
        return {n: c.limited(limits.get(n, {})) for n, c in self._controls.items()}

    def _refuse_unknown(self, where: str, names: Iterable[str], error=ValueError) -> None:
        """Raise `error` where one of the names is no control's."""
        unknown = [name for name in names if name not in self._controls]
        if unknown:
            raise error(
                f"{where}: expected controls, {', '.join(self._controls)}; "
                f"received {', '.join(map(str, unknown))}"
            )

    def _fitting(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """The settings, each cut to what the others allow."""
        limits = self.limits(SimpleNamespace(**settings))
        return {
            name: self._controls[name].limited(limits.get(name, {})).nearest(value)
            for name, value in settings.items()
        }

    def _laid(
        self, settings: Mapping[str, Any], width: float
    ) -> tuple[diagrams.Composition, dict[str, str]]:
        """The picture before its marks, and its numbers by quantity.

        The last one is kept: a move asks for it again and again.
        """
        key = (tuple(settings.items()), width)
        if key != self._last[0]:
            picture = diagrams.lay(self.panels(SimpleNamespace(**settings)), self.title, width)
            # A weight is +0.8 on its edge and 0.8 in a formula.
            shown = {name: text.removeprefix("+") for name, text in numbers_of(picture.body)}
            self._last = (key, picture, shown)
        return self._last[1:]

    def _marks(self, settings: Mapping[str, Any]) -> dict[str, list[str]]:
        """The quantities that wear each mark."""
        own = {mark: list(names) for mark, names in self.marks(SimpleNamespace(**settings)).items()}
        changed = [name for name in self._changed if name not in self._held]
        return own | {"held": list(self._held), "changed": changed, "lit": list(self._lit)}

    def _open(self, settings: Mapping[str, Any]) -> list[str]:
        """The blanks that there are with these settings, in the order to fill them in."""
        limits = self.limits(SimpleNamespace(**settings)) if self._blanks else {}
        return [n for n in self._blanks if not limits.get(n, {}).get("hidden")]

    def _drawn(self, settings, width, *, styled=True, live=False, marks=None) -> str:
        picture, _ = self._laid(settings, width)
        return picture.svg(
            styled,
            marks=self._marks(settings) if marks is None else marks,
            controls=self._numbered,
            picks=self._picks,
            blanks=self._open(settings),
            live=live,
        )

    def _hand(self, values: Mapping[str, Any], width: float = diagrams.WIDTH) -> None:
        """Set what a hand set, with what follows; remember what moved and what changed with it."""
        _, before = self._laid(self._settings, width)
        settings = {**self._settings, **values}
        for name in values:
            settings |= self.moved(name, SimpleNamespace(**settings))
        settings = self._fitting(settings)
        if settings == self._settings:
            return
        self._settings = settings
        _, after = self._laid(settings, width)
        self._held = tuple(values)
        self._changed = tuple(n for n, shown in after.items() if before.get(n, shown) != shown)

    # The guess.

    def guess(self, choice: int) -> None:
        """Choose a guess, by its place in `choices`; the next moves will tell.

        Raises ValueError where there is no such choice.
        """
        validation.whole(0)("choice", choice)
        if choice not in range(len(self.choices)):
            raise ValueError(f"choice: expected 0 to {len(self.choices) - 1}, received {choice}")
        self._guess = {"chosen": choice, "before": self.settings}

    def _told(self) -> dict[str, Any]:
        """The state of the guess: what was chosen, whether it came true, and in which numbers."""
        if not self._guess:
            return {"chosen": None, "right": None, "told": ""}
        before = SimpleNamespace(**self._guess["before"])
        now = SimpleNamespace(**self._settings)
        if self.lapsed(before, now):
            self._guess = {}
            return self._told()
        true = self.judge(before, now)
        if true is not None:
            right = true == self._guess["chosen"]
            # The first outcome counts; later moves only bring the numbers up to date.
            if "right" not in self._guess:
                self._guess["right"] = right
                record.note("guess", type(self).__name__, right)
            self._guess["told"] = self.tell(before, now)
        return {
            "chosen": self._guess["chosen"],
            "right": self._guess.get("right"),
            "told": self._guess.get("told", ""),
        }

    # What goes to a page, and what comes from it.

    def spec(self) -> dict[str, Any]:
        """What a page needs once: the texts and the controls, as plain data."""
        return {
            "name": type(self).__name__,
            "title": self.title,
            "question": self.question,
            "choices": list(self.choices),
            "answer": self.answer,
            # One that points at something repeats another, and its question.
            "asks": not self._lit,
            "widths": [diagrams.NARROWEST, diagrams.WIDTH],
            "controls": [
                # Reset returns to what the explorer was made with.
                {**c.described(n, label(n)), "default": c.to_page(self._start[n])}
                for n, c in self._controls.items()
            ],
        }

    def page_spec(self, notebook: str = "") -> dict[str, Any]:
        """`spec`, with the style of the pictures, and a key to keep their settings under.

        The key names the notebook, the explorer and its start.
        """
        spec = self.spec()
        start = {control["name"]: control["default"] for control in spec["controls"]}
        kept = json.dumps(start, ensure_ascii=False)
        key = f"bpdemo:{notebook}:{spec['name']}:{','.join(self._lit)}:{kept}"
        return {**spec, "key": key, "style": STYLE + BLANKS}

    def state(self, width: float = diagrams.WIDTH) -> dict[str, Any]:
        """What a page shows now, as plain data: the picture, the values, the bounds, the guess."""
        marks = self._marks(self._settings)
        right, says = self.verdict(SimpleNamespace(**self._settings))
        return {
            "svg": self._drawn(self._settings, width, styled=False, live=True, marks=marks),
            "width": width,
            "settings": {n: self._controls[n].to_page(v) for n, v in self._settings.items()},
            "limits": {
                n: {"low": c.low, "high": c.high, "hidden": c.hidden}
                for n, c in self.limited.items()
            },
            "fresh": self._settings == self._made_with,
            "operands": marks.get("operand", []),
            "target": marks.get("target", []),
            "guess": self._told(),
            "blanks": self._open(self._settings),
            "verdict": {"right": right, "says": says},
            # A verdict is said as it stands there.
            "said": "" if says else self._said(width),
        }

    def _said(self, width: float) -> str:
        """The last move in a sentence, for a screen reader."""
        held = [
            f"{self._controls[n].label or label(n)}: {self._controls[n].to_page(self._settings[n])}"
            for n in self._held
            if self._controls[n].kind in ("number", "count", "step", "choice", "switch")
        ]
        _, shown = self._laid(self._settings, width)
        also = [n for n in ("loss", *self._changed) if n in shown and n not in self._held]
        return "; ".join(held + [f"{label(n)} = {shown[n]}" for n in dict.fromkeys(also)][:6])

    @validation.checked(message=validation.instance(Mapping, "a message of a page, a dict"))
    def receive(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Do what a hand did on a page, and return the new `state`.

        Parameters
        ----------
        message : "do" is "set" (with "settings", by name, and perhaps "quiet" for a restored
            state), "reset" (with "names", or all), "guess" (with "choice") or "show"; "width" is
            the width of the picture's place.

        Raises ValueError or TypeError for what can't be.
        """
        do = validation.one_of(("set", "reset", "guess", "show"))("do", message.get("do"))
        width = validation.real()("width", message.get("width") or diagrams.WIDTH)
        width = min(max(width, diagrams.NARROWEST), diagrams.WIDTH)
        if do == "set":
            values = validation.instance(Mapping, "a dict of settings by name")(
                "settings", message.get("settings")
            )
            self._refuse_unknown("settings", values)
            values = {n: self._controls[n].from_page(n, v) for n, v in values.items()}
            if message.get("quiet"):
                self._settings = self._fitting({**self._settings, **values})
            else:
                self._hand(values, width)
        elif do == "reset":
            names = validation.each(validation.string, "the names of controls")
            self._restart(names("names", message.get("names", ())))
        elif do == "guess":
            choice: Any = message.get("choice")
            self.guess(choice)
        return self.state(width)

    def respond(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """`receive` for what really comes from a page: it never raises.

        What can't be done leaves the state as it was, with "trouble" in words. The answer has the
        "sequence" of the message, by which a page knows what is answered.
        """
        try:
            state = self.receive(message)
        # An interrupt meant for a cell must not leave the page without an answer.
        except (ValueError, TypeError, KeyError, KeyboardInterrupt) as error:
            state = self.state(message.get("width") or diagrams.WIDTH)
            state["trouble"] = str(error) or "interrupted"
        return {**state, "sequence": message.get("sequence", 0)}

    # In a notebook.

    def _show(self) -> None:
        """Bring a notebook's view up to date, where there is one."""
        if self.front_end is not None:
            self.front_end.refresh()

    def _ipython_display_(self) -> None:
        from bpdemo.explorers import view

        view.show_explorer(self)

    def _display_(self) -> Any:
        # marimo's way of asking; it shows the live view by itself.
        from bpdemo.explorers import view

        return view.live(self)


def went(what: str, before: float, now: float) -> str:
    """How a quantity changed, in words.

    >>> went("ℒ", 0.45, 0.32), went("a²", 0.5, 0.5)
    ('ℒ went from 0.450 to 0.320', 'a² stayed at 0.500')
    """
    then, after = number(before), number(now)
    return f"{what} stayed at {then}" if then == after else f"{what} went from {then} to {after}"
