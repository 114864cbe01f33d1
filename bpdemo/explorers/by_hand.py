"""A network with small whole numbers and blanks: the learner works it out with pencil and paper."""

import secrets
from collections import Counter
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from bpdemo import by_hand, losses, network, record
from bpdemo.by_hand import LEVELS, SLIPS, Sheet, shown, written
from bpdemo.diagrams import Sketch, label, table, words
from bpdemo.diagrams import network as network_picture
from bpdemo.explorers.controls import Control, blank, choice, kept, press
from bpdemo.explorers.explorer import Explorer

__all__ = ["ByHand"]

_TWICE = 2
"""So often the same slip, and the next network practises just that."""


class _Notes(NamedTuple):
    """What is kept of a learner's way through the networks, besides the numbers.

    last : the blank that was filled in last; `shown`, whether "Show me one step" did it.
    missed : the blanks of this network that weren't right at the first try.
    slips : how often each slip was made; `practise`, the one that this network is for.
    """

    last: str = ""
    shown: bool = False
    missed: frozenset[str] = frozenset()
    slips: Mapping[str, int] = Counter()
    practise: str = ""

    @classmethod
    def read(cls, kept: tuple[str, ...]) -> "_Notes":
        """From the words that are kept; those that say nothing are passed over."""
        found: dict[str, list[str]] = {}
        for word in kept:
            kind, _, rest = word.partition(":")
            found.setdefault(kind, []).append(rest)
        last = (found.get("last") or found.get("shown") or [""])[-1]
        practise = (found.get("practise") or [""])[-1]
        return cls(
            last,
            "shown" in found and "last" not in found,
            frozenset(found.get("missed", ())),
            Counter(slip for slip in found.get("slip", ()) if slip in SLIPS),
            practise if practise in SLIPS else "",
        )

    @property
    def kept(self) -> tuple[str, ...]:
        """The words that say this."""
        last = [f"{'shown' if self.shown else 'last'}:{self.last}"] * bool(self.last)
        slips = [f"slip:{slip}" for slip, n in self.slips.items() for _ in range(min(n, _TWICE))]
        missed = [f"missed:{name}" for name in sorted(self.missed)]
        return (*last, *missed, *slips, *[f"practise:{self.practise}"] * bool(self.practise))

    @property
    def next(self) -> str:
        """The slip that the next network is to practise, if any was made twice."""
        return next((slip for slip, n in self.slips.items() if n >= _TWICE), "")


