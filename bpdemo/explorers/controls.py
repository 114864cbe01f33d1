"""What a hand can set in an explorer, as data: so any page can offer it, with a kernel or without.

A control is named after the quantity that it sets: ``w2_13`` on the picture, in the settings and
in the code. What it is called on the screen follows from the name.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bpdemo.validation import briefly

__all__ = [
    "Control",
    "blank",
    "choice",
    "count",
    "kept",
    "ink",
    "points",
    "press",
    "slider",
    "stepper",
    "switch",
]

_FAR = 1e6
"""No number that is filled in is larger."""

_WORDS, _LETTERS = 300, 60
"""So many words, so long, can be kept."""


@dataclass(frozen=True)
class Control:
    """One thing that can be set.

    Attributes
    ----------
    kind : "number", "count" (a whole number), "step" (a count that Play moves on), "choice",
        "switch", "pixels" (numbers 0 … 1 in rows), "points" (triples x, y, class), "blank" (a
        number to be filled in, in the picture; None while it is empty), "press" (a button that
        counts its presses) or "kept" (words that the explorer keeps for itself, never offered).
    value : what it is at the start.
    label : its name on the screen; "" for the one that follows from its name.
    low, high : the range of a number; `step` is one press of an arrow key.
    log : the step multiplies by 10^step instead.
    choices : from what is shown to what is meant.
    fold : it has its place in the picture, so its slider may be folded away.
    group : sliders of one group stand together.
    picks : from quantities of the picture to what pressing one chooses here.
    columns : how many squares a row of "pixels" has.
    pace : milliseconds between two steps of Play; `stride`, how many steps at once.
    hidden : there is nothing to set just now.
    """

    kind: str
    value: Any
    label: str = ""
    low: float = 0.0
    high: float = 1.0
    step: float = 1.0
    log: bool = False
    choices: Mapping[str, Any] = field(default_factory=dict)
    fold: bool = False
    group: str = ""
    picks: Mapping[str, Any] = field(default_factory=dict)
    columns: int = 0
    pace: int = 900
    stride: int = 1
    hidden: bool = False

    @property
    def is_number(self) -> bool:
        """Whether it is set to a number between `low` and `high`."""
        return self.kind in ("number", "count", "step")

    def checked(self, name: str, value: Any) -> Any:
        """The value as it is kept.

        Raises
        ------
        ValueError or TypeError : it isn't one that this control can have; the message names it.
        """
        if self.is_number:
            return self._number(name, value)
        if self.kind == "switch":
            if not isinstance(value, bool | int) or value not in (0, 1):
                raise TypeError(f"{name}: expected True or False, received {value!r}")
            return bool(value)
        if self.kind == "choice":
            for meant in self.choices.values():
                if type(meant) is type(value) and meant == value:
                    return meant
            raise ValueError(
                f"{name}: expected one of {', '.join(map(repr, self.choices.values()))}, "
                f"received {value!r}"
            )
        if self.kind == "blank" and value is None:
            return None
        if self.kind in ("blank", "press"):
            return self._filled(name, value)
        if self.kind == "kept":
            return self._words(name, value)
        return self._numbers(name, value)

    def _filled(self, name, value):
        """A number of any size that a hand writes, or of presses."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError(f"{name}: expected a number, received {value!r}")
        if not abs(value) <= (self.high if self.kind == "press" else _FAR):
            raise ValueError(f"{name}: expected a number, no larger; received {value!r}")
        if self.kind == "blank":
            return float(value) + 0.0
        if value < 0 or value != int(value):
            raise ValueError(f"{name}: expected a whole number from 0, received {value!r}")
        return int(value)

    @staticmethod
    def _words(name, value):
        """A tuple of words."""
        if isinstance(value, str) or not isinstance(value, list | tuple):
            raise TypeError(f"{name}: expected words, received {value!r}")
        if not all(isinstance(word, str) and len(word) <= _LETTERS for word in value):
            raise TypeError(
                f"{name}: expected words of {_LETTERS} letters at most, received {briefly(value)}"
            )
        if len(value) > _WORDS:
            raise ValueError(f"{name}: expected {_WORDS} words at most, received {len(value)}")
        return tuple(value)

    def _number(self, name, value):
        if isinstance(value, bool | str | bytes):
            raise TypeError(f"{name}: expected a number, received {value!r}")
        try:
            value = float(value)
        except (TypeError, ValueError):
            raise TypeError(f"{name}: expected a number, received {value!r}") from None
        if not (self.low <= value <= self.high):
            raise ValueError(
                f"{name}: expected a number from {self.low:g} to {self.high:g}, received {value:g}"
            )
        if self.kind == "number":
            return value + 0.0  # + 0.0: no −0
        if value != int(value):
            raise ValueError(f"{name}: expected a whole number, received {value:g}")
        return int(value)

    def _numbers(self, name, value):
        """A flat tuple of inks 0 … 1, or a tuple of points (x, y, class)."""
        if isinstance(value, str | Mapping) or not hasattr(value, "__len__"):
            raise TypeError(f"{name}: expected a list of numbers, received {briefly(value)}")
        if self.kind == "pixels":
            if len(value) != len(self.value):
                raise ValueError(
                    f"{name}: expected {len(self.value)} numbers, received {len(value)}"
                )
            try:
                inside = tuple(float(v) for v in value)
            except (TypeError, ValueError):
                inside = (math.nan,)
            if not all(-1 <= v <= 1 for v in inside):
                raise ValueError(
                    f"{name}: expected numbers from -1 to 1, received {briefly(value)}"
                )
            return inside
        try:
            kept = tuple((float(u), float(v), int(label)) for u, v, label in value)
        except (TypeError, ValueError):
            kept = ((math.nan, math.nan, 0),)
        if not all(math.isfinite(u) and math.isfinite(v) for u, v, _ in kept):
            raise ValueError(
                f"{name}: expected points (x, y, class) at finite places, received {briefly(value)}"
            )
        return kept

    def nearest(self, value: Any) -> Any:
        """The value that a hand meant: cut to the range, and to a whole number where it must be."""
        if not self.is_number or not isinstance(value, int | float) or math.isnan(value):
            return value
        value = min(max(value, self.low), self.high)
        return value if self.kind == "number" else round(value)

    # A choice travels as what is shown, all else as it is: what is meant may be no JSON.

    def to_page(self, value: Any) -> Any:
        """The value as the page has it."""
        if self.kind == "choice":
            return next(s for s, m in self.choices.items() if type(m) is type(value) and m == value)
        if self.kind == "points":
            return [list(point) for point in value]
        return list(value) if isinstance(value, tuple) else value

    def from_page(self, name: str, value: Any) -> Any:
        """The value that the page sent, checked."""
        if self.kind == "choice":
            if not isinstance(value, str) or value not in self.choices:
                raise ValueError(
                    f"{name}: expected one of {', '.join(self.choices)}, received {value!r}"
                )
            return self.choices[value]
        return self.checked(name, self.nearest(value))

    def described(self, name: str, label: str) -> dict[str, Any]:
        """All that a page needs to offer it."""
        return {
            "name": name,
            "kind": self.kind,
            "label": self.label or label,
            "default": self.to_page(self.value),
            "low": self.low,
            "high": self.high,
            "step": self.step,
            "log": self.log,
            "choices": list(self.choices),
            "fold": self.fold,
            "group": self.group,
            "picks": {term: self.to_page(meant) for term, meant in self.picks.items()},
            "columns": self.columns,
            "pace": self.pace,
            "stride": self.stride,
            "hidden": self.hidden,
        }

    def limited(self, limits: Mapping[str, Any]) -> "Control":
        """The same with other bounds, or hidden."""
        return replace(self, **limits) if limits else self


