"""Write the maps of the series from the one list, `bpdemo.series`: `python -m tools.maps`.

There are three: the table of notebooks in the README, the map at the end of notebook 00, and the
table of aims on the page for teachers. The minutes come from each notebook's own header.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import nbformat

from bpdemo.series import CHAPTERS, Chapter
from tools.notebooks import NOTEBOOKS, ROOT, as_text
from tools.teachers import PAGE, minutes

__all__ = ["MAP", "README", "page", "readme", "start"]

README = ROOT / "README.md"
MAP = NOTEBOOKS / CHAPTERS[0].file
HEADING = "## The map"


def _readme_row(c: Chapter) -> str:
    return f"| {c.number} | [{c.short}](notebooks/{c.file}) | {c.able} |"


def _start_row(c: Chapter) -> str:
    name = f"{c.number} {c.title}"
    link = f"**{name}**" if c.file == MAP.name else f"[{name}]({c.file})"
    return (
        f"| {link} | {c.tells} | {c.claims}{' ' * bool(c.claims)}| {minutes(NOTEBOOKS / c.file)} |"
    )


def _page_row(c: Chapter) -> str:
    time = minutes(NOTEBOOKS / c.file)
    return f"| [{c.number} {c.title}](../notebooks/{c.file}) | {time} | {c.aim} | {c.project} |"


def _replaced(text: str, head: str, row: Callable[[Chapter], str], chapters: Iterable) -> str:
    """The text with the rows of the table that has this head written again.

    Raises
    ------
    ValueError : there is no such table, or more than one.
    """
    table = re.compile(rf"(^{re.escape(head)}\n\|[ :|-]+\|\n)(?:\|.*(?:\n|\Z))+", re.M)
    if len(table.findall(text)) != 1:
        raise ValueError(f"expected one table with the head {head!r}")
    rows = "".join(row(chapter) + "\n" for chapter in chapters)
    found = table.sub(lambda match: match[1] + rows, text)
    return found if text.endswith("\n") else found.removesuffix("\n")


def readme(text: str, chapters: Iterable[Chapter] = CHAPTERS) -> str:
    """The README's text with its table of notebooks."""
    return _replaced(text, "| | notebook | what you will be able to say |", _readme_row, chapters)


def start(source: str, chapters: Iterable[Chapter] = CHAPTERS) -> str:
    """The map's cell of notebook 00, with its table."""
    return _replaced(
        source, "| notebook | what it tells | claims | minutes |", _start_row, chapters
    )


def page(text: str, chapters: Iterable[Chapter] = CHAPTERS) -> str:
    """The page for teachers, with its table of aims."""
    head = "| notebook | minutes | aim: afterwards they can … | what to project |"
    return _replaced(text, head, _page_row, chapters)


def map_cell(notebook):
    """The cell of notebook 00 that has the map."""
    return next(cell for cell in notebook.cells if cell.source.startswith(HEADING))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def main() -> int:
    """Write the three."""
    _write(README, readme(README.read_text("utf-8")))
    _write(PAGE, page(PAGE.read_text("utf-8")))
    notebook = nbformat.read(MAP, as_version=4)
    cell = map_cell(notebook)
    cell.source = start(cell.source)
    _write(MAP, as_text(notebook))
    return 0


if __name__ == "__main__":
    sys.exit(main())