class ByHand(Explorer):
    """A drawn network with blanks for z, a and the gradients; each blank answers at once.

    ``level`` is one of `bpdemo.by_hand.LEVELS`. Wrong numbers are told by the slip that gives them,
    and after the same slip twice the next network practises just that.
    """

    title = "By hand: fill in the blanks."
    question = (
        "Look at the signs alone: which sign will ∂ℒ/∂w¹ have "
        "(in a wider layer, ∂ℒ/∂w¹₁₁, that of the first weight)?"
    )
    choices = ("+", "−", "it is 0")
    answer = (
        "Along one path the gradient is a product, so each negative factor flips its sign; where "
        "paths join, the larger share decides. A ReLU that is off makes it 0."
    )

    def controls(self) -> dict[str, Control]:
        titles = {level.title: name for name, level in LEVELS.items()}
        made = {
            "level": choice(titles, "chain"),
            "number": press(1, label="New network"),
            "step": press(0, label="Show me one step"),
        }
        made |= {
            name: blank(label=_said(name)) for level in LEVELS for name in by_hand.names_of(level)
        }
        return made | {"notes": kept()}

    def limits(self, s: SimpleNamespace) -> Mapping[str, Mapping[str, Any]]:
        there = by_hand.names_of(s.level)
        return {n: {"hidden": n not in there} for n, c in self._controls.items() if _is_blank(c)}

    def _open(self, settings):
        return list(by_hand.names_of(settings["level"]))

    @staticmethod
    def exercise(s: SimpleNamespace) -> Sheet:
        """The network of these settings."""
        return by_hand.make(s.level, s.number, _Notes.read(s.notes).practise)

    @staticmethod
    def filled(s: SimpleNamespace) -> dict[str, float]:
        """What stands in the blanks of this level so far."""
        found = {name: getattr(s, name) for name in by_hand.names_of(s.level)}
        return {name: value for name, value in found.items() if value is not None}

    # What a hand does.

    def moved(self, name: str, s: SimpleNamespace) -> Mapping[str, Any]:
        notes = _Notes.read(s.notes)
        if name in ("level", "number"):
            return self._begun(name, s, notes)
        if name == "step":
            return self._shown(s, notes)
        if not _is_blank(self._controls[name]):
            return {}
        value, exercise = getattr(s, name), self.exercise(s)
        if value is None or name not in exercise.blanks:
            return {"notes": notes._replace(last="").kept}
        answer = exercise.answer(name, value)
        slips = Counter(notes.slips)
        slips.update(answer.slips)
        missed = notes.missed | ({name} if not answer.right else set())
        return {"notes": notes._replace(last=name, shown=False, missed=missed, slips=slips).kept}

    def _begun(self, name: str, s: SimpleNamespace, notes: _Notes) -> dict[str, Any]:
        """Empty blanks; and after a press, another network, which practises what went wrong."""
        empty = {n: None for n, c in self._controls.items() if _is_blank(c)}
        if name == "level":
            return {**empty, "notes": _Notes(slips=notes.slips, practise=notes.practise).kept}
        practise = notes.next
        slips = {slip: n for slip, n in notes.slips.items() if slip != practise}
        number = s.number
        if number == self._start["number"] + 1:
            # A fresh kernel shows the same first network every time; from there on nobody knows.
            number += secrets.randbelow(10**8)
            number += by_hand.make(s.level, number, practise).given == self.exercise(s).given
        return {**empty, "number": number, "notes": _Notes(slips=slips, practise=practise).kept}

    def _shown(self, s: SimpleNamespace, notes: _Notes) -> dict[str, Any]:
        """One step: of the blank that was wrong last, or else of the first that isn't right."""
        exercise, filled = self.exercise(s), self.filled(s)
        open_ones = [n for n, b in exercise.blanks.items() if not _is_right(b, filled.get(n))]
        if not open_ones:
            return {}
        name = notes.last if notes.last in open_ones else open_ones[0]
        notes = notes._replace(last=name, shown=True, missed=notes.missed | {name})
        return {name: exercise.blanks[name].right, "notes": notes.kept}

    def _hand(self, values, *args) -> None:
        before = self._count(SimpleNamespace(**self._settings))
        super()._hand(values, *args)
        right, total, first = self._count(SimpleNamespace(**self._settings))
        if right == total > before[0] and set(values) - {"level", "number"}:
            level = self._settings["level"]
            done = record.noted("by hand").get(level, {}).get("networks", 0)
            came = {"networks": done + 1, "blanks": total, "first try": first}
            record.note("by hand", level, came)

    def _count(self, s: SimpleNamespace) -> tuple[int, int, int]:
        """How many blanks are right, how many there are, how many were right at the first try."""
        exercise, filled = self.exercise(s), self.filled(s)
        missed = _Notes.read(s.notes).missed & set(exercise.blanks)
        right = sum(_is_right(b, filled.get(n)) for n, b in exercise.blanks.items())
        return right, len(exercise.blanks), len(exercise.blanks) - len(missed)

    # What it says.

    def verdict(self, s: SimpleNamespace) -> tuple[bool | None, str]:
        exercise, filled, notes = self.exercise(s), self.filled(s), _Notes.read(s.notes)
        right, total, first = self._count(s)
        if right == total:
            return True, (
                f"All {total} are right, {first} of them at the first try. "
                f"Press “New network” for another.{_next(notes)}"
            )
        if notes.last not in filled:
            about = SLIPS[exercise.practise].about if exercise.practise else ""
            practises = f"This one practises {about}. " if about else ""
            return None, (
                f"{practises}Take a pencil, and fill in the blanks in any order; "
                f"{written(next(iter(exercise.blanks)))} is a good start. Enter goes on to the "
                "next."
            )
        name, value = notes.last, filled[notes.last]
        if notes.shown and exercise.blanks[name].is_right(value):
            return None, f"One step: {exercise.blanks[name].step}."
        answer = exercise.answer(name, value, filled)
        if answer.right:
            return True, answer.says
        return False, f"{_said(name) or label(name)} = {shown(value)}? {answer.says}{_next(notes)}"

    def lapsed(self, before, now):
        return (before.level, before.number) != (now.level, now.number)

    @classmethod
    def _first(cls, s: SimpleNamespace) -> str:
        """The blank of the first weight's gradient."""
        return next(name for name in by_hand.names_of(s.level) if name.startswith("dL_dw1"))

    def judge(self, before, now):
        name, exercise = self._first(now), self.exercise(now)
        if not _is_right(exercise.blanks[name], self.filled(now).get(name)):
            return None
        right = exercise.blanks[name].right
        return 0 if right > 0 else 1 if right < 0 else 2

    def tell(self, before, now):
        name = self._first(now)
        right = self.exercise(now).blanks[name].right
        way = "smaller" if right > 0 else "larger"
        then = f"gradient descent makes {label(name[4:])} {way}" if right else "it stays as it is"
        return f"{label(name)} = {shown(right)}: {then}."

    # What it looks like.

    def marks(self, s):
        blanks, filled = self.exercise(s).blanks, self.filled(s)
        right = {name: blanks[name].is_right(value) for name, value in filled.items()}
        return {
            "good": [name for name, good in right.items() if good],
            "bad": [name for name, good in right.items() if not good],
        }

    def _marks(self, settings):
        # What was filled in last is told below; a new network changes everything.
        return super()._marks(settings) | {"held": [], "changed": []}

    def panels(self, s: SimpleNamespace) -> list:
        exercise, filled = self.exercise(s), self.filled(s)
        texts = dict.fromkeys(exercise.blanks, ("?", ""))
        texts |= {
            name: (_typed(value), "✓" if exercise.blanks[name].is_right(value) else "✗")
            for name, value in filled.items()
        }
        texts |= {name: (shown(value), "") for name, value in exercise.given.items()}
        rows = [_network(exercise, texts)]
        if exercise.kind.m > 1:
            rows.append(_examples(exercise, texts))
        says = f"{exercise.kind.says} δ is ∂ℒ/∂z."
        if exercise.kind.loss == "squared_difference":
            return [*rows, words([says], size=15)]
        shares = "; ".join(_shares(gap) for gap in by_hand.SHARES)
        line = words([says, f"Two shares, by how far apart the two a are: {shares}."], size=15)
        return [*rows, [_classes(texts).by(1, 300), line.by(2, 320)]]