def slider(
    value: float,
    low: float = -4.0,
    high: float = 4.0,
    step: float = 0.05,
    *,
    label: str = "",
    log: bool = False,
    fold: bool = True,
    group: str = "",
) -> Control:
    """A number between `low` and `high`; with `log`, both > 0 and `step` in powers of ten."""
    return Control("number", value, label, low, high, step, log, fold=fold, group=group)


def count(
    value: int, low: int, high: int, *, label: str = "", fold: bool = False, group: str = ""
) -> Control:
    """A whole number."""
    return Control("count", value, label, low, high, fold=fold, group=group)


def stepper(
    high: int, *, label: str = "step", value: int = 0, pace: int = 900, stride: int = 1
) -> Control:
    """A whole number from 0 that Play moves on, `stride` at once, every `pace` milliseconds."""
    return Control("step", value, label, 0, high, pace=pace, stride=stride)


def choice(
    options: Sequence | Mapping[str, Any],
    value: Any,
    *,
    label: str = "",
    picks: Mapping[str, Any] | None = None,
) -> Control:
    """One of a few; a mapping goes from what is shown to what is meant."""
    shown = dict(options) if isinstance(options, Mapping) else {str(v): v for v in options}
    return Control("choice", value, label, choices=shown, picks=picks or {})


def switch(value: bool = False, *, label: str = "") -> Control:
    """On or off."""
    return Control("switch", value, label)


def blank(*, label: str = "") -> Control:
    """A number that a hand fills in, in the picture: None while it is empty."""
    return Control("blank", None, label)


def press(value: int = 0, *, label: str) -> Control:
    """A button; its value goes up by one when it is pressed."""
    return Control("press", value, label, 0, 10**9)


def kept(value: Sequence[str] = ()) -> Control:
    """Words that the explorer keeps for itself, so that they are restored with the rest."""
    return Control("kept", tuple(value), hidden=True)


def ink(rows: int, columns: int, *, label: str = "") -> Control:
    """Ink that a hand adds to each of rows × columns squares: from −1, all paper, to 1, all ink."""
    return Control("pixels", (0.0,) * (rows * columns), label, -1, 1, columns=columns)


def points(value: Sequence = (), *, label: str = "") -> Control:
    """Points (x, y, class) that a hand places and moves."""
    return Control("points", tuple(value), label)
