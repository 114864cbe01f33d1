"""Bring the minutes on the page for teachers up to date: each notebook's header says its own.

python -m tools.teachers
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import nbformat

from tools.notebooks import NOTEBOOKS, ROOT

__all__ = ["PAGE", "minutes", "rows", "with_minutes"]

PAGE = ROOT / "docs" / "for-teachers.md"
_ROW = re.compile(r"^(\| \[[^\]]*\]\(\.\./notebooks/([\w-]+\.ipynb)\) \| )(\d+)( \|)", re.M)


def minutes(path: Path) -> int:
    """How long a notebook takes, as its first cells say.

    Raises
    ------
    ValueError : they don't say it.
    """
    cells = nbformat.read(path, as_version=4).cells[:3]
    text = " ".join(" ".join(cell.source for cell in cells).split())
    found = re.search(r"\*\*Time:\*\* (\d+) minutes", text)
    if found is None:
        raise ValueError(f"{path.name}: no **Time:** … minutes in its first cells")
    return int(found[1])


def with_minutes(page: str) -> str:
    """The page's text with each notebook's minutes in its row of the first table."""
    head, start, rest = page.partition("## Plans")
    return (
        _ROW.sub(lambda row: f"{row[1]}{minutes(NOTEBOOKS / row[2])}{row[4]}", head) + start + rest
    )


def rows(page: str) -> list[tuple[str, int]]:
    """(notebook's file, minutes) of each row of the page's first table."""
    return [(row[2], int(row[3])) for row in _ROW.finditer(page.partition("## Plans")[0])]


def main() -> int:
    """Write the page."""
    PAGE.write_text(with_minutes(PAGE.read_text("utf-8")), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
