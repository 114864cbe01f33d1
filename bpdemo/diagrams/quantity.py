"""A quantity on a picture: its symbol and its number, in a group that says its name."""

from typing import NamedTuple

from bpdemo.diagrams.base import math_text, math_width, room, term, text, value
from bpdemo.diagrams.names import symbol

__all__ = ["Spot", "colour", "label_size", "labelled", "marked"]


def colour(name: str) -> str:
    """The class of a quantity's colour: the same in every picture.

    >>> [colour(name) for name in ("dL_dw3", "dL_da2", "a2_1", "x", "w2_13", "z3", "da_dz3")]
    ['f-grad', 'f-grad', 'f-act', 'f-act', 'f-weight', 'f-ink', 'f-ink']
    """
    if name.startswith("dL_d"):
        return "f-grad"
    bare = name.rstrip("0123456789_")
    return {"a": "f-act", "x": "f-act", "w": "f-weight"}.get(bare, "f-ink")


class Spot(NamedTuple):
    """The place of a label: its left upper corner, its size, and in how many lines it is set."""

    x: float
    y: float
    width: float
    height: float
    lines: int = 1

    def meets(self, other: "Spot", margin: float = 2.0) -> bool:
        """Whether the two overlap, or come closer than the margin."""
        return (
            self.x < other.x + other.width + margin
            and other.x < self.x + self.width + margin
            and self.y < other.y + other.height + margin
            and other.y < self.y + self.height + margin
        )


def label_size(word: str, font: float, lines: int) -> tuple[float, float]:
    """The width and height of a label: symbol and number beside each other, or one over the other.

    It depends on the symbol alone: every number has the same room.
    """
    wide = math_width(word, font + 2)
    if lines == 1:
        return wide + room(font) + 16, font + 8
    return max(wide, room(font)) + 4, 2 * font + 11


def labelled(name: str, spot: Spot, shown: str, font: float, word: str = "", mark: str = "") -> str:
    """A quantity with its symbol, as a `term` that fills its spot; `mark` stands behind it."""
    x, y, wide, high, lines = spot
    cls, word = colour(name), word or symbol(name)
    if lines == 1:
        base = y + high / 2 + font * 0.37
        body = math_text(x + 5, base, word, font + 2, "start", cls)
        end = x + wide - 5 - (1.1 * font if mark else 0)
        body += value(end, base, name, shown, font, "end", f"{cls} b")
        body += marked(mark, x + wide - 4, base, font, "end")
    else:
        middle = x + wide / 2
        body = math_text(middle, y + font + 2, word, font + 2, "middle", cls)
        left = middle - (0.5 * font if mark else 0)
        body += value(left, y + high - 4, name, shown, font, "middle", f"{cls} b")
        body += marked(mark, x + wide - 2, y + high - 4, font, "end")
    return term(name, body, (x, y, wide, high))


def marked(mark: str, x: float, y: float, font: float, anchor: str) -> str:
    """The ✓ or ✗ behind a number that was filled in; nothing without one."""
    cls = {"✓": "f-good b", "✗": "f-bad b"}
    return text(x, y, mark, font, anchor, cls[mark]) if mark else ""
