"""Lines of code with the one that is running marked."""

import textwrap
from collections.abc import Collection, Sequence

from bpdemo.diagrams.base import SMALLEST, Panel, quoted, rect, sketched, term, text

__all__ = ["code"]

_LETTER = 0.605  # a letter's width, of a fixed font
_LEFT, _RIGHT = 34, 12


@sketched(300)
def code(
    lines: Sequence[str],
    running: int | None,
    *,
    width: float,
    size: float = 15,
    terms: Sequence[Collection[str]] = (),
) -> Panel:
    """Show `lines`; where they are too long the letters shrink, and then the lines wrap.

    Parameters
    ----------
    running : the index of the marked line, None for none.
    terms : for each line the quantities that it computes or uses; the group of line 0, a `term`
        named "line0", carries them as ``data-terms``.
    """
    longest = max((len(content) for content in lines), default=1)
    space = width - _LEFT - _RIGHT
    size = min(size, max(SMALLEST, space / longest / _LETTER))
    step, most = size * 1.6, int(space / size / _LETTER)
    body, marker, y = [], (8.0, 0.0), 10.0
    for place, content in enumerate(lines):
        pieces = _wrapped(content, most)
        tall = step * len(pieces)
        if place == running:
            marker = (y, tall)
        cls = "c b" if place == running else "c"
        drawn = "".join(
            text(_LEFT, y + step * row + size * 1.1, piece, size, cls=cls)
            for row, piece in enumerate(pieces)
        )
        group = term(f"line{place}", drawn, (8, y, width - 16, tall))
        names = " ".join(terms[place]) if place < len(terms) else ""
        body.append(group.replace(">", f' data-terms="{quoted(names)}">', 1) if names else group)
        y += tall
    return Panel(width, y + 10, "".join([*_ground(width, y + 10, marker, running, size), *body]),
                 _said(lines, running))  # fmt: skip


def _wrapped(content: str, most: int) -> list[str]:
    """The line in pieces of `most` letters; what goes on is set further in."""
    if len(content) <= most:
        return [content]
    indent = " " * (len(content) - len(content.lstrip()))
    statement, hash_, comment = content.partition("  # ")
    parts = [(statement, indent), (f"{indent}    # {comment}" if hash_ else "", indent + "    ")]
    return [
        piece
        for part, start in parts
        for piece in textwrap.wrap(part, max(most, 12), subsequent_indent=start + "  ")
    ]


def _ground(
    width: float, height: float, marker: tuple[float, float], running: int | None, size: float
) -> list[str]:
    """The panel, and the marker, which glides from line to line."""
    y, tall = marker
    there = "hidden" if running is None else "visible"
    return [
        rect(4, 4, width - 8, height - 8),
        f'<g visibility="{there}">',
        rect(8, y, width - 16, tall, "f-mark s-ink", 4, 1.5),
        text(14, y + size * 1.1, "▶", size),
        "</g>",
    ]


def _said(lines: Sequence[str], running: int | None) -> str:
    return "Nothing is running." if running is None else f"Running: {lines[running].strip()}"