def _is_blank(control: Control) -> bool:
    return control.kind == "blank"


def _is_right(one: by_hand.Blank, value: float | None) -> bool:
    return value is not None and one.is_right(value)


def _next(notes: _Notes) -> str:
    if not notes.next:
        return ""
    return f" That slip was made twice: the next network practises {SLIPS[notes.next].about}."


def _said(name: str) -> str:
    """What a screen reader calls a blank, where its name alone wouldn't do; else ""."""
    base, _, example = name.partition("_e")
    if example:
        return f"{label(base)} of example {example}"
    entry = name.removeprefix("dL_dw").partition("_")[2]
    if name.startswith("dL_dw") and len(entry) == 2:
        return f"{label(name)} (row {entry[0]}, column {entry[1]})"
    return ""


def _typed(value: float) -> str:
    """A number as a hand wrote it, to four decimals where there is room."""
    text = f"{round(value, 4) + 0.0:.4f}".rstrip("0").rstrip(".")
    return (text if len(text) <= 8 else f"{value:.0f}").replace("-", "\N{MINUS SIGN}")


def _network(exercise: Sheet, texts) -> Sketch:
    """The network; with several examples, its weights alone."""
    kind = exercise.kind
    trace = network.forward(
        exercise.x, list(exercise.w), activation=list(kind.activation), b=exercise.b
    )
    grad = network.backward(trace, exercise.y, kind.loss)
    # The numbers themselves are all written by `texts`.
    squared = kind.loss == "squared_difference"
    return network_picture(
        trace, grad, y=exercise.y[0] if squared and kind.m == 1 else None,
        loss=0.0 if squared else None, with_b=kind.bias, with_z=kind.m == 1,
        with_delta=kind.m == 1, written=texts, bare=kind.m > 1,
    )  # fmt: skip


def _examples(exercise: Sheet, texts) -> Sketch:
    """A row of numbers for each example: the way forward, and the way back."""
    forward = ["x", "z1", "a1", "z2", "a2", "y"]
    back = ["dL_da2", "dL_dz2", "dL_da1", "dL_dz1", "dL_da0"]
    heads = ["x", "z^1", "a^1", "z^2", "a^2", "y",
             "∂ℒ/∂a^2", "δ^2", "∂ℒ/∂a^1", "δ^1", "∂ℒ/∂a^0"]  # fmt: skip
    rows = []
    for e in range(1, exercise.kind.m + 1):
        names = [f"{name}_e{e}" for name in forward + back]
        values, marks = zip(*(texts[name] for name in names), strict=True)
        rows.append((f"example {e}", values, "f-ink", names, marks))
    return table(heads, rows, label_width=100)


def _classes(texts) -> Sketch:
    """The share of each class, and its label."""
    rows = []
    for j in (1, 2):
        names = [f"p_{j}", f"y{j}"]
        values, marks = zip(*(texts[name] for name in names), strict=True)
        rows.append((f"output {j}", values, "f-ink", names, marks))
    return table(["p", "y"], rows, label_width=100)


def _shares(gap: int) -> str:
    """The two shares of logits so far apart, to two decimals."""
    more, less = losses.softmax(np.array([float(gap), 0.0]))
    return f"{f'{gap} apart' if gap else 'equal'}, {more:.2f} and {less:.2f}"
